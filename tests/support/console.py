"""A console over a lab: run a command line through the shell, get status and output."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from hmcsh.commands.hmc import COMMANDS, Caller, executable
from support.lab import fresh

from hmcsh.console import ConsoleService
from hmcsh.migration.engine import Mobility
from hmcsh.runtime import Clock
from hmcsh.shell import Shell, TextReader, settle


@dataclasses.dataclass
class Output:
    """Collects what is written."""

    text: str = ""

    def write(self, text: str) -> None:
        self.text += text

    async def drain(self) -> None:
        pass


def open_shell(
    service: ConsoleService,
    output: Any,
    *,
    typed: str = "",
    tty: str | None = None,
    origin: str = "localhost",
) -> Shell:
    """A session of hscroot at a console in service; both its outputs are one."""
    return service.open_shell(
        user="hscroot",
        origin=origin,
        tty=tty,
        stdin=TextReader(typed),
        stdout=output,
        stderr=output,
        environment={},
    )


async def enter(service: ConsoleService, line: str, typed: str = "") -> tuple[int, str]:
    """Status and output of a line at a console in service."""
    output = Output()
    return await open_shell(service, output, typed=typed).run_string(line), output.text


@dataclasses.dataclass
class Host:
    """The console's host, with the files that a test gives it."""

    files: dict[str, str]
    hostname: str = "hmc"
    user: str = "hscroot"
    home: str = "/home/hscroot"

    def now(self) -> datetime.datetime:
        return datetime.datetime(2007, 4, 3, 15, 0)

    async def sleep(self, seconds: float) -> None:
        pass

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        done, _ = await asyncio.wait([task], timeout=seconds)
        await settle([task])
        return bool(done)

    def read_file(self, path: str) -> str:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def list_directory(self, path: str) -> list[str]:
        return []

    def reach(self, name: str) -> tuple[str, bool] | None:
        return None

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        return []


_LOOP = asyncio.Runner()  # one for all: to make one takes as long as many a command


class Console:
    """Runs command lines as one user; `datacenter` and `clock` are there to look at and to turn."""

    def __init__(self, lab: str, user: str, files: Mapping[str, str]) -> None:
        self.clock = Clock("manual")
        self.datacenter = fresh(lab, self.clock)
        self.user = user
        self.host = Host(dict(files))
        self.mobility = Mobility(self.datacenter)
        self.commands = {name: executable(command) for name, command in COMMANDS.items()}
        self.errors = ""

    def __call__(self, line: str) -> tuple[int, str]:
        """Status and standard output of a command line."""
        return _LOOP.run(self.run(line))

    async def run(self, line: str) -> tuple[int, str]:
        """The same inside a running loop."""
        return (await self.answers([line]))[line]

    async def answers(self, lines: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Status and standard output of command lines in one session."""
        user = self.datacenter.console.users[self.user]
        output, errors = Output(), Output()
        shell = Shell(
            host=self.host,
            commands=self.commands,
            caller=Caller(self.datacenter, self.mobility, self.datacenter.console, user),
            stdin=TextReader(""),
            stdout=output,
            stderr=errors,
        )
        found = {}
        for line in lines:
            output.text = ""
            status = await shell.run_string(line)
            found[line] = status, output.text
        self.errors = errors.text
        return found

    def lines(self, line: str) -> list[str]:
        """The lines of a command that must succeed."""
        status, text = self(line)
        assert status == 0, text
        return text.splitlines()

    def value(self, line: str) -> str:
        """The only line of a command that must succeed."""
        (found,) = self.lines(line)
        return found
