"""rmsyscfg: remove partitions, partition profiles and system profiles."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, by_resource
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.system_profiles import system_profile
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.model.creation import remove_server_adapters, require_removable
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

MANUAL = "scripts that call it, V6 to V8; recalled"
_SINCE_VIOS_CLEANING = Span(since=Level.parse("V8R8.7"))

DECLARATION = Declaration(
    "rmsyscfg",
    "Removes a partition, a partition profile or a system profile.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resource to remove:",
            choices=("lpar", "prof", "sysprof"),
            choice_help=("a partition", "a partition profile", "a system profile"),
            source=MANUAL,
        ),
        SYSTEM,
        Option("-n", "name", "required", "resource name", "the name of what is removed"),
        PARTITION,
        PARTITION_ID,
        Option(
            "--vioscfg",
            "vioscfg",
            help="removes the server adapters of the partition and their devices, too",
            span=_SINCE_VIOS_CLEANING,
        ),
        Option(
            "--vdisks",
            "vdisks",
            help="removes the virtual disks of the partition, too; not emulated",
            aliases=("--vdisk",),  # IBM's automation for consoles calls it so
            span=_SINCE_VIOS_CLEANING,
        ),
    ),
    (
        Form({"-r": ("lpar",)}, ("-m",), ("--vioscfg",), one_of=(("-n", "--id"),)),
        Form(
            {"-r": ("lpar",), "--vdisks": ()},
            ("-m",),
            ("--vioscfg",),
            one_of=(("-n", "--id"),),
            span=_SINCE_VIOS_CLEANING,
            emulated=False,
        ),
        Form({"-r": ("prof",)}, ("-m", "-n"), one_of=(("-p", "--id"),)),
        Form({"-r": ("sysprof",)}, ("-m", "-n")),
    ),
    notes=(
        "A partition must be Not Activated, and neither migrate nor be the service partition. "
        "Its profiles go with it; server adapters that were made for it stay, without a name, "
        "unless --vioscfg is given.",
        "The default profile of a partition and the one that it runs with are kept.",
    ),
    examples=(
        "rmsyscfg -r lpar -m mySystem -n myLPAR",
        "rmsyscfg -r prof -m mySystem -n old -p myLPAR",
        "rmsyscfg -r sysprof -m mySystem -n evening",
    ),
    source=MANUAL,
)


def _remove_partition(call: Call, frame: Frame) -> None:
    name = call.text("name")
    if name is not None:
        partition = call.find(frame, name=name)
    else:
        partition = call.find(frame, lpar_id=int(call.parsed.required("lpar_id")))
    require_removable(partition)
    if call.given("vioscfg"):
        remove_server_adapters(partition)
    frame.remove(partition)


def _remove_profile(partition: Partition, name: str) -> None:
    partition.require_unlocked()
    partition.profile(name)
    if name == partition.default_profile:
        raise HmcError("default_profile_kept", name=name, lpar=partition.name)
    if name == partition.running_profile and partition.state.powered_on:
        raise HmcError("profile_active", name=name, lpar=partition.name)
    del partition.profiles[name]
    if name == partition.running_profile:
        partition.running_profile = ""
    for members in partition.frame.system_profiles.values():
        if members.get(partition.lpar_id) == name:
            del members[partition.lpar_id]


def _remove_system_profile(frame: Frame, name: str) -> None:
    system_profile(frame, name)
    del frame.system_profiles[name]


async def run(call: Call) -> Lines:
    """Remove one thing."""
    frame = call.system()
    resource = call.parsed.required("resource")
    if resource == "lpar":
        _remove_partition(call, frame)
    elif resource == "prof":
        _remove_profile(call.partition(frame), call.parsed.required("name"))
    else:
        _remove_system_profile(frame, call.parsed.required("name"))
    return ()


_TASKS = {
    "lpar": Task.DELETE_PARTITION,
    "prof": Task.DELETE_PROFILE,
    "sysprof": Task.DELETE_SYSTEM_PROFILE,
}


COMMAND = Command(DECLARATION, run, task=by_resource(_TASKS))
