"""Inventories of both sorts: those that declare a datacenter, and states that were exported."""

from __future__ import annotations

import itertools
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hmcsh.language.levels import Level
from hmcsh.model import inventory
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import Document, InventoryError, Problem
from hmcsh.model.inventory.problems import Problems
from hmcsh.model.inventory.reader import Mapping, Node, Scalar
from hmcsh.runtime import Clock
from hmcsh.runtime.clock import Pace

if TYPE_CHECKING:
    from hmcsh.migration.engine import Mobility
    from hmcsh.state.codec import Row

BYTES = "!bytes"  # the key of a text with bytes that are no UTF-8
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_CLOCK = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_NOT_BYTES = f"{BYTES!r} is a text with a character for each byte"
_BYTES = json.dumps(BYTES).encode()
# The form of what `exporting` writes.
_HEAD_LINES = 5
_FORM = re.compile(
    rb"# [^\n]*\nstate:\n  version: ([1-9][0-9]{0,17})\n  clock: (0|[1-9][0-9]{0,17})\n  objects:\n"
)
_OBJECT = re.compile(rb'    ([1-9][0-9]{0,17}): \{"class": "([A-Za-z0-9_.]+)"(?:, (.*))?\}\n?')
_SECTION = {"version": _NUMBER, "clock": _CLOCK, "objects": None}


def load(
    name_or_path: str | Path,
    pace: Pace,
    *,
    seed: int | None = None,
    level: Level | None = None,
    equip: Callable[[Datacenter], None] = lambda _: None,
) -> Mobility:
    """Make the datacenter of an inventory, with the migrations of an exported state.

    `seed` and `level` replace those of the inventory, `equip` gives the datacenter what no
    inventory holds, before anything goes on in it. Raises InventoryError.
    """
    from hmcsh.migration.engine import Mobility

    with inventory.without_collector():
        state = _exported(name_or_path)
        if state is None:
            document = inventory.open_document(name_or_path)
            state = _state(document)
        if state is not None:
            mobility = state.load(pace, equip)
    if state is None:
        clock = Clock(pace)
        return Mobility(inventory.build_document(document, clock, seed=seed, level=level))
    datacenter = mobility.datacenter
    if seed is not None:
        datacenter.seed = seed
    if level is not None:
        for console in datacenter.consoles:
            console.level = level
    return mobility


def check(name_or_path: str | Path) -> list[Problem]:
    """Everything that is wrong with an inventory, in file order; empty if it can be used."""
    try:
        state = _exported(name_or_path)
        if state is None:
            document = inventory.open_document(name_or_path)
            state = _state(document)
        if state is None:
            inventory.check_document(document)
        else:
            state.load("manual", lambda _: None)
    except InventoryError as error:
        return error.problems
    return []


def _exported(name_or_path: str | Path) -> _State | None:
    """A state in the very form in which it was exported, a line for each object.

    None for anything else; what somebody has written by hand is read as the YAML that it is.
    """
    path = inventory.resolve(name_or_path)
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            size = os.fstat(file.fileno()).st_size
            if size > inventory.MAX_EXPORTED_BYTES:
                return None
            head = _FORM.fullmatch(b"".join(itertools.islice(file, _HEAD_LINES)))
            lines = list(map(_OBJECT.fullmatch, file)) if head else []
    except OSError:
        return None
    problems, rows = Problems(str(path)), {}
    for at, found in enumerate(lines, _HEAD_LINES + 1):
        if found is None or int(found[1]) in rows:
            if size <= inventory.MAX_STATE_BYTES:
                return None
            problems.add(at, "a state as large as this has a line for each object, as exported")
            raise problems.fail()
        rows[int(found[1])] = at
    if head is None or not rows:
        return None
    return _Lines(problems, int(head[1]), int(head[2]), rows, lines)


def _state(document: Document) -> _State | None:
    """The section `state`, None if there is none. Raises InventoryError if more stands beside."""
    root, problems = document.root, document.problems
    if not isinstance(root, Mapping) or "state" not in root.items:
        return None
    for key, line in root.key_lines.items():
        if key != "state":
            problems.add(line, f"{key!r} beside 'state': a state has all of it, and stands alone")
    section = root.items["state"]
    if not isinstance(section, Mapping):
        problems.add(section.line, "'state' is a mapping: what `hmcsh export` gives")
    problems.raise_if_any()
    return _Section(document, section) if isinstance(section, Mapping) else None


class _State:
    """A state in an inventory; `line` is where it begins, `lines` are those of each object."""

    def __init__(self, problems: Problems, line: int) -> None:
        self.problems = problems
        self.line = self.version_line = line
        self.lines: dict[int, int] = {}

    def fail(self, line: int, text: str) -> NoReturn:
        self.problems.add(line, text)
        raise self.problems.fail()

    def load(self, pace: Pace, equip: Callable[[Datacenter], None]) -> Mobility:
        """Make the datacenter, and let go on in it what was under way. Raises InventoryError."""
        from hmcsh.migration.engine import Mobility
        from hmcsh.state.codec import DAMAGE
        from hmcsh.state.file import VERSION, upgraded
        from hmcsh.state.keeper import decode_world, go_on, misfit
        from hmcsh.state.kinds import StateError

        version, now = self.numbers()
        if version > VERSION:
            self.fail(
                self.version_line, f"it is of version {version}, this program knows up to {VERSION}"
            )
        rows = self.rows()  # made one by one, each in the place of its nodes
        try:
            if version < VERSION:
                rows = upgraded(rows, version)
            objects, world, _ = decode_world(rows, Clock(pace, now))
            for number in self.lines.keys() - objects.keys():
                if version == VERSION:
                    raise StateError(f"nothing refers to the object {number}", number)
            equip(world.datacenter)
            mobility = Mobility(world.datacenter, faults=())
            go_on(mobility, world, lambda _: None)
        except (StateError, *DAMAGE) as error:
            row = error.row if isinstance(error, StateError) else None
            self.fail(self.lines.get(row or 0, self.line), misfit(error))
        return mobility

    def numbers(self) -> tuple[int, int]:
        """The version of the rows, and where the clock stands, ns."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        """Every object as a row."""
        raise NotImplementedError


class _Lines(_State):
    """Lines as they were exported: matches of `_OBJECT`, whose numbers stand in `numbered`."""

    def __init__(
        self,
        problems: Problems,
        version: int,
        clock: int,
        numbered: dict[int, int],
        found: list[re.Match[bytes] | None],
    ) -> None:
        super().__init__(problems, 2)
        self.version_line, self.lines = 3, numbered
        self._numbers = version, clock
        self._found = found

    def numbers(self) -> tuple[int, int]:
        return self._numbers

    def rows(self) -> Iterator[Row]:
        from hmcsh.state.codec import Row

        found, self._found = self._found, []
        for at, one in enumerate(found):
            assert one is not None  # noqa: S101 - as above
            found[at] = None
            body = b"{%s}" % (one[3] or b"")
            number = int(one[1])
            if _BYTES in body:
                try:
                    body = json.dumps(self.plain(json.loads(body))).encode()
                except (AttributeError, ValueError):
                    self.fail(self.lines[number], _NOT_BYTES)
            yield Row(number, one[2].decode(), body)

    def plain(self, held: Any) -> Any:
        """What JSON holds, with texts in the place of their bytes."""
        if isinstance(held, list):
            return [self.plain(item) for item in held]
        if not isinstance(held, dict):
            return held
        if held.keys() == {BYTES}:
            return held[BYTES].encode("latin-1").decode("utf-8", "surrogatepass")
        return {key: self.plain(item) for key, item in held.items()}


class _Section(_State):
    """The section `state` of a document."""

    def __init__(self, document: Document, section: Mapping) -> None:
        super().__init__(document.problems, section.line)
        self.section = section
        self.version_line = section.key_lines.get("version", section.line)

    def numbers(self) -> tuple[int, int]:
        items = self.section.items
        for key, line in self.section.key_lines.items():
            if key not in _SECTION:
                self.problems.add(line, f"'state' has no field {key!r}")
        for key, form in _SECTION.items():
            held = items.get(key)
            if held is None:
                self.problems.add(self.section.line, f"{key!r} is missing in 'state'")
            elif form and not (isinstance(held, Scalar) and form.fullmatch(held.text)):
                self.problems.add(held.line, f"{key!r} is a whole number")
        self.problems.raise_if_any()
        version, clock = items["version"], items["clock"]
        assert isinstance(version, Scalar) and isinstance(clock, Scalar)  # noqa: S101 - as above
        return int(version.text), int(clock.text)

    def rows(self) -> Iterator[Row]:
        from hmcsh.state.codec import Row

        objects = self.section.items["objects"]
        if not isinstance(objects, Mapping):
            self.fail(objects.line, "'objects' is a mapping of objects by number")
        for number, line in objects.key_lines.items():
            if not _NUMBER.fullmatch(number):
                self.fail(line, f"{number!r} is not the number of an object")
            held = objects.items.pop(number)
            kind = held.items.pop("class", None) if isinstance(held, Mapping) else None
            if not isinstance(held, Mapping) or not isinstance(kind, Scalar):
                self.fail(line, f"the object {number} has no class")
            self.lines[int(number)] = line
            yield Row(int(number), kind.text, json.dumps(self.plain(held)).encode())

    def plain(self, node: Node) -> Any:
        """The JSON that a node is."""
        if isinstance(node, Scalar):
            return self.scalar(node) if node.plain else node.text
        if not isinstance(node, Mapping):
            return [self.plain(item) for item in node.items]
        made = {key: self.plain(item) for key, item in node.items.items()}
        raw = made.get(BYTES)
        if raw is None or len(made) != 1:
            return made
        try:
            return raw.encode("latin-1").decode("utf-8", "surrogatepass")
        except (AttributeError, UnicodeError):
            self.fail(node.line, _NOT_BYTES)

    def scalar(self, node: Scalar) -> Any:
        try:
            made = json.loads(node.text)
        except ValueError:
            made = node.text
        if isinstance(made, str):
            self.fail(node.line, f"{node.text!r}: a text stands in quotes here")
        return made
