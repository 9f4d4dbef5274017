"""Which mover service partitions can carry a migration, and which ones the console takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hmcsh.model.devices import serves
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import PartitionState


@dataclasses.dataclass(frozen=True, slots=True)
class MoverPair:
    """A mover of the source with one of the destination that it can talk to."""

    source: Partition
    destination: Partition

    def apart(self, other: MoverPair) -> bool:
        """Whether the two have no mover in common, so that each may stand in for the other."""
        return self.source is not other.source and self.destination is not other.destination


def movers(frame: Frame) -> list[Partition]:
    """Virtual I/O Servers of a system that can move state now, in listing order.

    A mover has the attribute, a VASI device, and an RMC link (SG24-7460 2.5.3, 4.1.2).
    """
    return [server for server in frame.virtual_io_servers() if usable(server)]


def usable(server: Partition) -> bool:
    """Whether one Virtual I/O Server can move state now."""
    return (
        server.is_mover
        and server.io_server.mover_works
        and server.io_server.vasi_works
        and server.state is PartitionState.RUNNING
        and server.rmc_active
        and has_vasi(server)
    )


def has_vasi(server: Partition) -> bool:
    """Whether the operating system of a Virtual I/O Server has configured a VASI adapter.

    One that was added while it ran is found by cfgdev or at the next start (SG24-7460 3.5.3).
    """
    return any(serves(server, ("virtual", adapter.slot)) for adapter in server.vasi_adapters)


def connected(source: Partition, destination: Partition) -> bool:
    """Whether two movers reach each other: both have an address on the same network."""
    here, there = source.io_server, destination.io_server
    return bool(here.mover_network) and here.mover_network == there.mover_network


def pairs(source: Frame, destination: Frame) -> list[MoverPair]:
    """All pairs that could carry a migration, by source mover (SG24-7460 2.5.7)."""
    return [
        MoverPair(here, there)
        for here in movers(source)
        for there in movers(destination)
        if connected(here, there)
    ]


def load(server: Partition) -> int:
    """Number of active migrations that use a mover now, queued ones included.

    One that waits for its recovery has let go of its movers.
    """
    return sum(
        server in (migration.source_mover, migration.destination_mover)
        and not migration.state.to_be_recovered
        for migration in server.frame.migrations
    )


def choose(
    candidates: list[MoverPair],
    source: Partition | None,
    destination: Partition | None,
    groups: Sequence[tuple[MoverPair, MoverPair]] = (),
    *,
    redundant: bool = False,
) -> tuple[MoverPair | None, MoverPair | None]:
    """Take the pair with the least load that agrees with what the caller named.

    With `redundant` a second pair is taken that has no mover in common with the first; a first one
    without a second is taken only if there is no other. Where `groups` are given, both are those
    of a group. Ties go to the lowest partition IDs (inferred).
    """
    fitting = [
        pair
        for pair in candidates
        if source in (None, pair.source) and destination in (None, pair.destination)
    ]
    first = min(fitting, key=_load_of_pair, default=None)
    if not redundant:
        return first, None
    couples = [
        (one, two)
        for one in fitting
        for two in candidates
        if one.apart(two) and (not groups or (one, two) in groups)
    ]
    if not couples:
        return first, None
    return min(couples, key=lambda couple: (_load_of_pair(couple[0]), _load_of_pair(couple[1])))


def _load_of_pair(pair: MoverPair) -> tuple[int, int, int]:
    return (
        load(pair.source) + load(pair.destination),
        pair.source.lpar_id,
        pair.destination.lpar_id,
    )
