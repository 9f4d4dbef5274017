"""What is wrong with an inventory, and the collector of all of it."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
from collections.abc import Iterable

from hmcsh.language.secrets import escaped

_COMPARED = 1000  # of names that may have been meant: to compare more takes too long


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; 0 if the whole file is meant."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return escaped(f"{place}: {self.text}")


class InventoryError(Exception):
    """An inventory cannot be used; `problems` says everything that is wrong, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Problems:
    """Collects the problems of one file, each line and text once."""

    LIMIT = 100

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Problem, None] = {}
        self._shared: set[int] = set()
        self._reported: set[int] = set()

    def share(self, lines: Iterable[int]) -> None:
        """From now on note one problem for each of these lines: they speak of many entries."""
        self._shared.update(lines)

    def told(self, line: int) -> bool:
        """Whether nothing more is noted for a line; what to say need not be worked out then."""
        return line in self._reported

    def add(self, line: int, text: str) -> None:
        """Note a problem."""
        if self.told(line):
            return
        if line in self._shared:
            self._reported.add(line)
        self._found[Problem(self.file, line, text)] = None

    @property
    def found(self) -> list[Problem]:
        """Every problem by line; after `LIMIT` of them a last one says how many more there are."""
        ordered = sorted(self._found, key=lambda problem: problem.line)
        if len(ordered) > self.LIMIT:
            rest = len(ordered) - self.LIMIT
            ordered[self.LIMIT :] = [Problem(self.file, 0, f"{rest} more problems are not shown")]
        return ordered

    def fail(self) -> InventoryError:
        """Make the error that carries everything found."""
        return InventoryError(self.found)

    def raise_if_any(self) -> None:
        """Raise InventoryError if something was found."""
        if self._found:
            raise self.fail()


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)` if a known word is close, else nothing."""
    near = difflib.get_close_matches(word, itertools.islice(known, _COMPARED), 1, 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
