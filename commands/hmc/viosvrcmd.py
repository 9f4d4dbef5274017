"""viosvrcmd: run a command of a Virtual I/O Server."""

from __future__ import annotations

import importlib
import importlib.util
import shlex
from collections.abc import Mapping

from hmcsh.commands import vios
from hmcsh.commands.common.invocation import Detached
from hmcsh.commands.common.partition import PartitionCaller, PartitionCommand, executable, level_of
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import CommandExit, HmcError, render
from hmcsh.model.partition import Partition

MANUAL = "manual page, V9"
_LATER = Span(since=Level.parse("V7R7"))

DECLARATION = Declaration(
    "viosvrcmd",
    "Runs a command of a Virtual I/O Server.",
    (
        SYSTEM,
        PARTITION,
        PARTITION_ID,
        Option("-c", "command", "required", '"command"', "the command", kind="data", source=MANUAL),
        Option(
            "-t",
            "timeout",
            "required",
            "minutes",
            "how long to wait for the command",
            minimum=1,
            span=_LATER,
            source=MANUAL,
        ),
        Option("--admin", "admin", help="runs it as root", span=_LATER, source=MANUAL),
    ),
    (Form({}, ("-m", "-c"), ("-t", "--admin"), one_of=(("-p", "--id"),)),),
    notes=(
        "One command, without `ioscli`, and none that asks for something.",
        "Commands take no time, so that -t ends none.",
    ),
    examples=('viosvrcmd -m mySystem -p myVIOS -c "lsmap -all"',),
    source=MANUAL,
)

_CLI = ("ioscli", "/usr/ios/cli/ioscli")
_ROOT = "hmcsh.commands.aix"  # the commands that root finds besides


def _commands(*, admin: bool) -> Mapping[str, PartitionCommand]:
    """What the user can call: padmin the commands of the server, root those of AIX besides."""
    if not admin or importlib.util.find_spec(_ROOT) is None:
        return vios.COMMANDS
    further: Mapping[str, PartitionCommand] = importlib.import_module(_ROOT).COMMANDS
    return {**dict(vios.COMMANDS), **dict(further)}


def _words(text: str) -> list[str]:
    """The words of a command; quotes around the whole of it do no harm (scripts send them)."""
    try:
        words = shlex.split(text)
        if len(words) == 1:
            words = shlex.split(words[0])
    except ValueError:
        detail = render("vios_bad_command", command=text)
        raise HmcError("vios_command_failed", status=1, detail=detail) from None
    return words[1:] if words and words[0] in _CLI else words


async def run(call: Call) -> Lines:
    """Run the command; what it writes to standard output is passed on unchanged."""
    partition = call.partition(call.system())
    if partition.vios is None:
        raise HmcError("vios_only", name=partition.name, what=DECLARATION.name)
    if not partition.rmc_active:
        raise HmcError("no_rmc", name=partition.name)
    admin = call.given("admin")
    words = _words(call.parsed.required("command"))
    commands = _commands(admin=admin)
    level = level_of(partition)
    if not words or words[0] not in commands or not commands[words[0]].exists_at(level):
        detail = render("vios_no_command", name=words[0] if words else "")
        raise HmcError("vios_command_failed", status=1, detail=detail)
    invocation = Detached(words[0], tuple(words[1:]), _caller(call, partition, admin=admin))
    status = await executable(commands[words[0]])(invocation)
    printed = invocation.stdout.text
    if status:
        detail = invocation.stderr.text.rstrip("\n")
        failed = render("vios_command_failed", status=status, detail=detail).rstrip()
        raise CommandExit(printed + failed, 1)
    if invocation.stderr.text:
        printed += invocation.stderr.text
    return printed.removesuffix("\n").split("\n") if printed else []


def _caller(call: Call, partition: Partition, *, admin: bool) -> PartitionCaller:
    return PartitionCaller(
        call.datacenter,
        lambda: partition,
        "root" if admin else "padmin",
        settle_limit=call.caller.settle_limit,
    )


COMMAND = Command(DECLARATION, run, task=performs(Task.RUN_VIOS_COMMAND))
