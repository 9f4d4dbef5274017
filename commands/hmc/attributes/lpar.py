"""The attributes of partitions, in the order of `lssyscfg -r lpar`.

The list is that of a capture of a POWER5 at V7R7.9; what later systems and levels add to it stands
where captures of POWER7 (V7R7), POWER8 (V8R8) and POWER9 (V10R3) have it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.attributes.lpar_changes import (
    CONTROLLERS,
    SYNCHRONIZATION,
    needs,
    write_compatibility,
    write_controllers,
    write_default_profile,
    write_error_paths,
    write_mover,
    write_name,
    write_synchronization,
    write_vtpm,
)
from hmcsh.commands.hmc.attributes.prof import PROFILE_CREATION
from hmcsh.commands.hmc.common.changes import DESCRIPTION, NAME, Settable, Writer, sets
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Table, always
from hmcsh.language.levels import ALWAYS, V7R7_9, V10R3, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import NoneOr, Number, OneOf, Reads, Switch
from hmcsh.model import capabilities, rules
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, PartitionState

CAPTURE = "capture, V7R7.9"
CAPTURE_P7 = "capture, POWER7 at V7R7"
CAPTURE_P8 = "capture, POWER8 at V8R8"
CAPTURE_V10 = "capture, V10R3"
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


def _i5os(partition: Partition) -> bool:
    return partition.environment is LparEnvironment.OS400


def _aix_or_linux(partition: Partition) -> bool:
    return partition.environment is LparEnvironment.AIXLINUX


def _at_least(generation: str) -> Callable[[Partition], bool]:
    return lambda partition: capabilities.at_least(partition.frame, generation)


_POWER7 = _at_least("POWER7")

_OS_NAMES = (("AIX", "aix"), ("VIOS", "vios"), ("Linux", "linux"), ("IBM i", "ibmi"))


def _os(partition: Partition) -> str:
    """The kind of operating system, as its version tells (`linux`: capture, V10R3)."""
    version = _os_version(partition)
    return next((name for prefix, name in _OS_NAMES if version.startswith(prefix)), "unknown")


def _reached(partition: Partition) -> str:
    """What an operating system that RMC reaches can do."""
    return show_flag(partition.rmc_active)


def _restartable(partition: Partition) -> bool:
    return partition.remote_restart_capable or partition.simplified_remote_restart_capable


def _mover(partition: Partition) -> str:
    return show_flag(partition.is_mover)


def _read_only(
    name: str,
    read: Reader,
    applies: Callable[[Any], bool] = always,
    *,
    offered: Callable[[Any], bool] = always,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE,
) -> Attribute:
    return Attribute(name, read, applies, offered=offered, span=span, trust=trust, source=source)


def _on_request(name: str, read: Reader) -> Attribute:
    """An attribute that the default listing leaves out (captures, V7R7.9, with `-F` and not)."""
    return Attribute(name, read, listed=False, span=Span(since=V7R7_9), source="capture (-F)")


def _flag(
    name: str,
    write: Writer,
    *,
    offered: Callable[[Any], bool] = _POWER7,
    span: Span,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE_P7,
) -> Settable:
    """A flag of AIX, Linux and IBM i partitions, kept in the field of its name."""
    return Settable(
        name,
        lambda p: show_flag(getattr(p, name)),
        _client,
        offered=offered,
        span=span,
        trust=trust,
        source=source,
        parse=Switch(),
        write=write,
    )


IPL_SOURCES = ("a", "b", "c", "d")
_SINCE_V8R8_2 = Span(since=Level.parse("V8R8.2"))
_SINCE_V9 = Span(since=Level.parse("V9R1"))
_SINCE_V10 = Span(since=Level.parse("V10R1"))
_SINCE_SECURE_BOOT = Span(since=Level.parse("V9R1.940"))
_OP_TEST = "op-test, which knows 0 for off and 2 for enforced; its level recalled"


_COMPATIBILITY = "capture, POWER7 at V7R7; at V7R3.2 inferred from the POWER6 profile"

LPAR_TABLE = Table(
    "lssyscfg -r lpar",
    (
        _read_only("name", lambda p: p.name),
        _read_only("lpar_id", lambda p: str(p.lpar_id)),
        _read_only("lpar_env", lambda p: p.environment.value),
        _read_only("state", lambda p: shown_state(p).value),
        _read_only("resource_config", lambda p: show_flag(p.current is not None)),
        _read_only("os", _os, span=_SINCE_V10, source=CAPTURE_V10),
        _read_only("os_version", _os_version),
        _read_only("logical_serial_num", lambda p: p.logical_serial_number),
        Settable(
            "default_profile",
            lambda p: p.default_profile,
            source=CAPTURE,
            parse=Reads(str, ("spare", "default"), ("", "no such profile")),
            write=write_default_profile,
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
            parse=CONTROLLERS,
            many=True,
            write=write_controllers,
        ),
        Settable(
            "boot_mode",
            lambda p: p.boot_mode,
            _aix_or_linux,
            source=CAPTURE,
            parse=OneOf((*rules.BOOT_MODES,)),
            write=sets("boot_mode"),
        ),
        Settable(
            "ipl_source",
            lambda p: p.ipl_source,
            _i5os,
            source="capture, V7R7.9 (-F)",
            parse=OneOf(IPL_SOURCES),
            write=sets("ipl_source"),
        ),
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
            write=write_error_paths,
        ),
        _read_only("rmc_state", lambda p: "active" if p.rmc_active else "inactive"),
        _read_only("rmc_ipaddr", _rmc_address),
        _on_request("rmc_osshutdown_capable", _reached),
        _on_request("dlpar_mem_capable", _reached),
        _on_request("dlpar_proc_capable", _reached),
        _on_request("dlpar_io_capable", _reached),
        Settable(
            "msp",
            _mover,
            _server,
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place recalled",
            offered=_at_least("POWER6"),
            parse=Switch(),
            write=write_mover,
        ),
        Settable(
            "time_ref",
            lambda p: show_flag(p.time_reference),
            _not_i5os,
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place: capture, POWER7",
            offered=_at_least("POWER6"),
            parse=Switch(),
            write=sets("time_reference"),
        ),
        Settable(
            "lpar_avail_priority",
            lambda p: str(p.availability_priority),
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
            offered=_at_least("POWER6"),
            parse=Number(0, 255),
            write=sets("availability_priority"),
        ),
        _read_only(
            "desired_lpar_proc_compat_mode",
            lambda p: p.compatibility_mode,
            offered=_at_least("POWER6"),
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
        ),
        _read_only(
            "curr_lpar_proc_compat_mode",
            _present_mode,
            offered=_at_least("POWER6"),
            trust=Trust.INFERRED,
            source=_COMPATIBILITY,
        ),
        _flag(
            "suspend_capable",
            needs("lpar_suspend", "suspend_capable"),
            span=Span(since=Level.parse("V7R7.2")),
        ),
        _flag(
            "remote_restart_capable",
            needs("lpar_remote_restart", "remote_restart_capable"),
            span=Span(since=Level.parse("V7R7.2")),
        ),
        _flag(
            "simplified_remote_restart_capable",
            needs(
                "powervm_lpar_simplified_remote_restart",
                "simplified_remote_restart_capable",
                on_the_fly="dynamic_simplified_remote_restart_toggle",
            ),
            offered=_at_least("POWER8"),
            span=_SINCE_V8R8_2,
            source=CAPTURE_P8,
        ),
        _read_only(
            "remote_restart_status",
            lambda _: "Remote Restartable",
            _restartable,
            offered=_POWER7,
            span=_SINCE_V8R8_2,
            source=CAPTURE_P8,
        ),
        Settable(
            "sync_curr_profile",
            lambda p: str(int(p.synchronization)),
            span=Span(since=Level.parse("V7R7.8")),
            source=CAPTURE,
            parse=SYNCHRONIZATION,
            write=write_synchronization,
        ),
        Settable(
            "affinity_group_id",
            lambda p: _or_none(p.affinity_group_id),
            offered=_POWER7,
            span=Span(since=Level.parse("V7R7.2")),
            source=CAPTURE_P7,
            parse=NoneOr(Number(1, 255)),
            write=sets("affinity_group_id"),
        ),
        Settable(
            "vtpm_enabled",
            lambda p: show_flag(p.vtpm_enabled),
            _not_i5os,
            offered=_POWER7,
            span=Span(since=Level.parse("V7R7.8")),
            source=CAPTURE_P8,
            parse=Switch(),
            write=write_vtpm,
        ),
        *(
            Attribute(
                name,
                read,
                _not_i5os,
                listed=False,
                span=_SINCE_SECURE_BOOT,
                offered=_at_least("POWER9"),
                trust=trust,
                source=_OP_TEST,
            )
            for name, read, trust in (
                ("pend_secure_boot", lambda p: str(p.secure_boot), Trust.RECALLED),
                ("curr_secure_boot", lambda p: str(p.current_secure_boot), Trust.SCRIPT),
            )
        ),
        _flag(
            "migration_disabled",
            sets("migration_disabled"),
            span=_SINCE_V9,
            trust=Trust.INFERRED,
            source="IBM's automation for consoles (name); place and level inferred",
        ),
        Settable(
            "description",
            lambda p: p.description,
            span=_SINCE_V9,
            trust=Trust.INFERRED,
            source="field notes, V10R3 (name); place and level inferred",
            parse=DESCRIPTION,
            write=sets("description"),
        ),
        _on_request("uuid", lambda p: p.uuid.upper()),
    ),
)

NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source="IBM's automation for consoles",
    parse=NAME,
    write=write_name,
)

# Listed as what is pending and what the partition was activated with.
SECURE_BOOT = Settable(
    "secure_boot",
    lambda _: None,
    _not_i5os,
    span=_SINCE_SECURE_BOOT,
    trust=Trust.SCRIPT,
    source=_OP_TEST,
    offered=_at_least("POWER9"),
    parse=Number(0, 2),
    write=sets("secure_boot"),
)

# Taken, but not listed under this name; `default` is refused (field notes, V10R3).
COMPATIBILITY = Settable(
    "lpar_proc_compat_mode",
    lambda _: None,
    span=Span(since=V10R3),
    trust=Trust.SCRIPT,
    source="field notes, V10R3",
    offered=_at_least("POWER6"),
    parse=OneOf(tuple(mode for mode in capabilities.COMPATIBILITY_MODES if mode != "default")),
    write=write_compatibility,
)

_SETTABLE = tuple(a for a in LPAR_TABLE.attributes if a.parse is not None)

LPAR_INPUT = Table("chsyscfg -r lpar", (NEW_NAME, *_SETTABLE, SECURE_BOOT, COMPATIBILITY))

# What a new partition has from its profile, or names as that.
_BY_PROFILE = ("default_profile", *(a.name for a in PROFILE_CREATION.attributes))
LPAR_CREATION = Table("mksyscfg -r lpar", tuple(a for a in _SETTABLE if a.name not in _BY_PROFILE))
