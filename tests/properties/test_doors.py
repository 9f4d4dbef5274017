"""Odd input at the doors: answered or refused, without a fault of ours. More of it: `make soak`."""

import pytest
from hypothesis import HealthCheck, given, settings
from support.fuzz import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_answered_or_refused(name: str) -> None:
    target = TARGETS[name]
    with target.session() as check:

        @settings(
            max_examples=target.examples,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(target.strategy)
        def run(example: object) -> None:
            check(example)

        run()
