"""expr."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call, UsageError
from hmcsh.shell.regexes import RegexError, RegexTimeout, posix
from hmcsh.shell.registry import tool

_INTEGER = re.compile(r"-?\d{1,1000}")
_LEVELS: list[list[str]] = [
    ["|"], ["&"], ["<", "<=", "=", "==", "!=", ">=", ">"], ["+", "-"], ["*", "/", "%"], [":"],
]  # fmt: skip
_TROUBLE = 2
_DEEPEST = 50


@tool("expr")
async def expr(call: Call) -> int:
    """Evaluate an expression of arguments; status 1 if the value is empty or 0."""
    args = call.args[1:] if call.args[:1] == ["--"] else call.args
    if not args:
        call.complain("missing operand")
        return _TROUBLE
    value = _Expression(args).run()
    call.out(f"{value}\n")
    return int(value == "" or bool(re.fullmatch(r"-?0+", value)))


class _Expression:
    def __init__(self, args: list[str]) -> None:
        self.args = args
        self.at = 0
        self.depth = 0

    def run(self) -> str:
        value = self._level(0)
        if self.at < len(self.args):
            raise UsageError(f"syntax error: unexpected argument '{self.args[self.at]}'", _TROUBLE)
        return value

    def _level(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._primary()
        left = self._level(level + 1)
        while self.at < len(self.args) and self.args[self.at] in _LEVELS[level]:
            operator = self.args[self.at]
            self.at += 1
            left = self._apply(operator, left, self._level(level + 1))
        return left

    def _next(self) -> str:
        if self.at >= len(self.args):
            last = self.args[-1]
            raise UsageError(f"syntax error: missing argument after '{last}'", _TROUBLE)
        self.at += 1
        return self.args[self.at - 1]

    def _primary(self) -> str:
        word = self._next()
        more = self.at < len(self.args)
        if word == "(":
            self.depth += 1
            if self.depth > _DEEPEST:
                raise UsageError("syntax error: too deep", _TROUBLE)
            value = self._level(0)
            self.depth -= 1
            if self._next() != ")":
                raise UsageError("syntax error: expecting ')'", _TROUBLE)
            return value
        if word == ")":
            raise UsageError("syntax error: unexpected ')'", _TROUBLE)
        if word == "+" and more:
            return self._next()
        if word == "length" and more:
            return str(len(self._primary()))
        if word == "match" and more:
            text = self._primary()
            return self._apply(":", text, self._primary())
        if word == "index" and more:
            text, characters = self._primary(), self._primary()
            return str(min((text.find(c) + 1 for c in characters if c in text), default=0))
        if word == "substr" and more:
            text, position, length = self._primary(), self._primary(), self._primary()
            if not (_INTEGER.fullmatch(position) and _INTEGER.fullmatch(length)):
                return ""
            first, count = int(position), int(length)
            return text[first - 1 : first - 1 + count] if first > 0 and count > 0 else ""
        return word

    def _apply(self, operator: str, left: str, right: str) -> str:
        if operator == "|":
            return left if not _null(left) else right if not _null(right) else "0"
        if operator == "&":
            return left if not _null(left) and not _null(right) else "0"
        if operator == ":":
            return _match(left, right)
        if operator in _LEVELS[2]:
            return str(int(_compare(operator, left, right)))
        if not (_INTEGER.fullmatch(left) and _INTEGER.fullmatch(right)):
            raise UsageError("non-integer argument", _TROUBLE)
        a, b = int(left), int(right)
        if operator in "/%":
            if not b:
                raise UsageError("division by zero", _TROUBLE)
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return str(quotient if operator == "/" else a - b * quotient)
        return str(a + b if operator == "+" else a - b if operator == "-" else a * b)


def _null(text: str) -> bool:
    return text == "" or bool(re.fullmatch(r"-?0+", text))


def _compare(operator: str, left: str, right: str) -> bool:
    a: int | str = left
    b: int | str = right
    if _INTEGER.fullmatch(left) and _INTEGER.fullmatch(right):
        a, b = int(left), int(right)
    if operator in ("=", "=="):
        return a == b
    if operator == "!=":
        return a != b
    first, second = (a, b) if operator[0] == "<" else (b, a)
    return first < second or (operator[1:] == "=" and a == b)  # type: ignore[operator]


def _match(text: str, expression: str) -> str:
    try:
        regex = posix(expression, extended=False)
        match = regex.match(text)
    except RegexError as problem:
        raise UsageError(str(problem), _TROUBLE) from None
    except RegexTimeout:
        raise UsageError("limit exceeded: time for a regular expression", _TROUBLE) from None
    if regex.groups:
        return (match.group(1) or "") if match else ""
    return str(match.end() if match else 0)
