"""What systems and partitions were before: their states and resources at any earlier time.

Nothing runs in the background to sample them. An attribute that is watched leaves its former value
behind when it changes, and whoever asks for a time finds what held then.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

_T = TypeVar("_T")


class Was(NamedTuple):
    """What held until virtual time `until`, ns; a state of None: it was not there."""

    until: int
    state: Any
    current: Any = None


class History(list[Was]):
    """What held before, the oldest first."""

    __slots__ = ()

    def add(self, was: Was) -> None:
        """Note what held until now; what held for no time at all is not kept."""
        if not self or self[-1].until < was.until:
            self.append(was)

    def place(self, time: int) -> int:
        """How many entries are of what held until that time at the latest."""
        return bisect.bisect_right(self, time, key=lambda was: was.until)

    def at(self, time: int) -> Was | None:
        """What held at a time, None if it still holds."""
        place = self.place(time)
        return self[place] if place < len(self) else None


@dataclasses.dataclass(frozen=True, slots=True)
class Forgotten:
    """Counters of a system at virtual time `until`, ns: what held before is no longer known.

    Areas are ten-thousandths of processors times ns, in decimal: they outgrow 64 bits. `pools`
    are those that each shared processor pool has used, `whole` all that there was, and was used.
    """

    until: int
    pools: tuple[tuple[int, str], ...] = ()
    whole: tuple[str, ...] = ()


@dataclasses.dataclass(slots=True, eq=False)
class Departed:
    """What counters need of a partition that is gone.

    `workload_kind` is that of its operating system, "" if it had none; its history ends with what
    held when it went. `counted` is as with a partition that is there.
    """

    uuid: str
    workload_kind: str
    history: History
    counted: tuple[str, ...] = ()

    def at(self, time: int) -> Was:
        """Its state and resources at a time, None once it was gone."""
        return self.history.at(time) or Was(time, None)


class Ledger:
    """Counts what a system has remembered of its partitions since it last let go of something."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries = 0


class _Watched:
    """A slot of a class whose objects are told, by `remember`, before its value changes."""

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        return self if owner is None else self.slot.__get__(owner, kind)

    def __set__(self, owner: Any, value: Any) -> None:
        try:
            before = self.slot.__get__(owner)
        except AttributeError:  # it is being made: there is nothing before
            self.slot.__set__(owner, value)
            return
        if value != before:
            owner.remember()
        self.slot.__set__(owner, value)


def watched(*names: str) -> Callable[[type[_T]], type[_T]]:
    """Make a class with slots remember former values of the attributes with these names."""

    def watch(made: type[_T]) -> type[_T]:
        for name in names:
            setattr(made, name, _Watched(made.__dict__[name]))
        return made

    return watch
