"""migrlpar: validate, migrate, stop, recover, and settings of mobility (SG24-7460 5.6.1)."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.hmc.attributes.mobility import LPAR_TABLE, SYSTEM_TABLE
from hmcsh.commands.hmc.common.changes import Changes, Target, apply
from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.mobility import NOTES, OPTIONS, insisted
from hmcsh.commands.hmc.common.options import (
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
from hmcsh.commands.hmc.common.remote import (
    ADDRESS,
    REMOTE_USER,
    remote_console,
    remote_user,
    require_remote,
    target_system,
)
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.language.messages import CommandExit, HmcError, render
from hmcsh.language.options import Parsed
from hmcsh.language.records import Assignment
from hmcsh.migration import spans
from hmcsh.migration.inputs import INPUT, read_input
from hmcsh.migration.request import Request
from hmcsh.migration.validation import Validation
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.rules import check_name
from hmcsh.runtime import Process

_PAGE = "manual page of migrlpar, V7R7 to V9 (synopsis)"
_ONE = (("-p", "--id"),)
_ONE_OR_ALL = (("-p", "--id", "--all"),)
_RECOVERY = ("--force", "-d", "-v")
_INPUT = (("-f", "-i"),)
_FURTHER = ("-n", "-w", "-d", "-v", *(option.flag for option in OPTIONS))


def _forms(operation: str, which: tuple[tuple[str, ...], ...]) -> list[Form]:
    """A validation or a migration, and what is known of it and not emulated."""

    def form(*also: str, values: tuple[str, ...] = (), emulated: bool = True) -> Form:
        remote = ("-u",) if "--ip" in also else () if emulated else ("--ip", "-u", "--force")
        return Form(
            {"-o": (operation,), **dict.fromkeys(also, values)},
            ("-m", "-t"),
            (*(flag for flag in _FURTHER if flag not in also), *remote),
            one_of=which,
            at_most_one=_INPUT,
            span=spans.FORCE if "--force" in also else ALWAYS,
            emulated=emulated,
        )

    return [
        form("--affinity", emulated=False),
        form("--steps", values=("1", "2"), emulated=False),
        form(),
        form("--ip"),
        form("--force"),
        form("--ip", "--force"),
    ]


def _setting(
    span: Span,
    one_of: tuple[tuple[str, ...], ...] = (),
    at_most_one: tuple[tuple[str, ...], ...] = (),
) -> list[Form]:
    """The settings of systems and of movers; whether they need data depends on the level."""
    return [
        Form(
            {"-o": ("set",), "-r": ("sys",)},
            (),
            ("-m",),
            one_of=one_of,
            at_most_one=at_most_one,
            span=span,
        ),
        Form(
            {"-o": ("set",), "-r": ("lpar",)},
            ("-m",),
            one_of=(*_ONE, *one_of),
            at_most_one=at_most_one,
            span=span,
        ),
    ]


DECLARATION = Declaration(
    "migrlpar",
    "Validates, performs, stops and recovers the migration of a partition.",
    (
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("m", "r", "s", "v", "set"),
            choice_help=(
                "validate and migrate",
                "recover",
                "stop",
                "validate",
                "set attributes of mobility",
            ),
        ),
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to set attributes of:",
            choices=("lpar", "sys"),
            choice_help=("a mover service partition", "a managed system, or all of them"),
            span=spans.LISTS,
            source=_PAGE,
        ),
        SYSTEM,
        TARGET,
        ADDRESS,
        REMOTE_USER,
        dataclasses.replace(PARTITION, many=spans.LISTS),
        dataclasses.replace(PARTITION_ID, many=spans.LISTS),
        Option(
            "--all",
            "all",
            help="migrates all partitions of the managed system but Virtual I/O Servers",
            span=spans.LISTS,
            source=_PAGE,
        ),
        Option(
            "-n",
            "profile",
            "required",
            "profile name",
            "the profile to make on the destination",
            kind="profile",
        ),
        *OPTIONS,
        FILE,
        DATA,
        WAIT,
        FORCE,
        DETAIL,
        Option("-v", "verbose", help="prints warnings of a migration that succeeds, too"),
    ),
    (
        *_forms("m", _ONE_OR_ALL),
        *_forms("v", _ONE),
        Form({"-o": ("s",)}, ("-m",), ("-v",), one_of=_ONE),
        Form({"-o": ("r",)}, ("-m",), _RECOVERY, one_of=_ONE),
        Form({"-o": ("r",), "--ip": ()}, ("-m",), (*_RECOVERY, "-u"), one_of=_ONE),
        *_setting(span=spans.DATA_REQUIRED, one_of=_INPUT),
        *_setting(span=spans.DATA_OPTIONAL, at_most_one=_INPUT),
    ),
    notes=(
        "Several partitions are migrated at once. What is wrong with one keeps only that one from "
        "migrating; its messages stand under its name, and the status is 1.",
        "A system's `inactive_prof_policy` says whether memory and processors of a partition that "
        "is off are what it was last given (`config`) or what the profile last activated asks for "
        "(`prof`).",
        "--force of a migration or a validation overrides no check.",
        "`concurr_migration_perf_level` is kept and listed; it does not change how fast state is "
        "moved.",
        *NOTES,
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


# -- what is asked -------------------------------------------------------------------------------


def _partitions(call: Call, frame: Frame) -> list[Partition]:
    """The partitions that are to migrate, each once, in the order given.

    Raises HmcError HSCL8012 or HSCL8011 if one of them does not exist, and if there is none.
    """
    if call.given("all"):
        found = [p for p in call.partitions(frame, {}) if not p.is_vios]
        if not found:
            raise HmcError("lpm_nothing_to_migrate", system=frame.name)
        return found
    name = call.text("partition")
    if name is None:
        ids = call.parsed.required("lpar_id").split(",")
        found = [call.find(frame, lpar_id=int(text)) for text in ids]
    elif spans.LISTS.covers(call.level) and frame.find_by_name(name) is None:
        found = [call.find(frame, name=text) for text in name.split(",")]
    else:
        found = [call.find(frame, name=name)]  # which may hold a comma
    return list(dict.fromkeys(found))


async def _records(call: Call) -> list[list[Assignment]]:
    return await call.records() if call.given("data") or call.given("file") else []


async def _requests(call: Call) -> list[Request]:
    remote = remote_console(call)
    source, destination = call.system(), target_system(call)
    if remote is not None and call.text("operation") == "m":
        require_remote(call, remote, destination)
    profile = call.text("profile")
    if profile is not None:
        check_name(profile, slash=True)
    partitions = _partitions(call, source)
    records = await _records(call)
    requests = []
    for partition in partitions:
        request = Request(
            source,
            destination,
            partition,
            profile_name=profile,
            console=call.caller.console.name,
            level=call.level,
            options=insisted(call),
        )
        if remote is not None:
            request.remote_console = remote.ip_address
            request.remote_user = remote_user(call)
        wait = call.parsed.number("wait")
        if wait is not None:
            request.wait_minutes = wait
        for record in records:
            read_input(request, record, several=len(partitions) > 1)
        requests.append(request)
    return requests


def _migrating(call: Call) -> Partition:
    """The partition whose migration is meant; `-m` names the system that it leaves (5.6.1)."""
    frame, partition = call.system(), _one(call)
    migration = partition.migration
    if migration is not None and migration.source_frame is not frame:
        raise HmcError(
            "lpm_not_the_source",
            name=partition.name,
            system=frame.name,
            source=migration.source_frame.name,
        )
    return partition


# -- what comes of it ----------------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class _Outcome:
    """What came of one partition's validation or migration, which may be under way."""

    request: Request
    lines: list[str]
    failed: bool = False
    process: Process | None = None


def _begin(call: Call, request: Request) -> _Outcome:
    mobility = call.caller.mobility
    validation: Validation = mobility.validate(request)
    if validation.errors:
        return _Outcome(request, validation.lines, failed=True)
    if call.text("operation") == "v":
        return _Outcome(request, validation.lines)
    said = validation.lines if call.given("verbose") else []
    return _Outcome(request, said, process=mobility.start(validation))


async def _finish(call: Call, outcome: _Outcome) -> None:
    if outcome.process is None:
        return
    try:
        await call.datacenter.clock.wait(outcome.process)
    except CommandExit as failure:
        outcome.lines, outcome.failed = [failure.text], True


async def _migrate(call: Call) -> Lines:
    """Validate or migrate; each partition for itself, all at once."""
    requests = await _requests(call)
    for answered in [call.caller.mobility.check(request) for request in requests]:
        await call.datacenter.clock.wait(answered)
    outcomes = [_begin(call, request) for request in requests]
    lines: list[str] = []
    for outcome in outcomes:
        await _finish(call, outcome)
        if outcome.lines and len(outcomes) > 1:
            lines.append(render("lpm_partition_heading", name=outcome.request.partition.name))
        lines += outcome.lines
    if any(outcome.failed for outcome in outcomes):
        raise CommandExit("\n".join(lines), 1)
    return lines


async def _recover(call: Call, partition: Partition) -> Lines:
    remote_console(call)
    mobility = call.caller.mobility
    await call.datacenter.clock.wait(mobility.recover(partition, force=call.given("force")))
    return ()


async def _stop(call: Call, partition: Partition) -> Lines:
    ended = call.caller.mobility.stop(partition, call.console.name)
    try:
        await call.datacenter.clock.wait(ended)
    except HmcError as outcome:
        # The migration ends with the message of its cancellation: that is what was asked for.
        if outcome.message.key != "lpm_cancelled":
            raise
    return ()


async def _set(call: Call) -> Lines:
    """Set attributes of one system, of all systems, or of one mover."""
    table = SYSTEM_TABLE if call.text("resource") == "sys" else LPAR_TABLE
    targets: list[Frame] | list[Partition]
    if table is LPAR_TABLE:
        targets = [_one(call)]
    elif call.given("system"):
        targets = [call.system()]
    else:
        targets = call.systems()
        for frame in targets:
            frame.require_lock(call.caller.console.name)
    records = await _records(call)
    with Changes() as changes:
        for record in records:
            settings = table.read_input(record, call.level)
            for target in targets:
                apply(settings, table, call.level, Target(target, changes))
    for target in targets:
        if isinstance(target, Partition):
            call.caller.mobility.platform.limit_mover(target)
    return ()


def _one(call: Call) -> Partition:
    """The partition of a call that is about one. Raises HmcError if several are named."""
    partition, *further = _partitions(call, call.system())
    if further:
        raise HmcError(
            "missing_or_invalid", parameters=["-p" if call.given("partition") else "--id"]
        )
    return partition


async def run(call: Call) -> Lines:
    """Do what `-o` asks for, and answer when it is done."""
    operation = call.text("operation")
    if operation in ("v", "m"):
        return await _migrate(call)
    if operation == "set":
        return await _set(call)
    partition = _migrating(call)
    return await (_recover(call, partition) if operation == "r" else _stop(call, partition))


def _task(parsed: Parsed) -> Task:
    validates = parsed.text("operation") == "v"
    return Task.LIST_PARTITION if validates else Task.MIGRATE_PARTITION


def _breaks_locks(parsed: Parsed) -> bool:
    """A forced recovery may clean up what another console began (SG24-7460 6.2)."""
    return parsed.text("operation") == "r" and "force" in parsed


COMMAND = Command(
    DECLARATION,
    run,
    {"": INPUT, "set sys": SYSTEM_TABLE, "set lpar": LPAR_TABLE},
    task=_task,
    breaks_locks=_breaks_locks,
)
