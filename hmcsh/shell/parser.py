"""The grammar of commands, bash(1) SHELL GRAMMAR: one complete command at a time.

bash reads a line, runs it, and only then looks at the next one; so does this parser. It tells
text that is wrong (SyntaxProblem) from text that is merely not finished (Incomplete).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hmcsh.events import NotParsed
from hmcsh.shell.condition_scanner import ConditionScanner
from hmcsh.shell.errors import Fatal, Incomplete, LimitExceeded, Problem, SyntaxProblem
from hmcsh.shell.nodes import (
    AndOr,
    ArithmeticCommand,
    ArithmeticFor,
    Background,
    Case,
    CommandList,
    For,
    Function,
    Group,
    If,
    Node,
    Pipeline,
    Redirected,
    Subshell,
    While,
    Word,
)
from hmcsh.shell.words import NAME

RESERVED = frozenset(
    ["if", "then", "else", "elif", "fi", "for", "in", "do", "done", "while", "until", "case",
     "esac", "{", "}", "!", "[[", "]]", "function", "time", "select"]
)  # fmt: skip
_NOT_A_COMMAND = frozenset(["then", "else", "elif", "fi", "do", "done", "esac", "}", "in", "]]"])
_PARENTHESES = re.compile(r"[ \t]*\([ \t]*\)")
_PATTERN_WORD = frozenset(" \t\n|)&;<>(")


class Parser(ConditionScanner):
    """Parses ``text`` from ``at``.

    ``final`` says that no more text will come, which ends a here-document; ``aliases`` are
    replaced in command position when given (an interactive shell).
    """

    def __init__(
        self,
        text: str,
        at: int = 0,
        nesting: int = 50,
        first_line: int = 1,
        *,
        final: bool = True,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text, at, nesting, first_line, final=final)
        self.aliases = aliases
        self._alias_ends: dict[str, int] = {}

    # -------------------------------------------------------------------------- entry points

    def line_of_commands(self) -> CommandList | None:
        """Parse one complete command, to the end of its last line; None at the end of the text."""
        self._skip_blanks()
        while self.text.startswith("\n", self.at):
            self._newline()
            self._skip_blanks()
        if self.at >= len(self.text):
            return None
        items: list[Node] = []
        while True:
            items.append(self._and_or_item())
            self._skip_blanks()
            if self.at >= len(self.text):
                self._here_documents()
                break
            if self.text[self.at] == "\n":
                self._newline()
                break
            if self.text[self.at] == ")" or self.text.startswith(";;", self.at):
                raise self._unexpected()
        return CommandList(tuple(items))

    def commands_until(self, closing: str) -> CommandList:
        """Parse commands up to and with ``closing`` (a parenthesis)."""
        start = self.at
        items = self._commands(frozenset([closing]))
        if self.at >= len(self.text):
            raise self.incomplete(closing, start, quote=False)
        self.at += len(closing)
        return items

    def sub_commands(self, text: str) -> CommandList:
        """Parse all of ``text`` as commands."""
        parser = Parser(text, 0, self.nesting, self.line())
        parser._depth = self._depth
        items = parser._commands(frozenset())
        parser._here_documents()
        return items

    def _expect(self, word: str, opened_by: int) -> None:
        self._skip_newlines()
        if self.at >= len(self.text):
            raise self.incomplete(word, opened_by)
        if self._reserved() != word:
            raise self._unexpected()
        self.at += len(word)

    # --------------------------------------------------------------------------------- lists

    def _commands(self, closing: frozenset[str]) -> CommandList:
        """Parse commands up to, and without, a word or parenthesis of ``closing``."""
        items: list[Node] = []
        while True:
            self._skip_newlines()
            if self.at >= len(self.text):
                break
            if self.text[self.at] in closing or self._reserved() in closing:
                break
            if ";;" in closing and self.text.startswith(";;", self.at):
                break
            items.append(self._and_or_item())
        return CommandList(tuple(items))

    def _body(self, opened_by: int, *closing: str) -> tuple[CommandList, str]:
        """Parse a non-empty body and the reserved word that closes it."""
        self.enter()
        body = self._commands(frozenset(closing))
        self.leave()
        if self.at >= len(self.text):
            raise self.incomplete(closing[0], opened_by)
        if not body.items:
            raise self._unexpected()
        word = self._reserved()
        self.at += len(word)
        return body, word

    def _and_or_item(self) -> Node:
        start = self.at
        node = self._and_or()
        self._skip_blanks()
        end = self.at
        if self.text.startswith("&", self.at) and not self.text.startswith("&&", self.at):
            self.at += 1
            return Background(node, self.text[start:end].strip())
        if self.text.startswith(";", self.at) and not self.text.startswith(";;", self.at):
            self.at += 1
        return node

    def _and_or(self) -> Node:
        first = self._pipeline()
        rest: list[tuple[str, Node]] = []
        while True:
            self._skip_blanks()
            operator = self.text[self.at : self.at + 2]
            if operator not in ("&&", "||"):
                break
            self.at += 2
            self._skip_newlines()
            if self.at >= len(self.text):
                raise self.incomplete("")
            rest.append((operator, self._pipeline()))
        return AndOr(first, tuple(rest)) if rest else first

    def _pipeline(self) -> Node:
        negated = timed = False
        while True:
            self._skip_blanks()
            word = self._reserved()
            if word == "!":
                negated = not negated
            elif word == "time":
                timed = True
            else:
                break
            self.at += len(word)
            if timed and self._blank_before("-p"):
                self.at += 2
        if (negated or timed) and (self.at >= len(self.text) or self.text[self.at] in "\n;"):
            return Pipeline((), negated, timed)
        commands = [self._command()]
        while True:
            self._skip_blanks()
            if not self.text.startswith("|", self.at) or self.text.startswith("||", self.at):
                break
            self.at += 1
            self._skip_newlines()
            if self.at >= len(self.text):
                raise self.incomplete("")
            commands.append(self._command())
        if len(commands) == 1 and not negated and not timed:
            return commands[0]
        return Pipeline(tuple(commands), negated, timed)

    def _blank_before(self, word: str) -> bool:
        self._skip_blanks()
        return self._reserved() == word

    # ------------------------------------------------------------------------------ commands

    def _command(self) -> Node:
        self._skip_blanks()
        if self.at >= len(self.text):
            raise self.incomplete("")
        if self.aliases:
            self._replace_alias()
        word = self._reserved()
        if self.text[self.at] == "(" or word in RESERVED:
            if word in _NOT_A_COMMAND:
                raise self._unexpected()
            line = self.line()
            self.enter()
            node = self._compound(word)
            self.leave()
            redirections = self._redirections()
            return Redirected(node, redirections, line) if redirections else node
        if word and "=" not in word and self._is_function(len(word)):
            return self._function(self.at)
        return self._simple()

    def _compound(self, word: str) -> Node:
        start = self.at
        if self.text[start] == "(":
            if self.text.startswith("((", start):
                self.at += 2
                line = self.line()
                expression = self.arithmetic(start)
                if expression is not None:
                    return ArithmeticCommand(expression, line)
                self.at = start
            self.at += 1
            body = self.commands_until(")")
            if not body.items:
                self.at -= 1
                raise self._unexpected()
            return Subshell(body)
        self.at += len(word)
        if word == "{":
            return Group(self._body(start, "}")[0])
        if word == "if":
            return self._if(start)
        if word in ("while", "until"):
            condition, _ = self._body(start, "do")
            body, _ = self._body(start, "done")
            return While(condition, body, word == "until")
        if word == "for":
            return self._for(start)
        if word == "case":
            return self._case(start)
        if word == "[[":
            return self._conditional(start)
        if word == "function":
            return self._function(start)
        raise SyntaxProblem("select: not supported", self.line(start))

    def _if(self, start: int) -> If:
        branches: list[tuple[CommandList, CommandList]] = []
        otherwise = None
        condition, _ = self._body(start, "then")
        while True:
            body, word = self._body(start, "fi", "else", "elif")
            branches.append((condition, body))
            if word == "elif":
                condition, _ = self._body(start, "then")
                continue
            if word == "else":
                otherwise, _ = self._body(start, "fi")
            return If(tuple(branches), otherwise)

    def _for(self, start: int) -> Node:
        self._skip_blanks()
        line = self.line()
        if self.text.startswith("((", self.at):
            return self._arithmetic_for(start)
        if self.at >= len(self.text):
            raise self.incomplete("done", start)
        name = self.word().source
        if not NAME.fullmatch(name):
            if not name:
                raise self._unexpected()
            raise SyntaxProblem(f"`{name}': not a valid identifier", line)
        words: tuple[Word, ...] | None = None
        self._skip_newlines()
        if self._reserved() == "in":
            self.at += 2
            found: list[Word] = []
            self._skip_blanks()
            while self.at < len(self.text) and not self._at_end_of_words():
                found.append(self.word())
                self._skip_blanks()
            words = tuple(found)
            if self.at < len(self.text) and self.text[self.at] not in ";\n":
                raise self._unexpected()
        if self.text.startswith(";", self.at) and not self.text.startswith(";;", self.at):
            self.at += 1
        return For(name, words, self._do_body(start), line)

    def _do_body(self, start: int) -> CommandList:
        self._skip_newlines()
        if self._reserved() == "{":
            self.at += 1
            return self._body(start, "}")[0]
        self._expect("do", start)
        return self._body(start, "done")[0]

    def _arithmetic_for(self, start: int) -> ArithmeticFor:
        self.at += 2
        whole = self.arithmetic(start)
        pieces = whole.source.split(";") if whole else []
        if len(pieces) != 3:
            raise SyntaxProblem("syntax error: arithmetic expression required", self.line(start))
        clauses = [self._inner(piece.strip(), start) for piece in pieces]
        self._skip_blanks()
        if self.text.startswith(";", self.at):
            self.at += 1
        return ArithmeticFor(clauses[0], clauses[1], clauses[2], self._do_body(start))

    def _case(self, start: int) -> Case:
        self._skip_blanks()
        if self.at >= len(self.text):
            raise self.incomplete("esac", start)
        word = self.word()
        if not word.source:
            raise self._unexpected()
        self._expect("in", start)
        clauses: list[tuple[tuple[Word, ...], CommandList]] = []
        while True:
            self._skip_newlines()
            if self.at >= len(self.text):
                raise self.incomplete("esac", start)
            if self._reserved() == "esac":
                self.at += 4
                return Case(word, tuple(clauses))
            clauses.append((self._case_patterns(start), self._case_body(start)))

    def _case_patterns(self, start: int) -> tuple[Word, ...]:
        patterns: list[Word] = []
        if self.text[self.at] == "(":
            self.at += 1
        while True:
            self._skip_blanks()
            pattern = self.word(_PATTERN_WORD)
            self._skip_blanks()
            if self.at >= len(self.text):
                raise self.incomplete("esac", start)
            separator = self.text[self.at]
            if not pattern.source or separator not in "|)":
                raise self._unexpected()
            self.at += 1
            patterns.append(pattern)
            if separator == ")":
                return tuple(patterns)

    def _case_body(self, start: int) -> CommandList:
        self.enter()
        body = self._commands(frozenset([";;", "esac"]))
        self.leave()
        if self.at >= len(self.text):
            raise self.incomplete("esac", start)
        if self.text.startswith(";;", self.at):
            self.at += 2
        return body

    def _is_function(self, length: int) -> bool:
        return bool(_PARENTHESES.match(self.text, self.at + length))

    def _function(self, start: int) -> Function:
        self._skip_blanks()
        if self.at >= len(self.text):
            raise self.incomplete("}", start)
        name = self.word().source
        if not name or name in RESERVED:
            raise self._unexpected()
        if "/" in name or "$" in name:
            raise SyntaxProblem(f"`{name}': not a valid identifier", self.line(start))
        self._skip_blanks()
        if self.text.startswith("(", self.at):
            self.at = self.text.index(")", self.at) + 1 if ")" in self.text[self.at :] else self.at
        self._skip_newlines()
        if self.at >= len(self.text):
            raise self.incomplete("}", start)
        word = self._reserved()
        if self.text[self.at] != "(" and word not in RESERVED:
            raise self._unexpected()
        body = self._command()
        return Function(name, body, self.text[start : self.at])

    # ------------------------------------------------------------------------------- aliases

    def _replace_alias(self) -> None:
        """Put the text of an alias in the place of its name, never inside itself."""
        aliases = self.aliases or {}
        for _ in range(100):
            name = self._reserved()
            if name not in aliases or self.at < self._alias_ends.get(name, 0):
                return
            value = aliases[name]
            end = self.at + len(name)
            grown = len(value) - len(name)
            self.text = self.text[: self.at] + value + self.text[end:]
            self._alias_ends = {n: e + grown for n, e in self._alias_ends.items() if e >= end}
            self._alias_ends[name] = self.at + len(value)
            self._skip_blanks()
            if self.at >= len(self.text):
                raise self.incomplete("")


_log = logging.getLogger("hmcsh.shell")
_LONG = 16 << 10


@lru_cache(maxsize=2048)
def _parse_short(
    text: str, at: int, nesting: int, first_line: int
) -> tuple[CommandList | None, int]:
    parser = Parser(text, at, nesting, first_line)
    return parser.line_of_commands(), parser.at


def parse_line(
    text: str,
    at: int,
    nesting: int,
    *,
    first_line: int = 1,
    final: bool = True,
    aliases: Mapping[str, str] | None = None,
) -> tuple[CommandList | None, int]:
    """Parse one complete command of ``text`` from ``at``; return it and where it ends.

    Raises SyntaxProblem, Incomplete, or LimitExceeded for syntax nested too deeply.
    """
    try:
        if final and not aliases and len(text) <= 4096:
            return _parse_short(text, at, nesting, first_line)
        parser = Parser(text, at, nesting, first_line, final=final, aliases=aliases)
        return parser.line_of_commands(), parser.at
    except (SyntaxProblem, Incomplete, Problem):
        raise
    except RecursionError:
        raise LimitExceeded(f"limit exceeded: {nesting} constructs inside one another") from None
    except Exception:  # noqa: BLE001 (the boundary between our faults and the caller)
        _log.exception(NotParsed(command=text[at : at + 2000]))
        raise Fatal("internal error") from None


async def parse_long(
    text: str, at: int, nesting: int, **keywords: Any
) -> tuple[CommandList | None, int]:
    """Do as :func:`parse_line`, a long text in a thread, so that other sessions can run."""
    if len(text) - at < _LONG:
        return parse_line(text, at, nesting, **keywords)
    return await asyncio.to_thread(parse_line, text, at, nesting, **keywords)


__all__ = ["Incomplete", "Parser", "SyntaxProblem", "parse_line", "parse_long"]
