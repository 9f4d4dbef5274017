"""Compound commands and lists, bash(1) Compound Commands; the table of all commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hmcsh.shell import patterns
from hmcsh.shell.conditions import holds
from hmcsh.shell.errors import Exit, Fatal, LimitExceeded, LoopJump, Problem
from hmcsh.shell.nodes import (
    AndOr,
    ArithmeticCommand,
    ArithmeticFor,
    Background,
    Case,
    CommandList,
    Conditional,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirected,
    Simple,
    Subshell,
    While,
    Word,
)
from hmcsh.shell.pipelines import complete, run_pipeline
from hmcsh.shell.redirections import redirected
from hmcsh.shell.simple import run_simple

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter


async def run_list(shell: Interpreter, node: CommandList) -> int:
    """Run commands one after another."""
    status = 0
    for item in node.items:
        shell.status = status = await WALK[type(item)](shell, item)
        if (
            status
            and not shell.guards
            and not (isinstance(item, AndOr) or (isinstance(item, Pipeline) and item.negated))
        ):
            await react_to_failure(shell, status)
    return status


async def react_to_failure(shell: Interpreter, status: int) -> None:
    """React to a failure that nothing has asked about: the ERR trap, ``set -e``."""
    if "ERR" in shell.traps:
        action = shell.traps["ERR"]
        await shell.run_trap("ERR")
        shell.traps["ERR"] = action
    if shell.options.errexit:
        raise Exit(status)


async def run_and_or(shell: Interpreter, node: AndOr) -> int:
    """Run commands joined by ``&&`` and ``||``."""
    status = await shell.run_asked(node.first)
    last = len(node.rest) - 1
    for at, (operator, item) in enumerate(node.rest):
        if (operator == "&&") == (status == 0):
            if at == last:
                status = await shell.run(item)
                if (
                    status
                    and not shell.guards
                    and not (isinstance(item, Pipeline) and item.negated)
                ):
                    await react_to_failure(shell, status)
            else:
                status = await shell.run_asked(item)
    return status


async def run_background(shell: Interpreter, node: Background) -> int:
    """Start a command in the background."""
    shell.jobs.start(node)
    return 0


async def run_group(shell: Interpreter, node: Group) -> int:
    """Run ``{ list; }``."""
    return await shell.nested(run_list(shell, node.body))


async def run_subshell(shell: Interpreter, node: Subshell) -> int:
    """Run ``( list )``."""
    child = shell.fork()
    status = await shell.nested(complete(child, node.body, guarded=shell.guards > 0))
    shell.jobs.adopt(child.jobs)
    return status


async def run_if(shell: Interpreter, node: If) -> int:
    """Run ``if``."""
    for condition, body in node.branches:
        if await shell.run_asked(condition) == 0:
            return await shell.nested(run_list(shell, body))
    if node.otherwise is not None:
        return await shell.nested(run_list(shell, node.otherwise))
    return 0


async def run_while(shell: Interpreter, node: While) -> int:
    """Run ``while`` or ``until``."""
    return await shell.nested(_loop(shell, node))


async def _loop(shell: Interpreter, node: While) -> int:
    status = 0
    meter = shell.meter
    shell.loops += 1
    try:
        while True:
            if meter.due():
                await meter.pause()
            try:
                if (await shell.run_asked(node.condition) == 0) == node.until:
                    return status
                status = await run_list(shell, node.body)
            except LoopJump as jump:
                if _leave(shell, jump):
                    return 0
    finally:
        shell.loops -= 1


def _leave(shell: Interpreter, jump: LoopJump) -> bool:
    """Tell whether a jump that arrived at this loop ends it; pass on one meant for another."""
    if jump.levels > 1 and shell.loops > 1:
        jump.levels -= 1
        raise jump
    return not jump.again


async def run_for(shell: Interpreter, node: For) -> int:
    """Run ``for name in words``."""
    values = (
        shell.positional.copy() if node.words is None else await shell.expander.fields(node.words)
    )
    return await shell.nested(_for_each(shell, node, values))


async def _for_each(shell: Interpreter, node: For, values: list[str]) -> int:
    status = 0
    shell.loops += 1
    try:
        for value in values:
            if shell.meter.due():
                await shell.meter.pause()
            shell.line = node.line
            shell.assign(node.name, value)
            try:
                status = await run_list(shell, node.body)
            except LoopJump as jump:
                status = 0
                if _leave(shell, jump):
                    break
    finally:
        shell.loops -= 1
    return status


async def run_arithmetic_for(shell: Interpreter, node: ArithmeticFor) -> int:
    """Run ``for ((;;))``."""
    return await shell.nested(_arithmetic_loop(shell, node))


async def _arithmetic_loop(shell: Interpreter, node: ArithmeticFor) -> int:
    status = 0
    shell.loops += 1
    try:
        await _clause(shell, node.start)
        while await _clause(shell, node.condition):
            if shell.meter.due():
                await shell.meter.pause()
            try:
                status = await run_list(shell, node.body)
            except LoopJump as jump:
                status = 0
                if _leave(shell, jump):
                    break
            await _clause(shell, node.step)
    except LimitExceeded:
        raise
    except Fatal:
        raise
    except Problem as problem:
        shell.error(f"((: {problem.text}")
        return 1
    finally:
        shell.loops -= 1
    return status


async def _clause(shell: Interpreter, word: Word) -> int:
    return await shell.expander.number(word) if word.source else 1


async def run_case(shell: Interpreter, node: Case) -> int:
    """Run ``case``."""
    text = await shell.expander.text(node.word)
    for alternatives, body in node.clauses:
        for word in alternatives:
            if shell.meter.due():
                await shell.meter.pause()
            if patterns.matches(await shell.expander.pattern(word), text):
                return await shell.nested(run_list(shell, body)) if body.items else 0
    return 0


async def run_function_definition(shell: Interpreter, node: Function) -> int:
    """Define a function."""
    shell.functions[node.name] = node
    return 0


async def run_arithmetic(shell: Interpreter, node: ArithmeticCommand) -> int:
    """Run ``(( ))``."""
    shell.line = node.line
    if shell.meter.due():
        await shell.meter.pause()
    try:
        return int(await shell.expander.number(node.expression) == 0)
    except Fatal:
        raise
    except Problem as problem:
        shell.error(f"((: {problem.text}")
        return 1


async def run_conditional(shell: Interpreter, node: Conditional) -> int:
    """Run ``[[ ]]``."""
    shell.line = node.line
    if shell.meter.due():
        await shell.meter.pause()
    try:
        return int(not await holds(shell, node.expression))
    except Fatal:
        raise
    except Problem as problem:
        shell.error(f"[[: {problem.text}" if problem.text else "")
        return problem.status


async def run_redirected(shell: Interpreter, node: Redirected) -> int:
    """Run a compound command with redirections."""
    shell.line = node.line
    saved = shell.io
    opened = len(shell.opened)
    try:
        shell.io = await redirected(shell, node.redirections)
    except Fatal:
        raise
    except Problem as problem:
        shell.error(problem.text)
        return 1
    try:
        return await shell.run(node.body)
    finally:
        shell.io = saved
        shell.close_opened(opened)


WALK: dict[type, Callable[[Interpreter, Any], Awaitable[int]]] = {
    Simple: run_simple,
    CommandList: run_list,
    Pipeline: run_pipeline,
    AndOr: run_and_or,
    Background: run_background,
    Group: run_group,
    Subshell: run_subshell,
    If: run_if,
    While: run_while,
    For: run_for,
    ArithmeticFor: run_arithmetic_for,
    Case: run_case,
    Function: run_function_definition,
    ArithmeticCommand: run_arithmetic,
    Conditional: run_conditional,
    Redirected: run_redirected,
}
