"""Whether values fit the annotations of their fields: damage is found when it is read.

A checker is made once of each annotation. Names that a module imports for type checking alone
stand for the classes of that name; what an annotation leaves open (Any, protocols) fits all.
"""

from __future__ import annotations

import builtins
import enum
import inspect
import types
import typing
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hmcsh.state import kinds
from hmcsh.state.kinds import StateError, by_class, fields_of, name_of

Check = Callable[[Any], bool]
_CONTAINERS = (list, tuple, set, frozenset, deque)
_SHOWN = 40  # characters of a value that does not fit


class _Named:
    """Stands for a class that is known by its name alone."""


class _Names(dict[str, Any]):
    """The names of a module, and a stand-in for each that it does not have."""

    def __missing__(self, name: str) -> Any:
        try:
            return getattr(builtins, name)
        except AttributeError:
            return type(name, (_Named,), {})


@by_class
def checks_of(kind: type) -> Mapping[str, Check | None]:
    """A check for each kept field of a dataclass; None where everything fits."""
    return {field.name: _check(_hint(kind, field.name)) for field in fields_of(kind)}


@by_class
def items_check(kind: type) -> Check | None:
    """A check for a whole named tuple, or a container with a class of its own."""
    if hasattr(kind, "_fields"):
        return _parts([_check(_hint(kind, name)) for name in kind._fields])
    for base in getattr(kind, "__orig_bases__", ()):
        return _check(base)
    return None


def unfit(kind: type, name: str, value: Any) -> StateError:
    """What is wrong with a value that does not fit a field."""
    return StateError(f"{name_of(kind)}.{name} cannot be {_shown(value)}")


def _shown(value: Any) -> str:
    kind = type(value)
    if kind.__module__ != "builtins":
        return f"a {kind.__name__}"
    text = (
        ascii(value) if kind in (str, int, float, bool, type(None)) else f"such a {kind.__name__}"
    )
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _hint(kind: type, name: str) -> Any:
    """What is annotated, by whichever class of its bases does so."""
    for base in kind.__mro__:
        hint = inspect.get_annotations(base).get(name)
        if hint is not None:
            return _evaluated(hint, base)
    raise StateError(f"{name_of(kind)}.{name} has no annotation")


def _evaluated(hint: Any, kind: type) -> Any:
    if isinstance(hint, typing.ForwardRef):  # as named tuples have them
        hint = hint.__forward_arg__
    if not isinstance(hint, str):
        return hint
    names = _Names(vars(inspect.getmodule(kind)))
    return eval(hint, {}, names)  # noqa: S307 - an annotation of our own


def _check(hint: Any) -> Check | None:
    if isinstance(hint, str | typing.ForwardRef) or hint in (Any, object):
        return None
    if isinstance(hint, typing.TypeVar) or getattr(hint, "_is_protocol", False):
        return None
    if hint is None or hint is type(None):
        return lambda value: value is None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        return _class_check(hint)
    if origin is typing.Literal:
        return lambda value: value in arguments
    if origin in (typing.Union, types.UnionType):
        return _any_of([_check(argument) for argument in arguments])
    if origin is typing.Annotated:
        return _check(arguments[0])
    return _container_check(origin, arguments)


def _class_check(kind: Any) -> Check | None:
    if not isinstance(kind, type):
        return None
    if issubclass(kind, _Named):
        return _named_check(kind.__name__)
    if kind is bool:
        return lambda value: type(value) is bool
    if kind is float:
        return lambda value: type(value) in (int, float)
    if issubclass(kind, enum.Enum):
        return lambda value: isinstance(value, kind)
    for plain in (str, int):  # inventories have classes of their own for names and times
        if issubclass(kind, plain):
            return lambda value: isinstance(value, plain) and type(value) is not bool
    if kinds.is_passing(kind):
        return lambda value: value is None or isinstance(value, kind)
    return lambda value: isinstance(value, kind)


def _named_check(name: str) -> Check:
    passing = name in kinds.PASSING_NAMES or any(one.__name__ == name for one in kinds.PASSING)

    def check(value: Any) -> bool:
        if value is None:
            return passing
        return any(base.__name__ == name for base in type(value).__mro__)

    return check


def _any_of(checks: list[Check | None]) -> Check | None:
    known = [check for check in checks if check is not None]
    if len(known) < len(checks):
        return None
    if len(known) == 2:
        one, two = known
        return lambda value: one(value) or two(value)
    return lambda value: any(check(value) for check in known)


def _container_check(origin: Any, arguments: tuple[Any, ...]) -> Check | None:
    if not isinstance(origin, type):
        return None
    if issubclass(origin, Mapping):
        keys, values = map(_check, arguments)
        of_keys, of_values = _all(keys), _all(values)
        return lambda value: (
            isinstance(value, dict) and of_keys(value) and of_values(value.values())
        )
    if origin is tuple and arguments[-1:] != (...,):
        parts = _parts([_check(argument) for argument in arguments])
        return lambda value: type(value) is tuple and parts(value)
    kinds_of = (origin,) if issubclass(origin, _CONTAINERS) else _CONTAINERS
    of_items = _all(_check(arguments[0]))
    return lambda value: isinstance(value, kinds_of) and of_items(value)


def _all(check: Check | None) -> Callable[[Iterable[Any]], bool]:
    if check is None:
        return lambda _: True
    return lambda values: all(map(check, values))


def _parts(checks: list[Check | None]) -> Check:
    def check(value: Any) -> bool:
        return len(value) == len(checks) and all(
            one is None or one(part) for one, part in zip(checks, value, strict=True)
        )

    return check
