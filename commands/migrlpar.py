"""migrlpar: validate, migrate, stop and recover (SG24-7460 5.6.1)."""

from __future__ import annotations

from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.options import (
    DATA,
    DETAIL,
    FILE,
    FORCE,
    PARTITION,
    PARTITION_ID,
    SYSTEM,
    TARGET,
    WAIT,
)
from hmcsh.commands.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.language.options import Parsed
from hmcsh.migration.request import Request
from hmcsh.migration.validation import Validation
from hmcsh.model.partition import Partition
from hmcsh.model.rules import check_name

_PARTITION = (("-p", "--id"),)

DECLARATION = Declaration(
    "migrlpar",
    "Validates, performs, stops and recovers the migration of a partition.",
    (
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("m", "r", "s", "v"),
            choice_help=("validate and migrate", "recover", "stop", "validate"),
        ),
        SYSTEM,
        TARGET,
        PARTITION,
        PARTITION_ID,
        Option(
            "-n",
            "profile",
            "required",
            "profile name",
            "the profile to make on the destination",
            kind="profile",
        ),
        FILE,
        DATA,
        WAIT,
        FORCE,
        DETAIL,
        Option("-v", "verbose", help="prints warnings of a migration that succeeds, too"),
    ),
    (
        Form(
            {"-o": ("v", "m")},
            ("-m", "-t"),
            ("-n", "-w", "-d", "-v"),
            one_of=_PARTITION,
            at_most_one=(("-f", "-i"),),
        ),
        Form({"-o": ("s",)}, ("-m",), ("-v",), one_of=_PARTITION),
        Form({"-o": ("r",)}, ("-m",), ("--force", "-d", "-v"), one_of=_PARTITION),
    ),
    examples=(
        "migrlpar -o v -m srcSystem -t destSystem -p myLPAR "
        "-i source_msp_id=2,dest_msp_name=S2_VIOS2",
        "migrlpar -o m -m srcSystem -t destSystem --id 4 -i vlan_mappings=1/S2_VIOS2/2",
        "migrlpar -o s -m srcSystem -p myLPAR",
        "migrlpar -o r -m srcSystem -p myLPAR",
    ),
    source="SG24-7460 5.6.1",
)


async def _request(call: Call) -> Request:
    source = call.system()
    destination = call.system("target")
    profile = call.text("profile")
    if profile is not None:
        check_name(profile, slash=True)
    request = Request(
        source,
        destination,
        call.partition(source),
        profile_name=profile,
        console=call.caller.console.name,
        detail=call.parsed.number("detail") or 0,
    )
    wait = call.parsed.number("wait")
    if wait is not None:
        request.wait_minutes = wait
    if call.given("data") or call.given("file"):
        for record in await call.records():
            request.read_input(record)
    return request


def _migrating(call: Call) -> Partition:
    """The partition whose migration is meant; `-m` names the system that it leaves (5.6.1)."""
    frame = call.system()
    partition = call.partition(frame)
    migration = partition.migration
    if migration is not None and migration.source_frame is not frame:
        raise HmcError(
            "lpm_not_the_source",
            name=partition.name,
            system=frame.name,
            source=migration.source_frame.name,
        )
    return partition


def _refusal(validation: Validation) -> CommandExit:
    return CommandExit("\n".join(validation.lines), 1)


async def run(call: Call) -> Lines:
    """Do what `-o` asks for, and answer when it is done."""
    mobility = call.caller.mobility
    operation = call.text("operation")
    if operation in ("v", "m"):
        request = await _request(call)
        await call.datacenter.clock.wait(mobility.check(request))
        validation = mobility.validate(request)
        if validation.errors:
            raise _refusal(validation)
        if operation == "v":
            return validation.lines
        await call.datacenter.clock.wait(mobility.start(validation))
        return validation.lines if call.given("verbose") else ()
    partition = _migrating(call)
    if operation == "r":
        await call.datacenter.clock.wait(mobility.recover(partition, force=call.given("force")))
        return ()
    ended = mobility.stop(partition, call.caller.console.name)
    try:
        await call.datacenter.clock.wait(ended)
    except HmcError as outcome:
        # The migration ends with the message of its cancellation: that is what was asked for.
        if outcome.message.key != "lpm_cancelled":
            raise
    return ()


def _task(parsed: Parsed) -> Task | None:
    return None if parsed.text("operation") == "v" else Task.MIGRATE_PARTITION


def _breaks_locks(parsed: Parsed) -> bool:
    """A forced recovery may clean up what another console began (SG24-7460 6.2)."""
    return parsed.text("operation") == "r" and "force" in parsed


COMMAND = Command(DECLARATION, run, task=_task, breaks_locks=_breaks_locks)
