"""Patterns of file names, ``case``, ``[[ == ]]`` and ``${x#pattern}``: bash(1) Pattern Matching.

A pattern is text in which a backslash makes the next character ordinary.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any

from hmcsh.shell.regexes import Regex, RegexError, RegexTimeout, Shape, bracket

# Seconds for all the replacements in one value.
_LONGEST = 0.1
_SPECIAL = re.compile(r"[*?\[\\]")
_QUOTABLE = re.compile(r"([*?\[\]\\!^-])")


def escape(text: str) -> str:
    """Return the pattern that matches exactly ``text``."""
    return _QUOTABLE.sub(r"\\\1", text)


def has_magic(pattern: str) -> bool:
    """Tell whether ``pattern`` holds a character that makes it more than a name."""
    return bool(re.search(r"(?:^|[^\\])(?:\\\\)*[*?]|(?:^|[^\\])(?:\\\\)*\[.*\]", pattern))


def unescape(pattern: str) -> str:
    """Return the text of a pattern without special characters."""
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)


@lru_cache(maxsize=1024)
def _shape(pattern: str, before: str, after: str) -> Shape:
    pieces: list[str] = []
    stars = 0
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            if not (pieces and pieces[-1] == ".*"):
                pieces.append(".*")
                stars += 1
        elif character == "?":
            pieces.append(".")
        elif character == "\\" and at < len(pattern):
            pieces.append(re.escape(pattern[at]))
            at += 1
        elif character == "[":
            source, at = _bracket(pattern, at)
            pieces.append(source)
        else:
            pieces.append(re.escape(character))
    return Shape(before + "".join(pieces) + after, stars, False, False, before.count("("))


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    """Translate a bracket expression of a pattern; an unclosed one is an ordinary ``[``."""
    # A pattern, unlike a regular expression, may quote inside brackets.
    end = at
    plain: list[str] = []
    while end < len(pattern):
        if pattern[end] == "\\" and end + 1 < len(pattern):
            plain.append(pattern[end + 1])
            end += 2
            continue
        if pattern[end] == "[" and pattern[end + 1 : end + 2] in (":", ".", "="):
            closing = pattern.find(pattern[end + 1] + "]", end + 2)
            if closing > 0:
                plain.append(pattern[end : closing + 2])
                end = closing + 2
                continue
        if pattern[end] == "]" and plain and plain not in (["!"], ["^"]):
            try:
                source, _ = bracket("".join(plain) + "]", 0)
            except RegexError:
                break
            return source, end + 1
        plain.append(pattern[end])
        end += 1
    return r"\[", at


def compile_pattern(pattern: str, before: str = r"\A", after: str = r"\Z") -> Regex:
    """Return the expression for ``pattern`` between two pieces of Python syntax."""
    return Regex(_shape(pattern, before, after), extent=False)


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole of ``text`` matches ``pattern``."""
    if not _SPECIAL.search(pattern):
        return pattern == text
    return compile_pattern(pattern).match(text) is not None


def remove(operator: str, pattern: str, text: str) -> str:
    """Apply ``#``, ``##``, ``%`` or ``%%``: take a matching beginning or end off ``text``."""
    if operator == "##":
        match = compile_pattern(pattern, after="").match(text)
        return text[match.end() :] if match else text
    if operator == "#":
        shape = _shape(pattern, r"\A", "")
        lazy = Shape(_lazy(shape.source), shape.quantifiers, False, False, 0)
        match = Regex(lazy, extent=False).match(text)
        return text[match.end() :] if match else text
    before = r"\A(.*)" if operator == "%" else r"\A(.*?)"
    shape = _shape(pattern, before, r"\Z")
    match = Regex(Shape(shape.source, shape.quantifiers + 1, False, False, 1), extent=False).match(
        text
    )
    return text[: match.end(1)] if match else text


def _lazy(source: str) -> str:
    """Make the stars of a translated pattern take as little as they can."""
    return re.sub(r"((?:^|[^\\])(?:\\\\)*\.\*)", r"\1?", source)


def substitute(operator: str, pattern: str, replacement: str, text: str) -> str:
    """Apply ``${text/pattern/replacement}`` with its forms ``//``, ``/#`` and ``/%``."""
    before, after = "", ""
    if operator == "/" and pattern[:1] == "#":
        before, pattern = r"\A", pattern[1:]
    elif operator == "/" and pattern[:1] == "%":
        after, pattern = r"\Z", pattern[1:]
    if not pattern and not (before or after):
        return text
    if not _SPECIAL.search(pattern) and not before and not after:
        return text.replace(pattern, replacement, -1 if operator == "//" else 1)
    return replace(compile_pattern(pattern, before, after), replacement, text, operator == "//")


def replace(expression: Regex, replacement: str, text: str, everywhere: bool) -> str:
    """Put ``replacement`` in the place of the first match, or of every match, in ``text``."""
    pieces: list[str] = []
    at = 0
    end_of_time = time.perf_counter() + _LONGEST
    while at <= len(text):
        if not len(pieces) % 512 and time.perf_counter() > end_of_time:
            raise RegexTimeout
        match: Any = expression.search(text, at)
        if match is None:
            break
        start, end = match.span()
        if start == end and everywhere and start == len(text) and at:
            break
        pieces.append(text[at:start])
        pieces.append(replacement)
        if end == start:
            pieces.append(text[start : start + 1])
            end += 1
        at = end
        if not everywhere:
            break
    pieces.append(text[at:])
    return "".join(pieces)
