"""Sessions without a terminal: commands, scripts, streams, limits, ends."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.constants import MSG_CHANNEL_REQUEST
from asyncssh.packet import Boolean, String

from hmcsh.ssh.hostkey import HostKeyError
from hmcsh.ssh.server import serve
from hmcsh.ssh.service import Settings

Start = Callable[..., Any]


def talk(served: Any, work: Callable[[asyncssh.SSHClientConnection], Any], **options: Any) -> Any:
    async def session() -> Any:
        async with served.connect(**options) as connection:
            return await work(connection)

    return asyncio.run(session())


def run(served: Any, command: str | None, stdin: str = "", **options: Any) -> Any:
    """Run a command, or a shell for None; its input ends behind `stdin`."""

    async def work(connection: asyncssh.SSHClientConnection) -> Any:
        process = await connection.create_process(command, **options)
        with contextlib.suppress(BrokenPipeError):  # a command need not read
            process.stdin.write(stdin)
            process.stdin.write_eof()
        return await process.wait()

    return talk(served, work)


@pytest.mark.parametrize(
    ("command", "stdin", "stdout", "stderr", "status"),
    [
        pytest.param("echo hello", "", "hello\n", "", 0, id="output"),
        pytest.param("false", "", "", "", 1, id="status"),
        pytest.param("exit 7", "", "", "", 7, id="exit"),
        pytest.param("exit 300", "", "", "", 44, id="status has eight bits"),
        pytest.param("both", "", "out 0\nout 1\nout 2\n", "err 0\nerr 1\nerr 2\n", 3, id="streams"),
        pytest.param("cat", "a\nb", "a\nb", "", 0, id="standard input"),
        pytest.param("read x; echo got $x; cat", "a\nb\n", "got a\nb\n", "", 0, id="shared input"),
        pytest.param("echo \u00e4\u5b57", "", "\u00e4\u5b57\n", "", 0, id="utf-8"),
        pytest.param(" ", "", "", "", 0, id="empty command"),
        pytest.param("  echo  a   b  ", "", "a b\n", "", 0, id="blanks"),
        pytest.param("echo a\necho b", "", "a\nb\n", "", 0, id="two lines"),
        pytest.param(None, "echo a\necho b\n", "a\nb\n", "", 0, id="script"),
        pytest.param(None, "echo a\nexit 5\necho b\n", "a\n", "", 5, id="script that exits"),
        pytest.param(None, "echo a\necho b", "a\nb\n", "", 0, id="script without a last newline"),
        pytest.param(None, "", "", "", 0, id="nothing"),
    ],
)
def test_streams_and_status(
    served: Any, command: str | None, stdin: str, stdout: str, stderr: str, status: int
) -> None:
    result = run(served, command, stdin)
    assert (result.stdout, result.stderr, result.exit_status) == (stdout, stderr, status)


def test_an_unknown_command_is_127(served: Any) -> None:
    result = run(served, "nosuch")
    assert result.exit_status == 127
    assert result.stdout == ""
    assert "nosuch: command not found" in result.stderr


def test_bytes_that_are_not_utf_8_pass(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> bytes:
        result = await connection.run("cat", input=b"a\xff\xfe\xe4z", encoding=None)
        return bytes(result.stdout or b"")

    assert talk(served, work) == b"a\xff\xfe\xe4z"


def test_a_script_runs_while_it_arrives(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        process = await connection.create_process()
        process.stdin.write("echo one\n")
        assert await process.stdout.readline() == "one\n"
        process.stdin.write("echo two\n")
        assert await process.stdout.readline() == "two\n"
        process.stdin.write("exit 4\n")
        assert (await process.wait()).exit_status == 4

    talk(served, work)


def test_several_sessions_share_a_connection(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> list[str]:
        results = await asyncio.gather(*[connection.run(f"echo {n}") for n in range(10)])
        return [str(result.stdout) for result in results]

    assert talk(served, work) == [f"{n}\n" for n in range(10)]


def test_a_line_of_64_kib_and_more(served: Any) -> None:
    word = "x" * 100_000
    assert run(served, f"echo {word}").stdout == word + "\n"
    assert run(served, None, f"echo {word}\n").stdout == word + "\n"


def test_ten_megabytes_arrive(served: Any) -> None:
    result = run(served, "bulk 10000")
    assert len(result.stdout) == 10_000_000
    assert result.stdout.endswith("9999\n")


def test_much_input_is_held_back_until_it_is_read(served: Any) -> None:
    text = "".join(f"{n:099d}\n" for n in range(40_000))
    assert run(served, "sleep 0.2; cat", text).stdout == text


def test_input_has_a_limit(start: Start) -> None:
    served = start(max_input=300_000)
    result = run(served, "cat", "x" * 3_000_000)
    assert result.exit_status != 0
    assert "limit exceeded: 300000 bytes of input held\n" in result.stderr
    assert result.stdout == ""
    assert run(served, "cat", "x\n" * 100_000).stdout == "x\n" * 100_000


def test_a_client_that_does_not_read_holds_only_itself(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        served.console.events.clear()
        lazy = await connection.create_process("bulk 20000", window=65536)
        lazy.channel.pause_reading()
        for _ in range(5):
            async with asyncio.timeout(5):
                assert (await connection.run("echo ok")).stdout == "ok\n"
        assert "bulk done" not in served.console.events
        lazy.channel.resume_reading()
        assert len(await lazy.stdout.read()) == 20_000_000

    talk(served, work)


def test_a_socket_that_is_not_read_holds_its_session(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        served.console.events.clear()
        lazy = await connection.create_process("bulk 60000", window=200_000_000)
        connection._transport.pause_reading()  # type: ignore[union-attr]
        async with served.connect() as other:
            for _ in range(5):
                assert (await other.run("echo ok")).stdout == "ok\n"
                await asyncio.sleep(0.02)
        assert "bulk done" not in served.console.events
        connection._transport.resume_reading()  # type: ignore[union-attr]
        assert len(await lazy.stdout.read()) == 60_000_000

    talk(served, work)


@pytest.mark.parametrize("how", ["channel", "connection", "socket"])
def test_a_clients_death_cancels_its_command(served: Any, how: str) -> None:
    name = f"death-{how}"

    async def work() -> None:
        before = served.console.closed
        async with served.connect() as connection:
            process = await connection.create_process(f"nap 60 {name}; echo never")
            await served.happens(f"{name} started")
            if how == "channel":
                process.close()
            elif how == "connection":
                connection.close()
            else:
                connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            await served.happens(f"{name} cancelled")
        while served.console.closed == before:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(work(), 15))


class Burst(asyncssh.SSHClientSession[bytes]):
    """A session that asks for a command and kills it, in one packet of the network."""

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        sock = chan.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        chan.send_packet(MSG_CHANNEL_REQUEST, String("exec"), Boolean(False), String("nap 60 b"))
        chan.send_packet(MSG_CHANNEL_REQUEST, String("signal"), Boolean(False), String("KILL"))
        chan.close()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


@pytest.mark.skipif(not hasattr(socket, "TCP_CORK"), reason="no way to send packets together")
def test_sessions_that_end_before_they_begin_leave_nothing(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        for _ in range(20):
            with contextlib.suppress(asyncssh.Error):
                await connection.create_session(Burst, "true", encoding=None)
        assert (await connection.run("echo ok")).stdout == "ok\n"

    talk(served, work)


def test_the_end_of_input_does_not_cancel(served: Any) -> None:
    result = run(served, "nap 0.1 eof; echo after")
    assert (result.stdout, result.exit_status) == ("after\n", 0)


@pytest.mark.parametrize("signal", ["INT", "TERM", "HUP", "KILL"])
def test_a_signal_ends_a_command_and_is_reported(served: Any, signal: str) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> Any:
        process = await connection.create_process(f"nap 60 {signal}")
        await served.happens(f"{signal} started")
        process.send_signal(signal)
        return await process.wait()

    result = talk(served, work)
    assert result.exit_signal is not None
    assert result.exit_signal[0] == signal
    assert f"{signal} cancelled" in served.console.events


def test_a_bug_is_logged_and_not_shown(served: Any, caplog: pytest.LogCaptureFixture) -> None:
    result = run(served, "crash")
    assert result.exit_status != 0
    assert "Traceback" not in result.stdout + result.stderr
    assert "a bug of ours" not in result.stdout + result.stderr
    assert any(
        record.levelno >= logging.ERROR and "crash" in record.getMessage()
        for record in caplog.records
    )
    assert run(served, "echo alive").stdout == "alive\n"


def test_only_the_language_is_taken_from_the_client(served: Any) -> None:
    given = {
        "LANG": "en_US.UTF-8",
        "LC_ALL": "C",
        "PATH": "/evil",
        "IFS": "x",
        "BASH_ENV": "/evil",
        "LCD": "1",
        "LC_TIME": "a\nb",
    }
    run(served, "true", env=given)
    assert served.console.opened[-1]["env"] == {"LANG": "en_US.UTF-8", "LC_ALL": "C"}
    assert served.console.opened[-1]["tty"] is None


def test_subsystems_are_refused(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.start_sftp_client()
        assert (await connection.run("echo ok")).stdout == "ok\n"

    talk(served, work)


def test_forwarding_is_refused(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        with pytest.raises(asyncssh.ChannelOpenError) as caught:
            await connection.open_connection("127.0.0.1", 1)
        assert caught.value.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection("/tmp/x")
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 1)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_path("/tmp/x", "/tmp/y")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_tun()
        assert (await connection.run("echo ok")).stdout == "ok\n"

    talk(served, work)


def test_an_orderly_end_cancels_and_closes(start: Start) -> None:
    served = start()

    async def work() -> None:
        async with served.connect() as connection:
            process = await connection.create_process("nap 60 end")
            await served.happens("end started")
            await asyncio.get_running_loop().run_in_executor(None, served.close)
            assert (await process.wait()).exit_status == 124
        assert "end cancelled" in served.console.events
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", served.port)

    asyncio.run(work())
    assert served.console.closed == 1


def test_a_port_in_use_and_a_bad_key_are_errors_of_the_system(served: Any, tmp_path: Path) -> None:
    async def again(key: Path) -> None:
        await serve(
            served.console, "127.0.0.1", served.port, host_key_path=key, settings=Settings()
        )

    with pytest.raises(OSError, match="address already in use"):
        asyncio.run(again(tmp_path / "key"))
    (tmp_path / "bad").write_text("x")
    (tmp_path / "bad").chmod(0o600)
    with pytest.raises(HostKeyError, match="not a usable private key"):
        asyncio.run(again(tmp_path / "bad"))


def test_garbage_instead_of_ssh_does_no_harm(served: Any) -> None:
    for garbage in (b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-x\r\n" + b"\xff" * 100, b"\0" * 70_000):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
            client.sendall(garbage)
            client.shutdown(socket.SHUT_WR)
            try:
                while client.recv(65536):
                    pass
            except ConnectionResetError:
                continue
    assert run(served, "echo ok").stdout == "ok\n"


# Recorded: the end of a channel and its close, under the keys of another connection. A client of
# libssh2 wrote them to a socket whose number it had closed, and that was another's by then.
STRAY = bytes.fromhex(
    "000000109885dcd69f3460bee74123482478d51b0dd236e33c1937d8e7ce42b9a1105a21"
    "000000108a3ed398ab004d4fcff52ba5bb31090716f7da757aae9d7fd1bd8b92c6d915e2"
)


@pytest.mark.parametrize("before", [b"", b"SSH-2.0-libssh2_1.11.1\r\n"], ids=["version", "keys"])
def test_packets_of_another_connection_end_this_one_before(served: Any, before: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
        client.sendall(before + STRAY + b"SSH-2.0-libssh2_1.11.1\r\n")
        with contextlib.suppress(ConnectionResetError):
            while client.recv(65536):  # until the server ends: a client must not wait
                pass
    assert run(served, "echo ok").stdout == "ok\n"


def test_packets_of_another_connection_end_this_one_after_log_in(served: Any) -> None:
    async def work(connection: asyncssh.SSHClientConnection) -> None:
        connection._send(STRAY)
        async with asyncio.timeout(10):
            await connection.wait_closed()

    talk(served, work)
    assert run(served, "echo ok").stdout == "ok\n"
