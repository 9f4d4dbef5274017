"""Virtual Fibre Channel mappings: which server carries each adapter where the partition goes.

A server can carry an adapter if one of its ports is cabled to the fabric that the adapter uses now
and has room for one more. Adapters of one source server go to one destination server, those of
several servers to as many different ones if that is possible: the rule of SG24-7460 2.5.6 for
virtual SCSI, inferred for these adapters.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping

from hmcsh.model.adapters import FibreChannelAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition


@dataclasses.dataclass(frozen=True, slots=True)
class ClientChannel:
    """A virtual Fibre Channel client adapter of the mobile partition, and what carries it.

    `server` is None where it leads nowhere; `fabric` is "" where its server maps it to no port.
    """

    slot: int
    server: Partition | None
    server_slot: int
    fabric: str


def client_channels(partition: Partition) -> list[ClientChannel]:
    """The mobile partition's virtual Fibre Channel client adapters, by slot."""
    return [_client_channel(partition, a) for a in partition.fc_adapters if a.side == "client"]


def _client_channel(partition: Partition, adapter: FibreChannelAdapter) -> ClientChannel:
    slot = adapter.remote_slot if isinstance(adapter.remote_slot, int) else -1
    server = (
        partition.frame.partitions.get(adapter.remote_lpar_id)
        if isinstance(adapter.remote_lpar_id, int)
        else None
    )
    served = server.adapters.get(slot) if server is not None else None
    if server is None or server.vios is None or not isinstance(served, FibreChannelAdapter):
        return ClientChannel(adapter.slot, None, slot, "")
    host = server.vios.vfchosts.get(slot)
    port = server.vios.fc_ports.get(host.port) if host is not None else None
    return ClientChannel(adapter.slot, server, slot, port.fabric if port is not None else "")


def can_carry(server: Partition, channel: ClientChannel, port: str = "") -> bool:
    """Whether a destination server has a port with room on the fabric of an adapter.

    Where `port` names one it must be that.
    """
    if not server.rmc_active or server.vios is None or not channel.fabric:
        return False
    return server.vios.free_fc_port(channel.fabric, port) is not None


def choices(
    partition: Partition,
    destination: Frame,
    asked: Mapping[int, Partition] | None = None,
    ports: Mapping[int, str] | None = None,
) -> list[tuple[ClientChannel, list[Partition]]]:
    """Each client adapter with the servers that could carry it and agree with what was asked."""
    wanted, named = asked or {}, ports or {}
    return [
        (
            channel,
            [
                server
                for server in destination.virtual_io_servers()
                if can_carry(server, channel, named.get(channel.slot, ""))
                and wanted.get(channel.slot) in (None, server)
            ],
        )
        for channel in client_channels(partition)
    ]


def fc_mapping(
    partition: Partition,
    destination: Frame,
    asked: Mapping[int, Partition] | None = None,
    ports: Mapping[int, str] | None = None,
) -> dict[int, Partition] | None:
    """Choose a server for each client slot; None if one of them cannot be carried.

    Of the possible ways the first in listing order is taken that has the adapters of one source
    server together and those of several apart, as far as can be.
    """
    found = choices(partition, destination, asked, ports)
    if not all(servers for _, servers in found):
        return None

    def unlike_the_source(chosen: tuple[Partition, ...]) -> int:
        """How many pairs of adapters are together here and apart there, or the reverse."""
        pairs = itertools.combinations(zip(found, chosen, strict=True), 2)
        return sum(
            ((one.server is two.server) is not (there is other))
            for ((one, _), there), ((two, _), other) in pairs
        )

    best = min(itertools.product(*(servers for _, servers in found)), key=unlike_the_source)
    return {channel.slot: there for (channel, _), there in zip(found, best, strict=True)}
