"""Listings of many partitions: what they hold, and how they reach a reader."""

import asyncio
import dataclasses
from typing import Any

from hmcsh.commands.hmc import COMMANDS, Caller, executable

from hmcsh.language.records import parse_record
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load_text
from hmcsh.runtime import Clock

LAB = """
systems:
  box:
    memory: 2 TB
    processors: 256
    max_partitions: 1000
    partitions: {count: 1000, name: "lpar{n}", memory: 1 GB, ethernet: {2: 1}}
"""


@dataclasses.dataclass
class Slow:
    """An output whose reader takes a piece when it is told to."""

    pieces: list[str] = dataclasses.field(default_factory=list)
    room: asyncio.Semaphore = dataclasses.field(default_factory=lambda: asyncio.Semaphore(0))

    def write(self, text: str) -> None:
        self.pieces.append(text)

    async def drain(self) -> None:
        await self.room.acquire()


@dataclasses.dataclass
class Invocation:
    """A call of a command without a shell."""

    name: str
    args: tuple[str, ...]
    stdout: Slow
    caller: Any

    async def read_file(self, path: str) -> str:
        raise FileNotFoundError(path)


def test_a_long_listing_waits_for_its_reader(console) -> None:
    expected = console(LAB).lines("lssyscfg -r lpar -m box")
    assert len(expected) == 1000
    for number, line in enumerate(expected, 1):
        assert parse_record(line)[0].value == f"lpar{number}"

    async def act() -> None:
        datacenter = load_text(LAB, Clock())
        hmc = datacenter.console
        caller = Caller(datacenter, Mobility(datacenter), hmc, hmc.users["hscroot"])
        output = Slow()
        words = ("-r", "lpar", "-m", "box")
        call = Invocation("lssyscfg", words, output, caller)
        task = asyncio.create_task(executable(COMMANDS["lssyscfg"])(call))
        for taken in range(5):
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(output.pieces) == taken + 1
            output.room.release()
        for _ in range(1000):
            output.room.release()
        assert await task == 0
        assert "".join(output.pieces).splitlines() == expected
        assert max(map(len, output.pieces)) < 20_000

    asyncio.run(act())


def test_a_filter_finds_what_the_listing_has(console) -> None:
    hmc = console(LAB)
    listed = hmc.lines("lssyscfg -r lpar -m box")
    for number in (1, 500, 1000):
        by_name = f"lssyscfg -r lpar -m box --filter lpar_names=lpar{number}"
        by_id = f"lssyscfg -r lpar -m box --filter lpar_ids={number}"
        assert hmc.lines(by_name) == hmc.lines(by_id) == [listed[number - 1]]
