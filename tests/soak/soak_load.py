"""A console under load for a long time (`make soak`, `MINUTES=30`)."""

import asyncio
import os
from pathlib import Path

from support.crowd import crowd
from support.load import Load, Plan
from support.served import serve

SECONDS = float(os.environ.get("HMCSH_SOAK_MINUTES", "30")) * 60
LATEST = 0.100  # seconds


def test_a_busy_console_loses_and_leaks_nothing(tmp_path: Path) -> None:
    plan = Plan(seconds=SECONDS)
    lab = tmp_path / "lab.yaml"
    lab.write_text(crowd(plan.partitions, movers=8, memory="512 MB"))
    names = [f"p{number:02}" for number in range(1, plan.partitions + 1)]
    with serve(tmp_path, str(lab), pace="20", whole=True) as served:
        load = Load(served, plan, names)
        figures = asyncio.run(load.main())
    print(f"\n{figures}")
    assert not figures.unexpected, figures.unexpected[:20]
    assert not figures.lost
    assert max(figures.at_once) >= plan.migrations
    assert figures.descriptors[1] <= figures.descriptors[0]
    if figures.full and figures.warm_up < 0.8 * SECONDS:
        assert figures.growth() <= 1.05
    else:
        print("too short: memory still fills with what is remembered of migrations")
    assert figures.latest(own=True) <= LATEST
