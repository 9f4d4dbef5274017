"""The control socket: who may ask, what is answered, how it begins and ends."""

import asyncio
import dataclasses
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.lab import L9, L10, Lab, load_lab
from support.served import PATIENCE, Served, serve

from hmcsh import control, remote, serving
from hmcsh.cli import main
from hmcsh.control import Control, FaultAdd, FaultClear, FaultList, ReportRequest, StatusRequest
from hmcsh.migration.faults import Fault
from hmcsh.socketfile import ControlError, SocketFile, answers


@pytest.fixture
def lab() -> Lab:
    return load_lab("redbook")


def controlled(lab: Lab, path: Path, talk: Callable[[], Awaitable[Any]]) -> Any:
    """Do something while a control socket listens at `path`."""

    async def main() -> Any:
        opened = await Control.open(lab.mobility, path)
        try:
            return await talk()
        finally:
            await opened.close()

    return asyncio.run(asyncio.wait_for(main(), 30))


def converse(lab: Lab, path: Path, sent: bytes) -> list[dict[str, Any]]:
    """Send bytes on one connection, say no more, and give all answers."""

    async def talk() -> list[dict[str, Any]]:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(sent)
        writer.write_eof()
        lines = (await reader.read()).splitlines()
        writer.close()
        return [json.loads(line) for line in lines]

    return controlled(lab, path, talk)


def ask(lab: Lab, path: Path, *requests: control.Request) -> list[list[Any]]:
    """Ask as a user's program does, each on a connection of its own."""

    async def talk() -> list[list[Any]]:
        return [await asyncio.to_thread(lambda r=r: list(remote.ask(path, r))) for r in requests]

    return controlled(lab, path, talk)


# -- requests ------------------------------------------------------------------------------------


def test_faults_are_added_listed_and_cleared(lab: Lab, tmp_path: Path) -> None:
    added, second, listed, cleared, left = ask(
        lab,
        tmp_path / "c",
        FaultAdd("link", "TRAIN", "copy", 50, 10**9),
        FaultAdd("rmc"),
        FaultList(),
        FaultClear(1),
        FaultList(),
    )
    assert added[0]["number"] == 1
    assert listed == added + second
    assert cleared == added
    assert left == second
    (kept,) = lab.mobility.faults.list()
    assert kept == Fault("rmc", number=2)


def test_reports_are_those_of_the_partition_asked_for(lab: Lab, tmp_path: Path) -> None:
    for name in ("TRAIN", "PROD"):
        lab.migrate(name)
    every, one, none = ask(
        lab, tmp_path / "c", ReportRequest(), ReportRequest("PROD"), ReportRequest("DEV")
    )
    assert [(each["number"], each["partition"]) for each in every] == [(1, "TRAIN"), (2, "PROD")]
    assert one == every[1:]
    assert none == []


def test_status_lists_every_system(lab: Lab, tmp_path: Path) -> None:
    ((first, second),) = ask(lab, tmp_path / "c", StatusRequest())
    assert (first["name"], second["name"]) == (L9, L10)
    assert "TRAIN" in [one["name"] for one in second["partitions"]]


BAD = {
    "no JSON": (b"fault list", "JSON"),
    "nothing": (b"", ""),
    "no object": (b"[1]", "object"),
    "no do": (b"{}", "do"),
    "unknown do": (b'{"do": "reboot"}', "reboot"),
    "kind missing": (b'{"do": "fault add"}', "kind"),
    "unknown kind": (b'{"do": "fault add", "kind": "flood"}', "flood"),
    "unknown phase": (b'{"do": "fault add", "kind": "link", "phase": "tea"}', "tea"),
    "unknown field": (b'{"do": "fault list", "force": 1}', "force"),
    "wrong type": (b'{"do": "fault add", "kind": "link", "percent": "5"}', "percent"),
    "above 100": (b'{"do": "fault add", "kind": "link", "percent": 101}', "101"),
    "percent of a phase": (
        b'{"do": "fault add", "kind": "link", "phase": "pull", "percent": 5}',
        "pull",
    ),
    "no time to heal": (b'{"do": "fault add", "kind": "link", "heal_after": 0}', "heal_after"),
    "number too large": (b'{"do": "fault clear", "number": 1e99}', "number"),
    "no such fault": (b'{"do": "fault clear", "number": 9}', "9"),
    "no such partition": (b'{"do": "fault add", "kind": "link", "partition": "X"}', "'X'"),
    "report of none": (b'{"do": "report", "partition": "X"}', "'X'"),
    "not UTF-8": (b'{"do": "report", "partition": "\xff"}', ""),
    "a name of two lines": (b'{"do": "report", "partition": "a\\nb"}', "a"),
}


@pytest.mark.parametrize(("request_", "told"), BAD.values(), ids=BAD.keys())
def test_a_bad_request_gets_one_line_and_changes_nothing(
    lab: Lab, tmp_path: Path, request_: bytes, told: str
) -> None:
    answered = converse(lab, tmp_path / "c", request_ + b'\n{"do": "fault list"}\n')
    # The connection goes on: the request that follows has its answer, an empty list.
    assert [list(one) for one in answered] == [["error"], ["end"]]
    assert told in answered[0]["error"]
    assert len(answered[0]["error"].splitlines()) == 1
    assert lab.mobility.faults.list() == ()


def test_a_request_that_is_too_long_ends_the_connection(lab: Lab, tmp_path: Path) -> None:
    longest = b'{"do": "report", "partition": "' + b"x" * control.LINE_LIMIT + b'"}\n'
    answered = converse(lab, tmp_path / "c", longest + b'{"do": "fault list"}\n')
    assert len(answered) == 1
    assert str(control.LINE_LIMIT) in answered[0]["error"]


def test_the_last_request_needs_no_newline(lab: Lab, tmp_path: Path) -> None:
    assert converse(lab, tmp_path / "c", b'{"do": "fault list"}') == [{"end": True}]


def test_a_fault_of_ours_is_logged_and_not_told(
    lab: Lab, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lab.mobility.history.append(object())  # type: ignore[arg-type]
    answered = converse(lab, tmp_path / "c", b'{"do": "report"}\n{"do": "fault list"}\n')
    assert [list(one) for one in answered] == [["error"], ["end"]]
    assert "internal" in answered[0]["error"]
    assert "report" in caplog.records[0].getMessage()


# -- peers ---------------------------------------------------------------------------------------


def test_the_system_tells_whose_peer_it_is() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert control._peer_user(one) in (None, os.geteuid())


def test_a_peer_of_another_user_is_refused(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "_peer_user", lambda peer: os.geteuid() + 1)
    (answered,) = converse(lab, tmp_path / "c", b'{"do": "fault add", "kind": "rmc"}\n')
    assert "another user" in answered["error"]
    assert lab.mobility.faults.list() == ()


def test_a_crowd_is_refused_and_makes_room_again(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "c"

    async def talk() -> list[bytes]:
        crowd = [await asyncio.open_unix_connection(path) for _ in range(control.PEER_LIMIT)]
        for reader, writer in crowd:
            writer.write(b'{"do": "fault list"}\n')
            assert await reader.readline() == b'{"end":true}\n'
        reader, writer = await asyncio.open_unix_connection(path)
        refused = await reader.readline()
        assert await reader.read() == b""
        writer.close()
        for reader_, writer_ in crowd:
            writer_.write_eof()
            assert await reader_.read() == b""
            writer_.close()
        served = b""
        while b"end" not in served:  # until the server has seen that they are gone
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(b'{"do": "fault list"}\n')
            served = await reader.readline()
            writer.close()
        return [refused, served]

    refused, served = controlled(lab, path, talk)
    assert b"too many" in refused
    assert served == b'{"end":true}\n'


def test_names_of_every_inventory_can_be_sent(lab: Lab, tmp_path: Path) -> None:
    class Name(str):
        pass

    lab.migrate("TRAIN")
    lab.mobility.history[0].migration.console = Name("hmc1")
    ((told_,),) = ask(lab, tmp_path / "c", ReportRequest())
    assert told_["console"] == "hmc1"


def test_a_silent_peer_is_let_go(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "PATIENCE", 0.05)

    async def talk() -> bytes:
        reader, writer = await asyncio.open_unix_connection(tmp_path / "c")
        left = await reader.read()
        writer.close()
        return left

    assert controlled(lab, tmp_path / "c", talk) == b""


def test_the_end_does_not_wait_for_peers(lab: Lab, tmp_path: Path) -> None:
    async def main() -> bytes:
        opened = await Control.open(lab.mobility, tmp_path / "c")
        reader, writer = await asyncio.open_unix_connection(tmp_path / "c")
        writer.write(b'{"do": "fault list"}\n{"do"')
        await reader.readline()
        await opened.close()
        left = await reader.read()
        writer.close()
        return left

    assert asyncio.run(asyncio.wait_for(main(), 10)) == b""
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("turns", range(6))
def test_who_comes_just_before_the_end_is_not_left_waiting(
    lab: Lab, tmp_path: Path, turns: int
) -> None:
    async def main() -> bytes:
        opened = await Control.open(lab.mobility, tmp_path / "c")
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(tmp_path / "c"))
            peer.settimeout(PATIENCE)
            for _ in range(turns):
                await asyncio.sleep(0)
            await opened.close()
            return await asyncio.to_thread(peer.recv, 100)

    assert asyncio.run(main()) == b""


# -- the file ------------------------------------------------------------------------------------


def test_only_its_user_may_open_it(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "c"

    async def talk() -> tuple[int, int]:
        return path.stat().st_mode, path.parent.stat().st_mode

    modes = controlled(lab, path, talk)
    assert [stat.S_IMODE(mode) for mode in modes] == [0o600, 0o700]
    assert not path.exists()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the way to it is through /proc")
def test_a_folder_may_have_a_longer_path_than_an_address(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / ("d" * 120) / "c"
    assert ask(lab, path, FaultList()) == [[]]
    assert not path.exists()


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="too long"):
        SocketFile(tmp_path / ("c" * 100))


def test_the_file_of_a_dead_server_is_replaced(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "c"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert not answers(path)
    assert ask(lab, path, FaultList()) == [[]]


def test_a_live_server_keeps_its_place(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "c"

    async def talk() -> list[Any]:
        with pytest.raises(ControlError, match="another server answers there"):
            await Control.open(lab.mobility, path)
        return await asyncio.to_thread(lambda: list(remote.ask(path, FaultAdd("rmc"))))

    assert controlled(lab, path, talk)[0]["kind"] == "rmc"


def test_the_end_leaves_the_file_of_another(tmp_path: Path) -> None:
    first = SocketFile(tmp_path / "c")
    (tmp_path / "c").unlink()
    second = SocketFile(tmp_path / "c")
    first.remove()
    assert answers(tmp_path / "c")
    second.remove()
    assert not (tmp_path / "c").exists()


def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("precious")
    with pytest.raises(ControlError, match="no socket"):
        SocketFile(tmp_path / "c")
    with pytest.raises(ControlError, match="control socket"):
        SocketFile(tmp_path / "c" / "d")
    assert (tmp_path / "c").read_text() == "precious"


def test_of_servers_that_begin_at_once_one_has_the_place(tmp_path: Path) -> None:
    path = tmp_path / "c"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    made: list[SocketFile] = []
    refused: list[ControlError] = []
    together = threading.Barrier(8)

    def begin() -> None:
        together.wait()
        try:
            made.append(SocketFile(path))
        except ControlError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 7), refused
    made[0].remove()


# -- a server and the program --------------------------------------------------------------------


@pytest.fixture
def told(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs the program for the server's user; gives what it printed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(served.folder / "state"))

    def run(*words: str) -> str:
        capsys.readouterr()
        status, output = main(words), capsys.readouterr()
        assert (status, output.err) == (0, "")
        return output.out

    return run


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path, "redbook", pace="30") as console:
        yield console


def until(what: Callable[[], Any]) -> Any:
    """Ask again until the answer is true; gives it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
    return found


def test_a_fault_strikes_a_migration_that_is_reported_on(
    served: Served, told: Callable[..., str], tmp_path: Path
) -> None:
    socket_ = served.folder / "state" / "hmcsh" / f"control-{served.port}.sock"
    where = ["--partition", "TRAIN", "--phase", "copy", "--at", "60"]
    told("fault", "add", "source-mover", *where)
    move = f"migrlpar -o m -m {L10} -t {L9} -p TRAIN"
    client = subprocess.Popen(
        [*served.ssh_command(), move],
        env=served.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )

    def newest(phase: str | None = None) -> dict[str, Any] | None:
        found = list(remote.ask(socket_, ReportRequest("TRAIN")))
        return found[-1] if found and phase in (None, found[-1]["phase"]) else None

    flying = until(lambda: newest("copy"))
    assert flying["end_ns"] is None
    assert flying["percent"] < 90
    assert "copy" in told("report", "TRAIN")
    assert client.wait(PATIENCE) == 1
    client.communicate()

    (failed,) = json.loads(told("report", "--json", "--control", str(socket_)))
    assert failed["failure"]
    assert flying["percent"] <= failed["percent"] <= 54, "as far as it had come"
    sent = failed["transfer"]["rounds"][0]["pages"] / failed["transfer"]["total_pages"]
    assert 0.3 < sent <= 0.6, "it struck at 60 %"
    (line,) = told("fault", "list").splitlines()[2:]
    assert line.split() == ["1", "source-mover", "TRAIN", "copy", "60", "%", "active"]

    told("fault", "clear")
    assert len(told("fault", "list").splitlines()) == 2
    if failed["state"] != "Rolled Back":
        assert served.ssh(f"migrlpar -o r -m {L10} -p TRAIN").returncode == 0
    assert served.ssh(move).returncode == 0
    overview = told("report").splitlines()[2:]
    assert [line.split()[5] for line in overview] == ["Rolled", "Completed"]
    picture = tmp_path / "train.svg"
    assert told("report", "TRAIN", "--svg", str(picture)) == ""
    assert "TRAIN" in (ElementTree.parse(picture).getroot()[0].text or "")
    systems = told("status", "--control", str(socket_)).split("\n\n")
    assert L9 in next(line for line in systems[0].splitlines() if line.startswith("TRAIN"))


def test_a_killed_server_leaves_a_file_that_asks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    words = [sys.executable, "-m", "hmcsh", "serve", "--listen", "127.0.0.1:0"]
    words += ["--control", str(path)]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    for ending in (signal.SIGKILL, signal.SIGTERM):
        process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
        until(lambda: path.exists() and answers(path))
        process.send_signal(ending)
        status = process.wait(PATIENCE)
        assert status == (-signal.SIGKILL if ending is signal.SIGKILL else 0)
        assert path.exists() == (ending is signal.SIGKILL)


def test_a_console_does_without_a_socket_that_nobody_asked_for(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "hmcsh" / "control-1.sock").mkdir(parents=True)
    plan = serving.Plan(
        inventory="redbook",
        address="127.0.0.1",
        port=0,
        pace="instant",
        seed=None,
        level=None,
        ready_file=None,
        control=None,
        insecure=False,
        verbose=False,
    )
    at_port_1 = SimpleNamespace(port=1)
    consoles: Any = SimpleNamespace(
        servers=[at_port_1], mobility=lab.mobility, keeper=None, replace=None, doors=()
    )
    assert asyncio.run(serving._open_control(plan, consoles)) is None
    assert "control-1.sock" in caplog.text
    asked = dataclasses.replace(plan, control=tmp_path / "hmcsh" / "control-1.sock")
    with pytest.raises(ControlError, match="no socket"):
        asyncio.run(serving._open_control(asked, consoles))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["report"], 1, "no console is served"),
        (["fault", "list", "--control", "/nowhere/c"], 1, "/nowhere/c: no console is served"),
        (["status", "--control", "/nowhere/c"], 1, "/nowhere/c: no console is served"),
        (["fault", "add", "flood"], 2, "KIND"),
        (["fault", "add", "link", "--phase", "tea"], 2, "--phase"),
        (["fault", "add", "link", "--at", "101"], 2, "--at"),
        (["fault", "add", "link", "--at", "-1"], 2, "--at"),
        (["fault", "add", "link", "--heal-after", "0"], 2, "--heal-after"),
        (["fault", "add", "link", "--heal-after", "inf"], 2, "--heal-after"),
        (["fault", "clear", "all"], 2, "NUMBER"),
        (["fault", "clear", "0"], 2, "NUMBER"),
        (["fault"], 2, "ACTION"),
        (["report", "--json", "--svg", "x"], 2, "--svg"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_said_in_one_line(
    words: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    try:
        ended = main(words)
    except SystemExit as exit_:
        ended = exit_.code
    output = capsys.readouterr()
    assert ended == status
    assert output.out == ""
    assert said in output.err.splitlines()[-1]
    assert status == 2 or len(output.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        (Fault("rmc"), "any any at once"),
        (Fault("rmc", partition="P", phase="pull", event=3), "P pull event 3"),
        (Fault("rmc", time=1_500_000_000, percent=7), "any any 7 %, 1.500 s"),
        (Fault("rmc", percent=0, heal_after=2 * 10**9), "any any 0 % 2.000"),
    ],
    ids=["none", "event", "time and share", "heals"],
)
def test_a_fault_is_listed_with_its_conditions(lab: Lab, fault: Fault, shown: str) -> None:
    lab.mobility.faults.add(fault)
    items = [json.loads(control._encoder.encode(one)) for one in lab.mobility.faults.list()]
    assert remote._table(items).splitlines()[2].split() == ["1", "rmc", *shown.split(), "pending"]


def test_several_servers_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = tmp_path / "hmcsh"
    first = SocketFile(folder / "control-1.sock")
    assert remote.locate(None) == first.path
    second = SocketFile(folder / "control-2.sock")
    with pytest.raises(ControlError, match=r"control-1.sock, .*control-2.sock"):
        remote.locate(None)
    assert remote.locate(second.path) == second.path
    first.remove()
    assert remote.locate(None) == second.path
    second.remove()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "ended before"),
        (b'{"item": {}}\n', "ended before"),
        (b"SSH-2.0-x\n", "not one of a console"),
        (b"[]\n", "not one of a console"),
        (b"{}\n", "not one of a console"),
    ],
)
def test_what_does_not_answer_like_a_console(tmp_path: Path, answer: bytes, said: str) -> None:
    file = SocketFile(tmp_path / "c")
    file.listener.setblocking(True)

    def speak() -> None:
        peer, _ = file.listener.accept()
        with peer:
            peer.recv(1 << 16)
            peer.sendall(answer)

    speaker = threading.Thread(target=speak)
    speaker.start()
    with pytest.raises(ControlError, match=said):
        list(remote.ask(tmp_path / "c", FaultList()))
    speaker.join()
    file.remove()
