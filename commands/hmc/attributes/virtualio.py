"""Attributes of virtual adapters: how `lshwres` lists them, and what `chhwres -a` takes.

Orders are those of captures: of V7R7.9 on systems without virtual switches, which V7R3.2 had not,
of POWER6 and POWER7 with virtual switches, and of POWER9 at V11R2 for virtual Fibre Channel.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from hmcsh.commands.hmc.attributes.resources import CAPTURE
from hmcsh.commands.hmc.common.elements import MAXIMUM_ADDITIONAL_VLANS, show_flag
from hmcsh.commands.hmc.common.elements_network import MAC_ADDRESS, QOS_PRIORITY, show_list

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Listed, Mapped, Number, OneOf, Parser, Pattern, Switch, WordOr
from hmcsh.model.adapters import (
    ANY,
    DEFAULT_SWITCH,
    MAXIMUM_VLAN,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.capabilities import at_least, capable
from hmcsh.model.dlpar import TYPE_NAMES
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

MAX_TRUNK_PRIORITY = 15
MAX_SLOT = 65534

SINCE_SWITCHES = Span(since=Level.parse("V7R3.4"))  # with virtual Fibre Channel (recalled)
SINCE_ADDRESS_LIMITS = Span(since=Level.parse("V7R7"))  # capture, POWER7
_POWER6 = "capture, POWER6 with virtual switches"
_POWER7 = "capture, POWER7"
_RECALLED = "recalled"

KINDS: dict[str, type[VirtualAdapter]] = {name: kind for kind, name in TYPE_NAMES.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class AdapterRow:
    """A virtual adapter with the partition that it belongs to."""

    partition: Partition
    adapter: Any

    @classmethod
    def rows(cls, partitions: Iterable[Partition], kind: type[VirtualAdapter]) -> list[AdapterRow]:
        """Make the rows of one type of adapter, by partition and slot."""
        return [
            cls(partition, adapter)
            for partition in partitions
            for adapter in partition.adapters_of(kind)
        ]


# -- what input takes ------------------------------------------------------------------------


SIDE = OneOf(("client", "server"))
REMOTE = WordOr(ANY, Number(0, MAX_SLOT))
NAME = Pattern(".+", ("vios1", "a name"), ("",))
SWITCH_NAME = Pattern(".+", (DEFAULT_SWITCH, "STORE"), ("",))
PORT_VLAN = Number(1, MAXIMUM_VLAN)
ADDITIONAL_VLANS = Listed(PORT_VLAN, most=MAXIMUM_ADDITIONAL_VLANS)
OS_ADDRESSES = Listed(MAC_ADDRESS, 1, words=("all", "none"))
WWPNS = Listed(
    Mapped(
        Pattern(
            "[0-9a-fA-F]{16}", ("c0507602f9ac000a", "c0507602f9ac000b"), ("", "c050", "x" * 16)
        ),
        str.lower,
    ),
    2,
    2,
)


# -- what listings show ----------------------------------------------------------------------


def attribute(
    name: str,
    read: Callable[[Any], Value],
    applies: Callable[[Any], bool] = lambda _: True,
    *,
    parse: Parser | None = None,
    many: bool = False,
    amend: bool = False,
    span: Span = ALWAYS,
    source: str = CAPTURE,
    trust: Trust = Trust.CAPTURE,
    listed: bool = True,
    offered: Callable[[Any], bool] = lambda _: True,
) -> Attribute:
    """An attribute of a listing of hardware resources."""
    return Attribute(
        name,
        read,
        applies,
        listed,
        span=span,
        trust=trust,
        source=source,
        parse=parse,
        many=many,
        amend=amend,
        offered=offered,
    )


def _remote_name(row: AdapterRow) -> str:
    return row.partition.frame.client_name(row.adapter.remote_lpar_id)


def _address(row: AdapterRow) -> str:
    """The MAC address; that which it will have, of an adapter that was never in use."""
    adapter: EthernetAdapter = row.adapter
    return adapter.mac or row.partition.mac_address(adapter.slot)


def knows_switches(frame: Frame) -> bool:
    """Whether a system has virtual switches: POWER6 and later (captures)."""
    return capable(frame, "virtual_switch")


def _switched(row: AdapterRow) -> bool:
    return knows_switches(row.partition.frame)


def _limited(row: AdapterRow) -> bool:
    """Whether a system can limit the MAC addresses of its adapters: POWER7 and later."""
    return at_least(row.partition.frame, "POWER7")


NAME_AND_ID = (
    attribute("lpar_name", lambda r: r.partition.name),
    attribute("lpar_id", lambda r: str(r.partition.lpar_id)),
)
SLOT_NUMBER = attribute("slot_num", lambda r: str(r.adapter.slot))
_STATE = (
    attribute("state", lambda r: show_flag(r.partition.state.powered_on)),
    attribute("is_required", lambda r: show_flag(r.adapter.required)),
)
_COMMON = (*NAME_AND_ID, SLOT_NUMBER, *_STATE)
_SIDE = attribute("adapter_type", lambda r: r.adapter.side, parse=SIDE)
_REMOTE = (
    attribute("remote_lpar_id", lambda r: str(r.adapter.remote_lpar_id), parse=REMOTE),
    attribute("remote_lpar_name", _remote_name, parse=NAME),
    attribute("remote_slot_num", lambda r: str(r.adapter.remote_slot), parse=REMOTE),
)

ETH_TABLE = Table(
    "lshwres -r virtualio --rsubtype eth --level lpar",
    (
        *_COMMON,
        attribute("is_trunk", lambda r: show_flag(r.adapter.trunk_priority > 0), parse=Switch()),
        attribute(
            "trunk_priority",
            lambda r: str(r.adapter.trunk_priority),
            lambda r: bool(r.adapter.trunk_priority > 0),
            parse=Number(1, MAX_TRUNK_PRIORITY),
        ),
        attribute("ieee_virtual_eth", lambda r: show_flag(r.adapter.ieee), parse=Switch()),
        attribute("port_vlan_id", lambda r: str(r.adapter.port_vlan_id), parse=PORT_VLAN),
        attribute(
            "vswitch",
            lambda r: r.adapter.switch,
            offered=_switched,
            parse=SWITCH_NAME,
            span=SINCE_SWITCHES,
            source=_POWER6,
        ),
        attribute(
            "addl_vlan_ids",
            lambda r: [str(vlan) for vlan in r.adapter.additional_vlan_ids],
            parse=ADDITIONAL_VLANS,
            many=True,
            amend=True,
        ),
        attribute("mac_addr", _address, span=Span(until=SINCE_ADDRESS_LIMITS.since)),
        attribute(
            "mac_addr", _address, parse=MAC_ADDRESS, span=SINCE_ADDRESS_LIMITS, source=_POWER7
        ),
        attribute(
            "allowed_os_mac_addrs",
            lambda r: show_list(r.adapter.os_macs),
            offered=_limited,
            parse=OS_ADDRESSES,
            many=True,
            amend=True,
            span=SINCE_ADDRESS_LIMITS,
            source=_POWER7,
        ),
        attribute(
            "qos_priority",
            lambda r: "none" if r.adapter.qos_priority is None else str(r.adapter.qos_priority),
            offered=_limited,
            parse=QOS_PRIORITY,
            span=SINCE_ADDRESS_LIMITS,
            source=_POWER7,
        ),
        attribute(
            "is_disabled",
            lambda r: show_flag(not r.adapter.enabled),
            span=Span(since=Level.parse("V8R8")),
            listed=False,
            trust=Trust.INFERRED,
            source="avocado-misc-tests has it for virtual NICs",
        ),
    ),
)

ETH_SYS_TABLE = Table(
    "lshwres -r virtualio --rsubtype eth --level sys",
    (
        attribute(
            "max_vlans_per_port",
            lambda _: str(MAXIMUM_ADDITIONAL_VLANS),
            trust=Trust.RECALLED,
            source=_RECALLED,
        ),
    ),
)

SCSI_TABLE = Table("lshwres -r virtualio --rsubtype scsi --level lpar", (*_COMMON, _SIDE, *_REMOTE))

FC_TABLE = Table(
    "lshwres -r virtualio --rsubtype fc --level lpar",
    (
        *NAME_AND_ID,
        SLOT_NUMBER,
        _SIDE,
        *_STATE,
        *_REMOTE,
        attribute(
            "wwpns",
            lambda r: list(r.adapter.wwpns),
            lambda r: bool(r.adapter.side == "client"),
            parse=WWPNS,
            many=True,
            source="capture, V11R2",
        ),
    ),
)

WWPN_PREFIX_DIGITS = 12

FC_SYS_TABLE = Table(
    "lshwres -r virtualio --rsubtype fc --level sys",
    (
        attribute(
            "num_wwpns_remaining",
            lambda frame: str(frame.datacenter.wwpns_remaining),
            trust=Trust.RECALLED,
            source=_RECALLED,
        ),
        attribute(
            "wwpn_prefix",
            lambda frame: frame.datacenter.wwpn_prefix,
            trust=Trust.RECALLED,
            source=_RECALLED,
        ),
    ),
)

SERIAL_TABLE = Table(
    "lshwres -r virtualio --rsubtype serial --level lpar",
    (
        *_COMMON,
        # Every row of the capture says so, whether a terminal is open or not.
        attribute("connect_status", lambda _: "unavailable"),
        _SIDE,
        attribute(
            "supports_hmc",
            lambda r: show_flag(r.adapter.supports_hmc),
            lambda r: bool(r.adapter.side == "server"),
            parse=Switch(),
        ),
        *_REMOTE,
    ),
)

VASI_TABLE = Table(
    "lshwres -r virtualio --rsubtype vasi --level lpar",
    tuple(
        dataclasses.replace(one, trust=Trust.DOCUMENT, source="SG24-7460 5.6.3")
        for one in (*NAME_AND_ID, SLOT_NUMBER)
    ),
)


def _max_slots(partition: Partition) -> str:
    return str(partition.max_virtual_slots)


def _next_slot(partition: Partition) -> str:
    slot = partition.next_free_slot()
    return "none" if slot is None else str(slot)


SLOT_TABLE = Table(
    "lshwres -r virtualio --rsubtype slot --level lpar",
    (
        attribute("lpar_name", lambda p: p.name),
        attribute("lpar_id", lambda p: str(p.lpar_id)),
        attribute("curr_max_virtual_slots", _max_slots),
        attribute("pend_max_virtual_slots", _max_slots),
        attribute("next_avail_virtual_slot", _next_slot),
    ),
)

_CONFIGURATIONS: dict[type[VirtualAdapter], str] = {
    EthernetAdapter: "ethernet",
    FibreChannelAdapter: "fc",
    ScsiAdapter: "scsi",
    SerialAdapter: "serial",
    VasiAdapter: "vasi",
    VnicAdapter: "vnic",
}


def _drc_name(row: AdapterRow) -> str:
    """Location code of a virtual slot (captures of lsmap: U9117.MMA.SERIAL-V1-C5)."""
    frame = row.partition.frame
    unit = f"U{frame.type_model.replace('-', '.')}.{frame.serial_number}"
    return f"{unit}-V{row.partition.lpar_id}-C{row.adapter.slot}"


OCCUPIED_SLOT_TABLE = Table(
    "lshwres -r virtualio --rsubtype slot --level slot",
    (
        # Scripts of V7 take the number from the first field, and know the three that are scripts'.
        dataclasses.replace(SLOT_NUMBER, trust=Trust.SCRIPT, source="provisioning scripts, V7"),
        *(
            dataclasses.replace(one, trust=Trust.SCRIPT, source="avocado-misc-tests")
            for one in NAME_AND_ID
        ),
        attribute(
            "config",
            lambda r: _CONFIGURATIONS[type(r.adapter)],
            trust=Trust.RECALLED,
            source=_RECALLED,
        ),
        dataclasses.replace(_STATE[1], trust=Trust.RECALLED, source=_RECALLED),
        attribute("drc_name", _drc_name, trust=Trust.SCRIPT, source="avocado-misc-tests"),
    ),
)

# What pool an IBM i partition connects with others in: none here (names of profile attributes).
OPTICONNECT_TABLES = {
    subtype: Table(
        f"lshwres -r virtualio --rsubtype {subtype}",
        tuple(
            attribute(name, read, trust=Trust.RECALLED, source=_RECALLED)
            for name, read in (
                ("lpar_name", lambda p: p.name),
                ("lpar_id", lambda p: str(p.lpar_id)),
                (pool, lambda _: "0"),
            )
        ),
    )
    for subtype, pool in (("hsl", "hsl_pool_id"), ("virtualopti", "virtual_opti_pool_id"))
}

ADAPTER_TABLES: dict[str, Table] = {
    "eth": ETH_TABLE,
    "fc": FC_TABLE,
    "scsi": SCSI_TABLE,
    "serial": SERIAL_TABLE,
    "vasi": VASI_TABLE,
}
