"""What chsysstate does: operations on partitions, on systems and with system profiles.

Of several systems or partitions all are checked before the first is changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from hmcsh.commands.hmc.common.core import SEVERAL, Call, lpar_id, words_of

from hmcsh.language.messages import CommandExit, HmcError, render
from hmcsh.model import power, system_power
from hmcsh.model.capabilities import capable
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition


def _boot(call: Call) -> power.Boot:
    # A boot string that begins with `network` is the one whose meaning is known.
    boot_string = call.text("boot_string") or ""
    if boot_string and not boot_string.startswith("network"):
        raise HmcError("not_emulated", what=f"The boot string {boot_string}")
    return power.Boot(
        call.text("boot_mode"),
        call.text("keylock"),
        call.text("ipl_source"),
        network=bool(boot_string),
    )


# -- partitions -------------------------------------------------------------------------------


def _partition_ids(text: str) -> list[int]:
    numbers = [lpar_id(word) for word in dict.fromkeys(text.split(","))]
    if 0 in numbers:
        raise HmcError("missing_or_invalid", parameters=["--id"])
    return numbers


def _named_partitions(call: Call, frame: Frame) -> list[Partition]:
    name = call.text("partition")
    if name is not None:
        words = words_of(name, call.level, lambda word: frame.find_by_name(word) is not None)
        return [call.find(frame, name=word) for word in words]
    text = call.parsed.required("lpar_id")
    if not SEVERAL.covers(call.level) and "," in text:
        raise HmcError("missing_or_invalid", parameters=["--id"])
    return [call.find(frame, lpar_id=number) for number in _partition_ids(text)]


@dataclasses.dataclass(frozen=True, slots=True)
class _Deed:
    """What an operation checks and does, and what `--all` selects of systems or partitions."""

    require: Callable[[Call, Partition], None]
    perform: Callable[[Call, Partition], None]
    selects: Callable[[Partition], bool] = lambda _: True


def _prepared(call: Call, partition: Partition) -> power.Activation:
    name = call.text("profile")
    partition.frame.require_operating()
    power.check_boot(partition, _boot(call))
    return power.prepare(partition, None if name is None else partition.profile(name))


def _require_activation(call: Call, partition: Partition) -> None:
    _prepared(call, partition)


def _activate(call: Call, partition: Partition) -> None:
    power.begin(_prepared(call, partition), _boot(call))


def _require_shutdown(call: Call, partition: Partition) -> None:
    if call.text("operation") == "osshutdown":
        power.require_os_shutdown(partition)
    power.require_can_stop(partition, immediate=call.given("immediate"))


def _shut_down(call: Call, partition: Partition) -> None:
    power.shut_down(partition, immediate=call.given("immediate"), restart=call.given("restart"))


_LISTS: Mapping[str, _Deed] = {
    "on": _Deed(
        _require_activation,
        _activate,
        lambda p: not p.state.powered_on and p.current is not None,
    ),
    "shutdown": _Deed(_require_shutdown, _shut_down, lambda p: p.state.powered_on),
    "osshutdown": _Deed(_require_shutdown, _shut_down, lambda p: p.rmc_active),
}


def run_partitions(call: Call, operation: str) -> None:
    """Begin an operation on the partitions of the call. Raises HmcError; then nothing is begun."""
    frame = call.system()
    if operation in _LISTS:
        deed = _LISTS[operation]
        if call.given("all"):
            partitions = [p for p in call.partitions(frame, {}) if deed.selects(p)]
        else:
            partitions = _named_partitions(call, frame)
        for partition in partitions:
            deed.require(call, partition)
        for partition in partitions:
            deed.perform(call, partition)
        return
    partition = _single(_named_partitions(call, frame))
    if operation == "chkey":
        power.set_keylock(partition, call.parsed.required("keylock"))
    elif operation == "dumprestart":
        power.dump_and_restart(partition)
    elif operation == "retrydump":
        power.retry_dump(partition)
    else:
        power.press(partition, operation)


def _single(partitions: Sequence[Partition]) -> Partition:
    if len(partitions) > 1:
        raise HmcError("missing_or_invalid", parameters=["-n", "--id"])
    return partitions[0]


# -- systems ----------------------------------------------------------------------------------


def _all_systems(call: Call, operation: str) -> list[Frame]:
    """The systems that `--all` means: those which are not as the operation would make them."""
    frames = [frame for frame in call.systems() if frame.trouble is None]
    for frame in frames:
        if not call.scope.whole(frame):
            raise HmcError("no_authority")
        frame.require_lock(call.caller.console.name)
    if operation == "rebuild":
        return frames
    return [f for f in frames if f.state.hypervisor_runs is (operation == "off")]


def run_systems(call: Call, operation: str) -> None:
    """Begin an operation on the systems of the call. Raises HmcError; then nothing is begun."""
    frames = _all_systems(call, operation) if call.given("all") else call.named_systems()
    # What is discovered is what the console knows already: the rest is a power-on (inferred).
    if operation == "onhwdisc" and not all(capable(f, "hardware_discovery") for f in frames):
        raise HmcError("no_hardware_discovery")
    if operation == "off":
        immediate, restart = call.given("immediate"), call.given("restart")
        for frame in frames:
            system_power.require_can_power_off(frame, immediate=immediate)
        for frame in frames:
            system_power.power_off(frame, immediate=immediate, restart=restart)
    elif operation == "rebuild":
        for frame in frames:
            frame.require_connection()
        for frame in frames:
            system_power.rebuild(frame)
    else:
        _power_on(call, frames, operation)


def _power_on(call: Call, frames: Sequence[Frame], operation: str) -> None:
    profile = call.text("profile")
    for frame in frames:
        system_power.require_can_power_on(frame, profile)
    for frame in frames:
        system_power.power_on(
            frame,
            standby=operation == "onstandby",
            keylock=call.text("keylock"),
            system_profile=profile,
        )


def run_system(call: Call, operation: str) -> None:
    """Perform an operation that one system takes at a time. Raises HmcError."""
    frame = call.system()
    if operation == "recover":
        system_power.recover(frame)
    elif operation == "spfailover":
        system_power.fail_over(frame)
    else:
        system_power.set_keylock(frame, call.parsed.required("keylock"))


# -- system profiles --------------------------------------------------------------------------


def run_system_profile(call: Call) -> None:
    """Validate or activate a system profile.

    Raises HmcError, or CommandExit with a line for each partition that cannot be activated; then
    the others are, if the call says to continue.
    """
    frame = call.system()
    name = call.parsed.required("partition")
    possible, refused = system_power.validate_system_profile(frame, name)
    texts = [
        render("system_profile_refused", name=partition.name, reason=refusal.text)
        for partition, refusal in refused
    ]
    if not call.given("test") and (call.given("regardless") or not refused):
        for activation in possible:
            power.begin(activation)
    if texts:
        raise CommandExit("\n".join(texts), 1)
