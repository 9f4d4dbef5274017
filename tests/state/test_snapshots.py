"""Snapshots and the history of a served console, asked over its control socket."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.kept import assert_all_is_kept, picture
from support.lab import L9, L10, Lab, load_lab

from hmcsh import remote
from hmcsh.cli import main
from hmcsh.control import Control
from hmcsh.migration.faults import Fault
from hmcsh.model.states import PartitionState
from hmcsh.model.users import User
from hmcsh.runtime import SECOND
from hmcsh.socketfile import ControlError
from hmcsh.state import file as state_file
from hmcsh.state.file import StateFileError
from hmcsh.state.keeper import Keeper


class Controlled:
    """A console that keeps its state, with its control socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "control"
        self.lab = load_lab("redbook")
        self.keeper = Keeper.create(folder / "state", self.lab.mobility)
        self.control: Control | None = None

    def restored(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.lab = Lab(keeper.datacenter, keeper.mobility)

    def __call__(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Ask as the user's program does."""

        async def serve() -> Any:
            opened = await Control.open(self.keeper.mobility, self.path, self.keeper, self.restored)
            try:
                return await asyncio.to_thread(ask, *arguments)
            finally:
                await opened.close()

        return asyncio.run(serve())

    def program(self, *words: str) -> int:
        """The status of `hmcsh WORDS`."""
        return self(main, [*words, "--control", str(self.path)])

    def rename(self, new: str) -> None:
        begun = self.keeper.begin()
        self.lab.frame(L10).partitions[3].name = new
        self.keeper.commit(begun, "hmc1", "hscroot", f"chsyscfg new_name={new}", 0)


@pytest.fixture
def console(tmp_path: Path) -> Controlled:
    return Controlled(tmp_path)


def test_a_state_is_restored_as_it_was(console: Controlled) -> None:
    before = picture(console.lab.mobility)
    former = console.keeper
    console(remote.save_snapshot, console.path, "one")
    console.rename("OTHER")
    console.lab.mobility.faults.add(Fault("rmc"))
    prod = console.lab.partition("PROD")
    prod.state = PartitionState.ERROR
    console.lab.datacenter.clock.advance(9 * SECOND)
    console(remote.restore_snapshot, console.path, "one")
    assert console.keeper is not former
    assert picture(console.lab.mobility) == before
    assert console.lab.datacenter.clock.now == 0
    console.rename("AGAIN")
    assert_all_is_kept(console.keeper)
    with pytest.raises(StateFileError, match="another state was restored"):
        former.begin()
    console.keeper.close()


def test_a_migration_under_way_waits_for_recovery_in_a_restored_state(console: Controlled) -> None:
    """It has no console that carries it out: as after a loss of power."""
    console.lab.start(console.lab.request("TEST"))
    while console.lab.mobility.history[0].phase_name != "copy":
        console.lab.datacenter.clock.step()
    console(remote.save_snapshot, console.path, "moving")
    while console.lab.datacenter.clock.step():
        pass
    assert console.lab.partition("TEST", L9).migration is None
    console(remote.restore_snapshot, console.path, "moving")
    clock, moved = console.lab.datacenter.clock, console.lab.partition("TEST")
    assert moved.migration is not None and moved.migration.state.to_be_recovered
    clock.run_until(console.lab.mobility.recover(moved))
    assert console.lab.partition("TEST").migration is None
    console.keeper.close()


def test_differences_name_objects_and_fields(console: Controlled) -> None:
    console(remote.save_snapshot, console.path, "one")
    assert console(remote.snapshot_differences, console.path, "one", None) == ""
    console.rename("OTHER")
    console(remote.save_snapshot, console.path, "two")
    console.lab.datacenter.console.users["ann"] = User("ann")
    console.rename("DEV")
    present = console(remote.snapshot_differences, console.path, "one", None).splitlines()
    assert "User ann: new" in present
    assert not any(" name " in line for line in present)
    line = f"Partition {L10}/OTHER: name DEV -> OTHER"
    assert console(remote.snapshot_differences, console.path, "one", "two") == line
    back = console(remote.snapshot_differences, console.path, "two", "one")
    assert back == f"Partition {L10}/DEV: name OTHER -> DEV"
    console.keeper.close()


def test_differences_do_not_show_passwords(console: Controlled) -> None:
    user = console.lab.datacenter.console.users["ann"] = User("ann")
    console(remote.save_snapshot, console.path, "one")
    user.password = "$scrypt$kept"
    console(remote.save_snapshot, console.path, "two")
    user.password = "$scrypt$other"
    line = "User ann: password - -> *****"
    assert console(remote.snapshot_differences, console.path, "one", "two") == line
    line = "User ann: password ***** -> *****"
    assert console(remote.snapshot_differences, console.path, "two", None) == line
    console.keeper.close()


def test_numbers_of_another_line_of_states_are_not_used_again(console: Controlled) -> None:
    console(remote.save_snapshot, console.path, "one")
    console.lab.datacenter.console.users["ann"] = User("ann")
    console(remote.save_snapshot, console.path, "ann")
    console(remote.restore_snapshot, console.path, "one")
    console.lab.datacenter.console.users["bob"] = User("bob")
    lines = console(remote.snapshot_differences, console.path, "ann", None).splitlines()
    assert {"User ann: gone", "User bob: new"} <= set(lines)
    console.keeper.close()


@pytest.mark.parametrize(
    ("ask", "arguments", "reason"),
    [
        (remote.save_snapshot, ("one",), "there is a snapshot 'one' already"),
        (remote.save_snapshot, ("a b",), "'a b' is no name"),
        (remote.save_snapshot, ("",), "'' is no name"),
        (remote.restore_snapshot, ("gone",), "there is no snapshot 'gone'"),
        (remote.remove_snapshot, ("gone",), "there is no snapshot 'gone'"),
        (remote.snapshot_differences, ("gone", None), "there is no snapshot 'gone'"),
        (remote.snapshot_differences, ("one", "gone"), "there is no snapshot 'gone'"),
    ],
)
def test_what_cannot_be_is_refused(
    console: Controlled, ask: Callable[..., Any], arguments: tuple[Any, ...], reason: str
) -> None:
    console(remote.save_snapshot, console.path, "one")
    with pytest.raises(ControlError, match=reason):
        console(ask, console.path, *arguments)
    console.keeper.close()


def test_snapshots_are_listed_and_removed(
    console: Controlled, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        assert console.program("snapshot", "save", name) == 0
    assert console.program("snapshot", "remove", "one") == 0
    assert console.program("snapshot", "list") == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == ["Snapshot", "----------", "two"]
    assert console.program("snapshot", "remove", "one") == 1
    console.keeper.close()


def test_the_history_tells_who_did_what(
    console: Controlled, capsys: pytest.CaptureFixture[str]
) -> None:
    console.rename("FIRST")
    console.rename("SECOND")
    assert console.program("history", "--json", "--after", "1") == 0
    (entry,) = map(json.loads, capsys.readouterr().out.splitlines())
    real = entry.pop("real")
    assert real.endswith("+00:00")
    assert entry == {
        "number": 2,
        "virtual": 0,
        "console": "hmc1",
        "user": "hscroot",
        "command": "chsyscfg new_name=SECOND",
        "status": 0,
        "changed": [f"Partition {L10}/SECOND"],
    }
    assert console.program("history") == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["No.", "Time", "(UTC)", "User", "Status", "Command"]
    assert [line.split()[-1] for line in table[2:]] == ["new_name=FIRST", "new_name=SECOND"]
    console.keeper.close()
    assert main(["history", "--state", str(console.keeper.file.path)]) == 0
    assert capsys.readouterr().out.splitlines() == table


def test_the_history_can_be_asked_for_a_user_or_a_status(
    console: Controlled, capsys: pytest.CaptureFixture[str]
) -> None:
    console.rename("FIRST")
    for user, status in (("ann", 1), ("hscroot", 1)):
        console.keeper.commit(console.keeper.begin(), "hmc1", user, "chhmc", status)

    def numbers(*words: str) -> list[int]:
        assert console.program("history", "--json", *words) == 0
        return [json.loads(line)["number"] for line in capsys.readouterr().out.splitlines()]

    assert numbers("--user", "hscroot") == [1, 3]
    assert numbers("--status", "1") == [2, 3]
    assert numbers("--status", "0", "--user", "ann") == []
    assert numbers("--status", "1", "--after", "2") == [3]
    console.keeper.close()


def test_what_is_done_over_the_control_socket_is_in_the_history(console: Controlled) -> None:
    console(remote.save_snapshot, console.path, "one")
    words = {"partition": "TEST", "phase": "copy", "percent": 50, "heal_after": None}
    console(lambda: remote.add_fault(console.path, kind="link", **words))
    console(remote.clear_faults, console.path, None)
    console(remote.restore_snapshot, console.path, "one")
    console(remote.remove_snapshot, console.path, "one")
    assert [(entry.user, entry.command) for entry in console.keeper.file.history()] == [
        ("", "hmcsh snapshot save one"),
        ("", "hmcsh fault add link partition=TEST phase=copy percent=50"),
        ("", "hmcsh fault clear all"),
        ("", "hmcsh snapshot restore one"),
        ("", "hmcsh snapshot remove one"),
    ]
    console.keeper.close()


def test_snapshots_of_an_earlier_version_are_upgraded_with_their_file(
    console: Controlled, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = picture(console.lab.mobility)
    console(remote.save_snapshot, console.path, "one")
    console.rename("OTHER")
    console.keeper.close()

    def rename(connection: sqlite3.Connection) -> None:
        for table in ("object", "snapshot_object"):
            connection.execute(
                f"UPDATE {table} SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)",
                ('"hmc1"', '"upgraded"'),
            )

    monkeypatch.setattr(state_file, "VERSION", 2)
    monkeypatch.setattr(state_file, "UPGRADES", {1: rename})
    keeper = Keeper.open(console.keeper.file.path, "manual")
    assert keeper.datacenter.console.name == "upgraded"
    keeper = keeper.restore("one")
    assert keeper.datacenter.console.name == "upgraded"
    keeper.datacenter.console.name = "hmc1"
    assert picture(keeper.mobility) == before
    assert [entry.status for entry in keeper.file.history()] == [0, 0, 0]
    keeper.close()
    Keeper.open(console.keeper.file.path, "manual").close()  # its checksums fit


def test_a_console_without_a_file_has_no_history(tmp_path: Path) -> None:
    lab = load_lab("redbook")

    async def serve() -> None:
        opened = await Control.open(lab.mobility, tmp_path / "c")
        try:
            await asyncio.to_thread(remote.history, tmp_path / "c", None)
        finally:
            await opened.close()

    with pytest.raises(ControlError, match="this console keeps no state"):
        asyncio.run(serve())


def test_a_fault_that_was_added_is_kept_before_the_answer(console: Controlled) -> None:
    words = {"partition": None, "phase": None, "percent": None, "heal_after": None}
    console(lambda: remote.add_fault(console.path, kind="link", **words))
    console.keeper.file.close()
    opened = Keeper.open(console.keeper.file.path, "manual")
    assert [fault.kind for fault in opened.mobility.faults.list()] == ["link"]
    opened.close()


def test_where_a_fault_cannot_be_kept_there_is_none(console: Controlled) -> None:
    words = {"partition": None, "phase": None, "percent": None, "heal_after": None}
    console.keeper.file.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(ControlError, match="readonly"):
        console(lambda: remote.add_fault(console.path, kind="link", **words))
    assert console.lab.mobility.faults.list() == ()
    console.keeper.file.connection.execute("PRAGMA query_only = OFF")
    console.keeper.close()
