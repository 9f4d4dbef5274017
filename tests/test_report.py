"""The record of a migration: what it tells while it goes on and afterwards, and how it is shown."""

import dataclasses
import json
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.faultlab import fault_lab
from support.lab import L9, L10, Lab, load_lab

from hmcsh import chart, report, reporttable
from hmcsh.hypervisor.pageset import PAGE
from hmcsh.migration.faults import Fault
from hmcsh.report import PhaseReport, Report, RoundReport, TransferReport
from hmcsh.runtime import SECOND

SVG = "{http://www.w3.org/2000/svg}"
ACTIVE_PHASES = ["start", "shell", "profiles", "movers", "prepare", "adapters", "copy", "suspend"]


@pytest.fixture
def redbook() -> Lab:
    return load_lab("redbook")


def describe(lab: Lab) -> Report:
    """Describe the newest migration."""
    return report.describe(lab.mobility.history[-1])


# -- data ----------------------------------------------------------------------------------------


def test_a_completed_active_migration_keeps_its_record(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = describe(redbook)
    assert (told.number, told.partition, told.kind) == (1, "TRAIN", "active")
    assert (told.source, told.destination) == (L10, L9)
    assert (told.source_lpar_id, told.destination_lpar_id) == (5, 3)
    assert (told.source_mover, told.destination_mover) == ("VIOS1_L10", "VIOS1_L9")
    assert (told.state, told.percent, told.failure) == ("Completed", 100, "")
    assert told.started == "2007-04-03T15:00:00"
    assert [one.name for one in told.phases][:8] == ACTIVE_PHASES
    assert told.phases[-1].name == "cleanup"
    assert told.end_ns == told.phases[-1].end_ns == redbook.datacenter.clock.now


def test_phases_follow_each_other_and_fill_the_whole_time(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = describe(redbook)
    assert told.phases[0].start_ns == told.start_ns
    for before, after in zip(told.phases, told.phases[1:], strict=False):
        assert before.end_ns == after.start_ns
    assert sum(one.end_ns - one.start_ns for one in told.phases) == report.duration(told)


def test_the_transfer_tells_what_was_sent(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    moved = describe(redbook).transfer
    record = redbook.mobility.history[-1].record
    assert moved is not None
    assert moved.total_pages == moved.rounds[0].pages > 0
    assert all(one.bytes == one.pages * PAGE for one in moved.rounds)
    state = moved.bytes - PAGE * record.pages_sent
    assert 0 <= state < 64 << 20, "beside pages only processor state is sent"
    assert moved.dirty_at_suspend == moved.sent_suspended + moved.left_pages
    assert moved.left_pages == moved.demanded_pages + moved.pushed_pages
    assert moved.window_estimate_ns == moved.window_actual_ns, "nothing else shared the link"
    assert moved.stop_reason == record.stop_reason.value


def test_throughput_is_bytes_by_whole_seconds(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    moved, record = describe(redbook).transfer, redbook.mobility.history[-1].record
    assert moved.throughput == moved.bytes // ((record.ended - record.started) // SECOND)


def test_percent_never_falls_and_is_100_only_at_the_end(redbook: Lab) -> None:
    process = redbook.start(redbook.request("TRAIN"))
    seen = [describe(redbook).percent]
    while not process.fired:
        redbook.datacenter.clock.advance(SECOND // 4)
        seen.append(describe(redbook).percent)
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 100
    assert any(0 < one < 90 for one in seen)
    assert seen.count(100) == 1


@pytest.mark.parametrize("phase", ["movers", "copy", "final", "pull", "cleanup"])
def test_percent_never_falls_when_it_fails_and_is_recovered(phase: str) -> None:
    lab = fault_lab()
    lab.begin(Fault("hmc", phase=phase))
    clock, seen = lab.datacenter.clock, [0]

    def watch(process) -> None:
        while not process.fired:
            assert clock.step()
            seen.append(describe(lab).percent)

    watch(lab.process)
    lab.mobility.faults.clear()
    if lab.source is not None and lab.source.migrating:
        watch(lab.mobility.recover(lab.source))
    seen.append(describe(lab).percent)
    assert seen == sorted(seen)
    assert (seen[-1] == 100) == (lab.shell is not None)


def test_a_migration_under_way_has_an_open_phase_and_no_end(redbook: Lab) -> None:
    redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(20 * SECOND)
    told = describe(redbook)
    assert (told.state, told.phase) == ("Migration In Progress", "copy")
    assert told.end_ns is None
    assert told.phases[-1].end_ns is None
    assert report.duration(told) == 20 * SECOND
    assert told.transfer is not None
    (first,) = told.transfer.rounds
    assert first.end_ns is None
    assert 0 < first.pages < told.transfer.total_pages
    assert told.transfer.stop_reason is None


def test_before_its_first_step_it_is_described_too(redbook: Lab) -> None:
    redbook.start(redbook.request("TRAIN"))
    told = describe(redbook)
    assert (told.state, told.percent, told.phases) == ("Migration Starting", 0, ())
    assert reporttable.details(told)
    ElementTree.fromstring(chart.svg(told))


def test_an_inactive_migration_has_phases_only(redbook: Lab) -> None:
    redbook.start(redbook.request("PROD"))
    redbook.datacenter.clock.advance(8 * SECOND)
    assert 0 < describe(redbook).percent < 100
    redbook.datacenter.clock.advance(60 * SECOND)
    told = describe(redbook)
    assert (told.kind, told.state, told.percent) == ("inactive", "Completed", 100)
    assert told.transfer is None
    assert told.source_mover is None


def test_a_stopped_migration_tells_why(redbook: Lab) -> None:
    redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(2 * SECOND)
    redbook.mobility.stop(redbook.partition("TRAIN"))
    redbook.datacenter.clock.advance(SECOND)
    told = describe(redbook)
    assert (told.state, told.percent) == ("Rolled Back", 0), "nothing had been copied"
    assert "TRAIN" in told.failure
    assert report.duration(told) == 2 * SECOND


def test_a_failed_migration_keeps_what_it_had_sent(redbook: Lab) -> None:
    redbook.mobility.faults.add(Fault("source-mover", phase="copy", percent=50))
    redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(600 * SECOND)
    told = describe(redbook)
    assert told.state in ("Rolled Back", "Migration Failed")
    assert told.failure
    assert told.phase == "copy"
    assert told.end_ns is not None
    assert 40 <= told.percent <= 50, "half of the copying, which is 90 % of the whole"
    assert told.transfer is not None
    sent = told.transfer.rounds[0].pages
    assert told.transfer.total_pages // 3 < sent < told.transfer.total_pages
    time = told.end_ns - redbook.mobility.history[0].record.started
    assert told.transfer.throughput == told.transfer.bytes // (time // SECOND)
    assert chart._FAILED in chart.svg(told)


def test_data_comes_back_from_json_as_it_went(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = describe(redbook)
    text = json.dumps(dataclasses.asdict(told))
    assert msgspec.convert(json.loads(text), Report) == told


def test_looking_changes_nothing(redbook: Lab) -> None:
    quiet, looked_at = load_lab("redbook"), redbook
    for lab in (quiet, looked_at):
        process = lab.start(lab.request("TRAIN"))
        while not process.fired:
            lab.datacenter.clock.advance(SECOND)
            if lab is looked_at:
                reporttable.details(describe(lab))
    assert describe(quiet) == describe(looked_at)


# -- tables --------------------------------------------------------------------------------------


def test_the_overview_has_a_line_for_each_migration(redbook: Lab) -> None:
    for name in ("TRAIN", "PROD"):
        redbook.migrate(name)
    runs = redbook.mobility.history
    lines = reporttable.overview(map(report.describe, runs)).splitlines()
    assert [line.split()[:5] for line in lines[2:]] == [
        ["1", "TRAIN", "active", L10, L9],
        ["2", "PROD", "inactive", L10, L9],
    ]
    assert len(reporttable.overview([]).splitlines()) == 2


def test_details_show_facts_phases_and_rounds(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = describe(redbook)
    facts, phases, rounds, *_ = reporttable.details(told).split("\n\n")
    assert told.transfer is not None
    assert f"Throughput (bytes/s)  {told.transfer.throughput}" in facts
    assert [line.split()[0] for line in phases.splitlines()[2:]] == [p.name for p in told.phases]
    assert len(rounds.splitlines()) == 2 + len(told.transfer.rounds)
    assert rounds.splitlines()[2].split()[1] == str(told.transfer.rounds[0].pages)


def test_what_was_announced_and_who_was_notified_is_told(tmp_path: Path) -> None:
    inventory = """
networks: {lan: 1 Gbit/s}
luns: {root: 8 GB}
systems:
  here:
    partitions:
      vios1: {type: vioserver, mover: lan, disks: {hdisk1: root}, bridges: {ent4: lan}}
      mobile:
        scsi: {2: {server: vios1, luns: [root]}}
        ethernet: {3: 1}
        os: {applications: {queue: {prepare: {slow: 4 s}}}}
  there:
    partitions:
      vios2: {type: vioserver, mover: lan, disks: {hdisk1: root}, bridges: {ent4: lan}}
"""
    (tmp_path / "aware.yaml").write_text(inventory)
    lab = load_lab(str(tmp_path / "aware.yaml"))
    mac = lab.partition("mobile", "here").ethernet_adapters[0].mac
    lab.migrate("mobile", "here", "there")
    told = describe(lab)
    (prepared,) = [one for one in told.calls if (one.name, one.stage) == ("queue", "prepare")]
    assert prepared.end_ns - prepared.start_ns == 4 * SECOND
    assert prepared.answer == "accepted"
    (announced,) = told.announcements
    assert (announced.mac, announced.vlan, announced.network) == (mac, 1, "lan")
    assert told.transfer.suspended_ns < announced.time_ns <= told.transfer.visible_ns
    *_, notified, arp = reporttable.details(told).split("\n\n")
    assert any(
        line.split()[:1] == ["queue"] and "prepare" in line for line in notified.splitlines()
    )
    assert arp.splitlines()[2].split()[0] == mac


def test_the_commit_record_the_clock_and_the_counters_are_told() -> None:
    lab = fault_lab()
    lab.begin()
    lab.datacenter.clock.advance(12 * SECOND)
    under_way = describe(lab)
    assert under_way.performance.released_ns is None
    assert (under_way.commit, under_way.time_of_day) == (None, None)
    assert lab.message() == "done"
    told, run = describe(lab), lab.run
    prepared = next(one for one in told.phases if one.name == "prepare")
    completed = next(one for one in told.phases if one.name == "complete")
    assert told.performance.zeroed_ns == prepared.start_ns
    assert completed.start_ns <= told.performance.released_ns <= completed.end_ns
    assert told.commit.owner == "dest"
    assert told.commit.missing_pages == told.transfer.left_pages > 0
    assert len(told.commit.missing_digest) == 64
    assert told.time_of_day.time_ns == told.commit.time_ns
    assert told.time_of_day.lag_ns == run.time_of_day.lag
    assert not told.time_of_day.exact
    assert told.transfer.longest_wait_ns == run.record.longest_wait > 0
    facts = reporttable.details(told)
    assert f"dest, {told.transfer.left_pages} pages missing" in facts
    assert json.loads(json.dumps(dataclasses.asdict(told))), "plain data"


def test_a_migration_that_is_called_off_opens_the_counters_again() -> None:
    lab = fault_lab()
    lab.move(Fault("link", phase="copy"))
    told = describe(lab)
    assert told.performance.released_ns == told.end_ns
    assert told.commit is None


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (None, ""),
        (0, "0.000"),
        (999_999, "0.000"),
        (1_500_000_000, "1.500"),
        (61 * SECOND, "61.000"),
    ],
)
def test_seconds_are_truncated_to_milliseconds(time: int | None, shown: str) -> None:
    assert report.seconds(time) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0.0"), (1 << 20, "1.0"), ((1 << 20) - 1, "0.9"), (1 << 40, "1048576.0")],
)
def test_mebibytes_are_truncated_to_a_decimal(amount: int, shown: str) -> None:
    assert report.mebibytes(amount) == shown


# -- pictures ------------------------------------------------------------------------------------


def made_up(
    rounds: list[tuple[int, int]],
    phases: list[int],
    *,
    lasts: bool,
    name: str = "P",
    failure: str = "",
) -> Report:
    """Make a report of rounds (pages sent, pages dirty) and of phases of some ns each."""
    now, shown = 0, []
    for number, length in enumerate(phases):
        shown.append(PhaseReport(name=f"phase{number}", start_ns=now, end_ns=now + length))
        now += length
    if lasts:
        shown[-1] = dataclasses.replace(shown[-1], end_ns=None)
    passes = tuple(
        RoundReport(
            number=number,
            start_ns=0,
            end_ns=None if lasts and number == len(rounds) else 1,
            pages=pages,
            bytes=pages * PAGE,
            dirty_pages=dirty,
            rate=0,
        )
        for number, (pages, dirty) in enumerate(rounds, 1)
    )
    transfer = TransferReport(
        total_pages=max((pages for pages, _ in rounds), default=0),
        rounds=passes,
        stop_reason=None if lasts else "no longer decreases",
        bytes=10**12,
        throughput=10**8,
        dirty_at_suspend=0,
        sent_suspended=0,
        left_pages=0,
        demanded_pages=10**6,
        pushed_pages=0,
        resent_pages=0,
        longest_wait_ns=0,
        suspended_ns=None if lasts else now // 2,
        visible_ns=None if lasts else now // 2 + now // 10,
        window_estimate_ns=None if lasts else now // 10,
        window_actual_ns=None if lasts else now // 10,
        content="versions",
        verified_pages=None if lasts else 10**6,
    )
    return Report(
        number=1,
        partition=name,
        kind="active",
        source=L10,
        destination=L9,
        source_lpar_id=3,
        destination_lpar_id=4,
        source_mover="A",
        destination_mover="B",
        console="hmc1",
        state="Migration In Progress" if lasts else "Completed",
        percent=50,
        phase=shown[-1].name,
        failure=failure,
        started="2007-04-03T15:00:00",
        now_ns=now,
        start_ns=0,
        end_ns=None if lasts else now,
        commit=None,
        phases=tuple(shown),
        transfer=transfer if rounds else None,
    )


def boxes(picture: str) -> list[tuple[str, float, float, float, float]]:
    """Text and its box, left, top, right, bottom; a character is 0.64 of its size at most."""
    found = []
    for text in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        size, words = float(text.get("font-size", "0")), text.text or ""
        width = 0.64 * size * len(words)
        x, y = float(text.get("x", "0")), float(text.get("y", "0"))
        left = (
            x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")] * width
        )
        found.append((words, left, y - 0.8 * size, left + width, y + 0.2 * size))
    return found


def check_picture(picture: str) -> None:
    """All is inside the picture, and no text lies over another."""
    root = ElementTree.fromstring(picture)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    for box in root.iter(f"{SVG}rect"):
        if box.get("width") != "100%":
            x, y, w, h = (float(box.get(name, "nan")) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + w <= width + 2
            assert 0 <= y <= y + h <= height
    texts = boxes(picture)
    for words, left, top, right, bottom in texts:
        assert left >= -1, words
        assert right <= width + 1, words
        assert 0 <= top < bottom <= height, words
    for one, other in combinations(texts, 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, (one[0], other[0])


def test_the_picture_of_a_migration_shows_rounds_and_phases(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = describe(redbook)
    picture = chart.svg(told)
    check_picture(picture)
    words = [one[0] for one in boxes(picture)]
    assert {one.name for one in told.phases} <= set(words)
    assert {"Sent in each round (MiB)", "Phases (s since the start)"} <= set(words)
    assert "Dirty at the end of each round (pages)" in words
    assert words[0] == f"TRAIN: active migration to {L9}"


@pytest.mark.parametrize("lasts", [False, True], ids=["over", "under way"])
@pytest.mark.parametrize("count", [0, 1, 4, 16, 17, 30])
def test_any_number_of_rounds_has_room(count: int, lasts: bool) -> None:
    rounds = [(2**24 // (n + 1) ** 2, 654_321) for n in range(count)]
    check_picture(chart.svg(made_up(rounds, [4 * SECOND] * 12, lasts=lasts)))


@given(
    st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 2**31)), max_size=30),
    st.lists(st.integers(0, 10**13), min_size=1, max_size=14),
    st.booleans(),
)
@settings(max_examples=60)
def test_every_picture_is_in_order(
    rounds: list[tuple[int, int]], phases: list[int], lasts: bool
) -> None:
    check_picture(chart.svg(made_up(rounds, phases, lasts=lasts)))


def test_a_bar_is_as_tall_as_its_share() -> None:
    picture = chart.svg(made_up([(4000, 1000), (1000, 500)], [SECOND], lasts=False))
    heights = [
        float(box.get("height", "0"))
        for box in ElementTree.fromstring(picture).iter(f"{SVG}rect")
        if box.get("fill") in (chart._SENT, chart._DIRTY)
    ]
    assert heights[0] / heights[1] == pytest.approx(4, rel=0.01)
    assert heights[2] / heights[3] == pytest.approx(2, rel=0.01)


def test_texts_are_made_fit_for_xml() -> None:
    picture = chart.svg(
        made_up([], [SECOND], lasts=False, name="<&>\x1b\udc80", failure="a\x00" * 500)
    )
    ElementTree.fromstring(picture.encode())
    check_picture(picture)
