"""The attributes of managed systems, in the order of `lssyscfg -r sys`.

Orders, values and what stops being readable when a system is powered off: captures of a POWER5 at
V7R7.9 and of a POWER9 at V10R3. At V7R3.2 the list is that of a capture of 2006 with what belongs
to POWER6 of the later one. Values that the model does not hold are those of the captures.
"""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.hmc.common.changes import DESCRIPTION, NAME, Settable, Target, sets
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Setting, Table, always
from hmcsh.language.levels import ALWAYS, V7R7_9, Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import NoneOr, Number, OneOf, Parser, Switch
from hmcsh.model import capabilities
from hmcsh.model.frame import Frame

CAPTURE_2006 = "capture of 2006, V5 or V6"
CAPTURE_V7 = "capture, V7R7.9"
CAPTURE_V10 = "capture, V10R3"
TIME_FORMAT = "%m/%d/%Y %H:%M:%S"
UNAVAILABLE = "unavailable"

Reader = Callable[[Frame], Value]
Applies = Callable[[Frame], bool]

_V10 = Level.parse("V10R1")
_SINCE_2008 = Span(since=Level.parse("V7R3.3"))
_SINCE_SWITCHES = Span(since=Level.parse("V7R3.4"))
_SINCE_SHARED_MEMORY = Span(since=Level.parse("V7R3.4.2"))
_SINCE_POWER7 = Span(since=Level.parse("V7R7.1"))
_SINCE_SUSPEND = Span(since=Level.parse("V7R7.2"))
_SINCE_V7R7_9 = Span(since=V7R7_9)  # first seen there; the level that brought it is not known
_SINCE_V8 = Span(since=Level.parse("V8R8.1"))
_SINCE_V8R8_2 = Span(since=Level.parse("V8R8.2"))
_SINCE_V9 = Span(since=Level.parse("V9R1"))
_SINCE_V10 = Span(since=_V10)
_BEFORE_V10 = Span(until=_V10)
_NEW_2007 = "SG24-7460 5.6.3"


def _needs_hypervisor(read: Reader) -> Reader:
    """`unavailable` while the hypervisor does not run (capture, V7R7.9, Power Off)."""
    return lambda frame: read(frame) if frame.seen_state.hypervisor_runs else UNAVAILABLE


def _answers(frame: Frame) -> bool:
    return frame.trouble is None and frame.state.connected


def _needs_connection(read: Reader) -> Reader:
    """`unavailable` while the console does not reach the service processor (inferred)."""
    return lambda frame: read(frame) if _answers(frame) else UNAVAILABLE


def _always(name: str, read: Reader, *, span: Span = ALWAYS) -> Attribute:
    return Attribute(name, read, span=span, source=CAPTURE_2006 if span is ALWAYS else CAPTURE_V10)


def _trusted(span: Span, source: str) -> tuple[Trust, str]:
    """Whether something is as captured: what came between two captures is inferred."""
    if span in (ALWAYS, _BEFORE_V10):
        return Trust.CAPTURE, source
    return Trust.INFERRED, f"{CAPTURE_V7 if source == CAPTURE_2006 else source}; its level inferred"


def _hypervisor(
    name: str,
    read: Reader,
    *,
    applies: Applies = always,
    offered: Applies = always,
    alias: tuple[str, ...] = (),
    span: Span = ALWAYS,
    trust: Trust | None = None,
    source: str = CAPTURE_2006,
) -> Attribute:
    """An attribute that the hypervisor answers for."""
    found, where = _trusted(span, source)
    return Attribute(
        name,
        _needs_hypervisor(read),
        applies,
        offered=offered,
        alias=alias,
        span=span,
        trust=trust or found,
        source=source if trust else where,
    )


def _processor(
    name: str,
    read: Reader,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
    source: str = CAPTURE_2006,
) -> Attribute:
    """An attribute that the service processor answers for, also while the system is off."""
    trust, where = _trusted(span, source)
    return Attribute(
        name, _needs_connection(read), offered=offered, span=span, trust=trust, source=where
    )


def _until_power8(frame: Frame) -> bool:
    return not capabilities.at_least(frame, "POWER9")


def _capable(
    name: str,
    *,
    steady: bool = False,
    applies: Applies = always,
    offered: Applies = always,
    span: Span = ALWAYS,
    source: str = CAPTURE_2006,
) -> Attribute:
    """A capability; `steady` ones are known although the system is off (capture, V7R7.9)."""

    def read(frame: Frame) -> Value:
        return show_flag(capabilities.capable(frame, name))

    full = f"{name}_capable"
    if steady:
        return _processor(full, read, offered=offered, span=span, source=source)
    return _hypervisor(full, read, applies=applies, offered=offered, span=span, source=source)


def _capabilities(frame: Frame) -> list[str]:
    """The names of all that a system is capable of."""
    mobility = {"active_lpar": frame.mobility.active, "inactive_lpar": frame.mobility.inactive}
    names = [f"{kind}_mobility" for kind, able in mobility.items() if able]
    names += [n for n in capabilities.CAPABILITIES if capabilities.capable(frame, n)]
    return [f"{name}_capable" for name in names]


def _constant(
    name: str,
    value: str,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
    source: str = CAPTURE_2006,
) -> Attribute:
    return _processor(name, lambda _: value, offered=offered, span=span, source=source)


def _settable(
    name: str,
    read: Reader,
    parse: Parser,
    write: Callable[[Target, Setting], None],
    source: str = CAPTURE_2006,
    *,
    span: Span = ALWAYS,
) -> Settable:
    return Settable(name, read, source=source, parse=parse, write=write, span=span)


def _on(frame: Frame) -> bool:
    return frame.seen_state.hypervisor_runs


def _service_name(frame: Frame) -> str:
    return "" if frame.service_lpar_id is None else frame.client_name(frame.service_lpar_id)


def _has_service_name(frame: Frame) -> bool:
    return frame.service_lpar_id is not None or not frame.seen_state.hypervisor_runs


def _unless_unable(name: str) -> Applies:
    """Listed where a system has the capability, and where it cannot be asked (captures)."""
    return lambda frame: capabilities.capable(frame, name) or not frame.seen_state.hypervisor_runs


def _speed(frame: Frame) -> str:
    return "fast" if _until_power8(frame) else "norm"


def _processor_version(frame: Frame) -> str:
    return "00030030" if _until_power8(frame) else "00090005"


def _at_least(generation: str) -> Applies:
    return lambda frame: capabilities.at_least(frame, generation)


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


def _start_policies(*policies: str, span: Span) -> Settable:
    return _settable(
        "power_on_lpar_start_policy",
        _needs_connection(lambda f: f.power_on_start_policy),
        OneOf(policies),
        sets("power_on_start_policy"),
        CAPTURE_V7,
        span=span,
    )


SYSTEM_TABLE = Table(
    "lssyscfg -r sys",
    (
        _always("name", lambda f: f.name),
        _always("type_model", lambda f: f.type_model),
        _always("serial_num", lambda f: f.serial_number),
        _always("ipaddr", lambda f: f.ip_address),
        _always("sp_type", lambda _: "fsp", span=_SINCE_V10),
        _always("state", lambda f: f.seen_state.value),
        _always("state_detail", lambda f: f.state_detail, span=_SINCE_V10),
        Attribute(
            "detailed_state", lambda f: f.detailed_state, span=_SINCE_2008, source=CAPTURE_V7
        ),
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
        Attribute(
            "capabilities",
            _needs_hypervisor(_capabilities),
            listed=False,
            span=_SINCE_V7R7_9,
            trust=Trust.SCRIPT,
            source="a collector of system data, LPAR2RRD; its form and level inferred",
        ),
        _capable("active_lpar_share_idle_procs", source=CAPTURE_V7),
        _capable("active_mem_expansion", span=_SINCE_POWER7),
        _capable("hardware_active_mem_expansion", span=_SINCE_V7R7_9),
        _capable("active_mem_mirroring_hypervisor", span=_SINCE_V8, source=CAPTURE_V10),
        _capable("active_mem_sharing", span=_SINCE_SHARED_MEMORY),
        _capable("addr_broadcast_perf_policy", steady=True, span=_SINCE_V7R7_9),
        _capable("aix", span=_SINCE_V9, source=CAPTURE_V10),
        _capable("bsr", offered=_until_power8, span=_BEFORE_V10, source=CAPTURE_V7),
        _capable("capi", span=_SINCE_V9, source=CAPTURE_V10),
        _capable("cod_mem"),
        _capable("cod_proc"),
        _capable("dynamic_platform_optimization", span=_SINCE_V7R7_9),
        _capable("electronic_err_reporting", source=CAPTURE_V7),
        _capable("firmware_power_saver", steady=True, source=CAPTURE_V7),
        _capable("hardware_power_saver", steady=True, source=CAPTURE_V7),
        _capable("hardware_discovery", source=CAPTURE_V7),
        _capable("hca", steady=True, offered=_until_power8, span=_BEFORE_V10),
        _capable("huge_page_mem", steady=True),
        _capable("lhea", offered=_until_power8, span=_BEFORE_V10, source=CAPTURE_V7),
        _capable("lpar_avail_priority", source=CAPTURE_V7),
        _capable("lpar_proc_compat_mode", source=CAPTURE_V7),
        _capable("lpar_remote_restart", span=_SINCE_V7R7_9),
        _capable("powervm_lpar_simplified_remote_restart", span=_SINCE_V8R8_2, source=CAPTURE_V10),
        _capable(
            "dynamic_simplified_remote_restart_toggle", span=_SINCE_V8R8_2, source=CAPTURE_V10
        ),
        _capable("powervm_lpar_remote_restart", span=_SINCE_V7R7_9),
        _capable("lpar_suspend", span=_SINCE_SUSPEND),
        _capable("micro_lpar"),
        _capable("os400"),
        _capable("5250_application", applies=_on),
        _capable("os400_native_io", span=_SINCE_V9, source=CAPTURE_V10),
        _capable("redundant_err_path_reporting"),
        _capable("shared_eth_failover"),
        _capable("sni_msg_passing", steady=True, offered=_until_power8, span=_BEFORE_V10),
        _capable("sp_failover", steady=True),
        _capable("vet_activation"),
        _capable("virtual_fc", span=_SINCE_SWITCHES),
        _capable("virtual_io_server"),
        _capable("virtual_switch", span=_SINCE_SWITCHES),
        _capable("vsn_phase2", span=_SINCE_V7R7_9),
        _capable("vsi_on_veth", span=_SINCE_V7R7_9),
        _hypervisor("assign_5250_cpw_percent", lambda _: "0"),
        _hypervisor("max_lpars", lambda f: str(f.max_partitions)),
        _processor("max_power_ctrl_lpars", lambda f: "1" if _on(f) else "0"),
        _hypervisor(
            "max_remote_restart_capable_lpars",
            lambda f: str(f.max_partitions),
            applies=_unless_unable("lpar_remote_restart"),
            span=_SINCE_V7R7_9,
        ),
        _hypervisor(
            "max_suspend_capable_lpars",
            lambda f: str(f.max_partitions),
            applies=_unless_unable("lpar_suspend"),
            span=_SINCE_V7R7_9,
        ),
        _constant(
            "hca_bandwidth_capabilities",
            "null",
            offered=_until_power8,
            span=Span(since=V7R7_9, until=_V10),
            source=CAPTURE_V7,
        ),
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
        _hypervisor(
            "lpar_proc_compat_modes",
            lambda f: list(capabilities.compatibility_modes(f)),
            offered=_at_least("POWER6"),
            span=_SINCE_V7R7_9,
            source=CAPTURE_V10,
        ),
        _processor("curr_sys_keylock", lambda f: f.keylock),
        _processor("pend_sys_keylock", lambda f: f.keylock),
        _constant("curr_power_on_side", "temp"),
        _constant("pend_power_on_side", "temp"),
        _processor("curr_power_on_speed", _speed),
        _processor("pend_power_on_speed", _speed),
        _constant("curr_power_on_speed_override", "none", offered=_until_power8, span=_BEFORE_V10),
        _constant("pend_power_on_speed_override", "none", offered=_until_power8, span=_BEFORE_V10),
        _constant("power_on_type", "power on"),
        _constant("power_on_option", "autostart"),
        _start_policies("autostart", "userinit", span=Span(until=V7R7_9)),
        _start_policies("autostart", "userinit", "autorecovery", span=_SINCE_V7R7_9),
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
        _processor("sp_version", _processor_version),
        _hypervisor("mfg_default_config", lambda _: "0"),
        _constant("curr_mfg_default_ipl_source", "a"),
        _constant("pend_mfg_default_ipl_source", "a"),
        _constant("curr_mfg_default_boot_mode", "norm"),
        _constant("pend_mfg_default_boot_mode", "norm"),
        _hypervisor(
            "max_vtpm_lpars",
            lambda _: "60",
            offered=_at_least("POWER7"),
            span=_SINCE_V8,
            source=CAPTURE_V10,
        ),
        _hypervisor(
            "supported_vtpm_versions",
            lambda _: "1.2",
            offered=_at_least("POWER7"),
            span=_SINCE_V8,
            source=CAPTURE_V10,
        ),
        _constant("cluster_serial_num", "none", span=_SINCE_V10, source=CAPTURE_V10),
        _constant("peer_collective_serial_num", "none", span=_SINCE_V10, source=CAPTURE_V10),
        _constant("lpar_keystore_min_kbytes", "4", span=_SINCE_V10, source=CAPTURE_V10),
        _constant("lpar_keystore_max_kbytes", "64", span=_SINCE_V10, source=CAPTURE_V10),
        _settable(
            "description",
            lambda f: f.description,
            DESCRIPTION,
            sets("description"),
            CAPTURE_V10,
            span=_SINCE_V10,
        ),
    ),
)

NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source="IBM's automation for consoles",
    parse=NAME,
    write=_write_name,
)

SYSTEM_INPUT = Table(
    "chsyscfg -r sys", (NEW_NAME, *(a for a in SYSTEM_TABLE.attributes if a.parse is not None))
)
