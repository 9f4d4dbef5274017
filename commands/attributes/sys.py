"""The attributes of managed systems, in the order of `lssyscfg -r sys`.

The list is that of a capture of 2006 with what belongs to POWER6 from a capture of V7R7.9; which
attributes stop being readable when a system is powered off comes from the latter. Values that the
model does not hold are those of a POWER6 9117-MMA (inferred).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.commands.common.changes import Settable, Target, sets, valid_name
from hmcsh.commands.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import NoneOr, Number, OneOf, Switch
from hmcsh.model.frame import Frame
from hmcsh.model.states import SystemState

CAPTURE_2006 = "capture of 2006, V5 or V6"
CAPTURE_V7 = "capture, V7R7.9"
TIME_FORMAT = "%m/%d/%Y %H:%M:%S"
UNAVAILABLE = "unavailable"

Reader = Callable[[Frame], str]


def _needs_hypervisor(read: Reader) -> Reader:
    """`unavailable` while the hypervisor does not run (capture, V7R7.9, Power Off)."""
    return lambda frame: read(frame) if frame.seen_state.hypervisor_runs else UNAVAILABLE


def _answers(frame: Frame) -> bool:
    return frame.trouble is None and frame.state is not SystemState.INCOMPLETE


def _needs_connection(read: Reader) -> Reader:
    """`unavailable` while the console does not reach the service processor (inferred)."""
    return lambda frame: read(frame) if _answers(frame) else UNAVAILABLE


def _always(name: str, read: Reader) -> Attribute:
    return Attribute(name, read, source=CAPTURE_2006)


def _hypervisor(
    name: str,
    read: Reader,
    *,
    applies: Callable[[Frame], bool] = lambda _: True,
    alias: tuple[str, ...] = (),
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE_2006,
) -> Attribute:
    """An attribute that the hypervisor answers for."""
    return Attribute(
        name,
        _needs_hypervisor(read),
        applies,
        alias=alias,
        span=span,
        trust=trust,
        source=source,
    )


def _capable(name: str, value: str, *, since_2006: bool = True, span: Span = ALWAYS) -> Attribute:
    """A capability whose value follows from the type of machine."""
    trust = Trust.CAPTURE if since_2006 else Trust.INFERRED
    source = CAPTURE_2006 if since_2006 else f"{CAPTURE_V7}; at V7R3.2 inferred"
    return _hypervisor(name, lambda _: value, trust=trust, source=source, span=span)


def _processor(name: str, read: Reader, *, source: str = CAPTURE_2006) -> Attribute:
    """An attribute that the service processor answers for, also while the system is off."""
    return Attribute(name, _needs_connection(read), source=source)


def _constant(name: str, value: str, *, source: str = CAPTURE_2006) -> Attribute:
    return _processor(name, lambda _: value, source=source)


def _settable(
    name: str,
    read: Reader,
    parse: Callable[[str], Any],
    write: Callable[[Target, Setting], None],
    source: str = CAPTURE_2006,
) -> Settable:
    return Settable(name, read, source=source, parse=parse, write=write)


def _on(frame: Frame) -> bool:
    return frame.seen_state.hypervisor_runs


def _service_name(frame: Frame) -> str:
    return "" if frame.service_lpar_id is None else frame.client_name(frame.service_lpar_id)


def _has_service_name(frame: Frame) -> bool:
    return frame.service_lpar_id is not None or not frame.seen_state.hypervisor_runs


def _write_name(target: Target, setting: Setting) -> None:
    frame: Frame = target.item
    frames = frame.datacenter.frames
    if setting.value != frame.name and setting.value in frames:
        raise HmcError("name_in_use", name=setting.value)
    if frame.migrations:  # their records name the system
        raise HmcError("system_busy_migrating", name=frame.name)
    renamed = {setting.value if one is frame else name: one for name, one in frames.items()}
    target.changes.set(frame.datacenter, "frames", renamed)
    target.set("name", setting.value)


def _write_power_off_policy(target: Target, setting: Setting) -> None:
    target.item.require_operating()
    target.set("power_off_policy", setting.value)


def _write_service_partition(target: Target, setting: Setting) -> None:
    target.item.require_operating()
    if setting.value is not None:
        target.item.partition(lpar_id=setting.value)
    target.set("service_lpar_id", setting.value)


_SINCE_2008 = Span(since=Level.parse("V7R3.3"))
_SINCE_SWITCHES = Span(since=Level.parse("V7R3.4"))
_NEW_2007 = "SG24-7460 5.6.3"

SYSTEM_TABLE = Table(
    "lssyscfg -r sys",
    (
        _always("name", lambda f: f.name),
        _always("type_model", lambda f: f.type_model),
        _always("serial_num", lambda f: f.serial_number),
        _always("ipaddr", lambda f: f.ip_address),
        _always("state", lambda f: f.seen_state.value),
        Attribute("detailed_state", lambda _: "None", span=_SINCE_2008, source=CAPTURE_V7),
        _processor("sys_time", lambda f: f.datacenter.now().strftime(TIME_FORMAT)),
        _settable(
            "power_off_policy",
            _needs_hypervisor(lambda f: show_flag(f.power_off_policy)),
            Switch(),
            _write_power_off_policy,
        ),
        _hypervisor(
            "active_lpar_mobility_capable",
            lambda f: show_flag(f.mobility.active),
            alias=("active_lpar_migration_capable",),
            trust=Trust.DOCUMENT,
            source=_NEW_2007,
        ),
        _hypervisor(
            "inactive_lpar_mobility_capable",
            lambda f: show_flag(f.mobility.inactive),
            alias=("inactive_lpar_migration_capable",),
            trust=Trust.DOCUMENT,
            source=_NEW_2007,
        ),
        _capable("active_lpar_share_idle_procs_capable", "1", since_2006=False),
        _capable("bsr_capable", "1", since_2006=False),
        _capable("cod_mem_capable", "1"),
        _capable("cod_proc_capable", "1"),
        _capable("electronic_err_reporting_capable", "0", since_2006=False),
        _constant("firmware_power_saver_capable", "0", source=CAPTURE_V7),
        _constant("hardware_power_saver_capable", "0", source=CAPTURE_V7),
        _capable("hardware_discovery_capable", "0", since_2006=False),
        _constant("hca_capable", "1"),
        _constant("huge_page_mem_capable", "1"),
        _capable("lhea_capable", "1", since_2006=False),
        _capable("lpar_avail_priority_capable", "1", since_2006=False),
        _capable("lpar_proc_compat_mode_capable", "1", since_2006=False),
        _capable("micro_lpar_capable", "1"),
        _capable("os400_capable", "1"),
        _hypervisor("5250_application_capable", lambda _: "0", applies=_on),
        _capable("redundant_err_path_reporting_capable", "1"),
        _capable("shared_eth_failover_capable", "1"),
        _constant("sni_msg_passing_capable", "0"),
        _constant("sp_failover_capable", "1"),
        _capable("vet_activation_capable", "1"),
        _capable("virtual_io_server_capable", "1"),
        _capable("virtual_switch_capable", "1", since_2006=False, span=_SINCE_SWITCHES),
        _hypervisor("assign_5250_cpw_percent", lambda _: "0"),
        _hypervisor("max_lpars", lambda f: str(f.max_partitions)),
        _processor("max_power_ctrl_lpars", lambda f: "1" if _on(f) else "0"),
        _settable(
            "service_lpar_id",
            _needs_hypervisor(
                lambda f: "none" if f.service_lpar_id is None else str(f.service_lpar_id)
            ),
            NoneOr(Number(1, 65535)),
            _write_service_partition,
        ),
        _hypervisor(
            "service_lpar_name", _service_name, applies=_has_service_name, source=CAPTURE_V7
        ),
        _processor("curr_sys_keylock", lambda f: f.keylock),
        _processor("pend_sys_keylock", lambda f: f.keylock),
        _constant("curr_power_on_side", "temp"),
        _constant("pend_power_on_side", "temp"),
        _constant("curr_power_on_speed", "fast"),
        _constant("pend_power_on_speed", "fast"),
        _constant("curr_power_on_speed_override", "none"),
        _constant("pend_power_on_speed_override", "none"),
        _constant("power_on_type", "power on"),
        _constant("power_on_option", "autostart"),
        _settable(
            "power_on_lpar_start_policy",
            _needs_connection(lambda f: f.power_on_start_policy),
            OneOf(
                (
                    "autostart",
                    "userinit",
                )
            ),
            sets("power_on_start_policy"),
            CAPTURE_V7,
        ),
        _constant("pend_power_on_option", "autostart"),
        _processor(
            "pend_power_on_lpar_start_policy",
            lambda f: f.power_on_start_policy,
            source=CAPTURE_V7,
        ),
        _constant("power_on_method", "02"),
        _constant("power_on_attr", "0000"),
        _constant("sp_boot_attr", "0000"),
        _constant("sp_boot_major_type", "08"),
        _constant("sp_boot_minor_type", "01"),
        _constant("sp_version", "00030030"),
        _hypervisor("mfg_default_config", lambda _: "0"),
        _constant("curr_mfg_default_ipl_source", "a"),
        _constant("pend_mfg_default_ipl_source", "a"),
        _constant("curr_mfg_default_boot_mode", "norm"),
        _constant("pend_mfg_default_boot_mode", "norm"),
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

SYSTEM_INPUT = Table(
    "chsyscfg -r sys", (NEW_NAME, *(a for a in SYSTEM_TABLE.attributes if a.parse is not None))
)
