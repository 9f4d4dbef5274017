"""chsyscfg: change managed systems, partitions and partition profiles (SG24-7460 5.6.3)."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.attributes.lpar import LPAR_INPUT
from hmcsh.commands.attributes.prof import PROFILE_INPUT
from hmcsh.commands.attributes.sys import SYSTEM_INPUT
from hmcsh.commands.common.changes import Changes, Target, apply, split_identity
from hmcsh.commands.common.core import Call, Command, Lines, lpar_id
from hmcsh.commands.common.drafts import ProfileRow, change_profile
from hmcsh.commands.common.options import DATA, FILE, SYSTEM
from hmcsh.commands.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.language.options import Parsed
from hmcsh.language.records import Assignment
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

MANUAL = "manual page of chsyscfg, V9; at V7R3.2 recalled"

DECLARATION = Declaration(
    "chsyscfg",
    "Changes attributes of managed systems, partitions and partition profiles.",
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
        Option("-e", "frame", "required", "managed frame", "the managed frame"),
        FILE,
        DATA,
    ),
    (
        Form({"-r": ("lpar", "prof", "sys", "sysprof")}, ("-m",), one_of=(("-f", "-i"),)),
        Form({"-r": ("frame",)}, ("-e",), one_of=(("-f", "-i"),)),
    ),
    notes=(
        "All records of a file are applied, or none.",
        "A partition is selected by name or lpar_id; a profile by name, and by lpar_name or "
        "lpar_id of its partition. Lists of a profile may be amended with += and -=.",
        "System profiles are not emulated; there are no managed frames.",
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


def _partition(call: Call, frame: Frame, identity: dict[str, str], name: str) -> Partition:
    """The partition that a record names by `name` (the attribute of that name) or by ID."""
    if name in identity and "lpar_id" in identity:
        raise HmcError("exclusive_attributes", names=[name, "lpar_id"])
    if name in identity:
        return call.find(frame, name=identity[name])
    if "lpar_id" in identity:
        return call.find(frame, lpar_id=lpar_id(identity["lpar_id"]))
    raise HmcError("missing_attribute", names=[name, "lpar_id"])


def _change_system(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    settings = SYSTEM_INPUT.read_input(record, call.level)
    apply(settings, SYSTEM_INPUT, call.level, Target(frame, changes))


def _change_partition(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    identity, others = split_identity(record, ("name", "lpar_id"))
    partition = _partition(call, frame, identity, "name")
    partition.require_unlocked()
    settings = LPAR_INPUT.read_input(others, call.level)
    apply(settings, LPAR_INPUT, call.level, Target(partition, changes))


def _change_profile(call: Call, frame: Frame, record: Record, changes: Changes) -> None:
    identity, others = split_identity(record, ("name", "lpar_name", "lpar_id"))
    if "name" not in identity:
        raise HmcError("missing_attribute", names=["name"])
    partition = _partition(call, frame, identity, "lpar_name")
    partition.require_unlocked()
    profile = partition.profile(identity["name"])
    settings = PROFILE_INPUT.read_input(others, call.level)
    change_profile(ProfileRow(partition, profile), settings, PROFILE_INPUT, call.level, changes)


_CHANGES: dict[str, Callable[[Call, Frame, Record, Changes], None]] = {
    "sys": _change_system,
    "lpar": _change_partition,
    "prof": _change_profile,
}


async def run(call: Call) -> Lines:
    """Apply every record, or none of them."""
    resource = call.parsed.required("resource")
    if resource == "frame":
        raise HmcError("frame_not_found", name=call.text("frame"))
    frame = call.system()
    change = _CHANGES.get(resource)
    if change is None:
        raise HmcError("not_emulated", what=f"The resource type {resource}")
    records = await call.records()
    with Changes() as changes:
        for record in records:
            change(call, frame, record, changes)
    return ()


_TASKS = {
    "sys": Task.CHANGE_SYSTEM,
    "frame": Task.CHANGE_SYSTEM,
    "lpar": Task.CHANGE_PARTITION,
    "prof": Task.CHANGE_PROFILE,
    "sysprof": Task.CHANGE_SYSTEM_PROFILE,
}


def _task(parsed: Parsed) -> Task:
    return _TASKS[parsed.required("resource")]


COMMAND = Command(
    DECLARATION,
    run,
    {"sys": SYSTEM_INPUT, "lpar": LPAR_INPUT, "prof": PROFILE_INPUT},
    task=_task,
)
