"""lslparutil, chlparutil, rmlparutil: what is listed of samples and changes."""

import pytest

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, V10R3
from hmcsh.runtime import SECOND

HOUR = 3600 * SECOND
DAY = 24 * HOUR
LAB = """
hmc:
  clock: 2013-06-10 12:00:00
  users:
    hscroot: {password: abc123}
    eye: {role: hmcviewer, password: x}
systems:
  one:
    type_model: 9117-MMA
    serial: 06D6D82
    sample_rate: 300
    pools: {side: {maximum: 2, id: 1}}
    partitions:
      web: {id: 3}
      ded: {id: 4, mode: ded, processors: 1, sharing: share_idle_procs}
      off: {id: 5, state: Not Activated}
  two: {type_model: 8203-E4A, serial: 10ABCDE}
"""


@pytest.fixture
def hmc(console):
    made = console(LAB)
    made.datacenter.console.level = V7R7_9
    return made


def found(hmc, arguments: str) -> list[str]:
    lines = hmc.lines(f"lslparutil {arguments}")
    return [] if lines == ["No results were found."] else lines


def times(hmc, arguments: str) -> list[str]:
    """Times of the system's samples: day and time of day."""
    lines = found(hmc, f"-r sys -m one -F time {arguments}")
    return [line[3:5] + line[10:16] for line in lines]


def test_systems_are_not_sampled_unless_that_is_asked_for(hmc) -> None:
    assert found(hmc, "-r config -F name,sample_rate") == ["one,300", "two,0"]
    hmc.clock.advance(HOUR)
    assert found(hmc, "-r sys -m two") == []
    hmc.lines("chlparutil -r config -s 1800")
    hmc.clock.advance(HOUR)
    assert found(hmc, "-r config -F name,sample_rate") == ["one,1800", "two,1800"]
    assert found(hmc, "-r sys -m two -F time") == [
        "06/10/2013 14:00:00",
        "06/10/2013 13:30:00",
        "06/10/2013 13:00:00",
    ]


def test_another_rate_holds_from_then_on(hmc) -> None:
    hmc.clock.advance(601 * SECOND)
    hmc.lines("chlparutil -r config -m one -s 30")
    hmc.clock.advance(60 * SECOND)
    assert times(hmc, "-n 4") == ["10 12:11", "10 12:10", "10 12:10", "10 12:05"]
    hmc.lines("chlparutil -r config -m one -s 0")
    hmc.clock.advance(HOUR)
    assert times(hmc, "-n 1") == ["10 12:11"]


RANGES = {
    "-n 2": ["10 12:00", "10 11:55"],
    "--minutes 10": ["10 12:00", "10 11:55", "10 11:50"],
    "-h 2 -s h": ["10 12:00", "10 11:00", "10 10:00"],
    "-h 1 --minutes 60 -s h": ["10 12:00", "10 11:00", "10 10:00"],
    "-d 2 -s d": ["10 00:00", "09 00:00"],
    "-d 40 -s m": ["01 00:00"],
    "-d 0": ["10 12:00"],
    "--startyear 2013 --startmonth 6 --startday 10 --starthour 11 --startminute 51": [
        "10 12:00",
        "10 11:55",
    ],
    "--startyear 2013 --startmonth 6 --startday 9 --starthour 1 --endmonth 6 --endday 9"
    " --endhour 2 --endminute 0 -s h": ["09 02:00", "09 01:00"],
    "--startyear 2014": [],
    "--startyear 2013 -s m": ["01 00:00"],
    "--endyear 2012": [],
    "--endyear 9999 -n 1": ["10 12:00"],
    "-s s -n 1 --filter event_types=sample": ["10 12:00"],
    "-s d --filter event_types=state_change": [],
}


@pytest.mark.parametrize("arguments", RANGES)
def test_the_time_that_is_listed(hmc, arguments: str) -> None:
    assert times(hmc, arguments) == RANGES[arguments]


def test_a_day_is_listed_by_default_and_three_are_kept(hmc) -> None:
    assert len(times(hmc, "")) == 24 * 12 + 1
    assert len(times(hmc, "-d 30")) == 3 * 24 * 12 + 1
    assert len(times(hmc, "-d 90 -s h")) == 30 * 24 + 1, "since the system has been sampled"


FILTERED = {
    "-r lpar --filter lpar_names=web": ["web"],
    "-r lpar --filter lpar_ids=4,3": ["web", "ded"],
    "-r lpar --filter event_types=sample,lpar_names=off": ["off"],
    "-r lpar": ["web", "ded", "off"],
}


@pytest.mark.parametrize("arguments", FILTERED)
def test_partitions_are_filtered(hmc, arguments: str) -> None:
    assert set(found(hmc, f"{arguments} -m one -F lpar_name")) == set(FILTERED[arguments])


def test_pools_are_filtered(hmc) -> None:
    listed = "-r procpool -m one --minutes 1 -F shared_proc_pool_name"
    assert found(hmc, f"{listed} --filter pool_names=side") == ["side"]
    assert found(hmc, f"{listed} --filter pool_ids=0") == ["DefaultPool"]


def test_a_system_that_is_off_is_not_sampled(hmc) -> None:
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n web")
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n ded")
    hmc.clock.advance(5 * SECOND)
    hmc.lines("chsysstate -r sys -m one -o off --immed")
    hmc.clock.advance(HOUR)
    hmc.lines("chsysstate -r sys -m one -o on")
    hmc.clock.advance(HOUR)
    seen = times(hmc, "-h 3 --filter event_types=sample")
    assert seen[0] == "10 14:00"
    assert "10 12:00" in seen
    assert not [time for time in seen if "10 12:00" < time < "10 13:05"]
    assert seen.index("10 12:00") == seen.index("10 13:10") + 1
    after = found(hmc, "-r lpar -m one -h 1 --filter lpar_names=web -F time_cycles")
    assert int(after[0]) < 3600 * 512_000_000, "counters are those since it was started"
    hmc.datacenter.console.level = V9R2_950
    states = found(
        hmc, "-r sys -m one --filter event_types=state_change -F primary_state,detailed_state"
    )
    assert states == [
        "Started,Operating",
        "Starting,Initializing",
        "Stopped,Power Off",
        "Stopping,Power Off In Progress",
    ]


def test_changes_of_a_partition(hmc) -> None:
    hmc.lines("chsysstate -r lpar -m one -o on -f default -n off")
    hmc.clock.advance(HOUR)
    hmc.lines("chhwres -r mem -m one -o r -p off -q 64")
    hmc.clock.advance(SECOND)
    states = found(hmc, "-r lpar -m one --filter event_types=state_change -F lpar_name,state")
    assert states == ["off,Running", "off,Open Firmware", "off,Starting"]
    (memory,) = found(
        hmc,
        "-r lpar -m one --filter lpar_names=off,event_types=config_change --minutes 1 -F curr_mem",
    )
    assert memory == hmc.value(
        "lshwres -r mem -m one --level lpar --filter lpar_names=off -F curr_mem"
    )


def test_removed_data_stay_removed(hmc) -> None:
    hmc.lines("rmlparutil -r all -m one")
    assert times(hmc, "-d 30") == ["10 12:00"], "what is sampled now"
    hmc.clock.advance(300 * SECOND)
    assert times(hmc, "-d 30") == ["10 12:05", "10 12:00"]


BY_LEVEL = [
    ("mem_mode", "lpar", V7R3_2, False),
    ("mem_mode", "lpar", V7R7_9, True),
    ("idle_cycles", "lpar", V7R3_2, False),
    ("idle_cycles", "lpar", V7R7_9, True),
    ("donated_cycles", "lpar", V7R3_2, False),
    ("donated_cycles", "lpar", V10R3, True),
    ("state", "sys", V7R7_9, True),
    ("state", "sys", V9R2_950, False),
    ("primary_state", "sys", V7R7_9, False),
    ("primary_state", "sys", V10R3, True),
]


@pytest.mark.parametrize(("name", "resource", "level", "known"), BY_LEVEL)
def test_attributes_by_level(hmc, name, resource, level, known: bool) -> None:
    hmc.datacenter.console.level = level
    status, text = hmc(f"lslparutil -r {resource} -m one -n 1 -F {name}")
    assert (status == 0) is known, text


REFUSED = {
    "lslparutil": "Usage: lslparutil",
    "lslparutil -r lpar": "are -m.",
    "lslparutil -r cpu -m one": "are -r.",
    "lslparutil -r sys -m nobody": "HSCL8018",
    "lslparutil -r sys -m one -s y": "are -s.",
    "lslparutil -r sys -m one -n 0": "are -n.",
    "lslparutil -r sys -m one -d x": "are -d.",
    "lslparutil -r sys -m one -h -1": "are -h.",
    "lslparutil -r sys -m one --startmonth 13": "are --startmonth.",
    "lslparutil -r sys -m one --startyear 1969": "are --startyear.",
    "lslparutil -r sys -m one --endhour 24": "are --endhour.",
    "lslparutil -r sys -m one --endmonth 2 --endday 31": "are --endday.",
    "lslparutil -r sys -m one --minutes 5 --endyear 2013": "--minutes, --endyear are mutually",
    "lslparutil -r sys -m one --filter lpar_names=web": "The invalid filter is lpar_names.",
    "lslparutil -r lpar -m one --filter lpar_names=nobody": "HSCL8012",
    "lslparutil -r lpar -m one --filter event_types=noise": "The value noise",
    "lslparutil -r lpar -m one -F total_pool_cycles": "The invalid attribute is total_pool",
    "lslparutil -r config -m one -n 1": "The invalid parameter is -n.",
    "chlparutil -r config": "are -s.",
    "chlparutil -r config -s 31": "are -s.",
    "chlparutil -r sys -s 30": "are -r.",
    "chlparutil -r config -m nobody -s 30": "HSCL8018",
    "rmlparutil -r all": "are -m.",
    "rmlparutil -r sys -m one": "are -r.",
}


@pytest.mark.parametrize("line", REFUSED)
def test_refused(hmc, line: str) -> None:
    before = found(hmc, "-r config"), times(hmc, "-d 9")
    status, text = hmc(line)
    assert (status, REFUSED[line] in text) == (1, True), text
    assert (found(hmc, "-r config"), times(hmc, "-d 9")) == before


@pytest.mark.parametrize("line", ["chlparutil -r config -s 0", "rmlparutil -r all -m one"])
def test_who_may_only_look_changes_nothing(console, line: str) -> None:
    hmc = console(LAB, user="eye")
    status, text = hmc(line)
    assert (status, text.split()[0]) == (1, "HSCL350B")
    assert len(times(hmc, "-n 5")) == 5
