"""Who gets in, and what happens to those who do not."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.packet import Boolean, String

from hmcsh import logs
from hmcsh.ssh.guard import Guard
from hmcsh.ssh.service import Settings, is_loopback
from hmcsh.state.failures import KeptFailures
from hmcsh.state.file import StateFile

Start = Callable[..., Any]


class Client(asyncssh.SSHClient):
    """A client that answers with a list of passwords and keeps what it was asked."""

    def __init__(self, passwords: list[str]) -> None:
        self.passwords = passwords
        self.prompts: list[tuple[str, bool]] = []
        self.tries = 0

    def _next(self) -> str | None:
        self.tries += 1
        return self.passwords.pop(0) if self.passwords else None

    def password_auth_requested(self) -> str | None:
        return self._next()

    def kbdint_auth_requested(self) -> str:
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: list[tuple[str, bool]]
    ) -> list[str] | None:
        self.prompts += prompts
        answer = self._next()
        return None if answer is None else [answer]


def log_in(server: Any, **options: Any) -> str:
    async def work() -> str:
        async with server.connect(**options) as connection:
            result = await connection.run("whoami")
            return str(result.stdout).strip()

    return asyncio.run(work())


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_the_right_password_opens(served: Any, method: str) -> None:
    client = Client(["abc123"])
    assert (
        log_in(served, password=None, client_factory=lambda: client, preferred_auth=method)
        == "hscroot"
    )
    assert client.tries == 1
    if method == "keyboard-interactive":
        assert client.prompts == [("Password: ", False)]


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param("hscroot", "wrong", id="wrong password"),
        pytest.param("hscroot", "", id="empty password"),
        pytest.param("nobody", "abc123", id="unknown user"),
        pytest.param("hscpe", "abc123", id="password of another"),
        pytest.param("x" * 500, "abc123", id="long name"),
    ],
)
def test_a_wrong_password_does_not_open(start: Start, user: str, password: str) -> None:
    server = start(failure_delay=0.0)
    with pytest.raises((asyncssh.PermissionDenied, asyncssh.IllegalUserName)):
        log_in(server, username=user, password=password)
    assert server.console.opened == []


def test_none_is_refused_and_three_methods_are_offered(served: Any) -> None:
    async def methods() -> list[str]:
        return list(
            await asyncssh.get_server_auth_methods("127.0.0.1", served.port, username="hscroot")
        )

    assert sorted(asyncio.run(methods())) == ["keyboard-interactive", "password", "publickey"]


def test_a_known_key_opens_and_keys_are_read_at_each_log_in(start: Start) -> None:
    server = start(failure_delay=0.0)
    key = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key().decode()
    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_keys=[key])
    server.console.keys["hscroot"] = ["# comment", "", "ssh-ed25519 broken", line]
    assert log_in(server, password=None, client_keys=[key]) == "hscroot"
    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_keys=[key], username="hscpe")
    server.console.keys["hscroot"] = []
    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_keys=[key])


def test_restrictions_of_a_key_hold(start: Start) -> None:
    server = start(failure_delay=0.0)
    key = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key().decode()
    server.console.keys["hscroot"] = [f'command="echo forced",environment="PATH=/x" {line}']
    assert log_in(server, password=None, client_keys=[key]) == "forced"
    assert server.console.opened[-1]["env"] == {}
    server.console.keys["hscroot"] = [f'from="10.1.2.3" {line}']
    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_keys=[key])


def test_a_key_of_a_user_who_may_not_log_in_does_not_open(start: Start) -> None:
    server = start(failure_delay=0.0)
    key = asyncssh.generate_private_key("ssh-ed25519")
    server.console.keys["gone"] = [key.export_public_key().decode()]
    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_keys=[key], username="gone")


def test_a_connection_ends_after_so_many_failures(start: Start) -> None:
    server = start(failure_delay=0.0, max_auth_tries=3)
    client = Client(["wrong"] * 9)
    with pytest.raises(asyncssh.DisconnectError):
        log_in(server, password=None, client_factory=lambda: client)
    assert client.tries == 3


def test_a_log_in_within_the_limit_succeeds(start: Start) -> None:
    server = start(failure_delay=0.0, max_auth_tries=3)
    client = Client(["wrong", "wrong", "abc123"])
    assert log_in(server, password=None, client_factory=lambda: client) == "hscroot"


def test_a_password_cannot_be_changed_at_log_in(start: Start) -> None:
    server = start(failure_delay=0.0)
    changed: list[bool] = []

    class Changer(Client):
        def password_changed(self) -> None:
            changed.append(True)

    with pytest.raises(asyncssh.PermissionDenied):
        log_in(server, password=None, client_factory=lambda: Changer([]))
    assert not changed


def test_guesses_sent_without_waiting_end_the_connection(start: Start) -> None:
    server = start(failure_delay=5.0)
    guesses: list[str] = []
    check = server.console.check_password

    def noted(user: str, word: str) -> Any:
        guesses.append(word)
        return check(user, word)

    server.console.check_password = noted

    class Hasty(Client):
        def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
            self.conn = conn

        def password_auth_requested(self) -> str:
            for number in range(50):
                guess = Boolean(False), String(f"guess {number}")
                self.conn.create_task(self.conn.send_userauth_request(b"password", *guess))
            return "wrong"

    began = time.monotonic()
    with pytest.raises((asyncssh.Error, OSError)):
        log_in(server, password=None, client_factory=lambda: Hasty([]), preferred_auth="password")
    assert time.monotonic() - began < 5.0, "the connection ended before the first answer"
    assert len(guesses) <= 2


def test_a_bug_in_the_service_is_logged_and_ends_one_connection(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    server = start()
    server.console.check_password = None
    with pytest.raises((asyncssh.Error, OSError)):
        log_in(server)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        "connection failed"
    ]
    del server.console.check_password
    assert log_in(server) == "hscroot"


def test_failures_are_answered_ever_later_per_address() -> None:
    now = [0.0]
    guard = Guard(Settings(failure_delay=0.3, failure_delay_limit=1.0), lambda: now[0])
    delays = [guard.failed("u", "a") for _ in range(5)]
    assert delays == pytest.approx([0.3, 0.6, 0.9, 1.0, 1.0])
    assert guard.failed("u", "b") == pytest.approx(0.3)
    guard.succeeded("u", "a")
    assert guard.failed("u", "a") == pytest.approx(0.3)
    now[0] += 601
    assert guard.failed("u", "b") == pytest.approx(0.3), "old failures are forgotten"


def test_the_guard_remembers_a_bounded_number_of_addresses() -> None:
    guard = Guard(Settings(lockout_user=0), lambda: 0.0)
    for number in range(10_000):
        guard.failed("u", str(number))
    assert guard.failed("u", "9999") > guard.failed("u", "0")


@pytest.mark.parametrize(
    ("limit", "others"),
    [
        pytest.param("lockout_user", [("v", "a"), ("v", "b")], id="user"),
        pytest.param("lockout_address", [("u", "b"), ("v", "b")], id="address"),
    ],
)
def test_failures_lock_for_a_time_and_then_begin_anew(
    limit: str, others: list[tuple[str, str]]
) -> None:
    now = [0.0]
    settings = Settings(**{"lockout_user": 0, "lockout_address": 0, limit: 3, "lockout_time": 60.0})
    guard = Guard(settings, lambda: now[0])
    for _ in range(3):
        assert guard.locked("u", "a") is None
        guard.failed("u", "a")
        now[0] += 1
    assert guard.locked("u", "a") == settings.message(limit)
    assert [guard.locked(*other) for other in others] == [None, None]
    now[0] += 58
    guard.failed("u", "a")
    assert guard.locked("u", "a"), "what is tried meanwhile does not open it"
    now[0] += 1
    assert guard.locked("u", "a") is None, "it opens by itself"
    guard.failed("u", "a")
    assert guard.locked("u", "a") is None, "and counts from the start"
    guard.failed("u", "a")
    guard.succeeded("u", "a")
    guard.failed("u", "a")
    assert guard.locked("u", "a") is None, "a log-in is a new start"


@pytest.mark.parametrize("limit", ["lockout_user", "lockout_address"])
def test_a_locked_password_is_not_looked_at_but_a_key_opens(
    start: Start, limit: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = start(failure_delay=0.0, **{limit: 2})
    key = asyncssh.generate_private_key("ssh-ed25519")
    server.console.keys["hscroot"] = [key.export_public_key().decode()]
    for password in ("wrong", "wrong", "abc123", "wrong", "abc123"):
        with pytest.raises(asyncssh.PermissionDenied):
            log_in(server, password=password, kbdint_auth=False)
    assert f"password, {Settings().message(limit)}" in caplog.text
    assert log_in(server, password=None, client_keys=[key]) == "hscroot"
    assert log_in(server) == "hscroot", "the log-in by key has opened it"


def test_a_failure_is_answered_late_and_others_do_not_wait(start: Start) -> None:
    server = start(failure_delay=1.0)

    async def work() -> tuple[float, float]:
        async def wrong() -> float:
            began = time.monotonic()
            with pytest.raises(asyncssh.PermissionDenied):
                async with server.connect(password="wrong", kbdint_auth=False):
                    pass
            return time.monotonic() - began

        attempt = asyncio.create_task(wrong())
        began = time.monotonic()
        async with server.connect():
            pass
        right = time.monotonic() - began
        return await attempt, right

    late, prompt = asyncio.run(work())
    assert late >= 1.0
    assert prompt < late


def test_who_does_not_log_in_in_time_is_put_out(start: Start) -> None:
    server = start(login_timeout=0.3)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle:
        data = b""
        while chunk := idle.recv(4096):
            data += chunk
    assert data.startswith(b"SSH-2.0-OpenSSH_8.0\r\n")


def _greeting(port: int) -> tuple[socket.socket, bytes]:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    return client, client.recv(4)


@pytest.mark.parametrize(
    "limit", ["max_connections", "max_connections_address", "max_unauthenticated"]
)
def test_connections_are_capped_and_places_come_free(start: Start, limit: str) -> None:
    server = start(**{limit: 2})
    clients = [_greeting(server.port) for _ in range(2)]
    assert [data for _, data in clients] == [b"SSH-", b"SSH-"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as third:
        said = b""
        while chunk := third.recv(4096):
            said += chunk
    assert said.decode() == Settings().message(limit) + "\r\n"
    for client, _ in clients:
        client.close()
    assert log_in(server) == "hscroot"


def test_sessions_are_capped_per_connection(start: Start) -> None:
    server = start(max_sessions=2)

    async def work() -> None:
        async with server.connect() as connection:
            first = await connection.create_process("nap 60 a")
            second = await connection.create_process("nap 60 b")
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process("echo c")
            first.close()
            await server.happens("a cancelled")
            assert (await connection.run("echo c")).stdout == "c\n"
            second.close()

    asyncio.run(work())


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.1", False),
        ("example.com", False),
    ],
)
def test_what_only_this_machine_can_reach(address: str, answer: bool) -> None:
    assert is_loopback(address) is answer


def test_the_log_tells_log_ins_refusals_and_commands(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hmcsh")
    server = start(failure_delay=0.0)

    async def work() -> None:
        with pytest.raises(asyncssh.PermissionDenied):
            async with server.connect(password="s3cret", username="it's"):
                pass
        async with server.connect() as connection:
            await connection.run("echo 'a\x1b[2J\nb'; false")
            process = await connection.create_process(term_type="vt100")
            process.stdin.write("echo typed; false\rexit 4\r")
            await process.wait()

    asyncio.run(work())
    server.stop()
    shown = logs.Formatter("%(message)s")
    lines = [shown.format(record) for record in caplog.records]
    refused = 'log-in of "it\'s" from 127.0.0.1 refused: keyboard-interactive, unknown user'
    assert refused in lines
    assert "log-in of 'hscroot' from 127.0.0.1: keyboard-interactive" in lines
    assert "hscroot from 127.0.0.1 (no tty): echo 'a\\x1b[2J\\nb'; false: status 1" in lines
    assert "hscroot from 127.0.0.1 (pts/0): echo typed; false: status 1" in lines
    assert "hscroot from 127.0.0.1 (pts/0): shell: status 4" in lines
    assert "log-out of 'hscroot' from 127.0.0.1" in lines
    assert not any("s3cret" in line or "abc123" in line for line in lines)


def test_a_restart_gives_a_guesser_no_more_tries(tmp_path: Path) -> None:
    """Nor does it make a lock longer, nor lock whoever has logged in."""
    limits = {"lockout_user": 3, "lockout_address": 9, "lockout_time": 60.0}
    settings, now, boots = Settings(**limits), [1e9], [0.0]
    file = StateFile.create(tmp_path / "state", [], {})

    def start() -> Guard:
        """A new process: its clock has begun anew, that of the machine goes on."""
        boots[0] = now[0]
        ledger = KeptFailures(file, "hmc1")
        return Guard(settings, lambda: now[0] - boots[0] + 7, ledger, lambda: now[0])

    for number in range(3):
        guard = start()
        assert guard.locked("u", "a") is None
        guard.failed("u\n\udcff", f"a{number}")
        guard.failed("u", "a")
        guard.failed("known", "b")
        guard.succeeded("known", "b")
        now[0] += 10
    assert start().locked("u", "c") == settings.message("lockout_user")
    assert start().locked("u\n\udcff", "c") == settings.message("lockout_user")
    assert start().locked("known", "b") is None
    now[0] += 49
    assert start().locked("u", "c") is not None
    now[0] += 1
    assert start().locked("u", "c") is None
    now[0] += 601
    start()
    assert file.all_meta("failed ") == [], "what is too old to count is forgotten"
    file.close()
