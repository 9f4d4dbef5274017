"""The commands of the console: one module each, which bears the command's name.

What they share stands in `common`, the attribute tables of resources in `attributes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hmcsh.commands.common.modules import Modules
from hmcsh.commands.hmc.common.core import Caller, Command, executable

from hmcsh.language.levels import ALWAYS, Level, Span

_modules = Modules[Command](__name__, __path__)
_further: dict[str, Command] = {}

# Commands that not every level of the console has; all others exist at each.
_SINCE_8 = Span(since=Level.parse("V8R8"))
_SINCE_7_8 = Span(since=Level.parse("V7R7.8"))
SPANS: dict[str, Span] = {"diagrmc": _SINCE_8, "lscomgmt": _SINCE_8, "lsmemopt": _SINCE_7_8}


def names_at(level: Level) -> tuple[str, ...]:
    """The names of the commands that a console of the level has."""
    return tuple(name for name in COMMANDS if SPANS.get(name, ALWAYS).covers(level))


def register(command: Command, span: Span = ALWAYS) -> None:
    """Add a command that is no module here, for consoles that are opened from now on.

    Raises ValueError if there is one of the name.
    """
    if command.name in COMMANDS:
        raise ValueError(f"there is a command {command.name}")
    _further[command.name] = command
    SPANS[command.name] = span


class _Commands(Mapping[str, Command]):
    """Commands by name: the modules here, and those that were registered."""

    def __getitem__(self, name: str) -> Command:
        return _further[name] if name in _further else _modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(_modules.keys() | _further.keys()))

    def __len__(self) -> int:
        return len(_modules) + len(_further)


COMMANDS: Mapping[str, Command] = _Commands()

__all__ = ["COMMANDS", "SPANS", "Caller", "Command", "executable", "names_at", "register"]
