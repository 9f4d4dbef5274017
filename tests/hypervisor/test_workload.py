"""What partitions write: layout of the working set, rates, draws."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor.chance import ONE, probability, stream
from hmcsh.hypervisor.memory import PageStore
from hmcsh.hypervisor.workload import Workload, WorkloadSpec
from hmcsh.runtime import SECOND

KINDS = ["uniform", "hot-cold", "zipf", "burst", "saturating"]
PAGES = st.sampled_from([1, 64, 65, 4096, 4097, 100_000, 1 << 20])


def written(workload, start, end, name="writes"):
    """Give the pages written from `start` to `end`."""
    store = PageStore(workload.pages)
    for _ in store.start_log():
        pass
    for _ in workload.advance(store, start, end, stream(name)):
        pass
    return store.take_log()


@settings(max_examples=60)
@given(st.sampled_from(KINDS), PAGES, st.fractions(0, 1), st.integers(1, 10**6))
def test_the_working_set_has_the_size_and_the_rate_that_were_asked_for(kind, pages, share, rate):
    spec = WorkloadSpec(kind=kind, written=1, working_set=share, writes_per_second=rate)
    workload = Workload(spec, pages, 1, "uuid")
    asked = int(pages * spec.working_set)
    assert abs(workload.working_pages - asked) < 64  # whole words, the last one partial
    assert bool(workload.working_pages) == bool(asked)
    if workload.working_pages and kind != "saturating":
        total = sum(number * of_page for number, of_page in workload.classes())
        assert total / ONE == pytest.approx(rate, rel=1e-6)
    log = written(workload, 0, 10**15)
    if kind in ("uniform", "saturating") and rate > pages:
        assert log.count == workload.working_pages
    assert log.count <= workload.working_pages


def test_zipf_rates_fall_as_its_power_says():
    spec = WorkloadSpec(kind="zipf", written=1, working_set=1, writes_per_second=10**6, skew=0.9)
    rates = [rate for _, rate in Workload(spec, 1 << 22, "u").classes()]
    assert len(rates) > 60
    for rank in (2, 10, 40):
        assert rates[rank - 1] / rates[0] == pytest.approx(rank**-0.9, rel=1e-6)


def test_the_hot_share_takes_most_of_the_writes():
    spec = WorkloadSpec(kind="hot-cold", working_set=1, writes_per_second=1000, hot_share=0.1)
    (hot, hot_rate), (cold, cold_rate) = Workload(spec, 1 << 20, "u").classes()
    assert hot / (hot + cold) == pytest.approx(0.1, rel=0.1)
    assert hot * hot_rate / ONE == pytest.approx(900, rel=1e-6)
    assert cold * cold_rate / ONE == pytest.approx(100, rel=1e-6)


@pytest.mark.parametrize(
    ("start", "end", "active"),
    [(0, 4, 4), (4, 10, 0), (0, 10, 4), (3, 12, 3), (0, 35, 16), (9, 10, 0), (10, 10, 0)],
)
def test_bursts_write_in_their_time_only(start, end, active):
    spec = WorkloadSpec(
        kind="burst", working_set=1, writes_per_second=1000, period=10 * SECOND, duty=Fraction(2, 5)
    )
    workload = Workload(spec, 64_000, "u")
    plain = Workload(
        WorkloadSpec(kind="uniform", working_set=1, writes_per_second=1000), 64_000, "u"
    )
    log = written(workload, start * SECOND, end * SECOND)
    assert log.positions() == written(plain, 0, active * SECOND).positions()
    assert bool(log) == bool(active)


@pytest.mark.parametrize(
    "spec",
    [
        WorkloadSpec(kind="idle", writes_per_second=1000),
        WorkloadSpec(kind="uniform", writes_per_second=0),
        WorkloadSpec(kind="saturating", working_set=0),
        WorkloadSpec(kind="zipf", written=0, writes_per_second=1000),
    ],
    ids=["idle", "no writes", "no working set", "never written"],
)
def test_nothing_is_written(spec):
    assert not written(Workload(spec, 10_000, "u"), 0, 10**12)


def test_pages_written_in_a_window_agree_with_the_counts_of_the_classes():
    """Distinct pages are the sum of n (1 - exp(-rate x time)) over classes, within 4 sigma."""
    for kind in KINDS[:3]:
        spec = WorkloadSpec(kind=kind, working_set=0.5, writes_per_second=200_000)
        workload = Workload(spec, 1 << 20, "oracle", kind)
        for time in (SECOND // 10, SECOND, 5 * SECOND):
            chances = [(n, probability(rate, time) / ONE) for n, rate in workload.classes()]
            mean = sum(n * p for n, p in chances)
            sigma = sum(n * p * (1 - p) for n, p in chances) ** 0.5
            assert abs(written(workload, 0, time).count - mean) <= 4 * sigma + 1, (kind, time)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "frantic"},
        {"written": 2},
        {"working_set": -0.1},
        {"hot_share": 1.5},
        {"writes_per_second": -1},
        {"reads_per_write": -1},
        {"skew": -1},
        {"period": 0},
    ],
    ids=lambda values: next(iter(values)),
)
def test_absurd_workloads_are_refused(values):
    with pytest.raises(ValueError, match=r"workload|bursts"):
        WorkloadSpec(**values)


def test_bytes_a_second_become_pages():
    assert WorkloadSpec.pages_per_second(8 << 20) == 2048
    assert WorkloadSpec.pages_per_second(1) == 1
