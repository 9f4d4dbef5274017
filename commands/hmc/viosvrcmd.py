"""viosvrcmd: run a command of a Virtual I/O Server."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from hmcsh.commands import aix, vios
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
# From here on root needs a task of its own, which no predefined role has.
_ROOT_TASK = Span(since=Level.parse("V9R1"))

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
        "From V9 on, --admin needs the task ViosAdminOp, which a role must be given.",
    ),
    examples=('viosvrcmd -m mySystem -p myVIOS -c "lsmap -all"',),
    source=MANUAL,
)

_CLI = ("ioscli", "/usr/ios/cli/ioscli")


def _words(text: str) -> list[str]:
    """The words of a command; quotes around the whole of it do no harm (scripts send them)."""
    try:
        words = shlex.split(text)
        return shlex.split(words[0]) if len(words) == 1 else words
    except ValueError:
        detail = render("vios_bad_command", command=text)
        raise HmcError("vios_command_failed", status=1, detail=detail) from None


def _find(partition: Partition, words: list[str], *, admin: bool) -> PartitionCommand:
    """The command that the words call, which loses `ioscli` before it.

    For root the commands of AIX come first. Raises HmcError HSCL2970 if there is none.
    """
    commands: list[Mapping[str, PartitionCommand]] = [vios.COMMANDS]
    if words and words[0] in _CLI:
        del words[0]
    elif admin:
        commands.insert(0, aix.COMMANDS)
    name = words[0] if words else ""
    level = level_of(partition)
    for found in commands:
        if name in found and found[name].exists_at(level):
            return found[name]
    detail = render("vios_no_command", name=name)
    raise HmcError("vios_command_failed", status=1, detail=detail)


async def run(call: Call) -> Lines:
    """Run the command; what it writes to standard output is passed on unchanged."""
    partition = call.partition(call.system())
    if partition.vios is None:
        raise HmcError("vios_only", name=partition.name, what=DECLARATION.name)
    if not partition.rmc_active:
        raise HmcError("no_rmc", id=partition.lpar_id)
    admin = call.given("admin")
    if admin and _ROOT_TASK.covers(call.level):
        call.require(Task.ADMINISTER_VIOS)
    words = _words(call.parsed.required("command"))
    command = _find(partition, words, admin=admin)
    invocation = Detached(words[0], tuple(words[1:]), _caller(call, partition, admin=admin))
    status = await executable(command)(invocation)
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
