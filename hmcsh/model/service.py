"""Serviceable events: problems that a console has been told of, and the attention LEDs they light.

Names of their fields are those of `lssvcevents` (capture, V7R7.9).
"""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hmcsh.model.datacenter import Datacenter
    from hmcsh.model.frame import Frame
    from hmcsh.model.partition import Partition

CONSOLE_EVENT_LIMIT = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Fru:
    """A field-replaceable unit that an event names: part and serial number, where it stands."""

    part_number: str
    serial_number: str = ""
    location: str = ""
    kind: str = ""
    ccin: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about an event at virtual time `time` (ns)."""

    time: int
    commenter: str
    text: str


@dataclasses.dataclass(slots=True, eq=False)
class ServiceableEvent:
    """A problem of a managed system. `time` is the virtual time (ns) at which it was reported.

    `partition` is the name of the partition that it concerns, "" if none does.
    """

    number: int
    frame: Frame
    time: int
    refcode: str
    text: str
    severity: int = 0
    partition: str = ""
    frus: tuple[Fru, ...] = ()
    is_open: bool = True
    comments: list[Comment] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class ConsoleEvent:
    """What happened at a console at virtual time `time` (ns), in words.

    Never changed; not frozen, so that a state file keeps each of many events once.
    """

    time: int
    text: str


@dataclasses.dataclass(slots=True, eq=False)
class ConsoleLog:
    """The events of a console, the newest first. Apart from it: each command adds to them."""

    events: deque[ConsoleEvent] = dataclasses.field(
        default_factory=lambda: deque(maxlen=CONSOLE_EVENT_LIMIT)
    )


def report(
    frame: Frame,
    refcode: str,
    text: str,
    *,
    time: int | None = None,
    severity: int = 0,
    partition: Partition | None = None,
    frus: tuple[Fru, ...] = (),
) -> ServiceableEvent:
    """Open a serviceable event, now unless a time is given, and light the attention LEDs.

    Events are numbered in the order in which they are reported.
    """
    datacenter = frame.datacenter
    event = ServiceableEvent(
        number=1 + max((e.number for e in datacenter.serviceable_events), default=0),
        frame=frame,
        time=datacenter.clock.now if time is None else time,
        refcode=refcode,
        text=text,
        severity=severity,
        partition="" if partition is None else partition.name,
        frus=frus,
    )
    datacenter.serviceable_events.insert(0, event)
    frame.attention = True
    if partition is not None:
        partition.attention = frame.virtual_attention = True
    for fru in frus:
        if fru.location:
            frame.identified.add(fru.location)
    return event


def close(event: ServiceableEvent, comment: Comment | None) -> None:
    """Close an event. With the last open one the system's LEDs go out (recalled)."""
    event.is_open = False
    if comment is not None:
        event.comments.append(comment)
    frame = event.frame
    still_open = [e for e in frame.datacenter.serviceable_events if e.frame is frame and e.is_open]
    frame.identified -= {fru.location for fru in event.frus} - {
        fru.location for other in still_open for fru in other.frus
    }
    if not still_open:
        frame.attention = False
    if not any(e.partition for e in still_open):
        frame.virtual_attention = False
    partition = frame.find_by_name(event.partition) if event.partition else None
    if partition is not None and all(e.partition != event.partition for e in still_open):
        partition.attention = False


def of_system(datacenter: Datacenter, frame: Frame | None) -> list[ServiceableEvent]:
    """Events, newest first; of one system, or of all if None."""
    found = [e for e in datacenter.serviceable_events if frame in (None, e.frame)]
    return sorted(found, key=lambda e: -e.number)
