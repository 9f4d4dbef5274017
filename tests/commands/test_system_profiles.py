"""System profiles: listed, renamed with their partitions' profiles, and left by a migration."""

from pathlib import Path

import pytest

from hmcsh.migration.request import Request
from hmcsh.model.inventory import InventoryError, load_text
from hmcsh.runtime import Clock

SRC, DEST = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"
BASIC = (Path(__file__).parents[2] / "fixtures" / "basic.yaml").read_text()
MEMBERS = "{VIOS1_L9: default, mobile: default}"
DECLARED = f"    processors: 2\n    system_profiles: {{all: {{partitions: {MEMBERS}}}}}\n"
LAB = BASIC.replace("    processors: 2\n", DECLARED, 1)


def test_they_are_listed_and_filtered(console) -> None:
    hmc = console(LAB)
    expected = (
        'name=all,"lpar_names=VIOS1_L9,mobile","lpar_ids=1,2","profile_names=default,default"'
    )
    assert hmc.lines(f"lssyscfg -r sysprof -m {SRC}") == [expected]
    assert hmc.lines(f"lssyscfg -r sysprof -m {DEST}") == ["No results were found."]
    named = f"lssyscfg -r sysprof -m {SRC} --filter profile_names=all -F name:lpar_ids --header"
    assert hmc.lines(named) == ["name:lpar_ids", "all:1,2"]


def test_a_renamed_profile_keeps_its_place(console) -> None:
    hmc = console(LAB)
    hmc.lines(f"chsyscfg -r prof -m {SRC} -i name=default,lpar_name=mobile,new_name=night")
    assert hmc.lines(f"lssyscfg -r sysprof -m {SRC} -F profile_names") == ['"default,night"']


def test_a_partition_that_migrates_leaves_them(console) -> None:
    hmc = console(LAB)
    frames = hmc.datacenter.frames
    request = Request(frames[SRC], frames[DEST], frames[SRC].partition(name="mobile"))
    hmc.clock.run_until(hmc.mobility.start(hmc.mobility.validate(request)))
    assert hmc.lines(f"lssyscfg -r sysprof -m {SRC} -F lpar_names") == ["VIOS1_L9"]
    assert hmc.lines(f"lssyscfg -r sysprof -m {DEST}") == ["No results were found."]


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ("{NOBODY: default}", "names the unknown partition 'NOBODY'"),
        ("{mobile: other}", "names the unknown profile 'other' of mobile"),
    ],
)
def test_an_inventory_names_what_is_there(members: str, text: str) -> None:
    lab = LAB.replace(MEMBERS, members)
    with pytest.raises(InventoryError) as refused:
        load_text(lab, Clock("manual"))
    (problem,) = refused.value.problems
    assert text in str(problem)
