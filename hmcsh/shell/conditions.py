"""Conditions of ``[[ ]]``, ``[`` and ``test``: bash(1) CONDITIONAL EXPRESSIONS."""

from __future__ import annotations

from collections.abc import Callable
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
    kind = shell.files.kind(text)
    if operator in ("-e", "-a", "-r"):
        return bool(kind)
    if operator == "-f":
        return kind == "f"
    if operator == "-s":
        return kind == "d" or (kind == "f" and _size(shell, text) > 0)
    if operator == "-x":
        return kind == "d"
    return operator in ("-d", "-c", "-p") and operator[1] == kind


def _size(shell: Interpreter, path: str) -> int:
    try:
        return len(shell.host.read_file(shell.files.absolute(path)))
    except OSError:
        return 0


def compare_files(shell: Interpreter, operator: str, left: str, right: str) -> bool:
    """Evaluate ``-nt``, ``-ot``, ``-ef``; the console's files have no times of their own."""
    there = bool(shell.files.kind(left)), bool(shell.files.kind(right))
    if operator == "-ef":
        return all(there) and shell.files.absolute(left) == shell.files.absolute(right)
    return there == ((True, False) if operator == "-nt" else (False, True))
