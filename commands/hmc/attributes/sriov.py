"""Attributes of SR-IOV adapters, their physical ports and the logical ports of partitions.

Orders: captures of a POWER9 9009-42A at V11R2, without `-F`; that of configured logical ports is
inferred from the captures of single attributes, from the place at which two test suites find the
logical port's ID, and from a profile.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.attributes.prof_network import SINCE_ROCE
from hmcsh.commands.hmc.attributes.virtualio import OS_ADDRESSES, attribute
from hmcsh.commands.hmc.common.elements import NONE, show_flag
from hmcsh.commands.hmc.common.elements_network import MAC_ADDRESS, show_list, show_macs
from hmcsh.commands.hmc.common.elements_sriov import (
    CAPACITY,
    LOGICAL_PORT,
    PORT_VLAN,
    PRIORITIES,
    PVID_PRIORITY,
    VLAN,
)

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Listed, Number, OneOf, Parser, Pattern, Switch
from hmcsh.model.frame import Frame
from hmcsh.model.sharing import Share, shares
from hmcsh.model.sriov import (
    PhysicalPort,
    SriovAdapter,
    SriovLogicalPort,
    bus_name,
    format_capacity,
    logical_port_number,
    ordinal,
    show_number,
)

CAPTURE = "capture, V11R2, POWER9"
_SINCE_MAXIMA = Span(since=Level.parse("V9R1.930"))  # maximum capacities came with it (recalled)
_INFERRED = "place inferred"

ADAPTER_ID = Number(1, 65535)
PORT_ID = Number(0, 65535)
DRC_INDEX = Pattern("[0-9A-Fa-f]{8}", ("21010020", "21010022"), ("", "2101", "2101002x"))


def _captured(
    name: str,
    read: Callable[[Any], Value],
    *,
    parse: Parser | None = None,
    many: bool = False,
    amend: bool = False,
    span: Span = ALWAYS,
) -> Attribute:
    return attribute(name, read, parse=parse, many=many, amend=amend, span=span, source=CAPTURE)


# -- adapters -------------------------------------------------------------------------------


def _if_shared(read: Callable[[SriovAdapter], str]) -> Callable[[SriovAdapter], str]:
    """A value that a dedicated adapter has not: it is printed as null (capture)."""
    return lambda adapter: read(adapter) if adapter.shared else "null"


SRIOV_ADAPTER_TABLE = Table(
    "lshwres -r sriov --rsubtype adapter",
    (
        _captured("adapter_id", _if_shared(lambda a: str(a.adapter_id)), parse=ADAPTER_ID),
        _captured("slot_id", lambda a: a.drc_index, parse=DRC_INDEX),
        _captured("adapter_max_logical_ports", _if_shared(lambda a: str(a.card.limit))),
        _captured("config_state", lambda a: "sriov" if a.shared else "dedicated"),
        _captured("functional_state", lambda _: "1"),
        _captured("logical_ports", _if_shared(lambda a: str(a.card.limit))),
        _captured("phys_loc", lambda a: a.location),
        _captured("phys_ports", _if_shared(lambda a: str(len(a.ports)))),
        _captured("sriov_status", _if_shared(lambda _: "running")),
        _captured("alternate_config", lambda _: "0"),
        _captured("custom_max_capacity_capable", _if_shared(lambda _: "1"), span=_SINCE_MAXIMA),
        _captured("custom_min_capacity_capable", _if_shared(lambda _: "1"), span=_SINCE_MAXIMA),
    ),
)

# -- physical ports -------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class PortRow:
    """A physical port with its adapter."""

    frame: Frame
    adapter: SriovAdapter
    port: PhysicalPort

    def logical_ports(self, protocol: str = "") -> int:
        """How many logical ports it carries, of one protocol or of all."""
        return sum(
            share.port.port == (self.adapter.adapter_id, self.port.port_id)
            and protocol in ("", share.port.protocol)
            for share in shares(self.frame)
        )


_CAPABILITIES = [
    "pvid_priority_capable",
    "port_vlan_id_capable",
    "mac_vlan_consistency_capable",
    "clear_phys_port_stat_capable",
    "clear_logical_port_stat_capable",
]
LABEL = Pattern("[ -~]{0,16}", ("", "lan", "front 1"), ("x" * 17,))
SUB_LABEL = Pattern("[ -~]{0,8}", ("", "a1"), ("x" * 9,))
SPEEDS = (10, 100, 1000, 10000, 25000, 40000, 50000, 100000)
SPEED = OneOf(("auto", *map(str, SPEEDS)))
PACKET_SIZE = OneOf(("1500", "9000"))


def _flag(name: str, field: str) -> tuple[Attribute, Attribute]:
    """What is and what is set of a flow control: the same."""

    def read(row: PortRow) -> str:
        return show_flag(getattr(row.port, field))

    return _captured(name, read, parse=Switch()), _captured(f"config_{name}", read)


PHYSICAL_PORT_TABLE = Table(
    "lshwres -r sriov --rsubtype physport",
    (
        _captured("adapter_id", lambda r: str(r.adapter.adapter_id), parse=ADAPTER_ID),
        _captured("phys_port_id", lambda r: str(r.port.port_id), parse=PORT_ID),
        _captured("phys_port_label", lambda r: r.port.label, parse=LABEL),
        _captured("phys_port_sub_label", lambda r: r.port.sub_label, parse=SUB_LABEL),
        _captured("phys_port_loc", lambda r: r.adapter.port_location(r.port.port_id)),
        _captured("phys_port_type", lambda r: r.port.model.kind),
        _captured("state", lambda r: show_flag(r.port.up)),
        _captured("config_logical_ports", lambda r: str(r.logical_ports())),
        _captured("phys_port_max_logical_ports", lambda r: str(r.port.model.limit)),
        _captured("supported_max_eth_logical_ports", lambda r: str(r.port.model.limit)),
        _captured("max_eth_logical_ports", lambda r: str(r.port.limit), parse=Number(0, 255)),
        _captured("curr_eth_logical_ports", lambda r: str(r.logical_ports("eth"))),
        _captured("max_diag_ports", lambda _: "1"),
        _captured("max_promisc_ports", lambda _: "1"),
        _captured("capabilities", lambda _: _CAPABILITIES),
        _captured("conn_speed", lambda r: str(r.port.connection_speed), parse=SPEED),
        _captured(
            "config_conn_speed",
            lambda r: "auto" if r.port.speed is None else str(r.port.speed),
        ),
        _captured("max_recv_packet_size", lambda r: str(r.port.packet_size), parse=PACKET_SIZE),
        _captured("config_max_recv_packet_size", lambda r: str(r.port.packet_size)),
        *_flag("recv_flow_control", "receive_flow_control"),
        *_flag("trans_flow_control", "transmit_flow_control"),
        _captured("veb_mode", lambda r: show_flag(not r.port.vepa), parse=Switch()),
        _captured("vepa_mode", lambda r: show_flag(r.port.vepa), parse=Switch()),
        _captured(
            "priority_flow_control_active",
            lambda r: "null" if r.port.model.kind == "eth" else "0",
        ),
        _captured("mac_addr", lambda _: "unavailable"),
        _captured("adapter_lldp", lambda _: "1"),
        attribute(
            "min_eth_capacity_granularity",
            lambda r: format_capacity(r.port.model.granularity),
            listed=False,
            source="capture, V10R3: not in the default listing",
        ),
    ),
)

# -- logical ports --------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class FreeRow:
    """A logical port that nobody has."""

    adapter: SriovAdapter
    number: int

    @property
    def location(self) -> str:
        """Its location code: that of the first physical port until it has one (capture)."""
        return f"{self.adapter.port_location(0)}-S{ordinal(self.number)}"

    @classmethod
    def rows(cls, frame: Frame, adapters: list[SriovAdapter]) -> list[FreeRow]:
        """The free logical ports of adapters."""
        used = {share.port.number for share in shares(frame)}
        return [
            cls(adapter, number)
            for adapter in adapters
            for place in range(1, adapter.card.limit + 1)
            if (number := logical_port_number(adapter.adapter_id or 0, place)) not in used
        ]


FREE_PORT_TABLE = Table(
    "lshwres -r sriov --rsubtype logport",
    (
        _captured("adapter_id", lambda r: str(r.adapter.adapter_id)),
        _captured("logical_port_id", lambda r: show_number(r.number)),
        _captured("logical_port_type", lambda _: "unconfigured"),
        _captured("drc_name", lambda r: bus_name(r.number)),
        _captured("location_code", lambda r: r.location),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class LogicalPortRow:
    """A logical port in use."""

    share: Share
    adapter: SriovAdapter

    @property
    def port(self) -> SriovLogicalPort:
        """The logical port."""
        return self.share.port

    @property
    def location(self) -> str:
        """Its location code."""
        return f"{self.adapter.port_location(self.port.port_id)}-S{ordinal(self.port.number)}"


def _configured(
    name: str,
    read: Callable[[LogicalPortRow], Value],
    *,
    parse: Parser | None = None,
    many: bool = False,
    amend: bool = False,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
) -> Attribute:
    return attribute(
        name,
        read,
        parse=parse,
        many=many,
        amend=amend,
        span=span,
        trust=trust,
        source=f"capture, V10R3 (name); {_INFERRED}",
    )


def _working(row: LogicalPortRow) -> str:
    return show_flag(row.adapter.ports[row.port.port_id].up)


_PRIORITIES = Listed(PRIORITIES, 1, words=("all", NONE))

LOGICAL_PORT_TABLE = Table(
    "lshwres -r sriov --rsubtype logport --level eth",
    (
        _configured("config_id", lambda r: str(r.port.config_id)),
        _configured("lpar_name", lambda r: r.share.owner.name),
        _configured("lpar_id", lambda r: str(r.share.owner.lpar_id)),
        _configured("lpar_state", lambda r: str(r.share.owner.state)),
        # The ID of the logical port is the seventh attribute (op-test, avocado-misc-tests).
        _configured(
            "is_required",
            lambda r: show_flag(r.port.required),
            parse=Switch(),
            trust=Trust.INFERRED,
        ),
        _configured("adapter_id", lambda r: str(r.port.adapter_id), parse=ADAPTER_ID),
        _configured("logical_port_id", lambda r: show_number(r.port.number), parse=LOGICAL_PORT),
        *(
            _configured("logical_port_type", lambda r: r.port.protocol, parse=parse, span=span)
            for parse, span in (
                (OneOf(("eth",)), Span(until=SINCE_ROCE.since)),
                (OneOf(("eth", "roce")), SINCE_ROCE),
            )
        ),
        _configured("drc_name", lambda r: bus_name(r.port.number)),
        _configured("location_code", lambda r: r.location),
        _configured("functional_state", _working),
        _configured("phys_port_id", lambda r: str(r.port.port_id), parse=PORT_ID),
        _configured("diag_mode", lambda r: show_flag(r.port.diagnostic), parse=Switch()),
        _configured("huge_dma_window_mode", lambda r: show_flag(r.port.huge_dma), parse=Switch()),
        _configured("capacity", lambda r: format_capacity(r.port.capacity), parse=CAPACITY),
        _configured(
            "max_capacity",
            lambda r: format_capacity(r.port.max_capacity),
            parse=CAPACITY,
            span=_SINCE_MAXIMA,
        ),
        _configured("promisc_mode", lambda r: show_flag(r.port.promiscuous), parse=Switch()),
        _configured("mac_addr", lambda r: r.port.mac.lower(), parse=MAC_ADDRESS),
        _configured(
            "allowed_os_mac_addrs",
            lambda r: show_macs(r.port.os_macs),
            parse=OS_ADDRESSES,
            many=True,
            amend=True,
        ),
        _configured(
            "allowed_vlan_ids",
            lambda r: show_list(r.port.vlans),
            parse=Listed(VLAN, 1, words=("all", NONE)),
            many=True,
            amend=True,
        ),
        _configured("port_vlan_id", lambda r: str(r.port.port_vlan_id), parse=PORT_VLAN),
        _configured("pvid_priority", lambda r: str(r.port.pvid_priority), parse=PVID_PRIORITY),
        _configured(
            "allowed_priorities",
            lambda r: show_list(r.port.priorities),
            parse=_PRIORITIES,
            many=True,
        ),
        _configured(
            "migratable",
            lambda _: "0",
            parse=OneOf(("0",)),
            span=_SINCE_MAXIMA,
            trust=Trust.SCRIPT,
        ),
    ),
)
