"""Starting and stopping partitions and managed systems, phase by phase on the clock.

The states are the console's; the durations come from the inventory (inferred). Reference codes:
00000000 for a partition that is off, none for one that runs (SG24-7460 figure 6-1), CA00E1F1
first after activation (capture, V10R3).
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Generator
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.model import hea
from hmcsh.model.capabilities import minimum_units
from hmcsh.model.configuration import adopt, whole
from hmcsh.model.frame import Frame
from hmcsh.model.hardware import apply_pending
from hmcsh.model.partition import Partition, Synchronization
from hmcsh.model.resources import Amount, Processors, Profile, Resources
from hmcsh.model.states import PartitionState, SystemState
from hmcsh.model.units import UNIT, format_units
from hmcsh.model.wiring import require_ports, take_adapters
from hmcsh.runtime import SECOND, Event

OFF_CODE = "00000000"
FIRMWARE_CODE = "CA00E1F1"
NO_CODE = ""
_STOPS_IN_FIRMWARE = ("sms", "of")
_IMMEDIATE_SHUTDOWN = 2 * SECOND

Phases = Generator[int | Event, Any, None]


def activate(
    partition: Partition,
    profile: Profile | None,
    boot_mode: str | None = None,
    keylock: str | None = None,
) -> None:
    """Activate a partition with a profile, or with its present configuration if None.

    The resources are assigned at once, the partition then starts on the clock. A system in
    Standby becomes Operating with its first partition (inferred from the meaning of Standby).

    Raises:
        HmcError: HSCL3681 if it is on, HSCL05DF while it shuts down, HSCL3680 if there is no
            configuration to start with, or the message of the resource that is short or held by
            another partition.
    """
    frame = partition.frame
    partition.require_unlocked()
    frame.require_operating()
    if partition.state is PartitionState.SHUTTING_DOWN:
        raise HmcError("wrong_state")
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("already_on", name=partition.name)
    if profile is None:
        if partition.current is None:
            raise HmcError("no_current_configuration", name=partition.name)
    else:
        assign(partition, profile)
    partition.activated_before = True
    partition.keylock = keylock or partition.keylock
    frame.state = SystemState.OPERATING
    mode = boot_mode or (profile.boot_mode if profile else partition.boot_mode)
    _begin(partition, PartitionState.STARTING, _start(partition, mode))


def assign(partition: Partition, profile: Profile) -> None:
    """Give a partition that is off the resources, adapters and settings of a profile.

    Raises HmcError for what is short, or held by another partition.
    """
    frame = partition.frame
    if profile.all_resources:
        profile = whole(frame, profile)
    resources = _assignable(frame, partition, profile.resources)
    _require_slots(frame, partition, profile)
    require_ports(partition, profile)
    _take(partition, profile, resources)


def _begin(partition: Partition, state: PartitionState, phases: Phases) -> None:
    """Let a start or stop take the place of the one that may be under way.

    The phases of one that was overtaken end, even if the partition is in the same state again
    by the time they would go on.
    """
    partition.power_transition += 1
    partition.state = state
    partition.vty.state_changed()
    process = _while_current(partition, partition.power_transition, phases)
    partition.frame.datacenter.clock.spawn(process)


def _while_current(partition: Partition, transition: int, phases: Phases) -> Phases:
    while partition.power_transition == transition:
        try:
            wait = next(phases)
        except StopIteration:
            return
        yield wait


def _assignable(frame: Frame, partition: Partition, wanted: Resources) -> Resources:
    """As much of `wanted` as there is, at least its minimum.

    Raises HmcError if a minimum is not available.
    """
    released = partition.current
    memory = _fit(
        wanted.memory, frame.memory_available + (released.memory.desired if released else 0)
    )
    if memory is None:
        raise HmcError("no_memory", obtained=frame.memory_available, required=wanted.memory.minimum)
    free = frame.processors_available + (released.processors.consumed if released else 0)
    pool_free = None
    if wanted.processors.mode == "shared":
        pool_free = frame.pool_units_available(wanted.processors.pool_id, but=partition)
    free = free if pool_free is None else min(free, pool_free)
    processors = _fit_processors(wanted.processors, free, minimum_units(frame))
    if processors is None:
        raise HmcError(
            "no_processors",
            obtained=format_units(free),
            required=format_units(_minimum_units(wanted.processors)),
        )
    free_pages = frame.huge_pages_available + (released.huge_pages.desired if released else 0)
    pages = _fit(wanted.huge_pages, free_pages)
    if pages is None:
        raise HmcError("no_huge_pages", obtained=free_pages, required=wanted.huge_pages.minimum)
    return dataclasses.replace(wanted, memory=memory, processors=processors, huge_pages=pages)


def _fit(wanted: Amount, free: int) -> Amount | None:
    given = min(wanted.desired, free)
    return None if given < wanted.minimum else wanted.with_desired(given)


def _minimum_units(wanted: Processors) -> int:
    return wanted.units.minimum if wanted.mode == "shared" else wanted.count.minimum * UNIT


def _fit_processors(wanted: Processors, free: int, least: int) -> Processors | None:
    if wanted.mode == "ded":
        count = _fit(wanted.count, free // UNIT)
        return None if count is None else dataclasses.replace(wanted, count=count)
    units = _fit(wanted.units, free)
    if units is None:
        return None
    # Fewer units than wanted can carry fewer virtual processors.
    carried = min(wanted.count.desired, max(units.desired // least, 1))
    return dataclasses.replace(wanted, units=units, count=wanted.count.with_desired(carried))


def _require_slots(frame: Frame, partition: Partition, profile: Profile) -> None:
    for wanted in profile.io_slots:
        slot = frame.slots.get(wanted.drc_index)
        if wanted.required and (slot is None or slot.owner not in (None, partition.lpar_id)):
            raise HmcError("io_slot_not_available", drc_index=wanted.drc_index)


def _take(partition: Partition, profile: Profile, resources: Resources) -> None:
    frame = partition.frame
    partition.current = partition.pending = resources
    partition.running_profile = profile.name
    take_adapters(partition, profile)
    adopt(partition, profile)
    partition.lhea_logical_ports = hea.free_ports(partition, profile.lhea_logical_ports)
    if partition.synchronization is Synchronization.SUSPENDED:
        partition.synchronization = Synchronization.ON
    for slot in frame.slots.values():
        if slot.owner == partition.lpar_id:
            slot.owner = None
    for assignment in profile.io_slots:
        physical = frame.slots.get(assignment.drc_index)
        if physical is not None and physical.owner is None:
            physical.owner = partition.lpar_id


def _start(partition: Partition, boot_mode: str) -> Phases:
    timings = partition.frame.datacenter.timings
    partition.show_reference_code(FIRMWARE_CODE)
    yield timings.partition_starting
    partition.state = PartitionState.OPEN_FIRMWARE
    partition.firmware = boot_mode if boot_mode in _STOPS_IN_FIRMWARE else ""
    if partition.operating_system is None:
        partition.firmware = partition.firmware or "of"  # there is nothing to boot
    partition.vty.state_changed()
    if partition.firmware:
        return
    yield timings.partition_firmware
    partition.state = PartitionState.RUNNING
    partition.running_since = partition.frame.datacenter.clock.now
    # An operating system that has started clears the code: running partitions show none.
    partition.show_reference_code(NO_CODE)
    partition.vty.state_changed()


def shut_down(partition: Partition, *, immediate: bool = False, restart: bool = False) -> None:
    """Shut a partition down; it keeps its resources (capture of a later level).

    An immediate shutdown overtakes one that is under way.

    Raises HmcError HSCL1558 if it is off, HSCL05DF if it shuts down already and this is not an
    immediate shutdown, a message if it is migrating or serves a migration.
    """
    partition.require_unlocked()
    if not partition.state.powered_on:
        raise HmcError("already_off", name=partition.name)
    partition.require_no_migration_served()
    if partition.state is PartitionState.SHUTTING_DOWN and not immediate:
        raise HmcError("wrong_state")
    phases = _stop(partition, immediate=immediate, restart=restart)
    _begin(partition, PartitionState.SHUTTING_DOWN, phases)


def os_shut_down(partition: Partition, *, immediate: bool = False, restart: bool = False) -> None:
    """Shut the operating system down by a command over RMC.

    Raises HmcError HSCL1558 if the partition is off, HSCL0DB4 without an RMC link.
    """
    if partition.state.powered_on and not partition.rmc_active:
        raise HmcError("os_shutdown_no_rmc", name=partition.name)
    shut_down(partition, immediate=immediate, restart=restart)


def _stop(partition: Partition, *, immediate: bool, restart: bool) -> Phases:
    timings = partition.frame.datacenter.timings
    yield _IMMEDIATE_SHUTDOWN if immediate else timings.partition_shutdown
    turn_off(partition)
    if restart and partition.frame.state.hypervisor_runs:
        _begin(partition, PartitionState.STARTING, _start(partition, partition.boot_mode))


def turn_off(partition: Partition) -> None:
    """Put a partition into the state Not Activated now, whatever it was about to do."""
    partition.power_transition += 1
    partition.state = PartitionState.NOT_ACTIVATED
    partition.show_reference_code(OFF_CODE)
    partition.vty.state_changed()


def power_on(frame: Frame, *, standby: bool = False, keylock: str | None = None) -> None:
    """Power a managed system on.

    Partitions with auto start follow, unless the system goes to Standby or its start policy
    leaves them to the user (`userinit`).

    Raises HmcError if it is not connected or is on, HSCL3205 while it is being powered off.
    """
    frame.require_connection()
    if frame.state is SystemState.POWER_OFF_IN_PROGRESS:
        raise HmcError("system_busy", name=frame.name)
    if frame.state is not SystemState.POWER_OFF:
        raise HmcError("system_already_on", name=frame.name)
    frame.keylock = keylock or frame.keylock
    frame.state = SystemState.INITIALIZING
    frame.datacenter.clock.spawn(_power_on(frame, standby=standby))


def _power_on(frame: Frame, *, standby: bool) -> Phases:
    yield frame.datacenter.timings.system_power_on
    if frame.state is not SystemState.INITIALIZING:
        return
    apply_pending(frame)
    frame.state = SystemState.STANDBY if standby else SystemState.OPERATING
    if standby or frame.power_on_start_policy == "userinit":
        return
    for partition in list(frame.listed_partitions()):
        if partition.auto_start:
            # A partition whose resources are short stays off and does not keep others from it.
            with contextlib.suppress(HmcError):
                activate(partition, partition.profiles[partition.default_profile])


def power_off(frame: Frame, *, immediate: bool = False, restart: bool = False) -> None:
    """Power a managed system off, partitions included; they stay defined.

    A normal power-off is refused while partitions run, a fast one stops them (inferred from the
    two forms of the command). Raises HmcError if it is not connected or is off, or a migration
    involves the system.
    """
    frame.require_connection()
    if frame.state in (SystemState.POWER_OFF, SystemState.POWER_OFF_IN_PROGRESS):
        raise HmcError("system_already_off", name=frame.name)
    frame.require_operating()
    if frame.migrations:
        raise HmcError("system_busy_migrating", name=frame.name)
    if not immediate and any(p.state.powered_on for p in frame.partitions.values()):
        raise HmcError("system_has_running_partitions", name=frame.name)
    frame.state = SystemState.POWER_OFF_IN_PROGRESS
    frame.datacenter.clock.spawn(_power_off(frame, restart=restart))


def _power_off(frame: Frame, *, restart: bool) -> Phases:
    yield frame.datacenter.timings.system_power_off
    for partition in frame.partitions.values():
        if partition.state is not PartitionState.NOT_ACTIVATED:
            turn_off(partition)
        partition.vty.close()  # nobody is left to carry it
    frame.state = SystemState.POWER_OFF
    if restart:
        frame.state = SystemState.INITIALIZING
        yield from _power_on(frame, standby=False)
