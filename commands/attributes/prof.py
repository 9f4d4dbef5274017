"""The attributes of partition profiles, in the order of `lssyscfg -r prof`.

Order and names: the profile of a POWER6 system at V7R3.x (capture of June 2008), for Virtual I/O
Servers one of V7R3.4 or later without what came after V7R3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.commands.common import elements
from hmcsh.commands.common.changes import Settable, Writer
from hmcsh.commands.common.drafts import Draft, ProfileRow
from hmcsh.commands.common.elements import Grammar, show_flag

from hmcsh.language.attributes import Attribute, Setting, Table, always
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import NoneOr, Number, OneOf, Switch
from hmcsh.model import rules
from hmcsh.model.adapters import (
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
)
from hmcsh.model.hea import LogicalPort
from hmcsh.model.resources import Amount
from hmcsh.model.units import format_units, parse_units

CAPTURE = "capture, V7R3.x, POWER6"
_SWITCHES = Level.parse("V7R3.4")  # virtual switches came with it
_CHANNELS_MOVED = Level.parse("V7R7")  # from here on virtual_fc_adapters stands further in front
_MAXIMUM = 10**9

Reader = Callable[[ProfileRow], Value | None]
Applies = Callable[[Any], bool]


def _shared(row: ProfileRow) -> bool:
    return row.profile.resources.processors.mode == "shared"


def _client(row: ProfileRow) -> bool:
    return not row.partition.is_vios


def _server(row: ProfileRow) -> bool:
    return row.partition.is_vios


def _sets(field: str) -> Writer:
    def write(draft: Draft, setting: Setting) -> None:
        draft.set(field, setting.value)

    return write


def _fixed(name: str, read: Reader, applies: Applies = always, alias: str = "") -> Attribute:
    """An attribute that identifies or describes, and cannot be set."""
    return Attribute(name, read, applies, source=CAPTURE, alias=(alias,) if alias else ())


def _plain(
    name: str,
    read: Reader,
    parse: Callable[[str], Any],
    write: Writer,
    applies: Applies = always,
) -> Settable:
    return Settable(name, read, applies, source=CAPTURE, parse=parse, write=write)


def _field(
    name: str, field: str, parse: Callable[[str], Any], show: Callable[[Any], str] = str
) -> Settable:
    """An attribute that is one field of the profile."""
    return _plain(name, lambda r: show(getattr(r.profile, field)), parse, _sets(field))


def _flag(name: str, field: str) -> Settable:
    return _field(name, field, Switch(), show_flag)


_AMOUNT = Number(0, _MAXIMUM)


def _amounts(
    suffix: str,
    resource: str,
    amount: Callable[[ProfileRow], Amount],
    *,
    show: Callable[[int], str] = str,
    parse: Callable[[str], int] = _AMOUNT,
    applies: Applies = always,
) -> list[Settable]:
    """The three bounds of a resource: `min_...`, `desired_...` and `max_...`."""

    def bound(prefix: str, field: str) -> Settable:
        def write(draft: Draft, setting: Setting) -> None:
            draft.bound(resource, field, setting.value)

        return _plain(
            f"{prefix}_{suffix}",
            lambda r: show(getattr(amount(r), field)),
            parse,
            write,
            applies,
        )

    return [bound("min", "minimum"), bound("desired", "desired"), bound("max", "maximum")]


def _processors(name: str, field: str, parse: Callable[[str], Any], applies: Applies) -> Settable:
    def write(draft: Draft, setting: Setting) -> None:
        draft.processors(**{field: setting.value})

    def read(row: ProfileRow) -> str:
        return str(getattr(row.profile.resources.processors, field))

    return _plain(name, read, parse, write, applies)


def _pool_name(row: ProfileRow) -> str:
    pool = row.frame.pools.get(row.profile.resources.processors.pool_id)
    return "" if pool is None else pool.name


def _write_pool_name(draft: Draft, setting: Setting) -> None:
    """The pool by name; if the ID was given as well, both must mean one pool."""
    pool = next((p for p in draft.frame.pools.values() if p.name == setting.value), None)
    if pool is None:
        raise HmcError("lpm_pool_not_found", pool=setting.value, system=draft.frame.name)
    draft.processors(pool_id=pool.pool_id)


def _write_all_resources(draft: Draft, setting: Setting) -> None:
    if setting.value != draft.profile.all_resources:
        raise HmcError("not_emulated", what="Changing the attribute all_resources")


def _only(name: str, word: str) -> Callable[[tuple[str, ...]], None]:
    """A reader of the one value that an attribute without emulated hardware can have."""

    def read(texts: tuple[str, ...]) -> None:
        if texts != (word,):
            raise HmcError("not_emulated", what=f"A value of {name} other than {word}")

    return read


def _unset(name: str, word: str, applies: Applies = always) -> Settable:
    return Settable(
        name,
        lambda _: word,
        applies,
        source=CAPTURE,
        parse=_only(name, word),
        many=True,
        write=lambda draft, setting: None,
    )


def _adapters(
    grammar: Grammar,
    kind: type[VirtualAdapter],
    applies: Applies = always,
    *,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE,
) -> Settable:
    def read(row: ProfileRow) -> Value:
        found = row.profile.of_type(kind)
        return [grammar.format(adapter, row.frame) for adapter in found] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_adapters(grammar, kind, setting)

    return Settable(
        grammar.name,
        read,
        applies,
        span=span,
        trust=trust,
        source=source,
        help=grammar.synopsis,
        parse=grammar.parse_all,
        many=True,
        amend=True,
        write=write,
    )


def _io_slots() -> Settable:
    grammar = elements.IO_SLOT

    def read(row: ProfileRow) -> Value:
        return [grammar.format(slot, row.frame) for slot in row.profile.io_slots] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_io_slots(grammar, setting)

    return Settable(
        grammar.name,
        read,
        source=CAPTURE,
        help=grammar.synopsis,
        parse=grammar.parse_all,
        many=True,
        amend=True,
        write=write,
    )


def _list(name: str, field: str, parse: Callable[[str], Any]) -> Settable:
    """A list of plain elements that is one field of the profile; `none` if it is empty."""

    def read_all(texts: tuple[str, ...]) -> tuple[Any, ...]:
        if texts == (elements.NONE,):
            return ()
        found = tuple(parse(text) for text in texts)
        if not found or len(set(found)) != len(found):
            raise ValueError("an empty list, or an element twice")
        return found

    def write(draft: Draft, setting: Setting) -> None:
        draft.set(field, amended(getattr(draft.profile, field), setting, name))

    def read(row: ProfileRow) -> Value:
        return [str(element) for element in getattr(row.profile, field)] or elements.NONE

    return Settable(name, read, source=CAPTURE, parse=read_all, many=True, amend=True, write=write)


def amended(before: tuple[Any, ...], setting: Setting, name: str) -> tuple[Any, ...]:
    """A list after `=`, `+=` or `-=`.

    Raises HmcError for an added element that is there, and for a removed one that is not.
    """
    given = setting.value
    if setting.operator == "=":
        return tuple(given)
    adding = setting.operator == "+="
    for element in given:
        if (element in before) is adding:
            raise HmcError("invalid_attribute_value", name=name, value=element)
    return (*before, *given) if adding else tuple(e for e in before if e not in given)


_LPAR_ID = Number(1, elements.MAXIMUM_SLOT)


def _or_none(value: object) -> str:
    return elements.NONE if value is None else str(value)


PROFILE_TABLE = Table(
    "lssyscfg -r prof",
    (
        _fixed("name", lambda r: r.profile.name),
        _fixed("lpar_name", lambda r: r.partition.name),
        _fixed("lpar_id", lambda r: str(r.partition.lpar_id)),
        _fixed("lpar_env", lambda r: r.partition.environment.value),
        _plain(
            "all_resources",
            lambda r: show_flag(r.profile.all_resources),
            Switch(),
            _write_all_resources,
        ),
        *_amounts("mem", "memory", lambda r: r.profile.resources.memory),
        *_amounts(
            "num_huge_pages",
            "huge_pages",
            lambda r: r.profile.resources.huge_pages,
            applies=_client,
        ),
        _processors(
            "proc_mode",
            "mode",
            OneOf(
                (
                    "ded",
                    "shared",
                )
            ),
            always,
        ),
        *_amounts(
            "proc_units",
            "units",
            lambda r: r.profile.resources.processors.units,
            show=format_units,
            parse=parse_units,
            applies=_shared,
        ),
        *_amounts("procs", "count", lambda r: r.profile.resources.processors.count),
        _processors(
            "sharing_mode",
            "sharing_mode",
            OneOf(
                (
                    *rules.SHARED_MODES,
                    *rules.DEDICATED_MODES,
                )
            ),
            always,
        ),
        _processors(
            "uncap_weight",
            "uncapped_weight",
            Number(0, rules.MAXIMUM_WEIGHT),
            _shared,
        ),
        _processors("shared_proc_pool_id", "pool_id", Number(0, _MAXIMUM), _shared),
        _plain("shared_proc_pool_name", _pool_name, str, _write_pool_name, _shared),
        _io_slots(),
        _list("lpar_io_pool_ids", "io_pool_ids", _LPAR_ID),
        _field("max_virtual_slots", "max_virtual_slots", Number(2, 65536)),
        _adapters(elements.SERIAL, SerialAdapter),
        _adapters(elements.SCSI, ScsiAdapter),
        _adapters(elements.ETHERNET, EthernetAdapter, span=Span(until=_SWITCHES)),
        _adapters(
            elements.SWITCHED_ETHERNET,
            EthernetAdapter,
            span=Span(since=_SWITCHES),
            source="capture, POWER7",
        ),
        _adapters(
            elements.FIBRE_CHANNEL,
            FibreChannelAdapter,
            span=Span(since=_CHANNELS_MOVED),
            source="capture, POWER7 at V7R7",
        ),
        _unset("hca_adapters", elements.NONE),
        _field("boot_mode", "boot_mode", OneOf((*rules.BOOT_MODES,))),
        _flag("conn_monitoring", "connection_monitoring"),
        _flag("auto_start", "auto_start"),
        _list("power_ctrl_lpar_ids", "power_controlling_lpar_ids", _LPAR_ID),
        _field("work_group_id", "work_group_id", NoneOr(_LPAR_ID), _or_none),
        _flag("redundant_err_path_reporting", "redundant_error_path_reporting"),
        _field("bsr_arrays", "bsr_arrays", Number(0, 256)),
        _adapters(
            elements.VASI,
            VasiAdapter,
            _server,
            span=Span(until=_SWITCHES),
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place: capture of a later V7",
        ),
        _adapters(
            elements.REQUIRED_VASI,
            VasiAdapter,
            _server,
            span=Span(since=_SWITCHES),
            trust=Trust.RECALLED,
            source="recalled; its place: capture of a later V7",
        ),
        _list("lhea_logical_ports", "lhea_logical_ports", LogicalPort.parse),
        _list("lhea_capabilities", "lhea_capabilities", elements.lhea_capability),
        _field(
            "lpar_proc_compat_mode",
            "compatibility_mode",
            OneOf(
                (
                    "default",
                    "POWER6",
                    "POWER6_enhanced",
                )
            ),
        ),
        _adapters(
            elements.FIBRE_CHANNEL,
            FibreChannelAdapter,
            span=Span(since=_SWITCHES, until=_CHANNELS_MOVED),
            source="capture of a later V7, POWER6",
        ),
        _unset("electronic_err_reporting", "null", _client),
    ),
)


def _new_name(text: str) -> str:
    rules.check_name(text, slash=True)
    return text


NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source="IBM's automation for consoles",
    parse=_new_name,
    write=_sets("name"),
)

PROFILE_INPUT = Table(
    "chsyscfg -r prof", (NEW_NAME, *(a for a in PROFILE_TABLE.attributes if a.parse is not None))
)
