"""``test`` and ``[``."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call
from hmcsh.shell.conditions import (
    COMPARISONS,
    FILE_COMPARISONS,
    UNARY,
    compare_files,
    unary,
)
from hmcsh.shell.errors import Problem
from hmcsh.shell.registry import builtin

_BINARY = frozenset(["=", "==", "!=", "<", ">", *COMPARISONS, *FILE_COMPARISONS])
_DEEPEST = 50


@builtin("test", "[")
async def test(call: Call) -> int:
    """Evaluate a condition: POSIX rules for up to four arguments, precedence for more."""
    args = call.args
    if call.name == "[":
        if args[-1:] != ["]"]:
            raise Problem("missing `]'", 2)
        args = args[:-1]
    return int(not _Test(call, args).run())


class _Test:
    def __init__(self, call: Call, args: list[str]) -> None:
        self.call = call
        self.args = args
        self.at = 0
        self.depth = 0

    def run(self) -> bool:
        return self._counted(self.args)

    def _counted(self, args: list[str]) -> bool:
        """Evaluate by the number of arguments, which is what makes ``[ "$x" = y ]`` safe."""
        if not args:
            return False
        if len(args) == 1:
            return bool(args[0])
        if len(args) == 2:
            if args[0] == "!":
                return not args[1]
            if args[0] in UNARY:
                return self._unary(args[0], args[1])
            raise Problem(f"{args[0]}: unary operator expected", 2)
        if len(args) == 3:
            return self._three(args)
        if len(args) == 4:
            if args[0] == "!":
                return not self._three(args[1:])
            if args[0] == "(" and args[3] == ")":
                return self._counted(args[1:3])
        value = self._or()
        if self.at < len(self.args):
            raise Problem("too many arguments", 2)
        return value

    def _three(self, args: list[str]) -> bool:
        left, operator, right = args
        if operator in _BINARY:
            return self._binary(left, operator, right)
        if operator == "-a":
            return bool(left) and bool(right)
        if operator == "-o":
            return bool(left) or bool(right)
        if left == "!":
            return not self._counted([operator, right])
        if left == "(" and right == ")":
            return bool(operator)
        raise Problem(f"{operator}: binary operator expected", 2)

    def _unary(self, operator: str, operand: str) -> bool:
        return unary(self.call.shell, operator, operand)

    def _binary(self, left: str, operator: str, right: str) -> bool:
        if operator in ("=", "=="):
            return left == right
        if operator == "!=":
            return left != right
        if operator in ("<", ">"):
            return left < right if operator == "<" else left > right
        if operator in FILE_COMPARISONS:
            return compare_files(self.call.shell, operator, left, right)
        return COMPARISONS[operator](_integer(left), _integer(right))

    # ------------------------------------------------- more than four arguments: precedence

    def _or(self) -> bool:
        value = self._and()
        while self._peek() == "-o":
            self.at += 1
            right = self._and()
            value = value or right
        return value

    def _and(self) -> bool:
        value = self._not()
        while self._peek() == "-a":
            self.at += 1
            right = self._not()
            value = value and right
        return value

    def _not(self) -> bool:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Problem("too many arguments", 2)
        if self._peek() == "!":
            self.at += 1
            value = not self._not()
        else:
            value = self._primary()
        self.depth -= 1
        return value

    def _primary(self) -> bool:
        rest = self.args[self.at :]
        if not rest:
            raise Problem("argument expected", 2)
        if len(rest) > 2 and rest[1] in _BINARY:
            self.at += 3
            return self._binary(*rest[:3])
        if rest[0] == "(":
            self.at += 1
            value = self._or()
            if self._peek() != ")":
                raise Problem("`)' expected", 2)
            self.at += 1
            return value
        if rest[0] in UNARY and len(rest) > 1:
            self.at += 2
            return self._unary(rest[0], rest[1])
        self.at += 1
        return bool(rest[0])

    def _peek(self) -> str | None:
        return self.args[self.at] if self.at < len(self.args) else None


def _integer(text: str) -> int:
    if not re.fullmatch(r"[ \t]*[+-]?\d{1,30}[ \t]*", text):
        raise Problem(f"{text}: integer expression expected", 2)
    return int(text)
