"""What an operating system knows of migrations: who is told of them, counters, announcements.

The three phases of the notification, who takes part in it and who may refuse are those of
SG24-7460 5.8 and 5.9.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum


class Answer(StrEnum):
    """How somebody answered who was told of a migration."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    IGNORED = "refusal ignored"
    NONE = "no answer"
    INTERRUPTED = "interrupted"


class Stage(StrEnum):
    """What is told: the phases of SG24-7460 5.8.1, and that a prepared migration is off."""

    CHECK = "check"
    PREPARE = "prepare"
    UNDO = "undoprepare"
    POST = "post"


class Kind(StrEnum):
    """What is registered with an operating system (SG24-7460 5.8.2, 5.8.3, 5.9)."""

    SYSTEM = "operating system"
    SCRIPT = "DLPAR script"
    APPLICATION = "application"
    EXTENSION = "kernel extension"


@dataclasses.dataclass(frozen=True, slots=True)
class Reaction:
    """What one does in a phase: its answer, and the time until it gives it, in ns.

    `answer` is ACCEPTED, REFUSED, or NONE for one that stays silent.
    """

    answer: Answer = Answer.ACCEPTED
    delay: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Registered:
    """A script, application or kernel extension that is told of migrations.

    `reason` is what it says when it refuses. Without root authority a refusal counts for nothing
    (SG24-7460 5.8.1).
    """

    name: str
    kind: Kind
    check: Reaction = Reaction()
    prepare: Reaction = Reaction()
    post: Reaction = Reaction()
    reason: str = ""
    root: bool = True

    def reaction(self, stage: Stage) -> Reaction:
        """What it does in a phase; it has no say when a prepared migration is off."""
        reactions = {Stage.CHECK: self.check, Stage.PREPARE: self.prepare, Stage.POST: self.post}
        return reactions.get(stage, Reaction())


@dataclasses.dataclass(slots=True)
class Call:
    """One notification: who was told what, from when to when (ns), and the answer.

    `end` is None while the answer is awaited.
    """

    phase: Stage
    kind: Kind
    name: str
    start: int
    end: int | None = None
    answer: Answer = Answer.INTERRUPTED


@dataclasses.dataclass(slots=True)
class PerformanceCounters:
    """Access to the performance registers through PMAPI (SG24-7460 2.5.4 step 3).

    The counters count from `counting_since`, virtual ns; while a migration is prepared and under
    way, access to the registers is inhibited.
    """

    inhibited: bool = False
    counting_since: int = 0

    def inhibit(self, now: int) -> None:
        """Deny access and set the counters to zero."""
        self.inhibited = True
        self.counting_since = now

    def release(self) -> None:
        """Allow access again."""
        self.inhibited = False


@dataclasses.dataclass(frozen=True, slots=True)
class Announcement:
    """A gratuitous ARP request: when (ns), of which MAC address, on which VLAN and network."""

    time: int
    mac: str
    vlan: int
    network: str
