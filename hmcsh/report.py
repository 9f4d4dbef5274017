"""The record of a migration as data for programs and as tables for people.

Pure functions: from a run to a `Report`, from reports to text. Times are virtual nanoseconds since
the clock's start unless a name says otherwise; a page has 4 KiB.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tabulate import tabulate

from hmcsh import errorlog
from hmcsh.errorlog import LogEntry
from hmcsh.migration.engine import STEPS
from hmcsh.runtime import SECOND

if TYPE_CHECKING:
    from hmcsh.hypervisor.record import Round, TransferRecord
    from hmcsh.migration.run import Run

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
class Report:
    """One migration, as it stands at `now_ns`.

    `number` counts the migrations of the datacenter from 1. `state` is that of the migration
    while it is on or waits for recovery, at the end "Completed" or "Rolled Back". `percent` is 100
    only when it is completed, and 0 again when what had been copied was given up. `failure` is the
    message of the last failure, "" if there was none. `started` is calendar time (ISO 8601);
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
    committed_ns: int | None
    phases: tuple[PhaseReport, ...]
    transfer: TransferReport | None
    calls: tuple[CallReport, ...] = ()
    announcements: tuple[AnnouncementReport, ...] = ()
    error_logs: tuple[LogEntry, ...] = ()


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
        state=_state(run),
        percent=_percent(run),
        phase=phases[-1].name if phases else "start",
        failure=run.failure,
        started=run.datacenter.calendar(start).isoformat(timespec="seconds"),
        now_ns=clock.now,
        start_ns=start,
        end_ns=end,
        committed_ns=run.commit.time if run.commit else None,
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
        error_logs=tuple(
            errorlog.describe(run.datacenter, partition, entry) for partition, entry in run.logged
        ),
    )


def _state(run: Run) -> str:
    if "cleanup" in run.finished:
        return COMPLETED
    if run.phases and not run.begun:
        return ROLLED_BACK
    return str(run.migration.state)


def _percent(run: Run) -> int:
    state = _state(run)
    if state in (COMPLETED, ROLLED_BACK):
        return 100 if state == COMPLETED else 0
    if run.active:
        return min(99, run.transfer.progress) if run.transfer else 0
    return min(99, 100 * len(run.finished) // len(STEPS[run.migration.kind]))


def _pages(run: Run, one: Round) -> int:
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
                pages=_pages(run, one),
                bytes=_pages(run, one) * _PAGE,
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
        suspended_ns=record.suspended_at,
        visible_ns=record.visible_at,
        window_estimate_ns=record.window_estimate,
        window_actual_ns=record.window_actual,
        content=record.content,
        verified_pages=record.verified_pages,
    )


# -- tables ------------------------------------------------------------------------------------


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


def overview(reports: Iterable[Report]) -> str:
    """One line for each migration."""
    rows = [
        (
            str(one.number),
            one.partition,
            one.kind,
            one.source,
            one.destination,
            one.state,
            str(one.percent),
            one.phase,
            one.started.replace("T", " "),
            seconds(duration(one)),
            mebibytes(one.transfer.bytes) if one.transfer else "",
            seconds(one.transfer.window_actual_ns) if one.transfer else "",
        )
        for one in reports
    ]
    columns = ["No.", "Partition", "Type", "From", "To", "State", "%", "Phase", "Started"]
    columns += ["Time (s)", "Sent (MiB)", "Suspended (s)"]
    return _table(columns, rows, right={0, 6, 9, 10, 11})


def details(report: Report) -> str:
    """Everything about one migration: what it was, its phases, its rounds."""
    facts = _table((), _facts(report), right=set())
    phases = _table(
        ("Phase", "Start (s)", "Time (s)"),
        [
            (
                one.name,
                seconds(one.start_ns - report.start_ns),
                "..." if one.end_ns is None else seconds(one.end_ns - one.start_ns),
            )
            for one in report.phases
        ],
        right={1, 2},
    )
    parts = [facts, phases]
    if report.transfer is not None and report.transfer.rounds:
        parts.append(_rounds(report.transfer))
    if report.calls:
        parts.append(_calls(report))
    if report.announcements:
        parts.append(_announcements(report))
    return "\n\n".join(parts)


def _rounds(transfer: TransferReport) -> str:
    return _table(
        ("Round", "Pages", "Sent (MiB)", "Dirty Pages", "Time (s)", "Rate (MiB/s)"),
        [
            (
                str(one.number),
                str(one.pages),
                mebibytes(one.bytes),
                "..." if one.end_ns is None else str(one.dirty_pages),
                "..." if one.end_ns is None else seconds(one.end_ns - one.start_ns),
                "..." if one.end_ns is None else mebibytes(one.rate),
            )
            for one in transfer.rounds
        ],
        right={0, 1, 2, 3, 4, 5},
    )


def _calls(report: Report) -> str:
    return _table(
        ("Notified", "Kind", "Phase", "Start (s)", "Time (s)", "Answer"),
        [
            (
                one.name,
                one.kind,
                one.stage,
                # Those of the check were asked before the migration began.
                seconds(max(0, one.start_ns - report.start_ns)),
                "..." if one.end_ns is None else seconds(one.end_ns - one.start_ns),
                one.answer,
            )
            for one in report.calls
        ],
        right={3, 4},
    )


def _announcements(report: Report) -> str:
    return _table(
        ("Announced", "VLAN", "Network", "At (s)"),
        [
            (one.mac, str(one.vlan), one.network, seconds(one.time_ns - report.start_ns))
            for one in report.announcements
        ],
        right={1, 3},
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    facts = [
        ("Migration", str(report.number)),
        ("Partition", f"{report.partition} (ID {report.source_lpar_id})"),
        ("Type", report.kind),
        ("From, to", f"{report.source}, {report.destination}"),
    ]
    if report.source_mover is not None and report.destination_mover is not None:
        facts.append(("Movers", f"{report.source_mover}, {report.destination_mover}"))
    facts += [
        ("State", f"{report.state}, {report.percent} %, phase {report.phase}"),
        ("Started", report.started.replace("T", " ")),
        ("Time (s)", seconds(duration(report))),
    ]
    if report.failure:
        facts += [("Failure", line) for line in report.failure.splitlines()]
    moved = report.transfer
    if moved is None:
        return facts
    return facts + [
        ("Pages with content", str(moved.total_pages)),
        ("Sent (bytes)", str(moved.bytes)),
        ("Throughput (bytes/s)", str(moved.throughput)),
        ("Rounds ended", reason(moved) or "not yet"),
        ("Dirty when suspended", f"{moved.dirty_at_suspend} pages"),
        ("Sent while suspended", f"{moved.sent_suspended} pages"),
        ("Demanded, pushed", f"{moved.demanded_pages}, {moved.pushed_pages} pages"),
        ("Window estimated (s)", seconds(moved.window_estimate_ns) or "not yet"),
        ("Window actual (s)", seconds(moved.window_actual_ns) or "not yet"),
        ("Verified", _verified(moved)),
    ]


def _verified(moved: TransferReport) -> str:
    if moved.verified_pages is None:
        return "not yet"
    compared = "versions and bytes" if moved.content == "bytes" else "versions"
    return f"{compared} of {moved.verified_pages} pages"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: set[int]) -> str:
    width = len(rows[0]) if rows else 0
    text = tabulate(
        rows,
        headers=columns,
        colalign=["right" if i in right else "left" for i in range(width)] or None,
        tablefmt="simple" if columns else "plain",
        disable_numparse=True,
    )
    return "\n".join(line.rstrip() for line in text.splitlines())
