"""Arithmetic of ``$(( ))``, ``(( ))``, ``let`` and subscripts: bash(1) ARITHMETIC EVALUATION.

64-bit integers that wrap, as in C.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from hmcsh.shell.errors import Problem

_TOKEN = re.compile(
    r"\s*(?:(\d+#[0-9a-zA-Z@_]+|0[xX][0-9a-fA-F]*|\d+[a-zA-Z_]*)|([A-Za-z_]\w*)"
    r"|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!~&^|?:,()\[\]]))"
)
_BINARY = {
    "||": 3, "&&": 4, "|": 5, "^": 6, "&": 7, "==": 8, "!=": 8, "<": 9, ">": 9, "<=": 9, ">=": 9,
    "<<": 10, ">>": 10, "+": 11, "-": 11, "*": 12, "/": 12, "%": 12, "**": 13,
}  # fmt: skip
_ASSIGNING = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>="])
_DIGITS = {c: i for i, c in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")}
_DEEPEST = 60
_LONGEST = 1 << 16


class Names(Protocol):
    """Where arithmetic finds and leaves the values of variables."""

    def number_text(self, name: str, index: int | None) -> str:
        """Return the text of a variable or an element, ``''`` if it is unset."""
        ...

    def set_number(self, name: str, index: int | None, value: int) -> None:
        """Assign a number."""
        ...


def wrap(value: int) -> int:
    """Return ``value`` as a 64-bit integer."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def number(text: str) -> int:
    """Return the value of a constant: decimal, 0octal, 0xhexadecimal, base#digits."""
    base_text, mark, digits = text.partition("#")
    if mark:
        base = int(base_text[:4])
        if not 2 <= base <= 64:
            raise Problem("invalid arithmetic base")
        if base <= 36:
            digits = digits.lower()
    elif text[:2] in ("0x", "0X"):
        base, digits = 16, text[2:].lower()
    elif text[0] == "0" and len(text) > 1:
        base, digits = 8, text[1:]
    else:
        base, digits = 10, text
    value = 0
    for character in digits:
        digit = _DIGITS.get(character, 99)
        if base > 36:
            order = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_"
            digit = order.find(character)
        if digit >= base:
            raise Problem("value too great for base")
        value = (value * base + digit) % (1 << 64)
    return wrap(value)


class _Evaluator:
    """Evaluates one expression while it reads it; ``skip`` counts branches not taken."""

    def __init__(self, text: str, names: Names, depth: int) -> None:
        self.text = text
        self.names = names
        self.depth = depth
        self.nesting = 0
        self.at = 0
        self.skip = 0
        self.kind = ""
        self.token = ""
        self.start = 0
        self._next()

    def error(self, text: str, rest: str | None = None) -> Problem:
        """Return the error with the rest of the text, as bash words it."""
        token = self.text[self.start :] if rest is None else rest
        return Problem(f'{self.text.strip()}: {text} (error token is "{token}")')

    def _next(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            self.start = self.at
            self.kind = self.token = ""
            if self.text[self.at :].strip():
                self.start = len(self.text) - len(self.text[self.at :].lstrip())
                raise self.error("syntax error: invalid arithmetic operator")
            return
        index = match.lastindex or 0
        self.kind = ("number", "name", "operator")[index - 1]
        self.token = match.group(index)
        self.start = match.start(index)
        self.at = match.end()

    def run(self) -> int:
        if not self.kind:
            return 0
        value = self._comma()
        if self.kind:
            if self.token == "=":
                raise self.error("attempted assignment to non-variable")
            raise self.error("syntax error in expression")
        return value

    def _comma(self) -> int:
        value = self._ternary()
        while self.token == ",":
            self._next()
            value = self._ternary()
        return value

    def _ternary(self) -> int:
        self.nesting += 1
        if self.nesting > _DEEPEST:
            raise Problem(f"{self.text[:40]}: expression recursion level exceeded")
        condition = self._binary(3)
        if self.token == "?":
            self._next()
            self.skip += not condition
            first = self._comma()
            self.skip -= not condition
            if self.token != ":":
                raise self.error("`:' expected for conditional expression")
            self._next()
            self.skip += bool(condition)
            second = self._ternary()
            self.skip -= bool(condition)
            condition = first if condition else second
        self.nesting -= 1
        return condition

    def _binary(self, lowest: int) -> int:
        left = self._unary()
        while (level := _BINARY.get(self.token, 0)) >= lowest and self.kind == "operator":
            operator = self.token
            self._next()
            if operator in ("&&", "||"):
                decided = (not left) if operator == "&&" else bool(left)
                self.skip += decided
                right = self._binary(level + 1)
                self.skip -= decided
                left = int(bool(left) and bool(right) if operator == "&&" else bool(left or right))
                continue
            start = self.start
            right = self._binary(level if operator == "**" else level + 1)
            left = 0 if self.skip else self._apply(operator, left, right, start)
        return left

    def _apply(self, operator: str, left: int, right: int, start: int) -> int:
        if operator in ("/", "%"):
            if right == 0:
                raise self.error("division by 0", self.text[start:])
            quotient = abs(left) // abs(right)
            quotient = quotient if (left < 0) == (right < 0) else -quotient
            return wrap(quotient if operator == "/" else left - quotient * right)
        if operator == "**":
            if right < 0:
                raise self.error("exponent less than 0", self.text[start:])
            return wrap(pow(left, right, 1 << 64))
        if operator == "<<":
            return wrap(left << (right & 63))
        if operator == ">>":
            return left >> (right & 63)
        return wrap(_SIMPLE[operator](left, right))

    def _unary(self) -> int:
        token = self.token
        if self.kind != "operator":
            return self._postfix()
        self.nesting += 1
        if self.nesting > _DEEPEST:
            raise Problem(f"{self.text[:40]}: expression recursion level exceeded")
        if token in ("++", "--"):
            value = self._increment(1 if token == "++" else -1)
        elif token in ("+", "-", "!", "~"):
            self._next()
            operand = self._unary()
            value = {"+": operand, "-": wrap(-operand), "!": int(not operand), "~": ~operand}[token]
        elif token == "(":
            self._next()
            value = self._comma()
            if self.token != ")":
                raise self.error("missing `)'")
            self._next()
        else:
            raise self.error("syntax error: operand expected")
        self.nesting -= 1
        return value

    def _increment(self, by: int) -> int:
        self._next()
        if self.kind != "name":
            # "--5" is minus minus five.
            return self._unary()
        name, index = self._name()
        value = wrap(self._value(name, index) + by)
        self._assign(name, index, value)
        return value

    def _name(self) -> tuple[str, int | None]:
        name = self.token
        self._next()
        if self.token != "[":
            return name, None
        self._next()
        index = self._comma()
        if self.token != "]":
            raise self.error("bad array subscript")
        self._next()
        return name, index

    def _postfix(self) -> int:
        if self.kind == "number":
            try:
                value = number(self.token)
            except Problem as problem:
                raise self.error(problem.text) from None
            self._next()
            return value
        if self.kind != "name":
            raise self.error("syntax error: operand expected")
        name, index = self._name()
        token = self.token
        if token in _ASSIGNING:
            self._next()
            start = self.start
            value = self._ternary()
            if token != "=" and not self.skip:
                value = self._apply(token[:-1], self._value(name, index), value, start)
            self._assign(name, index, value)
            return value
        value = self._value(name, index)
        if token in ("++", "--"):
            self._next()
            self._assign(name, index, wrap(value + (1 if token == "++" else -1)))
        return value

    def _assign(self, name: str, index: int | None, value: int) -> None:
        if not self.skip:
            self.names.set_number(name, index, value)

    def _value(self, name: str, index: int | None) -> int:
        if self.skip:
            return 0
        text = self.names.number_text(name, index)
        if not text:
            return 0
        if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < 19:
            return int(text)
        if self.depth > 30:
            raise self.error("expression recursion level exceeded")
        return _Evaluator(text, self.names, self.depth + 1).run()


_SIMPLE: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
}


def evaluate(text: str, names: Names) -> int:
    """Return the value of an expression; raises Problem with bash's text."""
    if len(text) > _LONGEST:
        raise Problem(f"limit exceeded: {_LONGEST} characters of one expression")
    return _Evaluator(text, names, 0).run()
