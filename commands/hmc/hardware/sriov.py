"""SR-IOV: `-r sriov`, of adapters, physical ports and logical ports."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from hmcsh.commands.hmc.attributes.prof_network import SINCE_ROCE, SINCE_SRIOV
from hmcsh.commands.hmc.attributes.sriov import (
    FREE_PORT_TABLE,
    LOGICAL_PORT_TABLE,
    PHYSICAL_PORT_TABLE,
    SRIOV_ADAPTER_TABLE,
    FreeRow,
    LogicalPortRow,
    PortRow,
)
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.elements_sriov import NO_ADDRESS
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    ONE_PARTITION,
    RECOVERABLE,
    Filters,
    Listing,
    Operation,
)
from hmcsh.commands.hmc.hardware.settings import amended, settings

from hmcsh.language.attributes import Setting, Table
from hmcsh.language.levels import Span
from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar_ports, sharing
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import PortKind, Protocol, SriovLogicalPort, show_number

# -- listings -------------------------------------------------------------------------------


def _adapters(frame: Frame, _: Sequence[Partition] | None) -> list[Any]:
    """The adapters, shared ones first (captures)."""
    return sorted(
        frame.sriov.values(), key=lambda a: (not a.shared, a.adapter_id or 0, a.drc_index)
    )


def _physical_ports(kind: PortKind) -> Any:
    def rows(frame: Frame, _: Sequence[Partition] | None) -> list[PortRow]:
        return [
            PortRow(frame, adapter, port)
            for adapter in sharing.shared_adapters(frame).values()
            for port in adapter.ports.values()
            if port.model.kind == kind
        ]

    return rows


def _free_ports(frame: Frame, _: Sequence[Partition] | None) -> list[FreeRow]:
    return FreeRow.rows(frame, list(sharing.shared_adapters(frame).values()))


def _logical_ports(protocol: Protocol) -> Any:
    def rows(frame: Frame, chosen: Sequence[Partition] | None) -> list[LogicalPortRow]:
        adapters = sharing.shared_adapters(frame)
        return [
            LogicalPortRow(share, adapters[share.port.adapter_id])
            for share in sorted(sharing.shares(frame), key=lambda share: share.port.number)
            if share.port.protocol == protocol and (chosen is None or share.owner in chosen)
        ]

    return rows


_ADAPTER_IDS: Filters = {"adapter_ids": lambda adapter: (str(adapter.adapter_id),)}
_PORT_FILTERS: Filters = {
    "adapter_ids": lambda row: (str(row.adapter.adapter_id),),
    "phys_port_ids": lambda row: (str(row.port.port_id),),
}
_FREE_FILTERS: Filters = {
    "adapter_ids": lambda row: (str(row.adapter.adapter_id),),
    "logical_port_ids": lambda row: (show_number(row.number),),
}
_LOGICAL_FILTERS: Filters = {
    **_PORT_FILTERS,
    "logical_port_ids": lambda row: (show_number(row.port.number),),
}


def _span(name: str) -> Span:
    return SINCE_ROCE if name == "roce" else SINCE_SRIOV


_KINDS: tuple[PortKind, ...] = ("eth", "ethc", "roce")
_PROTOCOLS: tuple[Protocol, ...] = ("eth", "roce")

LISTINGS = (
    Listing(
        "sriov",
        "adapter",
        table=SRIOV_ADAPTER_TABLE,
        rows=_adapters,
        by_partition=False,
        filters=_ADAPTER_IDS,
        span=SINCE_SRIOV,
    ),
    *(
        Listing(
            "sriov",
            "physport",
            kind,
            PHYSICAL_PORT_TABLE,
            _physical_ports(kind),
            by_partition=False,
            filters=_PORT_FILTERS,
            span=_span(kind),
        )
        for kind in _KINDS
    ),
    Listing(
        "sriov",
        "logport",
        table=FREE_PORT_TABLE,
        rows=_free_ports,
        by_partition=False,
        filters=_FREE_FILTERS,
        options=RECOVERABLE,
        span=SINCE_SRIOV,
    ),
    *(
        Listing(
            "sriov",
            "logport",
            protocol,
            LOGICAL_PORT_TABLE,
            _logical_ports(protocol),
            filters=_LOGICAL_FILTERS,
            options=RECOVERABLE,
            span=_span(protocol),
        )
        for protocol in _PROTOCOLS
    ),
)

# -- changes --------------------------------------------------------------------------------


_ADAPTER_INPUT = {
    operation: SRIOV_ADAPTER_TABLE.taking(f"chhwres -r sriov --rsubtype adapter -o {operation}", n)
    for operation, n in (("a", ("slot_id", "adapter_id")), ("r", ("slot_id",)))
}


def _change_adapter(call: Call, frame: Frame) -> None:
    """Switch an adapter to shared mode or back (manual page, Power10: by the slot)."""
    operation = call.parsed.required("operation")
    given = settings(call, _ADAPTER_INPUT[operation], ("slot_id",))
    index = given["slot_id"].value.upper()
    if operation == "a":
        wanted = given.get("adapter_id")
        dlpar_ports.share_adapter(frame, index, None if wanted is None else wanted.value)
        return
    dlpar_ports.dedicate_adapter(frame, index)


_PORT_FIELDS = {
    "phys_port_label": "label",
    "phys_port_sub_label": "sub_label",
    "recv_flow_control": "receive_flow_control",
    "trans_flow_control": "transmit_flow_control",
    "max_eth_logical_ports": "limit",
}


def _change_physical_port(call: Call, frame: Frame) -> None:
    given = settings(call, PHYSICAL_PORT_TABLE, ("adapter_id", "phys_port_id"))
    values = {name: setting.value for name, setting in given.items()}
    adapter_id, port_id = values.pop("adapter_id"), values.pop("phys_port_id")
    changes: dict[str, Any] = {
        field: values.pop(name) for name, field in _PORT_FIELDS.items() if name in values
    }
    if "conn_speed" in values:
        text = values.pop("conn_speed")
        changes["speed"] = None if text == "auto" else int(text)
    if "max_recv_packet_size" in values:
        changes["packet_size"] = int(values.pop("max_recv_packet_size"))
    if values:
        veb, vepa = values.get("veb_mode"), values.get("vepa_mode")
        if veb is not None and vepa is not None and veb is vepa:
            raise HmcError("invalid_attribute_value", name="vepa_mode", value=int(vepa))
        changes["vepa"] = vepa if vepa is not None else not veb
    if not changes:
        raise HmcError("missing_or_invalid", parameters=["-a"])
    dlpar_ports.change_physical_port(frame, adapter_id, port_id, changes)


_FIELDS = {
    "capacity": "capacity",
    "max_capacity": "max_capacity",
    "diag_mode": "diagnostic",
    "huge_dma_window_mode": "huge_dma",
    "promisc_mode": "promiscuous",
    "port_vlan_id": "port_vlan_id",
    "pvid_priority": "pvid_priority",
    "allowed_priorities": "priorities",
    "is_required": "required",
}
_LISTS = {"allowed_vlan_ids": "vlans", "allowed_os_mac_addrs": "os_macs"}


def _fields(given: dict[str, Setting], before: SriovLogicalPort) -> dict[str, Any]:
    """The fields of a logical port that settings change."""
    changes: dict[str, Any] = {
        field: given[name].value for name, field in _FIELDS.items() if name in given
    }
    for name, field in _LISTS.items():
        if name in given:
            changes[field] = amended(getattr(before, field), given[name], name)
    return changes


def _add_logical_port(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    given = settings(call, _NEW_PORT, ("adapter_id", "phys_port_id", "logical_port_type"))
    number = given.get("logical_port_id")
    mac = given["mac_addr"].value if "mac_addr" in given else ""
    blank = SriovLogicalPort(
        0,
        given["adapter_id"].value,
        given["phys_port_id"].value,
        given["logical_port_type"].value,
        0 if number is None else number.value,
        capacity=0,
        mac="" if mac == NO_ADDRESS else mac,
        fixed_mac=mac not in ("", NO_ADDRESS),
    )
    dlpar_ports.add_logical_port(partition, dataclasses.replace(blank, **_fields(given, blank)))


_NAMES = ("adapter_id", "logical_port_id")
_OLD_PORT = LOGICAL_PORT_TABLE.taking("chhwres -r sriov --rsubtype logport -o r", _NAMES)
_PORT = LOGICAL_PORT_TABLE.taking(
    "chhwres -r sriov --rsubtype logport -o s",
    (*_NAMES, *(_FIELDS.keys() - {"capacity", "max_capacity", "is_required"}), *_LISTS),
    tuple(_LISTS),
)
_NEW_PORT = LOGICAL_PORT_TABLE.taking(
    "chhwres -r sriov --rsubtype logport -o a",
    (*_NAMES, "phys_port_id", "logical_port_type", "mac_addr", "migratable", *_FIELDS, *_LISTS),
)


def _identified(
    call: Call, frame: Frame, table: Table
) -> tuple[Partition, SriovLogicalPort, dict[str, Setting]]:
    partition = call.partition(frame)
    given = settings(call, table, _NAMES)
    number = given.pop("logical_port_id").value
    port = dlpar_ports.owned_port(partition, given.pop("adapter_id").value, number)
    return partition, port, given


def _remove_logical_port(call: Call, frame: Frame) -> None:
    partition, port, _ = _identified(call, frame, _OLD_PORT)
    dlpar_ports.remove_logical_port(partition, port)


def _change_logical_port(call: Call, frame: Frame) -> None:
    partition, port, given = _identified(call, frame, _PORT)
    if not given:
        raise HmcError("missing_or_invalid", parameters=["-a"])
    dlpar_ports.change_logical_port(
        partition, port, dataclasses.replace(port, **_fields(given, port))
    )


def _logical(operation: str, run: Any, table: Table) -> Operation:
    return Operation(
        "sriov",
        (operation,),
        run,
        ("logport",),
        ("-a",),
        HOW,
        ONE_PARTITION,
        table=table,
        span=SINCE_SRIOV,
    )


OPERATIONS = (
    *(
        Operation(
            "sriov",
            (operation,),
            _change_adapter,
            ("adapter",),
            ("-a",),
            ("--force",),
            table=table,
            span=SINCE_SRIOV,
        )
        for operation, table in _ADAPTER_INPUT.items()
    ),
    Operation("sriov", ("s",), None, ("adapter",), (), ("-a", "--force"), span=SINCE_SRIOV),
    Operation(
        "sriov",
        ("s",),
        _change_physical_port,
        ("physport",),
        ("-a",),
        ("--force",),
        table=PHYSICAL_PORT_TABLE,
        span=SINCE_SRIOV,
    ),
    _logical("a", _add_logical_port, _NEW_PORT),
    _logical("r", _remove_logical_port, _OLD_PORT),
    _logical("s", _change_logical_port, _PORT),
)
