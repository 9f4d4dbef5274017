"""``read``."""

from __future__ import annotations

import asyncio
import re

from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import Problem
from hmcsh.shell.expansion import separators
from hmcsh.shell.redirections import reader
from hmcsh.shell.registry import builtin
from hmcsh.shell.streams import Reader

_TIMED_OUT = 142
# One character of input, and whether a backslash stood before it.
_Character = tuple[str, bool]
# Input, as it is where no character of it was quoted.
_Text = str | list[_Character]


@builtin("read")
async def read(call: Call) -> int:
    """Read a line and split it into variables."""
    shell = call.shell
    try:
        options, names = scan_options(call.args, "rsep:n:t:a:d:u:i:", permute=False)
    except UsageError as problem:
        letter = problem.text[-2]
        invalid = problem.text.startswith("invalid")
        reason = "invalid option" if invalid else "option requires an argument"
        shell.error(f"read: -{letter}: {reason}")
        if invalid:
            shell.stderr.write(_USAGE)
        return 2
    chosen = dict(options)
    for name in [*names, *([chosen["a"]] if "a" in chosen else [])]:
        if not re.fullmatch(r"[A-Za-z_]\w*(\[[^]]*\])?", name):
            raise Problem(f"`{name}': not a valid identifier")
    source = reader(shell.io.get(_number(chosen.get("u", "0"), "invalid file descriptor")))
    if "p" in chosen and shell.session.interactive:
        shell.stderr.write(chosen["p"])
        await shell.stderr.drain()
    raw = "r" in chosen
    limit = _number(chosen["n"], "invalid number") if "n" in chosen else None
    delimiter = chosen.get("d", "\n")[:1] or "\0"
    timeout = _seconds(chosen["t"]) if "t" in chosen else None
    status = 0
    try:
        async with asyncio.timeout(timeout):
            characters, ended = await _characters(source, delimiter, raw, limit)
    except TimeoutError:
        characters, ended, status = "", False, _TIMED_OUT
    ifs = shell.variables.get("IFS")
    ifs = " \t\n" if ifs is None else ifs
    if "a" in chosen:
        texts = _split(characters, ifs, None)
        shell.variables.set_elements(chosen["a"], dict(enumerate(texts)))
    elif names:
        texts = _split(characters, ifs, len(names))
        for name, text in zip(names, texts, strict=True):
            _set(call, name, text)
    else:
        call.assign("REPLY", "".join(character[0] for character in characters))
    return status or int(ended)


_USAGE = (
    "read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] "
    "[-p prompt] [-t timeout] [-u fd] [name ...]\n"
)


def _number(text: str, message: str) -> int:
    if not text.isdigit():
        raise Problem(f"{text}: {message}")
    return int(text[:9])


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d+\.?\d*|\.\d+", text):
        raise Problem(f"{text}: invalid timeout specification")
    return min(float(text), 1e8)


def _set(call: Call, name: str, text: str) -> None:
    base, bracket, index = name.partition("[")
    if bracket:
        number = call.shell.expander_number(index.rstrip("]"))
        call.shell.variables.set_element(base, max(number, 0), text)
    else:
        call.assign(name, text)


async def _characters(
    source: Reader, delimiter: str, raw: bool, limit: int | None
) -> tuple[_Text, bool]:
    """Read up to ``delimiter``; the second value tells whether the input ended before it."""
    found: list[_Character] = []
    if limit is not None:
        return await _counted(source, delimiter, raw, limit)
    while True:
        text = await source.read_until(delimiter)
        ended = not text.endswith(delimiter)
        body = text if ended else text[:-1]
        if not found and (raw or "\\" not in body):
            return body, ended
        if not _unquote(found, body, delimiter, ended):
            return found, ended


def _unquote(found: list[_Character], body: str, delimiter: str, ended: bool) -> bool:
    """Add ``body`` to what was found; tell whether a backslash makes the next line part of it."""
    at = 0
    while at < len(body):
        quoted = body[at] == "\\"
        at += quoted
        if at < len(body):
            if not (quoted and body[at] == "\n"):
                found.append((body[at], quoted))
        elif not ended:
            if delimiter != "\n":
                found.append((delimiter, True))
            return True
        at += 1
    return False


async def _counted(
    source: Reader, delimiter: str, raw: bool, limit: int
) -> tuple[list[_Character], bool]:
    found: list[_Character] = []
    while len(found) < limit:
        character = await source.read_characters(1)
        if not character:
            return found, True
        if character == delimiter:
            break
        if character == "\\" and not raw:
            escaped = await source.read_characters(1)
            if escaped and escaped != "\n":
                found.append((escaped, True))
            continue
        found.append((character, False))
    return found, False


def _split(characters: _Text, ifs: str, count: int | None) -> list[str]:
    """Split into fields: ``count`` of them, the last with all the rest, or as many as there are."""
    if isinstance(characters, str):
        return _split_text(characters, ifs, count)
    blank = {c for c in ifs if c in " \t\n"}
    hard = {c for c in ifs if c not in " \t\n"}

    def is_in(at: int, kind: set[str]) -> bool:
        return at < len(characters) and not characters[at][1] and characters[at][0] in kind

    fields: list[str] = []
    at = 0
    while is_in(at, blank):
        at += 1
    while at < len(characters) and (count is None or len(fields) < count - 1):
        start = at
        while at < len(characters) and not is_in(at, blank) and not is_in(at, hard):
            at += 1
        fields.append("".join(c for c, _ in characters[start:at]))
        at = _skip_delimiter(is_in, at, blank, hard)
    if count is None:
        return fields
    end = len(characters)
    while end > at and is_in(end - 1, blank):
        end -= 1
    first = at
    while first < end and not is_in(first, blank) and not is_in(first, hard):
        first += 1
    if first < end and _skip_delimiter(is_in, first, blank, hard) >= end:
        # One field and its delimiter are left: the delimiter goes.
        end = first
    fields.append("".join(c for c, _ in characters[at:end]))
    return fields + [""] * (count - len(fields))


def _split_text(text: str, ifs: str, count: int | None) -> list[str]:
    """Do as :func:`_split` where nothing is quoted."""
    expression = separators(ifs)
    if expression is None:
        return [text] + [""] * ((count or 1) - 1) if text or count else []
    blank = "".join(c for c in ifs if c in " \t\n")
    text = text.lstrip(blank) if blank else text
    fields: list[str] = []
    at = 0
    while at < len(text) and (count is None or len(fields) < count - 1):
        match = expression.search(text, at)
        fields.append(text[at : match.start() if match else len(text)])
        at = match.end() if match else len(text)
    if count is None:
        return fields
    rest = text[at:].rstrip(blank) if blank else text[at:]
    match = expression.search(rest)
    if match and match.end() == len(rest):
        # One field and its delimiter are left: the delimiter goes.
        rest = rest[: match.start()]
    fields.append(rest)
    return fields + [""] * (count - len(fields))


def _skip_delimiter(is_in, at: int, blank: set[str], hard: set[str]) -> int:  # type: ignore[no-untyped-def]
    while is_in(at, blank):
        at += 1
    if is_in(at, hard):
        at += 1
        while is_in(at, blank):
            at += 1
    return at
