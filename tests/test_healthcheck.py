"""`hmcsh status --check`: 0 and one line, or 1 and what is wrong."""

import asyncio
import contextlib
import json
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import load_lab
from support.served import PATIENCE, serve

from hmcsh import healthcheck
from hmcsh.cli import main
from hmcsh.console import ConsoleService
from hmcsh.control import Control
from hmcsh.health import Door


def check(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the check; it prints one line."""
    status = main(["status", "--check", *words])
    printed = capsys.readouterr()
    assert printed.err == ""
    (line,) = printed.out.splitlines()
    return status, line


@pytest.mark.clients
def test_a_served_console_in_health_and_out_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # How busy this machine is does not matter here.
    monkeypatch.setattr(healthcheck, "LONGEST_ANSWER", PATIENCE)
    control, state = tmp_path / "control", tmp_path / "console.state"
    at = ("--control", str(control))
    words = (*at, "--timeout", str(PATIENCE))
    with serve(tmp_path, "basic", state=state, options=at, whole=True) as served:
        pid = served.process.pid
        status, line = check(*words, capsys=capsys)
        assert status == 0
        assert line.startswith(f"ok hmc1 on 127.0.0.1 port {served.port}; sessions 0; ")
        assert f"state in {state}; answer in " in line
        status, line = check(*words, "--json", capsys=capsys)
        data = json.loads(line)
        assert (status, data["ok"], data["problems"]) == (0, True, [])
        assert data["health"]["listening"][0]["port"] == served.port
        assert data["health"]["state_file"] == str(state)

        # As a full disk: nothing is under way that would have to be written.
        limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, limits[1]))
        status, line = check(*words, capsys=capsys)
        assert status == 1
        assert line.startswith(f"failed: state file {state}: ")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        assert check(*words, capsys=capsys)[0] == 0

        served.process.send_signal(signal.SIGSTOP)
        try:
            status, line = check(*at, "--timeout", "0.3", capsys=capsys)
        finally:
            served.process.send_signal(signal.SIGCONT)
        assert (status, line) == (
            1,
            f"failed: control socket {control}: the server does not answer",
        )
        assert check(*words, capsys=capsys)[0] == 0
    status, line = check(*words, capsys=capsys)
    assert (status, line) == (1, f"failed: control socket {control}: no console is served there")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nowhere"))
    status, line = check("--json", capsys=capsys)
    data = json.loads(line)
    assert (status, data["ok"], data["health"]) == (1, False, None)
    assert "no console is served" in data["problems"][0]


@contextlib.contextmanager
def listening(path: Path, address: str, port: int, late: float = 0.0) -> Iterator[None]:
    """A control socket of a server that says it listens there; its loop may be late."""
    lab = load_lab("basic")
    service = ConsoleService(lab.datacenter, mobility=lab.mobility)
    begun, ended = threading.Event(), threading.Event()

    async def serve_it() -> None:
        doors = [Door(service, address, port)]
        control = await Control.open(lab.mobility, path, doors=doors)
        begun.set()
        while not ended.is_set():
            await asyncio.sleep(0.001)
            ended.wait(late)  # holds the loop
        await control.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve_it()))
    thread.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextlib.contextmanager
def greeting(sent: bytes, *, closes: bool) -> Iterator[int]:
    """A port where something else than a console greets."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError), server.accept()[0] as client:
                client.sendall(sent)
                if not closes:
                    client.recv(1)

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("sent", "closes", "told", "timeout"),
    [
        (b"HTTP/1.1 400\r\n", True, "the greeting is not that of ssh", PATIENCE),
        (b"SSH-1.5-old\r\n", True, "the greeting is not that of ssh", PATIENCE),
        (b"", True, "the connection ends before a greeting", PATIENCE),
        (b"SSH-2.0-", True, "the connection ends before a greeting", PATIENCE),
        (b"", False, "no greeting in time", 1.0),
    ],
    ids=["other", "old", "nothing", "half", "silence"],
)
def test_the_port_must_greet_as_ssh_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sent: bytes,
    closes: bool,
    told: str,
    timeout: float,
) -> None:
    monkeypatch.setattr(healthcheck, "LONGEST_ANSWER", PATIENCE)
    path = tmp_path / "c"
    with greeting(sent, closes=closes) as port, listening(path, "127.0.0.1", port):
        found = healthcheck.check(path, timeout)
    assert not found.ok
    assert found.problems == (f"hmc1, 127.0.0.1 port {port}: {told}",)


def test_a_port_where_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healthcheck, "LONGEST_ANSWER", PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with listening(tmp_path / "c", "0.0.0.0", port):
        found = healthcheck.check(tmp_path / "c", PATIENCE)
    assert found.line == f"failed: hmc1, 0.0.0.0 port {port}: Connection refused"


def test_a_server_that_is_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healthcheck, "LONGEST_ANSWER", 0.1)
    with (
        greeting(b"SSH-2.0-x\r\n", closes=True) as port,
        listening(tmp_path / "c", "127.0.0.1", port, late=0.15),
    ):
        found = healthcheck.check(tmp_path / "c", PATIENCE)
    assert not found.ok
    assert "the server is late" in found.line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--watch", "--check"], "not allowed with"),
        (["--watch", "--json"], "--json: not with --watch"),
        (["--watch", "-i", "basic"], "-i/--inventory: not with"),
        (["--check", "-i", "basic"], "-i/--inventory: not with"),
        (["--interval", "1"], "--interval: only with --watch"),
        (["--check", "--interval", "1"], "--interval: only with --watch"),
        (["--watch", "--timeout", "1"], "--timeout: only with --check"),
        (["--watch", "--interval", "0"], "'0' is not a number of seconds"),
        (["--check", "--timeout", "nan"], "'nan' is not a number of seconds"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["status", *words])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]
