"""What holds of every listing of configuration, at every level and over every lab."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hmcsh.commands.hmc.lssyscfg import COMMAND
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.language.levels import LEVELS, V9R2_950, Level
from hmcsh.language.records import format_record, parse_record
from hmcsh.model.inventory import shipped

FRAMES = (Path(__file__).parents[1] / "labs" / "frames.yaml").read_text()
LABS = {**{name: name for name in shipped()}, "frames": FRAMES}


def targets(hmc, resource: str) -> list[str]:
    """The options that say what a resource is listed of."""
    datacenter = hmc.datacenter
    if resource in ("sys", "frame"):
        return [""]
    if resource == "cage":
        return [f"-e '{frame.name}'" for frame in datacenter.managed_frames]
    return [f"-m '{name}'" for name in datacenter.frames]


CASES = [
    pytest.param(lab, level, resource, id=f"{lab}-{level}-{resource}")
    for lab in LABS
    for level in LEVELS
    for resource in COMMAND.tables
    if resource not in ("frame", "cage") or (lab == "frames" and level < V9R2_950)
]


def records(lines: list[str]) -> list[str]:
    return [line for line in lines if line != "No results were found."]


@pytest.mark.parametrize(("lab", "level", "resource"), CASES)
def test_what_is_listed_is_read_back_and_agrees_with_F(
    console, lab: str, level: Level, resource: str
) -> None:
    hmc = console(LABS[lab])
    hmc.datacenter.console.level = level
    attributes = {a.name: a for a in COMMAND.tables[resource].select(level).attributes}
    for target in targets(hmc, resource):
        call = f"lssyscfg -r {resource} {target}"
        lines = records(hmc.lines(call))
        rows = records(hmc.lines(f"{call} -F {','.join(attributes)} --header"))
        assert len(rows) == (len(lines) + 1 if lines else 0)
        for line, row in zip(lines, csv.reader(rows[1:], strict=True), strict=True):
            found = {a.name: a for a in parse_record(line)}
            pairs = [(name, a.values or a.value) for name, a in found.items()]
            assert format_record(pairs) == line
            assert list(found) == [name for name in attributes if name in found]
            for name, text in zip(attributes, row, strict=True):
                if name in found:
                    quoted = f"{name}={text}".replace('"', '""')
                    assert parse_record(f'"{quoted}"')[0].values == found[name].values, name
                else:
                    assert text == "null" or not attributes[name].listed, name


@settings(max_examples=60)
@given(data=st.data())
def test_filters_select_exactly(shared, data: st.DataObject) -> None:
    """In the order of the listing, whatever the order of the filter."""
    system = data.draw(st.sampled_from(sorted(shared.datacenter.frames)))
    partitions = list(shared.datacenter.frames[system].listed_partitions())
    chosen = data.draw(st.lists(st.sampled_from(partitions), min_size=1, unique_by=id))
    key, values = data.draw(
        st.sampled_from(
            [
                ("lpar_names", [p.name for p in chosen]),
                ("lpar_ids", [str(p.lpar_id) for p in chosen]),
            ]
        )
    )
    names = data.draw(st.lists(st.sampled_from(["default", "spare", "DEV", "x"]), unique=True))
    pairs: list[tuple[str, list[str]]] = [(key, values)]
    line = f"lssyscfg -r lpar -m '{system}' --filter '{format_record(pairs)}' -F name"
    assert shared.lines(line) == [p.name for p in partitions if p in chosen]
    if names:
        pairs.insert(data.draw(st.integers(0, 1)), ("profile_names", names))
    line = f"lssyscfg -r prof -m '{system}' --filter '{format_record(pairs)}' -F lpar_name,name"
    expected = [
        f"{p.name},{name}"
        for p in partitions
        if p in chosen
        for name in p.profiles
        if not names or name in names
    ]
    assert shared.lines(line) == (expected or ["No results were found."])


@pytest.fixture(scope="module")
def shared(console):
    """One console for all examples: a listing changes nothing."""
    return console("redbook")
