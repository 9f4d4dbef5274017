"""Entries declared by a count: one declaration that stands for many, numbered from 1.

    partitions: {count: 100, name: "lpar{n}", memory: 2 GB}
    luns:
      roots: {count: 100, name: "root{n:03}", size: 32 GB}

In the name and in every other text of the declaration `{n}` stands for the number of the entry;
`{n:03}` has three digits at least. The number of an entry around it is named by what that is:
`{system}` in the partitions of a system that is declared by a count. `{overall}` counts on through
all of these: with 100 partitions a system, the first one of the third system has 201.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import re
import typing
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from typing import Any, TypeGuard, TypeVar

from hmcsh.model.inventory.entry import Entry, fields_of
from hmcsh.model.inventory.reader import Mapping, Node, Scalar

T = TypeVar("T")
Numbers = AnyMapping[str, int]

MAXIMUM = 500_000  # entries declared by counts in one inventory

_FIELD = re.compile(r"\{([a-z]+)(?::0([1-9]))?\}")


def fill(text: str, numbers: Numbers) -> str:
    """The text with numbers in the place of their fields; other braces stay as they are.

    >>> fill("lpar{n:03}_{system}{x}", {"n": 7, "system": 2})
    'lpar007_2{x}'
    """

    def number(found: re.Match[str]) -> str:
        value = numbers.get(found[1])
        return found[0] if value is None else f"{value:0{found[2] or 1}}"

    return _FIELD.sub(number, text) if "{" in text else text


def tells_apart(name: Node) -> bool:
    """Whether a name differs from one entry to the next."""
    return isinstance(name, Scalar) and fill(name.text, {"n": 1}) != fill(name.text, {"n": 2})


def numbers(outer: Numbers, counter: str, count: int) -> Iterator[Numbers]:
    """What the fields stand for in each of `count` entries, within those of `outer`.

    `counter` is the name of the entry's number in those that are inside it.
    """
    before = (outer.get("overall", 1) - 1) * count
    for number in range(1, count + 1):
        yield {**outer, "n": number, counter: number, "overall": before + number}


@dataclasses.dataclass(slots=True)
class Template:
    """A declaration by a count: its name, None if it has none, and what each entry declares.

    `same` holds the fields that are the same in all of them; in `varying` may be a number.
    """

    line: int
    lines: frozenset[int]
    count: Node
    name: Node | None
    same: Mapping
    varying: Mapping

    @property
    def key_lines(self) -> dict[str, int]:
        """The line of each field."""
        return {**self.same.key_lines, **self.varying.key_lines}


def read(node: Mapping, label: str, line: int) -> Template:
    """Part the fields of a declaration; `label`, its key, is the name unless one is given."""
    same, varying = Mapping(line), Mapping(line)
    for word, item in node.items.items():
        if word not in ("count", "name"):
            part = varying if item.braces else same
            part.items[word] = item
            part.key_lines[word] = node.key_lines[word]
    name = node.items.get("name", Scalar(line, label) if label else None)
    lines = frozenset((line, *_lines_of(node)))
    return Template(line, lines, node.items["count"], name, same, varying)


def _lines_of(node: Node) -> Iterator[int]:
    yield node.line
    if isinstance(node, Scalar):
        return
    if isinstance(node, Mapping):
        yield from node.key_lines.values()
    for item in node.items.values() if isinstance(node, Mapping) else node.items:
        yield from _lines_of(item)


def _countable(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Entry) and bool(kind.counter)


def is_template(node: Node, kind: Any) -> TypeGuard[Mapping]:
    """Whether a node declares entries of this kind by a count."""
    return _countable(kind) and isinstance(node, Mapping) and "count" in node.items


def is_section(node: Mapping, kind: Any) -> bool:
    """Whether a whole section is one such declaration, and not entries by name.

    It is not, if `count` is the name of an entry: then it is a mapping, or empty, or it has no
    `name` beside it where the entry may be one value.
    """
    if not is_template(node, kind):
        return False
    count = node.items["count"]
    given = isinstance(count, Scalar) and bool(count.text)
    return given and ("name" in node.items or not kind.shorthand)


def unquoted(node: Node) -> str:
    """What to say of a field such as `{n}` that stands without quotes: YAML reads a mapping."""
    if isinstance(node, Mapping) and len(node.items) == 1:
        ((word, value),) = node.items.items()
        if isinstance(value, Scalar) and not value.text:
            return f'; a number stands in quotes: "{{{word}}}"'
    return ""


def _holds_entries(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, Entry):
        return True
    return any(_holds_entries(inner) for inner in typing.get_args(kind))


@functools.cache
def _compound(kind: type[Entry]) -> tuple[str, ...]:
    """The fields of an entry that hold entries."""
    return tuple(name for name, field in fields_of(kind).items() if _holds_entries(field))


def copied(value: T) -> T:
    """A copy that can be completed by itself: its entries are its own, other values are shared."""
    if isinstance(value, Entry):
        made = copy.copy(value)
        for name in _compound(type(value)):
            inner = getattr(made, name)
            if inner:
                setattr(made, name, copied(inner))
        return made
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}  # type: ignore[return-value]
    return value
