"""Redirections: bash(1) REDIRECTION, of which a restricted shell keeps those that only read."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from hmcsh.shell.errors import Problem
from hmcsh.shell.files import reason
from hmcsh.shell.nodes import Redirection, Word
from hmcsh.shell.streams import Reader, Stream, TextReader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_MOST = 64


class ClosedOutput:
    """Stands for a descriptor that was closed: a write to it fails when it is drained."""

    def __init__(self, *, silent: bool = False) -> None:
        self._written = False
        self._silent = silent

    def write(self, text: str) -> None:
        """Remember that there was something to write."""
        self._written = bool(text)

    async def drain(self) -> None:
        """Raise Problem if something was written to a closed descriptor."""
        if self._written and not self._silent:
            self._written = False
            raise Problem("write error: Bad file descriptor")


async def redirected(
    shell: Interpreter, redirections: tuple[Redirection, ...]
) -> dict[int, Stream]:
    """Return the descriptors after ``redirections``; raises Problem at the first refused one."""
    io = dict(shell.io)
    for redirection in redirections:
        await _apply(shell, io, redirection)
    return io


async def _apply(shell: Interpreter, io: dict[int, Stream], redirection: Redirection) -> None:
    operator = redirection.operator
    number = redirection.descriptor
    target = redirection.target or Word((), "", "")
    if number >= _MOST:
        raise Problem(f"{number}: Bad file descriptor")
    if operator in ("<<", "<<-"):
        body = redirection.body or Word((), "", "")
        io[number] = TextReader(await shell.expander.text(body))
    elif operator == "<<<":
        io[number] = TextReader(await shell.expander.text(target) + "\n")
    elif operator == "<":
        path = await _one_name(shell, target)
        try:
            io[number] = shell.files.open(path)
        except OSError as problem:
            worded = shell.session.dialect.open.format(name=path)
            raise Problem(worded or f"{path}: {reason(problem)}") from None
    elif operator in ("<&", ">&"):
        await _duplicate(shell, io, redirection, target)
    else:
        _write(shell, io, operator, number, await _one_name(shell, target), target.source)


async def _duplicate(
    shell: Interpreter, io: dict[int, Stream], redirection: Redirection, target: Word
) -> None:
    text = await _one_name(shell, target)
    number = redirection.descriptor
    if text == "-":
        io[number] = ClosedOutput()
        return
    source = text.removesuffix("-")
    if not source.isdigit():
        if redirection.operator == ">&" and number == 1:
            _write(shell, io, "&>", number, text, target.source)
            return
        raise Problem(f"{target.source}: ambiguous redirect")
    stream = io.get(int(source[:9]))
    if stream is None or isinstance(stream, ClosedOutput):
        raise Problem(f"{source}: Bad file descriptor")
    io[number] = writer(stream) if redirection.operator == ">&" else stream
    if text.endswith("-") and int(source) != number:
        io.pop(int(source), None)


def _write(
    shell: Interpreter, io: dict[int, Stream], operator: str, number: int, path: str, source: str
) -> None:
    """Open a file for writing; a restricted shell refuses, and so do read-only files."""
    dialect = shell.session.dialect
    if shell.session.restricted:
        raise Problem(dialect.restricted_output.format(name=source))
    sink: Stream
    if path == "/dev/null":
        sink = ClosedOutput(silent=True)
    else:
        try:
            sink = shell.files.create(path, append=operator.endswith((">>", "<>")))
        except OSError as problem:
            worded = dialect.create if problem.errno != errno.EROFS else ""
            text = worded.format(name=path) or f"{path}: {reason(problem)}"
            raise Problem(text) from None
    if operator == "<>":
        sink = shell.files.open(path)
    io[number] = sink
    if operator.startswith("&"):
        io[2] = sink


async def _one_name(shell: Interpreter, target: Word) -> str:
    fields = await shell.expander.fields([target])
    if len(fields) != 1:
        raise Problem(f"{target.source}: ambiguous redirect")
    return fields[0]


def reader(stream: Stream | None) -> Reader:
    """Return a stream for reading; one that cannot be read is at its end."""
    return stream if isinstance(stream, Reader) else TextReader("")


def writer(stream: Stream | None) -> Stream:
    """Return a stream for writing; one that cannot be written refuses when it is drained."""
    return ClosedOutput() if stream is None or not hasattr(stream, "write") else stream
