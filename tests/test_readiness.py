"""What systemd is told."""

import os
import pwd
import socket
from pathlib import Path

import pytest
from support.served import PATIENCE

from hmcsh import readiness, serving


def test_the_socket_may_have_an_abstract_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"hmcsh-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(PATIENCE)
        listener.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        readiness.notify(readiness.READY)
        assert listener.recv(100) == b"READY=1"


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
    made: list[object] = []
    monkeypatch.setattr(readiness.socket, "socket", lambda *given: made.append(given))
    readiness.notify(readiness.READY)
    assert not made


def test_what_cannot_be_told_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    readiness.notify(readiness.READY)
    (record,) = caplog.records
    assert "systemd cannot be told READY=1" in record.getMessage()
