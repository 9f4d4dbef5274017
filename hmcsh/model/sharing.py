"""Who has which share of the SR-IOV ports of a managed system, and whether there is room for more.

A share is a logical port that a partition owns, or one that a Virtual I/O Server has for a virtual
NIC of its client. Nothing but partitions and their adapters says who owns what.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence

from hmcsh.language.messages import HmcError
from hmcsh.model.adapters import BackingDevice, VnicAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import (
    SERVER_CONFIG_ID,
    WHOLE,
    PhysicalPort,
    SriovAdapter,
    SriovLogicalPort,
    format_capacity,
    logical_port_number,
    show_number,
)

MAXIMUM_BACKING_DEVICES = 6
OPERATIONAL, LINK_DOWN, POWERED_OFF = "Operational", "Link Down", "Powered Off"


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """A logical port in use: its owner, and the client whose virtual NIC it backs, if any."""

    owner: Partition
    port: SriovLogicalPort
    client: Partition | None = None


def shares(frame: Frame, without: Collection[Partition] = ()) -> Iterator[Share]:
    """Every logical port of a system in use, but those of some partitions and their NICs."""
    for partition in frame.listed_partitions():
        if partition in without:
            continue
        for port in partition.sriov_logical_ports:
            yield Share(partition, port)
        for nic in partition.vnic_adapters:
            for device in nic.backing:
                server = frame.partitions.get(device.server_id)
                if server is not None and device.logical_port:
                    yield Share(server, _port_of(nic, device), partition)


def _port_of(nic: VnicAdapter, device: BackingDevice) -> SriovLogicalPort:
    """The logical port behind a backing device: limits of the NIC are limits of the port."""
    return SriovLogicalPort(
        device.config_id,
        device.adapter_id,
        device.port_id,
        number=device.logical_port,
        capacity=device.capacity,
        max_capacity=device.max_capacity,
        vlans=nic.vlans,
        mac=nic.mac,
        fixed_mac=nic.fixed_mac,
        os_macs=nic.os_macs,
        port_vlan_id=nic.port_vlan_id,
        pvid_priority=nic.pvid_priority,
    )


def shared_adapters(frame: Frame) -> dict[int, SriovAdapter]:
    """The adapters of a system in shared mode, by adapter ID."""
    found = {a.adapter_id: a for a in frame.sriov.values() if a.adapter_id is not None}
    return dict(sorted(found.items()))


def adapter(frame: Frame, adapter_id: int) -> SriovAdapter:
    """The shared adapter of an ID. Raises HmcError HSCL1244 if there is none."""
    found = shared_adapters(frame).get(adapter_id)
    if found is None:
        raise HmcError("sriov_adapter_not_found", adapter=adapter_id, system=frame.name)
    return found


def physical_port(frame: Frame, adapter_id: int, port_id: int) -> PhysicalPort:
    """A physical port. Raises HmcError if the system has no such adapter or the adapter no port."""
    found = adapter(frame, adapter_id).ports.get(port_id)
    if found is None:
        raise HmcError("sriov_port_not_found", adapter=adapter_id, port=port_id, system=frame.name)
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A share that is asked for. `number` is 0 where the hypervisor chooses the logical port."""

    adapter_id: int
    port_id: int
    capacity: int
    max_capacity: int = WHOLE
    number: int = 0
    config_id: int = 0
    promiscuous: bool = False

    @classmethod
    def of(cls, port: SriovLogicalPort | BackingDevice) -> Wanted:
        """What a logical port or a backing device asks for."""
        if isinstance(port, SriovLogicalPort):
            return cls(
                port.adapter_id,
                port.port_id,
                port.capacity,
                port.max_capacity,
                port.number,
                port.config_id,
                port.promiscuous,
            )
        return cls(port.adapter_id, port.port_id, port.capacity, port.max_capacity)


def require_room(
    frame: Frame,
    wanted: Sequence[Wanted],
    without: Collection[Partition] = (),
    released: Iterable[int] = (),
) -> None:
    """Check that shares can be made, one after the other.

    Shares of the partitions `without` and the logical ports `released` count as free. Raises
    HmcError for an adapter or port that does not exist, and for a capacity that is out of range
    (HSCL1295), of no whole steps (HSCL1294), or more than there is left (HSCL1293), and where no
    logical port is left.
    """
    gone = set(released)
    used = [share.port for share in shares(frame, without) if share.port.number not in gone]
    present = [Wanted.of(port) for port in used]
    for one in wanted:
        _require_one(frame, one, present)
        present.append(one)


def require_capacity(frame: Frame, one: Wanted) -> PhysicalPort:
    """Check that a share is one that its port can have, whoever has the rest; give the port.

    Raises HmcError for an adapter or port that does not exist, HSCL1295, HSCL1294.
    """
    port = physical_port(frame, one.adapter_id, one.port_id)
    step = port.model.granularity
    for capacity in (one.capacity, one.max_capacity):
        if not step <= capacity <= WHOLE:
            raise HmcError(
                "capacity_out_of_range",
                capacity=format_capacity(capacity),
                minimum=format_capacity(step),
            )
        if capacity % step:
            raise HmcError(
                "capacity_no_multiple",
                config_id=one.config_id,
                capacity=format_capacity(capacity),
                step=format_capacity(step),
            )
    if one.max_capacity < one.capacity:
        raise HmcError(
            "invalid_attribute_value", name="max_capacity", value=format_capacity(one.max_capacity)
        )
    return port


def _require_one(frame: Frame, one: Wanted, present: Sequence[Wanted]) -> None:
    port = require_capacity(frame, one)
    beside = [p for p in present if (p.adapter_id, p.port_id) == (one.adapter_id, one.port_id)]
    total = sum(p.capacity for p in beside)
    if total + one.capacity > WHOLE:
        raise HmcError("capacity_exhausted", current=format_capacity(total))
    if one.promiscuous and any(p.promiscuous for p in beside):
        raise HmcError("promiscuous_limit", adapter=one.adapter_id, port=one.port_id)
    carried = sum(p.adapter_id == one.adapter_id for p in present)
    limit = adapter(frame, one.adapter_id).card.limit
    if len(beside) >= port.limit or carried >= limit:
        raise HmcError("no_logical_port", adapter=one.adapter_id, port=one.port_id)
    if one.number and any(p.number == one.number for p in present):
        raise HmcError("logical_port_taken", port=show_number(one.number))


def require_backing(frame: Frame, devices: tuple[BackingDevice, ...]) -> None:
    """Check how many backing devices a virtual NIC has, on which ports, of which servers.

    Raises HmcError.
    """
    if not 1 <= len(devices) <= MAXIMUM_BACKING_DEVICES:
        raise HmcError("vnic_backing_limit", limit=MAXIMUM_BACKING_DEVICES)
    for number, device in enumerate(devices):
        server = frame.partition(lpar_id=device.server_id)
        if not server.is_vios:
            raise HmcError(
                "invalid_remote_partition", name=server.name, reason="it is no Virtual I/O Server"
            )
        if any(device.port == other.port for other in devices[:number]):
            raise HmcError("vnic_backing_port", adapter=device.adapter_id, port=device.port_id)


def require_protocol(frame: Frame, port: SriovLogicalPort) -> None:
    """Check that a physical port carries a protocol: RoCE ports carry both (capture, V10R3).

    Raises HmcError.
    """
    kind = physical_port(frame, port.adapter_id, port.port_id).model.kind
    if port.protocol == "roce" and kind != "roce":
        raise HmcError(
            "wrong_protocol", adapter=port.adapter_id, port=port.port_id, protocol=port.protocol
        )


def free_number(frame: Frame, adapter_id: int, taken: Iterable[int] = ()) -> int:
    """The lowest logical port of an adapter that is free. Raises HmcError if none is."""
    used = {share.port.number for share in shares(frame)} | set(taken)
    for ordinal in range(1, adapter(frame, adapter_id).card.limit + 1):
        number = logical_port_number(adapter_id, ordinal)
        if number not in used:
            return number
    raise HmcError("no_logical_port", adapter=adapter_id, port="*")


def free_config_id(ports: Iterable[SriovLogicalPort]) -> int:
    """The lowest configuration ID for a further logical port of a partition."""
    used = {port.config_id for port in ports}
    return next(number for number in range(len(used) + 1) if number not in used)


def with_ports(frame: Frame, nic: VnicAdapter) -> VnicAdapter:
    """Give a virtual NIC whose backing devices all have logical ports; there must be room."""
    taken: set[int] = set()
    made: list[BackingDevice] = []
    for device in nic.backing:
        if not device.logical_port:
            number = free_number(frame, device.adapter_id, taken)
            config_id = _server_config_id(frame, [*made, *nic.backing], device.server_id)
            device = dataclasses.replace(device, logical_port=number, config_id=config_id)
        taken.add(device.logical_port)
        made.append(device)
    active = nic.active if any(d.logical_port == nic.active for d in made) else 0
    best = min(made, key=lambda device: device.priority)
    return dataclasses.replace(nic, backing=tuple(made), active=active or best.logical_port)


def _server_config_id(frame: Frame, beside: Iterable[BackingDevice], server_id: int) -> int:
    used = {s.port.config_id for s in shares(frame) if s.owner.lpar_id == server_id and s.client}
    used |= {device.config_id for device in beside if device.server_id == server_id}
    return next(
        n for n in range(SERVER_CONFIG_ID, SERVER_CONFIG_ID + len(used) + 1) if n not in used
    )


# -- which backing device of a virtual NIC is in use -----------------------------------------


def status(frame: Frame, device: BackingDevice) -> str:
    """How a backing device is: its Virtual I/O Server runs and its link is up (inferred words)."""
    server = frame.partitions.get(device.server_id)
    if server is None or not server.running:
        return POWERED_OFF
    found = shared_adapters(frame).get(device.adapter_id)
    port = found.ports.get(device.port_id) if found is not None else None
    return OPERATIONAL if port is not None and port.up else LINK_DOWN


def in_use(frame: Frame, nic: VnicAdapter) -> int:
    """The logical port of the backing device that a virtual NIC uses now.

    The hypervisor leaves one that does not work for the best that does, and with automatic
    failover also a worse for a better one (documentation of the LPAR tool for vNIC failover).
    """
    working = [d for d in nic.backing if status(frame, d) == OPERATIONAL]
    chosen = [d for d in working if d.logical_port == nic.active]
    if not working or (chosen and not nic.auto_failover):
        return nic.active
    return min(working, key=lambda d: (d.priority, d.logical_port != nic.active)).logical_port
