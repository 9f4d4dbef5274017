"""Pages about commands: made of declarations once, written as Markdown, as roff or as text.

In the text of blocks a word in backticks is what is typed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """Lines that stay as they are."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Bullets:
    """Some remarks."""

    items: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Rows under the names of their columns; a cell may have several lines.

    The first `keys` columns say what a row is about. Where there are no columns, a cell stands
    behind the name of its column, unless that is empty or says what is plain.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: int = 1


Block = Paragraph | Listing | Bullets | Table


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A part of a page."""

    title: str
    blocks: tuple[Block, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """All there is to say of one command; `purpose` is one sentence."""

    name: str
    purpose: str
    sections: tuple[Section, ...]


PLAIN = frozenset(("meaning", ""))  # names of columns that need not be said


def listed(table: Table) -> Iterable[tuple[list[str], list[str]]]:
    """A table where there are no columns: of each row its keys, and the lines on it."""
    for row in table.rows:
        keys = [cell for cell in row[: table.keys] if cell]
        lines = []
        for name, cell in zip(table.head[table.keys :], row[table.keys :], strict=True):
            first, *others = cell.split("\n")
            if first or others:
                lines += [first if name in PLAIN else f"{name}: {first}", *others]
        yield keys, lines
