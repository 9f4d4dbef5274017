"""The commands of the console: one module each, gathered in one table."""

from __future__ import annotations

from hmcsh.commands import (
    chhwres,
    chsyscfg,
    chsysstate,
    lshmc,
    lshwres,
    lslparmigr,
    lsrefcode,
    lssyscfg,
    migrlpar,
    mkauthkeys,
)
from hmcsh.commands.core import Caller, Command, executable

COMMANDS: dict[str, Command] = {
    module.COMMAND.name: module.COMMAND
    for module in (
        chhwres,
        chsyscfg,
        chsysstate,
        lshmc,
        lshwres,
        lslparmigr,
        lsrefcode,
        lssyscfg,
        migrlpar,
        mkauthkeys,
    )
}

__all__ = ["COMMANDS", "Caller", "Command", "executable"]
