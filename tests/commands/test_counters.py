"""Counters of cycles: they grow, no processor works twice, nobody gets more than it may."""

import gc
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.model.frame import CHANGES_KEPT, CHANGES_KEPT_EACH, STATES_KEPT
from hmcsh.model.partition import Partition
from hmcsh.model.sampling import BEFORE, DAY
from hmcsh.model.states import PartitionState
from hmcsh.model.utilization import CYCLES_PER_SECOND, Meter, cycles, runs
from hmcsh.runtime import SECOND

LAB = """
hmc: {clock: 2013-06-10 12:00:00}
systems:
  one:
    type_model: 9117-MMA
    serial: 06D6D82
    memory: 32 GB
    processors: 4
    partitions:
      cap: {id: 1, processing_units: 0.5, os: {workload: saturating}}
      wild: {id: 2, processing_units: 0.5, processors: 4, sharing: uncap, weight: 128,
             os: {workload: saturating}}
      calm: {id: 3, processing_units: 0.5, processors: 4, sharing: uncap, weight: 64,
             os: {workload: burst}}
      ded: {id: 4, mode: ded, processors: 1, sharing: share_idle_procs_always}
      kept: {id: 5, mode: ded, processors: 1, os: {workload: idle}}
      off: {id: 6, state: Not Activated, processing_units: 0.5}
"""


@pytest.fixture
def hmc(console):
    return console(LAB)


def meter(hmc) -> Meter:
    frame = hmc.datacenter.frames["one"]
    now = hmc.datacenter.clock.now
    begin, _ = runs(frame, now)[0]
    return Meter(frame, begin, now + 1)


def partition(hmc, name: str):
    return hmc.datacenter.frames["one"].partition(name=name)


def test_a_system_has_run_for_thirty_days(hmc) -> None:
    found = meter(hmc).partition(partition(hmc, "kept"), 0)
    assert found.entitled == BEFORE // SECOND * CYCLES_PER_SECOND
    assert found.capped == found.entitled
    assert 0 < found.entitled - found.idle < found.entitled * 3 // 100, "idle: about 2 percent"


def test_dedicated_processors_are_donated_where_that_is_allowed(hmc) -> None:
    found = meter(hmc).partition(partition(hmc, "ded"), 0)
    assert found.donated + found.capped == found.entitled
    assert found.donated > 0
    assert found.idle == 0


def test_a_capped_partition_stays_within_its_entitlement(hmc) -> None:
    found = meter(hmc).partition(partition(hmc, "cap"), 0)
    assert found.capped == found.entitled
    assert found.uncapped == 0


def test_uncapped_ones_share_what_is_left_by_weight(hmc) -> None:
    made = meter(hmc)
    wild, calm = (made.partition(partition(hmc, name), 0) for name in ("wild", "calm"))
    assert wild.uncapped > calm.uncapped > 0
    assert made.whole(0).utilized <= made.whole(0).total


def test_one_that_is_off_gets_nothing(hmc) -> None:
    assert meter(hmc).partition(partition(hmc, "off"), 0).entitled == 0


def test_more_is_asked_for_while_it_runs_with_more(hmc) -> None:
    """Counters follow dynamic changes from the time at which they were made."""
    cap = partition(hmc, "cap")
    before = meter(hmc).partition(cap, 0)
    hmc.clock.advance(3600 * SECOND)
    hmc.lines("chhwres -r proc -m one -o a -p cap --procunits 0.25")
    changed = hmc.datacenter.clock.now
    hmc.clock.advance(3600 * SECOND)
    made, end = meter(hmc), hmc.datacenter.clock.now
    assert made.partition(cap, 0) == before
    first = made.partition(cap, changed).entitled - before.entitled
    second = made.partition(cap, end).entitled - made.partition(cap, changed).entitled
    assert first == cycles(5_000 * changed)
    assert abs(second - cycles(7_500 * (end - changed))) <= 1


def test_what_a_partition_had_counts_when_it_is_gone_and_the_rest_is_given_back(hmc) -> None:
    frame = hmc.datacenter.frames["one"]
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n wild")
    hmc.clock.advance(3600 * SECOND)
    then = hmc.datacenter.clock.now
    made = meter(hmc)
    counters, pool = made.partition(partition(hmc, "wild"), then), made.pool(0, then)
    del made
    hmc.lines("rmsyscfg -r lpar -m one -n wild")
    hmc.clock.advance(3600 * SECOND)
    (gone,) = frame.departed
    made = meter(hmc)
    assert counters.uncapped > 0
    assert made.partition(gone, then) == made.partition(gone, then + SECOND) == counters
    assert made.pool(0, then) == pool
    assert frame.find_by_name("wild") is None  # where an index fails, it forgets
    gc.collect()
    held = [p.name for p in gc.get_objects() if isinstance(p, Partition) and p.frame is frame]
    assert sorted(held) == sorted(p.name for p in frame.partitions.values())


STEPS = {
    "stop": "chsysstate -r lpar -m one -o shutdown --immed -n {name}",
    "start": "chsysstate -r lpar -m one -o on -f default -n {name}",
    "grow": "chhwres -r proc -m one -o a -p {name} --procunits 0.1",
    "system off": "chsysstate -r sys -m one -o off --immed",
    "system on": "chsysstate -r sys -m one -o on",
}


@settings(max_examples=25)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(sorted(STEPS)),
            st.sampled_from(["cap", "wild", "calm", "ded", "off"]),
            st.integers(0, 4000),
        ),
        max_size=8,
    )
)
def test_counters_never_shrink_and_processors_never_work_twice(console, steps) -> None:
    hmc = console(LAB)
    for step, name, seconds in steps:
        hmc(STEPS[step].format(name=name))
        hmc.clock.advance(seconds * SECOND + seconds)
    hmc.clock.advance(SECOND)
    frame, now = hmc.datacenter.frames["one"], hmc.datacenter.clock.now
    for begin, end in runs(frame, now):
        made = Meter(frame, begin, end)
        times = [begin + (end - 1 - begin) * i // 16 for i in range(17)]
        everyone = [*frame.partitions.values(), *frame.departed]
        seen = [[made.partition(p, t) for p in everyone] for t in times]
        for one, two in itertools.pairwise(seen):
            for was, is_ in zip(one, two, strict=True):
                assert was.entitled <= is_.entitled
                assert was.capped <= is_.capped
                assert was.uncapped <= is_.uncapped
                assert was.run_latch <= is_.run_latch
        for time, found in zip(times, seen, strict=True):
            worked = sum(c.capped + c.uncapped for c in found)
            possible = cycles(100 * frame.installed_processors * (time - begin))
            assert worked <= possible + len(found), "a processor works twice"
            assert made.whole(time).utilized <= made.whole(time).total


def test_what_was_seen_stays_true(hmc) -> None:
    """The counters at a time are the same whenever one asks."""
    hmc.clock.advance(DAY)
    seen = meter(hmc).partition(partition(hmc, "wild"), DAY // 2)
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n calm")
    hmc.clock.advance(DAY)
    assert meter(hmc).partition(partition(hmc, "wild"), DAY // 2) == seen


def test_much_that_happens_is_forgotten_and_the_counters_go_on(console) -> None:
    """One system forgets, the other one remembers everything; both count alike."""
    frames, sizes = [], []
    for most in (20, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("hmcsh.model.frame.CHANGES_KEPT", most)
            patch.setattr("hmcsh.model.frame.CHANGES_KEPT_EACH", 0)
            hmc = console(LAB)
            for number in range(30):
                name = ("wild", "calm", "ded")[number % 3]
                hmc.lines(f"chsysstate -r lpar -m one -o shutdown --immed -n {name}")
                hmc.clock.advance((number + 1) * 97 * SECOND)
                hmc.lines(f"chsysstate -r lpar -m one -o on -f default -n {name}")
                hmc.clock.advance(3600 * SECOND + number)
                if number == 12:
                    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n kept")
                    hmc.clock.advance(60 * SECOND)
                    hmc.lines("rmsyscfg -r lpar -m one -n kept")
            frame = hmc.datacenter.frames["one"]
            frames.append(frame)
            members = [*frame.partitions.values(), *frame.departed]
            sizes.append(sum(len(member.history) for member in members))
    forgetful, other = frames
    assert sizes[0] <= 24 < 100 < sizes[1]
    assert not forgetful.departed and other.departed
    now, kept = forgetful.clock.now, forgetful.sampling.kept_since
    assert 0 < kept < now == other.clock.now
    begin, _ = runs(other, now)[0]
    for time in (kept, (kept + now) // 2, now):
        one, two = (Meter(frame, begin, now + 1) for frame in frames)
        for lpar_id in other.partitions:
            seen = one.partition(forgetful.partitions[lpar_id], time)
            assert seen == two.partition(other.partitions[lpar_id], time)
        assert one.whole(time) == two.whole(time)
        assert one.pool(0, time) == two.pool(0, time)
        assert one.configurable(time) == two.configurable(time)
        assert one.time_cycles(time) == two.time_cycles(time)


def test_a_partition_that_changes_ten_thousand_times_does_not_grow(hmc) -> None:
    frame, cap = hmc.datacenter.frames["one"], partition(hmc, "cap")
    most = 0
    for _ in range(5_000):
        for state in (PartitionState.SHUTTING_DOWN, PartitionState.RUNNING):
            hmc.clock.advance(SECOND)
            cap.state = state
        most = max(most, len(cap.history))
    assert most <= 1.3 * (CHANGES_KEPT + CHANGES_KEPT_EACH * len(frame.partitions))
    for _ in range(3 * STATES_KEPT):
        hmc.clock.advance(SECOND)
        frame.remember()
    assert len(frame.history) <= 2 * STATES_KEPT
    assert frame.sampling.kept_since >= frame.history[0].until
