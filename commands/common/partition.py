"""Commands that run in a partition: on a Virtual I/O Server, AIX or Linux.

They are declared as those of the console are. What is wrong goes to standard error, with the
status of the system whose command it is.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Awaitable, Callable
from typing import Any

from hmcsh.commands.common.invocation import Invocation, Lines, print_lines

from hmcsh.language.declarations import Declaration
from hmcsh.language.levels import Level
from hmcsh.language.messages import CommandExit, render
from hmcsh.language.options import Parsed, parse
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.devices import DeviceDatabase
from hmcsh.model.partition import OperatingSystem, Partition

Shell = Callable[[Invocation], Awaitable[int]]
"""Runs a shell on the streams of a call, and gives its exit status."""


@dataclasses.dataclass(frozen=True, slots=True)
class PartitionCaller:
    """Who calls: a user of the operating system of a partition.

    `locate` gives the partition as it stands now: one that migrates is another afterwards.
    `root_shell` opens a shell of root on the streams of a call (oem_setup_env); None where there
    is nobody to type into it. `settle_limit` is that of the console.
    """

    datacenter: Datacenter
    locate: Callable[[], Partition]
    user: str
    root_shell: Shell | None = None
    settle_limit: float = math.inf


@dataclasses.dataclass(frozen=True, slots=True)
class PartitionCall:
    """A parsed call of a command in a partition."""

    parsed: Parsed
    caller: PartitionCaller
    invocation: Invocation

    @property
    def datacenter(self) -> Datacenter:
        """The datacenter that the partition belongs to."""
        return self.caller.datacenter

    @property
    def partition(self) -> Partition:
        """The partition as it stands now."""
        return self.caller.locate()

    @property
    def system(self) -> OperatingSystem:
        """The operating system that runs the command."""
        system = self.partition.operating_system
        if system is None:
            raise TypeError(f"no operating system runs in {self.partition.name}")
        return system

    @property
    def devices(self) -> DeviceDatabase:
        """The devices that the operating system knows."""
        return self.partition.devices

    def text(self, dest: str) -> str | None:
        """The value of an option, None if it was not given."""
        return self.parsed.text(dest)

    def words(self, dest: str) -> tuple[str, ...]:
        """The values of an option that takes several."""
        return self.parsed.words(dest)

    def given(self, dest: str) -> bool:
        """Whether an option was given."""
        return dest in self.parsed

    def complain(self, text: str) -> None:
        """Write a message to standard error."""
        self.invocation.stderr.write(text + "\n")


Handler = Callable[[PartitionCall], Awaitable[Lines]]


@dataclasses.dataclass(frozen=True, slots=True)
class PartitionCommand:
    """A command of an operating system.

    `handler` gives the lines of standard output. It raises a CommandExit for an error: its text
    goes to standard error. What it prints before an error it writes itself.
    """

    declaration: Declaration
    handler: Handler

    @property
    def name(self) -> str:
        """The name by which it is called."""
        return self.declaration.name

    def exists_at(self, level: Level) -> bool:
        """Whether an operating system of the level has it: it has, unless no form is of it."""
        return bool(self.declaration.at(level).forms)


def level_of(partition: Partition) -> Level:
    """The level of the operating system of a partition, such as 1.5.0.0 or 6.1."""
    return Level.of_release(partition.system_level)


def executable(command: PartitionCommand) -> Callable[[Any], Awaitable[int]]:
    """Make of a command what the shell can call: words in, output and exit status out."""

    async def execute(invocation: Invocation) -> int:
        caller: PartitionCaller = invocation.caller
        await caller.datacenter.clock.settle(caller.settle_limit)
        level = level_of(caller.locate())
        try:
            if not command.exists_at(level):
                raise CommandExit(render("command_not_found", name=command.name), 127)
            parsed = parse(command.declaration, invocation.args, level)
            lines = await command.handler(PartitionCall(parsed, caller, invocation))
        except CommandExit as refusal:
            if refusal.text:
                invocation.stderr.write(refusal.text + "\n")
            return refusal.status
        await print_lines(invocation.stdout, lines)
        return 0

    return execute
