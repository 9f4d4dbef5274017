"""Error logs of partitions as plain data, and laid out as `errpt` of AIX lists them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

from hmcsh.commands.common.errorreport import HEADING, line
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.logs import ErrorLogEntry
from hmcsh.model.partition import Partition


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """An entry of the error log of a partition.

    `stamp` is calendar time by the partition's own clock (ISO 8601), `time_ns` the virtual time.
    """

    partition: str
    system: str
    time_ns: int
    stamp: str
    identifier: str
    label: str
    type: str
    error_class: str
    resource: str
    description: str


def describe(datacenter: Datacenter, partition: Partition, entry: ErrorLogEntry) -> LogEntry:
    """Make an entry plain data."""
    return LogEntry(
        partition=partition.name,
        system=partition.frame.name,
        time_ns=entry.time,
        stamp=datacenter.calendar(entry.clock).isoformat(timespec="seconds"),
        identifier=entry.identifier,
        label=entry.label,
        type=entry.kind,
        error_class=entry.error_class,
        resource=entry.resource,
        description=entry.description,
    )


def entries(datacenter: Datacenter, name: str, system: str | None = None) -> list[LogEntry]:
    """The error log of a partition, newest first.

    Raises ValueError with one line if there is no such partition, or if several have the name.
    """
    frames = [f for f in datacenter.frames.values() if system in (None, f.name)]
    if not frames:
        raise ValueError(f"there is no managed system {system!r}")
    found = [p for frame in frames if (p := frame.find_by_name(name)) is not None]
    if not found:
        raise ValueError(f"there is no partition {name!r}")
    # Of one that migrates the shell has a log only when it runs there: then it is the same one.
    homes = {p.uuid: p for p in sorted(found, key=lambda p: len(p.error_log))}
    if len(homes) > 1:
        names = ", ".join(p.frame.name for p in found)
        raise ValueError(f"several partitions are named {name!r}; --system takes one of {names}")
    (partition,) = homes.values()
    return [describe(datacenter, partition, entry) for entry in partition.error_log]


def summary(listed: Iterable[LogEntry]) -> str:
    """Lay entries out as errpt does; "" for an empty log."""
    lines = [_line(entry) for entry in listed]
    return "\n".join([HEADING, *lines]) if lines else ""


def _line(entry: LogEntry) -> str:
    stamp = datetime.datetime.fromisoformat(entry.stamp)
    kinds = f"{entry.type} {entry.error_class}"
    return line(stamp, entry.identifier, kinds, entry.resource, entry.description)
