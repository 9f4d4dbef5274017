"""Builtins that a restricted shell refuses, and those that have nothing to act on."""

from __future__ import annotations

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.registry import BUILTINS, builtin
from hmcsh.shell.simple import external


@builtin("enable")
async def enable(call: Call) -> int:
    """List builtins; refuse to change which there are."""
    if call.args[:1] in ([], ["-a"], ["-p"]):
        for name in sorted(BUILTINS):
            call.out(f"enable {name}\n")
        return 0
    raise Problem("restricted")


@builtin("ulimit", "bind", "complete", "compgen", "fc", "history")
async def not_supported(call: Call) -> int:
    """Refuse what has no meaning here."""
    raise Problem("not supported")


@builtin("times")
async def times(call: Call) -> int:
    """Show processor times, of which an emulated console has used none."""
    call.out("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
    return 0


@builtin("help")
async def list_builtins(call: Call) -> int:
    """List the builtins; where the system has a command of that name, call it."""
    if "help" in call.shell.session.commands:
        return await external(call.shell, ["help", *call.args], call.shell.variables.environment())
    call.out("Shell builtins: " + " ".join(sorted(BUILTINS)) + "\n")
    return 0
