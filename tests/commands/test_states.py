"""chsysstate beyond starting and stopping: panels, several at once, system profiles, levels."""

import pytest

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, V10R3, Level
from hmcsh.model.states import LparEnvironment, PartitionState, SystemState
from hmcsh.runtime import SECOND

LAB = """
timings: {partition_starting: 10 s, partition_firmware: 20 s, partition_shutdown: 30 s,
  partition_dump: 40 s, system_power_on: 300 s, system_power_off: 60 s,
  service_processor_failover: 90 s}
networks: {lan: {boot_servers: [10.9.9.9]}, far: 1 Gbit/s}
systems:
  one:
    type_model: 9117-MMA
    serial: 10FFE0B
    memory: 4 GB
    processors: 4
    redundant_service_processor: yes
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, auto_start: yes, bridges: {ent4: lan}}
      aix: {id: 2, memory: 1 GB, processing_units: 0.5, ethernet: {2: 1}}
      linux: {id: 3, state: Not Activated, memory: 1 GB, os: {version: Linux/SuSE, rmc: no}}
      ibmi: {id: 4, type: os400, memory: 512 MB}
      empty: {id: 5, state: Not Activated, activated: yes, memory: 256 MB, os: none,
        ethernet: {2: 1}}
      big: {id: 6, state: Not Activated, memory: 3 GB / 3 GB / 4 GB}
    system_profiles:
      day: {partitions: {linux: default, empty: default}}
      night: {partitions: {linux: default, big: default}}
  two: {type_model: 9117-MMA, serial: 10DD4AC, partitions: {lonely: {id: 1}}}
  lost: {type_model: 9117-MMA, serial: 10AAAAA, state: No Connection}
  blank: {type_model: 9117-MMA, serial: 10BBBBB, state: Recovery, partitions: {p: {id: 1,
    state: Not Activated}}}
  partial: {type_model: 9117-MMA, serial: 10CCCCC, state: Incomplete}
"""


@pytest.fixture
def hmc(console):
    return console(LAB)


def at(hmc, level: Level):
    hmc.datacenter.console.level = level
    return hmc


def do(hmc, arguments: str) -> tuple[int, str]:
    return hmc(f"chsysstate {arguments}")


def pass_(hmc, seconds: float) -> None:
    hmc.clock.advance(int(seconds * SECOND))


def states(hmc, frame: str = "one") -> dict[str, str]:
    lines = hmc.lines(f"lssyscfg -r lpar -m {frame} -F name,state")
    return dict(line.split(",") for line in lines)


def system(hmc, name: str, attribute: str = "state") -> str:
    return hmc.value(f"lssyscfg -r sys -m {name} -F {attribute}")


def codes(hmc, name: str, count: int = 9) -> list[str]:
    line = f"lsrefcode -r lpar -m one --filter lpar_names={name} -n {count} -F refcode"
    return hmc.lines(line)


# -- which options exist at which level ---------------------------------------------------------

LEVELS = (V7R3_2, V7R7_9, V9R2_950, V10R3)
SINCE = {
    "-r lpar -m one -o on -n aix -f default --bootstring network-all": V9R2_950,
    "-r lpar -m one -o on -n aix -f default --novsi": V7R7_9,
    "-r lpar -m one -o on -n aix -f default --force": V7R7_9,
    "-r lpar -m one -o shutdown -n aix --force": V7R7_9,
    "-r lpar -m one -o on -n aix": V7R7_9,
    "-r lpar -m one -o shutdown --all": V9R2_950,
    "-r lpar -m one -o shutdown --id 1,2": V9R2_950,
    "-r lpar -m one -o shutdown -n vios,aix": V9R2_950,
    "-r sys --all -o rebuild": V9R2_950,
    "-r sys -m one,two -o rebuild": V9R2_950,
    "-r lpar -m one -o on -n ibmi -f default -i d -k manual": V7R3_2,
    "-r sysprof -m one -n day --test": V7R3_2,
}
NOT_THEN = ("The invalid parameter is", "HSCL8012", "HSCL8018", "are --id.", "are -f.", "are -m.")


@pytest.mark.parametrize("level", LEVELS, ids=str)
@pytest.mark.parametrize(("arguments", "since"), SINCE.items(), ids=SINCE)
def test_options_by_level(hmc, level: Level, arguments: str, since: Level) -> None:
    if "-o on " in arguments:
        for name in ("aix", "ibmi"):
            do(hmc, f"-r lpar -m one -o shutdown --immed -n {name}")
        pass_(hmc, 2)
    status, text = do(at(hmc, level), arguments)
    if level >= since:
        assert (status, text) == (0, "")
    else:
        assert status == 1
        assert any(words in text for words in NOT_THEN), text


# -- keylocks and panels ------------------------------------------------------------------------


def test_keylocks_turn(hmc) -> None:
    assert do(hmc, "-r lpar -m one -o chkey -k manual -n aix") == (0, "")
    assert hmc.value("lssyscfg -r lpar -m one --filter lpar_names=aix -F lpar_keylock") == "manual"
    assert do(hmc, "-r sys -m one -o chkey -k manual") == (0, "")
    assert system(hmc, "one", "curr_sys_keylock") == "manual"


PANEL = (
    "dston",
    "remotedstoff",
    "remotedston",
    "consoleservice",
    "iopreset",
    "iopdump",
    "unownediooff",
)


@pytest.mark.parametrize("function", PANEL)
def test_panel_functions_are_for_ibm_i_with_the_keylock_on_manual(hmc, function: str) -> None:
    assert "not an IBM i partition" in do(hmc, f"-r lpar -m one -o {function} -n aix")[1]
    line = f"-r lpar -m one -o {function} --id 4"
    status, text = do(hmc, line)
    assert status == 1
    assert "must be in the position manual" in text
    do(hmc, "-r lpar -m one -o chkey -k manual --id 4")
    assert do(hmc, line) == (0, "")


def test_a_dump_restarts_the_partition(hmc) -> None:
    assert do(hmc, "-r lpar -m one -o dumprestart -n aix") == (0, "")
    assert states(hmc)["aix"] == "Shutting Down"
    assert codes(hmc, "aix", 1) == ["0c2"]
    pass_(hmc, 40)
    assert states(hmc)["aix"] == "Starting"
    pass_(hmc, 30)
    assert states(hmc)["aix"] == "Running"
    log = hmc.datacenter.frames["one"].partition(name="aix").error_log
    assert [entry.label for entry in log] == ["DUMP_STATS"]


def test_only_the_dump_of_ibm_i_is_retried(hmc) -> None:
    assert "not an IBM i partition" in do(hmc, "-r lpar -m one -o retrydump -n aix")[1]
    assert "HSCL05DF" in do(hmc, "-r lpar -m one -o retrydump -n ibmi")[1]
    assert do(hmc, "-r lpar -m one -o dumprestart -n ibmi") == (0, "")
    pass_(hmc, 30)
    assert do(hmc, "-r lpar -m one -o retrydump -n ibmi") == (0, "")
    pass_(hmc, 30)  # the first would have ended by now
    assert states(hmc)["ibmi"] == "Shutting Down"
    pass_(hmc, 40)
    assert states(hmc)["ibmi"] == "Running"


def test_no_dump_without_an_operating_system(hmc) -> None:
    do(hmc, "-r lpar -m one -o on -n empty -f default")
    pass_(hmc, 30)
    assert "HSCL05DF" in do(hmc, "-r lpar -m one -o dumprestart -n empty")[1]


def test_boot_modes_and_ipl_sources_belong_to_their_environments(hmc) -> None:
    for name in ("aix", "ibmi"):
        do(hmc, f"-r lpar -m one -o shutdown --immed -n {name}")
    pass_(hmc, 2)
    line = "-r lpar -m one -o on -f default"
    assert "which does not have a boot mode" in do(hmc, f"{line} -n ibmi -b sms")[1]
    assert "has an IPL source" in do(hmc, f"{line} -n aix -i b")[1]
    assert do(hmc, f"{line} -n ibmi -i d -k manual") == (0, "")
    listing = "lssyscfg -r lpar -m one --filter lpar_ids=4 -F ipl_source,boot_mode,lpar_keylock"
    hmc.datacenter.frames["one"].partitions[4].boot_mode = "norm"
    assert hmc.value(listing).startswith("d,")


def test_an_ibm_i_partition_has_no_shutdown_over_rmc(hmc) -> None:
    assert "HSCL0DB4" in do(hmc, "-r lpar -m one -o osshutdown -n ibmi")[1]


# -- several at once ----------------------------------------------------------------------------


def test_either_all_or_none(hmc) -> None:
    at(hmc, V9R2_950)
    before = states(hmc)
    status, text = do(hmc, "-r lpar -m one -o shutdown --immed -n aix,linux")
    assert (status, "HSCL1558" in text) == (1, True)
    pass_(hmc, 60)
    assert states(hmc) == before
    assert do(hmc, "-r lpar -m one -o shutdown --immed -n aix,vios,aix") == (0, "")
    pass_(hmc, 2)
    assert {states(hmc)[name] for name in ("aix", "vios")} == {"Not Activated"}


def test_all_are_those_that_it_can_be_done_to(hmc) -> None:
    at(hmc, V9R2_950)
    assert do(hmc, "-r lpar -m one -o shutdown --immed --all") == (0, "")
    pass_(hmc, 2)
    assert set(states(hmc).values()) == {"Not Activated"}
    assert do(hmc, "-r lpar -m one -o on --all") == (0, "")
    # Those that were never activated have nothing to be activated with.
    on = {name for name, state in states(hmc).items() if state == "Starting"}
    assert on == {"vios", "aix", "ibmi", "empty"}


def test_all_systems(hmc) -> None:
    at(hmc, V9R2_950)
    assert do(hmc, "-r sys --all -o off --immed") == (0, "")
    assert [system(hmc, name) for name in ("one", "two")] == ["Power Off In Progress"] * 2
    assert [system(hmc, name) for name in ("lost", "blank")] == ["No Connection", "Recovery"]
    pass_(hmc, 60)
    assert do(hmc, "-r sys -m one,two -o onstandby") == (0, "")
    pass_(hmc, 300)
    assert [system(hmc, name) for name in ("one", "two")] == ["Standby"] * 2


REFUSED_LISTS = {
    "-r sys -m one,nobody -o off": "HSCL8018",
    "-r sys -m one,two -o on": "already powered on",
    "-r sys -m one --all -o off": "mutually exclusive",
    "-r sys -o off": "are -m, --all.",
    "-r sys -m one,two -o recover": "HSCL8018",
    "-r lpar -m one -o on -n aix,linux -f default": "HSCL3681",
    "-r lpar -m one -o on --all -f default": "The invalid parameter is --all.",
    "-r lpar -m one -o shutdown --id 1,x": "HSCL8011",
    "-r lpar -m one -o shutdown --id 1,0": "are --id.",
    "-r lpar -m one -o chkey -k norm --id 1,2": "are -n, --id.",
    "-r lpar -m one -o dumprestart --all": "The invalid parameter is --all.",
}


@pytest.mark.parametrize(("arguments", "text"), REFUSED_LISTS.items(), ids=REFUSED_LISTS)
def test_refused_lists(hmc, arguments: str, text: str) -> None:
    at(hmc, V9R2_950)
    before = states(hmc)
    status, output = do(hmc, arguments)
    assert status == 1
    assert text in output
    pass_(hmc, 600)
    assert states(hmc) == before


# -- systems ------------------------------------------------------------------------------------


def test_reference_codes_of_a_power_on(hmc) -> None:
    do(hmc, "-r sys -m one -o off --immed")
    pass_(hmc, 60)
    do(hmc, "-r sys -m one -o onstandby")
    pass_(hmc, 1)
    line = "lsrefcode -r sys -m one -n 9 -F refcode"
    assert hmc.lines(line) == ["C1001F00", ""]
    pass_(hmc, 300)
    shown = ["C7004091", "C7004000", "C103A100", "C1009002", "C1001FFF", "C1001F00", ""]
    assert hmc.lines(line) == shown
    assert system(hmc, "one") == "Standby"


def test_a_power_on_that_is_overtaken_shows_no_more_codes(hmc) -> None:
    do(hmc, "-r sys -m one -o off --immed")
    pass_(hmc, 60)
    do(hmc, "-r sys -m one -o on")
    pass_(hmc, 1)
    hmc.datacenter.frames["one"].state = SystemState.ERROR
    pass_(hmc, 600)
    assert len(hmc.lines("lsrefcode -r sys -m one -n 9")) == 2
    assert system(hmc, "one") == "Error"


@pytest.mark.parametrize(
    ("policy", "operation", "started"),
    [
        ("autostart", "on", True),
        ("autostart", "onstartpolicy", True),
        ("userinit", "onstartpolicy", False),
        ("autorecovery", "on", False),
        ("autostart", "onstandby", False),
    ],
)
def test_start_policies(hmc, policy: str, operation: str, started: bool) -> None:
    at(hmc, V7R7_9)
    assert hmc(f"chsyscfg -r sys -m one -i power_on_lpar_start_policy={policy}") == (0, "")
    do(hmc, "-r sys -m one -o off --immed")
    pass_(hmc, 60)
    assert do(hmc, f"-r sys -m one -o {operation}") == (0, "")
    pass_(hmc, 400)
    expected = {"Running"} if started else {"Not Activated"}
    assert {states(hmc)["vios"]} == expected
    assert states(hmc)["aix"] == "Not Activated"


def test_what_cannot_start_by_itself_leaves_a_trace(hmc) -> None:
    big = hmc.datacenter.frames["one"].partition(name="big")
    big.auto_start = True
    do(hmc, "-r sys -m one -o off --immed")
    pass_(hmc, 60)
    do(hmc, "-r sys -m one -o on")
    pass_(hmc, 600)
    assert states(hmc)["big"] == "Not Activated"
    assert states(hmc)["vios"] == "Running"
    assert codes(hmc, "big", 3) == ["B2001230 LP=00006", "D200C301", "D200C300"]
    assert big.attention


def test_power_on_with_a_system_profile(hmc) -> None:
    do(hmc, "-r sys -m one -o off --immed")
    pass_(hmc, 60)
    assert "system profile named x was not found" in do(hmc, "-r sys -m one -o onsysprof -f x")[1]
    assert do(hmc, "-r sys -m one -o onsysprof -f day") == (0, "")
    pass_(hmc, 400)
    found = states(hmc)
    assert (found["linux"], found["empty"]) == ("Running", "Open Firmware")
    assert found["vios"] == "Not Activated"


def test_failover(hmc) -> None:
    frame = hmc.datacenter.frames["one"]
    frame.show_reference_code("C1001F00")
    assert do(hmc, "-r sys -m one -o spfailover") == (0, "")
    assert "HSCL3205" in do(hmc, "-r sys -m one -o spfailover")[1]
    at(hmc, V7R7_9)
    assert system(hmc, "one", "detailed_state") == "Service Processor Failover"
    pass_(hmc, 90)
    assert system(hmc, "one", "detailed_state") == "None"
    assert hmc.lines("lsrefcode -r sys -m one -s s -F refcode") == ["C1001F00"]
    assert hmc.lines("lsrefcode -r sys -m one -s p -F refcode") == ["No results were found."]
    assert "no redundant service processor" in do(hmc, "-r sys -m two -o spfailover")[1]


def test_recovery_and_rebuild(hmc) -> None:
    assert hmc.lines("lssyscfg -r lpar -m blank -F state") == ["Not Available"]
    assert "must be in the Recovery state" in do(hmc, "-r sys -m one -o recover")[1]
    assert do(hmc, "-r sys -m blank -o recover") == (0, "")
    assert system(hmc, "blank") == "Standby"
    assert hmc.lines("lssyscfg -r lpar -m blank -F state") == ["Not Activated"]
    assert do(hmc, "-r sys -m partial -o rebuild") == (0, "")
    assert system(hmc, "partial") == "Standby"
    assert do(hmc, "-r sys -m one -o rebuild") == (0, "")
    assert system(hmc, "one") == "Operating"


@pytest.mark.parametrize(
    "operation", ["on", "off --immed", "rebuild", "recover", "spfailover", "chkey -k norm"]
)
def test_a_system_that_is_not_reached_does_nothing(hmc, operation: str) -> None:
    status, text = do(hmc, f"-r sys -m lost -o {operation}")
    assert status == 1
    assert text.startswith("The console has no connection to the managed system")


def test_a_system_of_power6_has_no_hardware_discovery(hmc) -> None:
    assert do(hmc, "-r sys -m one -o onhwdisc") == (
        1,
        "The managed system does not support hardware discovery.\n",
    )


def test_a_system_that_discovers_its_hardware_is_on_then(console) -> None:
    hmc, name = console("modern"), "Server-9080-M9S-SN7812345"
    listed = f"lssyscfg -r sys -m {name} -F state,hardware_discovery_capable"
    assert do(hmc, f"-r sys -m {name} -o onhwdisc")[1].endswith("is already powered on.\n")
    assert do(hmc, f"-r sys -m {name} -o off --immed") == (0, "")
    pass_(hmc, 3600)
    assert hmc.value(listed) == "Power Off,unavailable"
    assert do(hmc, f"-r sys -m {name} -o onhwdisc") == (0, "")
    pass_(hmc, 3600)
    assert hmc.value(listed) == "Operating,1"


# -- system profiles ----------------------------------------------------------------------------


def test_a_system_profile_is_activated_as_a_whole(hmc) -> None:
    assert do(hmc, "-r sysprof -m one -n day --test") == (0, "")
    assert states(hmc)["linux"] == "Not Activated"
    assert do(hmc, "-r sysprof -m one -n day -o on") == (0, "")
    assert {states(hmc)[name] for name in ("linux", "empty")} == {"Starting"}


def test_a_system_profile_that_does_not_fit(hmc) -> None:
    """What the first partition takes is missing for the second."""
    for options in ("--test", "-o on", "-o on --test --continue"):
        status, text = do(hmc, f"-r sysprof -m one -n night {options}")
        assert status == 1
        assert text.startswith("The partition big cannot be activated: HSCL03EC")
        assert states(hmc)["linux"] == "Not Activated"
    status, text = do(hmc, "-r sysprof -m one -n night -o on --continue")
    assert (status, text.count("\n")) == (1, 1)
    assert (states(hmc)["linux"], states(hmc)["big"]) == ("Starting", "Not Activated")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("-n nobody", "system profile named nobody was not found"),
        ("-o on", "are -n."),
        ("-n day -o off", "The invalid parameter is -o."),
        ("-n day -o on -f x", "The invalid parameter is -f."),
    ],
)
def test_refused_operations_of_system_profiles(hmc, arguments: str, text: str) -> None:
    status, output = do(hmc, f"-r sysprof -m one {arguments}")
    assert status == 1
    assert text in output


# -- booting over the network -------------------------------------------------------------------


def test_a_boot_string_asks_for_the_network(hmc) -> None:
    """The shared Ethernet adapter of the Virtual I/O Server leads to a boot server."""
    at(hmc, V9R2_950)
    line = "-r lpar -m one -o on -n empty -f default --bootstring network-all"
    assert do(hmc, line) == (0, "")
    pass_(hmc, 30)
    assert states(hmc)["empty"] == "Running"
    found = hmc.value("lssyscfg -r lpar -m one --filter lpar_ids=5 -F os_version,rmc_state")
    assert found == "Unknown,inactive"


def test_nothing_to_boot_from(hmc) -> None:
    at(hmc, V9R2_950)
    do(hmc, "-r lpar -m one -o on -n empty -f default")
    pass_(hmc, 30)
    assert states(hmc)["empty"] == "Open Firmware"
    assert codes(hmc, "empty", 1) == ["AA06000D"]
    do(hmc, "-r lpar -m one -o shutdown --immed -n vios,empty")
    pass_(hmc, 2)
    # Without the Virtual I/O Server nobody answers on the network.
    do(hmc, "-r lpar -m one -o on -n empty -f default --bootstring network-all")
    pass_(hmc, 30)
    assert states(hmc)["empty"] == "Open Firmware"


def test_boot_strings_of_unknown_meaning_are_refused(hmc) -> None:
    at(hmc, V9R2_950)
    line = "-r lpar -m one -o on -n linux -f default --bootstring disk@1"
    assert "The boot string disk@1 is not emulated" in do(hmc, line)[1]
    assert states(hmc)["linux"] == "Not Activated"


def test_the_states_of_a_lab_are_what_it_says(hmc) -> None:
    frame = hmc.datacenter.frames["one"]
    assert frame.partition(name="ibmi").environment is LparEnvironment.OS400
    assert frame.partition(name="ibmi").state is PartitionState.RUNNING
