"""Any order of migrations, faults, stops and recoveries keeps what must hold all the time."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.migrations import Migrations

from hmcsh.hypervisor import network
from hmcsh.hypervisor.memory import Access
from hmcsh.hypervisor.movers import Mover
from hmcsh.hypervisor.transfer import StateTransfer

Migrations.TestCase.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, derandomize=True
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


@pytest.mark.parametrize(
    "plant", [_five_to_a_mover, _progress_falls, _rates_are_not_shared, _source_runs_on]
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
