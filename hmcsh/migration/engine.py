"""Carrying out, stopping and recovering migrations.

A migration is a sequence of steps, each with its undo. Before the commit record a failure rolls
everything back; after it the migration can only go forward (SG24-7460 2.5.4, 2.5.8, 6.2).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.migration import definition, mapping, movement
from hmcsh.migration.checks import Plan
from hmcsh.migration.platform import Platform
from hmcsh.migration.request import Request
from hmcsh.migration.run import Phase, Phases, Run, Step
from hmcsh.migration.validation import Validation, validate
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind, MigrationState
from hmcsh.runtime import Process

_log = logging.getLogger("hmcsh")

_ANNOUNCE = Step("start", definition.announce, definition.unlock)
_SHELL = Step("shell", definition.make_shell, definition.remove_shell)
_PROFILES = Step("profiles", definition.copy_profiles)
_ADAPTERS = Step("adapters", definition.make_adapters, definition.remove_made_adapters)
_CLEANUP = Step("cleanup", definition.leave_source)

STEPS: dict[MigrationKind, tuple[Step, ...]] = {
    MigrationKind.INACTIVE: (
        _ANNOUNCE,
        _SHELL,
        _PROFILES,
        _ADAPTERS,
        Step("complete", definition.arrive_inactive),
        _CLEANUP,
    ),
    MigrationKind.ACTIVE: (
        _ANNOUNCE,
        _SHELL,
        _PROFILES,
        Step("movers", movement.configure_movers, movement.release_movers),
        Step("prepare", movement.prepare, movement.undo_prepare),
        _ADAPTERS,
        Step("copy", movement.copy),
        Step("suspend", movement.suspend),
        Step("resume", movement.resume),
        Step("pull", movement.pull),
        Step("complete", movement.complete),
        _CLEANUP,
    ),
}


class Mobility:
    """Live Partition Mobility of one datacenter: what `migrlpar` asks for."""

    def __init__(self, datacenter: Datacenter) -> None:
        self.datacenter = datacenter
        self.platform = Platform(datacenter)
        self.history: list[Run] = []

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
        )
        if request.kind is MigrationKind.ACTIVE and plan.pair is not None:
            migration.source_mover = plan.pair.source
            migration.destination_mover = plan.pair.destination
        migration.servers = _servers(plan, migration)
        run = Run(self.datacenter, self.platform, plan, migration)
        definition.lock(run)
        self.history.append(run)
        process = self.datacenter.clock.spawn(_carry_out(run, STEPS[migration.kind]))
        migration.driver = _Driver(run, process)
        # Whoever waits for it learns of a failure; if nobody does, it has been logged here.
        process.add_callback(lambda ended: _report(run, ended.error))
        return process

    def stop(self, partition: Partition) -> Process:
        """Stop a migration that is starting and roll it back (SG24-7460 2.4.5, 2.5.8).

        Raises HmcError if there is none, or if it is too late.
        """
        migration = partition.migration
        if migration is None:
            raise HmcError("lpm_not_migrating", name=partition.name)
        if migration.state is not MigrationState.STARTING:
            raise HmcError("lpm_not_stoppable", name=partition.name, state=migration.state)
        driver: _Driver = migration.driver
        driver.process.interrupt(HmcError("lpm_cancelled", name=partition.name))
        return driver.process

    def recover(self, partition: Partition) -> Process:
        """Undo or complete a migration that failed and could not be cleaned up (SG24-7460 6.2).

        Raises HmcError if the partition has no failed migration.
        """
        migration = partition.migration
        if migration is None or migration.state is not MigrationState.FAILED:
            raise HmcError("lpm_nothing_to_recover", name=partition.name)
        driver: _Driver = migration.driver
        return self.datacenter.clock.spawn(_recover(driver.run, STEPS[migration.kind]))


def _servers(plan: Plan, migration: Migration) -> tuple[Partition, ...]:
    """Virtual I/O Servers that a migration needs: its movers, and hosts on both systems."""
    hosts = [adapter.server for adapter in mapping.client_adapters(migration.source)]
    if plan.scsi is not None:
        hosts += plan.scsi.servers.values()
    needed = [migration.source_mover, migration.destination_mover, *hosts]
    return tuple({server.uuid: server for server in needed if server is not None}.values())


class _Driver:
    """What stands behind a migration of the model: its run and the process that carries it."""

    def __init__(self, run: Run, process: Process) -> None:
        self.run = run
        self.process = process


def _report(run: Run, error: BaseException | None) -> None:
    if error is not None and not isinstance(error, CommandExit):
        _log.error(
            "the migration of %s failed in phase %s",
            run.source.name,
            run.phases[-1].name if run.phases else "start",
            exc_info=error,
        )


def _carry_out(run: Run, steps: Sequence[Step]) -> Phases:
    """Do the steps that are not finished; on failure roll back, or leave it to be recovered."""
    try:
        for step in steps:
            if step.name not in run.finished:
                yield from _do(run, step)
    except Exception as failure:
        run.failure = str(failure) or type(failure).__name__
        if run.commit is None:
            roll_back(run)
        else:
            run.migration.state = MigrationState.FAILED
        if isinstance(failure, CommandExit):
            raise
        raise HmcError("lpm_failed", name=run.source.name, reason=run.failure) from failure


def _do(run: Run, step: Step) -> Phases:
    clock = run.datacenter.clock
    phase = Phase(step.name, clock.now)
    run.phases.append(phase)
    if step not in run.begun:
        run.begun.append(step)
    try:
        yield from step.do(run)
    finally:
        phase.end = clock.now
    run.finished.add(step.name)


def roll_back(run: Run) -> None:
    """Undo what was done, last first; everything is as before the migration."""
    for step in reversed(run.begun):
        if step.undo is not None:
            step.undo(run)
    run.begun.clear()


def _recover(run: Run, steps: Sequence[Step]) -> Phases:
    if run.commit is not None:
        yield from _carry_out(run, steps)
    else:
        yield 0
        roll_back(run)
