"""mksyscfg: make partitions, partition profiles and system profiles."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.hmc.attributes.lpar import LPAR_CREATION
from hmcsh.commands.hmc.attributes.prof import PROFILE_CREATION
from hmcsh.commands.hmc.attributes.sysprof import SYSTEM_PROFILE_CREATION
from hmcsh.commands.hmc.common.changes import Changes
from hmcsh.commands.hmc.common.core import Call, Command, Lines, by_resource
from hmcsh.commands.hmc.common.creation import (
    Record,
    create_partition,
    create_profile,
    save_profile,
)
from hmcsh.commands.hmc.common.options import DATA, FILE, FORCE, PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.system_profiles import create_system_profile
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.model.frame import Frame

MANUAL = "manual page of mksyscfg, V10; its form -o save used by scripts of V7"

DECLARATION = Declaration(
    "mksyscfg",
    "Creates partitions, partition profiles and system profiles, and saves the current "
    "configuration of a partition as a profile.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to create:",
            choices=("lpar", "prof", "sysprof"),
            choice_help=("partitions", "partition profiles", "system profiles"),
            source=MANUAL,
        ),
        SYSTEM,
        FILE,
        DATA,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("save",),
            choice_help=("saves the current configuration as a profile",),
            source=MANUAL,
        ),
        PARTITION,
        PARTITION_ID,
        Option("-n", "profile", "required", "profile name", "the profile to save to", "profile"),
        FORCE,
    ),
    (
        Form({"-r": ("lpar", "prof", "sysprof")}, ("-m",), one_of=(("-f", "-i"),)),
        Form(
            {"-r": ("prof",), "-o": ("save",)},
            ("-m", "-n"),
            ("--force",),
            one_of=(("-p", "--id"),),
        ),
    ),
    notes=(
        "All records of a file are applied, or none.",
        "A partition is made with its default profile: name, profile_name and lpar_env are "
        "required, then what the profile gives; without lpar_id it gets the lowest free ID. "
        "Nothing is assigned to it before it is activated.",
        "A profile that lssyscfg lists makes the same partition when name becomes profile_name "
        "and lpar_name becomes name; values that are null are left out, and the ID of the "
        "processor pool beside its name.",
        "Without --force, -o save does not replace a profile.",
    ),
    examples=(
        'mksyscfg -r lpar -m mySystem -i "name=myLPAR,profile_name=default,lpar_env=aixlinux,'
        "min_mem=512,desired_mem=1024,max_mem=2048,proc_mode=shared,min_procs=1,desired_procs=1,"
        'max_procs=2,min_proc_units=0.1,desired_proc_units=0.2,max_proc_units=2.0"',
        'mksyscfg -r sysprof -m mySystem -i "name=evening,\\"lpar_names=myLPAR,myVIOS\\",'
        '\\"profile_names=default,default\\""',
        "mksyscfg -r prof -m mySystem -o save -p myLPAR -n default --force",
    ),
    source=MANUAL,
)

_CREATE: dict[str, Callable[[Call, Frame, Record, Changes], None]] = {
    "lpar": create_partition,
    "prof": create_profile,
    "sysprof": create_system_profile,
}


async def run(call: Call) -> Lines:
    """Make what every record says, or nothing."""
    frame = call.system()
    if call.given("operation"):
        name, force = call.parsed.required("profile"), call.given("force")
        with Changes() as changes:
            save_profile(call.partition(frame), name, force=force, changes=changes)
        return ()
    create = _CREATE[call.parsed.required("resource")]
    records = await call.records()
    with Changes() as changes:
        for record in records:
            create(call, frame, record, changes)
    return ()


_TASKS = {
    "lpar": Task.CREATE_PARTITION,
    "prof": Task.CREATE_PROFILE,
    "sysprof": Task.CREATE_SYSTEM_PROFILE,
}


COMMAND = Command(
    DECLARATION,
    run,
    {"lpar": LPAR_CREATION, "prof": PROFILE_CREATION, "sysprof": SYSTEM_PROFILE_CREATION},
    task=by_resource(_TASKS),
)
