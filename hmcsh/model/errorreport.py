"""Error logs as `errpt` of AIX and `errlog` of a Virtual I/O Server lay them out.

The summary of both: newest first, time stamps `mmddhhmmyy` by the partition's own clock,
descriptions cut at 40 characters (SG24-7460 examples 6-1 to 6-6; columns: captures of AIX). The
detailed report: captures of AIX 6.1; of most labels no more than the description is known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Protocol

HEADING = "IDENTIFIER TIMESTAMP  T C RESOURCE_NAME  DESCRIPTION"
WIDTH = 40
_RULE = "-" * 75
_RESOURCE_WIDTH = 16

# Types as the detailed report spells them (AIX manual page of errpt).
TYPES = {"I": "INFO", "P": "PERM", "T": "TEMP", "U": "UNKN"}


class Entry(Protocol):
    """What a report needs of an entry of an error log."""

    @property
    def identifier(self) -> str:
        """Eight hexadecimal digits."""

    @property
    def label(self) -> str:
        """The name of the kind of error."""

    @property
    def kind(self) -> str:
        """The type, one letter."""

    @property
    def error_class(self) -> str:
        """The class, one letter."""

    @property
    def resource(self) -> str:
        """The device or part of the system that it is about."""

    @property
    def description(self) -> str:
        """What happened."""

    @property
    def sequence(self) -> int:
        """Its number among all entries that the log ever had."""

    @property
    def machine(self) -> str:
        """The machine ID."""

    @property
    def node(self) -> str:
        """The host name."""


Dated = tuple[datetime.datetime, Entry]


def summary(entries: Iterable[Dated]) -> list[str]:
    """A line for each entry below a heading; nothing for an empty log."""
    lines = [line(stamp, entry) for stamp, entry in entries]
    return [HEADING, *lines] if lines else []


def line(stamp: datetime.datetime, entry: Entry) -> str:
    """An entry in a summary."""
    shown = f"{entry.identifier:<10} {stamp:%m%d%H%M%y} {entry.kind} {entry.error_class} "
    return f"{shown}{entry.resource:<14} {entry.description[:WIDTH]}".rstrip()


def details(entries: Iterable[Dated]) -> Iterator[str]:
    """The lines of a detailed report."""
    for stamp, entry in entries:
        yield from (
            _RULE,
            f"LABEL:\t\t{entry.label}",
            f"IDENTIFIER:\t{entry.identifier}",
            "",
            f"Date/Time:       {stamp:%a %b} {stamp.day:>2} {stamp:%H:%M:%S %Z%Y}",
            f"Sequence Number: {entry.sequence}",
            f"Machine Id:      {entry.machine}",
            f"Node Id:         {entry.node}",
            f"Class:           {entry.error_class}",
            f"Type:            {TYPES.get(entry.kind, entry.kind)}",
            f"Resource Name:   {entry.resource:<{_RESOURCE_WIDTH}}",
            "",
            "Description",
            entry.description.upper() if entry.error_class == "H" else entry.description,
            "",
        )
