"""Virtual adapters and the slots that they stand in: `-r virtualio`.

Virtual switches and virtual NICs have modules of their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.attributes.virtualio import (
    ADAPTER_TABLES,
    ETH_SYS_TABLE,
    ETH_TABLE,
    FC_SYS_TABLE,
    FC_TABLE,
    KINDS,
    OCCUPIED_SLOT_TABLE,
    OPTICONNECT_TABLES,
    SCSI_TABLE,
    SERIAL_TABLE,
    SINCE_SWITCHES,
    SLOT_TABLE,
    AdapterRow,
)
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    HOW_VIRTUAL,
    ONE_PARTITION,
    RECOVERABLE,
    Filters,
    Listing,
    Operation,
    Rows,
    ibm_i_partitions,
    listed,
)
from hmcsh.commands.hmc.hardware.settings import (
    amended,
    require,
    require_offered,
    settings,
    values,
)

from hmcsh.language.attributes import Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar
from hmcsh.model.adapter_rules import require_virtual_fc
from hmcsh.model.adapters import (
    ANY,
    DEFAULT_SWITCH,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.capabilities import at_least
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

# The manual pages of V8 have no VASI adapters any more, and others that V7 had not.
UNTIL_V8 = Span(until=Level.parse("V8R8"))
SINCE_V8 = Span(since=UNTIL_V8.until)
_SINCE_SET = Span(since=Level.parse("V7R7"))  # chhwres -o s of virtual Ethernet (scripts)

SLOTS: Filters = {"slots": lambda row: (str(row.adapter.slot),)}
_VLANS: Filters = {"vlans": lambda row: [str(vlan) for vlan in row.adapter.vlan_ids]}
_SWITCHES: Filters = {"vswitches": lambda row: (row.adapter.switch,)}


def rows_of(kind: type[VirtualAdapter]) -> Rows:
    """The rows of one type of adapter."""
    return lambda frame, chosen: AdapterRow.rows(listed(frame, chosen), kind)


def _occupied(frame: Frame, chosen: Any) -> list[AdapterRow]:
    return [
        AdapterRow(partition, adapter)
        for partition in listed(frame, chosen)
        for _, adapter in sorted(partition.adapters.items())
    ]


def _channels(frame: Frame, chosen: Any) -> list[AdapterRow]:
    require_virtual_fc(frame)
    return AdapterRow.rows(listed(frame, chosen), FibreChannelAdapter)


def _channel_system(frame: Frame, _: Any) -> list[Frame]:
    require_virtual_fc(frame)
    return [frame]


def _require_vasi(frame: Frame) -> None:
    """POWER5 knows no partition mobility, and so no VASI adapters (HSCL8022; inferred)."""
    if not at_least(frame, "POWER6"):
        raise HmcError("power6_only")


def _vasi_rows(frame: Frame, chosen: Any) -> list[AdapterRow]:
    _require_vasi(frame)
    return AdapterRow.rows(listed(frame, chosen), VasiAdapter)


def _adapters(
    subtype: str, level: str, filters: Filters, rows: Rows | None = None, span: Span = ALWAYS
) -> Listing:
    table = ADAPTER_TABLES[subtype]
    found = rows or rows_of(KINDS[subtype])
    return Listing("virtualio", subtype, level, table, found, filters=filters, span=span)


def _system(subtype: str, table: Table, rows: Rows, span: Span = ALWAYS) -> Listing:
    return Listing("virtualio", subtype, "sys", table, rows, by_partition=False, span=span)


LISTINGS = (
    _adapters("eth", "lpar", {**SLOTS, **_VLANS}, span=Span(until=SINCE_SWITCHES.since)),
    _adapters("eth", "lpar", {**SLOTS, **_VLANS, **_SWITCHES}, span=SINCE_SWITCHES),
    _system("eth", ETH_SYS_TABLE, lambda frame, _: [frame]),
    _adapters("fc", "lpar", SLOTS, _channels, SINCE_SWITCHES),
    _system("fc", FC_SYS_TABLE, _channel_system, SINCE_SWITCHES),
    *(_adapters(subtype, level, SLOTS) for subtype in ("scsi", "serial") for level in ("", "lpar")),
    *(_adapters("vasi", level, SLOTS, _vasi_rows, UNTIL_V8) for level in ("", "lpar")),
    Listing("virtualio", "slot", "lpar", SLOT_TABLE, listed),
    Listing(
        "virtualio",
        "slot",
        "slot",
        OCCUPIED_SLOT_TABLE,
        _occupied,
        filters=SLOTS,
        options=RECOVERABLE,
    ),
    *(
        Listing("virtualio", subtype, level, table, ibm_i_partitions)
        for subtype, table in OPTICONNECT_TABLES.items()
        for level in ("", "lpar")
    ),
)


# -- what -a describes ------------------------------------------------------------------------


def ethernet_rules(given: dict[str, Any], ieee: bool, port_vlan: int, vlans: Any) -> None:
    """What attributes of virtual Ethernet must have in common. Raises HmcError."""
    trunk = given.get("is_trunk")
    if trunk:
        require(given, ("trunk_priority",))
    elif trunk is not None and "trunk_priority" in given:
        raise HmcError("invalid_attribute", name="trunk_priority")
    if vlans and not ieee:
        raise HmcError("invalid_attribute", name="addl_vlan_ids")
    if port_vlan in vlans:
        raise HmcError("invalid_attribute_value", name="addl_vlan_ids", value=port_vlan)


_CHANGEABLE = (
    *("ieee_virtual_eth", "port_vlan_id", "addl_vlan_ids", "is_trunk", "trunk_priority"),
    *("allowed_os_mac_addrs", "qos_priority"),
)
_ETHERNET = ETH_TABLE.taking(
    "chhwres -r virtualio --rsubtype eth -o s",
    _CHANGEABLE,
    ("addl_vlan_ids", "allowed_os_mac_addrs"),
)
_NEW_ETHERNET = ETH_TABLE.taking(
    "chhwres -r virtualio --rsubtype eth -o a", (*_CHANGEABLE, "vswitch", "mac_addr")
)


def _ethernet(call: Call, frame: Frame, slot: int) -> EthernetAdapter:
    """The Ethernet adapter that `-a` describes (attributes: field notes, V7)."""
    found = settings(call, _NEW_ETHERNET, ("ieee_virtual_eth", "port_vlan_id"))
    require_offered(_NEW_ETHERNET, call.level, found, AdapterRow(call.partition(frame), None))
    given = values(found)
    given.setdefault("is_trunk", False)
    vlans = given.get("addl_vlan_ids", ())
    ethernet_rules(given, given["ieee_virtual_eth"], given["port_vlan_id"], vlans)
    return EthernetAdapter(
        slot,
        given["port_vlan_id"],
        ieee=given["ieee_virtual_eth"],
        additional_vlan_ids=vlans,
        trunk_priority=given["trunk_priority"] if given["is_trunk"] else 0,
        switch=given.get("vswitch", DEFAULT_SWITCH),
        mac=given.get("mac_addr", ""),
        fixed_mac="mac_addr" in given,
        os_macs=given.get("allowed_os_mac_addrs", "all"),
        qos_priority=given.get("qos_priority"),
    )


def _remote(given: dict[str, Any], frame: Frame) -> tuple[Any, Any]:
    """The remote partition and slot of `-a`; a server for any partition is for any slot."""
    if "remote_lpar_name" in given:
        if "remote_lpar_id" in given:
            raise HmcError("exclusive_attributes", names=["remote_lpar_id", "remote_lpar_name"])
        given["remote_lpar_id"] = frame.partition(name=given["remote_lpar_name"]).lpar_id
    require(given, ("remote_lpar_id",))
    if given["remote_lpar_id"] == ANY:
        given.setdefault("remote_slot_num", ANY)
    require(given, ("remote_slot_num",))
    return given["remote_lpar_id"], given["remote_slot_num"]


def _scsi(call: Call, frame: Frame, slot: int) -> ScsiAdapter:
    """The SCSI adapter that `-a` describes (attributes: field notes, V7)."""
    given = call.settings(SCSI_TABLE, ("adapter_type",))
    return ScsiAdapter(slot, given["adapter_type"], *_remote(given, frame))


def _serial(call: Call, frame: Frame, slot: int) -> SerialAdapter:
    """The serial adapter that `-a` describes; a server for any partition without more."""
    given = call.settings(SERIAL_TABLE, ("adapter_type",))
    side = given["adapter_type"]
    if side == "server" and not {"remote_lpar_id", "remote_lpar_name"} & given.keys():
        given["remote_lpar_id"] = ANY
    if side == "client" and "supports_hmc" in given:
        raise HmcError("invalid_attribute", name="supports_hmc")
    remote = _remote(given, frame)
    return SerialAdapter(slot, side, given.get("supports_hmc", False), *remote, required=False)


def _fibre_channel(call: Call, frame: Frame, slot: int) -> FibreChannelAdapter:
    """The virtual Fibre Channel adapter that `-a` describes (avocado-misc-tests, scripts)."""
    require_virtual_fc(frame)
    given = call.settings(FC_TABLE, ("adapter_type",))
    side = given["adapter_type"]
    if side == "server" and "wwpns" in given:
        raise HmcError("invalid_attribute", name="wwpns")
    return FibreChannelAdapter(slot, side, *_remote(given, frame), given.get("wwpns", ()))


def _vasi(_call: Call, frame: Frame, slot: int) -> VasiAdapter:
    _require_vasi(frame)
    return VasiAdapter(slot)


_MAKERS: dict[str, Callable[[Call, Frame, int], VirtualAdapter]] = {
    "eth": _ethernet,
    "fc": _fibre_channel,
    "scsi": _scsi,
    "serial": _serial,
    "vasi": _vasi,
}


# -- changes ----------------------------------------------------------------------------------


def _add(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    slot = dlpar.choose_slot(partition, call.parsed.number("slot"))
    adapter = _MAKERS[call.parsed.required("subtype")](call, frame, slot)
    dlpar.add_adapter(partition, adapter)


def _remove(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    subtype = call.text("subtype")
    dlpar.require_changeable(partition)
    slot = call.parsed.number("slot")
    if slot is None:
        slot = _only_vasi_slot(partition)
    dlpar.remove_adapter(partition, slot, None if subtype is None else KINDS[subtype])


def _only_vasi_slot(partition: Partition) -> int:
    """The slot that a removal without `-s` means: there is at most one VASI adapter."""
    if not partition.vasi_adapters:
        raise HmcError("no_vasi", name=partition.name)
    return partition.vasi_adapters[0].slot


def present(call: Call, partition: Partition, kind: type[VirtualAdapter]) -> Any:
    """The adapter in the slot of `-s`, of a type. Raises HmcError."""
    return dlpar.present_adapter(partition, call.parsed.number("slot") or 0, kind)


def _set_ethernet(call: Call, frame: Frame) -> None:
    """Change a virtual Ethernet adapter; its virtual switch and MAC address stay (inferred)."""
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    before: EthernetAdapter = present(call, partition, EthernetAdapter)
    found = settings(call, _ETHERNET)
    require_offered(_ETHERNET, call.level, found, AdapterRow(partition, before))
    given = values(found)
    vlans, addresses = before.additional_vlan_ids, before.os_macs
    if "addl_vlan_ids" in found:
        vlans = amended(vlans, found["addl_vlan_ids"], "addl_vlan_ids")
    if "allowed_os_mac_addrs" in found:
        addresses = amended(addresses, found["allowed_os_mac_addrs"], "allowed_os_mac_addrs")
    ieee = given.get("ieee_virtual_eth", before.ieee)
    port_vlan = given.get("port_vlan_id", before.port_vlan_id)
    trunk = given.get("is_trunk", before.trunk_priority > 0)
    if "trunk_priority" in given and not trunk:
        raise HmcError("invalid_attribute", name="trunk_priority")
    priority = given.get("trunk_priority", before.trunk_priority) if trunk else 0
    if trunk and not priority:
        require(given, ("trunk_priority",))
    ethernet_rules({}, ieee, port_vlan, vlans)
    changed = dataclasses.replace(
        before,
        ieee=ieee,
        port_vlan_id=port_vlan,
        additional_vlan_ids=vlans,
        trunk_priority=priority,
        os_macs=addresses,
        qos_priority=given.get("qos_priority", before.qos_priority),
    )
    dlpar.change_adapter(partition, changed)


def _switch(kind: type[EthernetAdapter] | type[VnicAdapter]) -> Callable[[Call, Frame], None]:
    def run(call: Call, frame: Frame) -> None:
        partition = call.partition(frame)
        adapter = present(call, partition, kind)
        dlpar.switch_adapter(partition, adapter, call.text("operation") == "e")

    return run


def switching(
    subtype: str, kind: type[EthernetAdapter] | type[VnicAdapter], span: Span
) -> Operation:
    """The operations that enable and disable adapters of one type (manual page, V8)."""
    how = ("d", "e")
    return Operation(
        "virtualio", how, _switch(kind), (subtype,), ("-s",), (), ONE_PARTITION, span=span
    )


def _adding(subtype: str, table: Table, span: Span = ALWAYS) -> Operation:
    how = ("-s", *HOW_VIRTUAL)
    return Operation(
        "virtualio", ("a",), _add, (subtype,), ("-a",), how, ONE_PARTITION, table=table, span=span
    )


def _removing(subtypes: tuple[str, ...], span: Span = ALWAYS) -> Operation:
    return Operation(
        "virtualio", ("r",), _remove, subtypes, ("-s",), HOW_VIRTUAL, ONE_PARTITION, span=span
    )


def _vasi_operation(operation: str, run: Callable[[Call, Frame], None]) -> Operation:
    how = ("-s", *HOW)
    return Operation(
        "virtualio", (operation,), run, ("vasi",), (), how, ONE_PARTITION, span=UNTIL_V8
    )


OPERATIONS = (
    _adding("eth", _NEW_ETHERNET),
    _adding("scsi", SCSI_TABLE),
    _adding("serial", SERIAL_TABLE),
    _adding("fc", FC_TABLE, SINCE_SWITCHES),
    _vasi_operation("a", _add),
    _vasi_operation("r", _remove),
    _removing(("eth", "scsi", "serial")),
    _removing(("fc",), SINCE_SWITCHES),
    _removing(()),
    Operation(
        "virtualio",
        ("s",),
        _set_ethernet,
        ("eth",),
        ("-s", "-a"),
        (*HOW, "--allownetdisrupt"),
        ONE_PARTITION,
        table=_ETHERNET,
        span=_SINCE_SET,
    ),
    switching("eth", EthernetAdapter, SINCE_V8),
)
