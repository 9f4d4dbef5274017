"""Any order of migrations, faults, stops and recoveries keeps what must hold all the time."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.migrations import Migrations

from hmcsh.hypervisor import network, transfer
from hmcsh.hypervisor import settings as settings_
from hmcsh.hypervisor.memory import Access, PageStore
from hmcsh.hypervisor.movers import Mover
from hmcsh.hypervisor.pageset import PageSet
from hmcsh.hypervisor.record import StopReason
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.migration import timekeeping
from hmcsh.runtime import SECOND

Migrations.TestCase.settings = settings(
    max_examples=80, stateful_step_count=28, deadline=None, derandomize=True
)
TestMigrations = Migrations.TestCase


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
    patch.setattr(timekeeping, "STAMP_DELAY", 5 * SECOND)
    patch.setattr(timekeeping, "min", lambda *given: max(given), raising=False)


def _what_was_dirty_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    choose = StateTransfer._choose

    def forgetful(moving: StateTransfer, budget: int, _: PageSet) -> Generator[Any, Any, None]:
        yield from choose(moving, budget, PageSet(moving.source.pages))

    patch.setattr(StateTransfer, "_choose", forgetful)


@pytest.mark.parametrize(
    "plant",
    [
        _five_to_a_mover,
        _progress_falls,
        _rates_are_not_shared,
        _somebody_gets_too_little,
        _source_runs_on,
        _late_page_overwrites,
        _what_was_dirty_is_forgotten,
        _reason_is_a_lie,
        _pages_are_counted_twice,
        _clock_goes_back,
    ],
)
def test_planted_bugs_are_caught(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=300,  # the first that fails ends it
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Migrations, settings=quick)
