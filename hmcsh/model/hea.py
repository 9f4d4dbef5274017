"""Host Ethernet adapters: physical ports in groups, shared by partitions as logical ports.

Source: SG24-7460 appendix A. A logical port belongs to a physical port; all ports of a group
together have as many logical ports as its Multi-Core Scaling value leaves (table A-1).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from hmcsh.language.messages import HmcError
from hmcsh.model import devices
from hmcsh.model.adapters import MAXIMUM_VLAN

if TYPE_CHECKING:
    from hmcsh.model.frame import Frame
    from hmcsh.model.partition import Partition

# Logical ports of a port group for each Multi-Core Scaling value (SG24-7460 table A-1).
LOGICAL_PORTS = {1: 16, 2: 8, 4: 4, 8: 2, 16: 1}

_PORT = re.compile(
    r"([0-9A-Fa-f]{8})/(\d{1,5})/(\d{1,5})/(\d{1,5})/((?:\d{1,4}(?:,\d{1,4})*|none)?)", re.ASCII
)

Kind = Literal["dual-1g", "quad-1g", "dual-10g"]

# Port groups with their physical ports, and the speed in Mbit/s (SG24-7460 appendix A: dual port
# 10 Gbit/s and quad port 1 Gbit/s adapters have two groups, dual port 1 Gbit/s ones have one).
_SHAPES: dict[Kind, tuple[dict[int, tuple[int, ...]], int]] = {
    "dual-1g": ({1: (0, 1)}, 1000),
    "quad-1g": ({1: (0, 1), 2: (0, 1)}, 1000),
    "dual-10g": ({1: (0,), 2: (0,)}, 10000),
}


@dataclasses.dataclass(frozen=True, slots=True)
class LogicalPort:
    """A logical port as a partition or a profile has it. No VLANs means all of them."""

    adapter: str
    group: int
    port: int
    number: int
    vlans: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> LogicalPort:
        """Read `adapter-ID/port-group/physical-port-ID/logical-port-ID/[allowed-VLAN-IDs]`.

        No VLANs are written `none` (capture, POWER6) and may be left out. Raises ValueError.
        """
        found = _PORT.fullmatch(text)
        if found is None:
            raise ValueError(f"not a logical port of a host Ethernet adapter: {text!r}")
        vlans = found[5]
        numbers = () if vlans in ("", "none") else tuple(map(int, vlans.split(",")))
        if len(set(numbers)) != len(numbers) or not all(1 <= n <= MAXIMUM_VLAN for n in numbers):
            raise ValueError(f"not VLANs: {vlans!r}")
        return cls(found[1].upper(), int(found[2]), int(found[3]), int(found[4]), numbers)

    def __str__(self) -> str:
        vlans = ",".join(map(str, self.vlans)) or "none"
        return f"{self.adapter}/{self.group}/{self.port}/{self.number}/{vlans}"

    @property
    def place(self) -> tuple[str, int, int]:
        """What can be given away once: adapter, group and number of the logical port."""
        return self.adapter, self.group, self.number

    def mac_address(self, serial: str) -> str:
        """Its MAC address on the system with a serial number (inferred: by system and port)."""
        digits = "".join(character for character in serial if character in "0123456789ABCDEF")
        return f"00145E{digits[-3:]:>03}{self.group:X}{self.number:02X}"


@dataclasses.dataclass(slots=True)
class PhysicalPort:
    """A physical port: its place on the adapter, and the partition that has it to itself.

    `promiscuous` is the ID of that partition, None if logical ports share the port.
    """

    group: int
    number: int
    location: str
    speed: int
    promiscuous: int | None = None


@dataclasses.dataclass(slots=True)
class PortGroup:
    """A port group with its Multi-Core Scaling value, now and after the next power-on."""

    number: int
    scaling: int = 1
    pending_scaling: int = 1


@dataclasses.dataclass(slots=True)
class HostEthernetAdapter:
    """A host Ethernet adapter by its ID, eight hexadecimal digits."""

    adapter_id: str
    location: str
    kind: Kind
    groups: dict[int, PortGroup] = dataclasses.field(default_factory=dict)
    ports: dict[tuple[int, int], PhysicalPort] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        shape, speed = _SHAPES[self.kind]
        numbers = iter(range(1, 5))
        for group, ports in shape.items():
            self.groups[group] = PortGroup(group)
            for port in ports:
                place = f"{self.location}-T{next(numbers)}"
                self.ports[group, port] = PhysicalPort(group, port, place, speed)

    def apply_pending(self) -> None:
        """Take over what waits for the system to be powered on."""
        for group in self.groups.values():
            group.scaling = group.pending_scaling


def assigned(frame: Frame) -> Iterator[tuple[LogicalPort, Partition]]:
    """The logical ports that partitions of a system have."""
    for partition in frame.partitions.values():
        for port in partition.lhea_logical_ports:
            yield port, partition


def holders(frame: Frame) -> dict[tuple[str, int, int], Partition]:
    """Who has a logical port, by its place."""
    return {port.place: partition for port, partition in assigned(frame)}


def _adapter(frame: Frame, adapter_id: str) -> HostEthernetAdapter:
    try:
        return frame.host_ethernet[adapter_id.upper()]
    except KeyError:
        raise HmcError("hea_not_found", id=adapter_id) from None


def _physical(frame: Frame, adapter_id: str, group: int, port: int) -> PhysicalPort:
    adapter = _adapter(frame, adapter_id)
    found = adapter.ports.get((group, port))
    if found is None:
        raise HmcError("hea_port_not_found", id=adapter_id, group=group, port=port)
    return found


def check_port(frame: Frame, port: LogicalPort, partition: Partition) -> None:
    """Check that a partition may have a logical port.

    Raises HmcError for an adapter, a port or a logical port that is not there, that another
    partition has, or that lies on a port which one partition has to itself.
    """
    physical = _physical(frame, port.adapter, port.group, port.port)
    group = _adapter(frame, port.adapter).groups[port.group]
    if not 1 <= port.number <= LOGICAL_PORTS[group.scaling]:
        raise HmcError("hea_logical_port", number=port.number, id=port.adapter, group=port.group)
    holder = holders(frame).get(port.place)
    if holder not in (None, partition):
        raise HmcError("hea_port_in_use", number=port.number, id=port.adapter, name=holder.name)
    if physical.promiscuous not in (None, partition.lpar_id):
        owner = frame.client_name(physical.promiscuous)
        raise HmcError("hea_promiscuous", port=port.port, id=port.adapter, name=owner)


def free_ports(partition: Partition, ports: tuple[LogicalPort, ...]) -> tuple[LogicalPort, ...]:
    """Those of a profile's logical ports that no other partition has when it is activated."""
    held = holders(partition.frame)
    return tuple(port for port in ports if held.get(port.place) in (None, partition))


def add_port(partition: Partition, port: LogicalPort) -> None:
    """Give a logical port to a partition. Raises HmcError as `check_port`, and if it has it."""
    check_port(partition.frame, port, partition)
    if any(port.place == own.place for own in partition.lhea_logical_ports):
        raise HmcError("hea_port_in_use", number=port.number, id=port.adapter, name=partition.name)
    devices.settle(partition)
    partition.lhea_logical_ports = (*partition.lhea_logical_ports, port)


def remove_port(partition: Partition, adapter: str, group: int, number: int) -> None:
    """Take a logical port from a partition.

    Raises HmcError if it has no such port, or its operating system uses it.
    """
    _adapter(partition.frame, adapter)
    place = (adapter.upper(), group, number)
    rest = tuple(port for port in partition.lhea_logical_ports if port.place != place)
    if rest == partition.lhea_logical_ports:
        raise HmcError("hea_port_not_held", number=number, id=adapter, name=partition.name)
    device = devices.blocker(partition, ("lhea", *place))
    if device:
        raise HmcError("hea_port_busy", number=number, name=partition.name, device=device)
    partition.lhea_logical_ports = rest
    devices.forget(partition, ("lhea", *place))


def set_scaling(frame: Frame, adapter_id: str, group: int, value: int) -> None:
    """Choose the Multi-Core Scaling value of a port group from the next power-on.

    Raises HmcError for a value or a group that is not there, and if logical ports are in use that
    the value would not leave (SG24-7460 table A-1).
    """
    found = _adapter(frame, adapter_id).groups.get(group)
    if found is None:
        raise HmcError("hea_group_not_found", id=adapter_id, group=group)
    if value not in LOGICAL_PORTS:
        raise HmcError("invalid_attribute_value", name="pend_port_group_mcs_value", value=value)
    used = [n for adapter, g, n in holders(frame) if (adapter, g) == (adapter_id.upper(), group)]
    if max(used, default=0) > LOGICAL_PORTS[value]:
        raise HmcError("hea_logical_port", number=max(used), id=adapter_id, group=group)
    found.pending_scaling = value


def set_promiscuous(
    frame: Frame, adapter_id: str, group: int, port: int, lpar_id: int | None
) -> None:
    """Give a physical port to one partition alone, or to all again with None.

    Raises HmcError for a port or a partition that is not there, and while another partition has a
    logical port of it (SG24-7460 appendix A).
    """
    physical = _physical(frame, adapter_id, group, port)
    if lpar_id is not None:
        owner = frame.partition(lpar_id=lpar_id)
        for logical, partition in assigned(frame):
            here = (logical.adapter, logical.group, logical.port)
            if partition is not owner and here == (adapter_id.upper(), group, port):
                raise HmcError(
                    "hea_port_in_use", number=logical.number, id=adapter_id, name=partition.name
                )
    physical.promiscuous = lpar_id
