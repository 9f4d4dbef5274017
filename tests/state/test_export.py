"""A state that was exported is an inventory, and loads again to an equal state."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hmcsh.commands.hmc.common.journal import NOTHING, Journal
from support.kept import picture
from support.lab import L9, L10, Lab, load_lab
from support.transcript import play_text

from hmcsh.cli import main
from hmcsh.console import equip
from hmcsh.control import Control
from hmcsh.migration.engine import Mobility
from hmcsh.migration.faults import Fault
from hmcsh.model import inventory, power
from hmcsh.model.inventory import InventoryError, reader, shipped
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.model.users import User
from hmcsh.runtime import SECOND
from hmcsh.state import exporting, inventories
from hmcsh.state import file as state_file
from hmcsh.state.forking import made_apart
from hmcsh.state.keeper import Keeper
from hmcsh.state.kinds import StateError

GOLDEN = Path(__file__).parents[1] / "golden"
PLAYED = (
    "5-8-3-dlpar-scripts",
    "dlpar",
    "5-6-1-stop-recover",
    "vios-npiv",
    "virtual-networks",
)


def exported(mobility: Mobility) -> str:
    return "".join(exporting.pieces(mobility))


def loaded(text: str, folder: Path) -> Mobility:
    path = folder / "exported.yaml"
    path.write_text(text, encoding="utf-8")
    assert inventories.check(path) == []
    return inventories.load(path, "manual", equip=equip)


def assert_loads_again(mobility: Mobility, folder: Path, *, edited: bool = False) -> Lab:
    """As it was exported; as somebody has `edited` it, too, which is read as any YAML."""
    text = exported(mobility)
    if edited:
        other = loaded(text.replace("  objects:", "  objects: # mine", 1), folder)
        assert picture(other) == picture(mobility)
    found = loaded(text, folder)
    assert picture(found) == picture(mobility)
    assert exported(found) == text
    assert found.datacenter.clock.now == mobility.datacenter.clock.now
    return Lab(found.datacenter, found)


@pytest.fixture
def lab() -> Lab:
    return load_lab("redbook")


@pytest.mark.parametrize("name", shipped())
def test_a_lab_loads_again(name: str, tmp_path: Path) -> None:
    assert_loads_again(load_lab(name).mobility, tmp_path)


@pytest.mark.parametrize("name", PLAYED)
def test_what_a_transcript_leaves_loads_again(name: str, tmp_path: Path) -> None:
    played: list[Mobility] = []

    def keep(mobility: Mobility) -> Journal:
        played.append(mobility)
        return NOTHING

    play_text((GOLDEN / f"{name}.txt").read_text(), keep)
    assert_loads_again(played[0], tmp_path)


def test_any_text_loads_again(lab: Lab, tmp_path: Path) -> None:
    """Quotes, line breaks, control characters, bytes that are no UTF-8, what YAML would resolve."""
    texts = [
        "no",
        "1",
        "null",
        "{a: b}",
        "- x",
        "'\"\\",
        "a\n\r\n\tb\x00\x1b[31m\x7f\x85\u2028\u2029\ufeff\uffff",
        "ü\U0001f600\u3000",
        "\udcff",
        "ü\udcff\U0001f600",
        "x" * 3000,
        " ",
    ]
    users = lab.datacenter.console.users
    for number, text in enumerate(texts):
        users[text] = User(f"u{number}", description=text)
    found = assert_loads_again(lab.mobility, tmp_path, edited=True).datacenter.console.users
    assert [user.description for user in found.values()][-len(texts) :] == texts
    assert list(found)[-len(texts) :] == texts


# -- what is under way ---------------------------------------------------------------------------


def test_a_boot_under_way_comes_to_its_end(lab: Lab, tmp_path: Path) -> None:
    prod = lab.partition("PROD")
    power.activate(prod, prod.profile(prod.default_profile))
    lab.datacenter.clock.advance(12 * SECOND)
    found = assert_loads_again(lab.mobility, tmp_path)
    assert found.partition("PROD").state is not PartitionState.RUNNING
    found.datacenter.clock.advance(60 * SECOND)
    assert found.partition("PROD").state is PartitionState.RUNNING


@pytest.mark.parametrize("phase", ["shell", "copy", "resume"])
def test_a_migration_under_way_is_refused_by_name(lab: Lab, phase: str) -> None:
    lab.start(lab.request("TEST"))
    while lab.mobility.history[0].phase_name != phase:
        lab.datacenter.clock.step()
    with pytest.raises(StateError, match=f"the migration of TEST from {L10} is under way"):
        exported(lab.mobility)


def failed(lab: Lab, phase: str) -> None:
    lab.mobility.faults.add(Fault("dest-mover", phase=phase))
    lab.start(lab.request("TEST"))
    while lab.datacenter.clock.step():
        pass
    assert lab.mobility.history[0].migration.state is MigrationState.FAILED


def test_a_migration_that_failed_before_its_commit_record_is_recovered(
    lab: Lab, tmp_path: Path
) -> None:
    failed(lab, "copy")
    found = assert_loads_again(lab.mobility, tmp_path)
    test = found.partition("TEST")
    assert test.migration is not None and test.migration.state.to_be_recovered
    found.mobility.faults.clear()
    found.datacenter.clock.run_until(found.mobility.recover(test))
    assert test.migration is None and test.state is PartitionState.RUNNING


def test_a_migration_that_failed_with_pages_on_their_way_is_refused_by_name(lab: Lab) -> None:
    failed(lab, "resume")
    with pytest.raises(StateError, match=f"of TEST from {L10} failed with pages on their way"):
        exported(lab.mobility)
    lab.mobility.faults.clear()
    lab.datacenter.clock.run_until(lab.mobility.recover(lab.partition("TEST")))
    assert "objects:" in exported(lab.mobility)


def test_a_migration_that_is_over_is_reported_again(lab: Lab, tmp_path: Path) -> None:
    lab.migrate("TEST")
    while lab.datacenter.clock.step():
        pass
    found = assert_loads_again(lab.mobility, tmp_path)
    (run,) = found.mobility.history
    assert run.commit == lab.mobility.history[0].commit is not None
    assert found.migrate("TEST", L9, L10).state is PartitionState.RUNNING


# -- where it comes from -------------------------------------------------------------------------


def served(lab: Lab, folder: Path, *words: str) -> int:
    """The status of `hmcsh WORDS` with the control socket of a console."""
    path = folder / "control"

    async def serve() -> int:
        opened = await Control.open(lab.mobility, path)
        try:
            return await asyncio.to_thread(main, [*words, "--control", str(path)])
        finally:
            await opened.close()

    return asyncio.run(serve())


def test_a_served_console_is_exported(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To a file that only its owner reads, or to standard output, without a password as such."""
    lab.partition("DEV").name = "RENAMED"
    path = tmp_path / "out.yaml"
    path.write_text("former")
    assert served(lab, tmp_path, "export", str(path)) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert text == exported(lab.mobility)
    for user in lab.datacenter.console.users.values():
        assert user.password is None or user.password.startswith("$scrypt$")
    assert served(lab, tmp_path, "export") == 0
    assert capsys.readouterr().out == text
    assert main(["check", str(path)]) == 0
    assert main(["status", "-i", str(path)]) == 0
    assert "RENAMED" in capsys.readouterr().out
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.yaml"]


def test_what_cannot_be_exported_leaves_the_file_alone(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.start(lab.request("TEST"))
    path = tmp_path / "out.yaml"
    path.write_text("former")
    assert served(lab, tmp_path, "export", str(path)) == 1
    assert "the migration of TEST" in capsys.readouterr().err
    assert path.read_text() == "former"
    assert main(["export", "--state", str(tmp_path / "gone"), str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert path.read_text() == "former"


def test_a_folder_that_is_not_there_is_told(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "no" / "out.yaml"
    assert served(lab, tmp_path, "export", str(path)) == 1
    assert capsys.readouterr().err == f"hmcsh: {path}: No such file or directory\n"


def test_a_state_file_is_exported(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.datacenter.console.users.pop("root")
    lab.datacenter.console.users["hscroot"].password = None
    keeper = Keeper.create(tmp_path / "state", lab.mobility)
    lab.datacenter.clock.advance(5 * SECOND)
    keeper.close()
    before = (tmp_path / "state").read_bytes()
    assert main(["export", "--state", str(tmp_path / "state")]) == 0
    assert capsys.readouterr().out == exported(lab.mobility)
    assert (tmp_path / "state").read_bytes() == before


def test_an_exported_state_begins_a_state_file(lab: Lab, tmp_path: Path) -> None:
    lab.migrate("TEST")
    while lab.datacenter.clock.step():
        pass
    keeper = Keeper.create(tmp_path / "state", loaded(exported(lab.mobility), tmp_path))
    keeper.close()
    opened = Keeper.open(tmp_path / "state", "manual")
    assert exported(opened.mobility) == exported(lab.mobility)
    opened.close()


def test_options_replace_what_a_state_holds(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "exported.yaml"
    path.write_text(exported(lab.mobility))
    from hmcsh.language.levels import Level

    found = inventories.load(path, "manual", seed=17, level=Level.parse("V10R3")).datacenter
    assert found.seed == 17 and found.console.level == Level.parse("V10R3")


# -- what is wrong -------------------------------------------------------------------------------


def lines_of(text: str, first: str) -> int:
    """The number of the first line that begins so."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(first))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("state:\n", "hmc: {name: x}\nstate:\n", "hmc", "'hmc' beside 'state'"),
        ("  version: 1\n", "  version: 2\n", "  version", "version 2, this program knows up to 1"),
        ("  version: 1\n", "  version: one\n", "  version", "'version' is a whole number"),
        ("  version: 1\n", "", "  clock", "'version' is missing in 'state'"),
        ("  version: 1\n", "  version: 0\n", "  version", "'version' is a whole number"),
        ("  clock: 0\n", "  clock: -1\n", "  clock", "'clock' is a whole number"),
        ("  clock: 0\n", "  clock: 0\n  more: 1\n", "  more", "'state' has no field 'more'"),
        ("    3: {", "    x3: {", "    x3", "'x3' is not the number of an object"),
        (
            "    2: {",
            "    1: {",
            '    1: {"class": "model',
            "'1' stands here twice (first: line 6)",
        ),
        ("    3: {", "    99999: {", "    2:", "there is no row 3"),
        ('model.console.Console"', 'model.x.Console"', "    3:", "nothing is known of 'model.x"),
        ('model.console.Console"', 'os.PathLike"', "    3:", "nothing is known of 'os.PathLike'"),
        ('"class": "model.console.Console", ', "", "    3:", "the object 3 has no class"),
        ('"name":"hmc1"', '"gone":1', "    3:", "model.console.Console has no field 'gone'"),
        ('"name":"hmc1"', '"name": hmc1', "    3:", "row 3, model.console.Console: Expecting"),
        ('"name":"hmc1"', '"name":{"!bytes":5}', "    3:", "'!bytes' is a text"),
        ('"name":"hmc1"', '"name":{"!nothing":5}', "    3:", "row 3, model.console.Console"),
        ('"name":"hmc1"', '"name":{}', "    3:", "row 3, model.console.Console"),
        (
            '"datacenter":{"!at":2}',
            '"datacenter":{"!at":3}',
            "    1:",
            "World.datacenter cannot be a Console",
        ),
        ("state.keeper.World", "model.users.User", "    1:", "has no field 'datacenter'"),
        (
            '"model.datacenter.Datacenter"',
            '!x "model.datacenter.Datacenter"',
            "    2:",
            "tag",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    old: str, new: str, line: str, reason: str, lab: Lab, tmp_path: Path
) -> None:
    text = exported(lab.mobility)
    assert old in text
    path = tmp_path / "exported.yaml"
    path.write_text(text := text.replace(old, new, 1))
    with pytest.raises(InventoryError) as raised:
        inventories.load(path, "manual")
    found = [(one.line, one.text) for one in raised.value.problems]
    assert len(found) == 1 and reason in found[0][1], found
    assert "\n" not in found[0][1]
    at = lines_of(text, line)
    assert found[0][0] in (at, at + 1), (found, at)
    assert inventories.check(path) == raised.value.problems


def test_damage_of_any_kind_is_an_error_of_the_inventory(tmp_path: Path) -> None:
    """A state with lines that are lost, doubled or from elsewhere loads, or is refused in words."""
    draw = random.Random(6)
    lines = exported(load_lab("basic").mobility).splitlines()
    path = tmp_path / "exported.yaml"
    refused = 0
    for _ in range(60):
        changed = list(lines)
        at, other = draw.randrange(len(lines)), draw.choice(lines)
        match draw.randrange(4):
            case 0:
                del changed[at]
            case 1:
                changed.insert(at, other)
            case 2:
                changed[at] = other
            case 3:
                place = draw.randrange(len(lines[at]) + 1)
                changed[at] = lines[at][:place] + draw.choice('{}[]":,!0x\t') + lines[at][place:]
        path.write_text("\n".join(changed))
        problems = inventories.check(path)
        refused += bool(problems)
    assert refused > 30


def test_a_state_of_an_earlier_version_is_upgraded_as_a_file_is(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = exported(lab.mobility).replace('"hmc1"', '"former"')

    def rename(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE object SET body = replace(body, '\"former\"', '\"hmc1\"')")

    monkeypatch.setattr(state_file, "VERSION", 2)
    monkeypatch.setattr(state_file, "UPGRADES", {1: rename})
    assert loaded(text, tmp_path).datacenter.console.name == "hmc1"


@pytest.mark.parametrize(
    ("where", "limit", "reason"),
    [
        (inventory, "MAX_STATE_BYTES", "has a line for each object"),
        (reader, "MAX_STATE_NODES", "more than 1000 values"),
    ],
)
def test_a_state_has_bounds_of_its_own(
    where: object,
    limit: str,
    reason: str,
    lab: Lab,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "exported.yaml"
    path.write_text(exported(lab.mobility) + "\n")  # not as it was exported
    monkeypatch.setattr(inventory, "MAX_BYTES", 1000)
    monkeypatch.setattr(reader, "MAX_NODES", 1000)
    assert inventories.check(path) == []
    monkeypatch.setattr(where, limit, 1000)
    assert [reason in problem.text for problem in inventories.check(path)] == [True]


def test_a_state_that_would_not_load_is_not_exported(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 3 * reader.MAX_STATE_NODES > inventory.MAX_STATE_BYTES  # a value with what parts it
    monkeypatch.setattr(exporting, "MAX_EXPORTED_BYTES", 1000)
    with pytest.raises(StateError, match="the state takes more than"):
        exported(lab.mobility)


# -- from a server that goes on -------------------------------------------------------------------


def test_what_is_exported_is_of_one_instant(lab: Lab) -> None:
    """Changes that are made while it is read are not in it, nor are they held up."""
    before = exported(lab.mobility)

    async def read() -> str:
        text = ""
        async with contextlib.aclosing(exporting.stream(lab.mobility)) as pieces:
            async for piece in pieces:
                lab.datacenter.console.users.clear()
                for partition in lab.frame(L10).partitions.values():
                    partition.name += "x"
                text += piece
        return text

    assert asyncio.run(read()) == before
    assert exported(lab.mobility) != before


def test_an_export_that_is_given_up_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, made = os.fork, []

    def noted() -> int:
        made.append(fork())
        return made[-1]

    def endless() -> Iterator[str]:
        while True:
            yield "x" * 1000

    async def read() -> None:
        async with contextlib.aclosing(made_apart(endless)) as pieces:
            async for piece in pieces:
                assert set(piece) == {"x"}
                break

    monkeypatch.setattr(os, "fork", noted)
    asyncio.run(read())
    (process,) = made
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def test_where_the_process_fails_nothing_is_taken_for_whole() -> None:
    def wrong() -> Iterator[str]:
        yield "begun"
        raise StateError("what is wrong")

    def dead() -> Iterator[str]:
        yield "begun"
        os._exit(0)

    async def read(make: Callable[[], Iterator[str]]) -> list[str]:
        return [piece async for piece in made_apart(make)]

    for make, reason in ((wrong, "what is wrong"), (dead, "the process that exports has ended")):
        with pytest.raises(StateError, match=reason):
            asyncio.run(read(make))
