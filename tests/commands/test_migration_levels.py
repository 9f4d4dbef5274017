"""What a migration can be told at later levels: each attribute accepted once and refused once."""

import pytest
from support.lab import Lab, load_lab

from hmcsh.language.levels import LEVELS, V7R3_2, V7R7_9, V9R2_950, V10R3, Level
from hmcsh.language.messages import HmcError
from hmcsh.language.records import parse_record
from hmcsh.migration.inputs import INPUT, read_input
from hmcsh.migration.request import Request, Vlans
from hmcsh.model.adapters import BackingDevice, VnicAdapter

M9S, S942 = "Server-9080-M9S-SN7812345", "Server-9009-42A-SN7867890"
LATER = (V7R7_9, V9R2_950, V10R3)
NEWEST = (V9R2_950, V10R3)
PAIR = "{group}/vios1/1/{here}/vios3/1/10.2.0.1,{group}/vios2//10.1.0.2/{there}/"


@pytest.fixture
def lab() -> Lab:
    found = load_lab("modern")
    for name, frame, address in (
        ("vios1", M9S, "10.1.0.1"),
        ("vios2", M9S, "10.1.0.2"),
        ("vios3", S942, "10.2.0.1"),
        ("vios4", S942, "10.2.0.2"),
    ):
        found.partition(name, frame).io_server.mover_address = address
    devices = (BackingDevice(1, 1, 0, 200), BackingDevice(2, 2, 0, 200))
    found.partition("lpar1", M9S).adapters[6] = VnicAdapter(6, devices)
    return found


def read(lab: Lab, text: str, level: Level = V9R2_950, *, several: bool = False) -> Request:
    request = lab.request("lpar1", M9S, S942)
    request.level = level
    mac = request.partition.ethernet_adapters[0].mac
    read_input(request, parse_record(text.replace("MAC", mac)), several=several)
    return request


def pairs(request: Request) -> list[list[str]]:
    return [
        [server.name for pair in couple for server in (pair.source, pair.destination)]
        for couple in request.redundant_pairs
    ]


def nics(request: Request) -> list[tuple[tuple[str, tuple[int, int], int], tuple[int, int]]]:
    return [((m.server.name, m.port, m.capacity), m.before) for m in request.nics[6]]


def wanted(request: Request) -> tuple[dict[int, int], dict[int, str]]:
    return request.server_slots, request.ports


WRONG_ADDRESS = PAIR.format(group=1, here="10.1.0.2", there="vios4/2")
ACCEPTED = [
    ("virtual_scsi_mappings=2/vios3/1", LEVELS, lambda r: r.scsi[2].name, "vios3"),
    ("virtual_scsi_mappings=2//1/16", LATER, lambda r: r.server_slots, {2: 16}),
    ("virtual_scsi_mappings=2/vios4//", LATER, lambda r: r.server_slots, {}),
    ("virtual_fc_mappings=4//2", LATER, lambda r: r.channels[4].name, "vios4"),
    ("virtual_fc_mappings=4//2/14/fcs0", LATER, wanted, ({4: 14}, {4: "fcs0"})),
    ("virtual_fc_mappings=4//2//fcs0", LATER, wanted, ({}, {4: "fcs0"})),
    ('"virtual_fc_mappings=4//1,5//2"', LATER, lambda r: sorted(r.channels), [4, 5]),
    ("virtual_fc_mappings=4//1,5//2", LATER, lambda r: sorted(r.channels), [4, 5]),
    ("vlan_mappings=1//1", (V7R3_2, V7R7_9), lambda r: r.vlans[1].name, "vios3"),
    ("vlan_mappings=MAC/5/6 7", NEWEST, lambda r: list(r.networks.values()), [Vlans(5, (6, 7))]),
    ("source_msp_name=vios2", LEVELS, lambda r: r.source_mover.name, "vios2"),
    ("source_msp_id=2", LEVELS, lambda r: r.source_mover.name, "vios2"),
    ("dest_msp_name=vios4", LEVELS, lambda r: r.destination_mover.name, "vios4"),
    ("dest_msp_id=2", LEVELS, lambda r: r.destination_mover.name, "vios4"),
    ("source_msp_ipaddr=10.1.0.2", LATER, lambda r: r.source_mover.name, "vios2"),
    ("dest_msp_ipaddr=10.2.0.2", LATER, lambda r: r.destination_mover.name, "vios4"),
    ("source_msps=vios2//10.1.0.2", NEWEST, lambda r: r.source_mover.name, "vios2"),
    ("dest_msps=//10.2.0.2", NEWEST, lambda r: r.destination_mover.name, "vios4"),
    (
        "redundant_msps=" + PAIR.format(group=1, here="", there="vios4/2"),
        NEWEST,
        pairs,
        [["vios1", "vios3", "vios2", "vios4"]],
    ),
    ("vnic_mappings=6/ded/vios3//2/0/4", NEWEST, nics, [(("vios3", (2, 0), 400), (1, 0))]),
    (
        '"vnic_mappings=6/ded//2/2/1//2/0,6/ded/vios3/1/2/0/4.0/1/0"',
        NEWEST,
        nics,
        [(("vios4", (2, 1), 200), (2, 0)), (("vios3", (2, 0), 400), (1, 0))],
    ),
    ("shared_proc_pool_id=0", LEVELS, lambda r: r.pool_id, 0),
    ("shared_proc_pool_name=DefaultPool", LEVELS, lambda r: r.pool_id, 0),
    ("multiple_shared_proc_pool_ids=/3/0,/4/0", NEWEST, lambda r: r.pool_id, 0),
    ("multiple_shared_proc_pool_names=lpar2//DefaultPool", NEWEST, lambda r: r.pool_id, None),
    ("dest_lpar_id=42", LATER, lambda r: r.lpar_id, 42),
]  # fmt: skip
REFUSED = [
    ("virtual_scsi_mappings=2/vios3/1/x", "lpm_mapping_format"),
    ("virtual_scsi_mappings=2/vios3/1/16/fcs0", "lpm_mapping_format"),
    ("virtual_fc_mappings=", "lpm_mapping_format"),
    ("virtual_fc_mappings=4", "lpm_mapping_format"),
    ("virtual_fc_mappings=4//", "lpm_mapping_format"),
    ("virtual_fc_mappings=4//1/14/fcs0/x", "lpm_mapping_format"),
    ("virtual_fc_mappings=2//1", "lpm_mapping_slot"),
    ("virtual_fc_mappings=4//9", "lpm_mapping_vios"),
    ("virtual_fc_mappings=4/vios1/", "lpm_mapping_vios"),
    ("virtual_fc_mappings=4//1//fcs9", "lpm_mapping_port"),
    ("virtual_fc_mappings=4//1,4//2", "lpm_mapping_twice"),
    ("vlan_mappings=", "lpm_mapping_format"),
    ("vlan_mappings=MAC", "lpm_mapping_format"),
    ("vlan_mappings=MAC/4095", "lpm_mapping_format"),
    ("vlan_mappings=MAC/5/5", "lpm_mapping_format"),
    ("vlan_mappings=00:11:22:33:44:55/5", "lpm_mapping_format"),
    ("vlan_mappings=001122334455/5", "lpm_mapping_slot"),
    ("vlan_mappings=MAC/5,MAC/6", "lpm_mapping_twice"),
    ("source_msp_name=vios3", "lpm_mapping_vios"),
    ("source_msp_id=9", "lpm_mapping_vios"),
    ("dest_msp_name=vios1", "lpm_mapping_vios"),
    ("dest_msp_id=x", "lpm_mapping_vios"),
    ("source_msp_ipaddr=10.9.9.9", "lpm_mapping_vios"),
    ("source_msp_ipaddr=10.1.0.1,10.1.0.2", "lpm_names_disagree"),
    ("source_msp_ipaddr=", "invalid_attribute_value"),
    ("dest_msp_ipaddr=10.1.0.1", "lpm_mapping_vios"),
    ("source_msps=vios2", "lpm_mapping_format"),
    ("source_msps=vios2//10.1.0.1", "lpm_names_disagree"),
    ("dest_msps=vios1//", "lpm_mapping_vios"),
    ("redundant_msps=", "invalid_attribute_value"),
    ("redundant_msps=x/vios1///vios3//,x/vios2///vios4//", "lpm_mapping_format"),
    ("redundant_msps=1/vios1//", "lpm_mapping_format"),
    ("redundant_msps=1/vios1///vios3//", "lpm_redundant_group"),
    ("redundant_msps=1/vios1///vios3//,2/vios2///vios4//", "lpm_redundant_group"),
    ("redundant_msps=1/vios1///vios3//,1/vios2///vios3//", "lpm_redundant_same"),
    (f"redundant_msps={WRONG_ADDRESS}", "lpm_names_disagree"),
    ("vnic_mappings=", "lpm_mapping_format"),
    ("vnic_mappings=6/ded/vios3/1/2/0", "lpm_mapping_format"),
    ("vnic_mappings=6/ded/vios3/1/2/0/x", "lpm_mapping_format"),
    ("vnic_mappings=6/ded/vios3/1/2/0/2/1", "lpm_mapping_format"),
    ("vnic_mappings=6/shared/vios3/1/2/0/2", "lpm_mapping_format"),
    ("vnic_mappings=x/ded/vios3/1/2/0/2", "lpm_mapping_format"),
    ("vnic_mappings=7/ded/vios3/1/2/0/2", "lpm_mapping_slot"),
    ("vnic_mappings=6/ded/vios1/1/2/0/2", "lpm_mapping_vios"),
    ("vnic_mappings=6/ded/vios3/1/1/0/2", "sriov_adapter_not_found"),
    ("vnic_mappings=6/ded/vios3/1/2/9/2", "sriov_port_not_found"),
    ("vnic_mappings=6/ded/vios3/1/2/0/3", "capacity_no_multiple"),
    ("vnic_mappings=6/ded/vios3/1/2/0/101", "capacity_out_of_range"),
    ("vnic_mappings=6/ded/vios3/1/2/0/2/1/3", "lpm_vnic_device"),
    ("vnic_mappings=6/ded/vios3/1/2/0/2/1/0,6/ded/vios3/1/2/1/2/1/0", "lpm_mapping_twice"),
    ("shared_proc_pool_id=9", "lpm_pool_not_found"),
    ("shared_proc_pool_name=none", "lpm_pool_not_found"),
    ("multiple_shared_proc_pool_ids=", "invalid_attribute_value"),
    ("multiple_shared_proc_pool_ids=lpar1/3/0", "lpm_mapping_format"),
    ("multiple_shared_proc_pool_ids=/99/0", "lpar_id_not_found"),
    ("multiple_shared_proc_pool_ids=/x/0", "lpar_id_not_found"),
    ("multiple_shared_proc_pool_names=nobody//web", "lpar_not_found"),
    ("multiple_shared_proc_pool_names=lpar1//web", "lpm_pool_not_found"),
    ("dest_lpar_id=0", "invalid_attribute_value"),
    ("dest_lpar_id=x", "invalid_attribute_value"),
    ("dest_lpar_id=401", "invalid_attribute_value"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "level", "get", "expected"),
    [
        pytest.param(text, level, get, expected, id=f"{text}-{level}")
        for text, levels, get, expected in ACCEPTED
        for level in levels
    ],
)
def test_accepted(lab: Lab, text, level, get, expected) -> None:
    assert get(read(lab, text, level)) == expected


@pytest.mark.parametrize(("text", "key"), REFUSED, ids=[text for text, _ in REFUSED])
def test_refused(lab: Lab, text: str, key: str) -> None:
    with pytest.raises(HmcError) as refusal:
        read(lab, text)
    assert refusal.value.message.key == key


def test_every_attribute_is_accepted_and_refused_once() -> None:
    for level in LEVELS:
        named = {
            text.strip('"').partition("=")[0] for text, levels, *_ in ACCEPTED if level in levels
        }
        assert named == set(INPUT.names(level))
    assert set(INPUT.names(V10R3)) == {text.partition("=")[0] for text, _ in REFUSED}


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_what_a_level_does_not_know_is_refused(lab: Lab, level: Level) -> None:
    for name in {attribute.name for attribute in INPUT.attributes} - set(INPUT.names(level)):
        with pytest.raises(HmcError) as refusal:
            read(lab, f"{name}=x", level)
        assert refusal.value.message.key == "invalid_attribute"


def test_what_is_one_partitions_own_cannot_be_given_for_several(lab: Lab) -> None:
    shared = {a.name: a.shared for a in INPUT.select(V9R2_950).attributes}
    for text, levels, *_ in ACCEPTED:
        if V9R2_950 not in levels:
            continue
        name = text.strip('"').partition("=")[0]
        if shared[name]:
            read(lab, text, several=True)
        else:
            with pytest.raises(HmcError) as refusal:
                read(lab, text, several=True)
            assert refusal.value.message.key == "lpm_for_one_partition"


# -- options by level ---------------------------------------------------------------------------

_MISSING = "are -f, -i."
_UNKNOWN = "An invalid parameter was entered."


@pytest.mark.parametrize(
    ("options", "level", "words"),
    [
        pytest.param("-o set -r sys", V7R3_2, _UNKNOWN, id="set-before-it-came"),
        pytest.param("-o set -r sys", V7R7_9, None, id="set-without-data"),
        pytest.param("-o set -r lpar -p vios1", V7R7_9, None, id="set-a-mover-without-data"),
        pytest.param("-o set -r sys", V9R2_950, _MISSING, id="set-needs-data"),
        pytest.param("-o set -r lpar -p vios1", V9R2_950, _MISSING, id="set-a-mover-needs-data"),
        pytest.param(f"-o v -t {S942} -p lpar1 --force", V7R3_2, _UNKNOWN, id="force-recovers"),
        pytest.param(f"-o v -t {S942} -p lpar1 --force", V7R7_9, None, id="force"),
        pytest.param(f"-o v -t {S942} -p ibmi1 --force", V7R7_9, "Errors:", id="force-of-errors"),
    ],
)
def test_options_that_changed_with_the_level(console, options, level, words) -> None:
    hmc = console("modern")
    hmc.datacenter.console.level = level
    before = hmc.lines(f"lslparmigr -r lpar -m {M9S} -F")
    status, text = hmc(f"migrlpar -m {M9S} {options}")
    if words is None:
        assert status == 0, text
        assert "Errors:" not in text
    else:
        assert status == 1
        assert words in text
    assert hmc.lines(f"lslparmigr -r lpar -m {M9S} -F") == before
