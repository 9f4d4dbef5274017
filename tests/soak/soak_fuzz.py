"""Odd input at the doors for a long time (`make soak`): twice MINUTES for all of it together.

What is tried is guided by coverage where atheris can be installed, else chance alone.
"""

import importlib.util
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from support.fuzz import TARGETS

SECONDS = float(os.environ.get("HMCSH_SOAK_MINUTES", "30")) * 120 / len(TARGETS)
HERE = Path(__file__).parent
GUIDED = importlib.util.find_spec("atheris") is not None


def _by_chance(name: str) -> str:
    target = TARGETS[name]
    tried = 0
    end = time.monotonic() + SECONDS
    with target.session() as check:
        while time.monotonic() < end:

            @seed(random.getrandbits(64))
            @settings(
                max_examples=200,
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            @given(target.strategy)
            def run(example: object) -> None:
                nonlocal tried
                tried += 1
                check(example)

            run()
    assert tried
    return f"{tried} examples by chance"


def _guided(name: str, corpus: Path) -> str:
    """Run libFuzzer; its figures: inputs, branches reached by the first one and in the end."""
    done = subprocess.run(
        [sys.executable, HERE / "guided.py", name, str(int(SECONDS)), corpus],
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        errors="replace",
    )
    faults = done.stdout[done.stdout.find("FAULT") :] if "FAULT" in done.stdout else ""
    assert not faults, f"{name}: {faults}"
    assert done.returncode == 0, f"{name}: {done.stderr[-3000:]}"
    tried = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    reached = re.findall(r"cov: (\d+)", done.stderr)
    assert tried and reached, done.stderr[-3000:]
    kept = len(list(corpus.iterdir()))
    return (
        f"{tried[1]} examples guided by coverage, branches reached {reached[0]} to {reached[-1]}, "
        f"{kept} examples kept for them"
    )


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_answered_or_refused(name: str, tmp_path: Path) -> None:
    found = _guided(name, tmp_path) if GUIDED else _by_chance(name)
    print(f"\n{name}: {found} in {SECONDS:.0f} s")
