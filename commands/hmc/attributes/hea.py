"""The attributes of host Ethernet adapters, as `lshwres -r hea` lists them (SG24-7460 appendix A).

Names are those that scripts read (xCAT, LPAR2RRD) and, for logical adapters, of a capture of IVM;
the order of the other listings is recalled.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import NoneOr, Number, OneOf, ValueParser
from hmcsh.model.frame import Frame
from hmcsh.model.hea import (
    LOGICAL_PORTS,
    HostEthernetAdapter,
    LogicalPort,
    PhysicalPort,
    PortGroup,
    assigned,
    holders,
)
from hmcsh.model.partition import Partition

_SCRIPTS = "xCAT and LPAR2RRD"
_NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class GroupRow:
    """A port group of an adapter."""

    frame: Frame
    adapter: HostEthernetAdapter
    group: PortGroup

    @classmethod
    def rows(cls, frame: Frame, _: Sequence[Partition] | None) -> Iterator[GroupRow]:
        """The port groups of a system."""
        for adapter in frame.host_ethernet.values():
            for group in adapter.groups.values():
                yield cls(frame, adapter, group)

    def numbers(self, *, free: bool) -> list[str]:
        """The logical ports that nobody has, or that somebody has."""
        held = holders(self.frame)
        return [
            str(number)
            for number in range(1, LOGICAL_PORTS[self.group.scaling] + 1)
            if ((self.adapter.adapter_id, self.group.number, number) in held) is not free
        ]


@dataclasses.dataclass(frozen=True, slots=True)
class PortRow:
    """A physical port of an adapter."""

    frame: Frame
    adapter: HostEthernetAdapter
    port: PhysicalPort

    @classmethod
    def rows(cls, frame: Frame, _: Sequence[Partition] | None) -> Iterator[PortRow]:
        """The physical ports of a system."""
        for adapter in frame.host_ethernet.values():
            for port in adapter.ports.values():
                yield cls(frame, adapter, port)

    @property
    def logical(self) -> list[LogicalPort]:
        """The logical ports that partitions have of it."""
        here = (self.adapter.adapter_id, self.port.group, self.port.number)
        found = [p for p, _ in assigned(self.frame) if (p.adapter, p.group, p.port) == here]
        return sorted(found, key=lambda port: port.number)


@dataclasses.dataclass(frozen=True, slots=True)
class LogicalRow:
    """A partition on an adapter, with one of its logical ports or (by system) the first of them."""

    partition: Partition
    port: LogicalPort

    @property
    def index(self) -> str:
        """DRC index of the logical adapter: 23C0, partition and adapter (capture, IVM)."""
        return f"23C0{self.partition.lpar_id:02X}{int(self.port.adapter[-2:], 16):02X}"

    @property
    def address(self) -> str:
        """The MAC address."""
        return self.port.mac_address(self.partition.frame.serial_number)


def logical_ports(frame: Frame, partitions: Sequence[Partition] | None) -> Iterator[LogicalRow]:
    """Every logical port that a partition has."""
    for port, partition in assigned(frame):
        if partitions is None or partition in partitions:
            yield LogicalRow(partition, port)


def logical_adapters(frame: Frame, partitions: Sequence[Partition] | None) -> Iterator[LogicalRow]:
    """Every partition with each adapter that it has logical ports of, once."""
    seen = set()
    for row in logical_ports(frame, partitions):
        key = (row.partition.lpar_id, row.port.adapter)
        if key not in seen:
            seen.add(key)
            yield row


def _attribute(
    name: str,
    read: Callable[..., Value | None],
    parse: ValueParser | None = None,
    *,
    trust: Trust = Trust.SCRIPT,
    source: str = _SCRIPTS,
) -> Attribute:
    return Attribute(name, read, trust=trust, source=source, parse=parse)


def _recalled(name: str, read: Callable[..., Value | None]) -> Attribute:
    return _attribute(name, read, trust=Trust.RECALLED, source="recalled")


PHYSICAL_SYS_TABLE = Table(
    "lshwres -r hea --rsubtype phys --level sys",
    (
        _attribute("adapter_id", lambda a: a.adapter_id),
        _recalled("state", lambda _: "1"),
        _recalled("phys_loc", lambda a: a.location),
    ),
)

PORT_GROUP_TABLE = Table(
    "lshwres -r hea --rsubtype phys --level port_group",
    (
        _attribute("adapter_id", lambda r: r.adapter.adapter_id),
        _attribute("port_group", lambda r: str(r.group.number)),
        _attribute(
            "phys_port_ids",
            lambda r: [str(n) for group, n in r.adapter.ports if group == r.group.number],
        ),
        _attribute("unassigned_logical_port_ids", lambda r: r.numbers(free=True) or _NONE),
        _recalled("assigned_logical_port_ids", lambda r: r.numbers(free=False) or _NONE),
        _recalled("curr_port_group_mcs_value", lambda r: str(r.group.scaling)),
        _attribute(
            "pend_port_group_mcs_value",
            lambda r: str(r.group.pending_scaling),
            OneOf(tuple(map(str, LOGICAL_PORTS))),
        ),
        _recalled("valid_port_group_mcs_values", lambda _: [str(n) for n in LOGICAL_PORTS]),
    ),
)

PORT_TABLE = Table(
    "lshwres -r hea --rsubtype phys --level port",
    (
        _attribute("adapter_id", lambda r: r.adapter.adapter_id),
        _attribute("port_group", lambda r: str(r.port.group)),
        _attribute("phys_port_id", lambda r: str(r.port.number)),
        _recalled("phys_port_type", lambda r: f"{r.port.speed // 1000}G"),
        _attribute("phys_port_loc", lambda r: r.port.location.rpartition("-")[2]),
        _recalled("phys_port_state", lambda _: "1"),
        _attribute("curr_conn_speed", lambda r: str(r.port.speed)),
        _attribute(
            "promisc_lpar_id",
            lambda r: _NONE if r.port.promiscuous is None else str(r.port.promiscuous),
            NoneOr(Number(1, 65535)),
            source="field notes on IVM",
        ),
        _attribute("log_port_ids", lambda r: [str(p.number) for p in r.logical] or _NONE),
    ),
)

LOGICAL_SYS_TABLE = Table(
    "lshwres -r hea --rsubtype logical --level sys",
    tuple(
        _attribute(name, read, trust=Trust.CAPTURE, source="capture, IVM")
        for name, read in (
            ("adapter_id", lambda r: r.port.adapter),
            ("lpar_id", lambda r: str(r.partition.lpar_id)),
            ("lpar_name", lambda r: r.partition.name),
            ("drc_index", lambda r: r.index),
            ("drc_name", lambda r: f"HEA {int(r.port.adapter[-2:], 16) + 1}"),
            ("capabilities", lambda _: "0"),
            *((name, lambda _: "0") for name in ("ieq", "nieq", "qp", "cq", "mr")),
        )
    ),
)

LOGICAL_PORT_TABLE = Table(
    "lshwres -r hea --rsubtype logical --level port",
    (
        _attribute("lpar_name", lambda r: r.partition.name),
        _attribute("lpar_id", lambda r: str(r.partition.lpar_id)),
        _attribute("adapter_id", lambda r: r.port.adapter),
        _attribute("port_group", lambda r: str(r.port.group)),
        _attribute("phys_port_id", lambda r: str(r.port.port)),
        _attribute("logical_port_id", lambda r: str(r.port.number)),
        _attribute("mac_addr", lambda r: r.address),
        _recalled("vlan_id_list", lambda r: [str(vlan) for vlan in r.port.vlans] or "all"),
    ),
)
