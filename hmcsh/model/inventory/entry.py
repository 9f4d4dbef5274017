"""What all entries of an inventory have in common."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Entry(msgspec.Struct, kw_only=True):
    """Base of all: where an entry stands, its key, and the fields not (wholly) read."""

    what: ClassVar[str] = "an entry"
    shorthand: ClassVar[str] = ""
    mandatory: ClassVar[tuple[str, ...]] = ()

    line: int = 0
    key: str = ""
    lines: dict[str, int] = msgspec.field(default_factory=dict)
    failed: set[str] = msgspec.field(default_factory=set)

    def at(self, field: str) -> int:
        """Line of a field; that of the entry if the field is left to its default."""
        return self.lines.get(field, self.line)


BOOKKEEPING = frozenset(("line", "key", "lines", "failed"))
