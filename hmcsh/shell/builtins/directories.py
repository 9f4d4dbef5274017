"""The working directory and the mask of new files; a restricted shell keeps both."""

from __future__ import annotations

import posixpath
import re

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.files import reason
from hmcsh.shell.registry import builtin


@builtin("cd", "chdir")
async def change_directory(call: Call) -> int:
    """Change the working directory; a restricted shell refuses (bash(1) RESTRICTED SHELL)."""
    shell = call.shell
    if shell.session.restricted:
        raise Problem(shell.session.dialect.restricted)
    tree = shell.session.tree
    if tree is None:
        raise Problem("not supported")
    operands = [arg for arg in call.args if arg not in ("-L", "-P", "--")]
    if len(operands) > 1:
        raise Problem("too many arguments")
    wanted = operands[0] if operands else shell.variables.get("HOME") or ""
    if not operands and not wanted:
        raise Problem("HOME not set")
    if wanted == "-":
        wanted = shell.variables.get("OLDPWD") or ""
        if not wanted:
            raise Problem("OLDPWD not set")
    if not wanted:
        return 0
    path = posixpath.normpath(posixpath.join(shell.directory, wanted))
    path = "/" + path.lstrip("/")
    try:
        if tree.status(path).kind != "d":
            raise NotADirectoryError(20, "Not a directory")
        if not tree.may(path, "x"):
            raise PermissionError(13, "Permission denied")
    except OSError as problem:
        worded = shell.session.dialect.change_directory
        shell.error(worded.format(name=wanted, reason=reason(problem)))
        return 1
    shell.variables.set("OLDPWD", shell.directory)
    shell.variables.set("PWD", path)
    shell.directory = path
    if operands[:1] == ["-"]:
        call.out(f"{path}\n")
    return 0


@builtin("pushd", "popd")
async def directory_stack(call: Call) -> int:
    """Refuse as ``cd`` does (inferred)."""
    raise Problem("restricted" if call.shell.session.restricted else "not supported")


@builtin("dirs")
async def directories(call: Call) -> int:
    """Show the working directory."""
    call.out(f"{call.shell.short_directory()}\n")
    return 0


@builtin("pwd")
async def working_directory(call: Call) -> int:
    """Show the working directory, on a console always the home directory."""
    call.out(f"{call.shell.directory}\n")
    return 0


@builtin("umask")
async def umask(call: Call) -> int:
    """Show or set the mask; where no file is ever made, it cannot be changed."""
    shell = call.shell
    operands = [arg for arg in call.args if arg not in ("-p", "-S")]
    if operands:
        if shell.session.tree is None:
            raise Problem("not supported")
        if not re.fullmatch(r"[0-7]{1,4}", operands[0]):
            raise Problem(f"{operands[0]}: octal number out of range")
        shell.mask = int(operands[0], 8) & 0o777
        return 0
    if "-S" in call.args:
        classes = zip("ugo", (6, 3, 0), strict=True)
        shown = (
            f"{who}=" + "".join(c for c, bit in zip("rwx", (4, 2, 1), strict=True)
                                if not shell.mask >> shift & bit)
            for who, shift in classes
        )  # fmt: skip
        call.out(",".join(shown) + "\n")
    else:
        call.out(f"{shell.mask:04o}\n")
    return 0
