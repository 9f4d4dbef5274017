"""How virtual adapters and logical ports come to life, with the devices that servers get."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from hmcsh.language.messages import HmcError
from hmcsh.model.adapters import (
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Profile
from hmcsh.model.sharing import Wanted, free_number, require_backing, require_room, with_ports
from hmcsh.model.sriov import SriovLogicalPort

_SUFFIXES = 256  # MAC addresses of a partition: its adapters share all but the last byte


def addresses(partition: Partition) -> set[str]:
    """MAC addresses that a partition has."""
    return set(partition.mac_addresses())


def free_address(partition: Partition, slot: int) -> str:
    """The MAC address of a slot; of the next numbers where slot numbers 256 apart share one."""
    taken = addresses(partition)
    candidates = (partition.mac_address(number) for number in range(slot, slot + _SUFFIXES))
    found = next((address for address in candidates if address not in taken), None)
    if found is None:
        raise HmcError("no_free_slot", name=partition.name)
    return found


def complete(partition: Partition, adapter: VirtualAdapter) -> VirtualAdapter:
    """Give the adapter as it stands in a partition, with what is chosen when it is made.

    That is the MAC address, the logical ports behind a virtual NIC, and the world wide port names
    of a virtual Fibre Channel client.
    """
    if isinstance(adapter, (EthernetAdapter, VnicAdapter)) and not adapter.mac:
        adapter = dataclasses.replace(adapter, mac=free_address(partition, adapter.slot))
    if isinstance(adapter, VnicAdapter):
        return with_ports(partition.frame, adapter)
    return named_channel(adapter, partition.frame.datacenter)


def named_channel(adapter: VirtualAdapter, datacenter: Datacenter) -> VirtualAdapter:
    """Give a virtual Fibre Channel client adapter with names; any other adapter as it is."""
    if not isinstance(adapter, FibreChannelAdapter) or adapter.side == "server" or adapter.wwpns:
        return adapter
    return dataclasses.replace(adapter, wwpns=datacenter.new_wwpns())


def install(partition: Partition, adapter: VirtualAdapter) -> None:
    """Put an adapter into its slot, and give a server the device for it."""
    partition.adapters[adapter.slot] = complete(partition, adapter)
    configure_server(partition)


def uninstall(partition: Partition, slot: int) -> None:
    """Take the adapter out of a slot, with the device of a server."""
    del partition.adapters[slot]
    if partition.vios is not None:
        partition.vios.remove_vhost(slot)
        partition.vios.remove_vfchost(slot)


def configure_server(partition: Partition) -> None:
    """Give server adapters that a Virtual I/O Server meets for the first time a device.

    Devices of adapters that are gone stay defined, with their target devices.
    """
    vios = partition.vios
    if vios is None:
        return
    for slot, adapter in sorted(partition.adapters.items()):
        if not isinstance(adapter, (ScsiAdapter, FibreChannelAdapter)) or adapter.side == "client":
            continue
        if isinstance(adapter, ScsiAdapter) and slot not in vios.vhosts:
            vios.add_vhost(slot)
        elif isinstance(adapter, FibreChannelAdapter) and slot not in vios.vfchosts:
            vios.add_vfchost(slot)


def with_number(partition: Partition, port: SriovLogicalPort) -> SriovLogicalPort:
    """Give a logical port as a partition has it: with its number and its MAC address."""
    number = port.number or free_number(partition.frame, port.adapter_id)
    mac = port.mac
    if not mac:
        taken = addresses(partition)
        candidates = (partition.mac_address(n) for n in reversed(range(_SUFFIXES)))
        mac = next(address for address in candidates if address not in taken)
    return dataclasses.replace(port, number=number, mac=mac)


def wanted_ports(profile: Profile) -> list[Wanted]:
    """The shares of SR-IOV ports that a profile asks for."""
    nics = [a for a in profile.of_type(VnicAdapter) if isinstance(a, VnicAdapter)]
    backing = [device for nic in nics for device in nic.backing]
    ports = [Wanted.of(port) for port in profile.sriov_logical_ports]
    return ports + [Wanted.of(device) for device in backing]


def require_ports(
    partition: Partition, profile: Profile, before: Mapping[Partition, Profile] | None = None
) -> None:
    """Check that a partition can have the SR-IOV ports of a profile.

    `before` are partitions that are to have those of their profiles first. Raises HmcError.
    """
    for nic in profile.of_type(VnicAdapter):
        if isinstance(nic, VnicAdapter):
            require_backing(partition.frame, nic.backing)
    first = before or {}
    wanted = [port for one in first.values() for port in wanted_ports(one)]
    require_room(partition.frame, wanted + wanted_ports(profile), without={*first, partition})


def take_adapters(partition: Partition, profile: Profile) -> None:
    """Give a partition the virtual adapters and logical ports of a profile, and no others."""
    partition.adapters = {}
    partition.sriov_logical_ports = ()
    for port in profile.sriov_logical_ports:
        partition.sriov_logical_ports += (with_number(partition, port),)
    for slot, adapter in profile.adapters.items():
        partition.adapters[slot] = complete(partition, adapter)
    configure_server(partition)
