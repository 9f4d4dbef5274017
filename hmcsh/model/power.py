"""Starting and stopping partitions, phase by phase on the clock.

The states are the console's; the durations come from the inventory (inferred). Reference codes:
00000000 for a partition that is off, none for one that runs AIX (SG24-7460 figure 6-1), CA00E1F1
first after activation (capture, V10R3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hmcsh.language.messages import HmcError
from hmcsh.model import capabilities, hea, netboot
from hmcsh.model.allocation import Allocation
from hmcsh.model.booting import can_boot
from hmcsh.model.configuration import adopt, whole
from hmcsh.model.logs import ReferenceCode
from hmcsh.model.partition import OperatingSystem, Partition, Synchronization, Workload
from hmcsh.model.resources import Profile, Resources
from hmcsh.model.states import LparEnvironment, PartitionState, SystemState
from hmcsh.model.undertaking import Phases, undertake, work
from hmcsh.model.wiring import take_adapters
from hmcsh.runtime import SECOND

OFF_CODE = "00000000"
FIRMWARE_CODE = "CA00E1F1"
NO_CODE = ""
NO_BOOT_IMAGE_CODE = "AA06000D"  # no operating system on any device of the boot list (recalled)
AIX_DUMP_CODE = "0c2"  # a dump that a user asked for (AIX dump progress indicators)
IBM_I_DUMP_CODE = "D6000000"  # D6xx: the main storage dump manager; its other digits inferred
_STOPS_IN_FIRMWARE = ("sms", "of")
_IMMEDIATE_SHUTDOWN = 2 * SECOND


def running_code(partition: Partition) -> str:
    """What a partition shows whose operating system has started.

    AIX clears the code; Linux leaves its name (op-test, which waits for it; the rest recalled).
    """
    system = partition.operating_system
    if system is None or not system.version.startswith("Linux"):
        return NO_CODE
    little_endian = capabilities.at_least(partition.frame, "POWER8")
    return "Linux ppc64le" if little_endian else "Linux ppc64"


def shown_codes(partition: Partition) -> Sequence[ReferenceCode]:
    """The reference codes of a partition, the newest first.

    Where nothing has happened yet it is the one that its state has had since before.
    """
    if partition.reference_codes:
        return partition.reference_codes
    return (ReferenceCode(0, running_code(partition) if partition.running else OFF_CODE),)


@dataclasses.dataclass(frozen=True, slots=True)
class Boot:
    """How a partition is to start: what is None stays as the profile or the partition has it.

    `network` asks the firmware to boot over the network first.
    """

    mode: str | None = None
    keylock: str | None = None
    ipl_source: str | None = None
    network: bool = False


AS_CONFIGURED = Boot()


@dataclasses.dataclass(frozen=True, slots=True)
class Activation:
    """An activation that has been checked; `resources` are None to start with those it has."""

    partition: Partition
    profile: Profile | None
    resources: Resources | None


def prepare(
    partition: Partition, profile: Profile | None, allocation: Allocation | None = None
) -> Activation:
    """Check an activation with a profile, or with the present configuration if None.

    `allocation` is what is left after activations that are to go before this one.

    Raises:
        HmcError: HSCL3681 if it is on, HSCL05DF while it shuts down, HSCL3680 if there is no
            configuration to start with, or the message of the resource that is short or held by
            another partition.
    """
    partition.require_unlocked()
    if partition.state is PartitionState.SHUTTING_DOWN:
        raise HmcError("wrong_state")
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("already_on", name=partition.name)
    if profile is None:
        if partition.current is None:
            raise HmcError("no_current_configuration", name=partition.name)
        return Activation(partition, None, None)
    return _placed(partition, profile, allocation)


def _placed(partition: Partition, profile: Profile, allocation: Allocation | None) -> Activation:
    if profile.all_resources:
        profile = whole(partition.frame, profile)
    allocation = allocation or Allocation.of(partition.frame)
    return Activation(partition, profile, allocation.place(partition, profile))


def begin(activation: Activation, boot: Boot = AS_CONFIGURED) -> None:
    """Assign the resources of a checked activation; the partition then starts on the clock.

    A system in Standby becomes Operating with its first partition (inferred from the meaning of
    Standby).
    """
    partition, profile = activation.partition, activation.profile
    _take(activation)
    partition.activated_before = True
    partition.keylock = boot.keylock or partition.keylock
    partition.ipl_source = boot.ipl_source or partition.ipl_source
    partition.current_secure_boot = partition.secure_boot
    partition.frame.state = SystemState.OPERATING
    mode = boot.mode or (profile.boot_mode if profile else partition.boot_mode)
    _transit(partition, PartitionState.STARTING, "start", boot_mode=mode, network=boot.network)


def assign(partition: Partition, profile: Profile) -> None:
    """Give a partition that is off the resources, adapters and settings of a profile.

    Raises HmcError for what is short, or held by another partition.
    """
    _take(_placed(partition, profile, None))


def activate(partition: Partition, profile: Profile | None, boot: Boot = AS_CONFIGURED) -> None:
    """Check and begin an activation. Raises HmcError as `prepare` and `check_boot` do."""
    partition.frame.require_operating()
    check_boot(partition, boot)
    begin(prepare(partition, profile), boot)


def check_boot(partition: Partition, boot: Boot) -> None:
    """Refuse what the operating environment of a partition does not have.

    Only IBM i partitions have an IPL source, only others a boot mode and a boot string (manual
    page of chsysstate). Raises HmcError.
    """
    if partition.environment is not LparEnvironment.OS400:
        if boot.ipl_source is not None:
            raise HmcError("os400_only", name=partition.name, what="an IPL source")
    elif boot.mode is not None or boot.network:
        raise HmcError("not_for_os400", name=partition.name, what="a boot mode or a boot string")


def _transit(partition: Partition, state: PartitionState, name: str, **options: bool | str) -> None:
    """Let a start or stop take the place of the one that may be under way.

    The phases of one that was overtaken end, even if the partition is in the same state again
    by the time they would go on.
    """
    partition.underway = ()
    partition.state = state
    partition.vty.state_changed()
    undertake(partition, name, **options)


def _take(activation: Activation) -> None:
    """Give a partition what an activation with a profile has found for it."""
    partition, profile = activation.partition, activation.profile
    if profile is None or activation.resources is None:
        return
    frame = partition.frame
    partition.current = partition.pending = activation.resources
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


@work("start")
def _start(partition: Partition, boot_mode: str, *, network: bool = False) -> Phases:
    timings = partition.frame.datacenter.timings
    partition.show_reference_code(FIRMWARE_CODE)
    yield timings.partition_starting
    partition.state = PartitionState.OPEN_FIRMWARE
    partition.firmware = boot_mode if boot_mode in _STOPS_IN_FIRMWARE else ""
    partition.vty.state_changed()
    if not partition.firmware:
        yield from _boot(partition, boot_mode, network=network)


@work("boot")
def _boot(partition: Partition, boot_mode: str, *, network: bool = False) -> Phases:
    """From the firmware to the operating system."""
    yield partition.frame.datacenter.timings.partition_firmware
    if network and netboot.boot_servers(partition):
        run_network_image(partition)
    elif network or not can_boot(partition, boot_mode):
        partition.show_reference_code(NO_BOOT_IMAGE_CODE)
        partition.firmware = "of"
        partition.vty.state_changed()
    else:
        _run(partition)


def leave_firmware(partition: Partition, *, anew: bool = False) -> None:
    """Go on from Open Firmware or from SMS: boot the operating system, or start `anew`."""
    if anew:
        _transit(partition, PartitionState.STARTING, "start", boot_mode="norm")
    else:
        partition.firmware = ""
        _transit(partition, PartitionState.OPEN_FIRMWARE, "boot", boot_mode="norm")


def _run(partition: Partition) -> None:
    partition.firmware = ""
    partition.state = PartitionState.RUNNING
    partition.running_since = partition.frame.datacenter.clock.now
    if partition.operating_system is not None:
        partition.operating_system.starts += 1
    partition.show_reference_code(running_code(partition))
    partition.vty.state_changed()


def run_network_image(partition: Partition) -> None:
    """Let a partition in Open Firmware run the image that a boot server gave it.

    One that had no operating system gets one that the console knows nothing of: no version, no
    RMC connection (inferred).
    """
    if partition.operating_system is None:
        partition.operating_system = OperatingSystem(
            "Unknown", rmc=False, workload=Workload("idle")
        )
    _run(partition)


def shut_down(partition: Partition, *, immediate: bool = False, restart: bool = False) -> None:
    """Shut a partition down; it keeps its resources (capture of a later level).

    An immediate shutdown overtakes one that is under way. Raises HmcError as
    `require_can_stop` does.
    """
    require_can_stop(partition, immediate=immediate)
    _transit(partition, PartitionState.SHUTTING_DOWN, "stop", immediate=immediate, restart=restart)


def require_can_stop(partition: Partition, *, immediate: bool) -> None:
    """Check that a partition can be shut down.

    Raises HmcError HSCL1558 if it is off, HSCL05DF if it shuts down already and this is not an
    immediate shutdown, a message if it is migrating or serves a migration.
    """
    partition.require_unlocked()
    if not partition.state.powered_on:
        raise HmcError("already_off", name=partition.name)
    partition.require_no_migration_served()
    if partition.state is PartitionState.SHUTTING_DOWN and not immediate:
        raise HmcError("wrong_state")


def require_os_shutdown(partition: Partition) -> None:
    """Check that the operating system can be told to shut down.

    Raises HmcError HSCL0DB4 without an RMC link, and as an IBM i partition has none of this kind.
    """
    if partition.state.powered_on and (
        not partition.rmc_active or partition.environment is LparEnvironment.OS400
    ):
        raise HmcError("os_shutdown_no_rmc", name=partition.name)


def os_shut_down(partition: Partition, *, immediate: bool = False, restart: bool = False) -> None:
    """Shut the operating system down by a command over RMC.

    Raises HmcError HSCL1558 if the partition is off, HSCL0DB4 as `require_os_shutdown` says.
    """
    require_os_shutdown(partition)
    shut_down(partition, immediate=immediate, restart=restart)


@work("stop")
def _stop(partition: Partition, *, immediate: bool, restart: bool) -> Phases:
    timings = partition.frame.datacenter.timings
    yield _IMMEDIATE_SHUTDOWN if immediate else timings.partition_shutdown
    turn_off(partition)
    if restart and partition.frame.state.hypervisor_runs:
        _transit(partition, PartitionState.STARTING, "start", boot_mode=partition.boot_mode)


def turn_off(partition: Partition) -> None:
    """Put a partition into the state Not Activated now, whatever it was about to do."""
    partition.underway = ()
    partition.state = PartitionState.NOT_ACTIVATED
    partition.show_reference_code(OFF_CODE)
    partition.vty.state_changed()


# -- the operator panel -----------------------------------------------------------------------


def dump_and_restart(partition: Partition) -> None:
    """Let the operating system write a dump, then restart (panel function 22).

    Raises HmcError HSCL1558 if the partition is off, HSCL05DF if no operating system runs in it.
    """
    require_can_stop(partition, immediate=True)
    if not partition.running:
        raise HmcError("wrong_state")
    _begin_dump(partition)


def retry_dump(partition: Partition) -> None:
    """Begin the main storage dump of an IBM i partition anew (panel function 34).

    Raises HmcError for another partition, HSCL05DF if no dump is being written.
    """
    _require_os400(partition, "a main storage dump to retry")
    if partition.state is not PartitionState.SHUTTING_DOWN or not _dumps(partition):
        raise HmcError("wrong_state")
    _begin_dump(partition)


def _dumps(partition: Partition) -> bool:
    shown = partition.reference_codes
    return bool(shown) and shown[0].code in (AIX_DUMP_CODE, IBM_I_DUMP_CODE)


def _begin_dump(partition: Partition) -> None:
    ibm_i = partition.environment is LparEnvironment.OS400
    partition.show_reference_code(IBM_I_DUMP_CODE if ibm_i else AIX_DUMP_CODE)
    _transit(partition, PartitionState.SHUTTING_DOWN, "dump")


@work("dump")
def _dump(partition: Partition) -> Phases:
    yield partition.frame.datacenter.timings.partition_dump
    system = partition.operating_system
    if system is not None and system.version.startswith(("AIX", "VIOS")):
        # What errpt shows of a dump (recalled).
        partition.log_error("67145A39", "DUMP_STATS", "US", "SYSDUMP", "SYSTEM DUMP")
    turn_off(partition)
    if partition.frame.state.hypervisor_runs:
        _transit(partition, PartitionState.STARTING, "start", boot_mode=partition.boot_mode)


def press(partition: Partition, function: str) -> None:
    """Use a further function of the operator panel, which only IBM i partitions have.

    They need the keylock in the position `manual` (recalled: they are extended functions). What
    they change lies inside the operating system. Raises HmcError.
    """
    _require_os400(partition, f"the panel function {function}")
    if not partition.state.powered_on:
        raise HmcError("wrong_state")
    if partition.keylock != "manual":
        raise HmcError("needs_manual_keylock", name=partition.name, function=function)


def set_keylock(partition: Partition, position: str) -> None:
    """Turn the keylock to `norm` or `manual`. Raises HmcError while the partition migrates."""
    partition.frame.require_operating()
    partition.require_unlocked()
    partition.keylock = position


def _require_os400(partition: Partition, what: str) -> None:
    partition.require_unlocked()
    if partition.environment is not LparEnvironment.OS400:
        raise HmcError("os400_only", name=partition.name, what=what)
