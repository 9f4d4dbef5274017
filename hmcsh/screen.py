"""The lines of the live view of a served console, laid out for a width.

Pure functions over what was answered. All text is data of others: it is escaped, and cut by the
columns that it takes on a terminal.
"""

from __future__ import annotations

import dataclasses
import datetime
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prompt_toolkit.utils import get_cwidth

from hmcsh.language.secrets import escaped
from hmcsh.overview import SETTLED, Item, Lpar, Migration, Moment, Session, System, Totals
from hmcsh.report import mebibytes, seconds

PLAIN, BOLD = "", "bold"
_PAGE = 4096
_GAP = "  "
_PARTITION: dict[str, Callable[[Lpar], str]] = {
    "Name": lambda one: one.name,
    "ID": lambda one: str(one.lpar_id),
    "State": lambda one: one.state,
    "Code": lambda one: one.reference_code,
    "System": lambda one: one.system,
}


@dataclasses.dataclass(slots=True)
class Picture:
    """What was seen at one look."""

    moment: Moment
    totals: Totals
    migrations: list[Migration] = dataclasses.field(default_factory=list)
    sessions: list[Session] = dataclasses.field(default_factory=list)
    systems: list[System] = dataclasses.field(default_factory=list)
    partitions: list[Lpar] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the screen: its text, which fits the width, and its style."""

    text: str
    style: str = PLAIN


def picture(items: Iterable[Item]) -> Picture:
    """Sort what was answered. Raises ValueError if it is not whole."""
    by_kind: dict[type, list[Any]] = {}
    for one in items:
        by_kind.setdefault(type(one), []).append(one)
    if not (Moment in by_kind and Totals in by_kind):
        raise ValueError("the answer is not whole")
    kinds = (Migration, Session, System, Lpar)
    return Picture(by_kind[Moment][0], by_kind[Totals][0], *(by_kind.get(k, []) for k in kinds))


def fit(text: str, width: int) -> str:
    """Text that can be shown, cut to at most `width` columns."""
    text = escaped(text)
    if text.isascii():
        return text[: max(0, width)]
    used = 0
    for at, character in enumerate(text):
        used += get_cwidth(character)
        if used > width:
            return text[:at]
    return text


def columns(text: str) -> int:
    """How many columns a text takes that can be shown."""
    return len(text) if text.isascii() else sum(map(get_cwidth, text))


def body(seen: Picture, width: int, today: datetime.date) -> list[Line]:
    """All lines between the header and the footer; `today` is in UTC."""
    lines = [
        *_wrapped(_counted("Systems", seen.totals.systems), width),
        *_wrapped(_counted("Partitions", seen.totals.partitions), width),
        Line(""),
        Line(f"Migrations: {seen.totals.migrations} under way", BOLD),
    ]
    for one in reversed(seen.migrations):
        lines += _migration(one, width)
    lines += [Line(""), Line(f"Sessions: {seen.totals.sessions}", BOLD)]
    consoles = {one.console for one in seen.sessions}
    lines += _table(
        seen.sessions,
        {
            **({"Console": lambda one: one.console} if len(consoles) > 1 else {}),
            "User": lambda one: one.user,
            "From": lambda one: one.origin,
            "Terminal": lambda one: one.terminal or "-",
            "Since (UTC)": lambda one: _since(one.since, today),
            "Command": lambda one: one.command,
        },
        seen.totals.sessions,
    )
    unsettled = [one for one in seen.partitions if one.state not in SETTLED]
    if unsettled:
        lines += [Line(""), Line("Partitions that migrate, start, stop or are in error", BOLD)]
        total = sum(n for state, n in seen.totals.partitions.items() if state not in SETTLED)
        lines += _table(unsettled, _PARTITION, total)
    lines += [Line(""), Line("Managed systems", BOLD)]
    lines += _table(
        seen.systems,
        {
            "Name": lambda one: one.name,
            "State": lambda one: one.state,
            "Partitions": lambda one: _counts(one.partitions) or "none",
        },
        sum(seen.totals.systems.values()),
    )
    settled = [one for one in seen.partitions if one.state in SETTLED]
    total = sum(n for state, n in seen.totals.partitions.items() if state in SETTLED)
    lines += [Line(""), Line("Partitions", BOLD), *_table(settled, _PARTITION, total)]
    return [Line(fit(one.text, width), one.style) for one in lines]


def header(seen: Picture | None, where: str, width: int) -> str:
    """What is watched, and when, across the whole width."""
    parts = [" hmcsh"]
    if seen is not None:
        moment = seen.moment
        parts += [moment.calendar, f"virtual {seconds(moment.now_ns)} s", f"pace {moment.pace}"]
    return _across(_GAP.join([*parts, where]), width)


def footer(first: int, shown: int, lines: int, trouble: str, width: int) -> str:
    """Which lines are shown and what may be pressed; what is wrong stands in its place."""
    if trouble:
        return _across(f" {trouble}", width)
    last = min(first + shown, lines)
    return _across(f" {first + 1 if last else 0}-{last} of {lines}  q quits, arrows scroll", width)


def _across(text: str, width: int) -> str:
    text = fit(text, width)
    return text + " " * (width - columns(text))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()))


def _counted(what: str, counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return f"{what}: {total:,}" + (f" ({_counts(counts)})" if total else "")


def _wrapped(text: str, width: int) -> list[Line]:
    return [Line(one) for one in textwrap.wrap(text, max(20, width), subsequent_indent="  ")]


def bar(percent: int, width: int) -> str:
    """A bar of `width` columns in brackets; it is full at 100 percent only."""
    full = max(0, min(100, percent)) * width // 100
    return f"[{'#' * full}{'.' * (width - full)}]"


def _migration(one: Migration, width: int) -> list[Line]:
    first = f"{one.partition}{_GAP}{one.state}{_GAP}{one.source} -> {one.destination}"
    details = [f"{one.percent:3d} %", *([] if one.over else [one.phase])]
    if one.round and not one.over:
        details += [f"round {one.round}", f"{one.left_pages:,} pages"]
        details += [f"{mebibytes(one.left_pages * _PAGE)} MiB left"]
    elif one.bytes:
        details += [f"{mebibytes(one.bytes)} MiB sent"]
    details.append(f"{seconds(one.elapsed_ns)} s")
    second = f"  {bar(one.percent, max(5, min(40, width // 4)))} {_GAP.join(details)}"
    lines = [Line(first, PLAIN if one.over else BOLD), Line(second)]
    return lines + [Line(f"  {one.failure}")] * bool(one.failure)


def _since(text: str, today: datetime.date) -> str:
    """The time of the day, or the day if it was another one."""
    try:
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{when:%H:%M:%S}" if when.date() == today else f"{when:%Y-%m-%d}"


def _table(
    found: Sequence[Any], cells: Mapping[str, Callable[[Any], str]], total: int
) -> list[Line]:
    """Rows under their titles, and how many there are that are not shown."""
    if not found:
        return [Line(f"  {total:,}" if total else "  none")]
    rows = [[escaped(cell(one)) for cell in cells.values()] for one in found]
    rows.insert(0, list(cells))
    widths = [max(columns(row[at]) for row in rows) for at in range(len(cells))]
    lines = [
        Line(
            _GAP
            + _GAP.join(
                cell + " " * (width - columns(cell))
                for cell, width in zip(row, widths, strict=True)
            ).rstrip()
        )
        for row in rows
    ]
    more = total - len(found)
    return lines + [Line(f"  and {more:,} more")] * (more > 0)
