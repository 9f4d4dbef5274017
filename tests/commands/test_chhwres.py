"""chhwres: what it changes, what it refuses, and that a refusal changes nothing."""

import dataclasses

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hmcsh.language.levels import Level
from hmcsh.language.records import parse_record
from hmcsh.migration.request import Request
from hmcsh.model.resources import Amount, Processors
from hmcsh.model.states import PartitionState, SystemState

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"

LISTINGS = (
    "-r mem --level sys",
    "-r mem --level lpar",
    "-r proc --level sys",
    "-r proc --level lpar",
    "-r procpool",
    "-r io --rsubtype slot",
    "-r virtualio --rsubtype slot --level lpar",
    "-r virtualio --rsubtype eth --level lpar",
    "-r virtualio --rsubtype scsi --level lpar",
    "-r virtualio --rsubtype serial --level lpar",
    "-r virtualio --rsubtype vasi --level lpar",
)


def everything(runner) -> str:
    """All listings of both systems."""
    line = "; ".join(f"lshwres -m {system} {what}" for system in (L9, L10) for what in LISTINGS)
    status, text = runner(line)
    assert status == 0, text
    return text


def devices(runner) -> list[object]:
    """What listings do not show: devices of the servers, and the profiles."""
    return [
        (dict(p.vios.vhosts), {slot: list(t) for slot, t in p.vios.targets.items()})
        if p.vios
        else {
            name: (profile.resources, dict(profile.adapters))
            for name, profile in p.profiles.items()
        }
        for frame in runner.datacenter.frames.values()
        for p in frame.partitions.values()
    ]


def row(runner, what: str, selection: str, system: str = L10) -> dict[str, str]:
    _, text = runner(f'lshwres -m {system} {what} --filter "{selection}"')
    (line,) = text.splitlines()
    return {assignment.name: assignment.value for assignment in parse_record(line)}


def change(runner, options: str, system: str = L10) -> None:
    assert runner(f"chhwres -m {system} {options}") == (0, "")


def refused(runner, options: str, system: str = L10) -> str:
    """The message of a change that is refused and changes nothing."""
    before, behind = everything(runner), devices(runner)
    status, text = runner(f"chhwres -m {system} {options}")
    assert status == 1, text
    assert everything(runner) == before
    assert devices(runner) == behind
    return text


# -- memory and processors -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "memory"),
    [
        ("-o a -p TRAIN -q 128", "2176"),
        ("-o a --id 5 -q 64 -w 1 -d 5 --force", "2112"),
        ("-o r -p TRAIN -q 1792", "256"),
        ("-o m -p TRAIN -t TEST -q 256", "1792"),
        ("-o m --id 6 --tid 5 -q 256 -w 0", "2304"),
    ],
)
def test_memory(console, options, memory) -> None:
    runner = console()
    before = row(runner, "-r mem --level lpar", "lpar_ids=5")
    change(runner, f"-r mem {options}")
    after = row(runner, "-r mem --level lpar", "lpar_ids=5")
    assert (after["curr_mem"], after["pend_mem"], after["run_mem"]) == (memory,) * 3
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == {"curr_mem", "pend_mem", "run_mem"}


def test_partition_that_is_off_is_changed_without_connection(console) -> None:
    runner = console()
    change(runner, "-r mem -o r -p PROD -q 512")
    after = row(runner, "-r mem --level lpar", "lpar_names=PROD")
    assert (after["curr_mem"], after["run_mem"]) == ("1024", "0")


def test_profile_is_not_touched(console) -> None:
    runner = console()
    before = devices(runner)
    change(runner, "-r mem -o a -p TRAIN -q 128")
    change(runner, "-r virtualio --rsubtype eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=9")
    assert devices(runner) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("-o a -p TRAIN -q 100", "memory region size is 64 MB"),
        ("-o a -p TRAIN -q 2112", "more than its maximum of 4096"),
        ("-o r -p TRAIN -q 1856", "less than its minimum of 256"),
        ("-o r -p TRAIN -q 999999999936", "less than its minimum"),
        ("-o m -p TRAIN -t QA -q 64", "HSCL8012"),
        ("-o m -p TRAIN --tid 99 -q 64", "HSCL8011"),
        ("-o m -p TRAIN -t TRAIN -q 64", "both the source and the target"),
        ("-o m -p TRAIN -t TEST -q 1856", "TRAIN"),
        ("-o a -p NONE -q 64", "HSCL8012"),
        ("-o a -p TRAIN -q 0", "are -q."),
        ("-o a -p TRAIN -q 64.5", "are -q."),
        ("-o a -p TRAIN", "are -q."),
        ("-o a -q 64", "are -p, --id."),
        ("-o m -p TRAIN -q 64", "are -t, --tid."),
        ("-o a -p TRAIN --id 5 -q 64", "mutually exclusive"),
        ("-o a -p TRAIN -q 64 -w never", "are -w."),
        ("-o s -p TRAIN -a requested_num_sys_huge_pages=1", "invalid parameter is -p"),
    ],
)
def test_memory_refused(console, options, words) -> None:
    assert words in refused(console(), f"-r mem {options}")


def test_memory_that_the_system_has_not_left(console) -> None:
    runner = console()
    frame = runner.datacenter.frame(L10)
    frame.installed_memory -= frame.memory_available - 64
    assert refused(runner, "-r mem -o a -p TRAIN -q 128").startswith("HSCL03EC")
    change(runner, "-r mem -o m -p TEST -t TRAIN -q 128")
    change(runner, "-r mem -o a -p TRAIN -q 64")
    assert frame.memory_available == 0


def test_shared_processors(console) -> None:
    runner = console()
    change(runner, "-r proc -o a -p TRAIN --procunits 0.25")
    after = row(runner, "-r proc --level lpar", "lpar_names=TRAIN")
    assert (after["curr_proc_units"], after["pend_proc_units"]) == ("0.35", "0.35")
    assert after["run_proc_units"] == "0.35"
    change(runner, "-r proc -o m -p TRAIN -t TEST --procunits 0.25")
    assert row(runner, "-r proc --level lpar", "lpar_names=TEST")["curr_proc_units"] == "0.65"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("-o a -p TRAIN", "are --procs, --procunits."),
        ("-o a -p TRAIN --procunits 0", "are --procunits."),
        ("-o a -p TRAIN --procunits 0.001", "are --procunits."),
        ("-o a -p TRAIN --procunits 1e9", "are --procunits."),
        ("-o a -p TRAIN --procunits -1", "are --procunits."),
        ("-o a -p TRAIN --procs 0", "are --procs."),
        ("-o a -p TRAIN --procs 1", "more than its maximum of 1"),
        ("-o r -p TRAIN --procs 1", "less than its minimum of 1"),
        ("-o r -p TRAIN --procunits 0.05", "with 0.05 processing units"),
        ("-o r -p TRAIN --procunits 0.5", "with -0.4 processing units"),
        ("-o a -p TRAIN --procunits 1", "more than its maximum of 1.0"),
        ("-o s -p TRAIN -a sharing_mode=uncap", "missing attributes are uncap_weight"),
    ],
)
def test_shared_processors_refused(console, options, words) -> None:
    assert words in refused(console(), f"-r proc {options}")


# -- virtual adapters ------------------------------------------------------------------------

VIRTUAL = "-r virtualio --rsubtype"


def test_ethernet_adapter_goes_to_the_next_slot_and_gets_its_address(console) -> None:
    runner = console()
    change(
        runner,
        f"{VIRTUAL} eth -o a -p TRAIN"
        """ -a 'ieee_virtual_eth=1,port_vlan_id=2,"addl_vlan_ids=10,11",is_trunk=0'""",
    )
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    assert row(runner, "-r virtualio --rsubtype eth --level lpar", "slots=4,lpar_ids=5") == {
        "lpar_name": "TRAIN",
        "lpar_id": "5",
        "slot_num": "4",
        "state": "1",
        "is_required": "0",
        "is_trunk": "0",
        "ieee_virtual_eth": "1",
        "port_vlan_id": "2",
        "addl_vlan_ids": "10,11",
        "mac_addr": train.mac_address(4),
    }
    change(runner, f"{VIRTUAL} eth -o r -p TRAIN -s 4")
    assert 4 not in train.adapters


def test_trunk_adapter(console) -> None:
    runner = console()
    change(
        runner,
        f"{VIRTUAL} eth -o a --id 1 -s 20"
        " -a ieee_virtual_eth=0,port_vlan_id=1,is_trunk=1,trunk_priority=3",
    )
    added = row(runner, "-r virtualio --rsubtype eth --level lpar", "slots=20")
    assert (added["is_trunk"], added["trunk_priority"]) == ("1", "3")
    change(runner, "-r virtualio -o r --id 1 -s 20")


def test_server_adapter_makes_a_device_and_client_adapter_finds_it(console) -> None:
    runner = console()
    vios = runner.datacenter.frame(L10).partition(name="VIOS1_L10")
    change(
        runner,
        f"{VIRTUAL} scsi -o a --id 1 -s 12"
        " -a adapter_type=server,remote_lpar_id=5,remote_slot_num=6 -w 1",
    )
    assert vios.vios.vhosts[12] == "vhost3"
    assert vios.vios.targets[12] == []
    change(
        runner,
        f"{VIRTUAL} scsi -o a -p TRAIN -s 6"
        " -a adapter_type=client,remote_lpar_name=VIOS1_L10,remote_slot_num=12",
    )
    client = row(runner, "-r virtualio --rsubtype scsi", "slots=6,lpar_ids=5")
    assert (client["remote_lpar_name"], client["remote_slot_num"]) == ("VIOS1_L10", "12")
    assert client["is_required"] == "0"
    text = refused(runner, "-r virtualio -o r --id 1 -s 12")
    assert text.startswith("HSCL294D ")
    assert "TRAIN" in text
    change(runner, "-r virtualio --rsubtype scsi -o r -p TRAIN -s 6")
    change(runner, "-r virtualio --rsubtype scsi -o r --id 1 -s 12")
    assert 12 not in vios.vios.vhosts
    assert 12 not in vios.vios.targets


def test_server_adapter_for_any_client(console) -> None:
    runner = console()
    change(runner, f"{VIRTUAL} scsi -o a --id 1 -s 12 -a adapter_type=server,remote_lpar_id=any")
    added = row(runner, "-r virtualio --rsubtype scsi", "slots=12")
    assert (added["remote_lpar_id"], added["remote_lpar_name"]) == ("any", "")
    assert added["remote_slot_num"] == "any"


def test_vasi_adapter_is_removed_and_added_back(console) -> None:
    runner = console()
    assert "already has a VASI adapter" in refused(runner, f"{VIRTUAL} vasi -o a --id 1 -s 50")
    in_use = refused(runner, f"{VIRTUAL} vasi -o r --id 1")
    assert "HSCL294D" in in_use
    assert "in use by its operating system" in in_use
    removed = runner.lines(f"viosvrcmd -m {L10} --id 1 -c 'rmdev -dev vasi0'")
    assert removed == ["vasi0 deleted"]
    change(runner, f"{VIRTUAL} vasi -o r --id 1")
    assert "has no VASI adapter" in refused(runner, f"{VIRTUAL} vasi -o r --id 1")
    change(runner, f"{VIRTUAL} vasi -o a --id 1 -s 50 -w 5 -d 1 --force")
    assert row(runner, "-r virtualio --rsubtype vasi", "lpar_ids=1")["slot_num"] == "50"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("eth -o a -p TRAIN", "are -a."),
        ("eth -o a -p TRAIN -a ''", "format of the configuration data"),
        ("eth -o a -p TRAIN -a port_vlan_id", "format of the configuration data"),
        ("eth -o a -p TRAIN -a port_vlan_id=2", "attributes are ieee_virtual_eth."),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=1", "attributes are port_vlan_id."),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=2,port_vlan_id=2", "value 2 of the attribute"),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=0", "value 0 of the attribute"),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=4095", "value 4095"),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=2,mac_addr=1", "is mac_addr."),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=2,vswitch=1", "is vswitch."),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=2,addl_vlan_ids=3", "addl_vlan"),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=1,port_vlan_id=2,addl_vlan_ids=2", "addl_vlan"),
        ("eth -o a -p TRAIN -a ieee_virtual_eth=1,port_vlan_id=2,addl_vlan_ids+=3", "vlan_ids+"),
        ("eth -o a --id 1 -a ieee_virtual_eth=0,port_vlan_id=2,is_trunk=1", "trunk_priority"),
        ("eth -o a --id 1 -a ieee_virtual_eth=0,port_vlan_id=2,trunk_priority=1", "trunk_prio"),
        (
            "eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=2,is_trunk=1,trunk_priority=1",
            "not a Virtual I/O Server",
        ),
        (
            "eth -o a --id 1 -a ieee_virtual_eth=0,port_vlan_id=1,is_trunk=1,trunk_priority=2",
            "Another trunk adapter",
        ),
        ("eth -o a -p TRAIN -s 3 -a ieee_virtual_eth=0,port_vlan_id=2", "already in use"),
        ("eth -o a -p TRAIN -s 1 -a ieee_virtual_eth=0,port_vlan_id=2", "reserved"),
        ("eth -o a -p TRAIN -s 10 -a ieee_virtual_eth=0,port_vlan_id=2", "slots 0 to 9"),
        ("eth -o r -p TRAIN -s 4", "holds no adapter."),
        ("eth -o r -p TRAIN -s 2", "of the type eth"),
        ("eth -o r -p TRAIN -s 99", "slots 0 to 9"),
        ("eth -o r -p TRAIN", "are -s."),
        ("serial -o r -p TRAIN -s 0", "reserved"),
        ("serial -o a -p TRAIN -s 4", "are -a."),
        ("scsi -o r --id 1 -s 5", "HSCL294D"),
        ("scsi -o r -p TRAIN -s 2", "HSCL294D"),
        ("eth -o r --id 1 -s 3", "HSCL294D"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_id=1", "remote_slot_num"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_slot_num=1", "remote_lpar_id"),
        ("scsi -o a -p TRAIN -a remote_lpar_id=1,remote_slot_num=1", "adapter_type"),
        ("scsi -o a -p TRAIN -a adapter_type=both,remote_lpar_id=1,remote_slot_num=9", "both"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_id=any,remote_slot_num=9", "any"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_id=1,remote_slot_num=any", "any"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_id=9,remote_slot_num=9", "L8011"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_name=N,remote_slot_num=9", "8012"),
        ("scsi -o a -p TRAIN -a adapter_type=client,remote_lpar_id=6,remote_slot_num=9", "TEST"),
        ("scsi -o a -p TRAIN -a adapter_type=server,remote_lpar_id=6,remote_slot_num=9", "server"),
        ("scsi -o a --id 1 -a adapter_type=server,remote_lpar_id=2,remote_slot_num=9", "client"),
        ("scsi -o a --id 1 -a adapter_type=client,remote_lpar_id=2,remote_slot_num=9", "client"),
        (
            "scsi -o a --id 1 -a adapter_type=server,remote_lpar_id=5,remote_lpar_name=TRAIN,"
            "remote_slot_num=9",
            "mutually exclusive",
        ),
        ("vasi -o a -p TRAIN", "not a Virtual I/O Server"),
        ("vasi -o a --id 1 -a slot_num=5", "is -a."),
        ("vasi -o r --id 1 -s 4", "of the type vasi"),
        ("fc -o a --id 1 -a adapter_type=client", "are --rsubtype."),
    ],
)
def test_adapters_refused(console, options, words) -> None:
    assert words in refused(console(), f"{VIRTUAL} {options}")


def test_required_adapter_is_not_removed(console) -> None:
    runner = console()
    change(runner, f"{VIRTUAL} eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=9")
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    train.adapters[4] = dataclasses.replace(train.adapters[4], required=True)
    text = refused(runner, "-r virtualio -o r -p TRAIN -s 4")
    assert text.startswith("HSCL294D ")
    assert "required" in text


def test_misprinted_option_of_the_book_is_unknown(console) -> None:
    text = refused(console(), "-r virtualio -o a --id 1 --subtype vasi")
    assert "invalid parameter is --subtype" in text


# -- states ----------------------------------------------------------------------------------

CHANGES = (
    "-r mem -o a -p TRAIN -q 64",
    "-r proc -o a -p TRAIN --procunits 0.1",
    f"{VIRTUAL} eth -o a -p TRAIN -a ieee_virtual_eth=0,port_vlan_id=2",
    f"{VIRTUAL} eth -o r -p TRAIN -s 3",
    "-r mem -o m -p TEST -t TRAIN -q 64",
)


@pytest.mark.parametrize("options", CHANGES)
def test_running_partition_needs_a_connection(console, options) -> None:
    runner = console()
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    train.operating_system.rmc = False
    assert f"and the partition {train.lpar_id} or the" in refused(runner, options)
    assert refused(runner, options + " --force").startswith("HSCL2957 ")
    train.operating_system.rmc = True
    train.state = PartitionState.OPEN_FIRMWARE
    assert refused(runner, options).startswith("HSCL2957 ")
    train.state = PartitionState.NOT_ACTIVATED
    change(runner, options)


@pytest.mark.parametrize("options", CHANGES)
def test_partition_without_resources_is_not_changed(console, options) -> None:
    runner = console()
    train = runner.datacenter.frame(L10).partition(name="TRAIN")
    train.state = PartitionState.NOT_ACTIVATED
    train.current = train.pending = None
    assert refused(runner, options).startswith("HSCL05DF ")


@pytest.mark.parametrize("options", CHANGES)
def test_migrating_partition_is_not_changed(console, options) -> None:
    runner = console()
    source, destination = runner.datacenter.frame(L10), runner.datacenter.frame(L9)
    validation = runner.mobility.validate(
        Request(source, destination, source.partition(name="TRAIN"))
    )
    assert not validation.errors
    runner.mobility.start(validation)
    assert "being migrated" in refused(runner, options)


@pytest.mark.parametrize("options", CHANGES)
def test_system_that_is_off_is_not_changed(console, options) -> None:
    runner = console()
    runner.datacenter.frame(L10).state = SystemState.POWER_OFF
    status, text = runner(f"chhwres -m {L10} {options}")
    assert (status, "Standby or Operating state" in text) == (1, True)


def test_viewer_changes_nothing(console) -> None:
    runner = console()
    runner.datacenter.console.users["hscroot"].role = "hmcviewer"
    assert refused(runner, "-r mem -o a -p TRAIN -q 64").startswith("HSCL350B ")


# -- any sequence ----------------------------------------------------------------------------

PARTITIONS = {
    L9: ("VIOS1_L9", "VIOS2_L9", "BUILD", "QA"),
    L10: ("VIOS1_L10", "VIOS2_L10", "DEV", "PROD", "TRAIN", "TEST"),
}
_small = st.integers(0, 12)
_operation = st.sampled_from("arm")


@st.composite
def commands(draw) -> str:
    system = draw(st.sampled_from([L9, L10]))
    where = f"chhwres -m {system} -p {draw(st.sampled_from(PARTITIONS[system]))}"
    kind = draw(st.sampled_from(["mem", "proc", "eth", "scsi", "vasi", "remove"]))
    if kind in ("mem", "proc"):
        operation = draw(_operation)
        move = f" -t {draw(st.sampled_from(PARTITIONS[system]))}" if operation == "m" else ""
        if kind == "mem":
            amount = f"-q {draw(st.sampled_from([32, 64, 128, 512, 1024, 65536]))}"
        else:
            amount = draw(
                st.sampled_from(
                    ["--procunits 0.1", "--procunits 0.25", "--procunits 0.5", "--procs 1"]
                )
            )
        return f"{where} -r {kind} -o {operation}{move} {amount}"
    slot = draw(st.one_of(st.just(""), _small.map(lambda number: f" -s {number}")))
    if kind == "remove":
        return f"{where} -r virtualio -o r{slot}"
    if kind == "vasi":
        return f"{where} -r virtualio --rsubtype vasi -o {draw(st.sampled_from('ar'))}{slot}"
    if kind == "eth":
        trunk = draw(st.sampled_from(["", ",is_trunk=1,trunk_priority=3", ",is_trunk=1"]))
        data = f"ieee_virtual_eth=0,port_vlan_id={draw(st.integers(1, 2))}{trunk}"
    else:
        data = (
            f"adapter_type={draw(st.sampled_from(['client', 'server']))},"
            f"remote_lpar_id={draw(st.sampled_from(['1', '2', '5', '7', 'any']))},"
            f"remote_slot_num={draw(_small)}"
        )
    return f"{where} -r virtualio --rsubtype {kind} -o a{slot} -a {data}"


def check_sums(runner) -> None:
    for system in (L9, L10):
        frame = runner.datacenter.frame(system)
        memory = parse_record(runner(f"lshwres -m {system} -r mem --level sys")[1].strip())
        shown = {assignment.name: assignment.value for assignment in memory}
        assigned = runner(f"lshwres -m {system} -r mem --level lpar -F curr_mem")[1].split()
        assert int(shown["curr_avail_sys_mem"]) == int(shown["pend_avail_sys_mem"])
        assert int(shown["curr_avail_sys_mem"]) == (
            int(shown["configurable_sys_mem"])
            - int(shown["sys_firmware_mem"])
            - sum(map(int, assigned))
        )
        assert int(shown["curr_avail_sys_mem"]) >= 0
        names = "curr_proc_mode,curr_procs,curr_proc_units"
        listed = runner(f"lshwres -m {system} -r proc --level lpar -F {names}")[1].split()
        modes = [line.split(",") for line in listed]
        left = runner(f"lshwres -m {system} -r proc --level sys -F curr_avail_sys_proc_units")[1]
        hundredths = sum(
            100 * int(procs) if mode == "ded" else round(float(units) * 100)
            for mode, procs, units in modes
        )
        assert round(float(left) * 100) == frame.installed_processors - hundredths
        assert float(left) >= 0
        for partition in frame.partitions.values():
            if partition.vios is not None:
                served = {a.slot for a in partition.scsi_adapters if a.side == "server"}
                assert set(partition.vios.vhosts) == served
                assert set(partition.vios.targets) <= served
            for slot, adapter in partition.adapters.items():
                assert adapter.slot == slot < partition.max_virtual_slots
            assert {0, 1} <= partition.adapters.keys()
            if partition.current is not None:
                amount = partition.current.memory
                assert amount.desired % frame.memory_block == 0
                assert amount.minimum <= amount.desired <= amount.maximum
        addresses = [address for address in frame.all_mac_addresses() if address]
        assert len(set(addresses)) == len(addresses)


def make_room(runner) -> None:
    """Let the partitions of the lab have up to four processors, one of them dedicated ones."""
    shared = Processors("shared", Amount(1, 1, 4), Amount(10, 30, 200))
    dedicated = Processors("ded", Amount(1, 1, 2), sharing_mode="keep_idle_procs")
    for frame in runner.datacenter.frames.values():
        for partition in frame.partitions.values():
            if partition.current is not None:
                processors = dedicated if partition.name in ("DEV", "QA") else shared
                partition.current = partition.pending = dataclasses.replace(
                    partition.current, processors=processors
                )


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(commands(), min_size=4, max_size=16))
def test_any_sequence_keeps_the_sums_and_a_refusal_changes_nothing(console, lines) -> None:
    runner = console()
    make_room(runner)
    shown = everything(runner)
    for line in lines:
        status, text = runner(line)
        after = everything(runner)
        event("refused" if status else "made")
        if status:
            assert (status, text != "") == (1, True)
            assert after == shown, line
        else:
            assert text == ""
            assert after != shown, line
        shown = after
    check_sums(runner)


@pytest.mark.parametrize(
    ("level", "status"),
    [
        pytest.param("V7R7.9.0", 1, id="before-it-came"),
        pytest.param("V9R2.950", 0, id="manual-page"),
    ],
)
def test_a_virtual_adapter_comes_and_goes_verbosely(console, level: str, status: int) -> None:
    """``-v`` of ``-r virtualio`` (manual page, V9)."""
    runner, system = console("modern"), "Server-9080-M9S-SN7812345"
    runner.datacenter.console.level = Level.parse(level)
    adapters = runner.datacenter.frame(system).partition(name="vios1").adapters
    command = f"chhwres -r virtualio -m {system} -p vios1 -s 42 -v"
    assert (
        runner(f"{command} --rsubtype eth -o a -a ieee_virtual_eth=0,port_vlan_id=5")[0] == status
    )
    assert (42 in adapters) is (status == 0)
    assert runner(f"{command} -o r")[0] == status
    assert 42 not in adapters
