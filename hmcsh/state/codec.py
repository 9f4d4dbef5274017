"""Objects as rows, and back: plain data for JSON, by reflection.

A row is the number of an object, the name of its class and its fields that differ from their
defaults. Numbers, strings, booleans and None stand for themselves, an array for a list. All else
is a JSON object whose one key beginning with `!` tells what it is::

    {"!": "model.resources.Amount", "minimum": 1, ...}   a value
    {"!is": ["model.states.PartitionState", "RUNNING"]}  a member of an enumeration
    {"!at": 17}                                          the object of row 17
    {"!all": [17, 18]}                                   a list of the objects of these rows
    {"!map": [[key, value], ...]}                        a dictionary, in its order
    {"!tuple": [...]}  {"!set": [...]}  {"!frozenset": [...]}  {"!deque": [size, [...]]}
    {"!time": "2007-04-03T15:00:00"}                     calendar time
    {"!const": ["model.device_kinds.DeviceKind", "SEA"]} a constant of a module
    {"!given": "clock"}  {"!step": ["active", "copy"]}   special cases, see `kinds`
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import enum
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from hmcsh.migration.run import Step
from hmcsh.state import kinds
from hmcsh.state.checking import checks_of, items_check, unfit
from hmcsh.state.kinds import StateError, by_class, class_of, default_of, fields_of, name_of

# What comes of rows that do not fit.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)

_PLAIN = frozenset((str, int, float, bool, type(None)))

_utf8 = msgspec.json.Encoder().encode
_from_utf8 = msgspec.json.Decoder().decode


def _encode(plain: Any) -> bytes:
    r"""JSON; bytes that are no text, which travel as surrogates, are escaped: ``\udcff``."""
    try:
        return _utf8(plain)
    except UnicodeEncodeError:
        return json.dumps(plain, default=lambda raw: json.loads(bytes(raw))).encode()


def _decode(body: bytes) -> Any:
    try:
        return _from_utf8(body)
    except msgspec.DecodeError:
        return json.loads(body)


class Row(NamedTuple):
    """What is kept of one object; `body` is JSON."""

    number: int
    kind: str
    body: bytes


@by_class
def kept_class(kind: type) -> type:
    """The class as which objects of a class are kept: observed ones as what they are made from."""
    made: type = getattr(kind, "kept_as", kind)
    return made


class Encoder:
    """Makes rows of objects; every object that is met gets a number for as long as this lives."""

    def __init__(self) -> None:
        self.last = 0
        self._numbers: dict[int, int] = {}  # by id; `objects` keeps the ids from being used again
        self.objects: dict[int, object] = {}
        self.met: list[object] = []  # objects that got a number and have no row yet
        self.owners: dict[int, int] = {}  # of each object: which one was seen first to refer to it
        self._owner = 0  # whose row is being made
        self._known: dict[int, tuple[object, Any]] = {}  # frozen values, by id
        self._makers: dict[type, Callable[[Any], Any]] = {}

    def adopt(self, objects: Mapping[int, object], last: int, owners: Mapping[int, int]) -> None:
        """Take over objects that have numbers already; new numbers come after `last`."""
        self.owners.update(owners)
        self.objects.update(objects)
        self._numbers.update((id(item), number) for number, item in objects.items())
        self.last = last

    def forget(self, number: int) -> None:
        """Let go of an object that is no longer kept."""
        self._numbers.pop(id(self.objects.pop(number)), None)
        self.owners.pop(number, None)

    def forget_after(self, last: int) -> None:
        """Let go of all objects that got a number after `last`: they were not written."""
        for number in range(last + 1, self.last + 1):
            if number in self.objects:
                self.forget(number)
        self.met.clear()

    def knows(self, item: object) -> bool:
        """Whether an object has a number."""
        return id(item) in self._numbers

    def number(self, item: object) -> int:
        """The number of an object, a new one if it has none yet."""
        found = self._numbers.get(id(item))
        if found is None:
            self.last = found = self.last + 1
            self._numbers[id(item)] = found
            self.objects[found] = item
            self.owners[found] = self._owner
            self.met.append(item)
        return found

    def row(self, item: object) -> Row:
        """Make the row of one object. Raises StateError for what cannot be kept."""
        kind: Any = kept_class(type(item))
        number = self._owner = self.number(item)
        return Row(number, name_of(kind), _encode(self._fields(kind, item)))

    def rows(self, *roots: object) -> Iterator[Row]:
        """Make the rows of objects and of all that they refer to and that had no number yet."""
        for root in roots:
            self.number(root)
        while self.met:
            yield self.row(self.met.pop())
        self.rest()

    def rest(self) -> None:
        """Forget what is remembered of values while many rows are made."""
        self._known.clear()

    def _fields(self, kind: type, item: object) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, default, may_be_empty in _plan(kind):
            value = getattr(item, name)
            if value is default or (may_be_empty and not value):
                continue
            plain = value if type(value) in _PLAIN else self.value(value)
            if type(default) is not type(plain) or default != plain:
                made[name] = plain
        return made

    def value(self, value: Any) -> Any:
        """Make plain data of whatever stands in a field. Raises StateError."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        maker = self._makers.get(kind)
        if maker is None:
            maker = self._makers[kind] = self._maker(kept_class(kind))
        return maker(value)

    def _maker(self, kind: Any) -> Callable[[Any], Any]:
        special = self._special(kind)
        if special is not None:
            return special
        if issubclass(kind, enum.Enum):
            return lambda value: {"!is": [name_of(kind), value.name]}
        if kinds.is_object(kind):
            return lambda value: {"!at": self.number(value)}
        if hasattr(kind, "_fields"):
            return lambda value: {"!": name_of(kind), "of": self._items(value)}
        if kinds.is_value(kind):
            return lambda value: self._frozen(kind, value)
        plain = {str: str, int: int, float: float}
        for base, maker in plain.items():
            if issubclass(kind, base):  # names of an inventory are strings of a class of their own
                return maker
        return self._container(kind)

    def _special(self, kind: type) -> Callable[[Any], Any] | None:
        for base, name in kinds.GIVEN.items():
            if issubclass(kind, base):
                return lambda _: {"!given": name}
        if kinds.is_passing(kind):
            return lambda _: None
        if kind in kinds.CONSTANTS:
            return lambda value: {"!const": kinds.constant_name(value)}
        if kind is Step:
            return lambda value: {"!step": kinds.step_name(value)}
        return None

    def _container(self, kind: type) -> Callable[[Any], Any]:
        if kind is list:
            return self._list
        if issubclass(kind, list):
            return lambda value: {"!": name_of(kind), "of": self._items(value)}
        if kind is tuple:
            return lambda value: {"!tuple": self._items(value)}
        if kind is dict:
            return lambda value: {
                "!map": [[self.value(key), self.value(held)] for key, held in value.items()]
            }
        if kind in (set, frozenset):
            # In an order of their own, so that equal sets are kept alike.
            return lambda value: {f"!{kind.__name__}": sorted(self._items(value), key=_encode)}
        if kind is deque:
            return lambda value: {"!deque": [value.maxlen, self._list(value)]}
        if kind is datetime.datetime:
            return lambda value: {"!time": value.isoformat()}
        raise StateError(f"objects of {kind.__module__}.{kind.__qualname__} cannot be kept")

    def _list(self, values: Iterable[Any]) -> Any:
        if values and all(kinds.is_object(kept_class(type(value))) for value in values):
            return {"!all": [self.number(value) for value in values]}
        return self._items(values)

    def _items(self, values: Iterable[Any]) -> list[Any]:
        return [value if type(value) in _PLAIN else self.value(value) for value in values]

    def _frozen(self, kind: type, value: Any) -> Any:
        known = self._known.get(id(value))
        if known is None:
            plain = {"!": name_of(kind), **self._fields(kind, value)}
            known = self._known[id(value)] = (value, msgspec.Raw(_encode(plain)))
        return known[1]


class _None:
    """Stands for a default that is none."""


_NONE = _None()
_plans: dict[type, list[tuple[str, Any, bool]]] = {}


def _plan(kind: type) -> list[tuple[str, Any, bool]]:
    """Of each kept field its name, its default, and whether the default is an empty container."""
    plan = _plans.get(kind)
    if plan is None:
        plan = _plans[kind] = [
            (
                field.name,
                _NONE if field.default is dataclasses.MISSING else field.default,
                field.default_factory is not dataclasses.MISSING
                and isinstance(made := field.default_factory(), kinds.CONTAINERS)
                and not made,
            )
            for field in fields_of(kind)
        ]
    return plan


class Decoder:
    """Makes objects of rows. `given` holds what there is one of, by its name in `kinds`."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self.objects: dict[int, object] = {}
        self._rows: dict[int, Row] = {}
        self.owners: dict[int, int] = {}  # as with the encoder
        self._owner = 0
        self._blank: list[int] = []  # made, and not yet filled
        self._values: dict[bytes, Any] = {}
        self._makers: dict[str, Callable[[Any], Any]] = {
            "!is": lambda held: self._member(*held),
            "!at": self._at,
            "!map": lambda held: {self._make(key): self._make(item) for key, item in held},
            "!tuple": lambda held: tuple(map(self._make, held)),
            "!set": lambda held: set(map(self._make, held)),
            "!frozenset": lambda held: frozenset(map(self._make, held)),
            "!all": lambda held: [self._at(number) for number in held],
            "!deque": lambda held: deque(self._make(held[1]), held[0]),
            "!time": datetime.datetime.fromisoformat,
            "!given": lambda held: self._given[held],
            "!const": lambda held: kinds.constant_at(*held),
            "!step": lambda held: kinds.step_at(*held),
        }

    def decode(self, rows: Iterable[Row], root: int) -> dict[int, object]:
        """Make the object of row `root` and all that it leads to, by number.

        Raises StateError for rows that do not fit.
        """
        self._rows = {row.number: row for row in rows}
        self._at(root)
        while self._blank:
            number = self._blank.pop()
            self._owner = number
            with self._naming(number):
                self._fill(self.objects[number], self._rows[number].body)
        for number, item in self.objects.items():
            with self._naming(number):
                self._complete(item)
        return self.objects

    @contextlib.contextmanager
    def _naming(self, number: int) -> Iterator[None]:
        """Name the row that does not fit."""
        try:
            yield
        except StateError as error:
            raise StateError(str(error), error.row or number) from error
        except DAMAGE as error:
            text = f"row {number}, {self._rows[number].kind}: {error or type(error).__name__}"
            raise StateError(text, number) from error

    def _fill(self, item: object, body: bytes) -> None:
        kind = kept_class(type(item))
        self.restore(item, body)
        kept = fields_of(kind)
        for field in dataclasses.fields(kind):
            if field.init and field not in kept:
                setattr(item, field.name, default_of(field))

    def _complete(self, item: Any) -> None:
        """Let an object make what it makes for itself; what was kept stays as it was."""
        kind: Any = type(item)
        if all(field.init for field in dataclasses.fields(kind)):
            return
        kept = [(field.name, getattr(item, field.name)) for field in fields_of(kind)]
        item.__post_init__()
        for name, value in kept:
            setattr(item, name, value)

    def restore(self, item: object, body: bytes) -> None:
        """Give an object back what its row holds."""
        for name, value in self._fields(kept_class(type(item)), _decode(body)).items():
            setattr(item, name, value)

    def _fields(self, kind: type, held: dict[str, Any]) -> dict[str, Any]:
        fields = fields_of(kind)
        unknown = held.keys() - {field.name for field in fields}
        if unknown:
            raise StateError(f"{name_of(kind)} has no field {min(unknown)!r}")
        checks, made = checks_of(kind), {}
        for field in fields:
            name = field.name
            if name in held:
                value = made[name] = self._make(held[name])
                check = checks[name]
                if check is not None and not check(value):
                    raise unfit(kind, name, value)
            else:
                made[name] = default_of(field)
        return made

    def _make(self, held: Any) -> Any:
        if type(held) is list:
            return [self._make(item) for item in held]
        if type(held) is not dict:
            return held
        if "!" in held:
            return self._value(held)
        ((what, held),) = held.items()
        return self._makers[what](held)

    def _value(self, held: dict[str, Any]) -> Any:
        key = _encode(held)
        found = self._values.get(key)
        if found is None:
            # What is alike is one value, as it was before: many partitions share them.
            found = self._made(class_of(held.pop("!")), held)
            if not isinstance(found, kinds.CONTAINERS):
                self._values[key] = found
        return found

    def _made(self, kind: type, held: dict[str, Any]) -> Any:
        if not dataclasses.is_dataclass(kind):
            items = [self._make(item) for item in held["of"]]
            made = kind(*items) if hasattr(kind, "_fields") else kind(items)
            check = items_check(kind)
            if check is not None and not check(made):
                raise StateError(f"{name_of(kind)} cannot hold what it holds")
            return made
        return kind(**self._fields(kind, held))

    def _member(self, name: str, member: str) -> Any:
        kind = class_of(name)
        if not issubclass(kind, enum.Enum):
            raise StateError(f"{name!r} is not an enumeration")
        return kind[member]

    def _at(self, number: int) -> object:
        found = self.objects.get(number)
        if found is None:
            row = self._rows.get(number)
            if row is None:
                raise StateError(f"there is no row {number}")
            with self._naming(number):
                kind = class_of(row.kind)
                if not kinds.is_object(kind):
                    raise StateError(f"{row.kind!r} is not the class of an object")
            found = self.objects[number] = object.__new__(kind)
            self.owners[number] = self._owner
            self._blank.append(number)
        return found


def references(body: bytes) -> Iterator[int]:
    """The numbers of the objects to which a row refers."""
    waiting: list[Any] = [_decode(body)]
    while waiting:
        held = waiting.pop()
        if type(held) is list:
            waiting += held
        elif type(held) is dict:
            if "!at" in held:
                yield held["!at"]
            elif "!all" in held:
                yield from held["!all"]
            else:
                waiting += held.values()
