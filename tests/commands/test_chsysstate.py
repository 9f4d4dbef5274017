"""chsysstate: starting and stopping, phase by phase on the clock."""

import pytest

from hmcsh.language.levels import V7R7_9
from hmcsh.migration.request import Request
from hmcsh.model import power
from hmcsh.model.states import SystemState
from hmcsh.runtime import SECOND

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"

LAB = """
timings: {partition_starting: 10 s, partition_firmware: 20 s, partition_shutdown: 30 s,
  system_power_on: 300 s, system_power_off: 60 s}
systems:
  srv:
    type_model: 9117-MMA
    serial: 10FFE0B
    memory: 4 GB
    memory_block: 64 MB
    processors: 4
    huge_pages: 1
    slots: {U789D.001.DQD1111-P1-C1: ethernet}
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, auto_start: yes}
      aix:
        id: 2
        memory: 1 GB
        processing_units: 0.5
        io: {U789D.001.DQD1111-P1-C1: {required: yes}}
        profiles:
          spare: {memory: 512 MB, boot_mode: sms, max_virtual_slots: 64}
          paged: {huge_pages: 1}
      off: {id: 3, state: Not Activated, io: {U789D.001.DQD1111-P1-C1: {required: yes}}}
      large: {id: 4, state: Not Activated, memory: 8 GB / 8 GB / 16 GB}
      silent: {id: 5, os: {rmc: no}}
"""


def state(hmc, name: str) -> str:
    return hmc.value(f"lssyscfg -r lpar -m srv --filter lpar_names={name} -F state")


def system_state(hmc) -> str:
    return hmc.value("lssyscfg -r sys -m srv -F state")


def do(hmc, arguments: str, resource: str = "lpar") -> tuple[int, str]:
    return hmc(f"chsysstate -r {resource} -m srv {arguments}")


def pass_(hmc, seconds: float) -> None:
    hmc.clock.advance(int(seconds * SECOND))


# -- partitions -------------------------------------------------------------------------------


def test_a_partition_starts_and_stops(console) -> None:
    hmc = console(LAB)
    assert do(hmc, "-o shutdown -n vios") == (0, "")
    pass_(hmc, 29)
    assert state(hmc, "vios") == "Shutting Down"
    pass_(hmc, 1)
    assert state(hmc, "vios") == "Not Activated"
    assert do(hmc, "-o on --id 1 -f default") == (0, "")
    assert state(hmc, "vios") == "Starting"
    pass_(hmc, 10)
    assert state(hmc, "vios") == "Open Firmware"
    pass_(hmc, 20)
    assert state(hmc, "vios") == "Running"


def test_an_immediate_shutdown_takes_no_notice(console) -> None:
    hmc = console(LAB)
    assert do(hmc, "-o shutdown --immed -n vios") == (0, "")
    pass_(hmc, 2)
    assert state(hmc, "vios") == "Not Activated"


@pytest.mark.parametrize("operation", ["shutdown --immed", "osshutdown", "osshutdown --immed"])
def test_restart(console, operation: str) -> None:
    hmc = console(LAB)
    assert do(hmc, f"-o {operation} --restart -n vios") == (0, "")
    pass_(hmc, 2 if "--immed" in operation else 30)
    assert state(hmc, "vios") == "Starting"
    pass_(hmc, 30)
    assert state(hmc, "vios") == "Running"


def test_an_immediate_shutdown_overtakes_a_delayed_one(console) -> None:
    """And the partition that is started again is not stopped by the first."""
    hmc = console(LAB)
    assert do(hmc, "-o shutdown -n vios") == (0, "")
    assert "HSCL05DF" in do(hmc, "-o shutdown -n vios")[1]
    assert do(hmc, "-o shutdown --immed -n vios") == (0, "")
    pass_(hmc, 2)
    assert do(hmc, "-o on -n vios -f default") == (0, "")
    pass_(hmc, 3)
    assert do(hmc, "-o shutdown -n vios") == (0, "")
    pass_(hmc, 26)  # the first shutdown would have ended by now
    assert state(hmc, "vios") == "Shutting Down"
    pass_(hmc, 4)
    assert state(hmc, "vios") == "Not Activated"


def test_a_start_that_is_stopped_leaves_its_time_to_the_next(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown --immed -n vios")
    pass_(hmc, 2)
    do(hmc, "-o on -n vios -f default")
    pass_(hmc, 5)
    do(hmc, "-o shutdown --immed -n vios")
    pass_(hmc, 2)
    do(hmc, "-o on -n vios -f default")
    pass_(hmc, 9)
    assert state(hmc, "vios") == "Starting"
    pass_(hmc, 1)
    assert state(hmc, "vios") == "Open Firmware"


def test_no_activation_while_it_shuts_down(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown -n vios")
    assert "HSCL05DF" in do(hmc, "-o on -n vios -f default")[1]


@pytest.mark.parametrize(
    ("options", "reached"),
    [
        ("-f spare", "Open Firmware"),
        ("-f spare -b norm", "Running"),
        ("-f default -b of", "Open Firmware"),
        ("-f default -b dd", "Running"),
        ("-f default -b sms -k manual", "Open Firmware"),
    ],
)
def test_boot_modes(console, options: str, reached: str) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown --immed -n aix")
    pass_(hmc, 2)
    assert do(hmc, f"-o on -n aix {options}") == (0, "")
    pass_(hmc, 3600)
    assert state(hmc, "aix") == reached
    keylock = hmc.value("lssyscfg -r lpar -m srv --filter lpar_ids=2 -F lpar_keylock")
    assert keylock == ("manual" if "manual" in options else "norm")


def test_the_profile_decides_what_the_partition_gets(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown --immed -n aix")
    pass_(hmc, 2)
    assert do(hmc, "-o on -n aix -f spare") == (0, "")
    partition = hmc.datacenter.frames["srv"].partition(name="aix")
    assert partition.current.memory.desired == 512
    assert partition.max_virtual_slots == 64
    line = "lssyscfg -r lpar -m srv --filter lpar_ids=2 -F default_profile,curr_profile"
    assert hmc.value(line) == "default,spare"


def test_a_changed_profile_takes_effect_with_the_next_activation(console) -> None:
    hmc = console(LAB)
    change = "name=default,lpar_name=vios,virtual_vasi_adapters=7,auto_start=0"
    assert hmc(f"chsyscfg -r prof -m srv -i {change}") == (0, "")
    assert hmc(
        "chsyscfg -r prof -m srv -i name=default,lpar_name=vios,"
        "virtual_scsi_adapters=9/server/2//5/0"
    ) == (0, "")
    vios = hmc.datacenter.frames["srv"].partition(name="vios")
    assert 7 not in vios.adapters
    do(hmc, "-o shutdown --immed -n vios")
    pass_(hmc, 2)
    do(hmc, "-o on -n vios -f default")
    assert [a.slot for a in vios.vasi_adapters] == [7]
    assert vios.io_server.vhosts[9].startswith("vhost")
    assert not vios.auto_start


def test_resources_stay_assigned_until_another_profile_replaces_them(console) -> None:
    hmc = console(LAB)
    frame = hmc.datacenter.frames["srv"]
    before = frame.memory_available
    do(hmc, "-o shutdown --immed -n aix")
    pass_(hmc, 2)
    assert frame.memory_available == before
    do(hmc, "-o on -n aix -f spare")
    assert frame.memory_available == before + 512


REFUSED = {
    "-o on -n aix -f default": "HSCL3681",
    "-o on -n nobody -f default": "HSCL8012",
    "-o on --id 9 -f default": "HSCL8011",
    "-o on -n off -f x": "profile named x was not found",
    "-o on -n off": "are -f.",
    "-o on -n off -f": "are -f.",
    "-o on -f default": "are -n, --id.",
    "-o on -n off --id 3 -f default": "mutually exclusive",
    "-o on -n off -f default -b fast": "are -b.",
    "-o on -n off -f default -k off": "are -k.",
    "-o on -n off -f default --immed": "The invalid parameter is --immed.",
    "-o on -n off -f default": "U789D.001.DQD1111-P1-C1",
    "-o on -n large -f default": "not enough memory",
    "-o shutdown -n off": "HSCL1558",
    "-o osshutdown -n off": "HSCL1558",
    "-o osshutdown -n silent": "HSCL0DB4",
    "-o shutdown -n aix --restart": "are --immed.",
    "-o shutdown -n aix -f default": "The invalid parameter is -f.",
    "-o chkey -n aix": "are -k.",
    "-o dumprestart -n off": "HSCL1558",
    "-o off -n aix": "are -o.",
    "-n aix": "are -o.",
}


@pytest.mark.parametrize(("arguments", "text"), REFUSED.items(), ids=REFUSED)
def test_refused_operations_change_nothing(console, arguments: str, text: str) -> None:
    hmc = console(LAB)
    listings = ("lssyscfg -r lpar -m srv", "lsrefcode -r lpar -m srv -n 9")
    before = [hmc(line) for line in listings]
    status, output = do(hmc, arguments)
    assert status == 1
    if text.startswith("U789D"):  # a required physical slot that another partition holds
        text = hmc.datacenter.frames["srv"].partition(name="off").profiles["default"].io_slots[0]
        text = text.drc_index
    assert text in output
    pass_(hmc, 3600)
    assert [hmc(line) for line in listings] == before


def test_huge_pages_that_another_partition_has(console) -> None:
    hmc = console(LAB)
    frame = hmc.datacenter.frames["srv"]
    for name in ("aix", "vios"):
        do(hmc, f"-o shutdown --immed -n {name}")
    pass_(hmc, 2)
    line = "chsyscfg -r prof -m srv -i name=default,lpar_name=off,io_slots=none"
    pages = "min_num_huge_pages=1,desired_num_huge_pages=1,max_num_huge_pages=1"
    assert hmc(f"{line},{pages}") == (0, "")
    assert do(hmc, "-o on -n aix -f paged") == (0, "")
    assert frame.huge_pages_available == 0
    status, text = do(hmc, "-o on -n off -f default")
    assert status == 1
    assert "not enough huge pages: Obtained: 0, Required: 1." in text
    assert state(hmc, "off") == "Not Activated"


def test_later_levels_activate_without_a_profile(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown --immed -n aix")
    pass_(hmc, 2)
    hmc.datacenter.console.level = V7R7_9
    assert do(hmc, "-o on -n aix") == (0, "")
    assert "HSCL3680" in do(hmc, "-o on -n off")[1]


def test_a_migrating_partition_stays_on(console) -> None:
    hmc = console()
    frames = hmc.datacenter.frames
    train = frames[L10].partition(name="TRAIN")
    hmc.mobility.start(hmc.mobility.validate(Request(frames[L10], frames[L9], train)))
    for operation in ("shutdown --immed", "osshutdown"):
        status, text = hmc(f"chsysstate -r lpar -m {L10} -o {operation} -n TRAIN")
        assert status == 1
        assert "cannot be changed" in text
    status, text = hmc(f"chsysstate -r sys -m {L9} -o off --immed")
    assert status == 1
    assert "takes part in a partition migration" in text


# -- systems ----------------------------------------------------------------------------------


def test_a_system_goes_off_and_on(console) -> None:
    hmc = console(LAB)
    assert do(hmc, "-o off --immed", "sys") == (0, "")
    assert system_state(hmc) == "Power Off In Progress"
    assert "HSCL3205" in do(hmc, "-o on", "sys")[1]
    pass_(hmc, 60)
    assert system_state(hmc) == "Power Off"
    assert {state(hmc, n) for n in ("vios", "aix", "silent")} == {"Not Activated"}
    assert "Standby or Operating" in do(hmc, "-o on -n aix -f default")[1]
    assert do(hmc, "-o on -k manual", "sys") == (0, "")
    assert system_state(hmc) == "Initializing"
    pass_(hmc, 300)
    assert system_state(hmc) == "Operating"
    assert hmc.value("lssyscfg -r sys -m srv -F curr_sys_keylock") == "manual"
    assert state(hmc, "vios") == "Starting"
    assert state(hmc, "aix") == "Not Activated"


def test_the_start_policy_can_leave_partitions_to_the_user(console) -> None:
    hmc = console(LAB)
    assert hmc("chsyscfg -r sys -m srv -i power_on_lpar_start_policy=userinit")[0] == 0
    do(hmc, "-o off --immed", "sys")
    pass_(hmc, 60)
    do(hmc, "-o on", "sys")
    pass_(hmc, 600)
    assert state(hmc, "vios") == "Not Activated"


def test_standby_ends_with_the_first_partition(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o off --immed", "sys")
    pass_(hmc, 60)
    assert do(hmc, "-o onstandby", "sys") == (0, "")
    pass_(hmc, 300)
    assert system_state(hmc) == "Standby"
    assert state(hmc, "vios") == "Not Activated"
    assert do(hmc, "-o on -n aix -f default") == (0, "")
    assert system_state(hmc) == "Operating"


def test_a_system_restarts(console) -> None:
    hmc = console(LAB)
    assert do(hmc, "-o off --immed --restart", "sys") == (0, "")
    pass_(hmc, 60)
    assert system_state(hmc) == "Initializing"
    pass_(hmc, 300)
    assert system_state(hmc) == "Operating"


def test_a_partition_on_its_way_stops_with_the_system(console) -> None:
    hmc = console(LAB)
    do(hmc, "-o shutdown --immed --restart -n vios")
    do(hmc, "-o off --immed", "sys")
    pass_(hmc, 3600)
    assert system_state(hmc) == "Power Off"
    assert state(hmc, "vios") == "Not Activated"


SYSTEM_REFUSED = {
    "-o on": "already powered on",
    "-o onstandby": "already powered on",
    "-o off": "Partitions of the managed system srv are running.",
    "-o off --restart": "are --immed.",
    "-o recover": "must be in the Recovery state",
    "-o onsysprof -f x": "already powered on",
    "-o onsysprof": "are -f.",
    "-o shutdown": "are -o.",
    "-o off -n aix": "The invalid parameter is -n.",
    "-o on -k x": "are -k.",
}


@pytest.mark.parametrize(("arguments", "text"), SYSTEM_REFUSED.items(), ids=SYSTEM_REFUSED)
def test_refused_operations_of_systems(console, arguments: str, text: str) -> None:
    hmc = console(LAB)
    status, output = do(hmc, arguments, "sys")
    assert status == 1
    assert text in output
    pass_(hmc, 3600)
    assert system_state(hmc) == "Operating"


def test_a_system_that_is_off_cannot_be_powered_off(console) -> None:
    hmc = console(LAB)
    hmc.datacenter.frames["srv"].state = SystemState.POWER_OFF
    status, text = do(hmc, "-o off --immed", "sys")
    assert status == 1
    assert "already powered off" in text


def test_a_normal_power_off_when_nothing_runs(console) -> None:
    hmc = console(LAB)
    for partition in hmc.datacenter.frames["srv"].listed_partitions():
        power.turn_off(partition)
    assert do(hmc, "-o off", "sys") == (0, "")
    pass_(hmc, 60)
    assert system_state(hmc) == "Power Off"


def test_a_viewer_may_not_start_or_stop(console) -> None:
    users = "hmc: {users: {eye: {role: hmcviewer, password: x}}}\n"
    status, text = do(console(users + LAB, user="eye"), "-o shutdown --immed -n aix")
    assert status == 1
    assert "HSCL350B" in text


# -- as fence agents do it --------------------------------------------------------------------


def test_the_commands_of_a_fence_agent(console) -> None:
    """What fence_lpar sends to consoles from version 4 on."""
    hmc = console(LAB)

    def status() -> str:
        line = hmc.value("lssyscfg -r lpar -m srv --filter 'lpar_names=aix'")
        return line.split(",state=")[1].split(",")[0]

    assert status() == "Running"
    assert hmc("chsysstate -o shutdown -r lpar --immed -m srv -n aix") == (0, "")
    pass_(hmc, 60)
    assert status() == "Not Activated"
    profile = '`lssyscfg -r lpar -F curr_profile  -m srv --filter "lpar_names=aix"`'
    assert hmc(f"chsysstate -o on -r lpar -m srv -n aix -f {profile}") == (0, "")
    pass_(hmc, 60)
    assert status() == "Running"
    assert "aix:Running" in hmc.lines("lssyscfg -r lpar -m srv -F name:state")
