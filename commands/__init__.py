"""The commands of the console: one module each, which bears the command's name.

What they share stands in `common`, the attribute tables of resources in `attributes`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from hmcsh.commands.common.core import Caller, Command, executable

from hmcsh.language.levels import ALWAYS, Level, Span

NAMES = tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg))

# Commands that not every level of the console has; all others exist at each.
SPANS: Mapping[str, Span] = {}


def names_at(level: Level) -> tuple[str, ...]:
    """The names of the commands that a console of the level has."""
    return tuple(name for name in NAMES if SPANS.get(name, ALWAYS).covers(level))


class _Commands(Mapping[str, Command]):
    """Commands by name; a command's module is loaded when it is first asked for."""

    def __getitem__(self, name: str) -> Command:
        if name not in NAMES:
            raise KeyError(name)
        command: Command = importlib.import_module(f"{__name__}.{name}").COMMAND
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


COMMANDS: Mapping[str, Command] = _Commands()

__all__ = ["COMMANDS", "NAMES", "SPANS", "Caller", "Command", "executable", "names_at"]
