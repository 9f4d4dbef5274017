"""Large inventories, and long listings beside OpenSSH's sshd: `python bench/inventory.py`.

First 100,000 partitions on 1,000 systems, declared by counts: how long they take to load, how much
memory, and how soon a filtered listing is answered. Then 1,000 partitions of one system, listed by
a served console, and the same bytes, shown by `cat` through sshd: OpenSSH clients take turns, each
time over a connection that is open and over one of their own. What is printed of these are ratios
of the best rounds, since the machine may have other work; the times beside them are its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from server import openssh_server

from hmcsh.console import ConsoleService
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock
from hmcsh.shell.streams import Capture, TextReader

SYSTEMS, PARTITIONS, LISTED = 1000, 100, 1000

MANY = """
systems:
  count: {systems}
  name: "system{{n}}"
  memory: 1 TB
  processors: 64
  partitions: {{count: {partitions}, name: "lpar{{n}}", memory: 2 GB, ethernet: {{2: 1}}}}
"""

ONE = """
hmc: {{users: {{hscroot: {{role: hmcsuperadmin, keys: ["{key}"]}}}}}}
systems:
  system1:
    memory: 4 TB
    processors: 256
    max_partitions: {listed}
    partitions: {{count: {listed}, name: "lpar{{n}}", memory: 2 GB, ethernet: {{2: 1}}}}
"""

QUERIES = {
    "by name": "lssyscfg -r lpar -m system{n} --filter lpar_names=lpar{p}",
    "by ID": "lssyscfg -r lpar -m system{n} --filter lpar_ids={p}",
    "a system": "lssyscfg -r sys -m system{n}",
}
LISTINGS = {
    "lssyscfg -r lpar": "lssyscfg -r lpar -m system1",
    "  with -F name,lpar_id,state": "lssyscfg -r lpar -m system1 -F name,lpar_id,state",
    "lssyscfg -r prof": "lssyscfg -r prof -m system1",
    "lshwres -r mem --level lpar": "lshwres -r mem -m system1 --level lpar",
    "lshwres -r proc --level lpar": "lshwres -r proc -m system1 --level lpar",
}


def row(what: str, figure: str, wanted: str = "", met: bool | None = None) -> None:
    """Print one line of the results."""
    mark = "" if met is None else "met" if met else "MISSED"
    print(f"{what:<58} {figure:<36} {wanted:<10} {mark}", flush=True)


# -- many partitions --------------------------------------------------------------------------


def measure_many(path: str) -> None:
    """Load an inventory in this process; print what it took as JSON."""
    began, busy = time.perf_counter(), time.process_time()
    datacenter = load(path, Clock())
    found: dict[str, object] = {
        "load": time.perf_counter() - began,
        "cpu": time.process_time() - busy,
        "partitions": sum(len(frame.partitions) for frame in datacenter.frames.values()),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    gc.collect()
    gc.freeze()  # as a served console does
    service = ConsoleService(datacenter)

    async def answer(command: str) -> float:
        output = Capture(1 << 24)
        began = time.perf_counter()
        shell = service.open_shell(
            user="hscroot",
            origin="bench",
            tty=None,
            stdin=TextReader(""),
            stdout=output,
            stderr=output,
            environment={},
        )
        status = await shell.run_string(command)
        took = time.perf_counter() - began
        service.shell_closed(shell)
        if status:
            raise RuntimeError(output.text())
        return took

    async def ask(command: str) -> list[float]:
        # Every question is of another system and partition, as if nothing was asked before.
        return [
            await answer(command.format(n=1 + 13 * number % SYSTEMS, p=1 + 7 * number % PARTITIONS))
            for number in range(1, 200)
        ]

    asyncio.run(answer("lssyscfg -r sys -m system1000"))  # which loads the command
    found["queries"] = {name: asyncio.run(ask(command)) for name, command in QUERIES.items()}
    print(json.dumps(found))


def many(folder: Path) -> None:
    """Load 100,000 partitions in a process of its own and ask for some."""
    path = folder / "many.yaml"
    path.write_text(MANY.format(systems=SYSTEMS, partitions=PARTITIONS))
    done = subprocess.run(
        [sys.executable, __file__, "--many", str(path)], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    row(
        f"load {found['partitions']} partitions, {SYSTEMS} systems",
        f"{found['load']:.1f} s ({found['cpu']:.1f} s of CPU time)",
        "<= 20 s",
        found["load"] <= 20,
    )
    each = found["peak"] / found["partitions"]
    row(
        "  resident memory at its peak",
        f"{found['peak'] / 2**20:.0f} MiB ({each / 1024:.1f} KiB a partition)",
        "< 1 GiB",
        found["peak"] < 2**30,
    )
    for name, times in found["queries"].items():
        median, worst = statistics.median(times), max(times)
        row(
            f"  lssyscfg {name}",
            f"{median * 1e3:.2f} ms (of 199 the slowest: {worst * 1e3:.2f})",
            "<= 5 ms",
            median <= 0.005,
        )


# -- a long listing beside sshd ---------------------------------------------------------------


class Client:
    """OpenSSH's client to one server, with a connection that stays open."""

    def __init__(self, folder: Path, name: str, user: str, port: int) -> None:
        self._control = folder / f"control-{name}"
        self._words = [
            *("ssh", "-F", "none", "-i", str(folder / "client"), "-p", str(port)),
            *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            f"{user}@127.0.0.1",
        ]

    def run(self, *options: str, output: int | None = subprocess.DEVNULL) -> bytes:
        """Run a command or, with options, something else; give its output if it is piped."""
        done = subprocess.run(
            [*self._words, *options], stdin=subprocess.DEVNULL, stdout=output, check=True
        )
        return done.stdout or b""

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Keep a connection open meanwhile."""
        self.run("-M", "-S", str(self._control), "-f", "-N", "-o", "ControlPersist=yes")
        try:
            yield
        finally:
            self.run("-S", str(self._control), "-O", "exit")

    def over_open(self, command: str) -> float:
        """Seconds of a command over the connection that is open."""
        return self._timed("-S", str(self._control), "--", command)

    def over_new(self, command: str) -> float:
        """Seconds of a command over a connection of its own."""
        return self._timed("-o", "ControlPath=none", "--", command)

    def _timed(self, *words: str) -> float:
        options, command = words[:-2], words[-1]
        words_ = [*self._words[:-1], *options, self._words[-1], command]
        began = time.perf_counter()
        subprocess.run(words_, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - began


@contextlib.contextmanager
def console(folder: Path) -> Iterator[int]:
    """Serve the inventory of one large system as its user does; give the port."""
    inventory, ready = folder / "one.yaml", folder / "ready"
    key = (folder / "client.pub").read_text().strip()
    inventory.write_text(ONE.format(key=key, listed=LISTED))
    process = subprocess.Popen(
        [sys.executable, "-m", "hmcsh", "serve", "-i", str(inventory)]
        + ["--listen", "127.0.0.1:0", "--ready-file", str(ready)],
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    try:
        while not ready.exists():
            if process.poll() is not None:
                raise RuntimeError("the console does not serve")
            time.sleep(0.02)
        yield int(ready.read_text().split()[1])
    finally:
        process.terminate()
        process.wait()


def best(rounds: int, measures: Sequence[Callable[[], float]]) -> list[float]:
    """The least time of each, measured in turns."""
    times = [[measure() for measure in measures] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def listings(folder: Path, sshd: str, rounds: int) -> None:
    """Compare listings of 1,000 partitions with `cat` of the same bytes."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "client")], check=True
    )
    with console(folder) as port, openssh_server(folder, sshd) as target:
        ours = Client(folder, "hmcsh", "hscroot", port)
        theirs = Client(folder, "sshd", target.user, target.port)
        with ours.connected(), theirs.connected():
            for name, command in LISTINGS.items():
                shown = folder / "shown"
                shown.write_bytes(ours.run(command, output=subprocess.PIPE))
                cat = f"cat {shown}"
                for how in ("open", "new"):
                    mine, other = best(
                        rounds,
                        [
                            lambda c=command, h=how: getattr(ours, f"over_{h}")(c),
                            lambda c=cat, h=how: getattr(theirs, f"over_{h}")(c),
                        ],
                    )
                    ratio = mine / other
                    row(
                        f"{name}, {how} connection, cat = 1",
                        f"{ratio:.2f} ({mine * 1e3:.1f} / {other * 1e3:.1f} ms,"
                        f" {shown.stat().st_size // 1024} KiB)",
                        "<= 5",
                        ratio <= 5,
                    )


def main() -> None:
    """Run all measurements and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--many", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=15, help="how often each listing is timed")
    options = parser.parse_args()
    if options.many is not None:
        measure_many(options.many)
        return
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory(prefix="hmcsh-bench-") as name:
        folder = Path(name)
        many(folder)
        program = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if program is None or shutil.which("ssh") is None:
            print("without sshd and ssh: no listings are compared")
            return
        listings(folder, program, options.rounds)


if __name__ == "__main__":
    main()
