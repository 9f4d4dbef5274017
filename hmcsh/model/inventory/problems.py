"""What is wrong with an inventory, and the collector of all of it."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; 0 if the whole file is meant."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}"


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

    def add(self, line: int, text: str) -> None:
        """Note a problem."""
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
    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
