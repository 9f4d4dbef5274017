"""Attributes of virtual adapters: how `lshwres` lists them, and what `chhwres -a` takes.

Orders are those of captures of V7R7.9 on systems without virtual switches, which V7R3.2 had not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, Literal

from hmcsh.commands.attributes.resources import CAPTURE
from hmcsh.commands.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Parser, Table
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Number, Switch
from hmcsh.model.adapters import (
    ANY,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
)
from hmcsh.model.partition import Partition

MAX_VLAN_ID = 4094
MAX_TRUNK_PRIORITY = 15
MAX_ADDITIONAL_VLANS = 20  # of one adapter (recalled)
MAX_SLOT = 65534

KINDS: dict[str, type[VirtualAdapter]] = {
    "eth": EthernetAdapter,
    "fc": FibreChannelAdapter,
    "scsi": ScsiAdapter,
    "serial": SerialAdapter,
    "vasi": VasiAdapter,
}


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


_read_vlan = Number(1, MAX_VLAN_ID)
_read_slot = Number(0, MAX_SLOT)


def _read_vlans(texts: tuple[str, ...]) -> tuple[int, ...]:
    found = tuple(_read_vlan(text) for text in texts)
    if len(set(found)) != len(found) or len(found) > MAX_ADDITIONAL_VLANS:
        raise ValueError("a VLAN is named twice, or there are too many")
    return found


def _read_side(text: str) -> Literal["client", "server"]:
    if text == "client":
        return "client"
    if text == "server":
        return "server"
    raise ValueError(f"{text!r} is neither client nor server")


def _read_remote(text: str) -> int | Literal["any"]:
    return "any" if text == ANY else _read_slot(text)


def _read_name(text: str) -> str:
    if not text:
        raise ValueError("a name is not empty")
    return text


# -- what listings show ----------------------------------------------------------------------


def _attribute(
    name: str,
    read: Callable[[AdapterRow], Value],
    applies: Callable[[AdapterRow], bool] = lambda _: True,
    *,
    parse: Parser | None = None,
    many: bool = False,
) -> Attribute:
    return Attribute(name, read, applies, source=CAPTURE, parse=parse, many=many)


def _remote_name(row: AdapterRow) -> str:
    return row.partition.frame.client_name(row.adapter.remote_lpar_id)


def _address(row: AdapterRow) -> str:
    """The MAC address; that which it will have, of an adapter that was never in use."""
    adapter: EthernetAdapter = row.adapter
    return adapter.mac or row.partition.mac_address(adapter.slot)


_NAME_AND_ID = (
    _attribute("lpar_name", lambda r: r.partition.name),
    _attribute("lpar_id", lambda r: str(r.partition.lpar_id)),
)

_COMMON = (
    *_NAME_AND_ID,
    _attribute("slot_num", lambda r: str(r.adapter.slot)),
    _attribute("state", lambda r: show_flag(r.partition.state.powered_on)),
    _attribute("is_required", lambda r: show_flag(r.adapter.required)),
)

ETH_TABLE = Table(
    "lshwres -r virtualio --rsubtype eth --level lpar",
    (
        *_COMMON,
        _attribute("is_trunk", lambda r: show_flag(r.adapter.trunk_priority > 0), parse=Switch()),
        _attribute(
            "trunk_priority",
            lambda r: str(r.adapter.trunk_priority),
            lambda r: bool(r.adapter.trunk_priority > 0),
            parse=Number(1, MAX_TRUNK_PRIORITY),
        ),
        _attribute("ieee_virtual_eth", lambda r: show_flag(r.adapter.ieee), parse=Switch()),
        _attribute("port_vlan_id", lambda r: str(r.adapter.port_vlan_id), parse=_read_vlan),
        _attribute(
            "addl_vlan_ids",
            lambda r: [str(vlan) for vlan in r.adapter.additional_vlan_ids],
            parse=_read_vlans,
            many=True,
        ),
        _attribute("mac_addr", _address),
    ),
)

SCSI_TABLE = Table(
    "lshwres -r virtualio --rsubtype scsi --level lpar",
    (
        *_COMMON,
        _attribute("adapter_type", lambda r: r.adapter.side, parse=_read_side),
        _attribute("remote_lpar_id", lambda r: str(r.adapter.remote_lpar_id), parse=_read_remote),
        _attribute("remote_lpar_name", _remote_name, parse=_read_name),
        _attribute("remote_slot_num", lambda r: str(r.adapter.remote_slot), parse=_read_remote),
    ),
)

FC_TABLE = Table(
    "lshwres -r virtualio --rsubtype fc --level lpar",
    (
        *_COMMON,
        _attribute("adapter_type", lambda r: r.adapter.side, parse=_read_side),
        _attribute("remote_lpar_id", lambda r: str(r.adapter.remote_lpar_id), parse=_read_remote),
        _attribute("remote_lpar_name", _remote_name, parse=_read_name),
        _attribute("remote_slot_num", lambda r: str(r.adapter.remote_slot), parse=_read_remote),
        _attribute("wwpns", lambda r: list(r.adapter.wwpns), lambda r: r.adapter.side == "client"),
    ),
)

SERIAL_TABLE = Table(
    "lshwres -r virtualio --rsubtype serial --level lpar",
    (
        *_COMMON,
        # Every row of the capture says so, whether a terminal is open or not.
        _attribute("connect_status", lambda _: "unavailable"),
        _attribute("adapter_type", lambda r: r.adapter.side),
        _attribute(
            "supports_hmc",
            lambda r: show_flag(r.adapter.supports_hmc),
            lambda r: bool(r.adapter.side == "server"),
        ),
        _attribute("remote_lpar_id", lambda r: str(r.adapter.remote_lpar_id)),
        _attribute("remote_lpar_name", _remote_name),
        _attribute("remote_slot_num", lambda r: str(r.adapter.remote_slot)),
    ),
)

VASI_TABLE = Table(
    "lshwres -r virtualio --rsubtype vasi --level lpar",
    tuple(
        Attribute(name, read, trust=Trust.DOCUMENT, source="SG24-7460 5.6.3")
        for name, read in (
            ("lpar_name", lambda r: r.partition.name),
            ("lpar_id", lambda r: str(r.partition.lpar_id)),
            ("slot_num", lambda r: str(r.adapter.slot)),
        )
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
        Attribute("lpar_name", lambda p: p.name, source=CAPTURE),
        Attribute("lpar_id", lambda p: str(p.lpar_id), source=CAPTURE),
        Attribute("curr_max_virtual_slots", _max_slots, source=CAPTURE),
        Attribute("pend_max_virtual_slots", _max_slots, source=CAPTURE),
        Attribute("next_avail_virtual_slot", _next_slot, source=CAPTURE),
    ),
)

ADAPTER_TABLES: dict[str, Table] = {
    "eth": ETH_TABLE,
    "fc": FC_TABLE,
    "scsi": SCSI_TABLE,
    "serial": SERIAL_TABLE,
    "vasi": VASI_TABLE,
}
