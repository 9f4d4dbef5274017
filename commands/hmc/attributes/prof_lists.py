"""The lists of partition profiles: adapters and slots by their grammars, and plain elements."""

from __future__ import annotations

from typing import Any

from hmcsh.commands.hmc.attributes.prof_fields import CAPTURE, Applies, numbered
from hmcsh.commands.hmc.common import elements
from hmcsh.commands.hmc.common.changes import Settable
from hmcsh.commands.hmc.common.drafts import Draft, ProfileRow
from hmcsh.commands.hmc.common.elements import Grammar

from hmcsh.language.attributes import Setting, always
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Listed, ValueParser
from hmcsh.model.adapters import VirtualAdapter


def adapters(
    grammar: Grammar,
    kind: type[VirtualAdapter],
    applies: Applies = always,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = CAPTURE,
) -> Settable:
    """The virtual adapters of one type."""

    def read(row: ProfileRow) -> Value:
        found = row.profile.of_type(kind)
        return [grammar.format(adapter, row.frame) for adapter in found] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_adapters(grammar, kind, setting)

    return Settable(
        grammar.name,
        read,
        applies,
        offered=offered,
        span=span,
        trust=trust,
        source=source,
        help=grammar.synopsis,
        parse=grammar,
        many=True,
        amend=True,
        write=write,
    )


def io_slots() -> Settable:
    """Physical slots; a profile that takes all there is names none."""
    grammar = elements.IO_SLOT

    def read(row: ProfileRow) -> Value:
        return [grammar.format(slot, row.frame) for slot in row.profile.io_slots] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_io_slots(grammar, setting)

    return Settable(
        grammar.name,
        read,
        numbered,
        source=CAPTURE,
        help=grammar.synopsis,
        parse=grammar,
        many=True,
        amend=True,
        write=write,
    )


def listed(
    name: str,
    field: str,
    parse: ValueParser,
    *,
    offered: Applies = always,
    span: Span = ALWAYS,
) -> Settable:
    """A list of plain elements that is one field of the profile; `none` if it is empty."""

    def write(draft: Draft, setting: Setting) -> None:
        draft.set(field, amended(getattr(draft.profile, field), setting, name))

    def read(row: ProfileRow) -> Value:
        return [str(element) for element in getattr(row.profile, field)] or elements.NONE

    return Settable(
        name,
        read,
        offered=offered,
        span=span,
        source=CAPTURE,
        parse=Listed(parse, 1, words=(elements.NONE,)),
        many=True,
        amend=True,
        write=write,
    )


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
