"""The restricted shell: time per command line, and as a ratio to a ``bash -c`` process.

Run it as ``python bench/shell.py``. All figures of a line are measured in one run on one machine;
only ratios mean something elsewhere.
"""

from __future__ import annotations

import asyncio
import datetime
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable

from hmcsh.shell import Invocation, Shell, TextReader, settle
from hmcsh.shell.parser import Parser

PIPELINE = "lssyscfg -r sys -F name | grep x | cut -d, -f1"
STUB = "lssyscfg() { printf 'sysx,1\\nsysy,2\\nother,3\\n'; }\n"
LINES = {
    "simple command": "true",
    "pipeline of three": PIPELINE,
    "substitution": "x=$(lssyscfg -r sys -F name | head -1)",
    "loop of ten": "for i in {1..10}; do [ $i -eq 5 ] && echo $i; done",
}


class Console:
    """A host without files."""

    hostname, user, home = "hmc1", "hscroot", "/home/hscroot"

    def now(self) -> datetime.datetime:
        """Return one and the same time."""
        return datetime.datetime(2009, 3, 2, tzinfo=datetime.UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        """Wait for a task."""
        done, _ = await asyncio.wait([task], timeout=seconds)
        await settle([task])
        return bool(done)

    def read_file(self, path: str) -> str:
        """Refuse."""
        raise FileNotFoundError(path)

    def list_directory(self, path: str) -> list[str]:
        """Refuse."""
        raise FileNotFoundError(path)

    def reach(self, name: str) -> tuple[str, bool] | None:
        """Know no other host."""
        return None

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        """Return nobody."""
        return []


class Nowhere:
    """An output that forgets."""

    def write(self, text: str) -> None:
        """Forget."""

    async def drain(self) -> None:
        """Do nothing."""


async def lssyscfg(call: Invocation) -> int:
    """Stand for the command of the name."""
    call.stdout.write("sysx,1\nsysy,2\nother,3\n")
    return 0


def make_shell() -> Shell:
    """Return a shell without files and with one command."""
    nowhere = Nowhere()
    return Shell(
        host=Console(), commands={"lssyscfg": lssyscfg}, stdin=TextReader(""),
        stdout=nowhere, stderr=nowhere,
    )  # fmt: skip


async def best(work: Callable[[], Awaitable[object]], count: int) -> float:
    """Return the seconds that one piece of work takes, the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            await work()
        rounds.append((time.perf_counter() - start) / count)
    return min(rounds)


def bash_process(text: str) -> float:
    """Return the seconds that a bash process with stub functions takes, the best of 30."""
    rounds = []
    for _ in range(30):
        start = time.perf_counter()
        subprocess.run(["bash", "-c", STUB + text], stdout=subprocess.DEVNULL, check=False)
        rounds.append(time.perf_counter() - start)
    return min(rounds)


async def main() -> None:
    """Measure and print."""
    shell = make_shell()
    there = shutil.which("bash") is not None
    print(f"{'restricted shell':<24}{'us':>10}{'bash -c, us':>14}{'ratio':>9}")
    for name, text in LINES.items():
        ours = await best(lambda text=text: shell.run_string(text), 500)  # type: ignore[misc]
        line = f"{name:<24}{ours * 1e6:>10.1f}"
        if there:
            theirs = bash_process(text)
            line += f"{theirs * 1e6:>14.1f}{theirs / ours:>8.1f}x"
        print(line)

    async def parse() -> None:
        Parser(PIPELINE).line_of_commands()

    async def construct() -> None:
        make_shell()

    print(f"{'parsing the pipeline':<24}{await best(parse, 500) * 1e6:>10.1f}")
    print(f"{'a new shell':<24}{await best(construct, 500) * 1e6:>10.1f}")


if __name__ == "__main__":
    asyncio.run(main())
