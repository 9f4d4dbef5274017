"""Whole transfers of small partitions: nothing lost, never two owners, truthful records."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor import memory, pull, verify, workload
from hmcsh.hypervisor import transfer as transfer_module
from hmcsh.hypervisor.chance import ONE, probability
from hmcsh.hypervisor.memory import BLOCK_CHUNKS, Access, AccessError, PageStore
from hmcsh.hypervisor.movers import Mover
from hmcsh.hypervisor.network import Network, Resource
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PAGE, PageSet, chunk_count
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.record import StopReason
from hmcsh.hypervisor.settings import TransferSettings
from hmcsh.hypervisor.transfer import PointOfNoReturnError, StateTransfer, VerificationError
from hmcsh.hypervisor.workload import WorkloadSpec
from hmcsh.runtime import MILLISECOND, SECOND, Clock

PHASES = ("copy", "suspend", "final", "resume", "pull")

# Small windows leave pages behind, so that all phases have something to do.
QUICK = TransferSettings(
    window_target=25 * MILLISECOND,
    min_pages=5,
    quiesce=2 * MILLISECOND,
    cpu_state=20_000,
    resume=MILLISECOND,
    io_recovery=4 * MILLISECOND,
    arp=MILLISECOND // 2,
    pull_tick=2 * MILLISECOND,
)


def lab(pages, workload, quick=QUICK, rate=20_000_000, seed=1, kind=StateTransfer, clock=None):
    """Give a transfer over one link of its own."""
    clock = clock or Clock()
    network = Network(clock)
    flow = network.open("m", [Resource("link", rate)])
    memory = PartitionMemory("uuid", pages * PAGE, workload, seed)
    return kind(clock, memory, flow, quick)


def phases(transfer, names=PHASES):
    for name in names:
        yield from getattr(transfer, name)()


def epochs(store):
    return [store.epoch_of(page) for page in range(store.pages)]


def run(transfer):
    """Run all phases; give what the source held when it was suspended, and since then never."""
    clock = transfer.clock
    process = clock.spawn(phases(transfer))
    frozen = None
    while not process.fired:
        assert clock.step()
        owners = [
            side
            for side in (transfer.source, transfer.destination)
            if side.access in (Access.RUNNING, Access.PULLING)
        ]
        assert len(owners) <= 1
        if transfer.record.suspended_at is None:
            assert owners == [transfer.source]
        elif transfer.record.resumed_at is None:
            assert not owners
        if frozen is None and transfer.record.suspended_at is not None:
            frozen = epochs(transfer.source.store)
    assert process.error is None
    return frozen


def nothing_lost(transfer, frozen):
    """Compare page by page, by code that the transfer does not use."""
    assert epochs(transfer.source.store) == frozen
    written = set(transfer.destination.store.dirty_log.positions())
    for page, (final, arrived) in enumerate(
        zip(frozen, epochs(transfer.destination.store), strict=True)
    ):
        if page in written:
            assert arrived > final, f"page {page} lost what the destination wrote"
        else:
            assert arrived == final, f"page {page} is {arrived}, should be {final}"
    assert transfer.missing_pages == 0


WORKLOADS = st.builds(
    WorkloadSpec,
    kind=st.sampled_from(["idle", "uniform", "hot-cold", "zipf", "burst", "saturating"]),
    written=st.sampled_from([0, 0.3, 1]),
    working_set=st.sampled_from([0, 0.05, 0.3, 1]),
    writes_per_second=st.integers(0, 20_000),
    period=st.sampled_from([MILLISECOND, SECOND]),
)


@settings(max_examples=120)
@given(
    st.integers(1, 4096),
    WORKLOADS,
    st.integers(0, 2**32),
    st.sampled_from([1_000_000, 20_000_000, 200_000_000]),
    st.sampled_from([6, 25, 300]),
)
def test_whatever_is_written_nothing_is_lost(pages, workload, seed, rate, window):
    quick = dataclasses.replace(QUICK, window_target=window * MILLISECOND)
    transfer = lab(pages, workload, quick, rate, seed)
    frozen = run(transfer)
    nothing_lost(transfer, frozen)
    comparison = transfer.verify()
    assert comparison.older == comparison.unexplained == 0
    assert comparison.newer == transfer.destination.store.dirty_log.count
    accounts_add_up(transfer)
    bounds_hold(transfer)
    transfer.complete()
    assert transfer.destination.access is Access.RUNNING
    assert transfer.progress == 100
    with pytest.raises(AccessError):
        transfer.source.store.write_page(0)
    while transfer.clock.step():
        pass
    assert set(epochs(transfer.destination.store)) <= {0, 1}


def accounts_add_up(transfer):
    record, flow = transfer.record, transfer.flow
    assert record.rounds[0].pages == record.total_pages == transfer.source.workload.written_pages
    for before, after in zip(record.rounds, record.rounds[1:], strict=False):
        assert after.pages == before.dirty
        assert after.start == before.end
    assert record.sent_suspended == record.final_pages
    assert record.final_pages + record.left_pages == record.dirty_at_suspend
    assert record.left_pages == record.pulled_pages + record.overwritten_pages
    assert record.dropped_pages <= record.pulled_pages
    sent = record.pages_sent * PAGE + transfer.settings.cpu_state
    assert record.bytes == flow.sent == sent
    assert all(resource.carried == sent for resource in flow.route)
    assert record.resent_pages == 0
    times = [(phase.start, phase.end) for phase in record.phases]
    assert [phase.name for phase in record.phases] == list(PHASES)
    assert all(end is not None and start <= end for start, end in times)
    assert sorted(times) == times


def bounds_hold(transfer):
    """M / B <= copying <= rounds x M / B; the window is what was estimated, alone on the link."""
    record, quick = transfer.record, transfer.settings
    rate = transfer.flow.route[0].capacity
    written = transfer.source.workload.written_pages
    copied = record.rounds[-1].end - record.rounds[0].start
    assert copied >= written * PAGE * SECOND // rate
    assert sum(r.pages for r in record.rounds) <= (quick.max_factor + 1) * transfer.source.pages
    assert record.window_actual == record.window_estimate
    if record.left_pages:
        least = quick.fixed_window + quick.cpu_state * SECOND // rate + 1
        assert record.window_actual <= max(quick.window_target, least)
    assert record.visible_at >= record.resumed_at >= record.suspended_at
    stop_reason_is_true(record, quick, rate, transfer.source.pages)


def stop_reason_is_true(record, quick, rate, pages):
    """Decide again from the recorded rounds."""
    average = 0
    for index, this in enumerate(record.rounds):
        if this.rate:
            average = (average + this.rate) // 2 if average else this.rate
        average = average or rate
        sent = sum(r.pages for r in record.rounds[: index + 1])
        amount = quick.cpu_state + this.dirty * PAGE
        window = quick.fixed_window + -(-amount * SECOND // average)
        if this.dirty <= quick.min_pages or window <= quick.window_target:
            reason = StopReason.SMALL
        elif this.end - record.rounds[0].start >= quick.copy_timeout:
            reason = StopReason.TIMEOUT
        elif index and this.dirty * 20 > record.rounds[index - 1].dirty * 19:
            reason = StopReason.STALLED
        elif index + 1 >= quick.max_rounds or sent >= quick.max_factor * pages:
            reason = StopReason.LIMIT
        else:
            reason = None
        last = index + 1 == len(record.rounds)
        assert reason is (record.stop_reason if last else None)


def decoded(store):
    """Give the epochs of all pages as an array, from the bits themselves."""
    found = np.repeat(store.uniform, CHUNK_PAGES)
    for epoch, layer in store.layers.items():
        for chunk, words in layer.items():
            inside = found[chunk * CHUNK_PAGES :][:CHUNK_PAGES]
            octets = words.astype("<u8").view(np.uint8)
            inside[np.unpackbits(octets, bitorder="little").view(np.bool_)] = epoch
    return found[: store.pages]


@pytest.mark.parametrize("kind", ["idle", "uniform", "hot-cold", "zipf", "burst", "saturating"])
@pytest.mark.parametrize("window", [0, 60], ids=["all pulled", "a short window"])
@pytest.mark.parametrize("timeout", [SECOND // 4, 3600 * SECOND], ids=["cut short", "in time"])
def test_memories_of_many_chunks(kind, window, timeout):
    """Whole chunks, written chunks and a partial last one, in one memory of 190,000 pages."""
    spec = WorkloadSpec(kind=kind, written=0.8, working_set=0.3, writes_per_second=60_000)
    quick = dataclasses.replace(
        QUICK, window_target=window * MILLISECOND, copy_timeout=timeout, max_rounds=4, slices=16
    )
    transfer = lab(190_000, spec, quick, rate=1_000_000_000)
    run_to(transfer, ("copy", "suspend"))
    frozen = decoded(transfer.source.store)
    if timeout < SECOND:
        assert transfer.record.stop_reason is StopReason.TIMEOUT
        assert transfer.record.dirty_at_suspend > 32_768
    run_to(transfer, ("final", "resume", "pull"))
    arrived = decoded(transfer.destination.store)
    written = np.zeros(190_000, np.bool_)
    written[transfer.destination.store.dirty_log.positions()] = True
    assert (decoded(transfer.source.store) == frozen).all()
    assert (arrived[~written] == frozen[~written]).all()
    assert (arrived[written] > frozen[written]).all()
    assert transfer.verify().newer == written.sum()
    record = transfer.record
    assert record.bytes == transfer.flow.sent == record.pages_sent * PAGE + quick.cpu_state
    assert record.left_pages == record.pulled_pages + record.overwritten_pages


UNIFORM = WorkloadSpec(kind="uniform", working_set=1, writes_per_second=2_000)
SATURATING = WorkloadSpec(kind="saturating", working_set=0.5)


@pytest.mark.parametrize(
    ("workload", "changes", "reason", "rounds"),
    [
        (WorkloadSpec(), {}, StopReason.SMALL, 1),
        (UNIFORM, {"window_target": 300 * MILLISECOND}, StopReason.SMALL, 2),
        (UNIFORM, {"window_target": 0, "min_pages": 800}, StopReason.SMALL, 2),
        (SATURATING, {"window_target": 0}, StopReason.STALLED, 2),
        (SATURATING, {"copy_timeout": 400 * MILLISECOND}, StopReason.TIMEOUT, 1),
        (SATURATING, {"copy_timeout": 0}, StopReason.TIMEOUT, 1),
        (
            UNIFORM,
            {"window_target": 0, "min_pages": 0, "max_rounds": 2, "eps": -9},
            StopReason.LIMIT,
            2,
        ),
        (SATURATING, {"window_target": 0, "max_factor": 1}, StopReason.LIMIT, 1),
    ],
    ids=[
        "idle",
        "fits the window",
        "few pages",
        "no longer decreases",
        "timeout in a pass",
        "no time at all",
        "rounds",
        "memory sent",
    ],
)
def test_each_reason_to_stop(workload, changes, reason, rounds):
    transfer = lab(4096, workload, dataclasses.replace(QUICK, slices=16, **changes))
    nothing_lost(transfer, run(transfer))
    assert (transfer.record.stop_reason, len(transfer.record.rounds)) == (reason, rounds)


def test_a_timeout_stops_a_pass_at_a_slice_and_the_rest_stays_dirty():
    quick = dataclasses.replace(QUICK, slices=16, copy_timeout=400 * MILLISECOND)
    transfer = lab(4096, WorkloadSpec(), quick)
    run(transfer)
    (only,) = transfer.record.rounds
    assert only.pages % 256 == 0
    assert 0 < only.pages < 4096
    assert only.pages + only.dirty == 4096
    assert only.end < 500 * MILLISECOND


def test_an_idle_partition_takes_exactly_one_pass():
    transfer = lab(4096, WorkloadSpec(kind="idle"))
    run(transfer)
    record = transfer.record
    assert [(r.pages, r.dirty) for r in record.rounds] == [(4096, 0)]
    assert (record.dirty_at_suspend, record.left_pages, record.pulled_pages) == (0, 0, 0)
    rate = transfer.flow.route[0].capacity
    assert record.rounds[0].end == -(-4096 * PAGE * SECOND // rate)
    assert record.window_actual == QUICK.fixed_window + -(-QUICK.cpu_state * SECOND // rate)


BUSY = WorkloadSpec(kind="hot-cold", written=0.9, working_set=0.4, writes_per_second=6_000)


def summary(transfer):
    return transfer.record, epochs(transfer.destination.store), epochs(transfer.source.store)


def test_the_same_seed_gives_the_same_record_and_another_another():
    results = []
    for seed in (5, 5, 6):
        transfer = lab(3000, BUSY, seed=seed)
        run(transfer)
        results.append(summary(transfer))
    assert results[0] == results[1]
    assert results[0][1:] != results[2][1:]


def test_a_seed_means_the_same_pages_on_every_machine():
    """Integers and raw random words decide every count; a change here changes every lab."""
    transfer = lab(3000, BUSY, rate=5_000_000, seed=5)
    run(transfer)
    record = transfer.record
    assert [(r.pages, r.dirty, r.end) for r in record.rounds] == [
        (2752, 861, 2398338724),
        (861, 404, 3148691064),
        (404, 253, 3500772766),
        (253, 186, 3721259575),
        (186, 152, 3883356596),
        (152, 135, 4015822979),
        (135, 142, 4133474043),
    ]
    pulled = (record.demanded_pages, record.pushed_pages, record.overwritten_pages)
    assert (record.final_pages, record.left_pages, *pulled) == (17, 127, 57, 66, 4)


def test_slices_change_nothing():
    results = []
    for slices in (1, 2, 7, 64):
        transfer = lab(3000, BUSY, dataclasses.replace(QUICK, slices=slices))
        run(transfer)
        results.append(summary(transfer))
    assert all(result == results[0] for result in results)


def test_another_migration_elsewhere_shifts_no_draw():
    alone = lab(3000, BUSY)
    run(alone)
    clock = Clock()
    first = lab(3000, BUSY, clock=clock)
    other = lab(500, UNIFORM, clock=clock, seed=9)
    processes = [clock.spawn(phases(other)), clock.spawn(phases(first))]
    for process in processes:
        clock.run_until(process)
    assert summary(first) == summary(alone)


def test_twice_the_bandwidth_never_takes_longer():
    ends = []
    for rate in (10_000_000, 20_000_000, 40_000_000, 80_000_000):
        transfer = lab(3000, UNIFORM, rate=rate)
        run(transfer)
        ends.append(transfer.record.visible_at)
    assert ends == sorted(ends, reverse=True)


def test_two_migrations_share_a_link_and_neither_loses_a_page():
    clock = Clock()
    network = Network(clock)
    source, destination = Mover("s", 20_000_000), Mover("d", 20_000_000)
    transfers = [
        StateTransfer(
            clock,
            PartitionMemory(name, 2000 * PAGE, BUSY, 1),
            network.open(name, [source.egress, destination.ingress]),
            QUICK,
        )
        for name in ("one", "two")
    ]
    frozen = {}

    def whole(transfer):
        yield from phases(transfer, ("copy", "suspend"))
        frozen[transfer] = epochs(transfer.source.store)
        yield from phases(transfer, ("final", "resume", "pull"))

    processes = [clock.spawn(whole(transfer)) for transfer in transfers]
    for process in processes:
        clock.run_until(process)
    alone = lab(2000, BUSY)
    run(alone)
    first_pass = alone.record.rounds[0]
    for transfer in transfers:
        nothing_lost(transfer, frozen[transfer])
        taken = transfer.record.rounds[0]
        assert taken.pages == first_pass.pages
        assert taken.end == pytest.approx(2 * first_pass.end, rel=1e-4)
    carried = sum(transfer.flow.sent for transfer in transfers)
    assert source.egress.carried == destination.ingress.carried == carried


def test_progress_never_falls_and_ends_at_100():
    transfer = lab(4096, WorkloadSpec(kind="uniform", working_set=1, writes_per_second=4000))
    clock = transfer.clock
    process = clock.spawn(phases(transfer))
    seen, sent = [], []
    while not process.fired:
        clock.advance(MILLISECOND)
        seen.append(transfer.progress)
        sent.append(transfer.bytes_sent)
        assert 0 <= transfer.bytes_remaining <= 4096 * PAGE + QUICK.cpu_state
    assert seen == sorted(seen)
    assert sent == sorted(sent)
    assert seen[0] == 0
    assert max(seen) < 100
    assert len(set(seen)) > 20
    transfer.verify()
    transfer.complete()
    assert transfer.progress == 100
    assert transfer.bytes_remaining == 0


def test_throughput_is_in_whole_seconds_as_the_log_of_a_migration_prints_it():
    transfer = lab(10, WorkloadSpec())
    transfer.record.bytes, transfer.record.ended = 161_695_465_991, 223 * SECOND + 999
    assert transfer.record.throughput(0) == 725_091_775


def test_pages_that_the_partition_touches_come_first():
    quick = dataclasses.replace(QUICK, window_target=0)
    workload = WorkloadSpec(kind="hot-cold", working_set=1, writes_per_second=3000)
    transfer = lab(4096, workload, quick, rate=2_000_000)
    frozen = run(transfer)
    nothing_lost(transfer, frozen)
    record = transfer.record
    assert record.final_pages == 0
    assert record.demanded_pages > 0
    assert record.pushed_pages > 0
    assert record.overwritten_pages > 0
    assert record.longest_wait >= QUICK.round_trip


def test_the_pages_sent_suspended_are_those_written_most():
    quick = dataclasses.replace(
        QUICK, window_target=40 * MILLISECOND, eps=-99, max_rounds=5, quiesce=SECOND // 5
    )
    workload = WorkloadSpec(
        kind="hot-cold", working_set=1, writes_per_second=3000, hot_share=0.1, hot_writes=0.8
    )
    transfer = lab(4096, workload, quick, rate=4_000_000)
    run_to(transfer, ("copy",))
    earlier = set(transfer.source.store.dirty_log.positions())
    run_to(transfer, ("suspend",))
    hot = {
        page
        for _, first_word, last_word, klass in transfer.source.workload._extents
        if klass == 0
        for page in range(first_word * 64, last_word * 64)
    }
    chosen, rest = transfer._dirty.positions(), transfer._rest.positions()
    assert len(chosen) == transfer.record.final_pages > 0
    assert set(chosen) <= earlier
    assert len(hot & set(chosen)) / len(chosen) > 0.9 > len(hot & set(rest)) / len(rest)


def run_to(transfer, names):
    transfer.clock.run_until(transfer.clock.spawn(phases(transfer, names)))


class BrokenError(Exception):
    """A fault from outside."""


def steps_of(transfer, names=PHASES):
    """Count the clock's steps of an undisturbed transfer."""
    process, count = transfer.clock.spawn(phases(transfer, names)), 0
    while not process.fired:
        transfer.clock.step()
        count += 1
    return count


SMALL = WorkloadSpec(kind="uniform", written=0.9, working_set=1, writes_per_second=4_000)


@pytest.mark.parametrize("block", [BLOCK_CHUNKS, 1], ids=["blocks", "smallest blocks"])
def test_a_fault_at_any_step_leaves_one_owner_and_nothing_lost(block, monkeypatch):
    """Before the destination runs: back to the source. After: forward, when called again."""
    for module in (transfer_module, pull, workload, memory, verify):
        monkeypatch.setattr(module, "BLOCK_CHUNKS", block)
    quick = dataclasses.replace(QUICK, window_target=6 * MILLISECOND, slices=3)
    outcomes = {"back": 0, "forward": 0}
    for index in range(1, steps_of(lab(300, SMALL, quick)) + 1):
        transfer = lab(300, SMALL, quick)
        clock = transfer.clock
        process = clock.spawn(phases(transfer))
        for _ in range(index):
            clock.step()
        if process.fired:
            break
        before = epochs(transfer.source.store)
        process.add_callback(lambda _: None)
        process.interrupt(BrokenError())
        assert isinstance(process.error, BrokenError)
        if transfer.source.access is Access.FROZEN:
            outcomes["forward"] += 1
            finish(transfer)
        else:
            outcomes["back"] += 1
            roll_back(transfer, before)
    assert outcomes["back"] > 20
    assert outcomes["forward"] > 10


def finish(transfer):
    with pytest.raises(PointOfNoReturnError):
        transfer.abort()
    frozen = epochs(transfer.source.store)
    if transfer.record.visible_at is None:
        run_to(transfer, ("resume",))
    run_to(transfer, ("pull",))
    nothing_lost(transfer, frozen)
    transfer.verify()
    transfer.complete()
    record = transfer.record
    sent = record.pulled_pages + record.overwritten_pages
    assert sent == record.left_pages


def roll_back(transfer, before):
    transfer.abort()
    transfer.abort()
    assert transfer.source.access is Access.RUNNING
    assert transfer.destination.access is Access.DISCARDED
    assert epochs(transfer.source.store) == before
    assert not transfer.flow.busy
    with pytest.raises(AccessError):
        transfer.destination.store.write_page(0)
    again = StateTransfer(transfer.clock, transfer.source, transfer.flow, transfer.settings)
    nothing_lost(again, run(again))
    assert again.record.total_pages >= transfer.source.workload.written_pages


def test_a_link_cut_while_pages_are_pulled_only_delays():
    quick = dataclasses.replace(QUICK, window_target=0)
    transfer = lab(4096, UNIFORM, quick, rate=2_000_000)
    clock, link = transfer.clock, transfer.flow.route[0]
    process = clock.spawn(phases(transfer))
    while transfer._pull is None or not transfer.flow.busy:
        clock.step()
    frozen = epochs(transfer.source.store)
    transfer.flow._network.cut(link)
    clock.advance(60 * SECOND)
    assert not process.fired
    assert transfer.missing_pages > 0
    transfer.flow._network.restore(link)
    clock.run_until(process)
    nothing_lost(transfer, frozen)
    assert transfer.record.longest_wait > 0


def test_back_and_forth_inherits_no_counters():
    """The estimate carried over from an earlier migration ended QEMU's next one at once."""
    clock = Clock()
    network = Network(clock)
    memory = PartitionMemory("uuid", 2000 * PAGE, BUSY, 1)
    records = []
    for rate in (200_000_000, 2_000_000, 200_000_000):
        flow = network.open("m", [Resource("link", rate)])
        transfer = StateTransfer(clock, memory, flow, QUICK)
        nothing_lost(transfer, run(transfer))
        transfer.verify()
        transfer.complete()
        memory = transfer.destination
        records.append(transfer.record)
    assert [record.sequence for record in records] == [1, 2, 3]
    assert records[1].rounds[0].rate == pytest.approx(1_880_000, rel=1e-3)
    assert records[0].rounds[0].pages == records[2].rounds[0].pages == memory.workload.written_pages
    assert records[0].rounds[0].dirty != records[2].rounds[0].dirty


def test_dirty_pages_of_rounds_agree_with_the_counts_of_the_classes():
    """V(i+1) = sum of n (1 - exp(-rate x T(i))), within 4 sigma; Liu's closed form is above it."""
    workload = WorkloadSpec(kind="uniform", working_set=1, writes_per_second=60_000)
    quick = dataclasses.replace(QUICK, window_target=0)
    transfer = lab(262_144, workload, quick, rate=1_250_000_000)
    run_to(transfer, ("copy",))
    rounds = transfer.record.rounds
    assert len(rounds) > 4
    classes = transfer.source.workload.classes()
    for this in rounds:
        chances = [(n, probability(rate, this.end - this.start) / ONE) for n, rate in classes]
        mean = sum(n * p for n, p in chances)
        sigma = sum(n * p * (1 - p) for n, p in chances) ** 0.5
        assert abs(this.dirty - mean) <= 4 * sigma * 1.07 + 1
        assert mean <= 60_000 * (this.end - this.start) / SECOND


def test_verification_comes_before_the_end():
    transfer = lab(10, UNIFORM)
    run_to(transfer, PHASES)
    with pytest.raises(RuntimeError, match="verified"):
        transfer.complete()


def test_pulling_comes_after_resuming():
    transfer = lab(10, UNIFORM)
    with pytest.raises(RuntimeError, match="not resumed"):
        run_to(transfer, ("pull",))


def test_only_a_running_partition_is_moved():
    transfer = lab(10, UNIFORM)
    run_to(transfer, ("copy", "suspend"))
    with pytest.raises(AccessError, match="does not run"):
        StateTransfer(transfer.clock, transfer.source, transfer.flow)


@pytest.mark.parametrize(
    "changes", [{"slices": 0}, {"max_rounds": 0}, {"max_factor": 0}, {"quiesce": -1}], ids=str
)
def test_absurd_settings_are_refused(changes):
    with pytest.raises(ValueError, match=r"at least|negative"):
        TransferSettings(**changes)


# -- planted bugs: every rule above must notice that it is broken ----------------------------------


class LogClearedAfterTheRound(StateTransfer):
    def _sync(self):
        yield from super()._sync()
        if self.record.suspended_at is None and self.record.stop_reason is None:
            self.source.store.take_log()


class LastLogReadBeforeQuiescing(StateTransfer):
    def suspend(self):
        early = self.source.store.take_log()
        yield from super().suspend()
        self._dirty, self._rest = early, PageSet(early.pages)


class SentPagesSubtractedAtTheEnd(StateTransfer):
    def _round(self):
        todo = self.source.store.dirty_log
        chunks = range(chunk_count(todo.pages))
        sent = [(chunk, todo.get(chunk)) for chunk in chunks if todo.has_chunk(chunk)]
        yield from super()._round()
        log = self.source.store.dirty_log
        for chunk, words in sent:
            log.discard(chunk, words)
        self.record.rounds[-1].dirty = log.count


class SourceRunsOn(StateTransfer):
    def resume(self):
        yield from super().resume()
        self.source.store.access = Access.RUNNING
        for page in range(0, self.source.pages, 7):
            self.source.store.write_page(page)
        self.source.store.access = Access.FROZEN


class LastSlicesForgotten(StateTransfer):
    def _send(self, batch):
        if self.record.suspended_at is not None and batch.count > 1:
            batch.take(0, 1, 1)
        yield from super()._send(batch)


def late_pages_win(monkeypatch):
    """A page that arrives replaces whatever the destination holds."""

    def deliver(self, chunk, mask, levels):
        for layer in self.layers.values():
            if chunk in layer:
                layer[chunk] = layer[chunk] & ~mask
        for epoch, words in levels[int(self.uniform[chunk] > 0) :]:
            layer = self._layer(epoch)
            layer[chunk] = layer.get(chunk, 0) | words & mask
        return 0

    monkeypatch.setattr(PageStore, "_deliver_part", deliver)


SEEDS = range(12)
CALM = WorkloadSpec(kind="uniform", working_set=1, writes_per_second=800)
BUSY_LATER = WorkloadSpec(kind="uniform", working_set=1, writes_per_second=2_000)
NO_WINDOW = dataclasses.replace(QUICK, window_target=0, max_rounds=3)
LONG_WINDOW = dataclasses.replace(NO_WINDOW, window_target=SECOND)
SLOW_QUIESCE = dataclasses.replace(NO_WINDOW, quiesce=20 * MILLISECOND)


def caught(kind, workload, quick):
    """Count the seeds for which verification complains."""
    found = 0
    for seed in SEEDS:
        transfer = lab(512, workload, quick, rate=4_000_000, seed=seed, kind=kind)
        run_to(transfer, PHASES)
        try:
            transfer.verify()
        except VerificationError as error:
            assert not error.comparison.sound
            with pytest.raises(RuntimeError, match="verified"):
                transfer.complete()
            found += 1
    return found


@pytest.mark.parametrize(
    ("kind", "plant", "workload", "quick"),
    [
        (LogClearedAfterTheRound, None, CALM, NO_WINDOW),
        (LastLogReadBeforeQuiescing, None, CALM, SLOW_QUIESCE),
        (SentPagesSubtractedAtTheEnd, None, CALM, NO_WINDOW),
        (SourceRunsOn, None, CALM, NO_WINDOW),
        (LastSlicesForgotten, None, CALM, LONG_WINDOW),
        (StateTransfer, late_pages_win, BUSY_LATER, NO_WINDOW),
    ],
    ids=[
        "log cleared after the round",
        "last log read before quiescing",
        "sent pages subtracted",
        "source runs on",
        "pages forgotten",
        "late pages win",
    ],
)
def test_planted_bugs_are_caught(kind, plant, workload, quick, monkeypatch):
    assert caught(StateTransfer, workload, quick) == 0
    if plant is not None:
        plant(monkeypatch)
    assert caught(kind, workload, quick) >= len(SEEDS) * 3 // 4


def test_epochs_are_renumbered_again_and_again_and_nothing_is_lost(monkeypatch):
    """However many windows there are, no more than four numbers are needed."""
    monkeypatch.setattr(memory, "MAX_EPOCH", 4)
    for quick in (NO_WINDOW, LONG_WINDOW, SLOW_QUIESCE, dataclasses.replace(NO_WINDOW, peek=True)):
        assert caught(StateTransfer, BUSY_LATER, quick) == 0


def test_a_page_that_is_pulled_twice_is_noticed(monkeypatch):
    release = pull.Pull._release

    def twice(self, batch):
        release(self, batch)
        if self.transfer.record.pushed_pages == batch.count:
            self.missing.update(batch)

    transfers = []
    for plant in (release, twice):
        monkeypatch.setattr(pull.Pull, "_release", plant)
        transfer = lab(4096, UNIFORM, NO_WINDOW, rate=2_000_000)
        run(transfer)
        transfers.append(transfer)
    accounts_add_up(transfers[0])
    with pytest.raises(AssertionError):
        accounts_add_up(transfers[1])
