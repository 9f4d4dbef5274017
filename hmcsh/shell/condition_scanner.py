"""The grammar of ``[[ ]]``: bash(1) Compound Commands."""

from __future__ import annotations

import re

from hmcsh.shell.errors import SyntaxProblem
from hmcsh.shell.nodes import Binary, Both, Condition, Conditional, Not, Unary, Word
from hmcsh.shell.simple_scanner import SimpleScanner
from hmcsh.shell.words import make_word

_UNARY = re.compile(r"-[a-hknoprstuwxzGLNOSv]")
_BINARY = frozenset(
    ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]
)
_CONDITION_WORD = frozenset(" \t\n;&|<>()")
_REGEX_WORD = frozenset(" \t\n")


class ConditionScanner(SimpleScanner):
    """Reads what stands between ``[[`` and ``]]``."""

    # --------------------------------------------------------------------------------- [[ ]]

    def _conditional(self, start: int) -> Conditional:
        line = self.line(start)
        expression = self._condition_or(start)
        self._skip_newlines()
        if self.at >= len(self.text):
            raise self.incomplete("]]", start)
        if self._reserved() != "]]":
            raise self._condition_error()
        self.at += 2
        return Conditional(expression, line)

    def _condition_error(self) -> SyntaxProblem:
        problem = self._unexpected()
        return SyntaxProblem("syntax error in conditional expression", problem.line, problem.near)

    def _condition_or(self, start: int) -> Condition:
        left = self._condition_and(start)
        while True:
            self._skip_newlines()
            if not self.text.startswith("||", self.at):
                return left
            self.at += 2
            left = Both("||", left, self._condition_and(start))

    def _condition_and(self, start: int) -> Condition:
        left = self._condition_not(start)
        while True:
            self._skip_newlines()
            if not self.text.startswith("&&", self.at):
                return left
            self.at += 2
            left = Both("&&", left, self._condition_not(start))

    def _condition_not(self, start: int) -> Condition:
        self._skip_newlines()
        if self.at >= len(self.text):
            raise self.incomplete("]]", start)
        self.enter()
        try:
            if self._reserved() == "!":
                self.at += 1
                return Not(self._condition_not(start))
            if self.text[self.at] == "(":
                self.at += 1
                inner = self._condition_or(start)
                self._skip_newlines()
                if self.at >= len(self.text):
                    raise self.incomplete("]]", start)
                if self.text[self.at] != ")":
                    raise self._condition_error()
                self.at += 1
                return inner
            return self._condition_test(start)
        finally:
            self.leave()

    def _condition_test(self, start: int) -> Condition:
        operator = self._reserved()
        left = self._condition_word(start)
        if _UNARY.fullmatch(operator) and not self._condition_ends():
            following = self._reserved()
            if following not in _BINARY:
                return Unary(operator, self._condition_word(start))
        if self._condition_ends():
            return Unary("-n", left)
        operator = self.text[self.at] if self.text[self.at] in "<>" else self._reserved()
        if operator not in _BINARY:
            raise self._condition_error()
        self.at += len(operator)
        if operator == "=~":
            return Binary(operator, left, self._regex_word(start))
        return Binary(operator, left, self._condition_word(start))

    def _condition_ends(self) -> bool:
        self._skip_newlines()
        if self.at >= len(self.text):
            return True
        return self.text[self.at] in ")&|;" or self._reserved() == "]]"

    def _condition_word(self, start: int) -> Word:
        self._skip_newlines()
        if self.at >= len(self.text):
            raise self.incomplete("]]", start)
        word = self.word(_CONDITION_WORD)
        if not word.source or word.source == "]]":
            raise self._condition_error()
        return word

    def _regex_word(self, start: int) -> Word:
        """Scan the right side of ``=~``, in which parentheses and ``|`` are ordinary."""
        self._skip_blanks()
        if self.at >= len(self.text):
            raise self.incomplete("]]", start)
        begin = self.at
        parts = self._parts(_REGEX_WORD)
        if not parts:
            raise self._condition_error()
        return make_word(parts, self.text[begin : self.at])
