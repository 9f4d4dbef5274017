"""Text streams in memory: what stands on the file descriptors of a command."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AbstractContextManager, nullcontext

from hmcsh.shell.api import Input, Output
from hmcsh.shell.errors import BrokenPipe, LimitExceeded
from hmcsh.shell.limits import Limits

_CHUNK = 1 << 15


class Reader:
    """An :class:`~hmcsh.shell.api.Input` with a buffer; subclasses say where text comes from."""

    def __init__(self, limit: int = 1 << 24) -> None:
        self._buffer = ""
        self._at = 0
        self._limit = limit

    async def _fill(self) -> str:
        """Return the next piece of text, ``''`` at the end."""
        return ""

    def close(self) -> None:
        """Say that nothing more will be read."""

    async def _more(self) -> bool:
        chunk = await self._fill()
        if not chunk:
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        if len(self._buffer) > self._limit:
            raise LimitExceeded(f"limit exceeded: {self._limit} characters held")
        return True

    def _take(self, end: int) -> str:
        text = self._buffer[self._at : end]
        self._at = end
        if end >= len(self._buffer):
            self._buffer = ""
            self._at = 0
        return text

    async def read_until(self, delimiter: str) -> str:
        """Return text up to and with ``delimiter``, or all that is left."""
        start = self._at
        while True:
            end = self._buffer.find(delimiter, start)
            if end >= 0:
                return self._take(end + 1)
            seen = len(self._buffer) - self._at
            if not await self._more():
                return self._take(len(self._buffer))
            start = seen

    async def readline(self) -> str:
        """Return the next line with its newline, ``''`` at the end."""
        return await self.read_until("\n")

    async def read_hidden(self) -> str:
        """Return the next line, which a terminal does not show as it is typed."""
        return await self.readline()

    async def read(self) -> str:
        """Return all that is left."""
        pieces = [self._take(len(self._buffer))]
        size = 0
        while chunk := await self._fill():
            pieces.append(chunk)
            size += len(chunk)
            if size > self._limit:
                raise LimitExceeded(f"limit exceeded: {self._limit} characters held")
        return "".join(pieces)

    async def read_some(self) -> str:
        """Return what there is, once there is something; ``''`` at the end."""
        return self._take(len(self._buffer)) or await self._fill()

    def unread(self, text: str) -> None:
        """Take back text that was read: it comes again before all else."""
        self._buffer = text + self._buffer[self._at :]
        self._at = 0

    def raw(self) -> AbstractContextManager[None]:
        """Let a terminal pass everything on as it is typed."""
        return nullcontext()

    @property
    def lost(self) -> bool:
        """Whether whoever types has gone without ending the session."""
        return False

    async def read_characters(self, count: int) -> str:
        """Return the next ``count`` characters, fewer at the end."""
        while len(self._buffer) - self._at < count and await self._more():
            pass
        return self._take(min(self._at + count, len(self._buffer)))

    async def batch(self) -> list[str]:
        """Return the lines at hand, without their newlines; an empty list at the end.

        A last line without a newline counts as a line.
        """
        while True:
            end = self._buffer.rfind("\n", self._at, self._at + _CHUNK)
            if end < 0:
                end = self._buffer.find("\n", self._at + _CHUNK)
            if end >= 0:
                return self._take(end + 1)[:-1].split("\n")
            if not await self._more():
                rest = self._take(len(self._buffer))
                return [rest] if rest else []


class TextReader(Reader):
    """Reads a text that is already there: a here-document, a virtual file."""

    def __init__(self, text: str) -> None:
        super().__init__(max(len(text), 1))
        self._buffer = text


class InputReader(Reader):
    """Reads an :class:`~hmcsh.shell.api.Input` line by line, never further than asked."""

    def __init__(self, source: Input, limit: int) -> None:
        super().__init__(limit)
        self._source = source

    async def _fill(self) -> str:
        return await self._source.readline()

    async def read_some(self) -> str:
        """Return what there is, once there is something; ``''`` at the end."""
        return self._take(len(self._buffer)) or await self._source.read_some()

    def unread(self, text: str) -> None:
        """Take back text that was read: others may read from the source next."""
        self._source.unread(text + self._take(len(self._buffer)))

    def raw(self) -> AbstractContextManager[None]:
        """Let a terminal pass everything on as it is typed."""
        return self._source.raw()

    @property
    def lost(self) -> bool:
        """Whether whoever types has gone without ending the session."""
        return self._source.lost

    async def read_hidden(self) -> str:
        """Return the next line, which a terminal does not show as it is typed."""
        return self._take(len(self._buffer)) or await self._source.read_hidden()


class Pipe(Reader):
    """What joins two stages of a pipeline; its writer waits when the reader falls behind."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits.held)
        self._limits = limits
        self._chunks: deque[str] = deque()
        self._size = 0
        self._ended = False
        self._broken = False
        self._lost = False  # something was written that nobody will read
        self._waiting: asyncio.Future[None] | None = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _wait(self) -> None:
        # Reader and writer never wait at the same time: one waits for text, one for room.
        # Several writers may wait for room; they share one future.
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiting)

    async def _fill(self) -> str:
        while not self._chunks:
            if self._ended:
                return ""
            await self._wait()
        text = "".join(self._chunks)
        self._chunks.clear()
        self._size = 0
        self._wake()
        return text

    def close(self) -> None:
        """The reader goes: writers get BrokenPipe."""
        self._broken = True
        self._chunks.clear()
        self._wake()

    def end(self) -> None:
        """The writer goes: the reader sees the end after what is left."""
        self._ended = True
        self._wake()

    def write(self, text: str) -> None:
        """Hold ``text`` for the reader; beyond the limit it is lost and drain() says so."""
        if not text or self._broken or self._ended:
            self._lost = self._lost or bool(text)
            return
        self._size += len(text)
        if self._size <= self._limits.held:
            self._chunks.append(text)
        self._wake()

    async def drain(self) -> None:
        """Wait for the reader; raises BrokenPipe, or LimitExceeded if text was lost."""
        if self._size > self._limits.held:
            raise LimitExceeded(f"limit exceeded: {self._limits.held} characters held")
        while self._size > self._limits.pipe and not self._broken:
            await self._wait()
        if self._broken and self._lost:
            raise BrokenPipe


class Capture:
    """An output kept in memory, for ``$( )``; `problem` is raised for more than the limit."""

    def __init__(self, limit: int, problem: LimitExceeded) -> None:
        self._chunks: list[str] = []
        self._size = 0
        self._limit = limit
        self._problem = problem

    def write(self, text: str) -> None:
        """Keep ``text``; beyond the limit it is lost and drain() says so."""
        self._size += len(text)
        if self._size <= self._limit:
            self._chunks.append(text)

    async def drain(self) -> None:
        """Raise LimitExceeded if text was lost."""
        if self._size > self._limit:
            raise self._problem

    def text(self) -> str:
        """Return what was written."""
        return "".join(self._chunks)


Stream = Reader | Output
