"""What of a command line may be written down: no passwords, no control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MASK = "*****"

_NAMED = re.compile(r"(passw\w*\+?=|^--\w*passwd).+", re.DOTALL | re.IGNORECASE)
_FLAG = re.compile(r"--?\w*pass\w*", re.IGNORECASE)
_SECRET = re.compile(r"pass(?:w|\b)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"""((?:[^'"\\|;&\n]|\\.|'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))*)""", re.DOTALL
)
_WORD = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))+""", re.DOTALL)
_QUOTING = re.compile(r"""['"\\]""")
_PLAIN = re.compile(r"\s*[\w./-]+(?:\s[^$`()<>]*)?", re.DOTALL)


def masked(words: Iterable[str]) -> Iterator[str]:
    """The words of a command with `*****` in the place of passwords.

    A password follows an option that is named for it, or `-v` where something else names it
    (`chhmcusr -t passwd -v ...`), or stands behind `passwd=` in a record.
    """
    words = list(words)
    value = "-v" if any(_SECRET.search(word) for word in words) else None
    before = ""
    for word in words:
        if _FLAG.fullmatch(before) or (before and before == value):
            yield MASK
        elif value and word.startswith(value) and word != value:
            yield value + MASK
        elif "=" not in word and _SECRET.search(word) and any(c.isspace() for c in word):
            yield MASK  # a command line inside a word
        else:
            yield _NAMED.sub(rf"\g<1>{MASK}", word)
        before = word


def masked_line(line: str) -> str:
    """A command line as it was typed, or a script, with `*****` in the place of passwords.

    Beside a command that takes one, everything else is masked as a whole: it may be where the
    password comes from (`echo ... | chhmcusr -t passwd`).
    """
    if not _SECRET.search(_QUOTING.sub("", line)):
        return line
    parts = _BETWEEN.split(line)
    return "".join(_masked_part(part) if at % 2 else part for at, part in enumerate(parts))


def _masked_part(part: str) -> str:
    if not part.strip():
        return part
    if not _PLAIN.fullmatch(part) or not _SECRET.search(_QUOTING.sub("", part)):
        spaces = part[: len(part) - len(part.lstrip())]
        return spaces + MASK + part[len(part.rstrip()) :]
    typed = _WORD.findall(part)
    meant = [_QUOTING.sub("", word) for word in typed]
    pairs = zip(typed, meant, masked(meant), strict=True)
    shown = iter([old if bare == new else new for old, bare, new in pairs])
    return _WORD.sub(lambda _: next(shown), part)


def escaped(text: str) -> str:
    r"""Text in which what cannot be printed is shown as in a program: ``\x1b``, ``\n``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
