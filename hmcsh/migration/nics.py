"""Virtual NICs: which SR-IOV ports carry them where the partition goes, through which servers.

Each backing device of a virtual NIC goes to a physical port that has the label of its port on the
source, a link, and room for its capacity. Those of one virtual NIC go to different ports; those of
one Virtual I/O Server stay together and those of several apart, as far as can be, and so with
adapters (what consoles do by themselves; the order of preference is inferred). A caller may name
server, port and capacity of any of them.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence

from hmcsh.language.messages import HmcError
from hmcsh.model import sharing
from hmcsh.model.adapters import BackingDevice, VirtualAdapter, VnicAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import Wanted
from hmcsh.model.sriov import WHOLE, PhysicalPort

Port = tuple[int, int]  # the ID of an adapter, and that of one of its physical ports


@dataclasses.dataclass(frozen=True, slots=True)
class NicMapping:
    """What is to take the place of the backing device at a port of the source.

    `capacity` is in hundredths of a percent of the port.
    """

    before: Port
    server: Partition
    port: Port
    capacity: int


Asked = Mapping[int, Sequence[NicMapping]]
Backing = dict[int, tuple[BackingDevice, ...]]


def nic_mapping(partition: Partition, destination: Frame, asked: Asked) -> Backing:
    """The backing devices that the virtual NICs of a partition would have, by virtual slot.

    What no port can carry is left out. `asked` is by virtual slot, too.
    """
    found: Backing = {}
    taken: list[Wanted] = []
    for nic in partition.vnic_adapters:
        wishes = {wish.before: wish for wish in asked.get(nic.slot, ())}
        pairs: list[tuple[BackingDevice, BackingDevice]] = []
        for device in nic.backing:
            options = _options(partition.frame, destination, device, wishes.get(device.port))
            for option in sorted(options, key=functools.partial(_unlike, pairs, device)):
                if option.port not in [after.port for _, after in pairs] and _fits(
                    destination, [*taken, Wanted.of(option)]
                ):
                    pairs.append((device, option))
                    taken.append(Wanted.of(option))
                    break
        found[nic.slot] = tuple(after for _, after in pairs)
    return found


def _unlike(
    pairs: Sequence[tuple[BackingDevice, BackingDevice]],
    device: BackingDevice,
    option: BackingDevice,
) -> tuple[int, int]:
    """How often servers, and then adapters, are together here and apart there, or the reverse."""
    servers = adapters = 0
    for before, after in pairs:
        together = before.server_id == device.server_id
        servers += together is not (after.server_id == option.server_id)
        together = before.adapter_id == device.adapter_id
        adapters += together is not (after.adapter_id == option.adapter_id)
    return servers, adapters


def _fits(frame: Frame, wanted: Sequence[Wanted]) -> bool:
    try:
        sharing.require_room(frame, wanted)
    except HmcError:
        return False
    return True


def _options(
    source: Frame, destination: Frame, device: BackingDevice, wish: NicMapping | None
) -> Iterator[BackingDevice]:
    """What could take the place of a backing device, by servers, then by ports."""
    if wish is not None:
        yield _made(destination, device, wish.server, wish.port, wish.capacity)
        return
    label = _ports(source)[device.port].label if device.port in _ports(source) else ""
    for server in destination.virtual_io_servers():
        if server.rmc_active:
            for place, port in _ports(destination).items():
                if port.up and port.label == label:
                    yield _made(destination, device, server, place, device.capacity)


def _ports(frame: Frame) -> dict[Port, PhysicalPort]:
    return {
        (adapter_id, port_id): port
        for adapter_id, adapter in sharing.shared_adapters(frame).items()
        for port_id, port in sorted(adapter.ports.items())
    }


def _made(
    frame: Frame, device: BackingDevice, server: Partition, place: Port, capacity: int
) -> BackingDevice:
    """The device at its new place; capacities become whole steps of the port."""
    port = _ports(frame).get(place)
    step = port.model.granularity if port is not None else 1

    def steps(amount: int) -> int:
        return min(-(-amount // step) * step, WHOLE)

    return dataclasses.replace(
        device,
        server_id=server.lpar_id,
        adapter_id=place[0],
        port_id=place[1],
        capacity=steps(capacity),
        max_capacity=steps(max(device.max_capacity, capacity)),
        logical_port=0,
        config_id=0,
    )


def servers(backing: Backing, frame: Frame) -> list[Partition]:
    """The Virtual I/O Servers that backing devices are of, each once."""
    ids = dict.fromkeys(one.server_id for devices in backing.values() for one in devices)
    return [frame.partitions[lpar_id] for lpar_id in ids if lpar_id in frame.partitions]


def moved(adapter: VnicAdapter, backing: Backing) -> VnicAdapter:
    """The virtual NIC with its new backing devices, which have no logical ports yet."""
    return dataclasses.replace(adapter, backing=backing.get(adapter.slot, ()), active=0)


def require_room(backing: Backing, frame: Frame) -> None:
    """Check that ports still have room for backing devices. Raises HmcError."""
    wanted = [Wanted.of(device) for devices in backing.values() for device in devices]
    sharing.require_room(frame, wanted)


def make_ports(shell: Partition) -> None:
    """Give the backing devices of a new partition logical ports. Raises HmcError without room."""
    adapters: dict[int, VirtualAdapter] = shell.adapters
    for nic in shell.vnic_adapters:
        adapters[nic.slot] = sharing.with_ports(shell.frame, nic)
