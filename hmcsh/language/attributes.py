"""Attribute tables: one table of a resource serves its listing, ``-F``, and its input.

The table knows nothing of the objects it lists; each attribute brings a reader, and those that
can be set bring a parser of their input.
"""

import functools
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import HmcError, Trust, render
from hmcsh.language.records import Assignment, Value, format_record, format_values
from hmcsh.language.values import Parser

_AT_ONCE = 2000  # lines; more of them would keep others waiting, and take memory

Reader = Callable[[Any], Value | None]
Condition = Callable[[Any], bool]


def always(_: Any) -> bool:
    """Applies to every object."""
    return True


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a resource.

    ``read`` gives the value for an object, "" for an empty one, or None where there is nothing
    to say; so does ``applies`` returning False. The default listing then leaves the attribute
    out, and ``-F`` prints the ``filler`` (captures, V7R3.2 and V7R7.9). ``listed=False`` keeps it
    out of the default listing altogether. ``alias`` are further names accepted on ``-F``.

    ``offered`` tells whether there is such an attribute where the object stands, whatever kind of
    object it is: what older systems do not have is not in the header of ``-F`` without names
    either (captures, V7R7.9, POWER5).

    ``parse`` makes the attribute one that can be set: it takes the text, or with ``many`` the
    tuple of elements, and gives the value for the model, or raises ValueError for one that is
    not valid. Its examples of both are tried at every command that takes the attribute.
    ``amend`` allows ``+=`` and ``-=``.
    """

    name: str
    read: Reader
    applies: Condition = always
    listed: bool = True
    filler: str = "null"
    span: Span = ALWAYS
    trust: Trust = Trust.CAPTURE
    source: str = ""
    kind: str = "text"
    help: str = ""
    parse: Parser | None = None
    alias: tuple[str, ...] = ()
    many: bool = False
    amend: bool = False
    offered: Condition = always

    def __post_init__(self) -> None:
        for name in (self.name, *self.alias):
            if re.fullmatch(r"[A-Za-z0-9_]+", name, re.ASCII) is None:
                raise ValueError(f"not the name of an attribute: {name!r}")

    @property
    def condition(self) -> Condition | None:
        """What decides whether an object has the attribute, None if every one has it."""
        if self.offered is always:
            return None if self.applies is always else self.applies
        return self.offered if self.applies is always else self.concerns

    def concerns(self, item: object) -> bool:
        """Whether the object has the attribute."""
        return self.offered(item) and self.applies(item)

    def value(self, item: object) -> Value | None:
        """The value for the object, None where it does not apply."""
        return self.read(item) if self.offered(item) and self.applies(item) else None


@dataclass(frozen=True, slots=True)
class Setting:
    """One attribute of input data after its parser: ``=``, ``+=`` or ``-=`` and the value."""

    operator: str
    value: Any


@dataclass(frozen=True)
class Selection:
    """The attributes of a table that exist at one level."""

    attributes: tuple[Attribute, ...]
    listed: tuple[Attribute, ...]
    by_name: Mapping[str, Attribute]

    @functools.cached_property
    def fields(self) -> tuple[tuple[str, Condition | None, Reader], ...]:
        """What the default listing does for each object: name, condition if any, reader."""
        return tuple((a.name, a.condition, a.read) for a in self.listed)

    def record(self, item: object) -> str:
        """The line of the default listing: ``name=value,...``."""
        pairs: list[tuple[str, Value]] = []
        for name, applies, read in self.fields:
            if applies is None or applies(item):
                value = read(item)
                if value is not None:
                    pairs.append((name, value))
        return format_record(pairs)


class Table:
    """The attributes of one type of resource, in the order of its listing."""

    def __init__(self, name: str, attributes: Iterable[Attribute]) -> None:
        self.name = name
        self.attributes = tuple(attributes)
        self._selections: dict[Level, Selection] = {}

    def add(self, attribute: Attribute, after: str) -> None:
        """Put a further attribute behind the one of a name. Raises ValueError if there is none."""
        names = [one.name for one in self.attributes]
        if after not in names:
            raise ValueError(f"{self.name}: no attribute is named {after}")
        place = len(names) - names[::-1].index(after)
        self.attributes = (*self.attributes[:place], attribute, *self.attributes[place:])
        self._selections.clear()

    def taking(self, name: str, names: Collection[str], amending: Collection[str] = ()) -> "Table":
        """A table for input that takes some of the attributes; ``amending`` ones with += and -=.

        Raises ValueError for a name that cannot be set, or be amended.
        """
        taken = [a for a in self.attributes if a.name in names and a.parse is not None]
        missing = set(names) - {a.name for a in taken}
        missing |= set(amending) - {a.name for a in taken if a.amend}
        if missing:
            raise ValueError(f"{name}: cannot be set so: {', '.join(sorted(missing))}")
        return Table(name, [replace(a, amend=a.name in amending) for a in taken])

    def select(self, level: Level) -> Selection:
        """The attributes that exist at the level. ValueError if two of them share a name."""
        found = self._selections.get(level)
        if found is None:
            attributes = tuple(a for a in self.attributes if a.span.covers(level))
            by_name: dict[str, Attribute] = {}
            for attribute in attributes:
                for name in (attribute.name, *attribute.alias):
                    if by_name.setdefault(name, attribute) is not attribute:
                        raise ValueError(f"{self.name}: two attributes are named {name}")
            listed = tuple(a for a in attributes if a.listed)
            found = self._selections[level] = Selection(attributes, listed, by_name)
        return found

    def names(self, level: Level) -> tuple[str, ...]:
        """The names of all attributes at the level, in order."""
        return tuple(attribute.name for attribute in self.select(level).attributes)

    def writable(self, level: Level) -> dict[str, Attribute]:
        """The attributes that can be set at the level, by name."""
        return {a.name: a for a in self.select(level).attributes if a.parse is not None}

    def record(self, item: object, level: Level) -> str:
        """The line of the default listing: ``name=value,...``."""
        return self.select(level).record(item)

    def row(self, item: object, names: Sequence[str], separator: str, level: Level) -> str:
        """The values of the named attributes; HmcError ``invalid_attribute``."""
        return _row(self._chosen(names, level), item, separator)

    def listing(
        self, items: Iterable[object], level: Level, names: str | None = None, header: bool = False
    ) -> Iterable[str]:
        """The lines of a listing; those of a long one are made as they are taken.

        ``names`` is None without ``-F``, "" for ``-F`` without names: then all attributes are
        listed, those that do not apply as their filler. Otherwise the names, with the
        separator that the output has too between them. ``header`` puts the names in front.

        An unknown name is an HmcError before anything is listed; without items the only line is
        ``No results were found.``, header or not.
        """
        items = list(items)
        head: list[str] = []
        line: Callable[[object], str]
        if names is None:
            line = self.select(level).record
        else:
            separator, asked = split_names(names) if names else (",", self._offered(items, level))
            chosen = self._chosen(asked, level)
            line = functools.partial(_row, chosen, separator=separator)
            head = [separator.join(asked)] if header else []
        if not items:
            return [render("no_results")]
        lines = itertools.chain(head, map(line, items))
        return list(lines) if len(items) <= _AT_ONCE else lines

    def read_input(self, assignments: Iterable[Assignment], level: Level) -> dict[str, Setting]:
        """Check input data against the attributes that can be set, in the order given.

        HmcError ``invalid_attribute`` for a name that is unknown, cannot be set or is not to be
        amended, ``invalid_attribute_value``, or ``bad_configuration_data`` for a name given
        twice and for an unquoted list where one value is wanted (field notes, V10R3).
        """
        by_name = self.select(level).by_name
        settings: dict[str, Setting] = {}
        for assignment in assignments:
            attribute = by_name.get(assignment.name)
            amending = assignment.operator.removesuffix("=")
            if attribute is None or attribute.parse is None or (amending and not attribute.amend):
                raise HmcError("invalid_attribute", name=assignment.name + amending)
            if attribute.name in settings or (assignment.bare and not attribute.many):
                raise HmcError("bad_configuration_data")
            given = assignment.values if attribute.many else assignment.value
            try:
                value = attribute.parse(given)
            except ValueError as error:
                raise HmcError(
                    "invalid_attribute_value", name=attribute.name, value=assignment.value
                ) from error
            settings[attribute.name] = Setting(assignment.operator, value)
        return settings

    def _offered(self, items: Sequence[object], level: Level) -> tuple[str, ...]:
        """The names of the attributes that at least one of the objects is offered."""
        attributes = self.select(level).attributes
        return tuple(a.name for a in attributes if any(a.offered(item) for item in items))

    def _chosen(self, names: Sequence[str], level: Level) -> list[Attribute]:
        by_name = self.select(level).by_name
        for name in names:
            if name not in by_name:
                raise HmcError("invalid_attribute", name=name)
        return [by_name[name] for name in names]


def split_names(text: str) -> tuple[str, tuple[str, ...]]:
    """The names of ``-F`` and their separator: the first character that no name can hold.

    HmcError ``missing_or_invalid`` with ``-F`` if a name is empty.
    """
    found = re.search(r"[^A-Za-z0-9_]", text)
    if found is None:
        return ",", (text,)
    names = tuple(text.split(found[0]))
    if "" in names:
        raise HmcError("missing_or_invalid", parameters=["-F"])
    return found[0], names


def _row(attributes: Iterable[Attribute], item: object, separator: str) -> str:
    values: list[Value] = []
    for attribute in attributes:
        value = attribute.value(item)
        values.append(attribute.filler if value is None else value)
    return format_values(values, separator)
