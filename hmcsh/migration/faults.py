"""The faults of a datacenter: which ones wait to strike, which are in effect, what they break.

A fault changes the model and nothing else; what follows from it is the business of those who
find out that something they need is gone (`hmcsh.migration.supervision`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from hmcsh.migration.breakage import BREAKAGES, Breakage
from hmcsh.model.fault import KINDS, PHASES, Fault
from hmcsh.runtime import SECOND, Clock, Timer

if TYPE_CHECKING:
    from hmcsh.migration.platform import Platform
    from hmcsh.migration.run import Run

__all__ = ["KINDS", "PHASES", "Fault", "Faults"]

_PAGE = 4096
_PERCENT_POLL = SECOND  # while nothing can be sent, a share of the copying cannot be foreseen


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FaultsState:
    """What a registry holds: faults by number, what they broke, when (ns) it works again."""

    faults: dict[int, Fault]
    breakages: dict[int, Breakage]
    healing: dict[int, int]
    last: int


class Faults:
    """The registry: faults in the order in which they were added, numbered from 1."""

    def __init__(self, clock: Clock, runs: Callable[[], Iterator[Run]]) -> None:
        """Make an empty registry; `runs` gives the migrations that are under way."""
        self._clock = clock
        self._runs = runs
        self._faults: dict[int, Fault] = {}
        self._breakages: dict[int, Breakage] = {}
        self._timers: dict[int, Timer] = {}
        self._healing: dict[int, int] = {}  # when what they broke works again, ns
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        """Register a fault; gives it with its number.

        It strikes as soon as a migration meets its conditions, which may be at once.
        """
        self._last += 1
        added = dataclasses.replace(fault, number=self._last, status="pending")
        self._faults[added.number] = added
        self._alert(self._runs())
        return added

    def list(self) -> tuple[Fault, ...]:
        """Every fault that was added and not cleared, with its status."""
        return tuple(self._faults.values())

    def clear(self, number: int | None = None) -> None:
        """Forget one fault, or all; what they broke works again.

        Raises ValueError for a number that no fault has.
        """
        if number is not None and number not in self._faults:
            raise ValueError(f"there is no fault {number}")
        for each in list(self._faults) if number is None else [number]:
            self._heal(each)
            del self._faults[each]

    @property
    def state(self) -> FaultsState:
        """All there is to know of them, for another process."""
        return FaultsState(
            dict(self._faults), dict(self._breakages), dict(self._healing), self._last
        )

    def restore(self, state: FaultsState, platform: Platform) -> None:
        """Be as another registry was."""
        self._faults, self._breakages = dict(state.faults), dict(state.breakages)
        for breakage in self._breakages.values():
            breakage.platform = platform
        self._last = state.last
        for number, time in state.healing.items():
            self._heal_at(number, max(time, self._clock.now))

    def strike_due(self, run: Run) -> None:
        """Let the faults strike whose conditions a migration meets now."""
        for fault in self._pending(run):
            if self._meets(fault, run):
                self._strike(fault, run)

    def next_look(self, run: Run) -> int | None:
        """Give the ns until a condition on time or progress may be met; None if there is none."""
        waits = [
            wait
            for fault in self._pending(run)
            for wait in (self._until_time(fault), self._until_share(fault, run))
            if wait is not None
        ]
        return min(waits, default=None)

    # -- conditions ----------------------------------------------------------------------------

    def _pending(self, run: Run) -> tuple[Fault, ...]:
        return tuple(
            fault
            for fault in self._faults.values()
            if fault.status == "pending"
            and fault.partition in (None, run.source.name)
            and BREAKAGES[fault.kind].concerns(run)
        )

    def _meets(self, fault: Fault, run: Run) -> bool:
        if fault.phase not in (None, run.phase_name):
            return False
        if fault.percent is not None:
            return run.phase_name == "copy" and _share(run) >= fault.percent
        if fault.time is not None and fault.time > self._clock.now:
            return False
        if fault.event is None:
            return True
        return (run.events if fault.phase is None else run.phase_events) >= fault.event

    def _until_time(self, fault: Fault) -> int | None:
        if fault.time is None or fault.time <= self._clock.now:
            return None
        return fault.time - self._clock.now

    def _until_share(self, fault: Fault, run: Run) -> int | None:
        """Time until the share of copying that `fault` names, at the present rate."""
        if fault.percent is None or run.phase_name != "copy" or run.transfer is None:
            return None
        if not run.transfer.record.total_pages:
            return _PERCENT_POLL
        wanted = run.transfer.record.total_pages * _PAGE * fault.percent
        left = -(-wanted // 100) - run.transfer.bytes_sent
        if left <= 0:
            return None
        wait = run.transfer.flow.time_for(left)
        return _PERCENT_POLL if wait is None else max(1, wait)

    # -- strike and heal -----------------------------------------------------------------------

    def _strike(self, fault: Fault, run: Run) -> None:
        self._faults[fault.number] = dataclasses.replace(fault, status="active")
        self._breakages[fault.number] = BREAKAGES[fault.kind].strike(run)
        if fault.heal_after is not None:
            self._heal_at(fault.number, self._clock.now + fault.heal_after)
        self._alert(other for other in self._runs() if other is not run)

    def _heal_at(self, number: int, time: int) -> None:
        self._healing[number] = time
        self._timers[number] = self._clock.call_at(time, self._heal, number)

    def _heal(self, number: int) -> None:
        breakage = self._breakages.pop(number, None)
        if breakage is None:
            return
        breakage.heal()
        self._healing.pop(number, None)
        timer = self._timers.pop(number, None)
        if timer is not None:
            timer.cancel()
        self._faults[number] = dataclasses.replace(self._faults[number], status="healed")
        self._alert(self._runs())

    def _alert(self, runs: Iterator[Run]) -> None:
        for run in list(runs):
            self._clock.call_after(0, run.look)


def _share(run: Run) -> int:
    """Percent of the first pass of copying that has arrived."""
    if run.transfer is None or not run.transfer.record.total_pages:
        return 0
    return run.transfer.bytes_sent * 100 // (run.transfer.record.total_pages * _PAGE)
