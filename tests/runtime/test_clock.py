"""The virtual clock: order, processes, paces."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.runtime import SECOND, Clock


def test_calls_come_in_order_of_time_priority_and_sequence() -> None:
    clock, log = Clock(), []
    clock.call_at(5, log.append, "five, first")
    clock.call_at(5, log.append, "five, second")
    clock.call_at(5, log.append, "five, urgent", priority=-1)
    clock.call_at(3, log.append, "three")
    clock.advance(10)
    assert log == ["three", "five, urgent", "five, first", "five, second"]
    assert clock.now == 10


def test_a_cancelled_call_is_not_made() -> None:
    clock, log = Clock(), []
    clock.call_after(1, log.append, "never").cancel()
    clock.call_after(2, log.append, "once")
    assert clock.step()
    assert not clock.step()
    assert log == ["once"]


def test_the_past_is_refused() -> None:
    clock = Clock()
    clock.advance(10)
    with pytest.raises(ValueError, match="in the past"):
        clock.call_at(9, print)


def test_a_process_sleeps_waits_and_returns() -> None:
    clock = Clock()
    signal = clock.event()

    def waiter():
        yield 5
        value = yield signal
        return clock.now, value

    def signaller():
        yield 20
        signal.succeed("hello")

    process = clock.spawn(waiter())
    clock.spawn(signaller())
    assert clock.run_until(process) == (20, "hello")


def test_a_failed_event_is_thrown_into_who_waits() -> None:
    clock = Clock()
    signal = clock.event()

    def waiter():
        try:
            yield signal
        except KeyError as error:
            return f"caught {error}"
        return "nothing"

    process = clock.spawn(waiter())
    clock.call_after(1, lambda: signal.fail(KeyError("x")))
    assert clock.run_until(process) == "caught 'x'"


@pytest.mark.parametrize("before", [0, 5], ids=["not started", "asleep"])
def test_an_interrupted_process_can_clean_up(before: int) -> None:
    clock, log = Clock(), []

    def worker():
        try:
            yield 10
        except RuntimeError:
            log.append("cleaned up")
            raise

    process = clock.spawn(worker())
    clock.advance(before) if before else None
    process.interrupt(RuntimeError("stop"))
    assert log == ["cleaned up"]
    assert isinstance(process.error, RuntimeError)
    process.interrupt(RuntimeError("again"))
    assert log == ["cleaned up"]


def test_an_event_happens_once() -> None:
    event = Clock().event()
    event.succeed(1)
    with pytest.raises(RuntimeError):
        event.succeed(2)
    assert event.value == 1


def test_waiting_for_nothing_is_an_error() -> None:
    clock = Clock()
    with pytest.raises(RuntimeError, match="nothing is scheduled"):
        clock.run_until(clock.event())


def _history(pace: float | str, delays: list[list[int]]) -> list[tuple[int, int, int]]:
    """What three processes see at a pace."""

    async def main() -> list[tuple[int, int, int]]:
        clock = Clock(pace)  # type: ignore[arg-type]
        log: list[tuple[int, int, int]] = []

        def process(number: int, sleeps: list[int]):
            for turn, sleep in enumerate(sleeps):
                yield sleep
                log.append((clock.now, number, turn))

        processes = [clock.spawn(process(n, sleeps)) for n, sleeps in enumerate(delays)]
        for one in processes:
            await clock.wait(one)
        await clock.close()
        return log

    return asyncio.run(main())


@given(st.lists(st.lists(st.integers(0, 3_000_000), max_size=4), min_size=1, max_size=3))
def test_the_pace_changes_no_result(delays: list[list[int]]) -> None:
    assert _history("instant", delays) == _history(50.0, delays)


def test_an_idle_clock_stands_still() -> None:
    async def main() -> int:
        clock = Clock(1000.0)
        await clock.sleep(SECOND)
        await asyncio.sleep(0.02)
        now = clock.now
        await clock.close()
        return now

    assert asyncio.run(main()) == SECOND


def test_a_delay_counts_from_now_while_time_flows() -> None:
    """Time goes on between two looks at a paced clock; a delay of nothing is still no past."""

    async def main() -> int:
        clock = Clock(1_000_000.0)
        calls: list[int] = []
        clock.call_after(10_000_000 * SECOND, print)
        await asyncio.sleep(0)
        for _ in range(1000):
            clock.call_after(0, calls.append, 0)
            await asyncio.sleep(0)
        await clock.sleep(0)
        await clock.close()
        return len(calls)

    assert asyncio.run(main()) == 1000


def test_a_delay_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="in the past"):
        Clock().call_after(-1, print)


@pytest.mark.parametrize("pace", [0, -1, float("nan"), float("inf"), "slow"])
def test_a_pace_that_makes_no_sense_is_refused(pace: object) -> None:
    with pytest.raises(ValueError, match="a pace is"):
        Clock(pace)  # type: ignore[arg-type]


def test_a_broken_call_does_not_stop_time(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> int:
        clock = Clock("instant")
        clock.call_after(1, lambda: 1 // 0)
        await clock.sleep(10)
        await clock.close()
        return clock.now

    assert asyncio.run(main()) == 10
    assert "a call of the clock failed" in caplog.text


def test_a_clock_closes_in_the_turn_in_which_it_is_woken() -> None:
    async def main() -> None:
        clock = Clock(1.0)
        clock.call_after(1000 * SECOND, lambda: None)
        await asyncio.sleep(0.01)  # the driver waits for that call now
        clock.call_after(1000 * SECOND, lambda: None)
        await clock.close()

    async def bounded() -> None:
        _, late = await asyncio.wait({asyncio.ensure_future(main())}, timeout=5)
        assert not late, "the clock drives on although it was closed"

    asyncio.run(bounded())


def test_a_watch_is_made_by_time_that_others_make_pass() -> None:
    clock, log = Clock(), []
    watch = clock.watch(5, lambda: log.append(("watch", clock.now)))
    assert clock.idle
    assert not clock.step()
    assert (clock.now, log) == (0, [])
    clock.call_after(3, lambda: log.append(("three", clock.now)))
    clock.call_after(8, lambda: log.append(("eight", clock.now)))
    assert not clock.idle
    while clock.step():
        pass
    assert log == [("three", 3), ("watch", 5), ("eight", 8)]
    watch.cancel()
    assert clock.idle


def test_a_cancelled_watch_is_not_made() -> None:
    clock, log = Clock(), []
    clock.watch(5, log.append, "never").cancel()
    clock.call_after(8, log.append, "eight")
    while clock.step():
        pass
    assert log == ["eight"]


@pytest.mark.parametrize("pace", ["instant", 1e9])
def test_a_driven_clock_waits_until_what_a_watch_began_is_done(pace: float) -> None:
    async def act() -> list[tuple[str, int]]:
        clock, log = Clock(pace), []
        made = asyncio.Event()
        watch = clock.watch(5 * SECOND, made.set)
        for when in (3, 8):
            clock.call_after(when * SECOND, lambda: log.append(("call", clock.now // SECOND)))
        await made.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        log.append(("done", clock.now // SECOND))
        watch.cancel()
        await clock.sleep(10 * SECOND)
        await clock.close()
        return log

    assert asyncio.run(act()) == [("call", 3), ("done", 5), ("call", 8)]
