"""Brace expansion, bash(1) Brace Expansion: ``a{b,c}d`` and ``{1..5}``, before all others."""

from __future__ import annotations

import re
from itertools import pairwise

from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.nodes import Literal, Part, Word
from hmcsh.shell.words import make_word

_NUMBERS = re.compile(r"(-?\d{1,18})\.\.(-?\d{1,18})(?:\.\.(-?\d{1,18}))?")
_LETTERS = re.compile(r"([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,18}))?")

_DEEPEST = 50

# A word as a sequence of single unquoted characters and of whole other parts.
_Item = str | Part


def expand_braces(word: Word, limit: int) -> list[Word]:
    """Return the words that ``word`` stands for, itself if no brace in it is an expansion.

    Raises LimitExceeded for more than ``limit`` words.
    """
    items: list[_Item] = []
    depth = 0
    for part in word.parts:
        if not isinstance(part, Literal):
            items.append(part)
            continue
        items.extend(part.text)
        for character in part.text:
            depth += (character == "{") - (character == "}")
            if depth > _DEEPEST:
                raise LimitExceeded(f"limit exceeded: {_DEEPEST} braces inside one another")
    expanded = _expand(items, limit)
    if len(expanded) == 1 and expanded[0] == items:
        return [Word(word.parts, word.source, word.fixed)]
    return [make_word(_parts(sequence), word.source) for sequence in expanded]


def _parts(items: list[_Item]) -> list[Part]:
    parts: list[Part] = []
    run: list[str] = []
    for item in items:
        if isinstance(item, str):
            run.append(item)
            continue
        if run:
            parts.append(Literal("".join(run)))
            run = []
        parts.append(item)
    if run:
        parts.append(Literal("".join(run)))
    return parts


def _expand(items: list[_Item], limit: int) -> list[list[_Item]]:
    at = 0
    while True:
        try:
            start = items.index("{", at)
        except ValueError:
            return [items]
        end, commas = _closing(items, start)
        if end is None:
            at = start + 1
            continue
        inner = items[start + 1 : end]
        if commas:
            bounds = [start, *commas, end]
            pieces = [
                piece
                for left, right in pairwise(bounds)
                for piece in _expand(items[left + 1 : right], limit)
            ]
        else:
            sequence = _sequence(inner, limit)
            if sequence is None:
                # Braces that are no expansion may still hold one: {a{b,c}}.
                heads = [[*items[: start + 1], *piece] for piece in _expand(inner, limit)]
                tails = _expand(items[end:], limit)
                return _product(heads, tails, limit)
            pieces = sequence
        heads = [[*items[:start], *piece] for piece in pieces]
        return _product(heads, _expand(items[end + 1 :], limit), limit)


def _product(heads: list[list[_Item]], tails: list[list[_Item]], limit: int) -> list[list[_Item]]:
    if len(heads) * len(tails) > limit:
        raise LimitExceeded(f"limit exceeded: {limit} words of one expansion")
    return [[*head, *tail] for head in heads for tail in tails]


def _closing(items: list[_Item], start: int) -> tuple[int | None, list[int]]:
    """Return where the brace at ``start`` closes, and its commas."""
    depth = 0
    commas: list[int] = []
    for at in range(start + 1, len(items)):
        item = items[at]
        if item == "{":
            depth += 1
        elif item == "}":
            if not depth:
                return at, commas
            depth -= 1
        elif item == "," and not depth:
            commas.append(at)
    return None, []


def _sequence(inner: list[_Item], limit: int) -> list[list[_Item]] | None:
    texts = [item for item in inner if isinstance(item, str)]
    if len(texts) != len(inner):
        return None
    text = "".join(texts)
    if match := _NUMBERS.fullmatch(text):
        first, last, step = match.groups()
        width = 0
        if any(re.match(r"-?0\d", number) for number in (first, last)):
            width = max(len(first), len(last))
        numbers = _range(int(first), int(last), step, limit)
        return [list(f"{number:0{width}d}") for number in numbers]
    if match := _LETTERS.fullmatch(text):
        first, last, step = match.groups()
        return [[chr(code)] for code in _range(ord(first), ord(last), step, limit)]
    return None


def _range(first: int, last: int, step_text: str | None, limit: int) -> range:
    step = abs(int(step_text or 1)) or 1
    if abs(last - first) // step >= limit:
        raise LimitExceeded(f"limit exceeded: {limit} words of one expansion")
    return range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
