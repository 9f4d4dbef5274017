"""chsysstate: start and stop managed systems and partitions, and change what their panels show."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import SEVERAL, Call, Command, Lines
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service import states

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.options import Parsed
from hmcsh.model.rules import BOOT_MODES

MANUAL = "manual page of chsysstate, V10; at V7R3.2 as scripts of its time call it"

_SYSTEM = {
    "on": "powers a system on, or activates a partition or a system profile",
    "onstandby": "powers a system on to Standby",
    "onstartpolicy": "powers a system on; its partition start policy says what starts",
    "onsysprof": "powers a system on and activates a system profile",
    "onhwdisc": "powers a system on with hardware discovery",
    "off": "powers a system off",
    "rebuild": "reads the data of a system anew",
    "recover": "writes the console's profile data to a system in Recovery",
    "spfailover": "lets the redundant service processor take over",
}
_PANEL = {
    "dston": "IBM i: dedicated service tools on (panel function 21)",
    "remotedstoff": "IBM i: remote service off (panel function 65)",
    "remotedston": "IBM i: remote service on (panel function 66)",
    "consoleservice": "IBM i: console service functions (panel functions 65 and 21)",
    "iopreset": "IBM i: resets the disk unit I/O processor (panel function 67)",
    "unownediooff": "IBM i: powers the domain of an I/O processor off (panel function 68)",
    "iopdump": "IBM i: dump of an I/O processor (panel function 70)",
}
_PARTITION = {
    "shutdown": "shuts a partition down",
    "osshutdown": "shuts a partition down by a command to its operating system",
    "dumprestart": "dumps and restarts a partition (panel function 22)",
    "retrydump": "IBM i: begins a main storage dump anew (panel function 34)",
    **_PANEL,
}
_OPERATIONS = {
    **_SYSTEM,
    **_PARTITION,
    "chkey": "turns the keylock of a system or a partition",
}
_POWER_ON = ("on", "onstandby", "onstartpolicy", "onhwdisc")
_STOPS = ("shutdown", "osshutdown")

# From here on a partition can be activated with its present configuration, without a profile
# (recalled; scripts of V7R3 always name a profile).
_CURRENT_CONFIGURATION = Level.parse("V7R7")

_ONE = (("-n", "--id"),)
_MANY = (("-n", "--id", "--all"),)
_SYSTEMS = (("-m", "--all"),)
_HOW = ("-b", "--bootstring", "-k", "-i", "--novsi", "--force")

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
        Option(
            "-m",
            "system",
            "required",
            "managed system",
            "the managed system's name; from V9 on several for -r sys, with commas between them",
            kind="systems",
        ),
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=tuple(_OPERATIONS),
            choice_help=tuple(_OPERATIONS.values()),
            source=MANUAL,
        ),
        Option(
            "-n",
            "partition",
            "required",
            "name",
            "the partition's name, or the system profile's; from V9 on several partitions",
            "partition",
        ),
        Option(
            "--id",
            "lpar_id",
            "required",
            "partition ID",
            "the partition's ID; from V9 on several",
            "partition_id",
        ),
        Option(
            "--all",
            "all",
            help="all managed systems, or all partitions of one, that it can be done to",
            span=SEVERAL,
            source=MANUAL,
        ),
        Option(
            "-f",
            "profile",
            "required",
            "profile name",
            "the partition profile, or with onsysprof the system profile, to activate",
            "profile",
        ),
        Option("-b", "boot_mode", "required", "boot mode", "the boot mode:", choices=BOOT_MODES),
        Option(
            "--bootstring",
            "boot_string",
            "required",
            "boot string",
            "what the firmware boots from; network-all tries all network adapters",
            span=Span(since=Level.parse("V8R8")),
            trust=Trust.SCRIPT,
            source="MAAS, which sends network-all",
        ),
        Option(
            "-k",
            "keylock",
            "required",
            "keylock position",
            "the keylock position:",
            choices=("manual", "norm"),
        ),
        Option(
            "-i",
            "ipl_source",
            "required",
            help="the IPL source of an IBM i partition:",
            choices=("a", "b", "c", "d"),
            source=MANUAL,
        ),
        Option("--immed", "immediate", help="stops at once, without notice to what runs"),
        Option("--restart", "restart", help="starts it again when it has stopped"),
        Option(
            "--force",
            "force",
            help="goes on although Virtual I/O Servers alone serve paging devices; none here do",
            span=Span(since=Level.parse("V7R3.4")),
        ),
        Option(
            "--novsi",
            "without_vsi",
            help="goes on without virtual station interface profiles; none are in use here",
            span=Span(since=Level.parse("V7R7.4")),
            trust=Trust.INFERRED,
            source=f"{MANUAL}; since when is inferred",
        ),
        Option("--test", "test", help="validates a system profile, and activates nothing"),
        Option(
            "--continue",
            "regardless",
            help="activates what can be activated of a system profile",
        ),
    ),
    (
        Form(
            {"-r": ("lpar",), "-o": ("on",)},
            ("-m", "-f"),
            _HOW,
            one_of=_ONE,
            span=Span(until=_CURRENT_CONFIGURATION),
        ),
        Form(
            {"-r": ("lpar",), "-o": ("on",)},
            ("-m",),
            _HOW,
            one_of=_MANY,
            span=Span(since=_CURRENT_CONFIGURATION),
        ),
        Form(
            {"-r": ("lpar",), "-o": ("on",), "-f": ()},
            ("-m",),
            _HOW,
            one_of=_ONE,
            span=Span(since=_CURRENT_CONFIGURATION),
        ),
        Form({"-r": ("lpar",), "-o": ("shutdown",)}, ("-m",), ("--immed", "--force"), _MANY),
        Form(
            {"-r": ("lpar",), "-o": ("shutdown",), "--restart": ()},
            ("-m", "--immed"),
            ("--force",),
            _MANY,
        ),
        Form(
            {"-r": ("lpar",), "-o": ("osshutdown",)},
            ("-m",),
            ("--immed", "--restart", "--force"),
            _MANY,
        ),
        Form({"-r": ("lpar",), "-o": ("dumprestart", "retrydump", *_PANEL)}, ("-m",), one_of=_ONE),
        Form({"-r": ("lpar",), "-o": ("chkey",)}, ("-m", "-k"), one_of=_ONE),
        Form({"-r": ("sys",), "-o": _POWER_ON}, (), ("-k",), _SYSTEMS),
        Form({"-r": ("sys",), "-o": ("onsysprof",)}, ("-f",), ("-k",), _SYSTEMS),
        Form({"-r": ("sys",), "-o": ("off",)}, (), ("--immed", "--force"), _SYSTEMS),
        Form({"-r": ("sys",), "-o": ("off",), "--restart": ()}, ("--immed",), (), _SYSTEMS),
        Form({"-r": ("sys",), "-o": ("rebuild",)}, one_of=_SYSTEMS),
        Form({"-r": ("sys",), "-o": ("recover", "spfailover")}, ("-m",)),
        Form({"-r": ("sys",), "-o": ("chkey",)}, ("-m", "-k")),
        Form({"-r": ("sysprof",)}, ("-m", "-n"), ("--test", "--continue")),
        Form({"-r": ("sysprof",), "-o": ("on",)}, ("-m", "-n"), ("--test", "--continue")),
    ),
    notes=(
        "The command returns when the operation has begun; lssyscfg shows the state.",
        "A delayed shutdown may be followed by an immediate one, which overtakes it.",
        "Of several systems or partitions either all are operated on, or none.",
        "Systems from POWER7 on have hardware discovery, which finds what the console knows and "
        "ends as any other power-on does.",
        "A network installation of an IBM i partition (--ip and the like) is not emulated.",
    ),
    examples=(
        "chsysstate -r lpar -m mySystem -o on -n myLPAR -f default -b sms",
        "chsysstate -r lpar -m mySystem -o shutdown --immed --id 4",
        "chsysstate -r sys -m mySystem -o off --immed",
        "chsysstate -r sysprof -m mySystem -n mySysProf --test",
    ),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Begin the operation."""
    resource = call.text("resource")
    operation = call.text("operation") or ""
    if resource == "sysprof":
        states.run_system_profile(call)
    elif resource == "lpar":
        states.run_partitions(call, operation)
    elif operation in ("recover", "spfailover", "chkey"):
        states.run_system(call, operation)
    else:
        states.run_systems(call, operation)
    return ()


_SYSTEM_TASKS = {
    "off": Task.POWER_OFF_SYSTEM,
    "rebuild": Task.REBUILD_SYSTEM,
    "recover": Task.RECOVER_DATA,
    "spfailover": Task.FAIL_OVER,
    "chkey": Task.SET_SYSTEM_KEYLOCK,
}
_PARTITION_TASKS = {
    "on": Task.ACTIVATE_PARTITION,
    "chkey": Task.SET_PARTITION_KEYLOCK,
    "dumprestart": Task.RESTART_PARTITION,
    "retrydump": Task.RESTART_PARTITION,
    **dict.fromkeys(_PANEL, Task.CHANGE_PARTITION),
}


def _task(parsed: Parsed) -> Task:
    operation, resource = parsed.text("operation") or "", parsed.text("resource")
    if resource == "sysprof":
        testing = "test" in parsed
        return Task.VALIDATE_SYSTEM_PROFILE if testing else Task.ACTIVATE_SYSTEM_PROFILE
    if resource == "sys":
        return _SYSTEM_TASKS.get(operation, Task.POWER_ON_SYSTEM)
    if operation in _STOPS:
        return Task.RESTART_PARTITION if "restart" in parsed else Task.SHUT_DOWN_PARTITION
    return _PARTITION_TASKS[operation]


COMMAND = Command(DECLARATION, run, task=_task)
