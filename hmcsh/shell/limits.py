"""Bounds on what one session may use, and the meter that holds it to them.

The interpreter runs in the event loop of a server with other sessions, so it gives way after a
few milliseconds, and it ends what would run for ever or fill the memory. All bounds are ours
(inferred): bash has none of them.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from hmcsh.shell.errors import Exhausted


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds; sizes are in characters, times in seconds."""

    steps: int = 100_000_000
    """Commands and loop turns of one complete command."""
    busy: float = 60.0
    """Own work since the last output or HMC command; waiting is not counted."""
    depth: int = 1000
    """Functions, substitutions, subshells and ``eval`` inside one another."""
    nesting: int = 50
    """Syntax inside syntax, as parentheses in parentheses."""
    line: int = 512 << 10
    """One command with its here-documents."""
    value: int = 4 << 20
    """One expanded word, one substitution."""
    variables: int = 16 << 20
    """All variables of a shell together."""
    fields: int = 50_000
    """Words that one word expands to by splitting."""
    braces: int = 10_000
    """Words that one word expands to by its braces."""
    held: int = 8 << 20
    """Text kept in memory by one tool, or for a reader that has not come yet."""
    pipe: int = 64 << 10
    """Text in a pipe before its writer waits."""
    processes: int = 128
    """Subshells, pipeline stages and background jobs at one time."""
    regex: float = 0.1
    """Time for one regular expression in one command."""
    slice: float = 0.003
    """Work before other sessions get their turn."""


class _Turnstile:
    """Lets who has used up his slice go on, one in each turn of the event loop.

    So what a session waits for between two of its steps is one slice, however many others are
    busy; these share what is left of the processor in equal parts.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._next)
        self._waiting.append(turn)
        await turn

    def _next(self) -> None:
        while self._waiting[0].done():  # cancelled meanwhile
            self._waiting.popleft()
            if not self._waiting:
                return
        self._waiting.popleft().set_result(None)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._next)


_turnstiles: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turnstile] = WeakKeyDictionary()


def _turnstile() -> _Turnstile:
    loop = asyncio.get_running_loop()
    turnstile = _turnstiles.get(loop)
    if turnstile is None:
        turnstile = _turnstiles[loop] = _Turnstile()
    return turnstile


class Meter:
    """Counts the work of one session; shared by its subshells."""

    __slots__ = ("_busy", "_slice_end", "depth", "limits", "processes", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.depth = 0
        self.processes = 0
        self._busy = 0.0
        self._slice_end = 0.0

    def start(self) -> None:
        """Begin a complete command: its steps and its time count from here."""
        self.steps = 0
        self._busy = 0.0
        self._slice_end = time.perf_counter() + self.limits.slice

    def progress(self) -> None:
        """Note that something came out of the work done so far."""
        self._busy = 0.0

    def due(self) -> bool:
        """Count one step; tell whether :meth:`pause` must be awaited now."""
        self.steps += 1
        return time.perf_counter() >= self._slice_end or self.steps > self.limits.steps

    async def pause(self) -> None:
        """Let other sessions run; raises Exhausted if this one has had its share."""
        if self.steps > self.limits.steps:
            self.steps = 0
            raise Exhausted(f"limit exceeded: {self.limits.steps} steps", 124)
        now = time.perf_counter()
        self._busy += min(now - self._slice_end, 1.0) + self.limits.slice
        if self._busy > self.limits.busy:
            self._busy = 0.0
            raise Exhausted(f"limit exceeded: {self.limits.busy:g} s without output", 124)
        await _turnstile().wait()
        self._slice_end = time.perf_counter() + self.limits.slice

    async def breathe(self) -> None:
        """Pause if it is time: for loops inside one tool."""
        if self.due():
            await self.pause()


class VirtualMeter(Meter):
    """Counts the work of a shell whose time is virtual: so many steps take so long.

    What a shell does then depends on nothing but its input, and one that works for ever lets
    virtual time pass, in which it can be ended.
    """

    __slots__ = ("_since", "_sleep", "_worked")

    STEPS = 500
    SECONDS = 0.02

    def __init__(self, limits: Limits, sleep: Callable[[float], Awaitable[None]]) -> None:
        super().__init__(limits)
        self._sleep = sleep
        self._since = 0
        self._worked = 0.0

    def start(self) -> None:
        """Begin a complete command."""
        super().start()
        self._worked = 0.0

    def progress(self) -> None:
        """Note that something came out of the work done so far."""
        self._worked = 0.0

    def due(self) -> bool:
        """Count one step; tell whether :meth:`pause` must be awaited now."""
        self.steps += 1
        self._since += 1
        return self._since >= self.STEPS

    async def pause(self) -> None:
        """Let the time pass that the work has taken; raises Exhausted if it was too much."""
        self._since = 0
        self._worked += self.SECONDS
        if self._worked > self.limits.busy:
            self._worked = 0.0
            raise Exhausted(f"limit exceeded: {self.limits.busy:g} s without output", 124)
        await self._sleep(self.SECONDS)
