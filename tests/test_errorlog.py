"""Error logs as errpt lists them, over the control socket and in the record of a migration."""

import asyncio
import dataclasses
import json
from pathlib import Path

import pytest
from support.faultlab import SECOND, Fault, fault_lab
from support.lab import L9, L10, Lab, load_lab

from hmcsh import errorlog, remote
from hmcsh.cli import main
from hmcsh.control import Control
from hmcsh.report import describe
from hmcsh.socketfile import ControlError


@pytest.fixture
def moved() -> Lab:
    lab = load_lab("redbook")
    lab.migrate("TRAIN")
    return lab


def test_the_record_of_a_migration_has_the_entries_that_it_led_to(moved: Lab) -> None:
    moved.migrate("TRAIN", L9, L10)
    there, back = (describe(run).error_logs for run in moved.mobility.history)
    for logs, source, destination in ((there, L10, L9), (back, L9, L10)):
        assert [(one.label, one.system) for one in logs] == [
            ("CLIENT_PMIG_STARTED", source),
            ("MVR_FORCE_SUSPEND", source),
            ("CLIENT_PMIG_DONE", destination),
            ("MVR_MIG_COMPLETED", source),
            ("MVR_MIG_COMPLETED", destination),
        ]
    labels = [one.label for one in errorlog.entries(moved.datacenter, "TRAIN")]
    assert labels == ["CLIENT_PMIG_DONE", "CLIENT_PMIG_STARTED"] * 2, "newest first"


def test_time_stamps_are_those_of_the_partitions_own_clock() -> None:
    lab = load_lab("redbook")
    lab.frame(L10).clock_offset = 3600 * SECOND
    partition = lab.partition("TRAIN")
    partition.time_offset = 120 * SECOND
    lab.migrate("TRAIN")
    done, started = errorlog.entries(lab.datacenter, "TRAIN")
    assert started.stamp == "2007-04-03T16:02:11"
    # The clock went with it, though its new system has another one.
    assert done.stamp.startswith("2007-04-03T16:02")
    assert started.time_ns == 11 * SECOND


def test_the_log_stays_one_while_it_migrates() -> None:
    lab = fault_lab()
    lab.move(Fault("link", phase="copy"))
    assert lab.shell is not None
    for system in (None, "source"):
        listed = errorlog.entries(lab.datacenter, "mobile", system)
        assert [one.label for one in listed] == ["CLIENT_PMIG_ABORTED", "CLIENT_PMIG_STARTED"]
    assert errorlog.entries(lab.datacenter, "mobile", "dest") == []


@pytest.mark.parametrize(
    ("name", "system", "said"),
    [
        ("nobody", None, "there is no partition 'nobody'"),
        ("TRAIN", L10, "there is no partition 'TRAIN'"),
        ("TRAIN", "elsewhere", "there is no managed system 'elsewhere'"),
        ("VIOS1_L9", None, f"several partitions are named 'VIOS1_L9'; --system takes one of {L9}"),
    ],
)
def test_which_partition(moved: Lab, name: str, system: str | None, said: str) -> None:
    if name == "VIOS1_L9":
        moved.partition("VIOS1_L10").name = name
    with pytest.raises(ValueError, match=said):
        errorlog.entries(moved.datacenter, name, system)


def test_the_program_lists_the_log_of_a_served_console(
    moved: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c"

    async def talk() -> None:
        opened = await Control.open(moved.mobility, path)
        try:
            status = await asyncio.to_thread(main, ["errpt", "VIOS1_L9", "--control", str(path)])
            assert status == 0
            assert await asyncio.to_thread(main, ["errpt", "QA", "--control", str(path)]) == 0
            arguments = ["report", "--json", "TRAIN", "--control", str(path)]
            assert await asyncio.to_thread(main, arguments) == 0
            with pytest.raises(ControlError, match="no partition 'nobody'"):
                await asyncio.to_thread(remote.error_log, path, "nobody", None)
        finally:
            await opened.close()

    asyncio.run(asyncio.wait_for(talk(), 30))
    shown, _, record = capsys.readouterr().out.partition("[\n")
    assert shown.splitlines() == [
        "IDENTIFIER TIMESTAMP  T C RESOURCE_NAME  DESCRIPTION",
        "3EB09F5A   0403150007 I S Migration      Migration completed successfully",
    ], "an empty log is nothing"
    (report,) = json.loads("[\n" + record)
    assert len(report["error_logs"]) == 5


def test_descriptions_are_cut(moved: Lab) -> None:
    entry = errorlog.entries(moved.datacenter, "TRAIN")[0]
    long = dataclasses.replace(entry, description="d" * 41, resource="")
    line = errorlog.summary([long]).splitlines()[1]
    assert line.endswith(" I S " + " " * 15 + "d" * 40)
