"""Text as input of the shell again: ``printf %q``, ``set``, ``declare -p``, ``set -x``."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./^~-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAMES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\E", "\a": "\\a", "\b": "\\b"}


def _ansi(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        character = match.group()
        if character in "\\'":
            return "\\" + character
        return _NAMES.get(character, f"\\{ord(character):03o}")

    return "$'" + re.sub(r"[\x00-\x1f\x7f\\']", one, text) + "'"


def quote(text: str) -> str:
    """Quote with single quotes where needed, as ``set -x`` and ``set`` do."""
    if _CONTROL.search(text):
        return _ansi(text)
    if _SAFE.fullmatch(text) and text[0] != "~":
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def backslashed(text: str) -> str:
    """Quote with backslashes where needed, as ``printf %q`` does."""
    if not text:
        return "''"
    if _CONTROL.search(text):
        return _ansi(text)
    quoted = re.sub(r"([^A-Za-z0-9_@%+=:./\-\x80-\U0010ffff])", r"\\\1", text)
    return "\\" + quoted if quoted[0] == "~" else quoted


def double(text: str) -> str:
    """Quote with double quotes, as ``declare -p`` does."""
    if _CONTROL.search(text):
        return _ansi(text)
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'
