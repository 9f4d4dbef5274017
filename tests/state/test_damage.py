"""Values of the wrong kind in rows are refused in one line, or the state is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.kept import killed
from support.lab import load_lab

from hmcsh.migration.engine import Mobility
from hmcsh.model.history import History, Was
from hmcsh.model.partition import OperatingSystem, Partition
from hmcsh.model.users import User
from hmcsh.runtime import Clock
from hmcsh.state import file as state_file
from hmcsh.state.checking import checks_of, items_check
from hmcsh.state.codec import DAMAGE, Encoder, Row
from hmcsh.state.file import StateFile, StateFileError
from hmcsh.state.keeper import Keeper, World, decode_world, go_on, misfit
from hmcsh.state.kinds import StateError, fields_of


def rows_of(name: str) -> list[Row]:
    lab = load_lab(name)
    lab.start(lab.request("TEST")) if name == "redbook" else None
    while name == "redbook" and lab.mobility.history[0].phase_name != "copy":
        lab.datacenter.clock.step()
    return list(Encoder().rows(World(lab.datacenter, lab.mobility.state)))


ROWS = rows_of("redbook")


def places(held: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where values stand in the JSON of a row."""
    found = [path] if path else []
    items: Any = ()
    if isinstance(held, dict | list):
        items = held.items() if isinstance(held, dict) else enumerate(held)
    for key, value in items:
        found += places(value, (*path, key))
    return found


def replaced(held: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The JSON with another value at a place."""
    if not path:
        return value
    made = dict(held) if isinstance(held, dict) else list(held)
    made[path[0]] = replaced(made[path[0]], path[1:], value)
    return made


STRANGE = st.sampled_from(
    [
        *(None, True, -1, 0, 7, 2.5, "", "x", [], {}, [1], ["x"], {"x": 1}, 10**17),
        *({"!at": 1}, {"!at": 2}, {"!at": 99999}, {"!all": [2, 3]}, {"!all": "x"}, {"!at": "x"}),
        *({"!map": [["a", 1]]}, {"!map": [[[], 1]]}, {"!map": 3}, {"!tuple": [1]}, {"!set": [[]]}),
        *({"!deque": [-1, []]}, {"!time": "no"}, {"!time": "2007-04-03T15:00:00"}),
        *({"!given": "clock"}, {"!given": "no"}, {"!step": ["active", "copy"]}),
        *({"!is": ["model.states.PartitionState", "RUNNING"]}, {"!is": ["model.users.User", "x"]}),
        *({"!is": ["model.states.PartitionState", "NO"]}, {"!is": []}, {"!": "no"}),
        *({"!": "model.resources.Amount", "minimum": "x"}, {"!": "model.history.History", "of": 1}),
        {"!": "model.history.History", "of": [{"!tuple": [1]}]},
    ]
)


@settings(max_examples=150)
@given(data=st.data())
def test_a_strange_value_is_refused_or_the_state_is_whole(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(ROWS) - 1))
    held = json.loads(ROWS[at].body)
    found = places(held)
    if not found:
        return
    changed = replaced(held, data.draw(st.sampled_from(found)), data.draw(STRANGE))
    rows = [*ROWS[:at], ROWS[at]._replace(body=json.dumps(changed).encode()), *ROWS[at + 1 :]]
    try:
        _, world, _ = decode_world(rows, Clock("manual"))
        mobility = Mobility(world.datacenter, faults=())
        go_on(mobility, world, lambda _: None)
    except (StateError, *DAMAGE) as error:
        assert misfit(error).isprintable()
        return
    # All that is there is of the kind that it must be, so that it can be shown and kept again.
    for item in Encoder().rows(World(mobility.datacenter, mobility.state)):
        assert item.body


@pytest.mark.parametrize(
    ("kind", "field", "fits", "wrong"),
    [
        (Partition, "name", "x", 3),
        (Partition, "lpar_id", 3, "3"),
        (Partition, "lpar_id", 3, True),
        (Partition, "attention", True, 1),
        (Partition, "frame", load_lab("basic").datacenter.frames.popitem()[1], None),
        (Partition, "adapters", {}, []),
        (Partition, "adapters", {}, {"2": None}),
        (Partition, "history", History([Was(1, None)]), [Was(1, None)]),
        (Partition, "operating_system", None, User("x")),
        (OperatingSystem, "registered", (), (1,)),
        (User, "keys", ["x"], [1]),
        (User, "keys", ["x"], ("x",)),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:20]),
)
def test_values_are_of_the_kind_that_is_annotated(
    kind: type, field: str, fits: Any, wrong: Any
) -> None:
    check = checks_of(kind)[field]
    assert check is not None
    assert check(fits)
    assert not check(wrong)


def test_containers_with_a_class_of_their_own_are_looked_into() -> None:
    check = items_check(History)
    assert check is not None
    assert check(History([Was(1, None)]))
    assert not check(History([(1, None, None)]))  # type: ignore[list-item]
    assert not (items_check(Was) or bool)(Was("x", None))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["redbook", "modern", "physical", "aware", "pools", "dual-vios"])
def test_all_that_a_lab_holds_fits(name: str) -> None:
    lab = load_lab(name)
    encoder = Encoder()
    list(encoder.rows(World(lab.datacenter, lab.mobility.state)))
    for item in encoder.objects.values():
        for field in fields_of(type(item)):
            check = checks_of(type(item))[field.name]
            value = getattr(item, field.name)
            assert check is None or check(value), (type(item), field.name, value)


@pytest.mark.parametrize("table", sorted(state_file.SUMMED))
def test_a_row_of_any_table_that_has_changed_is_refused(table: str, tmp_path: Path) -> None:
    lab = load_lab("redbook")
    keeper = Keeper.create(tmp_path / "state", lab.mobility)
    lab.start(lab.request("TEST"))
    while not keeper.file.read("SELECT 1 FROM page"):
        lab.datacenter.clock.step()
    keeper.enter("hmcsh fault clear all")
    keeper.save("one")
    column = state_file.SUMMED[table][-1]
    changed = {"value": "value + 1", "clock": "clock + 1", "changed": "'[\"x\"]'"}.get(
        column, f"CAST(replace({column}, 'n', 'm') AS BLOB)"
    )
    where = "WHERE key = 'clock'" if table == "meta" else ""
    keeper.file.connection.execute(f"UPDATE {table} SET {column} = {changed} {where}")
    path = killed(keeper, tmp_path / "left")
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    for _ in range(2):
        with pytest.raises(StateFileError, match=f"it is damaged: {table} "):
            StateFile.open(path)
        after = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        assert after == before, "refused, and changed"
    keeper.file.connection.close()


@pytest.mark.parametrize(
    ("whole", "odd"),
    [(b"CREATE TABLE meta", b"CREATE\xd5TABLE meta"), (b"metameta", b"me\xd5ameta")],
    ids=["statement", "name"],
)
def test_a_schema_that_is_no_text_is_refused(whole: bytes, odd: bytes, tmp_path: Path) -> None:
    """SQLite quotes it in its message, which Python cannot read."""
    path = tmp_path / "state"
    Keeper.create(path, load_lab("basic").mobility).close()
    data = path.read_bytes()
    assert data.count(whole) == 1
    path.write_bytes(data.replace(whole, odd))
    with pytest.raises(StateFileError) as refusal:
        StateFile.open(path)
    assert str(refusal.value).startswith(f"state file {path}: ")
    assert str(refusal.value).isprintable()
