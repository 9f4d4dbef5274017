"""The time of day of a partition across a migration (SG24-7460 2.1, 2.5.2).

A hypervisor keeps a partition's clock as an offset to that of its managed system. A running time
reference partition ties a system's clock to Coordinated Universal Time; where both systems have
one, the difference of the clocks is known and the new offset is exact. Otherwise the destination
takes the time from a stamp that comes with the partition's state: it lags by the time that the
stamp was on its way, which bounds the error (inferred). In neither case does the clock go back.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hmcsh.model.partition import Partition
from hmcsh.runtime import MICROSECOND

if TYPE_CHECKING:
    from hmcsh.migration.run import Run
    from hmcsh.model.frame import Frame

STAMP_DELAY = 100 * MICROSECOND  # half the round trip between the movers (inferred)


@dataclasses.dataclass(frozen=True, slots=True)
class TimeOfDay:
    """How a partition's clock was carried over; times in ns.

    time: virtual time at which the new system took the clock over.
    correction: by how much the partition's offset to its system's clock changed.
    lag: by how much the partition's clock stands behind a clock that was not moved.
    source_reference, destination_reference: names of the time reference partitions, "" without.
    """

    time: int
    correction: int
    lag: int
    source_reference: str
    destination_reference: str

    @property
    def exact(self) -> bool:
        """Whether both systems had a time reference."""
        return bool(self.source_reference and self.destination_reference)


def reference(frame: Frame) -> Partition | None:
    """The time reference partition that has run longest, which gives a system its time."""
    running = [p for p in frame.partitions.values() if p.time_reference and p.running]
    return min(running, key=lambda p: (p.running_since, p.lpar_id), default=None)


def carry_over(run: Run) -> None:
    """Set the clock of the partition on the destination by that on the source."""
    source, shell = run.source, run.shell
    now = run.datacenter.clock.now
    here, there = reference(source.frame), reference(shell.frame)
    correction = source.frame.clock_offset - shell.frame.clock_offset
    suspended = run.phases[0].start if run.record is None else run.record.suspended_at
    # What it read last it read before it stood still: the clock lags by less than that lies back.
    stood_still = 0 if suspended is None else now - suspended
    lag = 0 if here is not None and there is not None else min(STAMP_DELAY, stood_still)
    shell.time_offset = source.time_offset + correction - lag
    shell.running_since = source.running_since
    run.time_of_day = TimeOfDay(
        now, correction - lag, lag, here.name if here else "", there.name if there else ""
    )
