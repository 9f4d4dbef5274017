"""Conditions of ``[[ ]]``, ``[`` and ``test``: bash(1) CONDITIONAL EXPRESSIONS."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import normpath
from typing import TYPE_CHECKING

from hmcsh.shell import patterns
from hmcsh.shell.arithmetic import evaluate
from hmcsh.shell.errors import LimitExceeded, Problem
from hmcsh.shell.nodes import Binary, Both, Condition, Not, Unary
from hmcsh.shell.regexes import RegexError, RegexTimeout, posix

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

UNARY = frozenset("-" + letter for letter in "abcdefghknoprstuvwxzGLNOS")
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
FILE_COMPARISONS = frozenset(["-nt", "-ot", "-ef"])


async def holds(shell: Interpreter, condition: Condition) -> bool:
    """Evaluate the inside of ``[[ ]]``; raises Problem."""
    if isinstance(condition, Not):
        return not await holds(shell, condition.operand)
    if isinstance(condition, Both):
        left = await holds(shell, condition.left)
        if left == (condition.operator == "||"):
            return left
        return await holds(shell, condition.right)
    if isinstance(condition, Unary):
        return unary(shell, condition.operator, await shell.expander.text(condition.operand))
    return await _binary(shell, condition)


async def _binary(shell: Interpreter, condition: Binary) -> bool:
    operator = condition.operator
    left = await shell.expander.text(condition.left)
    if operator in ("=", "==", "!="):
        pattern = await shell.expander.pattern(condition.right)
        return patterns.matches(pattern, left) == (operator != "!=")
    if operator == "=~":
        return _matches_regex(shell, left, await shell.expander.regex(condition.right))
    right = await shell.expander.text(condition.right)
    if operator in COMPARISONS:
        return COMPARISONS[operator](
            evaluate(left, shell.expander), evaluate(right, shell.expander)
        )
    if operator in FILE_COMPARISONS:
        return compare_files(shell, operator, left, right)
    return left < right if operator == "<" else left > right


def _matches_regex(shell: Interpreter, text: str, expression: str) -> bool:
    try:
        compiled = posix(expression, extended=True, budget=shell.limits.regex)
        match = compiled.search(text)
    except RegexError:
        raise Problem("", 2) from None
    except RegexTimeout:
        raise LimitExceeded("limit exceeded: time for a regular expression", 2) from None
    groups = [match.group(), *match.groups("")] if match else []
    shell.variables.set_elements("BASH_REMATCH", dict(enumerate(groups)))
    return match is not None


def unary(shell: Interpreter, operator: str, text: str) -> bool:
    """Evaluate ``-z text`` and its like."""
    if operator == "-z":
        return not text
    if operator == "-n":
        return bool(text)
    if operator == "-v":
        name, bracket, index = text.partition("[")
        if bracket:
            elements = shell.elements(name)
            index = index.rstrip("]")
            return bool(elements) if index in "@*" else evaluate(index, shell.expander) in elements
        return shell.parameter(text) is not None
    if operator == "-o":
        return bool(getattr(shell.options, text, False))
    if operator == "-t":
        return shell.session.interactive and text in ("0", "1", "2")
    if operator in ("-L", "-h"):
        status = shell.files.status(text, follow=False)
        return status is not None and status.kind == "l"
    kind = shell.files.kind(text)
    if operator in ("-e", "-a"):
        return bool(kind)
    if operator == "-f":
        return kind == "f"
    if operator == "-s":
        return kind == "d" or (kind == "f" and _size(shell, text) > 0)
    if shell.session.tree is not None:
        if operator in ("-r", "-w", "-x"):
            return bool(kind) and shell.files.may(text, operator[1])
        if operator in ("-O", "-G", "-N"):
            status = shell.files.status(text)
            return status is not None and (operator != "-O" or status.owner == shell.host.user)
    if operator == "-r":
        return bool(kind)
    if operator == "-x":
        return kind == "d"
    return operator in ("-d", "-c", "-p") and operator[1] == kind


def _size(shell: Interpreter, path: str) -> int:
    status = shell.files.status(path)
    if status is not None:
        return status.size
    try:
        return len(shell.host.read_file(shell.files.absolute(path)))
    except OSError:
        return 0


def compare_files(shell: Interpreter, operator: str, left: str, right: str) -> bool:
    """Evaluate ``-nt``, ``-ot``, ``-ef``; a console's files have no times of their own."""
    times = [shell.files.status(path) for path in (left, right)]
    if times[0] is not None and times[1] is not None and operator != "-ef":
        newer, older = times if operator == "-nt" else reversed(times)
        return newer.changed > older.changed  # type: ignore[union-attr]
    there = bool(shell.files.kind(left)), bool(shell.files.kind(right))
    if operator == "-ef":
        absolute = shell.files.absolute
        return all(there) and normpath(absolute(left)) == normpath(absolute(right))
    return there == ((True, False) if operator == "-nt" else (False, True))
