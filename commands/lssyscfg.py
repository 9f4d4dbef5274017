"""lssyscfg: managed systems, partitions and partition profiles (SG24-7460 5.6.3)."""

from __future__ import annotations

from hmcsh.commands.attributes.lpar import LPAR_TABLE
from hmcsh.commands.attributes.prof import PROFILE_TABLE
from hmcsh.commands.attributes.sys import SYSTEM_TABLE
from hmcsh.commands.attributes.sysprof import SYSTEM_PROFILE_TABLE, SystemProfileRow
from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.drafts import ProfileRow
from hmcsh.commands.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, render
from hmcsh.model.frame import Frame

MANUAL = "manual page of lssyscfg, V5"

# Consoles of later levels know no managed frames any more (capture, V10R1).
_FRAMES = Span(until=Level.parse("V10R1"))

DECLARATION = Declaration(
    "lssyscfg",
    "Lists managed systems, partitions, profiles, and their attributes.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to list:",
            choices=("lpar", "prof", "sys", "sysprof", "cage", "frame"),
            choice_help=(
                "partitions",
                "partition profiles",
                "managed systems",
                "system profiles",
                "cages of a managed frame",
                "managed frames",
            ),
            source=MANUAL,
        ),
        SYSTEM,
        Option("-e", "frame", "required", "managed frame", "the managed frame", span=_FRAMES),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("sys",)}, (), ("-m", "-F", "--header")),
        Form({"-r": ("lpar", "prof", "sysprof")}, ("-m",), LISTING),
        Form({"-r": ("frame",)}, (), ("-e", "-F", "--header"), span=_FRAMES),
        Form({"-r": ("cage",)}, ("-e",), ("-F", "--header"), span=_FRAMES),
    ),
    notes=(
        "Cages are not emulated; there are no managed frames.",
        "Filters of lpar: lpar_names or lpar_ids, work_groups; of prof: lpar_names or lpar_ids, "
        "profile_names; of sysprof: profile_names.",
    ),
    examples=(
        "lssyscfg -r sys -F name,type_model,serial_num,state",
        "lssyscfg -r lpar -m mySystem --filter lpar_names=myLPAR -F name,state --header",
        "lssyscfg -r prof -m mySystem --filter lpar_ids=3,profile_names=default",
    ),
    source=MANUAL,
)

PARTITION_FILTERS = ("lpar_names", "lpar_ids")
LPAR_FILTERS = (*PARTITION_FILTERS, "work_groups")
PROFILE_FILTERS = (*PARTITION_FILTERS, "profile_names")


def _systems(call: Call) -> Lines:
    frames = [call.system()] if call.given("system") else call.systems()
    return call.listing(SYSTEM_TABLE, frames)


def _partitions(call: Call, frame: Frame) -> Lines:
    filters = call.filters(LPAR_FILTERS, (PARTITION_FILTERS,))
    groups = filters.get("work_groups")
    found = [
        partition
        for partition in call.partitions(frame, filters)
        if groups is None or str(partition.work_group_id) in groups
    ]
    return call.listing(LPAR_TABLE, found)


def _profiles(call: Call, frame: Frame) -> Lines:
    filters = call.filters(PROFILE_FILTERS, (PARTITION_FILTERS,))
    names = filters.get("profile_names")
    rows = [
        ProfileRow(partition, profile)
        for partition in call.partitions(frame, filters)
        for profile in partition.profiles.values()
        if names is None or profile.name in names
    ]
    return call.listing(PROFILE_TABLE, rows)


def _system_profiles(call: Call, frame: Frame) -> Lines:
    names = call.filters(("profile_names",)).get("profile_names")
    rows = [
        SystemProfileRow(frame, name)
        for name in frame.system_profiles
        if names is None or name in names
    ]
    return call.listing(SYSTEM_PROFILE_TABLE, rows)


def _frames(call: Call) -> Lines:
    name = call.text("frame")
    if name is not None:
        raise HmcError("frame_not_found", name=name)
    return [render("no_results")]


_TASKS = {
    "sys": Task.LIST_SYSTEM,
    "lpar": Task.LIST_PARTITION,
    "prof": Task.LIST_PROFILE,
    "sysprof": Task.LIST_SYSTEM_PROFILE,
    "frame": Task.LIST_FRAME,
    "cage": Task.LIST_FRAME,
}


async def run(call: Call) -> Lines:
    """List what `-r` asks for."""
    resource = call.text("resource")
    if resource == "sys":
        return _systems(call)
    if resource in ("frame", "cage"):
        return _frames(call)
    frame = call.system()
    if resource == "sysprof":
        return _system_profiles(call, frame)
    return _partitions(call, frame) if resource == "lpar" else _profiles(call, frame)


COMMAND = Command(
    DECLARATION,
    run,
    {
        "sys": SYSTEM_TABLE,
        "lpar": LPAR_TABLE,
        "prof": PROFILE_TABLE,
        "sysprof": SYSTEM_PROFILE_TABLE,
    },
    (*PARTITION_FILTERS, "work_groups", "profile_names"),
    task=lambda parsed: _TASKS[parsed.required("resource")],
)
