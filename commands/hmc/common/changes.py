"""Changes of configuration: all of a command's records, or none.

A command reads and checks its records one by one and changes the model as it goes, within one
step of the event loop. What it changes passes through `Changes`, which puts everything back if a
later record is refused; a refused command therefore leaves every listing as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable
from types import TracebackType
from typing import Any

from hmcsh.commands.hmc.common.core import Call, lpar_id

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.language.values import Reads
from hmcsh.model import rules
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition


class Changes:
    """What has been set so far; as a context manager it undoes all of it on an exception."""

    def __init__(self) -> None:
        self._undo: list[tuple[object, str, Any]] = []

    def set(self, target: object, field: str, value: Any) -> None:
        """Set a field. Containers are replaced, never changed in place."""
        self._undo.append((target, field, getattr(target, field)))
        setattr(target, field, value)

    def __enter__(self) -> Changes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            for target, field, value in reversed(self._undo):
                setattr(target, field, value)


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A system or partition whose fields a record sets."""

    item: Any
    changes: Changes

    def set(self, field: str, value: Any) -> None:
        """Set a field of the item."""
        self.changes.set(self.item, field, value)


Writer = Callable[[Any, Setting], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Settable(Attribute):
    """An attribute with the way in which a change of it enters the model.

    `write` takes what is being changed (a `Target`, or the draft of a profile) and the setting;
    it raises HmcError to refuse.
    """

    write: Writer | None = None


def sets(field: str) -> Writer:
    """Write the value into one field of the item."""

    def write(target: Target, setting: Setting) -> None:
        target.set(field, setting.value)

    return write


def apply(settings: dict[str, Setting], table: Table, level: Level, target: Any) -> None:
    """Write settings in the order of the table, whatever the order of the record."""
    for attribute in _given(settings, table, level):
        if isinstance(attribute, Settable) and attribute.write:
            attribute.write(target, settings[attribute.name])


def require_concern(settings: dict[str, Setting], table: Table, level: Level, item: object) -> None:
    """Refuse settings of attributes that the object, as it is now, does not have."""
    for attribute in _given(settings, table, level):
        if not attribute.concerns(item):
            raise HmcError("invalid_attribute", name=attribute.name)


def _given(settings: dict[str, Setting], table: Table, level: Level) -> list[Attribute]:
    return [a for a in table.select(level).attributes if a.name in settings]


def split_identity(
    record: Iterable[Assignment], names: Collection[str]
) -> tuple[dict[str, str], list[Assignment]]:
    """Part the assignments that say which object is meant from those that change it.

    Raises HmcError for `+=` or `-=` on a name that identifies, for one that is empty, and for an
    unquoted list (field notes, V10R3).
    """
    identity: dict[str, str] = {}
    others: list[Assignment] = []
    for assignment in record:
        if assignment.name not in names:
            others.append(assignment)
            continue
        if assignment.operator != "=":
            operator = assignment.operator.removesuffix("=")
            raise HmcError("invalid_attribute", name=assignment.name + operator)
        if assignment.bare:
            raise HmcError("bad_configuration_data")
        if not assignment.value:
            raise HmcError("invalid_attribute_value", name=assignment.name, value="")
        identity[assignment.name] = assignment.value
    return identity, others


def named_partition(call: Call, frame: Frame, identity: dict[str, str], name: str) -> Partition:
    """The partition that a record names by `name` (the attribute of that name) or by ID.

    Raises HmcError HSCL8012, HSCL8011, or if it is named by neither or by both.
    """
    if name in identity and "lpar_id" in identity:
        raise HmcError("exclusive_attributes", names=[name, "lpar_id"])
    if name in identity:
        return call.find(frame, name=identity[name])
    if "lpar_id" in identity:
        return call.find(frame, lpar_id=lpar_id(identity["lpar_id"]))
    raise HmcError("missing_attribute", names=[name, "lpar_id"])


# -- values -----------------------------------------------------------------------------------


def valid_name(text: str) -> str:
    """Read a name for a system or a partition. Raises HmcError for one that is not valid."""
    rules.check_name(text)
    return text


def valid_profile_name(text: str) -> str:
    """Read a name for a profile. Raises HmcError for one that is not valid."""
    rules.check_name(text, slash=True)
    return text


def valid_description(text: str) -> str:
    """Read a description. Raises HmcError HSCLC63B for one that is not printable ASCII."""
    if not (text.isascii() and text.isprintable()):
        raise HmcError("invalid_description")
    return text


_WRONG_NAMES = ("", "x" * (rules.MAXIMUM_NAME + 1), "a*b", "a ")
NAME = Reads(valid_name, ("renamed", "Web, 2"), (*_WRONG_NAMES, "a/b"))
PROFILE_NAME = Reads(valid_profile_name, ("renamed", "a/b"), (*_WRONG_NAMES, "/a"))
DESCRIPTION = Reads(valid_description, ("", "for the shop"), ("caf\u00e9", "a\tb"))
