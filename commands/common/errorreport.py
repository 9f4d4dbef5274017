"""Error logs as `errpt` of AIX and `errlog` of a Virtual I/O Server lay them out.

The summary of both: newest first, time stamps `mmddhhmmyy` by the partition's own clock,
descriptions cut at 40 characters (SG24-7460 examples 6-1 to 6-6; columns: captures of AIX). The
detailed report: captures of AIX; of most labels no more than the description is known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from hmcsh.model.logs import ErrorLogEntry
from hmcsh.model.partition import Partition

HEADING = "IDENTIFIER TIMESTAMP  T C RESOURCE_NAME  DESCRIPTION"
WIDTH = 40
_RULE = "-" * 75
_RESOURCE_WIDTH = 16

# Types as they are selected and as the detailed report spells them (IBM's page on errpt).
TYPES = {"I": "INFO", "P": "PERM", "T": "TEMP", "U": "UNKN"}


def summary(partition: Partition, entries: Iterable[ErrorLogEntry]) -> list[str]:
    """A line for each entry below a heading; nothing for no entries."""
    lines = [
        line(
            _stamp(partition, one),
            one.identifier,
            f"{one.kind} {one.error_class}",
            one.resource,
            one.description,
        )
        for one in entries
    ]
    return [HEADING, *lines] if lines else []


def line(
    stamp: datetime.datetime, identifier: str, kinds: str, resource: str, description: str
) -> str:
    """An entry in a summary; `kinds` are type and class with a blank between."""
    shown = f"{identifier:<10} {stamp:%m%d%H%M%y} {kinds} "
    return f"{shown}{resource:<14} {description[:WIDTH]}".rstrip()


def details(partition: Partition, entries: Iterable[ErrorLogEntry]) -> Iterator[str]:
    """The lines of a detailed report."""
    for one in entries:
        stamp = _stamp(partition, one)
        yield from (
            _RULE,
            f"LABEL:\t\t{one.label}",
            f"IDENTIFIER:\t{one.identifier}",
            "",
            f"Date/Time:       {stamp:%a %b} {stamp.day:>2} {stamp:%H:%M:%S} UTC {stamp.year}",
            f"Sequence Number: {one.sequence}",
            f"Machine Id:      {one.machine}",
            f"Node Id:         {one.node}",
            f"Class:           {one.error_class}",
            f"Type:            {TYPES.get(one.kind, one.kind)}",
            f"Resource Name:   {one.resource:<{_RESOURCE_WIDTH}}",
            "",
            "Description",
            one.description,
            "",
        )


def _stamp(partition: Partition, entry: ErrorLogEntry) -> datetime.datetime:
    return partition.frame.datacenter.calendar(entry.clock)
