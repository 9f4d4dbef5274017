"""What users do inside partitions lasts, too; their sessions end with the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.inside import Inside
from support.kept import assert_all_is_kept
from support.lab import L10, load_lab
from support.sitting import Sitting

from hmcsh.console import ConsoleService, equip
from hmcsh.model import power
from hmcsh.model.states import PartitionState
from hmcsh.runtime import SECOND
from hmcsh.state.keeper import Keeper

VIOS = "VIOS1_L10"
AIX_QUESTIONS = (
    "lsdev -C",
    "lsattr -E -l hdisk0",
    "lsvg -l rootvg",
    "lspv",
    "ifconfig -a",
    "bootlist -m normal -o",
)
VIOS_QUESTIONS = ("lsdev", "lsmap -all", "lsmap -all -net", "lspv", "lsdev -dev hdisk1 -attr")


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    made = Keeper.create(tmp_path / "state", load_lab("redbook").mobility)
    ConsoleService(made.datacenter, mobility=made.mobility, journal=made)
    return made


def again(keeper: Keeper) -> Keeper:
    """The state in another server."""
    assert_all_is_kept(keeper)
    keeper.file.close()
    return Keeper.open(keeper.file.path, "manual", equip)


def sit(keeper: Keeper, name: str) -> Sitting:
    partition = keeper.datacenter.frames[L10].find_by_name(name)
    assert partition is not None
    service = ConsoleService(keeper.datacenter, mobility=keeper.mobility, journal=keeper)
    return Sitting(service, partition)


def test_files_last_and_sessions_do_not(keeper: Keeper) -> None:
    sitting = sit(keeper, "TRAIN")
    sitting.log_in()
    sitting.run("mkdir /home/ann", "umask 077")
    sitting.write("/home/ann/notes", "first\nsecond")
    sitting.run("ln -s notes /home/ann/link", "printf '\\377' > /home/ann/bytes")
    keeper.flush()  # what comes now is added to a file whose pieces are observed
    sitting.run("echo third >> /home/ann/notes")
    opened = again(keeper)
    there = sit(opened, "TRAIN")
    assert there.type("\r").endswith("Console login: ")
    assert "Last login: " in there.log_in()
    assert there.run("cat /home/ann/link") == "first\nsecond\nthird\n"
    assert there.run("wc -c < /home/ann/bytes").split() == ["1"]
    assert there.run("ls -l /home/ann/notes").startswith("-rw-------")
    there.run("echo fourth >> /home/ann/notes")
    assert_all_is_kept(opened)
    opened.close()


@pytest.mark.parametrize(
    ("name", "changes", "questions"),
    [
        (VIOS, (), VIOS_QUESTIONS),
        ("TRAIN", (), AIX_QUESTIONS),
        (
            "TRAIN",
            ("chdev -l hdisk0 -P -a queue_depth=32", "bootlist -m service hdisk0", "hostname mars"),
            AIX_QUESTIONS,
        ),
        (
            VIOS,
            ("mkvdev -vlan ent1 -tagid 5", "chdev -dev hdisk1 -attr queue_depth=7"),
            VIOS_QUESTIONS,
        ),
    ],
    ids=("VIOS", "AIX", "AIX changed", "VIOS changed"),
)
def test_a_system_knows_its_devices_again(
    keeper: Keeper, name: str, changes: tuple[str, ...], questions: tuple[str, ...]
) -> None:
    inside = Inside(keeper.datacenter, name)
    for question in questions:  # devices are configured when they are first looked for
        assert inside(question).status == 0, question
    keeper.flush()
    for change in changes:
        done = inside(change)
        assert done.status == 0, done
    before = [inside(question) for question in questions]
    opened = again(keeper)
    there = Inside(opened.datacenter, name)
    assert [there(question) for question in questions] == before
    assert_all_is_kept(opened)
    opened.close()


@pytest.mark.parametrize("word", ["boot", "reset-all"])
@pytest.mark.parametrize("passed", [0, 5])
def test_a_boot_from_the_firmware_comes_to_its_end(keeper: Keeper, word: str, passed: int) -> None:
    frame, clock = keeper.datacenter.frames[L10], keeper.datacenter.clock
    prod = frame.find_by_name("PROD")
    assert prod is not None
    power.activate(prod, prod.profile(prod.default_profile), power.Boot(mode="of"))
    clock.advance(60 * SECOND)
    Sitting(ConsoleService(keeper.datacenter), prod).type(f"{word}\r")
    clock.advance(passed * SECOND)
    opened = again(keeper)
    found = opened.datacenter.frames[L10].find_by_name("PROD")
    assert found is not None and found.underway
    assert found.state is prod.state is not PartitionState.RUNNING
    opened.datacenter.clock.advance(60 * SECOND)
    assert found.state is PartitionState.RUNNING
    assert not found.underway
    opened.close()


def test_the_history_tells_what_was_typed_in_partitions(keeper: Keeper) -> None:
    """Lines that changed something, by whom and where; passwords are masked."""
    vios, aix = sit(keeper, VIOS), sit(keeper, "TRAIN")
    vios.log_in("padmin")
    aix.log_in()
    vios.run("lsdev", "lsdev -dev hdisk1 -attr")  # configures devices when it is first looked for
    before = list(keeper.file.history())[-1].number
    vios.run("lsdev -dev hdisk1", "ls", "chdev -dev hdisk1 -attr queue_depth=7", "echo $?")
    aix.run("echo --password secret77 > /tmp/a", "cat /tmp/a", "cat /gone", "echo b >> /tmp/a")
    found = [
        (e.console, e.user, e.command, e.status, e.changed) for e in keeper.file.history(before)
    ]
    where = (f"Partition {L10}/{VIOS}", f"Partition {L10}/TRAIN")
    assert found == [
        ("", f"padmin@{VIOS}", "chdev -dev hdisk1 -attr queue_depth=7", 0, [where[0]]),
        ("", "root@TRAIN", "*****", 0, [where[1]]),
        ("", "root@TRAIN", "echo b >> /tmp/a", 0, [where[1]]),
    ]
    assert b"secret77" not in b"".join(str(entry).encode() for entry in keeper.file.history())
    vios.run("oem_setup_env", "echo x > /tmp/y", "exit")
    assert list(keeper.file.history())[-1].command == "echo x > /tmp/y"
    assert_all_is_kept(keeper)
    keeper.close()


def test_a_line_that_cannot_be_kept_says_so_and_is_kept_later(keeper: Keeper) -> None:
    aix = sit(keeper, "TRAIN")
    aix.log_in()
    keeper.flush()
    keeper.file.connection.execute("PRAGMA query_only = ON")
    shown = aix.type("echo a > /tmp/a\r")
    assert "The change was made, but could not be saved" in shown and shown.endswith("# ")
    keeper.file.connection.execute("PRAGMA query_only = OFF")
    assert_all_is_kept(keeper)
    keeper.close()
