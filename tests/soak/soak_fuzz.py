"""Odd input at the doors for a long time (`make soak`): twice MINUTES for all of it together."""

import os
import random
import time

import pytest
from hypothesis import HealthCheck, given, seed, settings
from support.fuzz import TARGETS

SECONDS = float(os.environ.get("HMCSH_SOAK_MINUTES", "30")) * 120 / len(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_answered_or_refused(name: str) -> None:
    target = TARGETS[name]
    tried = 0
    end = time.monotonic() + SECONDS
    with target.session() as check:
        while time.monotonic() < end:

            @seed(random.getrandbits(64))
            @settings(
                max_examples=200,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            @given(target.strategy)
            def run(example: object) -> None:
                nonlocal tried
                tried += 1
                check(example)

            run()
    print(f"\n{name}: {tried} examples in {SECONDS:.0f} s")
    assert tried
