"""Powering managed systems on and off, and the other operations on their state.

Durations come from the inventory (inferred). The reference codes of a power-on are those of the
service processor and of the server firmware, in the order of IBM's tables of progress codes
(C1xx, C700); when each is shown within the power-on is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hmcsh.language.messages import HmcError, render
from hmcsh.model import service
from hmcsh.model.allocation import Allocation
from hmcsh.model.frame import FAILOVER, NO_DETAIL, Frame
from hmcsh.model.hardware import apply_pending
from hmcsh.model.partition import Partition
from hmcsh.model.power import NO_CODE, Activation, activate, prepare, turn_off
from hmcsh.model.states import PartitionState, SystemState
from hmcsh.model.undertaking import Phases, undertake, work

# Percent of the power-on that have passed, and what is shown from then on.
POWER_ON_CODES = (
    (0, "C1001F00"),  # before standby: starting
    (5, "C1001FFF"),  # before standby: complete
    (10, "C1009002"),  # hardware object manager: build cards
    (60, "C103A100"),  # hypervisor code modules are transferred to system storage
    (80, "C7004000"),  # server firmware: early initialization
)
STANDBY_CODE = "C7004091"  # standby: waits for a partition to be started (recalled)
# A partition that could not be started, oldest first (capture, V10R3).
FAILED_START_CODES = ("D200C300", "D200C301", "B2001230 LP={lpar_id:05}")
FAILED_START = "B2001230"


def power_on(
    frame: Frame,
    *,
    standby: bool = False,
    keylock: str | None = None,
    system_profile: str | None = None,
) -> None:
    """Power a managed system on.

    Partitions follow: those of a system profile if one is named, else those with auto start,
    unless the system goes to Standby or its start policy leaves them to the user. With
    `autorecovery` they start only after a power failure, which is not how one powers on here
    (IBM's help for the partition start policy).

    Raises HmcError as `require_can_power_on` does.
    """
    require_can_power_on(frame, system_profile)
    frame.keylock = keylock or frame.keylock
    frame.state = SystemState.INITIALIZING
    undertake(frame, "power on", standby=standby, system_profile=system_profile)


def require_can_power_on(frame: Frame, system_profile: str | None = None) -> None:
    """Check that a managed system can be powered on.

    Raises HmcError if it is on or not reached, HSCL3205 while it is being powered off, or if it
    has no such system profile.
    """
    frame.require_connection()
    if frame.state is SystemState.POWER_OFF_IN_PROGRESS:
        raise HmcError("system_busy", name=frame.name)
    if frame.state is not SystemState.POWER_OFF:
        raise HmcError("system_already_on", name=frame.name)
    if system_profile is not None:
        members_of(frame, system_profile)


@work("power on")
def _power_on(frame: Frame, *, standby: bool, system_profile: str | None = None) -> Phases:
    total = frame.datacenter.timings.system_power_on
    steps = [(total * percent // 100, code) for percent, code in POWER_ON_CODES]
    for (at, code), (until, _) in pairwise([*steps, (total, "")]):
        frame.show_reference_code(code)
        yield until - at
        if frame.state is not SystemState.INITIALIZING:
            return
    apply_pending(frame)
    frame.state = SystemState.STANDBY if standby else SystemState.OPERATING
    frame.show_reference_code(STANDBY_CODE if standby else NO_CODE)
    if standby:
        return
    if system_profile is not None and system_profile in frame.system_profiles:
        _start_all(members_of(frame, system_profile))
    elif system_profile is None and frame.power_on_start_policy == "autostart":
        wanted = [p for p in frame.listed_partitions() if p.auto_start]
        _start_all((p, p.default_profile) for p in wanted)


def _start_all(wanted: Iterable[tuple[Partition, str]]) -> None:
    """Activate partitions; one that cannot start stays off and does not keep others from it."""
    for partition, profile in wanted:
        try:
            activate(partition, partition.profile(profile))
        except HmcError as refusal:
            _report_failed_start(partition, refusal)


def _report_failed_start(partition: Partition, refusal: HmcError) -> None:
    for code in FAILED_START_CODES:
        partition.show_reference_code(code.format(lpar_id=partition.lpar_id))
    text = render("event_failed_start", name=partition.name, reason=refusal.text)
    service.report(partition.frame, FAILED_START, text, partition=partition)


def power_off(frame: Frame, *, immediate: bool = False, restart: bool = False) -> None:
    """Power a managed system off, partitions included; they stay defined.

    Raises HmcError as `require_can_power_off` does.
    """
    require_can_power_off(frame, immediate=immediate)
    frame.state = SystemState.POWER_OFF_IN_PROGRESS
    undertake(frame, "power off", restart=restart)


def require_can_power_off(frame: Frame, *, immediate: bool) -> None:
    """Check that a managed system can be powered off.

    A normal power-off is refused while partitions run, a fast one stops them (inferred from the
    two forms of the command). Raises HmcError if it is off, or a migration involves the system.
    """
    frame.require_connection()
    if frame.state in (SystemState.POWER_OFF, SystemState.POWER_OFF_IN_PROGRESS):
        raise HmcError("system_already_off", name=frame.name)
    frame.require_operating()
    if frame.migrations:
        raise HmcError("system_busy_migrating", name=frame.name)
    if not immediate and any(p.state.powered_on for p in frame.partitions.values()):
        raise HmcError("system_has_running_partitions", name=frame.name)


@work("power off")
def _power_off(frame: Frame, *, restart: bool) -> Phases:
    yield frame.datacenter.timings.system_power_off
    for partition in frame.partitions.values():
        if partition.state is not PartitionState.NOT_ACTIVATED:
            turn_off(partition)
        partition.vty.close()  # nobody is left to carry it
    frame.state = SystemState.POWER_OFF
    frame.show_reference_code(NO_CODE)
    if restart:
        frame.state = SystemState.INITIALIZING
        undertake(frame, "power on", standby=False)


# -- the console's data about a system --------------------------------------------------------


def rebuild(frame: Frame) -> None:
    """Read the data of a system anew; an Incomplete one is complete after it.

    Raises HmcError if the console does not reach the system.
    """
    frame.require_connection()
    if frame.state is SystemState.INCOMPLETE:
        _resume(frame)


def recover(frame: Frame) -> None:
    """Write the console's profile data to a system that has lost its own (state Recovery).

    Raises HmcError in any other state.
    """
    frame.require_connection()
    if frame.state is not SystemState.RECOVERY:
        raise HmcError("system_not_in_recovery", name=frame.name, state=frame.state.value)
    _resume(frame)


def _resume(frame: Frame) -> None:
    on = any(p.state.powered_on for p in frame.partitions.values())
    frame.state = SystemState.OPERATING if on else SystemState.STANDBY


def fail_over(frame: Frame) -> None:
    """Let the secondary service processor take over.

    Raises HmcError if the system has none, or while a failover is under way.
    """
    frame.require_connection()
    if not frame.redundant_service_processor:
        raise HmcError("no_second_service_processor", name=frame.name)
    if frame.detailed_state == FAILOVER:
        raise HmcError("system_busy", name=frame.name)
    frame.detailed_state = FAILOVER
    undertake(frame, "failover")


@work("failover")
def _fail_over(frame: Frame) -> Phases:
    yield frame.datacenter.timings.service_processor_failover
    frame.detailed_state = NO_DETAIL
    frame.reference_codes, frame.secondary_reference_codes = (
        frame.secondary_reference_codes,
        frame.reference_codes,
    )


def set_keylock(frame: Frame, position: str) -> None:
    """Turn the system's keylock to `norm` or `manual`. Raises HmcError if it is not reached."""
    frame.require_connection()
    frame.keylock = position


# -- system profiles --------------------------------------------------------------------------


def members_of(frame: Frame, name: str) -> list[tuple[Partition, str]]:
    """Partitions of a system profile, each with the name of the profile to activate it with.

    Raises HmcError for a system profile that does not exist.
    """
    members = frame.system_profiles.get(name)
    if members is None:
        raise HmcError("system_profile_not_found", name=name)
    return [(frame.partitions[lpar_id], profile) for lpar_id, profile in members.items()]


def validate_system_profile(
    frame: Frame, name: str
) -> tuple[list[Activation], list[tuple[Partition, HmcError]]]:
    """What would come of activating a system profile: activations, and what is refused.

    Each partition is checked with what those before it leave. Raises HmcError if the system is
    not on or the system profile does not exist.
    """
    frame.require_operating()
    allocation = Allocation.of(frame)
    possible: list[Activation] = []
    refused: list[tuple[Partition, HmcError]] = []
    for partition, profile in members_of(frame, name):
        try:
            possible.append(prepare(partition, partition.profile(profile), allocation))
        except HmcError as refusal:
            refused.append((partition, refusal))
    return possible, refused
