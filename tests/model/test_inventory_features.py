"""What an inventory can declare beyond what the shipped labs use, and its defaults."""

import datetime

import pytest

from hmcsh.model.adapters import EthernetAdapter, ScsiAdapter, SerialAdapter, VasiAdapter
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import InventoryError, derived, load_text
from hmcsh.model.resources import Amount
from hmcsh.model.states import LparEnvironment, PartitionState, SystemState
from hmcsh.runtime import SECOND, Clock

FULL = """\
hmc:
  name: console
  domain: example.com
  address: 10.0.0.9
  level: V7R3.2.0
  clock: 2007-10-01 08:30:00
  users:
    hscroot: {password: secret}
    viewer: {role: hmcviewer, keys: ["ssh-ed25519 AAAA one", ssh-ed25519 BBBB two]}
  files:
    /home/hscroot/mapping: |
      virtual_scsi_mappings=2/vios/1
seed: 7
timings: {migration_starting: 90 s, quiesce: 20 ms}
transfers: {slices: 8, shrink: 10 %}
networks: {lan: 1 Gbit/s, fast: {rate: 10 Gbit/s, backbone: 20 Gbit/s}}
luns:
  a: {size: 8 GB, unique_id: 200B75AMYW1100107210790003IBMfcp, pvid: 00cdd4ac470c687e}
  b: 16 GB
  c:
systems:
  one:
    type_model: 8204-E8A
    serial: 06A85B2
    address: 192.168.0.2
    state: Standby
    firmware: EL320_031
    memory: 32 GB
    firmware_memory: 640 MB
    memory_block: 128 MB
    processors: 8
    huge_pages: 2
    max_partitions: 20
    mobility: {inactive: no, active_supported: 4}
    on_battery: yes
    pools:
      batch: {maximum: 2, reserved: 0.5}
      late: 1
    slots:
      U78A0.001.DNW0001-P1-C1: fibre-channel
      U78A0.001.DNW0001-P1-C2: {card: storage, bus: 600, drc_index: 21020258}
      U78A0.001.DNW0001-P1-C3:
  two:
    partitions:
      vios:
        type: vioserver
        level: 1.4.1.0
        mover: {network: fast, rate: 2 Gbit/s, address: 10.9.9.9, slot: 30}
        disks:
          hdisk0: {lun: internal, pvid: 00c0000000000001}
          hdisk1: {lun: a, reserve: single_path}
          hdisk2: b
          hdisk3: c
        bridges: {ent5: {network: lan, vlans: [1, 20, 30], slot: 31, priority: 2, backing: ent1}}
        server_adapters:
          20: {client: any, files: [media.iso]}
          21: {client: web, client_slot: 5, required: yes, luns: [a]}
      plain:
      web:
        mode: ded
        processors: 1 / 2 / 3
        sharing: share_idle_procs
        memory: 512 MB / 1 GB / 4 GB
        max_virtual_slots: 20
        boot_mode: sms
        auto_start: yes
        work_group: 3
        bsr_arrays: 2
        huge_pages: 0
        availability_priority: 200
        power_controlled_by: [vios]
        redundant_error_path_reporting: yes
        lhea_logical_ports: [23000000/1/0/1/none]
        profile: normal
        active_profile: tiny
        profiles:
          tiny: {memory: 256 MB, processors: 1, max_virtual_slots: 12, boot_mode: norm}
          shared: {mode: shared, sharing: uncap, weight: 64, processing_units: 0.5, pool: batch}
        os: {version: "AIX 5.3 5300-07", rmc: no, address: 10.1.1.1, accepts_migration: no}
        scsi:
          5: {server: vios, server_slot: 21}
          6: {server: vios, server_slot: 20, required: yes}
          7: {server: vios, luns: [b, c], logical_volumes: [lv_web], disks: [hdisk0]}
        ethernet: {8: {vlan: 20, additional_vlans: [30], required: yes, mac: 26E6B0002008}}
        serial: {9: {side: client, required: yes}}
      never: {state: Not Activated, os: none}
    pools: {batch: 4}
"""


@pytest.fixture(scope="module")
def full() -> Datacenter:
    return load_text(FULL, Clock("manual"))


def test_the_console(full: Datacenter) -> None:
    console = full.console
    assert (console.name, console.domain, console.ip_address) == (
        "console",
        "example.com",
        "10.0.0.9",
    )
    assert str(console.level) == "V7R3.2.0"
    assert full.start == datetime.datetime(2007, 10, 1, 8, 30)
    assert full.calendar(90 * SECOND) == datetime.datetime(2007, 10, 1, 8, 31, 30)
    assert console.users["viewer"].role == "hmcviewer"
    assert console.users["viewer"].password is None
    assert console.users["viewer"].keys == ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two"]
    assert console.files == {"/home/hscroot/mapping": "virtual_scsi_mappings=2/vios/1\n"}


def test_the_seed_is_the_inventory_s_unless_another_is_given(full: Datacenter) -> None:
    assert full.seed == 7
    assert load_text(FULL, Clock("manual"), seed=0).seed == 0


def test_timings_networks_and_luns(full: Datacenter) -> None:
    assert full.timings.migration_starting == 90 * SECOND
    assert full.timings.quiesce == SECOND // 50
    assert full.timings.movers == 2 * SECOND
    assert (full.transfers.slices, full.transfers.shrink, full.transfers.max_rounds) == (8, 0.1, 30)
    assert (full.networks["lan"].backbone, full.networks["fast"].backbone) == (None, 20 * 10**9)
    assert full.networks["fast"].rate == 10**10
    assert full.luns["a"].unique_id == "200B75AMYW1100107210790003IBMfcp"
    assert (full.luns["a"].size_mb, full.luns["b"].size_mb, full.luns["c"].size_mb) == (
        8192,
        16384,
        32768,
    )


def test_a_system(full: Datacenter) -> None:
    frame = full.frame("8204-E8A*06A85B2")
    assert frame.state is SystemState.STANDBY
    assert (frame.installed_memory, frame.firmware_memory, frame.memory_block) == (32768, 640, 128)
    assert (frame.installed_processors, frame.huge_pages, frame.max_partitions) == (800, 2, 20)
    mobility = frame.mobility
    assert (mobility.active, mobility.inactive) == (True, False)
    assert (mobility.active_supported, mobility.inactive_supported) == (4, 40)
    assert frame.on_battery
    assert [(p.pool_id, p.name, p.maximum, p.reserved) for p in frame.pools.values()] == [
        (0, "DefaultPool", None, 0),
        (1, "batch", 200, 50),
        (2, "late", 100, 0),
    ]
    slots = [(s.drc_index, s.unit, s.location, s.bus_id, s.pci_class) for s in frame.slots.values()]
    assert slots == [
        ("21010200", "U78A0.001.DNW0001", "P1-C1", 512, "0C04"),
        ("21020258", "U78A0.001.DNW0001", "P1-C2", 600, "0104"),
        ("21010202", "U78A0.001.DNW0001", "P1-C3", 514, "FFFF"),
    ]


def test_a_partition_of_which_nothing_is_said(full: Datacenter) -> None:
    plain = full.frame("two").partition("plain")
    assert plain.lpar_id == 2
    assert plain.environment is LparEnvironment.AIXLINUX
    assert plain.state is PartitionState.RUNNING
    assert plain.running_profile == plain.default_profile == "default"
    assert plain.max_virtual_slots == 10
    assert plain.current is not None
    assert plain.current.memory == Amount(256, 1024, 2048)
    assert plain.current.processors.units == Amount(10, 20, 100)
    assert plain.current.processors.count == Amount(1, 1, 1)
    assert sorted(plain.adapters) == [0, 1]
    assert plain.rmc_active


def test_a_partition_of_which_much_is_said(full: Datacenter) -> None:
    web = full.frame("two").partition("web")
    assert web.lpar_id == 3
    assert (web.default_profile, web.running_profile) == ("normal", "tiny")
    assert list(web.profiles) == ["normal", "tiny", "shared"]
    assert (web.work_group_id, web.bsr_arrays, web.availability_priority) == (3, 2, 200)
    assert web.power_controlling_lpar_ids == (1,)
    assert web.auto_start
    assert web.redundant_error_path_reporting
    assert [str(port) for port in web.lhea_logical_ports] == ["23000000/1/0/1/none"]
    system = web.operating_system
    assert system is not None
    assert (system.version, system.rmc, system.ip_address) == ("AIX 5.3 5300-07", False, "10.1.1.1")
    assert not system.accepts_migration
    assert not web.rmc_active


def test_what_is_assigned_is_the_active_profile_s(full: Datacenter) -> None:
    web = full.frame("two").partition("web")
    assert web.current is web.pending is not None
    assert web.current.memory == Amount(256, 256, 512)
    assert web.current.processors.mode == "ded"
    assert web.current.processors.count == Amount(1, 1, 2)
    assert web.current.processors.sharing_mode == "share_idle_procs"
    assert web.max_virtual_slots == 12


def test_a_profile_takes_from_the_main_one_what_it_does_not_say(full: Datacenter) -> None:
    profiles = full.frame("two").partition("web").profiles
    normal, tiny, shared = profiles.values()
    assert normal.resources.processors.count == Amount(1, 2, 3)
    assert (normal.boot_mode, tiny.boot_mode, shared.boot_mode) == ("sms", "norm", "sms")
    assert (normal.max_virtual_slots, shared.max_virtual_slots) == (20, 20)
    assert shared.resources.memory == normal.resources.memory == Amount(512, 1024, 4096)
    processors = shared.resources.processors
    assert (processors.mode, processors.sharing_mode, processors.uncapped_weight) == (
        "shared",
        "uncap",
        64,
    )
    assert (processors.pool_id, processors.units.desired) == (1, 50)
    assert processors.count == Amount(1, 2, 3)


def test_profiles_do_not_share_their_adapters(full: Datacenter) -> None:
    normal, tiny, _ = full.frame("two").partition("web").profiles.values()
    assert normal.adapters == tiny.adapters
    assert normal.adapters is not tiny.adapters


def test_virtual_adapters(full: Datacenter) -> None:
    web = full.frame("two").partition("web")
    assert web.adapters[5] == ScsiAdapter(5, "client", 1, 21)
    assert web.adapters[6] == ScsiAdapter(6, "client", 1, 20, required=True)
    assert web.adapters[7] == ScsiAdapter(7, "client", 1, 2)
    assert web.adapters[8] == EthernetAdapter(
        8, 20, ieee=True, additional_vlan_ids=(30,), required=True, mac="26E6B0002008"
    )
    assert web.adapters[9] == SerialAdapter(9, "client", required=True)


def test_server_adapters_are_declared_or_made_for_their_clients(full: Datacenter) -> None:
    server = full.frame("two").partition("vios")
    vios = server.io_server
    assert server.adapters[20] == ScsiAdapter(20, "server", "any", "any")
    assert server.adapters[21] == ScsiAdapter(21, "server", 3, 5, required=True)
    assert server.adapters[2] == ScsiAdapter(2, "server", 3, 7)
    assert vios.vhosts == {2: "vhost0", 20: "vhost1", 21: "vhost2"}
    assert [(t.name, t.backing, t.kind, t.lun_address) for t in vios.targets[2]] == [
        ("vtscsi0", "hdisk2", "disk", 0x81),
        ("vtscsi1", "hdisk3", "disk", 0x82),
        ("vtscsi2", "hdisk0", "disk", 0x83),
        ("vtscsi3", "lv_web", "lv", 0x84),
    ]
    assert [(t.backing, t.kind) for t in vios.targets[20]] == [("media.iso", "file")]
    assert [(t.backing, t.kind) for t in vios.targets[21]] == [("hdisk1", "disk")]


def test_a_virtual_io_server(full: Datacenter) -> None:
    server = full.frame("two").partition("vios")
    vios = server.io_server
    assert vios.level == "1.4.1.0"
    assert (vios.mover, vios.mover_network, vios.mover_rate, vios.mover_address) == (
        True,
        "fast",
        2 * 10**9,
        "10.9.9.9",
    )
    assert server.adapters[30] == VasiAdapter(30)
    trunk = server.adapters[31]
    assert isinstance(trunk, EthernetAdapter)
    assert trunk.vlan_ids == {1, 20, 30}
    assert trunk.trunk_priority == 2
    (bridge,) = vios.bridges
    assert (bridge.name, bridge.network, bridge.trunk_slots, bridge.backing) == (
        "ent5",
        "lan",
        (31,),
        "ent1",
    )
    assert vios.disks["hdisk0"].lun is None
    assert vios.disks["hdisk0"].pvid == "00c0000000000001"
    assert vios.disks["hdisk1"].reserve_policy == "single_path"
    assert vios.disks["hdisk1"].lun is full.luns["a"]
    assert vios.disks["hdisk1"].pvid == "00cdd4ac470c687e"
    assert server.max_virtual_slots == 100


def test_a_partition_that_was_never_activated_has_nothing(full: Datacenter) -> None:
    never = full.frame("two").partition("never")
    assert never.current is never.pending is None
    assert not never.activated_before
    assert never.running_profile == ""
    assert never.operating_system is None


MOVERS = {
    "mover: lan": (True, [2]),
    "mover: {slot: 9}": (True, [9]),
    "mover: {vasi: no}": (True, []),
    "mover: {enabled: no}": (False, [2]),
    "mover: none": (False, []),
    "level: 1.5.0.0": (False, []),
}


@pytest.mark.parametrize("declared", MOVERS)
def test_a_mover_has_a_vasi_adapter_unless_it_is_denied(declared: str) -> None:
    text = f"systems: {{s: {{partitions: {{v: {{type: vioserver, {declared}}}}}}}}}"
    server = load_text(text, Clock("manual")).frame("s").partition("v")
    assert (server.is_mover, [a.slot for a in server.vasi_adapters]) == MOVERS[declared]


def test_the_smallest_inventory_has_a_console_a_user_and_a_network() -> None:
    datacenter = load_text("systems: {s: }", Clock("manual"))
    assert list(datacenter.console.users) == ["hscroot", "root"]
    assert list(datacenter.networks) == ["lan"]
    frame = datacenter.frame("s")
    assert frame.serial_number.startswith("10")
    assert len(frame.serial_number) == 7
    assert frame.memory_available == 16 * 1024 - 512


def test_derived_identifiers_do_not_depend_on_their_neighbours() -> None:
    small = load_text("systems: {s: {partitions: {a: {id: 5}}}}", Clock("manual"))
    more = load_text("systems: {t: , s: {partitions: {b: , a: {id: 5}}}}", Clock("manual"))
    one, other = (d.frame("s").partition("a") for d in (small, more))
    assert (one.uuid, one.mac_stem) == (other.uuid, other.mac_stem)
    assert one.frame.serial_number == other.frame.serial_number


def test_ids_left_out_take_the_lowest_free_numbers_in_order() -> None:
    text = "systems: {s: {partitions: {a: , b: {id: 2}, c: , d: {id: 1}, e: }}}"
    frame = load_text(text, Clock("manual")).frame("s")
    assert [(p.name, p.lpar_id) for p in frame.listed_partitions()] == [
        ("a", 3),
        ("b", 2),
        ("c", 4),
        ("d", 1),
        ("e", 5),
    ]


def test_an_alias_is_a_copy() -> None:
    text = (
        "systems: {s: {partitions: {v: {type: vioserver},"
        " a: &a {scsi: {2: v}, ethernet: {3: 1}}, b: *a}}}"
    )
    frame = load_text(text, Clock("manual")).frame("s")
    a, b = frame.partition("a"), frame.partition("b")
    assert a.adapters is not b.adapters
    assert a.mac_stem != b.mac_stem
    assert [s.remote_slot for s in (*a.scsi_adapters, *b.scsi_adapters)] == [2, 3]


def test_a_pool_that_is_too_small_for_its_partitions() -> None:
    text = """\
systems:
  s:
    pools:
      p: 0.5
    partitions:
      a: {pool: p, processing_units: 0.3}
      b: {pool: p, processing_units: 0.3}
"""
    with pytest.raises(InventoryError) as caught:
        load_text(text, Clock("manual"), file="f")
    assert str(caught.value) == ("f:4: partitions have 0.6 processors of p, but its maximum is 0.5")


def test_identifiers_that_collide_are_moved_on() -> None:
    unused = derived.Unused()
    first = unused.pick("A", 1, "x")
    found = {first, *(unused.pick("A", 1, "x") for _ in range(15))}
    assert found == {f"A{digit:X}" for digit in range(16)}


def test_none_is_an_empty_list_or_mapping_too() -> None:
    text = "systems: {s: {pools: none, slots: , partitions: {a: {power_controlled_by: none}}}}"
    frame = load_text(text, Clock("manual")).frame("s")
    assert frame.slots == {}
    assert frame.partition("a").power_controlling_lpar_ids == ()
