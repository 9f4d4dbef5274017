"""Checks of the mobile partition: its kind, its state, and what it is configured with."""

from __future__ import annotations

from hmcsh.language.messages import HmcError
from hmcsh.migration import awareness, levels
from hmcsh.migration.plan import Findings, Plan
from hmcsh.model.adapters import DEFAULT_SERIAL_SLOTS, SerialAdapter
from hmcsh.model.partition import BYTES_LIMIT
from hmcsh.model.states import (
    LparEnvironment,
    MigrationKind,
    PartitionState,
)


def environment(plan: Plan) -> Findings:
    """It is an AIX or Linux partition, so neither a Virtual I/O Server nor a mover.

    Later levels migrate IBM i as well.
    """
    partition, level = plan.partition, plan.request.level
    if not levels.environment_supported(partition.environment, level):
        ibm_i = levels.environment_supported(LparEnvironment.OS400, level)
        yield HmcError(
            "lpm_partition_type",
            name=partition.name,
            type=partition.environment,
            allowed="AIX, Linux and IBM i" if ibm_i else "AIX and Linux",
        )


def system_level(plan: Plan) -> Findings:
    """Its operating system, whose level is known over RMC, can be moved while it runs."""
    system = plan.partition.operating_system
    if system is None or not plan.partition.rmc_active:
        return
    if not levels.environment_supported(plan.partition.environment, plan.request.level):
        return  # which the type of the partition already says
    if not levels.system_supported(system.version):
        yield HmcError("lpm_os_level", name=plan.partition.name, version=system.version)


def state(plan: Plan) -> Findings:
    """It is Running or Not Activated, which decides the kind of migration."""
    allowed = (PartitionState.RUNNING, PartitionState.NOT_ACTIVATED)
    # One that migrates has states of its own, which `not_migrating` tells of.
    if plan.partition.state not in allowed and not plan.partition.migrating:
        yield HmcError("lpm_state", name=plan.partition.name, state=plan.partition.state)


def not_migrating(plan: Plan) -> Findings:
    """No migration of it is under way or waits for recovery."""
    if plan.partition.migration_state.to_be_recovered:
        yield HmcError("lpm_needs_recovery", name=plan.partition.name)
    elif plan.partition.migrating:
        yield HmcError("lpm_migrating", name=plan.partition.name)


def activated_before(plan: Plan) -> Findings:
    """It has an active profile: it was activated once, if only to the SMS menu."""
    if not plan.partition.activated_before:
        yield HmcError("lpm_never_activated", name=plan.partition.name)


def error_path_reporting(plan: Plan) -> Findings:
    """It does not report errors by a redundant path."""
    if plan.partition.redundant_error_path_reporting:
        yield HmcError("lpm_error_logging", name=plan.partition.name)


def not_disabled(plan: Plan) -> Findings:
    """Its migration is not disabled by its configuration."""
    if plan.partition.migration_disabled:
        yield HmcError("lpm_disabled", name=plan.partition.name)


def service_partition(plan: Plan) -> Findings:
    """It is not the service partition of its system."""
    if plan.source.service_lpar_id == plan.partition.lpar_id:
        yield HmcError("lpm_service_partition", name=plan.partition.name, system=plan.source.name)


def work_group(plan: Plan) -> Findings:
    """It is in no workload group."""
    group = plan.partition.work_group_id
    if group is not None:
        yield HmcError("lpm_work_group", name=plan.partition.name, group=group)


def barrier_registers(plan: Plan) -> Findings:
    """It has no barrier synchronization registers."""
    if plan.partition.bsr_arrays:
        yield HmcError("lpm_barrier_registers", name=plan.partition.name)


def huge_pages(plan: Plan) -> Findings:
    """It has no huge pages."""
    current = plan.partition.current
    if current is not None and current.huge_pages.desired:
        yield HmcError("lpm_huge_pages", name=plan.partition.name)


def bytes_kept(plan: Plan) -> Findings:
    """Its memory is small enough if its pages are kept with their bytes; this emulator's limit."""
    current, system = plan.partition.current, plan.partition.operating_system
    if current is None or system is None or system.workload.content != "bytes":
        return
    if current.memory.desired > BYTES_LIMIT:
        yield HmcError(
            "lpm_bytes_limit",
            name=plan.partition.name,
            size=current.memory.desired,
            limit=BYTES_LIMIT,
        )


# -- physical I/O ------------------------------------------------------------------------------


def required_slots(plan: Plan) -> Findings:
    """Its active profile requires no physical I/O slot."""
    slots = [a.drc_index for a in plan.partition.active_profile.io_slots if a.required]
    if slots:
        yield HmcError("lpm_physical_required", name=plan.partition.name, slots=slots)


def _desired_slots(plan: Plan) -> list[str]:
    required = {a.drc_index for a in plan.partition.active_profile.io_slots if a.required}
    return sorted(
        slot.drc_index
        for slot in plan.source.slots.values()
        if slot.owner == plan.partition.lpar_id and slot.drc_index not in required
    )


def desired_slots(plan: Plan) -> Findings:
    """It owns no physical I/O slot."""
    if slots := _desired_slots(plan):
        yield HmcError("lpm_physical_adapters", name=plan.partition.name, slots=slots)


def removed_slots(plan: Plan) -> Findings:
    """Tells which physical I/O slots it will lose."""
    if slots := _desired_slots(plan):
        yield HmcError("lpm_physical_removed", name=plan.partition.name, slots=slots)


def host_ethernet(plan: Plan) -> Findings:
    """It has no logical host Ethernet adapter, now or in its active profile."""
    partition = plan.partition
    if partition.lhea_logical_ports or partition.active_profile.lhea_logical_ports:
        yield HmcError("lpm_lhea", name=partition.name)


# -- virtual slots, RMC and the operating system -----------------------------------------------


def virtual_slots(plan: Plan) -> Findings:
    """The virtual slots that the shell gets hold every virtual adapter."""
    partition = plan.partition
    beyond = [slot for slot in sorted(partition.adapters) if slot >= partition.max_virtual_slots]
    if beyond:
        yield HmcError(
            "lpm_virtual_slots",
            name=partition.name,
            slots=beyond,
            maximum=partition.max_virtual_slots,
        )


def serial_adapters(plan: Plan) -> Findings:
    """It has no virtual serial adapter but the two of the console."""
    for slot, adapter in sorted(plan.partition.adapters.items()):
        if isinstance(adapter, SerialAdapter) and slot not in DEFAULT_SERIAL_SLOTS:
            yield HmcError("lpm_virtual_serial", name=plan.partition.name, slot=slot)


def rmc(plan: Plan) -> Findings:
    """The console reaches its operating system."""
    if plan.partition.running and not plan.partition.rmc_active:
        yield HmcError("lpm_no_rmc", name=plan.partition.name)


def accepted(plan: Plan) -> Findings:
    """Its operating system, scripts, applications and kernel extensions accept the request."""
    for objection in awareness.objections(plan.request):
        yield HmcError("lpm_os_not_ready", name=plan.partition.name, reason=objection)


# -- what the user should know -----------------------------------------------------------------


def profile_replaced(plan: Plan) -> Findings:
    """Tells which profile the migration profile will take the place of."""
    if plan.request.migration_profile_name in plan.partition.profiles:
        yield HmcError("lpm_profile_replaced", profile=plan.request.migration_profile_name)


def terminal_closed(plan: Plan) -> Findings:
    """Tells that its virtual terminal is closed, in an active migration even if none is open."""
    if plan.request.kind is MigrationKind.ACTIVE or plan.partition.vty.terminal is not None:
        yield HmcError("lpm_terminal_closed", name=plan.partition.name)
