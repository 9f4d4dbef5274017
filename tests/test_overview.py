"""What `hmcsh status --watch` asks for, and how it is laid out."""

import asyncio
import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth
from support.console import Output, open_shell
from support.lab import L9, L10, Lab, load_lab

from hmcsh import overview, remote, screen
from hmcsh.console import ConsoleService
from hmcsh.control import Control, OverviewRequest
from hmcsh.health import Door
from hmcsh.model.states import PartitionState, SystemState
from hmcsh.runtime import SECOND
from hmcsh.shell import Shell
from hmcsh.socketfile import ControlError
from hmcsh.state.inventories import load

TODAY = datetime.date(2026, 1, 2)


@pytest.fixture
def lab() -> Lab:
    return load_lab("redbook")


def look(lab: Lab, *services: ConsoleService, limit: int = 100) -> screen.Picture:
    found = overview.items(lab.mobility, services, limit)
    return screen.picture(one for one in found if one is not None)


def opened(service: ConsoleService, tty: str | None) -> Shell:
    return open_shell(service, Output(), typed="x\n", tty=tty, origin="192.0.2.7")


def test_partitions_that_are_not_settled_come_first(lab: Lab) -> None:
    lab.partition("TEST").state = PartitionState.ERROR
    lab.partition("DEV").state = PartitionState.STARTING
    seen = look(lab, limit=3)
    assert [one.name for one in seen.partitions] == ["DEV", "TEST", "VIOS1_L9"]
    assert seen.totals.partitions == {"Running": 6, "Not Activated": 2, "Error": 1, "Starting": 1}
    assert seen.totals.systems == {"Operating": 2}
    counts = {one.name: sum(one.partitions.values()) for one in seen.systems}
    assert counts == {L9: 4, L10: 6}
    assert [one.name for one in look(lab, limit=1).systems] == [L9]
    lab.frame(L10).state = SystemState.ERROR
    assert [one.name for one in look(lab, limit=1).systems] == [L10]
    assert look(lab, limit=0).partitions == []
    lines = [line.text.split() for line in screen.body(look(lab, limit=3), 100, TODAY)]
    headings = [lines.index(words) for words in (["Managed", "systems"], ["Partitions"])]
    assert ["DEV", "3", "Starting"] in [words[:3] for words in lines[: headings[0]]]
    assert lines[headings[1] + 2][0] == "VIOS1_L9"
    assert lines[-1] == ["and", "7", "more"]


MANY = """
systems:
  many:
    memory: 8 TB
    processors: 600
    max_partitions: 2600
    partitions: {count: 2500, name: "p{n}", memory: 1 GB}
"""


def test_many_partitions_leave_turns_for_others(tmp_path: Path) -> None:
    inventory = tmp_path / "many.yaml"
    inventory.write_text(MANY)
    mobility = load(str(inventory), "manual")
    found = list(overview.items(mobility, (), 10))
    assert found.count(None) == 3
    assert sum(isinstance(one, overview.Lpar) for one in found) == 10
    assert isinstance(found[-1], overview.Totals)
    assert sum(found[-1].partitions.values()) == 2500


def test_a_migration_advances_to_its_end() -> None:
    lab = load_lab("aware")
    process = lab.start(lab.request("writer", "here", "there"))
    seen = []
    while not process.fired:
        lab.datacenter.clock.advance(SECOND // 10)
        (one,) = look(lab).migrations
        seen.append(one)
    assert [one.percent for one in seen] == sorted(one.percent for one in seen)
    assert len({one.percent for one in seen}) > 10
    copied = [one for one in seen if one.phase == "copy"]
    assert {one.round for one in copied} >= {1, 2}
    first = [one.left_pages for one in copied if one.round == 1]
    assert first == sorted(first, reverse=True)
    assert 0 < first[-1] < first[0] <= copied[0].total_pages
    last = seen[-1]
    assert (last.state, last.percent, last.left_pages, last.over) == ("Completed", 100, 0, True)
    assert last.elapsed_ns < lab.datacenter.clock.now
    lab.datacenter.clock.advance(SECOND)
    assert look(lab).migrations == [last]
    assert look(lab).totals.migrations == 0


def test_only_the_newest_migrations_that_are_over_are_listed(lab: Lab) -> None:
    source, destination = L10, L9
    for _ in range(overview.ENDED_SHOWN + 1):
        lab.migrate("PROD", source, destination)
        source, destination = destination, source
    numbers = [one.number for one in look(lab).migrations]
    assert numbers == list(range(2, overview.ENDED_SHOWN + 2))


def test_sessions_tell_what_runs_without_passwords_and_control_characters(lab: Lab) -> None:
    service = ConsoleService(lab.datacenter, mobility=lab.mobility)
    during: list[str] = []

    async def main() -> None:
        shells = [opened(service, "pts/3"), opened(service, None)]
        assert [one.terminal for one in look(lab, service).sessions] == ["pts/3", ""]
        for line in ("sleep 60 # \x1b[2J", "sleep 60; chhmcusr -u a -t passwd -v topsecret"):
            task = asyncio.ensure_future(shells[0].run_string(line))
            await asyncio.sleep(0.01)
            during.append(look(lab, service).sessions[0].command)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert look(lab, service).sessions[0].command == ""
        for shell in shells:
            service.shell_closed(shell)
        assert look(lab, service).sessions == []

    asyncio.run(main())
    assert during[0] == r"sleep 60 # \x1b[2J"
    assert "topsecret" not in during[1]
    assert "*****" in during[1]


def test_it_is_asked_over_the_control_socket(lab: Lab, tmp_path: Path) -> None:
    service = ConsoleService(lab.datacenter, mobility=lab.mobility)

    async def main() -> list[overview.Item]:
        doors = [Door(service, "127.0.0.1", 22)]
        control = await Control.open(lab.mobility, tmp_path / "c", doors=doors)
        try:
            opened(service, None)
            found = await remote.overview(tmp_path / "c", 10)
            with pytest.raises(ControlError, match="limit 1001"):
                await remote.overview(tmp_path / "c", overview.MOST + 1)
        finally:
            await control.close()
        return found

    found = asyncio.run(main())
    seen = screen.picture(found)
    assert (seen.totals.sessions, len(seen.sessions), len(seen.partitions)) == (1, 1, 10)
    assert OverviewRequest(1).__struct_config__.tag == "overview"


# -- the screen ----------------------------------------------------------------------------------

texts = st.text(max_size=12)
counts = st.dictionaries(texts, st.integers(1, 10**6), max_size=4)
pictures = st.builds(
    screen.Picture,
    st.builds(overview.Moment, now_ns=st.integers(0, 10**15), calendar=texts, pace=texts),
    st.builds(
        overview.Totals,
        systems=counts,
        partitions=counts,
        migrations=st.integers(0, 9),
        sessions=st.integers(0, 9),
    ),
    st.lists(
        st.builds(
            overview.Migration,
            **dict.fromkeys(("partition", "kind", "source", "destination", "state"), texts),
            **dict.fromkeys(("phase", "failure"), texts),
            **dict.fromkeys(("number", "round", "total_pages"), st.integers(0, 9)),
            **dict.fromkeys(("left_pages", "bytes", "elapsed_ns"), st.integers(0, 10**15)),
            percent=st.integers(0, 100),
            over=st.booleans(),
        ),
        max_size=2,
    ),
    st.lists(
        st.builds(
            overview.Session,
            **dict.fromkeys(("console", "user", "origin", "terminal", "since", "command"), texts),
        ),
        max_size=2,
    ),
    st.lists(st.builds(overview.System, name=texts, state=texts, partitions=counts), max_size=2),
    st.lists(
        st.builds(
            overview.Lpar,
            **dict.fromkeys(("name", "system", "state", "reference_code"), texts),
            lpar_id=st.integers(1, 254),
        ),
        max_size=2,
    ),
)


@settings(max_examples=40)
@given(pictures, st.integers(1, 120), texts, texts)
def test_whatever_is_told_the_lines_fit_and_can_be_printed(
    seen: screen.Picture, width: int, where: str, trouble: str
) -> None:
    lines = [line.text for line in screen.body(seen, width, TODAY)]
    edges = [screen.header(seen, where, width), screen.footer(0, 5, len(lines), trouble, width)]
    for text in (*lines, *edges):
        assert text.isprintable()
        assert get_cwidth(text) <= width
    assert all(get_cwidth(text) == width for text in edges)


@pytest.mark.parametrize(
    ("percent", "shown"),
    [(0, "[....]"), (24, "[....]"), (25, "[#...]"), (99, "[###.]"), (100, "[####]"), (-1, "[....]"),
     (200, "[####]")],
)  # fmt: skip
def test_a_bar_is_full_at_its_end_only(percent: int, shown: str) -> None:
    assert screen.bar(percent, 4) == shown


def test_an_answer_that_is_cut_short_is_no_picture(lab: Lab) -> None:
    found = [one for one in overview.items(lab.mobility, (), 5) if one is not None]
    with pytest.raises(ValueError, match="not whole"):
        screen.picture(found[:-1])
