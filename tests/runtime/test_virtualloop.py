"""A loop in virtual time: it does all there is to do, and its time is the clock's."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from hmcsh.runtime import SECOND, Clock
from hmcsh.runtime.virtualloop import VirtualLoop


def started(loop: VirtualLoop, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    task = loop.create_task(work)
    loop.run()
    return task


def test_what_waits_for_nothing_is_done_at_once() -> None:
    async def inner() -> int:
        await asyncio.sleep(0)
        return sum(await asyncio.gather(*(asyncio.sleep(0, n) for n in range(4))))

    clock = Clock()
    assert started(VirtualLoop(clock), inner()).result() == 6
    assert clock.now == 0


def test_sleep_is_time_of_the_clock() -> None:
    clock, seen = Clock(), []

    async def ticks(name: str, interval: float) -> None:
        for _ in range(3):
            await asyncio.sleep(interval)
            seen.append((name, clock.now / SECOND))

    loop = VirtualLoop(clock)
    started(loop, ticks("a", 2))
    started(loop, ticks("b", 3))
    clock.advance(20 * SECOND)
    assert seen == [("a", 2), ("b", 3), ("a", 4), ("b", 6), ("a", 6), ("b", 9)]


def test_a_timeout_is_one_of_the_clock() -> None:
    clock = Clock()

    async def impatient() -> bool:
        try:
            async with asyncio.timeout(5):
                await asyncio.sleep(60)
        except TimeoutError:
            return True
        return False

    task = started(VirtualLoop(clock), impatient())
    clock.advance(5 * SECOND)
    assert task.result() is True
    assert clock.idle, "the sleep that was given up is no longer scheduled"


def test_events_of_the_clock_wake_it() -> None:
    clock = Clock()
    event = clock.event()
    task = started(VirtualLoop(clock), clock.wait(event))
    assert not task.done()
    event.succeed(7)
    clock.step()
    assert task.result() == 7


@pytest.mark.parametrize("pace", ["instant", 1000.0])
def test_it_runs_inside_a_task_of_another_loop(pace: Any) -> None:
    async def main() -> None:
        clock = Clock(pace)
        loop = VirtualLoop(clock)
        me = asyncio.current_task()
        task = started(loop, asyncio.sleep(2, "slept"))
        assert asyncio.current_task() is me
        assert asyncio.get_running_loop() is not loop
        await clock.sleep(3 * SECOND)
        assert task.result() == "slept"
        await clock.close()

    asyncio.run(main())


def test_what_runs_ends_with_the_clock() -> None:
    cleaned = []

    async def worker() -> None:
        try:
            await asyncio.wait([asyncio.ensure_future(asyncio.sleep(60))])
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    async def main() -> None:
        clock = Clock(1000.0)
        task = started(VirtualLoop.on(clock), worker())
        await clock.close()
        assert task.cancelled()

    asyncio.run(main())
    assert cleaned == [True]


def test_tasks_that_pass_the_turn_on_hold_up_nobody() -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    clock = Clock()
    loop = VirtualLoop(clock)
    task = started(loop, spin())
    assert clock.step(), "the rest waits for its turn"
    task.cancel()
    clock.step()
    assert task.cancelled()
