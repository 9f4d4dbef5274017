"""Which classes can be kept, and how each is kept.

The rule has no list of classes. An **object** is a dataclass that can change: it has a number and
is kept once, whoever refers to it. A **value** is a frozen dataclass, an enumeration or a named
tuple: it is kept wherever it stands. Fields that a class makes for itself (`init=False`) are made
again and not kept. What is left are the special cases below.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import inspect
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from hmcsh.hypervisor.movers import Admission
from hmcsh.migration.faults import Faults
from hmcsh.migration.platform import Platform
from hmcsh.migration.run import Step
from hmcsh.migration.steps import STEPS
from hmcsh.model.device_kinds import DeviceKind
from hmcsh.model.states import MigrationKind
from hmcsh.runtime import Clock, Process

PACKAGES = ("hypervisor.", "language.", "migration.", "model.", "state.")
_ROOT = "hmcsh."

# There is one of each in a process: what refers to it gets the one of the process that reads.
GIVEN: dict[type, str] = {Clock: "clock"}

# They live as long as the process does: None stands in their place until migrations go on. (The
# transfer of a migration is a class that is loaded late: it is known by its name.)
PASSING: tuple[type, ...] = (Process, Admission, Platform, Faults)
PASSING_NAMES = frozenset({"StateTransfer"})

# Fields that hold functions of the process.
PASSING_FIELDS = frozenset(
    {
        ("model.console.Console", "when_down"),
        ("model.datacenter.Datacenter", "ledger"),
        ("model.datacenter.Datacenter", "log_in"),
        ("model.datacenter.Datacenter", "run_script"),
    }
)

# Values that are told apart by what they are, not by what they hold: constants of their modules.
CONSTANTS: tuple[type, ...] = (DeviceKind,)

CONTAINERS = (list, dict, set, deque)


class StateError(Exception):
    """Something cannot be kept, or what was kept cannot be read; the text is one line.

    `row` is the number of the row with which something is wrong, None if it is none alone.
    """

    def __init__(self, text: str, row: int | None = None) -> None:
        super().__init__(text)
        self.row = row


_T = TypeVar("_T")


def by_class(function: Callable[[Any], _T]) -> Callable[[Any], _T]:
    """Let a function of a class, or of its name, remember what it gave."""
    return functools.cache(function)


@by_class
def is_value(kind: type) -> bool:
    """Whether objects of a class are known by what they hold."""
    return (
        issubclass(kind, enum.Enum)
        or hasattr(kind, "_fields")
        or (dataclasses.is_dataclass(kind) and bool(_parameters(kind).frozen))
    )


@by_class
def is_object(kind: type) -> bool:
    """Whether objects of a class can change, so that each is kept once."""
    return dataclasses.is_dataclass(kind) and not _parameters(kind).frozen


@by_class
def is_passing(kind: type) -> bool:
    """Whether None stands in the place of what a class makes."""
    return issubclass(kind, PASSING) or kind.__name__ in PASSING_NAMES


def _parameters(kind: type) -> Any:
    return kind.__dataclass_params__  # type: ignore[attr-defined]


@by_class
def name_of(kind: type) -> str:
    """The name under which a class is kept: `model.partition.Partition`. Raises StateError."""
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix(_ROOT)
    if not name.startswith(PACKAGES) or "<" in name:
        raise StateError(f"objects of {kind.__module__}.{kind.__qualname__} cannot be kept")
    return name


@by_class
def class_of(name: str) -> type:
    """The class that is kept under a name. Raises StateError."""
    module, _, last = name.rpartition(".")
    found: object = None
    if f"{module}.".startswith(PACKAGES):
        try:
            found = getattr(importlib.import_module(_ROOT + module), last, None)
        except ImportError:
            found = None
    if not inspect.isclass(found) or found.__module__ != _ROOT + module:
        raise StateError(f"nothing is known of {name!r}")
    if not (is_value(found) or is_object(found) or issubclass(found, CONTAINERS)):
        raise StateError(f"objects of {name!r} cannot be kept")
    return found


@by_class
def fields_of(kind: type) -> tuple[dataclasses.Field[Any], ...]:
    """The fields of a dataclass that are kept."""
    name = name_of(kind)
    return tuple(
        field
        for field in dataclasses.fields(kind)
        if field.init and (name, field.name) not in PASSING_FIELDS
    )


def default_of(field: dataclasses.Field[Any]) -> Any:
    """What a field holds where nothing is kept of it. Raises StateError if it must be kept."""
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise StateError(f"{field.name!r} is missing")


def constant_name(value: object) -> list[str]:
    """Where a constant stands: the name of its class, its own. Raises StateError."""
    kind = type(value)
    for name, found in vars(inspect.getmodule(kind)).items():
        if found is value:
            return [name_of(kind), name]
    raise StateError(f"{value} is no constant of {kind.__module__}")


def constant_at(kind: str, name: str) -> object:
    """The constant that stands there. Raises StateError."""
    made = class_of(kind)
    found: object = getattr(inspect.getmodule(made), name, None)
    if made not in CONSTANTS or type(found) is not made:
        raise StateError(f"there is no constant {name!r} of {kind!r}")
    return found


def step_name(step: Step) -> list[str]:
    """Where a step of migrations stands: the kind of migration, its name."""
    for kind, steps in STEPS.items():
        if any(step is one for one in steps):
            return [kind.value, step.name]
    raise StateError(f"the step {step.name!r} is in no sequence")


def step_at(kind: str, name: str) -> Step:
    """The step that stands there. Raises StateError."""
    try:
        return next(step for step in STEPS[MigrationKind(kind)] if step.name == name)
    except (ValueError, StopIteration):
        raise StateError(f"there is no step {name!r} of {kind!r} migrations") from None
