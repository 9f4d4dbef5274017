"""Asking a served console over its control socket: the user's side."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from tabulate import tabulate

from hmcsh import errorlog
from hmcsh.control import (
    ErrorLogRequest,
    ExportRequest,
    FaultAdd,
    FaultClear,
    FaultList,
    HistoryRequest,
    OverviewRequest,
    ReportRequest,
    Request,
    SnapshotDiff,
    SnapshotList,
    SnapshotRemove,
    SnapshotRestore,
    SnapshotSave,
    StatusRequest,
)
from hmcsh.model.fault import Fault
from hmcsh.overview import Item
from hmcsh.report import Report, seconds
from hmcsh.socketfile import ControlError, answers, default_folder, reachable
from hmcsh.state.file import Entry, StateFile
from hmcsh.state.snapshots import Difference, Snapshot
from hmcsh.status import System

_PATIENCE = 60.0  # real seconds without a byte
_ITEM_LIMIT = 64 << 20  # bytes of one line of an answer
_CUT_SHORT = "the server ended before its answer did"
_FAILURES = (OSError, msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError)


def locate(path: Path | None) -> Path:
    """Find the control socket: the given one, else that of the only server of this user.

    Raises ControlError if no server answers, or if several do.
    """
    if path is not None:
        return path
    folder = default_folder()
    live = [one for one in sorted(folder.glob("control-*.sock")) if _answers(one)]
    if not live:
        raise ControlError(f"no console is served: no control socket answers in {folder}")
    if len(live) > 1:
        names = ", ".join(str(one) for one in live)
        raise ControlError(f"several consoles are served; --control takes one of {names}")
    return live[0]


def _answers(path: Path) -> bool:
    try:
        return answers(path)
    except OSError:
        return False  # another user's: none of ours


def ask(path: Path, request: Request, *, patience: float = _PATIENCE) -> Iterator[Any]:
    """Give the items of the answer, as plain data; `patience` is in real seconds without a byte.

    Raises ControlError if nobody answers, or with the line that refuses the request.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(patience)
            with reachable(path) as address:
                peer.connect(address)
            peer.sendall(msgspec.json.encode(request) + b"\n")
            with peer.makefile("rb") as lines:
                while line := lines.readline(_ITEM_LIMIT):
                    answer = _answer(line)
                    if "end" in answer:
                        return
                    yield answer["item"]
    except ControlError:
        raise
    except _FAILURES as error:
        raise ControlError(f"control socket {path}: {_reason(error)}") from error
    raise ControlError(f"control socket {path}: {_CUT_SHORT}")


async def overview(path: Path, limit: int) -> list[Item]:
    """What goes on at a served console, at most `limit` lines of each kind.

    Raises ControlError as `ask` does; waits as long as the server is silent.
    """
    found: list[Item] = []
    try:
        with reachable(path) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=_ITEM_LIMIT)
        try:
            writer.write(msgspec.json.encode(OverviewRequest(limit)) + b"\n")
            while line := await reader.readline():
                answer = _answer(line)
                if "end" in answer:
                    return found
                found.append(msgspec.convert(answer["item"], Item))
        finally:
            writer.close()
    except ControlError:
        raise
    except _FAILURES as error:
        raise ControlError(f"control socket {path}: {_reason(error)}") from error
    raise ControlError(f"control socket {path}: {_CUT_SHORT}")


def _answer(line: bytes) -> dict[str, Any]:
    """Read one line of an answer. Raises ControlError with the one that refuses the request."""
    answer: dict[str, Any] = msgspec.json.decode(line)
    if "error" in answer:
        raise ControlError(answer["error"])
    return answer


def reports(path: Path, partition: str | None) -> list[Report]:
    """The record of every migration, or of those of one partition, oldest first."""
    items = ask(path, ReportRequest(partition))
    return [msgspec.convert(item, Report) for item in items]


def error_log(path: Path, partition: str, system: str | None) -> str:
    """The error log of a partition, as errpt lists it; "" if it is empty."""
    items = ask(path, ErrorLogRequest(partition, system))
    return errorlog.summary([msgspec.convert(item, errorlog.LogEntry) for item in items])


def systems(path: Path) -> list[System]:
    """Every managed system of a served console with its partitions."""
    return [msgspec.convert(item, System) for item in ask(path, StatusRequest())]


def add_fault(
    path: Path,
    *,
    kind: str,
    partition: str | None,
    phase: str | None,
    percent: int | None,
    heal_after: int | None,
) -> str:
    """Add a fault; gives its line of the list."""
    return _table(ask(path, FaultAdd(kind, partition, phase, percent, heal_after)))


def list_faults(path: Path) -> str:
    """Every fault that was added and not cleared, as a table."""
    return _table(ask(path, FaultList()))


def clear_faults(path: Path, number: int | None) -> None:
    """Clear one fault, or all."""
    _do(path, FaultClear(number))


def history(
    path: Path | None,
    state: Path | None,
    after: int = 0,
    *,
    user: str | None = None,
    status: int | None = None,
) -> list[Entry]:
    """The commands that could change something: of a served console, or of a file at rest.

    Only those of a `user`, or with a `status`, where these are given. Raises ControlError,
    StateFileError.
    """
    if state is None:
        found = [Entry(**item) for item in ask(locate(path), HistoryRequest(after))]
    else:
        file = StateFile.open(state)
        try:
            found = list(file.history(after))
        finally:
            file.close()
    return [one for one in found if user in (None, one.user) and status in (None, one.status)]


def history_table(entries: Iterable[Entry]) -> str:
    """The same as a table."""
    rows = [
        (one.number, one.real[:19], one.user or "-", one.status, one.command) for one in entries
    ]
    return _simple(("No.", "Time (UTC)", "User", "Status", "Command"), rows)


def save_snapshot(path: Path, name: str) -> None:
    """Save the present state under a name."""
    _do(path, SnapshotSave(name))


def restore_snapshot(path: Path, name: str) -> None:
    """Make a saved state the present one."""
    _do(path, SnapshotRestore(name))


def remove_snapshot(path: Path, name: str) -> None:
    """Delete a saved state."""
    _do(path, SnapshotRemove(name))


def export(path: Path) -> Iterator[str]:
    """The whole state of a served console as an inventory, in pieces."""
    return ask(path, ExportRequest())


def list_snapshots(path: Path) -> str:
    """Every saved state, as a table."""
    found = [Snapshot(**item) for item in ask(path, SnapshotList())]
    rows = [(one.name, one.made[:19], seconds(one.clock)) for one in found]
    return _simple(("Snapshot", "Made (UTC)", "Clock (s)"), rows)


def snapshot_differences(path: Path, name: str, other: str | None) -> str:
    """What differs between two states, a line for each field; "" if nothing does."""
    found = [Difference(**item) for item in ask(path, SnapshotDiff(name, other))]
    return "\n".join(_difference(one) for one in found)


def _difference(one: Difference) -> str:
    if not one.field:
        return f"{one.what}: {'new' if one.after else 'gone'}"
    return f"{one.what}: {one.field} {one.before} -> {one.after}"


def _do(path: Path, request: Request) -> None:
    for _ in ask(path, request):
        pass


def _table(items: Iterable[Any]) -> str:
    rows = []
    for one in (msgspec.convert(item, Fault) for item in items):
        rows.append(
            (
                str(one.number),
                one.kind,
                one.partition or "any",
                one.phase or "any",
                _when(one),
                seconds(one.heal_after),
                one.status,
            )
        )
    return _simple(("No.", "Kind", "Partition", "Phase", "When", "Heals After (s)", "Status"), rows)


def _simple(titles: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    text = tabulate(rows, headers=titles, tablefmt="simple", disable_numparse=True)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _when(fault: Fault) -> str:
    """What must have come to pass beside the phase; "at once" if nothing."""
    conditions = [
        words
        for value, words in (
            (fault.percent, f"{fault.percent} %"),
            (fault.event, f"event {fault.event}"),
            (fault.time, f"{seconds(fault.time)} s"),
        )
        if value is not None
    ]
    return ", ".join(conditions) or "at once"


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError | FileNotFoundError):
        return "no console is served there"
    if isinstance(error, TimeoutError):
        return "the server does not answer"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return "the answer is not one of a console"
