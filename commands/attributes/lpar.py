"""The attributes of partitions, in the order of `lssyscfg -r lpar`.

The list is that of a capture of V7R7.9; what POWER6 and SG24-7460 5.6.3 add to it stands where
later captures have it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.commands.common.changes import Settable, Target, sets, valid_name
from hmcsh.commands.common.elements import numbers, show_flag

from hmcsh.language.attributes import Attribute, Setting, Table, always
from hmcsh.language.levels import ALWAYS, V9R2_950, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import NoneOr, Number, OneOf, Switch
from hmcsh.model import capabilities, rules
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, PartitionState

CAPTURE = "capture, V7R7.9"
_MAXIMUM_ID = 65535

Reader = Callable[[Partition], Value | None]


def shown_state(partition: Partition) -> PartitionState:
    """The state as listed: a system that cannot be asked has none (help text of V7R3.4)."""
    return PartitionState.NOT_AVAILABLE if partition.frame.state.in_error else partition.state


def _os_version(partition: Partition) -> str:
    system = partition.operating_system
    return system.version if system is not None and partition.activated_before else "Unknown"


def _rmc_address(partition: Partition) -> str:
    """The address by which the partition was last reached, filled also while inactive (capture)."""
    system = partition.operating_system
    reached = system is not None and system.rmc and partition.activated_before
    return system.ip_address if reached and system is not None else ""


def _present_mode(partition: Partition) -> str:
    mode = partition.compatibility_mode
    return capabilities.processor_generation(partition.frame) if mode == "default" else mode


def _or_none(value: object) -> str:
    return "none" if value is None else str(value)


def _client(partition: Partition) -> bool:
    return not partition.is_vios


def _server(partition: Partition) -> bool:
    return partition.is_vios


def _not_i5os(partition: Partition) -> bool:
    return partition.environment is not LparEnvironment.OS400


def _mover(partition: Partition) -> str:
    return show_flag(partition.is_mover)


def _write_mover(target: Target, setting: Setting) -> None:
    partition: Partition = target.item
    if partition.vios is None:
        raise HmcError("vios_only", name=partition.name, what="the attribute msp")
    moving = partition.frame.migrations
    if partition.is_mover and not setting.value:
        for migration in moving:
            if partition in (migration.source_mover, migration.destination_mover):
                raise HmcError("mover_in_use", name=partition.name)
    target.changes.set(partition.vios, "mover", setting.value)


def _write_name(target: Target, setting: Setting) -> None:
    partition: Partition = target.item
    other = partition.frame.find_by_name(setting.value)
    if other not in (None, partition):
        raise HmcError("name_in_use", name=setting.value)
    target.set("name", setting.value)


def _write_default_profile(target: Target, setting: Setting) -> None:
    target.item.profile(setting.value)
    target.set("default_profile", setting.value)


def _write_boot_mode(target: Target, setting: Setting) -> None:
    if target.item.is_vios:
        raise HmcError("invalid_attribute", name="boot_mode")
    target.set("boot_mode", setting.value)


def _write_error_paths(target: Target, setting: Setting) -> None:
    """Not a dynamic setting: the partition must be off (SG24-7460 3.6.2)."""
    partition: Partition = target.item
    if partition.redundant_error_path_reporting == setting.value:
        return
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("wrong_state")
    target.set("redundant_error_path_reporting", setting.value)


def _write_controllers(target: Target, setting: Setting) -> None:
    partition: Partition = target.item
    for lpar_id in setting.value:
        partition.frame.partition(lpar_id=lpar_id)
        if lpar_id == partition.lpar_id:
            raise HmcError("invalid_attribute_value", name="power_ctrl_lpar_ids", value=lpar_id)
    target.set("power_controlling_lpar_ids", setting.value)


def _controllers(texts: tuple[str, ...]) -> tuple[int, ...]:
    if texts == ("none",):
        return ()
    found = numbers(",".join(texts), 1, _MAXIMUM_ID)
    if not found or len(set(found)) != len(found):
        raise ValueError("no partition, or one of them twice")
    return found


def _read_only(
    name: str,
    read: Reader,
    applies: Callable[[Any], bool] = always,
    *,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE,
) -> Attribute:
    return Attribute(name, read, applies, span=span, trust=trust, source=source)


def _never(_: Partition) -> bool:
    return False


_COMPATIBILITY = "capture, POWER7 at V7R7; at V7R3.2 inferred from the POWER6 profile"

LPAR_TABLE = Table(
    "lssyscfg -r lpar",
    (
        _read_only("name", lambda p: p.name),
        _read_only("lpar_id", lambda p: str(p.lpar_id)),
        _read_only("lpar_env", lambda p: p.environment.value),
        _read_only("state", lambda p: shown_state(p).value),
        _read_only("resource_config", lambda p: show_flag(p.current is not None)),
        _read_only("os_version", _os_version),
        _read_only("logical_serial_num", lambda p: p.logical_serial_number),
        Settable(
            "default_profile",
            lambda p: p.default_profile,
            source=CAPTURE,
            parse=str,
            write=_write_default_profile,
        ),
        _read_only("curr_profile", lambda p: p.running_profile),
        Settable(
            "work_group_id",
            lambda p: _or_none(p.work_group_id),
            source=CAPTURE,
            parse=NoneOr(Number(1, _MAXIMUM_ID)),
            write=sets("work_group_id"),
        ),
        Settable(
            "shared_proc_pool_util_auth",
            lambda p: show_flag(p.performance_collection),
            source=CAPTURE,
            parse=Switch(),
            write=sets("performance_collection"),
        ),
        Settable(
            "allow_perf_collection",
            lambda p: show_flag(p.performance_collection),
            source=CAPTURE,
            parse=Switch(),
            write=sets("performance_collection"),
        ),
        Settable(
            "power_ctrl_lpar_ids",
            lambda p: [str(n) for n in p.power_controlling_lpar_ids] or "none",
            source=CAPTURE,
            parse=_controllers,
            many=True,
            write=_write_controllers,
        ),
        Settable(
            "boot_mode",
            lambda p: p.boot_mode,
            _client,
            source=CAPTURE,
            parse=OneOf((*rules.BOOT_MODES,)),
            write=_write_boot_mode,
        ),
        _read_only("ipl_source", lambda p: None, _never, source="capture, V7R7.9 or V9R1 (-F)"),
        _read_only("lpar_keylock", lambda p: p.keylock),
        Settable(
            "auto_start",
            lambda p: show_flag(p.auto_start),
            source=CAPTURE,
            parse=Switch(),
            write=sets("auto_start"),
        ),
        Settable(
            "redundant_err_path_reporting",
            lambda p: show_flag(p.redundant_error_path_reporting),
            source=CAPTURE,
            parse=Switch(),
            write=_write_error_paths,
        ),
        _read_only("rmc_state", lambda p: "active" if p.rmc_active else "inactive"),
        _read_only("rmc_ipaddr", _rmc_address),
        Settable(
            "msp",
            _mover,
            _server,
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place recalled",
            parse=Switch(),
            write=_write_mover,
        ),
        Settable(
            "time_ref",
            lambda p: show_flag(p.time_reference),
            _not_i5os,
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place: capture, POWER7",
            parse=Switch(),
            write=sets("time_reference"),
        ),
        Settable(
            "lpar_avail_priority",
            lambda p: str(p.availability_priority),
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
            parse=Number(0, 255),
            write=sets("availability_priority"),
        ),
        _read_only(
            "desired_lpar_proc_compat_mode",
            lambda p: p.compatibility_mode,
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
        ),
        _read_only(
            "curr_lpar_proc_compat_mode",
            _present_mode,
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
        ),
        _read_only(
            "uuid",
            lambda p: p.uuid.upper(),
            span=Span(since=V9R2_950),
            source="capture, V9R1 or V10R3 (-F)",
        ),
    ),
)

NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source="IBM's automation for consoles",
    parse=valid_name,
    write=_write_name,
)

LPAR_INPUT = Table(
    "chsyscfg -r lpar", (NEW_NAME, *(a for a in LPAR_TABLE.attributes if a.parse is not None))
)
