"""Write docs/published.md: published measurements of live migration, and what the engine gives.

usage: python docs/published.py     (`make docs` runs it; a test compares the page with its output)

Every figure of the engine comes from whole transfers with verification, from one fixed seed.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from hmcsh.hypervisor.chance import ONE, probability
from hmcsh.hypervisor.network import GOODPUT_PERCENT, Network, Resource
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.record import Round, TransferRecord
from hmcsh.hypervisor.settings import RateRule, TransferSettings
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.hypervisor.workload import WorkloadSpec
from hmcsh.runtime import MILLISECOND, SECOND, Clock

MB = 1_000_000
MIB = 1 << 20
MEGABIT = 125_000

# Stops on no condition but those that an experiment sets: nothing is small enough, nothing stalls,
# all that is dirty is sent while the partition is suspended.
PLAIN = TransferSettings(
    window_target=0,
    eps=Fraction(-(10**9)),
    demand_paging=False,
    quiesce=0,
    cpu_state=0,
    resume=0,
    io_recovery=0,
    arp=0,
)


def transfer(workload: WorkloadSpec, size: int, rate: int, settings: TransferSettings) -> Moved:
    """Move a partition of `size` bytes over a link of `rate` bytes a second of goodput."""
    clock = Clock()
    network = Network(clock)
    nominal = -(-rate * 100 // GOODPUT_PERCENT)
    flow = network.open("published", [Resource("link", nominal)], limit=nominal)
    memory = PartitionMemory("published", size, workload, seed=1)
    moving = StateTransfer(clock, memory, flow, settings)

    def phases() -> Generator[Any, Any, None]:
        for phase in (moving.copy, moving.suspend, moving.final, moving.resume, moving.pull):
            yield from phase()
        yield from moving.verification()
        moving.complete()

    clock.run_until(clock.spawn(phases()))
    return Moved(moving.record, memory.workload.classes())


@dataclasses.dataclass
class Moved:
    """The record of a whole transfer, and the classes of pages of its workload."""

    record: TransferRecord
    classes: list[tuple[int, int]]

    @property
    def downtime(self) -> float:
        """Seconds in which the partition stood still."""
        return (self.record.window_actual or 0) / SECOND

    @property
    def time(self) -> float:
        """Seconds from the first page to the end."""
        return ((self.record.ended or 0) - self.record.started) / SECOND

    @property
    def sent(self) -> list[float]:
        """Bytes in MB of every round, and of the last, for which the partition is suspended."""
        rounds = [round_.bytes / MB for round_ in self.record.rounds]
        return [*rounds, self.record.sent_suspended * PAGE / MB]


# -- Clark et al., NSDI 2005 -------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Clark:
    """One experiment: memory in MB, classes in MB and writes of a page a second, rates in MB/s."""

    name: str
    memory: int
    classes: tuple[tuple[str, str], ...]
    highest: int  # bytes a second
    rounds: int | None  # before the last, if they are given and not decided by the rate rule
    start: int  # from the last page to the partition's first instruction, ns
    paper: tuple[float, ...]
    paper_downtime: float

    def run(self) -> Moved:
        """Move it by the rule of the paper: 100 Mbit/s at first, each round 50 Mbit/s more."""
        classes = tuple((int(Fraction(mb) * MB) // PAGE, Fraction(r)) for mb, r in self.classes)
        settings = dataclasses.replace(
            PLAIN,
            min_pages=256 * 1024 // PAGE - 1,
            max_rounds=self.rounds or 30,
            max_factor=5,
            slices=32,
            peek=True,
            resume=self.start,
            rate_rule=RateRule(
                lowest=100 * MEGABIT,
                increment=50 * MEGABIT,
                highest=self.highest,
                ends_rounds=self.rounds is None,
            ),
        )
        size = sum(-(-pages // 64) * 64 for pages, _ in classes) * PAGE
        workload = WorkloadSpec(kind="classes", classes=classes)
        return transfer(workload, size, 10_000 * MEGABIT, settings)


SPECWEB = Clark(
    "SPECweb99",
    800,
    (("20.05", "9.78"), ("33.21", "0.750"), ("686.44", "0.0036"), ("60.3", "0.000001")),
    90_500_000,
    8,
    9 * MILLISECOND,
    (676.8, 126.7, 39.0, 28.4, 24.2, 16.7, 14.2, 15.3, 18.2),
    0.210,
)
QUAKE = Clark(
    "Quake 3",
    64,
    (("1.58", "34.2"), ("5.40", "0.068"), ("56.94", "0.063")),
    500 * MEGABIT,
    None,
    40 * MILLISECOND,
    (56.3, 20.4, 4.6, 1.6, 1.2, 0.9, 1.2, 1.1, 0.8, 0.2),
    0.060,
)
WRITER = Clark(
    "256 MB written without end",
    512,
    (("256", "1000"), ("256", "0")),
    500 * MEGABIT,
    None,
    0,
    (255.4, 44.0, 116.0, 222.5),
    3.5,
)


def clark() -> Iterator[str]:
    """Give the lines of the section."""
    yield from CLARK_TEXT.splitlines()
    yield ""
    yield "| | | MB sent in each round, the last one suspended | sum | of memory | downtime |"
    yield "|---|---|---|---|---|---|"
    for case in (SPECWEB, QUAKE, WRITER):
        moved = case.run()
        for who, sent, downtime in (
            ("paper", case.paper, case.paper_downtime),
            ("engine", moved.sent, moved.downtime),
        ):
            rounds = ", ".join(f"{mb:.1f}" for mb in sent)
            factor = sum(sent) / case.memory
            yield (
                f"| {case.name} | {who} | {rounds} | {sum(sent):.1f}"
                f" | x {factor:.2f} | {downtime:.3f} s |"
            )


CLARK_TEXT = """\
## Clark et al., Live Migration of Virtual Machines, NSDI 2005

Xen; the first round is sent at 100 Mbit/s, each later one at the rate at which pages were dirtied
in the round before plus 50 Mbit/s, at most 500 Mbit/s; rounds end when that is exceeded or less
than 256 KB is left. A page that is dirty again when its turn comes is skipped.

SPECweb99 and Quake 3 are fits, not predictions: sizes and rates of their classes of pages were
fitted to the paper's rounds. The paper's last SPECweb99 round went at 724 Mbit/s, more than the
500 Mbit/s that it tells of, so the engine gets that rate as the highest, and the number of rounds.
Nothing is fitted for the constant writer: its downtime is the set it writes, 256 MB, over
500 Mbit/s. The paper's writer spared a part of its set in each round, which independent writes
cannot do."""


# -- Akoush et al., MASCOTS 2010 ---------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Akoush:
    """One link: the paper's bounds in seconds for a virtual machine of 1,024 MB."""

    link: str
    total: tuple[float, float]
    down: tuple[float, float]

    @property
    def rate(self) -> int:
        """Goodput in bytes a second, as the table implies it."""
        return int(AKOUSH_SIZE / (self.down[1] - self.down[0]))

    @property
    def overhead(self) -> float:
        """Seconds of the total in which no page is sent, as the table implies them."""
        return self.total[0] - AKOUSH_SIZE / self.rate

    def run(self, workload: WorkloadSpec) -> Moved:
        """Move it with Xen's three conditions alone: 50 pages, 29 rounds, 3 times the memory."""
        resume = int(self.down[0] * SECOND)
        settings = dataclasses.replace(PLAIN, min_pages=49, max_rounds=29, resume=resume)
        return transfer(workload, AKOUSH_SIZE, self.rate, settings)

    def total_time(self, moved: Moved) -> float:
        """Seconds of the whole migration, with what the paper's platform adds."""
        return moved.time - self.down[0] + self.overhead


AKOUSH_SIZE = 1024 * MIB
AKOUSH = (
    Akoush("100 Mbit/s", (95.3, 459.1), (0.314, 91.494)),
    Akoush("1 Gbit/s", (13.3, 50.6), (0.314, 9.497)),
)


def akoush_workloads(rate: int) -> dict[str, WorkloadSpec]:
    """Give workloads from nothing to the worst, for a link of `rate` bytes a second."""
    pages = rate // PAGE
    uniform = {
        f"writes at {percent} % of the link": WorkloadSpec(
            kind="uniform", working_set=1, writes_per_second=pages * percent // 100
        )
        for percent in (10, 50, 90, 200)
    }
    return {
        "idle": WorkloadSpec(kind="idle"),
        **uniform,
        "a tenth without end": WorkloadSpec(kind="saturating", working_set=Fraction(1, 10)),
        "99 % without end": WorkloadSpec(kind="saturating", working_set=Fraction(99, 100)),
        "all without end": WorkloadSpec(kind="saturating", working_set=1),
    }


def akoush() -> Iterator[str]:
    """Give the lines of the section."""
    yield from AKOUSH_TEXT.splitlines()
    for link in AKOUSH:
        yield ""
        yield f"| {link.link} | rounds | total time | downtime |"
        yield "|---|---|---|---|"
        yield f"| paper, lower bounds | | {link.total[0]:.1f} s | {link.down[0]:.3f} s |"
        for name, workload in akoush_workloads(link.rate).items():
            moved = link.run(workload)
            yield (
                f"| {name} | {len(moved.record.rounds)} | {link.total_time(moved):.1f} s"
                f" | {moved.downtime:.3f} s |"
            )
        yield f"| paper, upper bounds | | {link.total[1]:.1f} s | {link.down[1]:.3f} s |"


AKOUSH_TEXT = """\
## Akoush et al., Predicting the Performance of Virtual Machine Migration, MASCOTS 2010

Xen; rounds end when fewer than 50 pages are dirty, after 29 rounds, or when more than 3 times the
memory was sent. Hence the bounds: at least the memory once, at most five times less a page, and
while suspended at most the memory. Goodput and overheads are those that the paper's table implies
(94 % of the link); 1,024 MB."""


# -- Liu et al., HPDC 2011 ---------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Pass:
    """The pages of one round: as the model has them, as expected, as sent; `sigma` of them."""

    number: int
    model: float
    expected: float
    sigma: float
    sent: int


def liu_rounds(ratio: Fraction = Fraction(3, 10), pages: int = 262_144) -> list[Pass]:
    """Move 1 GiB that is written at `ratio` of the link; the rounds up to 50 pages."""
    rate = 25_600 * PAGE
    workload = WorkloadSpec(
        kind="uniform", working_set=1, writes_per_second=int(ratio * rate // PAGE)
    )
    moved = transfer(workload, pages * PAGE, rate, PLAIN)
    rounds = [Pass(1, pages, pages, 0, moved.record.rounds[0].pages)]
    for before, after in zip(moved.record.rounds, moved.record.rounds[1:], strict=False):
        expected, sigma = distinct(moved.classes, before)
        model = pages * float(ratio) ** before.number
        rounds.append(Pass(after.number, model, expected, sigma, after.pages))
    return rounds


def distinct(classes: list[tuple[int, int]], round_: Round) -> tuple[float, float]:
    """Give the number of pages expected to be dirty after a round, and its standard deviation."""
    time = (round_.end or 0) - round_.start
    chances = [(pages, probability(rate, time) / ONE) for pages, rate in classes]
    # The engine draws with chances of a few binary digits, which adds at most an eighth.
    variance = sum(pages * chance * (1 - chance) for pages, chance in chances) * 9 / 8
    return sum(pages * chance for pages, chance in chances), variance**0.5


def liu() -> Iterator[str]:
    """Give the lines of the section."""
    yield from LIU_TEXT.splitlines()
    yield ""
    yield "| round | paper's closed form | distinct pages expected | engine | difference |"
    yield "|---|---|---|---|---|"
    for each in liu_rounds():
        sigmas = (each.sent - each.expected) / each.sigma if each.sigma else 0.0
        yield (
            f"| {each.number} | {each.model:.0f} | {each.expected:.0f} | {each.sent}"
            f" | {sigmas + 0.0:+.1f} sigma |"
        )


LIU_TEXT = """\
## Liu et al., Performance and Energy Modeling for Live Migration, HPDC 2011

The paper's model sends memory x (dirty rate / transfer rate)^i in round i, counting every write.
A page that is written twice is sent once, so that the model is an upper bound; what is expected
of distinct pages is the sum of n (1 - exp(-rate x time)) over the classes of pages, time being
that of the engine's round before. 1 GiB, written at 0.3 times the rate of the link."""


HEAD = """\
# Published measurements and the engine

Generated by `make docs` from docs/published.py; do not edit. The papers' figures are quoted at
second hand and were cross-checked against their own sums, rates and totals; look them up
before quoting them further."""


def page() -> str:
    """Give the whole page."""
    lines = HEAD.splitlines()
    for section in (clark, akoush, liu):
        lines += ["", *section()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page next to this program."""
    Path(__file__).with_suffix(".md").write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
