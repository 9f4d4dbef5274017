"""Pipelines, and all else that runs in a subshell: substitutions, ``( )``, jobs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from hmcsh.shell.errors import (
    BrokenPipe,
    Exhausted,
    Exit,
    Jump,
    LimitExceeded,
    LoopJump,
    Problem,
    Return,
    Unset,
)
from hmcsh.shell.limits import message
from hmcsh.shell.nodes import CommandList, Literal, Node, Pipeline, Simple, Word
from hmcsh.shell.streams import Capture, Pipe, Stream

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter


async def run_pipeline(shell: Interpreter, node: Pipeline) -> int:
    """Run a pipeline, or what stands behind ``!`` or ``time``."""
    started = shell.host.now()
    if not node.commands:
        status = 0
    elif len(node.commands) > 1:
        status = await _stages(shell, node.commands)
    elif node.negated:
        status = await shell.run_asked(node.commands[0])
    else:
        status = await shell.run(node.commands[0])
    if node.timed:
        passed = (shell.host.now() - started).total_seconds()
        minutes, seconds = divmod(passed, 60)
        real = f"{int(minutes)}m{seconds:.3f}s"
        shell.stderr.write(f"\nreal\t{real}\nuser\t0m0.000s\nsys\t0m0.000s\n")
    return int(not status) if node.negated else status


async def _stages(shell: Interpreter, commands: tuple[Node, ...]) -> int:
    """Run the stages of a pipeline side by side, the last one in this task."""
    meter = shell.meter
    if meter.processes + len(commands) > shell.limits.processes:
        raise LimitExceeded(f"limit exceeded: {shell.limits.processes} processes", 254)
    meter.processes += len(commands)
    tasks: list[asyncio.Task[int]] = []
    source: Stream | None = shell.io.get(0)
    guarded = shell.guards > 0
    try:
        for command in commands[:-1]:
            pipe = Pipe(shell.limits)
            child = _stage_shell(shell, source, pipe)
            tasks.append(asyncio.create_task(stage(child, command, source, pipe, guarded)))
            source = pipe
        child = _stage_shell(shell, source, shell.io.get(1))
        last = await shell.nested(stage(child, commands[-1], source, None, guarded))
        statuses = [await task for task in tasks]
    finally:
        meter.processes -= len(commands)
        await settle(tasks)
    statuses.append(last)
    shell.pipe_status = statuses
    if shell.options.pipefail:
        return next((status for status in reversed(statuses) if status), 0)
    return last


async def detached(shell: Interpreter, node: Node, sink: Pipe | None) -> int:
    """Run what nobody waits for in line: a background job, a process substitution."""
    try:
        return await stage(shell, node, None, sink, False)
    except Exhausted as problem:
        shell.error(problem.text)
        return problem.status


def _stage_shell(shell: Interpreter, source: Stream | None, sink: Stream | None) -> Interpreter:
    io = dict(shell.io)
    for number, stream in ((0, source), (1, sink)):
        if stream is None:
            io.pop(number, None)
        else:
            io[number] = stream
    return shell.fork(io)


async def stage(
    shell: Interpreter, node: Node, source: Stream | None, sink: Pipe | None, guarded: bool
) -> int:
    """Run one stage of a pipeline in this subshell, then close its ends of the pipes."""
    try:
        return await complete(shell, node, guarded=guarded)
    finally:
        await shell.jobs.finish()
        if sink is not None:
            sink.end()
        if isinstance(source, Pipe):
            source.close()


async def complete(shell: Interpreter, node: Node, *, guarded: bool = False) -> int:
    """Run ``node`` as all that this subshell does; return the subshell's exit status."""
    shell.guards = 1 if guarded else 0
    try:
        status = await _to_the_end(shell, node)
        if "EXIT" in shell.traps:
            shell.status = status
            status = await _exit_trap(shell, status)
        return status
    except BrokenPipe:
        return 141


async def _to_the_end(shell: Interpreter, node: Node) -> int:
    try:
        return await shell.run(node)
    except Exit as jump:
        return jump.status
    except Return as jump:
        return jump.status
    except LoopJump:
        return 0
    except Exhausted:
        raise
    except Problem as problem:
        shell.error(problem.text)
        return 1 if isinstance(problem, Unset) else problem.status
    except RecursionError:
        shell.error("limit exceeded: nesting")
        return 1


async def _exit_trap(shell: Interpreter, status: int) -> int:
    try:
        await shell.run_trap("EXIT")
    except Exit as jump:
        return jump.status
    except (Jump, Problem):
        return status
    return status


async def capture(shell: Interpreter, body: CommandList) -> str:
    """Return the output of a command substitution."""
    output = Capture(shell.limits.value, Exhausted(message(shell.limits, "value")))
    child = shell.fork({**shell.io, 1: output})
    shell.meter.processes += 1
    try:
        if shell.meter.processes > shell.limits.processes:
            raise LimitExceeded(f"limit exceeded: {shell.limits.processes} processes", 254)
        # bash(1) set -e: command substitutions do not inherit it.
        child.options = replace(child.options, errexit=False)
        status = await shell.nested(complete(child, _copying(body)))
        await child.jobs.finish()
    finally:
        shell.meter.processes -= 1
    shell.substitution_status = status
    return output.text().rstrip("\n").replace("\0", "")


def _copying(body: CommandList) -> CommandList:
    """Let ``$(< file)`` copy the file (bash(1) Command Substitution)."""
    match body.items:
        case [Simple(words=(), assignments=(), redirections=(redirection,)) as only]:
            if redirection.operator == "<" and redirection.descriptor == 0:
                words = (Word((Literal("cat"),), "cat", "cat"),)
                return replace(body, items=(replace(only, words=words),))
    return body


async def process_substitution(shell: Interpreter, body: CommandList) -> str:
    """Start the commands of ``<( )``; return the name of the descriptor to read them from."""
    number = next((n for n in range(63, 9, -1) if n not in shell.io), 0)
    if not number:
        raise Problem("process substitution: Too many open files")
    pipe = Pipe(shell.limits)
    child = shell.fork({**shell.io, 1: pipe})
    shell.io = {**shell.io, number: pipe}
    shell.opened.append(pipe)
    shell.jobs.attach(detached(child, body, pipe))
    return f"/dev/fd/{number}"


async def settle(tasks: list[asyncio.Task[int]]) -> None:
    """Cancel what still runs of ``tasks`` and wait until nothing does."""
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # the first one is on its way up; the others are the same
