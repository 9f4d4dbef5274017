"""What systemd is told."""

import os
import pwd
import socket
from pathlib import Path

import pytest
from support.served import PATIENCE, serve

from hmcsh import readiness, serving


@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_a_server_says_when_it_is_ready_and_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool
) -> None:
    name = f"@hmcsh-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(PATIENCE)
        listener.bind(name.replace("@", "\0"))
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        if abstract:
            readiness.notify(readiness.READY)
            assert listener.recv(100) == b"READY=1"
            return
        with serve(tmp_path, "basic") as served:
            assert listener.recv(100) == b"READY=1"
            with socket.create_connection((served.address, served.port), timeout=PATIENCE) as one:
                assert one.recv(8) == b"SSH-2.0-"
        assert listener.recv(100) == b"STOPPING=1"


def test_a_user_whom_the_system_does_not_know_has_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)

    def unknown(_: int) -> None:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(RuntimeError):
        Path.home()
    serving._have_a_home()
    assert Path.home() == Path("/")


def test_nobody_is_told_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    readiness.notify(readiness.READY)


def test_what_cannot_be_told_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    readiness.notify(readiness.READY)
    (record,) = caplog.records
    assert "systemd cannot be told READY=1" in record.getMessage()
