"""Kills a console under load again and again, and looks at what its state file holds each time.

    python crash.py FOLDER TIMES SEED

A worker process serves four users of a console that keeps its state, without ssh. Each tells, on
a pipe, before it sends a command and when it has the answer. At a random instant the worker is
killed (SIGKILL); then the file is opened and compared with what was told.
"""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from support.crash_users import PACE, USER, Users, examine, told
from support.lab import L9, L10

from hmcsh.console import ConsoleService
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock
from hmcsh.shell import TextReader
from hmcsh.state.keeper import Keeper

LONGEST = 0.6  # real seconds that a worker lives


class _Nowhere:
    def write(self, text: str) -> None:
        """Show nothing."""

    async def drain(self) -> None:
        """Wait for nothing."""


class Worker:
    """The process that is killed."""

    def __init__(self, path: Path, pipe: int, seed: int) -> None:
        self.keeper = Keeper.open(path, PACE)
        self.pipe = pipe
        self.users = Users(self.do, self.home, random.Random(seed))
        self.service = ConsoleService(
            self.keeper.datacenter, mobility=self.keeper.mobility, journal=self.keeper
        )

    async def run(self) -> None:
        await asyncio.gather(self.flush(), *(work() for work in self.users.everyone))

    async def flush(self) -> None:
        while True:
            self.keeper.try_flush()
            await asyncio.sleep(0.02)

    async def home(self, name: str) -> str:
        return L9 if self.keeper.datacenter.frames[L9].find_by_name(name) else L10

    async def do(self, line: str) -> int:
        shell = self.service.open_shell(
            user=USER,
            origin="localhost",
            tty=None,
            stdin=TextReader(""),
            stdout=_Nowhere(),
            stderr=_Nowhere(),
            environment={},
        )
        os.write(self.pipe, f"sent {line}\n".encode())
        status = await shell.run_string(line)
        os.write(self.pipe, f"answered {status} {line}\n".encode())
        return status


def one_life(path: Path, seed: int) -> list[str]:
    """Let a worker live for a random time; gives what it told."""
    reader, writer = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            os.close(reader)
            asyncio.run(Worker(path, writer, seed).run())
        finally:
            os._exit(1)
    os.close(writer)
    said, end = b"", time.monotonic() + 0.05 + LONGEST * random.Random(seed).random()
    while (left := end - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            piece = os.read(reader, 1 << 16)
            assert piece, "the worker ended by itself"
            said += piece
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    while piece := os.read(reader, 1 << 16):
        said += piece
    os.close(reader)
    return said.decode().splitlines()


def main(folder: Path, times: int, seed: int) -> None:
    path = folder / "state"
    Keeper.create(path, Mobility(load("redbook", Clock("manual")))).close()
    seen: Counter[str] = Counter()
    last = 0
    for life in range(times):
        last = examine(path, told(one_life(path, seed + life)), last, seen)
    sys.stdout.write(", ".join(f"{name} {count}" for name, count in seen.items()))


if __name__ == "__main__":
    # What forks should have loaded what its workers need.
    from hmcsh.commands.hmc import COMMANDS

    import hmcsh.hypervisor.keeping

    for command in ("chsyscfg", "chsysstate", "migrlpar", "viosvrcmd"):
        COMMANDS[command]
    assert hmcsh.hypervisor.keeping
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
