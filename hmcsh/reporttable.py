"""The record of a migration as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tabulate import tabulate

from hmcsh.report import Report, TransferReport, duration, mebibytes, reason, seconds


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
    if report.commit is not None:
        owner = f"{report.commit.owner}, {report.commit.missing_pages} pages missing"
        facts.append(("Committed to", owner))
    if report.time_of_day is not None:
        way = "exact" if report.time_of_day.exact else f"{report.time_of_day.lag_ns} ns behind"
        facts.append(("Time of day", way))
    if report.failure:
        facts += [("Failure", line) for line in report.failure.splitlines()]
    if report.disconnection is not None:
        lost = report.disconnection
        since = seconds(lost.time_ns - report.start_ns)
        facts.append(("Terminal closed", f"{since} s, of {lost.user} on {lost.console}"))
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
        ("Longest wait (s)", seconds(moved.longest_wait_ns)),
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
