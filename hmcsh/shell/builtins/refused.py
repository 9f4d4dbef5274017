"""Builtins that a restricted shell refuses, and those that have nothing to act on."""

from __future__ import annotations

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.registry import BUILTINS, builtin


@builtin("cd")
async def change_directory(call: Call) -> int:
    """Refuse: bash(1) RESTRICTED SHELL."""
    if call.shell.session.restricted:
        raise Problem("restricted")
    raise Problem("not supported")


@builtin("pushd", "popd")
async def directory_stack(call: Call) -> int:
    """Refuse as ``cd`` does (inferred)."""
    raise Problem("restricted")


@builtin("dirs")
async def directories(call: Call) -> int:
    """Show the one directory there is."""
    call.out("~\n")
    return 0


@builtin("pwd")
async def working_directory(call: Call) -> int:
    """Show the directory, which always is the home directory."""
    call.out(f"{call.shell.host.home}\n")
    return 0


@builtin("enable")
async def enable(call: Call) -> int:
    """List builtins; refuse to change which there are."""
    if call.args[:1] in ([], ["-a"], ["-p"]):
        for name in sorted(BUILTINS):
            call.out(f"enable {name}\n")
        return 0
    raise Problem("restricted")


@builtin("umask")
async def umask(call: Call) -> int:
    """Show the mask; no file is ever made, so it cannot be changed."""
    if [arg for arg in call.args if arg not in ("-p", "-S")]:
        raise Problem("not supported")
    call.out("u=rwx,g=rx,o=rx\n" if "-S" in call.args else "0022\n")
    return 0


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
    """List the builtins."""
    call.out("Shell builtins: " + " ".join(sorted(BUILTINS)) + "\n")
    return 0
