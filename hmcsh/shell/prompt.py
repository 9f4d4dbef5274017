"""Prompt strings: bash(1) PROMPTING."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

PS1 = r"\u@\h:\w> "
PS2 = "> "
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_ESCAPE = re.compile(r"\\(?:([0-7]{3})|(.))", re.DOTALL)


def decode(shell: Interpreter, text: str) -> str:
    """Return a prompt string as it is shown: with its backslash escapes replaced.

    The Korn shell replaces variables instead.
    ``\\[`` and ``\\]`` enclose what has no width; here they simply vanish.
    """
    if shell.session.dialect.korn:
        return _VARIABLE.sub(lambda match: shell.parameter(match[1] or match[2]) or "", text)
    now = shell.host.now()
    short = shell.short_directory()
    fixed = {
        "u": shell.host.user,
        "h": shell.host.hostname.partition(".")[0],
        "H": shell.host.hostname,
        "w": short,
        "W": short.rpartition("/")[2] or short,
        "$": "#" if shell.host.user == "root" else "$",
        "n": "\n",
        "r": "\r",
        "a": "\a",
        "e": "\x1b",
        "s": shell.session.name,
        "v": "3.1",
        "V": "3.1.17",
        "j": str(len(shell.jobs.listed())),
        "l": "pts/0",
        "!": "1",
        "#": "1",
        "d": now.strftime("%a %b %d"),
        "t": now.strftime("%H:%M:%S"),
        "T": now.strftime("%I:%M:%S"),
        "@": now.strftime("%I:%M %p"),
        "A": now.strftime("%H:%M"),
        "[": "",
        "]": "",
        "\\": "\\",
    }

    def one(match: re.Match[str]) -> str:
        octal, letter = match.groups()
        if octal:
            return chr(int(octal, 8) & 0x7F)
        return fixed.get(letter, "\\" + letter)

    return _ESCAPE.sub(one, text)
