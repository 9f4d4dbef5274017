"""From what a profile declares to resources with all their bounds."""

from __future__ import annotations

import functools
from typing import TypeVar

from hmcsh.model.inventory.schema import Partition, Shape, System
from hmcsh.model.inventory.values import (
    CountWanted,
    MemoryWanted,
    Name,
    UnitsWanted,
    Wanted,
)
from hmcsh.model.resources import NOTHING, Amount, ProcessorMode, Processors, Resources
from hmcsh.model.units import MINIMUM_PER_PROCESSOR, UNIT

T = TypeVar("T")

DEFAULT_MINIMUM = 256  # MB
DEFAULT_WEIGHT = 128
CLIENT_SLOTS = 10  # capture, V7R7.9
SERVER_SLOTS = 100

_MEMORY = MemoryWanted(None, 1024, None)
_UNITS = UnitsWanted(None, 20, None)
_NO_POOL = Name("DefaultPool")


def chosen(first: T | None, second: T | None, default: T) -> T:
    """The first of three that is given."""
    if first is not None:
        return first
    return default if second is None else second


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step


def _amount(wanted: Wanted, minimum: int, maximum: int) -> Amount:
    return Amount(
        minimum if wanted.minimum is None else wanted.minimum,
        wanted.desired,
        maximum if wanted.maximum is None else wanted.maximum,
    )


def _memory(wanted: MemoryWanted, block: int) -> Amount:
    least = min(_round_up(DEFAULT_MINIMUM, max(block, 1)), wanted.desired)
    return _amount(wanted, least, 2 * wanted.desired)


def _shared(units: UnitsWanted, count: CountWanted | None) -> tuple[Amount, Amount]:
    """Bounds of units and of virtual processors; each default lets the other be legal."""
    if count is None:
        count = CountWanted(None, max(1, _round_up(units.desired, UNIT) // UNIT), None)
    most = count.desired if count.maximum is None else count.maximum
    span = _amount(
        units,
        min(MINIMUM_PER_PROCESSOR, units.desired),
        max(2 * units.desired, UNIT, most * MINIMUM_PER_PROCESSOR),
    )
    fewest = max(1, _round_up(span.minimum, UNIT) // UNIT)
    most = max(count.desired, _round_up(span.maximum, UNIT) // UNIT)
    return span, _amount(count, min(fewest, count.desired), most)


@functools.lru_cache(maxsize=4096)
def _resources(
    block: int,
    memory: MemoryWanted,
    mode: ProcessorMode,
    units: UnitsWanted,
    count: CountWanted | None,
    sharing: str | None,
    weight: int | None,
    pool_id: int,
    pages: int,
) -> Resources:
    """Resources with all their bounds; partitions that are declared alike share them."""
    if mode == "shared":
        span, virtual = _shared(units, count)
        sharing = sharing or "cap"
        weight = chosen(weight, None, DEFAULT_WEIGHT if sharing == "uncap" else 0)
        processors = Processors("shared", virtual, span, sharing, weight, pool_id)
    else:
        count = count or CountWanted(None, 1, None)
        whole = _amount(count, min(1, count.desired), 2 * count.desired)
        processors = Processors("ded", whole, NOTHING, sharing or "keep_idle_procs")
    return Resources(_memory(memory, block), processors, Amount(0, pages, pages))


def resources(system: System, partition: Partition, shape: Shape) -> Resources:
    """What a profile gives: its own fields first, then those of the main profile, then defaults."""
    pool = chosen(shape.pool, partition.pool, _NO_POOL)
    return _resources(
        system.memory_block,
        chosen(shape.memory, partition.memory, _MEMORY),
        chosen(shape.mode, partition.mode, "shared"),
        chosen(shape.processing_units, partition.processing_units, _UNITS),
        chosen(shape.processors, partition.processors, None),
        chosen(shape.sharing, partition.sharing, None),
        chosen(shape.weight, partition.weight, None),
        system.pools[pool].id or 0 if pool in system.pools else 0,
        chosen(shape.huge_pages, partition.huge_pages, 0),
    )


def max_virtual_slots(partition: Partition, shape: Shape) -> int:
    """Number of virtual slots that a profile gives."""
    default = SERVER_SLOTS if partition.is_vios else CLIENT_SLOTS
    return chosen(shape.max_virtual_slots, partition.max_virtual_slots, default)
