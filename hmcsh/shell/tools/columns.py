"""Tools that work on characters and columns: cut and tr."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.registry import tool

_RANGE = re.compile(r"(\d*)(-?)(\d*)")
# Characters that are changed before other sessions may run.
_PIECE = 4096
_ENDLESS = 1 << 60


def _ranges(text: str, what: str) -> list[tuple[int, int]]:
    """Parse a list like ``1,3-5,7-`` into sorted, merged ranges that begin at 0."""
    found: list[tuple[int, int]] = []
    for item in re.split(r"[, ]", text):
        match = _RANGE.fullmatch(item)
        if match is None or not (match.group(1) or match.group(3)):
            raise UsageError(f"invalid {what} value '{item}'" if item else f"invalid {what} list")
        low, dash, high = match.groups()
        first = int(low[:15]) if low else 1
        last = first if not dash else int(high[:15]) if high else _ENDLESS
        if first == 0:
            raise UsageError(
                "fields are numbered from 1"
                if what == "field"
                else "byte/character positions are numbered from 1"
            )
        if last < first:
            raise UsageError("invalid decreasing range")
        found.append((first - 1, last))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _complement(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []
    at = 0
    for first, last in ranges:
        if first > at:
            gaps.append((at, first))
        at = last
    if at < _ENDLESS:
        gaps.append((at, _ENDLESS))
    return gaps


@tool("cut")
async def cut(call: Call) -> int:
    """Copy some fields or characters of each line."""
    long = {
        "delimiter=": "d", "fields=": "f", "characters=": "c", "bytes=": "b",
        "only-delimited": "s", "output-delimiter=": "O", "complement": "C",
    }  # fmt: skip
    options, paths = scan_options(call.args, "d:f:c:b:snO:C", long)
    chosen = dict(options)
    lists = [letter for letter in "fcb" if letter in chosen]
    if not lists:
        raise UsageError("you must specify a list of bytes, characters, or fields")
    if len(lists) > 1:
        raise UsageError("only one type of list may be specified")
    kind = lists[0]
    delimiter = chosen.get("d", "\t")
    if "d" in chosen and kind != "f":
        raise UsageError("an input delimiter may be specified only when operating on fields")
    if len(delimiter) != 1:
        raise UsageError("the delimiter must be a single character")
    ranges = _ranges(chosen[kind], "field" if kind == "f" else "byte or character position")
    if "C" in chosen:
        ranges = _complement(ranges)
    joiner = chosen.get("O", delimiter if kind == "f" else "")

    def part(line: str) -> str | None:
        if kind != "f":
            return joiner.join(line[first:last] for first, last in ranges)
        if delimiter not in line:
            return None if "s" in chosen else line
        fields = line.split(delimiter)
        return joiner.join(field for first, last in ranges for field in fields[first:last])

    readers, failed = await call.inputs(paths)
    for _, source in readers:
        while batch := await source.batch():
            parts = [text for line in batch if (text := part(line)) is not None]
            if parts:
                call.out("\n".join(parts) + "\n")
            await call.flush()
    return int(failed)


# ------------------------------------------------------------------------------------------ tr

_CLASSES = {
    "alpha": r"[A-Za-z]", "digit": r"[0-9]", "alnum": r"[A-Za-z0-9]", "upper": r"[A-Z]",
    "lower": r"[a-z]", "space": r"[ \t\n\r\f\v]", "blank": r"[ \t]", "cntrl": r"[\x00-\x1f\x7f]",
    "punct": r"[!-/:-@\[-`{-~]", "print": r"[ -~]", "graph": r"[!-~]", "xdigit": r"[0-9A-Fa-f]",
}  # fmt: skip
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
}  # fmt: skip
_BYTES = "".join(map(chr, range(256)))


def _unescaped(text: str) -> list[tuple[str, bool]]:
    """Return (character, whether it was escaped) of a set."""
    found: list[tuple[str, bool]] = []
    for match in re.finditer(r"\\([0-7]{1,3})|\\(.)|(.)", text, re.DOTALL):
        octal, escaped, plain = match.groups()
        if octal:
            found.append((chr(int(octal, 8) & 255), True))
        elif escaped:
            found.append((_ESCAPES.get(escaped, escaped), True))
        else:
            found.append((plain, False))
    return found


def expand_set(text: str, length: int | None = None) -> str:
    """Return the characters of a set; ``[x*]`` fills it up to ``length``."""
    items = _unescaped(text)
    plain = "".join(c if not escaped else "\0" for c, escaped in items)
    out: list[str] = []
    at = 0
    while at < len(items):
        if match := re.compile(r"\[:([a-z]+):\]").match(plain, at):
            if match.group(1) not in _CLASSES:
                raise UsageError(f"invalid character class '{match.group(1)}'")
            out.extend(re.findall(_CLASSES[match.group(1)], _BYTES))
            at = match.end()
        elif match := re.compile(r"\[(.)\*(\d*)\]", re.DOTALL).match(plain, at):
            digits = match.group(2)[:6] or "0"
            count = int(digits, 8) if re.fullmatch("0[0-7]*", digits) else int(digits)
            have = sum(map(len, out))
            count = count or max((length or 0) - have - (len(items) - match.end()), 0)
            out.append(items[at + 1][0] * min(count, 65536))
            at = match.end()
        elif at + 2 < len(items) and items[at + 1] == ("-", False):
            first, last = items[at][0], items[at + 2][0]
            if last < first:
                raise UsageError(
                    f"range-endpoints of '{first}-{last}' are in reverse collating sequence order"
                )
            if ord(last) - ord(first) > 65536:
                raise UsageError(f"range '{first}-{last}' too large")
            out.extend(map(chr, range(ord(first), ord(last) + 1)))
            at += 3
        else:
            out.append(items[at][0])
            at += 1
    return "".join(out)


@tool("tr")
async def tr(call: Call) -> int:
    """Replace, drop or squeeze characters."""
    long = {"delete": "d", "squeeze-repeats": "s", "complement": "c", "truncate-set1": "t"}
    options, sets = scan_options(call.args, "dscCt", long, permute=False)
    letters = {letter for letter, _ in options}
    complement = bool(letters & {"c", "C"})
    delete, squeeze = "d" in letters, "s" in letters
    if not sets:
        raise UsageError("missing operand")
    needed = 1 if delete != squeeze else 2
    if len(sets) < needed or (len(sets) < 2 and not (delete or squeeze)):
        raise UsageError(f"missing operand after '{sets[-1]}'")
    if len(sets) > 2 or (delete and not squeeze and len(sets) > 1):
        raise UsageError(f"extra operand '{sets[2 if len(sets) > 2 else 1]}'")
    change = _Change(sets, complement, delete, squeeze, "t" in letters)
    while text := await call.stdin.readline():
        for at in range(0, len(text), _PIECE):
            call.out(change(text[at : at + _PIECE]))
            await call.flush()
    return 0


class _Change:
    """What one call of tr does to text; keeps the last character for squeezing."""

    def __init__(
        self, sets: list[str], complement: bool, delete: bool, squeeze: bool, truncate: bool
    ) -> None:
        first = expand_set(sets[0])
        second = expand_set(sets[1], len(first)) if len(sets) > 1 else ""
        self.first = frozenset(first)
        self.complement = complement
        self.delete = delete
        self.translate = len(sets) > 1 and not delete
        self.squeezed = frozenset(second if len(sets) > 1 else first) if squeeze else None
        self.squeeze_outside = complement and len(sets) == 1
        self.last = ""
        self.fill = second[-1:] or ""
        self.table: dict[int, str] = {}
        if self.translate and not complement:
            if not second:
                raise UsageError("when not truncating set1, string2 must be non-empty")
            if truncate:
                first = first[: len(second)]
            second = second.ljust(len(first), self.fill)
            # Of a character that is named twice the last meaning counts.
            self.table = {ord(a): b for a, b in zip(first, second, strict=False)}

    def _inside(self, character: str) -> bool:
        return (character in self.first) != self.complement

    def __call__(self, text: str) -> str:
        if self.delete:
            text = "".join(c for c in text if not self._inside(c))
        elif self.translate and self.complement:
            text = "".join(self.fill if self._inside(c) else c for c in text)
        elif self.translate:
            text = text.translate(self.table)
        if self.squeezed is None:
            return text
        out: list[str] = []
        for character in text:
            wanted = (character in self.squeezed) != self.squeeze_outside
            if character != self.last or not wanted:
                out.append(character)
            self.last = character
        return "".join(out)
