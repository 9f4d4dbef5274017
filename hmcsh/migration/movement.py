"""Steps of an active migration that move the running state (SG24-7460 2.5.4)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from hmcsh.migration import awareness, codes, movers, terminals, timekeeping
from hmcsh.migration.components import CONNECTION, Component
from hmcsh.migration.run import CommitRecord, Phases, Run, commit
from hmcsh.migration.supervision import ReconnectedError
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.runtime import Event

if TYPE_CHECKING:
    from hmcsh.hypervisor.network import Flow


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
        run.progress_made = run.transfer.progress
        run.transfer.abort()
        run.transfer = None
    if run.admission is not None:
        run.admission.release()


def prepare(run: Run) -> Phases:
    """Let the operating system get ready (step 3)."""
    run.source.show_reference_code(codes.DRMGR_RUNS)
    codes.CLIENT_STARTED.log(run, run.source)
    run.prepared = True
    yield from awareness.prepare(run)


def undo_prepare(run: Run) -> None:
    """Tell the operating system that the migration is off."""
    if run.prepared:
        run.prepared = False
        awareness.undo(run)
        codes.CLIENT_ABORTED.log(run, run.source)


def copy(run: Run) -> Phases:
    """Send memory, round by round, while the partition runs (steps 5 and 6)."""
    run.migration.state = MigrationState.IN_PROGRESS
    work, answer = run.moving.copy(), None
    while True:
        flow = run.moving.flow
        try:
            wanted = work.send(answer)
        except StopIteration:
            return
        answer = yield from _outlasting(run, flow, wanted)


def _outlasting(run: Run, flow: Flow, wanted: int | Event) -> Generator[int | Event, Any, Any]:
    """Wait for something, also where the connection is interrupted and works again.

    What is on its way then goes on, unless other movers took over: they send it again.
    """
    while True:
        try:
            return (yield wanted)
        except ReconnectedError:
            if not isinstance(wanted, Event) or run.moving.flow is not flow:
                return None


def suspend(run: Run) -> Phases:
    """Let the partition quiesce its threads and suspend it (step 7)."""
    run.source.show_reference_code(codes.SUSPEND_REQUESTED)
    codes.MOVER_SUSPEND.log(run, run.movers[0])
    yield from run.moving.suspend()
    run.source.show_reference_code(codes.PROCESSORS_STOPPED)


def final(run: Run) -> Phases:
    """Send what must arrive before the partition runs again, while it is suspended (step 8)."""
    yield from run.moving.final()


def resume(run: Run) -> Phases:
    """Write the commit record, then let the partition run on the destination (steps 9, 10).

    A recovery may begin it again.
    """
    source, shell = run.source, run.shell
    if run.stopped:
        return
    if run.commit is None:
        missing, digest = run.moving.missing_pages, run.moving.record.left_digest
        commit(run, CommitRecord(run.datacenter.clock.now, shell.frame.name, missing, digest))
    if run.time_of_day is None:
        shell.operating_system = source.operating_system
        shell.error_log = source.error_log
        timekeeping.carry_over(run)
        source.state = PartitionState.MIGRATING_NOT_ACTIVATED
        shell.state = PartitionState.MIGRATING_RUNNING
        terminals.disconnect(run)
    yield from run.moving.resume()
    run.announcements = awareness.announcements(run)
    shell.show_reference_code(codes.PROCESSORS_RESTARTED)
    shell.show_reference_code(codes.DRMGR_RUNS)


def pull(run: Run) -> Phases:
    """Bring the pages that were left behind, demanded ones first (step 11), and verify all.

    After an interruption the destination asks again for all that is missing; what was on its way
    is sent again.
    """
    while not run.stopped:
        try:
            yield from run.moving.pull()
            yield from run.moving.verification()
        except ReconnectedError:
            continue
        return


def needs_of_pull(run: Run) -> tuple[Component, ...]:
    """Once all pages are there, only the partition's new system matters."""
    if run.stopped:
        return ()
    if not run.moving.missing_pages:
        return (Component.DESTINATION_SYSTEM,)
    return (Component.DESTINATION_SYSTEM, Component.SOURCE_SYSTEM, *CONNECTION)


def take_other_movers(run: Run, lost: Component) -> bool:
    """Let other movers of the same systems take over, if any are free (inferred)."""
    if lost not in CONNECTION:
        return False
    migration = run.migration
    pairs = movers.pairs(migration.source_frame, migration.destination_frame)
    return any(_hand_over(run, pair) for pair in pairs)


def take_second_movers(run: Run, lost: Component) -> bool:
    """Let the movers take over that stand by, if there are any and they work.

    IBM's page on redundant mover service partitions, POWER8; when they do, is inferred.
    """
    migration = run.migration
    source, destination = migration.second_source_mover, migration.second_destination_mover
    if lost not in CONNECTION or source is None or destination is None:
        return False
    pair = movers.MoverPair(source, destination)
    if pair not in movers.pairs(migration.source_frame, migration.destination_frame):
        return False
    if not _hand_over(run, pair):
        return False
    migration.second_source_mover = migration.second_destination_mover = None
    return True


def _hand_over(run: Run, pair: movers.MoverPair) -> bool:
    if not (pair.source.io_server.link_up and pair.destination.io_server.link_up):
        return False
    admission = run.platform.admission(pair.source, pair.destination)
    if not admission.active:
        admission.release()
        return False
    if run.admission is not None:
        run.admission.release()
    run.admission = admission
    migration = run.migration
    migration.source_mover, migration.destination_mover = pair.source, pair.destination
    run.moving.reroute(run.platform.flow(run.source, pair.source, pair.destination))
    return True


def complete(run: Run) -> Phases:
    """Tell the operating system and the movers that the migration is complete (2.5.5)."""
    yield run.datacenter.timings.complete
    if run.admission is not None:
        run.admission.release()
    run.progress_made = run.moving.progress
    migration = run.migration
    if run.stopped:
        run.platform.drop(run.moving, migration.source_frame)
        return
    yield from awareness.post(run)
    codes.CLIENT_DONE.log(run, run.shell)
    for mover in run.movers:
        if mover.running and mover.io_server.mover_works:
            codes.MOVER_COMPLETED.log(run, mover)
    run.platform.hand_over(run.moving, migration.source_frame, migration.destination_frame)
    run.shell.state = PartitionState.RUNNING
    run.shell.show_reference_code(codes.COMPLETE)
