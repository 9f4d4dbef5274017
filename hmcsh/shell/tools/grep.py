"""grep, egrep, fgrep."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hmcsh.shell.call import Call, UsageError, count_of, scan_options
from hmcsh.shell.files import reason
from hmcsh.shell.regexes import Regex, RegexError, RegexTimeout, Shape, translate
from hmcsh.shell.registry import tool
from hmcsh.shell.streams import Reader

_TROUBLE = 2
_SHORT = "EFGPivclLnoqshHwxm:e:f:A:B:C:aUyz"
_LONG = {
    "extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "ignore-case": "i",
    "invert-match": "v", "count": "c", "files-with-matches": "l", "files-without-match": "L",
    "line-number": "n", "only-matching": "o", "quiet": "q", "silent": "q", "no-messages": "s",
    "no-filename": "h", "with-filename": "H", "word-regexp": "w", "line-regexp": "x",
    "max-count=": "m", "regexp=": "e", "file=": "f", "after-context=": "A",
    "before-context=": "B", "context=": "C", "text": "a", "perl-regexp": "P",
}  # fmt: skip


@dataclass(slots=True)
class _Search:
    """What one call looks for, and how it shows what it finds."""

    letters: set[str]
    before: int = 0
    after: int = 0
    most: int | None = None
    prefix: bool = False
    matched: bool = False
    shown_any: bool = False
    regexes: list[Regex] = field(default_factory=list)
    selects: Callable[[str], bool] = bool


@tool("grep", "egrep", "fgrep")
async def grep(call: Call) -> int:
    """Select lines that match a pattern; status 0 if any did, 1 if none, 2 for trouble."""
    args = [re.sub(r"^-(\d+)$", r"-C\1", arg) for arg in call.args if arg[:7] != "--color"]
    options, operands = scan_options(args, _SHORT, _LONG, status=_TROUBLE)
    search = _Search({letter for letter, _ in options})
    expressions: list[str] = []
    for letter, value in options:
        if letter == "e":
            expressions.extend(value.split("\n"))
        elif letter == "f":
            try:
                text = (
                    await call.shell.files.read(value)
                    if value != "-"
                    else (await call.stdin.read())
                )
            except OSError as problem:
                raise UsageError(f"{value}: {reason(problem)}", _TROUBLE) from None
            expressions.extend(text.removesuffix("\n").split("\n") if text else [])
        elif letter in "ABC":
            number = count_of(value, "context length argument", _TROUBLE)
            search.after = number if letter in "AC" else search.after
            search.before = number if letter in "BC" else search.before
        elif letter == "m":
            search.most = count_of(value, "max count", _TROUBLE)
    if "P" in search.letters:
        raise UsageError("-P: not supported", _TROUBLE)
    if not {"e", "f"} & search.letters:
        if not operands:
            call.shell.stderr.write(f"Usage: {call.name} [OPTION]... PATTERNS [FILE]...\n")
            return _TROUBLE
        expressions = operands.pop(0).split("\n")
    _compile(call, search, expressions)
    readers, failed = await call.inputs(operands)
    search.prefix = ("H" in search.letters or len(operands) > 1) and "h" not in search.letters
    try:
        for name, source in readers:
            await _one_file(call, search, "(standard input)" if name == "-" else name, source)
            if search.matched and "q" in search.letters:
                return 0
    except RegexTimeout:
        raise UsageError("limit exceeded: time for a regular expression", _TROUBLE) from None
    if failed:
        return _TROUBLE
    return int(not search.matched)


def _compile(call: Call, search: _Search, expressions: list[str]) -> None:
    letters = search.letters
    fixed = "F" in letters or (call.name == "fgrep" and "E" not in letters)
    extended = "E" in letters or call.name == "egrep"
    ignore_case = bool({"i", "y"} & letters)
    inverted = "v" in letters
    special = r"\\[*.^$" + ("+?(){}|" if extended else "")
    literal = fixed or not any(
        re.search(f"[{special}]".replace("[*", "\\[*"), e) for e in expressions
    )
    if literal and not ignore_case and not {"w", "x", "o"} & letters:
        texts = expressions

        def contains(line: str) -> bool:
            return any(text in line for text in texts) != inverted

        search.selects = contains
        return
    for expression in expressions:
        try:
            if fixed:
                shape = Shape(re.escape(expression), 0, False, False, 0)
            else:
                shape = translate(expression, extended)
            if letters & {"w", "x"}:
                before, after = (
                    (r"\A(?:", r")\Z") if "x" in letters else (r"(?<!\w)(?:", r")(?!\w)")
                )
                shape = Shape(
                    before + shape.source + after,
                    shape.quantifiers,
                    shape.nested,
                    shape.alternatives,
                    shape.groups,
                )
            search.regexes.append(
                Regex(
                    shape,
                    ignore_case=ignore_case,
                    extent="o" in letters,
                    budget=call.shell.limits.regex,
                )
            )
        except RegexError as problem:
            raise UsageError(str(problem), _TROUBLE) from None
    regexes = search.regexes

    def matches(line: str) -> bool:
        return any(regex.search(line) is not None for regex in regexes) != inverted

    search.selects = matches


async def _one_file(call: Call, search: _Search, name: str, source: Reader) -> None:
    letters = search.letters
    silent = bool(letters & {"q", "c", "l", "L"})
    count = number = printed_to = 0
    trailing = 0
    kept: deque[tuple[int, str]] = deque(maxlen=search.before)
    selects = search.selects
    done = search.most == 0
    while not done and (batch := await source.batch()):
        for line in batch:
            number += 1
            if selects(line):
                count += 1
                if letters & {"q", "l", "L"}:
                    done = True
                    break
                if not silent:
                    if (kept and search.shown_any and kept[0][0] > printed_to + 1) or (
                        not kept
                        and search.shown_any
                        and number > printed_to + 1
                        and (search.before or search.after)
                    ):
                        call.out("--\n")
                    for at, before in kept:
                        _show(call, search, name, at, before, "-")
                    kept.clear()
                    _selected(call, search, name, number, line)
                    printed_to, trailing, search.shown_any = number, search.after, True
                if search.most is not None and count >= search.most:
                    done = True
                    break
            elif trailing and not silent:
                _show(call, search, name, number, line, "-")
                trailing -= 1
                printed_to = number
            elif search.before:
                kept.append((number, line))
        await call.flush()
    search.matched = search.matched or (count > 0) != ("L" in letters)
    if "q" in letters:
        return
    if "c" in letters:
        call.out(f"{name}:{count}\n" if search.prefix else f"{count}\n")
    elif ("l" in letters and count) or ("L" in letters and not count):
        call.out(f"{name}\n")


def _selected(call: Call, search: _Search, name: str, number: int, line: str) -> None:
    if "o" not in search.letters:
        _show(call, search, name, number, line, ":")
    elif "v" not in search.letters:
        at = 0
        while at <= len(line):
            found: list[Any] = [m for r in search.regexes if (m := r.search(line, at))]
            if not found:
                break
            best = min(found, key=lambda m: (m.start(), -m.end()))
            if best.group():
                _show(call, search, name, number, best.group(), ":")
            at = max(best.end(), at + 1) if best.end() > best.start() else best.end() + 1


def _show(call: Call, search: _Search, name: str, number: int, line: str, mark: str) -> None:
    prefix = f"{name}{mark}" if search.prefix else ""
    if "n" in search.letters:
        prefix += f"{number}{mark}"
    call.out(f"{prefix}{line}\n")
