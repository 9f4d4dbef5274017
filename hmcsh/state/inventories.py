"""Inventories of both sorts: those that declare a datacenter, and states that were exported."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hmcsh.language.levels import Level
from hmcsh.model import inventory
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import Document, InventoryError, Problem
from hmcsh.model.inventory.reader import Mapping, Node, Scalar
from hmcsh.runtime import Clock
from hmcsh.runtime.clock import Pace

if TYPE_CHECKING:
    from hmcsh.migration.engine import Mobility
    from hmcsh.state.codec import Row

BYTES = "!bytes"  # the key of a text with bytes that are no UTF-8
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_CLOCK = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
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

    document = inventory.open_document(name_or_path)
    section = _state(document)
    if section is None:
        clock = Clock(pace)
        return Mobility(inventory.build_document(document, clock, seed=seed, level=level))
    with inventory.without_collector():
        mobility = _Section(document, section).load(pace, equip)
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
        document = inventory.open_document(name_or_path)
        section = _state(document)
        if section is None:
            inventory.check_document(document)
        else:
            _Section(document, section).load("manual", lambda _: None)
    except InventoryError as error:
        return error.problems
    return []


def _state(document: Document) -> Mapping | None:
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
    return section if isinstance(section, Mapping) else None


class _Section:
    """The section `state` of a document."""

    def __init__(self, document: Document, section: Mapping) -> None:
        self.section = section
        self.problems = document.problems
        self.lines: dict[int, int] = {}  # of each object

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
            line = self.section.key_lines["version"]
            self.fail(line, f"it is of version {version}, this program knows up to {VERSION}")
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
            self.fail(self.lines.get(row or 0, self.section.line), misfit(error))
        return mobility

    def numbers(self) -> tuple[int, int]:
        """The version of the rows, and where the clock stands, ns."""
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
        """Every object as a row."""
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
            self.fail(node.line, f"{BYTES!r} is a text with a character for each byte")

    def scalar(self, node: Scalar) -> Any:
        try:
            made = json.loads(node.text)
        except ValueError:
            made = node.text
        if isinstance(made, str):
            self.fail(node.line, f"{node.text!r}: a text stands in quotes here")
        return made
