"""Booting over the network: which boot servers a partition's adapters reach.

A virtual adapter reaches a physical network by a shared Ethernet adapter of a running Virtual I/O
Server that bridges its VLAN; the servers of that network that answer BOOTP stand in the
inventory (inferred: the plainest model in which `lpar_netboot` can succeed and fail).
"""

from __future__ import annotations

from hmcsh.model.adapters import EthernetAdapter, VirtualAdapter
from hmcsh.model.partition import Partition


def servers_of(partition: Partition, adapter: EthernetAdapter) -> tuple[str, ...]:
    """Addresses of the boot servers that one adapter of a partition reaches."""
    networks = partition.frame.datacenter.networks
    found: list[str] = []
    for server in partition.frame.virtual_io_servers():
        if not server.running or server.vios is None or not server.vios.link_up:
            continue
        for bridge in server.vios.bridges:
            trunks = (server.adapters.get(slot) for slot in bridge.trunk_slots)
            if any(_meet(adapter, trunk) for trunk in trunks):
                found += networks[bridge.network].boot_servers
    return tuple(dict.fromkeys(found))


def _meet(adapter: EthernetAdapter, trunk: VirtualAdapter | None) -> bool:
    """Whether frames of an adapter reach a trunk adapter: one switch, one VLAN, both enabled."""
    return (
        isinstance(trunk, EthernetAdapter)
        and adapter.switch == trunk.switch
        and adapter.port_vlan_id in trunk.vlan_ids
        and adapter.enabled
        and trunk.enabled
    )


def boot_servers(partition: Partition) -> tuple[str, ...]:
    """Addresses of the boot servers that any adapter of a partition reaches, by slot."""
    found = (servers_of(partition, adapter) for adapter in partition.ethernet_adapters)
    return tuple(dict.fromkeys(address for servers in found for address in servers))
