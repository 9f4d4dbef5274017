"""Snapshots: named copies of the state inside its file, and what differs between two of them.

Objects keep their numbers for as long as they are kept, also in snapshots: that tells which ones
are the same.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hmcsh.language.secrets import MASK
from hmcsh.state.codec import Row
from hmcsh.state.file import PUT_META, PUT_SNAPSHOT, StateFile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_LOGS = ("model.service.ConsoleLog", "model.service.ConsoleEvent")
_LONGEST = 60  # characters of a value that is shown
_SECRETS = ("password", "access_password")
_TABLES = (("object", "number, kind, body, sum"), ("page", "number, body, sum"))


class SnapshotError(ValueError):
    """A snapshot cannot be made or found; the text is one line."""


class Snapshot(NamedTuple):
    """A snapshot: its name, when it was made (ISO 8601, UTC), and the clock then, ns."""

    name: str
    made: str
    clock: int


class Difference(NamedTuple):
    """What differs: an object, one of its fields, before and after; no field: all of it."""

    what: str
    field: str
    before: str
    after: str


def save(file: StateFile, name: str, clock: int) -> None:
    """Copy the present state of a file. Raises SnapshotError, StateFileError."""
    if not _NAME.fullmatch(name):
        raise SnapshotError(
            f"{name!r} is no name: 1 to 64 letters, digits, points, dashes and underscores"
        )
    if any(one.name == name for one in listed(file)):
        raise SnapshotError(f"there is a snapshot {name!r} already")
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    with file.transaction() as connection:
        connection.execute(PUT_SNAPSHOT, (name, made, clock))
        for table, columns in _TABLES:
            connection.execute(
                f"INSERT INTO snapshot_{table} SELECT ?, {columns} FROM {table}",  # noqa: S608
                (name,),
            )
        file.enter(connection, clock, ("", "", f"hmcsh snapshot save {name}", 0))


def remove(file: StateFile, name: str, clock: int) -> None:
    """Delete a snapshot. Raises SnapshotError, StateFileError."""
    find(file, name)
    with file.transaction() as connection:
        connection.execute("DELETE FROM snapshot WHERE name = ?", (name,))
        for table, _ in _TABLES:
            connection.execute(
                f"DELETE FROM snapshot_{table} WHERE snapshot = ?",  # noqa: S608
                (name,),
            )
        file.enter(connection, clock, ("", "", f"hmcsh snapshot remove {name}", 0))


def put_back(file: StateFile, name: str) -> None:
    """Make a snapshot the present state of a file. Raises SnapshotError, StateFileError."""
    clock = find(file, name).clock
    with file.transaction() as connection:
        for table, columns in _TABLES:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
            connection.execute(
                f"INSERT INTO {table} SELECT {columns} FROM snapshot_{table}"  # noqa: S608
                " WHERE snapshot = ?",
                (name,),
            )
        connection.execute(PUT_META, ("clock", clock))
        file.enter(connection, clock, ("", "", f"hmcsh snapshot restore {name}", 0))


def listed(file: StateFile) -> list[Snapshot]:
    """All snapshots of a file, the oldest first."""
    found = file.read("SELECT name, made, clock FROM snapshot ORDER BY made, name")
    return [Snapshot(*row) for row in found]


def find(file: StateFile, name: str) -> Snapshot:
    """A snapshot by its name. Raises SnapshotError if there is none."""
    for one in listed(file):
        if one.name == name:
            return one
    raise SnapshotError(f"there is no snapshot {name!r}")


def rows(file: StateFile, name: str | None) -> list[Row]:
    """The rows of a snapshot, or of the present state. Raises SnapshotError."""
    if name is None:
        return file.rows()
    find(file, name)
    found = file.read("SELECT number, kind, body FROM snapshot_object WHERE snapshot = ?", name)
    return [Row(*row) for row in found]


def differences(before: list[Row], after: list[Row]) -> Iterator[Difference]:
    """What differs between two states, by the order in which the objects came.

    The log of a console, to which each command adds, does not count.
    """
    old, new = ({row.number: row for row in rows} for rows in (before, after))
    logs = {row.number for row in (*before, *after) if row.kind in _LOGS}
    for number in sorted((old.keys() | new.keys()) - logs):
        here, there = old.get(number), new.get(number)
        if here is None or there is None:
            known = new if here is None else old
            states = ("", "there") if here is None else ("there", "")
            yield Difference(_what(number, known), "", *states)
        elif here.body != there.body:
            held, holds = json.loads(here.body), json.loads(there.body)
            for field in sorted(held.keys() | holds.keys()):
                if held.get(field) != holds.get(field):
                    shown = _masked if field in _SECRETS else _shown
                    values = shown(held.get(field), old), shown(holds.get(field), new)
                    yield Difference(_what(number, new), field, *values)


def _what(number: int, known: Mapping[int, Row]) -> str:
    """An object by its class and its name, behind that of the system that it stands in."""
    row = known[number]
    body: dict[str, Any] = json.loads(row.body)
    kind = row.kind.rpartition(".")[2]
    name = body.get("name", f"#{number}")
    frame = body.get("frame")
    owner = json.loads(known[frame["!at"]].body).get("name") if frame else None
    return f"{kind} {owner}/{name}" if owner else f"{kind} {name}"


def _masked(value: Any, _: Mapping[int, Row]) -> str:
    return "-" if value is None else MASK


def _shown(value: Any, known: Mapping[int, Row]) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict) and "!at" in value:
        return _what(value["!at"], known)
    if isinstance(value, dict) and "!is" in value:
        return str(value["!is"][1])
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
