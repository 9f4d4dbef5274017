"""A pseudo-terminal without a kernel: echo, line editing, interrupts and type-ahead."""

import asyncio
import codecs
import contextlib
from collections.abc import Callable, Iterator, MutableSequence
from typing import Protocol

from hmcsh.shell.editor import Completer, End, LineEditor

_TYPE_AHEAD = 256 * 1024


class Flow(Protocol):
    """Whoever brings what is typed, and can be asked to wait."""

    def pause_reading(self) -> None:
        """Bring nothing for the time being."""
        ...

    def resume_reading(self) -> None:
        """Bring what has been held back."""
        ...


class Terminal:
    """What is typed on one terminal, given to whoever asks for a line.

    The shell asks through `prompt` (edited, with history and completion), a running command
    through `readline` and `read` (termios(3), canonical mode). What is typed while nobody
    asks waits in order; an interrupt character typed meanwhile throws it away and calls
    `on_interrupt`. In raw mode (`raw`, `read_some`) nothing is echoed and no character means
    anything. `show` takes what is to be seen, `flow` is asked to wait when too much is typed ahead.
    """

    def __init__(
        self,
        show: Callable[[str], None],
        flow: Flow,
        *,
        echo: bool,
        limit: int,
        history: MutableSequence[str],
        history_size: int,
        complete: Completer,
        on_interrupt: Callable[[], bool],
    ) -> None:
        self._show = show
        self._flow = flow
        self._on_interrupt = on_interrupt
        self._shared_history = history
        self._history_size = history_size
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._pending = ""
        self._ended = False
        self._paused = False
        self._discard = False
        self._asked: tuple[LineEditor, asyncio.Future[End]] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.is_raw = False
        self.lost = False
        self._edited = LineEditor(
            self._show, visible=echo, limit=limit, history=history, complete=complete
        )
        self._plain = LineEditor(self._show, visible=echo, limit=limit)
        self._hidden = LineEditor(self._show, visible=False, limit=limit)

    def feed(self, data: bytes) -> None:
        """Take what was typed, as it comes from the wire."""
        self.type(self._decoder.decode(data))

    def type(self, text: str) -> None:
        """Take what was typed."""
        if self._asked is None:
            self._pending += text
            if self.is_raw:
                self._wake()
            else:
                self._look_for_interrupt()
            self._hold_back()
        else:
            self._pending += text
            self._pump()

    def feed_eof(self) -> None:
        """Take note that the client types no more."""
        self._ended = True
        self._pump()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _look_for_interrupt(self) -> None:
        """Find an interrupt among what was typed while a command runs."""
        if self._asked is not None:
            return
        _, found, after = self._pending.rpartition("\x03")
        if found:
            self._pending = after
            self._edited.interrupt_shown()
            self._on_interrupt()

    def _hold_back(self) -> None:
        if len(self._pending) > _TYPE_AHEAD and not self._paused:
            self._paused = True
            self._flow.pause_reading()

    def _pump(self) -> None:
        while self._asked is not None:
            editor, answer = self._asked
            if self._discard and not self._skip_line():
                break
            used, end = editor.feed(self._pending)
            self._pending = self._pending[used:]
            if end is End.TOO_LONG:
                self._discard = True
            if end is None:
                if not self._ended:
                    break
                end = End.EOF
            self._asked = None
            answer.set_result(end)
            if self._pending:
                # The asker goes on first, so that an interrupt typed behind the line finds
                # the command running.
                asyncio.get_running_loop().call_soon(self._look_for_interrupt)
        self._let_come()

    def _let_come(self) -> None:
        if self._paused and not self._pending:
            self._paused = False
            self._flow.resume_reading()

    def _skip_line(self) -> bool:
        """Throw away the rest of a line that was too long; True once its end has come."""
        ends = [at for mark in "\r\n\x03" if (at := self._pending.find(mark)) >= 0]
        self._discard = not ends
        self._pending = self._pending[min(ends) + 1 :] if ends else ""
        return bool(ends)

    async def _ask(self, editor: LineEditor, prompt: str) -> End:
        editor.start(prompt)
        answer: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._asked = editor, answer
        self._pump()
        try:
            return await answer
        finally:
            if self._asked is not None and self._asked[1] is answer:
                self._asked = None

    async def prompt(self, prompt: str) -> tuple[End, str]:
        """Show a prompt and edit one line; return how it ended, and the line."""
        end = await self._ask(self._edited, prompt)
        line = self._edited.text
        if end is End.LINE and line.strip():
            self._edited.remember(line, self._history_size)
            self._shared_history.append(line)
            del self._shared_history[: -self._history_size]
        return end, line

    async def readline(self) -> str:
        """Return a line for a running command, with its newline; '' at end of file (Ctrl-D)."""
        return await self._line(self._plain)

    async def read_hidden(self) -> str:
        """Return a line for a running command that is not shown as it is typed."""
        return await self._line(self._hidden)

    async def _line(self, editor: LineEditor) -> str:
        end = await self._ask(editor, "")
        if end is End.LINE:
            return editor.text + "\n"
        if end is End.EOF:
            return editor.text
        if self._on_interrupt():
            await asyncio.get_running_loop().create_future()  # until the interrupt arrives here
        return ""

    async def read(self) -> str:
        """Return lines for a running command up to end of file (Ctrl-D)."""
        lines = []
        while line := await self.readline():
            lines.append(line)
        return "".join(lines)

    @contextlib.contextmanager
    def raw(self) -> Iterator[None]:
        """Pass on what is typed as it comes, until the context ends (termios(3), cfmakeraw)."""
        self.is_raw = True
        try:
            yield
        finally:
            self.is_raw = False
            self._wake()

    def unread(self, text: str) -> None:
        """Take back text that was read: it comes again before all else."""
        self._pending = text + self._pending

    async def read_some(self) -> str:
        """Return what has been typed, once something has; '' at end of file.

        Out of raw mode that is a line.
        """
        while self.is_raw:
            if self._pending:
                text, self._pending = self._pending, ""
                self._let_come()
                return text
            if self._ended:
                return ""
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return await self.readline()
