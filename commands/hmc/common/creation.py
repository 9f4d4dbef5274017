"""New partitions and profiles: what a record says of them, checked and made."""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.commands.hmc.attributes.lpar import LPAR_CREATION
from hmcsh.commands.hmc.attributes.prof import PROFILE_CREATION
from hmcsh.commands.hmc.common.changes import (
    Changes,
    Target,
    apply,
    named_partition,
    require_concern,
    split_identity,
)
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.drafts import ProfileRow, drafted, empty_profile

from hmcsh.language.attributes import Table
from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.model import rules
from hmcsh.model.configuration import adopt, snapshot
from hmcsh.model.creation import choose_id, new_partition
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Profile
from hmcsh.model.states import LparEnvironment

Record = list[Assignment]
_POOL = ["shared_proc_pool_id", "shared_proc_pool_name"]


def require_names(identity: dict[str, str], names: Iterable[str]) -> None:
    """Raise HmcError for attributes that a record must have and has not."""
    missing = [name for name in names if name not in identity]
    if missing:
        raise HmcError("missing_attribute", names=missing)


def _refuse_read_back(record: Record) -> None:
    """Refuse two things that a listing prints and a console does not take back.

    Scripts that make a partition of a listed profile leave out values that are `null`, and the ID
    of the processor pool beside its name.
    """
    for assignment in record:
        if assignment.value == "null":
            raise HmcError("invalid_attribute_value", name=assignment.name, value="null")
    if {assignment.name for assignment in record}.issuperset(_POOL):
        raise HmcError("exclusive_attributes", names=_POOL)


def _environment(text: str) -> LparEnvironment:
    try:
        return LparEnvironment(text)
    except ValueError:
        raise HmcError("invalid_attribute_value", name="lpar_env", value=text) from None


def _wanted_id(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text)):
        raise HmcError("invalid_attribute_value", name="lpar_id", value=text)
    return int(text)


def _of_table(record: Record, table: Table, level: Level) -> tuple[Record, Record]:
    """Part the assignments that a table knows from the others."""
    names = table.writable(level)
    return (
        [assignment for assignment in record if assignment.name in names],
        [assignment for assignment in record if assignment.name not in names],
    )


def create_partition(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    """Define a partition with its default profile; nothing is assigned to it yet.

    Raises HmcError for the first thing that is wrong.
    """
    frame.require_operating()
    level = call.level
    identity, others = split_identity(record, ("name", "lpar_id", "lpar_env", "profile_name"))
    require_names(identity, ("name", "profile_name", "lpar_env"))
    rules.check_name(identity["name"])
    rules.check_name(identity["profile_name"], slash=True)
    _refuse_read_back(others)
    lpar_id = choose_id(frame, _wanted_id(identity.get("lpar_id")))
    environment, profile_name = _environment(identity["lpar_env"]), identity["profile_name"]
    partition = new_partition(frame, lpar_id, identity["name"], environment, profile_name)
    # What is not known of partitions must be known of profiles; its parser refuses the rest.
    own, shaping = _of_table(others, LPAR_CREATION, level)
    row = ProfileRow(partition, empty_profile(profile_name))
    settings = PROFILE_CREATION.read_input(shaping, level)
    partition.profiles[profile_name] = drafted(row, settings, PROFILE_CREATION, level, changes)
    adopt(partition, partition.profiles[profile_name])
    own_settings = LPAR_CREATION.read_input(own, level)
    require_concern(own_settings, LPAR_CREATION, level, partition)
    apply(own_settings, LPAR_CREATION, level, Target(partition, changes))
    changes.set(frame, "partitions", {**frame.partitions, lpar_id: partition})
    changes.set(frame, "listing_order", [lpar_id, *frame.listing_order])
    changes.set(frame, "partitions_created", frame.partitions_created + 1)


def create_profile(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    """Add a profile to a partition. Raises HmcError for the first thing that is wrong."""
    identity, others = split_identity(record, ("name", "lpar_name", "lpar_id"))
    require_names(identity, ("name",))
    level = call.level
    partition = named_partition(call, frame, identity, "lpar_name")
    partition.require_unlocked()
    name = identity["name"]
    rules.check_name(name, slash=True)
    _refuse_read_back(others)
    if name in partition.profiles:
        raise HmcError("name_in_use", name=name)
    settings = PROFILE_CREATION.read_input(others, level)
    row = ProfileRow(partition, empty_profile(name))
    _add(partition, drafted(row, settings, PROFILE_CREATION, level, changes), changes)


def save_profile(partition: Partition, name: str, *, force: bool, changes: Changes) -> None:
    """Save what a partition has now as a profile, over an existing one only by force.

    Raises HmcError for a partition without present configuration, and for a name that is taken.
    """
    partition.require_unlocked()
    rules.check_name(name, slash=True)
    if name in partition.profiles and not force:
        raise HmcError("name_in_use", name=name)
    profile = snapshot(partition, name)
    if profile is None:
        raise HmcError("nothing_to_save", name=partition.name)
    _add(partition, profile, changes)


def _add(partition: Partition, profile: Profile, changes: Changes) -> None:
    changes.set(partition, "profiles", {**partition.profiles, profile.name: profile})
