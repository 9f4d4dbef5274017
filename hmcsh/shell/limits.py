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
from dataclasses import dataclass, field, fields
from typing import Any
from weakref import WeakKeyDictionary

from hmcsh.shell.errors import Exhausted


def bound(default: float, what: str, unit: str, message: str = "", ends: str = "") -> Any:
    """Declare a bound: what it bounds, what is said at it (``{}`` is the bound), and what ends."""
    about = {"what": what, "unit": unit, "message": message, "ends": ends}
    return field(default=default, metadata=about)


def message(bounds: Any, name: str) -> str:
    """What is said at one of the bounds of a class that declares them so."""
    value = getattr(bounds, name)
    declared = next(one for one in fields(bounds) if one.name == name)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return str(declared.metadata["message"]).format(shown)


_LINE = "the command line"
_COMMAND = "the command"
_TEXT = "the command line; without a terminal, the session"  # the rest cannot be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one session's shell."""

    steps: int = bound(
        100_000_000,
        "commands and loop turns of one complete command",
        "steps",
        "limit exceeded: {} steps",
        _LINE,
    )
    busy: float = bound(
        60.0,
        "own work since the last output or console command; waiting is not counted",
        "s",
        "limit exceeded: {} s without output",
        _LINE,
    )
    depth: int = bound(
        1000,
        "functions, substitutions, subshells and `eval` inside one another",
        "levels",
        "limit exceeded: {} levels of calls",
        _LINE,
    )
    nesting: int = bound(
        50,
        "syntax inside syntax, as parentheses in parentheses",
        "levels",
        "limit exceeded: {} constructs inside one another",
        _TEXT,
    )
    line: int = bound(
        512 << 10,
        "one command with its here-documents",
        "characters",
        "limit exceeded: {} characters of commands",
        _TEXT,
    )
    value: int = bound(
        4 << 20,
        "one expanded word, one substitution",
        "characters",
        "limit exceeded: {} characters of one word",
        _LINE,
    )
    variables: int = bound(
        16 << 20,
        "all variables of a shell together",
        "characters",
        "limit exceeded: {} characters of variables",
        _LINE,
    )
    fields: int = bound(
        50_000,
        "words that one word expands to by splitting",
        "words",
        "limit exceeded: {} words of one expansion",
        _LINE,
    )
    braces: int = bound(
        10_000,
        "words that one word expands to by its braces",
        "words",
        "limit exceeded: {} words of one expansion",
        _LINE,
    )
    held: int = bound(
        8 << 20,
        "text kept in memory by one tool, or for a reader that has not come yet",
        "characters",
        "limit exceeded: {} characters held",
        _COMMAND,
    )
    pipe: int = bound(64 << 10, "text in a pipe before its writer waits", "characters")
    processes: int = bound(
        128,
        "subshells, pipeline stages and background jobs at one time",
        "processes",
        "limit exceeded: {} processes",
        _LINE,
    )
    regex: float = bound(
        0.1,
        "one regular expression, or pattern, in one command",
        "s",
        "limit exceeded: time for a regular expression",
        _COMMAND,
    )
    slice: float = bound(0.003, "work before other sessions get their turn", "s")


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
            raise Exhausted(message(self.limits, "steps"), 124)
        now = time.perf_counter()
        self._busy += min(now - self._slice_end, 1.0) + self.limits.slice
        if self._busy > self.limits.busy:
            self._busy = 0.0
            raise Exhausted(message(self.limits, "busy"), 124)
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
