"""What the attributes of partition profiles are made of: how each kind is read and written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.common import elements
from hmcsh.commands.hmc.common.changes import Settable, Writer
from hmcsh.commands.hmc.common.drafts import Draft, ProfileRow
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Setting, always
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Number, OneOf, Parser, Pattern, Reads, Switch
from hmcsh.model import capabilities
from hmcsh.model.hea import LogicalPort
from hmcsh.model.resources import Amount
from hmcsh.model.states import LparEnvironment

CAPTURE = "capture, V7R3.x, POWER6"
CAPTURE_P7 = "capture, POWER7 at V7R7"
CAPTURE_V10 = "capture, V10R3"
SWITCHES = Level.parse("V7R3.4")  # virtual switches came with it
CHANNELS_MOVED = Level.parse("V7R7")  # from here on virtual_fc_adapters stands further in front
MAXIMUM = 10**9

_V10 = Level.parse("V10R1")
BEFORE_V10 = Span(until=_V10)
SINCE_V10 = Span(since=_V10)
SINCE_SHARED_MEMORY = Span(since=Level.parse("V7R3.4.2"))
SINCE_POWER7 = Span(since=Level.parse("V7R7.1"))
SINCE_RATIOS = Span(since=Level.parse("V7R7.2"))

Reader = Callable[[ProfileRow], Value | None]
Applies = Callable[[Any], bool]


def is_shared(row: ProfileRow) -> bool:
    """Profiles with shared processors."""
    return numbered(row) and row.profile.resources.processors.mode == "shared"


def is_client(row: ProfileRow) -> bool:
    """Profiles of all partitions but Virtual I/O Servers."""
    return not row.partition.is_vios


def is_server(row: ProfileRow) -> bool:
    """Profiles of Virtual I/O Servers."""
    return row.partition.is_vios


def is_i5os(row: ProfileRow) -> bool:
    """Profiles of IBM i partitions."""
    return row.partition.environment is LparEnvironment.OS400


def is_not_i5os(row: ProfileRow) -> bool:
    """Profiles of all partitions but those for IBM i."""
    return not is_i5os(row)


def numbered(row: ProfileRow) -> bool:
    """Whether the profile says how much of everything: not if it takes all there is."""
    return not row.profile.all_resources


def numbered_client(row: ProfileRow) -> bool:
    """Profiles that are both."""
    return numbered(row) and not row.partition.is_vios


def _systems(first: str, last: str = capabilities.GENERATIONS[-1]) -> Applies:
    """Profiles on systems from one generation of processors to another."""
    generations = capabilities.Generations(first, last)
    return lambda row: generations.hold(row.frame)


POWER6, POWER7 = _systems("POWER6"), _systems("POWER7")
POWER8, POWER9 = _systems("POWER8"), _systems("POWER9")
POWER6_TO_8, TO_POWER8 = _systems("POWER6", "POWER8"), _systems("POWER5", "POWER8")


def sets_field(field: str) -> Writer:
    """Write the value into one field of the profile."""

    def write(draft: Draft, setting: Setting) -> None:
        draft.set(field, setting.value)

    return write


def fixed(name: str, read: Reader, applies: Applies = always, alias: str = "") -> Attribute:
    """An attribute that identifies or describes, and cannot be set."""
    return Attribute(name, read, applies, source=CAPTURE, alias=(alias,) if alias else ())


def plain(
    name: str,
    read: Reader,
    parse: Parser,
    write: Writer,
    applies: Applies = always,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
    source: str = CAPTURE,
) -> Settable:
    """An attribute with one value."""
    return Settable(
        name,
        read,
        applies,
        offered=offered,
        span=span,
        source=source,
        parse=parse,
        write=write,
    )


def in_profile(
    name: str,
    field: str,
    parse: Parser,
    show: Callable[[Any], str] = str,
    applies: Applies = always,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
    source: str = CAPTURE,
) -> Settable:
    """An attribute that is one field of the profile."""
    return plain(
        name,
        lambda r: show(getattr(r.profile, field)),
        parse,
        sets_field(field),
        applies,
        offered=offered,
        span=span,
        source=source,
    )


def flag(name: str, field: str) -> Settable:
    """A flag that is one field of the profile."""
    return in_profile(name, field, Switch(), show_flag)


_AMOUNT = Number(0, MAXIMUM, usual=(2, 1024))
PROCESSING_UNITS = Number(0, MAXIMUM, places=2, usual=(40,))


def amounts(
    suffix: str,
    resource: str,
    amount: Callable[[ProfileRow], Amount],
    *,
    show: Callable[[int], str] = str,
    parse: Parser = _AMOUNT,
    applies: Applies = numbered,
) -> list[Settable]:
    """The three bounds of a resource: `min_...`, `desired_...` and `max_...`."""

    def bound(prefix: str, field: str) -> Settable:
        def write(draft: Draft, setting: Setting) -> None:
            draft.bound(resource, field, setting.value)

        return plain(
            f"{prefix}_{suffix}",
            lambda r: show(getattr(amount(r), field)),
            parse,
            write,
            applies,
        )

    return [bound("min", "minimum"), bound("desired", "desired"), bound("max", "maximum")]


def processor_field(
    name: str,
    field: str,
    parse: Parser,
    applies: Applies,
    offered: Applies = always,
) -> Settable:
    """An attribute that is one field of what the profile says of processors."""

    def write(draft: Draft, setting: Setting) -> None:
        draft.processors(**{field: setting.value})

    def read(row: ProfileRow) -> str:
        return str(getattr(row.profile.resources.processors, field))

    return plain(name, read, parse, write, applies, offered=offered)


def pool_name(row: ProfileRow) -> str:
    """The name of the shared processor pool."""
    pool = row.frame.pools.get(row.profile.resources.processors.pool_id)
    return "" if pool is None else pool.name


def write_pool_name(draft: Draft, setting: Setting) -> None:
    """The pool by name; if the ID was given as well, both must mean one pool."""
    pool = next((p for p in draft.frame.pools.values() if p.name == setting.value), None)
    if pool is None:
        raise HmcError("lpm_pool_not_found", pool=setting.value, system=draft.frame.name)
    draft.processors(pool_id=pool.pool_id)


def _expansion(text: str) -> int:
    """Read a factor of Active Memory Expansion: 0 without it, or 1 to 10."""
    value = Number(0, 1000, places=2)(text)
    if 0 < value < 100:
        raise ValueError(f"no factor of memory expansion: {text!r}")
    return value


EXPANSION = Reads(_expansion, ("1.5", "0", "10"), ("", "0.5", "10.01", "x"))


def _ratios(*parts: int) -> OneOf:
    return OneOf(tuple(f"1:{part}" for part in parts))


RATIOS = _ratios(*capabilities.PAGE_TABLE_RATIOS)
PHYSICAL_RATIOS = _ratios(64, 128, 256, 512, 1024, 2048, 4096)
_USUAL_PHYSICAL_RATIO = 4096  # capture, V10R3


def page_table_ratio(row: ProfileRow) -> str:
    """The share of memory that is for the hardware page table."""
    return f"1:{row.partition.page_table_ratio(row.profile.resources)}"


def physical_page_table_ratio(row: ProfileRow) -> str:
    """The share of memory that is for the physical page table."""
    return f"1:{row.profile.resources.physical_page_table_ratio or _USUAL_PHYSICAL_RATIO}"


def ratio(text: str) -> int:
    """N of the text `1:N`."""
    return int(text.partition(":")[2])


def in_resources(
    name: str,
    field: str,
    read: Reader,
    parse: Parser,
    convert: Callable[[Any], int] = int,
    *,
    offered: Applies = always,
    span: Span,
    source: str = CAPTURE_P7,
) -> Settable:
    """An attribute that is one field of the profile's resources."""

    def write(draft: Draft, setting: Setting) -> None:
        draft.resources(**{field: convert(setting.value)})

    return plain(name, read, parse, write, numbered, offered=offered, span=span, source=source)


def write_memory_mode(draft: Draft, setting: Setting) -> None:
    """Only dedicated memory: no system has a shared memory pool."""
    if setting.value != "ded":
        raise HmcError("no_memory_pool", system=draft.frame.name)


_DEVICE = Pattern("none|[0-9]{1,5}|[0-9A-F]{8}", ("none", "2", "21010002"), ("", "hmc", "2101000x"))
CONSOLE = Pattern(
    "none|hmc|[0-9]{1,5}|[0-9A-F]{8}", ("none", "hmc", "2", "21010002"), ("", "2101000x")
)


def device(name: str, field: str, parse: Parser = _DEVICE) -> Settable:
    """Where an IBM i partition finds a device (place in the order inferred)."""

    def write(draft: Draft, setting: Setting) -> None:
        draft.set("i5os", dataclasses.replace(draft.profile.i5os, **{field: setting.value}))

    return Settable(
        name,
        lambda r: getattr(r.profile.i5os, field),
        is_i5os,
        trust=Trust.INFERRED,
        source="IBM's automation for consoles (name); values and place recalled",
        parse=parse,
        write=write,
    )


def write_restricted(draft: Draft, setting: Setting) -> None:
    """Whether all I/O of an IBM i partition is virtual."""
    draft.set("i5os", dataclasses.replace(draft.profile.i5os, restricted_io=setting.value))


def _only(name: str, word: str) -> Reads:
    """The parser of the one value that an attribute without emulated hardware can have."""

    def read(texts: tuple[str, ...]) -> None:
        if texts != (word,):
            raise HmcError("not_emulated", what=f"A value of {name} other than {word}")

    return Reads(read, (word,), ("", "1", f"{word},{word}"))


def unset(
    name: str,
    word: str,
    applies: Applies = always,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
) -> Settable:
    """An attribute that always has the same value: its hardware is not emulated."""
    return Settable(
        name,
        lambda _: word,
        applies,
        offered=offered,
        span=span,
        source=CAPTURE,
        parse=_only(name, word),
        many=True,
        write=lambda draft, setting: None,
    )


def or_none(value: object) -> str:
    """The text of a value, `none` where there is none."""
    return elements.NONE if value is None else str(value)


LPAR_ID = Number(1, elements.MAXIMUM_SLOT)
LOGICAL_PORT = Reads(
    LogicalPort.parse,
    ("23000000/1/0/3/none", "23000000/1/1/4/"),
    ("", "23000000/1/0", "2300000x/1/0/3/none", "23000000/1/0/3/9999"),
)
LHEA_CAPABILITY = Reads(
    elements.lhea_capability, ("23000000/0",), ("", "23000000", "2300000x/0", "23000000/0/1")
)
