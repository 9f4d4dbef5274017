"""sort."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.registry import tool

_TROUBLE = 2
_KEY = re.compile(r"(\d+)(?:\.(\d+))?([bdfgihnMrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgihnMrV]*))?")
_NUMBER = re.compile(r"[ \t]*(-?)(\d*)(?:\.(\d*))?")
_GENERAL = re.compile(r"[ \t]*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
_BLANK_FIELD = re.compile(r"[ \t]*[^ \t]*")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_SUFFIXES = " KMGTPEZY"


@dataclass(frozen=True, slots=True)
class _Key:
    first: int
    first_character: int
    last: int | None
    last_character: int
    flags: str


def _parse_key(text: str) -> _Key:
    match = _KEY.fullmatch(text)
    if match is None:
        raise UsageError(f"invalid field specification '{text}'", _TROUBLE)
    first, character, flags, last, last_character, last_flags = match.groups()
    if int(first[:9]) == 0:
        raise UsageError(f"field number is zero: invalid field specification '{text}'", _TROUBLE)
    return _Key(
        int(first[:9]) - 1,
        int((character or "1")[:9]) - 1,
        int(last[:9]) - 1 if last else None,
        int((last_character or "0")[:9]),
        flags + (last_flags or ""),
    )


@tool("sort")
async def sort(call: Call) -> int:
    """Sort lines in the order of their characters' codes (the C locale)."""
    long = {
        "reverse": "r", "numeric-sort": "n", "unique": "u", "ignore-case": "f", "key=": "k",
        "field-separator=": "t", "ignore-leading-blanks": "b", "stable": "s", "check": "c",
        "dictionary-order": "d", "general-numeric-sort": "g", "human-numeric-sort": "h",
        "version-sort": "V", "month-sort": "M", "output=": "o",
    }  # fmt: skip
    options, paths = scan_options(call.args, "bdfghimMnrsuVck:t:o:S:T:", long, status=_TROUBLE)
    letters = {letter for letter, _ in options}
    if "o" in letters and call.shell.session.tree is None:
        call.output(dict(options)["o"], _TROUBLE)
    separator = dict(options).get("t")
    if separator == "\\0":
        separator = "\0"
    if separator is not None and len(separator) != 1:
        text = f"multi-character tab '{separator}'" if separator else "empty tab"
        raise UsageError(text, _TROUBLE)
    flags = "".join(letters & set("bdfghinrMV"))
    keys = [_parse_key(value) for letter, value in options if letter == "k"]
    readers, failed = await call.inputs(paths)
    lines: list[str] = []
    size = 0
    for _, source in readers:
        while batch := await source.batch():
            lines.extend(batch)
            size += sum(map(len, batch))
            if size > call.shell.limits.held:
                raise LimitExceeded(
                    f"sort: limit exceeded: {call.shell.limits.held} characters held"
                )
            await call.shell.meter.breathe()
    order = _Order(keys, flags, separator, stable=bool(letters & {"s", "u"}))
    if "c" in letters:
        return _check(call, lines, order, unique="u" in letters)
    decorated = await order.sorted(call, lines)
    if "u" in letters:
        decorated = [
            item
            for at, item in enumerate(decorated)
            if not at or order.compare(decorated[at - 1], item) != 0
        ]
    output = call.output(dict(options)["o"], _TROUBLE) if "o" in letters else call.stdout
    for at in range(0, len(decorated), 500):
        output.write("".join(line + "\n" for _, line in decorated[at : at + 500]))
        await output.drain()
        await call.flush()
    return _TROUBLE if failed else 0


def _check(call: Call, lines: list[str], order: _Order, *, unique: bool) -> int:
    for at in range(1, len(lines)):
        result = order.compare(order.decorate(lines[at - 1]), order.decorate(lines[at]))
        if result > 0 or (unique and result == 0):
            call.complain(f"-:{at + 1}: disorder: {lines[at]}")
            return 1
    return 0


_Item = tuple[tuple[object, ...], str]
_PIECE = 2000


def _by_values(item: _Item) -> Any:
    return item[0]


def _by_all(item: _Item) -> Any:
    return item


class _Order:
    """The order that options and keys make."""

    def __init__(self, keys: list[_Key], flags: str, separator: str | None, *, stable: bool):
        self.keys = keys
        self.flags = flags
        self.separator = separator
        self.stable = stable
        # A key with flags of its own does not take the global ones.
        self.key_flags = [key.flags if key.flags.strip("b") else flags + key.flags for key in keys]
        if not keys:
            self.key_flags = [flags]
        self.reverse = "r" in flags

    def decorate(self, line: str) -> _Item:
        """Return the values that a line is compared by, and the line."""
        if not self.keys:
            return (_value(self.flags)(line),), line
        fields = self._fields(line)
        return tuple(
            _value(flags)(self._cut(line, fields, key, flags))
            for key, flags in zip(self.keys, self.key_flags, strict=True)
        ), line

    def _fields(self, line: str) -> list[tuple[int, int]]:
        bounds: list[tuple[int, int]] = []
        at = 0
        if self.separator is not None:
            for text in line.split(self.separator):
                bounds.append((at, at + len(text)))
                at += len(text) + 1
            return bounds
        while at < len(line):
            match = _BLANK_FIELD.match(line, at)
            end = match.end() if match else len(line)
            bounds.append((at, end))
            at = end
        return bounds

    def _cut(self, line: str, fields: list[tuple[int, int]], key: _Key, flags: str) -> str:
        if key.first >= len(fields):
            return ""
        start, stop = fields[key.first]
        if "b" in flags:
            while start < stop and line[start] in " \t":
                start += 1
        start = start + key.first_character
        if key.last is None or key.last >= len(fields):
            end = len(line)
        elif key.last_character:
            begin, stop = fields[key.last]
            if "b" in flags:
                while begin < stop and line[begin] in " \t":
                    begin += 1
            end = min(begin + key.last_character, stop)
        else:
            end = fields[key.last][1]
        return line[start:end]

    def compare(self, left: _Item, right: _Item) -> int:
        """Compare two decorated lines."""
        for flags, a, b in zip(self.key_flags, left[0], right[0], strict=True):
            if a != b:
                result = -1 if a < b else 1  # type: ignore[operator]
                return -result if "r" in flags else result
        if self.stable or left[1] == right[1]:
            return 0
        result = -1 if left[1] < right[1] else 1
        return -result if self.reverse else result

    async def sorted(self, call: Call, lines: list[str]) -> list[_Item]:
        """Return the decorated lines in order."""
        decorated: list[_Item] = []
        for line in lines:
            decorated.append(self.decorate(line))
            if not len(decorated) % 256:
                await call.shell.meter.breathe()
        key, reverse = self._sort_key()
        # In pieces, so that a long sort does not hold up the other sessions.
        pieces: list[list[_Item]] = []
        for at in range(0, len(decorated), _PIECE):
            pieces.append(sorted(decorated[at : at + _PIECE], key=key, reverse=reverse))
            await call.shell.meter.breathe()
        if len(pieces) < 2:
            return pieces[0] if pieces else []
        merged: list[_Item] = []
        for item in heapq.merge(*pieces, key=key, reverse=reverse):
            merged.append(item)
            if not len(merged) % 256:
                await call.shell.meter.breathe()
        return merged

    def _sort_key(self) -> tuple[Callable[[_Item], Any], bool]:
        """Return the key and the direction for sorted(); keys of both directions need compare."""
        if {"r" in flags for flags in self.key_flags} != {self.reverse}:
            return cmp_to_key(self.compare), False
        return (_by_values if self.stable else _by_all), self.reverse


def _value(flags: str) -> Callable[[str], object]:
    for letter, convert in _CONVERSIONS.items():
        if letter in flags:
            return convert

    def text(value: str) -> str:
        if "b" in flags:
            value = value.lstrip(" \t")
        if "d" in flags:
            value = re.sub(r"[^A-Za-z0-9 \t]", "", value)
        if "i" in flags:
            value = re.sub(r"[^ -~]", "", value)
        return value.upper() if "f" in flags else value

    return text


def _numeric(text: str) -> tuple[int, int, str]:
    """Return a value that orders numbers of any length exactly."""
    match = _NUMBER.match(text)
    if match is None:  # pragma: no cover (the expression matches everything)
        return (0, 0, "")
    sign, whole, fraction = match.groups()
    whole, fraction = whole.lstrip("0"), (fraction or "").rstrip("0")
    if not whole and not fraction:
        return (0, 0, "")
    digits = f"{whole}.{fraction}"
    if not sign:
        return (1, len(whole), digits)
    # Of negative numbers the longer and larger comes first.
    complement = digits.translate(str.maketrans("0123456789.", "9876543210/"))
    return (-1, -len(whole), complement + "~")


def _general(text: str) -> tuple[int, float]:
    match = _GENERAL.match(text)
    return (1, float(match.group())) if match else (0, 0.0)


def _human(text: str) -> tuple[int, float]:
    match = re.match(r"[ \t]*(-?)(\d*\.?\d*)([KMGTPEZYk]?)", text)
    if match is None or not match.group(2).strip("."):
        return (0, 0.0)
    value = float(match.group(2))
    rank = _SUFFIXES.index(match.group(3).upper() or " ")
    sign = -1 if match.group(1) else 1
    return (0, 0.0) if not value else (sign * (rank + 1), sign * value)


def _month(text: str) -> int:
    name = text.strip(" \t")[:3].upper()
    return _MONTHS.index(name) + 1 if name in _MONTHS else 0


def _version(text: str) -> list[tuple[int, int, str]]:
    pieces = re.findall(r"\d+|\D+", text)
    return [(1, int(p[:300]), "") if p[0].isdigit() and p.isascii() else (0, 0, p) for p in pieces]


_CONVERSIONS: dict[str, Callable[[str], object]] = {
    "n": _numeric,
    "g": _general,
    "h": _human,
    "M": _month,
    "V": _version,
}
