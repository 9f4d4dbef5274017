"""Dynamic changes of SR-IOV: adapters, physical ports, and the logical ports of partitions.

As with other dynamic changes a refused one changes nothing, and no profile is touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.model.adapter_rules import require_free_address
from hmcsh.model.configuration import synchronize
from hmcsh.model.dlpar import require_changeable
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import (
    Wanted,
    adapter,
    free_config_id,
    physical_port,
    require_protocol,
    require_room,
    shared_adapters,
    shares,
)
from hmcsh.model.sriov import (
    SriovAdapter,
    SriovLogicalPort,
    logical_port_number,
    ordinal,
    show_number,
)
from hmcsh.model.wiring import with_number

__all__ = [
    "add_logical_port",
    "change_logical_port",
    "change_physical_port",
    "dedicate_adapter",
    "owned_port",
    "remove_logical_port",
    "share_adapter",
]


def _sharable(frame: Frame, drc_index: str) -> SriovAdapter:
    frame.require_operating()
    found = frame.sriov.get(drc_index)
    if found is None:
        raise HmcError("sriov_slot", index=drc_index)
    return found


def share_adapter(frame: Frame, drc_index: str, adapter_id: int | None = None) -> None:
    """Switch the adapter of a physical slot to shared mode, with an ID or the lowest free one.

    Raises HmcError for a slot without such an adapter or that a partition owns, for an adapter
    that is shared already, and for an ID that is taken.
    """
    found = _sharable(frame, drc_index)
    if found.shared:
        raise HmcError("sriov_mode", index=drc_index, mode="shared")
    owner = frame.slots[drc_index].owner
    if owner is not None:
        raise HmcError("sriov_slot_owned", index=drc_index, name=frame.client_name(owner))
    taken = shared_adapters(frame)
    if adapter_id is None:
        adapter_id = next(number for number in range(1, len(taken) + 2) if number not in taken)
    elif adapter_id in taken:
        raise HmcError("sriov_adapter_id_taken", adapter=adapter_id, system=frame.name)
    found.adapter_id = adapter_id


def dedicate_adapter(frame: Frame, drc_index: str) -> None:
    """Switch the adapter of a physical slot back to dedicated mode.

    Raises HmcError for a slot without such an adapter, for one that is dedicated, and while
    partitions have logical ports of it.
    """
    found = _sharable(frame, drc_index)
    if found.adapter_id is None:
        raise HmcError("sriov_mode", index=drc_index, mode="dedicated")
    if any(share.port.adapter_id == found.adapter_id for share in shares(frame)):
        raise HmcError("sriov_adapter_busy", adapter=found.adapter_id)
    found.adapter_id = None


def change_physical_port(
    frame: Frame, adapter_id: int, port_id: int, changes: Mapping[str, Any]
) -> None:
    """Set fields of a physical port. Raises HmcError for a port that does not exist, for more
    logical ports than it can carry, and for fewer than it does.
    """
    frame.require_operating()
    port = physical_port(frame, adapter_id, port_id)
    limit = changes.get("limit")
    if limit is not None:
        carried = sum(share.port.port == (adapter_id, port_id) for share in shares(frame))
        if not carried <= limit <= port.model.limit:
            raise HmcError("invalid_attribute_value", name="max_eth_logical_ports", value=limit)
    for field, value in changes.items():
        setattr(port, field, value)


def _failed(error: HmcError) -> HmcError:
    """The message of a logical port operation around its reason (capture, V10R3)."""
    return HmcError("logical_port_failed", detail=error.text)


def add_logical_port(partition: Partition, port: SriovLogicalPort) -> None:
    """Give a partition a logical port, in the next configuration ID.

    A capacity of 0 stands for the least that the physical port gives.
    A logical port that is named and belongs to a partition that is off changes its owner
    (capture, V10R3). Raises HmcError if the partition cannot be changed, and HSCL127D with the
    reason why it cannot have the port.
    """
    require_changeable(partition)
    former = None
    try:
        if port.number:
            former = _former_owner(partition, port)
        least = physical_port(partition.frame, port.adapter_id, port.port_id).model.granularity
        port = dataclasses.replace(port, capacity=port.capacity or least)
        require_protocol(partition.frame, port)
        if port.fixed_mac:
            require_free_address(partition, port.mac)
        require_room(partition.frame, [Wanted.of(port)], released=[port.number] if former else [])
    except HmcError as error:
        raise _failed(error) from error
    if former is not None:
        former.sriov_logical_ports = tuple(
            other for other in former.sriov_logical_ports if other.number != port.number
        )
    port = dataclasses.replace(port, config_id=free_config_id(partition.sriov_logical_ports))
    partition.sriov_logical_ports += (with_number(partition, port),)
    synchronize(partition)


def _former_owner(partition: Partition, port: SriovLogicalPort) -> Partition | None:
    """The partition that loses a logical port that is named.

    Raises HmcError for one that its adapter has not, and for one that cannot be taken.
    """
    frame = partition.frame
    place = ordinal(port.number)
    right = logical_port_number(port.adapter_id, place) == port.number
    if not right or not 1 <= place <= adapter(frame, port.adapter_id).card.limit:
        raise HmcError(
            "logical_port_not_found", port=show_number(port.number), adapter=port.adapter_id
        )
    found = next((s for s in shares(frame) if s.port.number == port.number), None)
    if found is None:
        return None
    if found.owner is partition:
        raise HmcError("logical_port_assigned", port=show_number(port.number))
    if found.client is not None or found.owner.state.powered_on or found.owner.migrating:
        raise HmcError("logical_port_taken", port=show_number(port.number))
    return found.owner


def owned_port(partition: Partition, adapter_id: int, number: int) -> SriovLogicalPort:
    """The logical port of a partition with an ID.

    Raises HSCL127D with the reason if it is not there, not the partition's own, or behind a
    virtual NIC.
    """
    for port in partition.sriov_logical_ports:
        if (port.adapter_id, port.number) == (adapter_id, number):
            return port
    for share in shares(partition.frame):
        if share.port.number == number and share.owner is partition and share.client is not None:
            error = HmcError("logical_port_backs", port=show_number(number), name=share.client.name)
            raise _failed(error)
    raise _failed(HmcError("logical_port_not_owned", port=show_number(number), name=partition.name))


def remove_logical_port(partition: Partition, port: SriovLogicalPort) -> None:
    """Take a logical port from a partition.

    Raises HmcError if the partition cannot be changed, HSCL127D for a port that is required by
    one that is on.
    """
    require_changeable(partition)
    if port.required and partition.state.powered_on:
        raise _failed(
            HmcError("logical_port_required", port=show_number(port.number), name=partition.name)
        )
    kept = (other for other in partition.sriov_logical_ports if other is not port)
    partition.sriov_logical_ports = tuple(kept)
    synchronize(partition)


def change_logical_port(
    partition: Partition, port: SriovLogicalPort, changed: SriovLogicalPort
) -> None:
    """Put a changed logical port in the place of another.

    Raises HmcError if the partition cannot be changed, HSCL127D if its physical port does not
    allow it.
    """
    require_changeable(partition)
    try:
        require_room(partition.frame, [Wanted.of(changed)], released=[port.number])
    except HmcError as error:
        raise _failed(error) from error
    present = partition.sriov_logical_ports
    partition.sriov_logical_ports = tuple(changed if p is port else p for p in present)
    synchronize(partition)
