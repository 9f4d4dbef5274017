"""An event loop in virtual time: asynchronous code as a thing that happens on a `Clock`.

What runs in a partition, a session at its console or a script that it is told to run, must not
depend on how the tasks of the server happen to take their turns. Its tasks live in a loop of their
own, which does all there is to do whenever it is run, and whose time is that of the clock: so the
same input gives the same history at any pace, also where no other loop runs.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import weakref
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hmcsh.runtime.clock import Clock, Timer

_log = logging.getLogger("hmcsh")

# Callbacks of one run. What still is to do then waits for its next turn on the clock, so that
# tasks that only pass the turn to each other hold up nobody for ever.
_MOST = 10_000
_SECOND = 1_000_000_000
# Python 3.14 on knows the task that runs by thread, not by loop.
_swap_task = getattr(asyncio.tasks, "_swap_current_task", None)

_Context = contextvars.Context | None


class VirtualLoop(asyncio.AbstractEventLoop):
    """The loop of one session or script.

    `run` does what can be done now; it is also called by the clock when something has become ready
    that was waited for. `outer` is the loop that runs while this one does, None if there is none.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: dict[asyncio.TimerHandle, Timer] = {}
        self._turn: Timer | None = None
        self._running = False
        self._tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.outer: asyncio.AbstractEventLoop | None = None
        clock.ends(self)

    @classmethod
    def on(cls, clock: Clock) -> VirtualLoop:
        """Make a loop in the time of a clock."""
        return cls(clock)

    def run(self) -> None:
        """Do all that can be done at the present time; harmless from within."""
        if self._running:
            return
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        with self._entered():
            for _ in range(_MOST):
                if not self._ready:
                    return
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        if self._ready:
            self._turn = self._clock.call_after(0, self.run)

    @contextmanager
    def _entered(self) -> Iterator[None]:
        self.outer = outer = asyncio._get_running_loop()
        task = _swap_task(outer, None) if _swap_task is not None and outer is not None else None
        self._running = True
        asyncio._set_running_loop(self)
        try:
            yield
        finally:
            asyncio._set_running_loop(outer)
            self._running = False
            self.outer = None
            if _swap_task is not None and outer is not None:
                _swap_task(outer, task)

    # What asyncio asks of a loop

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: _Context = None
    ) -> asyncio.Handle:
        """Call it in this run, or in the next one, which the clock makes at the present time."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        if not self._running and self._turn is None:
            self._turn = self._clock.call_after(0, self.run)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: _Context = None
    ) -> asyncio.TimerHandle:
        """Call it after so many seconds of virtual time."""
        handle = asyncio.TimerHandle(self.time() + delay, callback, args, self, context)
        nanoseconds = max(0, round(delay * _SECOND))
        self._timers[handle] = self._clock.call_after(nanoseconds, self._due, handle)
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: _Context = None
    ) -> asyncio.TimerHandle:
        """Call it at a virtual time, in seconds."""
        return self.call_later(when - self.time(), callback, *args, context=context)

    def _due(self, handle: asyncio.TimerHandle) -> None:
        self._timers.pop(handle, None)
        self._ready.append(handle)
        self.run()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        timer = self._timers.pop(handle, None)
        if timer is not None:
            timer.cancel()

    def time(self) -> float:
        """Virtual time in seconds."""
        return self._clock.now / _SECOND

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        *,
        name: str | None = None,
        context: _Context = None,
    ) -> asyncio.Task[Any]:
        """Make a task of this loop."""
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks.add(task)
        return task

    def end(self) -> None:
        """Cancel all tasks and let them clean up; harmless from within, and when repeated."""
        for task in list(self._tasks):
            task.cancel()
        self.run()

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Log what nobody has caught; that a loop is given up with its tasks is no fault."""
        if (error := context.get("exception")) is not None:
            _log.error("in a partition: %s", context.get("message"), exc_info=error)

    def is_running(self) -> bool:
        """Whether it runs."""
        return self._running

    def is_closed(self) -> bool:
        """It never is."""
        return False

    def get_debug(self) -> bool:
        """It has no such mode."""
        return False


def outer_loop() -> asyncio.AbstractEventLoop:
    """The loop that runs here and is not virtual. Raises RuntimeError if there is none."""
    loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    while isinstance(loop, VirtualLoop):
        loop = loop.outer
    if loop is None:
        raise RuntimeError("no event loop runs around the virtual one")
    return loop
