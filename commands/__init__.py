"""The commands of the console: one module each, which bears the command's name."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from hmcsh.commands.core import Caller, Command, executable

NAMES = (
    "chhwres",
    "chsyscfg",
    "chsysstate",
    "lshmc",
    "lshwres",
    "lslock",
    "lslparmigr",
    "lsrefcode",
    "lssyscfg",
    "migrlpar",
    "mkauthkeys",
    "rmlock",
)


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

__all__ = ["COMMANDS", "NAMES", "Caller", "Command", "executable"]
