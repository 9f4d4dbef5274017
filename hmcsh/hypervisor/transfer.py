"""Moving a running partition's page state from one hypervisor to another.

The phases are generators for the clock: copy in rounds, suspend, send what must arrive before
the partition runs again, resume at the destination, pull the rest (SG24-7460 2.5.4 steps 5-11).
The dirty log is conservative: a round takes the log and clears it in one instant, sends those
pages, and any page written meanwhile is dirty again whether or not its turn had come. What is
written in a round is drawn at its end for the whole of it; pages sent in the round carry what
they held before, which is one of the orders in which it could have happened.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain, islice
from typing import Any

from numpy.random import SFC64

from hmcsh.hypervisor.chance import stream
from hmcsh.hypervisor.digest import digest
from hmcsh.hypervisor.memory import (
    BLOCK_CHUNKS,
    Access,
    AccessError,
    Layers,
    Message,
)
from hmcsh.hypervisor.network import Flow
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PAGE, PageSet
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.pull import Pull
from hmcsh.hypervisor.record import Phase, Round, TransferRecord
from hmcsh.hypervisor.settings import TransferSettings, stop_reason
from hmcsh.hypervisor.verify import Comparison, compare_in_blocks, rebase
from hmcsh.runtime.clock import SECOND, Clock, Event

__all__ = ["PointOfNoReturnError", "StateTransfer", "TransferSettings", "VerificationError"]

Steps = Generator[int | Event, Any, None]

_MAX_SLICES = 64
_LEAST_SLICE = 4 * CHUNK_PAGES


class PointOfNoReturnError(Exception):
    """The partition runs on the destination; the transfer can only go forward (2.5.4 step 9)."""


class VerificationError(Exception):
    """The two sides do not agree; `comparison` tells how many pages."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(
            f"{comparison.older} pages were lost, {comparison.unexplained} cannot be explained,"
            f" {comparison.corrupt} hold wrong bytes"
        )
        self.comparison = comparison


class StateTransfer:
    """One migration's page state on its way from `source` to `destination`.

    The methods `copy`, `suspend`, `final`, `resume` and `pull` are generators to be run in this
    order inside one process of the clock. Before `resume` any failure may be answered by `abort`,
    after it `pull` may be begun again.
    """

    def __init__(
        self,
        clock: Clock,
        source: PartitionMemory,
        flow: Flow,
        settings: TransferSettings | None = None,
    ) -> None:
        if source.access is not Access.RUNNING:
            raise AccessError(f"{source.uuid} does not run there: {source.access.value}")
        self.clock = clock
        self.source = source
        self.destination = source.shell()
        self.flow = flow
        self.settings = settings or TransferSettings()
        self.comparison: Comparison | None = None
        source.migrations += 1
        self.record = TransferRecord(
            clock.now, source.migrations, content=source.workload.spec.content
        )
        self.destination.migrations = source.migrations
        self._writes = self.random_stream("writes")
        self._goodput = 0  # bytes a second, averaged; 0 before the first round
        self._window_start = clock.now  # of the present dirty-log window
        self._dirty = PageSet(source.pages)  # to be sent while suspended
        self._rest = PageSet(source.pages)  # to be pulled
        self._pull: Pull | None = None
        self._flow_base = flow.sent
        self._goal = 0  # `bytes_sent` when nothing known is left to send
        self._progress = 0

    # -- what can be asked at any time ---------------------------------------------------------

    @property
    def missing_pages(self) -> int:
        """Pages that the destination lacks when it resumes, or still lacks."""
        return self._rest.count if self._pull is None else self._pull.missing_pages

    @property
    def bytes_sent(self) -> int:
        """Bytes that have arrived by now."""
        return self.flow.sent + self.flow.delivered - self._flow_base

    @property
    def bytes_remaining(self) -> int:
        """Bytes known to be left to send by now; pages dirtied later will add to it."""
        return max(0, self._goal - self.bytes_sent)

    @property
    def progress(self) -> int:
        """Percent done: never falls, 100 only when complete; rounds of copying reach 90."""
        if self.record.ended is not None:
            return 100
        return max(self._progress, self._raw_progress())

    def _raw_progress(self) -> int:
        record = self.record
        if record.suspended_at is None:
            total = record.total_pages * PAGE
            return 90 * max(0, total - self.bytes_remaining) // total if total else 0
        if record.resumed_at is None:
            return 90
        total = max(1, record.left_pages) * PAGE
        return 95 + 4 * max(0, total - self.bytes_remaining) // total

    def _aim(self, amount: int) -> None:
        """Set what is left to send, bytes."""
        self._progress = max(self._progress, self._raw_progress())
        self._goal = self.bytes_sent + amount

    # -- the phases ----------------------------------------------------------------------------

    def copy(self) -> Steps:
        """Send all pages with content, then again what was written, until it is time to suspend."""
        phase = self._begin("copy")
        store = self.source.store
        for _ in chain(store.collapse(), store.start_log()):
            yield 0
        self._window_start = self.clock.now
        while self.record.stop_reason is None:
            yield from self._round()
            self.record.stop_reason = stop_reason(
                self.settings,
                self.record.rounds,
                self.clock.now - self.record.rounds[0].start,
                self._goodput,
                self.source.pages,
            )
        phase.end = self.clock.now

    def suspend(self) -> Steps:
        """Let the partition quiesce, then read the last log and choose what to send suspended."""
        phase = self._begin("suspend")
        yield self.settings.quiesce
        earlier = self.source.store.take_log()
        yield from self._sync()
        self._dirty = self.source.store.take_log()
        yield from self._renumber()  # nothing was sent between the two: one layer will do for both
        self.source.store.access = Access.SUSPENDED
        self.record.suspended_at = self.clock.now
        rate = self.flow.share() or self._goodput
        yield from self._choose(self.settings.budget(rate), earlier)
        self.record.final_pages = self._dirty.count
        self.record.left_pages = self._rest.count
        self.record.left_digest = yield from digest(self._rest)
        self.record.window_estimate = self.settings.window(self._dirty.count, rate)
        phase.end = self.clock.now

    def final(self) -> Steps:
        """Send processor state and the chosen pages while the partition is suspended."""
        phase = self._begin("final")
        if self.settings.rate_rule:
            self.flow.pace(self.settings.rate_rule.highest)
        self._aim(self.settings.cpu_state + (self._dirty.count + self._rest.count) * PAGE)
        if self.settings.cpu_state:
            yield self.flow.send(self.settings.cpu_state)
            self.record.bytes += self.settings.cpu_state
        cursor = 0
        while self._dirty:
            batch = self._dirty.take(cursor, self.source.store.batch_pages, BLOCK_CHUNKS)
            cursor = batch.last_page() + 1
            yield from self._send(batch)
            self.record.sent_suspended += batch.count
        phase.end = self.clock.now

    def resume(self) -> Steps:
        """Let the partition run on the destination, recover I/O and announce itself.

        From its first instant there is no way back; the commit record must have been written.
        After an interruption it may be called again.
        """
        phase = self._begin("resume")
        settings, record = self.settings, self.record
        source, destination = self.source.store, self.destination.store
        source.access = Access.FROZEN
        if record.resumed_at is None:
            yield settings.resume
            destination.epoch = source.epoch
            destination.access = Access.PULLING
            destination.log = PageSet(destination.pages)
            record.resumed_at = self.clock.now
            self._pull = Pull(self, self._rest)
        visible_at = record.resumed_at + settings.fixed_window - settings.resume
        yield max(0, visible_at - self.clock.now)
        record.visible_at = self.clock.now
        phase.end = self.clock.now

    def pull(self) -> Steps:
        """Bring the pages left behind: what the partition touches first, the rest after it.

        After an interruption it may be called again; what was on its way is sent again.
        """
        if self._pull is None:
            raise RuntimeError("the partition has not resumed on the destination")
        phase = self._begin("pull")
        self._aim(self.missing_pages * PAGE)
        yield from self._pull.run()
        self._aim(0)
        phase.end = self.clock.now

    @property
    def missing_set(self) -> PageSet:
        """The pages that are left behind when the partition resumes; to be read only."""
        return self._rest

    def stand_at_commit(self, record: TransferRecord, missing: PageSet, progress: int) -> None:
        """Be where another transfer was at its commit record; `resume` is next."""
        self.record, self._rest, self._progress = record, missing, progress

    def reroute(self, flow: Flow) -> None:
        """Go on over another flow after an interruption; what was on its way is sent again."""
        sent = self.bytes_sent
        self.flow.cancel()
        self.flow, self._flow_base = flow, flow.sent - sent

    def verification(self) -> Generator[int | Event, Any, Comparison]:
        """Do as `verify` does, block by block; the comparison is the generator's value."""
        source, destination = self.source.store, self.destination.store
        blocks = compare_in_blocks(source, destination, destination.log)
        while True:
            try:
                next(blocks)
            except StopIteration as done:
                comparison: Comparison = done.value
                break
            yield 0
        if not comparison.sound or self.missing_pages:
            raise VerificationError(comparison)
        self.comparison = comparison
        self.record.verified_pages = source.pages
        return comparison

    def verify(self) -> Comparison:
        """Compare all pages of both sides: equal, or newer where the destination wrote.

        Raises VerificationError if a page was lost or came from nowhere.
        """
        blocks = self.verification()
        while True:
            try:
                next(blocks)
            except StopIteration as done:
                comparison: Comparison = done.value
                return comparison

    def complete(self) -> None:
        """End the transfer after verification: the destination owns the partition alone.

        Raises RuntimeError if it has not been verified. The source's memory is freed.
        """
        if self.comparison is None:
            raise RuntimeError("a transfer is verified before it is complete")
        if self.record.ended is not None:
            return
        self.record.ended = self.clock.now
        self._pull, self._rest = None, PageSet(self.source.pages)
        layers = self.source.store.layers
        self.source.discard()
        self.destination.store.access = Access.RUNNING
        self.clock.spawn(self._free(layers))

    def _free(self, layers: Layers) -> Steps:
        """Free block by block what only the comparison of two sides needed."""
        for layer in layers.values():
            while layer:
                for chunk in list(islice(layer, BLOCK_CHUNKS)):
                    del layer[chunk]
                yield 0
        memory, blocks = self.destination, self.destination.store.collapse()
        # If it is on its way again meanwhile, that migration begins with the same.
        while memory.migrations == self.record.sequence and memory.access is Access.RUNNING:
            if next(blocks, blocks) is not None:
                break
            yield 0

    def abort(self) -> None:
        """Go back: the partition runs on the source as before, the destination holds nothing.

        Raises PointOfNoReturnError once the destination may have run.
        """
        if self.source.access in (Access.FROZEN, Access.DISCARDED):
            raise PointOfNoReturnError("the partition runs on the destination")
        self.flow.cancel()
        self.source.store.log = None
        self.source.store.access = Access.RUNNING
        self.destination.discard()
        self._end_phase()
        self._aim(0)
        self._dirty, self._rest = PageSet(self.source.pages), PageSet(self.source.pages)

    # -- what is sent while suspended ----------------------------------------------------------

    def _choose(self, budget: int, earlier: PageSet) -> Steps:
        """Add what was dirty `earlier`, before quiescing, and leave behind what does not fit.

        Sent first is what is likely to be touched first: pages that were written while the
        partition quiesced and in the window before, then by address.
        """
        often = PageSet(self.source.pages)
        for number, (chunk, words) in enumerate(sorted(self._dirty.words.items()), 1):
            before = earlier.get(chunk)
            if before is not None:
                often.add(chunk, words & before)
            if often.count >= budget:
                break
            if number % BLOCK_CHUNKS == 0:
                yield 0
        yield from _merge(self._dirty, earlier)
        self.record.dirty_at_suspend = self._dirty.count
        if self._dirty.count <= budget or not self.settings.demand_paging:
            return
        chosen, rest = PageSet(self.source.pages), self._dirty
        while often and chosen.count < budget:
            part = often.take(0, budget - chosen.count, BLOCK_CHUNKS)
            for chunk, words in part.words.items():
                rest.discard(chunk, words)
            chosen.update(part)
            yield 0
        while rest and chosen.count < budget:
            chosen.update(rest.take(0, budget - chosen.count, BLOCK_CHUNKS))
            yield 0
        self._dirty, self._rest = chosen, rest

    # -- rounds --------------------------------------------------------------------------------

    def _round(self) -> Steps:
        """Send what is dirty, slice by slice; what the timeout leaves unsent stays dirty."""
        settings, store = self.settings, self.source.store
        rounds, rule = self.record.rounds, settings.rate_rule
        round_ = Round(len(rounds) + 1, self.clock.now)
        if rule:
            self.flow.pace(rule.rate(rounds))
        todo = store.take_log()
        self._aim(todo.count * PAGE)
        if round_.number == 1:
            self.record.total_pages = todo.count
        rounds.append(round_)
        size = -(-todo.count // (settings.slices or _MAX_SLICES))
        if settings.slices is None:
            size = max(size, _LEAST_SLICE)
        size = min(size, store.batch_pages)
        cursor = 0
        deadline = rounds[0].start + settings.copy_timeout
        while todo and self.clock.now < deadline:
            batch = todo.take(cursor, size, BLOCK_CHUNKS)
            cursor = batch.last_page() + 1
            if settings.peek:
                yield from self._sync()
                batch.subtract(store.dirty_log)
            yield from self._send(batch)
            round_.pages += batch.count
        round_.bytes = round_.pages * PAGE
        round_.end = self.clock.now
        self._measure(round_)
        yield from self._sync()
        log = store.dirty_log
        yield from _merge(log, todo)
        round_.dirty = log.count
        self._aim(round_.dirty * PAGE)

    def _measure(self, round_: Round) -> None:
        """Average the goodput, half of it from this round."""
        time = self.clock.now - round_.start
        if round_.bytes and time:
            round_.rate = round_.bytes * SECOND // time
            self._goodput = (self._goodput + round_.rate) // 2 if self._goodput else round_.rate
        self._goodput = self._goodput or self.flow.share()

    def _send(self, batch: PageSet) -> Steps:
        message = self.source.store.read(batch)
        flow = None
        while flow is not self.flow:  # it may have been rerouted on the way
            flow = self.flow
            yield flow.send(message.count * PAGE)
        self.receive(message)

    def receive(self, message: Message) -> int:
        """Put pages in place that have arrived; gives how many of them came too late."""
        self.record.bytes += message.count * PAGE
        return self.destination.store.deliver(message)

    def _sync(self) -> Steps:
        """Write what the partition wrote since the last time, and begin a new window."""
        store = self.source.store
        now = self.clock.now
        start, self._window_start = self._window_start, now
        # What both sides agree on needs no layers until it is written again.
        yield from self._renumber()
        for _ in self.source.workload.advance(store, start, now, self._writes):
            yield 0
        store.next_epoch()

    def _renumber(self) -> Steps:
        """Keep epochs low and layers few; nothing may be on its way."""
        for _ in rebase(self.source.store, self.destination.store):
            yield 0

    # -- bookkeeping ---------------------------------------------------------------------------

    def random_stream(self, purpose: str) -> SFC64:
        """Give this migration's own random stream for `purpose`."""
        memory = self.source
        return stream(memory.seed, memory.uuid, memory.migrations, purpose)

    def _begin(self, name: str) -> Phase:
        self._end_phase()
        phase = Phase(name, self.clock.now)
        self.record.phases.append(phase)
        return phase

    def _end_phase(self) -> None:
        self._progress = max(self._progress, self._raw_progress())
        if self.record.phases and self.record.phases[-1].end is None:
            self.record.phases[-1].end = self.clock.now


def _merge(pages: PageSet, others: PageSet) -> Steps:
    """Move all of `others` to `pages`, block by block."""
    while others:
        pages.update(others.take(0, others.count, BLOCK_CHUNKS))
        if others:
            yield 0
