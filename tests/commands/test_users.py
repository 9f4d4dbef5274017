"""Users, roles and settings of the console."""

import pytest
from hmcsh.commands.hmc.attributes.users import NEW_USER_INPUT, USER_INPUT

from hmcsh.language.levels import V9R2_950

USER = "chhmcusr -i"
S9 = "Server-9080-M9S-SN7812345"


@pytest.fixture
def hmc(console):
    made = console("modern")
    assert made("mkhmcusr -u somebody -a hmcviewer --passwd abcdefgh") == (0, "")
    return made


def test_new_users_take_what_others_may_change() -> None:
    assert set(NEW_USER_INPUT.writable(V9R2_950)) | {"new_name"} == set(
        USER_INPUT.writable(V9R2_950)
    )


def test_of_many_records_all_are_created_or_none(console) -> None:
    good = "name=one,taskrole=hmcviewer,passwd=abcdefgh\nname=two,taskrole=hmcpe,passwd=abcdefgh\n"
    hmc = console("modern", files={"/home/hscroot/good": good, "/home/hscroot/bad": good + good})
    before = hmc.lines("lshmcusr")
    status, text = hmc("mkhmcusr -f bad")
    assert status == 1
    assert "already exists" in text
    assert hmc.lines("lshmcusr") == before
    assert hmc("mkhmcusr -f good") == (0, "")
    assert hmc.lines("lshmcusr -F name")[:2] == ["two", "one"]


def test_a_password_that_must_stay_a_while(console) -> None:
    hmc = console("modern", user="hscroot")
    hmc("mkhmcusr -i name=somebody,taskrole=hmcviewer,passwd=abcdefgh,min_pwage=3")
    hmc.user = "somebody"
    status, text = hmc("chhmcusr -u somebody -t passwd -v otherone")
    assert (status, "less than 3 days" in text) == (1, True)
    hmc.user = "hscroot"
    assert hmc("chhmcusr -u somebody -t passwd -v otherone") == (0, "")
    hmc.clock.advance(4 * 86400 * 10**9)
    hmc.user = "somebody"
    assert hmc("chhmcusr -u somebody -t passwd -v thirdone1") == (0, "")


def test_a_renamed_role_goes_on_for_its_users_and_children(hmc) -> None:
    hmc("mkaccfg -t taskrole -i name=one,parent=hmcoperator,resources=lpar:ActivateLPAR")
    hmc("mkaccfg -t taskrole -i name=two,parent=one,resources=lpar:ActivateLPAR")
    hmc("chhmcusr -u somebody -t taskrole -v one")
    assert hmc("chaccfg -t taskrole -i name=one,new_name=uno") == (0, "")
    assert hmc.value("lshmcusr --filter names=somebody -F taskrole") == "uno"
    assert hmc.value("lsaccfg -t taskrole --filter taskroles=two -F parent") == "uno"
    assert hmc("chaccfg -t taskrole -i name=uno,new_name=two")[0] == 1
    assert hmc("chaccfg -t taskrole -i name=uno,resources-=lpar:ShutdownLPAR")[0] == 1
    assert hmc("chaccfg -t taskrole -i name=uno,resources-=lpar:ActivateLPAR") == (0, "")
    assert hmc.value("lsaccfg -t taskrole --filter taskroles=uno") == (
        "name=uno,parent=hmcoperator,resources="
    )


def test_a_renamed_resource_role_stays_with_its_users(hmc) -> None:
    one = "'name=R,resources=cec:root/ibmhscS1_0|9080-M9S*7812345|IBMHSC_ComputerSystem'"
    assert hmc(f"mkaccfg -t resourcerole -i {one}") == (0, "")
    assert hmc("chhmcusr -i name=somebody,resourcerole=R") == (0, "")
    assert hmc("chaccfg -t resourcerole -i name=R,new_name=S") == (0, "")
    assert hmc.value("lshmcusr --filter resourceroles=S -F name") == "somebody"
    hmc.user = "somebody"
    assert hmc.lines("lssyscfg -r sys -F name") == [S9]
    assert hmc(f"lssyscfg -r lpar -m {S9} -F name")[0] == 0


def test_a_lock_bears_the_name_of_the_console(console) -> None:
    hmc = console("basic")
    frame = next(iter(hmc.datacenter.frames.values()))

    class Holder:
        console, lock_broken = "hmc1", False

    frame.migrations.append(Holder())
    status, text = hmc("chhmc -c network -s modify -h hmc9")
    assert (status, "locked" in text) == (1, True)
    frame.migrations.clear()
    assert hmc("chhmc -c network -s modify -h hmc9") == (0, "")
    assert hmc.value("lshmc -n -F hostname") == "hmc9"


def test_a_connection_is_not_dropped_under_a_migration(console) -> None:
    hmc = console("basic")
    frame = next(iter(hmc.datacenter.frames.values()))
    frame.migrations.append(object())
    for operation in ("remove", "reset"):
        status, _ = hmc(f"rmsysconn -o {operation} --ip {frame.ip_address}")
        assert status == 1
    assert hmc.datacenter.console.manages(frame)


def test_what_lspartition_says_of_a_partition_without_rmc(console) -> None:
    hmc = console("modern")
    frame = hmc.datacenter.frames[S9]
    frame.partition(name="lpar1").operating_system.rmc = False
    lines = hmc.lines("lspartition -dlpar")
    place = next(i for i, line in enumerate(lines) if "<3*9080-M9S*7812345" in line)
    assert "Active:<0>" in lines[place + 1]
    assert "DCaps:<0x0>" in lines[place + 1]
    status, text = hmc(f"diagrmc -m {S9} --ip 10.1.0.3 --id 3")
    assert status == 1
    assert "10.1.0.3 does not have RMC connection." in text


def test_a_disabled_user_is_enabled(hmc) -> None:
    user = hmc.datacenter.console.users["somebody"]
    user.disabled = True
    shown = "lshmcusr --filter names=somebody -F disabled"
    assert hmc.lines(shown) == ["1"]
    assert hmc("chhmcusr -o e -u somebody") == (0, "")
    assert hmc.lines(shown) == ["0"]
