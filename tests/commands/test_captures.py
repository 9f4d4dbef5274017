"""Listings of real consoles, made again of like systems: orders, values and what is left out.

The records are those of ziutus/hmc_vios_aix (V7R7.9 and the records of later levels in its tests)
and randomparity/hmc-mcp (V10R3). What another module answers for is left out of the comparison.
"""

from __future__ import annotations

import pytest

from hmcsh.language.levels import Level
from hmcsh.language.records import parse_record
from hmcsh.model.states import SystemState

POWER5 = """
hmc: {level: V7R7.9.0, clock: 2017-10-14 19:45:21}
systems:
  9131-52A-6535CCG:
    type_model: 9131-52A
    serial: 6535CCG
    address: 192.168.200.39
    firmware: SF240_403
    memory: 32 GB
    memory_block: 64 MB
    processors: 4
    max_partitions: 20
    mobility: {active: no, inactive: no}
    slots:
      U1-P1-C1: {card: storage, drc_index: 21040003}
      U1-P1-C2: {card: ethernet, drc_index: 21020003}
      U1-P1-C3: {card: ethernet, drc_index: 21040004}
      U1-P1-C4: {card: storage, drc_index: 21030004}
    partitions:
      nim1:
        id: 5
        profile: normal
        profiles: {backup: {}}
        memory: 2 GB / 6 GB / 10 GB
        processing_units: 0.1 / 0.3 / 0.8
        processors: 1 / 1 / 2
        max_virtual_slots: 10
        scsi:
          2: {server: vios1, server_slot: 2, required: yes}
          3: {server: vios2, server_slot: 2, required: yes}
        os: {version: AIX 5.3 5300-05-05-0123, address: 192.168.200.235}
      aix53_15: {id: 15, profile: normal, state: Not Activated}
      vios2:
        {id: 3, type: vioserver, profile: normal, max_virtual_slots: 200,
         os: {version: Unknown, rmc: no}}
      vios1:
        id: 2
        type: vioserver
        profile: normal
        memory: 1 GB / 6 GB / 10 GB
        processing_units: 0.1 / 0.3 / 0.8
        processors: 1 / 1 / 2
        max_virtual_slots: 200
        redundant_error_path_reporting: yes
        connection_monitoring: yes
        io:
          U1-P1-C1: {required: yes}
          U1-P1-C2: {required: yes}
          U1-P1-C3: {required: yes}
          U1-P1-C4: {required: yes}
        os: {version: Unknown, rmc: no}
"""
P5 = "9131-52A-6535CCG"

OPERATING = (
    "name=9131-52A-6535CCG,type_model=9131-52A,serial_num=6535CCG,ipaddr=192.168.200.39,"
    "state=Operating,detailed_state=None,sys_time=10/14/2017 19:45:21,power_off_policy=1,"
    "active_lpar_mobility_capable=0,inactive_lpar_mobility_capable=0,"
    "active_lpar_share_idle_procs_capable=0,active_mem_expansion_capable=0,"
    "hardware_active_mem_expansion_capable=0,active_mem_sharing_capable=0,"
    "addr_broadcast_perf_policy_capable=0,bsr_capable=0,cod_mem_capable=0,cod_proc_capable=1,"
    "dynamic_platform_optimization_capable=0,electronic_err_reporting_capable=0,"
    "firmware_power_saver_capable=0,hardware_power_saver_capable=0,hardware_discovery_capable=0,"
    "hca_capable=1,huge_page_mem_capable=1,lhea_capable=0,lpar_avail_priority_capable=0,"
    "lpar_proc_compat_mode_capable=0,lpar_remote_restart_capable=0,"
    "powervm_lpar_remote_restart_capable=0,lpar_suspend_capable=0,micro_lpar_capable=1,"
    "os400_capable=0,5250_application_capable=0,redundant_err_path_reporting_capable=1,"
    "shared_eth_failover_capable=1,sni_msg_passing_capable=0,sp_failover_capable=1,"
    "vet_activation_capable=1,virtual_fc_capable=0,virtual_io_server_capable=1,"
    "virtual_switch_capable=0,vsn_phase2_capable=0,vsi_on_veth_capable=0,"
    "assign_5250_cpw_percent=0,max_lpars=20,max_power_ctrl_lpars=1,"
    "hca_bandwidth_capabilities=null,service_lpar_id=none,curr_sys_keylock=manual,"
    "pend_sys_keylock=manual,curr_power_on_side=temp,pend_power_on_side=temp,"
    "curr_power_on_speed=fast,pend_power_on_speed=fast,curr_power_on_speed_override=none,"
    "pend_power_on_speed_override=none,power_on_type=power on,power_on_option=autostart,"
    "power_on_lpar_start_policy=autostart,pend_power_on_option=autostart,"
    "pend_power_on_lpar_start_policy=autostart,power_on_method=02,power_on_attr=0000,"
    "sp_boot_attr=0000,sp_boot_major_type=08,sp_boot_minor_type=01,sp_version=00030030,"
    "mfg_default_config=0,curr_mfg_default_ipl_source=a,pend_mfg_default_ipl_source=a,"
    "curr_mfg_default_boot_mode=norm,pend_mfg_default_boot_mode=norm"
)
# Ten days before, in the state Power Off: what differs from the record above.
READABLE_WHILE_OFF = {
    "addr_broadcast_perf_policy_capable": "0",
    "firmware_power_saver_capable": "0",
    "hardware_power_saver_capable": "0",
    "hca_capable": "1",
    "huge_page_mem_capable": "1",
    "sni_msg_passing_capable": "0",
    "sp_failover_capable": "1",
}


@pytest.fixture
def power5(console):
    hmc = console(POWER5)
    hmc.datacenter.frames[P5].keylock = "manual"
    return hmc


def test_a_system_of_power5_at_v7r7_9(power5) -> None:
    assert power5.lines("lssyscfg -r sys") == [OPERATING]


def test_the_same_powered_off(power5) -> None:
    power5.datacenter.frames[P5].state = SystemState.POWER_OFF
    before = {a.name: a.value for a in parse_record(OPERATING)}
    expected = []
    for name, value in before.items():
        if name == "5250_application_capable":
            continue
        capable = name.endswith("_capable") and name not in READABLE_WHILE_OFF
        gone = ("power_off_policy", "assign_5250_cpw_percent", "max_lpars", "service_lpar_id")
        if capable or name in (*gone, "mfg_default_config"):
            value = "unavailable"
        expected.append((name, READABLE_WHILE_OFF.get(name, value)))
        if name == "max_power_ctrl_lpars":
            expected[-1] = (name, "0")
            expected.append(("max_remote_restart_capable_lpars", "unavailable"))
            expected.append(("max_suspend_capable_lpars", "unavailable"))
        if name == "service_lpar_id":
            expected.append(("service_lpar_name", "unavailable"))
    found = parse_record(power5.value("lssyscfg -r sys"))
    assert [(a.name, a.value) for a in found] == [
        (name, "Power Off" if name == "state" else value) for name, value in expected
    ]


def test_partitions_of_power5_at_v7r7_9(power5) -> None:
    line = f"chsyscfg -r lpar -m {P5} -i name=aix53_15,allow_perf_collection=1"
    assert power5(line) == (0, "")
    lines = power5.lines(f"lssyscfg -r lpar -m {P5}")
    assert lines[0] == (
        "name=nim1,lpar_id=5,lpar_env=aixlinux,state=Running,resource_config=1,"
        "os_version=AIX 5.3 5300-05-05-0123,logical_serial_num=6535CCG5,default_profile=normal,"
        "curr_profile=normal,work_group_id=none,shared_proc_pool_util_auth=0,"
        "allow_perf_collection=0,power_ctrl_lpar_ids=none,boot_mode=norm,lpar_keylock=norm,"
        "auto_start=0,redundant_err_path_reporting=0,rmc_state=active,"
        "rmc_ipaddr=192.168.200.235,sync_curr_profile=0"
    )
    assert lines[1] == (
        "name=aix53_15,lpar_id=15,lpar_env=aixlinux,state=Not Activated,resource_config=0,"
        "os_version=Unknown,logical_serial_num=6535CCGF,default_profile=normal,curr_profile=,"
        "work_group_id=none,shared_proc_pool_util_auth=1,allow_perf_collection=1,"
        "power_ctrl_lpar_ids=none,boot_mode=norm,lpar_keylock=norm,auto_start=0,"
        "redundant_err_path_reporting=0,rmc_state=inactive,rmc_ipaddr=,sync_curr_profile=0"
    )
    # The address by which a server was reached before is not modelled: here it is empty.
    assert lines[3] == (
        "name=vios1,lpar_id=2,lpar_env=vioserver,state=Running,resource_config=1,"
        "os_version=Unknown,logical_serial_num=6535CCG2,default_profile=normal,"
        "curr_profile=normal,work_group_id=none,shared_proc_pool_util_auth=0,"
        "allow_perf_collection=0,power_ctrl_lpar_ids=none,lpar_keylock=norm,auto_start=0,"
        "redundant_err_path_reporting=1,rmc_state=inactive,rmc_ipaddr=,sync_curr_profile=0"
    )


def test_the_header_of_partitions(power5) -> None:
    """`-F` without names: also what the default listing leaves out; nothing of later systems."""
    header = power5.lines(f"lssyscfg -r lpar -m {P5} -F --header")[0]
    assert header == (
        "name,lpar_id,lpar_env,state,resource_config,os_version,logical_serial_num,"
        "default_profile,curr_profile,work_group_id,shared_proc_pool_util_auth,"
        "allow_perf_collection,power_ctrl_lpar_ids,boot_mode,ipl_source,lpar_keylock,auto_start,"
        "redundant_err_path_reporting,rmc_state,rmc_ipaddr,rmc_osshutdown_capable,"
        "dlpar_mem_capable,dlpar_proc_capable,dlpar_io_capable,sync_curr_profile,uuid"
    )
    row = power5.lines(f"lssyscfg -r lpar -m {P5} -F")[0]
    assert ",norm,null,norm,0,0,active,192.168.200.235,1,1,1,1,0," in row


CLIENT_P5 = (
    "name=normal,lpar_name=nim1,lpar_id=5,lpar_env=aixlinux,all_resources=0,min_mem=2048,"
    "desired_mem=6144,max_mem=10240,min_num_huge_pages=0,desired_num_huge_pages=0,"
    "max_num_huge_pages=0,mem_mode=ded,hpt_ratio=1:64,proc_mode=shared,min_proc_units=0.1,"
    "desired_proc_units=0.3,max_proc_units=0.8,min_procs=1,desired_procs=1,max_procs=2,"
    "sharing_mode=cap,uncap_weight=0,io_slots=none,lpar_io_pool_ids=none,max_virtual_slots=10,"
    '"virtual_serial_adapters=0/server/1/any//any/1,1/server/1/any//any/1",'
    '"virtual_scsi_adapters=2/client/2/vios1/2/1,3/client/3/vios2/2/1",'
    "hca_adapters=none,boot_mode=norm,conn_monitoring=0,auto_start=0,power_ctrl_lpar_ids=none,"
    "work_group_id=none,redundant_err_path_reporting=0"
)
SERVER_P5 = (
    "name=normal,lpar_name=vios1,lpar_id=2,lpar_env=vioserver,all_resources=0,min_mem=1024,"
    "desired_mem=6144,max_mem=10240,mem_mode=ded,hpt_ratio=1:64,proc_mode=shared,"
    "min_proc_units=0.1,desired_proc_units=0.3,max_proc_units=0.8,min_procs=1,desired_procs=1,"
    "max_procs=2,sharing_mode=cap,uncap_weight=0,"
    '"io_slots=21040003/none/1,21020003/none/1,21040004/none/1,21030004/none/1",'
    "lpar_io_pool_ids=none,max_virtual_slots=200,"
    '"virtual_serial_adapters=0/server/1/any//any/1,1/server/1/any//any/1",'
    "virtual_scsi_adapters=2/server/5/nim1/2/0,"
    "hca_adapters=none,boot_mode=norm,conn_monitoring=1,auto_start=0,power_ctrl_lpar_ids=none,"
    "work_group_id=none,redundant_err_path_reporting=1"
)
# What virtual switches and adapters of other kinds print.
NOT_COMPARED = (
    "virtual_eth_adapters",
    "virtual_eth_vsi_profiles",
    "vnic_adapters",
    "vtpm_adapters",
    "sriov_eth_logical_ports",
    "sriov_roce_logical_ports",
)


def words(text: str) -> list[str]:
    return text.split()


def comparable(line: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(a.name, a.values) for a in parse_record(line) if a.name not in NOT_COMPARED]


@pytest.mark.parametrize(("name", "expected"), [("nim1", CLIENT_P5), ("vios1", SERVER_P5)])
def test_profiles_of_power5_at_v7r7_9(power5, name: str, expected: str) -> None:
    filters = f"lpar_names={name},profile_names=normal"
    found = power5.value(f"lssyscfg -r prof -m {P5} --filter {filters}")
    assert comparable(found) == comparable(expected)


# -- POWER7 and POWER8 --------------------------------------------------------------------------

LATER = """
hmc: {{level: {level}}}
systems:
  srv:
    type_model: {model}
    serial: 215296V
    firmware: {firmware}
    memory: 64 GB
    processors: 8
    partitions:
      vm61:
        id: 7
        profile: default_profile
        os: {{version: AIX 7.1 7100-03-05-1524, address: 9.137.62.61}}
      ded: {{id: 3, mode: ded, processors: 1}}
"""


def test_a_partition_of_power8(console) -> None:
    hmc = console(LATER.format(level="V8R8.3", model="8286-42A", firmware="SV830_048"))
    partition = hmc.datacenter.frames["srv"].partition(name="vm61")
    partition.compatibility_mode = "POWER8"
    data = "name=vm61,allow_perf_collection=1,simplified_remote_restart_capable=1"
    assert hmc(f"chsyscfg -r lpar -m srv -i {data}") == (0, "")
    assert hmc.lines("lssyscfg -r lpar -m srv")[0] == (
        "name=vm61,lpar_id=7,lpar_env=aixlinux,state=Running,resource_config=1,"
        "os_version=AIX 7.1 7100-03-05-1524,logical_serial_num=215296V7,"
        "default_profile=default_profile,curr_profile=default_profile,work_group_id=none,"
        "shared_proc_pool_util_auth=1,allow_perf_collection=1,power_ctrl_lpar_ids=none,"
        "boot_mode=norm,lpar_keylock=norm,auto_start=0,redundant_err_path_reporting=0,"
        "rmc_state=active,rmc_ipaddr=9.137.62.61,time_ref=0,lpar_avail_priority=127,"
        "desired_lpar_proc_compat_mode=POWER8,curr_lpar_proc_compat_mode=POWER8,"
        "suspend_capable=0,remote_restart_capable=0,simplified_remote_restart_capable=1,"
        "remote_restart_status=Remote Restartable,sync_curr_profile=0,affinity_group_id=none,"
        "vtpm_enabled=0"
    )


def test_a_partition_of_power7(console) -> None:
    """The end of a record of V7R7, before synchronization came."""
    hmc = console(LATER.format(level="V7R7.3", model="8233-E8B", firmware="AL730_066"))
    assert hmc.lines("lssyscfg -r lpar -m srv")[0].endswith(
        ",rmc_ipaddr=9.137.62.61,time_ref=0,lpar_avail_priority=127,"
        "desired_lpar_proc_compat_mode=default,curr_lpar_proc_compat_mode=POWER7,"
        "suspend_capable=0,remote_restart_capable=0,affinity_group_id=none"
    )


def test_a_profile_of_power7_with_dedicated_processors(console) -> None:
    hmc = console(LATER.format(level="V7R7.3", model="8233-E8B", firmware="AL730_066"))
    line = hmc.value("lssyscfg -r prof -m srv --filter lpar_names=ded")
    names = [a.name for a in parse_record(line)]
    expected = words(
        "max_num_huge_pages mem_mode mem_expansion hpt_ratio proc_mode min_procs desired_procs "
        "max_procs sharing_mode affinity_group_id io_slots lpar_io_pool_ids max_virtual_slots "
        "virtual_serial_adapters virtual_scsi_adapters virtual_fc_adapters hca_adapters boot_mode "
        "conn_monitoring auto_start power_ctrl_lpar_ids work_group_id "
        "redundant_err_path_reporting bsr_arrays lhea_logical_ports lhea_capabilities "
        "lpar_proc_compat_mode electronic_err_reporting"
    )
    compared = [name for name in names if name not in NOT_COMPARED]
    assert compared[compared.index("max_num_huge_pages") :] == expected


# -- POWER9 at V10R3 ----------------------------------------------------------------------------

POWER9 = """
hmc: {level: V10R3, clock: 2026-10-01 03:43:04}
systems:
  sys-R1:
    type_model: 8375-42A
    serial: 7800001
    address: 192.0.2.1
    firmware: VL950_045
    memory: 64 GB
    memory_block: 128 MB
    processors: 16
    max_partitions: 400
    partitions:
      sys-R1-vios1:
        id: 100
        type: vioserver
        profile: default_profile
        memory: 8 GB / 8 GB / 8 GB
        mode: ded
        processors: 1 / 1 / 1
        max_virtual_slots: 400
      sys-R1-lp3:
        id: 1
        profile: default_profile
        memory: 1536 MB / 3 GB / 6 GB
        processing_units: 0.1 / 0.3 / 2
        processors: 1 / 3 / 6
        sharing: uncap
        weight: 128
        max_virtual_slots: 6
        connection_monitoring: yes
        scsi: {2: {server: sys-R1-vios1, server_slot: 3}}
"""

SYSTEM_P9 = (
    "name=sys-R1,type_model=8375-42A,serial_num=7800001,ipaddr=192.0.2.1,sp_type=fsp,"
    "state=Operating,state_detail=,detailed_state=None,sys_time=10/01/2026 03:43:04,"
    "power_off_policy=0,active_lpar_mobility_capable=1,inactive_lpar_mobility_capable=1,"
    "active_lpar_share_idle_procs_capable=1,active_mem_expansion_capable=1,"
    "hardware_active_mem_expansion_capable=1,active_mem_mirroring_hypervisor_capable=1,"
    "active_mem_sharing_capable=1,addr_broadcast_perf_policy_capable=0,aix_capable=1,"
    "capi_capable=1,cod_mem_capable=1,cod_proc_capable=1,"
    "dynamic_platform_optimization_capable=1,electronic_err_reporting_capable=1,"
    "firmware_power_saver_capable=1,hardware_power_saver_capable=1,hardware_discovery_capable=1,"
    "huge_page_mem_capable=1,lpar_avail_priority_capable=1,lpar_proc_compat_mode_capable=1,"
    "lpar_remote_restart_capable=0,powervm_lpar_simplified_remote_restart_capable=1,"
    "dynamic_simplified_remote_restart_toggle_capable=1,powervm_lpar_remote_restart_capable=0,"
    "lpar_suspend_capable=0,micro_lpar_capable=1,os400_capable=1,5250_application_capable=1,"
    "os400_native_io_capable=1,redundant_err_path_reporting_capable=1,"
    "shared_eth_failover_capable=1,sp_failover_capable=1,vet_activation_capable=1,"
    "virtual_fc_capable=1,virtual_io_server_capable=1,virtual_switch_capable=1,"
    "vsn_phase2_capable=1,vsi_on_veth_capable=1,assign_5250_cpw_percent=0,max_lpars=400,"
    "max_power_ctrl_lpars=1,service_lpar_id=none,"
    '"lpar_proc_compat_modes=default,POWER7,POWER8,POWER9,POWER9_base",'
    "curr_sys_keylock=manual,pend_sys_keylock=manual,curr_power_on_side=temp,"
    "pend_power_on_side=temp,curr_power_on_speed=norm,pend_power_on_speed=norm,"
    "power_on_type=power on,power_on_option=standby,power_on_lpar_start_policy=userinit,"
    "pend_power_on_option=standby,pend_power_on_lpar_start_policy=userinit,power_on_method=02,"
    "power_on_attr=0000,sp_boot_attr=0000,sp_boot_major_type=08,sp_boot_minor_type=01,"
    "sp_version=00090005,mfg_default_config=0,curr_mfg_default_ipl_source=a,"
    "pend_mfg_default_ipl_source=a,curr_mfg_default_boot_mode=norm,"
    "pend_mfg_default_boot_mode=norm,max_vtpm_lpars=60,supported_vtpm_versions=1.2,"
    "cluster_serial_num=none,peer_collective_serial_num=none,lpar_keystore_min_kbytes=4,"
    "lpar_keystore_max_kbytes=64,description="
)
CLIENT_P9 = (
    "name=default_profile,lpar_name=sys-R1-lp3,lpar_id=1,lpar_env=aixlinux,all_resources=0,"
    "min_mem=1536,desired_mem=3072,max_mem=6144,min_num_huge_pages=0,desired_num_huge_pages=0,"
    "max_num_huge_pages=0,mem_mode=ded,mem_expansion=0.0,hpt_ratio=1:128,ppt_ratio=1:4096,"
    "proc_mode=shared,min_proc_units=0.1,desired_proc_units=0.3,max_proc_units=2.0,min_procs=1,"
    "desired_procs=3,max_procs=6,sharing_mode=uncap,uncap_weight=128,shared_proc_pool_id=0,"
    "shared_proc_pool_name=DefaultPool,affinity_group_id=none,io_slots=none,"
    "lpar_io_pool_ids=none,max_virtual_slots=6,"
    '"virtual_serial_adapters=0/server/1/any//any/1,1/server/1/any//any/1",'
    "virtual_scsi_adapters=2/client/100/sys-R1-vios1/3/0,virtual_fc_adapters=none,"
    "boot_mode=norm,conn_monitoring=1,auto_start=0,power_ctrl_lpar_ids=none,work_group_id=none,"
    "redundant_err_path_reporting=0,lpar_proc_compat_mode=default,electronic_err_reporting=null"
)
SERVER_P9 = (
    "name=default_profile,lpar_name=sys-R1-vios1,lpar_id=100,lpar_env=vioserver,all_resources=0,"
    "min_mem=8192,desired_mem=8192,max_mem=8192,mem_mode=ded,mem_expansion=0.0,hpt_ratio=1:128,"
    "ppt_ratio=1:4096,proc_mode=ded,min_procs=1,desired_procs=1,max_procs=1,"
    "sharing_mode=keep_idle_procs,affinity_group_id=none,io_slots=none,lpar_io_pool_ids=none,"
    "max_virtual_slots=400,"
    '"virtual_serial_adapters=0/server/1/any//any/1,1/server/1/any//any/1",'
    "virtual_scsi_adapters=3/server/1/sys-R1-lp3/2/0,virtual_fc_adapters=none,boot_mode=norm,"
    "conn_monitoring=0,auto_start=0,power_ctrl_lpar_ids=none,work_group_id=none,"
    "redundant_err_path_reporting=0,virtual_vasi_adapters=none,lpar_proc_compat_mode=default"
)


def test_a_system_of_power9_at_v10r3(console) -> None:
    """The power-on option is not modelled; everything else is as captured."""
    hmc = console(POWER9)
    hmc.datacenter.frames["sys-R1"].keylock = "manual"
    data = "power_off_policy=0,power_on_lpar_start_policy=userinit"
    assert hmc(f"chsyscfg -r sys -m sys-R1 -i {data}") == (0, "")
    expected = SYSTEM_P9.replace("power_on_option=standby", "power_on_option=autostart")
    assert hmc.lines("lssyscfg -r sys") == [expected]


def test_profiles_of_power9_at_v10r3(console) -> None:
    found = console(POWER9).lines("lssyscfg -r prof -m sys-R1")
    assert [comparable(line) for line in found] == [comparable(SERVER_P9), comparable(CLIENT_P9)]


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("Linux/RedHat 4.18.0-193.el8.ppc64le 8.2", "linux"),
        ("AIX 7.2 7200-04-02-2028", "aix"),
        ("IBM i Licensed Internal Code 7.4.0", "ibmi"),
        ("Unknown", "unknown"),
    ],
)
def test_kinds_of_operating_systems_at_v10r3(console, version: str, kind: str) -> None:
    hmc = console(POWER9)
    partition = hmc.datacenter.frames["sys-R1"].partition(name="sys-R1-lp3")
    partition.operating_system.version = version
    start = "name=sys-R1-lp3,lpar_id=1,lpar_env=aixlinux,state=Running,resource_config=1,"
    line = hmc.value("lssyscfg -r lpar -m sys-R1 --filter lpar_ids=1")
    assert line.startswith(f"{start}os={kind},os_version={version},logical_serial_num=78000011,")


def test_an_earlier_level_says_less_of_the_same_systems(console) -> None:
    """What was captured at later levels only is not there before."""
    hmc = console(POWER9)
    hmc.datacenter.console.level = Level.parse("V9R1")
    names = [a.name for a in parse_record(hmc.value("lssyscfg -r sys"))]
    assert not {"sp_type", "state_detail", "description"} & set(names)
    assert "os" not in [a.name for a in parse_record(hmc.lines("lssyscfg -r lpar -m sys-R1")[0])]
