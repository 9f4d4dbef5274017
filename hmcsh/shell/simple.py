"""Simple commands: bash(1) Simple Commands, COMMAND EXECUTION."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from hmcsh.events import CommandFailed
from hmcsh.shell.api import Invocation
from hmcsh.shell.call import Call, Handler
from hmcsh.shell.errors import (
    BrokenPipe,
    Fatal,
    Incomplete,
    Jump,
    LimitExceeded,
    Problem,
    Return,
    SyntaxProblem,
)
from hmcsh.shell.files import PROGRAM
from hmcsh.shell.nodes import Assignment, Function, Simple, Word
from hmcsh.shell.programs import find, run_file
from hmcsh.shell.quoting import quote
from hmcsh.shell.redirections import reader, redirected, writer
from hmcsh.shell.registry import BUILTINS, Declared
from hmcsh.shell.streams import Pipe, Reader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_log = logging.getLogger("hmcsh.shell")


async def run_simple(shell: Interpreter, node: Simple) -> int:
    """Run a simple command: expand it, redirect, assign, call."""
    meter = shell.meter
    if meter.due():
        await meter.pause()
    shell.line = node.line
    saved = shell.io
    opened = len(shell.opened)
    try:
        try:
            args = await _arguments(shell, node)
            if not args:
                return await _only_assignments(shell, node)
            if node.redirections:
                shell.io = await redirected(shell, node.redirections)
        except Fatal:
            raise
        except Problem as problem:
            shell.error(problem.text)
            return problem.status
        if shell.options.xtrace:
            _trace(shell, node, args)
        return await _call(shell, args, node.assignments)
    finally:
        if shell.keep_io:
            shell.keep_io = False
        else:
            shell.io = saved
            if len(shell.opened) > opened:
                shell.close_opened(opened)


async def _arguments(shell: Interpreter, node: Simple) -> list[str]:
    words = node.words
    if not any(isinstance(word, Assignment) for word in words):
        return await shell.expander.fields(words)  # type: ignore[arg-type]
    args: list[str] = []
    for word in words:
        if not isinstance(word, Assignment):
            args.extend(await shell.expander.fields([word]))
        elif word.elements is not None:
            elements = await shell.expander.array(word)
            args.append(Declared(word.name, elements))
        else:
            value = await shell.expander.assigned(word.value or Word((), "", ""))
            sign = "+=" if word.append else "="
            index = f"[{word.index.source}]" if word.index is not None else ""
            args.append(f"{word.name}{index}{sign}{value}")
    return args


async def _only_assignments(shell: Interpreter, node: Simple) -> int:
    shell.substitution_status = None
    # "$?" on the right side still is the status of the command before.
    for assignment in node.assignments:
        await shell.expander.assign(assignment)
        if shell.options.xtrace and assignment.value is not None:
            value = shell.variables.get(assignment.name)
            shell.stderr.write(f"+ {assignment.name}={value}\n")
    if node.redirections:
        await redirected(shell, node.redirections)
    shell.pipe_status = [shell.substitution_status or 0]
    return shell.substitution_status or 0


def _trace(shell: Interpreter, node: Simple, args: list[str]) -> None:
    shell.stderr.write("+ " + " ".join(quote(arg) for arg in args) + "\n")


async def _call(shell: Interpreter, args: list[str], assignments: tuple[Assignment, ...]) -> int:
    name = args[0]
    function = shell.functions.get(name)
    builtin = BUILTINS.get(name)
    if not assignments:
        if function is not None:
            status = await shell.nested(_function(shell, function, args))
        elif builtin is not None:
            status = await contained(shell, builtin, args)
        else:
            status = await external(shell, args, shell.variables.environment())
    else:
        status = await _call_with(shell, args, assignments, function, builtin)
    shell.pipe_status = [status]
    return status


async def _call_with(
    shell: Interpreter,
    args: list[str],
    assignments: tuple[Assignment, ...],
    function: Function | None,
    builtin: Callable[[Call], Awaitable[int]] | None,
) -> int:
    """Call a command with assignments in front of it, which last as long as it does."""
    shell.variables.push()
    try:
        for assignment in assignments:
            try:
                shell.variables.hide(assignment.name, keep=True)
                await shell.expander.assign(assignment)
                shell.variables.mark(assignment.name, exported=True)
            except LimitExceeded:
                raise
            except Fatal as problem:
                shell.error(problem.text)
        if function is not None:
            return await shell.nested(_function(shell, function, args))
        if builtin is not None:
            return await contained(shell, builtin, args)
        return await external(shell, args, shell.variables.environment())
    finally:
        shell.variables.pop()


async def _function(shell: Interpreter, function: Function, args: list[str]) -> int:
    saved = shell.positional, shell.loops
    shell.positional = args[1:]
    shell.loops = 0
    shell.calls.append(args[0])
    shell.variables.push()
    try:
        return await shell.run(function.body)
    except Return as jump:
        return jump.status
    finally:
        shell.variables.pop()
        shell.calls.pop()
        shell.positional, shell.loops = saved


async def external(shell: Interpreter, args: list[str], environment: dict[str, str]) -> int:
    """Call what is neither function nor builtin: a command of the system or a text tool,
    or a script where there are files for one."""
    name = args[0]
    dialect = shell.session.dialect
    if "/" in name:
        if shell.session.restricted:
            shell.error(dialect.restricted_name.format(name=name))
            return 1
        program = shell.files.program(name) if shell.session.tree else ""
        if not program or shell.files.status(name) is not PROGRAM:
            return await run_file(shell, name, args[1:], environment)
        name, args = program, [program, *args[1:]]
    elif shell.session.tree is not None:
        path = find(shell, name)
        if path is None:
            shell.error(dialect.not_found.format(name=name))
            return 127
        if not shell.files.program(path):
            return await run_file(shell, path, args[1:], environment)
    command = shell.session.commands.get(name)
    if command is not None:
        invocation = Invocation(
            name,
            tuple(args[1:]),
            reader(shell.io.get(0)),
            writer(shell.io.get(1)),  # type: ignore[arg-type]
            shell.stderr,
            environment,
            shell.session.caller,
            shell.files.read,
        )
        status = await _bounded(shell, command(invocation), args)
        shell.meter.progress()
        return status
    tool = shell.session.tools.get(name)
    if tool is not None:
        return await contained(shell, tool, args)
    if shell.session.tree is not None:
        return await contained(shell, BUILTINS[name], args)  # found as one of PROGRAMS
    shell.error(dialect.not_found.format(name=name))
    return 127


async def contained(shell: Interpreter, handler: Handler, args: list[str]) -> int:
    """Call a builtin or a tool."""
    return await _bounded(shell, handler(Call(shell, args[0], args[1:])), args)


async def _bounded(shell: Interpreter, call: Awaitable[int], args: list[str]) -> int:
    """Await a command; a fault of ours in it is logged, and the caller gets one line."""
    try:
        status = await call
        output = shell.io.get(1)
        if isinstance(output, Pipe) or not isinstance(output, Reader | None):
            await output.drain()
        return status
    except (Jump, Fatal, BrokenPipe, SyntaxProblem, Incomplete, ConnectionError):
        raise
    except Problem as problem:
        if problem.bare:
            shell.error(problem.text)
        elif args[0] in shell.session.tools and args[0] not in BUILTINS:
            shell.stderr.write(f"{args[0]}: {problem.text}\n")
        else:
            shell.error(f"{args[0]}: {problem.text}")
        return problem.status
    except Exception:  # noqa: BLE001 (the boundary between our faults and the caller)
        _log.exception(CommandFailed(command=" ".join(args)))
        shell.error(f"{args[0]}: internal error")
        return 1
