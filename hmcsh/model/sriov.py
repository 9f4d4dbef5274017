"""SR-IOV: adapters whose physical ports are shared by logical ports of partitions.

Sources: REDP-5065; captures of a POWER9 9009-42A at V11R2 and of an 8375-42A at V10R3 (port types,
how many logical ports they carry, the numbering of logical ports). Capacities are in hundredths of
a percent of a physical port.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from hmcsh.model.adapters import ALL, Addresses

WHOLE = 10000  # a port's capacity
PortKind = Literal["eth", "ethc", "roce"]
Protocol = Literal["eth", "roce"]

_FIRST_LOGICAL_PORT = 0x27000000
_PORTS_OF_AN_ADAPTER = 0x4000
_FIRST_BUS = 4096
_BUSES_OF_AN_ADAPTER = 128
SERVER_CONFIG_ID = 16384  # ports that back virtual NICs count from here (capture, V11R2)


def logical_port_number(adapter_id: int, ordinal: int) -> int:
    """The ID of a logical port: its DRC index (captures: 27004001, 27008005, 2701c001)."""
    return _FIRST_LOGICAL_PORT + adapter_id * _PORTS_OF_AN_ADAPTER + ordinal


@dataclasses.dataclass(frozen=True, slots=True)
class PortModel:
    """What physical ports of one type can do; `granularity` is the least step of capacity."""

    kind: PortKind
    limit: int
    granularity: int
    speed: int


@dataclasses.dataclass(frozen=True, slots=True)
class CardModel:
    """An adapter that can be shared: its ports, and how many logical ports it carries in all."""

    ports: tuple[PortModel, ...]
    limit: int


_CONVERGED = PortModel("ethc", 20, 200, 10000)
_COPPER = PortModel("eth", 4, 200, 1000)
_ROCE = PortModel("roce", 60, 100, 25000)

CARDS: Mapping[str, CardModel] = {
    "sriov-ethernet": CardModel((_CONVERGED, _CONVERGED, _COPPER, _COPPER), 48),
    "sriov-roce": CardModel((_ROCE, _ROCE), 120),
}


@dataclasses.dataclass(frozen=True, slots=True)
class SriovLogicalPort:
    """A share of a physical port that a partition owns, or its profile asks for.

    `number` is 0 in a profile that leaves the choice to the hypervisor. `vlans` are those that the
    operating system may use. `huge_dma` is the mode of the DMA window, 0 or 1.
    """

    config_id: int
    adapter_id: int
    port_id: int
    protocol: Protocol = "eth"
    number: int = 0
    capacity: int = 200
    max_capacity: int = WHOLE
    diagnostic: bool = False
    huge_dma: bool = False
    promiscuous: bool = False
    vlans: tuple[int, ...] | Literal["all"] = ALL
    mac: str = ""
    fixed_mac: bool = False
    os_macs: Addresses = ALL
    port_vlan_id: int = 0
    pvid_priority: int = 0
    priorities: tuple[int, ...] | Literal["all", "none"] = "none"
    required: bool = False

    @property
    def port(self) -> tuple[int, int]:
        """The physical port: its adapter's ID and its own."""
        return self.adapter_id, self.port_id

    @property
    def in_profile(self) -> SriovLogicalPort:
        """The logical port as a profile has it: without a MAC address that was chosen."""
        return self if self.fixed_mac else dataclasses.replace(self, mac="")


@dataclasses.dataclass(slots=True)
class PhysicalPort:
    """A physical port of a shared adapter. `up` tells whether its link is; speeds are in Mbit/s.

    `speed` is the one that is set, None for the automatic choice. `packet_size` is the largest
    packet received, in bytes. Among the labels is where a migration looks for its like.
    """

    port_id: int
    model: PortModel
    label: str = ""
    sub_label: str = ""
    up: bool = True
    speed: int | None = None
    packet_size: int = 9000
    receive_flow_control: bool = False
    transmit_flow_control: bool = False
    vepa: bool = False
    limit: int = 0

    @property
    def connection_speed(self) -> int:
        """Mbit/s of the link, 0 while it is down."""
        return (self.speed or self.model.speed) if self.up else 0


@dataclasses.dataclass(slots=True)
class SriovAdapter:
    """A physical adapter that can be shared, in a physical slot.

    `adapter_id` is None while it is dedicated, that is to be owned as a whole by one partition.
    """

    drc_index: str
    location: str
    card: CardModel
    adapter_id: int | None = None
    ports: dict[int, PhysicalPort] = dataclasses.field(default_factory=dict)

    @classmethod
    def made(cls, drc_index: str, location: str, card: str, adapter_id: int | None) -> SriovAdapter:
        """An adapter of one of the `CARDS`, with all its ports."""
        model = CARDS[card]
        ports = {
            number: PhysicalPort(number, port, limit=port.limit)
            for number, port in enumerate(model.ports)
        }
        return cls(drc_index, location, model, adapter_id, ports)

    @property
    def shared(self) -> bool:
        """Whether partitions can have logical ports of it."""
        return self.adapter_id is not None

    def port_location(self, port_id: int) -> str:
        """Location code of a physical port."""
        return f"{self.location}-T{port_id + 1}"


def bus_name(number: int) -> str:
    """The PCI host bridge of a logical port (captures: PHB 4097 of 27004001)."""
    adapter_id, ordinal = divmod(number - _FIRST_LOGICAL_PORT, _PORTS_OF_AN_ADAPTER)
    return f"PHB {_FIRST_BUS + (adapter_id - 1) * _BUSES_OF_AN_ADAPTER + ordinal}"


def ordinal(number: int) -> int:
    """The number of a logical port among those of its adapter, from 1 on."""
    return (number - _FIRST_LOGICAL_PORT) % _PORTS_OF_AN_ADAPTER


def show_number(number: int) -> str:
    """The ID of a logical port as it is printed: lower-case hexadecimal digits (captures)."""
    return f"{number:08x}"


def format_capacity(capacity: int) -> str:
    """A capacity as it is printed: 2.0, 12.25, 100.0 (captures)."""
    whole, rest = divmod(capacity, 100)
    return f"{whole}.{rest:02d}".removesuffix("0")
