"""What all entries of an inventory have in common."""

from __future__ import annotations

import functools
import typing
from typing import Any, ClassVar

import msgspec


class Entry(msgspec.Struct, kw_only=True):
    """Base of all: where an entry stands, its key, and the fields not (wholly) read.

    `counter` names the number of an entry that was declared by a count; "" for what cannot be.
    """

    what: ClassVar[str] = "an entry"
    counter: ClassVar[str] = ""
    shorthand: ClassVar[str] = ""
    mandatory: ClassVar[tuple[str, ...]] = ()

    line: int = 0
    key: str = ""
    lines: dict[str, int] = msgspec.field(default_factory=dict)
    failed: set[str] = msgspec.field(default_factory=set)

    def at(self, field: str) -> int:
        """Line of a field; that of the entry if the field is left to its default."""
        return self.lines.get(field, self.line)


_BOOKKEEPING = frozenset(("line", "key", "lines", "failed"))


@functools.cache
def fields_of(kind: type[Entry]) -> dict[str, Any]:
    """Names and types of what an entry may declare."""
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in kind.__struct_fields__ if name not in _BOOKKEEPING}
