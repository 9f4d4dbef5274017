"""Measure the transfer of page state: simulated GiB a CPU second, and against memcpy.

Whole migrations (copy, suspend, final, pull, verify) of partitions with 4 KiB pages whose working
set is written by Zipf(0.9) at half the rate of the link. The reference is numpy's copy of warmed
buffers, measured around every case in the same run and extrapolated to the partition's size.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Generator
from fractions import Fraction
from typing import Any

import numpy as np

from hmcsh.hypervisor.movers import Mover
from hmcsh.hypervisor.network import Network, goodput
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.settings import TransferSettings
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.hypervisor.workload import WorkloadSpec
from hmcsh.runtime import MILLISECOND, Clock, garbage

GIB = 1 << 30
GIGABIT = 125_000_000

# Name, GiB, share written, link in Gbit/s, repeats, ratio to memcpy and MiB that are aimed at.
CASES = (
    ("2 GiB, 5 % written", 2, Fraction(5, 100), 10, 7, 1, 128),
    ("64 GiB, 5 % written", 64, Fraction(5, 100), 10, 7, 10, 128),
    ("1 TiB, 2 % written", 1024, Fraction(2, 100), 100, 7, 500, 128),
    ("8 TiB, 2 % written", 8192, Fraction(2, 100), 100, 5, 500, 128),
    ("1 TiB, all written", 1024, Fraction(1), 100, 2, 10, 512),
)


def copy_rate(size: int = 256 << 20, repeats: int = 8) -> float:
    """Measure memcpy in bytes a CPU second, of buffers that were touched before."""
    source, target = np.ones(size // 8, np.uint64), np.zeros(size // 8, np.uint64)
    best = 0.0
    for _ in range(repeats):
        start = time.process_time()
        np.copyto(target, source)
        best = max(best, size / (time.process_time() - start))
    return best


def resident() -> int:
    """Bytes of memory that the process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def phases(transfer: StateTransfer) -> Generator[Any, Any, None]:
    """Run a whole transfer."""
    yield from transfer.copy()
    yield from transfer.suspend()
    yield from transfer.final()
    yield from transfer.resume()
    yield from transfer.pull()
    yield from transfer.verification()
    transfer.complete()


def migration(
    clock: Clock,
    network: Network,
    movers: tuple[Mover, Mover],
    name: str,
    gib: int,
    hot: Fraction,
    sharers: int = 1,
) -> StateTransfer:
    """Prepare one migration that writes at half the rate it gets among `sharers` of the link."""
    link = min(movers[0].egress.nominal, movers[1].ingress.nominal)
    workload = WorkloadSpec(
        kind="zipf", working_set=hot, writes_per_second=goodput(link) // sharers // 2 // PAGE
    )
    settings = TransferSettings(window_target=660 * MILLISECOND)
    memory = PartitionMemory(name, gib * GIB, workload, seed=1)
    flow = network.open(name, (movers[0].egress, movers[1].ingress))
    return StateTransfer(clock, memory, flow, settings)


def once(label: str, gib: int, hot: Fraction, gigabits: int) -> tuple[float, float, int, int, int]:
    """Move one partition; CPU seconds, longest step, bytes held, rounds, pages of the set."""
    before = resident()
    clock = Clock()
    network = Network(clock)
    movers = (Mover("s", gigabits * GIGABIT), Mover("d", gigabits * GIGABIT))
    start = time.process_time()
    transfer = migration(clock, network, movers, label, gib, hot)
    process = clock.spawn(phases(transfer))
    longest, most = 0.0, 0
    while not process.fired:
        began = time.thread_time()
        clock.step()
        longest = max(longest, time.thread_time() - began)
        if transfer.record.suspended_at is not None:
            most = max(most, resident())
    spent = time.process_time() - start
    if process.error is not None:
        raise process.error
    written = sum(number for number, _ in transfer.destination.workload.classes())
    return spent, longest, max(0, most - before), len(transfer.record.rounds), written


def single(
    label: str, gib: int, hot: Fraction, gigabits: int, repeats: int, least: int, most: int
) -> bool:
    """Measure one kind of migration `repeats` times, and print a line."""
    rate = copy_rate()
    runs = sorted(once(label, gib, hot, gigabits) for _ in range(repeats))
    rate = max(rate, copy_rate())
    spent, _, _, rounds, written = runs[0]
    best, median = (gib * GIB / rate / runs[at][0] for at in (0, repeats // 2))
    memory = max(run[2] for run in runs) >> 20
    print(
        f"{label:20} {spent * 1000:8.1f} ms CPU {gib / spent:8.0f} GiB/s"
        f" {best:6.0f} x memcpy (median {median:.0f}, aim {least}; {rate / GIB:.1f} GiB/s)"
        f" {rounds:3} rounds {spent * 1e9 / (written * rounds):6.2f} ns/page-round"
        f" {memory:4} MiB (aim {most}), longest step {max(run[1] for run in runs) * 1000:.1f} ms"
    )
    return best >= least and memory <= most


def main() -> int:
    """Print the table; status 1 if an aim is missed."""
    garbage.keep()  # as a server does once it is up
    results = [single(*case) for case in CASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
