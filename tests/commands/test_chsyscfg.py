"""chsyscfg: what a change does, what it refuses, and that a refused one leaves no trace."""

import pytest
from hmcsh.commands.hmc.attributes.lpar import LPAR_INPUT
from hmcsh.commands.hmc.attributes.prof import PROFILE_INPUT
from hmcsh.commands.hmc.attributes.sys import SYSTEM_INPUT
from hmcsh.commands.hmc.attributes.sysprof import SYSTEM_PROFILE_INPUT
from hypothesis import given, settings
from hypothesis import strategies as st
from support.listings import listings

from hmcsh.language.levels import V7R3_2, V7R7_9, V10R3, Level
from hmcsh.language.records import format_record, parse_record
from hmcsh.migration.request import Request
from hmcsh.model.states import PartitionState, SystemState

LABS = ["redbook", "basic", "cli-examples"]
INPUTS = (SYSTEM_INPUT, LPAR_INPUT, PROFILE_INPUT, SYSTEM_PROFILE_INPUT)

LAB = """
hmc: {users: {hscroot: {password: x}, eye: {role: hmcviewer, password: x}}}
systems:
  srv:
    type_model: 9117-MMA
    serial: 10FFE0B
    memory: 8 GB
    memory_block: 64 MB
    processors: 4
    pools: {fast: 2}
    slots: {U789D.001.DQD1111-P1-C1: ethernet, U789D.001.DQD1111-P1-C2: ethernet}
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, mover: lan}
      aix:
        id: 2
        memory: 1 GB
        processing_units: 0.5
        ethernet: {3: 1}
        scsi: {2: {server: vios}}
        profiles: {spare: {memory: 256 MB}}
      ded: {id: 3, mode: ded, processors: 1}
      never: {id: 4, state: Not Activated}
      i5: {id: 5, type: os400, state: Not Activated}
    system_profiles: {evening: {partitions: {aix: spare}}}
  other: {serial: 10FFE0C}
"""


def quoted(data: str) -> str:
    return "'" + data + "'"


def change(hmc, resource: str, data: str, system: str = "srv") -> tuple[int, str]:
    return hmc(f"chsyscfg -r {resource} -m '{system}' -i {quoted(data)}")


# -- what a change does -----------------------------------------------------------------------

CHANGES = [
    ("sys", "power_off_policy=0", "-r sys -m srv -F power_off_policy", "0"),
    ("sys", "power_on_lpar_start_policy=userinit", "-r sys -m srv -F power_on_lpar_start_policy",
     "userinit"),
    ("sys", "service_lpar_id=1", "-r sys -m srv -F service_lpar_id,service_lpar_name", "1,vios"),
    ("sys", "new_name=My server", "-r sys -m 9117-MMA*10FFE0B -F name", "My server"),
    ("lpar", "name=vios,msp=0", "VIOS msp", "0"),
    ("lpar", "lpar_id=1,time_ref=1", "VIOS time_ref", "1"),
    ("lpar", "name=aix,default_profile=spare", "AIX default_profile", "spare"),
    ("lpar", "name=aix,work_group_id=7", "AIX work_group_id", "7"),
    ("lpar", "name=aix,allow_perf_collection=1",
     "AIX shared_proc_pool_util_auth,allow_perf_collection", "1,1"),
    ("lpar", "name=aix,auto_start=1", "AIX auto_start", "1"),
    ("lpar", "name=aix,boot_mode=sms", "AIX boot_mode", "sms"),
    ("lpar", "name=aix,lpar_avail_priority=255", "AIX lpar_avail_priority", "255"),
    ("lpar", 'name=aix,"power_ctrl_lpar_ids=1,3"', "AIX power_ctrl_lpar_ids", '"1,3"'),
    ("lpar", "name=never,redundant_err_path_reporting=1",
     "-r lpar -m srv --filter lpar_ids=4 -F redundant_err_path_reporting", "1"),
    ("lpar", 'name=never,"new_name=comma, name"', "-r lpar -m srv --filter lpar_ids=4 -F name",
     '"comma, name"'),
    ("lpar", "name=i5,ipl_source=d", "-r lpar -m srv --filter lpar_names=i5 -F ipl_source", "d"),
    ("prof", "name=default,lpar_name=i5,load_source_slot=2,alt_restart_device_slot=3",
     "I5 load_source_slot,alt_restart_device_slot", "2,3"),
    ("prof", "name=default,lpar_name=i5,console_slot=21010200,alt_console_slot=4,op_console_slot=5",
     "I5 console_slot,alt_console_slot,op_console_slot", "21010200,4,5"),
    ("prof", "all_resources=1", "PROF all_resources,desired_mem,proc_mode,io_slots",
     "1,null,null,null"),
    ("sysprof", "name=evening,lpar_names+=ded,profile_names+=default",
     "SYSPROF lpar_names:lpar_ids:profile_names", "aix,ded:2,3:spare,default"),
    ("sysprof", "name=evening,lpar_ids-=2,profile_names-=spare", "SYSPROF lpar_names", "none"),
    ("sysprof", 'name=evening,"lpar_ids=1,2","profile_names=default,default"',
     "SYSPROF lpar_ids:profile_names", "1,2:default,default"),
    ("sysprof", "name=evening,new_name=night", "-r sysprof -m srv -F name", "night"),
    ("prof", "desired_mem=2048", "PROF desired_mem", "2048"),
    ("prof", "min_mem=64,max_mem=4096", "PROF min_mem,desired_mem,max_mem", "64,1024,4096"),
    ("prof", "desired_num_huge_pages=1,max_num_huge_pages=2",
     "PROF min_num_huge_pages,desired_num_huge_pages,max_num_huge_pages", "0,1,2"),
    ("prof", "max_procs=4,max_proc_units=4.0,desired_procs=2,desired_proc_units=0.25",
     "PROF desired_procs,desired_proc_units", "2,0.25"),
    ("prof", "sharing_mode=uncap,uncap_weight=200", "PROF sharing_mode,uncap_weight", "uncap,200"),
    ("prof", "shared_proc_pool_name=fast", "PROF shared_proc_pool_id", "1"),
    ("prof", "shared_proc_pool_id=1,shared_proc_pool_name=fast", "PROF shared_proc_pool_id", "1"),
    ("prof", "proc_mode=ded",
     "PROF proc_mode,sharing_mode,desired_proc_units,uncap_weight",
     "ded,keep_idle_procs,null,null"),
    ("prof", "max_virtual_slots=64,virtual_eth_adapters+=63/0/5//0/0",
     "PROF virtual_eth_adapters", '"3/0/1//0/0,63/0/5//0/0"'),
    ("prof", 'virtual_eth_adapters+=4/0/5//0/0,5/0/6//0/0', "PROF virtual_eth_adapters",
     '"3/0/1//0/0,4/0/5//0/0,5/0/6//0/0"'),
    ("prof", "virtual_eth_adapters-=3/0/1//0/0", "PROF virtual_eth_adapters", "none"),
    ("prof", "virtual_eth_adapters-=3/1/9/8/0/1", "PROF virtual_eth_adapters", "none"),
    ("prof", "virtual_scsi_adapters=none,virtual_eth_adapters=2/0/1//0/0",
     "PROF virtual_scsi_adapters:virtual_eth_adapters", "none:2/0/1//0/0"),
    ("prof", "virtual_scsi_adapters+=5/client//vios/9/1", "PROF virtual_scsi_adapters",
     '"2/client/1/vios/3/0,5/client/1/vios/9/1"'),
    ("prof", "io_slots=21010200//1", "PROF io_slots", "21010200/none/1"),
    ("prof", "boot_mode=of,conn_monitoring=1,auto_start=1",
     "PROF boot_mode,conn_monitoring,auto_start", "of,1,1"),
    ("prof", "work_group_id=3,redundant_err_path_reporting=1,bsr_arrays=2",
     "PROF work_group_id,redundant_err_path_reporting,bsr_arrays", "3,1,2"),
    ("prof", "lhea_logical_ports=23000000/1/0/1/,lhea_capabilities=23000000/0",
     "PROF lhea_logical_ports,lhea_capabilities", "23000000/1/0/1/none,23000000/0"),
    ("prof", "lpar_proc_compat_mode=POWER6", "PROF lpar_proc_compat_mode", "POWER6"),
    ("prof", "lpar_io_pool_ids=2", "PROF lpar_io_pool_ids", "2"),
    ("prof", "name=default,lpar_id=1,virtual_vasi_adapters=5",
     "-r prof -m srv --filter lpar_ids=1 -F virtual_vasi_adapters", "5"),
    ("prof", "new_name=a/b", "-r prof -m srv --filter lpar_names=aix,profile_names=a/b -F name",
     "a/b"),
]  # fmt: skip
_SHORT = {
    "VIOS": "-r lpar -m srv --filter lpar_names=vios -F ",
    "AIX": "-r lpar -m srv --filter lpar_names=aix -F ",
    "PROF": "-r prof -m srv --filter lpar_names=aix,profile_names=default -F ",
    "I5": "-r prof -m srv --filter lpar_names=i5,profile_names=default -F ",
    "SYSPROF": "-r sysprof -m srv -F ",
}


@pytest.mark.parametrize(("resource", "data", "listing", "value"), CHANGES, ids=lambda v: v)
def test_a_change_shows(console, resource: str, data: str, listing: str, value: str) -> None:
    hmc = console(LAB)
    short, _, rest = listing.partition(" ")
    listing = _SHORT[short] + rest if short in _SHORT else listing
    before = hmc(f"lssyscfg {listing}")[1]
    if resource == "prof" and "lpar_id=" not in data and "lpar_name=" not in data:
        data = f"name=default,lpar_name=aix,{data}"
    assert change(hmc, resource, data) == (0, "")
    assert hmc.value(f"lssyscfg {listing}") == value
    assert before.strip() != value


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.name)
def test_every_attribute_that_can_be_set_has_a_case(table) -> None:
    """Each is set above, or below if it has one value only."""
    resource = table.name.split()[-1]
    seen = {
        assignment.name
        for kind, data, *_ in (*CHANGES, *((k, d, "") for k, d in SAME))
        if kind == resource
        for assignment in parse_record(data)
    }
    missing = table.writable(V7R3_2).keys() - seen
    assert not missing


SAME = [
    ("prof", "all_resources=0"),
    ("prof", "hca_adapters=none,electronic_err_reporting=null"),
    ("prof", "min_procs=1,min_proc_units=0.1,min_num_huge_pages=0,power_ctrl_lpar_ids=none"),
    ("prof", "virtual_scsi_adapters=2/client/1/vios/3/0"),
    ("prof", "virtual_serial_adapters=none"),
    ("lpar", "shared_proc_pool_util_auth=0"),
]


@pytest.mark.parametrize(("resource", "data"), SAME, ids=lambda v: v)
def test_a_value_that_is_there_changes_nothing(console, resource: str, data: str) -> None:
    hmc = console(LAB)
    before = listings(hmc)
    select = "name=default,lpar_name=aix," if resource == "prof" else "name=aix,"
    assert change(hmc, resource, select + data) == (0, "")
    assert listings(hmc) == before


def test_a_renamed_partition_and_profile_are_found_by_their_new_names(console) -> None:
    hmc = console(LAB)
    assert change(hmc, "lpar", "name=vios,new_name=v2") == (0, "")
    assert "/v2/" in hmc.value(
        "lssyscfg -r prof -m srv --filter lpar_names=aix,profile_names=spare"
        " -F virtual_scsi_adapters"
    )
    assert change(hmc, "prof", "name=default,lpar_id=2,new_name=p") == (0, "")
    line = "lssyscfg -r lpar -m srv --filter lpar_names=aix -F default_profile,curr_profile"
    assert hmc.value(line) == "p,p"
    profiles = hmc.lines("lssyscfg -r prof -m srv --filter lpar_names=aix -F name")
    assert profiles == ["p", "spare"]


def test_slot_number_of_the_vasi_adapter(console) -> None:
    """SG24-7460 5.6.3: one slot number, or none."""
    hmc = console(LAB)
    line = "lssyscfg -r prof -m srv --filter lpar_names=vios -F virtual_vasi_adapters"
    assert change(hmc, "prof", "name=default,lpar_name=vios,virtual_vasi_adapters=none") == (0, "")
    assert hmc.value(line) == "none"
    assert change(hmc, "prof", "name=default,lpar_name=vios,virtual_vasi_adapters=9") == (0, "")
    assert hmc.value(line) == "9"


def test_from_dedicated_to_shared_processors(console) -> None:
    hmc = console(LAB)
    select = "name=default,lpar_name=ded,"
    status, text = change(hmc, "prof", select + "proc_mode=shared,desired_proc_units=0.5")
    assert status == 1
    assert "min_proc_units, max_proc_units" in text
    units = "min_proc_units=0.1,desired_proc_units=0.5,max_proc_units=2.0"
    assert change(hmc, "prof", f"{select}{units},proc_mode=shared") == (0, "")
    line = "lssyscfg -r prof -m srv --filter lpar_names=ded -F proc_mode,sharing_mode,uncap_weight"
    assert hmc.value(line) == "shared,cap,0"


# -- round trip -------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [V7R3_2, V7R7_9, V10R3], ids=str)
@pytest.mark.parametrize("lab", LABS)
def test_a_profile_that_is_read_back_changes_nothing(console, lab: str, level: Level) -> None:
    """What is printed is valid input, but for what identifies (scripts rely on it)."""
    hmc = console(lab)
    hmc.datacenter.console.level = level
    before = listings(hmc)
    for system in hmc.datacenter.frames:
        for line in hmc.lines(f"lssyscfg -r prof -m {system}"):
            record = parse_record(line)
            assert format_record([(a.name, a.values) for a in record if a.values]) == line
            pairs = [(a.name, a.values) for a in record if a.name not in ("lpar_name", "lpar_env")]
            data = format_record(pairs)
            assert change(hmc, "prof", data, system) == (0, ""), data
    assert listings(hmc) == before


_VALUES: dict[str, tuple[str, ...]] = {
    "desired_mem": ("64", "512", "1000", "2048", "4096"),
    "max_mem": ("512", "2048", "8192"),
    "min_procs": ("0", "1", "2"),
    "desired_procs": ("1", "2", "3"),
    "max_procs": ("1", "2", "4"),
    "min_proc_units": ("0.0", "0.1", "0.2"),
    "desired_proc_units": ("0.1", "0.15", "0.5", "2.0"),
    "max_proc_units": ("0.5", "1.0", "1.25", "4.0"),
    "proc_mode": ("ded", "shared"),
    "sharing_mode": ("cap", "uncap", "keep_idle_procs", "share_idle_procs"),
    "uncap_weight": ("0", "128"),
    "shared_proc_pool_id": ("0", "1", "2"),
    "shared_proc_pool_name": ("DefaultPool", "fast"),
    "max_virtual_slots": ("4", "10", "64"),
    "virtual_eth_adapters": ("none", "3/0/1//0/0", "2/0/1//0/0,12/1/7//0/1", "4/0/9//2/0"),
    "virtual_scsi_adapters": ("none", "2/client/1/vios/3/0", "4/server/any//any/1"),
    "virtual_vasi_adapters": ("none", "9"),
    "io_slots": ("none", "21010200/none/1,21010201/none/0", "21990000/none/0"),
    "power_ctrl_lpar_ids": ("none", "1,3", "9"),
    "new_name": ("default", "spare", "other"),
}


@settings(max_examples=100)
@given(data=st.data(), name=st.sampled_from(["vios", "aix", "ded"]))
def test_what_is_accepted_is_what_is_listed(console, data: st.DataObject, name: str) -> None:
    """And what is refused leaves no trace, whatever the combination."""
    hmc = console(LAB)
    chosen = data.draw(st.lists(st.sampled_from(sorted(_VALUES)), max_size=5, unique=True))
    wanted = {key: data.draw(st.sampled_from(_VALUES[key]), label=key) for key in chosen}
    pairs = [(key, value.split(",")) for key, value in wanted.items()]
    record = format_record([*pairs, ("name", "default"), ("lpar_name", name)])
    before = listings(hmc, "lssyscfg")
    status, text = change(hmc, "prof", record)
    if status:
        assert text
        assert listings(hmc, "lssyscfg") == before
        return
    new = wanted.pop("new_name", "default")
    line = f"lssyscfg -r prof -m srv --filter lpar_names={name},profile_names={new}"
    found = {a.name: a.values for a in parse_record(hmc.value(line))}
    assert {key: found.get(key) for key in wanted} == {
        key: tuple(value.split(",")) for key, value in wanted.items()
    }


# -- many records -----------------------------------------------------------------------------


def test_records_of_a_file_are_applied_in_order(console) -> None:
    data = (
        "name=default,lpar_name=aix,new_name=p\n\n"
        "name=p,lpar_name=aix,desired_mem=2048\n"
        "name=default,lpar_name=ded,desired_mem=2048\n"
    )
    hmc = console(LAB, files={"/home/hscroot/data": data})
    assert hmc("chsyscfg -r prof -m srv -f /home/hscroot/data") == (0, "")
    line = "lssyscfg -r prof -m srv --filter profile_names=p,lpar_ids=2 -F desired_mem"
    assert hmc.value(line) == "2048"


@pytest.mark.parametrize(
    ("resource", "first", "second"),
    [
        ("prof", "name=default,lpar_name=aix,new_name=p,max_virtual_slots=64",
         "name=default,lpar_name=ded,desired_mem=1"),
        ("lpar", "name=vios,new_name=v2,msp=0,time_ref=1", "name=vios,time_ref=1"),
        ("lpar", "name=aix,new_name=b", "name=never,msp=1"),
        ("sys", "new_name=x,power_off_policy=0", "new_name=other"),
    ],
)  # fmt: skip
def test_one_refused_record_undoes_all(console, resource: str, first: str, second: str) -> None:
    hmc = console(LAB, files={"/data": f"{first}\n{second}\n"})
    before = listings(hmc)
    assert change(console(LAB), resource, first) == (0, "")
    status, text = hmc(f"chsyscfg -r {resource} -m srv -f /data")
    assert (status, text.count("\n")) == (1, 1)
    assert listings(hmc) == before


# -- refusals ---------------------------------------------------------------------------------

_VALUE = "An invalid attribute value was entered."
_NAME = "The invalid attribute is "
REFUSED = [
    ("sys", "name=x", _NAME + "name."),
    ("sys", "state=Operating", _NAME + "state."),
    ("sys", "power_off_policy=2", _VALUE),
    ("sys", "power_off_policy+=1", _NAME + "power_off_policy+."),
    ("sys", "service_lpar_id=9", "HSCL8011"),
    ("sys", "power_on_lpar_start_policy=autorecovery", _VALUE),
    ("sys", "new_name=other", "already in use"),
    ("sys", "new_name=", "is not valid"),
    ("sys", "", "format of the configuration data"),
    ("sys", "power_off_policy", "format of the configuration data"),
    ("lpar", "lpar_id=2,a,b", "format of the configuration data"),
    ("lpar", "name=aix,b,auto_start=1", "format of the configuration data"),
    ("prof", "name=default,lpar_name=aix,b,auto_start=1", "format of the configuration data"),
    ("lpar", "new_name=x", "name, lpar_id"),
    ("lpar", "name=nobody,new_name=x", "HSCL8012"),
    ("lpar", "lpar_id=99,new_name=x", "HSCL8011"),
    ("lpar", "lpar_id=x,new_name=x", "HSCL8011"),
    ("lpar", "name=aix,lpar_id=2,new_name=x", "mutually exclusive"),
    ("lpar", "name+=aix,new_name=x", _NAME + "name+."),
    ("lpar", "name=aix,new_name=ded", "already in use"),
    ("lpar", "name=aix,new_name=" + 32 * "x", "is not valid"),
    ("prof", "name=default,lpar_name=aix,new_name=_x", "must begin with a letter or a digit"),
    ("prof", "name=default,lpar_name=aix,new_name=/x", "must begin with a letter or a digit"),
    ("prof", "name=default,lpar_name=aix,new_name= x", "must begin with a letter or a digit"),
    ("lpar", "name=aix,new_name=a/b", "is not valid"),
    ("lpar", "name=aix,new_name=a*", "is not valid"),
    ("lpar", "name=aix,new_name=a ", "is not valid"),
    ("lpar", "name=aix,new_name=\u00e4", "is not valid"),
    ("lpar", "name=aix,msp=1", _NAME + "msp."),
    ("lpar", "name=vios,msp=yes", _VALUE),
    ("lpar", "name=vios,boot_mode=sms", _NAME + "boot_mode."),
    ("lpar", "name=aix,boot_mode=fast", _VALUE),
    ("lpar", "name=aix,default_profile=x", "profile named x was not found"),
    ("lpar", "name=aix,redundant_err_path_reporting=1", "HSCL05DF"),
    ("lpar", "name=aix,lpar_avail_priority=256", _VALUE),
    ("lpar", "name=aix,lpar_avail_priority=\u0663", _VALUE),
    ("lpar", "name=aix,work_group_id=0", _VALUE),
    ("lpar", "name=aix,power_ctrl_lpar_ids=9", "HSCL8011"),
    ("lpar", "name=aix,power_ctrl_lpar_ids=2", _VALUE),
    ("lpar", "name=aix,state=Running", _NAME + "state."),
    ("lpar", "name=aix,sync_curr_profile=1", _NAME + "sync_curr_profile."),
    ("prof", "lpar_name=aix,desired_mem=512", "missing attributes are name."),
    ("prof", "name=default,desired_mem=512", "lpar_name, lpar_id"),
    ("prof", "name=x,lpar_name=aix,desired_mem=512", "profile named x was not found"),
    ("prof", "name=default,lpar_name=x,desired_mem=512", "HSCL8012"),
    ("prof", "name=default,lpar_name=aix,lpar_id=2", "mutually exclusive"),
    ("PROF", "lpar_env=aixlinux", _NAME + "lpar_env."),
    ("PROF", "new_name=spare", "already in use"),
    ("PROF", "all_resources=2", _VALUE),
    ("PROF", "all_resources=1,min_mem=64", _NAME + "min_mem."),
    ("PROF", "all_resources=1,io_slots=none", _NAME + "io_slots."),
    ("PROF", "console_slot=hmc", _NAME + "console_slot."),
    ("prof", "name=default,lpar_name=i5,console_slot=x", _VALUE),
    ("prof", "name=default,lpar_name=i5,load_source_slot=hmc", _VALUE),
    ("prof", "name=default,lpar_name=i5,boot_mode=norm", _NAME + "boot_mode."),
    ("lpar", "name=i5,ipl_source=e", _VALUE),
    ("lpar", "name=aix,ipl_source=a", _NAME + "ipl_source."),
    ("lpar", "name=aix,description=x", _NAME + "description."),
    ("sysprof", "new_name=x", "missing attributes are name."),
    ("sysprof", "name=x,new_name=y", "system profile named x was not found"),
    ("sysprof", "name=evening,new_name=y*", "is not valid"),
    ("sysprof", "name=evening,lpar_names=aix", "missing attributes are profile_names."),
    ("sysprof", "name=evening,profile_names=spare", "missing attributes are lpar_names, lpar_ids."),
    ("sysprof", "name=evening,lpar_names+=ded,profile_names=default", "format of the config"),
    ("sysprof", "name=evening,lpar_names=aix,lpar_ids=2,profile_names=spare", "exclusive"),
    ("sysprof", "name=evening,lpar_names=aix,ded,profile_names=spare", "as many values"),
    ("sysprof", "name=evening,lpar_names=nobody,profile_names=spare", "HSCL8012"),
    ("sysprof", "name=evening,lpar_ids=9,profile_names=spare", "HSCL8011"),
    ("sysprof", "name=evening,lpar_names=ded,profile_names=spare", "named spare was not found"),
    ("sysprof", "name=evening,lpar_names+=aix,profile_names+=default", "more than once"),
    ("sysprof", "name=evening,lpar_names-=aix,profile_names-=default", "is not in the system"),
    ("PROF", "hca_adapters=23001eff/2550010250300/2", "not emulated"),
    ("PROF", "electronic_err_reporting=1", "not emulated"),
    ("PROF", "mem_mode=ded", _NAME + "mem_mode."),
    ("PROF", "desired_mem=1000", "of the memory region size for the managed system"),
    ("PROF", "min_mem=0", _VALUE),
    ("PROF", "desired_mem=-64", _VALUE),
    ("PROF", "desired_mem=1e3", _VALUE),
    ("PROF", "desired_mem=64", "must not decrease"),
    ("PROF", "max_mem=512", "must not decrease"),
    ("PROF", "desired_mem=512,desired_mem=1024", "format of the configuration data"),
    ("PROF", "desired_mem+=64", _NAME + "desired_mem+."),
    ("PROF", "desired_num_huge_pages=1", "must not decrease"),
    ("PROF", "desired_procs=9", "must not decrease"),
    ("PROF", "desired_procs=6,max_procs=6", "HSCL0622"),
    ("PROF", "desired_proc_units=1.5", "must not decrease"),
    ("PROF", "max_proc_units=2.0", "more than 1.0 for each of the 1"),
    ("PROF", "desired_proc_units=0.005", _VALUE),
    ("PROF", "desired_proc_units=1/2", _VALUE),
    ("PROF", "sharing_mode=uncapped", _VALUE),
    ("PROF", "sharing_mode=keep_idle_procs", _VALUE),
    ("PROF", "sharing_mode=uncap", "missing attributes are uncap_weight."),
    ("PROF", "uncap_weight=1", _VALUE),
    ("PROF", "sharing_mode=uncap,uncap_weight=256", _VALUE),
    ("PROF", "proc_mode=ded,sharing_mode=cap", _VALUE),
    ("PROF", "proc_mode=ded,desired_proc_units=0.5", _NAME + "desired_proc_units."),
    ("PROF", "shared_proc_pool_id=7", "pool 7 was not found"),
    ("PROF", "shared_proc_pool_name=slow", "pool slow was not found"),
    ("PROF", "shared_proc_pool_id=0,shared_proc_pool_name=fast", "mutually exclusive"),
    ("PROF", "virtual_eth_adapters+=2/0/1//0/0", "slot 2 of the partition aix is already in use"),
    ("PROF", "virtual_eth_adapters+=3/0/1//0/0", "slot 3 of the partition aix is already in use"),
    ("PROF", "virtual_eth_adapters=5/0/1//0/0,5/0/2//0/0", _VALUE),
    ("PROF", "virtual_eth_adapters+=10/0/1//0/0", "has the slots 0 to 9"),
    ("PROF", "max_virtual_slots=3", "has the slots 0 to 2"),
    ("PROF", "virtual_eth_adapters-=9/0/1//0/0", "slot 9 of the partition aix holds no adapter."),
    ("PROF", "virtual_eth_adapters-=2/0/1//0/0", "no adapter of the type eth"),
    ("PROF", "virtual_eth_adapters+=5/0/1//1/0", "a trunk adapter is not valid"),
    ("PROF", "virtual_eth_adapters+=1/0/1//0/0", "already in use"),
    ("PROF", "virtual_scsi_adapters+=5/server/any//any/0", "SCSI server adapter is not valid"),
    ("PROF", "virtual_scsi_adapters+=5/client//nobody/2/0", "HSCL8012"),
    ("PROF", "virtual_serial_adapters=0/server/1/any//any/0", "reserved"),
    ("PROF", "virtual_serial_adapters-=1/server/1/any//any/1", "reserved"),
    ("PROF", "virtual_vasi_adapters=5", "a VASI adapter is not valid"),
    ("PROF", "virtual_vasi_adapters=none", _NAME + "virtual_vasi_adapters."),
    ("PROF", "io_slots=21019999//0", "DRC index 21019999 was not found"),
    ("PROF", "io_slots-=21010200//0", "DRC index 21010200 was not found"),
    ("PROF", "io_slots=21010200//0,21010200//1", _VALUE),
    ("PROF", "power_ctrl_lpar_ids+=9", "HSCL8011"),
    ("PROF", "lpar_proc_compat_mode=POWER9", _VALUE),
    ("prof", "name=default,lpar_name=vios,virtual_vasi_adapters=5/0", _VALUE),
    ("prof", "name=default,lpar_name=vios,virtual_vasi_adapters=5,6", "already has a VASI"),
    ("prof", "name=default,lpar_name=vios,virtual_vasi_adapters=1", "already in use"),
    ("prof", "name=default,lpar_name=vios,min_num_huge_pages=0", _NAME + "min_num_huge_pages."),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "data", "text"), REFUSED, ids=lambda v: v[:60])
def test_a_refused_change_leaves_no_trace(untouched, resource: str, data: str, text: str) -> None:
    hmc, before = untouched
    if resource == "PROF":
        data = f"name=default,lpar_name=aix,{data}"
    status, output = change(hmc, resource.lower(), data)
    assert status == 1
    assert text in output
    assert output.count("\n") == 1
    assert listings(hmc) == before


@pytest.fixture(scope="module")
def untouched(console):
    """One console for all that is refused, and its listings: they never change."""
    hmc = console(LAB)
    return hmc, listings(hmc)


FORMS = {
    "-r lpar -m srv": "are -f, -i.",
    "-r lpar -i name=aix": "are -m.",
    "-r lpar -m srv -i name=aix -f x": "mutually exclusive",
    "-r lpar -m srv -f /nowhere": "/nowhere",
    "-r lpar -m nothing -i name=aix": "HSCL8018",
    "-r sysprof -m srv -i name=x": "system profile named x was not found",
    "-r frame -e rack -i frame_num=2": "rack was not found",
    "-r frame -m srv -i frame_num=2": "The invalid parameter is -m.",
    "-r cage -m srv -i x=y": "are -r.",
    "-r lpar -m srv -o apply -p aix -n spare": "The invalid parameter is -o.",
    "-r prof -m srv -i name=x --force": "--force",
}


@pytest.mark.parametrize(("arguments", "text"), FORMS.items(), ids=FORMS)
def test_forms(console, arguments: str, text: str) -> None:
    status, output = console(LAB)(f"chsyscfg {arguments}")
    assert status == 1
    assert text in output
    assert output.count("\n") == 1


def test_a_viewer_may_not_change(console) -> None:
    hmc = console(LAB, user="eye")
    assert change(hmc, "sys", "power_off_policy=0") == (
        1,
        "HSCL350B The user does not have the appropriate authority.\n",
    )


def test_a_migrating_partition_is_locked(console) -> None:
    hmc = console()
    l9, l10 = (hmc.datacenter.frames[f"9117-MMA-SN{n}"] for n in ("10FFE0B-L9", "10DD4AC-L10"))
    validation = hmc.mobility.validate(Request(l10, l9, l10.partition(name="TRAIN")))
    hmc.mobility.start(validation)
    while l9.find_by_name("TRAIN") is None:
        assert hmc.clock.step()
    before = listings(hmc)
    for system in (l9.name, l10.name):
        for resource, data in (
            ("lpar", "name=TRAIN,auto_start=1"),
            ("prof", "name=default,lpar_name=TRAIN,desired_mem=1024"),
        ):
            status, text = change(hmc, resource, data, system)
            assert status == 1
            assert "partition TRAIN cannot be changed" in text
    status, text = change(hmc, "sys", "new_name=x", l10.name)
    assert status == 1
    assert "takes part in a partition migration" in text
    source = l10.migrations[0].source_mover
    assert source is not None
    status, text = change(hmc, "lpar", f"name={source.name},msp=0", l10.name)
    assert status == 1
    assert "mover service partition of a partition migration" in text
    assert listings(hmc) == before


def test_a_system_that_is_off(console) -> None:
    """Its hypervisor's settings cannot be set, its name can."""
    hmc = console(LAB)
    hmc.datacenter.frames["srv"].state = SystemState.POWER_OFF
    for data in ("power_off_policy=0", "service_lpar_id=1"):
        status, text = change(hmc, "sys", data)
        assert status == 1
        assert "Standby or Operating state" in text
    assert change(hmc, "sys", "new_name=x,power_on_lpar_start_policy=userinit") == (0, "")


def test_redundant_error_paths_are_set_while_off(console) -> None:
    """SG24-7460 3.6.2: not a dynamic setting."""
    hmc = console(LAB)
    hmc.datacenter.frames["srv"].partition(name="aix").state = PartitionState.NOT_ACTIVATED
    assert change(hmc, "lpar", "name=aix,redundant_err_path_reporting=1") == (0, "")


# -- any data at all --------------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["name=default", "lpar_name=aix", "lpar_id=2", "desired_mem=", "512", "none", "1/0/1//0/0"]
    + [f"{a.name}{sign}=" for t in INPUTS for a in t.attributes for sign in ("", "+", "-")]
)
_DATA = st.lists(
    st.one_of(_WORDS, st.sampled_from([",", '"', '""', "=", "/", " "]), st.text(max_size=6)),
    max_size=12,
).map("".join)


@settings(max_examples=60)
@given(data=_DATA.filter(lambda d: "'" not in d and "\0" not in d))
@pytest.mark.parametrize("resource", ["sys", "lpar", "prof", "sysprof"])
def test_any_data_is_applied_or_refused(shared, resource: str, data: str) -> None:
    hmc = shared
    before = listings(hmc, "lssyscfg")
    status, output = change(hmc, resource, data, "9117-MMA*10FFE0B")
    if status == 0:
        assert output == ""
    else:
        assert (status, listings(hmc, "lssyscfg")) == (1, before)
        assert "internal error" not in output


@pytest.fixture(scope="module")
def shared(console):
    """One console for all examples: each leaves it whole, whatever it did."""
    return console(LAB)
