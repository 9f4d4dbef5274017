"""Managed frames and their cages: listed up to V8, changed, gone with V10."""

from pathlib import Path

import pytest
from support.listings import listings

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, V10R3, Level
from hmcsh.model.inventory import InventoryError, load_text
from hmcsh.runtime import Clock

LAB = (Path(__file__).parents[1] / "labs" / "frames.yaml").read_text()
V8 = Level.parse("V8R8.4")

FRAMES = [
    "name=rack1,type_model=9A01-100,serial_num=99200AB,frame_num=1,ipaddr_a=10.0.0.1,"
    "ipaddr_b=10.0.0.2,state=Standby/Standby",
    "name=rack2,type_model=9A00-100,serial_num=99200CD,frame_num=0,ipaddr_a=,ipaddr_b=,"
    "state=Standby/No Connection",
]
CAGES = [
    "cage_num=5,contents=sys,type_model_serial_num=9117-MMA*10AAAA1,"
    "loc_code=U9A01.100.99200AB-P5,owner=9117-MMA*10AAAA1",
    "cage_num=6,contents=sys,type_model_serial_num=9117-MMA*10AAAA2,loc_code=,"
    "owner=9117-MMA*10AAAA2",
    "cage_num=9,contents=io,type_model_serial_num=No-TMS*Data!!!,loc_code=,owner=9117-MMA*10AAAA1",
    "cage_num=11,contents=48,type_model_serial_num=No-TMS*Data!!!,loc_code=,owner=none",
]


@pytest.fixture
def hmc(console):
    return console(LAB)


@pytest.mark.parametrize("level", [V7R3_2, V7R7_9, V8], ids=str)
def test_they_are_listed(hmc, level: Level) -> None:
    hmc.datacenter.console.level = level
    assert hmc.lines("lssyscfg -r frame") == FRAMES
    assert hmc.lines("lssyscfg -r frame -e rack2 -F name,state") == ["rack2,Standby/No Connection"]
    assert hmc.lines("lssyscfg -r frame -e '9A01-100*99200AB' -F name") == ["rack1"]
    assert hmc.lines("lssyscfg -r cage -e rack1") == CAGES
    assert hmc.lines("lssyscfg -r cage -e rack1 -F cage_num:contents --header") == [
        "cage_num:contents",
        *("5:sys", "6:sys", "9:io", "11:48"),
    ]
    assert hmc.lines("lssyscfg -r cage -e rack2") == ["No results were found."]


def test_there_are_none_at_v9_and_no_such_resource_at_v10(hmc) -> None:
    hmc.datacenter.console.level = V9R2_950
    assert hmc("lssyscfg -r frame") == (0, "No results were found.\n")
    hmc.datacenter.console.level = V10R3
    for line in ("lssyscfg -r frame", "chsyscfg -r frame -e rack1 -i frame_num=2"):
        status, text = hmc(line)
        assert status == 1
        assert "HSCL" not in text


@pytest.mark.parametrize(
    ("data", "attributes", "value"),
    [
        ("frame_num=7", "frame_num", "7"),
        ("new_name=east", "name", "east"),
        ("frame_num=9999,new_name=rack1", "name,frame_num", "rack1,9999"),
    ],
)
def test_a_change_shows(hmc, data: str, attributes: str, value: str) -> None:
    assert hmc(f"chsyscfg -r frame -e rack1 -i {data}") == (0, "")
    listed = f"lssyscfg -r frame -e '9A01-100*99200AB' -F {attributes}"
    assert hmc.value(listed) == value


REFUSED = {
    "chsyscfg -r frame -e rack1 -i frame_num=10000": "An invalid attribute value",
    "chsyscfg -r frame -e rack1 -i frame_num=x": "An invalid attribute value",
    "chsyscfg -r frame -e rack1 -i new_name=rack2": "already in use",
    "chsyscfg -r frame -e rack1 -i frame_num=3,new_name=a*": "is not valid",
    "chsyscfg -r frame -e rack1 -i state=x": "The invalid attribute is state.",
    "chsyscfg -r frame -e rack9 -i frame_num=3": "rack9 was not found",
    "chsyscfg -r frame -e rack1": "are -f, -i.",
    "lssyscfg -r frame -e rack9": "rack9 was not found",
    "lssyscfg -r cage -e rack9": "rack9 was not found",
    "lssyscfg -r cage": "are -e.",
    "lssyscfg -r frame -m node1": "The invalid parameter is -m.",
    "lssyscfg -r cage -e rack1 -F name": "The invalid attribute is name.",
}


@pytest.mark.parametrize(("line", "text"), REFUSED.items(), ids=REFUSED)
def test_refusals(hmc, line: str, text: str) -> None:
    before = listings(hmc)
    status, output = hmc(line)
    assert status == 1
    assert text in output
    assert listings(hmc) == before


def test_a_viewer_may_list_and_not_change(console) -> None:
    hmc = console(LAB, user="eye")
    assert hmc.lines("lssyscfg -r frame") == FRAMES
    status, text = hmc("chsyscfg -r frame -e rack1 -i frame_num=2")
    assert (status, text.split()[0]) == (1, "HSCL350B")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("addresses: [10.0.0.1, 10.0.0.2]", "addresses: [10.0.0.1]", "two sides"),
        ("{system: node2}", "{system: node9}", "unknown managed system 'node9'"),
        ("serial: 99200CD", "serial: 10AAAA1", "is already that of node1"),
        ("contents: io", "contents: tape", "'tape' is not one of sys, io, 48"),
        ("    serial: 99200CD\n", "", "a managed frame needs 'serial'"),
    ],
)
def test_an_inventory_that_is_wrong(old: str, new: str, problem: str) -> None:
    with pytest.raises(InventoryError) as refused:
        load_text(LAB.replace(old, new), Clock("manual"))
    assert problem in str(refused.value.problems[0])
