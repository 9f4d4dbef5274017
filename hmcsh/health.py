"""How a served console is, as far as it can tell itself; who asks finds out the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hmcsh.state.file import StateFileError

if TYPE_CHECKING:
    from hmcsh.console import ConsoleService
    from hmcsh.state.keeper import Keeper


@dataclasses.dataclass(frozen=True, slots=True)
class Door:
    """A console that is served, and where it listens."""

    service: ConsoleService
    address: str
    port: int


@dataclasses.dataclass(frozen=True, slots=True)
class Listening:
    """Where a console listens, by the console's name."""

    console: str
    address: str
    port: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a server says of itself; `state_problem` is "" if its state was just written."""

    listening: tuple[Listening, ...]
    sessions: int
    state_file: str | None
    state_problem: str


def health(doors: Iterable[Door], keeper: Keeper | None) -> Health:
    """Look at a server. Writes to its state file, if it has one, to see whether that works."""
    problem = ""
    if keeper is not None:
        try:
            keeper.prove()
        except StateFileError as error:
            problem = str(error)
    found = tuple(doors)
    return Health(
        listening=tuple(Listening(one.service.hostname, one.address, one.port) for one in found),
        sessions=sum(len(one.service.sessions()) for one in found),
        state_file=None if keeper is None else str(keeper.file.path),
        state_problem=problem,
    )
