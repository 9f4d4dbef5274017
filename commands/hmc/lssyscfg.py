"""lssyscfg: managed systems and frames, partitions and profiles (SG24-7460 5.6.3)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.frame import CAGE_TABLE, FRAME_TABLE
from hmcsh.commands.hmc.attributes.lpar import LPAR_TABLE
from hmcsh.commands.hmc.attributes.prof import PROFILE_TABLE
from hmcsh.commands.hmc.attributes.sys import SYSTEM_TABLE
from hmcsh.commands.hmc.attributes.sysprof import SYSTEM_PROFILE_TABLE, SystemProfileRow
from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.drafts import ProfileRow
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.model.configuration import LAST_VALID, snapshot
from hmcsh.model.frame import Frame

MANUAL = "manual page of lssyscfg, V5 and V8"

# Consoles of later levels know no managed frames any more (capture, V10R1).
_FRAMES = Span(until=Level.parse("V10R1"))
_REFRESH = Span(since=Level.parse("V7R3.5"))  # its level recalled
_LAST_VALID = Span(since=Level.parse("V8R8.1"))

DECLARATION = Declaration(
    "lssyscfg",
    "Lists managed systems and frames, partitions and profiles, and their attributes.",
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
        Option(
            "--osrefresh",
            "refresh",
            help="asks partitions for the level of their operating system first",
            span=_REFRESH,
            source=MANUAL,
        ),
        Option(
            "--lastvalidcfg",
            "last_valid",
            help="lists the last valid configuration of partitions, too",
            span=_LAST_VALID,
            source=MANUAL,
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("sys",)}, (), ("-m", "-F", "--header")),
        Form({"-r": ("lpar",)}, ("-m",), ("--osrefresh", *LISTING)),
        Form({"-r": ("prof",)}, ("-m",), ("--lastvalidcfg", *LISTING)),
        Form({"-r": ("sysprof",)}, ("-m",), LISTING),
        Form({"-r": ("frame",)}, (), ("-e", "-F", "--header"), span=_FRAMES),
        Form({"-r": ("cage",)}, ("-e",), ("-F", "--header"), span=_FRAMES),
    ),
    notes=(
        "Managed frames are listed up to V8; from V10 on they are no type of resource.",
        "What partitions run is always up to date: --osrefresh has nothing to refresh.",
        f"The last valid configuration is listed as a profile named {LAST_VALID}.",
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
    found: list[ProfileRow] = []
    for partition in call.partitions(frame, filters):
        found += [ProfileRow(partition, profile) for profile in partition.profiles.values()]
        last = snapshot(partition, LAST_VALID) if call.given("last_valid") else None
        if last is not None:
            found.append(ProfileRow(partition, last))
    rows = [row for row in found if names is None or row.profile.name in names]
    return call.listing(PROFILE_TABLE, rows)


def _system_profiles(call: Call, frame: Frame) -> Lines:
    names = call.filters(("profile_names",)).get("profile_names")
    rows = [
        SystemProfileRow(frame, name)
        for name in frame.system_profiles
        if names is None or name in names
    ]
    return call.listing(SYSTEM_PROFILE_TABLE, rows)


def _frames(call: Call, resource: str) -> Lines:
    name = call.text("frame")
    frames = call.managed_frames if name is None else [call.managed_frame(name)]
    if resource == "frame":
        return call.listing(FRAME_TABLE, frames)
    return call.listing(CAGE_TABLE, [cage for frame in frames for cage in frame.cages])


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
    resource = call.parsed.required("resource")
    if resource == "sys":
        return _systems(call)
    if resource in ("frame", "cage"):
        return _frames(call, resource)
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
        "frame": FRAME_TABLE,
        "cage": CAGE_TABLE,
    },
    (*PARTITION_FILTERS, "work_groups", "profile_names"),
    task=lambda parsed: _TASKS[parsed.required("resource")],
)
