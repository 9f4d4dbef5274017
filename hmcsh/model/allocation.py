"""What a managed system can still give to the partitions that are to be activated.

An allocation is worked out on a picture of what is free, so that several activations can be
checked one after the other before any of them is applied.
"""

from __future__ import annotations

import dataclasses

from hmcsh.language.messages import HmcError
from hmcsh.model.capabilities import minimum_units
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Amount, Processors, Profile, Resources
from hmcsh.model.units import UNIT, format_units
from hmcsh.model.wiring import require_ports


@dataclasses.dataclass(slots=True)
class Allocation:
    """What is free: memory in MB, processors in hundredths, huge pages; who holds slots.

    `pools` is what each shared processor pool has left, in hundredths, None without a limit;
    `profiles` are those that partitions are to be activated with, in this order.
    """

    memory: int
    processors: int
    huge_pages: int
    owners: dict[str, int | None]
    pools: dict[int, int | None]
    profiles: dict[Partition, Profile] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, frame: Frame) -> Allocation:
        """Give what a managed system has free now."""
        return cls(
            frame.memory_available,
            frame.processors_available,
            frame.huge_pages_available,
            {index: slot.owner for index, slot in frame.slots.items()},
            {pool_id: frame.pool_units_available(pool_id) for pool_id in frame.pools},
        )

    def place(self, partition: Partition, profile: Profile) -> Resources:
        """Assign what a profile asks for: as much as there is, at least the minimum.

        What the partition held before is free for it. Raises HmcError if a minimum or a required
        physical slot is not available; then nothing is assigned.
        """
        resources = self._assignable(partition, profile.resources)
        self._require_slots(partition, profile)
        require_ports(partition, profile, self.profiles)
        held = partition.current
        if held is not None:
            self.memory += held.memory.desired
            self.processors += held.processors.consumed
            self.huge_pages += held.huge_pages.desired
            self._draw(held.processors, -1)
        self._draw(resources.processors, 1)
        self.profiles[partition] = profile
        self.memory -= resources.memory.desired
        self.processors -= resources.processors.consumed
        self.huge_pages -= resources.huge_pages.desired
        for index, owner in self.owners.items():
            if owner == partition.lpar_id:
                self.owners[index] = None
        for wanted in profile.io_slots:
            if self.owners.get(wanted.drc_index, partition.lpar_id) is None:
                self.owners[wanted.drc_index] = partition.lpar_id
        return resources

    def _assignable(self, partition: Partition, wanted: Resources) -> Resources:
        released = partition.current
        memory = _fit(wanted.memory, self.memory + (released.memory.desired if released else 0))
        if memory is None:
            raise HmcError("no_memory", obtained=self.memory, required=wanted.memory.minimum)
        free = self.processors + (released.processors.consumed if released else 0)
        free = self._limited(free, wanted.processors, released)
        processors = _fit_processors(wanted.processors, free, minimum_units(partition.frame))
        if processors is None:
            raise HmcError(
                "no_processors",
                obtained=format_units(free),
                required=format_units(_minimum_units(wanted.processors)),
            )
        free_pages = self.huge_pages + (released.huge_pages.desired if released else 0)
        pages = _fit(wanted.huge_pages, free_pages)
        if pages is None:
            raise HmcError("no_huge_pages", obtained=free_pages, required=wanted.huge_pages.minimum)
        return dataclasses.replace(wanted, memory=memory, processors=processors, huge_pages=pages)

    def _limited(self, free: int, wanted: Processors, released: Resources | None) -> int:
        """Hundredths of processors that are free and that the pool has left for a partition."""
        left = self.pools.get(wanted.pool_id) if wanted.mode == "shared" else None
        if left is None:
            return free
        held = released.processors if released else None
        same = held is not None and held.mode == "shared" and held.pool_id == wanted.pool_id
        return min(free, left + (held.consumed if held is not None and same else 0))

    def _draw(self, processors: Processors, sign: int) -> None:
        """Take from the pool what a partition has of it, or give it back."""
        left = self.pools.get(processors.pool_id)
        if processors.mode == "shared" and left is not None:
            self.pools[processors.pool_id] = left - sign * processors.consumed

    def _require_slots(self, partition: Partition, profile: Profile) -> None:
        for wanted in profile.io_slots:
            index = wanted.drc_index
            free = index in self.owners and self.owners[index] in (None, partition.lpar_id)
            if wanted.required and not free:
                raise HmcError("io_slot_not_available", drc_index=index)


def _fit(wanted: Amount, free: int) -> Amount | None:
    given = min(wanted.desired, free)
    return None if given < wanted.minimum else wanted.with_desired(given)


def _minimum_units(wanted: Processors) -> int:
    return wanted.units.minimum if wanted.mode == "shared" else wanted.count.minimum * UNIT


def _fit_processors(wanted: Processors, free: int, least: int) -> Processors | None:
    if wanted.mode == "ded":
        count = _fit(wanted.count, free // UNIT)
        return None if count is None else dataclasses.replace(wanted, count=count)
    units = _fit(wanted.units, free)
    if units is None:
        return None
    # Fewer units than wanted can carry fewer virtual processors.
    carried = min(wanted.count.desired, max(units.desired // least, 1))
    return dataclasses.replace(wanted, units=units, count=wanted.count.with_desired(carried))
