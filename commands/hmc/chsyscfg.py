"""chsyscfg: change managed systems and frames, partitions and profiles (SG24-7460 5.6.3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.hmc.attributes.frame import FRAME_INPUT
from hmcsh.commands.hmc.attributes.lpar import LPAR_INPUT
from hmcsh.commands.hmc.attributes.prof import PROFILE_INPUT
from hmcsh.commands.hmc.attributes.sys import SYSTEM_INPUT
from hmcsh.commands.hmc.attributes.sysprof import SYSTEM_PROFILE_INPUT
from hmcsh.commands.hmc.common.changes import (
    Changes,
    Target,
    apply,
    named_partition,
    require_concern,
    split_identity,
)
from hmcsh.commands.hmc.common.core import Call, Command, Lines, by_resource
from hmcsh.commands.hmc.common.drafts import ProfileRow, change_profile
from hmcsh.commands.hmc.common.options import DATA, FILE, FORCE, PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.system_profiles import change_system_profile
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import V7R7_9, Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.model import power
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import PartitionState

MANUAL = "manual page of chsyscfg, V9; at V7R3.2 recalled"

# Consoles of later levels know no managed frames any more (capture, V10R1).
_FRAMES = Span(until=Level.parse("V10R1"))
# With sync_curr_profile, whose suspension ends when a profile is applied (inferred).
_APPLY = Span(since=V7R7_9)
_FORCE = Span(since=Level.parse("V8R8.1"))

DECLARATION = Declaration(
    "chsyscfg",
    "Changes attributes of managed systems, managed frames, partitions, partition profiles and "
    "system profiles.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to change:",
            choices=("lpar", "prof", "sys", "sysprof", "frame"),
            choice_help=(
                "partitions",
                "partition profiles",
                "the managed system",
                "system profiles",
                "a managed frame",
            ),
            source=MANUAL,
        ),
        SYSTEM,
        Option("-e", "frame", "required", "managed frame", "the managed frame", span=_FRAMES),
        FILE,
        DATA,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("apply",),
            choice_help=("gives a partition what a profile says, without starting it",),
            span=_APPLY,
            source=MANUAL,
        ),
        dataclasses.replace(PARTITION, span=_APPLY),
        dataclasses.replace(PARTITION_ID, span=_APPLY),
        Option(
            "-n",
            "profile",
            "required",
            "profile name",
            "the profile to apply",
            "profile",
            span=_APPLY,
        ),
        dataclasses.replace(FORCE, span=_FORCE),
    ),
    (
        Form(
            {"-r": ("lpar", "prof", "sys", "sysprof")},
            ("-m",),
            ("--force",),
            one_of=(("-f", "-i"),),
        ),
        Form({"-r": ("frame",)}, ("-e",), one_of=(("-f", "-i"),), span=_FRAMES),
        Form(
            {"-r": ("lpar",), "-o": ("apply",)},
            ("-m", "-n"),
            one_of=(("-p", "--id"),),
            span=_APPLY,
        ),
    ),
    notes=(
        "All records of a file are applied, or none.",
        "A partition is selected by name or lpar_id; a profile by name, and by lpar_name or "
        "lpar_id of its partition. Lists of a profile may be amended with += and -=.",
        "A system profile is selected by name; lpar_names or lpar_ids and profile_names go "
        "together, also with += and -=.",
        "A profile is applied to a partition that is Not Activated.",
        "--force changes nothing: what it would force is not refused.",
    ),
    examples=(
        "chsyscfg -r sys -m mySystem -i power_off_policy=0",
        "chsyscfg -r lpar -m mySystem -i name=myVIOS,msp=1",
        'chsyscfg -r prof -m mySystem -i "name=default,lpar_name=myVIOS,virtual_vasi_adapters=5"',
        'chsyscfg -r prof -m mySystem -i "name=default,lpar_id=3,virtual_eth_adapters+=5/0/1//0/0"',
    ),
    source=MANUAL,
)

Record = list[Assignment]


def _apply(record: Record, table: Table, level: Level, target: Target) -> None:
    settings = table.read_input(record, level)
    require_concern(settings, table, level, target.item)
    apply(settings, table, level, target)


def _change_system(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    _apply(record, SYSTEM_INPUT, call.level, Target(frame, changes))


def _change_partition(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    identity, others = split_identity(record, ("name", "lpar_id"))
    partition = named_partition(call, frame, identity, "name")
    partition.require_unlocked()
    _apply(others, LPAR_INPUT, call.level, Target(partition, changes))


def _change_profile(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    identity, others = split_identity(record, ("name", "lpar_name", "lpar_id"))
    if "name" not in identity:
        raise HmcError("missing_attribute", names=["name"])
    partition = named_partition(call, frame, identity, "lpar_name")
    partition.require_unlocked()
    profile = partition.profile(identity["name"])
    settings = PROFILE_INPUT.read_input(others, call.level)
    change_profile(ProfileRow(partition, profile), settings, PROFILE_INPUT, call.level, changes)


_CHANGES: dict[str, Callable[[Call, Frame, Record, Changes], None]] = {
    "sys": _change_system,
    "lpar": _change_partition,
    "prof": _change_profile,
    "sysprof": change_system_profile,
}


def _apply_profile(partition: Partition, name: str) -> None:
    """Give a partition that is off what a profile says. Raises HmcError as an activation does."""
    partition.require_unlocked()
    partition.frame.require_operating()
    profile = partition.profile(name)
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("wrong_state")
    power.assign(partition, profile)


async def run(call: Call) -> Lines:
    """Apply every record, or none of them."""
    resource = call.parsed.required("resource")
    if call.given("operation"):
        _apply_profile(call.partition(call.system()), call.parsed.required("profile"))
        return ()
    if resource == "frame":
        managed = call.managed_frame(call.parsed.required("frame"))
        records = await call.records()
        with Changes() as changes:
            for record in records:
                _apply(record, FRAME_INPUT, call.level, Target(managed, changes))
        return ()
    frame = call.system()
    records = await call.records()
    with Changes() as changes:
        for record in records:
            _CHANGES[resource](call, frame, record, changes)
    return ()


_TASKS = {
    "sys": Task.CHANGE_SYSTEM,
    "frame": Task.CHANGE_FRAME,
    "lpar": Task.CHANGE_PARTITION,
    "prof": Task.CHANGE_PROFILE,
    "sysprof": Task.CHANGE_SYSTEM_PROFILE,
}


COMMAND = Command(
    DECLARATION,
    run,
    {
        "sys": SYSTEM_INPUT,
        "lpar": LPAR_INPUT,
        "prof": PROFILE_INPUT,
        "sysprof": SYSTEM_PROFILE_INPUT,
        "frame": FRAME_INPUT,
    },
    task=by_resource(_TASKS),
)
