"""Programs in bench/ that could disturb what they measure."""

import importlib.util
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

BENCH = Path(__file__).parent.parent / "bench"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Freed:
    """What writes to a socket when it is freed, as channels and sessions of libssh2 do."""

    numbers: ClassVar[list[int]] = []

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer

    def __del__(self) -> None:
        self.numbers.append(self.peer.fileno())


class Session(Freed):
    """As much of libssh2's as a light client uses."""

    def __init__(self) -> None:
        pass

    def handshake(self, peer: socket.socket) -> None:
        super().__init__(peer)

    def open_session(self) -> "Channel":
        return Channel(self.peer)

    def _quiet(self, *_: object, **__: object) -> None:
        pass

    set_timeout = userauth_publickey_fromfile = disconnect = _quiet


class Channel(Freed):
    """A channel on which `echo hello` was answered."""

    def execute(self, command: str) -> None:
        assert command == "echo hello"

    def read(self) -> tuple[int, bytes]:
        return 6, b"hello\n"


@pytest.fixture
def port() -> Iterator[int]:
    """Where connections are accepted, and nothing is said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


def test_a_socket_outlives_what_writes_to_it_when_it_is_freed(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it writes to the connection to which the number of the socket was given meanwhile."""
    light: Any = ModuleType("ssh2.session")
    light.Session = Session
    monkeypatch.setitem(sys.modules, "ssh2", ModuleType("ssh2"))
    monkeypatch.setitem(sys.modules, "ssh2.session", light)
    monkeypatch.setitem(sys.modules, "server", _load("server"))
    monkeypatch.setattr(Freed, "numbers", [])
    _load("workers").light_clients(tmp_path, port, 8)
    assert len(Freed.numbers) == 2 * (1 + 8)
    assert -1 not in Freed.numbers
