"""The elements of virtual NICs, their backing devices, and SR-IOV logical ports in profiles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.common.elements import (
    MAXIMUM_SLOT,
    NONE,
    SLOT,
    Fields,
    Grammar,
    Part,
    optional,
    show_flag,
)
from hmcsh.commands.hmc.common.elements_network import (
    MAC_ADDRESS,
    read_list,
    show_list,
    show_mac,
    show_macs,
)

from hmcsh.language.messages import HmcError
from hmcsh.language.values import Mapped, Number, Pattern, Switch
from hmcsh.model.adapters import MAXIMUM_VLAN, BackingDevice, VnicAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.sharing import physical_port
from hmcsh.model.sriov import WHOLE, Protocol, SriovLogicalPort, format_capacity, show_number

CAPACITY = Number(1, WHOLE, places=2, usual=(200,))  # hundredths of a percent
FAILOVER_PRIORITY = Number(1, 100)
DEFAULT_PRIORITY = 50  # documentation of the LPAR tool; capture, V10R3


@dataclasses.dataclass(frozen=True, slots=True)
class Backing:
    """A backing device as it is written; `capacity` is None where the port's least is meant."""

    server_name: str
    server_id: int | None
    adapter_id: int
    port_id: int
    capacity: int | None = None
    priority: int = DEFAULT_PRIORITY
    max_capacity: int = WHOLE

    def build(self, frame: Frame) -> BackingDevice:
        """The backing device. Raises HmcError for a server, adapter or port that is not there."""
        server_id = self.server_id
        if self.server_name:
            found = frame.partition(name=self.server_name)
            if server_id not in (None, found.lpar_id):
                raise HmcError("lpar_not_found", name=self.server_name)
            server_id = found.lpar_id
        elif server_id is not None:
            frame.partition(lpar_id=server_id)
        capacity = self.capacity
        if capacity is None:
            capacity = physical_port(frame, self.adapter_id, self.port_id).model.granularity
        return BackingDevice(
            server_id or 0,
            self.adapter_id,
            self.port_id,
            capacity,
            self.priority,
            self.max_capacity,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class BackingParser:
    """Reads `sriov/VIOS-name/VIOS-ID/adapter-ID/port-ID[/[capacity][/[priority][/[maximum]]]]`.

    The name or the ID of the Virtual I/O Server may be left out (op-test, avocado-misc-tests).
    """

    def __call__(self, text: str, /) -> Backing:
        """Read one backing device. Raises ValueError."""
        kind, *texts = text.split("/")
        if kind != "sriov" or not 4 <= len(texts) <= 7 or not (texts[0] or texts[1]):
            raise ValueError(f"not a backing device: {text!r}")
        texts += [""] * (7 - len(texts))
        name, lpar_id, adapter_id, port_id, capacity, priority, maximum = texts
        return Backing(
            name,
            Number(1, MAXIMUM_SLOT)(lpar_id) if lpar_id else None,
            Number(1, MAXIMUM_SLOT)(adapter_id),
            Number(0, MAXIMUM_SLOT)(port_id),
            optional(CAPACITY, None)(capacity),
            optional(FAILOVER_PRIORITY, DEFAULT_PRIORITY)(priority),
            optional(CAPACITY, WHOLE)(maximum),
        )

    @property
    def accepts(self) -> tuple[str, ...]:
        """Texts that are valid."""
        return ("sriov/vios1/1/1/0", "sriov//1/1/1/2", "sriov/vios1//1/0/2.0/50/100.0")

    @property
    def refuses(self) -> tuple[str, ...]:
        """Texts that are not."""
        return (
            "",
            "sriov///1/0",
            "veth/vios1/1/1/0",
            "sriov/vios1/1/1",
            "sriov/vios1/1/1/0/101",
            "sriov/vios1/1/1/0/2/0",
            "sriov/vios1/1/1/0/2/50/100.001",
        )


BACKING = BackingParser()


def _read_backing(text: str) -> tuple[Backing, ...]:
    return tuple(BACKING(word) for word in text.split(","))


def _show_backing(adapter: VnicAdapter, frame: Frame) -> str:
    return ",".join(show_wanted(device, frame) for device in adapter.backing)


def show_wanted(device: BackingDevice, frame: Frame) -> str:
    """A backing device as a profile has it (op-test, V10)."""
    server = f"{frame.client_name(device.server_id)}/{device.server_id}"
    capacities = f"{format_capacity(device.capacity)}/{device.priority}"
    maximum = format_capacity(device.max_capacity)
    return f"sriov/{server}/{device.adapter_id}/{device.port_id}/{capacities}/{maximum}"


def _build_vnic(fields: Fields, frame: Frame) -> VnicAdapter:
    return VnicAdapter(
        fields["slot_num"],
        tuple(backing.build(frame) for backing in fields["backing_devices"]),
        fields["auto_priority_failover"],
        fields["port_vlan_id"],
        fields["pvid_priority"],
        fields["allowed_vlan_ids"],
        fields["mac_addr"],
        bool(fields["mac_addr"]),
        fields["allowed_os_mac_addrs"],
        fields["is_required"],
    )


VLAN = Number(1, MAXIMUM_VLAN)
PORT_VLAN = Number(0, MAXIMUM_VLAN)
PVID_PRIORITY = Number(0, 7)

_VLANS = Part("allowed_vlan_ids", lambda a, _: show_list(a.vlans), read_list(VLAN))
_OS_MACS = Part("allowed_os_mac_addrs", lambda a, _: show_macs(a.os_macs), read_list(MAC_ADDRESS))
_PORT_VLAN = Part("port_vlan_id", lambda a, _: str(a.port_vlan_id), optional(PORT_VLAN, 0))
_PVID = Part("pvid_priority", lambda a, _: str(a.pvid_priority), optional(PVID_PRIORITY, 0))


def _dedicated(text: str) -> str:
    """Read the mode of a virtual NIC: dedicated, the only one there is."""
    if text not in ("", "ded"):
        raise ValueError(f"not the mode of a virtual NIC: {text!r}")
    return "ded"


# op-test, V10: printed by position, set by name; both are read. Several backing devices: inferred.
VNIC = Grammar(
    "vnic_adapters",
    (
        dataclasses.replace(SLOT, name="slot_num"),
        Part("mode", lambda _a, _f: "ded", _dedicated),
        Part(
            "auto_priority_failover",
            lambda a, _: show_flag(a.auto_failover),
            optional(Switch(), True),
        ),
        _PORT_VLAN,
        _PVID,
        _VLANS,
        Part(
            "mac_addr",
            lambda a, _: show_mac(a.mac) if a.fixed_mac else "",
            optional(MAC_ADDRESS, ""),
        ),
        _OS_MACS,
        Part("is_required", lambda a, _: show_flag(a.required), optional(Switch(), False)),
        Part("backing_devices", _show_backing, _read_backing),
    ),
    _build_vnic,
    key="slot_num",
    separator=":",
    examples=(
        "5:ded:1:0:0:all::all:0:sriov/vios1/1/1/0/2.0/50/100.0",
        "slot_num=5:mode=ded:port_vlan_id=0:backing_devices=sriov/vios1//1/0",
    ),
    counterexamples=(
        "",
        "5:ded:1:0:0:all::all:0",
        "5:shared:1:0:0:all::all:0:sriov/vios1/1/1/0",
        "slot_num=5:backing_devices=",
        "slot_num=5:colour=red:backing_devices=sriov/vios1/1/1/0",
    ),
)

# -- SR-IOV logical ports -----------------------------------------------------------------------

NO_ADDRESS = "000000000000"  # a MAC address that is to be chosen (capture, V10R3)
LOGICAL_PORT = Mapped(
    Pattern(
        "27[0-9a-fA-F]{6}", ("27004002", "27004006", "2700801A"), ("", "0", "28004002", "2700")
    ),
    lambda text: int(text, 16),
)
PRIORITIES = Number(0, 7)


def _read_port_mac(text: str) -> str:
    return "" if text in ("", NO_ADDRESS) else MAC_ADDRESS(text)


def _read_priorities(text: str) -> Any:
    return NONE if text in ("", NONE) else read_list(PRIORITIES)(text)


def _build_port(protocol: Protocol) -> Callable[[Fields, Frame], SriovLogicalPort]:
    def build(fields: Fields, frame: Frame) -> SriovLogicalPort:
        port = physical_port(frame, fields["adapter_id"], fields["phys_port_id"])
        capacity = fields["capacity"]
        return SriovLogicalPort(
            fields["config_id"],
            fields["adapter_id"],
            fields["phys_port_id"],
            protocol,
            fields["logical_port_id"],
            port.model.granularity if capacity is None else capacity,
            fields["max_capacity"],
            fields["diag_mode"],
            fields["huge_dma_window_mode"],
            fields["promisc_mode"],
            fields["allowed_vlan_ids"],
            fields["mac_addr"],
            bool(fields["mac_addr"]),
            fields["allowed_os_mac_addrs"],
            fields["port_vlan_id"],
            fields["pvid_priority"],
            fields["allowed_priorities"],
        )

    return build


def _flag(name: str, read: Callable[[SriovLogicalPort], bool]) -> Part:
    return Part(name, lambda port, _: show_flag(read(port)), optional(Switch(), False))


_PORT_PARTS = (
    Part("config_id", lambda p, _: str(p.config_id), Number(0, MAXIMUM_SLOT)),
    Part("adapter_id", lambda p, _: str(p.adapter_id), Number(1, MAXIMUM_SLOT)),
    Part("phys_port_id", lambda p, _: str(p.port_id), Number(0, MAXIMUM_SLOT)),
    Part(
        "logical_port_id",
        lambda p, _: show_number(p.number) if p.number else "",
        optional(LOGICAL_PORT, 0),
    ),
    _flag("diag_mode", lambda port: port.diagnostic),
    _flag("huge_dma_window_mode", lambda port: port.huge_dma),
    _flag("promisc_mode", lambda port: port.promiscuous),
    _VLANS,
    Part("mac_addr", lambda p, _: show_mac(p.mac) if p.fixed_mac else NO_ADDRESS, _read_port_mac),
    _OS_MACS,
    _PORT_VLAN,
    _PVID,
    Part("capacity", lambda p, _: format_capacity(p.capacity), optional(CAPACITY, None)),
    Part("max_capacity", lambda p, _: format_capacity(p.max_capacity), optional(CAPACITY, WHOLE)),
    Part("allowed_priorities", lambda p, _: show_list(p.priorities), _read_priorities),
)


def _port_grammar(name: str, protocol: Protocol) -> Grammar:
    """Order and names: capture, V10R3, of Ethernet ports; those of RoCE ports are inferred."""
    return Grammar(
        name,
        _PORT_PARTS,
        _build_port(protocol),
        key="config_id",
        separator=":",
        named=True,
        examples=(
            "config_id=0:adapter_id=1:phys_port_id=1",
            "config_id=0:adapter_id=1:phys_port_id=1:logical_port_id=27004002:capacity=2.0",
            "0:1:1:27004002:0:0:0:all:000000000000:all:0:0:2.0:100.0:none",
        ),
        counterexamples=(
            "",
            "adapter_id=1:phys_port_id=1",
            "config_id=0:adapter_id=1:phys_port_id=1:logical_port_id=4",
            "config_id=0:adapter_id=1:phys_port_id=1:capacity=100.01",
            "config_id=0:adapter_id=1:phys_port_id=1:promisc_mode=2",
            "config_id=0:config_id=1:adapter_id=1:phys_port_id=1",
        ),
    )


SRIOV_ETHERNET = _port_grammar("sriov_eth_logical_ports", "eth")
SRIOV_ROCE = _port_grammar("sriov_roce_logical_ports", "roce")
