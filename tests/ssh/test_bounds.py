"""At each limit: one message, one session ends, the server goes on; and the server's own end."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from hmcsh.ssh.server import ALGORITHMS, OLD_ALGORITHMS
from hmcsh.ssh.service import Settings

Start = Callable[..., Any]


def ask(server: Any, *commands: str, **options: Any) -> list[asyncssh.SSHCompletedProcess]:
    """Run commands on one connection, one after the other."""

    async def work() -> list[asyncssh.SSHCompletedProcess]:
        async with server.connect() as connection:
            return [await connection.run(command, **options) for command in commands]

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        pytest.param({"session_time": 0.2}, "nap 60 a", id="session_time"),
        pytest.param({"session_time": 0.2}, "while true; do :; done", id="session_time busy"),
        pytest.param({"session_time": 0.2}, None, id="session_time script"),
        pytest.param({"max_output": 50_000}, "bulk 100000", id="max_output"),
        pytest.param({"max_output": 50_000}, "bulk 100000 >&2", id="max_output error"),
    ],
)
def test_a_session_ends_at_its_limit(
    start: Start, settings: dict[str, float], command: str | None
) -> None:
    server = start(**settings)
    (limit,) = settings

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process(command)
            done = await asyncio.wait_for(process.wait(), 15)
            message = Settings(**settings).message(limit)
            assert (done.stderr[-200:].splitlines()[-1], done.exit_status) == (
                f"hmcsh: {message}",
                124,
            )
            assert len(done.stdout) <= 50_000
            assert (await connection.run("echo on")).stdout == "on\n"

    asyncio.run(work())


def test_who_types_nothing_at_a_prompt_is_logged_out(start: Start) -> None:
    server = start(idle_time=0.3)

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process(term_type="vt100")
            process.stdin.write("echo typed; nap 0.5 a\r")  # work does not count
            done = await asyncio.wait_for(process.wait(), 15)
            assert "\r\ntyped\r\n" in done.stdout
            assert done.stdout.rstrip().endswith(Settings().message("idle_time"))
            assert done.exit_status == 124
        assert "a done" in server.console.events

    asyncio.run(work())


def test_a_connection_on_which_nothing_is_asked_ends(start: Start) -> None:
    server = start(idle_time=0.3)

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process("nap 0.6 a")
            await process.wait()
            assert "a done" in server.console.events
            await asyncio.wait_for(connection.wait_closed(), 15)

    asyncio.run(work())


@pytest.mark.parametrize("limit", ["max_sessions", "max_sessions_all"])
def test_sessions_are_capped(start: Start, limit: str) -> None:
    server = start(**{limit: 2})

    async def work() -> None:
        async with server.connect() as connection, server.connect() as other:
            napping = [await connection.create_process(f"nap 60 {n}") for n in "ab"]
            for number in "ab":
                await server.happens(f"{number} started")
            asked = connection if limit == "max_sessions" else other
            with pytest.raises(asyncssh.ChannelOpenError, match=Settings().message(limit)):
                await asked.create_process("echo c")
            for process in napping:
                process.close()
            await server.happens("b cancelled")
            assert (await asked.run("echo c")).stdout == "c\n"

    asyncio.run(work())


def test_who_is_removed_opens_no_more_sessions(start: Start) -> None:
    server = start()

    async def work() -> None:
        async with server.connect() as connection:
            assert (await connection.run("echo a")).stdout == "a\n"
            del server.console.passwords["hscroot"]
            refused = await connection.run("echo b")
            assert refused.exit_status == 1
            assert refused.stderr == "This account is currently not available.\n"

    asyncio.run(work())


class Stalled(asyncssh.SSHClientSession[bytes]):
    """A client that never takes what it is sent."""

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        chan.pause_reading()


def test_a_server_ends_in_time_whatever_its_clients_do(start: Start) -> None:
    server = start()

    async def work() -> None:
        async with server.connect() as deaf:
            await deaf.create_session(Stalled, "while true; do echo x; done", encoding=None)
            await deaf.create_session(Stalled, "bulk 100000", encoding=None)
            # This one's socket is full as well: nothing is read from it at all.
            raw = await deaf.create_session(Stalled, "bulk 100000", encoding=None, window=1 << 30)
            assert raw
            deaf._transport.pause_reading()
            silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
            silent[1].sendall(b"SSH-2.0-x\r\n")
            silent[2].sendall(b"SSH-2.0-x\r\n" + b"\x00\x00\x00\x0c\x04")
            await asyncio.sleep(0.3)
            began = time.monotonic()
            await asyncio.to_thread(server.close)
            assert time.monotonic() - began < 8
            for one in silent:
                one.close()
            deaf.abort()

    asyncio.run(work())


def test_no_algorithm_uses_sha_1() -> None:
    for group in (ALGORITHMS.kex, ALGORITHMS.ciphers, ALGORITHMS.macs, ALGORITHMS.signatures):
        assert group
        assert not [
            name for name in group if name.endswith(("sha1", "cbc", "dss")) or "md5" in name
        ]
    assert "ssh-rsa" not in ALGORITHMS.signatures


def offers(port: int, **algorithms: Any) -> bool:
    """Whether a client that has no other algorithms logs in."""

    async def work() -> bool:
        try:
            async with asyncssh.connect(
                "127.0.0.1", port, username="hscroot", password="abc123", known_hosts=None,
                client_keys=None, agent_path=None, config=None, **algorithms,
            ):  # fmt: skip
                return True
        except (asyncssh.KeyExchangeFailed, asyncssh.ConnectionLost):
            return False  # whose end is seen first: the client's own, or the server's

    return asyncio.run(work())


OLD: dict[str, dict[str, Any]] = {
    "key exchange": {"kex_algs": ["diffie-hellman-group14-sha1"]},
    "finite field": {"kex_algs": ["diffie-hellman-group14-sha256"]},
    "mac": {"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes128-ctr"]},
    "host key": {"server_host_key_algs": ["ssh-rsa"]},
}


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
def test_old_clients_are_served_only_if_asked_for(start: Start, served: Any) -> None:
    old = start(old_clients=True)
    for name, algorithms in OLD.items():
        assert not offers(served.port, **algorithms), name
        assert offers(old.port, **algorithms), name
    assert offers(old.port)
    assert set(OLD_ALGORITHMS.kex).isdisjoint(ALGORITHMS.kex)


def test_a_signature_with_sha_1_opens_only_if_asked_for(start: Start, tmp_path: Path) -> None:
    if shutil.which("ssh") is None:
        pytest.skip("no OpenSSH client on this machine")
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    key.write_private_key(tmp_path / "id")
    (tmp_path / "id").chmod(0o600)
    for old in (False, True):
        server = start(old_clients=old, failure_delay=0.0)
        server.console.keys["hscroot"] = [key.export_public_key().decode()]
        words = ["ssh", "-F", "none", "-i", str(tmp_path / "id"), "-p", str(server.port)]
        for option in (
            "BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no",
            f"UserKnownHostsFile={tmp_path}/known{old}", "PubkeyAcceptedAlgorithms=ssh-rsa",
        ):  # fmt: skip
            words += ["-o", option]
        done = subprocess.run(
            [*words, "hscroot@127.0.0.1", "echo in"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=20,
        )  # fmt: skip
        assert (done.stdout == "in\n") is old, done.stderr
