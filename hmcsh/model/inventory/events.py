"""Serviceable events that an inventory declares."""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.model import service
from hmcsh.model.frame import Frame
from hmcsh.model.inventory.problems import Problems
from hmcsh.model.inventory.schema import Event, Fru, System


def check_events(system: System, problems: Problems) -> None:
    """Note events that name a partition which the system does not have."""
    for event in system.events:
        if event.partition is not None and event.partition not in system.partitions:
            text = f"the event names the unknown partition {str(event.partition)!r}"
            problems.add(event.at("partition"), text)


def report_events(declared: Iterable[tuple[Event, Frame]]) -> None:
    """Report the events of all systems, the oldest first, so that numbers follow time."""
    for event, frame in sorted(declared, key=lambda found: -int(found[0].age)):
        concerned = None if event.partition is None else frame.partition(name=event.partition)
        made = service.report(
            frame,
            str(event.refcode),
            str(event.text),
            time=-int(event.age),
            severity=event.severity,
            partition=concerned,
            frus=tuple(_fru(entry) for entry in event.frus),
        )
        if event.closed:
            service.close(made, None)


def _fru(entry: Fru) -> service.Fru:
    return service.Fru(
        str(entry.part), str(entry.serial), str(entry.location), str(entry.kind), str(entry.ccin)
    )
