"""Virtual adapters and the slots that they stand in: `-r virtualio`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.commands.attributes.virtualio import (
    ADAPTER_TABLES,
    ETH_TABLE,
    KINDS,
    SCSI_TABLE,
    SLOT_TABLE,
    AdapterRow,
)
from hmcsh.commands.common.core import Call
from hmcsh.commands.hardware.branches import (
    HOW,
    ONE_PARTITION,
    Filters,
    Listing,
    Operation,
    Rows,
    listed,
)

from hmcsh.language.attributes import Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar
from hmcsh.model.adapters import ANY, EthernetAdapter, ScsiAdapter, VasiAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

# Virtual Fibre Channel and virtual switches came with it.
SWITCHES = Level.parse("V7R3.4")
_SLOTS: Filters = {"slots": lambda row: (str(row.adapter.slot),)}
_VLANS: Filters = {"vlans": lambda row: [str(vlan) for vlan in row.adapter.vlan_ids]}


def _rows(subtype: str) -> Rows:
    return lambda frame, chosen: AdapterRow.rows(listed(frame, chosen), KINDS[subtype])


def _adapters(subtype: str, level: str, filters: Filters, span: Span = ALWAYS) -> Listing:
    table = ADAPTER_TABLES[subtype]
    return Listing("virtualio", subtype, level, table, _rows(subtype), filters=filters, span=span)


LISTINGS = (
    _adapters("eth", "lpar", {**_SLOTS, **_VLANS}),
    Listing("virtualio", "eth", "sys"),
    _adapters("fc", "lpar", _SLOTS, Span(since=SWITCHES)),
    *(
        _adapters(subtype, level, _SLOTS)
        for subtype in ("scsi", "serial", "vasi")
        for level in ("", "lpar")
    ),
    Listing("virtualio", "slot", "lpar", SLOT_TABLE, listed),
    Listing("virtualio", "slot", "slot"),
    *(Listing("virtualio", subtype, options=("--level",)) for subtype in ("hsl", "virtualopti")),
)


def _require(settings: dict[str, Any], required: tuple[str, ...]) -> None:
    missing = [name for name in required if name not in settings]
    if missing:
        raise HmcError("missing_attribute", names=missing)


def _ethernet(call: Call, frame: Frame, slot: int) -> EthernetAdapter:
    """The Ethernet adapter that `-a` describes (attributes: field notes, V7)."""
    given = call.settings(ETH_TABLE, ("ieee_virtual_eth", "port_vlan_id"))
    trunk = given.get("is_trunk", False)
    if trunk:
        _require(given, ("trunk_priority",))
    elif "trunk_priority" in given:
        raise HmcError("invalid_attribute", name="trunk_priority")
    vlans = given.get("addl_vlan_ids", ())
    if vlans and not given["ieee_virtual_eth"]:
        raise HmcError("invalid_attribute", name="addl_vlan_ids")
    if given["port_vlan_id"] in vlans:
        raise HmcError("invalid_attribute_value", name="addl_vlan_ids", value=given["port_vlan_id"])
    return EthernetAdapter(
        slot,
        given["port_vlan_id"],
        ieee=given["ieee_virtual_eth"],
        additional_vlan_ids=vlans,
        trunk_priority=given["trunk_priority"] if trunk else 0,
    )


def _scsi(call: Call, frame: Frame, slot: int) -> ScsiAdapter:
    """The SCSI adapter that `-a` describes (attributes: field notes, V7)."""
    given = call.settings(SCSI_TABLE, ("adapter_type",))
    if "remote_lpar_name" in given:
        if "remote_lpar_id" in given:
            raise HmcError("exclusive_attributes", names=["remote_lpar_id", "remote_lpar_name"])
        given["remote_lpar_id"] = frame.partition(name=given["remote_lpar_name"]).lpar_id
    _require(given, ("remote_lpar_id",))
    if given["remote_lpar_id"] == ANY:
        given.setdefault("remote_slot_num", ANY)
    _require(given, ("remote_slot_num",))
    return ScsiAdapter(
        slot, given["adapter_type"], given["remote_lpar_id"], given["remote_slot_num"]
    )


def _vasi(call: Call, frame: Frame, slot: int) -> VasiAdapter:
    return VasiAdapter(slot)


_MAKERS: dict[str, Callable[[Call, Frame, int], EthernetAdapter | ScsiAdapter | VasiAdapter]] = {
    "eth": _ethernet,
    "scsi": _scsi,
    "vasi": _vasi,
}


def _add(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    dlpar.require_changeable(partition)
    slot = dlpar.choose_slot(partition, call.parsed.number("slot"))
    dlpar.add_adapter(partition, _MAKERS[call.parsed.required("subtype")](call, frame, slot))


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


def _adding(subtype: str, table: Table) -> Operation:
    how = ("-s", *HOW)
    return Operation(
        "virtualio", ("a",), _add, (subtype,), ("-a",), how, ONE_PARTITION, table=table
    )


OPERATIONS = (
    _adding("eth", ETH_TABLE),
    _adding("scsi", SCSI_TABLE),
    Operation("virtualio", ("a",), _add, ("vasi",), (), ("-s", *HOW), ONE_PARTITION),
    Operation("virtualio", ("r",), _remove, ("vasi",), (), ("-s", *HOW), ONE_PARTITION),
    Operation("virtualio", ("r",), _remove, ("eth", "scsi", "serial"), ("-s",), HOW, ONE_PARTITION),
    Operation("virtualio", ("r",), _remove, (), ("-s",), HOW, ONE_PARTITION),
    Operation("virtualio", ("a",), None, ("serial",), (), ("-a", "-s", *HOW), ONE_PARTITION),
)
