"""The language of sed scripts: parsing, and the substitution itself."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from hmcsh.shell.regexes import Regex, RegexError, RegexTimeout, posix

_MOST = 2000
# Seconds for all the replacements in one line.
_LONGEST = 0.1


class ScriptError(Exception):
    """A script that cannot be read; the text is GNU's, with the place in front."""


@dataclass(slots=True)
class Address:
    """One address: ``line``, ``last``, ``step``, ``regex``, or as a second one ``count``."""

    kind: str
    number: int = 0
    step: int = 0
    regex: tuple[str, bool] = ("", False)


@dataclass(slots=True)
class Edit:
    """One command with its addresses; ``target`` is where a jump or a block goes."""

    name: str
    number: int
    first: Address | None = None
    second: Address | None = None
    negated: bool = False
    text: str = ""
    target: int = 0
    status: int = 0
    regex: tuple[str, bool] = ("", False)
    replacement: list[str | int] = field(default_factory=list)
    everywhere: bool = False
    nth: int = 1
    printing: bool = False
    table: dict[int, str] = field(default_factory=dict)


class Script:
    """A parsed script and its compiled expressions."""

    def __init__(self, extended: bool, budget: float) -> None:
        self.edits: list[Edit] = []
        self._extended = extended
        self._budget = budget
        self._compiled: dict[tuple[str, bool], Regex] = {}
        self._last: Regex | None = None

    def compile(self, text: str, ignore_case: bool, at: int) -> tuple[str, bool]:
        """Compile an expression; return the key that :meth:`regex` takes."""
        key = (text, ignore_case)
        if text and key not in self._compiled:
            try:
                self._compiled[key] = posix(
                    text, extended=self._extended, ignore_case=ignore_case, escapes=True,
                    budget=self._budget,
                )  # fmt: skip
            except RegexError as problem:
                raise ScriptError(f"char {at}: {problem}") from None
        return key

    def regex(self, key: tuple[str, bool]) -> Regex:
        """Return an expression; the empty one means the last that was used."""
        if key[0]:
            self._last = self._compiled[key]
        if self._last is None:
            raise RegexError("char 0: no previous regular expression")
        return self._last

    def groups(self, key: tuple[str, bool]) -> int | None:
        """Return how many groups an expression has, None if it is not known yet."""
        return self._compiled[key].groups if key[0] else None


def parse_script(text: str, extended: bool, budget: float) -> Script:
    """Parse a script; raises ScriptError."""
    return _Parser(text, extended, budget).run()


class _Parser:
    def __init__(self, text: str, extended: bool, budget: float) -> None:
        self.text = text
        self.at = 0
        self.script = Script(extended, budget)
        self.blocks: list[int] = []
        self.labels: dict[str, int] = {}
        self.jumps: list[tuple[int, str]] = []

    def error(self, text: str) -> ScriptError:
        return ScriptError(f"char {self.at}: {text}")

    def run(self) -> Script:
        edits = self.script.edits
        while True:
            self._skip(" \t\n;")
            if self.at >= len(self.text):
                break
            self._command()
            if len(edits) > _MOST:
                raise ScriptError(f"char {self.at}: too many commands")
        if self.blocks:
            raise ScriptError("char 0: unmatched `{'")
        for number, label in self.jumps:
            if label and label not in self.labels:
                raise ScriptError(f"char {len(self.text)}: can't find label for jump to `{label}'")
            edits[number].target = self.labels[label] if label else len(edits)
        return self.script

    def _skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _number(self) -> int:
        match = re.compile(r"\d{1,15}").match(self.text, self.at)
        if match is None:
            raise self.error("expected a number")
        self.at = match.end()
        return int(match.group())

    # ----------------------------------------------------------------------------- addresses

    def _address(self) -> Address | None:
        character = self._peek()
        if character.isdigit():
            number = self._number()
            if self._peek() == "~":
                self.at += 1
                return Address("step", number, self._number())
            return Address("line", number)
        if character == "$":
            self.at += 1
            return Address("last")
        if character in ("/", "\\") and character:
            if character == "\\":
                self.at += 1
            text = self._delimited("unterminated address regex")
            ignore_case = False
            while self._peek() and self._peek() in "IM":
                ignore_case = ignore_case or self._peek() == "I"
                self.at += 1
            return Address("regex", regex=self.script.compile(text, ignore_case, self.at))
        return None

    def _second(self) -> Address:
        self._skip(" \t")
        if self._peek() in ("+", "~") and self._peek():
            kind = "count" if self._peek() == "+" else "multiple"
            self.at += 1
            return Address(kind, self._number())
        address = self._address()
        if address is None:
            raise self.error("unexpected `,'")
        return address

    def _delimited(self, message: str) -> str:
        """Read from the delimiter at hand to the next one, which brackets hide."""
        delimiter = self._peek()
        if delimiter in ("\n", "\\", ""):
            raise self.error(message)
        self.at += 1
        out: list[str] = []
        in_brackets = False
        in_start = 0
        while True:
            character = self._peek()
            if not character or (character == "\n" and not in_brackets):
                raise self.error(message)
            self.at += 1
            if in_brackets:
                if character == "]" and "".join(out[in_start:]) not in ("[", "[^"):
                    in_brackets = False
                out.append(character)
                continue
            if character == delimiter:
                return "".join(out)
            if character == "\\":
                following = self._peek()
                self.at += 1
                if following == delimiter:
                    out.append(delimiter)
                elif following == "\n":
                    out.append("\n")
                else:
                    out.append("\\" + following)
                continue
            if character == "[":
                in_brackets, in_start = True, len(out)
            out.append(character)

    # ------------------------------------------------------------------------------ commands

    def _command(self) -> None:
        edit = Edit("", len(self.script.edits))
        edit.first = self._address()
        if edit.first is not None:
            self._skip(" \t")
            if self._peek() == ",":
                self.at += 1
                edit.second = self._second()
            elif edit.first.kind == "line" and edit.first.number == 0:
                raise self.error("invalid usage of line address 0")
        self._skip(" \t")
        while self._peek() == "!":
            edit.negated = True
            self.at += 1
            self._skip(" \t")
        name = self._peek()
        if not name or name == "\n":
            raise self.error("missing command")
        self.at += 1
        edit.name = name
        if name == "}":
            if edit.first is not None:
                raise self.error("} doesn't want any addresses")
            if not self.blocks:
                raise self.error("unexpected `}'")
            self.script.edits[self.blocks.pop()].target = len(self.script.edits) - 1
            self._end()
            return
        if name == ":":
            label = self._label(";")
            if edit.first is not None:
                raise self.error(": doesn't want any addresses")
            if not label:
                raise self.error('":" lacks a label')
            self.labels[label] = len(self.script.edits)
            return
        if name == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return
        self.script.edits.append(edit)
        self._arguments(edit)

    def _arguments(self, edit: Edit) -> None:
        name = edit.name
        if name == "{":
            self.blocks.append(edit.number)
        elif name == "s":
            self._substitution(edit)
        elif name == "y":
            self._transliteration(edit)
        elif name in "btT":
            self.jumps.append((edit.number, self._label(";}")))
        elif name in "aic":
            edit.text = self._text()
        elif name in "qQ":
            self._skip(" \t")
            if self._peek().isdigit():
                edit.status = self._number() & 255
            self._end()
        elif name in "rRwWe":
            raise self.error(f"{name}: restricted")
        elif name in "dDpPnNhHgGx=l":
            self._end()
        else:
            raise self.error(f"unknown command: `{name}'")

    def _end(self) -> None:
        self._skip(" \t")
        character = self._peek()
        if character == "#" or character == "}" or not character:
            return
        if character not in ";\n":
            raise self.error("extra characters after command")
        self.at += 1

    def _label(self, stops: str) -> str:
        match = re.compile(rf"[ \t]*([^\n{stops}]*)").match(self.text, self.at)
        if match is None:  # pragma: no cover (the expression matches everything)
            return ""
        self.at = match.end()
        return match.group(1).strip()

    def _text(self) -> str:
        """Read the text of ``a``, ``i`` or ``c``, in either form."""
        self._skip(" \t")
        if self._peek() == "\\":
            self.at += 1
            self._skip(" \t")
            if self._peek() == "\n":
                self.at += 1
        elif not self._peek() or self._peek() == "\n":
            raise self.error("expected \\ after `a', `c' or `i'")
        out: list[str] = []
        while (character := self._peek()) and character != "\n":
            self.at += 1
            if character == "\\":
                character = self._peek()
                self.at += 1
            out.append(character)
        return "".join(out)

    def _substitution(self, edit: Edit) -> None:
        message = "unterminated `s' command"
        delimiter = self._peek()
        pattern = self._delimited(message)
        replacement = self._replacement(delimiter, message)
        ignore_case = False
        seen_number = False
        while (flag := self._peek()) and flag not in "; \t\n}#":
            if flag == "g":
                edit.everywhere = True
            elif flag == "p":
                edit.printing = True
            elif flag in "iI":
                ignore_case = True
            elif flag.isdigit() and not seen_number:
                edit.nth = self._number()
                seen_number = True
                if not edit.nth:
                    raise self.error("number option to `s' command may not be zero")
                continue
            elif flag in "we":
                raise self.error(f"s///{flag}: restricted")
            else:
                raise self.error("unknown option to `s'")
            self.at += 1
        edit.regex = self.script.compile(pattern, ignore_case, self.at)
        edit.replacement = replacement
        groups = self.script.groups(edit.regex)
        for part in replacement:
            if isinstance(part, int) and groups is not None and part > groups:
                raise self.error(f"invalid reference \\{part} on `s' command's RHS")
        self._end()

    def _replacement(self, delimiter: str, message: str) -> list[str | int]:
        """Return the parts of a replacement: texts, group numbers, and case marks ``\\0U``."""
        parts: list[str | int] = []
        text = self.text

        def put(piece: str) -> None:
            if parts and isinstance(parts[-1], str) and parts[-1][:1] != "\0":
                parts[-1] += piece
            else:
                parts.append(piece)

        while True:
            if self.at >= len(text):
                raise self.error(message)
            character = text[self.at]
            self.at += 1
            if character == delimiter:
                return parts
            if character == "&":
                parts.append(0)
            elif character == "\\":
                following = self._peek()
                if not following:
                    raise self.error(message)
                self.at += 1
                if following.isdigit():
                    parts.append(int(following))
                elif following in "LUEul" and following != delimiter:
                    parts.append("\0" + following)
                else:
                    put({"n": "\n", "t": "\t", "r": "\r"}.get(following, following))
            else:
                put(character)

    def _transliteration(self, edit: Edit) -> None:
        message = "unterminated `y' command"
        first = self._delimited(message)
        self.at -= 1
        second = self._delimited(message)

        def plain(text: str) -> str:
            return re.sub(
                r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text,
                flags=re.DOTALL,
            )  # fmt: skip

        left, right = plain(first), plain(second)
        if len(left) != len(right):
            raise self.error("strings for `y' command are different lengths")
        edit.table = {ord(a): b for a, b in reversed(list(zip(left, right, strict=True)))}
        self._end()


def substitute(edit: Edit, regex: Regex, text: str, limit: int) -> str | None:
    """Apply ``s``; return the new text, None if nothing matched."""
    for part in edit.replacement:
        if isinstance(part, int) and part > regex.groups:
            raise RegexError(f"char 0: invalid reference \\{part} on `s' command's RHS")
    out: list[str] = []
    at = copied = count = size = 0
    last_end = -1
    end_of_time = time.perf_counter() + _LONGEST
    while at <= len(text):
        match = regex.search(text, at)
        if match is None:
            break
        start, end = match.span()
        if not len(out) % 512 and time.perf_counter() > end_of_time:
            raise RegexTimeout
        if start == end == last_end:
            # An empty match right behind the last one does not count.
            at = end + 1
            continue
        count += 1
        last_end = end
        if count >= edit.nth:
            piece = _filled(edit.replacement, match)
            out.append(text[copied:start])
            out.append(piece)
            size += len(piece)
            if size > limit:
                break
            copied = end
            if not edit.everywhere:
                break
        at = end if end > start else end + 1
    if not out:
        return None
    return "".join(out) + text[copied:]


def _filled(replacement: list[str | int], match: re.Match[str]) -> str:
    out: list[str] = []
    mode = once = ""
    for part in replacement:
        if isinstance(part, str) and part[:1] == "\0":
            if part[1] in "ul":
                once = part[1]
            else:
                mode = "" if part[1] == "E" else part[1]
            continue
        piece = (match.group(part) or "") if isinstance(part, int) else part
        if mode:
            piece = piece.upper() if mode == "U" else piece.lower()
        if once and piece:
            piece = (piece[0].upper() if once == "u" else piece[0].lower()) + piece[1:]
            once = ""
        out.append(piece)
    return "".join(out)
