"""What every command shares: its declaration, its caller, and the way from words to output.

A command module declares what it takes and holds one handler. The handler gets a `Call`, reads or
changes the model, and gives the lines of its output. It raises `HmcError` to refuse; then nothing
has changed, and the message goes to standard output with status 1 (capture, V10R3).
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import math
import shlex
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hmcsh.commands.common.invocation import Invocation, Lines, print_lines
from hmcsh.commands.hmc.common.journal import NOTHING, Journal, NotTakenBackError
from hmcsh.commands.hmc.common.observer import NOBODY, Observer
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Table
from hmcsh.language.declarations import Declaration
from hmcsh.language.filters import parse_filter
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import CommandExit, HmcError, render
from hmcsh.language.options import Parsed, parse
from hmcsh.language.records import Assignment, parse_file, parse_record
from hmcsh.language.secrets import escaped, masked
from hmcsh.migration.engine import Mobility
from hmcsh.model.access import Scope
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.rack import ManagedFrame
from hmcsh.model.service import ConsoleEvent
from hmcsh.model.users import User

if TYPE_CHECKING:
    from hmcsh.commands.hmc.common.guesses import Guard

__all__ = [
    "SEVERAL",
    "Call",
    "Caller",
    "Command",
    "Handler",
    "Invocation",
    "Lines",
    "by_resource",
    "executable",
    "lists_by_resource",
    "lpar_id",
    "performs",
    "words_of",
]

_MANAGES_FRAMES = Span(until=Level.parse("V9R1"))

_log = logging.getLogger("hmcsh.commands")


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a user of a console, over a datacenter.

    `settle_limit` bounds, in real seconds, how long a command lets events end before it starts,
    at the pace "instant". `journal` keeps what is changed, `guard` counts passwords that are
    tried by commands, `observer` is told what was called.
    """

    datacenter: Datacenter
    mobility: Mobility
    console: Console
    user: User
    settle_limit: float = math.inf
    journal: Journal = NOTHING
    guard: Guard | None = None
    observer: Observer = NOBODY


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A parsed call of a command."""

    parsed: Parsed
    caller: Caller
    invocation: Invocation

    @property
    def datacenter(self) -> Datacenter:
        """The datacenter that the command reads or changes."""
        return self.caller.datacenter

    @property
    def level(self) -> Level:
        """The level of the console."""
        return self.caller.console.level

    def text(self, dest: str) -> str | None:
        """The value of an option, None if it was not given."""
        return self.parsed.text(dest)

    def given(self, dest: str) -> bool:
        """Whether an option was given."""
        return dest in self.parsed

    @property
    def console(self) -> Console:
        """The console at which the command is called."""
        return self.caller.console

    @property
    def scope(self) -> Scope:
        """What the caller may see and touch."""
        return self.caller.console.scope(self.caller.user)

    def allows(self, task: Task) -> bool:
        """Whether the caller may perform a task by this command."""
        return self.console.allows(self.caller.user.role, task, self.invocation.name)

    def require(self, task: Task) -> None:
        """Refuse a caller who may not perform a task. Raises HmcError HSCL350B."""
        if not self.allows(task):
            raise HmcError("no_authority")

    def systems(self) -> list[Frame]:
        """The systems that the console manages and the caller may see."""
        scope = self.scope
        frames = self.datacenter.frames.values()
        return [f for f in frames if self.console.manages(f) and scope.system(f)]

    def system(self, dest: str = "system") -> Frame:
        """The managed system of an option such as `-m`.

        Raises HmcError HSCL8018 for one that does not exist or that the caller may not see.
        """
        return self.find_system(self.parsed.required(dest))

    @property
    def managed_frames(self) -> list[ManagedFrame]:
        """The racks that the console manages: none from V9 on (capture)."""
        return self.datacenter.managed_frames if _MANAGES_FRAMES.covers(self.level) else []

    def managed_frame(self, name: str) -> ManagedFrame:
        """A managed frame by name. Raises HmcError."""
        if not _MANAGES_FRAMES.covers(self.level):
            raise HmcError("frame_not_found", name=name)
        return self.datacenter.managed_frame(name)

    def named_systems(self, dest: str = "system") -> list[Frame]:
        """The managed systems of an option that takes several. Raises HmcError HSCL8018."""
        frames, text = self.datacenter.frames, self.parsed.required(dest)
        words = words_of(text, self.level, lambda word: word in frames)
        return list(dict.fromkeys(self.find_system(word) for word in words))

    def find_system(self, name: str) -> Frame:
        """A managed system by name.

        Raises HmcError HSCL8018 for one that does not exist or that the caller may not see.
        """
        frame = self.datacenter.frame(name)
        if not (self.console.manages(frame) and self.scope.system(frame)):
            raise HmcError("system_not_found", name=name)
        return frame

    def find(
        self, frame: Frame, *, name: str | None = None, lpar_id: int | None = None
    ) -> Partition:
        """A partition by name or by ID.

        Raises HmcError HSCL8012 or HSCL8011 for one that does not exist or that the caller may
        not see.
        """
        found = frame.partition(name=name, lpar_id=lpar_id)
        if self.scope.partition(found):
            return found
        if name is not None:
            raise HmcError("lpar_not_found", name=name)
        raise HmcError("lpar_id_not_found", id=lpar_id)

    def partition(self, frame: Frame) -> Partition:
        """The partition named by `-p` (or `-n`) or `--id`. Raises HmcError HSCL8012, HSCL8011."""
        name = self.text("partition")
        if name is not None:
            return self.find(frame, name=name)
        return self.find(frame, lpar_id=int(self.parsed.required("lpar_id")))

    def settings(self, table: Table, required: Iterable[str] = ()) -> dict[str, Any]:
        """The attributes of `-a` by name, as the table's parsers give them.

        Raises HmcError for malformed data, an attribute that is unknown or cannot be set, a value
        that is not valid, and a required attribute that is missing.
        """
        record = parse_record(self.parsed.required("data"))
        read = table.read_input(record, self.level)
        missing = [name for name in required if name not in read]
        if missing:
            raise HmcError("missing_attribute", names=missing)
        return {name: setting.value for name, setting in read.items()}

    def filters(
        self, allowed: Iterable[str], exclusive: tuple[tuple[str, ...], ...] = ()
    ) -> dict[str, tuple[str, ...]]:
        """The filters of `--filter`, by name; empty if none were given."""
        text = self.text("filter")
        return {} if text is None else parse_filter(text, tuple(allowed), exclusive)

    def partitions(self, frame: Frame, filters: Mapping[str, tuple[str, ...]]) -> list[Partition]:
        """Partitions of a system that `lpar_names` or `lpar_ids` select, in listing order.

        Raises HmcError for a partition that does not exist (capture, V10R3).
        """
        wanted: list[Partition] | None = None
        if "lpar_names" in filters:
            wanted = [self.find(frame, name=name) for name in filters["lpar_names"]]
        elif "lpar_ids" in filters:
            wanted = [self.find(frame, lpar_id=lpar_id(text)) for text in filters["lpar_ids"]]
        scope = self.scope
        return [
            partition
            for partition in frame.listed_partitions()
            if (wanted is None or partition in wanted) and scope.partition(partition)
        ]

    def listing(self, table: Table, items: Iterable[object]) -> Lines:
        """The lines of a listing, as `-F` and `--header` ask."""
        return table.listing(items, self.level, self.text("attributes"), self.given("header"))

    async def records(self) -> list[list[Assignment]]:
        """The records of `-i` or of the file of `-f`.

        Raises HmcError for a malformed record and for a file that cannot be read.
        """
        data = self.text("data")
        if data is not None:
            return [parse_record(data)]
        path = self.parsed.required("file")
        try:
            text = await self.invocation.read_file(path)
        except OSError:
            raise HmcError("file_not_found", path=path) from None
        return parse_file(text)


# From here on, options that name systems or partitions take several, with commas between them
# (manual page of chsysstate, V10; that V9 has it is inferred).
SEVERAL = Span(since=Level.parse("V9R1"))


def words_of(text: str, level: Level, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names in the value of an option that takes several, each once.

    At levels that take one name, and where the whole text is a known name, that is the only one.
    """
    if not SEVERAL.covers(level) or known(text):
        return (text,)
    return tuple(dict.fromkeys(text.split(",")))


def lpar_id(text: str) -> int:
    """Read a partition ID. Raises HmcError HSCL8011 for anything that cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise HmcError("lpar_id_not_found", id=text)
    return int(text)


Handler = Callable[[Call], Awaitable[Lines]]

# The status, in the history, of a command whose caller left or interrupted it: as after Ctrl-C.
INTERRUPTED = 130


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command of the console.

    `tables` are the attribute tables of its resources, by the value of `-r` (and `--rsubtype`,
    with a blank between), for completion and the generated pages. `task` tells from the parsed
    call which task it performs, None if it only looks; `breaks_locks` whether it may do so
    although another console holds a lock on the system.
    """

    declaration: Declaration
    handler: Handler
    tables: Mapping[str, Table] = dataclasses.field(default_factory=dict)
    filters: tuple[str, ...] = ()
    task: Callable[[Parsed], Task | None] = lambda _: None
    breaks_locks: Callable[[Parsed], bool] = lambda _: False

    @property
    def name(self) -> str:
        """The name by which it is called."""
        return self.declaration.name


def performs(task: Task) -> Callable[[Parsed], Task | None]:
    """For commands that do nothing but perform one task."""
    return lambda _: task


def by_resource(tasks: Mapping[str, Task]) -> Callable[[Parsed], Task]:
    """For commands whose task depends on what `-r` names."""
    return lambda parsed: tasks[parsed.required("resource")]


def lists_by_resource(parsed: Parsed) -> Task:
    """For commands that list what `-r` names: a managed system or what concerns partitions."""
    return Task.LIST_SYSTEM if parsed.text("resource") == "sys" else Task.LIST_PARTITION


def _require_authority(command: Command, call: Call) -> None:
    """Check that a user may do what a call does, and that no other console has locked the systems.

    Raises HmcError HSCL350B, HSCL8018, or that of the lock.
    """
    task = command.task(call.parsed)
    if task is None:
        return
    call.require(task)
    if task.looks:
        return
    for option in command.declaration.options:
        if option.dest == "target" and call.given("address"):
            continue  # a system of another console, which decides itself
        if option.kind not in ("system", "systems") or option.dest not in call.parsed:
            continue
        several = option.kind == "systems"
        for frame in call.named_systems(option.dest) if several else [call.system(option.dest)]:
            if task.kind == "cec" and not call.scope.whole(frame):
                raise HmcError("no_authority")
            if not command.breaks_locks(call.parsed):
                frame.require_lock(call.console.name)


def _described(command: Command, parsed: Parsed) -> str:
    """The command with what makes its form."""
    given = {option.flag: parsed.get(option.dest) for option in command.declaration.options}
    words = [command.name]
    for flag in parsed.form.when:
        value = given[flag]
        words += [flag, value] if isinstance(value, str) else [flag]
    return " ".join(words)


def _written(command: Command, call: Call) -> str:
    """A command as it may be written down: without passwords and control characters."""
    return escaped(shlex.join((command.name, *masked(call.invocation.args))))


def _record(call: Call, line: str) -> None:
    """Let the console remember what a user changed."""
    text = render("event_command", user=call.caller.user.name, command=line)
    call.console.events.appendleft(ConsoleEvent(call.datacenter.clock.now, text))


async def _change(command: Command, call: Call) -> Lines:
    """Carry out a call that may change something, and keep what it changed and its status.

    Raises CommandExit if it is refused, HmcError if what it changes cannot be kept.
    """
    caller, line = call.caller, _written(command, call)
    who = (call.console.name, caller.user.name, line)
    try:
        begun = caller.journal.begin()
        try:
            _require_authority(command, call)
            lines = await command.handler(call)
        except CommandExit as refusal:
            caller.journal.commit(begun, *who, refusal.status)
            raise
        except asyncio.CancelledError:
            # Who called it is gone: nobody is told if this cannot be kept.
            try:
                caller.journal.commit(begun, *who, INTERRUPTED)
            except OSError as error:
                _log.error("%s", error)
            raise
        _record(call, line)
        caller.journal.commit(begun, *who, 0)
    except OSError as error:
        _log.error("%s", error)
        stands = isinstance(error, NotTakenBackError)
        raise HmcError("state_kept_later" if stands else "state_not_kept") from error
    return lines


def executable(command: Command) -> Callable[[Any], Awaitable[int]]:
    """Make of a command what the shell can call: words in, output and exit status out."""

    async def execute(invocation: Invocation) -> int:
        caller: Caller = invocation.caller
        await caller.datacenter.clock.settle(caller.settle_limit)
        try:
            parsed = parse(command.declaration, invocation.args, caller.console.level)
            if not parsed.form.emulated:
                raise HmcError("not_emulated", what=_described(command, parsed))
            call = Call(parsed, caller, invocation)
            task = command.task(parsed)
            if task is None or task.looks:
                _require_authority(command, call)
                lines = await command.handler(call)
            else:
                lines = await _change(command, call)
        except CommandExit as refusal:
            invocation.stdout.write(refusal.text + "\n")
            return refusal.status
        await print_lines(invocation.stdout, lines)
        return 0

    return execute
