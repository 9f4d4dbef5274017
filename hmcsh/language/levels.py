"""Levels of the console: which version of the command line is spoken.

Every option, attribute, message and default listing carries the :class:`Span` of levels at
which it exists; the level of a console decides what it lists, accepts and refuses.
"""

import re
from dataclasses import dataclass
from functools import total_ordering

_LEVEL = re.compile(r"V([0-9]{1,3})R([0-9]{1,3})((?:\.[0-9]{1,5}){0,3})", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A level such as ``V7R3.2.0``: version, release and up to three further numbers.

    ``V7R3.2`` and ``V7R3.2.0`` are the same level; ``str()`` gives the text it was made from.
    """

    text: str
    key: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> "Level":
        """Read a level; ValueError if the text is not ``V<n>R<n>[.<n>...]``."""
        found = _LEVEL.fullmatch(text)
        if found is None:
            raise ValueError(f"not an HMC level: {text!r} (an example: V7R3.2.0)")
        numbers = [int(found[1]), int(found[2]), *map(int, found[3].split(".")[1:])]
        while len(numbers) > 2 and numbers[-1] == 0:
            del numbers[-1]
        return cls(text, tuple(numbers))

    @classmethod
    def of_release(cls, text: str) -> "Level":
        """The level of an operating system or Virtual I/O Server, such as ``2.2.5.0``.

        Raises ValueError if the text is not numbers with dots between them.
        """
        numbers = [int(part) for part in text.split(".")]
        while len(numbers) > 2 and numbers[-1] == 0:
            del numbers[-1]
        return cls(text, tuple(numbers))

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Level) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self.key < other.key if isinstance(other, Level) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Span:
    """The levels from ``since`` up to, but without, ``until``; None leaves that end open."""

    since: Level | None = None
    until: Level | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError(f"empty span of levels: {self.since} to {self.until}")

    def covers(self, level: Level) -> bool:
        """Whether a thing of this span exists at the level."""
        return (self.since is None or self.since <= level) and (
            self.until is None or level < self.until
        )


ALWAYS = Span()

V7R3_2 = Level.parse("V7R3.2.0")
V7R7_9 = Level.parse("V7R7.9.0")
V9R2_950 = Level.parse("V9R2.950")
V10R3 = Level.parse("V10R3")

# The levels that listings and pages are made for, oldest first.
LEVELS = (V7R3_2, V7R7_9, V9R2_950, V10R3)
