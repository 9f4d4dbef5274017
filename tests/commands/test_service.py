"""Serviceable events, events of the console, LEDs, levels of Licensed Internal Code."""

import pytest

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950
from hmcsh.runtime import SECOND

LAB = """
hmc:
  name: hmc1
  address: 10.0.0.9
  clock: 2013-06-10 12:00:00
  users:
    hscroot: {password: abc123}
    eye: {role: hmcviewer, password: x}
systems:
  one:
    type_model: 9117-MMA
    serial: 06D6D82
    firmware: EM350_085
    slots: {U789D.001.DQD1111-P1-C1: ethernet}
    partitions:
      web: {id: 3}
      off: {id: 4, state: Not Activated}
    events:
      - {refcode: B1810000, text: "fan, failing", age: 30 h, severity: 40,
         frus: [{part: 10N1, serial: S1, location: U789D-A1, ccin: 28CD}]}
      - {refcode: B2001230, text: no start, age: 1 min, partition: web}
  two:
    type_model: 8203-E4A
    serial: 10ABCDE
    firmware: EL350_107
    redundant_service_processor: yes
    events: [{refcode: B7006970, text: slot, age: 10 h, closed: yes}]
  lost: {type_model: 8203-E4A, serial: 10AAAAA, state: No Connection}
"""


@pytest.fixture
def hmc(console):
    made = console(LAB)
    made.datacenter.console.level = V7R7_9
    return made


def numbers(hmc, arguments: str = "") -> list[str]:
    lines = hmc.lines(f"lssvcevents -t hardware -F problem_num {arguments}")
    return [] if lines == ["No results were found."] else lines


# -- lssvcevents --------------------------------------------------------------------------------


def test_the_record_of_an_event(hmc) -> None:
    """Order and quoting: capture, V7R7.9."""
    assert hmc.value("lssvcevents -t hardware --filter problem_nums=1") == (
        "problem_num=1,pmh_num=,refcode=B1810000,status=Open,first_time=06/09/2013 06:00:00,"
        "last_time=06/09/2013 06:00:00,sys_name=one,sys_mtms=9117-MMA/06D6D82,"
        'enclosure_mtms=9117-MMA/06D6D82,firmware_fix=,"text=""fan, failing""",'
        "created_time=06/09/2013 06:00:00,reporting_name=one,reporting_mtms=9117-MMA/06D6D82,"
        "failing_mtms=9117-MMA/06D6D82,analyzing_hmc=hmc1,event_time=06/09/2013 06:00:00,"
        "files=,approval_state=,callhome_intended=0,duplicate_count=0,event_severity=40,"
        "analyzing_mtms=7310-CR4/1017E6B,ref_code_extn=,sys_refcode=B1810000,"
        "fru_details=fru_part_num=10N1:fru_serial_num=S1:fru_location_code=U789D-A1:"
        "fru_replaced_date=0:fru_class=:fru_replacement_group=:fru_ccin=28CD:fru_logic_ctrl_mtms="
    )


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("", ["3", "2", "1"]),
        ("-m one", ["3", "1"]),
        ("-m lost", []),
        ("--filter status=open", ["3", "1"]),
        ("--filter status=closed", ["2"]),
        ("--filter status=Open,refcodes=B1810000", ["1"]),
        ("--filter status=open,closed", ["3", "2", "1"]),
        ("--filter problem_nums=2,3", ["3", "2"]),
        ("--filter fru_part_nums=10N1", ["1"]),
        ("--filter fru_phys_locs=U789D-A1", ["1"]),
        ("--filter reporting_mtms=8203-E4A*10ABCDE", ["2"]),
        ("--filter failing_mtms=9117-MMA/06D6D82", ["3", "1"]),
        ("-d 0", ["3", "2"]),
        ("-d 1", ["3", "2", "1"]),
        ("-i 2", ["3"]),
        ("-i 1440 --filter status=open", ["3"]),
        ("-d 9999", ["3", "2", "1"]),
    ],
)
def test_which_events_are_listed(hmc, arguments: str, found: list[str]) -> None:
    assert numbers(hmc, arguments) == found


def test_attributes_by_level(hmc) -> None:
    hmc.datacenter.console.level = V7R3_2
    status, text = hmc("lssvcevents -t hardware -F refcode:analyzing_mtms")
    assert (status, "The invalid attribute is analyzing_mtms." in text) == (1, True)
    for level in (V7R7_9, V9R2_950):
        hmc.datacenter.console.level = level
        assert hmc("lssvcevents -t hardware -F refcode:analyzing_mtms")[0] == 0


REFUSED = {
    "lssvcevents -t hardware -d 1 -i 5": "mutually exclusive",
    "lssvcevents -t hardware -d x": "are -d.",
    "lssvcevents -t hardware -i 0": "are -i.",
    "lssvcevents -t hardware --filter status=ajar": "The value ajar of the attribute status",
    "lssvcevents -t hardware --filter states=open": "The invalid filter is states.",
    "lssvcevents -t console --filter status=open": "The invalid parameter is --filter.",
    "lssvcevents -t fru": "are --filter.",
    "lssvcevents -t fru --filter problem_nums=77": "the problem number 77 was not found",
    "lssvcevents -t comment --filter status=open": "The invalid filter is status.",
    "lssvcevents": "Usage: lssvcevents",
    "lssvcevents -t software": "are -t.",
    "lssvcevents -m nobody -t hardware": "HSCL8018",
    "chsvcevent -o close": "are -p.",
    "chsvcevent -o close -p 77": "the problem number 77 was not found",
    "chsvcevent -o close -p 2": "is already closed",
    "chsvcevent -o close -p 1 -h other": "other does not analyze",
    "chsvcevent -o open -p 1": "are -o.",
    "chsvcevent -o closeall -p 1": "The invalid parameter is -p.",
    "lsled -r sa -m one": "are -t.",
    "lsled -r sa -t fru -m one": "are -t.",
    "lsled -r ident -t phys -m one": "are -t.",
    "lsled -r sa -t phys": "are -m.",
    "lsled -r sa -t phys -m one --filter lpar_ids=1": "The invalid parameter is --filter.",
    "lsled -r sa -t virtuallpar -m one --filter lpar_names=x": "HSCL8012",
    "chled -r sa -t phys -o on -m one": "are -o.",
    "chled -r sa -t virtuallpar -o on -m one": "are -p, --id.",
    "chled -r sa -t virtuallpar -o dim -m one -p web": "are -o.",
    "chled -r sa -t virtualsys -o on -m one -p web": "The invalid parameter is -p.",
    "chled -r sa -t virtualsys -o on -m lost": "has no connection to the managed system",
    "chled -r ident -t fru -o on -m one": "are -l.",
    "chled -r ident -t fru -o on -m one -l U1-X": "The location code U1-X was not found",
    "lslic": "Usage: lslic",
    "lslic -t sys": "are -m, -e, -w.",
    "lslic -m one -t disk": "are -t.",
    "lslic -e frame1": "The managed frame frame1 was not found.",
    "lslic -m one -w": "mutually exclusive",
    "lslic -m one -F level": "The invalid attribute is level.",
}


@pytest.mark.parametrize(("line", "text"), REFUSED.items(), ids=REFUSED)
def test_refusals_change_nothing(hmc, line: str, text: str) -> None:
    listings = (
        "lssvcevents -t hardware",
        "lssvcevents -t console",
        "lsled -r sa -t phys -m one",
        "lsled -r sa -t virtuallpar -m one",
        "lsled -r ident -t fru -m one",
    )
    before = [hmc(listing) for listing in listings]
    status, output = hmc(line)
    assert status == 1
    assert text in output
    assert [hmc(listing) for listing in listings] == before


def test_units_and_comments_of_an_event(hmc) -> None:
    assert hmc.value("lssvcevents -t fru --filter problem_nums=1 -F part_num,phys_loc,ccin") == (
        "10N1,U789D-A1,28CD"
    )
    line = "lssvcevents -t comment --filter problem_nums=1"
    assert hmc.lines(line) == ["No results were found."]
    assert hmc("chsvcevent -o close -p 1 -h 10.0.0.9 -c 'fan replaced'") == (0, "")
    assert hmc.value(line) == ("time=06/10/2013 12:00:00,commenter=hscroot,text=fan replaced")


def test_what_a_user_changes_is_an_event_of_the_console(hmc) -> None:
    assert hmc.lines("lssvcevents -t console") == ["No results were found."]
    hmc("chsysstate -r lpar -m one -o shutdown --immed -n web")
    hmc.clock.advance(2 * SECOND)
    hmc("chsysstate -r lpar -m one -o shutdown --immed -n web")  # refused: it is off
    hmc("chsysstate -r lpar -m one -o on -n web -f default")
    hmc("lssyscfg -r sys")  # only looks
    lines = hmc.lines("lssvcevents -t console -d 0")
    assert lines == [
        "time=06/10/2013 12:00:02,text=UserName = hscroot: "
        "chsysstate -r lpar -m one -o on -n web -f default",
        "time=06/10/2013 12:00:00,text=UserName = hscroot: "
        "chsysstate -r lpar -m one -o shutdown --immed -n web",
    ]


def test_events_of_the_console_grow_old(hmc) -> None:
    hmc("chled -r sa -t virtualsys -o on -m one")
    hmc.clock.advance(8 * 24 * 3600 * SECOND)
    assert hmc.lines("lssvcevents -t console") == ["No results were found."]
    assert len(hmc.lines("lssvcevents -t console -d 8")) == 1
    assert hmc.lines("lssvcevents -t console -i 60") == ["No results were found."]


def test_a_partition_that_cannot_start_is_an_event(hmc) -> None:
    off = hmc.datacenter.frames["one"].partition(name="off")
    off.auto_start = True
    hmc(
        "chsyscfg -r prof -m one -i name=default,lpar_name=off,max_mem=65536,min_mem=65536,"
        "desired_mem=65536"
    )
    hmc("chsysstate -r sys -m one -o off --immed; chsvcevent -o closeall")
    hmc.clock.advance(60 * SECOND)
    hmc("chsysstate -r sys -m one -o on")
    hmc.clock.advance(300 * SECOND)
    found = hmc.value("lssvcevents -t hardware -m one --filter status=open -F refcode:text")
    assert found.startswith("B2001230:The partition off could not be started: HSCL03EC")
    assert hmc.value("lsled -r sa -t virtuallpar -m one --filter lpar_ids=4 -F state") == "on"


# -- LEDs ---------------------------------------------------------------------------------------


def leds(hmc) -> tuple[str, str, list[str]]:
    return (
        hmc.value("lsled -r sa -t phys -m one"),
        hmc.value("lsled -r sa -t virtualsys -m one -F state"),
        hmc.lines("lsled -r sa -t virtuallpar -m one -F lpar_name,state"),
    )


def test_events_light_leds_and_put_them_out(hmc) -> None:
    assert leds(hmc) == ("state=on", "on", ["web,on", "off,off"])
    assert hmc("chsvcevent -o close -p 3") == (0, "")
    assert leds(hmc) == ("state=on", "off", ["web,off", "off,off"])
    assert "U789D-A1,on" in hmc.lines("lsled -r ident -t fru -m one -F phys_loc,state")
    assert hmc("chsvcevent -o closeall -n me") == (0, "")
    assert leds(hmc)[0] == "state=off"
    assert set(hmc.lines("lsled -r ident -t fru -m one -F state")) == {"off"}


def test_leds_are_turned(hmc) -> None:
    assert hmc("chled -r sa -t phys -o off -m one") == (0, "")
    assert hmc("chled -r sa -t virtualsys -o off -m one") == (0, "")
    assert hmc("chled -r sa -t virtuallpar -o off -m one -p web") == (0, "")
    assert hmc("chled -r sa -t virtuallpar -o on -m one --id 4") == (0, "")
    assert leds(hmc) == ("state=off", "off", ["web,off", "off,on"])
    assert hmc.value("lsled -r sa -t virtuallpar -m one --filter lpar_ids=4") == (
        "lpar_id=4,lpar_name=off,state=on"
    )
    place = "U789D.001.DQD1111-P1-C1"
    assert hmc(f"chled -r ident -t fru -o on -m one -l {place}") == (0, "")
    assert f"phys_loc={place},state=on" in hmc.lines("lsled -r ident -t fru -m one")
    assert hmc(f"chled -r ident -t fru -o off -m one -l {place}") == (0, "")
    assert f"phys_loc={place},state=off" in hmc.lines("lsled -r ident -t fru -m one")


@pytest.mark.parametrize("line", ["chled -r sa -t phys -o off -m one", "chsvcevent -o close -p 1"])
def test_a_viewer_changes_nothing(console, line: str) -> None:
    status, text = console(LAB, user="eye")(line)
    assert (status, text.startswith("HSCL350B")) == (1, True)


def test_the_loop_of_a_monitoring_plug_in(hmc) -> None:
    """What centreon sends."""
    line = (
        'while read system; do echo "system: $system"; echo -n "  phys led: "; '
        'lsled -r sa -m "$system" -t "phys"; while read lpar; do echo -n "  lpar [$lpar] led: "; '
        'lsled -m "$system" -r sa -t virtuallpar --filter "lpar_names=$lpar" -F state; '
        'done < <(lssyscfg -m "$system" -r lpar -F name); done < <(lssyscfg -r sys -m one -F name)'
    )
    assert hmc.lines(line) == [
        "system: one",
        "  phys led: state=on",
        "  lpar [web] led: on",
        "  lpar [off] led: off",
    ]


# -- lslic --------------------------------------------------------------------------------------


def test_levels_follow_from_the_firmware(hmc) -> None:
    record = hmc.value("lslic -m one -t sys")
    assert record.startswith(
        "lic_type=Managed System,management_status=Enabled,disabled_reason=,activated_level=85,"
        "installed_level=85,accepted_level=85,ecnumber=01EM350,mtms=9117-MMA*06D6D82,"
    )
    assert "secondary" not in record
    assert hmc.value("lslic -m one -F ecnumber:activated_level") == "01EM350:85"
    assert hmc.value("lslic -m two -t sys -Fcurr_ecnumber_primary:activated_level") == (
        "01EL350:107"
    )
    assert "curr_level_secondary=107" in hmc.value("lslic -m two -t syspower")
    assert hmc.value("lslic -m lost -F ecnumber,mtms") == "unavailable,8203-E4A*10AAAAA"


@pytest.mark.parametrize("kind", ["power", "powerfru", "sriov"])
def test_there_is_no_power_subsystem(hmc, kind: str) -> None:
    assert hmc.lines(f"lslic -m one -t {kind}") == ["No results were found."]


def test_levels_of_all_systems(hmc) -> None:
    assert hmc.lines("lslic -w -t all -F mtms") == [
        "9117-MMA*06D6D82",
        "8203-E4A*10ABCDE",
        "8203-E4A*10AAAAA",
    ]
    hmc.datacenter.console.level = V7R3_2
    assert "The invalid parameter is -w." in hmc("lslic -w")[1]


def test_names_of_service_packs_came_later(hmc) -> None:
    line = "lslic -m one -t sys -F ecnumber,activated_level,activated_spname"
    assert "The invalid attribute is activated_spname." in hmc(line)[1]
    hmc.datacenter.console.level = V9R2_950
    assert hmc.value(line) == "01EM350,85,null"


def test_every_option_is_named_in_the_help(hmc) -> None:
    for name in ("lssvcevents", "chsvcevent", "lsled", "chled", "lslic"):
        assert hmc(f"{name} --help")[0] == 0


@pytest.mark.parametrize(
    "line",
    [
        "mkhmcusr -i name=eve,taskrole=hmcviewer,passwd=sesame12",
        "mkhmcusr -i 'name=eve,taskrole=hmcviewer,\"passwd=sesame12,x\"'",
        "mkhmcusr -u eve -a hmcviewer --passwd sesame12",
        "chhmcusr -u eye -t passwd -v sesame12",
    ],
)
def test_events_of_the_console_hold_no_passwords(hmc, line: str) -> None:
    hmc.lines(line)
    text = hmc.value("lssvcevents -t console -F text")
    assert line.split()[0] in text
    assert "sesame" not in text


def test_who_may_only_look_does_not_see_what_others_did(console) -> None:
    """The task is that of everybody who works with the console (capture, V8R8.2)."""
    status, text = console(LAB, user="eye")("lssvcevents -t console")
    assert (status, text.split()[0]) == (1, "HSCL350B")
    assert console(LAB, user="eye")("lssvcevents -t hardware")[0] == 0
