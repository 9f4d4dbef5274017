"""Commands that a console of this level has and this one does not emulate: they say so.

The names are those of a command listing of V7R7 (field notes on PowerLinux, about 2011), without
the emulated ones.
"""

from __future__ import annotations

import logging

from hmcsh.commands.hmc.common.core import Invocation

from hmcsh.events import NotEmulated
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import render
from hmcsh.language.secrets import masked

_log = logging.getLogger("hmcsh")

_LISTED = (
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
)

# What clients of later consoles call besides (ibm.power_hmc, op-test, collectors of system data),
# an editor that functions for the prompt use (eezh), and what has a manual page of V8 or V9; since
# when there are such is recalled.
_V7R3, _V7R7, _V8, _V9 = (
    Span(since=Level.parse(level)) for level in ("V7R3.2", "V7R7", "V8R8", "V9R1")
)
_FURTHER = {
    **dict.fromkeys(("getupgfiles", "pedbg", "rnvi", "saveupgdata", "updhmc", "updlic"), _V7R3),
    **dict.fromkeys(("chhmcldap", "lshmcldap"), _V7R7),
    **dict.fromkeys(("chpwdpolicy", "lspwdpolicy", "mkpwdpolicy", "rmpwdpolicy"), _V7R7),
    **dict.fromkeys(("lsiotopo", "lscodpool", "mksvcevent", "rrstartlpar"), _V8),
    "lsmigrdbg": _V9,
    **dict.fromkeys(("chviosbk", "lsviosbk", "mkviosbk", "rmviosbk", "rstviosbk"), _V9),
    **dict.fromkeys(("cpviosimg", "lsviosimg", "rmviosimg", "updvios", "upgvios"), _V9),
}
SPANS = {**dict.fromkeys(_LISTED, ALWAYS), **_FURTHER}
NAMES = tuple(sorted(SPANS))


def names_at(level: Level) -> tuple[str, ...]:
    """The names of those that a console of the level has."""
    return tuple(name for name in NAMES if SPANS[name].covers(level))


async def refuse(invocation: Invocation) -> int:
    """Say that the command is not emulated; status 1. The call is logged."""
    words = " ".join([invocation.name, *masked(invocation.args)])
    _log.warning(NotEmulated(command=words))
    invocation.stdout.write(render("not_emulated", what=invocation.name) + "\n")
    return 1
