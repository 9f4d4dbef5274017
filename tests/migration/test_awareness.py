"""Who is registered with an operating system takes part in its migration; its clock goes on."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lab import Lab

from hmcsh.language.messages import HmcError
from hmcsh.migration.engine import Mobility
from hmcsh.migration.run import Run
from hmcsh.model.fault import Fault
from hmcsh.model.inventory import InventoryError, load, load_text
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.runtime import MILLISECOND, SECOND, Clock

AWARE = Path(__file__).parents[2] / "fixtures" / "aware.yaml"
HERE, THERE = "here", "there"
MINUTE = 60 * SECOND

FRAME = """\
timings: {timings}
networks: {{lan: {rate}}}
luns: {{root: 8 GB}}
systems:
  here:
    clock_offset: {here}
    partitions:
      vios_here:
        type: vioserver
        time_reference: {here_reference}
        mover: lan
        disks: {{hdisk1: root}}
        bridges: {{ent4: {{network: lan, vlans: [1, 20, 30]}}}}
      mobile:
        memory: 256 MB
        scsi: {{2: {{server: vios_here, luns: [root]}}}}
        ethernet: {{3: {{vlan: 1, additional_vlans: [20, 30]}}, 4: 20}}
        os: {os}
  there:
    clock_offset: {there}
    partitions:
      vios_there:
        type: vioserver
        time_reference: {there_reference}
        mover: lan
        disks: {{hdisk1: root}}
        bridges: {{ent4: {{network: lan, vlans: [1, 20, 30]}}}}
"""
DEFAULTS = {
    "timings": "{}",
    "rate": "1 Gbit/s",
    "here": "0 s",
    "there": "0 s",
    "here_reference": "no",
    "there_reference": "no",
    "os": "{}",
}


def make(**values: str) -> Lab:
    """A datacenter with the partition `mobile`, which is as the values say."""
    datacenter = load_text(FRAME.format(**(DEFAULTS | values)), Clock("manual"))
    return Lab(datacenter, Mobility(datacenter))


def aware() -> Lab:
    datacenter = load(AWARE, Clock("manual"))
    return Lab(datacenter, Mobility(datacenter))


def begin(lab: Lab, name: str = "mobile", wait: int = 5) -> Run:
    """Check and start a migration, as migrlpar does."""
    request = lab.request(name, HERE, THERE)
    request.wait_minutes = wait
    lab.datacenter.clock.run_until(lab.mobility.check(request))
    validation = lab.mobility.validate(request)
    assert not validation.errors, validation.errors
    lab.mobility.start(validation)
    return lab.mobility.history[-1]


def finish(lab: Lab, run: Run) -> Run:
    assert run.process is not None
    lab.datacenter.clock.run_until(run.process)
    return run


def told(run: Run) -> list[tuple[str, str, str]]:
    return [(str(call.phase), call.name, str(call.answer)) for call in run.calls]


def duration(run: Run, phase: str) -> int:
    (found,) = (p for p in run.phases if p.name == phase)
    assert found.end is not None
    return found.end - found.start


def registered(**reactions: str) -> str:
    """An operating system with one of each, all with these reactions."""
    own = ", ".join(f"{stage}: {reaction}" for stage, reaction in reactions.items())
    return (
        f"{{dlpar_scripts: {{s.sh: {{{own}}}}}, applications: {{app: {{{own}}}}},"
        f" kernel_extensions: {{ext: {{{own}}}}}}}"
    )


# -- the order, and who is told what -----------------------------------------------------------


def test_all_are_told_in_each_phase_scripts_first_and_last_in_the_end() -> None:
    run = finish(lab := make(os=registered(check="accept")), begin(lab))
    names = ["s.sh", "app", "ext"]
    assert told(run) == [
        *[("check", name, "accepted") for name in names],
        *[("prepare", name, "accepted") for name in names],
        *[("post", name, "accepted") for name in reversed(names)],
    ]


def test_the_phases_take_place_where_and_when_the_book_says() -> None:
    """Check before the migration, prepare before anything is copied, post on the destination."""
    lab = make(os=registered(check="{slow: 2 s}", prepare="{slow: 3 s}", post="{slow: 4 s}"))
    run = finish(lab, begin(lab))
    spans = {phase.name: (phase.start, phase.end) for phase in run.phases}
    for call in run.calls:
        seconds = {"check": 2, "prepare": 3, "post": 4}[call.phase]
        assert call.end - call.start == seconds * SECOND
        if call.phase == "check":
            assert call.end <= spans["start"][0]
        else:
            start, end = spans["prepare" if call.phase == "prepare" else "complete"]
            assert start <= call.start <= call.end <= end
    assert duration(run, "prepare") == lab.datacenter.timings.prepare + 9 * SECOND
    assert duration(run, "complete") == lab.datacenter.timings.complete + 12 * SECOND


def test_nobody_is_told_of_an_inactive_migration() -> None:
    lab = make(os=registered(check="refuse", prepare="silent"))
    lab.partition("mobile", HERE).state = PartitionState.NOT_ACTIVATED
    run = finish(lab, begin(lab))
    assert not run.calls
    assert lab.partition("mobile", THERE).state is PartitionState.NOT_ACTIVATED


# -- the check phase ---------------------------------------------------------------------------


def refusals(os: str, wait: int = 5) -> tuple[list[str], int]:
    """What a validation lists of them, and how long it took."""
    lab = make(os=os)
    request = lab.request("mobile", HERE, THERE)
    request.wait_minutes = wait
    lab.datacenter.clock.run_until(lab.mobility.check(request))
    return lab.errors(request), lab.datacenter.clock.now


def test_every_refusal_is_listed() -> None:
    errors, _ = refusals(registered(check="refuse", reason="not now"))
    assert [error.partition("migration: ")[2] for error in errors] == [
        "the DLPAR script s.sh refused: not now.",
        "the application app refused: not now.",
        "the kernel extension ext refused: not now.",
    ]
    assert all(error.startswith("HSCLA257 ") for error in errors)


def test_without_root_authority_a_refusal_counts_for_nothing() -> None:
    """SG24-7460 5.8.1."""
    os = "{applications: {app: {check: refuse, prepare: refuse, root: no}}}"
    run = finish(lab := make(os=os), begin(lab))
    assert told(run)[:2] == [
        ("check", "app", "refusal ignored"),
        ("prepare", "app", "refusal ignored"),
    ]


def test_the_operating_system_itself_refuses() -> None:
    errors, passed = refusals("{accepts_migration: no, applications: {app: {check: refuse}}}")
    assert "check-migrate was refused." in errors[0]
    assert "the application app refused." in errors[1]
    assert passed == 0


@pytest.mark.parametrize(
    ("reaction", "wait", "error", "passed"),
    [
        pytest.param("{slow: 60 s}", 1, "", 60 * SECOND, id="just in time"),
        pytest.param("{slow: 61 s}", 1, "did not answer in time", MINUTE, id="too slow"),
        pytest.param("silent", 2, "did not answer in time", 2 * MINUTE, id="silent"),
        pytest.param("{slow: 2 h}", 0, "", 7200 * SECOND, id="slow without a limit"),
        pytest.param("{answer: refuse, slow: 5 s}", 1, "app refused", 5 * SECOND, id="refused"),
    ],
)
def test_the_check_phase_takes_the_time_that_it_takes(
    reaction: str, wait: int, error: str, passed: int
) -> None:
    errors, took = refusals(f"{{applications: {{app: {{check: {reaction}}}}}}}", wait)
    assert took == passed
    assert len(errors) == bool(error)
    assert all(error in text for text in errors)


def test_nobody_is_asked_while_it_migrates_already() -> None:
    lab = make(os="{applications: {app: {check: {slow: 20 s}}}}")
    begin(lab)
    request = lab.request("mobile", HERE, THERE)
    assert lab.mobility.check(request).fired
    assert not request.calls
    assert "already being migrated" in " ".join(lab.errors(request))


def test_without_a_limit_a_silent_one_is_waited_for_for_ever() -> None:
    lab = make(os="{applications: {app: {check: silent}}}")
    request = lab.request("mobile", HERE, THERE)
    request.wait_minutes = 0
    asked = lab.mobility.check(request)
    lab.datacenter.clock.advance(10**6 * SECOND)
    assert not asked.fired


# -- the prepare phase -------------------------------------------------------------------------


def fails(lab: Lab, run: Run) -> str:
    with pytest.raises(HmcError) as caught:
        finish(lab, run)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "wait", "text", "seconds"),
    [
        pytest.param("throttled", 5, "the application queue refused: a batch is", 9, id="refused"),
        pytest.param("stuck", 1, "the kernel extension driver did not answer", 60, id="silent"),
        pytest.param("late", 1, "the application cache did not answer", 60, id="too slow"),
    ],
)
def test_a_failure_to_prepare_takes_everything_back(
    picture, name: str, wait: int, text: str, seconds: int
) -> None:
    lab = aware()
    before = picture(lab)
    run = begin(lab, name, wait)
    assert text in fails(lab, run)
    assert duration(run, "prepare") == seconds * SECOND
    assert picture(lab) == before
    mobile = lab.partition(name, HERE)
    assert mobile.migration_state is MigrationState.NOT_MIGRATING
    assert [entry.label for entry in mobile.error_log] == [
        "CLIENT_PMIG_ABORTED",
        "CLIENT_PMIG_STARTED",
    ]
    assert "copy" not in {phase.name for phase in run.phases}


def test_those_who_got_ready_are_told_that_it_is_off_last_first() -> None:
    lab = make(
        os="{dlpar_scripts: {one: , two: }, applications: {three: , four: {prepare: refuse}},"
        " kernel_extensions: {five: }}"
    )
    run = begin(lab)
    fails(lab, run)
    later = [entry for entry in told(run) if entry[0] != "check"]
    assert later == [
        ("prepare", "one", "accepted"),
        ("prepare", "two", "accepted"),
        ("prepare", "three", "accepted"),
        ("prepare", "four", "refused"),
        ("undoprepare", "three", "accepted"),
        ("undoprepare", "two", "accepted"),
        ("undoprepare", "one", "accepted"),
    ]


def test_a_failure_after_the_preparation_calls_it_off_too() -> None:
    lab = make(os=registered(check="accept"))
    run = begin(lab)
    while run.phase_name != "adapters":
        lab.datacenter.clock.step()
    lab.mobility.stop(lab.partition("mobile", HERE))
    assert [name for phase, name, _ in told(run) if phase == "undoprepare"] == [
        "ext",
        "app",
        "s.sh",
    ]


def test_a_stop_interrupts_the_one_that_is_awaited() -> None:
    lab = make(os="{applications: {ready: , stuck: {prepare: silent}}}")
    run = begin(lab, wait=0)
    lab.datacenter.clock.advance(1000 * SECOND)
    lab.mobility.stop(lab.partition("mobile", HERE))
    assert told(run)[2:] == [
        ("prepare", "ready", "accepted"),
        ("prepare", "stuck", "interrupted"),
        ("undoprepare", "ready", "accepted"),
    ]
    assert run.calls[3].end == lab.datacenter.clock.now


def test_the_time_to_wait_is_for_all_together() -> None:
    """One command tells all of them: two of 40 s do not fit into a minute, one does."""
    slow = "{slow: 40 s}"
    lab = make(os=f"{{applications: {{one: {{prepare: {slow}}}}}}}")
    finish(lab, begin(lab, wait=1))
    lab = make(os=f"{{applications: {{one: {{prepare: {slow}}}, two: {{prepare: {slow}}}}}}}")
    assert "application two did not answer" in fails(lab, begin(lab, wait=1))


# -- the post phase ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("post", "wait", "answer", "seconds"),
    [
        ("refuse", 5, "refused", 0),
        ("silent", 5, "no answer", 0),
        ("silent", 0, "no answer", 0),
        ("{slow: 30 s}", 5, "accepted", 30),
        ("{slow: 90 s}", 1, "no answer", 60),
    ],
)
def test_failures_of_the_post_phase_are_only_recorded(
    post: str, wait: int, answer: str, seconds: int
) -> None:
    lab = make(os=f"{{applications: {{app: {{post: {post}}}}}, kernel_extensions: {{ext: }}}}")
    run = finish(lab, begin(lab, wait=wait))
    assert told(run)[-2:] == [("post", "ext", "accepted"), ("post", "app", answer)]
    assert duration(run, "complete") == lab.datacenter.timings.complete + seconds * SECOND
    assert lab.partition("mobile", THERE).state is PartitionState.RUNNING


# -- faults and recovery -----------------------------------------------------------------------


def test_what_is_called_off_by_a_fault_is_called_off_once() -> None:
    """The operating system lets go by itself; the recovery later does not tell it again."""
    lab = make(os=registered(check="accept"))
    lab.mobility.faults.add(Fault("dest-power", phase="copy"))
    run = begin(lab)
    fails(lab, run)
    mobile = lab.partition("mobile", HERE)
    assert not mobile.operating_system.performance.inhibited
    lab.mobility.faults.clear()
    lab.datacenter.clock.run_until(lab.mobility.recover(mobile, force=True))
    assert [name for phase, name, _ in told(run) if phase == "undoprepare"] == [
        "ext",
        "app",
        "s.sh",
    ]


def test_after_a_recovery_only_those_are_told_who_have_not_been() -> None:
    lab = make(os="{applications: {slow: {post: {slow: 40 s}}}, kernel_extensions: {ext: }}")
    run = begin(lab)
    while not any(call.name == "slow" and call.phase == "post" for call in run.calls):
        lab.datacenter.clock.step()
    lab.mobility.faults.add(Fault("rmc", time=lab.datacenter.clock.now + SECOND))
    fails(lab, run)
    lab.mobility.faults.clear()
    before = told(run)
    assert before[-2:] == [("post", "ext", "accepted"), ("post", "slow", "interrupted")]
    arrived = lab.partition("mobile", THERE)
    lab.datacenter.clock.run_until(lab.mobility.recover(arrived))
    assert told(run)[len(before) :] == [("post", "slow", "accepted")]
    assert lab.partition("mobile", THERE).migration is None


# -- PMAPI, ARP --------------------------------------------------------------------------------


@pytest.mark.parametrize("prepare", ["accept", "refuse"])
def test_performance_counters_are_zeroed_and_inhibited_while_it_migrates(prepare: str) -> None:
    """SG24-7460 2.5.4 step 3; access comes back when it is over, one way or the other."""
    lab = make(os=f"{{applications: {{app: {{prepare: {{answer: {prepare}, slow: 1 s}}}}}}}}")
    counters = lab.partition("mobile", HERE).operating_system.performance
    run = begin(lab)
    while run.phase_name != "prepare":
        assert not counters.inhibited
        lab.datacenter.clock.step()
    lab.datacenter.clock.advance(MILLISECOND)
    assert counters.inhibited
    assert counters.counting_since == run.phases[-1].start > 0
    if prepare == "accept":
        while run.phase_name != "complete":
            assert counters.inhibited
            lab.datacenter.clock.step()
        finish(lab, run)
        assert lab.partition("mobile", THERE).operating_system.performance is counters
    else:
        fails(lab, run)
    assert not counters.inhibited


def test_a_gratuitous_arp_goes_out_on_every_vlan() -> None:
    """SG24-7460 2.5.4 step 10: within the suspend window, the last at its end."""
    lab = make()
    run = finish(lab, begin(lab))
    mobile = lab.partition("mobile", THERE)
    first, second = (adapter.mac for adapter in mobile.ethernet_adapters)
    assert [(sent.mac, sent.vlan, sent.network) for sent in run.announcements] == [
        (first, 1, "lan"),
        (first, 20, "lan"),
        (first, 30, "lan"),
        (second, 20, "lan"),
    ]
    times = [sent.time for sent in run.announcements]
    assert times[-1] == run.record.visible_at
    assert {b - a for a, b in itertools.pairwise(times)} == {lab.datacenter.timings.arp}
    assert times[0] > run.record.resumed_at


# -- determinism -------------------------------------------------------------------------------


def test_the_record_is_the_same_each_time() -> None:
    def record() -> object:
        lab = aware()
        runs = [begin(lab, name, 2) for name in ("late", "throttled", "stuck")]
        while lab.datacenter.clock.step():
            pass
        return [[dataclasses.astuple(call) for call in run.calls] for run in runs]

    assert record() == record()


# -- the inventory -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("os", "problem"),
    [
        ("{applications: {app: {check: maybe}}}", "'maybe' is not one of accept, refuse, silent"),
        ("{applications: {app: {check: {slow: 3}}}}", "has no unit"),
        ("{applications: {app: {post: {answer: silent, slow: 3 s}}}}", "app is silent"),
        ("{kernel_extensions: {ext: {root: no}}}", "unknown key 'root'"),
        ("{applications: {app: {verify: accept}}}", "unknown key 'verify'"),
    ],
)
def test_what_an_inventory_may_not_say(os: str, problem: str) -> None:
    with pytest.raises(InventoryError, match=problem):
        make(os=os)


@pytest.mark.parametrize("offset", ["3", "+3 s", "--3 s", "24001 h", "-24001 h"])
def test_offsets_that_are_none(offset: str) -> None:
    with pytest.raises(InventoryError, match="clock_offset"):
        make(here=offset)


# -- time of day (2.1, 2.5.2) ------------------------------------------------------------------


def clock_of(partition: Partition) -> int:
    return partition.time_of_day(partition.frame.datacenter.clock.now)


def runs_now(run: Run) -> bool:
    record = run.record
    if not run.active or record is None:
        return run.active
    return record.suspended_at is None or record.resumed_at is not None


def watch(lab: Lab, run: Run) -> list[tuple[int, int]]:
    """Virtual time and what the partition's clock shows: at both ends, and whenever it runs."""
    clock = lab.datacenter.clock
    seen = [(clock.now, clock_of(run.source))]
    while not run.process.fired:
        if runs_now(run):
            seen.append((clock.now, clock_of(run.owner)))
        clock.step()
    return [*seen, (clock.now, clock_of(run.shell))]


OFFSETS = st.integers(-(10**15) + 1, 10**15 - 1)
SHORT = st.sampled_from([0, 1, 50_000, 99_999, 100_000, 10**8])


@settings(max_examples=150)
@given(
    here=OFFSETS,
    there=OFFSETS,
    references=st.tuples(st.booleans(), st.booleans()),
    quiesce=SHORT,
    resume=SHORT,
    active=st.booleans(),
    rate=st.sampled_from(["1 Gbit/s", "100 Gbit/s", "10000 Gbit/s"]),
)
def test_time_never_goes_backwards(
    here: int,
    there: int,
    references: tuple[bool, bool],
    quiesce: int,
    resume: int,
    active: bool,
    rate: str,
) -> None:
    """There and back again, whatever the clocks of the systems show."""
    yes_no = ["yes" if enabled else "no" for enabled in references]
    lab = make(
        timings=f"{{quiesce: {quiesce} ns, resume: {resume} ns}}",
        rate=rate,
        here=f"{here} ns",
        there=f"{there} ns",
        here_reference=yes_no[0],
        there_reference=yes_no[1],
    )
    if not active:
        lab.partition("mobile", HERE).state = PartitionState.NOT_ACTIVATED
    seen = []
    for ends in ((HERE, THERE), (THERE, HERE)):
        validation = lab.mobility.validate(lab.request("mobile", *ends))
        assert not validation.errors, validation.errors
        lab.mobility.start(validation)
        run = lab.mobility.history[-1]
        seen += watch(lab, run)
        assert run.time_of_day is not None
        assert run.time_of_day.exact == all(references)
        assert 0 <= run.time_of_day.lag <= 100_000
        assert not (run.time_of_day.exact and run.time_of_day.lag)
    shown = [time for _, time in seen]
    assert shown == sorted(shown)
    # It has gone on for as long as it took, less what the time stamps were on their way.
    passed, counted = seen[-1][0] - seen[0][0], shown[-1] - shown[0]
    assert passed - counted == sum(run.time_of_day.lag for run in lab.mobility.history)


def test_the_partition_that_ran_longest_is_the_time_reference() -> None:
    """SG24-7460 2.1."""
    lab = make(here_reference="yes", there_reference="yes")
    other = lab.partition("mobile", HERE)
    other.time_reference = True
    lab.partition("vios_here", HERE).running_since = SECOND
    run = finish(lab, begin(lab))
    assert run.time_of_day.source_reference == "mobile"
    assert run.time_of_day.destination_reference == "vios_there"
