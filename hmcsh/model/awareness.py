"""What an operating system knows of migrations: who is told of them, counters, announcements.

The three phases of the notification, who takes part in it and who may refuse are those of
SG24-7460 5.8 and 5.9.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition
    from hmcsh.runtime import Event


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


@dataclasses.dataclass(frozen=True, slots=True)
class Finished:
    """How a script ended: exit status, None if its time was over, and what it has written."""

    status: int | None
    output: str

    def pairs(self) -> list[tuple[str, str]]:
        """What it told in lines `NAME=value`."""
        found = (line.partition("=") for line in self.output.splitlines())
        return [(name, value) for name, equals, value in found if equals and name[:3] == "DR_"]

    def said(self, name: str) -> str:
        """The value that it told last for a name, "" if none."""
        return dict(self.pairs()).get(name, "")


class ScriptRun(Protocol):
    """A script that runs; the value of `ended` is a `Finished`."""

    ended: Event

    def stop(self) -> None:
        """End it now; harmless if it has ended."""
        ...


ScriptRunner = Callable[["Partition", str, Sequence[str], int | None], ScriptRun]
"""Runs a program of a partition by its path with some words, for at most so many ns."""

NOT_HANDLED = 10  # status of a script that does not know a command (SG24-7460 example 5-3)
DEFAULT_SECONDS = 10  # time that a script has, unless it tells another (SG24-7460 example 5-4)


@dataclasses.dataclass(frozen=True, slots=True)
class InstalledScript(Registered):
    """A DLPAR script that was written in the partition and really runs there (SG24-7460 5.8.3).

    `path` is where it stands in the repository, `info` what it told of itself, `usages` its usage
    for each resource that it takes part in. It has `seconds` to answer, unless an administrator
    gave it so many `minutes` when he installed it.
    """

    path: str = ""
    info: Mapping[str, str] = dataclasses.field(default_factory=dict)
    usages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seconds: int = DEFAULT_SECONDS
    minutes: int = 0

    @property
    def limit(self) -> int:
        """Time that it has to answer, ns."""
        return (self.minutes * 60 or self.seconds) * 1_000_000_000


@dataclasses.dataclass(slots=True)
class Call:
    """One notification: who was told what, from when to when (ns), and the answer.

    `end` is None while the answer is awaited; `reason` is what one said who refused.
    """

    phase: Stage
    kind: Kind
    name: str
    start: int
    end: int | None = None
    answer: Answer = Answer.INTERRUPTED
    reason: str = ""


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
