"""Steps of an active migration that move the running state (SG24-7460 2.5.4)."""

from __future__ import annotations

from hmcsh.migration import codes
from hmcsh.migration.run import CommitRecord, Phases, Run
from hmcsh.model.states import MigrationState, PartitionState


def configure_movers(run: Run) -> Phases:
    """Connect the movers with their hypervisors and with each other (step 2).

    A mover carries four migrations; further ones wait their turn (SG24-7460 2.2, 5.2).
    """
    source, destination = run.movers
    run.admission = run.platform.admission(source, destination)
    yield run.admission.granted
    yield run.datacenter.timings.movers
    run.transfer = run.platform.transfer(run.source, source, destination)
    run.record = run.transfer.record


def release_movers(run: Run) -> None:
    """Close the movers' channel and throw away what has arrived."""
    if run.transfer is not None:
        run.transfer.abort()
        run.transfer = None
    if run.admission is not None:
        run.admission.release()


def prepare(run: Run) -> Phases:
    """Let the operating system get ready (step 3)."""
    run.source.show_reference_code(codes.DRMGR_RUNS)
    codes.CLIENT_STARTED.log(run.source)
    run.prepared = True
    yield run.datacenter.timings.prepare


def undo_prepare(run: Run) -> None:
    """Tell the operating system that the migration is off."""
    if run.prepared:
        run.prepared = False
        codes.CLIENT_ABORTED.log(run.source)


def copy(run: Run) -> Phases:
    """Send memory, round by round, while the partition runs (steps 5 and 6)."""
    run.migration.state = MigrationState.IN_PROGRESS
    yield from run.moving.copy()


def suspend(run: Run) -> Phases:
    """Suspend the partition and send what must arrive before it runs again (steps 7 and 8)."""
    run.source.show_reference_code(codes.SUSPEND_REQUESTED)
    codes.MOVER_SUSPEND.log(run.movers[0])
    yield from run.moving.suspend()
    run.source.show_reference_code(codes.PROCESSORS_STOPPED)
    yield from run.moving.final()


def resume(run: Run) -> Phases:
    """Write the commit record, then let the partition run on the destination (steps 9, 10)."""
    source, shell = run.source, run.shell
    run.commit = CommitRecord(run.datacenter.clock.now, shell.frame.name, run.moving.missing_pages)
    shell.operating_system = source.operating_system
    shell.error_log = source.error_log
    source.state = PartitionState.MIGRATING_NOT_ACTIVATED
    shell.state = PartitionState.MIGRATING_RUNNING
    yield from run.moving.resume()
    shell.show_reference_code(codes.PROCESSORS_RESTARTED)
    shell.show_reference_code(codes.DRMGR_RUNS)


def pull(run: Run) -> Phases:
    """Bring the pages that were left behind, demanded ones first (step 11), and verify all."""
    yield from run.moving.pull()
    yield from run.moving.verification()


def complete(run: Run) -> Phases:
    """Tell the operating system and the movers that the migration is complete (2.5.5)."""
    yield run.datacenter.timings.complete
    codes.CLIENT_DONE.log(run.shell)
    for mover in run.movers:
        codes.MOVER_COMPLETED.log(mover)
    migration = run.migration
    run.platform.hand_over(run.moving, migration.source_frame, migration.destination_frame)
    if run.admission is not None:
        run.admission.release()
    run.shell.state = PartitionState.RUNNING
    run.shell.show_reference_code(codes.COMPLETE)
