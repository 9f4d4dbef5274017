"""The tables of SG24-7460 figures 6-1 and 6-6."""

import json

import pytest

from hmcsh import status
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import load
from hmcsh.model.partition import Partition
from hmcsh.model.states import PartitionState
from hmcsh.runtime import Clock

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"


@pytest.fixture
def redbook() -> Datacenter:
    return load("redbook", Clock("manual"))


@pytest.fixture
def train(redbook: Datacenter) -> Partition:
    return redbook.frame(L10).partition("TRAIN")


def test_one_table_of_all_systems_is_figure_6_6(redbook: Datacenter) -> None:
    assert status.all_systems(status.systems(redbook)).splitlines()[2:8] == [
        "BUILD         6  9117-MMA-SN10FFE0B-L9   Not Activated                   0"
        "              0                    AIX or Linux        00000000",
        "DEV           3  9117-MMA-SN10DD4AC-L10  Running                       0.5"
        "           0.75  DEV               AIX or Linux",
        "PROD          4  9117-MMA-SN10DD4AC-L10  Not Activated                 0.2"
        "            1.5  default           AIX or Linux        00000000",
        "QA            7  9117-MMA-SN10FFE0B-L9   Running                       0.1"
        "           0.75  default           AIX or Linux",
        "TEST          6  9117-MMA-SN10DD4AC-L10  Running                       0.4"
        "           1.75  default           AIX or Linux",
        "TRAIN         5  9117-MMA-SN10DD4AC-L10  Running                       0.1"
        "              2  default           AIX or Linux",
    ]


def test_a_table_for_each_system_is_figure_6_1(redbook: Datacenter) -> None:
    lines = status.each_system([status.system(redbook.frame(L10))]).splitlines()
    assert lines[0] == "9117-MMA-SN10DD4AC-L10 (9117-MMA*10DD4AC): Operating"
    assert lines[2].split("  ")[0] == "Name"
    assert "Server" not in lines[2]
    assert [line.split()[0] for line in lines[4:]] == [
        "DEV",
        "PROD",
        "TEST",
        "TRAIN",
        "VIOS1_L10",
        "VIOS2_L10",
    ]
    assert lines[-1].endswith("0.4              1  default           Virtual I/O Server")


def test_columns_are_those_of_the_figures(redbook: Datacenter) -> None:
    header = status.all_systems(status.systems(redbook)).splitlines()[0]
    assert [title.strip() for title in header.split("  ") if title] == [
        "Name",
        "ID",
        "Server",
        "Status",
        "Processing Units",
        "Memory (GB)",
        "Active Profile",
        "Type",
        "Reference Code",
    ]


def test_several_systems_get_both_kinds_of_table(redbook: Datacenter) -> None:
    text = status.tables(status.systems(redbook))
    assert text.count("Reference Code") == 3
    del redbook.frames[L9]
    assert status.tables(status.systems(redbook)).count("Reference Code") == 1
    assert "Server " not in status.tables(status.systems(redbook))


@pytest.mark.parametrize(
    ("state", "codes", "shown"),
    [
        (PartitionState.RUNNING, [], ""),
        (PartitionState.NOT_ACTIVATED, [], "00000000"),
        (PartitionState.MIGRATING_NOT_ACTIVATED, [], "00000000"),
        (PartitionState.MIGRATING_NOT_ACTIVATED, ["C2001030"], "C2001030"),
        (PartitionState.MIGRATING_RUNNING, ["C2001080", "2004"], "2004"),
        (PartitionState.RUNNING, ["2004", ""], ""),
    ],
)
def test_the_reference_code_is_the_newest(
    train: Partition, state: PartitionState, codes: list[str], shown: str
) -> None:
    train.state = state
    for code in codes:
        train.show_reference_code(code)
    assert status.row(train).reference_code == shown


def test_data_is_json_and_holds_what_the_tables_show(redbook: Datacenter) -> None:
    data = json.loads(json.dumps(status.data(status.systems(redbook))))
    assert [system["name"] for system in data] == [L9, L10]
    assert data[1]["partitions"][4] == {
        "name": "TRAIN",
        "lpar_id": 5,
        "server": L10,
        "status": "Running",
        "processing_units": 0.1,
        "memory_gb": 2.0,
        "active_profile": "default",
        "type": "AIX or Linux",
        "reference_code": "",
    }


def test_nothing_is_changed_by_looking(redbook: Datacenter) -> None:
    assert status.tables(status.systems(redbook)) == status.tables(status.systems(redbook))


def test_a_system_without_partitions_has_an_empty_table(redbook: Datacenter) -> None:
    frame = redbook.frame(L9)
    for partition in list(frame.partitions.values()):
        frame.remove(partition)
    assert "Reference Code" in status.each_system([status.system(frame)])
