"""lssyscfg: orders, values, filters, states."""

import pytest
from hmcsh.commands.hmc.lssyscfg import COMMAND

from hmcsh.language.levels import V7R3_2, V9R2_950, V10R3
from hmcsh.language.options import parse
from hmcsh.language.records import parse_record
from hmcsh.migration.request import Request
from hmcsh.model.states import SystemState

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"
LABS = ["redbook", "basic", "cli-examples"]


def words(text: str) -> list[str]:
    return text.split()


SYSTEM = words(
    "name type_model serial_num ipaddr state sys_time power_off_policy "
    "active_lpar_mobility_capable inactive_lpar_mobility_capable "
    "active_lpar_share_idle_procs_capable bsr_capable cod_mem_capable cod_proc_capable "
    "electronic_err_reporting_capable firmware_power_saver_capable hardware_power_saver_capable "
    "hardware_discovery_capable hca_capable huge_page_mem_capable lhea_capable "
    "lpar_avail_priority_capable lpar_proc_compat_mode_capable micro_lpar_capable os400_capable "
    "5250_application_capable redundant_err_path_reporting_capable shared_eth_failover_capable "
    "sni_msg_passing_capable sp_failover_capable vet_activation_capable "
    "virtual_io_server_capable assign_5250_cpw_percent max_lpars max_power_ctrl_lpars "
    "service_lpar_id curr_sys_keylock pend_sys_keylock curr_power_on_side pend_power_on_side "
    "curr_power_on_speed pend_power_on_speed curr_power_on_speed_override "
    "pend_power_on_speed_override power_on_type power_on_option power_on_lpar_start_policy "
    "pend_power_on_option pend_power_on_lpar_start_policy power_on_method power_on_attr "
    "sp_boot_attr sp_boot_major_type sp_boot_minor_type sp_version mfg_default_config "
    "curr_mfg_default_ipl_source pend_mfg_default_ipl_source curr_mfg_default_boot_mode "
    "pend_mfg_default_boot_mode"
)

CLIENT = words(
    "name lpar_id lpar_env state resource_config os_version logical_serial_num default_profile "
    "curr_profile work_group_id shared_proc_pool_util_auth allow_perf_collection "
    "power_ctrl_lpar_ids boot_mode lpar_keylock auto_start redundant_err_path_reporting "
    "rmc_state rmc_ipaddr time_ref lpar_avail_priority desired_lpar_proc_compat_mode "
    "curr_lpar_proc_compat_mode"
)
SERVER = [
    name
    for one in CLIENT
    if one != "boot_mode"
    for name in (("msp", "time_ref") if one == "time_ref" else (one,))
]

# The profile of a POWER6 system at V7R3.x, capture of June 2008.
PROFILE = words(
    "name lpar_name lpar_id lpar_env all_resources min_mem desired_mem max_mem "
    "min_num_huge_pages desired_num_huge_pages max_num_huge_pages proc_mode min_proc_units "
    "desired_proc_units max_proc_units min_procs desired_procs max_procs sharing_mode "
    "uncap_weight shared_proc_pool_id shared_proc_pool_name io_slots lpar_io_pool_ids "
    "max_virtual_slots virtual_serial_adapters virtual_scsi_adapters virtual_eth_adapters "
    "hca_adapters boot_mode conn_monitoring auto_start power_ctrl_lpar_ids work_group_id "
    "redundant_err_path_reporting bsr_arrays lhea_logical_ports lhea_capabilities "
    "lpar_proc_compat_mode electronic_err_reporting"
)
_NOT_SERVER = ("num_huge_pages", "electronic_err_reporting")
SERVER_PROFILE = [
    name
    for one in PROFILE
    if not one.endswith(_NOT_SERVER)
    for name in ((one, "virtual_vasi_adapters") if one == "bsr_arrays" else (one,))
]
_SHARED_ONLY = ("proc_units", "uncap_weight", "pool_id", "pool_name")
DEDICATED_PROFILE = [name for name in PROFILE if not name.endswith(_SHARED_ONLY)]

CHAPTER = """
systems:
  srv:
    type_model: 9117-MMA
    serial: 10FFE0B
    memory: 8 GB
    memory_block: 64 MB
    processors: 4
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, mover: lan}
      ded: {id: 12, mode: ded, processors: 1, work_group: 2, profiles: {spare: {memory: 256 MB}}}
      never: {id: 37, state: Not Activated, os: {rmc: no}}
"""


def names(line: str) -> list[str]:
    return [assignment.name for assignment in parse_record(line)]


def test_order_of_systems(console) -> None:
    for line in console().lines("lssyscfg -r sys"):
        assert names(line) == SYSTEM


@pytest.mark.parametrize("lab", LABS)
def test_order_of_partitions(console, lab: str) -> None:
    hmc = console(lab)
    for system in hmc.lines("lssyscfg -r sys -F name"):
        for line in hmc.lines(f"lssyscfg -r lpar -m {system}"):
            assert names(line) == (SERVER if "lpar_env=vioserver" in line else CLIENT)


def test_order_of_profiles(console) -> None:
    hmc = console()
    for line in hmc.lines(f"lssyscfg -r prof -m {L10}"):
        assert names(line) == (SERVER_PROFILE if "lpar_env=vioserver" in line else PROFILE)
    for line in console(CHAPTER).lines("lssyscfg -r prof -m srv --filter lpar_names=ded"):
        assert names(line) == DEDICATED_PROFILE


def test_the_list_is_in_the_order_of_discovery(console) -> None:
    hmc = console()
    order = [p.name for p in hmc.datacenter.frames[L10].listed_partitions()]
    assert hmc.lines(f"lssyscfg -r lpar -m {L10} -F name") == order
    assert hmc.lines(f"lssyscfg -r prof -m {L10} -F lpar_name") == order


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("logical_serial_num", "10FFE0B1 10FFE0BC 10FFE0B11"),
        ("resource_config", "1 1 0"),
        ("os_version", "VIOS#1.5.0.0 AIX#6.1#6100-00-01-0748 Unknown"),
        ("curr_profile", "default default -"),
        ("rmc_state", "active active inactive"),
        ("msp", "1 null null"),
        ("boot_mode", "null norm norm"),
        ("ipl_source", "null null null"),
        ("work_group_id", "none 2 none"),
        ("lpar_avail_priority", "191 127 127"),
        ("curr_lpar_proc_compat_mode", "POWER6 POWER6 POWER6"),
    ],
)
def test_values_of_partitions(console, attribute: str, values: str) -> None:
    wanted = [v.replace("#", " ").replace("-", "", v == "-") for v in values.split()]
    assert console(CHAPTER).lines(f"lssyscfg -r lpar -m srv -F {attribute}") == wanted


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("lpar_names=ded", ["ded"]),
        ("lpar_names=never,vios", ["vios", "never"]),
        ("'\"lpar_names=never,vios\"'", ["vios", "never"]),
        ("lpar_ids=1,37", ["vios", "never"]),
        ("work_groups=2", ["ded"]),
        ("work_groups=2,none", ["ded"]),
        ("lpar_names=vios,work_groups=2", ["No results were found."]),
    ],
)
def test_filters_of_partitions(console, filters: str, found: list[str]) -> None:
    lines = console(CHAPTER).lines(f"lssyscfg -r lpar -m srv --filter {filters} -F name")
    assert lines == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("lpar_names=ded", ["ded:default", "ded:spare"]),
        ("lpar_ids=12,profile_names=spare", ["ded:spare"]),
        ("profile_names=default", ["vios:default", "ded:default", "never:default"]),
        ("profile_names=x", ["No results were found."]),
    ],
)
def test_filters_of_profiles(console, filters: str, found: list[str]) -> None:
    lines = console(CHAPTER).lines(f"lssyscfg -r prof -m srv --filter {filters} -F lpar_name:name")
    assert lines == found


@pytest.mark.parametrize("system", [L9, "9117-MMA*10FFE0B"])
def test_one_system_by_name_or_by_type_and_serial_number(console, system: str) -> None:
    assert console().lines(f"lssyscfg -r sys -m '{system}' -F name") == [L9]


def test_both_names_of_the_mobility_attributes(console) -> None:
    names = "active_lpar_migration_capable,inactive_lpar_migration_capable"
    line = f"lssyscfg -r sys -m {L9} -F {names} --header"
    assert console().lines(line) == [names, "1,1"]


def test_no_managed_frames(console) -> None:
    assert console().lines("lssyscfg -r frame -F name --header") == ["No results were found."]


REFUSALS = {
    "-r lpar": "are -m.",
    "-r prof -F name": "are -m.",
    "-r nothing": "are -r.",
    "-m x": "are -r.",
    "-r lpar -m nothing": "HSCL8018",
    f"-r lpar -m {L9} --filter lpar_names=nobody": "HSCL8012",
    f"-r lpar -m {L9} --filter lpar_ids=99": "HSCL8011",
    f"-r lpar -m {L9} --filter lpar_ids=x": "HSCL8011",
    f"-r lpar -m {L9} --filter lpar_ids=1,lpar_names=QA": "mutually exclusive",
    f"-r lpar -m {L9} --filter profile_names=x": "The invalid filter is profile_names.",
    f"-r lpar -m {L9} -F bogus_attr_xyz": "The invalid attribute is bogus_attr_xyz.",
    f"-r lpar -m {L9} -F uuid": "The invalid attribute is uuid.",
    f"-r lpar -m {L9} -F new_name": "The invalid attribute is new_name.",
    f"-r lpar -m {L9} -F Name": "The invalid attribute is Name.",
    f"-r prof -m {L9} -F mem_mode": "The invalid attribute is mem_mode.",
    f"-r lpar -m {L9} -F proc_mode": "The invalid attribute is proc_mode.",
    f"-r sys -m {L9} --filter lpar_ids=1": "--filter",
    f"-r lpar -m {L9} -p QA": "The invalid parameter is -p.",
    f"-r lpar -m {L9} --header": "--header",
    f"-r lpar -m {L9} --osrefresh": "--osrefresh",
    f"-r sysprof -m {L9} --filter lpar_ids=1": "lpar_ids",
    "-r frame -e rack": "rack was not found",
    "-r cage -e rack": "rack was not found",
    "-r cage": "are -e.",
}


@pytest.mark.parametrize(("arguments", "text"), REFUSALS.items(), ids=REFUSALS)
def test_refusals(console, arguments: str, text: str) -> None:
    status, output = console()(f"lssyscfg {arguments}")
    assert status == 1
    assert text in output
    assert output.count("\n") == 1


def test_without_arguments_the_usage_is_printed(console) -> None:
    status, output = console()("lssyscfg")
    assert (status, output[:16]) == (1, "Usage: lssyscfg ")


def test_a_system_that_is_off(console) -> None:
    """What stops being readable follows a capture of V7R7.9 in state Power Off."""
    hmc = console()
    hmc.datacenter.frames[L9].state = SystemState.POWER_OFF
    record = {a.name: a.value for a in parse_record(hmc.value(f"lssyscfg -r sys -m {L9}"))}
    assert "5250_application_capable" not in record
    assert record["service_lpar_name"] == "unavailable"
    assert record["state"] == "Power Off"
    assert record["max_power_ctrl_lpars"] == "0"
    unavailable = {name for name, value in record.items() if value == "unavailable"}
    kept = {"firmware_power_saver", "hardware_power_saver", "hca", "huge_page_mem", "sp_failover"}
    kept.add("sni_msg_passing")
    capabilities = {n for n in SYSTEM if n.endswith("_capable")} - {f"{n}_capable" for n in kept}
    capabilities.remove("5250_application_capable")
    others = {"power_off_policy", "assign_5250_cpw_percent", "max_lpars", "mfg_default_config"}
    assert unavailable == capabilities | others | {"service_lpar_id", "service_lpar_name"}


@pytest.mark.parametrize(
    ("state", "partition"),
    [
        (SystemState.ERROR, "Not Available"),
        (SystemState.STANDBY, "Running"),
        (SystemState.NO_CONNECTION, "Running"),
    ],
)
def test_states_of_the_system_and_its_partitions(
    console, state: SystemState, partition: str
) -> None:
    hmc = console()
    hmc.datacenter.frames[L9].state = state
    assert hmc.value(f"lssyscfg -r sys -m {L9} -F state") == state.value
    assert hmc.value(f"lssyscfg -r lpar -m {L9} --filter lpar_ids=7 -F state") == partition


def test_a_partition_that_migrates_is_listed_on_both_systems(console) -> None:
    """With the states of SG24-7460 figure 6-6."""
    hmc = console()
    frames = hmc.datacenter.frames
    for name, states in (
        ("TRAIN", ("Migrating - Running", "Migrating - Not Activated")),
        ("PROD", ("Migrating - Not Activated", "Migrating - Not Activated")),
    ):
        source = frames[L10].partition(name=name)
        validation = hmc.mobility.validate(Request(frames[L10], frames[L9], source))
        assert not validation.errors
        hmc.mobility.start(validation)
        while frames[L9].find_by_name(name) is None:
            assert hmc.clock.step()
        for system, state in zip((L10, L9), states, strict=True):
            line = f"lssyscfg -r lpar -m {system} --filter lpar_names={name} -F state"
            assert hmc.value(line) == state


def test_adapters_of_a_partition_that_is_gone_keep_its_id(console) -> None:
    """A vanished client has an ID and no name (capture, V10R3)."""
    hmc = console()
    frame = hmc.datacenter.frames[L9]
    line = f"lssyscfg -r prof -m {L9} --filter lpar_ids=1 -F virtual_scsi_adapters"
    before = hmc.value(line)
    frame.remove(frame.partition(name="BUILD"))
    assert hmc.value(line) == before.replace("/BUILD/", "//")


@pytest.mark.parametrize("level", [V7R3_2, V9R2_950, V10R3], ids=str)
@pytest.mark.parametrize("table", COMMAND.tables.values(), ids=lambda table: table.name)
def test_tables_hold_together_at_every_level(table, level) -> None:
    assert len(set(table.names(level))) == len(table.names(level))
    for attribute in table.attributes:
        assert attribute.source


def test_managed_frames_ended_with_v10(console) -> None:
    parse(COMMAND.declaration, ["-r", "frame"], V9R2_950)
    hmc = console()
    hmc.datacenter.console.level = V10R3
    status, output = hmc("lssyscfg -r frame")
    assert status == 1
    assert "are -r." in output


def test_a_viewer_may_list(console) -> None:
    hmc = console("hmc: {users: {eye: {role: hmcviewer, password: x}}}\n" + CHAPTER, user="eye")
    assert hmc.value("lssyscfg -r sys -F name") == "srv"
