"""Commands that a console of this level has and this one does not emulate: they say so.

The names are those of a command listing of V7R7 (field notes on PowerLinux, about 2011), without
the emulated ones.
"""

from __future__ import annotations

import logging

from hmcsh.commands.hmc.common.core import Invocation

from hmcsh.language.messages import render
from hmcsh.language.secrets import masked

_log = logging.getLogger("hmcsh")

NAMES = (
    "asmmenu",
    "bkconsdata",
    "chcod",
    "chcuod",
    "chsacfg",
    "chsyspwd",
    "chusrtca",
    "chvet",
    "deploysysplan",
    "hmcwin",
    "installios",
    "lscod",
    "lscuod",
    "lsdump",
    "lshsc",
    "lshwinfo",
    "lsmediadev",
    "lssacfg",
    "lssysplan",
    "lsusrtca",
    "lsvet",
    "migrcfg",
    "mksysplan",
    "osinstall",
    "rmsysplan",
    "rsthwres",
    "runlpcmd",
    "viosvrcmd",
)


async def refuse(invocation: Invocation) -> int:
    """Say that the command is not emulated; status 1. The call is logged."""
    words = " ".join([invocation.name, *masked(invocation.args)])
    _log.warning("not emulated: %r", words[:500])
    invocation.stdout.write(render("not_emulated", what=invocation.name) + "\n")
    return 1
