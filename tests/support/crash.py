"""Kills a console under load again and again, and looks at what its state file holds each time.

    python crash.py FOLDER TIMES SEED

A worker process serves four users of a console that keeps its state: one renames a partition
again and again, one starts and stops another, one migrates others back and forth, one changes a
device of a Virtual I/O Server. Each tells, on a
pipe, before it sends a command and when it has the answer. At a random instant the worker is
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

from support.inside import Inside
from support.kept import assert_all_is_kept
from support.lab import L9, L10

from hmcsh.console import ConsoleService
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load
from hmcsh.model.states import PartitionState
from hmcsh.runtime import Clock
from hmcsh.shell import TextReader
from hmcsh.state.keeper import Keeper

PACE = 600.0
LONGEST = 0.6  # real seconds that a worker lives
SERVER, TUNED = "VIOS1_L10", "hdisk1"
RENAMED = 6  # lpar_id of the partition that is renamed
MOVED = ("TRAIN", "TEST")


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
        self.draw = random.Random(seed)
        self.service = ConsoleService(
            self.keeper.datacenter, mobility=self.keeper.mobility, journal=self.keeper
        )

    async def run(self) -> None:
        await asyncio.gather(self.flush(), self.rename(), self.power(), self.migrate(), self.tune())

    async def flush(self) -> None:
        while True:
            self.keeper.try_flush()
            await asyncio.sleep(0.02)

    async def do(self, line: str) -> int:
        shell = self.service.open_shell(
            user="hscroot",
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

    async def rename(self) -> None:
        while True:
            name = f"B{self.draw.randrange(10**9)}"
            await self.do(f"chsyscfg -r lpar -m {L9} -i lpar_id={RENAMED},new_name={name}")
            await asyncio.sleep(0.001)

    async def power(self) -> None:
        while True:
            await self.do(f"chsysstate -r lpar -m {L10} -o on -n PROD -f default")
            await asyncio.sleep(self.draw.random() * 60 / PACE)
            await self.do(f"chsysstate -r lpar -m {L10} -o shutdown --immed -n PROD")
            await asyncio.sleep(self.draw.random() * 4 / PACE)

    async def migrate(self) -> None:
        while True:
            name = self.draw.choice(MOVED)
            frames = self.keeper.datacenter.frames
            here, there = (L9, L10) if frames[L9].find_by_name(name) else (L10, L9)
            await self.do(f"migrlpar -o m -m {here} -t {there} -p {name}")
            await asyncio.sleep(0.001)

    async def tune(self) -> None:
        while True:
            depth = self.draw.randrange(1, 257)
            change = f"chdev -dev {TUNED} -attr queue_depth={depth}"
            await self.do(f"viosvrcmd -m {L10} -p {SERVER} -c '{change}'")
            await asyncio.sleep(0.001)


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
    told, end = b"", time.monotonic() + 0.05 + LONGEST * random.Random(seed).random()
    while (left := end - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            piece = os.read(reader, 1 << 16)
            assert piece, "the worker ended by itself"
            told += piece
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    while piece := os.read(reader, 1 << 16):
        told += piece
    os.close(reader)
    return told.decode().splitlines()


def examine(path: Path, told: list[str], before: int, seen: Counter[str]) -> int:
    """Compare a file with what a worker told; gives the number of the last command in it."""
    keeper = Keeper.open(path, "manual")
    clock, mobility = keeper.datacenter.clock, keeper.mobility
    entries = list(keeper.file.history(before))
    answered = Counter(line.split(" ", 1)[1] for line in told if line.startswith("answered"))
    sent = Counter(line.split(" ", 1)[1] for line in told if line.startswith("sent"))
    kept = Counter(f"{entry.status} {entry.command}" for entry in entries)
    assert answered <= kept, f"answered and not kept: {answered - kept}"
    assert Counter(entry.command for entry in entries) <= sent, "kept and never sent"

    # A change and its entry are there together, or neither is.
    frame = keeper.datacenter.frames[L9]
    names = [
        entry.command.rpartition("new_name=")[2]
        for entry in keeper.file.history()
        if entry.status == 0 and "new_name=" in entry.command
    ]
    assert frame.partitions[RENAMED].name == ([*names] or ["BUILD"])[-1], "half a change"
    depths = [
        entry.command.rpartition("=")[2].rstrip("'")
        for entry in keeper.file.history()
        if entry.status == 0 and "queue_depth=" in entry.command
    ]
    shown = Inside(keeper.datacenter, SERVER)(f"lsdev -dev {TUNED} -attr queue_depth").lines
    assert shown[-1] == ([*depths] or ["20"])[-1], "half a change of a device"
    seen["devices changed"] += sum(
        times for line, times in answered.items() if line.startswith("0 viosvrcmd")
    )

    seen["killed"] += 1
    seen["answered"] += sum(answered.values())
    seen["kept without an answer"] += len(entries) - sum(answered.values())
    failed = [run for run in mobility.history if run.migration.state.to_be_recovered]
    seen["to be recovered"] += sum(run.source.migration is run.migration for run in failed)
    seen["went on by themselves"] += len(mobility.live)
    while clock.step():
        pass
    for run in mobility.history:
        if run.migration.state.to_be_recovered and run.source.migration is run.migration:
            clock.run_until(mobility.recover(run.source))
            while clock.step():
                pass
    _is_sound(keeper)
    assert_all_is_kept(keeper)
    last = entries[-1].number if entries else before
    keeper.close()
    return last


def _is_sound(keeper: Keeper) -> None:
    frames = keeper.datacenter.frames
    owners = Counter(p.uuid for frame in frames.values() for p in frame.partitions.values())
    assert set(owners.values()) == {1}, "a partition has two owners"
    for name in MOVED:
        found = [p for frame in frames.values() if (p := frame.find_by_name(name)) is not None]
        assert len(found) == 1, f"{name} was lost"
        assert found[0].state is PartitionState.RUNNING and found[0].migration is None
    for frame in frames.values():
        assert not frame.migrations and frame.memory_available >= 0
        for server in frame.virtual_io_servers():
            clients = [
                getattr(adapter, "remote_lpar_id", "any") for adapter in server.adapters.values()
            ]
            gone = [one for one in clients if one != "any" and one not in frame.partitions]
            assert not gone, f"{server.name} serves partitions that are gone: {gone}"
    for run in keeper.mobility.history:
        ended = run.commit is not None and run.active
        assert not ended or (run.record is not None and run.record.verified_pages), "not verified"


def main(folder: Path, times: int, seed: int) -> None:
    path = folder / "state"
    Keeper.create(path, Mobility(load("redbook", Clock("manual")))).close()
    seen: Counter[str] = Counter()
    last = 0
    for life in range(times):
        told = one_life(path, seed + life)
        last = examine(path, told, last, seen)
    sys.stdout.write(", ".join(f"{name} {count}" for name, count in seen.items()))


if __name__ == "__main__":
    # What forks should have loaded what its workers need.
    from hmcsh.commands.hmc import COMMANDS

    import hmcsh.hypervisor.keeping

    for command in ("chsyscfg", "chsysstate", "migrlpar", "viosvrcmd"):
        COMMANDS[command]
    assert hmcsh.hypervisor.keeping
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
