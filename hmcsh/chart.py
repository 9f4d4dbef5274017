"""The record of a migration as a picture (SVG 1.1): what each round sent, and when."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from hmcsh.report import COMPLETED, PhaseReport, Report, TransferReport, duration, reason, seconds
from hmcsh.runtime import SECOND

_WIDTH = 960
_LEFT, _RIGHT = 110, 30  # room for names of axes and phases
_PLOT = _WIDTH - _LEFT - _RIGHT
_BARS = 150  # height of a chart of rounds
_ROW = 24  # height of a phase
_MEBIBYTE = 1 << 20
_LABEL_LIMIT = 120  # characters that a line of text has room for

_INK, _PALE, _GRID = "#222222", "#666666", "#dddddd"
_SENT, _DIRTY, _WINDOW = "#2f6db5", "#c8642b", "#fbe3e0"
_TIME, _OPEN, _FAILED = "#4a8f5c", "#a7cdb1", "#a33b3b"  # of a phase that is over, lasts, failed


@dataclasses.dataclass(slots=True)
class _Canvas:
    """Elements of a drawing, and how far down it reaches."""

    elements: list[str] = dataclasses.field(default_factory=list)
    y: float = 0

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 12,
        anchor: str = "start",
        colour: str = _INK,
        weight: str = "normal",
    ) -> None:
        self.elements.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}" font-weight="{weight}">{_plain(words)}</text>'
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.elements.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{colour}"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = _GRID) -> None:
        self.elements.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'
        )


def _plain(words: str) -> str:
    """Text that XML may hold, cut to what a line has room for."""
    printable = "".join(c if c.isprintable() else " " for c in words)
    if len(printable) > _LABEL_LIMIT:
        printable = printable[: _LABEL_LIMIT - 1] + "…"
    return escape(printable)


def svg(report: Report) -> str:
    """Draw a migration: bytes and dirty pages of each round, phases on a time axis."""
    canvas = _Canvas()
    _heading(canvas, report)
    if report.transfer is not None and report.transfer.rounds:
        _rounds(canvas, report.transfer)
    _phases(canvas, report)
    height = canvas.y + 20
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {_WIDTH} {height:.0f}" font-family="sans-serif">\n'
        f"<title>Migration {report.number} of {_plain(report.partition)}</title>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
        + "\n".join(canvas.elements)
        + "\n</svg>\n"
    )


def _heading(canvas: _Canvas, report: Report) -> None:
    canvas.text(
        20,
        32,
        f"{report.partition}: {report.kind} migration to {report.destination}",
        size=18,
        weight="bold",
    )
    lines = [
        f"from {report.source}, started {report.started.replace('T', ' ')}; "
        f"{report.state}, {report.percent} % after {seconds(duration(report))} s"
    ]
    moved = report.transfer
    if moved is not None:
        words = [f"{moved.bytes:,} bytes sent, {moved.throughput:,} bytes/s"]
        if moved.stop_reason is not None:
            words.append(f"rounds ended: {reason(moved)}")
        lines.append("; ".join(words))
    if moved is not None and moved.window_estimate_ns is not None:
        actual = seconds(moved.window_actual_ns)
        lines.append(
            f"suspended for {actual + ' s' if actual else 'an unknown time so far'} "
            f"(estimate {seconds(moved.window_estimate_ns)} s), "
            f"{moved.demanded_pages:,} pages demanded"
        )
    if report.failure:
        lines.append(f"failure: {report.failure.splitlines()[0]}")
    for number, line in enumerate(lines):
        canvas.text(20, 54 + 18 * number, line, colour=_PALE)
    canvas.y = 54 + 18 * len(lines)


def _rounds(canvas: _Canvas, transfer: TransferReport) -> None:
    rounds = transfer.rounds
    _bars(
        canvas,
        "Sent in each round (MiB)",
        [one.bytes / _MEBIBYTE for one in rounds],
        [one.number for one in rounds],
        _SENT,
    )
    ended = [one for one in rounds if one.end_ns is not None]
    if ended:
        _bars(
            canvas,
            "Dirty at the end of each round (pages)",
            [one.dirty_pages for one in ended],
            [one.number for one in rounds],
            _DIRTY,
        )


def _bars(
    canvas: _Canvas, title: str, values: Sequence[float], numbers: Sequence[int], colour: str
) -> None:
    """A chart with a bar and its value for each round; the axis counts the rounds."""
    top = canvas.y + 44
    bottom = top + _BARS
    canvas.text(20, canvas.y + 22, title, size=14, weight="bold")
    # Above the highest bar there is room for its value.
    highest = max(values) * 1.12 or 1.0
    for tick in _ticks(highest, 4):
        y = bottom - _BARS * tick / highest
        canvas.line(_LEFT, y, _LEFT + _PLOT, y)
        canvas.text(_LEFT - 8, y + 4, _short(tick), size=11, anchor="end", colour=_PALE)
    slot = _PLOT / len(numbers)
    every = -(-len(numbers) // 16)  # a value has room at every second bar when there are many
    for place, number in enumerate(numbers):
        middle = _LEFT + slot * (place + 0.5)
        if place % every == 0:
            canvas.text(middle, bottom + 16, str(number), size=11, anchor="middle", colour=_PALE)
        if place >= len(values):
            continue
        width = min(60.0, slot * 0.7)
        tall = max(_BARS * values[place] / highest, 1.0 if values[place] else 0.0)
        canvas.box(middle - width / 2, bottom - tall, width, tall, colour)
        if place % every == 0:
            canvas.text(middle, bottom - tall - 4, _short(values[place]), size=11, anchor="middle")
    canvas.line(_LEFT, bottom, _LEFT + _PLOT, bottom, _PALE)
    canvas.text(_LEFT - 8, bottom + 16, "round", size=11, anchor="end", colour=_PALE)
    canvas.y = bottom + 30


def _phases(canvas: _Canvas, report: Report) -> None:
    """Each phase as a bar from its start to its end; the suspend window lies behind them."""
    canvas.text(20, canvas.y + 22, "Phases (s since the start)", size=14, weight="bold")
    top = canvas.y + 40
    bottom = top + _ROW * max(1, len(report.phases))
    length = max(1, duration(report))
    scale = _PLOT / length
    moved = report.transfer
    if moved is not None and moved.suspended_ns is not None:
        until = moved.visible_ns or report.end_ns or report.now_ns
        x = _LEFT + (moved.suspended_ns - report.start_ns) * scale
        canvas.box(x, top, max(1.0, (until - moved.suspended_ns) * scale), bottom - top, _WINDOW)
        canvas.box(_WIDTH - _RIGHT - 132, canvas.y + 12, 12, 12, _WINDOW)
        canvas.text(_WIDTH - _RIGHT, canvas.y + 22, "partition suspended", anchor="end", size=11)
    for tick in _ticks(length / SECOND, 8):
        x = _LEFT + tick * SECOND * scale
        canvas.line(x, top, x, bottom)
        canvas.text(x, bottom + 16, _short(tick), size=11, anchor="middle", colour=_PALE)
    for number, phase in enumerate(report.phases):
        _phase(canvas, report, phase, top + _ROW * number, scale)
    canvas.line(_LEFT, bottom, _LEFT + _PLOT, bottom, _PALE)
    canvas.y = bottom + 24


def _phase(canvas: _Canvas, report: Report, phase: PhaseReport, top: float, scale: float) -> None:
    end = report.now_ns if phase.end_ns is None else phase.end_ns
    x = _LEFT + (phase.start_ns - report.start_ns) * scale
    width = max(2.0, (end - phase.start_ns) * scale)
    canvas.text(_LEFT - 8, top + 16, phase.name, anchor="end")
    colour = _OPEN if phase.end_ns is None else _TIME
    if phase is report.phases[-1] and report.end_ns is not None and report.state != COMPLETED:
        colour = _FAILED
    canvas.box(x, top + 4, width, _ROW - 8, colour)
    told = f"{seconds(end - phase.start_ns)} s" + (" so far" if phase.end_ns is None else "")
    room = 8.0 * len(told)
    if x + width + room <= _WIDTH - 5:
        canvas.text(x + width + 6, top + 16, told, size=11)
    elif x - room >= _LEFT:
        canvas.text(x - 6, top + 16, told, size=11, anchor="end")
    else:
        # As long as the whole picture: the time stands in the bar.
        ink = _INK if phase.end_ns is None else "#ffffff"
        canvas.text(x + 6, top + 16, told, size=11, colour=ink)


def _ticks(highest: float, most: int) -> list[float]:
    """Give round numbers from 0 to `highest` in equal steps, `most` steps at most."""
    magnitude = 10.0 ** math.floor(math.log10(highest / most))
    step = next(magnitude * f for f in (1, 2, 5, 10, 20) if highest / (magnitude * f) <= most)
    return [step * number for number in range(int(highest / step) + 1)]


def _short(value: float) -> str:
    """Write a number in five characters or so; from ten thousand on with its magnitude."""
    for limit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= max(limit, 10_000):
            return f"{value / limit:.3g}{letter}"
    if value >= 1000 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"
