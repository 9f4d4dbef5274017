"""A state file holds what the model is, change by change, and another process goes on from it."""

from __future__ import annotations

import dataclasses
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from support.kept import assert_all_is_kept, held, killed, picture
from support.lab import L9, L10, Lab, load_lab
from support.sitting import Sitting

from hmcsh.console import ConsoleService, equip
from hmcsh.migration.engine import Mobility
from hmcsh.migration.faults import Fault
from hmcsh.model import power, switches, system_power
from hmcsh.model.datacenter import Timings
from hmcsh.model.inventory import load, shipped
from hmcsh.model.partition import Partition, Workload
from hmcsh.model.states import MigrationState, PartitionState, SystemState
from hmcsh.model.systemfiles import files_of
from hmcsh.runtime import SECOND, Clock
from hmcsh.state import file as state_file
from hmcsh.state.file import StateFile, StateFileError
from hmcsh.state.keeper import Keeper


@pytest.fixture
def lab() -> Lab:
    return load_lab("redbook")


def keep(lab: Lab, tmp_path: Path) -> Keeper:
    return Keeper.create(tmp_path / "state", lab.mobility)


def again(keeper: Keeper) -> tuple[Keeper, Lab]:
    keeper.close()
    opened = Keeper.open(keeper.file.path, "manual")
    return opened, Lab(opened.datacenter, opened.mobility)


@pytest.mark.parametrize("name", shipped())
def test_a_lab_is_the_same_when_it_is_read_again(name: str, tmp_path: Path) -> None:
    datacenter = load(name, Clock("manual"))
    keeper = Keeper.create(tmp_path / "state", Mobility(datacenter))
    assert held(keeper.file) == picture(keeper.mobility)
    keeper.close()
    opened = Keeper.open(tmp_path / "state", "manual")
    assert picture(opened.mobility) == picture(keeper.mobility)
    opened.close()


def test_shared_values_are_shared_again(lab: Lab, tmp_path: Path) -> None:
    """So that many partitions take as little memory as before."""
    keeper, found = again(keep(lab, tmp_path))
    one, two = found.partition("DEV"), found.partition("TRAIN")
    assert one.adapters[0] is two.adapters[0]
    assert one.migration is None and one.vty.partition is one
    keeper.close()


# -- what is under way ---------------------------------------------------------------------------


@pytest.mark.parametrize("passed", [0, 5, 12, 25])
def test_a_boot_under_way_comes_to_its_end(lab: Lab, tmp_path: Path, passed: int) -> None:
    keeper = keep(lab, tmp_path)
    prod = lab.partition("PROD")
    power.activate(prod, prod.profile(prod.default_profile))
    lab.datacenter.clock.advance(passed * SECOND)
    keeper, found = again(keeper)
    assert found.partition("PROD").state is prod.state is not PartitionState.RUNNING
    assert found.datacenter.clock.now == lab.datacenter.clock.now
    found.datacenter.clock.advance(60 * SECOND)
    assert found.partition("PROD").state is PartitionState.RUNNING
    assert not found.partition("PROD").underway
    assert_all_is_kept(keeper)
    keeper.close()


def test_a_start_that_was_overtaken_does_not_come_back(lab: Lab, tmp_path: Path) -> None:
    keeper = keep(lab, tmp_path)
    prod = lab.partition("PROD")
    power.activate(prod, prod.profile(prod.default_profile))
    lab.datacenter.clock.advance(SECOND)
    power.turn_off(prod)
    keeper, found = again(keeper)
    found.datacenter.clock.advance(60 * SECOND)
    assert found.partition("PROD").state is PartitionState.NOT_ACTIVATED
    keeper.close()


@pytest.mark.parametrize("passed", [10, 65, 200])
def test_a_restart_of_a_system_comes_to_its_end(lab: Lab, tmp_path: Path, passed: int) -> None:
    """Killed while it goes down, and while it comes up."""
    keeper = keep(lab, tmp_path)
    system_power.power_off(lab.frame(L10), immediate=True, restart=True)
    lab.datacenter.clock.advance(passed * SECOND)
    keeper, found = again(keeper)
    found.datacenter.clock.advance(500 * SECOND)
    assert found.frame(L10).state is SystemState.OPERATING
    keeper.close()


def test_a_fault_heals_when_it_was_to_heal(lab: Lab, tmp_path: Path) -> None:
    keeper = keep(lab, tmp_path)
    lab.mobility.faults.add(Fault("source-mover", phase="copy", heal_after=100 * SECOND))
    lab.start(lab.request("TRAIN"))
    while lab.mobility.faults.list()[0].status != "active":
        lab.datacenter.clock.step()
    mover = lab.mobility.history[0].movers[0].name
    left = 100 * SECOND
    keeper, found = again(keeper)
    assert not found.partition(mover).io_server.mover_works
    found.datacenter.clock.advance(left - SECOND)
    assert found.mobility.faults.list()[0].status == "active"
    found.datacenter.clock.advance(SECOND)
    assert found.mobility.faults.list()[0].status == "healed"
    assert found.partition(mover).io_server.mover_works
    keeper.close()


# -- migrations ----------------------------------------------------------------------------------

MOVES = {
    "active": ("redbook", "TEST", L10, L9),
    "inactive": ("redbook", "PROD", L10, L9),
    "bytes": ("bytes", "calm", "source", "target"),
    "demand paging": ("redbook", "TRAIN", L10, L9),
    "script": ("redbook", "TEST", L10, L9),
}

SCRIPT = """\
case $1 in
    scriptinfo) echo DR_VERSION=1.0; echo DR_DATE=27032007; echo DR_VENDOR=Example
        echo DR_SCRIPTINFO=Notes the phases of migrations;;
    usage) echo "DR_USAGE=$0";;
    register) echo DR_RESOURCE=pmig;;
    *) echo "begin $1" >> /tmp/log; sleep 2; echo "end $1" >> /tmp/log;;
esac
"""


@pytest.mark.parametrize("move", MOVES)
def test_a_migration_is_killed_at_any_event(move: str, tmp_path: Path) -> None:
    """Nothing is lost, nothing is owned twice, and what is to be recovered can be."""
    name, partition, source, destination = MOVES[move]
    draw = random.Random(move)
    lab = load_lab(name)
    if move == "demand paging":
        system = lab.partition(partition).operating_system
        system.workload = Workload("saturating", working_set=0.1)
        lab.datacenter.timings = dataclasses.replace(Timings(), window_target=SECOND // 2)
    if move == "script":
        sitting = Sitting(ConsoleService(lab.datacenter), lab.partition(partition))
        sitting.log_in()
        sitting.write("script.sh", SCRIPT)
        assert "installed successfully" in sitting.run("drmgr -i ./script.sh")
    keeper = keep(lab, tmp_path)
    lab.start(lab.request(partition, source, destination))
    run, clock = lab.mobility.history[0], lab.datacenter.clock
    phases: dict[str, int] = {}
    copies: list[tuple[Path, str, bool]] = []
    while clock.step():
        keeper.try_flush()
        # Of each phase a few instants, and always its first.
        count = phases[run.phase_name] = phases.get(run.phase_name, 0) + 1
        if count == 1 or (move != "bytes" and draw.random() < 0.01):
            folder = tmp_path / str(len(copies))
            copies.append((killed(keeper, folder), run.phase_name, run.commit is not None))
    assert {"cleanup", "complete", "adapters"} <= phases.keys()
    assert bool(run.commit and run.commit.missing) is (move == "demand paging")
    for path, phase, committed in copies:
        opened = Keeper.open(path, "manual", equip)
        _ends_well(opened, partition, source, destination, committed=committed, phase=phase)
        opened.close()
        shutil.rmtree(path.parent)
    keeper.close()


def _log(partition: Partition) -> list[str]:
    """What a script in the partition has noted."""
    try:
        return files_of(partition, "root").read("/tmp/log").splitlines()
    except (OSError, TypeError):
        return []


def _is_told(log: list[str], *, committed: bool, phase: str) -> None:
    """What a script had begun has not gone on after the kill; it is told how it ended."""
    if log:
        assert log.count("begin premigrate") == 1, phase
        told, other = "postmigrate", "undopremigrate"
        if not committed:
            told, other = other, told
        assert log.count(f"end {told}") == 1 <= log.count(f"begin {told}") <= 2, phase
        assert f"begin {other}" not in log, phase


def _ends_well(
    keeper: Keeper, name: str, source: str, destination: str, *, committed: bool, phase: str
) -> None:
    found = Lab(keeper.datacenter, keeper.mobility)
    (run,) = found.mobility.history
    clock = found.datacenter.clock
    before = clock.now
    while clock.step():
        pass
    assert clock.now >= before
    if not committed:
        assert run.migration.state is MigrationState.FAILED, phase
        clock.run_until(found.mobility.recover(found.partition(name, source)))
        while clock.step():
            pass
    here, there = (found.frame(frame).find_by_name(name) for frame in (source, destination))
    owner = there if committed else here
    assert (there is None) is not committed and (here is None) is committed, phase
    assert owner is not None and owner.migration is None, phase
    assert owner.state is (PartitionState.RUNNING if run.active else PartitionState.NOT_ACTIVATED)
    assert not any(found.frame(frame).migrations for frame in (source, destination))
    if committed and run.active:
        assert run.record is not None and run.record.verified_pages, phase
    assert_all_is_kept(keeper)
    _is_told(_log(owner), committed=committed, phase=phase)
    # And the partition can be moved again.
    homes = (destination, source) if committed else (source, destination)
    assert not found.errors(found.request(name, *homes)), phase


def test_a_migration_without_a_commit_record_in_the_file_does_not_go_on(
    lab: Lab, tmp_path: Path
) -> None:
    keeper = keep(lab, tmp_path)
    lab.start(lab.request("TEST"))
    run, clock = lab.mobility.history[0], lab.datacenter.clock
    while run.phase_name != "final":
        clock.step()
    keeper.flush()
    keeper.file.connection.execute("PRAGMA query_only = ON")  # as a full disk, from now on
    while clock.step():
        pass
    assert run.commit is None and run.migration.destination is None
    assert lab.partition("TEST").state is PartitionState.RUNNING
    keeper.file.connection.execute("PRAGMA query_only = OFF")
    assert_all_is_kept(keeper)
    keeper.close()


# -- the file ------------------------------------------------------------------------------------


def test_a_file_is_used_by_one_server(lab: Lab, tmp_path: Path) -> None:
    keeper = keep(lab, tmp_path)
    with pytest.raises(StateFileError, match="another server uses it"):
        Keeper.open(tmp_path / "state", "manual")
    keeper.close()
    Keeper.open(tmp_path / "state", "manual").close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()


def _later(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {state_file.APPLICATION}")
        connection.execute(f"PRAGMA user_version = {state_file.VERSION + 1}")
    connection.close()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_foreign, "it is not a state file of hmcsh"),
        (lambda path: path.write_bytes(b"hello\n" * 100), "it is not a state file of hmcsh"),
        (lambda path: path.write_bytes(b""), "it is not a state file of hmcsh"),
        (lambda path: path.mkdir(), "Is a directory"),
        (_later, "it is of version 2, this program knows up to 1"),
    ],
    ids=["another database", "text", "empty", "directory", "later version"],
)
def test_other_files_are_left_alone(make, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "state"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StateFileError, match=reason) as raised:
        StateFile.open(path)
    assert str(path) in str(raised.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [one.name for one in tmp_path.iterdir()] == ["state"]


def test_a_file_of_an_earlier_version_is_upgraded(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(lab, tmp_path).close()
    monkeypatch.setattr(state_file, "VERSION", 3)
    done = []
    monkeypatch.setattr(
        state_file, "UPGRADES", {1: lambda _: done.append(1), 2: lambda _: done.append(2)}
    )
    keeper = Keeper.open(tmp_path / "state", "manual")
    assert done == [1, 2]
    assert picture(keeper.mobility) == picture(lab.mobility)
    keeper.close()
    assert (tmp_path / "state").read_bytes()[60:64] == (3).to_bytes(4, "big")


def test_a_row_that_does_not_fit_is_told(lab: Lab, tmp_path: Path) -> None:
    keep(lab, tmp_path).close()
    with sqlite3.connect(tmp_path / "state") as connection:
        connection.create_function("checksum", -1, state_file.checksum)
        connection.execute(
            """UPDATE object SET body = CAST('{"gone":1}' AS BLOB) WHERE number = 5"""
        )
        connection.execute("UPDATE object SET sum = checksum(number, kind, body)")
    connection.close()
    with pytest.raises(StateFileError, match="has no field 'gone'"):
        Keeper.open(tmp_path / "state", "manual")


def test_what_nothing_refers_to_is_deleted(lab: Lab, tmp_path: Path) -> None:
    keeper = keep(lab, tmp_path)
    before = len(keeper.file.rows())
    switches.add(lab.frame(L10), "SPARE")
    keeper.flush()
    switches.remove(lab.frame(L10), "SPARE")
    keeper.flush()
    assert len(keeper.file.rows()) == before + 1
    keeper.sweep()
    assert len(keeper.file.rows()) == before
    assert_all_is_kept(keeper)
    keeper.close()
