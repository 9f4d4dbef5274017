"""What later levels let one say of systems, partitions and profiles, and what it does."""

import pytest
from support.listings import listings

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, V10R3, Level
from hmcsh.language.records import parse_record
from hmcsh.migration.request import Request

LAB = """
hmc: {{level: {level}}}
systems:
  srv:
    type_model: {model}
    firmware: {firmware}
    serial: 10FFE0B
    memory: 16 GB
    memory_block: 64 MB
    processors: 8
    slots: {{U789D.001.DQD1111-P1-C1: fibre-channel, U789D.001.DQD1111-P1-C2: ethernet}}
    partitions:
      vios: {{id: 1, type: vioserver, memory: 512 MB, mover: lan}}
      lpar:
        id: 2
        memory: 1 GB / 2 GB / 4 GB
        processing_units: 0.1 / 0.5 / 4
        processors: 1 / 1 / 4
        scsi: {{2: {{server: vios}}}}
        ethernet: {{3: 1}}
        io: {{U789D.001.DQD1111-P1-C1: {{}}}}
        os: Linux/RedHat 4.18.0-193.el8.ppc64le 8.2   # lets go what it does not use
        profiles: {{spare: {{memory: 1 GB / 1 GB / 4 GB}}}}
      off: {{id: 3, state: Not Activated}}
"""
POWER7 = ("8233-E8B", "AL730_066")
POWER8 = ("8286-42A", "SV830_048")
POWER9 = ("9009-42A", "VL950_045")
POWER7_PLUS = ("9117-MMD", "AM770_048")


def lab(console, level: object, machine: tuple[str, str] = POWER9):
    model, firmware = machine
    hmc = console(LAB.format(level=level, model=model, firmware=firmware))
    # Without an address nothing in the partition uses its Ethernet adapters.
    hmc.datacenter.frame("srv").partition(name="lpar").operating_system.ip_address = ""
    return hmc


def ask(hmc, resource: str, attributes: str, name: str = "lpar", profile: str = "default") -> str:
    filters = f"lpar_names={name}" + (f",profile_names={profile}" if resource == "prof" else "")
    return hmc.value(f"lssyscfg -r {resource} -m srv --filter {filters} -F {attributes}")


def change(hmc, resource: str, data: str) -> tuple[int, str]:
    return hmc(f"chsyscfg -r {resource} -m srv -i '{data}'")


# -- settings: since which level, on which systems, what they take ---------------------------

SETTINGS = [
    ("lpar", "suspend_capable=1", "off", "V7R7.2", POWER7),
    ("lpar", "remote_restart_capable=1", "off", "V7R7.2", POWER8),
    ("lpar", "simplified_remote_restart_capable=1", "lpar", "V8R8.2", POWER9),
    ("lpar", "sync_curr_profile=1", "off", "V7R7.8", POWER7),
    ("lpar", "sync_curr_profile=2", "off", "V7R7.8", POWER9),
    ("lpar", "affinity_group_id=255", "lpar", "V7R7.2", POWER7),
    ("lpar", "vtpm_enabled=1", "off", "V7R7.8", POWER8),
    ("lpar", "migration_disabled=1", "lpar", "V9R1", POWER9),
    ("lpar", "description=web server 1", "lpar", "V9R1", POWER9),
    ("prof", "mem_expansion=1.25", "lpar", "V7R7.1", POWER7),
    ("prof", "mem_expansion=10.0", "lpar", "V7R7.1", POWER9),
    ("prof", "hpt_ratio=1:256", "lpar", "V7R7.2", POWER8),
    ("prof", "ppt_ratio=1:64", "lpar", "V10R1", POWER9),
    ("prof", "affinity_group_id=1", "lpar", "V7R7.2", POWER7),
    ("prof", "lpar_proc_compat_mode=POWER7", "lpar", "V7R3.2.0", POWER7),
    ("prof", "lpar_proc_compat_mode=POWER9_base", "lpar", "V7R3.2.0", POWER9),
]


def selected(resource: str, data: str, name: str) -> str:
    which = f"name=default,lpar_name={name}" if resource == "prof" else f"name={name}"
    return f"{which},{data}"


@pytest.mark.parametrize(("resource", "data", "name", "since", "machine"), SETTINGS)
def test_a_setting_from_its_level_on(
    console, resource: str, data: str, name: str, since: str, machine: tuple[str, str]
) -> None:
    attribute, _, value = data.partition("=")
    hmc = lab(console, since, machine)
    assert ask(hmc, resource, attribute, name) != value
    assert change(hmc, resource, selected(resource, data, name)) == (0, "")
    assert ask(hmc, resource, attribute, name) == value
    if since == "V7R3.2.0":
        return
    earlier = lab(console, "V7R3.2.0", machine)
    before = listings(earlier)
    status, text = change(earlier, resource, selected(resource, data, name))
    assert status == 1
    assert f"The invalid attribute is {attribute}." in text
    assert listings(earlier) == before


_VALUE = "An invalid attribute value was entered."
_NAME = "The invalid attribute is "
REFUSED = [
    ("lpar", "name=off,suspend_capable=1", V9R2_950, POWER9, "does not support"),
    ("lpar", "name=off,suspend_capable=2", V7R7_9, POWER7, _VALUE),
    ("lpar", "name=lpar,suspend_capable=1", V7R7_9, POWER7, "HSCL05DF"),
    ("lpar", "name=vios,suspend_capable=1", V7R7_9, POWER7, _NAME + "suspend_capable."),
    ("lpar", "name=off,remote_restart_capable=1", V10R3, POWER9, "does not support"),
    ("lpar", "name=lpar,remote_restart_capable=1", V9R2_950, POWER8, "HSCL05DF"),
    ("lpar", "name=off,simplified_remote_restart_capable=1", V9R2_950, POWER7,
     _NAME + "simplified_remote_restart_capable."),
    ("lpar", "name=off,sync_curr_profile=3", V9R2_950, POWER9, _VALUE),
    ("lpar", "name=lpar,vtpm_enabled=1", V9R2_950, POWER9, "HSCL05DF"),
    ("lpar", "name=off,affinity_group_id=0", V9R2_950, POWER9, _VALUE),
    ("lpar", "name=off,affinity_group_id=1", V9R2_950, ("9117-MMA", "EM350_085"),
     _NAME + "affinity_group_id."),
    ("lpar", "name=off,migration_disabled=yes", V9R2_950, POWER9, _VALUE),
    ("lpar", "name=off,description=\u00fc", V9R2_950, POWER9, "HSCLC63B"),
    ("lpar", "name=off,lpar_proc_compat_mode=POWER8", V9R2_950, POWER9,
     _NAME + "lpar_proc_compat_mode."),
    ("lpar", "name=off,lpar_proc_compat_mode=default", V10R3, POWER9, _VALUE),
    ("lpar", "name=off,lpar_proc_compat_mode=POWER6", V10R3, POWER9, _VALUE),
    ("lpar", "name=off,os=linux", V10R3, POWER9, _NAME + "os."),
    ("lpar", "name=off,remote_restart_status=x", V10R3, POWER9, _NAME + "remote_restart_status."),
    ("prof", "name=default,lpar_name=lpar,mem_mode=shared", V7R7_9, POWER7, "shared memory pool"),
    ("prof", "name=default,lpar_name=lpar,mem_mode=none", V7R7_9, POWER7, _VALUE),
    ("prof", "name=default,lpar_name=lpar,mem_expansion=0.9", V7R7_9, POWER7, _VALUE),
    ("prof", "name=default,lpar_name=vios,mem_expansion=2.0", V7R7_9, POWER7, "does not support"),
    ("prof", "name=default,lpar_name=lpar,hpt_ratio=64", V7R7_9, POWER7, _VALUE),
    ("prof", "name=default,lpar_name=lpar,ppt_ratio=1:32", V10R3, POWER9, _VALUE),
    ("prof", "name=default,lpar_name=lpar,ppt_ratio=1:64", V10R3, POWER8, _NAME + "ppt_ratio."),
    ("prof", "name=default,lpar_name=lpar,bsr_arrays=1", V9R2_950, POWER9, _NAME + "bsr_arrays."),
    ("prof", "name=default,lpar_name=lpar,bsr_arrays=1", V10R3, POWER8, _NAME + "bsr_arrays."),
    ("prof", "name=default,lpar_name=lpar,hca_adapters=none", V10R3, POWER9,
     _NAME + "hca_adapters."),
    ("prof", "name=default,lpar_name=lpar,desired_proc_units=0.05,min_proc_units=0.05", V9R2_950,
     POWER7, "HSCL0622"),
    ("sys", "description=x", V9R2_950, POWER9, _NAME + "description."),
    ("sys", "description=\u00fc", V10R3, POWER9, "HSCLC63B"),
    ("sys", "power_on_lpar_start_policy=never", V10R3, POWER9, _VALUE),
    ("sys", "sp_type=ebmc", V10R3, POWER9, _NAME + "sp_type."),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "data", "level", "machine", "text"), REFUSED)
def test_refusals(
    console, resource: str, data: str, level: Level, machine: tuple[str, str], text: str
) -> None:
    hmc = lab(console, level, machine)
    before = listings(hmc)
    status, output = change(hmc, resource, data)
    assert status == 1
    assert text in output
    assert output.count("\n") == 1
    assert listings(hmc) == before


def test_settings_of_systems(console) -> None:
    hmc = lab(console, V10R3)
    assert change(hmc, "sys", "power_on_lpar_start_policy=autorecovery,description=left") == (0, "")
    attributes = "power_on_lpar_start_policy,pend_power_on_lpar_start_policy,description"
    line = f"lssyscfg -r sys -m srv -F {attributes}"
    assert hmc.value(line) == "autorecovery,autorecovery,left"


@pytest.mark.parametrize("machine", [POWER7_PLUS, POWER8, POWER9])
def test_smaller_units_from_power7_plus_on(console, machine: tuple[str, str]) -> None:
    hmc = lab(console, V9R2_950, machine)
    data = "name=default,lpar_name=lpar,min_proc_units=0.05,desired_proc_units=0.05"
    assert change(hmc, "prof", data) == (0, "")
    status, text = change(hmc, "prof", "name=default,lpar_name=lpar,min_proc_units=0.04")
    assert (status, text[:8]) == (1, "HSCL0622")
    assert "less than 0.05 for each of the 1" in text


def test_a_compatibility_mode_that_is_set_for_a_partition(console) -> None:
    hmc = lab(console, V10R3)
    assert change(hmc, "lpar", "name=off,lpar_proc_compat_mode=POWER8") == (0, "")
    assert ask(hmc, "lpar", "desired_lpar_proc_compat_mode", "off") == "POWER8"


def test_a_status_is_there_for_what_can_be_restarted(console) -> None:
    hmc = lab(console, V9R2_950)
    assert ask(hmc, "lpar", "remote_restart_status") == "null"
    assert change(hmc, "lpar", "name=lpar,simplified_remote_restart_capable=1") == (0, "")
    assert ask(hmc, "lpar", "remote_restart_status") == "Remote Restartable"


# -- the current profile follows dynamic changes ----------------------------------------------

ETH = "chhwres -r virtualio --rsubtype eth -m srv"
DYNAMIC = [
    ("chhwres -r mem -m srv -o a -p lpar -q 512", "desired_mem", "2560"),
    ("chhwres -r mem -m srv -o r -p lpar -q 512", "desired_mem", "1536"),
    ("chhwres -r proc -m srv -o a -p lpar --procs 1 --procunits 0.5",
     "desired_procs,desired_proc_units", "2,1.0"),
    (f"{ETH} -o a -p lpar -s 5 -a port_vlan_id=9,ieee_virtual_eth=0",
     "virtual_eth_adapters", '"3/0/1//0/0/ETHERNET0//all/none,5/0/9//0/0/ETHERNET0//all/none"'),
    (f"{ETH} -o r -p lpar -s 3", "virtual_eth_adapters", "none"),
    ("chhwres -r io --rsubtype slot -m srv -o a -p lpar -l 21010201", "io_slots",
     '"21010200/none/0,21010201/none/0"'),
    ("chhwres -r io --rsubtype slot -m srv -o r -p lpar -l 21010200", "io_slots", "none"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "attributes", "value"), DYNAMIC)
def test_dynamic_changes_enter_the_current_profile(
    console, line: str, attributes: str, value: str
) -> None:
    hmc = lab(console, V9R2_950)
    before = ask(hmc, "prof", attributes)
    assert hmc(line) == (0, "")
    assert ask(hmc, "prof", attributes) == before != value
    # Switched on, the profile is in step at once.
    assert change(hmc, "lpar", "name=lpar,sync_curr_profile=1") == (0, "")
    assert ask(hmc, "prof", attributes) == value
    spare = ask(hmc, "prof", "desired_mem,max_virtual_slots", profile="spare")
    assert spare == "1024,10"


@pytest.mark.parametrize(("line", "attributes", "value"), DYNAMIC)
def test_they_do_as_they_happen(console, line: str, attributes: str, value: str) -> None:
    hmc = lab(console, V9R2_950)
    assert change(hmc, "lpar", "name=lpar,sync_curr_profile=1") == (0, "")
    assert hmc(line) == (0, "")
    assert ask(hmc, "prof", attributes) == value


@pytest.mark.parametrize("mode", ["0", "2"])
def test_they_do_not_while_it_is_off_or_suspended(console, mode: str) -> None:
    hmc = lab(console, V9R2_950)
    assert change(hmc, "lpar", f"name=lpar,sync_curr_profile={mode}") == (0, "")
    assert hmc("chhwres -r mem -m srv -o a -p lpar -q 512") == (0, "")
    assert ask(hmc, "prof", "desired_mem") == "2048"


def test_a_partition_that_is_off_keeps_its_profiles(console) -> None:
    """Capture, V10R3: every profile is as before, the setting stays."""
    hmc = lab(console, V10R3)
    before = hmc.lines("lssyscfg -r prof -m srv")
    assert change(hmc, "lpar", "name=off,sync_curr_profile=1") == (0, "")
    assert hmc.lines("lssyscfg -r prof -m srv") == before
    assert ask(hmc, "lpar", "sync_curr_profile", "off") == "1"


def test_a_suspension_ends_with_the_next_activation(console) -> None:
    hmc = lab(console, V9R2_950)
    assert change(hmc, "lpar", "name=off,sync_curr_profile=2") == (0, "")
    assert hmc("chsysstate -r lpar -m srv -o on -n off -f default") == (0, "")
    assert ask(hmc, "lpar", "sync_curr_profile", "off") == "1"


def test_moves_enter_both_profiles(console) -> None:
    hmc = lab(console, V9R2_950)
    for name in ("lpar", "vios"):
        assert change(hmc, "lpar", f"name={name},sync_curr_profile=1") == (0, "")
    assert hmc("chhwres -r mem -m srv -o m -p lpar -t vios -q 64") == (0, "")
    assert ask(hmc, "prof", "desired_mem") == "1984"
    assert ask(hmc, "prof", "desired_mem", "vios") == "576"


# -- applying a profile -----------------------------------------------------------------------


def test_a_profile_is_applied_without_an_activation(console) -> None:
    hmc = lab(console, V9R2_950)
    assert change(hmc, "lpar", "name=off,sync_curr_profile=2") == (0, "")
    assert hmc("chsyscfg -r lpar -m srv -o apply -p off -n default") == (0, "")
    attributes = "state,resource_config,curr_profile,sync_curr_profile"
    assert ask(hmc, "lpar", attributes, "off") == "Not Activated,1,default,1"
    listed = "lshwres -r mem -m srv --level lpar --filter lpar_names=off -F curr_mem"
    assert hmc.value(listed) == "1024"
    assert hmc("chsysstate -r lpar -m srv -o on -n off") == (0, "")


APPLY = {
    "-p lpar -n spare": "HSCL05DF",
    "-p off -n nothing": "profile named nothing was not found",
    "-p nobody -n default": "HSCL8012",
    "--id 9 -n default": "HSCL8011",
    "-p off": "are -n.",
    "-n default": "are -p, --id.",
    "-p off --id 3 -n default": "mutually exclusive",
    "-p off -n default --force": "--force",
    "-p off -n default -i name=off": "-i",
}


@pytest.mark.parametrize(("arguments", "text"), APPLY.items(), ids=APPLY)
def test_refusals_of_applying(console, arguments: str, text: str) -> None:
    hmc = lab(console, V9R2_950)
    before = listings(hmc)
    status, output = hmc(f"chsyscfg -r lpar -m srv -o apply {arguments}")
    assert status == 1
    assert text in output
    assert listings(hmc) == before


def test_force_is_taken(console) -> None:
    """As automation sends it, with a blank after the comma."""
    hmc = lab(console, V9R2_950)
    data = "name=default, lpar_name=lpar, io_slots+=21010201//0"
    assert hmc(f'chsyscfg -r prof -m srv -i "{data}" --force') == (0, "")
    assert ask(hmc, "prof", "io_slots") == '"21010200/none/0,21010201/none/0"'


# -- what is listed besides -------------------------------------------------------------------


def test_the_last_valid_configuration(console) -> None:
    hmc = lab(console, V9R2_950)
    assert hmc("chhwres -r mem -m srv -o a -p lpar -q 512") == (0, "")
    plain = hmc.lines("lssyscfg -r prof -m srv")
    lines = hmc.lines("lssyscfg -r prof -m srv --lastvalidcfg")
    last = [line for line in lines if line not in plain]
    names = [parse_record(line)[0].value for line in last]
    assert names == ["last*valid*configuration"] * 2  # `off` never had any
    listed = "lssyscfg -r prof -m srv --lastvalidcfg --filter lpar_names=lpar -F name,desired_mem"
    assert hmc.lines(listed) == [
        "default,2048",
        "spare,1024",
        "last*valid*configuration,2560",
    ]
    filtered = f"{listed.partition(' -F')[0]},profile_names=spare -F name"
    assert hmc.lines(filtered) == ["spare"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("lssyscfg -r prof -m srv --osrefresh", "The invalid parameter is --osrefresh."),
        ("lssyscfg -r lpar -m srv --lastvalidcfg", "The invalid parameter is --lastvalidcfg."),
        ("lssyscfg -r sys --osrefresh", "The invalid parameter is --osrefresh."),
    ],
)
def test_options_of_other_resources(console, line: str, text: str) -> None:
    status, output = lab(console, V9R2_950)(line)
    assert (status, text in output) == (1, True)


def test_operating_systems_are_up_to_date(console) -> None:
    hmc = lab(console, V9R2_950)
    assert hmc.lines("lssyscfg -r lpar -m srv --osrefresh") == hmc.lines("lssyscfg -r lpar -m srv")


def test_what_rmc_reaches(console) -> None:
    hmc = lab(console, V9R2_950)
    attributes = "rmc_osshutdown_capable,dlpar_mem_capable,dlpar_proc_capable,dlpar_io_capable"
    assert ask(hmc, "lpar", attributes) == "1,1,1,1"
    assert ask(hmc, "lpar", attributes, "off") == "0,0,0,0"
    assert "dlpar_mem_capable" not in hmc.lines("lssyscfg -r lpar -m srv")[0]
    hmc.datacenter.console.level = V7R3_2
    status, text = hmc("lssyscfg -r lpar -m srv -F dlpar_mem_capable")
    assert (status, "The invalid attribute is dlpar_mem_capable." in text) == (1, True)


def test_it_is_not_migrated_while_that_is_disabled(console) -> None:
    hmc = console("modern")
    first, second = hmc.datacenter.frames
    line = f"migrlpar -o v -m {first} -t {second} -p lpar1"
    assert hmc(line)[0] == 0
    data = "name=lpar1,migration_disabled=1"
    assert hmc(f"chsyscfg -r lpar -m {first} -i {data}") == (0, "")
    status, text = hmc(line)
    assert status == 1
    assert "disabled by its attribute migration_disabled" in text


def test_settings_go_with_a_partition(console) -> None:
    hmc = console("modern")
    first, second = hmc.datacenter.frames
    data = "name=lpar1,sync_curr_profile=1,description=goes along,affinity_group_id=3"
    assert hmc(f"chsyscfg -r lpar -m {first} -i '{data}'") == (0, "")
    attributes = "sync_curr_profile,description,affinity_group_id,uuid"
    before = hmc.value(f"lssyscfg -r lpar -m {first} --filter lpar_names=lpar1 -F {attributes}")
    frames = hmc.datacenter.frames
    mobile = frames[first].partition(name="lpar1")
    validation = hmc.mobility.validate(Request(frames[first], frames[second], mobile))
    hmc.clock.run_until(hmc.mobility.start(validation))
    found = hmc.value(f"lssyscfg -r lpar -m {second} --filter lpar_names=lpar1 -F {attributes}")
    assert found == before
