"""What `chhwres -a` gives: the attributes of a table, required ones, and lists that are amended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.attributes import Setting, Table
from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.language.records import parse_record


def settings(call: Call, table: Table, required: Iterable[str] = ()) -> dict[str, Setting]:
    """The attributes of `-a` by name.

    Raises HmcError for malformed data, an attribute that is unknown or cannot be set, a value
    that is not valid, and a required attribute that is missing.
    """
    record = parse_record(call.parsed.required("data"))
    found = table.read_input(record, call.level)
    require(found, required)
    return found


def require(given: Collection[str], names: Iterable[str]) -> None:
    """Check that attributes are given. Raises HmcError for those that are missing."""
    missing = [name for name in names if name not in given]
    if missing:
        raise HmcError("missing_attribute", names=missing)


def require_offered(table: Table, level: Level, given: Collection[str], row: object) -> None:
    """Refuse attributes that there are not where the object stands. Raises HmcError."""
    for attribute in table.select(level).attributes:
        if attribute.name in given and not attribute.offered(row):
            raise HmcError("invalid_attribute", name=attribute.name)


def values(given: dict[str, Setting]) -> dict[str, Any]:
    """The values of settings by name."""
    return {name: setting.value for name, setting in given.items()}


def amended(before: Any, setting: Setting, name: str) -> Any:
    """A list after `=`, `+=` or `-=`; it may also be a word such as `all`.

    Raises HmcError for an added element that is there, for a removed one that is not, and where a
    word is no list to add to or to take from.
    """
    value = setting.value
    if setting.operator == "=":
        return value
    adding = setting.operator == "+="
    if not isinstance(before, tuple) or not isinstance(value, tuple):
        raise HmcError("invalid_attribute_value", name=name, value=value)
    for element in value:
        if (element in before) is adding:
            raise HmcError("invalid_attribute_value", name=name, value=element)
    if adding:
        return (*before, *value)
    return tuple(element for element in before if element not in value)
