"""What `-i` says of movers, mappings and pools, and what the console chooses otherwise."""

import pytest
from support.lab import L9, L10, Lab, load_lab

from hmcsh.language.messages import HmcError
from hmcsh.language.records import parse_record
from hmcsh.migration import movers
from hmcsh.migration.inputs import read_input
from hmcsh.migration.request import Request
from hmcsh.migration.validation import make_plan
from hmcsh.model import power
from hmcsh.model.migration import Migration
from hmcsh.model.states import MigrationKind


def read(lab: Lab, text: str, name: str = "TEST") -> Request:
    request = lab.request(name)
    read_input(request, parse_record(text))
    return request


def pair(request: Request) -> tuple[str, str] | None:
    found = make_plan(request).pair
    return None if found is None else (found.source.name, found.destination.name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("source_msp_name=VIOS2_L10", ("VIOS2_L10", "VIOS1_L9")),
        ("source_msp_id=2", ("VIOS2_L10", "VIOS1_L9")),
        ("dest_msp_id=2", ("VIOS1_L10", "VIOS2_L9")),
        ("source_msp_id=2,dest_msp_name=VIOS2_L9", ("VIOS2_L10", "VIOS2_L9")),
        ("source_msp_name=VIOS2_L10,dest_msp_id=1", ("VIOS2_L10", "VIOS1_L9")),
        ("source_msp_id=2,source_msp_name=VIOS2_L10", ("VIOS2_L10", "VIOS1_L9")),
    ],
)
def test_named_movers_are_taken(redbook: Lab, text: str, expected: tuple[str, str]) -> None:
    """SG24-7460 5.6.1: names and IDs may be mixed."""
    assert pair(read(redbook, text)) == expected


@pytest.mark.parametrize(
    ("text", "scsi", "vlans"),
    [
        ("vlan_mappings=1/VIOS2_L9/2", {}, {1: "VIOS2_L9"}),
        ("vlan_mappings=1//2", {}, {1: "VIOS2_L9"}),
        ("vlan_mappings=1/VIOS2_L9/", {}, {1: "VIOS2_L9"}),
        (
            '"virtual_scsi_mappings=2//2,4/VIOS1_L9/1",vlan_mappings=1//1',
            {2: "VIOS2_L9", 4: "VIOS1_L9"},
            {1: "VIOS1_L9"},
        ),
    ],
)
def test_mappings_are_kept(
    redbook: Lab, text: str, scsi: dict[int, str], vlans: dict[int, str]
) -> None:
    """SG24-7460 5.6.1: a server by name, by ID, or by both."""
    plan = make_plan(read(redbook, text))
    assert plan.scsi is not None
    chosen = {slot: server.name for slot, server in plan.scsi.servers.items()}
    assert scsi.items() <= chosen.items()
    assert {vlan: server.name for vlan, server in plan.vlans.items()} == vlans
    assert not redbook.errors(plan.request)


def test_the_least_loaded_pair_is_taken(redbook: Lab) -> None:
    def busy(server_name: str, frame_name: str, count: int) -> None:
        frame = redbook.frame(frame_name)
        for _ in range(count):
            migration = Migration(MigrationKind.ACTIVE, frame.partitions[1], frame, frame)
            migration.source_mover = frame.partition(name=server_name)
            frame.migrations.append(migration)

    request = redbook.request("TEST")
    assert pair(request) == ("VIOS1_L10", "VIOS1_L9")
    busy("VIOS1_L10", L10, 1)
    assert pair(request) == ("VIOS2_L10", "VIOS1_L9")
    busy("VIOS2_L10", L10, 2)
    busy("VIOS1_L9", L9, 1)
    assert pair(request) == ("VIOS1_L10", "VIOS2_L9")


def test_the_load_of_a_migration_counts_where_it_is(redbook: Lab) -> None:
    redbook.start(redbook.request("TRAIN"))
    assert [movers.load(s) for s in redbook.frame(L10).virtual_io_servers()] == [1, 0]
    assert pair(redbook.request("TEST")) == ("VIOS2_L10", "VIOS2_L9")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("virtual_scsi_mappings=", "lpm_mapping_format"),
        ("virtual_scsi_mappings=2", "lpm_mapping_format"),
        ("virtual_scsi_mappings=2/VIOS1_L9", "lpm_mapping_format"),
        ("virtual_scsi_mappings=2/VIOS1_L9/1/4", "lpm_mapping_format"),
        ("virtual_scsi_mappings=2//", "lpm_mapping_format"),
        ("virtual_scsi_mappings=x/VIOS1_L9/1", "lpm_mapping_format"),
        ("virtual_scsi_mappings=-2/VIOS1_L9/1", "lpm_mapping_format"),
        ("virtual_scsi_mappings=99999999999/VIOS1_L9/1", "lpm_mapping_format"),
        (f"virtual_scsi_mappings={'9' * 5000}/VIOS1_L9/1", "lpm_mapping_format"),
        ("virtual_scsi_mappings=3/VIOS1_L9/1", "lpm_mapping_slot"),  # an Ethernet adapter
        ("virtual_scsi_mappings=65535/VIOS1_L9/1", "lpm_mapping_slot"),
        ("virtual_scsi_mappings=2/NOBODY/", "lpm_mapping_vios"),
        ("virtual_scsi_mappings=2/VIOS1_L10/", "lpm_mapping_vios"),  # of the source
        ("virtual_scsi_mappings=2//9", "lpm_mapping_vios"),
        ("virtual_scsi_mappings=2//65536", "lpm_mapping_vios"),
        ("virtual_scsi_mappings=2/VIOS1_L9/2", "lpm_mapping_vios"),  # two servers
        ("virtual_scsi_mappings=2/VIOS1_L9/x", "lpm_mapping_vios"),
        ("virtual_scsi_mappings=2/QA/7", "lpm_mapping_vios"),
        ('"virtual_scsi_mappings=2//1,2//2"', "lpm_mapping_twice"),
        ("vlan_mappings=2/VIOS1_L9/1", "lpm_mapping_slot"),
        ("vlan_mappings=1/VIOS1_L9", "lpm_mapping_format"),
        ("vlan_mappings=4095//1", "lpm_mapping_slot"),
        ("source_msp_name=NOBODY", "lpm_mapping_vios"),
        ("source_msp_name=TEST", "lpm_mapping_vios"),
        ("source_msp_id=77", "lpm_mapping_vios"),
        ("source_msp_id=x", "lpm_mapping_vios"),
        ("dest_msp_name=VIOS1_L10", "lpm_mapping_vios"),
        ("source_msp_name=", "invalid_attribute_value"),
        ('"source_msp_name=VIOS1_L10,VIOS2_L10"', "invalid_attribute_value"),
        ("source_msp_id=1,source_msp_name=VIOS2_L10", "lpm_names_disagree"),
        ("dest_msp_name=VIOS1_L9,dest_msp_id=2", "lpm_names_disagree"),
        ("source_msp_id=1,source_msp_id=1", "bad_configuration_data"),
        ("shared_proc_pool_id=64", "lpm_pool_not_found"),
        ("shared_proc_pool_id=-1", "lpm_pool_not_found"),
        ("shared_proc_pool_id=x", "lpm_pool_not_found"),
        ("shared_proc_pool_name=NoPool", "lpm_pool_not_found"),
        ("colour=red", "invalid_attribute"),
        ("virtual_fc_mappings=2//1", "invalid_attribute"),  # came later than V7R3.2
        ("dest_lpar_id=7", "invalid_attribute"),
        ("source_msp_id+=1", "invalid_attribute"),
    ],
)
def test_bad_input_gets_one_clear_error(redbook: Lab, picture, text: str, key: str) -> None:
    before = picture(redbook)
    with pytest.raises(HmcError) as refusal:
        read(redbook, text)
    assert refusal.value.message.key == key
    assert "\n" not in str(refusal.value)
    assert picture(redbook) == before


@pytest.fixture
def pools() -> Lab:
    return load_lab("pools")


def to_pool(lab: Lab, text: str) -> Request:
    request = lab.request("mobile", "source", "destination")
    read_input(request, parse_record(text))
    return request


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("shared_proc_pool_name=batch", True),
        ("shared_proc_pool_id=4", True),
        ("shared_proc_pool_id=4,shared_proc_pool_name=batch", True),
        ("shared_proc_pool_name=DefaultPool", True),
        ("shared_proc_pool_name=tiny", False),
        ("shared_proc_pool_id=2", False),
    ],
)
def test_a_pool_must_have_room(pools: Lab, text: str, good: bool) -> None:
    """SG24-7460 5.4: the maximum of the chosen pool must not be exceeded by the arrival."""
    errors = pools.errors(to_pool(pools, text))
    assert (not errors) is good
    assert all("has not enough capacity" in error for error in errors)


@pytest.mark.parametrize(
    ("text", "pool"), [("", 0), ("shared_proc_pool_name=batch", 4), ("shared_proc_pool_id=0", 0)]
)
@pytest.mark.parametrize("off", [False, True], ids=["active", "inactive"])
def test_the_partition_arrives_in_its_pool(pools: Lab, text: str, pool: int, off: bool) -> None:
    if off:
        power.turn_off(pools.partition("mobile", "source"))
    request = pools.request("mobile", "source", "destination")
    request.profile_name = "moved"
    if text:
        read_input(request, parse_record(text))
    pools.datacenter.clock.run_until(pools.start(request))
    moved = pools.partition("mobile", "destination")
    assert moved.profiles["moved"].resources.processors.pool_id == pool
    assert (moved.current is None) is off
    if moved.current is not None:
        assert moved.current.processors.pool_id == pool
        assert pools.frame("destination").pool_units(pool) >= 80


@pytest.mark.parametrize(
    ("asked", "name", "kept", "warned"),
    [
        (None, "default", ["default", "other"], True),
        ("new", "new", ["default", "other", "new"], False),
        ("other", "other", ["default", "other"], True),
    ],
    ids=["not given", "new", "existing"],
)
def test_the_migration_profile(
    redbook: Lab, asked: str | None, name: str, kept: list[str], warned: bool
) -> None:
    """SG24-7460 2.3, note; 3.6.9: others are copied as they are."""
    partition = redbook.partition("TRAIN")
    default = partition.profiles["default"]
    partition.profiles["other"] = default.copy(name="other", boot_mode="sms")
    request = redbook.request("TRAIN")
    request.profile_name = asked
    validation = redbook.mobility.validate(request)
    assert bool([w for w in validation.warnings if w.startswith("HSCLA295")]) is warned
    redbook.datacenter.clock.run_until(redbook.mobility.start(validation))
    moved = redbook.partition("TRAIN", L9)
    assert sorted(moved.profiles) == sorted(kept)
    assert moved.running_profile == name
    assert moved.profiles[name].adapters[2] == moved.adapters[2]
    for other in set(kept) - {name}:
        assert moved.profiles[other].boot_mode == ("sms" if other == "other" else "norm")
        assert moved.profiles[other].adapters == default.adapters
