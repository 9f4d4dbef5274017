"""Scanning of words: quoting and the beginnings of every expansion, bash(1) QUOTING, EXPANSION.

A scanner works on one text that it does not copy, and hands back syntax tree parts. It knows no
commands; ``$( )`` calls :meth:`commands_until`, which the parser built on top of it provides.
"""

from __future__ import annotations

import re

from hmcsh.shell.errors import Incomplete, LimitExceeded, SyntaxProblem
from hmcsh.shell.nodes import (
    ArithmeticExpansion,
    CommandList,
    CommandSubstitution,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Quoted,
    Word,
)

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[^\s'\"\\$`;&|<>()#]+|#")
_BARE_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATOR = re.compile(r":?[-=?+]|##?|%%?|//?|\^\^?|,,?|:|@")
_IN_DOUBLE = re.compile(r"[^\"\\$`]+")
_IN_BRACES = re.compile(r"[^\"\\$`}]+")
_SPECIAL = re.compile(r"[*?\[{~]")
_END_OF_WORD = frozenset(" \t\n;&|<>()")

_ESCAPES = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_ANSI_CODE = re.compile(r"([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|c(.)", re.DOTALL)


def ansi_c(text: str) -> str:
    """Return ``text`` with the escapes of ``$'...'`` decoded."""
    pieces: list[str] = []
    at = 0
    while (found := text.find("\\", at)) >= 0:
        pieces.append(text[at:found])
        at = found + 1
        following = text[at : at + 1]
        if following in _ESCAPES and following:
            pieces.append(_ESCAPES[following])
            at += 1
        elif match := _ANSI_CODE.match(text, at):
            octal, hexadecimal, code_point, control = match.groups()
            if control:
                pieces.append(chr(ord(control) & 0x1F))
            elif octal:
                pieces.append(_character(int(octal, 8) & 0xFF))
            elif hexadecimal:
                pieces.append(_character(int(hexadecimal, 16)))
            else:
                pieces.append(chr(int(code_point, 16)))
            at = match.end()
        else:
            pieces.append("\\")
    pieces.append(text[at:])
    return "".join(pieces)


def _character(byte: int) -> str:
    """Return a byte as text; one that is not ASCII travels as a surrogate escape."""
    return chr(byte) if 0 < byte < 0x80 else "" if byte == 0 else chr(0xDC00 + byte)


class WordScanner:
    """Reads words from ``text`` at ``at``."""

    def __init__(self, text: str, at: int, nesting: int, first_line: int = 1) -> None:
        self.text = text
        self.at = at
        self.nesting = nesting
        self._depth = 0
        self._first_line = first_line
        self._first_at = at

    # ------------------------------------------------------------------------------ helpers

    def line(self, at: int | None = None) -> int:
        """Return the number of the line that ``at`` is on."""
        end = self.at if at is None else at
        return self._first_line + self.text.count("\n", self._first_at, end)

    def incomplete(self, closing: str, at: int | None = None, quote: bool = False) -> Incomplete:
        """Return the error for a text that ends inside a construct begun at ``at``."""
        return Incomplete(closing, self.line(at), quote)

    def enter(self) -> None:
        """Go one construct deeper; raises LimitExceeded beyond the bound."""
        self._depth += 1
        if self._depth > self.nesting:
            raise LimitExceeded(f"limit exceeded: {self.nesting} constructs inside one another")

    def leave(self) -> None:
        """Come out of a construct."""
        self._depth -= 1

    def commands_until(self, closing: str) -> CommandList:
        """Parse commands up to and with ``closing``; the parser's part."""
        raise NotImplementedError

    def sub_commands(self, text: str) -> CommandList:
        """Parse all of another text (between backquotes) as commands; the parser's part."""
        raise NotImplementedError

    # -------------------------------------------------------------------------------- words

    def word(self, stops: frozenset[str] = _END_OF_WORD) -> Word:
        """Scan a word that ends before an unquoted character of ``stops``."""
        start = self.at
        parts = self._parts(stops)
        return make_word(parts, self.text[start : self.at])

    def _parts(self, stops: frozenset[str]) -> list[Part]:
        text = self.text
        size = len(text)
        parts: list[Part] = []
        while self.at < size:
            character = text[self.at]
            if character in stops:
                if character in "<>" and text[self.at + 1 : self.at + 2] == "(":
                    parts.append(self._process_substitution(character))
                    continue
                break
            if character == "\\":
                self._backslash(parts)
            elif character == "'":
                parts.append(Quoted(self._single_quoted()))
            elif character == '"':
                parts.append(self._double_quoted())
            elif character == "$":
                self._dollar(parts, quoted=False)
            elif character == "`":
                parts.append(self._backquoted(quoted=False))
            else:
                self._plain(parts, stops)
        return parts

    def _plain(self, parts: list[Part], stops: frozenset[str]) -> None:
        if stops is _END_OF_WORD:
            match = _PLAIN.match(self.text, self.at)
            end = match.end() if match else self.at + 1
        else:
            end = self.at + 1
            while (
                end < len(self.text)
                and self.text[end] not in stops
                and (self.text[end] not in "\\'\"$`")
            ):
                end += 1
        parts.append(Literal(self.text[self.at : end]))
        self.at = end

    def _continue_line(self) -> None:
        """Skip a backslash and its newline."""
        self.at += 2

    def _backslash(self, parts: list[Part]) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "\n":
            self._continue_line()
            return
        parts.append(Quoted(following or "\\"))
        self.at += 2 if following else 1

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise self.incomplete("'", quote=True)
        content = self.text[self.at + 1 : end]
        self.at = end + 1
        return content

    def _ansi_quoted(self) -> str:
        start = self.at
        at = start + 2
        while at < len(self.text) and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= len(self.text):
            raise self.incomplete("'", quote=True)
        self.at = at + 1
        return ansi_c(self.text[start + 2 : at])

    def _double_quoted(self) -> DoubleQuoted:
        start = self.at
        self.at += 1
        parts = self.double_parts('"')
        if self.at >= len(self.text):
            raise self.incomplete('"', start, quote=True)
        self.at += 1
        return DoubleQuoted(tuple(parts))

    def double_parts(self, end: str) -> list[Part]:
        """Scan what stands inside double quotes, up to ``end`` (``''`` for the end of the text)."""
        text = self.text
        size = len(text)
        parts: list[Part] = []
        escapable = {'"': '$`"\\\n', "}": '$`"\\}\n'}.get(end, "$`\\\n")
        plain = _IN_BRACES if end == "}" else _IN_DOUBLE
        while self.at < size:
            character = text[self.at]
            if character == end:
                break
            if character == "\\":
                following = text[self.at + 1 : self.at + 2]
                if following == "\n":
                    pass
                elif following and following in escapable:
                    parts.append(Quoted(following))
                else:
                    parts.append(Quoted("\\" + following))
                self.at += 2
            elif character == "$":
                self._dollar(parts, quoted=True)
            elif character == "`":
                parts.append(self._backquoted(quoted=True))
            elif character == '"' and end == "}":
                parts.extend(self._double_quoted().parts)
            elif character == '"':
                parts.append(Quoted('"'))
                self.at += 1
            else:
                match = plain.match(text, self.at)
                stop = match.end() if match else self.at + 1
                parts.append(Quoted(text[self.at : stop]))
                self.at = stop
        return parts

    # --------------------------------------------------------------------------- expansions

    def _dollar(self, parts: list[Part], quoted: bool) -> None:
        text = self.text
        following = text[self.at + 1 : self.at + 2]
        if following == "(":
            parts.append(self._substitution())
        elif following == "{":
            parts.append(self._braced(quoted))
        elif following == "[":
            start = self.at
            self.at += 2
            parts.append(ArithmeticExpansion(self.raw_until("]", start)))
        elif following == "'" and not quoted:
            parts.append(Quoted(self._ansi_quoted()))
        elif following == '"' and not quoted:
            self.at += 1
            parts.append(self._double_quoted())
        elif match := _BARE_PARAMETER.match(text, self.at + 1):
            parts.append(Parameter(match.group(), source=match.group()))
            self.at = match.end()
        else:
            parts.append(Quoted("$") if quoted else Literal("$"))
            self.at += 1

    def _substitution(self) -> Part:
        self.enter()
        start = self.at
        try:
            if self.text.startswith("((", start + 1):
                self.at += 3
                expression = self.arithmetic(start)
                if expression is not None:
                    return ArithmeticExpansion(expression)
                self.at = start
            self.at += 2
            return CommandSubstitution(self.commands_until(")"))
        finally:
            self.leave()

    def _process_substitution(self, direction: str) -> ProcessSubstitution:
        if direction == ">":
            # bash(1) RESTRICTED SHELL refuses every way to write elsewhere; so is this (inferred).
            raise SyntaxProblem("process substitution for output: restricted", self.line())
        self.enter()
        self.at += 2
        body = self.commands_until(")")
        self.leave()
        return ProcessSubstitution(body)

    def arithmetic(self, start: int) -> Word | None:
        """Scan an expression up to its ``))``; None if single parentheses end it instead."""
        begin = self.at
        depth = 0
        text = self.text
        at = begin
        while at < len(text):
            character = text[at]
            if character == "\\":
                at += 1
            elif character in "'\"":
                end = text.find(character, at + 1)
                if end < 0:
                    break
                at = end
            elif character == "(":
                depth += 1
            elif character == ")":
                if depth:
                    depth -= 1
                elif text[at + 1 : at + 2] == ")":
                    self.at = at + 2
                    return self._inner(text[begin:at], begin)
                else:
                    return None
            at += 1
        raise self.incomplete("))", start)

    def raw_until(self, closing: str, start: int) -> Word:
        """Scan an arithmetic text up to ``closing``, with brackets and quotes inside matched."""
        opening = {"]": "[", "}": "{", ")": "("}[closing]
        begin = at = self.at
        depth = 0
        text = self.text
        while at < len(text):
            character = text[at]
            if character == closing:
                if not depth:
                    self.at = at + 1
                    return self._inner(text[begin:at], begin)
                depth -= 1
            elif character == opening:
                depth += 1
            elif character == "\\":
                at += 1
            at += 1
        raise self.incomplete(closing, start)

    def _inner(self, text: str, at: int) -> Word:
        """Scan a text cut out of this one as the inside of double quotes, its quotes removed."""
        scanner = self.inside(text, at)
        scanner.enter()
        parts = [part for part in scanner.double_parts("") if not _is_quote(part)]
        return make_word([DoubleQuoted(tuple(parts))], text)

    def inside(self, text: str, at: int) -> WordScanner:
        """Return a scanner for ``text``, which stands at ``at`` of this one."""
        scanner = type(self)(text, 0, self.nesting, self.line(at))
        scanner._depth = self._depth
        return scanner

    def _backquoted(self, quoted: bool) -> CommandSubstitution:
        start = self.at
        text = self.text
        escapable = '$`\\"' if quoted else "$`\\"
        pieces: list[str] = []
        at = start + 1
        while at < len(text) and text[at] != "`":
            if text[at] == "\\" and text[at + 1 : at + 2] and text[at + 1] in escapable:
                at += 1
            pieces.append(text[at])
            at += 1
        if at >= len(text):
            raise self.incomplete("`", start, quote=True)
        self.at = at + 1
        self.enter()
        body = self.sub_commands("".join(pieces))
        self.leave()
        return CommandSubstitution(body)

    # ------------------------------------------------------------------------------ ${ ... }

    def _braced(self, quoted: bool) -> Parameter:
        self.enter()
        start = self.at
        self.at += 2
        parameter = self._braced_body(start, quoted)
        parameter.source = self.text[start : self.at]
        self.leave()
        return parameter

    def _braced_body(self, start: int, quoted: bool) -> Parameter:
        text = self.text
        if text.startswith("#", self.at) and text[self.at + 1 : self.at + 2] not in ("}", ""):
            position = self.at
            self.at += 1
            parameter = self._name_and_index(start)
            if parameter is not None and text.startswith("}", self.at):
                self.at += 1
                parameter.operator = "length"
                return parameter
            self.at = position
        indirect = False
        if text.startswith("!", self.at) and text[self.at + 1 : self.at + 2] not in ("}", ""):
            indirect = True
            self.at += 1
        parameter = self._name_and_index(start)
        if parameter is None:
            return self._bad(start)
        parameter.indirect = indirect
        return self._operator(parameter, start, quoted)

    def _name_and_index(self, start: int) -> Parameter | None:
        match = _BRACED_NAME.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        parameter = Parameter(match.group())
        if self.text.startswith("[", self.at) and NAME.fullmatch(parameter.name):
            self.at += 1
            parameter.index = self.raw_until("]", start)
        return parameter

    def _operator(self, parameter: Parameter, start: int, quoted: bool) -> Parameter:
        text = self.text
        if self.at >= len(text):
            raise self.incomplete("}", start)
        if text[self.at] == "}":
            self.at += 1
            if parameter.indirect and parameter.index and parameter.index.source in ("@", "*"):
                parameter.indirect = False
                parameter.operator = "keys"
            return parameter
        if parameter.indirect and text[self.at : self.at + 2] in ("*}", "@}"):
            self.at += 2
            parameter.indirect = False
            parameter.operator = "names"
            return parameter
        match = _OPERATOR.match(text, self.at)
        if match is None or match.group() == "@":
            return self._bad(start)
        self.at = match.end()
        operator = match.group()
        if operator == ":":
            parameter.operator = "slice"
            self._slice(parameter, start)
        else:
            parameter.operator = operator
            pattern = operator[0] in "#%/^,"
            if operator[0] == "/":
                parameter.argument = self._argument(start, False, "/}")
                if text[self.at] == "/":
                    self.at += 1
                    parameter.argument2 = self._argument(start, quoted, "}")
            else:
                parameter.argument = self._argument(start, quoted and not pattern, "}")
            self.at += 1
        return parameter

    def _slice(self, parameter: Parameter, start: int) -> None:
        inner = self.raw_until("}", start).source
        offset, colon, length = _split_slice(inner)
        parameter.argument = self._inner(offset, start)
        if colon:
            parameter.argument2 = self._inner(length, start)

    def _argument(self, start: int, quoted: bool, stops: str) -> Word:
        begin = self.at
        if quoted:
            parts: list[Part] = [DoubleQuoted(tuple(self.double_parts("}")))]
        else:
            # A "/" right behind "${x/" or "${x//" is part of the pattern (bash(1)).
            first = self.text[self.at : self.at + 1]
            if first == "/" and "/" in stops:
                self.at += 1
                parts = [Literal("/"), *self._parts(frozenset(stops))]
            else:
                parts = self._parts(frozenset(stops))
        if self.at >= len(self.text):
            raise self.incomplete("}", start)
        return make_word(parts, self.text[begin : self.at])

    def _bad(self, start: int) -> Parameter:
        """Scan a ``${...}`` that bash answers with "bad substitution" when it is expanded."""
        self.at = start + 2
        self.raw_until("}", start)
        return Parameter("", operator="bad")


def _is_quote(part: Part) -> bool:
    return isinstance(part, Quoted) and part.text == '"'


def _split_slice(text: str) -> tuple[str, bool, str]:
    """Split ``offset:length`` at the colon that belongs to no ``?:`` and no bracket."""
    depth = 0
    questions = 0
    for at, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth:
            continue
        elif character == "?":
            questions += 1
        elif character == ":":
            if not questions:
                return text[:at], True, text[at + 1 :]
            questions -= 1
    return text, False, ""


def make_word(parts: list[Part], source: str) -> Word:
    """Return the word of ``parts``, with its text if it is fixed."""
    texts: list[str] = []
    fixed = True
    braces = False
    for part in parts:
        if isinstance(part, Literal):
            if _SPECIAL.search(part.text):
                fixed = False
                braces = braces or "{" in part.text
            else:
                texts.append(part.text)
        elif isinstance(part, Quoted):
            texts.append(part.text)
        elif isinstance(part, DoubleQuoted) and all(isinstance(p, Quoted) for p in part.parts):
            texts.extend(p.text for p in part.parts if isinstance(p, Quoted))
        else:
            fixed = False
    return Word(tuple(parts), source, "".join(texts) if fixed else None, braces)
