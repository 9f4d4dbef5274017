"""Virtual switches, shared SR-IOV adapters, and what partitions have of them."""

from __future__ import annotations

from hmcsh.model.adapters import ALL, BackingDevice, VnicAdapter
from hmcsh.model.frame import Frame, VirtualSwitch
from hmcsh.model.inventory import schema
from hmcsh.model.inventory import schema_network as network
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import physical_port
from hmcsh.model.sriov import CARDS, SriovAdapter, SriovLogicalPort
from hmcsh.model.wiring import complete, with_number


def build_switches(frame: Frame, system: schema.System) -> None:
    """Make the virtual switches and the shared adapters of a system."""
    for declared in system.virtual_switches.values():
        frame.switches[declared.key] = VirtualSwitch(declared.key, declared.mode)
    for slot in system.slots.values():
        if slot.card not in CARDS:
            continue
        adapter = SriovAdapter.made(
            str(slot.drc_index),
            slot.key,
            slot.card,
            None if slot.sriov is None else int(slot.sriov),
        )
        for number, label in enumerate(slot.labels):
            adapter.ports[number].label = label
        for number in slot.unplugged:
            adapter.ports[number].up = False
        frame.sriov[adapter.drc_index] = adapter


def _capacity(frame: Frame, entry: network.VnicBacking | network.SriovLogicalPort) -> int:
    if entry.capacity is not None:
        return int(entry.capacity)
    return physical_port(frame, int(entry.adapter), entry.port).model.granularity


def build_vnic(frame: Frame, system: schema.System, slot: int, entry: network.Vnic) -> VnicAdapter:
    """Make a virtual NIC as a profile has it."""
    return VnicAdapter(
        slot,
        tuple(
            BackingDevice(
                int(system.partitions[device.server].id or 0),
                int(device.adapter),
                device.port,
                _capacity(frame, device),
                int(device.priority),
                int(device.max_capacity),
            )
            for device in entry.backing
        ),
        auto_failover=entry.failover,
        port_vlan_id=int(entry.vlan or 0),
        required=entry.required,
    )


def build_logical_ports(frame: Frame, entry: schema.Partition) -> tuple[SriovLogicalPort, ...]:
    """Make the SR-IOV logical ports of a partition as a profile has them."""
    return tuple(
        SriovLogicalPort(
            number,
            int(port.adapter),
            port.port,
            port.protocol,
            capacity=_capacity(frame, port),
            max_capacity=int(port.max_capacity),
            vlans=ALL,
            port_vlan_id=int(port.vlan or 0),
        )
        for number, port in enumerate(entry.sriov_logical_ports)
    )


def connect_ports(partition: Partition, *, activated: bool) -> None:
    """Give a partition that was activated the logical ports of its profile; others have none."""
    ports = partition.active_profile.sriov_logical_ports if activated else ()
    for port in ports:
        partition.sriov_logical_ports += (with_number(partition, port),)
    for nic in partition.vnic_adapters:
        if activated:
            partition.adapters[nic.slot] = complete(partition, nic)
        else:
            del partition.adapters[nic.slot]
