"""How objects are named in the history: as users know them, parts as what they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hmcsh.model.partition import Partition
from hmcsh.model.service import ConsoleLog
from hmcsh.state.codec import kept_class

_WORD = re.compile(r"[^\s,=:/\"']+")


class Name(NamedTuple):
    """The class of an object, the name of its system, and its own behind that of its partition.

    `lpar_id` is that of its partition, 0 if it is of none.
    """

    kind: str
    system: str
    path: tuple[str, ...]
    lpar_id: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {'/'.join(filter(None, (self.system, *self.path)))}"

    def is_in(self, command: str) -> bool:
        """Whether a command line names it, or its partition."""
        words = _WORD.findall(command)
        by_id = "--id" in words and str(self.lpar_id) in words
        return by_id or not set(self.path).isdisjoint(words)


def named(number: int, objects: Mapping[int, object], owners: Mapping[int, int]) -> Name | None:
    """The name of an object, or of what it belongs to; None for what is of no user's concern.

    `owners` tells of each object which one it belongs to.
    """
    chain = list(_chain(number, objects, owners))
    if any(isinstance(one, ConsoleLog) for one in chain):
        return None  # each command adds to it
    known = next((one for one in chain if getattr(one, "name", None) is not None), None)
    if known is None:
        return None
    owner = next((one for one in chain if isinstance(one, Partition)), None)
    path = (known.name,) if owner in (None, known) else (owner.name, known.name)
    frame = getattr(owner or known, "frame", None)
    return Name(
        kept_class(type(known)).__name__,
        frame.name if frame is not None else "",
        tuple(map(str, path)),
        owner.lpar_id if owner is not None else 0,
    )


def _chain(number: int, objects: Mapping[int, object], owners: Mapping[int, int]) -> Iterator[Any]:
    while number in objects:
        yield objects[number]
        number = owners.get(number, 0)
