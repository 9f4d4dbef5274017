"""The server is stopped: what runs ends within a limit, the rest at once, each with a message."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

import asyncssh
import pytest

from hmcsh.ssh.service import Settings

Start = Callable[..., Any]
SAID = Settings().message("stop_time")

# What a client asks for and sends (None: its input stays open), what shows that it has begun;
# how it ends with enough time, and without.
CUT = ("", f"hmcsh: {SAID}\n", 124)
CASES = {
    "a command": ("nap 0.2 a; echo b", None, "a started", ("b\n", "", 0), CUT),
    "a script": (None, "nap 0.2 a; echo b\n", "a started", ("b\n", CUT[1], 124), CUT),
    "a script that is read to its end": (
        None, "nap 0.2 a; echo b\n\x04", "a started", ("b\n", "", 0), CUT,
    ),
    "a script of which lines are left": (
        None, "nap 0.2 a\necho b\n\x04", "a started", CUT, CUT,
    ),
    "a script with half a command": (None, "nap 0 a\nif true\n", "a done", CUT, CUT),
    "a script that waits": (None, "nap 0 a\n", "a done", CUT, CUT),
    "a command that never ends": ("nap 0 a; while true; do :; done", None, "a done", CUT, CUT),
    "a command that never reads": ("nap 0 a; cat", None, "a done", CUT, CUT),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("enough", [True, False], ids=["enough time", "no time"])
def test_what_runs_ends(start: Start, kind: str, enough: bool) -> None:
    command, sent, begun, ends, cut = CASES[kind]
    server = start(stop_time=0.5 if enough else 0.0)

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process(command)
            if sent is not None:
                process.stdin.write(sent.removesuffix("\x04"))
                if sent.endswith("\x04"):
                    process.stdin.write_eof()
            await server.happens(begun)
            closing = asyncio.create_task(asyncio.to_thread(server.close))
            done = await asyncio.wait_for(process.wait(), 15)
            assert (done.stdout, done.stderr, done.exit_status) == (ends if enough else cut)
            await closing

    asyncio.run(work())


def test_a_prompt_ends_at_once_and_its_command_in_time(start: Start) -> None:
    server = start(stop_time=10.0)

    async def work() -> None:
        async with server.connect() as one, server.connect() as other:
            idle = await one.create_process(term_type="vt100")
            await idle.stdout.readuntil("> ")
            busy = await other.create_process(term_type="vt100")
            busy.stdin.write("nap 0.4 a; echo ok\recho never\r")
            await server.happens("a started")
            closing = asyncio.create_task(asyncio.to_thread(server.close))
            first = await asyncio.wait_for(idle.wait(), 15)
            assert "a done" not in server.console.events
            assert (first.stdout, first.exit_status) == (f"\r\nhmcsh: {SAID}\r\n", 124)
            second = await asyncio.wait_for(busy.wait(), 15)
            assert second.stdout.endswith(f"\r\nok\r\n\r\nhmcsh: {SAID}\r\n")
            assert second.exit_status == 124
            await closing

    asyncio.run(work())


def test_nothing_new_begins_while_commands_end(start: Start) -> None:
    server = start(stop_time=10.0)

    async def work() -> None:
        async with server.connect() as busy, server.connect() as idle:
            process = await busy.create_process("nap 0.5 a")
            await server.happens("a started")
            with socket.create_connection(("127.0.0.1", server.port)) as stranger:
                stranger.settimeout(15)
                closing = asyncio.create_task(asyncio.to_thread(server.close))
                said = await asyncio.to_thread(_all_of, stranger)
            assert SAID.encode() in said
            await asyncio.wait_for(idle.wait_closed(), 15)
            with pytest.raises(asyncssh.ChannelOpenError, match=SAID):
                await busy.create_process("echo b")
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.1", server.port))
            assert "a done" not in server.console.events
            done = await process.wait()
            assert done.exit_status == 0
            await asyncio.wait_for(busy.wait_closed(), 15)  # this client would have stayed
            await closing

    asyncio.run(work())


def _all_of(peer: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionError):
        while part := peer.recv(4096):
            got += part
    return got


def test_who_is_in_a_hurry_does_not_wait(start: Start) -> None:
    server = start(stop_time=100.0)
    hurry = asyncio.Event()

    async def work() -> None:
        async with server.connect() as connection:
            process = await connection.create_process("nap 60 a")
            await server.happens("a started")
            closing = asyncio.create_task(asyncio.to_thread(server.close, hurry))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.wait_closed(), 0.1)
            server.call(hurry.set)
            done = await asyncio.wait_for(process.wait(), 15)
            assert (done.stderr, done.exit_status) == CUT[1:]
            await closing
        assert "a cancelled" in server.console.events

    asyncio.run(work())
