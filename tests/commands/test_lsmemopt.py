"""lsmemopt: scores, the partitions that a calculation is about, who has none."""

import pytest

from hmcsh.language.levels import V7R3_2, V9R2_950

LAB = """
hmc: {level: V9R2.950}
systems:
  one:
    type_model: 9080-M9S
    serial: "7812345"
    memory: 64 GB
    firmware: VH950_045
    partitions: {a: {id: 1}, b: {id: 2}, off: {id: 3, state: Not Activated}}
  old: {type_model: 9117-MMA, serial: 06D6D82}
"""


@pytest.fixture
def hmc(console):
    return console(LAB)


LISTED = {
    "-o currscore": ["curr_sys_score=100"],
    "-r sys -o calcscore": [
        "curr_sys_score=100,predicted_sys_score=100,requested_lpar_ids=none,protected_lpar_ids=none"
    ],
    "-o calcscore -p a,b -F requested_lpar_ids:protected_lpar_ids": ["1,2:none"],
    "-o calcscore --id 2 --xid 1,3 -F requested_lpar_ids:protected_lpar_ids": ["2:1,3"],
    "-o calcscore -x b -F protected_lpar_ids": ["2"],
    "-r lpar -o currscore": [
        "lpar_name=a,lpar_id=1,curr_lpar_score=100",
        "lpar_name=b,lpar_id=2,curr_lpar_score=100",
        "lpar_name=off,lpar_id=3,curr_lpar_score=none",
    ],
    "-r lpar -o calcscore --filter lpar_ids=2": [
        "lpar_name=b,lpar_id=2,curr_lpar_score=100,predicted_lpar_score=100"
    ],
    "-r lpar -o calcscore -p a --filter lpar_names=off -F predicted_lpar_score": ["none"],
    "": ["No results were found."],
    "-r lpar": ["No results were found."],
}


@pytest.mark.parametrize("arguments", LISTED)
def test_listed(hmc, arguments: str) -> None:
    assert hmc.lines(f"lsmemopt -m one {arguments}") == LISTED[arguments]


REFUSED = {
    "": "Usage: lsmemopt",
    "-o currscore": "are -m.",
    "-m nobody": "HSCL8018",
    "-m old": "HSCLA012",
    "-m one -o best": "are -o.",
    "-m one -r cpu": "are -r.",
    "-m one -o currscore -p a": "The invalid parameter is -p.",
    "-m one -o calcscore -p a --id 2": "mutually exclusive",
    "-m one -o calcscore -x a --xid 2": "mutually exclusive",
    "-m one -o calcscore -p x": "HSCL8012",
    "-m one -o calcscore --id 9": "HSCL8011",
    "-m one -o calcscore -x x": "HSCL8012",
    "-m one -o calcscore --xid y": "HSCL8011",
    "-m one -o calcscore -p a -x a": "both requested and protected",
    "-m one -o currscore --filter lpar_names=a": "The invalid parameter is --filter.",
    "-m one -r lpar -o currscore --filter states=a": "The invalid filter is states.",
    "-m one -o currscore -F predicted_sys_score": "The invalid attribute",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_refused(hmc, arguments: str) -> None:
    status, text = hmc(f"lsmemopt {arguments}".strip())
    assert (status, REFUSED[arguments] in text) == (1, True), text


def test_early_consoles_do_not_have_it() -> None:
    from hmcsh.commands.hmc import names_at

    assert "lsmemopt" in names_at(V9R2_950)
    assert "lsmemopt" not in names_at(V7R3_2)
