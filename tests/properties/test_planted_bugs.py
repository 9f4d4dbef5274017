"""Bugs planted in the engine are noticed by the state machine, and for the right reason."""

import itertools
import os
from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.migrations import Migrations

from hmcsh.hypervisor import movers, network, transfer
from hmcsh.hypervisor import settings as settings_
from hmcsh.hypervisor.memory import Access, PageStore
from hmcsh.hypervisor.movers import Mover
from hmcsh.hypervisor.network import Flow
from hmcsh.hypervisor.pageset import PageSet
from hmcsh.hypervisor.record import StopReason
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.migration import definition, engine, timekeeping
from hmcsh.runtime import SECOND

Plant = Callable[[pytest.MonkeyPatch], None]


def _five_to_a_mover(patch: pytest.MonkeyPatch) -> None:
    init = Mover.__init__
    patch.setattr(Mover, "__init__", lambda self, name, rate, _: init(self, name, rate, 5))


def _progress_falls(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StateTransfer, "progress", property(StateTransfer._raw_progress))


def _rates_are_not_shared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        network, "max_min", lambda flows: {flow: flow.route[0].capacity for flow in flows}
    )


def _source_runs_on(patch: pytest.MonkeyPatch) -> None:
    resume = StateTransfer.resume

    def careless(transfer: StateTransfer) -> Generator[Any, Any, None]:
        yield from resume(transfer)
        transfer.source.store.access = Access.RUNNING

    patch.setattr(StateTransfer, "resume", careless)


def _somebody_gets_too_little(patch: pytest.MonkeyPatch) -> None:
    fair = network.max_min

    def unfair(flows: Any) -> Any:
        rates = fair(flows)
        return {flow: rate - rate // 3 if len(rates) > 1 else rate for flow, rate in rates.items()}

    patch.setattr(network, "max_min", unfair)


def _late_page_overwrites(patch: pytest.MonkeyPatch) -> None:
    deliver = PageStore.deliver

    def careless(store: PageStore, message: Any) -> int:
        if not store.layers:
            return deliver(store, message)
        store.uniform[:] = 0
        store.layers.clear()
        return deliver(store, message)

    patch.setattr(PageStore, "deliver", careless)


def _reason_is_a_lie(patch: pytest.MonkeyPatch) -> None:
    def wrong(*arguments: Any) -> StopReason | None:
        found = settings_.stop_reason(*arguments)
        return StopReason.STALLED if found is StopReason.SMALL else found

    patch.setattr(transfer, "stop_reason", wrong)


def _pages_are_counted_twice(patch: pytest.MonkeyPatch) -> None:
    receive = StateTransfer.receive

    def twice(moving: StateTransfer, message: Any) -> int:
        moving.record.bytes += message.count * 4096
        return receive(moving, message)

    patch.setattr(StateTransfer, "receive", twice)


def _clock_goes_back(patch: pytest.MonkeyPatch) -> None:
    carry_over = timekeeping.carry_over

    def careless(run: Any) -> None:
        carry_over(run)
        run.shell.time_offset -= 5 * SECOND

    patch.setattr(timekeeping, "carry_over", careless)


def _what_was_dirty_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    choose = StateTransfer._choose

    def forgetful(moving: StateTransfer, budget: int, _: PageSet) -> Generator[Any, Any, None]:
        yield from choose(moving, budget, PageSet(moving.source.pages))

    patch.setattr(StateTransfer, "_choose", forgetful)


def _recovery_does_nothing(patch: pytest.MonkeyPatch) -> None:
    def idle(run: Any, steps: Any) -> Generator[Any, Any, None]:
        yield 0

    patch.setattr(engine, "_recover", idle)


def _server_adapters_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(definition, "remove_server_adapter", lambda server, slot: None)


def _it_stands_still(patch: pytest.MonkeyPatch) -> None:
    abort = StateTransfer.abort

    def careless(moving: StateTransfer) -> None:
        abort(moving)
        moving.source.store.access = Access.SUSPENDED

    patch.setattr(StateTransfer, "abort", careless)


def _pages_go_with_the_rollback(patch: pytest.MonkeyPatch) -> None:
    abort = StateTransfer.abort

    def careless(moving: StateTransfer) -> None:
        abort(moving)
        moving.source.store.uniform[0] = 0

    patch.setattr(StateTransfer, "abort", careless)


def _a_link_counts_half(patch: pytest.MonkeyPatch) -> None:
    end = Flow._end

    def careless(flow: Flow, arrived: int) -> None:
        end(flow, arrived)
        flow.route[0].carried -= arrived // 2

    patch.setattr(Flow, "_end", careless)


def _a_page_is_always_dirty(patch: pytest.MonkeyPatch) -> None:
    sync = StateTransfer._sync

    def careless(moving: StateTransfer) -> Generator[Any, Any, None]:
        yield from sync(moving)
        moving.source.store.dirty_log.add_page(0)

    patch.setattr(StateTransfer, "_sync", careless)


def _nothing_ends_the_rounds(patch: pytest.MonkeyPatch) -> None:
    def late(settings: Any, rounds: Any, *others: int) -> StopReason | None:
        found = settings_.stop_reason(settings, rounds, *others)
        return found if len(rounds) > 1 else None

    patch.setattr(transfer, "stop_reason", late)


def _who_waits_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(movers, "_serve", lambda of: None)


def _draws_come_from_outside(patch: pytest.MonkeyPatch) -> None:
    numbers, stream = itertools.count(), transfer.stream
    patch.setattr(transfer, "stream", lambda *names: stream(*names, next(numbers)))


def _pages_are_logged_twice(patch: pytest.MonkeyPatch) -> None:
    add = PageSet.add

    def careless(pages: PageSet, chunk: int, words: Any) -> None:
        again = chunk in pages.words
        add(pages, chunk, words)
        pages.count += again

    patch.setattr(PageSet, "add", careless)


# Of the rules, what is broken; the bug; what is said of it.
PLANTED: dict[str, list[tuple[Plant, str]]] = {
    "nothing is lost": [
        (_what_was_dirty_is_forgotten, "a page was (left out|lost)"),
    ],
    "one owner": [
        (_source_runs_on, r"is \['running', 'pulling'\]"),
    ],
    "what is taken back is as before": [
        (_server_adapters_stay, "serves nobody|KeyError"),
        (_it_stands_still, "taken back, but it stands still"),
        (_pages_go_with_the_rollback, "taken back, but its pages changed"),
    ],
    "late and repeated messages change nothing": [
        (
            _late_page_overwrites,
            "a late page overwrote a newer one|a write .* was lost|a page was lost",
        ),
    ],
    "pages and bytes add up": [
        (_pages_are_counted_twice, "bytes that are no pages"),
        (_a_link_counts_half, "lost count"),
    ],
    "rounds keep within bounds": [
        (_a_page_is_always_dirty, "nothing was written|one pass"),
    ],
    "reasons are true": [
        (_reason_is_a_lie, "not the reason to suspend"),
        (_nothing_ends_the_rounds, "it was time to suspend|one pass is enough"),
    ],
    "movers and links are shared fairly": [
        (_five_to_a_mover, "more than four to a mover"),
        (_who_waits_is_forgotten, "its movers have room"),
        (_rates_are_not_shared, "more than it can carry|carried too much"),
        (_somebody_gets_too_little, "could have more"),
    ],
    "the same seed gives the same journal": [
        (_draws_come_from_outside, "the same journal"),
    ],
    "progress and time go forward": [
        (_progress_falls, "progress fell"),
        (_clock_goes_back, "clock .*went back"),
    ],
    "page sets are what they say": [
        (_pages_are_logged_twice, "the log lost count|ValueError|KeyError"),
    ],
    "recovery ends it": [
        (_recovery_does_nothing, "cannot be recovered"),
    ],
}


# They take many examples to be seen: 4 to 13 s each. `make soak` looks for them.
_SLOW = (
    "_five_to_a_mover",
    "_progress_falls",
    "_somebody_gets_too_little",
    "_recovery_does_nothing",
    "_it_stands_still",
    "_pages_go_with_the_rollback",
    "_a_page_is_always_dirty",
)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        pytest.param(plant, told, id=f"{rule}: {plant.__name__[1:]}".replace("_", " "))
        for rule, planted in PLANTED.items()
        for plant, told in planted
        if plant.__name__ not in _SLOW or "HMCSH_SOAK_MINUTES" in os.environ
    ],
)
def test_planted_bugs_are_caught(plant: Plant, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=300,  # the first that fails ends it
        stateful_step_count=25,
        derandomize=True,
        report_multiple_bugs=False,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError, match=told):
        run_state_machine_as_test(Migrations, settings=quick)
