"""lshwres: orders and values of captures, filters, and sums that add up."""

import pytest

from hmcsh.language.levels import V7R7_9
from hmcsh.language.records import parse_record
from hmcsh.migration.request import Request
from hmcsh.model.adapters import ANY, EthernetAdapter, ScsiAdapter
from hmcsh.model.frame import ProcessorPool
from hmcsh.model.resources import Amount, Processors, Resources
from hmcsh.model.states import PartitionState, SystemState

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"

# Names in the order of the captures of V7R7.9, less what came after V7R3.2, with the names of
# the processor pools that POWER6 has.
SHARED_SIDE = [
    "shared_proc_pool_id",
    "shared_proc_pool_name",
    "proc_mode",
    "min_proc_units",
    "proc_units",
    "max_proc_units",
    "min_procs",
    "procs",
    "max_procs",
    "sharing_mode",
    "uncap_weight",
]
DEDICATED_SIDE = ["proc_mode", "min_procs", "procs", "max_procs", "sharing_mode"]


def sides(names: list[str]) -> list[str]:
    return [f"{side}_{name}" for side in ("curr", "pend") for name in names]


def triple(side: str, what: str) -> list[str]:
    return [f"{side}_min_{what}", f"{side}_{what}", f"{side}_max_{what}"]


VIOS_MEMORY = [
    "lpar_name",
    "lpar_id",
    *triple("curr", "mem"),
    *triple("pend", "mem"),
    "run_min_mem",
    "run_mem",
]
HUGE_PAGES = [
    *triple("curr", "num_huge_pages"),
    *triple("pend", "num_huge_pages"),
    "run_num_huge_pages",
]


def names_of(line: str) -> list[str]:
    return [assignment.name for assignment in parse_record(line)]


def fields(line: str) -> dict[str, str]:
    return {assignment.name: assignment.value for assignment in parse_record(line)}


def rows(runner, command: str) -> list[dict[str, str]]:
    status, text = runner(command)
    assert status == 0, text
    return [fields(line) for line in text.splitlines()]


def one(runner, command: str) -> dict[str, str]:
    found = rows(runner, command)
    assert len(found) == 1
    return found[0]


# -- orders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(
            f"lshwres -r proc -m {L10} --level sys",
            [
                "configurable_sys_proc_units",
                "curr_avail_sys_proc_units",
                "pend_avail_sys_proc_units",
                "installed_sys_proc_units",
                "deconfig_sys_proc_units",
                "min_proc_units_per_virtual_proc",
                "max_virtual_procs_per_lpar",
                "max_procs_per_lpar",
                "max_shared_proc_pools",
            ],
            id="proc-sys",
        ),
        pytest.param(
            f"lshwres -r mem -m {L10} --level sys",
            [
                "configurable_sys_mem",
                "curr_avail_sys_mem",
                "pend_avail_sys_mem",
                "installed_sys_mem",
                "deconfig_sys_mem",
                "sys_firmware_mem",
                "mem_region_size",
                "configurable_num_sys_huge_pages",
                "curr_avail_num_sys_huge_pages",
                "pend_avail_num_sys_huge_pages",
                "max_num_sys_huge_pages",
                "requested_num_sys_huge_pages",
                "huge_page_size",
            ],
            id="mem-sys",
        ),
        pytest.param(
            f"lshwres -r proc -m {L10} --level lpar --filter lpar_names=TRAIN",
            ["lpar_name", "lpar_id", *sides(SHARED_SIDE)]
            + ["run_proc_units", "run_procs", "run_uncap_weight"],
            id="proc-lpar-shared",
        ),
        pytest.param(
            f"lshwres -r mem -m {L10} --level lpar --filter lpar_ids=5",
            VIOS_MEMORY + HUGE_PAGES,
            id="mem-lpar-client",
        ),
        pytest.param(
            f"lshwres -r mem -m {L10} --level lpar --filter lpar_ids=1",
            VIOS_MEMORY,
            id="mem-lpar-vios",
        ),
        pytest.param(
            f"lshwres -r virtualio --rsubtype eth -m {L10} --level lpar --filter lpar_ids=1",
            [
                "lpar_name",
                "lpar_id",
                "slot_num",
                "state",
                "is_required",
                "is_trunk",
                "trunk_priority",
                "ieee_virtual_eth",
                "port_vlan_id",
                "addl_vlan_ids",
                "mac_addr",
            ],
            id="eth-trunk",
        ),
        pytest.param(
            f"lshwres -r virtualio --rsubtype eth -m {L10} --level lpar --filter lpar_ids=5",
            [
                "lpar_name",
                "lpar_id",
                "slot_num",
                "state",
                "is_required",
                "is_trunk",
                "ieee_virtual_eth",
                "port_vlan_id",
                "addl_vlan_ids",
                "mac_addr",
            ],
            id="eth-client",
        ),
        pytest.param(
            f"lshwres -r virtualio --rsubtype scsi -m {L10} --filter lpar_ids=5",
            [
                "lpar_name",
                "lpar_id",
                "slot_num",
                "state",
                "is_required",
                "adapter_type",
                "remote_lpar_id",
                "remote_lpar_name",
                "remote_slot_num",
            ],
            id="scsi",
        ),
        pytest.param(
            f'lshwres -r virtualio --rsubtype serial -m {L10} --filter "lpar_ids=5,slots=0"',
            [
                "lpar_name",
                "lpar_id",
                "slot_num",
                "state",
                "is_required",
                "connect_status",
                "adapter_type",
                "supports_hmc",
                "remote_lpar_id",
                "remote_lpar_name",
                "remote_slot_num",
            ],
            id="serial",
        ),
        pytest.param(
            f"lshwres -r virtualio --rsubtype slot -m {L10} --level lpar --filter lpar_ids=5",
            [
                "lpar_name",
                "lpar_id",
                "curr_max_virtual_slots",
                "pend_max_virtual_slots",
                "next_avail_virtual_slot",
            ],
            id="virtual-slots",
        ),
        pytest.param(
            f"lshwres -r virtualio --rsubtype vasi -m {L10} --filter lpar_ids=1",
            ["lpar_name", "lpar_id", "slot_num"],
            id="vasi",
        ),
    ],
)
def test_default_listing_has_the_captured_order(console, command, expected) -> None:
    status, text = console()(command)
    assert status == 0
    assert names_of(text.rstrip("\n")) == expected


def dedicate(runner, name: str = "TRAIN", system: str = L10) -> None:
    partition = runner.datacenter.frame(system).partition(name=name)
    processors = Processors("ded", Amount(1, 1, 2), sharing_mode="share_idle_procs")
    partition.current = partition.pending = Resources(Amount(256, 2048, 4096), processors)


def test_dedicated_processors_have_neither_units_nor_pool(console) -> None:
    runner = console()
    dedicate(runner)
    status, text = runner(f"lshwres -r proc -m {L10} --level lpar --filter lpar_names=TRAIN")
    assert status == 0
    assert names_of(text.strip()) == ["lpar_name", "lpar_id", *sides(DEDICATED_SIDE), "run_procs"]
    _, text = runner(
        f"lshwres -r proc -m {L10} --level lpar --filter lpar_names=TRAIN"
        " -F curr_proc_units,curr_procs,run_procs"
    )
    assert text == "null,1,1\n"


def test_later_attributes_belong_to_later_levels(console) -> None:
    runner = console()
    command = f"lshwres -r mem -m {L10} --level lpar --filter lpar_ids=5 -F mem_mode"
    status, text = runner(command)
    assert (status, "invalid attribute" in text) == (1, True)
    runner.datacenter.console.level = V7R7_9
    assert runner(command) == (0, "ded\n")
    row = one(runner, f"lshwres -r proc -m {L10} --level sys")
    assert list(row)[-2:] == ["max_curr_procs_per_os400_lpar", "max_shared_proc_pools"]


# -- values ----------------------------------------------------------------------------------


def test_partition_that_has_nothing_is_listed_with_zeros(console) -> None:
    runner = console()
    memory = one(runner, f"lshwres -r mem -m {L9} --level lpar --filter lpar_names=BUILD")
    assert {value for name, value in memory.items() if name not in ("lpar_name", "lpar_id")} == {
        "0"
    }
    processors = one(runner, f"lshwres -r proc -m {L9} --level lpar --filter lpar_names=BUILD")
    assert processors["curr_proc_mode"] == "shared"
    assert processors["curr_sharing_mode"] == "cap"
    assert processors["curr_proc_units"] == processors["run_proc_units"] == "0.0"
    assert processors["curr_procs"] == processors["run_procs"] == "0"
    adapter = one(
        runner, f"lshwres -r virtualio --rsubtype eth -m {L9} --level lpar --filter lpar_ids=6"
    )
    assert adapter["state"] == "0"
    assert len(adapter["mac_addr"]) == 12


def test_partition_that_was_shut_down_keeps_what_it_has_but_runs_nothing(console) -> None:
    row = one(console(), f"lshwres -r mem -m {L10} --level lpar --filter lpar_names=PROD")
    assert (row["curr_mem"], row["pend_mem"], row["run_mem"], row["run_min_mem"]) == (
        "1536",
        "1536",
        "0",
        "0",
    )


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (PartitionState.RUNNING, "1"),
        (PartitionState.OPEN_FIRMWARE, "1"),
        (PartitionState.MIGRATING_RUNNING, "1"),
        (PartitionState.NOT_ACTIVATED, "0"),
        (PartitionState.MIGRATING_NOT_ACTIVATED, "0"),
    ],
)
def test_adapter_is_active_while_its_partition_is_on(console, state, shown) -> None:
    runner = console()
    runner.datacenter.frame(L10).partition(name="TRAIN").state = state
    command = f"lshwres -r virtualio --rsubtype eth -m {L10} --level lpar --filter lpar_ids=5"
    assert one(runner, command)["state"] == shown


def test_server_adapter_that_is_open_to_all_clients(console) -> None:
    runner = console()
    vios = runner.datacenter.frame(L10).partition(name="VIOS1_L10")
    vios.adapters[9] = ScsiAdapter(9, "server", ANY, ANY, required=True)
    row = one(runner, f'lshwres -r virtualio --rsubtype scsi -m {L10} --filter "slots=9"')
    assert row["is_required"] == "1"
    assert (row["remote_lpar_id"], row["remote_lpar_name"], row["remote_slot_num"]) == (
        "any",
        "",
        "any",
    )


def test_additional_vlans_are_a_list(console) -> None:
    runner = console()
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    train.adapters[5] = EthernetAdapter(5, 2, ieee=True, additional_vlan_ids=(10, 11))
    _, text = runner(
        f'lshwres -r virtualio --rsubtype eth -m {L10} --level lpar --filter "slots=5"'
    )
    address = train.mac_address(5)
    assert text == (
        "lpar_name=TRAIN,lpar_id=5,slot_num=5,state=1,is_required=0,is_trunk=0,"
        f'ieee_virtual_eth=1,port_vlan_id=2,"addl_vlan_ids=10,11",mac_addr={address}\n'
    )


def test_next_available_slot_is_the_lowest_free_one_from_2_on(console) -> None:
    runner = console()
    command = (
        f"lshwres -r virtualio --rsubtype slot -m {L10} --level lpar --filter lpar_names=TRAIN"
        " -F next_avail_virtual_slot"
    )
    assert runner(command) == (0, "4\n")
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    del train.adapters[2]
    assert runner(command) == (0, "2\n")
    for slot in range(train.max_virtual_slots):
        train.adapters.setdefault(slot, EthernetAdapter(slot, 1))
    assert runner(command) == (0, "none\n")


def test_physical_slot_without_owner_has_no_partition_name(console) -> None:
    runner = console()
    found = rows(runner, f"lshwres -r io --rsubtype slot -m {L9}")
    assert [row["lpar_id"] for row in found] == ["1", "1", "2", "2", "none", "none"]
    assert ["lpar_name" in row for row in found] == [True] * 4 + [False] * 2
    assert found[4] == {
        "unit_phys_loc": "U789D.001.DQD81N6",
        "bus_id": "516",
        "phys_loc": "C5",
        "drc_index": "21010204",
        "lpar_id": "none",
        "slot_io_pool_id": "none",
        "description": "Empty slot",
        "feature_codes": "0",
        "pci_vendor_id": "FFFF",
        "pci_device_id": "FFFF",
        "pci_subs_vendor_id": "FFFF",
        "pci_subs_device_id": "FFFF",
        "pci_class": "FFFF",
        "pci_revision_id": "FF",
        "bus_grouping": "0",
        "iop": "0",
        "parent_slot_drc_index": "none",
        "drc_name": "U789D.001.DQD81N6-P1-C5",
    }


def test_processor_pools_and_who_is_in_them(console) -> None:
    runner = console()
    frame = runner.datacenter.frame(L9)
    frame.pools[3] = ProcessorPool(3, "batch", maximum=250, reserved=50)
    current = frame.partition(name="QA").current
    processors = Processors("shared", Amount(1, 1, 1), Amount(10, 10, 100), pool_id=3)
    frame.partition(name="QA").current = Resources(current.memory, processors)
    assert runner(f"lshwres -r procpool -m {L9}")[1].splitlines() == [
        'name=DefaultPool,shared_proc_pool_id=0,"lpar_names=VIOS1_L9,VIOS2_L9,BUILD",'
        '"lpar_ids=1,2,6"',
        "name=batch,shared_proc_pool_id=3,max_pool_proc_units=2.5,"
        "curr_reserved_pool_proc_units=0.5,pend_reserved_pool_proc_units=0.5,"
        "lpar_names=QA,lpar_ids=7",
    ]
    frame.max_processor_pools = 1
    assert runner(f"lshwres -r procpool -m {L9}") == (
        1,
        "The managed system does not support multiple shared processor pools.\n",
    )


@pytest.mark.parametrize("system", [L9, L10])
def test_what_is_shown_adds_up(console, system) -> None:
    runner = console()
    memory = one(runner, f"lshwres -r mem -m {system} --level sys")
    assigned = sum(
        int(row["curr_mem"]) for row in rows(runner, f"lshwres -r mem -m {system} --level lpar")
    )
    assert assigned > 0
    assert int(memory["curr_avail_sys_mem"]) == (
        int(memory["configurable_sys_mem"]) - int(memory["sys_firmware_mem"]) - assigned
    )
    processors = one(runner, f"lshwres -r proc -m {system} --level sys")
    units = sum(
        round(float(row["curr_proc_units"]) * 100)
        for row in rows(runner, f"lshwres -r proc -m {system} --level lpar")
    )
    assert round(float(processors["curr_avail_sys_proc_units"]) * 100) == (
        round(float(processors["configurable_sys_proc_units"]) * 100) - units
    )


# -- filters and refusals --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("lpar_names=VIOS2_L9", ["21010202", "21010203"]),
        ("buses=512", ["21010200"]),
        ("slots=21010204,21010205", ["21010204", "21010205"]),
        ("units=U789D.001.DQD81N6,lpar_ids=1", ["21010200", "21010201"]),
        ("pools=none,buses=517", ["21010205"]),
        ("pools=1", ["No results were found."]),
    ],
)
def test_filters_of_physical_slots(console, filters, expected) -> None:
    command = f'lshwres -r io --rsubtype slot -m {L9} --filter "{filters}" -F drc_index'
    assert console()(command) == (0, "\n".join(expected) + "\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--rsubtype scsi --filter lpar_names=TEST,slots=4", "TEST,4"),
        ("--rsubtype scsi --filter slots=5,lpar_names=VIOS1_L10", "VIOS1_L10,5"),
        ("--rsubtype eth --level lpar --filter vlans=7", "No results were found."),
        ("--rsubtype eth --level lpar --filter vlans=1,lpar_ids=5", "TRAIN,3"),
        ("--rsubtype vasi --level lpar --filter lpar_ids=2", "VIOS2_L10,2"),
        ("--rsubtype vasi --level lpar --filter lpar_ids=3", "No results were found."),
    ],
)
def test_filters_of_virtual_adapters(console, options, expected) -> None:
    command = f"lshwres -r virtualio -m {L10} {options} -F lpar_name,slot_num"
    assert console()(command) == (0, expected + "\n")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"lshwres -r mem -m {L9} --level lpar --filter slots=2", "invalid filter is slots"),
        (f"lshwres -r mem -m {L9} --level sys --filter lpar_ids=1", "--filter"),
        (f"lshwres -r mem -m {L9} --level lpar --filter lpar_names=NONE", "HSCL8012"),
        (f"lshwres -r mem -m {L9} --level lpar --filter lpar_ids=99", "HSCL8011"),
        (f"lshwres -r mem -m {L9} --level lpar --filter lpar_ids=1,lpar_names=QA", "exclusive"),
        (f"lshwres -r virtualio --rsubtype scsi -m {L9} --filter vlans=1", "filter is vlans"),
        ("lshwres -r mem -m nowhere --level sys", "HSCL8018"),
        (f"lshwres -r mem -m {L9}", "are --level."),
        (f"lshwres -r mem -m {L9} --level slot", "are --level."),
        (f"lshwres -r virtualio -m {L9}", "are --rsubtype."),
        (f"lshwres -r virtualio --rsubtype eth -m {L9}", "are --level."),
        (f"lshwres -r virtualio --rsubtype fc -m {L9} --level lpar", "are --rsubtype."),
        (f"lshwres -r mem -m {L9} --level sys -F bogus", "invalid attribute is bogus"),
        (f"lshwres -r hca -m {L9}", "are --level."),
        (f"lshwres -r hca -m {L9} --level sys -F bogus", "invalid attribute is bogus"),
        (f"lshwres -r io --rsubtype taggedio -m {L9} -R", "The invalid parameter is -R."),
        (f"lshwres -r virtualio --rsubtype hsl -m {L9} --level sys", "parameter is --level."),
        (f"lshwres -r mempool --rsubtype pgdev -m {L9}", "are -r."),
        (f"lshwres -r mem -m {L9} --level lpar -R --filter lpar_names=NONE", "HSCL8012"),
    ],
)
def test_refusals(console, command, words) -> None:
    status, text = console()(command)
    assert status == 1
    assert words in text
    assert text.count("\n") == 1


def test_system_that_is_powered_off_cannot_be_asked(console) -> None:
    runner = console()
    runner.datacenter.frame(L9).state = SystemState.POWER_OFF
    for command in (
        f"lshwres -r mem -m {L9} --level sys",
        f"lshwres -r virtualio --rsubtype scsi -m {L9}",
        f"lshwres -r io --rsubtype slot -m {L9}",
    ):
        status, text = runner(command)
        assert status == 1
        assert "Standby or Operating state" in text


def test_shell_of_a_partition_that_arrives_can_be_listed_before_it_has_profiles(console) -> None:
    runner = console()
    source, destination = runner.datacenter.frame(L10), runner.datacenter.frame(L9)
    mobility = runner.mobility
    request = Request(source, destination, source.partition(name="PROD"))
    validation = mobility.validate(request)
    assert not validation.errors
    mobility.start(validation)
    shell = None
    while shell is None:
        assert runner.datacenter.clock.step()
        shell = destination.find_by_name("PROD")
    assert shell.profiles == {}
    row = one(runner, f"lshwres -r proc -m {L9} --level lpar --filter lpar_names=PROD")
    assert (row["curr_proc_mode"], row["curr_proc_units"]) == ("shared", "0.0")


def test_the_page_table_is_that_of_system_and_profile(console) -> None:
    hmc, system = console("modern"), "Server-9080-M9S-SN7812345"
    listed = f"lshwres -r mem -m {system}"
    assert hmc.value(f"{listed} --level sys -F default_hpt_ratios") == "1:128"
    lpar5 = f"{listed} --level lpar --filter lpar_names=lpar5 -F curr_hpt_ratio"
    assert hmc.value(lpar5) == "1:128"
    change = f"chsyscfg -r prof -m {system} -i name=default,lpar_name=lpar5,hpt_ratio=1:512"
    assert hmc(change) == (0, "")
    assert hmc(f"chsysstate -r lpar -m {system} -o on -n lpar5 -f default") == (0, "")
    assert hmc.value(lpar5) == "1:512"


@pytest.mark.parametrize(
    "command",
    [
        "-r hca --level sys -F adapter_id:unassigned_guids:assigned_guids",
        "-r hca --level lpar --filter lpar_names=QA",
        "-r sni -F --header",
        "-r io --rsubtype taggedio",
        "-r virtualio --rsubtype hsl --level lpar",
        "-r virtualio --rsubtype virtualopti",
        "-r mem --level lpar -R",
        "-r proc --level lpar -R --filter lpar_ids=7",
        "-r io --rsubtype slot -R",
        "-r virtualio --rsubtype slot --level slot -R",
    ],
)
def test_nothing_to_list_is_no_failure(console, command) -> None:
    """What the system does not have, and with -R what no failure has left behind."""
    assert console()(f"lshwres {command} -m {L9}") == (0, "No results were found.\n")
