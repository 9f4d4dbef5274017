"""What the suspend window of a partition is made of: its size, its processors, its adapters."""

import dataclasses
from pathlib import Path

import pytest
from support.crowd import LEFT, RIGHT, crowd
from support.lab import Lab

from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Timings
from hmcsh.model.inventory import load_text
from hmcsh.model.resources import Amount
from hmcsh.runtime import SECOND, Clock


def moved(memory: str = "64 MB", more: str = "", **changes: object) -> Lab:
    """An idle partition that has been moved, with changes to its assigned resources."""
    idle = "{kind: idle, written: 10 %}"
    text = crowd(1, memory=memory, workload=idle) + more
    datacenter = load_text(text, Clock("manual"))
    lab = Lab(datacenter, Mobility(datacenter))
    partition = lab.partition("p01", LEFT)
    if changes:
        processors = dataclasses.replace(partition.current.processors, **changes)
        partition.current = dataclasses.replace(partition.current, processors=processors)
    lab.migrate("p01", LEFT, RIGHT)
    return lab


def window(lab: Lab) -> int:
    record = lab.mobility.history[-1].record
    assert record.window_estimate == record.window_actual, "nothing else shares the link"
    return record.window_actual


def test_more_virtual_processors_take_longer() -> None:
    count = Amount(1, 9, 9)
    few, many = moved(), moved(count=count, units=Amount(10, 90, 90))
    rate = few.mobility.history[-1].moving.flow.share()
    expected = 8 * (64 << 10) * SECOND // rate
    assert abs(window(many) - window(few) - expected) <= 2


def test_the_hash_page_table_is_built_in_the_window() -> None:
    """1/64 of memory, at the rate that the inventory gives."""
    fast = moved("1 GB")
    slow = moved("1 GB", "transfers: {page_table_rate: 1 GB/s}\n")
    table = (1 << 30) // 64
    expected = table * SECOND // (1 << 30) - table * SECOND // (64 << 30)
    assert window(slow) - window(fast) == expected
    bigger = moved("4 GB", "transfers: {page_table_rate: 1 GB/s}\n")
    assert window(bigger) - window(slow) == 3 * table * SECOND // (1 << 30)


def rounds(limits: str) -> tuple[int, str, int]:
    """Rounds, why they ended, and slices of the first: a workload that never comes to rest."""
    busy = "{kind: uniform, written: 100 %, working_set: 60 %, rate: 30 MB/s}"
    timings = "{window_target: 610 ms}"
    text = crowd(1, memory="128 MB", rate="300 Mbit/s", workload=busy, timings=timings)
    datacenter = load_text(text + f"transfers: {limits}\n", Clock("manual"))
    lab = Lab(datacenter, Mobility(datacenter))
    lab.migrate("p01", LEFT, RIGHT)
    run = lab.mobility.history[-1]
    return len(run.record.rounds), run.record.stop_reason.value, run.moving.settings.slices


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("{}", (26, "no longer decreases", None)),
        ("{max_rounds: 2, shrink: 0 %}", (2, "limit", None)),
        ("{min_pages: 40000}", (1, "small", None)),
        ("{max_factor: 1, shrink: 0 %}", (1, "limit", None)),
        ("{slices: 3, max_rounds: 2, shrink: 0 %}", (2, "limit", 3)),
    ],
)
def test_limits_of_an_inventory(limits: str, expected: tuple[int, str, int | None]) -> None:
    assert rounds(limits) == expected


def test_the_page_of_inventories_names_every_timing() -> None:
    page = (Path(__file__).parents[2] / "docs" / "inventories.md").read_text()
    for field in dataclasses.fields(Timings):
        assert f"`{field.name}`" in page
