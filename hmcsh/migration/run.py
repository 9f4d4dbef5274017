"""A migration under way: what its steps share, and the record they leave."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from hmcsh.hypervisor.movers import Admission
from hmcsh.migration.checks import Plan
from hmcsh.migration.components import DECISIVE, Component
from hmcsh.migration.platform import Platform
from hmcsh.migration.terminals import Disconnection
from hmcsh.migration.timekeeping import TimeOfDay
from hmcsh.model.awareness import Announcement, Call
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.logs import ErrorLogEntry
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind
from hmcsh.runtime import Event, Process

if TYPE_CHECKING:
    from hmcsh.hypervisor.record import TransferRecord
    from hmcsh.hypervisor.transfer import StateTransfer
    from hmcsh.migration.faults import Faults

Phases = Generator[int | Event, Any, None]


@dataclasses.dataclass(frozen=True, slots=True)
class CommitRecord:
    """Written before the destination owns the partition; from then on there is no way back.

    `missing` is the number of pages that had not arrived (SG24-7460 2.5.4, step 9), `digest` the
    SHA-256 of their bitmap, "" where no pages were moved.
    """

    time: int
    owner: str
    missing: int
    digest: str = ""


@dataclasses.dataclass(slots=True)
class Phase:
    """A phase of the record, with its virtual times in ns; `end` is None while it lasts."""

    name: str
    start: int
    end: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ServerSlot:
    """A server adapter made for the mobile partition on the destination."""

    client_slot: int
    server: Partition
    slot: int


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One step of a migration: what it does on the clock, and how it is taken back.

    `undo` may meet a step that was only begun, and must be harmless when repeated. Steps that
    come after the commit record have none.

    needs: what must work while the step is carried out.
    contacts: what must be reached for an automatic rollback of the step.
    configures: whose configuration the step changes; a recovery must reach it unless forced.
    essential: the step needs the same in a recovery, forced or not.
    patience: the timing for which something lost is waited for, unless it is `decisive`.
    detour: finds another way when something is lost; tells whether it did.
    """

    name: str
    do: Callable[[Run], Phases]
    undo: Callable[[Run], None] | None = None
    needs: Callable[[Run], tuple[Component, ...]] = lambda _: ()
    contacts: tuple[Component, ...] = ()
    configures: tuple[Component, ...] = ()
    essential: bool = False
    patience: str = "contact_timeout"
    decisive: frozenset[Component] = DECISIVE
    detour: Callable[[Run, Component], bool] | None = None


def commit(run: Run, record: CommitRecord) -> None:
    """Write the commit record: it is kept before anything follows from it.

    Raises whatever keeps it from being kept; the migration can then be rolled back.
    """
    run.commit = record
    try:
        run.platform.keep_commit(run)
    except BaseException:
        run.commit = None
        raise


class Look(Exception):  # noqa: N818 - not an error: it is thrown to wake a migration
    """Something has changed that a migration should look at before it waits on."""


@dataclasses.dataclass(slots=True, eq=False)
class Run:
    """State of one migration, shared by its steps.

    `number` counts the migrations of the datacenter from 1. `record` and `failure` (the message of
    the last one) stay when the migration is rolled back. `events` counts what was waited for,
    `phase_events` those of the present phase. `stopped` tells that the partition no longer runs on
    its new owner; `suspended_for` how long, in ns, it stood still before it went on at the source.
    `calls` are the notifications of what is registered with the operating system, `announcements`
    what it sent on its networks when it ran again, `time_of_day` how its clock was carried over,
    `disconnection` that its virtual terminal was closed.
    `progress_made` is how far a transfer had come that is over. `counters_zeroed` and
    `counters_released` tell from when to when (ns) the performance counters could not be accessed.
    `logged` are the entries of error logs that it led to, with the partition of each.
    """

    datacenter: Datacenter
    platform: Platform
    plan: Plan
    migration: Migration
    faults: Faults
    number: int = 0
    begun: list[Step] = dataclasses.field(default_factory=list)
    finished: set[str] = dataclasses.field(default_factory=set)
    phases: list[Phase] = dataclasses.field(default_factory=list)
    commit: CommitRecord | None = None
    server_slots: list[ServerSlot] = dataclasses.field(default_factory=list)
    admission: Admission | None = None
    transfer: StateTransfer | None = None
    record: TransferRecord | None = None
    failure: str = ""
    prepared: bool = False
    calls: list[Call] = dataclasses.field(default_factory=list)
    announcements: tuple[Announcement, ...] = ()
    logged: list[tuple[Partition, ErrorLogEntry]] = dataclasses.field(default_factory=list)
    time_of_day: TimeOfDay | None = None
    disconnection: Disconnection | None = None
    source_hosts: tuple[Partition, ...] = ()
    process: Process | None = None
    phase_name: str = ""
    phase_events: int = 0
    events: int = 0
    recovering: bool = False
    forced: bool = False
    stopped: bool = False
    suspended_for: int | None = None
    progress_made: int = 0
    counters_zeroed: int | None = None
    counters_released: int | None = None

    @property
    def progress(self) -> int:
        """Percent of the transfer that was done; what was given up does not take it back."""
        return self.progress_made if self.transfer is None else self.transfer.progress

    @property
    def active(self) -> bool:
        """Whether an operating system is moved while it runs."""
        return self.migration.kind is MigrationKind.ACTIVE

    @property
    def source(self) -> Partition:
        """The partition on the managed system that it leaves."""
        return self.migration.source

    @property
    def shell(self) -> Partition:
        """The partition on the managed system that it goes to.

        Raises RuntimeError before it is made.
        """
        if self.migration.destination is None:
            raise RuntimeError("the shell partition has not been made")
        return self.migration.destination

    @property
    def movers(self) -> tuple[Partition, Partition]:
        """The movers of source and destination. Raises RuntimeError for an inactive migration."""
        source, destination = self.migration.source_mover, self.migration.destination_mover
        if source is None or destination is None:
            raise RuntimeError("an inactive migration has no movers")
        return source, destination

    @property
    def owner(self) -> Partition:
        """The definition that owns the partition: the commit record decides."""
        return self.source if self.commit is None else self.shell

    @property
    def console(self) -> Console:
        """The console that began the migration."""
        consoles = self.datacenter.consoles
        return next((c for c in consoles if c.name == self.migration.console), consoles[0])

    @property
    def destination_hosts(self) -> tuple[Partition, ...]:
        """Virtual I/O Servers that are to host the partition's virtual SCSI adapters."""
        servers = self.plan.scsi.servers.values() if self.plan.scsi is not None else ()
        return tuple(dict.fromkeys(servers))

    def look(self) -> None:
        """Let the migration look at what has changed; harmless if it does not run."""
        if self.process is not None and not self.process.fired:
            self.process.interrupt(Look())

    @property
    def moving(self) -> StateTransfer:
        """The transfer of page state. Raises RuntimeError before it exists."""
        if self.transfer is None:
            raise RuntimeError("no page state is being moved")
        return self.transfer

    @property
    def profile_name(self) -> str:
        """Name of the migration profile."""
        return self.plan.request.migration_profile_name
