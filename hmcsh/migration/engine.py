"""Carrying out, stopping and recovering migrations.

A migration is a sequence of steps, each with its undo. Before the commit record a failure rolls
everything back; after it the migration can only go forward (SG24-7460 2.5.4, 2.5.8, 6.2).
"""

from __future__ import annotations

import dataclasses
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from hmcsh.events import MigrationFailed
from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.migration import awareness, definition, failure
from hmcsh.migration.checks import Plan
from hmcsh.migration.components import ComponentLostError
from hmcsh.migration.failure import obstacle, roll_back, settle
from hmcsh.migration.faults import Faults, FaultsState
from hmcsh.migration.platform import Platform
from hmcsh.migration.request import Request
from hmcsh.migration.run import Phases, Run, Step
from hmcsh.migration.steps import STEPS
from hmcsh.migration.supervision import supervise
from hmcsh.migration.validation import Validation, validate
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.fault import Fault
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind, MigrationState
from hmcsh.runtime import Event, Process

__all__ = ["STEPS", "Mobility"]

_log = logging.getLogger("hmcsh")

_HISTORY = 1000  # migrations whose records are kept


class Observer(Protocol):
    """Is told when a migration or its recovery begins, and when it has ended in whatever way."""

    def migration_begun(self, run: Run) -> None:
        """Take note that it is carried out from now on."""

    def migration_ended(self, run: Run, error: BaseException | None) -> None:
        """Take note that it is no longer carried out; `error` is what the caller is told."""


class _Nobody:
    def migration_begun(self, run: Run) -> None:
        """Take no note."""

    def migration_ended(self, run: Run, error: BaseException | None) -> None:
        """Take no note."""


NOBODY: Observer = _Nobody()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MobilityState:
    """The migrations of a datacenter, oldest first, how many were ever begun, and the faults.

    `moved` counts the active migrations that each partition has begun, by UUID.
    """

    runs: list[Run]
    begun: int
    faults: FaultsState
    moved: dict[str, int]


class Mobility:
    """Live Partition Mobility of one datacenter: what `migrlpar` asks for.

    `history` holds the last thousand migrations, oldest first. `observer` is told of each.
    """

    def __init__(self, datacenter: Datacenter, faults: Iterable[Fault] | None = None) -> None:
        """Begin with the faults of the inventory, or with others."""
        self.datacenter = datacenter
        self.observer = NOBODY
        self.platform = Platform(datacenter)
        self.history: deque[Run] = deque(maxlen=_HISTORY)
        self._begun = 0
        self._live: dict[Run, None] = {}
        self.faults = Faults(datacenter.clock, lambda: iter(self._live))
        for fault in datacenter.faults if faults is None else faults:
            self.faults.add(fault)

    def check(self, request: Request) -> Event:
        """Carry out the check phase in the partition that is to be migrated (SG24-7460 5.8.1).

        The event comes when all have answered, or the time to wait is over; it has come already if
        nobody takes time. `validate` then lists who refuses. Changes nothing but the request.
        """
        return awareness.check(self.datacenter.clock, request)

    def validate(self, request: Request) -> Validation:
        """Check whether a migration could be carried out. Changes nothing."""
        return validate(request)

    def start(self, validation: Validation) -> Process:
        """Begin a migration that was validated without errors.

        Gives the process that carries it out; it fails with the HmcError that stopped it.
        """
        plan = validation.plan
        request = plan.request
        migration = Migration(
            request.kind,
            request.partition,
            request.source,
            request.destination,
            source_lpar_id=request.partition.lpar_id,
            console=request.console,
            remote_console=request.remote_console,
            remote_user=request.remote_user,
        )
        if request.kind is MigrationKind.ACTIVE and plan.pair is not None:
            migration.source_mover = plan.pair.source
            migration.destination_mover = plan.pair.destination
            if plan.second is not None:
                migration.second_source_mover = plan.second.source
                migration.second_destination_mover = plan.second.destination
        migration.servers = _servers(plan, migration)
        run = Run(self.datacenter, self.platform, plan, migration, self.faults)
        run.source_hosts = tuple(plan.source_servers)
        run.calls.extend(request.calls)
        definition.lock(run)
        run.begun.append(STEPS[migration.kind][0])  # whose undo takes the lock back
        self._begun += 1
        run.number = self._begun
        self.history.append(run)
        migration.driver = run
        return self._spawn(run, _carry_out(run, STEPS[migration.kind]))

    @property
    def state(self) -> MobilityState:
        """All there is to know of the migrations, for another process."""
        return MobilityState(
            list(self.history), self._begun, self.faults.state, self.platform.moved
        )

    @property
    def live(self) -> tuple[Run, ...]:
        """The migrations that are carried out or recovered now."""
        return tuple(self._live)

    def restore(self, state: MobilityState, pages: Callable[[Run], bytes | None]) -> None:
        """Go on where another process stopped; `pages` gives what was kept at a commit record.

        A migration without a commit record waits to be recovered, as after a console's loss of
        power; one with a commit record goes on by itself.
        """
        self.history.extend(state.runs)
        self._begun = state.begun
        self.platform.count_moved(state.moved)
        self.faults.restore(state.faults, self.platform)
        for run in state.runs:
            run.platform, run.faults = self.platform, self.faults
            if run.migration not in run.migration.source_frame.migrations:
                continue
            if run.commit is not None:
                self._go_on(run, pages(run))
            elif not run.migration.state.to_be_recovered:
                failure.interrupt(run)

    def _go_on(self, run: Run, pages: bytes | None) -> None:
        if run.active and "complete" not in run.finished:
            if pages is None:
                raise ValueError(f"the pages of {run.source.name} were not kept")
            run.admission = self.platform.admission(*run.movers)
            run.transfer = self.platform.transfer_from(run, pages)
            self.platform.take_back(run.transfer, run.migration.source_frame)
            run.finished -= {"resume", "pull"}
        if not run.migration.state.to_be_recovered:
            self._spawn(run, _carry_out(run, STEPS[run.migration.kind]))

    def _spawn(self, run: Run, phases: Phases) -> Process:
        process = run.process = self.datacenter.clock.spawn(phases)
        self._live[run] = None
        self.observer.migration_begun(run)

        def ended(_: Event) -> None:
            # Whoever waits for it learns of a failure; if nobody does, it has been logged here.
            self._live.pop(run, None)
            self.observer.migration_ended(run, process.error)
            _report(run, process.error)

        process.add_callback(ended)
        return process

    def stop(self, partition: Partition, console: str = "") -> Process:
        """Stop a migration that is starting and roll it back (SG24-7460 2.4.5, 2.5.8).

        Only the `console` that began it can do that (5.6.1), "" if it was begun without one. Raises
        HmcError if there is none, if another console began it, or if it is too late.
        """
        migration = partition.migration
        if migration is None:
            raise HmcError("lpm_not_migrating", name=partition.name)
        if migration.console != console:
            raise HmcError("lpm_not_started_here", name=partition.name, console=migration.console)
        if migration.state is not MigrationState.STARTING:
            raise HmcError("lpm_not_stoppable", name=partition.name, state=migration.state)
        run: Run = migration.driver
        if run.process is None:
            raise RuntimeError("a migration that is starting has a process")
        run.process.interrupt(HmcError("lpm_cancelled", name=partition.name))
        return run.process

    def recover(self, partition: Partition, *, force: bool = False) -> Process:
        """Undo or complete a migration that failed and could not be cleaned up (SG24-7460 6.2).

        With `force` it does without components that cannot be contacted; where all can, it is a
        recovery like any other. Raises HmcError if the partition has no failed migration, or if
        only a forced recovery is possible.
        """
        migration = partition.migration
        if migration is None or not migration.state.to_be_recovered:
            raise HmcError("lpm_nothing_to_recover", name=partition.name)
        run: Run = migration.driver
        steps = STEPS[migration.kind]
        reason = obstacle(run, steps)
        if reason is not None and not force:
            raise HmcError("lpm_recovery_needs_force", name=partition.name, reason=reason)
        migration.state = MigrationState.IN_PROGRESS
        run.recovering, run.forced = True, reason is not None
        return self._spawn(run, _recover(run, steps))


def _servers(plan: Plan, migration: Migration) -> tuple[Partition, ...]:
    """Virtual I/O Servers that a migration needs: its movers, and hosts on both systems."""
    hosts = [*plan.source_servers, *(plan.scsi.servers.values() if plan.scsi else ())]
    needed = [migration.source_mover, migration.destination_mover, *hosts]
    return tuple({server.uuid: server for server in needed if server is not None}.values())


def _report(run: Run, error: BaseException | None) -> None:
    """Log what should not have happened, whatever the caller is told of it."""
    while isinstance(error, CommandExit) and error.__cause__ is not None:
        error = error.__cause__
    if error is not None and not isinstance(error, CommandExit | ComponentLostError):
        phase = run.phases[-1].name if run.phases else "start"
        _log.error(MigrationFailed(partition=run.source.name, phase=phase), exc_info=error)


def _carry_out(run: Run, steps: Sequence[Step]) -> Phases:
    """Do the steps that are not finished; on failure roll back, or leave it to be recovered."""
    try:
        for step in steps:
            if step.name not in run.finished:
                yield from supervise(run, step)
    except Exception as error:
        answer = settle(run, error)
        if answer is error:
            raise
        raise answer from error


def _recover(run: Run, steps: Sequence[Step]) -> Phases:
    if run.commit is not None:
        yield from _carry_out(run, steps)
    else:
        roll_back(run)
