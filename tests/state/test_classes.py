"""Every class that the model can hold can be kept: one that cannot is told by its field."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import datetime
import enum
import importlib
import pkgutil
import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest

import hmcsh
from hmcsh.migration.run import Run, Step
from hmcsh.model import device_kinds
from hmcsh.model.filetree import File
from hmcsh.state import kinds
from hmcsh.state.codec import Decoder, Encoder, Row
from hmcsh.state.keeper import World
from hmcsh.state.kinds import StateError, fields_of, name_of

PLAIN = {str, int, float, bool, type(None), datetime.datetime, Any, object}
CONTAINERS = {list, tuple, dict, set, frozenset, collections.deque, collections.abc.Mapping}


def every_name() -> dict[str, Any]:
    """Names that stand in annotations, also those that are imported for type checking alone."""
    names: dict[str, Any] = {}
    for package in ("runtime", "language", "hypervisor", "model", "migration"):
        path = [f"{hmcsh.__path__[0]}/{package}"]
        for module in pkgutil.iter_modules(path, f"hmcsh.{package}."):
            found = vars(importlib.import_module(module.name))
            names.update((k, v) for k, v in found.items() if not k.startswith("__"))
    return names


NAMES = every_name()


def hints(kind: type) -> dict[str, Any]:
    own = vars(importlib.import_module(kind.__module__))
    return typing.get_type_hints(kind, globalns={**NAMES, **own}, localns={})


def parts(hint: Any) -> Iterator[Any]:
    """The classes that an annotation names."""
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return
    if origin is None:
        yield hint
        return
    if origin not in (typing.Union, types.UnionType):
        yield origin
    for argument in typing.get_args(hint):
        if argument is not ...:
            yield from parts(argument)


def reasons(root: type) -> Iterator[str]:
    """What cannot be kept of all that a class leads to."""
    waiting, seen = [root], {root}
    while waiting:
        kind = waiting.pop()
        annotated = hints(kind)
        names = (
            [field.name for field in fields_of(kind)]
            if dataclasses.is_dataclass(kind)
            else list(annotated)
        )
        for name in names:
            for found in parts(annotated[name]):
                if found in PLAIN | CONTAINERS | set(kinds.GIVEN) | {Step} or found in seen:
                    continue
                if isinstance(found, type) and kinds.is_passing(found):
                    continue
                seen.add(found)
                if isinstance(found, type) and issubclass(found, enum.Enum):
                    name_of(found)
                elif isinstance(found, type) and (kinds.is_object(found) or kinds.is_value(found)):
                    name_of(found)
                    waiting.append(found)
                elif not (isinstance(found, type) and issubclass(found, list)):
                    yield f"{kind.__module__}.{kind.__name__}.{name}: {found}"


@pytest.mark.parametrize("root", [World, Run], ids=lambda root: root.__name__)
def test_every_class_that_is_reached_can_be_kept(root: type) -> None:
    assert not list(reasons(root)), "give it a type that can be kept, or enter a special case"


@dataclasses.dataclass
class Foreign:
    """A class outside of the packages that are kept."""


@pytest.mark.parametrize(
    "value", [Foreign(), object(), lambda: 0, 1j, ValueError("no")], ids=lambda v: type(v).__name__
)
def test_what_cannot_be_kept_is_refused(value: object) -> None:
    with pytest.raises(StateError, match="cannot be kept"):
        list(Encoder().rows(Box(value)))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("subprocess.Popen", "nothing is known"),
        ("model.partition.os", "nothing is known"),
        ("model.partition.capabilities", "nothing is known"),
        ("model.partition.Gone", "nothing is known"),
        ("model.gone.Partition", "nothing is known"),
        ("model.index.Index", "cannot be kept"),
        ("model.resources.Amount", "not the class of an object"),
        ("model.device_kinds.DeviceKind", "not the class of an object"),
    ],
)
def test_rows_make_nothing_but_objects_of_the_model(name: str, reason: str) -> None:
    with pytest.raises(StateError, match=reason):
        Decoder({}).decode([Row(1, name, b"{}")], 1)


@dataclasses.dataclass(eq=False)
class Box:
    """An object that may hold anything; it stands in a module of the packages that are kept."""

    held: Any


Box.__module__, Box.__qualname__ = "hmcsh.state.box", "Box"


@pytest.fixture(autouse=True)
def box_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("hmcsh.state.box")
    vars(module).update(Box=Box, Any=Any)
    monkeypatch.setitem(sys.modules, module.__name__, module)


def box(held: str) -> Row:
    return Row(1, "state.box.Box", b'{"held":%s}' % held.encode())


@pytest.mark.parametrize("name", ["SEA", "DISK_FC"])
def test_a_constant_is_the_same_one_again(name: str) -> None:
    kind = getattr(device_kinds, name)
    rows = list(Encoder().rows(Box(kind)))
    assert Decoder({}).decode(rows, 1)[1].held is kind  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["annotations", "GONE", "Attribute", "YES_NO"])
def test_what_is_no_constant_is_refused(name: str) -> None:
    with pytest.raises(StateError, match="there is no constant"):
        Decoder({}).decode([box(f'{{"!const":["model.device_kinds.DeviceKind","{name}"]}}')], 1)
    kind = dataclasses.replace(device_kinds.SEA)
    with pytest.raises(StateError, match="no constant of"):
        list(Encoder().rows(Box(kind)))


@pytest.mark.parametrize("text", ["\udcff\x00\n", "\ud800", "grün 𝄞 \x1b[2J", '"\\'], ids=ascii)
def test_files_may_hold_any_bytes(text: str) -> None:
    """Bytes that are no text travel as surrogates, which UTF-8 cannot hold."""
    made = File(0o644, "root", "system", datetime.datetime(2007, 4, 3), [text], len(text))
    rows = list(Encoder().rows(Box(made)))
    again = Decoder({}).decode(rows, 1)[1].held  # type: ignore[attr-defined]
    assert (again.text, again.changed) == (text, made.changed)
