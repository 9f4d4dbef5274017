"""Text that is made of the model as it is now, by a child process, while this one goes on.

A copy of the process (fork) holds all objects as they are at one instant and takes no time of the
event loop's to walk through them: large pages of memory are copied only as they change.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import gc
import os
import signal
import traceback
import warnings
from collections.abc import AsyncGenerator, Callable, Iterable

from hmcsh.state.kinds import StateError

_PIECE = 64 * 1024  # bytes
_END = "\0"  # stands behind the text, and before what went wrong; in no text


async def made_apart(make: Callable[[], Iterable[str]]) -> AsyncGenerator[str, None]:
    """The pieces of a text that has no NUL, made of what there is when the first is asked for.

    Raises StateError as `make` does, and where the child ends before its text.
    """
    reader, writer = os.pipe()
    child = _fork()
    if child == 0:
        _work(make, writer)
    os.close(writer)
    try:
        async with contextlib.aclosing(_read(reader)) as read:
            async for piece in read:
                text, end, wrong = piece.partition(_END)
                if text:
                    yield text
                if wrong:
                    raise StateError(wrong)
                if end:
                    return
        raise StateError("the process that exports has ended")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        await asyncio.to_thread(os.waitpid, child, 0)


def _fork() -> int:
    with warnings.catch_warnings():
        # Other threads hash passwords; the child takes no lock that they may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _work(make: Callable[[], Iterable[str]], writer: int) -> None:
    """What the child does; it does not return."""
    status = 1
    try:
        gc.disable()  # it would copy all memory
        signal.set_wakeup_fd(-1)  # the loop's, which is the parent's
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, writer)
        os.closerange(writer + 1, os.sysconf("SC_OPEN_MAX"))
        try:
            for piece in make():
                _write(writer, piece)
            _write(writer, _END)
        except StateError as error:
            _write(writer, f"{_END}{error}")
        status = 0
    except Exception:  # noqa: BLE001 (a fault of ours; in this copy the log may be locked)
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _write(writer: int, text: str) -> None:
    data = memoryview(text.encode())
    while data:
        data = data[os.write(writer, data) :]


async def _read(pipe: int) -> AsyncGenerator[str, None]:
    """What comes through a pipe, until its other end is closed; an error has come as a whole."""
    reader = asyncio.StreamReader(limit=_PIECE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb")
    )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while data := await reader.read(_PIECE):
            text = decoder.decode(data)
            if _END in text:
                text += decoder.decode(await reader.read())
            yield text
    finally:
        transport.close()
