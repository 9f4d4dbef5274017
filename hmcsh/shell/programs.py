"""Programs by path, and shell scripts: execve(2), bash(1) COMMAND EXECUTION.

A program is a command or tool of the system, or a file of the tree that is a shell script. Scripts
of other interpreters are refused.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from hmcsh.shell.errors import Exit, Incomplete, SyntaxProblem
from hmcsh.shell.files import SYSTEM_DIRECTORIES
from hmcsh.shell.parser import parse_long
from hmcsh.shell.variables import Variables

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

SHELLS = frozenset(["sh", "ksh", "ksh93", "bash", "bsh", "psh"])
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127


def find(shell: Interpreter, name: str) -> str | None:
    """Return the path at which a name stands by PATH, None if nowhere."""
    known = shell.session.has_program(name)
    for directory in (shell.variables.get("PATH") or "").split(":"):
        if known and directory in SYSTEM_DIRECTORIES:
            return posixpath.join(directory, name)
        path = posixpath.join(directory or ".", name)
        if shell.files.kind(path) == "f" and shell.files.may(path, "x"):
            return path
    return None


async def run_file(
    shell: Interpreter, path: str, args: list[str], environment: dict[str, str]
) -> int:
    """Run the file at ``path`` as a program; return its status, 126 or 127 if it is none."""
    dialect = shell.session.dialect
    kind = shell.files.kind(path)
    if not kind:
        shell.error(dialect.no_such_program.format(name=path))
        return _NOT_FOUND
    if kind != "f" or not shell.files.may(path, "x"):
        worded = f"{path}: Is a directory" if kind == "d" and not dialect.korn else ""
        shell.error(worded or dialect.not_executable.format(name=path))
        return _NOT_EXECUTABLE
    try:
        text = await shell.files.read(path)
    except OSError:
        shell.error(dialect.not_executable.format(name=path))
        return _NOT_EXECUTABLE
    if text.startswith("#!"):
        words = text[2:].partition("\n")[0].split()
        if words[:1] == ["/usr/bin/env"]:
            del words[0]
        interpreter = posixpath.basename(words[0]) if words else ""
        if interpreter not in SHELLS:
            shell.error(f"{path}: {interpreter or 'its interpreter'} is not emulated")
            return _NOT_EXECUTABLE
    return await run_script(shell, text, path, args, environment)


async def run_script(
    shell: Interpreter, text: str, name: str, args: list[str], environment: dict[str, str]
) -> int:
    """Run a text as a shell of its own does, with ``name`` as its ``$0``; return its status."""
    child = shell.fork()
    child.session = replace(
        shell.session, name=name, interactive=False, line_numbers=True, aliases={}
    )
    child.variables = Variables(shell.limits.variables)
    for variable, value in environment.items():
        child.variables.set(variable, value)
        child.variables.mark(variable, exported=True)
    for variable, value in (("IFS", " \t\n"), ("OPTIND", "1"), ("PS4", "+ ")):
        child.variables.set(variable, value)
    child.functions, child.positional, child.arg0 = {}, args, name
    child.calls, child.status, child.subshell, child.sources = [], 0, 0, 0
    child.options = type(child.options)()
    status = await shell.nested(_to_the_end(child, text))
    shell.jobs.adopt(child.jobs)
    return status


async def _to_the_end(shell: Interpreter, text: str) -> int:
    at, line = 0, 1
    shell.guards = 0
    try:
        while True:
            node, end = await parse_long(text, at, shell.limits.nesting, first_line=line)
            if node is None:
                break
            line += text.count("\n", at, end)
            at = end
            await shell.run_guarded(node, outermost=False)
    except (SyntaxProblem, Incomplete) as problem:
        shell.report(problem, "", text.rstrip("\n").count("\n") + 1)
    except Exit as jump:
        shell.status = jump.status
    return await shell.finish()
