"""A deterministic clock in integer nanoseconds, and the processes that run on it.

Whatever takes time in the emulated machines is a callback or a generator on one `Clock`. Events
are ordered by (time, priority, sequence), so that equal inputs give equal histories. The clock
runs only while something is scheduled: an idle console stands still in virtual time, which is why
the pace (how many virtual seconds pass in a real one) never changes a byte of any result.

The structure follows discrete-event simulators (events, processes as generators, one step
function); source of the ordering rule and of the paces: inferred, a design of this project.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import math
import time
import weakref
from collections.abc import Callable, Generator
from typing import Any, Literal

from hmcsh.runtime import garbage
from hmcsh.runtime.virtualloop import VirtualLoop, outer_loop

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000

# How long the driver may run events before it lets other tasks of the loop have a turn.
_TURN_SECONDS = 0.003

_log = logging.getLogger("hmcsh")

Pace = float | Literal["instant", "manual"]
_Due = tuple[int, int, int, "Timer"]  # time, priority, sequence: the order of calls


class Event:
    """Something that happens once: it succeeds with a value or fails with an exception."""

    __slots__ = ("_callbacks", "_clock", "_error", "_fired", "_value")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._callbacks: list[Callable[[Event], None]] = []
        self._fired = False
        self._value: Any = None
        self._error: BaseException | None = None

    @property
    def fired(self) -> bool:
        """Whether the event has happened."""
        return self._fired

    @property
    def error(self) -> BaseException | None:
        """The exception the event failed with, if it failed."""
        return self._error

    @property
    def value(self) -> Any:
        """The value of an event that succeeded.

        Raises the event's exception if it failed, RuntimeError if it has not happened.
        """
        if not self._fired:
            raise RuntimeError("the event has not happened yet")
        if self._error is not None:
            raise self._error
        return self._value

    def succeed(self, value: Any = None) -> None:
        """Let the event happen now with `value`. Raises RuntimeError if it already has."""
        self._fire(value, None)

    def fail(self, error: BaseException) -> None:
        """Let the event fail now with `error`. Raises RuntimeError if it already happened."""
        self._fire(None, error)

    def add_callback(self, callback: Callable[[Event], None]) -> None:
        """Call `callback(event)` when the event happens, or at once if it has."""
        if self._fired:
            callback(self)
        else:
            self._callbacks.append(callback)

    def discard_callback(self, callback: Callable[[Event], None]) -> None:
        """Forget `callback` if it still waits."""
        with contextlib.suppress(ValueError):
            self._callbacks.remove(callback)

    def _fire(self, value: Any, error: BaseException | None) -> None:
        if self._fired:
            raise RuntimeError("the event has already happened")
        self._fired, self._value, self._error = True, value, error
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)


class Timer:
    """A callback that the clock will make; `cancel` takes it back."""

    __slots__ = ("args", "callback", "cancelled")

    def __init__(self, callback: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.callback = callback
        self.args = args
        self.cancelled = False

    def cancel(self) -> None:
        """Take the call back; harmless if it was made or cancelled before."""
        self.cancelled = True


class Watch(Timer):
    """A call that is made when time has come that far, and that does not make time pass.

    Who set the watch must `cancel` it when what the call brought about is done, too: until then
    a clock that is driven goes no further, so that nothing later happens before it.
    """

    __slots__ = ("_args", "_callback", "_clock")

    def __init__(
        self, clock: Clock, callback: Callable[..., object], args: tuple[Any, ...]
    ) -> None:
        super().__init__(self._made, ())
        self._clock = clock
        self._callback = callback
        self._args = args

    def _made(self) -> None:
        self._clock.hold(self)
        self._callback(*self._args)

    def cancel(self) -> None:
        """Take the call back if it was not made, and let the clock go on."""
        super().cancel()
        self._clock.release(self)


class Process(Event):
    """A running generator; the event of its end.

    The generator yields an int (sleep that many ns) or an Event (wait; its value is sent back,
    its failure is thrown). The process succeeds with the generator's return value and fails with
    the exception that leaves it.
    """

    __slots__ = ("_generator", "_started", "_timer", "_waiting_for")

    def __init__(self, clock: Clock, generator: Generator[Any, Any, Any]) -> None:
        super().__init__(clock)
        self._generator = generator
        self._started = False
        self._waiting_for: Event | None = None
        self._timer: Timer | None = clock.call_after(0, self._resume, None, None)

    def interrupt(self, error: BaseException) -> None:
        """Throw `error` into the generator now, in the middle of what it waits for.

        A process that has not had its first turn gets it before, so that it can clean up. Does
        nothing if the process has ended.
        """
        if not self._started:
            if self._timer is not None:
                self._timer.cancel()
            self._resume(None, None)
        if self._fired:
            return
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting_for is not None:
            self._waiting_for.discard_callback(self._on_event)
        self._resume(None, error)

    def _on_event(self, event: Event) -> None:
        # An event that fires inside another process's turn must not run this one inside it.
        self._waiting_for = None
        self._timer = self._clock.call_after(0, self._resume, event._value, event._error)

    def _resume(self, value: Any, error: BaseException | None) -> None:
        self._timer = self._waiting_for = None
        self._started = True
        try:
            wanted = (
                self._generator.throw(error) if error is not None else self._generator.send(value)
            )
        except StopIteration as stop:
            self.succeed(stop.value)
            return
        except Exception as failure:  # noqa: BLE001 - the failure is the process's result
            if not self._callbacks:
                _log.exception("a process of the clock failed with nobody waiting for it")
            self.fail(failure)
            return
        if isinstance(wanted, int):
            self._timer = self._clock.call_after(wanted, self._resume, None, None)
        elif wanted.fired:
            self._on_event(wanted)
        else:
            self._waiting_for = wanted
            wanted.add_callback(self._on_event)


class Clock:
    """Virtual time: `now` in ns since the clock's start, and what is scheduled on it.

    `pace` is "instant" (jump to the next event), a number of virtual seconds per real second, or
    "manual" (only `step`, `advance` and `run_until` move it; for tests). It begins at `now` ns.
    """

    def __init__(self, pace: Pace = "manual", now: int = 0) -> None:
        if pace not in ("instant", "manual") and not (
            isinstance(pace, (int, float)) and math.isfinite(pace) and pace > 0
        ):
            raise ValueError(f"a pace is 'instant', 'manual' or a positive number, not {pace!r}")
        self.pace = pace
        self._now = now
        self._heap: list[_Due] = []
        self._watches: list[_Due] = []
        self._holding: set[Watch] = set()
        self._released = asyncio.Event()
        self._sequence = 0
        self._driver: asyncio.Task[None] | None = None
        self._wake: asyncio.Event | None = None
        self._anchor: tuple[float, int] | None = None  # (real seconds, virtual ns) at start of run
        self._stepping = False
        self.steps = 0  # calls made so far
        self._loops: weakref.WeakSet[VirtualLoop] = weakref.WeakSet()

    @property
    def now(self) -> int:
        """Virtual ns since the clock's start."""
        if self._anchor is not None and not self._stepping and not self._holding:
            # Between two events of a paced clock, time flows, but never past the next event;
            # inside one it is exactly the event's time, whatever the pace.
            real, virtual = self._anchor
            flowing = virtual + int((time.monotonic() - real) * float(self.pace) * SECOND)
            horizon = self._next_time()
            if horizon is not None:
                self._now = max(self._now, min(flowing, horizon))
        return self._now

    def call_at(
        self, when: int, callback: Callable[..., None], *args: Any, priority: int = 0
    ) -> Timer:
        """Call `callback(*args)` at virtual time `when` (ns); lower `priority` goes first.

        Raises ValueError if `when` has passed.
        """
        now = self.now
        if when < now:
            raise ValueError(f"{when} ns lies {now - when} ns in the past")
        return self._schedule(when, priority, callback, args)

    def _schedule(
        self, when: int, priority: int, callback: Callable[..., None], args: tuple[Any, ...]
    ) -> Timer:
        timer = Timer(callback, args)
        self._sequence += 1
        heapq.heappush(self._heap, (when, priority, self._sequence, timer))
        if self.pace != "manual":
            self._ensure_driver()
        return timer

    def watch(self, delay: int, callback: Callable[..., object], *args: Any) -> Watch:
        """Call `callback(*args)` once `delay` ns have passed, without making them pass.

        Such a call does not keep the clock running: it is made only if what else is scheduled
        carries the time that far, and it waits while the clock stands still. The watch must be
        cancelled in the end.
        """
        watch = Watch(self, callback, args)
        self._sequence += 1
        heapq.heappush(self._watches, (self.now + delay, 0, self._sequence, watch))
        return watch

    def hold(self, watch: Watch) -> None:
        """Go no further until `watch` is cancelled."""
        if not self._holding:
            self._released = asyncio.Event()
        self._holding.add(watch)

    def release(self, watch: Watch) -> None:
        """Go on as far as this one is concerned."""
        self._holding.discard(watch)
        if not self._holding:
            self._released.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is scheduled, so that time stands still."""
        return self._next_time() is None

    def call_after(
        self, delay: int, callback: Callable[..., None], *args: Any, priority: int = 0
    ) -> Timer:
        """Call `callback(*args)` after `delay` ns of virtual time; raises ValueError below 0."""
        if delay < 0:
            raise ValueError(f"a delay of {delay} ns lies in the past")
        # Not by way of `call_at`: time flows between two looks at the clock.
        return self._schedule(self.now + delay, priority, callback, args)

    def event(self) -> Event:
        """Make an event that happens when somebody says so."""
        return Event(self)

    def spawn(self, generator: Generator[Any, Any, Any]) -> Process:
        """Start `generator` as a process; its first part runs at the present time, not at once."""
        return Process(self, generator)

    def mark(self) -> tuple[int, int]:
        """What has been scheduled and made so far, for `take_back`."""
        return self._sequence, self.steps

    def take_back(self, mark: tuple[int, int]) -> bool:
        """Cancel all that was scheduled since a mark, unless calls were made meanwhile.

        Tells whether it did.
        """
        sequence, steps = mark
        if steps != self.steps:
            return False
        for _, _, number, timer in self._heap:
            if number > sequence:
                timer.cancelled = True
        return True

    def step(self) -> bool:
        """Jump to the next scheduled call and make it; False if nothing is scheduled."""
        heap = self._next_heap()
        if heap is None:
            return False
        when, _, _, timer = heapq.heappop(heap)
        self._now = max(self._now, when)
        outer, self._stepping = self._stepping, True
        self.steps += 1
        try:
            timer.callback(*timer.args)
        finally:
            self._stepping = outer
        return True

    def advance(self, delay: int) -> None:
        """Make every call that is due within the next `delay` ns, and be there."""
        end = self._now + delay
        while (due := self._next_time()) is not None and due <= end:
            self.step()
        self._now = max(self._now, end)

    def run_until(self, event: Event) -> Any:
        """Step until `event` has happened and give its value.

        Raises RuntimeError if nothing is left that could make it happen.
        """
        while not event.fired:
            if not self.step():
                raise RuntimeError("nothing is scheduled that could make the event happen")
        return event.value

    async def wait(self, event: Event) -> Any:
        """Wait, in a task of the running loop, until `event` has happened and give its value."""
        if not event.fired:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def happened(_: Event) -> None:
                if not future.done():
                    future.set_result(None)

            event.add_callback(happened)
            if self.pace != "manual":
                self._ensure_driver()
            try:
                await future
            finally:
                event.discard_callback(happened)
        return event.value

    async def sleep(self, delay: int) -> None:
        """Wait, in a task of the running loop, for `delay` ns of virtual time."""
        timer_event = Event(self)
        timer = self.call_after(delay, timer_event.succeed)
        try:
            await self.wait(timer_event)
        finally:
            timer.cancel()

    async def settle(self, limit: float = math.inf) -> None:
        """At the pace "instant", let all that is scheduled happen first; else do nothing.

        A script whose next command asks what became of the last one then always gets the same
        answer. `limit` bounds the wait in real seconds, for consoles that serve several sessions.
        """
        if self.pace != "instant":
            return
        give_up = time.monotonic() + limit
        while self._next_time() is not None and time.monotonic() < give_up:
            self._ensure_driver()
            await asyncio.sleep(0)

    def ends(self, loop: VirtualLoop) -> None:
        """Let a loop in the time of this clock end with it."""
        self._loops.add(loop)

    async def close(self) -> None:
        """Stop driving the clock, and end what runs in loops of its time.

        What is scheduled stays scheduled.
        """
        for loop in list(self._loops):
            loop.end()
        if self._driver is not None:
            self._driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._driver
            self._driver = self._anchor = None

    def _next_time(self) -> int | None:
        heap = self._next_heap()
        return heap[0][0] if heap is not None else None

    def _next_heap(self) -> list[_Due] | None:
        """Where the next call stands; None if only watches are left, or nothing."""
        for heap in (self._heap, self._watches):
            while heap and heap[0][3].cancelled:
                heapq.heappop(heap)
        if not self._heap:
            return None
        earlier = bool(self._watches) and self._watches[0] < self._heap[0]
        return self._watches if earlier else self._heap

    def _ensure_driver(self) -> None:
        if self._driver is not None and not self._driver.done():
            if self._wake is not None:
                self._wake.set()
            return
        try:
            loop = outer_loop()
        except RuntimeError:
            return  # nothing runs yet; the first `wait` or scheduled call inside a loop starts it
        self._driver = loop.create_task(self._drive(), name="hmcsh clock")

    async def _drive(self) -> None:
        with garbage.rare():
            if self.pace == "instant":
                await self._drive_instantly()
            else:
                await self._drive_paced()

    async def _drive_instantly(self) -> None:
        await asyncio.sleep(0)
        turn_ends = time.monotonic() + _TURN_SECONDS
        while self._step_logged():
            if self._holding:
                await self._released.wait()
            if time.monotonic() > turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + _TURN_SECONDS

    async def _drive_paced(self) -> None:
        pace = float(self.pace)
        self._wake = asyncio.Event()
        self._anchor = (time.monotonic(), self._now)
        try:
            while (due := self._next_time()) is not None:
                real, virtual = self._anchor
                delay = real + (due - virtual) / SECOND / pace - time.monotonic()
                self._wake.clear()
                if delay > 0:
                    # Not `wait_for`, which until Python 3.12 may lose the cancellation of `close`.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(delay):
                            await self._wake.wait()
                    continue
                turn_ends = time.monotonic() + _TURN_SECONDS
                while (next_due := self._next_time()) is not None and next_due <= due:
                    self._step_logged()
                    if self._holding or time.monotonic() > turn_ends:
                        break
                if self._holding:
                    await self._released.wait()
                if delay < -0.5:
                    # The machine could not keep up; go on from here instead of rushing after.
                    self._anchor = (time.monotonic(), self._now)
                await asyncio.sleep(0)
        finally:
            self._anchor = None

    def _step_logged(self) -> bool:
        try:
            return self.step()
        except Exception:  # noqa: BLE001 - one broken callback must not stop time for all
            _log.exception("a call of the clock failed")
            return True
