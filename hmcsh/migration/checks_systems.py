"""Checks of the console, of both managed systems, and of their mover service partitions."""

from __future__ import annotations

from hmcsh.language.levels import V7R3_2
from hmcsh.language.messages import HmcError
from hmcsh.migration import levels, movers
from hmcsh.migration.plan import Findings, Plan
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Resources
from hmcsh.model.states import MigrationKind, PartitionState, SystemState
from hmcsh.model.units import format_units


def console_level(plan: Plan) -> Findings:
    """The console speaks a level that knows mobility."""
    level = plan.source.datacenter.console.level
    if level < V7R3_2:
        yield HmcError("lpm_hmc_level", level=level)


def same_console(plan: Plan) -> Findings:
    """One console manages both systems; moving to another console's system came later."""
    if plan.source.datacenter is not plan.destination.datacenter:
        yield HmcError("lpm_other_console", system=plan.destination.name)


def capable(plan: Plan) -> Findings:
    """Both systems can do this kind of migration."""
    active = plan.request.kind is MigrationKind.ACTIVE
    for frame in plan.frames:
        if not (frame.mobility.active if active else frame.mobility.inactive):
            kind = plan.request.kind.value
            yield HmcError("lpm_system_not_capable", system=frame.name, kind=kind)


def operating(plan: Plan) -> Findings:
    """The console reaches both systems and their hypervisors work."""
    for frame in plan.frames:
        if frame.seen_state is not SystemState.OPERATING:
            yield HmcError("lpm_system_state", system=frame.name, state=frame.seen_state)


def firmware(plan: Plan) -> Findings:
    """Both systems have a firmware with mobility, and the two go together."""
    for frame in plan.frames:
        if not levels.firmware_supported(frame.firmware):
            yield HmcError("lpm_firmware_level", system=frame.name, level=frame.firmware)
    source, destination = plan.frames
    if not levels.firmware_compatible(source.firmware, destination.firmware):
        yield HmcError(
            "lpm_firmware_apart",
            system=source.name,
            level=source.firmware,
            other=destination.name,
            other_level=destination.firmware,
        )


def server_levels(plan: Plan) -> Findings:
    """Every Virtual I/O Server that has a part in it is new enough; each is named once."""
    servers = [*plan.source_servers, *plan.destination_servers]
    if plan.pair is not None and plan.request.kind is MigrationKind.ACTIVE:
        servers += [plan.pair.source, plan.pair.destination]
    for server in dict.fromkeys(servers):
        level = server.io_server.level
        if not levels.vios_supported(level):
            yield HmcError(
                "lpm_vios_level", vios=server.name, system=server.frame.name, level=level
            )


def block_size(plan: Plan) -> Findings:
    """Both systems cut memory into logical memory blocks of one size."""
    here, there = plan.frames
    if here.memory_block != there.memory_block:
        yield HmcError(
            "lpm_memory_block_size",
            source=here.name,
            source_size=here.memory_block,
            dest=there.name,
            dest_size=there.memory_block,
        )


def battery(plan: Plan) -> Findings:
    """The destination has mains power. The source need not: that may be why one moves."""
    if plan.destination.on_battery:
        yield HmcError("lpm_on_battery", system=plan.destination.name)


def concurrency(plan: Plan) -> Findings:
    """Neither system takes part in as many migrations of the kind as it supports."""
    kind = plan.request.kind
    for frame in plan.frames:
        mobility = frame.mobility
        active = kind is MigrationKind.ACTIVE
        supported = mobility.active_supported if active else mobility.inactive_supported
        if frame.migrations_in_progress(kind) >= supported:
            yield HmcError(
                "lpm_too_many_migrations", system=frame.name, kind=kind.value, count=supported
            )


# -- room at the destination, without what the partition itself has there ----------------------


def _held(plan: Plan) -> Resources | None:
    """What is reserved for the partition already."""
    return plan.own.current if plan.own is not None else None


def memory(plan: Plan) -> Findings:
    """The destination has the memory of the partition."""
    held = _held(plan)
    available = plan.destination.memory_available + (held.memory.desired if held else 0)
    required = plan.resources.memory.desired
    if required > available:
        yield HmcError(
            "lpm_no_memory",
            system=plan.destination.name,
            available=available,
            required=required,
        )


def processors(plan: Plan) -> Findings:
    """The destination has the processors of the partition, whole ones or units of shared ones."""
    held = _held(plan)
    available = plan.destination.processors_available + (held.processors.consumed if held else 0)
    required = plan.resources.processors.consumed
    if required > available:
        yield HmcError(
            "lpm_no_processors",
            system=plan.destination.name,
            available=format_units(available),
            required=format_units(required),
        )


def partition_id(plan: Plan) -> Findings:
    """The destination can define one more partition, with the ID that is wanted."""
    wanted = plan.request.lpar_id
    if plan.own is not None:
        return
    if wanted in plan.destination.partitions:
        yield HmcError("lpm_id_in_use", id=wanted, system=plan.destination.name)
    if plan.destination.lowest_free_id() is None:
        yield HmcError("lpm_no_free_id", system=plan.destination.name)


def pool_capacity(plan: Plan) -> Findings:
    """The maximum of the shared processor pool is not exceeded by the arrival."""
    destination, wanted = plan.destination, plan.resources.processors
    pool = destination.pools[plan.request.pool_id or 0]
    free = destination.pool_units_available(pool.pool_id, but=plan.own)
    if wanted.mode == "shared" and free is not None and wanted.units.desired > free:
        yield HmcError(
            "lpm_pool_capacity",
            pool=pool.name,
            system=destination.name,
            available=format_units(free),
            required=format_units(wanted.units.desired),
        )


def unique_name(plan: Plan) -> Findings:
    """No partition of the destination has the name."""
    if plan.destination.find_by_name(plan.partition.name) not in (None, plan.own):
        yield HmcError("lpm_name_in_use", name=plan.partition.name, system=plan.destination.name)


def unique_addresses(plan: Plan) -> Findings:
    """No virtual Ethernet adapter of the destination has a MAC address of the partition."""
    taken = set(plan.destination.all_mac_addresses(but=plan.own))
    for adapter in plan.partition.ethernet_adapters:
        if adapter.mac in taken:
            yield HmcError(
                "lpm_mac_in_use",
                mac=adapter.mac,
                name=plan.partition.name,
                system=plan.destination.name,
            )


# -- RMC and movers ----------------------------------------------------------------------------


def server_rmc(plan: Plan) -> Findings:
    """The console reaches the Virtual I/O Servers that serve the partition, and could serve it."""
    for server in plan.source_servers:
        if not server.rmc_active:
            yield HmcError("lpm_no_rmc", name=server.name)
    for server in plan.destination.virtual_io_servers():
        if server.state is PartitionState.RUNNING and not server.rmc_active:
            yield HmcError("lpm_no_rmc", name=server.name)


def _ends(plan: Plan) -> tuple[tuple[Frame, Partition | None], ...]:
    request = plan.request
    return (
        (request.source, request.source_mover),
        (request.destination, request.destination_mover),
    )


def _candidates(frame: Frame, named: Partition | None) -> list[Partition]:
    """Servers with the mover attribute that may be taken: the named one, or all."""
    servers = frame.virtual_io_servers() if named is None else [named]
    return [server for server in servers if server.is_mover]


def mover_attribute(plan: Plan) -> Findings:
    """Each side has a Virtual I/O Server with the mover attribute; a named one has it."""
    for frame, named in _ends(plan):
        if not _candidates(frame, named):
            if named is not None:
                yield HmcError("lpm_not_a_msp", vios=named.name, system=frame.name)
            else:
                yield HmcError("lpm_no_msp", system=frame.name)


def mover_vasi(plan: Plan) -> Findings:
    """A mover of each side has a VASI adapter, and its operating system the device.

    Of a server that does not run, only the adapter is known.
    """
    for frame, named in _ends(plan):
        candidates = _candidates(frame, named)
        if not any(map(_vasi_found, candidates)):
            for server in candidates:
                missing = "lpm_msp_vasi_device" if server.vasi_adapters else "lpm_msp_no_vasi"
                yield HmcError(missing, vios=server.name, system=frame.name)


def _vasi_found(server: Partition) -> bool:
    return movers.has_vasi(server) if server.running else bool(server.vasi_adapters)


def mover_rmc(plan: Plan) -> Findings:
    """The console reaches a mover of each side."""
    for frame, named in _ends(plan):
        candidates = [s for s in _candidates(frame, named) if _vasi_found(s)]
        if not any(movers.usable(server) for server in candidates):
            for server in candidates:
                yield HmcError("lpm_no_rmc", name=server.name)


def mover_link(plan: Plan) -> Findings:
    """A mover of the source reaches one of the destination."""
    here, there = (
        [server for server in _candidates(frame, named) if movers.usable(server)]
        for frame, named in _ends(plan)
    )
    if here and there and plan.pair is None:
        yield HmcError("lpm_msp_unconnected", source=here[0].name, dest=there[0].name)


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def movers_unused(plan: Plan) -> Findings:
    """No mover is named where none is used."""
    if any(named is not None for _, named in _ends(plan)):
        yield HmcError("lpm_movers_unused", name=plan.partition.name)


def mover_load(plan: Plan) -> Findings:
    """The movers carry fewer active migrations than they can."""
    if plan.pair is None:
        return
    for mover in (plan.pair.source, plan.pair.destination):
        limit = mover.io_server.migration_limit
        if movers.load(mover) >= limit:
            yield HmcError(
                "lpm_msp_busy",
                vios=mover.name,
                count=movers.load(mover),
                limit=_NUMBERS[limit - 1],
            )
