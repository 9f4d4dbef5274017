"""What simple commands are made of: tokens, assignments, redirections, here-documents."""

from __future__ import annotations

import re

from hmcsh.shell.errors import SyntaxProblem
from hmcsh.shell.nodes import Assignment, DoubleQuoted, Literal, Quoted, Redirection, Simple, Word
from hmcsh.shell.words import WordScanner, make_word

_OPERATOR = re.compile(r"&&|\|\||;;|<<<|<<-|<<|<&|>&|<>|>>|>\||&>>|&>|[;&|<>()\n]")
_REDIRECTION = re.compile(r"([0-9]*)(<<<|<<-|<<|<&|>&|<>|>>|>\||<(?!\()|>(?!\())|(&>>|&>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?=|\[)")
_SUBSCRIPTED = re.compile(r"\[((?:[^\]\[\"'$]|\[[^\]]*\]|\$\{[^}]*\}|[\"'$])*)\](\+?=)")
_WORD_CHARACTERS = re.compile(r"[^\s'\"\\$`;&|<>()]*")
_DECLARERS = frozenset(["declare", "typeset", "local", "export", "readonly"])


class SimpleScanner(WordScanner):
    """Reads simple commands.

    ``final`` says that no more text will come, which ends a here-document.
    """

    def __init__(
        self, text: str, at: int = 0, nesting: int = 50, first_line: int = 1, *, final: bool = True
    ) -> None:
        super().__init__(text, at, nesting, first_line)
        self.final = final
        self._pending: list[Redirection] = []

    # -------------------------------------------------------------------------------- tokens

    def _continue_line(self) -> None:
        super()._continue_line()
        if self.at == len(self.text) and not self.final:
            # The command goes on in a line that is still to come.
            raise self.incomplete("", self.at)

    def _skip_blanks(self) -> None:
        text = self.text
        while self.at < len(text):
            character = text[self.at]
            if character in " \t":
                self.at += 1
            elif character == "\\" and text[self.at + 1 : self.at + 2] == "\n":
                self._continue_line()
            elif character == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return

    def _skip_newlines(self) -> None:
        self._skip_blanks()
        while self.text.startswith("\n", self.at):
            self._newline()
            self._skip_blanks()

    def _newline(self) -> None:
        self.at += 1
        if self._pending:
            self._here_documents()

    def _reserved(self) -> str:
        """Return the unquoted word at hand (a candidate for a reserved word), unread."""
        match = _WORD_CHARACTERS.match(self.text, self.at)
        end = match.end() if match else self.at
        if end < len(self.text) and self.text[end] in "'\"\\$`":
            return ""
        return self.text[self.at : end]

    def _token(self) -> str:
        """Return the token at hand as bash would name it in a message."""
        if self.at >= len(self.text) or self.text[self.at] == "\n":
            return "newline"
        match = _OPERATOR.match(self.text, self.at)
        if match:
            return match.group()
        end = self.at
        while end < len(self.text) and self.text[end] not in " \t\n;&|<>()":
            end += 1
        return self.text[self.at : end] or self.text[self.at]

    def _unexpected(self) -> SyntaxProblem:
        token = self._token()
        start = self.text.rfind("\n", 0, self.at) + 1
        end = self.text.find("\n", self.at)
        near = self.text[start : len(self.text) if end < 0 else end]
        return SyntaxProblem(f"syntax error near unexpected token `{token}'", self.line(), near)

    def _at_end_of_words(self) -> bool:
        character = self.text[self.at]
        if character in "<>":
            return self.text[self.at + 1 : self.at + 2] != "("
        return character in ";\n&|()"

    # ----------------------------------------------------------------------- simple commands

    def _simple(self) -> Simple:
        line = self.line()
        assignments: list[Assignment] = []
        words: list[Word | Assignment] = []
        redirections: list[Redirection] = []
        declares = False
        text = self.text
        while True:
            self._skip_blanks()
            if self.at >= len(text):
                break
            if text[self.at] in "<>&0123456789" and self._redirection(redirections):
                continue
            if text[self.at] in ";&|()\n":
                if text[self.at] == "(" and (words or assignments):
                    if len(words) == 1 and not assignments:
                        # bash has begun to read a function definition.
                        self.at += 1
                        self._skip_blanks()
                    raise self._unexpected()
                break
            if not words or declares:
                assignment = self._assignment()
                if assignment is not None:
                    (words if words else assignments).append(assignment)
                    continue
            word = self.word()
            words.append(word)
            if len(words) == 1:
                declares = word.fixed in _DECLARERS
        if not words and not assignments and not redirections:
            raise self._unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirections), line)

    def _assignment(self) -> Assignment | None:
        match = _ASSIGNMENT.match(self.text, self.at)
        if match is None:
            return None
        name, operator = match.groups()
        index = None
        end = match.end()
        if operator == "[":
            subscript = _SUBSCRIPTED.match(self.text, end - 1)
            if subscript is None:
                return None
            index = self._inner(subscript.group(1), end)
            operator = subscript.group(2)
            end = subscript.end()
        start = self.at
        self.at = end
        append = operator == "+="
        if index is None and self.text.startswith("(", end):
            self.at += 1
            return Assignment(name, None, self._elements(start), append=append)
        return Assignment(name, self.word(), index=index, append=append)

    def _elements(self, start: int) -> tuple[Word | Assignment, ...]:
        elements: list[Word | Assignment] = []
        while True:
            self._skip_newlines()
            if self.at >= len(self.text):
                raise self.incomplete(")", start)
            if self.text[self.at] == ")":
                self.at += 1
                return tuple(elements)
            subscript = _SUBSCRIPTED.match(self.text, self.at)
            if subscript:
                index = self._inner(subscript.group(1), self.at)
                self.at = subscript.end()
                append = subscript.group(2) == "+="
                elements.append(Assignment("", self.word(), index=index, append=append))
                continue
            if self._at_end_of_words():
                raise self._unexpected()
            elements.append(self.word())

    def _redirections(self) -> tuple[Redirection, ...]:
        found: list[Redirection] = []
        while True:
            self._skip_blanks()
            if self.at >= len(self.text) or not self._redirection(found):
                return tuple(found)

    def _redirection(self, found: list[Redirection]) -> bool:
        match = _REDIRECTION.match(self.text, self.at)
        if match is None:
            return False
        number, operator, both = match.groups()
        operator = operator or both
        self.at = match.end()
        self._skip_blanks()
        if self.at >= len(self.text) or self._at_end_of_words():
            raise self._unexpected()
        target = self.word()
        descriptor = int(number[:9]) if number else (0 if operator[0] == "<" else 1)
        redirection = Redirection(operator, descriptor, target)
        if operator in ("<<", "<<-"):
            redirection.quoted = any(c in target.source for c in "'\"\\")
            redirection.delimiter = _unquoted(target)
            self._pending.append(redirection)
        found.append(redirection)
        return True

    def _here_documents(self) -> None:
        """Read the bodies of the here-documents of the line that has just ended."""
        while self._pending:
            redirection = self._pending.pop(0)
            start = self.at
            lines: list[str] = []
            while True:
                if self.at >= len(self.text):
                    if self.final:
                        break
                    raise self.incomplete(redirection.delimiter, start)
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                if redirection.operator == "<<-":
                    line = line.lstrip("\t")
                if line == redirection.delimiter:
                    break
                lines.append(line + "\n")
            redirection.body = self._here_body("".join(lines), redirection.quoted, start)

    def _here_body(self, text: str, quoted: bool, at: int) -> Word:
        if quoted:
            return Word((), text, text)
        scanner = self.inside(text, at)
        return make_word(scanner.double_parts(""), text)


def _unquoted(word: Word) -> str:
    """Return the text of a here-document's delimiter: quotes removed, nothing expanded."""
    pieces: list[str] = []
    for part in word.parts:
        if isinstance(part, (Literal, Quoted)):
            pieces.append(part.text)
        elif isinstance(part, DoubleQuoted):
            pieces.extend(p.text for p in part.parts if isinstance(p, Quoted))
        else:
            pieces.append(word.source)
    return "".join(pieces)
