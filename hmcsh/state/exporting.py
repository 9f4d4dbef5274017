"""A whole state as an inventory: the rows of the codec in YAML, below the section `state`.

    state:
      version: 1
      clock: 0
      objects:
        1: {"class": "state.keeper.World", "datacenter": {"!at": 2}}

Objects are numbered by how they are reached, so that equal states give equal texts. Each is a line
of JSON, which is YAML; a text with bytes that are no UTF-8 is {"!bytes": one character for each}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

from hmcsh.commands.hmc.common.passwords import protect
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import MAX_EXPORTED_BYTES
from hmcsh.runtime import Clock
from hmcsh.state.codec import Encoder, Row
from hmcsh.state.file import VERSION, StateFile, StateFileError
from hmcsh.state.forking import made_apart
from hmcsh.state.inventories import BYTES
from hmcsh.state.keeper import World, decode_world
from hmcsh.state.kinds import StateError

_HEAD = "# A state, as `hmcsh export` gives it; `hmcsh serve -i` goes on from it.\n"
_PIECE = 64 * 1024  # characters
_NOT_TEXT = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(rb"(?:[ -\[\]-~]|\\[^u])*")  # ASCII without escaped characters
_ESCAPED = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)


def pieces(mobility: Mobility) -> Iterator[str]:
    """The state of a datacenter as it is now, as text in pieces. Raises StateError.

    The state is taken when the first piece is asked for. Passwords must be hashes by then.
    """
    return _pieces(World(mobility.datacenter, mobility.state))


def stream(mobility: Mobility) -> AsyncGenerator[str, None]:
    """The same, made in a process of its own while the event loop goes on. Raises StateError."""
    return made_apart(lambda: pieces(mobility))


def of_file(path: Path) -> Iterator[str]:
    """The same of a state file at rest. Raises StateFileError."""
    file = StateFile.open(path)
    try:
        world = decode_world(file.rows(), Clock("manual", file.meta("clock"))).world
        asyncio.run(protect(world.datacenter))
        yield from _pieces(world)
    except StateError as error:
        raise StateFileError(f"state file {path}: {error}") from error
    finally:
        file.close()


def write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all. Raises OSError."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with contextlib.suppress(FileNotFoundError):
            scratch.unlink()
        handle = os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with open(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        except BaseException:
            scratch.unlink()
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _pieces(world: World) -> Iterator[str]:
    _require_rest(world)
    clock = world.datacenter.clock.now
    size, piece = 0, f"{_HEAD}state:\n  version: {VERSION}\n  clock: {clock}\n  objects:\n"
    for text in map(_object, Encoder().rows(world)):
        piece += text
        if len(piece) >= _PIECE:
            size += _added(size, piece)
            yield piece
            piece = ""
    _added(size, piece)
    yield piece


def _added(size: int, piece: str) -> int:
    """The bytes of a piece. Raises StateError if they are too many after so many others."""
    added = len(piece.encode())
    if size + added > MAX_EXPORTED_BYTES:
        most = MAX_EXPORTED_BYTES >> 20
        raise StateError(f"the state takes more than the {most} MB that an inventory may have")
    return added


def _require_rest(world: World) -> None:
    """Refuse what the rows alone do not hold: pages on their way, phases that are carried out."""
    for run in world.mobility.runs:
        migration = run.migration
        if migration not in migration.source_frame.migrations:
            continue
        place = f"the migration of {run.source.name} from {migration.source_frame.name}"
        if not migration.state.to_be_recovered:
            raise StateError(f"{place} is under way: stop it or wait for its end, then export")
        if run.commit is not None and run.active and "complete" not in run.finished:
            raise StateError(f"{place} failed with pages on their way: recover it, then export")


def _object(row: Row) -> str:
    if _PLAIN.fullmatch(row.body):
        text = row.body.decode()
    else:
        fields: dict[str, Any] = json.loads(row.body)
        text = _json(_as_text(fields) if _ESCAPED.search(row.body) else fields)
    more = f", {text[1:-1]}" if len(text) > 2 else ""
    return f'    {row.number}: {{"class": "{row.kind}"{more}}}\n'


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_printed, text))


def _printed(letter: str) -> str:
    """A character as itself, or escaped as YAML takes it (YAML 1.1, 5.7)."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _as_text(value: Any) -> Any:
    if type(value) is list:
        return [_as_text(item) for item in value]
    if type(value) is dict:
        return {key: _as_text(item) for key, item in value.items()}
    if type(value) is str and _NOT_TEXT.search(value):
        return {BYTES: value.encode("utf-8", "surrogatepass").decode("latin-1")}
    return value
