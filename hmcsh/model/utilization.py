"""Counters of processor cycles, as the hypervisor of a system keeps them since it was started.

What a partition asks for follows from its workload, its processors and the time: twelve levels
of five minutes each, drawn from its UUID, which repeat every hour. Below its entitlement it gets
all that it asks for; above, an uncapped one shares what the processors of the pool have left, by
weight. Between two changes of the configuration every rate is thus periodic, and a counter at any
time is a sum, not a simulation. Shares of workloads are invented.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import hashlib
import operator
from collections.abc import Iterable
from typing import NamedTuple

from hmcsh.model.frame import Frame
from hmcsh.model.history import Departed, Forgotten
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Processors
from hmcsh.model.sampling import BEFORE
from hmcsh.model.states import PartitionState
from hmcsh.runtime.clock import SECOND

CYCLES_PER_SECOND = 512_000_000  # of the time base (capture)
_LEVELS = 12
_LEVEL = 300 * SECOND
_PERIOD = _LEVELS * _LEVEL

# What a workload asks for, in hundredths of the entitlement; saturating ones: of all processors.
_DEMAND = {"idle": 2, "uniform": 30, "hot-cold": 35, "zipf": 40, "saturating": 100}
_BURSTS = (10, 150)
_FIRMWARE_DEMAND = 1
_IDLE_SHARE = 5  # percent of what a shared processor partition gets that it cedes late

_COUNTED = (
    PartitionState.OPEN_FIRMWARE,
    PartitionState.RUNNING,
    PartitionState.SHUTTING_DOWN,
    PartitionState.MIGRATING_RUNNING,
)

_FINE = 100  # parts of a hundredth of a processor
Counted = Partition | Departed
Levels = tuple[int, ...]  # ten-thousandths of processors at each level of the hour
_NONE: Levels = (0,) * _LEVELS


class Rates(NamedTuple):
    """What a partition is entitled to and gets of it, in ten-thousandths of processors, by level.

    Of a partition with dedicated processors `capped` is all that it has not donated.
    """

    entitled: Levels = _NONE
    capped: Levels = _NONE
    donated: Levels = _NONE
    idle: Levels = _NONE


class _Demand(NamedTuple):
    """What a running partition asks for: its rates without excess, and that, by level."""

    rates: Rates
    excess: Levels
    processors: Processors


@functools.lru_cache(4096)
def _noise(seed: str) -> bytes:
    return hashlib.blake2b(seed.encode(), digest_size=_LEVELS).digest()


def _wanted(uuid: str, kind: str, entitled: int, most: int) -> Levels:
    """What a workload asks for of processors, level by level."""
    noise = _noise(uuid)
    if kind == "burst":
        shares = [_BURSTS[byte % 3 == 0] for byte in noise]
    else:
        shares = [_DEMAND.get(kind, _FIRMWARE_DEMAND) for _ in noise]
    basis = most if kind == "saturating" else entitled
    varied = (basis * share * (75 + byte % 51) for share, byte in zip(shares, noise, strict=True))
    return tuple(min(most, max(1, level // 10_000)) for level in varied)


@functools.lru_cache(4096)
def _demand(uuid: str, kind: str, processors: Processors) -> _Demand:
    entitled, most = processors.consumed * _FINE, processors.count.desired * 100 * _FINE
    wanted = _wanted(uuid, kind, entitled, most)
    if processors.mode == "ded":
        idle = tuple(entitled - level for level in wanted)
        lends = processors.sharing_mode in ("share_idle_procs_active", "share_idle_procs_always")
        donated, kept = (idle, _NONE) if lends else (_NONE, idle)
        capped = tuple(entitled - level for level in donated)
        rates = Rates((entitled,) * _LEVELS, capped, donated, kept)
        return _Demand(rates, _NONE, processors)
    capped = tuple(min(level, entitled) for level in wanted)
    idle = tuple(level * _IDLE_SHARE // 100 for level in capped)
    excess = _NONE
    if processors.sharing_mode == "uncap":
        excess = tuple(map(operator.sub, wanted, capped))
    return _Demand(Rates((entitled,) * _LEVELS, capped, _NONE, idle), excess, processors)


def _kind(partition: Counted, state: PartitionState) -> str:
    return "" if state is PartitionState.OPEN_FIRMWARE else partition.workload_kind


class Track:
    """Counters, ten-thousandths of processors times ns; rates are periodic between changes."""

    def __init__(self, begin: int = 0, sums: tuple[int, ...] = ()) -> None:
        """`sums` are what was counted until `begin`, if it was counted before."""
        self.since = [begin] if sums else []
        self.rates: list[tuple[Levels, ...]] = [(_NONE,) * len(sums)] if sums else []
        self.sums = [sums] if sums else []

    def change(self, time: int, rates: tuple[Levels, ...]) -> None:
        """Let other rates hold from a time on."""
        sums = self.at(time) or (0,) * len(rates)
        self.since.append(time)
        self.rates.append(rates)
        self.sums.append(sums)

    def at(self, time: int) -> tuple[int, ...]:
        """The counters at a time, () before the first change."""
        place = bisect.bisect_right(self.since, time) - 1
        if place < 0:
            return ()
        begin, rates = self.since[place], self.rates[place]
        grown = (_area(levels, time) - _area(levels, begin) for levels in rates)
        return tuple(map(operator.add, self.sums[place], grown))


def _area(levels: Levels, time: int) -> int:
    """Ten-thousandths of processors times ns, from long ago until a time."""
    periods, rest = divmod(time + BEFORE, _PERIOD)
    whole, part = divmod(rest, _LEVEL)
    hours = periods * sum(levels) * _LEVEL
    return hours + sum(levels[:whole]) * _LEVEL + levels[whole] * part


def cycles(area: int) -> int:
    """Cycles of an area in ten-thousandths of processors times ns."""
    return area * CYCLES_PER_SECOND // (100 * _FINE * SECOND)


@dataclasses.dataclass(frozen=True, slots=True)
class Counters:
    """Cycles of one partition, since its system was started."""

    entitled: int = 0
    capped: int = 0
    donated: int = 0
    idle: int = 0
    uncapped: int = 0

    @property
    def run_latch(self) -> int:
        """Cycles in which it had work."""
        return self.capped + self.uncapped - self.idle


@dataclasses.dataclass(frozen=True, slots=True)
class PoolCounters:
    """Cycles that a pool had, and those that its partitions used."""

    total: int = 0
    utilized: int = 0


class _Sum:
    """Levels that many partitions have together."""

    def __init__(self) -> None:
        self.levels: Levels = _NONE

    def add(self, levels: Levels) -> None:
        """Count levels in."""
        self.levels = tuple(map(operator.add, self.levels, levels))

    def drop(self, levels: Levels) -> None:
        """Count levels out."""
        self.levels = tuple(map(operator.sub, self.levels, levels))


class Meter:
    """The counters of one system from a start until virtual time `end`, ns."""

    def __init__(self, frame: Frame, begin: int, end: int) -> None:
        self.frame, self.begin, self.end = frame, begin, end
        self._tracks: dict[Counted, Track] = {}
        self._pools: dict[int, Track] = {}
        self._whole = Track()
        self._running: dict[Counted, _Demand] = {}
        self._asking: dict[Counted, _Demand] = {}
        self._uncapped: dict[Counted, Levels] = {}
        self._above: dict[Counted, Track] = {}
        self._free = frame.installed_processors
        self._free_since: list[tuple[int, int]] = []
        self._known_since = begin
        if frame.forgotten is not None and begin < frame.forgotten.until:
            self._recall(frame.forgotten)
        self._lent, self._capped, self._used, self._weights = _Sum(), _Sum(), _Sum(), _Sum()
        self._used_of: dict[int, _Sum] = {}
        for time, changed in sorted(self._changes(end).items()):
            self._change(time, changed)

    def partition(self, partition: Counted, time: int) -> Counters:
        """The counters of a partition at a time."""
        found = self._tracks[partition].at(time) if partition in self._tracks else ()
        if not found:
            return Counters()
        above = self._above[partition].at(time) if partition in self._above else ()
        return Counters(*map(cycles, (*found, sum(above))))

    def pool(self, pool_id: int, time: int) -> PoolCounters:
        """The counters of a shared processor pool at a time."""
        track = self._pools.get(pool_id)
        used = track.at(time) if track else ()
        return PoolCounters(self.whole(time).total, cycles(sum(used)))

    def whole(self, time: int) -> PoolCounters:
        """The counters of the shared processors and those that are donated, at a time."""
        return PoolCounters(*map(cycles, self._whole.at(time)))

    def configurable(self, time: int) -> int:
        """Hundredths of processors that were dedicated to no running partition, at a time."""
        place = bisect.bisect_right(self._free_since, time, key=lambda change: change[0]) - 1
        return self._free_since[max(0, place)][1]

    def time_cycles(self, time: int) -> int:
        """Cycles of the time base."""
        return (time - self.begin) * CYCLES_PER_SECOND // SECOND

    @property
    def _pool(self) -> Levels:
        """The processors that are not dedicated, and what dedicated ones donate."""
        return tuple(self._free * _FINE + levels for levels in self._lent.levels)

    def _recall(self, forgotten: Forgotten) -> None:
        """Begin with the counters that were noted when what was before them was forgotten."""
        self._known_since = until = forgotten.until
        for partition in _members(self.frame):
            *counted, above = map(int, partition.counted or ("0",) * 5)
            self._tracks[partition] = Track(until, tuple(counted))
            self._above[partition] = Track(until, (above,))
        self._pools = {number: Track(until, (int(used),)) for number, used in forgotten.pools}
        self._whole = Track(until, tuple(map(int, forgotten.whole)) or (0, 0))

    def forgotten(self) -> Forgotten:
        """What is left of it when all before its end is forgotten; partitions note theirs."""
        for partition in _members(self.frame):
            tracks = self._tracks.get(partition), self._above.get(partition)
            sums = [
                track.at(self.end) if track else none
                for track, none in zip(tracks, ((0,) * 4, (0,)), strict=True)
            ]
            partition.counted = tuple(str(area) for areas in sums for area in areas)
        pools = [(number, str(sum(track.at(self.end)))) for number, track in self._pools.items()]
        return Forgotten(self.end, tuple(pools), tuple(map(str, self._whole.at(self.end))))

    def _changes(self, end: int) -> dict[int, list[Counted]]:
        """The partitions that change, by when they do; at the start all are new."""
        members = _members(self.frame)
        found = {self._known_since: members}
        for partition in members:
            for was in partition.history:
                if self._known_since < was.until < end:
                    found.setdefault(was.until, []).append(partition)
        return found

    def _change(self, time: int, changed: Iterable[Counted]) -> None:
        moved = {p: self._demand(p, time) for p in changed}
        moved = {p: demand for p, demand in moved.items() if demand != self._running.get(p)}
        if not moved and self._free_since:
            return
        for partition, demand in moved.items():
            self._stop(partition, time)
            if demand is not None:
                self._start(partition, demand, time)
        self._grant(time)
        for pool_id, used in self._used_of.items():
            self._pools.setdefault(pool_id, Track()).change(time, (used.levels,))
        self._free_since.append((time, self._free))
        self._whole.change(time, (self._pool, self._used.levels))

    def _demand(self, partition: Counted, time: int) -> _Demand | None:
        was = partition.at(time)
        if was.state not in _COUNTED or was.current is None:
            return None
        return _demand(partition.uuid, _kind(partition, was.state), was.current.processors)

    def _stop(self, partition: Counted, time: int) -> None:
        """Give back what a partition has."""
        demand = self._running.pop(partition, None)
        if demand is None:
            return
        self._tracks[partition].change(time, tuple(Rates()))
        if demand.processors.mode == "ded":
            self._free += demand.processors.consumed
            self._lent.drop(demand.rates.donated)
            return
        self._capped.drop(demand.rates.capped)
        self._use(partition, demand, time, _NONE)
        for total in (self._used, self._used_of[demand.processors.pool_id]):
            total.drop(demand.rates.capped)
        if self._asking.pop(partition, None):
            self._weights.drop(_weights(demand))

    def _start(self, partition: Counted, demand: _Demand, time: int) -> None:
        """Let a partition have what it is entitled to, as far as it asks for it."""
        self._running[partition] = demand
        self._tracks.setdefault(partition, Track()).change(time, tuple(demand.rates))
        if demand.processors.mode == "ded":
            self._free -= demand.processors.consumed
            self._lent.add(demand.rates.donated)
            return
        self._capped.add(demand.rates.capped)
        pool = self._used_of.setdefault(demand.processors.pool_id, _Sum())
        for total in (self._used, pool):
            total.add(demand.rates.capped)
        if any(demand.excess):
            self._asking[partition] = demand
            self._weights.add(_weights(demand))

    def _grant(self, time: int) -> None:
        """Let partitions have more than they are entitled to: what is left is shared by weight."""
        both = zip(self._pool, self._capped.levels, self._weights.levels, strict=True)
        left = [(max(0, pool - capped), max(1, weights)) for pool, capped, weights in both]
        for partition, demand in self._asking.items():
            weight = demand.processors.uncapped_weight
            shares = [level * weight // weights for level, weights in left]
            self._use(partition, demand, time, tuple(map(min, demand.excess, shares)))

    def _use(self, partition: Counted, demand: _Demand, time: int, uncapped: Levels) -> None:
        """Let a partition use so much above its entitlement from a time on."""
        before = self._uncapped.get(partition, _NONE)
        if uncapped == before:
            return
        self._uncapped[partition] = uncapped
        self._above.setdefault(partition, Track()).change(time, (uncapped,))
        for total in (self._used, self._used_of[demand.processors.pool_id]):
            total.drop(before)
            total.add(uncapped)


def _weights(demand: _Demand) -> Levels:
    """The weight of a partition at the levels at which it asks for more than its entitlement."""
    return tuple(demand.processors.uncapped_weight if level else 0 for level in demand.excess)


def _members(frame: Frame) -> list[Counted]:
    """The partitions that are there, and what is known of those that are gone."""
    return [*frame.partitions.values(), *frame.departed]


def forget(frame: Frame, most: int) -> None:
    """Forget the oldest of what partitions of a system have been, but for `most` entries.

    Counters go on from what they were; samples and events from before are gone.
    """
    members = _members(frame)
    times = sorted(was.until for partition in members for was in partition.history)
    if len(times) <= most:
        return
    until = times[len(times) - most - 1]
    ran = [begin for begin, end in runs(frame, frame.clock.now) if begin < until < end]
    frame.forgotten = Meter(frame, ran[0], until).forgotten() if ran else Forgotten(until)
    for partition in members:
        if not ran:
            partition.counted = ()
        del partition.history[: partition.history.place(until)]
    frame.departed[:] = [one for one in frame.departed if one.history]
    frame.sampling.keep_since(until)


def assigned(frame: Frame, time: int) -> tuple[int, int]:
    """MB of memory and hundredths of processors that partitions had at a time."""
    found = [p.at(time).current for p in frame.partitions.values()]
    found += [p.at(time).current for p in frame.departed]
    held = [resources for resources in found if resources]
    return (
        sum(resources.memory.desired for resources in held),
        sum(resources.processors.consumed for resources in held),
    )


def work(partition: Partition, counters: Counters) -> int:
    """Instructions that a partition has completed: so many a cycle, drawn from its UUID."""
    return counters.run_latch * (60 + _noise(partition.uuid)[0] % 81) // 100


def runs(frame: Frame, now: int) -> list[tuple[int, int]]:
    """From when until when, ns, the hypervisor of a system ran; the newest first."""
    found: list[tuple[int, int]] = []
    time = -BEFORE
    begin: int | None = None
    for until, state in [*((w.until, w.state) for w in frame.history), (now + 1, frame.state)]:
        if state.hypervisor_runs and begin is None:
            begin = time
        elif not state.hypervisor_runs and begin is not None:
            found.append((begin, time))
            begin = None
        time = until
    if begin is not None:
        found.append((begin, now + 1))
    return found[::-1]
