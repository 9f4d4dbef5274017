"""Virtual SCSI and VLAN mappings: which Virtual I/O Server serves the partition where it goes.

The rules of SG24-7460 2.5.6: client adapters of one source server should go to one destination
server, those of several servers to as many different ones. Adapters that reach the same LUN
through different servers are multipath and must stay apart.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping

from hmcsh.migration.request import Vlans
from hmcsh.model.adapters import EthernetAdapter, ScsiAdapter, VirtualAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.storage import NO_RESERVE, Disk, VirtualTarget


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
    """Whether a destination server sees and knows every LUN behind an adapter, unreserved."""
    if not server.rmc_active or server.vios is None:
        return False
    for _, disk in adapter.targets:
        if disk is None or disk.lun is None:
            return False
        there = server.vios.disk_for(disk.lun.unique_id)
        if there is None or there.reserve_policy != NO_RESERVE or not disk.is_same_volume(there):
            return False
    return True


def possible(partition: Partition, destination: Frame) -> dict[int, list[Partition]]:
    """For each client slot the destination servers that could host it, in listing order."""
    return {adapter.slot: servers for adapter, servers in choices(partition, destination)}


@dataclasses.dataclass(frozen=True, slots=True)
class ScsiMapping:
    """A complete mapping of client slots to destination servers.

    `good` tells whether it keeps the number of servers that SG24-7460 2.5.6 asks of a suggestion.
    """

    servers: dict[int, Partition]
    good: bool


Choices = list[tuple[ClientAdapter, list[Partition]]]


def choices(
    partition: Partition, destination: Frame, asked: dict[int, Partition] | None = None
) -> Choices:
    """Each client adapter with the servers that could host it and agree with what was asked."""
    wanted = asked or {}
    return [
        (
            adapter,
            [
                server
                for server in destination.virtual_io_servers()
                if can_host(server, adapter) and wanted.get(adapter.slot) in (None, server)
            ],
        )
        for adapter in client_adapters(partition)
    ]


def scsi_mapping(
    partition: Partition,
    destination: Frame,
    asked: dict[int, Partition] | None = None,
    *,
    paths_may_meet: bool = False,
) -> ScsiMapping | None:
    """Find the best mapping that agrees with what was asked; None if there is none.

    Paths to one LUN stay apart, or else as many of them as can if they may meet. A good mapping is
    one whose groups, the adapters of one source server each, go to as many servers. The first in
    listing order is taken, so the choice is the same each time.
    """
    found = choices(partition, destination, asked)
    groups: dict[Partition | None, list[int]] = {}
    for index, (adapter, _) in enumerate(found):
        groups.setdefault(adapter.server, []).append(index)
    together = [
        (members, [s for s in found[members[0]][1] if all(s in found[m][1] for m in members)])
        for members in groups.values()
    ]
    adapters = [adapter for adapter, _ in found]
    for good in (True, False):
        chosen = _assign(adapters, together, {}, distinct=good)
        if chosen is not None:
            return _mapping(adapters, chosen, good=good)
    chosen = {}
    for group in _path_groups(found):
        part = _apart(found, group)
        if part is None and paths_may_meet:
            part = _spread(found, group)
        if part is None:
            return None
        chosen |= part
    return _mapping(adapters, chosen, good=False)


def _mapping(
    adapters: list[ClientAdapter], chosen: dict[int, Partition], *, good: bool
) -> ScsiMapping:
    return ScsiMapping({adapters[index].slot: chosen[index] for index in sorted(chosen)}, good)


def _apart(found: Choices, group: list[int]) -> dict[int, Partition] | None:
    """Give each adapter of a group of paths a server by itself; None if paths would meet."""
    scarcest_first = sorted(group, key=lambda index: len(found[index][1]))
    steps = [([index], found[index][1]) for index in scarcest_first]
    return _assign([adapter for adapter, _ in found], steps, {}, distinct=False)


def _spread(found: Choices, group: list[int]) -> dict[int, Partition] | None:
    """Give each adapter of a group of paths the server that has the fewest of them."""
    chosen: dict[int, Partition] = {}
    for index in group:
        if not found[index][1]:
            return None
        taken = list(chosen.values())
        chosen[index] = min(found[index][1], key=taken.count)
    return chosen


def _assign(
    adapters: list[ClientAdapter],
    steps: list[tuple[list[int], list[Partition]]],
    taken: dict[int, Partition],
    *,
    distinct: bool,
) -> dict[int, Partition] | None:
    """Give each step's adapters one of its servers, keeping paths apart; None if impossible.

    With `distinct` each step needs a server of its own.
    """
    if not steps:
        return taken
    (members, servers), *rest = steps
    for server in servers:
        if distinct and server in taken.values():
            continue
        if any(
            there is server and _paths(adapters[m], adapters[other])
            for other, there in taken.items()
            for m in members
        ):
            continue
        chosen = _assign(adapters, rest, taken | dict.fromkeys(members, server), distinct=distinct)
        if chosen is not None:
            return chosen
    return None


def _paths(one: ClientAdapter, two: ClientAdapter) -> bool:
    """Whether two adapters are paths to a common LUN by different servers (SG24-7460 5.1.2)."""
    return one.server is not two.server and bool(one.luns & two.luns)


def _path_groups(found: Choices) -> list[list[int]]:
    """Indices of adapters, grouped by the LUNs that connect them as paths."""
    groups: list[list[int]] = []
    for index, (adapter, _) in enumerate(found):
        near = [g for g in groups if any(_paths(adapter, found[other][0]) for other in g)]
        groups = [g for g in groups if g not in near]
        groups.append([*itertools.chain.from_iterable(near), index])
    return groups


def joined_paths(found: Choices) -> list[tuple[list[int], list[Partition]]]:
    """Slots whose paths to common LUNs would meet, with all servers that could host them."""
    return [
        (
            sorted(found[index][0].slot for index in group),
            list(dict.fromkeys(server for index in group for server in found[index][1])),
        )
        for group in _path_groups(found)
        if _apart(found, group) is None
    ]


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


Networks = Mapping[str, Vlans]


def moved_adapter(adapter: VirtualAdapter, networks: Networks) -> VirtualAdapter:
    """An adapter as the destination is to have it: a virtual Ethernet one may get other VLANs."""
    if not isinstance(adapter, EthernetAdapter) or adapter.mac not in networks:
        return adapter
    vlans = networks[adapter.mac]
    return dataclasses.replace(
        adapter, port_vlan_id=vlans.port, additional_vlan_ids=vlans.additional
    )


def _moved_vlans(partition: Partition, networks: Networks) -> dict[int, int]:
    """VLANs that a partition will use, ascending, each with the one that it takes the place of.

    Another port VLAN leads to the network of the one before it; other VLANs stand for themselves.
    """
    before: dict[int, int] = {}
    for adapter in partition.ethernet_adapters:
        vlans = networks.get(adapter.mac)
        for vlan in adapter.vlan_ids if vlans is None else vlans.additional:
            before.setdefault(vlan, vlan)
        if vlans is not None:
            before[vlans.port] = adapter.port_vlan_id
    return dict(sorted(before.items()))


def vlan_hosts(
    partition: Partition, destination: Frame, networks: Networks | None = None
) -> dict[int, list[Partition]]:
    """For each VLAN of a partition the destination servers that bridge it to the same network.

    A VLAN that is not bridged on the source may be bridged to any network on the destination.
    """
    here: dict[int, str] = {}
    for server in partition.frame.virtual_io_servers():
        for vlan, network in bridged_vlans(server).items():
            here.setdefault(vlan, network)
    hosts: dict[int, list[Partition]] = {}
    for vlan, before in _moved_vlans(partition, networks or {}).items():
        hosts[vlan] = [
            server
            for server in destination.virtual_io_servers()
            if server.rmc_active
            and bridged_vlans(server).get(vlan) in _networks(here, before, server)
        ]
    return hosts


def _networks(here: dict[int, str], vlan: int, server: Partition) -> set[str]:
    return {here[vlan]} if vlan in here else set(bridged_vlans(server).values())


def vlan_mapping(
    partition: Partition,
    destination: Frame,
    asked: dict[int, Partition] | None = None,
    networks: Networks | None = None,
) -> tuple[dict[int, Partition], list[int]]:
    """Choose a server for each VLAN; gives the mapping and the VLANs that no server can take."""
    chosen: dict[int, Partition] = {}
    missing: list[int] = []
    for vlan, hosts in vlan_hosts(partition, destination, networks).items():
        wanted = (asked or {}).get(vlan)
        fitting = [h for h in hosts if wanted is None or h is wanted]
        if fitting:
            chosen[vlan] = fitting[0]
        else:
            missing.append(vlan)
    return chosen, missing
