"""What follows when a migration cannot go on, and how it is recovered.

Before the commit record the partition stays with the source, after it with the destination
(SG24-7460 2.5.4 step 9, 2.5.8, 6.2). Movers, hypervisors and the operating system let go of the
migration by themselves. The console then rolls back what it did, if it reaches everyone who took
part in it; otherwise both definitions stay as they are until somebody asks for a recovery.
"""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.migration import codes, definition, movement
from hmcsh.migration.components import (
    CONNECTION,
    SYSTEMS,
    Component,
    ComponentLostError,
    first_lost,
    loss,
    works,
)
from hmcsh.migration.run import Run, Step
from hmcsh.model.states import MigrationState, PartitionState

_ERROR_CODES = {
    (Component.CONSENT, "prepare"): codes.NOT_READY,
    (Component.CONSENT, "suspend"): codes.IO_NOT_SUSPENDED,
    (Component.VASI, "movers"): codes.EVENTS_NOT_ALLOCATED,
    (Component.VASI, "copy"): codes.DATA_NOT_COPIED,
    (Component.VASI, "suspend"): codes.DATA_NOT_SENT_SUSPENDED,
    (Component.VASI, "final"): codes.DATA_NOT_SENT_SUSPENDED,
    (Component.VASI, "pull"): codes.DATA_NOT_PULLED,
}
_CONNECTION_LOSSES = frozenset(CONNECTION) - {Component.VASI}


def settle(run: Run, failure: Exception) -> CommandExit:
    """Bring a migration that failed into a state from which it can be recovered, or undo it.

    Gives what the caller is to be told.
    """
    run.failure = str(failure) or type(failure).__name__
    _show_code(run, failure)
    if run.commit is not None:
        return _leave_to_recovery(run, failure)
    copied = any(step.name == "copy" for step in run.begun)
    lost = _first(run, (step.contacts for step in run.begun))
    _let_go(run, failure, copied=copied)
    if lost is not None:
        return _leave_to_recovery(run, failure)
    roll_back(run)
    if isinstance(failure, CommandExit):
        return failure
    if isinstance(failure, ComponentLostError) and failure.component is Component.CONSENT:
        return HmcError("lpm_os_not_ready", name=run.source.name, reason=run.failure)
    return HmcError("lpm_failed", name=run.source.name, reason=run.failure)


def interrupt(run: Run) -> None:
    """Leave a migration as a console leaves it that lost power before the commit record.

    All components that take part let go of it; the console, which was away, did not see it.
    """
    console = run.console
    console.running = False
    try:
        settle(run, loss(run, Component.CONSOLE))
    finally:
        console.running = True


def roll_back(run: Run) -> None:
    """Undo what was done, last first; everything is as before the migration."""
    for step in reversed(run.begun):
        if step.undo is not None:
            step.undo(run)
    run.begun.clear()


def obstacle(run: Run, steps: Iterable[Step]) -> str | None:
    """What keeps a recovery that is not forced from its work; None if nothing does."""
    if run.commit is None:
        changed = [step.configures for step in run.begun]
    else:
        changed = [step.configures for step in steps if step.name not in run.finished]
    lost = _first(run, [(Component.CONSOLE,), *changed])
    return None if lost is None else str(loss(run, lost))


def _first(run: Run, groups: Iterable[tuple[Component, ...]]) -> Component | None:
    return first_lost(run, [component for group in groups for component in group])


def _let_go(run: Run, failure: Exception, *, copied: bool) -> None:
    """What everyone but the console does: the partition goes on at the source."""
    transfer = run.transfer
    if transfer is not None and transfer.record.suspended_at is not None:
        run.suspended_for = run.datacenter.clock.now - transfer.record.suspended_at
    movement.release_movers(run)
    if copied:
        _log_abort(run, failure)
    if run.source.running:
        movement.undo_prepare(run)
    if works(run, Component.SOURCE_SYSTEM):
        definition.show_cancelled(run.source)


def _log_abort(run: Run, failure: Exception) -> None:
    lost = failure.component if isinstance(failure, ComponentLostError) else None
    reason = codes.CONNECTION_DOWN if lost in _CONNECTION_LOSSES else run.failure
    for mover in run.movers:
        if mover.running and mover.io_server.mover_works:
            codes.mover_aborted(reason).log(run, mover)


def _log_client_failure(run: Run) -> None:
    """Who serves virtual SCSI to a partition that went down logs it (table B-3)."""
    for made in run.server_slots:
        device = made.server.io_server.vhosts.get(made.slot)
        if device is not None and made.server.running:
            codes.client_failure(device).log(run, made.server)


def _show_code(run: Run, failure: Exception) -> None:
    """Reference codes of table B-2, where their meanings name what happened (inferred)."""
    if not isinstance(failure, ComponentLostError):
        return
    code = _error_code(run, failure)
    if code:
        run.owner.show_reference_code(code)


def _error_code(run: Run, failure: ComponentLostError) -> str:
    phase, component = run.phase_name, failure.component
    if _lost_pages(run, failure):
        return codes.DATA_NOT_PROCESSED
    if phase == "resume" and component is Component.DESTINATION_MOVER:
        # The mover alone, or the Virtual I/O Server with it.
        alone = run.movers[1].running
        return codes.QUEUES_NOT_RESUMED if alone else codes.IO_NOT_RESUMED
    if component is Component.CONSOLE and run.commit is None:
        return codes.NOT_UNLOCKED
    return _ERROR_CODES.get((component, phase), "")


def _lost_pages(run: Run, failure: Exception) -> int:
    """Number of pages that went down with the source after the partition had left it."""
    if run.commit is None or run.transfer is None or not isinstance(failure, ComponentLostError):
        return 0
    gone = failure.component is Component.SOURCE_SYSTEM
    return run.transfer.missing_pages if gone else 0


def _leave_to_recovery(run: Run, failure: Exception) -> HmcError:
    migration, shell = run.migration, run.migration.destination
    owner_system = SYSTEMS[0] if run.commit is None else SYSTEMS[1]
    lost_pages = _lost_pages(run, failure)
    migration.state = MigrationState.FAILED
    if lost_pages or not works(run, owner_system):
        migration.state = MigrationState.INVALID
        run.stopped = run.commit is not None
        run.owner.state = PartitionState.MIGRATING_NOT_ACTIVATED
    if shell is not None and run.commit is None:
        shell.show_reference_code(codes.OFF)
    if lost_pages:
        _log_client_failure(run)
        return HmcError("lpm_pages_lost", name=run.source.name, count=lost_pages)
    if isinstance(failure, ComponentLostError) and failure.component in (
        *SYSTEMS,
        Component.VASI,
    ):
        return HmcError("lpm_stopped_by_firmware")
    return HmcError("lpm_stopped")
