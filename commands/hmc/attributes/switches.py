"""Attributes of virtual switches, of virtual NICs and of their backing devices."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.hmc.attributes.virtualio import (
    NAME,
    NAME_AND_ID,
    OS_ADDRESSES,
    SLOT_NUMBER,
    AdapterRow,
    attribute,
)
from hmcsh.commands.hmc.common.elements import show_flag
from hmcsh.commands.hmc.common.elements_network import MAC_ADDRESS, show_list, show_macs
from hmcsh.commands.hmc.common.elements_sriov import (
    BACKING,
    FAILOVER_PRIORITY,
    PORT_VLAN,
    PVID_PRIORITY,
    VLAN,
)

from hmcsh.language.attributes import Table
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Listed, OneOf, Switch
from hmcsh.model import sharing
from hmcsh.model.adapters import BackingDevice, VnicAdapter
from hmcsh.model.frame import Frame, VirtualSwitch
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import format_capacity, show_number

CAPTURE_V10 = "capture, V10R3"
_SINCE_MODES = Span(since=Level.parse("V7R7.4"))
_AVOCADO = "avocado-misc-tests"

# -- virtual switches -----------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class SwitchRow:
    """A virtual switch with the system that it belongs to."""

    frame: Frame
    switch: VirtualSwitch

    @property
    def vlans(self) -> list[int]:
        """The VLANs of the virtual Ethernet adapters at the switch."""
        return sorted(
            {
                vlan
                for partition in self.frame.partitions.values()
                for adapter in partition.ethernet_adapters
                if adapter.switch == self.switch.name
                for vlan in adapter.vlan_ids
            }
        )


SWITCH_MODE = OneOf(("VEB", "VEPA"))

SWITCH_TABLE = Table(
    "lshwres -r virtualio --rsubtype vswitch",
    (
        attribute(
            "vswitch",
            lambda r: r.switch.name,
            trust=Trust.SCRIPT,
            source="provisioning scripts, V7 and later",
        ),
        attribute(
            "switch_mode",
            lambda r: r.switch.mode,
            parse=SWITCH_MODE,
            span=_SINCE_MODES,
            trust=Trust.RECALLED,
            source="recalled",
        ),
        attribute(
            "vlan_ids",
            lambda r: [str(vlan) for vlan in r.vlans] or "none",
            trust=Trust.SCRIPT,
            source="provisioning scripts, V7 and later",
        ),
    ),
)

SWITCH_INPUT = Table(
    "chhwres -r virtualio --rsubtype vswitch",
    (
        *(one for one in SWITCH_TABLE.attributes if one.parse is not None),
        attribute("new_name", lambda _: "", parse=NAME, trust=Trust.RECALLED, source="recalled"),
    ),
)

# -- virtual networks ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class NetworkRow:
    """A VLAN that trunk adapters carry at a virtual switch, as their port VLAN or with tags."""

    switch: str
    vlan: int
    tagged: bool

    @classmethod
    def rows(cls, frame: Frame, _: object) -> list[NetworkRow]:
        """The virtual networks of a system, by switch and number."""
        found = {
            cls(adapter.switch, vlan, vlan != adapter.port_vlan_id)
            for partition in frame.partitions.values()
            for adapter in partition.ethernet_adapters
            if adapter.trunk_priority
            for vlan in adapter.vlan_ids
        }
        return sorted(found)


NETWORK_TABLE = Table(
    "lshwres -r virtualio --rsubtype vnetwork",
    tuple(
        attribute(name, read, trust=Trust.RECALLED, source="recalled")
        for name, read in (
            ("name", lambda r: f"VLAN{r.vlan}-{r.switch}"),
            ("vswitch", lambda r: r.switch),
            ("is_tagged", lambda r: show_flag(r.tagged)),
            ("vlan_id", lambda r: str(r.vlan)),
        )
    ),
)

# -- virtual NICs ---------------------------------------------------------------------------


def show_device(device: BackingDevice, partition: Partition) -> str:
    """A backing device with its logical port, capacities that it has and was to have (V10R3)."""
    server = f"{partition.frame.client_name(device.server_id)}/{device.server_id}"
    port = f"{device.adapter_id}/{device.port_id}/{show_number(device.logical_port)}"
    capacity = format_capacity(device.capacity)
    maximum = format_capacity(device.max_capacity)
    return f"sriov/{server}/{port}/{capacity}/{capacity}/{device.priority}/{maximum}/{maximum}"


def _devices(row: AdapterRow) -> Value:
    return [show_device(device, row.partition) for device in row.adapter.backing]


def _states(row: AdapterRow) -> Value:
    frame = row.partition.frame
    used = sharing.in_use(frame, row.adapter)
    return [
        f"sriov/{show_number(device.logical_port)}/{show_flag(device.logical_port == used)}"
        f"/{sharing.status(frame, device)}"
        for device in row.adapter.backing
    ]


VLANS = Listed(VLAN, 1, words=("all", "none"))
BACKING_DEVICES = Listed(BACKING, 1)

VNIC_TABLE = Table(
    "lshwres -r virtualio --rsubtype vnic --level lpar",
    (
        *(dataclasses.replace(one, source=CAPTURE_V10) for one in (*NAME_AND_ID, SLOT_NUMBER)),
        attribute("desired_mode", lambda _: "ded", source=CAPTURE_V10),
        attribute("curr_mode", lambda _: "ded", source=CAPTURE_V10),
        attribute(
            "auto_priority_failover",
            lambda r: show_flag(r.adapter.auto_failover),
            parse=Switch(),
            source=CAPTURE_V10,
        ),
        attribute(
            "port_vlan_id",
            lambda r: str(r.adapter.port_vlan_id),
            parse=PORT_VLAN,
            source=CAPTURE_V10,
        ),
        attribute(
            "pvid_priority",
            lambda r: str(r.adapter.pvid_priority),
            parse=PVID_PRIORITY,
            source=CAPTURE_V10,
        ),
        attribute(
            "allowed_vlan_ids",
            lambda r: show_list(r.adapter.vlans),
            parse=VLANS,
            many=True,
            amend=True,
            source=CAPTURE_V10,
        ),
        attribute(
            "mac_addr", lambda r: r.adapter.mac.lower(), parse=MAC_ADDRESS, source=CAPTURE_V10
        ),
        attribute(
            "allowed_os_mac_addrs",
            lambda r: show_macs(r.adapter.os_macs),
            parse=OS_ADDRESSES,
            many=True,
            amend=True,
            source=CAPTURE_V10,
        ),
        attribute(
            "is_disabled",
            lambda r: show_flag(not r.adapter.enabled),
            trust=Trust.SCRIPT,
            source=f"{_AVOCADO} (name); place inferred",
        ),
        attribute(
            "backing_devices",
            _devices,
            parse=BACKING_DEVICES,
            many=True,
            amend=True,
            source=CAPTURE_V10,
        ),
        attribute("backing_device_states", _states, source=CAPTURE_V10),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class BackingRow:
    """A backing device: the Virtual I/O Server that has it, and the virtual NIC that it backs."""

    partition: Partition
    device: BackingDevice
    client: Partition
    nic: VnicAdapter

    @classmethod
    def rows(cls, frame: Frame, servers: list[Partition]) -> list[BackingRow]:
        """The backing devices of servers, by server and logical port."""
        found = [
            cls(server, device, client, nic)
            for client in frame.listed_partitions()
            for nic in client.vnic_adapters
            for device in nic.backing
            for server in servers
            if server.lpar_id == device.server_id
        ]
        return sorted(found, key=lambda r: (servers.index(r.partition), r.device.logical_port))


_CAPACITY, _MAXIMUM = (
    lambda r: format_capacity(r.device.capacity),
    lambda r: format_capacity(r.device.max_capacity),
)

BACKING_TABLE = Table(
    "lshwres -r virtualio --rsubtype vnicbkdev",
    (
        *(dataclasses.replace(one, source=CAPTURE_V10) for one in NAME_AND_ID),
        attribute("type", lambda _: "sriov", source=CAPTURE_V10),
        attribute("adapter_id", lambda r: str(r.device.adapter_id), source=CAPTURE_V10),
        attribute("physical_port_id", lambda r: str(r.device.port_id), source=CAPTURE_V10),
        attribute(
            "logical_port_id", lambda r: show_number(r.device.logical_port), source=CAPTURE_V10
        ),
        attribute("capacity", _CAPACITY, source=CAPTURE_V10),
        attribute("desired_capacity", _CAPACITY, source=CAPTURE_V10),
        attribute("max_capacity", _MAXIMUM, source=CAPTURE_V10),
        attribute("desired_max_capacity", _MAXIMUM, source=CAPTURE_V10),
        attribute(
            "failover_priority",
            lambda r: str(r.device.priority),
            parse=FAILOVER_PRIORITY,
            source=CAPTURE_V10,
        ),
        attribute(
            "is_active",
            lambda r: show_flag(r.device.logical_port == sharing.in_use(r.partition.frame, r.nic)),
            source=CAPTURE_V10,
        ),
        attribute(
            "status",
            lambda r: sharing.status(r.partition.frame, r.device),
            source=CAPTURE_V10,
        ),
    ),
)
