"""POSIX regular expressions, regex(7), on the engines that Python has.

An expression is translated once. Matching goes to :mod:`re` where the shape of the expression
bounds its work, and to :mod:`regex` with a time limit where it does not: nested quantifiers,
back-references, several quantifiers on a long line. ``regex`` also finds the longest of several
alternatives, as POSIX wants, where ``re`` takes the first.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

# What :mod:`re` may do in one search: about this many steps of some 5-10 ns.
_SAFE_STEPS = 4_000_000
_LONGEST = 8192
_MAXIMUM_COUNT = 32767
_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": r"\ \t\n\r\f\v", "blank": r"\ \t", "punct": "!-/:-@\\[-`{-~", "print": r"\ -~",
    "graph": "!-~", "cntrl": r"\x00-\x1f\x7f", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_SHORTHANDS = {
    "w": r"\w", "W": r"\W", "s": r"\s", "S": r"\S", "b": r"\b", "B": r"\B",
    "<": r"\b(?=\w)", ">": r"\b(?<=\w)", "`": r"\A", "'": r"\Z",
}  # fmt: skip
_INTERVAL = re.compile(r"(\d*)(,?)(\d*)")
_CLASS_NAME = re.compile(r"\[:([a-z]*):\]|\[([.=])(.)\2\]", re.DOTALL)


class RegexError(Exception):
    """An expression that cannot be compiled; the text is GNU's."""


class RegexTimeout(Exception):  # noqa: N818
    """An expression needs more time than a command may take."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A translated expression: its source for Python and what bounds its work."""

    source: str
    quantifiers: int
    nested: bool
    alternatives: bool
    groups: int


def bracket(text: str, at: int) -> tuple[str, int]:
    """Translate the bracket expression behind the ``[`` at ``at - 1``; return it and its end.

    Raises RegexError if it is not closed or a range or class in it is wrong.
    """
    negated = text[at : at + 1] in ("^", "!") and text[at : at + 1] != ""
    if negated:
        at += 1
    pieces: list[str] = []
    first = True
    while True:
        if at >= len(text):
            raise RegexError("Unmatched [, [^, [:, [., or [=")
        character = text[at]
        if character == "]" and not first:
            break
        first = False
        if character == "[" and (match := _CLASS_NAME.match(text, at)):
            name, _, single = match.groups()
            if name is not None and name not in _CLASSES:
                raise RegexError("Invalid character class name")
            pieces.append(_CLASSES[name] if name is not None else re.escape(single))
            at = match.end()
            continue
        end = text[at + 2 : at + 3]
        if text[at + 1 : at + 2] == "-" and end not in ("]", ""):
            if end < character:
                raise RegexError("Invalid range end")
            pieces.append(f"{_escape(character)}-{_escape(end)}")
            at += 3
        else:
            pieces.append(_escape(character))
            at += 1
    return ("[^" if negated else "[") + "".join(pieces) + "]", at + 1


def _escape(character: str) -> str:
    return character if character.isalnum() else "\\" + character


class _Translator:
    """Rewrites one basic or extended expression for Python."""

    def __init__(self, text: str, extended: bool, escapes: bool) -> None:
        self.text = text
        self.at = 0
        self.extended = extended
        self.escapes = escapes
        self.out: list[str] = []
        self.atom: int | None = None  # where in out the last atom begins
        self.quantified = False  # whether that atom has a quantifier already
        self.heavy = False  # whether that atom is a group with quantifiers or alternatives
        self.open: list[tuple[int, int, bool]] = []  # out index, quantifiers, alternatives
        self.quantifiers = 0
        self.nested = False
        self.alternatives = False
        self.groups = 0
        self.closed: set[int] = set()
        self.numbers: list[int] = []

    def run(self) -> Shape:
        while self.at < len(self.text):
            self._step(self.text[self.at])
        if self.open:
            raise RegexError("Unmatched ( or \\(")
        return Shape(
            "".join(self.out), self.quantifiers, self.nested, self.alternatives, self.groups
        )

    def _step(self, character: str) -> None:
        if character == "\\":
            self._escaped()
        elif character == "[":
            source, self.at = bracket(self.text, self.at + 1)
            self._add(source)
        elif character == ".":
            self._literal(".")
        elif character == "*":
            if self.atom is None:
                if self.extended and self.out and self.out[-1] not in ("(", "|", r"\A"):
                    raise RegexError("Invalid preceding regular expression")
                self._literal(r"\*")
            else:
                self._quantify("*", 1)
        elif character in "^$":
            self._anchor(character)
        elif self.extended and character in "+?{()|":
            self._operator(character, 1)
        else:
            self._literal(_escape(character))

    def _escaped(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if not following:
            raise RegexError("Trailing backslash")
        if not self.extended and following in "+?{()|":
            self._operator(following, 2)
            return
        self.at += 1
        if following.isdigit() and following != "0":
            number = int(following)
            if number not in self.closed:
                raise RegexError("Invalid back reference")
            self.nested = True
            self._literal(f"(?:\\{number})")
        elif following in _SHORTHANDS:
            source = _SHORTHANDS[following]
            if following in "wWsS":
                self._literal(source)
            else:
                self._literal(source)
                self.atom = None
        elif self.escapes and following in "nt":
            self._literal("\\" + following)
        else:
            self._literal(_escape(following))

    def _operator(self, character: str, width: int) -> None:
        if character == "(":
            self.groups += 1
            self.numbers.append(self.groups)
            self.open.append((len(self.out), self.quantifiers, self.alternatives))
            self.alternatives = False
            if len(self.open) > 100:
                raise RegexError("Regular expression too big")
            self._add("(", width)
            self.atom = None
        elif character == ")":
            if not self.open:
                if self.extended:
                    self._literal(r"\)", width)
                    return
                raise RegexError("Unmatched ) or \\)")
            start, before, alternatives = self.open.pop()
            self.closed.add(self.numbers.pop())
            self._add(")", width)
            self.atom = start
            self.heavy = self.quantifiers > before or self.alternatives
            self.alternatives = self.alternatives or alternatives
        elif character == "|":
            self._add("|", width)
            self.atom = None
            self.alternatives = True
        elif character == "{":
            self._interval(width)
        elif self.atom is None:
            self._literal("\\" + character, width)
        else:
            self._quantify(character, width)

    def _interval(self, width: int) -> None:
        closing = "}" if self.extended else "\\}"
        end = self.text.find(closing, self.at + width)
        match = _INTERVAL.fullmatch(self.text[self.at + width : end]) if end >= 0 else None
        valid = match is not None and (match.group(1) or match.group(2))
        if self.atom is None or not valid or match is None:
            if self.extended:
                self._literal(r"\{", width)
                return
            if self.atom is None:
                raise RegexError("Invalid preceding regular expression")
            raise RegexError("Unmatched \\{" if end < 0 else "Invalid content of \\{\\}")
        low, comma, high = match.groups()
        if any(int(n[:9]) > _MAXIMUM_COUNT for n in (low, high) if n):
            raise RegexError("Regular expression too big")
        if low and high and int(low) > int(high):
            raise RegexError("Invalid content of \\{\\}")
        self._quantify(f"{{{low or 0}{comma}{high}}}", end + len(closing) - self.at)

    def _quantify(self, source: str, width: int) -> None:
        """Put a quantifier behind the last atom; one behind another is put around it."""
        if self.atom is None:
            raise RegexError("Invalid preceding regular expression")
        if self.quantified:
            self.out[self.atom :] = ["(?:" + "".join(self.out[self.atom :]) + ")"]
            self.heavy = True
        if source != "?":
            self.nested = self.nested or self.heavy
            self.quantifiers += 1
        self.out.append(source)
        self.at += width
        self.quantified = True

    def _anchor(self, character: str) -> None:
        text = self.text
        if self.extended:
            special = True
        elif character == "^":
            special = self.at == 0 or text[self.at - 2 : self.at] in ("\\(", "\\|")
        else:
            special = self.at == len(text) - 1 or text[self.at + 1 : self.at + 3] in ("\\)", "\\|")
        if special:
            self._add(r"\A" if character == "^" else r"\Z", 1)
            self.atom = None
        else:
            self._literal("\\" + character)

    def _literal(self, source: str, width: int = 1) -> None:
        self._add(source, width)

    def _add(self, source: str, width: int = 0) -> None:
        self.atom = len(self.out)
        self.out.append(source)
        self.quantified = self.heavy = False
        self.at += width


@lru_cache(maxsize=512)
def translate(text: str, extended: bool, escapes: bool = False) -> Shape:
    """Translate a POSIX expression; ``escapes`` makes ``\\n`` and ``\\t`` special, as sed does."""
    if len(text) > _LONGEST:
        raise RegexError("Regular expression too big")
    return _Translator(text, extended, escapes).run()


@lru_cache(maxsize=512)
def _compiled(source: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(source, flags | re.DOTALL)
    except (re.error, OverflowError, RecursionError) as problem:
        raise RegexError("Invalid regular expression") from problem


@lru_cache(maxsize=128)
def _timed(source: str, ignore_case: bool, longest: bool) -> Any:
    flags = regex.DOTALL | regex.VERSION0
    if ignore_case:
        flags |= regex.IGNORECASE
    if longest:
        flags |= regex.POSIX
    try:
        return regex.compile(source, flags)
    except (regex.error, OverflowError, RecursionError) as problem:
        raise RegexError("Invalid regular expression") from problem


class Regex:
    """An expression ready to match, with its own budget of time.

    ``extent`` says that it matters how far a match reaches, not only whether there is one.
    """

    __slots__ = ("_budget", "_ignore_case", "_plain", "_safe", "_shape", "_slow")

    def __init__(
        self, shape: Shape, *, ignore_case: bool = False, extent: bool = True, budget: float = 0.25
    ) -> None:
        self._shape = shape
        self._ignore_case = ignore_case
        self._budget = budget
        self._plain = _compiled(shape.source, re.IGNORECASE if ignore_case else 0)
        self._slow: Any = None
        if shape.nested or (extent and shape.alternatives):
            self._safe = -1
        else:
            self._safe = int(_SAFE_STEPS ** (1 / (shape.quantifiers + 1)))

    @property
    def groups(self) -> int:
        """The number of groups."""
        return self._shape.groups

    def search(self, text: str, at: int = 0) -> Any:
        """Return the leftmost match from ``at`` or None; raises RegexTimeout."""
        if len(text) <= self._safe:
            return self._plain.search(text, at)
        return self._carefully("search", text, at)

    def match(self, text: str, at: int = 0) -> Any:
        """Return the match that begins at ``at`` or None; raises RegexTimeout."""
        if len(text) <= self._safe:
            return self._plain.match(text, at)
        return self._carefully("match", text, at)

    def _carefully(self, method: str, text: str, at: int) -> Any:
        if self._slow is None:
            longest = self._shape.alternatives
            self._slow = _timed(self._shape.source, self._ignore_case, longest)
        if self._budget <= 0:
            raise RegexTimeout
        start = time.perf_counter()
        try:
            return getattr(self._slow, method)(text, at, timeout=self._budget)
        except (TimeoutError, MemoryError):
            raise RegexTimeout from None
        finally:
            spent = time.perf_counter() - start
            if spent > 0.002:
                self._budget -= spent


def posix(
    text: str,
    *,
    extended: bool,
    ignore_case: bool = False,
    extent: bool = True,
    escapes: bool = False,
    budget: float = 0.25,
) -> Regex:
    """Compile a POSIX expression; raises RegexError."""
    shape = translate(text, extended, escapes)
    return Regex(shape, ignore_case=ignore_case, extent=extent, budget=budget)
