"""Virtual switches, virtual NICs and SR-IOV: levels, values, and that refusals leave no trace."""

import pytest
from hmcsh.commands.hmc.attributes import sriov, switches, virtualio
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, Level
from hmcsh.language.records import parse_record
from hmcsh.model.sharing import shares

V7R3_4, V8R8_6 = Level.parse("V7R3.4"), Level.parse("V8R8.6")
V9R1, V10R3 = Level.parse("V9R1"), Level.parse("V10R3")
LAB = """
hmc: {level: V10R3, users: {hscroot: {password: x}}}
systems:
  srv:
    type_model: 9009-42A
    serial: 7800001
    firmware: VL950_045
    memory: 64 GB
    processors: 8
    max_partitions: 10
    virtual_switches: {STORE: {mode: VEPA}}
    slots:
      U78D5.001.WZS0001-P1-C1: {card: sriov-ethernet, sriov: 1}
      U78D5.001.WZS0001-P1-C2: {card: sriov-roce, sriov: 2}
      U78D5.001.WZS0001-P1-C3: {card: sriov-roce}
    partitions:
      vios: {id: 1, type: vioserver}
      deaf: {id: 2, type: vioserver, os: {rmc: no}}
      web: {id: 3, max_virtual_slots: 20, ethernet: {3: {vlan: 5, switch: STORE}}}
      mute: {id: 4, os: {rmc: no}}
      off:
        id: 5
        state: Not Activated
        vnic: {6: {backing: [{server: vios, adapter: 1, port: 0}]}}
        sriov_logical_ports: [{adapter: 2, port: 1, capacity: 10 %}]
"""
LISTINGS = (
    "-r virtualio --rsubtype eth --level lpar",
    "-r virtualio --rsubtype slot --level slot",
    "-r virtualio --rsubtype slot --level lpar",
    "-r virtualio --rsubtype fc --level lpar",
    "-r virtualio --rsubtype fc --level sys",
    "-r virtualio --rsubtype scsi --level lpar",
    "-r virtualio --rsubtype serial --level lpar",
    "-r virtualio --rsubtype vswitch",
    "-r virtualio --rsubtype vnic --level lpar",
    "-r virtualio --rsubtype vnicbkdev",
    "-r sriov --rsubtype adapter",
    "-r sriov --rsubtype logport",
    "-r sriov --rsubtype logport --level eth",
    "-r sriov --rsubtype logport --level roce",
    "-r sriov --rsubtype physport --level ethc",
    "-r sriov --rsubtype physport --level eth",
    "-r sriov --rsubtype physport --level roce",
    "-r io --rsubtype slot",
    "-r io --rsubtype slotchildren",
)
NIC = "-r virtualio --rsubtype vnic"
DEVICE = "-r virtualio --rsubtype vnicbkdev"
PORT = "-r sriov --rsubtype logport"
PHYSICAL = "-r sriov --rsubtype physport"
ADAPTER = "-r sriov --rsubtype adapter"
ETH = "-r virtualio --rsubtype eth"
FC = "-r virtualio --rsubtype fc"
SWITCH = "-r virtualio --rsubtype vswitch"


def lab(console, level: Level = V10R3):
    hmc = console(LAB)
    hmc.datacenter.console.level = level
    return hmc


def everything(hmc) -> str:
    listings = [f"lshwres -m srv {what}" for what in LISTINGS]
    status, text = hmc("; ".join([*listings, "lssyscfg -r prof -m srv"]))
    assert status == 0, text
    return text


def change(hmc, options: str) -> None:
    assert hmc(f"chhwres -m srv {options}") == (0, "")


def row(hmc, what: str, filters: str) -> dict[str, str]:
    line = hmc.value(f'lshwres -m srv {what} --filter "{filters}"')
    return {one.name: one.value for one in parse_record(line)}


# -- levels and systems ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "first", "words"),
    [
        (f"lshwres {SWITCH}", V7R3_4, "are --rsubtype."),
        (f"lshwres {FC} --level lpar", V7R3_4, "are --rsubtype."),
        (f"lshwres {ADAPTER}", V7R7_9, "are -r."),
        (f"lshwres {PORT} --level eth", V7R7_9, "are -r."),
        (f"lshwres {PORT} --level roce", V9R1, ""),
        (f"lshwres {NIC} --level lpar", V8R8_6, "are --rsubtype."),
        (f"lshwres {DEVICE}", V8R8_6, "are --rsubtype."),
        (f"chhwres {SWITCH} -o a --vswitch NEW", V7R3_4, "is --vswitch."),
        (f"chhwres {ETH} -o s -p web -s 3 -a port_vlan_id=7", V7R7_9, ""),
        (f"chhwres {ETH} -o d -p web -s 3", V8R8_6, "-o"),
        (f"chhwres {PORT} -o a -p web -a adapter_id=1,phys_port_id=0,logical_port_type=eth",
         V7R7_9, "are -r."),
    ],
)  # fmt: skip
def test_since_a_level(console, command: str, first: Level, words: str) -> None:
    for level in (V7R3_2, V7R3_4, V7R7_9, V8R8_6, V9R1, V9R2_950, V10R3):
        status, text = lab(console, level)(f"{command} -m srv")
        if level >= first:
            assert status == 0, (level, text)
        else:
            assert (status, words in text) == (1, True), (level, text)


def test_asynchronous_adapters_are_of_earlier_levels(console) -> None:
    for level in (V8R8_6, V10R3):
        status, text = lab(console, level)("lshwres -r virtualio --rsubtype vasi -m srv")
        assert (status, "are --rsubtype." in text) == (1, True)


OLDER = LAB.replace("9009-42A", "9117-570").replace("VL950_045", "SF240_382")
OLDER = OLDER[: OLDER.index("    virtual_switches")] + "    partitions: {vios: {type: vioserver}}\n"


def test_a_system_without_them(console) -> None:
    hmc = console(OLDER)
    hmc.datacenter.console.level = V7R7_9
    for what in ("fc --level lpar", "fc --level sys"):
        assert hmc(f"lshwres -r virtualio --rsubtype {what} -m srv")[1].startswith("HSCLA4C0 ")
    data = "adapter_type=server,remote_lpar_id=any,remote_slot_num=any"
    status, text = hmc(f"chhwres {FC} -m srv -o a -p vios -a {data}")
    assert (status, text[:9]) == (1, "HSCLA4C0 ")
    status, text = hmc("lshwres -r virtualio --rsubtype vasi -m srv")
    assert (status, text[:9]) == (1, "HSCL8022 ")
    assert hmc.lines(f"lshwres {ADAPTER} -m srv") == ["No results were found."]


# -- values ------------------------------------------------------------------------------------

# A change by table: its options, and the attributes that it must have.
CHANGES = {
    "eth": (f"{ETH} -o a -p web -s 9", "ieee_virtual_eth=1,port_vlan_id=9"),
    "fc": (f"{FC} -o a -p vios -s 9", "adapter_type=server,remote_lpar_id=3,remote_slot_num=9"),
    "vnic": (f"{NIC} -o a -p web -s 9", "backing_devices=sriov/vios//1/0"),
    "vswitch": (f"{SWITCH} -o a --vswitch NEW", "switch_mode=VEB"),
    "logport": (f"{PORT} -o a -p web", "adapter_id=1,phys_port_id=0,logical_port_type=eth"),
    "physport": (f"{PHYSICAL} -o s", "adapter_id=1,phys_port_id=0"),
}
TABLES = {
    "eth": virtualio.ETH_TABLE,
    "fc": virtualio.FC_TABLE,
    "vnic": switches.VNIC_TABLE,
    "vswitch": switches.SWITCH_TABLE,
    "logport": sriov.LOGICAL_PORT_TABLE,
    "physport": sriov.PHYSICAL_PORT_TABLE,
}


def merged(table: str, data: str) -> str:
    """What a change of a table needs, with other data besides or instead."""
    names = {one.name for one in parse_record(data)}
    needed = parse_record(CHANGES[table][1])
    return ",".join([*(f"{a.name}={a.value}" for a in needed if a.name not in names), data])


@pytest.mark.parametrize("table", TABLES)
def test_values_refused(console, table: str) -> None:
    hmc = lab(console)
    before = everything(hmc)
    tried = 0
    for attribute in TABLES[table].writable(V10R3).values():
        for value in getattr(attribute.parse, "refuses", ()):
            data = merged(table, f'"{attribute.name}={value}"')
            status, text = hmc(f"chhwres -m srv {CHANGES[table][0]} -a '{data}'")
            assert status == 1, (data, text)
            assert attribute.name in text
            tried += 1
    assert tried
    assert everything(hmc) == before


SHOWN = [
    ("eth", '"addl_vlan_ids=3,4"', None),
    ("eth", "vswitch=STORE,port_vlan_id=9", None),
    ("eth", "mac_addr=020304050607,allowed_os_mac_addrs=none", None),
    ("eth", "qos_priority=7", None),
    ("vnic", "auto_priority_failover=0,port_vlan_id=4,pvid_priority=2", None),
    ("vnic", '"allowed_vlan_ids=5,6",allowed_os_mac_addrs=020304050608', None),
    ("vnic", "mac_addr=020304050607", None),
    ("logport", "is_required=0,logical_port_id=27004007,capacity=4.0,max_capacity=50.0", None),
    ("logport", "diag_mode=1,huge_dma_window_mode=1", None),
    ("logport", "promisc_mode=1,mac_addr=020304050607,allowed_vlan_ids=none,port_vlan_id=3", None),
    ("logport", 'pvid_priority=3,"allowed_os_mac_addrs=020304050608,02030405060a"', None),
    ("logport", '"allowed_priorities=1,2",migratable=0', None),
    ("physport", "phys_port_label=up,phys_port_sub_label=b", None),
    ("physport", "max_eth_logical_ports=3", None),
    ("physport", "conn_speed=1000", "config_conn_speed=1000"),
    ("physport", "max_recv_packet_size=9000,recv_flow_control=1,trans_flow_control=1", None),
    ("physport", "veb_mode=0,vepa_mode=1", None),
    ("vswitch", "switch_mode=VEPA", None),
]
WHERE = {
    "eth": (f"{ETH} --level lpar", "slots=9"),
    "vnic": (f"{NIC} --level lpar", "slots=9"),
    "logport": (f"{PORT} --level eth", "lpar_names=web"),
    "physport": (f"{PHYSICAL} --level ethc", "adapter_ids=1,phys_port_ids=0"),
    "vswitch": (SWITCH, "vswitches=NEW"),
}


@pytest.mark.parametrize(("table", "data", "shown"), SHOWN)
def test_values_taken(console, table: str, data: str, shown: str | None) -> None:
    hmc = lab(console)
    change(hmc, f"{CHANGES[table][0]} -a '{merged(table, data)}'")
    found = row(hmc, *WHERE[table])
    for one in parse_record(shown or data):
        assert (one.name, found[one.name]) == (one.name, one.value)


@pytest.mark.parametrize("table", WHERE)
def test_every_attribute_has_a_case(table: str) -> None:
    tried = {one.name for one in parse_record(CHANGES[table][1])}
    tried |= {"is_trunk", "trunk_priority"} if table == "eth" else set()  # below
    tried |= {a.name for which, data, _ in SHOWN if which == table for a in parse_record(data)}
    assert set(TABLES[table].writable(V10R3)) == tried


# -- refusals ----------------------------------------------------------------------------------

ETHERNET_PORT = "adapter_id=1,phys_port_id=0,logical_port_type=eth"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        # who must be reachable
        (f"{NIC} -o a -p mute -a backing_devices=sriov/vios//1/0", "HSCL2957"),
        (f"{NIC} -o a -p web -a backing_devices=sriov/deaf//1/0", "HSCL2957"),
        (f"{PORT} -o a -p mute -a {ETHERNET_PORT}", "HSCL2957"),
        (f"{ETH} -o a -p mute -a ieee_virtual_eth=0,port_vlan_id=3", "HSCL2957"),
        (f"{FC} -o a -p mute -a adapter_type=client,remote_lpar_id=1,remote_slot_num=9",
         "HSCL2957"),
        # slots
        (f"{NIC} -o a -p web -s 3 -a backing_devices=sriov/vios//1/0", "already in use"),
        (f"{NIC} -o a -p web -s 20 -a backing_devices=sriov/vios//1/0", "slots 0 to 19"),
        (f"{NIC} -o r -p web -s 3", "of the type vnic"),
        (f"{NIC} -o s -p web -s 3 -a port_vlan_id=4", "of the type vnic"),
        (f"{NIC} -o r -p web -s 9", "holds no adapter."),
        (f"{NIC} -o r -p web", "are -s."),
        (f"{DEVICE} -o act --id 3 -s 3 --logport 27004001", "of the type vnic"),
        (f"{ETH} -o d -p web -s 9", "holds no adapter."),
        # what is named must be there
        (f"{PORT} -o a -p nobody -a {ETHERNET_PORT}", "HSCL8012"),
        (f"{PORT} -o a -a {ETHERNET_PORT}", "are -p, --id."),
        (f"{PORT} -o s -p web -a adapter_id=1,logical_port_id=27004001,port_vlan_id=3", "27004001"),
        (f"{PORT} -o r -p web -a adapter_id=1,logical_port_id=27004001", "27004001"),
        (f"{PORT} -o a -p web -a {ETHERNET_PORT},capacity=50,max_capacity=40", "max_capacity"),
        (f"{PHYSICAL} -o s -a adapter_id=1,phys_port_id=4,phys_port_label=x", "4"),
        (f"{PHYSICAL} -o s -a adapter_id=3,phys_port_id=0,phys_port_label=x", "3"),
        (f"{PHYSICAL} -o s -a phys_port_id=0,phys_port_label=x", "adapter_id"),
        (f"{ADAPTER} -o a -a slot_id=21010099", "21010099"),
        (f"{ADAPTER} -o a", "are -a."),
        (f"{SWITCH} -o r --vswitch STORE", "STORE"),
        (f"{SWITCH} -o r --vswitch NONE", "NONE"),
        (f"{SWITCH} -o a", "are --vswitch."),
        (f"{SWITCH} -o s --vswitch STORE -a new_name=ETHERNET0", "ETHERNET0"),
        (f"{SWITCH} -o s --vswitch STORE -a colour=red", "is colour."),
        (f"{FC} -o a -p vios -a adapter_type=server,remote_lpar_id=1,remote_slot_num=9", "vios"),
        ("-r sriov --rsubtype slot -o a", "are --rsubtype."),
        ("-r sriov -o a", "are --rsubtype, -a."),
        (f"{ADAPTER} -o d -a adapter_id=1", "-o"),
    ],
)  # fmt: skip
def test_refused(console, options: str, words: str) -> None:
    hmc = lab(console)
    before = everything(hmc)
    status, text = hmc(f"chhwres -m srv {options}")
    assert status == 1, text
    assert words in text
    assert text.count("\n") == 1
    assert everything(hmc) == before


def test_trunk_adapters_are_of_a_server(console) -> None:
    hmc = lab(console)
    data = "ieee_virtual_eth=1,port_vlan_id=9,is_trunk=1,trunk_priority=4"
    status, text = hmc(f"chhwres -m srv {ETH} -o a -p web -s 9 -a {data}")
    assert (status, "not a Virtual I/O Server" in text) == (1, True)
    change(hmc, f"{ETH} -o a -p vios -s 9 -a {data}")
    found = row(hmc, f"{ETH} --level lpar", "slots=9")
    assert (found["is_trunk"], found["trunk_priority"]) == ("1", "4")


# -- profiles ----------------------------------------------------------------------------------


def profile(hmc, name: str, attribute: str) -> str:
    return hmc.value(f"lssyscfg -r prof -m srv --filter lpar_names={name} -F {attribute}")


def test_an_activation_gives_what_the_profile_asks_for(console) -> None:
    hmc = lab(console)
    assert hmc.lines(f"lshwres {PORT} -m srv --level eth") == ["No results were found."]
    assert hmc("chsysstate -r lpar -m srv -o on -n off -f default") == (0, "")
    found = row(hmc, f"{PORT} --level eth", "lpar_names=off")
    assert (found["adapter_id"], found["phys_port_id"], found["capacity"]) == ("2", "1", "10.0")
    nic = row(hmc, f"{NIC} --level lpar", "lpar_names=off")
    assert nic["slot_num"] == "6"
    assert row(hmc, DEVICE, "lpar_names=vios")["is_active"] == "1"
    assert row(hmc, f"{PORT} --level eth", "lpar_names=vios")["mac_addr"] == nic["mac_addr"]


def test_an_activation_without_room_is_refused(console) -> None:
    hmc = lab(console)
    data = "adapter_id=2,phys_port_id=1,logical_port_type=eth,capacity=95"
    change(hmc, f"{PORT} -o a -p web -a {data}")
    before = everything(hmc)
    status, text = hmc("chsysstate -r lpar -m srv -o on -n off -f default")
    assert (status, text[:8]) == (1, "HSCL1293"), text
    assert everything(hmc) == before


def test_a_profile_that_is_kept_up_to_date(console) -> None:
    hmc = lab(console)
    assert hmc("chsyscfg -r lpar -m srv -i name=web,sync_curr_profile=1") == (0, "")
    change(hmc, f"{NIC} -o a -p web -s 7 -a backing_devices=sriov/vios//1/2/4")
    change(hmc, f"{PORT} -o a -p web -a adapter_id=2,phys_port_id=0,logical_port_type=roce")
    assert profile(hmc, "web", "vnic_adapters").startswith("7:ded:")
    assert profile(hmc, "web", "sriov_eth_logical_ports") == "none"
    assert ":adapter_id=2:phys_port_id=0:" in profile(hmc, "web", "sriov_roce_logical_ports")
    change(hmc, f"{NIC} -o r -p web -s 7")
    assert profile(hmc, "web", "vnic_adapters") == "none"


@pytest.mark.parametrize(
    ("partition", "name"),
    [
        ("off", "vnic_adapters"),
        ("off", "sriov_eth_logical_ports"),
        ("web", "virtual_eth_adapters"),
        ("vios", "virtual_serial_adapters"),
    ],
)
def test_what_is_listed_can_be_set(console, partition: str, name: str) -> None:
    hmc = lab(console)
    line = hmc.value(f"lssyscfg -r prof -m srv --filter lpar_names={partition}")
    (found,) = (one for one in parse_record(line) if one.name == name)
    (before,) = {profile(hmc, partition, name)}
    data = f"name=default,lpar_name={partition}"
    if partition != "vios":
        assert hmc(f"chsyscfg -r prof -m srv -i {data},{name}=none") == (0, "")
        assert profile(hmc, partition, name) == "none"
    assert hmc(f"chsyscfg -r prof -m srv -i '{data},\"{name}={found.value}\"'") == (0, "")
    assert profile(hmc, partition, name) == before


# -- whatever is asked for ---------------------------------------------------------------------

CLIENT, ADAPTERS, PORTS = st.sampled_from(("web", "off")), st.integers(1, 2), st.integers(0, 1)
SLOTS = st.integers(5, 8)
STEPS = st.one_of(
    st.builds(
        "-r sriov --rsubtype logport -o a -p {} "
        "-a adapter_id={},phys_port_id={},logical_port_type={},capacity={}".format,
        st.sampled_from(("web", "vios", "off")),
        ADAPTERS,
        PORTS,
        st.sampled_from(("eth", "eth", "roce")),
        st.sampled_from((2, 2, 30, 60)),
    ),
    st.builds(
        "-r virtualio --rsubtype vnic -o a -p {} -s {} "
        "-a backing_devices=sriov/{}//{}/{}/{}".format,
        CLIENT,
        SLOTS,
        st.sampled_from(("vios", "vios", "deaf")),
        ADAPTERS,
        PORTS,
        st.sampled_from((2, 40, 70)),
    ),
    st.builds(
        "-r virtualio --rsubtype vnic -o {} -p {} -s {}".format,
        st.sampled_from("rde"),
        CLIENT,
        SLOTS,
    ),
    st.builds(
        "-r virtualio --rsubtype vnic -o s -p {} -s {} "
        "-a backing_devices{}sriov/vios//{}/{}/30".format,
        CLIENT,
        SLOTS,
        st.sampled_from(("+=", "-=")),
        ADAPTERS,
        PORTS,
    ),
    st.builds(
        "-r sriov --rsubtype logport -o r -p {} -a adapter_id={},logical_port_id=2700{}00{}".format,
        st.sampled_from(("web", "vios", "off")),
        ADAPTERS,
        st.sampled_from("48"),
        st.integers(1, 4),
    ),
    st.sampled_from(("shutdown --immed", "on -f default")).map(
        lambda operation: f"-r lpar -n off -o {operation}"
    ),
)
BEGINNING = [
    f"{NIC} -o a -p web -s 5 -a backing_devices=sriov/vios//1/0/40",
    f"{PORT} -o a -p web -a adapter_id=2,phys_port_id=1,logical_port_type=eth,capacity=60",
    "-r lpar -n off -o on -f default",
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_shares_never_exceed_a_port(console, steps: list[str]) -> None:
    hmc = lab(console)
    frame = hmc.datacenter.frame("srv")
    for number, step in enumerate((*BEGINNING, *steps)):
        before = everything(hmc)
        command = "chsysstate" if "-r lpar" in step else "chhwres"
        status, text = hmc(f"{command} -m srv {step}")
        assert number >= len(BEGINNING) or status == 0, text
        event(f"{step.split(' -p')[0]} {status}")
        after = everything(hmc)
        assert status == 0 or (after == before and text.count("\n") == 1), (step, text)
        ports = [share.port for share in shares(frame)]
        assert len({port.number for port in ports}) == len(ports)
        used: dict[tuple[int, int], int] = {}
        for port in ports:
            place = (port.adapter_id, port.port_id)
            used[place] = used.get(place, 0) + port.capacity
        assert max(used.values(), default=0) <= 10000
