"""How long a session waits for `lssyscfg` while the console carries many migrations.

A served console, in a process of its own, moves 400 partitions of 64 GB at once: 20 pairs of
systems, 20 partitions each, four to a mover. Another session asks for the partitions of a system
again and again on one open connection, before and meanwhile. Time in which the server or this
program was ready to run and another one had the processor is the machine's: each answer is also
counted without it.

usage: python bench/latency.py [--few] [--pace N]     (--few: a tenth of the migrations)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh

PER_PAIR, PER_MOVER = 20, 4
PAIRS_PER_SESSION = 4  # a shell of the console runs at most 128 jobs
PAUSE = 0.02  # seconds between two questions
AIM = 0.050
ASK = "lssyscfg -r lpar -m from01 -F name,state"


def inventory(pairs: int) -> str:
    """Give an inventory of `pairs` pairs of systems; partitions run on the first of each."""
    lines = ["networks: {lan: 1 Gbit/s, movers: 1 Gbit/s}"]
    names = [
        [f"p{pair:02}{number:02}" for number in range(PER_PAIR)] for pair in range(1, pairs + 1)
    ]
    luns = ", ".join(f"{name}_root: 1 GB" for group in names for name in group)
    lines += [f"luns: {{{luns}}}", "systems:"]
    for pair, group in enumerate(names, 1):
        lines += _system(f"from{pair:02}", f"10A{pair:04}", group, runs=True)
        lines += _system(f"to{pair:02}", f"10B{pair:04}", group, runs=False)
    return "\n".join(lines) + "\n"


def _system(system: str, serial: str, group: list[str], *, runs: bool) -> Iterator[str]:
    movers = PER_PAIR // PER_MOVER
    disks = ", ".join(f"hdisk{i}: {name}_root" for i, name in enumerate(group, 1))
    yield f"  {system}:"
    yield f"    {{serial: {serial}, memory: 2048 GB, memory_block: 256 MB, processors: 32,"
    yield "     partitions: {"
    for number in range(1, movers + 1):
        bridge = ", bridges: {ent4: {network: lan, vlans: [1]}}" if number == 1 else ""
        yield (
            f"      {system}_vios{number}: {{id: {number}, type: vioserver, memory: 1 GB,"
            f" max_virtual_slots: 200, mover: {{network: movers, rate: 1 Gbit/s}},"
            f" disks: {{{disks}}}{bridge}}},"
        )
    for number, name in enumerate(group if runs else ()):
        yield (
            f"      {name}: {{id: {movers + 1 + number}, memory: 64 GB, processing_units: 0.1,"
            f" scsi: {{2: {{server: {system}_vios{number % movers + 1}, luns: [{name}_root]}}}},"
            " ethernet: {3: 1}, os: {workload: {kind: zipf, written: 100 %, working_set: 5 %,"
            " rate: 14 MB/s}}},"
        )
    yield "    }}"


class Collector(asyncssh.SSHClientSession[str]):
    """The least that a client needs to run a command: its output, once the channel is closed."""

    def __init__(self) -> None:
        self._output = ""
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def data_received(self, data: str, datatype: int | None) -> None:
        """Keep output."""
        self._output += data

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the output to who waits."""
        self.closed.set_result(self._output)


async def ask(connection: Any, command: str) -> str:
    """Run one command on an open connection, and give its output."""
    _, session = await connection.create_session(Collector, command)
    output: str = await session.closed
    return output


Answer = tuple[float, float]  # seconds by the clock, seconds without waiting for a processor


async def questions(connection: Any, expected: int, pid: int, until: asyncio.Event) -> list[Answer]:
    """Ask until `until` is set; how long each answer took."""
    times: list[Answer] = []
    while not until.is_set():
        waited, began = _waited(pid), time.perf_counter()
        answer = await ask(connection, ASK)
        taken = time.perf_counter() - began
        times.append((taken, max(0.0, taken - (_waited(pid) - waited))))
        if len(answer.splitlines()) < expected:
            raise RuntimeError(f"{ASK}: {answer}")
        await asyncio.sleep(PAUSE)
    return times


def _waited(pid: int) -> float:
    """Seconds that the server and this program were ready to run and had to wait."""
    return sum(processor(number)[1] for number in (pid, os.getpid()))


def processor(pid: int) -> tuple[float, float]:
    """Seconds that the process ran, and that it was ready to run and had to wait."""
    ran, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(ran) / 1e9, int(waited) / 1e9


def show(what: str, answers: list[Answer], pid: int, before: tuple[float, float]) -> bool:
    """Print two lines for some answers; whether none was late by the server's own fault."""
    ran, waited = (now - then for now, then in zip(processor(pid), before, strict=True))
    print(
        f"{what}: {len(answers)} answers; server {ran:.1f} s of CPU, waited {waited:.1f} s for it"
    )
    for kind, times in zip(
        ("by the clock", "without waiting for a processor"), zip(*answers, strict=True), strict=True
    ):
        ordered = sorted(times)
        median, late = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
        print(
            f"  {kind}: median {median * 1e3:.1f}, 99 % below {late * 1e3:.1f}, longest"
            f" {ordered[-1] * 1e3:.1f} ms; {sum(t > AIM for t in times)} above the aim of"
            f" {AIM * 1e3:.0f} ms"
        )
    return max(own for _, own in answers) <= AIM


async def measure(port: int, pid: int, pairs: int) -> bool:
    """Measure at rest, then while all partitions move."""
    login = {"username": "hscroot", "password": "abc123", "known_hosts": None, "config": None}
    options: dict[str, Any] = {**login, "client_keys": None, "agent_path": None}
    async with (
        asyncssh.connect("127.0.0.1", port, **options) as asking,
        asyncssh.connect("127.0.0.1", port, **options) as moving,
    ):
        least = PER_PAIR // PER_MOVER
        done, before = asyncio.Event(), processor(pid)
        asyncio.get_running_loop().call_later(3, done.set)
        show("at rest", await questions(asking, least, pid, done), pid, before)
        scripts = [
            "".join(
                f"migrlpar -o m -m from{pair:02} -t to{pair:02} -p p{pair:02}{number:02} & "
                for pair in range(first, min(first + PAIRS_PER_SESSION, pairs + 1))
                for number in range(PER_PAIR)
            )
            for first in range(1, pairs + 1, PAIRS_PER_SESSION)
        ]
        done, before = asyncio.Event(), processor(pid)
        asked = asyncio.create_task(questions(asking, least, pid, done))
        moves = asyncio.gather(*(ask(moving, f"{script}\nwait") for script in scripts))
        most = 0
        while not moves.done():
            await asyncio.wait([moves], timeout=2)
            states = [
                await ask(moving, f"lslparmigr -r lpar -m from{pair:02} -F migration_state")
                for pair in range(1, pairs + 1)
            ]
            most = max(most, "".join(states).count("Migration In Progress"))
        done.set()
        times = await asked
        print("".join(moves.result()), end="")
        arrived = [await ask(asking, f"lssyscfg -r lpar -m to{n:02}") for n in range(1, pairs + 1)]
        moved = sum(text.count("lpar_env=aixlinux") for text in arrived)
        total = pairs * PER_PAIR
        what = f"{most} migrations at a time, {moved} of {total} moved"
        return show(what, times, pid, before) and moved == total


def main() -> int:
    """Serve, measure, print; status 1 if an answer was late by the server's own fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--few", action="store_true", help="a tenth of the migrations")
    parser.add_argument("--pace", default="100", help="virtual seconds per real second")
    options = parser.parse_args()
    pairs = 2 if options.few else 20
    with tempfile.TemporaryDirectory(prefix="hmcsh-bench-") as name:
        folder = Path(name)
        (folder / "lab.yaml").write_text(inventory(pairs))
        ready = folder / "ready"
        words = ["serve", "-i", str(folder / "lab.yaml"), "--listen", "127.0.0.1:0"]
        words += ["--pace", options.pace, "--ready-file", str(ready)]
        environment = {**os.environ, "HOME": name, "XDG_CONFIG_HOME": name, "XDG_STATE_HOME": name}
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "hmcsh", *words], stdout=log, stderr=log, env=environment
            )
        try:
            deadline = time.monotonic() + 60
            while not ready.exists():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / "log").read_text())
                time.sleep(0.05)
            port = int(ready.read_text().split()[1])
            return 0 if asyncio.run(measure(port, server.pid, pairs)) else 1
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
