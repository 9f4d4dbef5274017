"""sed: the stream editor without its ways to write files or run commands."""

from __future__ import annotations

from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.files import reason
from hmcsh.shell.regexes import RegexError, RegexTimeout
from hmcsh.shell.registry import tool
from hmcsh.shell.streams import Reader
from hmcsh.shell.tools.sed_script import (
    Address,
    Edit,
    Script,
    ScriptError,
    parse_script,
    substitute,
)


@tool("sed")
async def sed(call: Call) -> int:
    """Edit lines by a script."""
    long = {
        "quiet": "n", "silent": "n", "expression=": "e", "file=": "f", "regexp-extended": "E",
        "separate": "s", "in-place": "i", "unbuffered": "u", "null-data": "z",
    }  # fmt: skip
    options, operands = scan_options(call.args, "ne:f:Eruszi", long)
    letters = {letter for letter, _ in options}
    if letters & {"i", "z"}:
        raise UsageError(f"-{min(letters & {'i', 'z'})}: not supported", 4)
    pieces: list[str] = []
    for letter, value in options:
        if letter == "e":
            pieces.append(value)
        elif letter == "f":
            try:
                pieces.append((await call.shell.files.read(value)).removesuffix("\n"))
            except OSError as problem:
                raise UsageError(f"couldn't open file {value}: {reason(problem)}") from None
    if not pieces:
        if not operands:
            call.shell.stderr.write("Usage: sed [OPTION]... {script-only} [input-file]...\n")
            return 1
        pieces.append(operands.pop(0))
    text = "\n".join(pieces)
    quiet = "n" in letters or text.startswith("#n\n")
    try:
        script = parse_script(text, bool(letters & {"E", "r"}), call.shell.limits.regex)
    except ScriptError as problem:
        raise UsageError(f"-e expression #1, {problem}") from None
    readers, failed = await call.inputs(operands)
    editor = _Editor(call, script, quiet, [source for _, source in readers])
    try:
        status = await editor.run()
    except RegexError as problem:
        raise UsageError(f"-e expression #1, {problem}") from None
    except RegexTimeout:
        raise UsageError("limit exceeded: time for a regular expression", 4) from None
    return status or (2 if failed else 0)


class _Quit(Exception):  # noqa: N818
    """The script has ended the run."""


class _Editor:
    """Runs a script over lines."""

    def __init__(self, call: Call, script: Script, quiet: bool, sources: list[Reader]) -> None:
        self.call = call
        self.script = script
        self.quiet = quiet
        self.sources = sources
        self.number = 0
        self.following: str | None = None
        self.space = ""
        self.hold = ""
        self.newline = "\n"
        self.appended: list[str] = []
        self.in_range: dict[int, int] = {}
        self.status = 0
        self.replaced = False
        self.skip_read = False

    async def run(self) -> int:
        self.following = await self._line()
        while self.skip_read or await self._advance():
            self.skip_read = False
            try:
                await self._cycle()
            except _Quit:
                break
        return self.status

    async def _line(self) -> str | None:
        while self.sources:
            line = await self.sources[0].readline()
            if line:
                return line
            self.sources.pop(0)
        return None

    async def _advance(self) -> bool:
        """Make the next line the pattern space; tell whether there was one."""
        if self.following is None:
            return False
        line = self.following
        # A script that ends at a line must leave what follows to the next command, so "q" and
        # the last line of a numbered range look ahead no further than one line, as sed does.
        self.following = await self._line()
        self.newline = "\n" if line.endswith("\n") or self.following is not None else ""
        self.space = line.removesuffix("\n")
        self.number += 1
        return True

    def _put(self, text: str, end: str = "\n") -> None:
        self.call.out(text + end)

    async def _end_of_cycle(self, *, printing: bool = True) -> None:
        if printing and not self.quiet:
            self._put(self.space, self.newline)
        for text in self.appended:
            self._put(text)
        self.appended.clear()
        await self.call.flush()

    async def _cycle(self) -> None:
        """Run the script once."""
        self.replaced = False
        edits = self.script.edits
        at = 0
        meter = self.call.shell.meter
        while at < len(edits):
            edit = edits[at]
            if meter.due():
                await meter.pause()
            if self._selected(at, edit) == edit.negated:
                at = edit.target + 1 if edit.name == "{" else at + 1
                continue
            name = edit.name
            if name in "btT":
                jump = name == "b" or self.replaced == (name == "t")
                if name != "b":
                    self.replaced = False
                at = edit.target if jump else at + 1
                continue
            if name in "dDc":
                await self._delete(at, edit)
                return
            await self._edit(edit)
            if len(self.space) > self.call.shell.limits.held:
                raise LimitExceeded(
                    f"sed: limit exceeded: {self.call.shell.limits.held} characters held"
                )
            at += 1
        await self._end_of_cycle()

    async def _delete(self, at: int, edit: Edit) -> None:
        """Carry out ``d``, ``D`` or ``c``: the cycle ends without printing the space."""
        if edit.name == "c" and (edit.second is None or edit.negated or at not in self.in_range):
            self._put(edit.text)
        _, newline, rest = self.space.partition("\n")
        await self._end_of_cycle(printing=False)
        if edit.name == "D" and newline:
            self.space = rest
            self.skip_read = True

    async def _edit(self, edit: Edit) -> None:
        name = edit.name
        if name == "s":
            self._substitute(edit)
        elif name == "p":
            self._put(self.space)
        elif name == "P":
            self._put(self.space.partition("\n")[0])
        elif name in "nN":
            await self._next(name)
        elif name in "hHgGx":
            self._hold(name)
        elif name == "y":
            self.space = self.space.translate(edit.table)
        elif name == "=":
            self._put(str(self.number))
        elif name == "a":
            self.appended.append(edit.text)
        elif name == "i":
            self._put(edit.text)
        elif name == "l":
            self._put(_visible(self.space))
        elif name in "qQ":
            self.status = edit.status
            if name == "q":
                await self._end_of_cycle()
            raise _Quit

    async def _next(self, name: str) -> None:
        if self.following is None:
            # POSIX: without a next line "n" and "N" end the run; GNU prints the space first.
            await self._end_of_cycle()
            raise _Quit
        if name == "n":
            await self._end_of_cycle()
            await self._advance()
        else:
            space = self.space
            await self._advance()
            self.space = f"{space}\n{self.space}"

    def _hold(self, name: str) -> None:
        if name == "h":
            self.hold = self.space
        elif name == "H":
            self.hold = f"{self.hold}\n{self.space}"
        elif name == "g":
            self.space = self.hold
        elif name == "G":
            self.space = f"{self.space}\n{self.hold}"
        else:
            self.space, self.hold = self.hold, self.space

    def _substitute(self, edit: Edit) -> None:
        changed = substitute(
            edit, self.script.regex(edit.regex), self.space, self.call.shell.limits.held
        )
        if changed is not None:
            self.space = changed
            self.replaced = True
            if edit.printing:
                self._put(self.space)

    # ----------------------------------------------------------------------------- addresses

    def _matches(self, address: Address) -> bool:
        if address.kind == "line":
            return self.number == address.number
        if address.kind == "last":
            return self.following is None
        if address.kind == "step":
            if address.step == 0:
                return self.number == address.number
            return (
                self.number >= address.number and (self.number - address.number) % address.step == 0
            )
        return self.script.regex(address.regex).search(self.space) is not None

    def _selected(self, at: int, edit: Edit) -> bool:
        if edit.first is None:
            return True
        if edit.second is None:
            return self._matches(edit.first)
        end = self.in_range.get(at, 0)
        if not end:
            zero = edit.first.kind == "line" and edit.first.number == 0
            if zero and self.number == 1:
                self.in_range[at] = -1
                return self._in_range(at, edit.second)
            if not self._matches(edit.first):
                return False
            return self._begin(at, edit.second)
        return self._in_range(at, edit.second)

    def _begin(self, at: int, second: Address) -> bool:
        if second.kind == "line":
            if second.number > self.number:
                self.in_range[at] = second.number
        elif second.kind == "count":
            if second.number:
                self.in_range[at] = self.number + second.number
        elif second.kind == "multiple":
            if second.number and self.number % second.number:
                self.in_range[at] = self.number + second.number - self.number % second.number
        elif second.kind != "last" or self.following is not None:
            self.in_range[at] = -1
        return True

    def _in_range(self, at: int, second: Address) -> bool:
        end = self.in_range[at]
        if end > 0:
            if self.number >= end:
                del self.in_range[at]
                # A range whose last line has gone by, jumped over by "n", selects no more.
                return self.number == end
            return True
        if self._matches(second):
            del self.in_range[at]
        return True


def _visible(text: str) -> str:
    out: list[str] = []
    names = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f",
             "\r": "\\r", "\v": "\\v"}  # fmt: skip
    for character in text:
        if character in names:
            out.append(names[character])
        elif " " <= character <= "~":
            out.append(character)
        else:
            data = character.encode("utf-8", "surrogateescape")
            out.extend(f"\\{byte:03o}" for byte in data)
    lines: list[str] = []
    line = ""
    for piece in out:
        if len(line) + len(piece) > 69:
            lines.append(line + "\\")
            line = ""
        line += piece
    return "\n".join([*lines, line + "$"])
