"""A shell without a shell: one command after the other on the operating system of a partition."""

from __future__ import annotations

import asyncio
import dataclasses
import shlex
from collections.abc import Mapping

from hmcsh.commands import aix, linux, vios
from hmcsh.commands.common.partition import PartitionCaller, PartitionCommand, executable

from hmcsh.model.datacenter import Datacenter
from hmcsh.model.partition import Partition


class _Stream:
    def __init__(self, text: str = "") -> None:
        self.text = text

    def write(self, text: str) -> None:
        self.text += text

    async def drain(self) -> None:
        pass

    async def read(self) -> str:
        return self.text

    async def readline(self) -> str:
        line, _, self.text = self.text.partition("\n")
        return line


@dataclasses.dataclass
class _Invocation:
    name: str
    args: tuple[str, ...]
    caller: PartitionCaller
    stdin: _Stream
    stdout: _Stream = dataclasses.field(default_factory=_Stream)
    stderr: _Stream = dataclasses.field(default_factory=_Stream)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Inside:
    """The operating system of a partition, wherever that is now."""

    def __init__(self, datacenter: Datacenter, name: str) -> None:
        self.datacenter = datacenter
        self.name = name

    def partition(self) -> Partition:
        found = [p for f in self.datacenter.frames.values() if (p := f.find_by_name(self.name))]
        return next(p for p in found if p.operating_system is not None)

    @property
    def commands(self) -> Mapping[str, PartitionCommand]:
        partition = self.partition()
        if partition.is_vios:
            return vios.COMMANDS
        system = partition.operating_system
        assert system is not None
        return aix.COMMANDS if system.version.startswith("AIX") else linux.COMMANDS

    def __call__(self, line: str, stdin: str = "") -> Answer:
        name, *words = shlex.split(line)
        caller = PartitionCaller(self.datacenter, self.partition, "root")
        call = _Invocation(name, tuple(words), caller, _Stream(stdin))
        status = asyncio.run(executable(self.commands[name])(call))
        return Answer(status, call.stdout.text, call.stderr.text)
