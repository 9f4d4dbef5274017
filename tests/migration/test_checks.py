"""Each check, violated alone in the lab: one error or warning, of the right kind."""

import dataclasses
from collections.abc import Callable

import pytest
from support.lab import L9, L10, Lab

from hmcsh.language.messages import CATALOGUE
from hmcsh.migration.checks import CHECKS
from hmcsh.migration.request import Request
from hmcsh.model.adapters import EthernetAdapter, ScsiAdapter, SerialAdapter
from hmcsh.model.frame import Mobility, ProcessorPool
from hmcsh.model.resources import Amount, SlotAssignment
from hmcsh.model.states import PartitionState, SystemState
from hmcsh.model.storage import VirtualTarget

Spoil = Callable[[Lab, Request], None]


def _frame(end: str, **changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        frame = request.source if end == "source" else request.destination
        for name, value in changes.items():
            setattr(frame, name, value)

    return spoil


def _partition(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        for name, value in changes.items():
            setattr(request.partition, name, value)

    return spoil


def _server(lab: Lab, request: Request):
    """The server adapter behind the partition's first client adapter, with its server."""
    client = request.partition.scsi_adapters[0]
    server = request.source.partitions[client.remote_lpar_id]
    return server, server.adapters[client.remote_slot]


def _server_adapter(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        server, adapter = _server(lab, request)
        server.adapters[adapter.slot] = dataclasses.replace(adapter, **changes)

    return spoil


def _target(kind: str, backing: str) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        server, adapter = _server(lab, request)
        target = server.io_server.targets[adapter.slot][0]
        server.io_server.targets[adapter.slot][0] = dataclasses.replace(
            target, kind=kind, backing=backing
        )

    return spoil


def _without_lun(lab: Lab, request: Request) -> None:
    server, adapter = _server(lab, request)
    disk = server.io_server.disks[server.io_server.targets[adapter.slot][0].backing]
    for there in request.destination.virtual_io_servers():
        found = there.io_server.disk_for(disk.lun.unique_id)
        del there.io_server.disks[found.name]


def _reserved(lab: Lab, request: Request) -> None:
    server, adapter = _server(lab, request)
    disk = server.io_server.disks[server.io_server.targets[adapter.slot][0].backing]
    disk.reserve_policy = "single_path"


def _huge_pages(lab: Lab, request: Request) -> None:
    partition = request.partition
    partition.current = dataclasses.replace(partition.current, huge_pages=Amount(1, 1, 1))


def _servers(end: str, change: Callable[[object], None]) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        frame = request.source if end == "source" else request.destination
        for server in frame.virtual_io_servers():
            change(server)

    return spoil


def _set_on_vios(**changes: object) -> Callable[[object], None]:
    def change(server) -> None:
        for name, value in changes.items():
            setattr(server.vios, name, value)

    return change


def _serving_without_rmc(lab: Lab, request: Request) -> None:
    server, _ = _server(lab, request)
    server.operating_system.rmc = False


def _partition_os(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        for name, value in changes.items():
            setattr(request.partition.operating_system, name, value)

    return spoil


def _owned_slot(*, required: bool) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        slot = next(s for s in request.source.slots.values() if s.owner is None)
        slot.owner = request.partition.lpar_id
        profile = request.partition.active_profile
        profile.io_slots = (SlotAssignment(slot.drc_index, None, required),)

    return spoil


def _same_name(lab: Lab, request: Request) -> None:
    request.destination.find_by_name("BUILD").name = request.partition.name


def _same_address(lab: Lab, request: Request) -> None:
    mine = request.partition.ethernet_adapters[0]
    other = request.destination.find_by_name("QA")
    slot = other.ethernet_adapters[0].slot
    other.adapters[slot] = dataclasses.replace(other.adapters[slot], mac=mine.mac)


def _service(lab: Lab, request: Request) -> None:
    request.source.service_lpar_id = request.partition.lpar_id


def _serial(lab: Lab, request: Request) -> None:
    request.partition.adapters[9] = SerialAdapter(9)


def _no_slots(server) -> None:
    server.max_virtual_slots = len(server.adapters)


def _no_memory(lab: Lab, request: Request) -> None:
    frame = request.destination
    frame.installed_memory = frame.firmware_memory + frame.memory_assigned


def _no_processors(lab: Lab, request: Request) -> None:
    frame = request.destination
    frame.installed_processors -= frame.processors_available


def _no_ids(lab: Lab, request: Request) -> None:
    request.destination.max_partitions = 2


def _small_pool(lab: Lab, request: Request) -> None:
    request.destination.pools[1] = ProcessorPool(1, "small", maximum=5)
    request.pool_id = 1


def _no_migrations(lab: Lab, request: Request) -> None:
    request.destination.mobility = Mobility(active_supported=0, inactive_supported=0)


def _strange_vlan(lab: Lab, request: Request) -> None:
    slot = request.partition.ethernet_adapters[0].slot
    old = request.partition.adapters[slot]
    assert isinstance(old, EthernetAdapter)
    request.partition.adapters[slot] = dataclasses.replace(old, port_vlan_id=77)


def _unserved(lab: Lab, request: Request) -> None:
    client = request.partition.scsi_adapters[0]
    request.partition.adapters[client.slot] = ScsiAdapter(client.slot, "client", 99, 2)


def _movers_apart(lab: Lab, request: Request) -> None:
    for server in request.destination.virtual_io_servers():
        server.io_server.mover_network = "elsewhere"


def _named_no_mover(lab: Lab, request: Request) -> None:
    server = request.source.virtual_io_servers()[0]
    server.io_server.mover = False
    request.source_mover = server


BOTH = ("active", "inactive")
ACTIVE = ("active",)
INACTIVE = ("inactive",)

# id: how to spoil the lab, the message's key, the kinds of migration for which it is an error
ERRORS: dict[str, tuple[Spoil, str, tuple[str, ...]]] = {
    "source not capable": (
        _frame("source", mobility=Mobility(active=False, inactive=False)),
        "lpm_system_not_capable",
        BOTH,
    ),
    "destination not capable": (
        _frame("destination", mobility=Mobility(active=False, inactive=False)),
        "lpm_system_not_capable",
        BOTH,
    ),
    "destination not operating": (
        _frame("destination", state=SystemState.STANDBY),
        "lpm_system_state",
        BOTH,
    ),
    "firmware too old": (_frame("destination", firmware="EM310_023"), "lpm_firmware_level", BOTH),
    "VIOS too old": (
        _servers("destination", _set_on_vios(level="1.4.2.0")),
        "lpm_vios_not_capable",
        BOTH,
    ),
    "state": (_partition(state=PartitionState.OPEN_FIRMWARE), "lpm_state", ACTIVE),
    "never activated": (_partition(activated_before=False), "lpm_never_activated", INACTIVE),
    "name in use": (_same_name, "lpm_name_in_use", BOTH),
    "address in use": (_same_address, "lpm_mac_in_use", BOTH),
    "error path reporting": (
        _partition(redundant_error_path_reporting=True),
        "lpm_error_logging",
        BOTH,
    ),
    "service partition": (_service, "lpm_service_partition", BOTH),
    "workload group": (_partition(work_group_id=3), "lpm_work_group", BOTH),
    "BSR": (_partition(bsr_arrays=1), "lpm_barrier_registers", ACTIVE),
    "huge pages": (_huge_pages, "lpm_huge_pages", ACTIVE),
    "required slot": (_owned_slot(required=True), "lpm_physical_required", BOTH),
    "desired slot": (_owned_slot(required=False), "lpm_physical_adapters", ACTIVE),
    "LHEA": (_partition(lhea_logical_ports=("23000000/1/0/1/none",)), "lpm_lhea", BOTH),
    "virtual serial": (_serial, "lpm_virtual_serial", ACTIVE),
    "RMC to the partition": (_partition_os(rmc=False), "lpm_no_rmc", ACTIVE),
    "RMC to a source VIOS": (_serving_without_rmc, "lpm_no_rmc", BOTH),
    "no mover": (_servers("destination", _set_on_vios(mover=False)), "lpm_no_msp", ACTIVE),
    "named VIOS is no mover": (_named_no_mover, "lpm_not_a_msp", ACTIVE),
    "movers apart": (_movers_apart, "lpm_msp_unconnected", ACTIVE),
    "application refuses": (
        _partition_os(accepts_migration=False),
        "lpm_os_not_ready",
        ACTIVE,
    ),
    "LMB size": (_frame("destination", memory_block=256), "lpm_memory_block_size", BOTH),
    "battery power": (_frame("destination", on_battery=True), "lpm_on_battery", BOTH),
    "too many migrations": (_no_migrations, "lpm_too_many_migrations", BOTH),
    "memory": (_no_memory, "lpm_no_memory", BOTH),
    "processors": (_no_processors, "lpm_no_processors", BOTH),
    "partition IDs": (_no_ids, "lpm_no_free_id", BOTH),
    "pool": (_small_pool, "lpm_pool_capacity", BOTH),
    "virtual slots": (_servers("destination", _no_slots), "lpm_no_slots", BOTH),
    "logical volume": (_target("lv", "rootvg_lv"), "lpm_disk_logical_volume", BOTH),
    "internal disk": (_target("disk", "hdisk0"), "lpm_disk_internal", BOTH),
    "reservation": (_reserved, "lpm_disk_reserved", BOTH),
    "any client": (
        _server_adapter(remote_lpar_id="any", remote_slot="any"),
        "lpm_adapter_any_client",
        BOTH,
    ),
    "required server adapter": (_server_adapter(required=True), "lpm_adapter_required", BOTH),
    "no server adapter": (_unserved, "lpm_adapter_unserved", BOTH),
    "LUN not visible": (_without_lun, "lpm_scsi_unhostable", BOTH),
    "VLAN not bridged": (_strange_vlan, "lpm_vlan_unbridged", BOTH),
}
WARNED_INSTEAD = {("desired slot", "inactive"): "lpm_physical_removed"}
# One fault may show in two checks: a disk that is not on the SAN cannot be hosted either.
COMPANIONS = {
    "logical volume": {"lpm_scsi_unhostable"},
    "internal disk": {"lpm_scsi_unhostable"},
}
PARTITIONS = {"active": "TRAIN", "inactive": "PROD"}


def _keys(texts: list[str]) -> set[str]:
    """The keys of messages, found by the beginning of their texts."""
    found = set()
    for text in texts:
        bare = text.split(" ", 1)[1] if text.startswith("HSCL") else text
        for key, message in CATALOGUE.items():
            pieces = [p for p in _literal(message.text) if len(p) > 12]
            if key.startswith("lpm_") and pieces and all(p in bare for p in pieces):
                found.add(key)
    return found


def _literal(template: str) -> list[str]:
    import string

    return [literal for literal, *_ in string.Formatter().parse(template)]


def _spoiled(lab: Lab, kind: str, *spoils: Spoil) -> Request:
    request = Request(lab.frame(L10), lab.frame(L9), lab.partition(PARTITIONS[kind]))
    for spoil in spoils:
        spoil(lab, request)
    return request


# A partition that is not off is not migrated inactively: that pair makes no sense.
CASES = [(name, kind) for name in ERRORS for kind in BOTH if (name, kind) != ("state", "inactive")]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_violated_rule_is_found(redbook: Lab, name: str, kind: str) -> None:
    spoil, key, error_for = ERRORS[name]
    validation = redbook.mobility.validate(_spoiled(redbook, kind, spoil))
    expected = {key} | COMPANIONS.get(name, set()) if kind in error_for else set()
    assert _keys(list(validation.errors)) == expected
    warned = WARNED_INSTEAD.get((name, kind))
    if warned:
        assert warned in _keys(list(validation.warnings))


@pytest.mark.parametrize("kind", PARTITIONS)
def test_a_sound_lab_has_no_errors(redbook: Lab, kind: str) -> None:
    assert not redbook.mobility.validate(_spoiled(redbook, kind)).errors


@pytest.mark.parametrize("kind", PARTITIONS)
def test_two_violations_are_both_listed(redbook: Lab, kind: str) -> None:
    request = _spoiled(redbook, kind, ERRORS["battery power"][0], ERRORS["name in use"][0])
    errors = redbook.mobility.validate(request).errors
    assert _keys(list(errors)) == {"lpm_on_battery", "lpm_name_in_use"}


def test_every_error_check_is_violated_by_a_case() -> None:
    covered = {key for _, key, _ in ERRORS.values()} | set(WARNED_INSTEAD.values())
    import inspect
    import re

    from hmcsh.migration import checks

    used = set(re.findall(r'"(lpm_\w+)"', inspect.getsource(checks)))
    elsewhere = {
        "lpm_partition_type",  # test_requests: a VIOS
        "lpm_same_system",
        "lpm_migrating",
        "lpm_mapping_incomplete",  # test_mapping: multipath
        "lpm_multipath_warning",
        "lpm_profile_replaced",  # warnings of every validation
        "lpm_terminal_closed",
    }
    assert used == covered | elsewhere
    assert len(CHECKS) > 30


def test_validation_changes_nothing(redbook: Lab, picture) -> None:
    before = picture(redbook)
    redbook.mobility.validate(redbook.request("TRAIN"))
    assert picture(redbook) == before


def test_other_wrong_requests(redbook: Lab) -> None:
    vios = redbook.errors(redbook.request("VIOS1_L10"))
    assert "lpm_partition_type" in _keys(vios)
    here = redbook.errors(redbook.request("TRAIN", L10, L10))
    assert "lpm_same_system" in _keys(here)
    redbook.start(redbook.request("TRAIN"))
    again = redbook.errors(redbook.request("TRAIN"))
    assert "lpm_migrating" in _keys(again)


def _second_path(lab: Lab, request: Request) -> None:
    """Give TRAIN a second adapter, by the other VIOS, to the LUN that it has."""
    server, adapter = _server(lab, request)
    other = next(s for s in request.source.virtual_io_servers() if s is not server)
    lun = server.io_server.disks[server.io_server.targets[adapter.slot][0].backing].lun
    disk = other.io_server.disk_for(lun.unique_id)
    slot = other.next_free_slot()
    free = request.partition.next_free_slot()
    other.adapters[slot] = ScsiAdapter(slot, "server", request.partition.lpar_id, free)
    other.io_server.vhosts[slot] = "vhost9"
    other.io_server.targets[slot] = [VirtualTarget("second_path", disk.name)]
    request.partition.adapters[free] = ScsiAdapter(free, "client", other.lpar_id, slot)


def test_multipath_goes_to_two_servers_or_not_at_all(redbook: Lab) -> None:
    request = _spoiled(redbook, "active", _second_path)
    plan = redbook.mobility.validate(request).plan
    assert plan.scsi is not None
    assert plan.scsi.good
    assert len(set(plan.scsi.servers.values())) == 2
    two = request.destination.virtual_io_servers()[1]
    two.io_server.disks.clear()
    assert "lpm_mapping_incomplete" in _keys(redbook.errors(request))
