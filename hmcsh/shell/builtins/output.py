"""``echo`` and ``printf``."""

from __future__ import annotations

import contextlib
import re

from hmcsh.shell.arithmetic import number, wrap
from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.quoting import backslashed
from hmcsh.shell.registry import builtin

_ESCAPE = re.compile(r"\\(?:0([0-7]{0,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(.))", re.DOTALL)
_FORMAT_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(.))", re.DOTALL
)
_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\",
}  # fmt: skip
_SPECIFICATION = re.compile(r"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([hlLjzt]*)(.)?", re.DOTALL)


class _Stop(Exception):  # noqa: N818
    """``\\c``: no more output; the text up to it."""


def unescape(text: str, pattern: re.Pattern[str] = _ESCAPE) -> tuple[str, bool]:
    """Decode backslash escapes; return the text and whether ``\\c`` cut it off."""
    pieces: list[str] = []
    at = 0
    for match in pattern.finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
        octal, hexadecimal, code_point, letter = match.groups()
        if letter == "c" and pattern is _ESCAPE:
            return "".join(pieces), True
        if letter is not None:
            quote = pattern is _FORMAT_ESCAPE and letter in "\"'?"
            pieces.append(letter if quote else _LETTERS.get(letter, "\\" + letter))
        elif code_point is not None:
            pieces.append(chr(int(code_point, 16)))
        else:
            value = int(hexadecimal, 16) if hexadecimal else int(octal or "0", 8) & 255
            pieces.append(chr(value) if value < 128 else chr(0xDC00 + value))
    pieces.append(text[at:])
    return "".join(pieces), False


@builtin("echo")
async def echo(call: Call) -> int:
    """Write arguments."""
    args = call.args
    newline, escapes = "\n", False
    first = 0
    while first < len(args) and re.fullmatch(r"-[neE]+", args[first]):
        for letter in args[first][1:]:
            if letter == "n":
                newline = ""
            else:
                escapes = letter == "e"
        first += 1
    text = " ".join(args[first:])
    if escapes:
        text, cut = unescape(text)
        newline = "" if cut else newline
    call.out(text + newline)
    return 0


@builtin("printf")
async def printf(call: Call) -> int:
    """Write arguments under the control of a format."""
    shell = call.shell
    args = list(call.args)
    variable = None
    if args[:1] == ["-v"]:
        if len(args) < 2:
            raise Problem("-v: option requires an argument", 2)
        variable = args[1]
        if not re.fullmatch(r"[A-Za-z_]\w*", variable):
            raise Problem(f"`{variable}': not a valid identifier", 2)
        args = args[2:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        shell.error("printf: usage: printf [-v var] format [arguments]")
        return 2
    if args[0][:1] == "-" and len(args[0]) > 1:
        shell.error(f"printf: {args[0][:2]}: invalid option")
        shell.stderr.write("printf: usage: printf [-v var] format [arguments]\n")
        return 2
    formatter = _Formatter(call, args[0], args[1:])
    text = await formatter.run()
    if variable is None:
        call.out(text)
    else:
        call.assign(variable, text)
    return formatter.status


class _Formatter:
    """Applies a format again and again until the arguments are used up."""

    def __init__(self, call: Call, text: str, args: list[str]) -> None:
        self.call = call
        self.text = text
        self.args = args
        self.used = 0
        self.status = 0
        self.pieces: list[str] = []
        self.size = 0

    async def run(self) -> str:
        with contextlib.suppress(_Stop):
            while True:
                before = self.used
                self._once()
                if self.used >= len(self.args) or self.used == before:
                    break
                await self.call.shell.meter.breathe()
        return "".join(self.pieces)

    def _put(self, text: str) -> None:
        self.size += len(text)
        if self.size > self.call.shell.limits.value:
            raise Problem(f"limit exceeded: {self.call.shell.limits.value} characters of one word")
        self.pieces.append(text)

    def _next(self) -> str | None:
        if self.used < len(self.args):
            self.used += 1
            return self.args[self.used - 1]
        self.used += 1
        return None

    def _once(self) -> None:
        at = 0
        text = self.text
        while at < len(text):
            percent = text.find("%", at)
            if percent < 0:
                percent = len(text)
            self._put(unescape(text[at:percent], _FORMAT_ESCAPE)[0])
            at = percent
            if at >= len(text):
                break
            match = _SPECIFICATION.match(text, at)
            if match is None:  # pragma: no cover (the expression matches any "%")
                break
            at = match.end()
            self._convert(match)

    def _size_of(self, text: str | None) -> int | None:
        if text is None:
            return None
        value = self._integer(self._next()) if text == "*" else int(text[:9])
        if abs(value) > self.call.shell.limits.value:
            raise Problem(f"limit exceeded: {self.call.shell.limits.value} characters of one word")
        return value

    def _convert(self, match: re.Match[str]) -> None:
        flags, width_text, precision_text, _, kind = match.groups()
        if kind == "%":
            self._put("%")
            return
        if kind is None or kind not in "sbqcdiouxXeEfFgG":
            shown = match.group() if kind is None else kind
            message = "missing format character" if kind is None else "invalid format character"
            self.call.shell.error(f"printf: `{shown}': {message}")
            self.status = 1
            raise _Stop
        width = self._size_of(width_text)
        dotted = "." in match.group()
        precision = self._size_of(precision_text) if precision_text else (0 if dotted else None)
        if width is not None and width < 0:
            flags, width = flags + "-", -width
        argument = self._next()
        if kind in "sbqc":
            text = self._string(kind, argument or "", precision)
            self._pad(text, flags, width)
            if kind == "b" and argument and unescape(argument)[1]:
                raise _Stop
            return
        value: int | float = self._float(argument) if kind in "eEfFgG" else self._integer(argument)
        if kind in "ouxX" and value < 0:
            value = int(value) & ((1 << 64) - 1)
        kind = "d" if kind in "iu" else kind
        size = "" if width is None else str(width)
        accuracy = "" if precision is None or precision < 0 else f".{precision}"
        self._put(f"%{flags}{size}{accuracy}{kind}" % value)

    def _string(self, kind: str, text: str, precision: int | None) -> str:
        if kind == "c":
            return text[:1]
        if kind == "b":
            text = unescape(text)[0]
        elif kind == "q":
            text = backslashed(text)
        return text if precision is None or precision < 0 else text[:precision]

    def _pad(self, text: str, flags: str, width: int | None) -> None:
        if width is not None:
            text = text.ljust(width) if "-" in flags else text.rjust(width)
        self._put(text)

    def _bad_number(self, text: str) -> None:
        self.call.shell.error(f"printf: {text}: invalid number")
        self.status = 1

    def _integer(self, text: str | None) -> int:
        if not text:
            return 0
        if text[0] in "'\"":
            return ord(text[1]) if len(text) > 1 else 0
        match = re.match(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)", text)
        if match is None:
            self._bad_number(text)
            return 0
        digits = match.group(2)
        if match.end() != len(text):
            self._bad_number(text)
        elif re.match("0[0-9]*[89]", digits):
            self._bad_number(text)
            digits = re.split("[89]", digits)[0]
        if len(digits) > 20:
            return (1 << 63) - 1 if match.group(1) != "-" else -(1 << 63)
        value = number(digits) if digits[0] == "0" else int(digits)
        return max(-(1 << 63), -value) if match.group(1) == "-" else _clamped(value)

    def _float(self, text: str | None) -> float:
        if not text:
            return 0.0
        if text[0] in "'\"":
            return float(ord(text[1])) if len(text) > 1 else 0.0
        match = re.match(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text)
        if match is None:
            self._bad_number(text)
            return 0.0
        if match.end() != len(text):
            self._bad_number(text)
        return float(match.group())


def _clamped(value: int) -> int:
    return value if value == wrap(value) else (1 << 63) - 1
