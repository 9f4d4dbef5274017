"""What must hold between virtual switches, virtual NICs and shared SR-IOV adapters of a system."""

from __future__ import annotations

import collections
from collections.abc import Iterator

from hmcsh.model.adapters import DEFAULT_SWITCH
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.schema import IoSlot, Partition, System
from hmcsh.model.inventory.schema_network import Bridge, Ethernet, SriovLogicalPort, VnicBacking
from hmcsh.model.inventory.values import Word
from hmcsh.model.sharing import MAXIMUM_BACKING_DEVICES
from hmcsh.model.sriov import CARDS, WHOLE, PortModel, format_capacity


def check_network(system: System, problems: Problems) -> None:
    """Note what does not fit."""
    if "slots" in system.failed:
        return
    adapters = _adapters(system, problems)
    _switches(system, problems)
    used: dict[tuple[int, int], list[int]] = collections.defaultdict(list)
    for partition in system.partitions.values():
        for share in _shares(system, partition, problems):
            place = _place(adapters, share, problems)
            if place is not None and partition.was_activated:
                _take(share, place, used, problems)


def _adapters(system: System, problems: Problems) -> dict[int, IoSlot]:
    """The shared adapters by their IDs."""
    found: dict[int, IoSlot] = {}
    for slot in system.slots.values():
        card = CARDS.get(slot.card)
        for field in ("sriov", "labels", "unplugged"):
            if card is None and field in slot.lines:
                problems.add(slot.at(field), f"only an adapter with SR-IOV has {field!r}")
        if card is None:
            continue
        ports = len(card.ports)
        if len(slot.labels) > ports or any(number >= ports for number in slot.unplugged):
            problems.add(slot.line, f"{slot.key} has the ports 0 to {ports - 1}")
        if slot.sriov is None:
            continue
        if slot.sriov in found:
            text = f"adapter ID {slot.sriov} is already that of {found[slot.sriov].key}"
            problems.add(slot.at("sriov"), text)
        found.setdefault(int(slot.sriov), slot)
        for owner in system.partitions.values():
            if slot.key in owner.io:
                text = f"{slot.key} is shared: it cannot be that of {owner.key}"
                problems.add(owner.io[Word(slot.key)].line, text)
    return found


def _switches(system: System, problems: Problems) -> None:
    known = [DEFAULT_SWITCH, *system.virtual_switches]
    for partition in system.partitions.values():
        entries: list[Ethernet | Bridge] = [
            *partition.ethernet.values(),
            *partition.bridges.values(),
        ]
        for entry in entries:
            if entry.switch not in known and "virtual_switches" not in system.failed:
                hint = suggestion(entry.switch, known)
                problems.add(entry.at("switch"), f"unknown virtual switch {entry.switch!r}{hint}")


def _shares(
    system: System, partition: Partition, problems: Problems
) -> Iterator[VnicBacking | SriovLogicalPort]:
    for nic in partition.vnic.values():
        if partition.is_vios:
            problems.add(nic.line, f"{partition.key} is a vioserver: it has no virtual NIC")
        if not 1 <= len(nic.backing) <= MAXIMUM_BACKING_DEVICES and not nic.failed:
            text = f"a virtual NIC has 1 to {MAXIMUM_BACKING_DEVICES} backing devices"
            problems.add(nic.at("backing"), text)
        ports = [(device.adapter, device.port) for device in nic.backing]
        if len(set(ports)) != len(ports):
            problems.add(nic.at("backing"), "two backing devices share a physical port")
        for device in nic.backing:
            server = system.partitions.get(device.server)
            if "partitions" not in system.failed and (server is None or not server.is_vios):
                servers = [p.key for p in system.partitions.values() if p.is_vios]
                problems.add(
                    device.at("server"),
                    f"unknown Virtual I/O Server {device.server!r}"
                    f"{suggestion(device.server, servers)}",
                )
            yield device
    yield from partition.sriov_logical_ports


def _place(
    adapters: dict[int, IoSlot], share: VnicBacking | SriovLogicalPort, problems: Problems
) -> PortModel | None:
    """The physical port that a share is of; None after noting why there is none."""
    if share.failed:
        return None
    slot = adapters.get(int(share.adapter))
    if slot is None:
        problems.add(share.at("adapter"), f"no shared adapter has the ID {share.adapter}")
        return None
    ports = CARDS[slot.card].ports
    if share.port >= len(ports):
        problems.add(share.at("port"), f"{slot.key} has the ports 0 to {len(ports) - 1}")
        return None
    model = ports[share.port]
    if isinstance(share, SriovLogicalPort) and share.protocol == "roce" and model.kind != "roce":
        problems.add(share.at("protocol"), f"port {share.port} of {slot.key} is not for RoCE")
        return None
    capacity = model.granularity if share.capacity is None else int(share.capacity)
    if capacity > share.max_capacity:
        problems.add(share.at("capacity"), "capacity is more than max_capacity")
    if capacity % model.granularity:
        step = format_capacity(model.granularity)
        problems.add(share.at("capacity"), f"capacities of {slot.key} are in steps of {step} %")
    return model


def _take(
    share: VnicBacking | SriovLogicalPort,
    model: PortModel,
    used: dict[tuple[int, int], list[int]],
    problems: Problems,
) -> None:
    """Note where the shares of partitions that were activated do not fit a port together."""
    of_port = used[int(share.adapter), share.port]
    of_port.append(model.granularity if share.capacity is None else int(share.capacity))
    if sum(of_port) > WHOLE or len(of_port) > model.limit:
        problems.add(
            share.line,
            f"port {share.port} of adapter {share.adapter} has no room for so many logical ports",
        )
