"""mksyscfg: what is made, what is refused, and that a refused one leaves no trace."""

import re

import pytest
from hmcsh.commands.hmc.attributes.lpar import LPAR_CREATION
from hmcsh.commands.hmc.attributes.prof import PROFILE_CREATION
from hypothesis import given, settings
from hypothesis import strategies as st
from support.listings import listings

from hmcsh.language.levels import LEVELS, V7R3_2, V7R7_9, V9R2_950, Level
from hmcsh.language.records import format_record, parse_record
from hmcsh.migration.request import Request
from hmcsh.model.inventory import shipped
from hmcsh.model.states import PartitionState, SystemState

LAB = """
hmc: {users: {hscroot: {password: x}, eye: {role: hmcviewer, password: x}}}
systems:
  srv:
    type_model: 9117-MMA
    serial: 10FFE0B
    memory: 8 GB
    memory_block: 64 MB
    processors: 4
    max_partitions: 6
    pools: {fast: 2}
    slots: {U789D.001.DQD1111-P1-C1: ethernet, U789D.001.DQD1111-P1-C2: ethernet}
    partitions:
      vios: {id: 1, type: vioserver, memory: 512 MB, mover: lan}
      aix: {id: 2, memory: 1 GB, scsi: {2: {server: vios}}}
      ded: {id: 4, mode: ded, processors: 1, state: Not Activated}
    system_profiles: {evening: {partitions: {aix: default}}}
"""
POWER9 = LAB.replace("serial: 10FFE0B", "serial: 10FFE0B\n    firmware: VL950_045").replace(
    "P1-C2: ethernet}",
    "P1-C2: ethernet, U789D.001.DQD1111-P1-C3: {card: sriov-roce, sriov: 1}}",
)

SHARED = (
    "min_mem=256,desired_mem=512,max_mem=1024,proc_mode=shared,min_procs=1,desired_procs=1,"
    "max_procs=2,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=2.0"
)
DEDICATED = (
    "min_mem=256,desired_mem=512,max_mem=1024,proc_mode=ded,min_procs=1,desired_procs=1,max_procs=2"
)
NEW = f"name=new,profile_name=p,lpar_env=aixlinux,{SHARED}"


def make(hmc, resource: str, data: str) -> tuple[int, str]:
    return hmc(f"mksyscfg -r {resource} -m srv -i '{data}'")


def partition(hmc, attributes: str, name: str = "new") -> str:
    return hmc.value(f"lssyscfg -r lpar -m srv --filter lpar_names={name} -F {attributes}")


def profile(hmc, attributes: str, lpar: str = "new", name: str = "p") -> str:
    filters = f"lpar_names={lpar},profile_names={name}"
    return hmc.value(f"lssyscfg -r prof -m srv --filter {filters} -F {attributes}")


# -- partitions -------------------------------------------------------------------------------


def test_a_new_partition_has_nothing_yet(console) -> None:
    """The lowest free ID, a default profile with the two console adapters, no resources."""
    hmc = console(LAB)
    before = hmc.lines("lshwres -r mem -m srv --level sys")
    assert make(hmc, "lpar", NEW) == (0, "")
    assert partition(hmc, "lpar_id,state,resource_config,default_profile,curr_profile") == (
        "3,Not Activated,0,p,"
    )
    assert partition(hmc, "os_version,rmc_state,rmc_ipaddr") == "Unknown,inactive,"
    assert profile(hmc, "virtual_serial_adapters,virtual_scsi_adapters,max_virtual_slots") == (
        '"0/server/1/any//any/1,1/server/1/any//any/1",none,10'
    )
    assert hmc.lines("lshwres -r mem -m srv --level sys") == before
    assert hmc.lines("lssyscfg -r lpar -m srv -F name")[0] == "new"


def test_it_gets_its_resources_when_it_is_activated(console) -> None:
    hmc = console(LAB)
    data = f"{NEW},virtual_eth_adapters=3/0/1//0/0,virtual_scsi_adapters=2/client//vios/9/1"
    assert make(hmc, "lpar", data) == (0, "")
    assert hmc("chsysstate -r lpar -m srv -o on -n new -f p") == (0, "")
    hmc.clock.advance(60 * 10**9)
    assert partition(hmc, "state,resource_config,curr_profile") == "Open Firmware,1,p"
    line = "lshwres -r mem -m srv --level lpar --filter lpar_names=new -F curr_mem"
    assert hmc.value(line) == "512"
    macs = [mac for frame in hmc.datacenter.frames.values() for mac in frame.all_mac_addresses()]
    assert len(set(macs)) == len(macs)


CREATED = [
    ("lpar_id=6", "LPAR lpar_id,logical_serial_num", "6,10FFE0B6"),
    ("lpar_env=vioserver,msp=1", "LPAR lpar_env,msp,lpar_avail_priority", "vioserver,1,191"),
    ("lpar_env=os400,ipl_source=d,console_slot=hmc,load_source_slot=2",
     "LPAR lpar_env,ipl_source,boot_mode", "os400,d,null"),
    ("time_ref=1,lpar_avail_priority=9", "LPAR time_ref,lpar_avail_priority", "1,9"),
    ("allow_perf_collection=1", "LPAR shared_proc_pool_util_auth", "1"),
    ("shared_proc_pool_util_auth=1", "LPAR allow_perf_collection", "1"),
    ("auto_start=1,boot_mode=sms,power_ctrl_lpar_ids=1,work_group_id=2",
     "LPAR auto_start,boot_mode,power_ctrl_lpar_ids,work_group_id", "1,sms,1,2"),
    ("redundant_err_path_reporting=1", "LPAR redundant_err_path_reporting", "1"),
    ("sharing_mode=uncap,uncap_weight=128", "PROF sharing_mode,uncap_weight", "uncap,128"),
    ("shared_proc_pool_name=fast", "PROF shared_proc_pool_id", "1"),
    ("shared_proc_pool_id=1", "PROF shared_proc_pool_name", "fast"),
    ("io_slots=21010200//1", "PROF io_slots", "21010200/none/1"),
    ("max_virtual_slots=64", "PROF max_virtual_slots", "64"),
    ('"virtual_eth_adapters=""2/1/1/3,4,5/0/1"""', "PROF virtual_eth_adapters",
     '"""2/1/1/3,4,5/0/1"""'),
    ("virtual_serial_adapters=none", "PROF virtual_serial_adapters",
     '"0/server/1/any//any/1,1/server/1/any//any/1"'),
    ("lpar_proc_compat_mode=POWER6", "PROF lpar_proc_compat_mode", "POWER6"),
    ("lpar_proc_compat_mode=POWER6", "LPAR desired_lpar_proc_compat_mode", "POWER6"),
    ("desired_num_huge_pages=0,max_num_huge_pages=2,min_num_huge_pages=0",
     "PROF max_num_huge_pages", "2"),
    ("lhea_logical_ports=23000000/1/0/1/,lhea_capabilities=23000000/0,bsr_arrays=1",
     "PROF lhea_logical_ports,bsr_arrays", "23000000/1/0/1/none,1"),
    ("conn_monitoring=1,lpar_io_pool_ids=2,hca_adapters=none,all_resources=0",
     "PROF conn_monitoring,lpar_io_pool_ids", "1,2"),
    ("lpar_env=os400,alt_restart_device_slot=3,alt_console_slot=4,op_console_slot=5",
     "PROF alt_restart_device_slot,alt_console_slot,op_console_slot", "3,4,5"),
    ("lpar_env=vioserver,virtual_vasi_adapters=5,virtual_scsi_adapters=2/server/any//any/0",
     "PROF virtual_vasi_adapters,virtual_scsi_adapters", "5,2/server/any//any/0"),
]  # fmt: skip


def merged(more: str) -> str:
    """The record of a new partition with some attributes instead of its own, or besides."""
    given = parse_record(more)
    names = {assignment.name for assignment in given}
    base = [(a.name, a.values) for a in parse_record(NEW) if a.name not in names]
    return format_record(base) + "," + more


@pytest.mark.parametrize(("more", "listing", "value"), CREATED, ids=lambda v: v[:50])
def test_what_a_record_says_is_what_is_listed(console, more: str, listing: str, value: str) -> None:
    hmc = console(LAB)
    assert make(hmc, "lpar", merged(more)) == (0, "")
    which, _, attributes = listing.partition(" ")
    assert (partition if which == "LPAR" else profile)(hmc, attributes) == value


# What comes with later levels and systems.
NEW_PORT = (
    "config_id=0:adapter_id=1:phys_port_id={port}:logical_port_id=:diag_mode=0:"
    "huge_dma_window_mode=0:promisc_mode=0:allowed_vlan_ids=all:mac_addr=000000000000:"
    "allowed_os_mac_addrs=all:port_vlan_id={vlan}:pvid_priority=0:capacity=1.0:"
    "max_capacity=100.0:allowed_priorities=none"
)
LATER = [
    ("mem_mode=ded,mem_expansion=1.5,hpt_ratio=1:64", "PROF mem_mode,mem_expansion,hpt_ratio",
     "ded,1.5,1:64"),
    ("affinity_group_id=7", "LPAR affinity_group_id", "7"),
    ("sync_curr_profile=1,vtpm_enabled=1,description=my own", "LPAR sync_curr_profile,description",
     "1,my own"),
    ("simplified_remote_restart_capable=1,migration_disabled=1",
     "LPAR simplified_remote_restart_capable,remote_restart_status,migration_disabled",
     "1,Remote Restartable,1"),
    ("suspend_capable=0,remote_restart_capable=0", "LPAR suspend_capable", "0"),
    ("lpar_proc_compat_mode=POWER9_base", "PROF lpar_proc_compat_mode", "POWER9_base"),
    ("lpar_env=os400,os400_restricted_io_mode=1", "PROF os400_restricted_io_mode", "1"),
    ("min_proc_units=0.05,desired_proc_units=0.05", "PROF desired_proc_units", "0.05"),
    ("virtual_eth_vsi_profiles=none,vtpm_adapters=none",
     "PROF virtual_eth_vsi_profiles,vtpm_adapters", "none,none"),
    ("vnic_adapters=5:ded:0:12:0:all::all:0:sriov/vios//1/0", "PROF vnic_adapters",
     "5:ded:0:12:0:all::all:0:sriov/vios/1/1/0/1.0/50/100.0"),
    ("sriov_eth_logical_ports=config_id=0:adapter_id=1:phys_port_id=0",
     "PROF sriov_eth_logical_ports", NEW_PORT.format(port=0, vlan=0)),
    ("sriov_roce_logical_ports=config_id=0:adapter_id=1:phys_port_id=1:port_vlan_id=7",
     "PROF sriov_roce_logical_ports", NEW_PORT.format(port=1, vlan=7)),
    ("virtual_fc_adapters=4/client//vios/7/c0507600000a0000,c0507600000a0001/0",
     "PROF virtual_fc_adapters", '"""4/client/1/vios/7/c0507600000a0000,c0507600000a0001/0"""'),
]  # fmt: skip


@pytest.mark.parametrize(("more", "listing", "value"), LATER, ids=lambda v: v[:50])
def test_of_later_levels(console, more: str, listing: str, value: str) -> None:
    hmc = console(POWER9)
    hmc.datacenter.console.level = V9R2_950
    if "fc_adapters" in more:
        more = '"virtual_fc_adapters=""4/client//vios/7/c0507600000a0000,c0507600000a0001/0"""'
    assert make(hmc, "lpar", merged(more)) == (0, "")
    which, _, attributes = listing.partition(" ")
    assert (partition if which == "LPAR" else profile)(hmc, attributes) == value


@pytest.mark.parametrize("level", [V7R3_2, V9R2_950], ids=str)
def test_every_attribute_of_a_new_partition_has_a_case(level: Level) -> None:
    cases = CREATED if level == V7R3_2 else [*CREATED, *LATER]
    seen = {"virtual_fc_adapters"} if level == V9R2_950 else set()
    seen |= {a.name for more, *_ in cases if "fc_adapters" not in more for a in parse_record(more)}
    seen |= {assignment.name for assignment in parse_record(NEW)}
    writable = {*LPAR_CREATION.writable(level), *PROFILE_CREATION.writable(level)}
    assert writable - seen <= {"electronic_err_reporting"}  # its one value is refused, below


_VALUE = "An invalid attribute value was entered."
_NAME = "The invalid attribute is "
_MISSING = "missing attributes are "
REFUSED = [
    ("lpar", "", "format of the configuration data"),
    ("lpar", f"profile_name=p,lpar_env=aixlinux,{SHARED}", _MISSING + "name."),
    ("lpar", f"name=new,{SHARED}", _MISSING + "profile_name, lpar_env."),
    ("lpar", "name=new,profile_name=p,lpar_env=aixlinux",
     _MISSING + "min_mem, desired_mem, max_mem, proc_mode, min_procs, desired_procs, max_procs."),
    ("lpar", "name=new,profile_name=p,lpar_env=aixlinux,min_mem=256,desired_mem=512,max_mem=1024,"
     "proc_mode=shared,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=2.0",
     _MISSING + "min_procs, desired_procs, max_procs."),
    ("lpar", f"name=new,profile_name=p,lpar_env=aixlinux,{DEDICATED}".replace("=ded", "=shared"),
     _MISSING + "min_proc_units, desired_proc_units, max_proc_units."),
    ("NEW", "name=aix", "name aix is already in use"),
    ("NEW", "name=a*b", "is not valid"),
    ("NEW", "name=" + 32 * "x", "is not valid"),
    ("NEW", "profile_name=a*b", "is not valid"),
    ("NEW", "name+=x", _NAME + "name+."),
    ("NEW", "lpar_id=2", "partition ID 2 is already in use"),
    ("NEW", "lpar_id=7", "has the partition IDs 1 to 6"),
    ("NEW", "lpar_id=0", _VALUE),
    ("NEW", "lpar_id=x", _VALUE),
    ("NEW", "lpar_env=linux", _VALUE),
    ("NEW", "colour=red", _NAME + "colour."),
    ("NEW", "state=Running", _NAME + "state."),
    ("NEW", "new_name=x", _NAME + "new_name."),
    ("NEW", "default_profile=p", _NAME + "default_profile."),
    ("NEW", "msp=1", _NAME + "msp."),
    ("NEW", "msp=2", _VALUE),
    ("NEW", "ipl_source=a", _NAME + "ipl_source."),
    ("NEW", "console_slot=hmc", _NAME + "console_slot."),
    ("NEW", "time_ref=x", _VALUE),
    ("NEW", "desired_mem=500", "of the memory region size for the managed system"),
    ("NEW", "desired_mem=2048", "must not decrease"),
    ("NEW", "desired_procs=3", "must not decrease"),
    ("NEW", "desired_procs=2,desired_proc_units=0.1", "HSCL0622"),
    ("NEW", "min_proc_units=0.05", "HSCL0622"),
    ("NEW", "desired_proc_units=1.5", "more than 1.0"),
    ("NEW", "sharing_mode=uncapped", _VALUE),
    ("NEW", "sharing_mode=uncap", _MISSING + "uncap_weight."),
    ("NEW", "proc_mode=ded", _NAME + "min_proc_units."),
    ("NEW", "shared_proc_pool_name=none", "pool none was not found"),
    ("NEW", "shared_proc_pool_id=0,shared_proc_pool_name=DefaultPool", "mutually exclusive"),
    ("NEW", "electronic_err_reporting=null", _VALUE),
    ("NEW", "min_num_huge_pages=null", _VALUE),
    ("NEW", "io_slots=21999999//1", "21999999 was not found"),
    ("NEW", "virtual_scsi_adapters=2/server/any//any/0", "not a Virtual I/O Server"),
    ("NEW", "virtual_scsi_adapters=2/client//nobody/2/0", "HSCL8012"),
    ("NEW", "virtual_eth_adapters=10/0/1//0/0", "has the slots 0 to 9"),
    ("NEW", "virtual_eth_adapters=2/0/1//0/0,2/0/1//0/0", _VALUE),
    ("NEW", "virtual_vasi_adapters=5", "a VASI adapter is not valid"),
    ("NEW", "power_ctrl_lpar_ids=9", "HSCL8011"),
    ("NEW", "lpar_proc_compat_mode=POWER9", _VALUE),
    ("NEW", "sync_curr_profile=1", _NAME + "sync_curr_profile."),
    ("NEW", "mem_mode=ded", _NAME + "mem_mode."),
    ("lpar", "name=new,profile_name=p,lpar_env=aixlinux,all_resources=1,min_mem=256",
     _NAME + "min_mem."),
    ("prof", f"name=q,{DEDICATED}", "lpar_name, lpar_id"),
    ("prof", f"lpar_name=ded,{DEDICATED}", _MISSING + "name."),
    ("prof", f"name=default,lpar_name=ded,{DEDICATED}", "name default is already in use"),
    ("prof", f"name=q,lpar_name=nobody,{DEDICATED}", "HSCL8012"),
    ("prof", f"name=q,lpar_id=9,{DEDICATED}", "HSCL8011"),
    ("prof", f"name=q*,lpar_id=2,{DEDICATED}", "is not valid"),
    ("prof", f"name=q,lpar_id=2,lpar_env=aixlinux,{DEDICATED}", _NAME + "lpar_env."),
    ("prof", "name=q,lpar_id=2", _MISSING + "min_mem"),
    ("sysprof", "name=q", "lpar_names, lpar_ids, profile_names"),
    ("sysprof", "name=evening,lpar_ids=2,profile_names=default", "already in use"),
    ("sysprof", "lpar_ids=2,profile_names=default", _MISSING + "name."),
    ("sysprof", "name=q,lpar_ids=2,profile_names=x", "profile named x was not found"),
    ("sysprof", "name=q,lpar_names=x,profile_names=default", "HSCL8012"),
    ("sysprof", 'name=q,"lpar_ids=2,2","profile_names=default,default"', "more than once"),
    ("sysprof", 'name=q,"lpar_ids=1,2",profile_names=default', "as many values"),
    ("sysprof", "name=q,new_name=r", _NAME + "new_name."),
    ("sysprof", "name=q,lpar_ids=,profile_names=default", _VALUE),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "data", "text"), REFUSED, ids=lambda v: v[:60])
def test_a_refused_record_leaves_no_trace(console, resource: str, data: str, text: str) -> None:
    hmc = console(LAB)
    before = listings(hmc)
    if resource == "NEW":
        resource, data = "lpar", merged(data)
    status, output = make(hmc, resource, data)
    assert status == 1
    assert text in output
    assert output.count("\n") == 1
    assert listings(hmc) == before


LATER_REFUSED = [
    ("mem_mode=shared", "no shared memory pool"),
    ("mem_mode=x", _VALUE),
    ("mem_expansion=0.5", _VALUE),
    ("mem_expansion=10.01", _VALUE),
    ("lpar_env=vioserver,mem_expansion=2.0", "does not support"),
    ("hpt_ratio=1:63", _VALUE),
    ("ppt_ratio=1:4096", _NAME + "ppt_ratio."),
    ("affinity_group_id=256", _VALUE),
    ("sync_curr_profile=3", _VALUE),
    ("vtpm_enabled=2", _VALUE),
    ("lpar_env=os400,vtpm_enabled=1", _NAME + "vtpm_enabled."),
    ("suspend_capable=1", "does not support"),
    ("remote_restart_capable=1", "does not support"),
    ("lpar_env=vioserver,simplified_remote_restart_capable=1",
     _NAME + "simplified_remote_restart_capable."),
    ("migration_disabled=x", _VALUE),
    ("description=\u00e4", "HSCLC63B"),
    ("bsr_arrays=1", _NAME + "bsr_arrays."),
    ("lhea_logical_ports=none", _NAME + "lhea_logical_ports."),
    ("lpar_proc_compat_mode=POWER6", _VALUE),
    ("min_proc_units=0.04", "HSCL0622"),
    ("os400_restricted_io_mode=1", _NAME + "os400_restricted_io_mode."),
    ("os=linux", _NAME + "os."),
]  # fmt: skip


@pytest.mark.parametrize(("more", "text"), LATER_REFUSED, ids=lambda v: v[:60])
def test_refused_at_later_levels(console, more: str, text: str) -> None:
    hmc = console(POWER9)
    hmc.datacenter.console.level = V9R2_950
    before = listings(hmc)
    status, output = make(hmc, "lpar", merged(more))
    assert status == 1
    assert text in output
    assert listings(hmc) == before


def test_a_system_that_is_off_takes_no_partition(console) -> None:
    hmc = console(LAB)
    hmc.datacenter.frames["srv"].state = SystemState.POWER_OFF
    status, text = make(hmc, "lpar", NEW)
    assert status == 1
    assert "Standby or Operating state" in text


def test_no_free_id(console) -> None:
    hmc = console(LAB)
    for number in range(3):
        assert make(hmc, "lpar", merged(f"name=n{number}")) == (0, "")
    status, text = make(hmc, "lpar", NEW)
    assert status == 1
    assert "no free partition ID" in text


def test_all_resources(console) -> None:
    """Everything the system has, which it gets only while nobody else has any of it."""
    hmc = console(LAB)
    data = "name=new,profile_name=p,lpar_env=aixlinux,all_resources=1"
    assert make(hmc, "lpar", data) == (0, "")
    assert profile(hmc, "all_resources,desired_mem,proc_mode,io_slots") == "1,null,null,null"
    status, text = hmc("chsysstate -r lpar -m srv -o on -n new -f p")
    assert status == 1
    assert "There is not enough memory" in text
    for name in ("vios", "aix", "ded"):
        hmc.datacenter.frames["srv"].partition(name=name).state = PartitionState.NOT_ACTIVATED
        assert hmc(f"rmsyscfg -r lpar -m srv -n {name}") == (0, "")
    assert hmc("chsysstate -r lpar -m srv -o on -n new -f p") == (0, "")
    assert hmc.value("lshwres -r mem -m srv --level lpar -F curr_mem") == "7680"
    assert hmc.value("lshwres -r proc -m srv --level lpar -F curr_procs") == "4"
    owners = hmc.lines("lshwres -r io --rsubtype slot -m srv -F lpar_name")
    assert owners == ["new", "new"]


def test_a_removed_partition_is_not_the_one_made_again(console) -> None:
    hmc = console(LAB)
    hmc.datacenter.console.level = V9R2_950
    seen = set()
    for _ in range(3):
        assert make(hmc, "lpar", NEW) == (0, "")
        seen.add(partition(hmc, "uuid"))
        assert hmc("rmsyscfg -r lpar -m srv -n new") == (0, "")
    assert len(seen) == 3


# -- profiles and system profiles -------------------------------------------------------------


def test_another_profile(console) -> None:
    hmc = console(LAB)
    assert make(hmc, "prof", f"name=big,lpar_name=aix,{DEDICATED},max_virtual_slots=20") == (0, "")
    line = "lssyscfg -r prof -m srv --filter lpar_ids=2 -F name,proc_mode,sharing_mode"
    assert hmc.lines(line) == ["default,shared,cap", "big,ded,keep_idle_procs"]
    assert partition(hmc, "default_profile", "aix") == "default"
    assert hmc("chsyscfg -r lpar -m srv -i name=aix,default_profile=big") == (0, "")


def test_a_system_profile(console) -> None:
    hmc = console(LAB)
    data = 'name=night,"lpar_names=aix,ded","profile_names=default,default"'
    assert make(hmc, "sysprof", data) == (0, "")
    expected = 'name=night,"lpar_names=aix,ded","lpar_ids=2,4","profile_names=default,default"'
    found = hmc.lines("lssyscfg -r sysprof -m srv --filter profile_names=night")
    assert found == [expected]


def test_the_present_configuration_is_saved(console) -> None:
    hmc = console(LAB)
    assert hmc("chhwres -r mem -m srv -o a -p aix -q 256") == (0, "")
    assert hmc("mksyscfg -r prof -m srv -o save -p aix -n now") == (0, "")
    assert profile(hmc, "desired_mem", "aix", "now") == "1280"
    assert profile(hmc, "desired_mem", "aix", "default") == "1024"
    status, text = hmc("mksyscfg -r prof -m srv -o save --id 2 -n default")
    assert (status, "already in use" in text) == (1, True)
    assert hmc("mksyscfg -r prof -m srv -o save --id 2 -n default --force") == (0, "")
    assert profile(hmc, "desired_mem", "aix", "default") == "1280"


def test_as_scripts_save_it(console) -> None:
    """By the name that a listing gives, in backquotes (knife-lpar, PowerAdm)."""
    hmc = console(LAB)
    listed = "lssyscfg -r lpar -m srv --filter lpar_names=aix -F curr_profile"
    line = f"mksyscfg -r prof -m srv -o save -p aix -n `{listed}` --force"
    assert hmc(line) == (0, "")


FORMS = {
    "-r lpar -m srv": "are -f, -i.",
    "-r lpar -i name=x": "are -m.",
    "-r sys -m srv -i name=x": "are -r.",
    "-r prof -m srv -o save -n x": "are -p, --id.",
    "-r prof -m srv -o save -p aix": "are -n.",
    "-r prof -m srv -o save -p nobody -n x": "HSCL8012",
    "-r prof -m srv -o save -p ded -n x": "no current configuration that could be saved",
    "-r prof -m srv -o save -p aix -n x*": "is not valid",
    "-r lpar -m srv -o save -p aix -n x": "The invalid parameter is -o.",
    "-r prof -m srv -o apply -p aix -n x": "are -o.",
    "-r prof -m srv -i name=x --force": "--force",
    "-r lpar -m srv -f /nowhere": "/nowhere",
    "-r lpar -m nothing -i name=x": "HSCL8018",
}


@pytest.mark.parametrize(("arguments", "text"), FORMS.items(), ids=FORMS)
def test_forms(console, arguments: str, text: str) -> None:
    hmc = console(LAB)
    before = listings(hmc)
    status, output = hmc(f"mksyscfg {arguments}")
    assert status == 1
    assert text in output
    assert output.count("\n") == 1
    assert listings(hmc) == before


@pytest.mark.parametrize("resource", ["lpar", "prof", "sysprof"])
def test_a_viewer_may_not_make(console, resource: str) -> None:
    status, text = make(console(LAB, user="eye"), resource, NEW)
    assert (status, text.split()[0]) == (1, "HSCL350B")


# -- many records -----------------------------------------------------------------------------


def test_records_of_a_file_build_on_each_other(console) -> None:
    first = merged("name=a,lpar_env=vioserver,virtual_scsi_adapters=2/server/any//any/0")
    second = merged("name=b,virtual_scsi_adapters=2/client//a/2/0")
    hmc = console(LAB, files={"/home/hscroot/data": f"{first}\n{second}\n"})
    assert hmc("mksyscfg -r lpar -m srv -f /home/hscroot/data") == (0, "")
    line = "lssyscfg -r prof -m srv --filter lpar_names=b -F virtual_scsi_adapters"
    assert hmc.value(line) == "2/client/3/a/2/0"


def test_one_refused_record_undoes_all(console) -> None:
    data = "\n".join([merged("name=a"), merged("name=b,lpar_id=6"), merged("name=a")])
    hmc = console(LAB, files={"/data": data})
    before = listings(hmc)
    status, text = hmc("mksyscfg -r lpar -m srv -f /data")
    assert (status, text.count("\n")) == (1, 1)
    assert "name a is already in use" in text
    assert listings(hmc) == before


# -- what is listed makes the same again ------------------------------------------------------


def as_scripts_send_it(line: str) -> str:
    """A line of `lssyscfg -r prof` as the library eezh turns it into data for mksyscfg."""
    line = re.sub("^name=", "profile_name=", line).replace(",lpar_name=", ",name=", 1)
    line = line.replace(",electronic_err_reporting=null", "")
    return re.sub(",shared_proc_pool_id=[0-9]+", "", line)


@pytest.mark.parametrize("level", LEVELS, ids=str)
@pytest.mark.parametrize("lab", shipped())
def test_a_listed_profile_makes_the_same_partition(console, lab: str, level: Level) -> None:
    """Of every profile of every lab; what is left of the others does not change."""
    hmc = console(lab)
    hmc.datacenter.console.level = level
    for system, frame in hmc.datacenter.frames.items():
        for one in list(frame.partitions.values()):
            one.state = PartitionState.NOT_ACTIVATED
            one.underway = ()
        for name in hmc.lines(f"lssyscfg -r lpar -m '{system}' -F name"):
            listed = f"lssyscfg -r prof -m '{system}'"
            before = hmc.lines(listed)
            default = frame.partition(name=name).default_profile
            mine = hmc.lines(f"{listed} --filter 'lpar_names={name}'")
            assert hmc(f"rmsyscfg -r lpar -m '{system}' -n '{name}'") == (0, "")
            for line in sorted(mine, key=lambda one: not one.startswith(f"name={default},")):
                resource, data = "lpar", as_scripts_send_it(line)
                if frame.find_by_name(name) is not None:
                    record = [a for a in parse_record(data) if a.name not in ("lpar_env", "name")]
                    pairs = [("name" if a.name == "profile_name" else a.name, a) for a in record]
                    resource = "prof"
                    data = format_record([(key, a.values or a.value) for key, a in pairs])
                assert hmc(f"mksyscfg -r {resource} -m '{system}' -i '{data}'") == (0, ""), data
            assert sorted(hmc.lines(listed)) == sorted(before)


_VALUES: dict[str, tuple[str, ...]] = {
    "lpar_id": ("3", "2", "6", "7", "x"),
    "lpar_env": ("aixlinux", "vioserver", "os400", "linux"),
    "profile_name": ("p", "a/b", "a*"),
    "name": ("new", "aix", "b c"),
    "desired_mem": ("256", "500", "1024"),
    "max_mem": ("512", "4096"),
    "proc_mode": ("ded", "shared"),
    "desired_procs": ("1", "2", "3"),
    "desired_proc_units": ("0.1", "0.15", "1.25", "3.0"),
    "sharing_mode": ("cap", "uncap", "share_idle_procs"),
    "uncap_weight": ("0", "128"),
    "shared_proc_pool_name": ("fast", "slow"),
    "all_resources": ("0", "1"),
    "msp": ("0", "1"),
    "auto_start": ("0", "1"),
    "max_virtual_slots": ("3", "20"),
    "virtual_eth_adapters": ("none", "3/0/1//0/0", "2/1/9//1/0"),
    "virtual_scsi_adapters": ("none", "2/client/1/vios/3/0", "4/server/any//any/1"),
    "virtual_vasi_adapters": ("none", "9"),
    "ipl_source": ("a", "z"),
    "bsr_arrays": ("2",),
}


@settings(max_examples=100)
@given(data=st.data())
def test_any_record_is_made_whole_or_not_at_all(console, data: st.DataObject) -> None:
    hmc = console(LAB)
    chosen = data.draw(st.lists(st.sampled_from(sorted(_VALUES)), max_size=6, unique=True))
    wanted = {key: data.draw(st.sampled_from(_VALUES[key]), label=key) for key in chosen}
    dropped = data.draw(st.lists(st.sampled_from([a.name for a in parse_record(NEW)]), max_size=2))
    base = {a.name: a.value for a in parse_record(NEW) if a.name not in dropped}
    before = listings(hmc, "lssyscfg")
    record = {**base, **wanted}
    if not record:
        return
    status, text = make(hmc, "lpar", format_record(list(record.items())))
    if status:
        assert text.count("\n") == 1
        assert "internal error" not in text
        assert listings(hmc, "lssyscfg") == before
        return
    name, lpar_id = record["name"], record.get("lpar_id", "3")
    pairs = [("lpar_names", name), ("profile_names", record["profile_name"])]
    (line,) = hmc.lines(f"lssyscfg -r prof -m srv --filter '{format_record(pairs)}'")
    found = {a.name: a.value for a in parse_record(line)}
    found |= {"profile_name": found["name"], "name": found["lpar_name"]}
    listed = parse_record(hmc.value(f"lssyscfg -r lpar -m srv --filter 'lpar_names={name}'"))
    found |= {a.name: a.value for a in listed if a.name in ("msp", "ipl_source")}
    assert found["lpar_id"] == lpar_id
    assert {key: found[key] for key in record} == record


def test_a_partition_that_migrates_gets_no_profile(console) -> None:
    hmc = console("basic")
    source, destination = hmc.datacenter.frames.values()
    mobile = source.partition(name="mobile")
    validation = hmc.mobility.validate(Request(source, destination, mobile))
    hmc.mobility.start(validation)
    data = f"name=q,lpar_name=mobile,{DEDICATED}"
    status, text = hmc(f"mksyscfg -r prof -m {source.name} -i {data}")
    assert status == 1
    assert "partition mobile cannot be changed" in text
    status, text = hmc(f"mksyscfg -r prof -m {source.name} -o save -p mobile -n q")
    assert status == 1
    assert "partition mobile cannot be changed" in text


def test_the_null_of_a_listing_is_not_taken_back(console) -> None:
    """Which is why scripts cut it off."""
    hmc = console("redbook")
    hmc.datacenter.console.level = V7R7_9
    system = next(iter(hmc.datacenter.frames))
    line = hmc.lines(f"lssyscfg -r prof -m {system} --filter lpar_names=BUILD")[0]
    assert "electronic_err_reporting=null" in line
    data = line.replace("name=default,lpar_name=BUILD,lpar_id=6", "profile_name=p,name=X")
    status, text = hmc(f"mksyscfg -r lpar -m {system} -i '{data}'")
    assert (status, "electronic_err_reporting" in text) == (1, True)


_WORDS = st.sampled_from(
    ["name=new", "profile_name=p", "lpar_env=aixlinux", "lpar_name=aix", SHARED, "none", "1/2/3"]
    + [f"{a.name}=" for a in (*LPAR_CREATION.attributes, *PROFILE_CREATION.attributes)]
)
_DATA = st.lists(
    st.one_of(_WORDS, st.sampled_from([",", '"', '""', "=", "/", " "]), st.text(max_size=6)),
    max_size=12,
).map("".join)


@settings(max_examples=60)
@given(data=_DATA.filter(lambda d: "'" not in d and "\0" not in d))
@pytest.mark.parametrize("resource", ["lpar", "prof", "sysprof"])
def test_any_data_is_taken_or_refused(shared, resource: str, data: str) -> None:
    before = listings(shared, "lssyscfg")
    status, output = make(shared, resource, data)
    if status == 0:
        assert output == ""
    else:
        assert (status, listings(shared, "lssyscfg")) == (1, before)
        assert "internal error" not in output


@pytest.fixture(scope="module")
def shared(console):
    """One console for all examples: each leaves it whole, whatever it did."""
    return console(LAB)
