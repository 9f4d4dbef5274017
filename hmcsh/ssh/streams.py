"""What a session's commands read and write, on top of one SSH channel."""

import asyncio
import codecs
import math
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from hmcsh.shell.errors import LimitExceeded

STDERR = 1  # SSH_EXTENDED_DATA_STDERR, RFC 4254 5.2
_FLUSH_AT = 32 * 1024
_TURN = 64 * 1024


class Channel(Protocol):
    """The part of an SSH channel that is needed here."""

    def write(self, data: bytes, datatype: int | None = None) -> None:
        """Send bytes."""
        ...

    def pause_reading(self) -> None:
        """Hold back the peer's data."""
        ...

    def resume_reading(self) -> None:
        """Let the peer's data come."""
        ...


def encode(text: str) -> bytes:
    """Turn text into the bytes of the wire; surrogate escapes become the bytes they stand for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return text.encode("utf-8", "replace")


class Wire:
    """The sending side of a channel: keeps standard output and error in order, sends in bulk.

    What is written within one turn of the event loop leaves in one piece per stream.
    `stalled` tells whether the connection itself is full and returns what to wait for. After
    `limit` bytes (0: any number) `on_limit` is called and nothing more is taken.
    """

    def __init__(
        self,
        channel: Channel,
        stalled: Callable[[], asyncio.Future[None] | None],
        *,
        limit: int = 0,
        on_limit: Callable[[], None] = lambda: None,
    ) -> None:
        self._channel = channel
        self._stalled = stalled
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[int | None, bytes]] = []
        self._size = 0
        self._left = limit or math.inf
        self._on_limit = on_limit
        self._since_turn = 0
        self._resumed: asyncio.Future[None] | None = None
        self.closed = False

    def write(self, data: bytes, stream: int | None = None) -> None:
        """Queue bytes for a stream: None is standard output, STDERR standard error."""
        if not data or self.closed or self._left < 0:
            return
        self._left -= len(data)
        if self._left < 0:
            self._on_limit()
            return
        self._send(data, stream)

    def last(self, data: bytes, stream: int | None = None) -> None:
        """Send a last piece, whatever was sent before, without waiting for room."""
        if not self.closed:
            self._send(data, stream)
            self.flush()

    def _send(self, data: bytes, stream: int | None) -> None:
        if not self._queue:
            self._loop.call_soon(self.flush)
        self._queue.append((stream, data))
        self._size += len(data)
        self._since_turn += len(data)
        if self._size >= _FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        """Hand what is queued to the channel."""
        queue, self._queue, self._size = self._queue, [], 0
        if self.closed:
            return
        at = 0
        while at < len(queue):
            stream = queue[at][0]
            end = at + 1
            while end < len(queue) and queue[end][0] == stream:
                end += 1
            data = queue[at][1] if end == at + 1 else b"".join(d for _, d in queue[at:end])
            try:
                self._channel.write(data, stream)
            except BrokenPipeError:
                self.closed = True  # the peer has closed; the session is told by the channel
                return
            at = end

    async def drain(self) -> None:
        """Wait until both the channel's window and the connection take more.

        A session that writes much lets the others have their turn now and then.
        """
        if self._since_turn > _TURN or self._left < 0:
            self._since_turn = 0
            await asyncio.sleep(0)
        while self._resumed is not None and not self.closed:
            await asyncio.shield(self._resumed)
        while (stalled := self._stalled()) is not None and not self.closed:
            await asyncio.shield(stalled)

    def pause(self) -> None:
        """Note that the channel's buffer is full."""
        if self._resumed is None:
            self._resumed = self._loop.create_future()

    def resume(self) -> None:
        """Note that the channel's buffer has room again."""
        if self._resumed is not None:
            self._resumed.set_result(None)
            self._resumed = None

    def close(self) -> None:
        """Drop what is queued and let nobody wait any longer."""
        self.closed = True
        self._queue.clear()
        self.resume()


class WireOutput:
    """One stream of a session.

    Where `cr_lf` says so, each newline is sent as CR LF: a terminal's ONLCR of termios(3), which
    does not hold in its raw mode.
    """

    def __init__(
        self, wire: Wire, stream: int | None = None, *, cr_lf: Callable[[], bool] = lambda: False
    ) -> None:
        self._wire = wire
        self._stream = stream
        self._cr_lf = cr_lf

    def write(self, text: str) -> None:
        """Queue text."""
        if self._cr_lf():
            text = text.replace("\n", "\r\n")
        self._wire.write(encode(text), self._stream)

    async def drain(self) -> None:
        """Wait until the client has room for more."""
        await self._wire.drain()


class PipeInput:
    """Standard input of a session without a terminal.

    Holds at most `limit` bytes that nobody has read. While nobody asks for more than is
    there, the client is held back through the channel's window. More than that, asked for at
    once, raises LimitExceeded with `message`: in one line, or as all the rest.
    """

    _HOLD = 256 * 1024

    def __init__(self, channel: Channel, limit: int, message: str) -> None:
        self._channel = channel
        self._limit = limit
        self._message = message
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._lines: deque[str] = deque()
        self._partial: list[str] = []
        self._held = 0
        self._ended = False
        self._overrun = False
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self.lost = False

    def feed(self, data: bytes) -> None:
        """Take what the client sent."""
        if self._held > self._limit:
            self._overrun = True
            return
        self._store(self._decoder.decode(data))
        waiting = self._waiter is not None and not self._waiter.done()
        if self._held > self._HOLD and not waiting and not self._paused:
            self._paused = True
            self._channel.pause_reading()
        self._wake()

    @property
    def at_end(self) -> bool:
        """Whether everything has been read, and no more will come."""
        return self._ended and not (self._lines or self._partial)

    def feed_eof(self) -> None:
        """Take note that no more will come."""
        self._store(self._decoder.decode(b"", True))
        self._ended = True
        self._wake()

    def _store(self, text: str) -> None:
        self._held += len(text)
        head, newline, rest = text.rpartition("\n")
        if newline:
            self._partial.append(head)
            self._lines.extend(line + "\n" for line in "".join(self._partial).split("\n"))
            self._partial = []
        if rest:
            self._partial.append(rest)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _more(self) -> None:
        if self._overrun or self._held > self._limit:
            raise LimitExceeded(self._message)
        self._waiter = asyncio.get_running_loop().create_future()
        if self._paused:
            self._paused = False
            self._channel.resume_reading()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _take(self, text: str) -> str:
        self._held -= len(text)
        if self._paused and self._held <= self._HOLD // 2:
            self._paused = False
            self._channel.resume_reading()
        return text

    async def readline(self) -> str:
        """Return the next line with its newline, what is left at the end, then ''."""
        while not self._lines:
            if self._ended:
                rest, self._partial = "".join(self._partial), []
                return self._take(rest)
            await self._more()
        return self._take(self._lines.popleft())

    async def read_hidden(self) -> str:
        """Return the next line: nothing shows what comes through a pipe."""
        return await self.readline()

    async def read(self) -> str:
        """Return everything up to the end of input."""
        while not self._ended:
            await self._more()
        return self._rest()

    async def read_some(self) -> str:
        """Return what is there, once there is something; '' at the end of input."""
        while not (self._lines or self._partial or self._ended):
            await self._more()
        return self._rest()

    def unread(self, text: str) -> None:
        """Take back text that was read: it comes again before all else."""
        text += self._rest()
        self._store(text)

    def _rest(self) -> str:
        text = "".join(self._lines) + "".join(self._partial)
        self._lines.clear()
        self._partial = []
        return self._take(text)

    def raw(self) -> AbstractContextManager[None]:
        """Do nothing: what comes without a terminal is never edited."""
        return nullcontext()
