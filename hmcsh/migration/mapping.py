"""Virtual SCSI and VLAN mappings: which Virtual I/O Server serves the partition where it goes.

The rules of SG24-7460 2.5.6: client adapters of one source server should go to one destination
server, those of several servers to as many different ones. Adapters that reach the same LUN
through different servers are multipath and must stay apart.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from hmcsh.model.adapters import ScsiAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.storage import Disk, VirtualTarget


@dataclasses.dataclass(frozen=True, slots=True)
class ClientAdapter:
    """A virtual SCSI client adapter of the mobile partition with what stands behind it.

    `server` is None where the adapter leads nowhere; `targets` pairs each virtual target device
    with the disk behind it, None where it is a logical volume or a file.
    """

    slot: int
    server: Partition | None
    server_slot: int
    targets: tuple[tuple[VirtualTarget, Disk | None], ...]

    @property
    def luns(self) -> frozenset[str]:
        """Identifiers of the LUNs behind the adapter."""
        return frozenset(d.lun.unique_id for _, d in self.targets if d and d.lun is not None)


def client_adapters(partition: Partition) -> list[ClientAdapter]:
    """The mobile partition's virtual SCSI client adapters, by slot."""
    found = []
    for adapter in partition.scsi_adapters:
        if adapter.side == "client":
            found.append(_client_adapter(partition, adapter))
    return found


def _client_adapter(partition: Partition, adapter: ScsiAdapter) -> ClientAdapter:
    server = (
        partition.frame.partitions.get(adapter.remote_lpar_id)
        if isinstance(adapter.remote_lpar_id, int)
        else None
    )
    slot = adapter.remote_slot if isinstance(adapter.remote_slot, int) else -1
    if server is None or server.vios is None:
        return ClientAdapter(adapter.slot, None, slot, ())
    targets = tuple(
        (target, server.vios.disks.get(target.backing) if target.kind == "disk" else None)
        for target in server.vios.targets.get(slot, ())
    )
    return ClientAdapter(adapter.slot, server, slot, targets)


def can_host(server: Partition, adapter: ClientAdapter) -> bool:
    """Whether a destination server reaches every LUN behind an adapter, without reservation."""
    if not server.rmc_active or server.vios is None:
        return False
    for _, disk in adapter.targets:
        if disk is None or disk.lun is None:
            return False
        there = server.vios.disk_for(disk.lun.unique_id)
        if there is None or there.reserve_policy != "no_reserve":
            return False
    return True


def possible(partition: Partition, destination: Frame) -> dict[int, list[Partition]]:
    """For each client slot the destination servers that could host it, in listing order."""
    return {
        adapter.slot: [s for s in destination.virtual_io_servers() if can_host(s, adapter)]
        for adapter in client_adapters(partition)
    }


@dataclasses.dataclass(frozen=True, slots=True)
class ScsiMapping:
    """A complete mapping of client slots to destination servers.

    `good` tells whether it keeps the number of servers that SG24-7460 2.5.6 asks of a suggestion.
    """

    servers: dict[int, Partition]
    good: bool


def scsi_mapping(
    partition: Partition, destination: Frame, asked: dict[int, Partition] | None = None
) -> ScsiMapping | None:
    """Find the best mapping that agrees with what was asked; None if there is none.

    The first of the best in listing order is taken, so the choice is the same each time.
    """
    adapters = client_adapters(partition)
    choices = []
    for adapter in adapters:
        hosts = [s for s in destination.virtual_io_servers() if can_host(s, adapter)]
        wanted = (asked or {}).get(adapter.slot)
        choices.append([h for h in hosts if wanted is None or h is wanted])
    best: ScsiMapping | None = None
    for servers in _assignments(adapters, choices):
        mapping = ScsiMapping(
            {adapter.slot: server for adapter, server in zip(adapters, servers, strict=True)},
            _keeps_servers(adapters, servers),
        )
        if mapping.good:
            return mapping
        best = best or mapping
    return best


def _assignments(
    adapters: list[ClientAdapter], choices: list[list[Partition]]
) -> Iterator[tuple[Partition, ...]]:
    """Every assignment that keeps multipath apart, groups of one source server together first."""
    groups: dict[int, list[int]] = {}
    for index, adapter in enumerate(adapters):
        groups.setdefault(id(adapter.server), []).append(index)
    together = [
        [s for s in choices[members[0]] if all(s in choices[m] for m in members)]
        for members in groups.values()
    ]
    for picked in itertools.product(*together):
        servers: list[Partition | None] = [None] * len(adapters)
        for members, server in zip(groups.values(), picked, strict=True):
            for member in members:
                servers[member] = server
        whole = tuple(s for s in servers if s is not None)
        if _keeps_paths(adapters, whole):
            yield whole
    # A partition has few client adapters; still, bound what a strange inventory could cost.
    for apart in itertools.islice(itertools.product(*choices), 4096):
        if _keeps_paths(adapters, apart):
            yield apart


def _keeps_paths(adapters: list[ClientAdapter], servers: tuple[Partition, ...]) -> bool:
    for (one, there_one), (two, there_two) in itertools.combinations(
        zip(adapters, servers, strict=True), 2
    ):
        if one.server is not two.server and one.luns & two.luns and there_one is there_two:
            return False
    return True


def _keeps_servers(adapters: list[ClientAdapter], servers: tuple[Partition, ...]) -> bool:
    pairs = {(id(a.server), id(s)) for a, s in zip(adapters, servers, strict=True)}
    sources = {id(a.server) for a in adapters}
    destinations = {id(s) for s in servers}
    return len(sources) == len(destinations) == len(pairs)


def bridged_vlans(server: Partition) -> dict[int, str]:
    """VLANs that a server bridges, with the physical network each one leads to."""
    if server.vios is None:
        return {}
    adapters = {adapter.slot: adapter for adapter in server.ethernet_adapters}
    return {
        vlan: bridge.network
        for bridge in server.vios.bridges
        for slot in bridge.trunk_slots
        if slot in adapters
        for vlan in adapters[slot].vlan_ids
    }


def partition_vlans(partition: Partition) -> list[int]:
    """VLANs that a partition uses, in ascending order."""
    return sorted({v for adapter in partition.ethernet_adapters for v in adapter.vlan_ids})


def vlan_hosts(partition: Partition, destination: Frame) -> dict[int, list[Partition]]:
    """For each VLAN of a partition the destination servers that bridge it to the same network.

    A VLAN that is not bridged on the source may be bridged to any network on the destination.
    """
    here: dict[int, str] = {}
    for server in partition.frame.virtual_io_servers():
        for vlan, network in bridged_vlans(server).items():
            here.setdefault(vlan, network)
    hosts: dict[int, list[Partition]] = {}
    for vlan in partition_vlans(partition):
        hosts[vlan] = [
            server
            for server in destination.virtual_io_servers()
            if server.rmc_active
            and bridged_vlans(server).get(vlan) in _networks(here, vlan, server)
        ]
    return hosts


def _networks(here: dict[int, str], vlan: int, server: Partition) -> set[str]:
    return {here[vlan]} if vlan in here else set(bridged_vlans(server).values())


def vlan_mapping(
    partition: Partition, destination: Frame, asked: dict[int, Partition] | None = None
) -> tuple[dict[int, Partition], list[int]]:
    """Choose a server for each VLAN; gives the mapping and the VLANs that no server can take."""
    chosen: dict[int, Partition] = {}
    missing: list[int] = []
    for vlan, hosts in vlan_hosts(partition, destination).items():
        wanted = (asked or {}).get(vlan)
        fitting = [h for h in hosts if wanted is None or h is wanted]
        if fitting:
            chosen[vlan] = fitting[0]
        else:
            missing.append(vlan)
    return chosen, missing
