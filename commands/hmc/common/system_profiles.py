"""System profiles: which partitions they name, and with which profiles."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.sysprof import SYSTEM_PROFILE_CREATION, SYSTEM_PROFILE_INPUT
from hmcsh.commands.hmc.common.changes import Changes, split_identity
from hmcsh.commands.hmc.common.core import Call, lpar_id
from hmcsh.commands.hmc.common.creation import Record, require_names

from hmcsh.language.attributes import Setting
from hmcsh.language.messages import HmcError
from hmcsh.model import rules
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

Members = dict[int, str]
Settings = dict[str, Setting]
_PARTITIONS = ("lpar_names", "lpar_ids")


def system_profile(frame: Frame, name: str) -> Members:
    """Find a system profile. Raises HmcError if there is none."""
    try:
        return frame.system_profiles[name]
    except KeyError:
        raise HmcError("system_profile_not_found", name=name) from None


def create_system_profile(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    """Add a system profile. Raises HmcError for the first thing that is wrong."""
    identity, others = split_identity(record, ("name",))
    require_names(identity, ("name",))
    name = identity["name"]
    rules.check_name(name, slash=True)
    if name in frame.system_profiles:
        raise HmcError("name_in_use", name=name)
    settings = SYSTEM_PROFILE_CREATION.read_input(others, call.level)
    members = _members(frame, {}, settings, name)
    if not members:
        raise HmcError("missing_attribute", names=[*_PARTITIONS, "profile_names"])
    changes.set(frame, "system_profiles", {**frame.system_profiles, name: members})


def change_system_profile(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    """Rename a system profile, or change whom it names. Raises HmcError."""
    identity, others = split_identity(record, ("name",))
    require_names(identity, ("name",))
    name = identity["name"]
    before = system_profile(frame, name)
    settings = SYSTEM_PROFILE_INPUT.read_input(others, call.level)
    new_name = settings["new_name"].value if "new_name" in settings else name
    if new_name != name and new_name in frame.system_profiles:
        raise HmcError("name_in_use", name=new_name)
    members = _members(frame, before, settings, name)
    changed = {
        new_name if title == name else title: members if title == name else listed
        for title, listed in frame.system_profiles.items()
    }
    changes.set(frame, "system_profiles", changed)


def _members(frame: Frame, before: Members, settings: Settings, name: str) -> Members:
    """The members after `=`, `+=` or `-=`. The lists are parallel, and change in the same way."""
    given = {key: settings[key] for key in (*_PARTITIONS, "profile_names") if key in settings}
    if not given:
        return before
    if all(key in given for key in _PARTITIONS):
        raise HmcError("exclusive_attributes", names=list(_PARTITIONS))
    missing = [key for key in _PARTITIONS if key not in given]
    if len(missing) == len(_PARTITIONS):
        raise HmcError("missing_attribute", names=missing)
    if "profile_names" not in given:
        raise HmcError("missing_attribute", names=["profile_names"])
    operators = {setting.operator for setting in given.values()}
    if len(operators) > 1:
        raise HmcError("bad_configuration_data")
    pairs = _pairs(frame, given)
    operator = operators.pop()
    if operator == "-=":
        return _without(before, pairs, name)
    found = dict(before) if operator == "+=" else {}
    for partition, profile in pairs:
        if partition.lpar_id in found:
            raise HmcError("repeated_member", name=partition.name)
        found[partition.lpar_id] = partition.profile(profile).name
    return found


def _pairs(frame: Frame, given: Settings) -> list[tuple[Partition, str]]:
    profiles = given["profile_names"].value
    key = next(key for key in _PARTITIONS if key in given)
    texts = given[key].value
    if len(texts) != len(profiles):
        raise HmcError("unequal_lists", names=[key, "profile_names"])
    found = [
        frame.partition(name=text)
        if key == "lpar_names"
        else frame.partition(lpar_id=lpar_id(text))
        for text in texts
    ]
    return list(zip(found, profiles, strict=True))


def _without(before: Members, pairs: list[tuple[Partition, str]], name: str) -> Members:
    found = dict(before)
    for partition, profile in pairs:
        if found.get(partition.lpar_id) != profile:
            raise HmcError("not_a_member", name=partition.name, profile=profile, sysprof=name)
        del found[partition.lpar_id]
    return found
