"""Ways to violate each rule of mobility in the lab `redbook`, one at a time."""

import dataclasses
from collections.abc import Callable

from support.lab import L9, L10, Lab, load_lab

from hmcsh.language.levels import Level
from hmcsh.migration import movers
from hmcsh.migration.request import Request
from hmcsh.model.adapters import (
    ANY,
    BackingDevice,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VnicAdapter,
)
from hmcsh.model.frame import Mobility, ProcessorPool
from hmcsh.model.hea import LogicalPort
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Amount, Processors, SlotAssignment
from hmcsh.model.sriov import SriovAdapter, SriovLogicalPort
from hmcsh.model.states import (
    LparEnvironment,
    MigrationKind,
    MigrationState,
    PartitionState,
    SystemState,
)
from hmcsh.model.storage import Disk, VirtualTarget

Spoil = Callable[[Lab, Request], None]

BOTH = ("active", "inactive")
ACTIVE = ("active",)
INACTIVE = ("inactive",)
PARTITIONS = {"active": "TRAIN", "inactive": "PROD"}


@dataclasses.dataclass(frozen=True)
class Violation:
    """How to violate a rule; the check that finds it, its message, and when it is an error.

    `warning` names the kinds for which it is a warning, `also` further messages that the same
    fault leads to.
    """

    spoil: Spoil
    check: str
    message: str
    error: tuple[str, ...] = BOTH
    warning: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()


def make_request(lab: Lab, kind: str, *spoils: Spoil) -> Request:
    """A migration of the kind that would be possible, but for what is spoiled."""
    request = Request(lab.frame(L10), lab.frame(L9), lab.partition(PARTITIONS[kind]))
    for spoil in spoils:
        spoil(lab, request)
    return request


# -- systems ----------------------------------------------------------------------------------


def _frame(end: str, **changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        frame = request.source if end == "source" else request.destination
        for name, value in changes.items():
            setattr(frame, name, value)

    return spoil


def _old_console(lab: Lab, request: Request) -> None:
    lab.datacenter.console.level = Level.parse("V7R3.1.0")


def _other_console(lab: Lab, request: Request) -> None:
    request.destination = load_lab("redbook").frame(L9)


def _no_memory(lab: Lab, request: Request) -> None:
    frame = request.destination
    frame.installed_memory = frame.firmware_memory + frame.memory_assigned


def _no_processors(lab: Lab, request: Request) -> None:
    frame = request.destination
    frame.installed_processors -= frame.processors_available


def _whole_processors(lab: Lab, request: Request) -> None:
    """Dedicated processors: more whole ones than the destination has free."""
    free = request.destination.processors_available // 100
    processors = Processors("ded", Amount(1, free + 1, free + 1), sharing_mode="share_idle_procs")
    current = request.partition.current
    request.partition.current = dataclasses.replace(current, processors=processors)


def _small_pool(lab: Lab, request: Request) -> None:
    request.destination.pools[1] = ProcessorPool(1, "small", maximum=5)
    request.pool_id = 1


def _same_name(lab: Lab, request: Request) -> None:
    request.destination.find_by_name("BUILD").name = request.partition.name


def _same_address(lab: Lab, request: Request) -> None:
    mine = request.partition.ethernet_adapters[0]
    other = request.destination.find_by_name("QA")
    slot = other.ethernet_adapters[0].slot
    other.adapters[slot] = dataclasses.replace(other.adapters[slot], mac=mine.mac)


# -- the partition ----------------------------------------------------------------------------


def _partition(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        for name, value in changes.items():
            setattr(request.partition, name, value)

    return spoil


def _partition_os(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        for name, value in changes.items():
            setattr(request.partition.operating_system, name, value)

    return spoil


def _migration(request: Request) -> Migration:
    return Migration(MigrationKind.ACTIVE, request.partition, request.source, request.destination)


def _migrating(lab: Lab, request: Request) -> None:
    request.partition.migration = _migration(request)


def _to_be_recovered(lab: Lab, request: Request) -> None:
    _migrating(lab, request)
    request.partition.migration.state = MigrationState.FAILED


def _service(lab: Lab, request: Request) -> None:
    request.source.service_lpar_id = request.partition.lpar_id


def _huge_pages(lab: Lab, request: Request) -> None:
    partition = request.partition
    partition.current = dataclasses.replace(partition.current, huge_pages=Amount(1, 1, 1))


def _in_bytes(lab: Lab, request: Request) -> None:
    system = request.partition.operating_system
    system.workload = dataclasses.replace(system.workload, content="bytes")


def _owned_slot(*, required: bool) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        slot = next(s for s in request.source.slots.values() if s.owner is None)
        slot.owner = request.partition.lpar_id
        profile = request.partition.active_profile
        profile.io_slots = (SlotAssignment(slot.drc_index, None, required),)

    return spoil


def _host_ethernet_in_profile(lab: Lab, request: Request) -> None:
    request.partition.active_profile.lhea_logical_ports = PORTS


def _channel(lab: Lab, request: Request) -> None:
    request.partition.adapters[7] = FibreChannelAdapter(7, "client", 1, 30)


def _serial(lab: Lab, request: Request) -> None:
    request.partition.adapters[9] = SerialAdapter(9, required=False)


# -- Virtual I/O Servers and movers -----------------------------------------------------------


def _servers(end: str, change: Callable[[Partition], None]) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        frame = request.source if end == "source" else request.destination
        for server in frame.virtual_io_servers():
            change(server)

    return spoil


def _set_on_vios(**changes: object) -> Callable[[Partition], None]:
    def change(server: Partition) -> None:
        for name, value in changes.items():
            setattr(server.vios, name, value)

    return change


def _without_vasi(server: Partition) -> None:
    server.adapters = {s: a for s, a in server.adapters.items() if not isinstance(a, VasiAdapter)}


def _without_vasi_device(server: Partition) -> None:
    for adapter in server.vasi_adapters:
        device = server.devices.by_slot(adapter.slot)
        assert device is not None
        server.devices.unconfigure(device)


def _without_slots(server: Partition) -> None:
    server.max_virtual_slots = len(server.adapters)


def _serving_without_rmc(lab: Lab, request: Request) -> None:
    server, _ = server_of(request)
    server.operating_system.rmc = False


def _named(change: Callable[[Partition], None]) -> Spoil:
    """Name a mover of the source that does not serve the partition, and spoil it."""

    def spoil(lab: Lab, request: Request) -> None:
        serving, _ = server_of(request)
        server = next(s for s in request.source.virtual_io_servers() if s is not serving)
        change(server)
        request.source_mover = server

    return spoil


def _no_rmc(server: Partition) -> None:
    server.operating_system.rmc = False


def _busy(lab: Lab, request: Request) -> None:
    """Every mover of the destination has four migrations, the most that it carries."""
    for server in request.destination.virtual_io_servers():
        for _ in range(4):
            migration = _migration(request)
            migration.destination_mover = server
            request.destination.migrations.append(migration)


# -- virtual SCSI -----------------------------------------------------------------------------


def server_of(request: Request) -> tuple[Partition, ScsiAdapter]:
    """The server adapter behind the partition's first client adapter, with its server."""
    client = request.partition.scsi_adapters[0]
    server = request.source.partitions[client.remote_lpar_id]
    return server, server.adapters[client.remote_slot]


def _server_adapter(**changes: object) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        server, adapter = server_of(request)
        server.adapters[adapter.slot] = dataclasses.replace(adapter, **changes)

    return spoil


def _target(kind: str, backing: str) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        server, adapter = server_of(request)
        target = server.io_server.targets[adapter.slot][0]
        server.io_server.targets[adapter.slot][0] = dataclasses.replace(
            target, kind=kind, backing=backing
        )

    return spoil


def _virtual_nic(lab: Lab, request: Request) -> None:
    request.partition.adapters[8] = VnicAdapter(
        8, (BackingDevice(1, 1, 0, 200),), mac="0A0000000001"
    )


def _backing_device(lab: Lab, request: Request) -> None:
    """A virtual NIC with two backing devices, where the destination has one port with a link."""
    adapter = SriovAdapter.made("21010299", "U1-P1-C9", "sriov-roce", 1)
    adapter.ports[1].up = False
    request.destination.sriov[adapter.drc_index] = adapter
    devices = (BackingDevice(1, 1, 0, 200), BackingDevice(1, 1, 1, 200))
    request.partition.adapters[8] = VnicAdapter(8, devices, mac="0A0000000001")


def _logical_port(lab: Lab, request: Request) -> None:
    request.partition.sriov_logical_ports = (SriovLogicalPort(0, 1, 0, number=0x27004001),)


def source_disk(request: Request) -> Disk:
    """The disk behind the partition's first client adapter."""
    server, adapter = server_of(request)
    return server.io_server.disks[server.io_server.targets[adapter.slot][0].backing]


def _destination_disks(change: Callable[[Partition, Disk], None]) -> Spoil:
    def spoil(lab: Lab, request: Request) -> None:
        lun = source_disk(request).lun
        for server in request.destination.virtual_io_servers():
            change(server, server.io_server.disk_for(lun.unique_id))

    return spoil


def _remove(server: Partition, disk: Disk) -> None:
    del server.io_server.disks[disk.name]


def _unknown(server: Partition, disk: Disk) -> None:
    disk.reads = ("ieee",)


def _reserve(server: Partition, disk: Disk) -> None:
    disk.reserve_policy = "single_path"


def _reserved_here(lab: Lab, request: Request) -> None:
    source_disk(request).reserve_policy = "PR_exclusive"


def _unserved(lab: Lab, request: Request) -> None:
    client = request.partition.scsi_adapters[0]
    request.partition.adapters[client.slot] = ScsiAdapter(client.slot, "client", 99, 2)


def second_path(lab: Lab, request: Request, *, other_lun: str = "") -> None:
    """Give the partition a second adapter, by the other VIOS, to its LUN or to another one."""
    server, _ = server_of(request)
    other = next(s for s in request.source.virtual_io_servers() if s is not server)
    unique_id = source_disk(request).lun.unique_id
    if other_lun:
        unique_id = lab.datacenter.luns[other_lun].unique_id
    disk = other.io_server.disk_for(unique_id)
    slot, free = other.next_free_slot(), request.partition.next_free_slot()
    other.adapters[slot] = ScsiAdapter(slot, "server", request.partition.lpar_id, free)
    other.io_server.vhosts[slot] = "vhost9"
    other.io_server.targets[slot] = [VirtualTarget("second_path", disk.name)]
    request.partition.adapters[free] = ScsiAdapter(free, "client", other.lpar_id, slot)


def _one_server_left(request: Request) -> None:
    request.destination.virtual_io_servers()[1].io_server.disks.clear()


def _lost_path(lab: Lab, request: Request) -> None:
    second_path(lab, request)
    _one_server_left(request)


def _joined_servers(lab: Lab, request: Request) -> None:
    second_path(lab, request, other_lun="build_root")
    _one_server_left(request)


# -- virtual LANs -----------------------------------------------------------------------------


def _strange_vlan(lab: Lab, request: Request) -> None:
    slot = request.partition.ethernet_adapters[0].slot
    old = request.partition.adapters[slot]
    assert isinstance(old, EthernetAdapter)
    request.partition.adapters[slot] = dataclasses.replace(old, port_vlan_id=77)


def _asked_vlan(lab: Lab, request: Request) -> None:
    server = request.destination.virtual_io_servers()[1]
    server.io_server.bridges.clear()
    request.vlans[1] = server


def _other_network(server: Partition) -> None:
    for bridge in server.io_server.bridges:
        bridge.network = "movers"


V = Violation
UNHOSTABLE = frozenset(["lpm_scsi_unhostable"])
INCAPABLE = Mobility(active=False, inactive=False)
PORTS = (LogicalPort("23000000", 1, 0, 1),)


def _options(**values: int) -> Spoil:
    """Options that demand what the lab cannot give."""
    return lambda _, request: request.options.update(values)


def _one_mover_each(lab: Lab, request: Request) -> None:
    for frame in (request.source, request.destination):
        frame.virtual_io_servers()[0].io_server.mover = False
    request.options["redundantmsps"] = 1


def _unwanted_pairs(lab: Lab, request: Request) -> None:
    request.options["redundantmsps"] = 0
    pairs = movers.pairs(request.source, request.destination)
    request.redundant_pairs.append((pairs[0], pairs[-1]))


def _taken_slot(lab: Lab, request: Request) -> None:
    slot = request.partition.scsi_adapters[0].slot
    server = request.destination.virtual_io_servers()[0]
    request.scsi[slot] = server
    request.server_slots[slot] = next(iter(server.adapters))


VIOLATIONS: dict[str, Violation] = {
    "redundant paging": V(
        _options(redundantvios=1), "redundant paging servers", "lpm_no_redundant_paging"
    ),
    "no second movers": V(_one_mover_each, "redundant movers", "lpm_no_redundant_msps", ACTIVE),
    "movers not wanted": V(_unwanted_pairs, "redundant movers", "lpm_redundant_unwanted", ACTIVE),
    "server slot in use": V(_taken_slot, "wanted slots are free", "lpm_server_slot"),
    "ID in use": V(
        lambda _, request: setattr(request, "lpar_id", 1), "partition ID", "lpm_id_in_use"
    ),
    "HMC level": V(_old_console, "HMC level", "lpm_hmc_level"),
    "other console": V(_other_console, "one HMC manages both systems", "lpm_other_console"),
    "source not capable": V(
        _frame("source", mobility=INCAPABLE), "systems are capable", "lpm_system_not_capable"
    ),
    "destination not capable": V(
        _frame("destination", mobility=INCAPABLE), "systems are capable", "lpm_system_not_capable"
    ),
    "destination not operating": V(
        _frame("destination", state=SystemState.STANDBY),
        "systems are operating",
        "lpm_system_state",
    ),
    "source not operating": V(
        _frame("source", state=SystemState.RECOVERY), "systems are operating", "lpm_system_state"
    ),
    "firmware": V(
        _frame("destination", firmware="EM310_023"), "firmware level", "lpm_firmware_level"
    ),
    "firmware levels apart": V(
        _frame("destination", firmware="AM730_035"), "firmware level", "lpm_firmware_apart"
    ),
    "VIOS level": V(
        _servers("destination", _set_on_vios(level="1.4.2.0")), "VIOS level", "lpm_vios_level"
    ),
    "LMB size": V(_frame("destination", memory_block=256), "LMB size", "lpm_memory_block_size"),
    "battery": V(
        _frame("destination", on_battery=True), "destination has mains power", "lpm_on_battery"
    ),
    "migrations": V(
        _frame("destination", mobility=Mobility(active_supported=0, inactive_supported=0)),
        "migrations in progress",
        "lpm_too_many_migrations",
    ),
    "memory": V(_no_memory, "memory", "lpm_no_memory"),
    "processors": V(_no_processors, "processors", "lpm_no_processors"),
    "dedicated processors": V(_whole_processors, "processors", "lpm_no_processors"),
    "partition IDs": V(_frame("destination", max_partitions=2), "partition ID", "lpm_no_free_id"),
    "pool": V(_small_pool, "shared processor pool", "lpm_pool_capacity"),
    "name": V(_same_name, "name is free", "lpm_name_in_use"),
    "MAC address": V(_same_address, "MAC addresses are free", "lpm_mac_in_use"),
    "type": V(
        _partition(environment=LparEnvironment.OS400), "partition type", "lpm_partition_type"
    ),
    "operating system": V(
        _partition_os(version="AIX 5.3 5300-06"),
        "operating system level",
        "lpm_os_level",
        error=ACTIVE,
    ),
    # A partition that is neither on nor off is not migrated inactively.
    "state": V(
        _partition(state=PartitionState.OPEN_FIRMWARE), "partition state", "lpm_state", ACTIVE
    ),
    "migrating": V(_migrating, "no other migration is on", "lpm_migrating"),
    "to be recovered": V(_to_be_recovered, "no other migration is on", "lpm_needs_recovery"),
    "disabled": V(_partition(migration_disabled=True), "migration is not disabled", "lpm_disabled"),
    "never activated": V(
        _partition(activated_before=False), "active profile", "lpm_never_activated", INACTIVE
    ),
    "error path reporting": V(
        _partition(redundant_error_path_reporting=True),
        "no redundant error path reporting",
        "lpm_error_logging",
    ),
    "service partition": V(_service, "not the service partition", "lpm_service_partition"),
    "workload group": V(_partition(work_group_id=3), "no workload group", "lpm_work_group"),
    "BSR": V(_partition(bsr_arrays=1), "no BSR", "lpm_barrier_registers", ACTIVE),
    "huge pages": V(_huge_pages, "no huge pages", "lpm_huge_pages", ACTIVE),
    "memory in bytes": V(_in_bytes, "memory kept in bytes", "lpm_bytes_limit", ACTIVE),
    "required slot": V(
        _owned_slot(required=True), "no required physical I/O", "lpm_physical_required"
    ),
    "desired slot": V(
        _owned_slot(required=False), "no physical I/O", "lpm_physical_adapters", ACTIVE
    ),
    "desired slot, off": V(
        _owned_slot(required=False),
        "physical I/O is removed",
        "lpm_physical_removed",
        error=(),
        warning=INACTIVE,
    ),
    "LHEA": V(_partition(lhea_logical_ports=PORTS), "no LHEA", "lpm_lhea"),
    "LHEA in the profile": V(_host_ethernet_in_profile, "no LHEA", "lpm_lhea"),
    "partition's slots": V(
        _partition(max_virtual_slots=3), "virtual slots of the partition", "lpm_virtual_slots"
    ),
    "virtual serial": V(
        _serial, "no virtual serial adapter above slot 1", "lpm_virtual_serial", ACTIVE
    ),
    "RMC to the partition": V(
        _partition_os(rmc=False), "RMC to the partition", "lpm_no_rmc", ACTIVE
    ),
    "RMC to a server": V(_serving_without_rmc, "RMC to the Virtual I/O Servers", "lpm_no_rmc"),
    "no mover": V(
        _servers("destination", _set_on_vios(mover=False)),
        "mover service partitions",
        "lpm_no_msp",
        ACTIVE,
    ),
    "named no mover": V(
        _named(_set_on_vios(mover=False)), "mover service partitions", "lpm_not_a_msp", ACTIVE
    ),
    "no VASI": V(
        _servers("source", _without_vasi), "VASI of the movers", "lpm_msp_no_vasi", ACTIVE
    ),
    "named without VASI": V(_named(_without_vasi), "VASI of the movers", "lpm_msp_no_vasi", ACTIVE),
    "VASI device is Defined": V(
        _servers("source", _without_vasi_device),
        "VASI of the movers",
        "lpm_msp_vasi_device",
        ACTIVE,
    ),
    "RMC to a mover": V(_named(_no_rmc), "RMC to the movers", "lpm_no_rmc", ACTIVE),
    "movers apart": V(
        _servers("destination", _set_on_vios(mover_network="elsewhere")),
        "link between the movers",
        "lpm_msp_unconnected",
        ACTIVE,
    ),
    "movers in vain": V(
        _named(lambda server: None),
        "movers are named in vain",
        "lpm_movers_unused",
        error=(),
        warning=INACTIVE,
    ),
    "busy movers": V(_busy, "load of the movers", "lpm_msp_busy", error=(), warning=ACTIVE),
    "application": V(
        _partition_os(accepts_migration=False),
        "operating system and applications accept",
        "lpm_os_not_ready",
        ACTIVE,
    ),
    "logical volume": V(
        _target("lv", "rootvg_lv"),
        "disks are on the SAN",
        "lpm_disk_logical_volume",
        also=UNHOSTABLE,
    ),
    "storage pool": V(
        _target("file", "client_disk"),
        "disks are on the SAN",
        "lpm_disk_storage_pool",
        also=UNHOSTABLE,
    ),
    "internal disk": V(
        _target("disk", "hdisk0"), "disks are on the SAN", "lpm_disk_internal", also=UNHOSTABLE
    ),
    "identifiers": V(
        _destination_disks(_unknown), "LUN identifiers", "lpm_disk_identifier", also=UNHOSTABLE
    ),
    "reservation here": V(_reserved_here, "no SCSI reservation", "lpm_disk_reserved"),
    "reservation there": V(
        _destination_disks(_reserve), "no SCSI reservation", "lpm_disk_reserved", also=UNHOSTABLE
    ),
    "no server adapter": V(_unserved, "client adapters are served", "lpm_adapter_unserved"),
    "server adapter of another": V(
        _server_adapter(remote_lpar_id=99), "client adapters are served", "lpm_adapter_unserved"
    ),
    "server adapter of another slot": V(
        _server_adapter(remote_slot=9), "client adapters are served", "lpm_adapter_unserved"
    ),
    "any client": V(
        _server_adapter(remote_lpar_id=ANY, remote_slot=ANY),
        "server adapters are for one client",
        "lpm_adapter_any_client",
    ),
    "required server adapter": V(
        _server_adapter(required=True), "server adapters are desired", "lpm_adapter_required"
    ),
    "virtual NIC": V(_virtual_nic, "virtual NICs are carried", "lpm_vnic_unmapped"),
    "backing device": V(
        _backing_device, "virtual NICs keep their backing devices", "lpm_vnic_backing"
    ),
    "logical port": V(_logical_port, "no SR-IOV logical port", "lpm_logical_ports"),
    "LUN not visible": V(_destination_disks(_remove), "LUNs are visible", "lpm_scsi_unhostable"),
    "channel not carried": V(
        _channel,
        "virtual Fibre Channel is carried",
        "lpm_fc_unhostable",
    ),
    "path lost": V(_lost_path, "multipath is kept", "lpm_multipath_lost"),
    "servers joined": V(
        _joined_servers,
        "number of servers is kept",
        "lpm_multipath_warning",
        error=(),
        warning=BOTH,
    ),
    "server's slots": V(
        _servers("destination", _without_slots), "virtual slots of the servers", "lpm_no_slots"
    ),
    "VLAN not bridged": V(_strange_vlan, "VLANs are bridged", "lpm_vlan_unbridged"),
    "VLAN not by that server": V(_asked_vlan, "VLANs are bridged", "lpm_vlan_server"),
    "VLAN to another network": V(
        _servers("destination", _other_network),
        "bridges lead to the same network",
        "lpm_vlan_other_network",
    ),
}
# These are found in every request: they tell what will happen.
ALWAYS = {
    "profile is replaced": "lpm_profile_replaced",
    "virtual terminal is closed": "lpm_terminal_closed",
}
