"""mkvterm, rmvterm and vtmenu: options, refusals, and the keys that leave a session."""

import asyncio
from collections.abc import Callable

import pytest
from hmcsh.commands.hmc.common.vterm import _Keys
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.model.states import LparEnvironment, SystemState

L10 = "9117-MMA-SN10DD4AC-L10"
MISSING = "The parameters that are missing or have an invalid value are "
TERMINATE = "\r\nTerminate session? [y/n] "


@pytest.mark.parametrize("command", ["mkvterm", "rmvterm"])
@pytest.mark.parametrize(
    ("options", "answer"),
    [
        pytest.param("-m none -p TRAIN", "HSCL8018 ", id="no such system"),
        pytest.param(f"-m {L10} -p none", "HSCL8012 ", id="no such name"),
        pytest.param(f"-m {L10} --id 99", "HSCL8011 ", id="no such ID"),
        pytest.param(f"-m {L10}", f"{MISSING}-p, --id", id="no partition"),
        pytest.param("-p TRAIN", f"{MISSING}-m", id="no system"),
        pytest.param(f"-m {L10} -p TRAIN --id 5", "mutually exclusive", id="name and ID"),
        pytest.param(f"-m {L10} --id x", f"{MISSING}--id", id="ID that is no number"),
        pytest.param(f"-m {L10} -p TRAIN -x", "invalid parameter is -x", id="unknown option"),
        pytest.param("", "Usage: ", id="no options"),
    ],
)
def test_options(console: Callable, command: str, options: str, answer: str) -> None:
    one = console()
    status, text = one(f"{command} {options}")
    assert status == 1
    assert answer in text
    assert one.datacenter.frame(L10).partition(name="TRAIN").vty.terminal is None


@pytest.mark.parametrize("line", [f"mkvterm -m {L10} -p TRAIN", f"rmvterm -m {L10} -p TRAIN"])
def test_what_has_no_terminal(console: Callable, line: str) -> None:
    one = console()
    train = one.datacenter.frame(L10).partition(name="TRAIN")
    train.environment = LparEnvironment.OS400
    status, text = one(line)
    assert status == 1
    assert "is an i5/OS partition" in text
    train.environment = LparEnvironment.AIXLINUX
    train.frame.state = SystemState.POWER_OFF
    status, text = one(line)
    assert status == 1
    assert "Standby or Operating state" in text


@pytest.mark.parametrize("line", [f"mkvterm -m {L10} -p TRAIN", f"rmvterm -m {L10} --id 5"])
def test_a_viewer_may_neither_open_nor_close(console: Callable, line: str) -> None:
    one = console()
    one.datacenter.console.users["hscroot"].role = "hmcviewer"
    status, text = one(line)
    assert (status, text[:9]) == (1, "HSCL350B ")


def test_rmvterm_is_harmless_if_nothing_is_open(console: Callable) -> None:
    assert console()(f"rmvterm -m {L10} -p TRAIN") == (0, "Close command sent\n")


def turn(one, line: str) -> tuple[int, str]:
    """Run a line; whenever it waits, the clock makes its next event."""

    async def main() -> tuple[int, str]:
        task = asyncio.create_task(one.run(line))
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            one.clock.step()
        return task.result()

    return asyncio.run(main())


def test_an_input_that_ends_ends_the_session(console: Callable) -> None:
    one = console()
    status, text = turn(one, f"mkvterm -m {L10} -p PROD < /dev/null")
    assert status == 0
    assert text == (
        "\r\n Open in progress  \r\n \r\n Open Completed. \r\n  "
        " The write socket has closed. Exiting.\n"
    )
    assert one.clock.now == 10_500_000_000
    assert one.datacenter.frame(L10).partition(name="PROD").vty.terminal is None


def test_what_follows_the_session_is_left_for_the_next_command(console: Callable) -> None:
    script = f"{{ mkvterm -m {L10} -p PROD; read line; echo got $line; }}"
    status, text = turn(console(), f"printf '~.\\ny' | cat - <(echo rest) | {script}")
    assert (status, text.splitlines()[-1]) == (0, "got rest")


def test_a_reader_that_goes_ends_the_session(console: Callable) -> None:
    one = console()
    turn(one, f"{{ echo; sleep 60; echo; }} | mkvterm -m {L10} -p TRAIN | head -1")
    assert one.datacenter.frame(L10).partition(name="TRAIN").vty.terminal is None


# -- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "text", "shown", "rest"),
    [
        pytest.param("~.y", "", f"{TERMINATE}y\r\n", "", id="at the beginning"),
        pytest.param("a\r~.y", "a\r", f"{TERMINATE}y\r\n", "", id="behind a line"),
        pytest.param("\r~~.Y", "\r", f"{TERMINATE}Y\r\n", "", id="as typed for an ssh client"),
        pytest.param("~.\n\ny\nls\n", "", f"{TERMINATE}y\r\n", "\nls\n", id="lines of a script"),
        pytest.param("~.n~.y", "", f"{TERMINATE}n\r\n{TERMINATE}y\r\n", "", id="not yet"),
        pytest.param("~.xn\r", "\r", f"{TERMINATE}n\r\n", None, id="no"),
        pytest.param("a~.y", "a~.y", "", None, id="inside a line"),
        pytest.param("~a\r", "~a\r", "", None, id="another key behind the tilde"),
        pytest.param("~\r~\r", "~\r~\r", "", None, id="tildes alone"),
        pytest.param("~~~.", "~~~.", "", None, id="three tildes"),
    ],
)
def test_keys_that_leave(keys: str, text: str, shown: str, rest: str | None) -> None:
    typed = _Keys().take(keys)
    assert (typed.text, typed.shown, typed.left) == (text, shown, rest is not None)
    assert typed.rest == (rest or "")


@given(st.lists(st.text("~.yn\rab", max_size=4), max_size=8))
def test_it_does_not_matter_how_keys_arrive(chunks: list[str]) -> None:
    whole, keys = _Keys().take("".join(chunks)), _Keys()
    text = shown = rest = ""
    left = False
    for chunk in chunks:
        if left:
            rest += chunk
            continue
        part = keys.take(chunk)
        text, shown, left, rest = text + part.text, shown + part.shown, part.left, part.rest
    assert (text, shown, left, rest) == (whole.text, whole.shown, whole.left, whole.rest)


# -- vtmenu --------------------------------------------------------------------------------------


def test_vtmenu_asks_until_a_number_or_q_comes(console: Callable) -> None:
    status, text = turn(console(), "printf 'x\\n0\\n99\\n\\nq\\n' | vtmenu")
    assert status == 0
    assert text.count("Enter Number of Managed System.") == 5
    assert text.endswith(" Bye.\n")


def test_vtmenu_goes_straight_to_the_only_system(console: Callable) -> None:
    one = console("physical")
    del one.datacenter.frames[list(one.datacenter.frames)[1]]
    (name,) = one.datacenter.frames
    _, text = turn(one, "echo q | vtmenu")
    assert f". . . {name}\n" in text
    assert "Managed System." not in text


def test_vtmenu_leads_to_a_terminal_and_back(console: Callable) -> None:
    one = console()
    _, text = turn(one, "printf '2\\n5\\n\\n~.yq\\n' | vtmenu")
    opened = text.index("Opening Virtual Terminal On Partition TRAIN . . .")
    assert text.index("Console login: ", opened) < text.index("Terminate session?", opened)
    assert text.count("Enter Number of Running Partition") == 2
    assert text.endswith(" Bye.\n")


def test_vtmenu_tells_what_cannot_be_opened_and_goes_on(console: Callable) -> None:
    one = console()
    train = one.datacenter.frame(L10).partition(name="TRAIN")
    train.frame.partition(name="DEV").environment = LparEnvironment.OS400
    train.vty.open("another", "hscroot")
    _, text = turn(one, "printf '2\\n4\\nq\\n' | vtmenu")
    assert "DEV" not in text
    assert "The open failed.\n-The session may already be open" in text
    assert text.count("Enter Number of Running Partition") == 2
