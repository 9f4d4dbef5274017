"""chsysstate: start and stop managed systems and partitions."""

from __future__ import annotations

from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.options import PARTITION_ID, SYSTEM
from hmcsh.commands.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.options import Parsed
from hmcsh.model import power
from hmcsh.model.frame import Frame
from hmcsh.model.rules import BOOT_MODES

MANUAL = "manual page of chsysstate, V10; at V7R3.2 as scripts of its time call it"

# Operations that consoles know and that are refused as not emulated.
_SYSTEM_OTHERS = ("onsysprof", "onstartpolicy", "onhwdisc", "rebuild", "recover", "spfailover")
_LPAR_OTHERS = (
    "dumprestart",
    "retrydump",
    "dston",
    "remotedstoff",
    "remotedston",
    "consoleservice",
    "iopreset",
    "iopdump",
    "unownediooff",
)
_OTHERS = ("chkey", *_SYSTEM_OTHERS, *_LPAR_OTHERS)
_EMULATED = {
    "on": "powers a system on, or activates a partition",
    "onstandby": "powers a system on to Standby",
    "off": "powers a system off",
    "shutdown": "shuts a partition down",
    "osshutdown": "shuts a partition down by a command to its operating system",
}
_SYSTEM_TASKS = {
    "off": Task.POWER_OFF_SYSTEM,
    "rebuild": Task.REBUILD_SYSTEM,
    "recover": Task.RECOVER_DATA,
    "spfailover": Task.FAIL_OVER,
    "chkey": Task.SET_SYSTEM_KEYLOCK,
}
_WHICH = (("-n", "--id"),)

# From here on a partition can be activated with its present configuration, without a profile
# (recalled; scripts of V7R3 always name a profile).
_CURRENT_CONFIGURATION = Level.parse("V7R7")

DECLARATION = Declaration(
    "chsysstate",
    "Starts and stops managed systems and partitions.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resource:",
            choices=("lpar", "sys", "sysprof"),
            choice_help=("partition", "managed system", "system profile"),
            source=MANUAL,
        ),
        SYSTEM,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=(*_EMULATED, *_OTHERS),
            choice_help=(*_EMULATED.values(), *("not emulated" for _ in _OTHERS)),
            source=MANUAL,
        ),
        Option(
            "-n", "partition", "required", "partition name", "the partition's name", "partition"
        ),
        PARTITION_ID,
        Option("-f", "profile", "required", "profile name", "the profile to activate", "profile"),
        Option("-b", "boot_mode", "required", "boot mode", "the boot mode:", choices=BOOT_MODES),
        Option(
            "-k",
            "keylock",
            "required",
            "keylock position",
            "the keylock position:",
            choices=("manual", "norm"),
        ),
        Option("--immed", "immediate", help="stops at once, without notice to what runs"),
        Option("--restart", "restart", help="starts it again when it has stopped"),
    ),
    (
        Form(
            {"-r": ("lpar",), "-o": ("on",)},
            ("-m", "-f"),
            ("-b", "-k"),
            one_of=_WHICH,
            span=Span(until=_CURRENT_CONFIGURATION),
        ),
        Form(
            {"-r": ("lpar",), "-o": ("on",)},
            ("-m",),
            ("-f", "-b", "-k"),
            one_of=_WHICH,
            span=Span(since=_CURRENT_CONFIGURATION),
        ),
        Form({"-r": ("lpar",), "-o": ("shutdown",)}, ("-m",), ("--immed",), one_of=_WHICH),
        Form(
            {"-r": ("lpar",), "-o": ("shutdown",), "--restart": ()},
            ("-m", "--immed"),
            one_of=_WHICH,
        ),
        Form(
            {"-r": ("lpar",), "-o": ("osshutdown",)},
            ("-m",),
            ("--immed", "--restart"),
            one_of=_WHICH,
        ),
        Form(
            {"-r": ("lpar",), "-o": ("chkey", *_LPAR_OTHERS)},
            ("-m",),
            ("-k",),
            one_of=_WHICH,
            emulated=False,
        ),
        Form({"-r": ("sys",), "-o": ("on", "onstandby")}, ("-m",), ("-k",)),
        Form({"-r": ("sys",), "-o": ("off",)}, ("-m",), ("--immed",)),
        Form({"-r": ("sys",), "-o": ("off",), "--restart": ()}, ("-m", "--immed")),
        Form({"-r": ("sys",), "-o": ("chkey", *_SYSTEM_OTHERS)}, ("-m",), ("-f", "-k")),
        Form({"-r": ("sysprof",)}, ("-m", "-n"), ("-o",)),
    ),
    notes=(
        "The command returns when the operation has begun; lssyscfg shows the state.",
        "A delayed shutdown may be followed by an immediate one, which overtakes it.",
    ),
    examples=(
        "chsysstate -r lpar -m mySystem -o on -n myLPAR -f default -b sms",
        "chsysstate -r lpar -m mySystem -o shutdown --immed --id 4",
        "chsysstate -r sys -m mySystem -o off --immed",
    ),
    source=MANUAL,
)


def _run_partition(call: Call, frame: Frame, operation: str) -> None:
    partition = call.partition(frame)
    if operation == "on":
        name = call.text("profile")
        profile = None if name is None else partition.profile(name)
        power.activate(partition, profile, call.text("boot_mode"), call.text("keylock"))
        return
    stop = power.shut_down if operation == "shutdown" else power.os_shut_down
    stop(partition, immediate=call.given("immediate"), restart=call.given("restart"))


def _run_system(call: Call, frame: Frame, operation: str) -> None:
    if operation == "off":
        power.power_off(frame, immediate=call.given("immediate"), restart=call.given("restart"))
    else:
        power.power_on(frame, standby=operation == "onstandby", keylock=call.text("keylock"))


async def run(call: Call) -> Lines:
    """Begin the operation."""
    resource = call.text("resource")
    operation = call.text("operation") or ""
    frame = call.system()
    if resource == "sysprof":
        raise HmcError("not_emulated", what="The resource type sysprof")
    if operation not in _EMULATED:
        raise HmcError("not_emulated", what=f"The operation {operation}")
    if resource == "lpar":
        _run_partition(call, frame, operation)
    else:
        _run_system(call, frame, operation)
    return ()


def _task(parsed: Parsed) -> Task:
    operation, resource = parsed.text("operation"), parsed.text("resource")
    if resource == "sysprof":
        return Task.ACTIVATE_SYSTEM_PROFILE
    if resource == "sys":
        return _SYSTEM_TASKS.get(operation or "", Task.POWER_ON_SYSTEM)
    if operation == "chkey":
        return Task.SET_PARTITION_KEYLOCK
    if operation == "on":
        return Task.ACTIVATE_PARTITION
    return Task.RESTART_PARTITION if "restart" in parsed else Task.SHUT_DOWN_PARTITION


COMMAND = Command(DECLARATION, run, task=_task)
