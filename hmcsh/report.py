"""The record of a migration as data for programs.

Pure functions: from a run to a `Report`. Times are virtual nanoseconds since
the clock's start unless a name says otherwise; a page has 4 KiB.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hmcsh import errorlog
from hmcsh.errorlog import LogEntry
from hmcsh.migration.engine import STEPS
from hmcsh.runtime import SECOND

if TYPE_CHECKING:
    from hmcsh.hypervisor.record import Round, TransferRecord
    from hmcsh.migration.run import CommitRecord, Run
    from hmcsh.migration.timekeeping import TimeOfDay

COMPLETED = "Completed"
ROLLED_BACK = "Rolled Back"

_REASONS = {
    "small": "what is left is small",
    "timeout": "the time for copying is over",
    "no longer decreases": "what is left no longer decreases",
    "limit": "the limit of rounds or of bytes is reached",
}
_PAGE = 4096
_MEBIBYTE = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PhaseReport:
    """A phase; `end_ns` is None while it lasts. One that was begun again appears again."""

    name: str
    start_ns: int
    end_ns: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """One pass over memory: what was sent, what is dirty at its end, goodput in bytes a second.

    `dirty_pages` and `rate` are 0 and `end_ns` is None until it has ended.
    """

    number: int
    start_ns: int
    end_ns: int | None
    pages: int
    bytes: int
    dirty_pages: int
    rate: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TransferReport:
    """What was measured on the transfer of page state.

    `throughput` is in bytes a whole second, as lpm.log prints it. The suspend window reaches from
    the end of quiescing to recovered I/O (SG24-7460 2.5.4: end of step 7 to end of step 10).
    `content` is what the pages hold, `versions` or `bytes`; `verified_pages` is how many were
    compared on both sides, None before that.
    """

    total_pages: int
    rounds: tuple[RoundReport, ...]
    stop_reason: str | None
    bytes: int
    throughput: int
    dirty_at_suspend: int
    sent_suspended: int
    left_pages: int
    demanded_pages: int
    pushed_pages: int
    resent_pages: int
    longest_wait_ns: int
    suspended_ns: int | None
    visible_ns: int | None
    window_estimate_ns: int | None
    window_actual_ns: int | None
    content: str
    verified_pages: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """An application, script or extension that was notified; `end_ns` is None until it answers."""

    stage: str
    kind: str
    name: str
    start_ns: int
    end_ns: int | None
    answer: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementReport:
    """A gratuitous ARP request that the partition sent when it ran again."""

    time_ns: int
    mac: str
    vlan: int
    network: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectionReport:
    """A virtual terminal that lost its connection: when, of which console and user."""

    time_ns: int
    console: str
    user: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CommitReport:
    """The commit record: when, whose the partition is, pages that had not arrived.

    `missing_digest` is the SHA-256 of the bitmap of those pages, "" where none were moved.
    """

    time_ns: int
    owner: str
    missing_pages: int
    missing_digest: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDayReport:
    """How the partition's clock was carried over: at `time_ns`, `lag_ns` behind one not moved.

    `correction_ns` is by how much its offset to its system's clock changed; `exact` tells whether
    both systems had a time reference partition.
    """

    time_ns: int
    correction_ns: int
    lag_ns: int
    source_reference: str
    destination_reference: str
    exact: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceReport:
    """Performance counters (PMAPI): set to zero and closed at `zeroed_ns`, open again later.

    `released_ns` is None while they are closed.
    """

    zeroed_ns: int
    released_ns: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One migration, as it stands at `now_ns`.

    `number` counts the migrations of the datacenter from 1. `state` is that of the migration
    while it is on or waits for recovery, at the end "Completed" or "Rolled Back". `percent` never
    falls, and is 100 only when it is completed. `failure` is the message of the last failure, "" if
    there was none. `started` is calendar time (ISO 8601);
    `end_ns` is None while the migration goes on. `error_logs` are the entries that it led to,
    oldest first.
    """

    number: int
    partition: str
    kind: str
    source: str
    destination: str
    source_lpar_id: int
    destination_lpar_id: int
    source_mover: str | None
    destination_mover: str | None
    console: str
    state: str
    percent: int
    phase: str
    failure: str
    started: str
    now_ns: int
    start_ns: int
    end_ns: int | None
    commit: CommitReport | None
    phases: tuple[PhaseReport, ...]
    transfer: TransferReport | None
    calls: tuple[CallReport, ...] = ()
    announcements: tuple[AnnouncementReport, ...] = ()
    disconnection: DisconnectionReport | None = None
    error_logs: tuple[LogEntry, ...] = ()
    time_of_day: TimeOfDayReport | None = None
    performance: PerformanceReport | None = None


def describe(run: Run) -> Report:
    """Describe a migration, under way or over. Changes nothing."""
    migration, clock = run.migration, run.datacenter.clock
    phases = tuple(
        PhaseReport(name=phase.name, start_ns=phase.start, end_ns=phase.end) for phase in run.phases
    )
    start = phases[0].start_ns if phases else clock.now
    stands = bool(phases) and run.process is not None and run.process.fired
    end = phases[-1].end_ns if stands else None
    return Report(
        number=run.number,
        partition=run.source.name,
        kind=str(migration.kind),
        source=migration.source_frame.name,
        destination=migration.destination_frame.name,
        source_lpar_id=migration.source_lpar_id,
        destination_lpar_id=migration.destination_lpar_id,
        source_mover=migration.source_mover.name if migration.source_mover else None,
        destination_mover=migration.destination_mover.name if migration.destination_mover else None,
        console=migration.console,
        state=state_of(run),
        percent=percent(run),
        phase=phases[-1].name if phases else "start",
        failure=run.failure,
        started=run.datacenter.calendar(start).isoformat(timespec="seconds"),
        now_ns=clock.now,
        start_ns=start,
        end_ns=end,
        commit=_commit(run.commit) if run.commit else None,
        phases=phases,
        transfer=_transfer(run, run.record, clock.now if end is None else end)
        if run.record
        else None,
        calls=tuple(
            CallReport(
                stage=str(call.phase),
                kind=str(call.kind),
                name=call.name,
                start_ns=call.start,
                end_ns=call.end,
                answer=str(call.answer) if call.end is not None else "",
            )
            for call in run.calls
        ),
        announcements=tuple(
            AnnouncementReport(time_ns=one.time, mac=one.mac, vlan=one.vlan, network=one.network)
            for one in run.announcements
        ),
        disconnection=_disconnection(run),
        error_logs=tuple(
            errorlog.describe(run.datacenter, partition, entry) for partition, entry in run.logged
        ),
        time_of_day=_time_of_day(run.time_of_day) if run.time_of_day else None,
        performance=_performance(run),
    )


def _disconnection(run: Run) -> DisconnectionReport | None:
    lost = run.disconnection
    if lost is None:
        return None
    return DisconnectionReport(time_ns=lost.time, console=lost.console, user=lost.user)


def _commit(record: CommitRecord) -> CommitReport:
    return CommitReport(
        time_ns=record.time,
        owner=record.owner,
        missing_pages=record.missing,
        missing_digest=record.digest,
    )


def _time_of_day(carried: TimeOfDay) -> TimeOfDayReport:
    return TimeOfDayReport(
        time_ns=carried.time,
        correction_ns=carried.correction,
        lag_ns=carried.lag,
        source_reference=carried.source_reference,
        destination_reference=carried.destination_reference,
        exact=carried.exact,
    )


def _performance(run: Run) -> PerformanceReport | None:
    if run.counters_zeroed is None:
        return None
    return PerformanceReport(zeroed_ns=run.counters_zeroed, released_ns=run.counters_released)


def over(run: Run) -> bool:
    """Whether a migration has ended for good."""
    return state_of(run) in (COMPLETED, ROLLED_BACK)


def state_of(run: Run) -> str:
    """The state of a migration; when it is over, how it ended."""
    if "cleanup" in run.finished:
        return COMPLETED
    if run.phases and not run.begun:
        return ROLLED_BACK
    return str(run.migration.state)


def percent(run: Run) -> int:
    """Percent done: never falls, 100 only when it is completed."""
    if state_of(run) == COMPLETED:
        return 100
    if run.active:
        return min(99, run.progress)
    return min(99, 100 * len(run.finished) // len(STEPS[run.migration.kind]))


def pages_sent(run: Run, one: Round) -> int:
    """Pages of a round that have arrived, those of the part under way included."""
    if one.end is not None or run.transfer is None:
        return one.pages
    return one.pages + run.transfer.flow.delivered // _PAGE


def _transfer(run: Run, record: TransferRecord, until: int) -> TransferReport:
    return TransferReport(
        total_pages=record.total_pages,
        rounds=tuple(
            RoundReport(
                number=one.number,
                start_ns=one.start,
                end_ns=one.end,
                pages=pages_sent(run, one),
                bytes=pages_sent(run, one) * _PAGE,
                dirty_pages=one.dirty,
                rate=one.rate,
            )
            for one in record.rounds
        ),
        stop_reason=record.stop_reason.value if record.stop_reason else None,
        bytes=record.bytes,
        throughput=record.throughput(until),
        dirty_at_suspend=record.dirty_at_suspend,
        sent_suspended=record.sent_suspended,
        left_pages=record.left_pages,
        demanded_pages=record.demanded_pages,
        pushed_pages=record.pushed_pages,
        resent_pages=record.resent_pages,
        longest_wait_ns=record.longest_wait,
        suspended_ns=record.suspended_at,
        visible_ns=record.visible_at,
        window_estimate_ns=record.window_estimate,
        window_actual_ns=record.window_actual,
        content=record.content,
        verified_pages=record.verified_pages,
    )


# -- words --------------------------------------------------------------------------------------


def seconds(time: int | None) -> str:
    """Write virtual ns as seconds with milliseconds, truncated; "" for None."""
    if time is None:
        return ""
    return f"{time // SECOND}.{time % SECOND // 1_000_000:03d}"


def mebibytes(amount: int) -> str:
    """Write bytes as MiB with one decimal, truncated."""
    return f"{amount // _MEBIBYTE}.{amount % _MEBIBYTE * 10 // _MEBIBYTE}"


def duration(report: Report) -> int:
    """How long the migration took, or has taken so far, in ns."""
    return (report.now_ns if report.end_ns is None else report.end_ns) - report.start_ns


def reason(transfer: TransferReport) -> str:
    """Why the rounds of copying ended, in words; "" if they have not."""
    return _REASONS.get(transfer.stop_reason or "", transfer.stop_reason or "")
