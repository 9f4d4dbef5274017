"""The checks of a migration, one small function each, in one table.

Each check says what it finds wrong as messages; the table says how severe a finding is for an
active and for an inactive migration, and where the rule stands. All checks run, none stops the
list (SG24-7460 2.5.3, 5.6.1).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from enum import Enum

from hmcsh.language.messages import HmcError
from hmcsh.migration import mapping, movers
from hmcsh.migration.request import Request
from hmcsh.model.adapters import ANY, DEFAULT_SERIAL_SLOTS, ScsiAdapter, SerialAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, MigrationKind, PartitionState, SystemState
from hmcsh.model.units import format_units

MINIMUM_VIOS_LEVEL = (1, 5)
MINIMUM_FIRMWARE = 320  # EM320 and later (SG24-7460 3.1)


class Severity(Enum):
    """How a finding counts: errors fail a validation, warnings alone do not."""

    ERROR = "error"
    WARNING = "warning"


Findings = Iterator[HmcError]


@dataclasses.dataclass(slots=True)
class Plan:
    """A request with what the console would choose for it."""

    request: Request
    pair: movers.MoverPair | None
    scsi: mapping.ScsiMapping | None
    vlans: dict[int, Partition]
    unbridged_vlans: list[int]

    @property
    def partition(self) -> Partition:
        """The mobile partition."""
        return self.request.partition

    @property
    def destination(self) -> Frame:
        """The managed system that the partition is to go to."""
        return self.request.destination

    @property
    def source_servers(self) -> list[Partition]:
        """Virtual I/O Servers that serve the mobile partition now."""
        found: dict[int, Partition] = {}
        for adapter in mapping.client_adapters(self.partition):
            if adapter.server is not None:
                found[adapter.server.lpar_id] = adapter.server
        return list(found.values())

    @property
    def destination_servers(self) -> list[Partition]:
        """Virtual I/O Servers that would serve the mobile partition."""
        servers = dict.fromkeys(self.vlans.values())
        if self.scsi is not None:
            servers.update(dict.fromkeys(self.scsi.servers.values()))
        return list(servers)


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks for, how it counts for each kind of migration, its source.

    A severity of None means that the rule does not hold for that kind.
    """

    name: str
    find: Callable[[Plan], Findings]
    source: str
    active: Severity | None = Severity.ERROR
    inactive: Severity | None = Severity.ERROR

    def severity(self, kind: MigrationKind) -> Severity | None:
        """How a finding counts for a kind of migration."""
        return self.active if kind is MigrationKind.ACTIVE else self.inactive


def _systems_capable(plan: Plan) -> Findings:
    active = plan.request.kind is MigrationKind.ACTIVE
    for frame in (plan.request.source, plan.destination):
        if not (frame.mobility.active if active else frame.mobility.inactive):
            kind = plan.request.kind.value
            yield HmcError("lpm_system_not_capable", system=frame.name, kind=kind)
        if frame.state is not SystemState.OPERATING:
            yield HmcError("lpm_system_state", system=frame.name, state=frame.state)


def _firmware(plan: Plan) -> Findings:
    for frame in (plan.request.source, plan.destination):
        digits = "".join(c for c in frame.firmware.partition("_")[0] if c.isdigit())
        if not digits or int(digits) < MINIMUM_FIRMWARE:
            yield HmcError("lpm_firmware_level", system=frame.name, level=frame.firmware)


def _server_levels(plan: Plan) -> Findings:
    for server in (*plan.source_servers, *plan.destination_servers):
        level = server.io_server.level
        if tuple(int(part) for part in level.split(".")[:2]) < MINIMUM_VIOS_LEVEL:
            yield HmcError("lpm_vios_not_capable", vios=server.name, system=server.frame.name)


def _other_system(plan: Plan) -> Findings:
    if plan.request.source is plan.destination:
        yield HmcError("lpm_same_system", system=plan.destination.name)


def _partition_type(plan: Plan) -> Findings:
    if plan.partition.environment is not LparEnvironment.AIXLINUX:
        yield HmcError(
            "lpm_partition_type", name=plan.partition.name, type=plan.partition.environment
        )


def _partition_state(plan: Plan) -> Findings:
    allowed = (PartitionState.RUNNING, PartitionState.NOT_ACTIVATED)
    if plan.partition.state not in allowed:
        yield HmcError("lpm_state", name=plan.partition.name, state=plan.partition.state)


def _already_migrating(plan: Plan) -> Findings:
    if plan.partition.migrating:
        yield HmcError("lpm_migrating", name=plan.partition.name)


def _activated_before(plan: Plan) -> Findings:
    if not plan.partition.activated_before:
        yield HmcError("lpm_never_activated", name=plan.partition.name)


def _unique_name(plan: Plan) -> Findings:
    if plan.destination.find_by_name(plan.partition.name) is not None:
        yield HmcError("lpm_name_in_use", name=plan.partition.name, system=plan.destination.name)


def _unique_addresses(plan: Plan) -> Findings:
    taken = set(plan.destination.all_mac_addresses())
    for adapter in plan.partition.ethernet_adapters:
        if adapter.mac in taken:
            yield HmcError(
                "lpm_mac_in_use",
                mac=adapter.mac,
                name=plan.partition.name,
                system=plan.destination.name,
            )


def _error_path_reporting(plan: Plan) -> Findings:
    if plan.partition.redundant_error_path_reporting:
        yield HmcError("lpm_error_logging", name=plan.partition.name)


def _service_partition(plan: Plan) -> Findings:
    if plan.request.source.service_lpar_id == plan.partition.lpar_id:
        yield HmcError(
            "lpm_service_partition", name=plan.partition.name, system=plan.request.source.name
        )


def _work_group(plan: Plan) -> Findings:
    if plan.partition.work_group_id is not None:
        yield HmcError(
            "lpm_work_group", name=plan.partition.name, group=plan.partition.work_group_id
        )


def _barrier_registers(plan: Plan) -> Findings:
    if plan.partition.bsr_arrays:
        yield HmcError("lpm_barrier_registers", name=plan.partition.name)


def _huge_pages(plan: Plan) -> Findings:
    current = plan.partition.current
    if current is not None and current.huge_pages.desired:
        yield HmcError("lpm_huge_pages", name=plan.partition.name)


def _owned_slots(plan: Plan) -> set[str]:
    return {
        slot.drc_index
        for slot in plan.request.source.slots.values()
        if slot.owner == plan.partition.lpar_id
    }


def _required_slots(plan: Plan) -> Findings:
    slots = [a.drc_index for a in plan.partition.active_profile.io_slots if a.required]
    if slots:
        yield HmcError("lpm_physical_required", name=plan.partition.name, slots=slots)


def _desired_slots(plan: Plan) -> list[str]:
    required = {a.drc_index for a in plan.partition.active_profile.io_slots if a.required}
    return sorted(_owned_slots(plan) - required)


def _slots_owned(plan: Plan) -> Findings:
    if slots := _desired_slots(plan):
        yield HmcError("lpm_physical_adapters", name=plan.partition.name, slots=slots)


def _slots_removed(plan: Plan) -> Findings:
    if slots := _desired_slots(plan):
        yield HmcError("lpm_physical_removed", name=plan.partition.name, slots=slots)


def _host_ethernet(plan: Plan) -> Findings:
    if plan.partition.lhea_logical_ports:
        yield HmcError("lpm_lhea", name=plan.partition.name)


def _serial_adapters(plan: Plan) -> Findings:
    for slot, adapter in sorted(plan.partition.adapters.items()):
        if isinstance(adapter, SerialAdapter) and slot not in DEFAULT_SERIAL_SLOTS:
            yield HmcError("lpm_virtual_serial", name=plan.partition.name, slot=slot)


def _partition_rmc(plan: Plan) -> Findings:
    if plan.partition.running and not plan.partition.rmc_active:
        yield HmcError("lpm_no_rmc", name=plan.partition.name)


def _server_rmc(plan: Plan) -> Findings:
    for server in plan.source_servers:
        if not server.rmc_active:
            yield HmcError("lpm_no_rmc", name=server.name)
    for server in plan.destination.virtual_io_servers():
        if server.state is PartitionState.RUNNING and not server.rmc_active:
            yield HmcError("lpm_no_rmc", name=server.name)


def _mover_available(plan: Plan) -> Findings:
    request = plan.request
    named = (
        (request.source, request.source_mover),
        (request.destination, request.destination_mover),
    )
    complete = True
    for frame, mover in named:
        if mover is not None and not movers.usable(mover):
            complete = False
            yield HmcError("lpm_not_a_msp", vios=mover.name, system=frame.name)
        elif mover is None and not movers.movers(frame):
            complete = False
            yield HmcError("lpm_no_msp", system=frame.name)
    if complete and plan.pair is None:
        here = request.source_mover or movers.movers(request.source)[0]
        there = request.destination_mover or movers.movers(request.destination)[0]
        yield HmcError("lpm_msp_unconnected", source=here.name, dest=there.name)


def _os_accepts(plan: Plan) -> Findings:
    system = plan.partition.operating_system
    if plan.partition.rmc_active and system is not None and not system.accepts_migration:
        yield HmcError(
            "lpm_os_not_ready", name=plan.partition.name, reason="check-migrate was refused."
        )


def _block_size(plan: Plan) -> Findings:
    here, there = plan.request.source, plan.destination
    if here.memory_block != there.memory_block:
        yield HmcError(
            "lpm_memory_block_size",
            source=here.name,
            source_size=here.memory_block,
            dest=there.name,
            dest_size=there.memory_block,
        )


def _battery(plan: Plan) -> Findings:
    if plan.destination.on_battery:
        yield HmcError("lpm_on_battery", system=plan.destination.name)


def _concurrency(plan: Plan) -> Findings:
    kind = plan.request.kind
    for frame in (plan.request.source, plan.destination):
        mobility = frame.mobility
        active = kind is MigrationKind.ACTIVE
        supported = mobility.active_supported if active else mobility.inactive_supported
        if frame.migrations_in_progress(kind) >= supported:
            yield HmcError(
                "lpm_too_many_migrations", system=frame.name, kind=kind.value, count=supported
            )


def _resources_available(plan: Plan) -> Findings:
    partition, destination = plan.partition, plan.destination
    wanted = partition.current or partition.active_profile.resources
    memory = destination.memory_available
    if wanted.memory.desired > memory:
        yield HmcError(
            "lpm_no_memory",
            system=destination.name,
            available=memory,
            required=wanted.memory.desired,
        )
    free = destination.processors_available
    if wanted.processors.consumed > free:
        yield HmcError(
            "lpm_no_processors",
            system=destination.name,
            available=format_units(free),
            required=format_units(wanted.processors.consumed),
        )
    if destination.lowest_free_id() is None:
        yield HmcError("lpm_no_free_id", system=destination.name)


def _pool_capacity(plan: Plan) -> Findings:
    partition, destination = plan.partition, plan.destination
    wanted = partition.current or partition.active_profile.resources
    pool = destination.pools[plan.request.pool_id or 0]
    if wanted.processors.mode != "shared" or pool.maximum is None:
        return
    free = pool.maximum - destination.pool_units(pool.pool_id)
    if wanted.processors.units.desired > free:
        yield HmcError(
            "lpm_pool_capacity",
            pool=pool.name,
            system=destination.name,
            available=format_units(free),
            required=format_units(wanted.processors.units.desired),
        )


def _server_slots(plan: Plan) -> Findings:
    if plan.scsi is None:
        return
    needed: dict[Partition, int] = {}
    for server in plan.scsi.servers.values():
        needed[server] = needed.get(server, 0) + 1
    for server, count in needed.items():
        free = server.max_virtual_slots - len(server.adapters)
        if free < count:
            yield HmcError(
                "lpm_no_slots",
                vios=server.name,
                system=plan.destination.name,
                available=free,
                required=count,
            )


def _disks_on_san(plan: Plan) -> Findings:
    for adapter in mapping.client_adapters(plan.partition):
        for target, disk in adapter.targets:
            if adapter.server is not None and (disk is None or disk.lun is None):
                yield HmcError(
                    "lpm_disk_logical_volume" if disk is None else "lpm_disk_internal",
                    slot=adapter.slot,
                    name=plan.partition.name,
                    device=target.backing,
                    vios=adapter.server.name,
                )


def _reservations(plan: Plan) -> Findings:
    for adapter in mapping.client_adapters(plan.partition):
        servers = [adapter.server, *plan.destination.virtual_io_servers()]
        for server, lun in itertools.product(servers, sorted(adapter.luns)):
            disk = server.io_server.disk_for(lun) if server is not None else None
            if server is not None and disk is not None and disk.reserve_policy != "no_reserve":
                yield HmcError(
                    "lpm_disk_reserved",
                    device=disk.name,
                    vios=server.name,
                    policy=disk.reserve_policy,
                )


def _server_adapters(plan: Plan) -> Findings:
    for adapter in mapping.client_adapters(plan.partition):
        if adapter.server is None:
            yield HmcError("lpm_adapter_unserved", slot=adapter.slot, name=plan.partition.name)
            continue
        served_by = adapter.server.adapters.get(adapter.server_slot)
        if not isinstance(served_by, ScsiAdapter) or served_by.side != "server":
            yield HmcError("lpm_adapter_unserved", slot=adapter.slot, name=plan.partition.name)
        elif served_by.remote_lpar_id == ANY:
            yield HmcError(
                "lpm_adapter_any_client", vios=adapter.server.name, slot=adapter.server_slot
            )
        elif served_by.required:
            yield HmcError(
                "lpm_adapter_required", vios=adapter.server.name, slot=adapter.server_slot
            )


def _adapters_hosted(plan: Plan) -> Findings:
    if plan.scsi is not None:
        return
    hosts = mapping.possible(plan.partition, plan.destination)
    alone = False
    for slot, servers in hosts.items():
        wanted = plan.request.scsi.get(slot)
        if not [s for s in servers if wanted is None or s is wanted]:
            alone = True
            yield HmcError("lpm_scsi_unhostable", slot=slot)
    if not alone:
        yield HmcError("lpm_mapping_incomplete", name=plan.partition.name)


def _suggestion(plan: Plan) -> Findings:
    if plan.scsi is not None and not plan.scsi.good:
        yield HmcError("lpm_multipath_warning", name=plan.partition.name)


def _vlans_bridged(plan: Plan) -> Findings:
    for vlan in plan.unbridged_vlans:
        yield HmcError(
            "lpm_vlan_unbridged",
            vlan=vlan,
            name=plan.partition.name,
            system=plan.destination.name,
        )


def _profile_replaced(plan: Plan) -> Findings:
    if plan.request.migration_profile_name in plan.partition.profiles:
        yield HmcError("lpm_profile_replaced", profile=plan.request.migration_profile_name)


def _terminal_closed(plan: Plan) -> Findings:
    yield HmcError("lpm_terminal_closed", name=plan.partition.name)


_ONLY_ACTIVE: dict[str, Severity | None] = {"inactive": None}
_ONLY_INACTIVE: dict[str, Severity | None] = {"active": None}
_WARNING: dict[str, Severity | None] = {"active": Severity.WARNING, "inactive": Severity.WARNING}

CHECKS: tuple[Check, ...] = (
    Check("systems are capable and operating", _systems_capable, "SG24-7460 2.2.1"),
    Check("firmware level", _firmware, "SG24-7460 3.1"),
    Check("VIOS level", _server_levels, "SG24-7460 3.1"),
    Check("destination is another system", _other_system, "inferred"),
    Check("partition type", _partition_type, "SG24-7460 2.4.2, 2.5.3"),
    Check("partition state", _partition_state, "SG24-7460 2.4.2, 2.5.3"),
    Check("no migration of the partition is on", _already_migrating, "SG24-7460 6.2"),
    Check("activated before", _activated_before, "SG24-7460 2.4.1", **_ONLY_INACTIVE),
    Check("name is free", _unique_name, "SG24-7460 2.2.3"),
    Check("MAC addresses are free", _unique_addresses, "SG24-7460 2.5.3"),
    Check("no redundant error path reporting", _error_path_reporting, "SG24-7460 2.2.3"),
    Check("not the service partition", _service_partition, "SG24-7460 2.4.2"),
    Check("no workload group", _work_group, "SG24-7460 2.2.3"),
    Check("no BSR", _barrier_registers, "SG24-7460 2.5.3", **_ONLY_ACTIVE),
    Check("no huge pages", _huge_pages, "SG24-7460 2.5.3", **_ONLY_ACTIVE),
    Check("no required physical I/O", _required_slots, "SG24-7460 2.2.3"),
    Check("no physical I/O", _slots_owned, "SG24-7460 4.1.2", **_ONLY_ACTIVE),
    Check(
        "physical I/O is removed",
        _slots_removed,
        "SG24-7460 4.1.1",
        active=None,
        inactive=Severity.WARNING,
    ),
    Check("no LHEA", _host_ethernet, "SG24-7460 appendix A"),
    Check(
        "no virtual serial adapter above slot 1",
        _serial_adapters,
        "SG24-7460 2.2.3",
        **_ONLY_ACTIVE,
    ),
    Check("RMC to the partition", _partition_rmc, "SG24-7460 2.5.3", **_ONLY_ACTIVE),
    Check("RMC to the Virtual I/O Servers", _server_rmc, "SG24-7460 2.4.2, 2.5.3"),
    Check("movers", _mover_available, "SG24-7460 2.5.7", **_ONLY_ACTIVE),
    Check("operating system accepts", _os_accepts, "SG24-7460 2.5.3", **_ONLY_ACTIVE),
    Check("LMB size", _block_size, "SG24-7460 3.3.2"),
    Check("destination is not on battery power", _battery, "SG24-7460 3.3.3"),
    Check("migrations in progress", _concurrency, "SG24-7460 2.4.2, 2.5.3"),
    Check("memory and processors", _resources_available, "SG24-7460 2.4.2, 2.5.3"),
    Check("shared processor pool", _pool_capacity, "SG24-7460 5.4"),
    Check("virtual slots of the destination servers", _server_slots, "SG24-7460 2.5.3"),
    Check("disks are on the SAN", _disks_on_san, "SG24-7460 2.4.2, 2.5.3"),
    Check("no SCSI reservation", _reservations, "SG24-7460 4.1"),
    Check("server adapters", _server_adapters, "SG24-7460 4.1"),
    Check("virtual SCSI mapping is complete", _adapters_hosted, "SG24-7460 2.5.6"),
    Check("virtual SCSI mapping is good", _suggestion, "SG24-7460 2.5.6", **_WARNING),
    Check("VLANs are bridged", _vlans_bridged, "SG24-7460 2.5.6"),
    Check("profile is kept", _profile_replaced, "SG24-7460 2.3, 4.4.3", **_WARNING),
    Check(
        "virtual terminal",
        _terminal_closed,
        "SG24-7460 4.1.2",
        active=Severity.WARNING,
        inactive=None,
    ),
)
