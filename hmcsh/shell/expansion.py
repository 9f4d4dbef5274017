"""From words to arguments: bash(1) EXPANSION, in bash's order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from hmcsh.shell import patterns
from hmcsh.shell.arithmetic import evaluate
from hmcsh.shell.braces import expand_braces
from hmcsh.shell.errors import Fatal, LimitExceeded, Problem, Unset
from hmcsh.shell.nodes import (
    ArithmeticExpansion,
    Assignment,
    CommandSubstitution,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Quoted,
    Word,
)
from hmcsh.shell.pipelines import capture, process_substitution
from hmcsh.shell.regexes import RegexTimeout

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_DEFAULT_IFS = " \t\n"
_MAGIC = re.compile(r"[*?\[]")
_ASSIGNED_TILDE = re.compile(r"[A-Za-z_]\w*=~")
_TILDE = re.compile(r"~([A-Za-z0-9_.-]*)(?=/|:|$)")

# One field under construction: pieces of text, each quoted or not.
_Run = tuple[str, bool]


@lru_cache(maxsize=64)
def separators(ifs: str) -> re.Pattern[str] | None:
    """Return the expression for what separates fields; a group in it takes other than blanks."""
    if not ifs:
        return None
    blank = "".join(c for c in ifs if c in _DEFAULT_IFS)
    other = "".join(c for c in ifs if c not in _DEFAULT_IFS)
    blanks = f"[{re.escape(blank)}]" if blank else ""
    if not other:
        return re.compile(f"{blanks}+")
    around = f"{blanks}*" if blank else ""
    one = f"{around}(?P<hard>[{re.escape(other)}]){around}"
    return re.compile(f"{one}|{blanks}+" if blank else one)


class Fields:
    """Collects the text of expansions, cut into fields where the rules say so."""

    __slots__ = ("_ifs", "_limit", "_most", "_size", "done", "runs", "started")

    def __init__(self, ifs: str | None, limit: int, most: int = 0) -> None:
        self.done: list[list[_Run]] = []
        self.runs: list[_Run] = []
        self.started = False
        self._ifs = ifs
        self._limit = limit
        self._most = most
        self._size = 0

    def add(self, text: str, quoted: bool) -> None:
        """Append text to the field at hand."""
        self.started = True
        self._size += len(text)
        if self._size > self._limit:
            raise LimitExceeded(f"limit exceeded: {self._limit} characters of one word")
        self.runs.append((text, quoted))

    def end(self, *, force: bool = False) -> None:
        """End the field at hand; one that is empty counts only with ``force``."""
        if self._ifs is None:
            self.add(" ", True)
        elif self.started or force:
            if len(self.done) >= self._most:
                raise LimitExceeded(f"limit exceeded: {self._most} words of one expansion")
            self.done.append(self.runs)
            self.runs = []
            self.started = False

    def split(self, text: str) -> None:
        """Append the result of an unquoted expansion, split at IFS."""
        expression = separators(self._ifs) if self._ifs is not None else None
        if expression is None:
            if text:
                self.add(text, False)
            return
        if not expression.groups:
            self._split_blanks(expression.split(text))
            return
        at = 0
        for match in expression.finditer(text):
            if match.start() > at:
                self.add(text[at : match.start()], False)
            self.end(force=match.lastgroup == "hard")
            at = match.end()
        if at < len(text):
            self.add(text[at:], False)

    def _split_blanks(self, pieces: list[str]) -> None:
        """Append what stood between blanks; empty ends say that there were blanks outside."""
        if pieces[0]:
            self.add(pieces[0], False)
        if len(pieces) == 1:
            return
        self.end()
        if len(self.done) + len(pieces) > self._most + 2:
            raise LimitExceeded(f"limit exceeded: {self._most} words of one expansion")
        self.done.extend([(piece, False)] for piece in pieces[1:-1])
        if pieces[-1]:
            self.add(pieces[-1], False)

    def finish(self) -> list[list[_Run]]:
        """Return all fields."""
        if self.started:
            self.done.append(self.runs)
        return self.done

    def text(self) -> str:
        """Return the one field of an expansion without splitting."""
        return "".join(text for text, _ in self.runs)

    def pattern(self) -> str:
        """Return the one field as a pattern: what was quoted is ordinary in it."""
        return "".join(patterns.escape(text) if quoted else text for text, quoted in self.runs)


class Expander:
    """Expands words for one shell."""

    __slots__ = ("shell",)

    def __init__(self, shell: Interpreter) -> None:
        self.shell = shell

    # -------------------------------------------------------------------------- entry points

    async def fields(self, words: Iterable[Word]) -> list[str]:
        """Return the arguments that ``words`` expand to."""
        result: list[str] = []
        for word in words:
            if word.fixed is not None:
                result.append(word.fixed)
                continue
            limits = self.shell.limits
            meter = self.shell.meter
            if meter.due():
                await meter.pause()
            if word.braces and self.shell.options.braceexpand:
                for one in expand_braces(word, limits.braces):
                    result.extend([one.fixed] if one.fixed is not None else await self._word(one))
            else:
                result.extend(await self._word(word))
        return result

    async def text(self, word: Word) -> str:
        """Return what ``word`` expands to without splitting."""
        if word.fixed is not None:
            return word.fixed
        return (await self._whole(word)).text()

    async def pattern(self, word: Word) -> str:
        """Return ``word`` as a pattern."""
        if word.fixed is not None:
            return patterns.escape(word.fixed)
        return (await self._whole(word)).pattern()

    async def regex(self, word: Word) -> str:
        """Return ``word`` as an extended regular expression: what is quoted is ordinary."""
        fields = await self._whole(word)
        return "".join(
            re.sub(r"([][\\.*+?(){}^$|])", r"\\\1", text) if quoted else text
            for text, quoted in fields.runs
        )

    async def assigned(self, word: Word) -> str:
        """Return the value that ``word`` gives to a variable; tildes count behind colons too."""
        if word.fixed is not None:
            return word.fixed
        fields = Fields(None, self.shell.limits.value)
        for at, part in enumerate(word.parts):
            if isinstance(part, Literal) and "~" in part.text:
                fields.add(self._tildes(part.text, "^|:" if at == 0 else ":"), True)
            else:
                await self._part(fields, part, False)
        return fields.text()

    async def number(self, word: Word) -> int:
        """Return the value of an arithmetic expression; raises Problem."""
        return evaluate(await self.text(word), self)

    async def _whole(self, word: Word) -> Fields:
        fields = Fields(None, self.shell.limits.value)
        await self._parts(fields, word.parts)
        return fields

    async def _word(self, word: Word) -> list[str]:
        ifs = self.shell.variables.get("IFS")
        limits = self.shell.limits
        fields = Fields(_DEFAULT_IFS if ifs is None else ifs, limits.value, limits.fields)
        await self._parts(fields, word.parts)
        result: list[str] = []
        for runs in fields.finish():
            magic = any(not quoted and _MAGIC.search(text) for text, quoted in runs)
            if magic and not self.shell.options.noglob:
                pattern = "".join(patterns.escape(t) if quoted else t for t, quoted in runs)
                found = self.shell.files.glob(pattern)
                if found:
                    result.extend(found)
                    continue
            result.append("".join(text for text, _ in runs))
        return result

    # --------------------------------------------------------------------------------- parts

    async def _parts(self, fields: Fields, parts: tuple[Part, ...]) -> None:
        for at, part in enumerate(parts):
            if at == 0 and isinstance(part, Literal) and part.text[:1] == "~":
                match = _TILDE.match(part.text)
                whole = match is not None and (match.end() < len(part.text) or len(parts) == 1)
                if match and whole and match.group(1) in ("", self.shell.host.user):
                    fields.add(self.shell.home(), True)
                    if match.end() < len(part.text):
                        fields.add(part.text[match.end() :], False)
                    continue
            if at == 0 and isinstance(part, Literal) and _ASSIGNED_TILDE.match(part.text):
                fields.add(self._tildes(part.text, "[=:]"), True)
                continue
            await self._part(fields, part, False)

    def _tildes(self, text: str, before: str) -> str:
        """Replace the tildes behind ``before`` (a piece of a regular expression)."""
        return re.sub(f"({before})~(?=/|:|$)", lambda m: m.group(1) + self.shell.home(), text)

    async def _part(self, fields: Fields, part: Part, quoted: bool) -> None:
        if isinstance(part, Literal):
            fields.add(part.text, False)
        elif isinstance(part, Quoted):
            fields.add(part.text, True)
        elif isinstance(part, DoubleQuoted):
            await self._double_quoted(fields, part)
        elif isinstance(part, Parameter):
            await self._parameter(fields, part, quoted)
        elif isinstance(part, ProcessSubstitution):
            fields.add(await process_substitution(self.shell, part.body), True)
        else:
            if isinstance(part, CommandSubstitution):
                text = await capture(self.shell, part.body)
            else:
                text = str(await self._arithmetic(part))
            self._value(fields, text, quoted)

    async def _double_quoted(self, fields: Fields, part: DoubleQuoted) -> None:
        before = len(fields.runs), len(fields.done), fields.started
        lists = False
        for inner in part.parts:
            lists = lists or (isinstance(inner, Parameter) and _is_list(inner))
            await self._part(fields, inner, True)
        if not lists and (len(fields.runs), len(fields.done), fields.started) == before:
            fields.add("", True)

    async def _arithmetic(self, part: ArithmeticExpansion) -> int:
        try:
            return await self.number(part.expression)
        except LimitExceeded:
            raise
        except Problem as problem:
            raise Fatal(problem.text) from None

    @staticmethod
    def _value(fields: Fields, text: str, quoted: bool) -> None:
        if quoted:
            fields.add(text, True)
        else:
            fields.split(text)

    # ---------------------------------------------------------------------------- parameters

    async def _parameter(self, fields: Fields, part: Parameter, quoted: bool) -> None:
        operator = part.operator
        if not operator and not part.indirect and part.index is None:
            name = part.name
            if name == "@" or name == "*":
                self._list(fields, self.shell.positional, name, quoted)
                return
            text = self.shell.parameter(name)
            if text is None:
                self._unset(name)
                text = ""
            self._value(fields, text, quoted)
            return
        if operator == "bad":
            raise Fatal(f"{part.source}: bad substitution")
        values, star = await self._values(part)
        if operator in _TESTS:
            await self._tested(fields, part, values, star, quoted)
            return
        if values is None:
            if operator != "length" or part.name not in "@*":
                self._unset(part.name)
            values = [] if star else [""]
        try:
            values = await self._operated(part, values, star)
        except RegexTimeout:
            raise LimitExceeded("limit exceeded: time for a regular expression") from None
        if star and operator != "length":
            self._list(fields, values, star, quoted)
        else:
            self._value(fields, values[0] if values else "", quoted)

    def _unset(self, name: str) -> None:
        if self.shell.options.nounset and name not in "@*":
            raise Unset(f"{name}: unbound variable", 127)

    def _list(self, fields: Fields, values: list[str], star: str, quoted: bool) -> None:
        if quoted and star == "*":
            ifs = self.shell.variables.get("IFS")
            separator = " " if ifs is None else ifs[:1]
            fields.add(separator.join(values), True)
            return
        for at, value in enumerate(values):
            if at:
                fields.end(force=quoted)
            if quoted:
                fields.add(value, True)
            else:
                fields.split(value)

    async def _values(self, part: Parameter) -> tuple[list[str] | None, str]:
        """Return the value, or values, of a parameter; None if unset; and ``@`` or ``*``."""
        shell = self.shell
        name = part.name
        if part.operator == "names":
            return [n for n in shell.variables.names() if n.startswith(name)], "*"
        if part.index is not None:
            subscript = part.index.source
            if subscript in ("@", "*"):
                if part.operator == "keys":
                    return [str(i) for i in shell.elements(name)], subscript
                return list(shell.elements(name).values()), subscript
            text = shell.elements(name).get(await self.subscript(name, part.index))
        elif name in ("@", "*"):
            return shell.positional, name
        else:
            text = shell.parameter(name)
        if part.indirect:
            return self._indirect(text, name)
        return (None if text is None else [text]), ""

    def _indirect(self, target: str | None, name: str) -> tuple[list[str] | None, str]:
        if not target:
            raise Fatal(f"{name}: invalid indirect expansion")
        match = re.fullmatch(r"([A-Za-z_]\w*)(?:\[(.*)\])?|[0-9@*#?$!-]|\d+", target, re.DOTALL)
        if match is None:
            raise Fatal(f"{target}: invalid variable name")
        if target in ("@", "*"):
            return self.shell.positional, target
        base, subscript = match.groups()
        if subscript in ("@", "*"):
            return list(self.shell.elements(base).values()), subscript
        if subscript is not None:
            text = self.shell.elements(base).get(evaluate(subscript, self))
        else:
            text = self.shell.parameter(target)
        return (None if text is None else [text]), ""

    async def subscript(self, name: str, word: Word) -> int:
        """Return the index that a subscript means; a negative one counts from the end."""
        try:
            index = await self.number(word)
        except LimitExceeded:
            raise
        except Problem as problem:
            raise Fatal(problem.text) from None
        if index < 0:
            elements = self.shell.elements(name)
            index += (max(elements) + 1) if elements else 0
            if index < 0:
                raise Fatal(f"{name}[{word.source}]: bad array subscript")
        return index

    async def _tested(
        self, fields: Fields, part: Parameter, values: list[str] | None, star: str, quoted: bool
    ) -> None:
        """Apply ``:-``, ``:=``, ``:?``, ``:+`` and their forms without a colon."""
        operator = part.operator
        present = bool(values)
        if present and values is not None and operator[0] == ":":
            present = any(values) if star else bool(values[0])
        kind = operator[-1]
        argument = part.argument or Word(())
        if kind == "+":
            if present:
                await self._default(fields, argument, quoted)
        elif present and values is not None:
            if star:
                self._list(fields, values, star, quoted)
            else:
                self._value(fields, values[0], quoted)
        elif kind == "-":
            await self._default(fields, argument, quoted)
        elif kind == "=":
            text = await self.text(argument)
            if part.index is not None:
                index = await self.subscript(part.name, part.index)
                self.shell.variables.set_element(part.name, index, text)
            elif not re.match(r"[A-Za-z_]", part.name):
                raise Fatal(f"${part.name}: cannot assign in this way")
            else:
                self.shell.assign(part.name, text)
            self._value(fields, text, quoted)
        else:
            message = await self.text(argument) if part.argument and argument.source else ""
            default = "parameter null or not set" if operator[0] == ":" else "parameter not set"
            raise Unset(f"{part.name}: {message or default}", 127)

    async def _default(self, fields: Fields, argument: Word, quoted: bool) -> None:
        if quoted:
            fields.add(await self.text(argument), True)
            return
        for at, part in enumerate(argument.parts):
            if isinstance(part, Literal):
                if at == 0 and part.text[:1] == "~":
                    fields.add(await self.text(argument), True)
                    return
                fields.split(part.text)
            else:
                await self._part(fields, part, False)

    async def _operated(self, part: Parameter, values: list[str], star: str) -> list[str]:
        operator = part.operator
        if operator == "length":
            if part.name in "@*" and part.index is None:
                return [str(len(self.shell.positional))]
            return [str(len(values) if star else len(values[0]))]
        if operator in ("", "keys", "names"):
            return values
        if operator == "slice":
            return await self._slice(part, values, star)
        argument = part.argument or Word(())
        pattern = await self.pattern(argument)
        if operator[0] in "#%":
            return [patterns.remove(operator, pattern, value) for value in values]
        if operator[0] == "/":
            new = await self.text(part.argument2) if part.argument2 else ""
            changed = [patterns.substitute(operator, pattern, new, value) for value in values]
            if any(len(value) > self.shell.limits.value for value in changed):
                raise LimitExceeded(
                    f"limit exceeded: {self.shell.limits.value} characters of one word"
                )
            return changed
        return [_recased(operator, pattern, value) for value in values]

    async def _slice(self, part: Parameter, values: list[str], star: str) -> list[str]:
        try:
            offset = await self.number(part.argument or Word(()))
            length = await self.number(part.argument2) if part.argument2 is not None else None
        except LimitExceeded:
            raise
        except Problem as problem:
            raise Fatal(f"{part.name}: {problem.text}") from None
        if star and part.index is None:
            source: list[str] | str = [self.shell.arg0, *values]
            if offset < 0:
                offset += len(source)
            elif offset == 0 and length is not None:
                pass
        elif star:
            source = values
            offset += len(source) if offset < 0 else 0
        else:
            source = values[0]
            offset += len(source) if offset < 0 else 0
        if offset < 0:
            return [] if star else [""]
        end = len(source)
        if length is not None:
            if length < 0 and star:
                raise Fatal(f"{length}: substring expression < 0")
            end = offset + length if length >= 0 else end + length
            if end < offset:
                raise Fatal(f"{length}: substring expression < 0")
        cut = source[offset:end]
        return cut if isinstance(cut, list) else [cut]

    # ------------------------------------------------------- the variables of an expression

    def number_text(self, name: str, index: int | None) -> str:
        """Return the text of a variable or an element, ``''`` if it is unset."""
        if index is not None:
            return self.shell.elements(name).get(index, "")
        text = self.shell.parameter(name)
        if text is None:
            self._unset(name)
        return text or ""

    def set_number(self, name: str, index: int | None, value: int) -> None:
        """Assign a number."""
        if index is None:
            self.shell.variables.set(name, str(value))
        elif index < 0:
            raise Fatal(f"{name}: bad array subscript")
        else:
            self.shell.variables.set_element(name, index, str(value))

    # --------------------------------------------------------------------------- assignments

    async def assign(self, assignment: Assignment) -> None:
        """Carry out one assignment."""
        shell = self.shell
        name = assignment.name
        if assignment.elements is not None:
            shell.variables.set_elements(name, await self.array(assignment))
            return
        word = assignment.value or Word((), "", "")
        value = await self.assigned(word)
        if assignment.index is not None:
            index = await self.subscript(name, assignment.index)
            if assignment.append:
                value = shell.elements(name).get(index, "") + value
            shell.variables.set_element(name, index, value)
            return
        shell.assign(name, value, append=assignment.append)

    async def array(self, assignment: Assignment) -> dict[int, str]:
        """Return the elements that ``name=(...)`` or ``name+=(...)`` makes."""
        elements: dict[int, str] = {}
        if assignment.append:
            elements.update(self.shell.elements(assignment.name))
        following = max(elements, default=-1) + 1
        for item in assignment.elements or ():
            if isinstance(item, Assignment):
                following = await self.subscript(assignment.name, item.index or Word((), "", "0"))
                text = await self.assigned(item.value or Word((), "", ""))
                elements[following] = elements.get(following, "") + text if item.append else text
                following += 1
                continue
            for text in await self.fields([item]):
                elements[following] = text
                following += 1
        return dict(sorted(elements.items()))


_TESTS = frozenset([":-", ":=", ":?", ":+", "-", "=", "?", "+"])


def _is_list(part: Parameter) -> bool:
    if part.operator == "length":
        return False
    if part.index is not None:
        return part.index.source == "@"
    return part.name == "@" or part.operator == "names"


def _recased(operator: str, pattern: str, value: str) -> str:
    """Apply ``^``, ``^^``, ``,`` or ``,,``."""
    change = str.upper if operator[0] == "^" else str.lower

    head = value if len(operator) == 2 else value[:1]
    chosen = {ord(c): change(c) for c in set(head) if patterns.matches(pattern or "?", c)}
    return head.translate(chosen) + value[len(head) :]
