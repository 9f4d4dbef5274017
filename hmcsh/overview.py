"""What a served console does at this moment, as data: made on its side, shown on the other.

Times are virtual nanoseconds unless a name says otherwise; a page has 4 KiB.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from hmcsh.model.states import PartitionState, SystemState
from hmcsh.report import over, pages_sent, percent, state_of
from hmcsh.status import reference_code

if TYPE_CHECKING:
    from hmcsh.console import ConsoleService
    from hmcsh.migration.engine import Mobility
    from hmcsh.migration.run import Run
    from hmcsh.model.frame import Frame
    from hmcsh.model.partition import Partition

T = TypeVar("T")

ENDED_SHOWN = 5  # migrations that are over, the newest
MOST = 1000  # lines of each kind in one answer

_CHUNK = 1000  # partitions that are looked at in one turn of the event loop

# What is in one of these stays there until somebody does something, and nothing is wrong with it.
SETTLED = frozenset(
    (PartitionState.RUNNING, PartitionState.NOT_ACTIVATED, PartitionState.OPEN_FIRMWARE)
)
_SETTLED_SYSTEM = frozenset((SystemState.OPERATING, SystemState.STANDBY, SystemState.POWER_OFF))


class _Item(msgspec.Struct, kw_only=True, tag=str.lower):
    """One line of the answer; its `type` is the name of the class."""


class Moment(_Item):
    """When it was looked at. `pace` is in virtual seconds a second, or "instant"."""

    now_ns: int
    calendar: str
    pace: str


class Migration(_Item):
    """A migration that is under way, waits for recovery, or is `over` since a short time.

    `round` counts the passes over memory from 1, 0 before the first. `left_pages` is what has still
    to be sent of this pass, or of all that is missing when the partition stands still or runs at
    the destination. `bytes` were sent. All three are 0 where no pages are moved.
    """

    number: int
    partition: str
    kind: str
    source: str
    destination: str
    state: str
    phase: str
    percent: int
    round: int
    total_pages: int
    left_pages: int
    bytes: int
    elapsed_ns: int
    failure: str
    over: bool


class Session(_Item):
    """A session of a user. `since` is the time of the machine (ISO 8601, UTC).

    `terminal` is "" where it has none, `command` what runs now, "" if nothing does, without
    passwords and control characters.
    """

    console: str
    user: str
    origin: str
    terminal: str
    since: str
    command: str


class System(_Item):
    """A managed system; `partitions` counts its partitions by state."""

    name: str
    state: str
    partitions: dict[str, int]


class Lpar(_Item, tag="partition"):
    """A logical partition."""

    name: str
    lpar_id: int
    system: str
    state: str
    reference_code: str


class Totals(_Item):
    """The last item: how many there are, shown or not, by state."""

    systems: dict[str, int]
    partitions: dict[str, int]
    migrations: int
    sessions: int


Item = Moment | Migration | Session | System | Lpar | Totals


def items(
    mobility: Mobility, services: Iterable[ConsoleService], limit: int
) -> Iterator[Item | None]:
    """Look at a console, at most `limit` lines of each kind. None is a turn for others.

    Systems and partitions come first that are not in a settled state. Changes nothing.
    """
    datacenter = mobility.datacenter
    clock = datacenter.clock
    now = datacenter.now().isoformat(timespec="seconds")
    yield Moment(now_ns=clock.now, calendar=now, pace=str(clock.pace))
    shown = _shown(tuple(mobility.history))
    for run in shown[-limit:]:
        yield _migration(run)
    sessions = [one for service in services for one in service.sessions()]
    for session in sessions[:limit]:
        yield Session(
            console=session.console,
            user=session.user,
            origin=session.origin,
            terminal=session.terminal,
            since=session.began.isoformat(timespec="seconds"),
            command=session.command,
        )
    totals = Totals(
        systems=collections.Counter(),
        partitions=collections.Counter(),
        migrations=sum(not over(run) for run in shown),
        sessions=len(sessions),
    )
    yield from _systems(tuple(datacenter.frames.values()), totals, limit)
    yield totals


def _systems(frames: Iterable[Frame], totals: Totals, limit: int) -> Iterator[Item | None]:
    partitions: _Chosen[Partition] = _Chosen(limit)
    systems: _Chosen[System] = _Chosen(limit)
    for frame in frames:
        counts: collections.Counter[str] = collections.Counter()
        ids = tuple(frame.listing_order)
        for at in range(0, max(1, len(ids)), _CHUNK):
            chunk = ids[at : at + _CHUNK]
            found = [frame.partitions[one] for one in chunk if one in frame.partitions]
            counts.update(str(one.state) for one in found)
            for one in found:
                partitions.offer(one, settled=one.state in SETTLED)
            yield None
        state = str(frame.seen_state)
        totals.systems[state] = totals.systems.get(state, 0) + 1
        for name, count in counts.items():
            totals.partitions[name] = totals.partitions.get(name, 0) + count
        shown = System(name=frame.name, state=state, partitions=counts)
        systems.offer(shown, settled=frame.seen_state in _SETTLED_SYSTEM)
    yield from systems.chosen()
    for one in partitions.chosen():
        yield _partition(one)


class _Chosen(Generic[T]):
    """Some of many, those first that are not settled."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._unsettled: list[T] = []
        self._settled: list[T] = []

    def offer(self, one: T, *, settled: bool) -> None:
        kind = self._settled if settled else self._unsettled
        if len(kind) < self._limit:
            kind.append(one)

    def chosen(self) -> list[T]:
        return [*self._unsettled, *self._settled][: self._limit]


def _partition(one: Partition) -> Lpar:
    return Lpar(
        name=one.name,
        lpar_id=one.lpar_id,
        system=one.frame.name,
        state=str(one.state),
        reference_code=reference_code(one),
    )


def _shown(runs: tuple[Run, ...]) -> list[Run]:
    """Migrations that are not over, and the newest of those that are, oldest first."""
    ended = [run for run in runs if over(run)][-ENDED_SHOWN:]
    return [run for run in runs if not over(run) or run in ended]


def _migration(run: Run) -> Migration:
    migration, record = run.migration, run.record
    now = run.datacenter.clock.now
    start = run.phases[0].start if run.phases else now
    end = run.phases[-1].end if over(run) and run.phases else None
    return Migration(
        number=run.number,
        partition=run.source.name,
        kind=str(migration.kind),
        source=migration.source_frame.name,
        destination=migration.destination_frame.name,
        state=state_of(run),
        phase=run.phases[-1].name if run.phases else "start",
        percent=percent(run),
        round=len(record.rounds) if record else 0,
        total_pages=record.total_pages if record else 0,
        left_pages=_left(run),
        bytes=record.bytes if record else 0,
        elapsed_ns=(now if end is None else end) - start,
        failure=run.failure,
        over=over(run),
    )


def _left(run: Run) -> int:
    """Pages that have still to be sent, as far as the present pass knows."""
    record = run.record
    if record is None or record.ended is not None or over(run):
        return 0
    if record.resumed_at is not None:
        arrived = record.pulled_pages + record.overwritten_pages
        return max(0, record.left_pages - arrived)
    if record.suspended_at is not None:
        return max(0, record.dirty_at_suspend - record.sent_suspended)
    if not record.rounds:
        return record.total_pages
    last = record.rounds[-1]
    if last.end is not None:
        return last.dirty
    begun = record.rounds[-2].dirty if len(record.rounds) > 1 else record.total_pages
    return max(0, begun - pages_sent(run, last))
