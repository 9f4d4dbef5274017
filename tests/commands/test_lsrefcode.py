"""lsrefcode: newest first, blank words left out."""

import pytest

from hmcsh.model.logs import ReferenceCode
from hmcsh.runtime import SECOND

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"


@pytest.fixture
def hmc(console):
    made = console()
    train = made.datacenter.frames[L10].partition(name="TRAIN")
    train.reference_codes.clear()
    train.show_reference_code("CA00E1F1")
    made.clock.advance(90 * SECOND)
    train.show_reference_code("B2001230 LP=00005", "03D00000", "", "00000001", location="U1-P1,U2")
    return made


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (
            "",
            [
                "lpar_name=TRAIN,lpar_id=5,time_stamp=04/03/2007 15:01:30,"
                "refcode=B2001230 LP=00005,word2=03D00000,word4=00000001,"
                '"fru_call_out_loc_codes=""U1-P1,U2"""'
            ],
        ),
        (
            "-n 9 -F lpar_name,time_stamp,refcode --header",
            [
                "lpar_name,time_stamp,refcode",
                "TRAIN,04/03/2007 15:01:30,B2001230 LP=00005",
                "TRAIN,04/03/2007 15:00:00,CA00E1F1",
            ],
        ),
        ("-n 1 -F refcode:word2:word3", ["B2001230 LP=00005:03D00000:"]),
        ("-F 'lpar_name refcode time_stamp'", ['TRAIN "B2001230 LP=00005" "04/03/2007 15:01:30"']),
    ],
)
def test_codes_of_a_partition(hmc, options: str, lines: list[str]) -> None:
    line = f"lsrefcode -r lpar -m {L10} --filter lpar_names=TRAIN {options}"
    assert hmc.lines(line) == lines


def test_the_last_record_without_words(hmc) -> None:
    lines = hmc.lines(f"lsrefcode -r lpar -m {L10} --filter lpar_ids=5 -n 2")
    assert lines[1] == (
        "lpar_name=TRAIN,lpar_id=5,time_stamp=04/03/2007 15:00:00,refcode=CA00E1F1,"
        "fru_call_out_loc_codes="
    )


def test_the_number_counts_for_each_partition(hmc) -> None:
    test = hmc.datacenter.frames[L10].partition(name="TEST")
    test.reference_codes.clear()
    for code in ("1", "2", "3"):
        test.show_reference_code(code)
    lines = hmc.lines(f"lsrefcode -r lpar -m {L10} -n 2 -F lpar_name,refcode")
    assert [line for line in lines if line.startswith("T")] == [
        "TRAIN,B2001230 LP=00005",
        "TRAIN,CA00E1F1",
        "TEST,3",
        "TEST,2",
    ]


def test_codes_of_a_system(hmc) -> None:
    frame = hmc.datacenter.frames[L9]
    line = f"lsrefcode -r sys -m {L9} -n 2"
    assert hmc.lines(line) == ["No results were found."]
    frame.reference_codes.appendleft(ReferenceCode(0, "C1001F00"))
    frame.reference_codes.appendleft(ReferenceCode(SECOND, "C1009002", ("00000001",)))
    assert hmc.lines(line) == [
        "refcode_num=0,time_stamp=04/03/2007 15:00:01,refcode=C1009002,word2=00000001,"
        "fru_call_out_loc_codes=",
        "refcode_num=1,time_stamp=04/03/2007 15:00:00,refcode=C1001F00,fru_call_out_loc_codes=",
    ]
    assert hmc.lines(f"lsrefcode -r sys -m {L9} -s p -F refcode") == ["C1009002"]
    assert hmc.lines(f"lsrefcode -r sys -m {L9} -s s -F refcode") == ["No results were found."]


def test_codes_of_a_start(console) -> None:
    hmc = console()
    line = f"lsrefcode -r lpar -m {L10} --filter lpar_names=TEST -F refcode"
    hmc(f"chsysstate -r lpar -m {L10} -o shutdown --immed -n TEST")
    hmc.clock.advance(10 * SECOND)
    assert hmc.lines(line) == ["00000000"]
    hmc(f"chsysstate -r lpar -m {L10} -o on -n TEST -f default")
    hmc.clock.advance(SECOND)
    assert hmc.lines(f"{line} -n 2") == ["CA00E1F1", "00000000"]
    hmc.clock.advance(100 * SECOND)
    assert hmc.lines(f"{line} -n 2") == ["", "CA00E1F1"]  # running: none, as in figure 6-1


REFUSED = {
    "-r lpar": "are -m.",
    f"-m {L9}": "are -r.",
    f"-r prof -m {L9}": "are -r.",
    f"-r lpar -m {L9} -s p": "The invalid parameter is -s.",
    f"-r sys -m {L9} -s x": "are -s.",
    f"-r sys -m {L9} --filter lpar_ids=1": "The invalid parameter is --filter.",
    f"-r lpar -m {L9} -n 0": "are -n.",
    f"-r lpar -m {L9} -n x": "are -n.",
    f"-r lpar -m {L9} --filter lpar_names=x": "HSCL8012",
    f"-r lpar -m {L9} -F refcode_num": "The invalid attribute is refcode_num.",
}


@pytest.mark.parametrize(("arguments", "text"), REFUSED.items(), ids=REFUSED)
def test_refusals(console, arguments: str, text: str) -> None:
    status, output = console()(f"lsrefcode {arguments}")
    assert status == 1
    assert text in output
