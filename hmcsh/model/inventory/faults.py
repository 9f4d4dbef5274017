"""Faults that an inventory declares."""

from __future__ import annotations

from hmcsh.model.fault import Fault
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.schema import Fault as FaultEntry
from hmcsh.model.inventory.schema import Inventory


def check_faults(inventory: Inventory, problems: Problems) -> None:
    """Note what does not fit in the declared faults."""
    names = [str(p.key) for s in inventory.systems.values() for p in s.partitions.values()]
    for entry in inventory.faults:
        if entry.failed:
            continue
        try:
            build_fault(entry)
        except ValueError as error:
            problems.add(entry.line, str(error))
        if entry.partition is not None and entry.partition not in names:
            hint = suggestion(entry.partition, names)
            problems.add(entry.at("partition"), f"no partition {entry.partition!r}{hint}")


def build_fault(entry: FaultEntry) -> Fault:
    """Make a fault of its declaration. Raises ValueError."""
    return Fault(
        str(entry.kind),
        partition=None if entry.partition is None else str(entry.partition),
        phase=None if entry.phase is None else str(entry.phase),
        percent=entry.percent,
        event=entry.event,
        time=None if entry.time is None else int(entry.time),
        heal_after=None if entry.heal_after is None else int(entry.heal_after),
    )
