"""What the experiments of other hypervisors need: peeking, rate rules, no demand paging."""

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor.network import Network, Resource
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.record import Round, StopReason
from hmcsh.hypervisor.settings import RateRule, TransferSettings, stop_reason
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.hypervisor.workload import Workload, WorkloadSpec
from hmcsh.runtime import MILLISECOND, SECOND, Clock

QUICK = TransferSettings(
    window_target=10 * MILLISECOND,
    min_pages=5,
    max_rounds=8,
    quiesce=2 * MILLISECOND,
    cpu_state=20_000,
    resume=MILLISECOND,
    io_recovery=4 * MILLISECOND,
    arp=MILLISECOND // 2,
    pull_tick=2 * MILLISECOND,
)
RULE = RateRule(lowest=2_000_000, increment=1_000_000, highest=20_000_000)


def classes(*pairs: tuple[int, float]) -> WorkloadSpec:
    pages = tuple((number, Fraction(rate)) for number, rate in pairs)
    return WorkloadSpec(kind="classes", classes=pages)


def moved(pages, workload, quick, seed=1, rate=20_000_000):
    """Move a partition, comparing page by page by code that the transfer does not use."""
    clock = Clock()
    flow = Network(clock).open("m", [Resource("link", rate)], limit=rate)
    transfer = StateTransfer(clock, PartitionMemory("u", pages * PAGE, workload, seed), flow, quick)
    source, destination = transfer.source.store, transfer.destination.store

    def phases():
        for phase in ("copy", "suspend", "final", "resume", "pull", "verification"):
            yield from getattr(transfer, phase)()

    clock.run_until(clock.spawn(phases()))
    written = set(destination.dirty_log.positions())
    for page in range(pages):
        here, there = source.epoch_of(page), destination.epoch_of(page)
        assert there > here if page in written else there == here, f"page {page}"
    return transfer


@settings(max_examples=60)
@given(
    st.integers(512, 4096),
    st.sampled_from([0, 1, 30, 1000]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, RULE]),
    st.sampled_from([1, 7, 64]),
    st.integers(0, 2**32),
)
def test_nothing_is_lost_whatever_the_options(pages, rate, peek, paging, rule, slices, seed):
    quick = dataclasses.replace(
        QUICK, peek=peek, demand_paging=paging, rate_rule=rule, slices=slices
    )
    record = moved(pages, classes((pages // 2, rate), (pages // 4, 1)), quick, seed).record
    if not paging:
        assert record.left_pages == 0
        assert record.final_pages == record.dirty_at_suspend
    for before, after in zip(record.rounds, record.rounds[1:], strict=False):
        assert after.pages <= before.dirty if peek else after.pages == before.dirty
        if rule and after.pages:
            wanted = before.dirty * PAGE * SECOND // (before.end - before.start)
            asked = min(max(rule.lowest, wanted + rule.increment), rule.highest)
            assert after.rate == pytest.approx(min(asked, 18_800_000), rel=0.001)


def test_a_peek_leaves_out_what_is_written_before_its_turn():
    workload = classes((2048, 100_000), (2048, 0))
    quick = dataclasses.replace(QUICK, slices=64)
    plain = moved(4096, workload, quick).record.rounds[0]
    peeked = moved(4096, workload, dataclasses.replace(quick, peek=True)).record.rounds[0]
    assert plain.pages == 4096
    assert 2048 <= peeked.pages <= 2048 + 64
    assert plain.dirty == peeked.dirty == 2048


def test_rounds_end_when_the_rate_is_exceeded():
    quick = dataclasses.replace(QUICK, window_target=0, max_rounds=5, eps=-99, peek=True, slices=64)
    workload = classes((1024, 100_000), (1024, 0))
    ended = moved(2048, workload, dataclasses.replace(quick, rate_rule=RULE)).record
    assert ended.stop_reason is StopReason.RATE
    assert len(ended.rounds) < 5
    rule = dataclasses.replace(RULE, ends_rounds=False)
    on = moved(2048, workload, dataclasses.replace(quick, rate_rule=rule)).record
    assert on.stop_reason is StopReason.LIMIT
    assert len(on.rounds) == 5
    last = Round(1, 0, dirty=100, end=SECOND)
    assert stop_reason(dataclasses.replace(quick, rate_rule=RULE), [last], 1, 1, 2048) is None


def test_classes_have_their_pages_and_rates():
    workload = Workload(classes((640, 2.5), (64, 0.125)), 1000, "u")
    assert [(pages, rate / (1 << 64)) for pages, rate in workload.classes()] == [
        (640, 2.5),
        (64, 0.125),
    ]
    with pytest.raises(ValueError, match="more than the 1000 written pages"):
        Workload(classes((640, 1), (640, 1)), 1000, "u")


@pytest.mark.parametrize(
    "make",
    [
        lambda: WorkloadSpec(kind="classes"),
        lambda: WorkloadSpec(kind="uniform", classes=((1, Fraction(1)),)),
        lambda: classes((0, 1)),
        lambda: classes((1, -1)),
        lambda: RateRule(lowest=0, increment=1, highest=1),
        lambda: RateRule(lowest=2, increment=1, highest=1),
        lambda: RateRule(lowest=1, increment=-1, highest=1),
    ],
    ids=["no class", "other kind", "no page", "negative", "no rate", "below", "falling"],
)
def test_absurd_options_are_refused(make):
    with pytest.raises(ValueError, match=r"class|rate"):
        make()


def test_a_flow_without_limit_cannot_be_paced():
    flow = Network(Clock()).open("m", [Resource("link", 100)])
    with pytest.raises(RuntimeError, match="no limit"):
        flow.pace(10)
