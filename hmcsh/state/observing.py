"""Objects that tell when they change, so that a commit looks only at what changed.

An object of the model that is kept becomes one of a class derived from its own, without a slot of
its own, that notes it when an attribute is set. What its containers hold is known in the same way:
at a commit they are replaced by containers that note their owners before they change. A console
without a state file has neither.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from typing import Any

from hmcsh.model.history import History
from hmcsh.state.codec import kept_class
from hmcsh.state.kinds import by_class, fields_of

_MUTATORS: dict[type, tuple[str, ...]] = {
    list: (
        *("__setitem__", "__delitem__", "__iadd__", "__imul__", "append", "clear", "extend"),
        *("insert", "pop", "remove", "reverse", "sort"),
    ),
    dict: (
        *("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault"),
        "update",
    ),
    set: (
        *("__iand__", "__ior__", "__isub__", "__ixor__", "add", "clear", "difference_update"),
        *("discard", "intersection_update", "pop", "remove", "symmetric_difference_update"),
        "update",
    ),
    deque: (
        *("__setitem__", "__delitem__", "__iadd__", "__imul__", "append", "appendleft", "clear"),
        *("extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse", "rotate"),
    ),
}


class Changes:
    """What has changed since it was last taken, in the order of the first change."""

    def __init__(self) -> None:
        self._changed: dict[int, object] = {}
        self._classes: dict[type, type] = {}
        self._containers: dict[type, Any] = {
            kind: _container(kind, base)
            for kind, base in ((list, list), (dict, dict), (set, set), (deque, deque))
        }
        self._containers[History] = _container(History, list)

    def __bool__(self) -> bool:
        return bool(self._changed)

    def note(self, item: object) -> None:
        """Note that an object is about to change."""
        self._changed[id(item)] = item

    def pending(self) -> list[object]:
        """What has changed."""
        return list(self._changed.values())

    def taken(self) -> None:
        """Begin anew: all that was pending is kept."""
        self._changed.clear()

    def observe(self, item: object) -> None:
        """Note an object from now on whenever it, or one of its containers, changes."""
        kind = kept_class(type(item))
        if type(item) is kind:
            item.__class__ = self._observed(kind)
        for name in _container_fields(kind):
            value = getattr(item, name)
            owned = self._owned(value, item)
            if owned is not value:
                object.__setattr__(item, name, owned)

    def _owned(self, value: Any, owner: object) -> Any:
        """A container that tells of its owner; anything else as it is."""
        kind = type(value)
        if kind in self._containers:
            value = self._containers[kind](value, self, owner)
        elif hasattr(kind, "owners"):
            if all(one is not owner for one in value.owners):
                value.owners = (*value.owners, owner)
        else:
            return value
        if isinstance(value, dict):
            for key, held in value.items():
                if type(held) in self._containers:
                    dict.__setitem__(value, key, self._owned(held, owner))
        elif isinstance(value, list):
            for place, held in enumerate(value):
                if type(held) in self._containers:
                    list.__setitem__(value, place, self._owned(held, owner))
        return value

    def _observed(self, kind: type) -> type:
        made = self._classes.get(kind)
        if made is None:
            changed = self._changed
            plain_set: Any = kind.__setattr__

            def set_attribute(item: object, name: str, value: object) -> None:
                changed[id(item)] = item
                plain_set(item, name, value)

            made = self._classes[kind] = type(
                kind.__name__,
                (kind,),
                {
                    "__slots__": (),
                    "__setattr__": set_attribute,
                    "__module__": kind.__module__,
                    "__doc__": kind.__doc__,
                    "kept_as": kind,
                },
            )
        return made


@by_class
def _container_fields(kind: type) -> tuple[str, ...]:
    """Fields that may hold a container that can change."""
    frozen = ("int", "str", "bool", "float", "tuple", "frozenset")
    return tuple(
        field.name
        for field in fields_of(kind)
        if not str(field.type).split(" |")[0].startswith(frozen)
    )


def _noting(kind: type, name: str) -> Callable[..., Any]:
    plain = getattr(kind, name)

    def change(self: Any, *arguments: Any, **named: Any) -> Any:
        for owner in self.owners:
            self.changes.note(owner)
        return plain(self, *arguments, **named)

    return functools.wraps(plain)(change)


def _container(kind: type, base: type) -> type:
    def begin(self: Any, value: Any, changes: Changes, owner: object) -> None:
        self.changes, self.owners = changes, (owner,)
        if base is deque:
            kind.__init__(self, value, value.maxlen)  # type: ignore[misc]
        else:
            kind.__init__(self, value)  # type: ignore[misc]

    def reduce(self: Any, _: int) -> Any:
        return (kind, (list(self), self.maxlen) if base is deque else (base(self),))

    members: dict[str, Any] = {name: _noting(kind, name) for name in _MUTATORS[base]}
    members |= {"__slots__": ("changes", "owners"), "__init__": begin, "kept_as": kind}
    members["__reduce_ex__"] = reduce  # a copy is nobody's
    return type(kind.__name__, (kind,), members)
