"""Any order of changes of configuration keeps what must hold all the time."""

from collections.abc import Callable, Iterable

import pytest
from hmcsh.commands.hmc.common.changes import Changes
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.configuration import Configurations, makers

from hmcsh.language import attributes
from hmcsh.language.records import Value
from hmcsh.model.frame import Frame

Configurations.makers = makers(["basic", "every-attribute"])
QUICK = settings(
    max_examples=10,
    stateful_step_count=12,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
Configurations.TestCase.settings = QUICK
TestConfigurations = Configurations.TestCase


def _refusals_leave_something(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Changes, "__exit__", lambda *_: None)


def _memory_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    available = Frame.memory_available.fget
    assert available is not None
    patch.setattr(Frame, "memory_available", property(lambda frame: available(frame) // 2))


def _commas_are_not_quoted(patch: pytest.MonkeyPatch) -> None:
    def joined(pairs: Iterable[tuple[str, Value]]) -> str:
        texts = (
            (name, value if isinstance(value, str) else ",".join(value)) for name, value in pairs
        )
        return ",".join(f"{name}={text}" for name, text in texts)

    patch.setattr(attributes, "format_record", joined)


@pytest.mark.parametrize(
    "plant", [_refusals_leave_something, _memory_is_forgotten, _commas_are_not_quoted]
)
def test_planted_bugs_are_caught(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Configurations, settings=settings(QUICK, max_examples=40, phases=[Phase.generate])
        )
