"""The rules of dynamic changes, on a managed system of each test's own making."""

import dataclasses

import pytest

from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar
from hmcsh.model.adapters import (
    ANY,
    EthernetAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    default_serial_adapters,
)
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.dlpar import Quantity
from hmcsh.model.frame import Frame, Mobility, ProcessorPool
from hmcsh.model.migration import Migration
from hmcsh.model.partition import OperatingSystem, Partition
from hmcsh.model.resources import Amount, Processors, Profile, Resources
from hmcsh.model.states import LparEnvironment, MigrationKind, PartitionState
from hmcsh.model.storage import VirtualTarget
from hmcsh.model.vios import SharedEthernet, VirtualIoServer
from hmcsh.runtime import Clock

SHARED = Processors("shared", Amount(1, 2, 4), Amount(10, 100, 200))
DEDICATED = Processors("ded", Amount(1, 2, 3), sharing_mode="share_idle_procs")


def add_partition(
    frame: Frame, lpar_id: int, name: str, processors: Processors = SHARED, *, vios: bool = False
) -> Partition:
    resources = Resources(Amount(256, 1024, 2048), processors)
    partition = Partition(
        frame,
        lpar_id,
        name,
        LparEnvironment.VIOSERVER if vios else LparEnvironment.AIXLINUX,
        f"uuid-{lpar_id}",
        {"default": Profile("default", resources)},
        "default",
        "default",
        PartitionState.RUNNING,
        True,
        resources,
        resources,
        dict(default_serial_adapters()),
        mac_stem=f"76000000{lpar_id:02d}",
        operating_system=OperatingSystem(),
        vios=VirtualIoServer() if vios else None,
    )
    frame.add(partition)
    return partition


@pytest.fixture
def frame() -> Frame:
    """Make a system with 8 processors and 8 GB: vios (1), aix (2), big (3, dedicated)."""
    datacenter = Datacenter(Clock("manual"), Console())
    made = Frame(datacenter, "sys", "9117-MMA", "1000001", "10.0.0.1", 8192, 512, 64, 800)
    datacenter.frames["sys"] = made
    add_partition(made, 1, "vios", vios=True)
    add_partition(made, 2, "aix")
    add_partition(made, 3, "big", DEDICATED)
    return made


def state(frame: Frame) -> list[object]:
    """All that a change may touch."""
    return [
        (
            p.current,
            p.pending,
            dict(p.adapters),
            p.vios and (dict(p.vios.vhosts), {s: list(t) for s, t in p.vios.targets.items()}),
        )
        for p in frame.partitions.values()
    ]


def refused(frame: Frame, change, *arguments) -> HmcError:
    """The refusal of a change, after which all is as before."""
    before = state(frame)
    with pytest.raises(HmcError) as caught:
        change(*arguments)
    assert state(frame) == before
    return caught.value


# -- memory and processors -------------------------------------------------------------------


def test_sums_follow_each_change(frame) -> None:
    aix, big = frame.partitions[2], frame.partitions[3]
    assert (frame.memory_available, frame.processors_available) == (4608, 400)
    dlpar.add(aix, Quantity(memory=128))
    dlpar.add(aix, Quantity(processors=1, units=25))
    dlpar.remove(big, Quantity(processors=1))
    assert (frame.memory_available, frame.processors_available) == (4480, 475)
    assert aix.current == aix.pending
    assert aix.current.processors.units == Amount(10, 125, 200)
    assert aix.current.processors.count == Amount(1, 3, 4)
    dlpar.move(big, aix, Quantity(memory=256))
    assert frame.memory_available == 4480
    assert aix.profiles["default"].resources.memory.desired == 1024


@pytest.mark.parametrize(
    ("change", "lpar_id", "quantity", "key"),
    [
        (dlpar.add, 2, Quantity(memory=32), "not_lmb_multiple"),
        (dlpar.add, 2, Quantity(memory=1088), "above_maximum"),
        (dlpar.remove, 2, Quantity(memory=832), "below_minimum"),
        (dlpar.add, 2, Quantity(processors=3), "above_maximum"),
        (dlpar.remove, 2, Quantity(processors=2), "below_minimum"),
        (dlpar.add, 2, Quantity(units=101), "above_maximum"),
        (dlpar.remove, 2, Quantity(units=91), "below_minimum"),
        (dlpar.remove, 2, Quantity(units=81), "units_per_processor"),
        (dlpar.remove, 2, Quantity(processors=1, units=-1), "units_above_processors"),
        (dlpar.add, 3, Quantity(units=10), "wrong_proc_mode"),
        (dlpar.add, 3, Quantity(processors=2), "above_maximum"),
        (dlpar.remove, 3, Quantity(processors=2), "below_minimum"),
    ],
)
def test_rules_of_amounts(frame, change, lpar_id, quantity, key) -> None:
    assert refused(frame, change, frame.partitions[lpar_id], quantity).message.key == key


def test_exactly_a_tenth_for_each_virtual_processor_is_enough(frame) -> None:
    aix = frame.partitions[2]
    dlpar.remove(aix, Quantity(units=80))
    assert refused(frame, dlpar.add, aix, Quantity(processors=1)).message.code == "HSCL0622"
    dlpar.add(aix, Quantity(processors=1, units=10))


def test_what_the_system_has_left_bounds_an_addition_but_not_a_move(frame) -> None:
    aix, big = frame.partitions[2], frame.partitions[3]
    frame.installed_memory -= frame.memory_available
    frame.installed_processors -= frame.processors_available
    assert refused(frame, dlpar.add, aix, Quantity(memory=64)).message.key == "no_memory"
    assert refused(frame, dlpar.add, aix, Quantity(units=1)).message.key == "no_processors"
    assert refused(frame, dlpar.add, big, Quantity(processors=1)).message.key == "no_processors"
    dlpar.move(big, aix, Quantity(memory=64))
    assert frame.memory_available == 0
    dlpar.remove(aix, Quantity(units=1))
    dlpar.add(aix, Quantity(units=1))
    assert frame.processors_available == 0


def test_virtual_processors_that_become_dedicated_ones_need_whole_ones(frame) -> None:
    aix, big = frame.partitions[2], frame.partitions[3]
    frame.installed_processors -= frame.processors_available
    found = refused(frame, dlpar.move, aix, big, Quantity(processors=1))
    assert found.message.key == "no_processors"


def test_move_is_all_or_nothing(frame) -> None:
    aix, big = frame.partitions[2], frame.partitions[3]
    dlpar.add(aix, Quantity(memory=1024))
    assert refused(frame, dlpar.move, big, aix, Quantity(memory=64)).message.key == "above_maximum"
    assert refused(frame, dlpar.move, aix, aix, Quantity(memory=64)).message.key == "move_to_itself"


def test_pool_has_a_maximum(frame) -> None:
    vios, aix = frame.partitions[1], frame.partitions[2]
    frame.pools[1] = ProcessorPool(1, "batch", maximum=210)
    for partition in (vios, aix):
        partition.current = dataclasses.replace(
            partition.current, processors=dataclasses.replace(SHARED, pool_id=1)
        )
    assert refused(frame, dlpar.add, aix, Quantity(units=11)).message.key == "pool_exceeded"
    dlpar.add(aix, Quantity(units=10))
    dlpar.move(vios, aix, Quantity(units=10))
    assert frame.pool_units(1) == 210


# -- slots -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "key"),
    [(0, "slot_reserved"), (1, "slot_reserved"), (5, "slot_in_use"), (10, "slot_out_of_range")],
)
def test_slots_that_cannot_be_chosen(frame, slot, key) -> None:
    aix = frame.partitions[2]
    aix.adapters[5] = EthernetAdapter(5, 1)
    assert refused(frame, dlpar.choose_slot, aix, slot).message.key == key
    added = EthernetAdapter(slot, 1)
    assert refused(frame, dlpar.add_adapter, aix, added).message.key == key


def test_slots_are_given_from_2_on_until_none_is_left(frame) -> None:
    aix = frame.partitions[2]
    given = []
    for _ in range(8):
        given.append(dlpar.choose_slot(aix))
        dlpar.add_adapter(aix, EthernetAdapter(given[-1], 1))
    assert given == list(range(2, 10))
    assert refused(frame, dlpar.choose_slot, aix).message.key == "no_free_slot"


def test_slots_256_apart_do_not_share_an_address(frame) -> None:
    aix = frame.partitions[2]
    aix.max_virtual_slots = 600
    for slot in (2, 3, 258, 514):
        dlpar.add_adapter(aix, EthernetAdapter(slot, 1))
    addresses = [adapter.mac for adapter in aix.ethernet_adapters]
    assert addresses[:2] == [aix.mac_address(2), aix.mac_address(3)]
    assert len(set(addresses)) == 4


# -- who may have what -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lpar_id", "adapter", "key"),
    [
        (2, EthernetAdapter(5, 1, trunk_priority=1), "vios_only"),
        (2, VasiAdapter(5), "vios_only"),
        (2, ScsiAdapter(5, "server", 3, 5), "vios_only"),
        (2, ScsiAdapter(5, "server", ANY, ANY), "vios_only"),
        (2, ScsiAdapter(5, "client", 3, 5), "invalid_remote_partition"),
        (2, ScsiAdapter(5, "client", 2, 5), "invalid_remote_partition"),
        (2, ScsiAdapter(5, "client", ANY, 5), "invalid_remote_partition"),
        (2, ScsiAdapter(5, "client", 1, ANY), "invalid_remote_partition"),
        (2, ScsiAdapter(5, "client", 9, 5), "lpar_id_not_found"),
        (1, ScsiAdapter(5, "server", 9, 5), "lpar_id_not_found"),
        (1, ScsiAdapter(5, "server", 1, 5), "invalid_remote_partition"),
        (1, ScsiAdapter(5, "client", 1, 5), "invalid_remote_partition"),
    ],
)
def test_adapters_that_a_partition_cannot_have(frame, lpar_id, adapter, key) -> None:
    partition = frame.partitions[lpar_id]
    assert refused(frame, dlpar.add_adapter, partition, adapter).message.key == key


def test_trunks_of_one_vlan_differ_in_priority(frame) -> None:
    vios = frame.partitions[1]
    dlpar.add_adapter(vios, EthernetAdapter(2, 1, True, (5, 6), trunk_priority=1))
    clash = EthernetAdapter(3, 6, trunk_priority=1)
    assert refused(frame, dlpar.add_adapter, vios, clash).message.key == "trunk_conflict"
    dlpar.add_adapter(vios, EthernetAdapter(3, 7, trunk_priority=1))
    dlpar.add_adapter(vios, EthernetAdapter(4, 6, trunk_priority=2))


def test_system_must_be_able_to_move_partitions_for_vasi(frame) -> None:
    frame.mobility = Mobility(active=False)
    found = refused(frame, dlpar.add_adapter, frame.partitions[1], VasiAdapter(5))
    assert found.message.key == "lpm_vios_not_capable"


def test_serial_adapters_are_added_and_removed(frame) -> None:
    aix = frame.partitions[2]
    dlpar.add_adapter(aix, SerialAdapter(5, required=False))
    assert aix.adapters[5] == SerialAdapter(5, required=False)
    dlpar.remove_adapter(aix, 5, SerialAdapter)
    assert 5 not in aix.adapters


# -- what is in use stays --------------------------------------------------------------------


def connect(frame: Frame) -> tuple[Partition, Partition]:
    """Connect slot 4 of aix with slot 3 of vios."""
    vios, aix = frame.partitions[1], frame.partitions[2]
    dlpar.add_adapter(vios, ScsiAdapter(3, "server", 2, 4))
    dlpar.add_adapter(aix, ScsiAdapter(4, "client", 1, 3))
    return vios, aix


def detail(frame: Frame, partition: Partition, slot: int) -> str:
    found = refused(frame, dlpar.remove_adapter, partition, slot)
    assert found.message.code == "HSCL294D"
    return str(found.fields["detail"])


def test_server_adapter_serves_until_its_client_is_off(frame) -> None:
    vios, aix = connect(frame)
    assert "serves the partition aix" in detail(frame, vios, 3)
    aix.state = PartitionState.NOT_ACTIVATED
    dlpar.remove_adapter(vios, 3, ScsiAdapter)
    assert vios.vios.vhosts == {}


def test_server_adapter_for_any_client_serves_whoever_is_connected(frame) -> None:
    vios, aix = frame.partitions[1], frame.partitions[2]
    dlpar.add_adapter(vios, ScsiAdapter(3, "server", ANY, ANY))
    dlpar.add_adapter(aix, ScsiAdapter(4, "client", 1, 3))
    assert "aix" in detail(frame, vios, 3)


def test_server_adapter_for_another_client_is_not_connected(frame) -> None:
    vios, aix = frame.partitions[1], frame.partitions[2]
    dlpar.add_adapter(vios, ScsiAdapter(3, "server", 3, 4))
    dlpar.add_adapter(aix, ScsiAdapter(4, "client", 1, 3))
    dlpar.remove_adapter(vios, 3)
    assert 3 not in vios.adapters


def test_adapters_with_disks_stay_while_they_are_used(frame) -> None:
    vios, aix = connect(frame)
    vios.vios.targets[3].append(VirtualTarget("vtscsi0", "hdisk1"))
    assert "in use" in detail(frame, vios, 3)
    aix.devices.configure()
    assert "in use" in detail(frame, aix, 4)
    aix.state = PartitionState.NOT_ACTIVATED
    assert "in use" in detail(frame, vios, 3)
    dlpar.remove_adapter(aix, 4)


def test_client_that_migrates_keeps_its_server(frame) -> None:
    vios, aix = connect(frame)
    aix.state = PartitionState.NOT_ACTIVATED
    aix.migration = Migration(MigrationKind.INACTIVE, aix, frame, frame)
    assert "aix" in detail(frame, vios, 3)


def test_trunk_of_a_bridge_stays(frame) -> None:
    vios = frame.partitions[1]
    dlpar.add_adapter(vios, EthernetAdapter(5, 1, trunk_priority=1))
    vios.vios.bridges.append(SharedEthernet("ent4", "lan", (5,)))
    assert "in use" in detail(frame, vios, 5)
    vios.vios.bridges.clear()
    dlpar.remove_adapter(vios, 5, EthernetAdapter)


def test_vasi_of_a_mover_at_work_stays(frame) -> None:
    vios, aix = frame.partitions[1], frame.partitions[2]
    dlpar.add_adapter(vios, VasiAdapter(6))
    migration = Migration(MigrationKind.ACTIVE, aix, frame, frame, source_mover=vios)
    frame.migrations.append(migration)
    assert "mover service partition" in detail(frame, vios, 6)
    frame.migrations.clear()
    dlpar.remove_adapter(vios, 6, VasiAdapter)


@pytest.mark.parametrize(
    "adapter",
    [EthernetAdapter(5, 1, required=True), SerialAdapter(5), VasiAdapter(5, required=True)],
)
def test_required_adapter_stays(frame, adapter) -> None:
    vios = frame.partitions[1]
    vios.adapters[5] = adapter
    assert "required" in detail(frame, vios, 5)


@pytest.mark.parametrize(
    ("slot", "kind", "key"),
    [
        (0, None, "slot_reserved"),
        (2, None, "slot_empty"),
        (10, None, "slot_out_of_range"),
        (5, VasiAdapter, "wrong_adapter_type"),
        (5, SerialAdapter, "wrong_adapter_type"),
    ],
)
def test_adapter_to_remove_must_be_there(frame, slot, kind, key) -> None:
    vios = frame.partitions[1]
    vios.adapters[5] = EthernetAdapter(5, 1)
    assert refused(frame, dlpar.remove_adapter, vios, slot, kind).message.key == key
