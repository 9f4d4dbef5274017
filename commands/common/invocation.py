"""One call of a command, as the shell makes it: words in, output and exit status out."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

_PIECE = 16 * 1024  # characters

Lines = Iterable[str]


class Output(Protocol):
    """Where a command writes."""

    def write(self, text: str) -> None:
        """Take some text."""

    async def drain(self) -> None:
        """Wait until there is room for more."""


class Input(Protocol):
    """What a command reads: a terminal, or what stands before it in a pipe."""

    async def readline(self) -> str:
        """Give the next line with its newline, '' at the end."""

    async def read(self) -> str:
        """Give all that is left, up to the end."""

    async def read_some(self) -> str:
        """Give what there is, once there is something; '' at the end."""

    def unread(self, text: str) -> None:
        """Take back text that was read: it comes again before all else."""

    def raw(self) -> AbstractContextManager[None]:
        """Let a terminal pass everything on as it is typed."""

    @property
    def lost(self) -> bool:
        """Whether whoever types has gone without ending the session."""

    async def read_hidden(self) -> str:
        """Give the next line, which a terminal does not show as it is typed."""


class Invocation(Protocol):
    """One call of a command, as the shell makes it."""

    name: str
    args: tuple[str, ...]
    stdin: Input
    stdout: Output
    stderr: Output
    caller: Any

    def read_file(self, path: str) -> Awaitable[str]:
        """Read a file that the caller can see. Raises OSError."""


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines, some of them at a time, so that few pieces of text go down to the wire."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size > _PIECE:
            yield "\n".join(held) + "\n"
            held.clear()
            size = 0
    if held:
        yield "\n".join(held) + "\n"


async def print_lines(output: Output, lines: Lines) -> None:
    """Write lines, no faster than they are taken."""
    for piece in _pieces(lines):
        output.write(piece)
        await output.drain()


class Collected:
    """Output that is kept."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def write(self, text: str) -> None:
        """Take some text."""
        self._pieces.append(text)

    async def drain(self) -> None:
        """There always is room for more."""

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._pieces)


class NoInput:
    """Input into which nobody types: it is at its end."""

    lost = False

    async def readline(self) -> str:
        """Give the end."""
        return ""

    async def read(self) -> str:
        """Give the end."""
        return ""

    async def read_some(self) -> str:
        """Give the end."""
        return ""

    async def read_hidden(self) -> str:
        """Give the end."""
        return ""

    def unread(self, text: str) -> None:
        """Nothing was read."""

    def raw(self) -> AbstractContextManager[None]:
        """Nothing is typed."""
        return contextlib.nullcontext()


@dataclasses.dataclass(frozen=True, slots=True)
class Detached:
    """A call that no shell makes: its words, with no input, and output that is kept."""

    name: str
    args: tuple[str, ...]
    caller: Any
    stdin: Input = dataclasses.field(default_factory=NoInput)
    stdout: Collected = dataclasses.field(default_factory=Collected)
    stderr: Collected = dataclasses.field(default_factory=Collected)

    async def read_file(self, path: str) -> str:
        """Raises FileNotFoundError: such a call sees no files."""
        raise FileNotFoundError(path)
