"""A session on a partition's virtual terminal: what mkvterm and vtmenu have in common.

The course of a session and its times are captures (V10R3): a terminal that was closed by somebody
else tells so and goes on waiting for its input to end; a connection that is lost without any end
of the input leaves the terminal open until rmvterm. That `~.` asks before it ends the session is
known from a program that answers the question.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.guesses import TerminalAttempts

from hmcsh.language.messages import render
from hmcsh.model.partition import Partition
from hmcsh.model.vty import VirtualTerminal
from hmcsh.runtime import MILLISECOND, SECOND, Event, Timer

NOTES = (
    "At the beginning of a line, ~. ends the session after a question. An ssh client takes these "
    "two characters for itself: type ~~. then.",
)
_FULL = 64 * 1024  # characters that the session's output has not taken
_OPENING = SECOND // 2
_CLOSING = 1500 * MILLISECOND
_INPUT_ENDING = 10 * SECOND


async def hold(call: Call, partition: Partition) -> None:
    """Open the terminal of a partition and stay until the session ends.

    Raises HmcError if the terminal cannot be opened.
    """
    caller, stdin = call.caller, call.invocation.stdin
    held = partition.vty.terminal
    if held is not None and held.console == caller.console.name:
        # No refusal as others are: the status is 0, and no newline follows.
        call.invocation.stdout.write(render("vterm_already_open"))
        return
    terminal = partition.vty.open(caller.console.name, caller.user.name)
    session = _Session(call, terminal)
    try:
        await session.run()
    finally:
        terminal.show = None
        if not stdin.lost:
            terminal.close()


class _Session:
    """One session, from the opening of its terminal to the end of its input."""

    def __init__(self, call: Call, terminal: VirtualTerminal) -> None:
        self._clock = call.datacenter.clock
        self._input = call.invocation.stdin
        self._output = call.invocation.stdout
        self._terminal = terminal
        self._written = asyncio.Event()
        self._raw = contextlib.ExitStack()
        self._notice: Timer | None = None
        self._unsent = 0
        partition = terminal.partition
        door = f"the console of {partition.name} on {partition.frame.name}"
        terminal.attempts = self._attempts = TerminalAttempts(call, door)

    async def run(self) -> None:
        """Show what the partition writes and send what is typed until that ends."""
        self._terminal.closed.add_callback(self._closed)
        draining = asyncio.create_task(self._drain())
        with self._raw:
            self._raw.enter_context(self._input.raw())
            try:
                await self._write(render("vterm_opening"))
                await self._clock.sleep(_OPENING)
                await self._write(render("vterm_opened"))
                self._terminal.show = self._show
                await self._type()
                await self._attempts.answered()
            finally:
                self._terminal.closed.discard_callback(self._closed)
                if self._notice is not None:
                    self._notice.cancel()
                self._terminal.show = None
                self._let_write()
                self._terminal.attempts = None
                self._attempts.release()
                draining.cancel()
                await asyncio.gather(draining, return_exceptions=True)

    async def _write(self, text: str) -> None:
        self._output.write(text)
        await self._output.drain()

    def _show(self, text: str) -> None:
        self._output.write(text)
        self._unsent += len(text)
        if self._unsent > _FULL and self._terminal.full is None:
            self._terminal.full = self._clock.event()
        self._written.set()

    async def _drain(self) -> None:
        """Let the output take what has been written by others than the user's typing."""
        while True:
            await self._written.wait()
            self._written.clear()
            await self._output.drain()
            self._unsent = 0
            self._let_write()

    def _let_write(self) -> None:
        """Tell the partition that its output has been taken."""
        full, self._terminal.full = self._terminal.full, None
        if full is not None:
            full.succeed()

    def _closed(self, _: Event) -> None:
        """Somebody else has closed the terminal, of which its user learns somewhat later."""
        self._notice = self._clock.call_after(_CLOSING, self._tell)

    def _tell(self) -> None:
        self._show(render("vterm_connection_closed"))
        self._raw.close()  # nobody is left to make sense of raw characters

    async def _type(self) -> None:
        """Send what is typed until the user leaves or the input ends."""
        keys = _Keys()
        while text := await self._input.read_some():
            typed = keys.take(text)
            self._terminal.type(typed.text)
            await self._write(typed.shown)
            if typed.left:
                self._input.unread(typed.rest)
                return
        await self._clock.sleep(_INPUT_ENDING)
        await self._write(render("vterm_input_ended"))


@dataclasses.dataclass(slots=True)
class _Typed:
    """What comes of some typing: text for the partition and for the screen.

    `left` tells whether the session was left, `rest` what was typed after that.
    """

    text: str = ""
    shown: str = ""
    left: bool = False
    rest: str = ""


class _Keys:
    """Finds `~.` among what is typed: at the beginning of a line, as in cu(1) and ssh(1).

    A second tilde before the dot makes no difference: programs that were written for a terminal
    behind an ssh client send it in any case.
    """

    def __init__(self) -> None:
        self._held: str | None = ""  # tildes at the beginning of a line, None further on
        self._asking = False

    def take(self, text: str) -> _Typed:
        """Sort what was typed."""
        typed = _Typed()
        for at, character in enumerate(text):
            if typed.left:
                typed.rest = text[at:]
                break
            if self._asking:
                self._answer(character, typed)
            else:
                self._type(character, typed)
        return typed

    def _type(self, character: str, typed: _Typed) -> None:
        if self._held is not None and character == "~" and len(self._held) < 2:
            self._held += character
            return
        if self._held and character == ".":
            self._asking = True
            typed.shown += render("vterm_terminate")
            return
        typed.text += (self._held or "") + character
        self._held = "" if character in "\r\n" else None

    def _answer(self, character: str, typed: _Typed) -> None:
        if character not in "yYnN":
            return
        self._asking = False
        self._held = ""
        typed.shown += f"{character}\r\n"
        typed.left = character in "yY"
