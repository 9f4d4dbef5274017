"""Virtual terminals over the real wire: OpenSSH with and without a terminal, and one's own."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import asyncssh
import pexpect
import pytest
from support.lab import L9, L10
from support.served import PASSWORD, PATIENCE, Served, require, serve

pytestmark = pytest.mark.clients

OPENING = b"\r\n Open in progress  \r\n "
OPENED = b"\r\n Open Completed. \r\n  "
HELD = (
    b"\r\n A terminal session is already open for this partition. \r\n Only one open session is "
    b"allowed for a partition. \r\n Exiting.... "
)
CLOSED = (
    b"\r\n Connection has closed \r\n\r\n\r\n This session is no longer connected. Please close "
    b"this window.\n\n\n "
)
ENDED = b" The write socket has closed. Exiting.\n"
PROMPT = "hscroot@hmc1:~> "


@pytest.fixture(scope="module")
def redbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One console for all tests: each closes what it has opened, or has a partition of its own."""
    with serve(tmp_path_factory.mktemp("vterm"), "redbook") as served:
        yield served


@pytest.fixture
def terminal(redbook: Served) -> Iterator[Callable[..., pexpect.spawn]]:
    """Opens sessions of OpenSSH's client on terminals of their own."""
    with ExitStack() as stack:

        def open_one(*words: str) -> pexpect.spawn:
            command = redbook.ssh_command("-tt")
            child = pexpect.spawn(
                command[0], [*command[1:], *words], env=redbook.environment(), timeout=20
            )
            stack.callback(child.close, force=True)
            return child

        yield open_one


@pytest.fixture
def pipe(redbook: Served) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Runs commands by OpenSSH's client on pipes."""
    with ExitStack() as stack:

        def run(command: str) -> "subprocess.Popen[bytes]":
            process = stack.enter_context(
                subprocess.Popen(
                    [*redbook.ssh_command("-T"), command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=redbook.environment(),
                    bufsize=0,
                )
            )
            stack.callback(process.kill)
            return process

        yield run


def take(process: "subprocess.Popen[bytes]", expected: bytes) -> None:
    """Read as many bytes as are expected, which must be those."""
    assert process.stdout is not None
    seen = b""
    while len(seen) < len(expected):
        chunk = process.stdout.read(len(expected) - len(seen))
        assert chunk, f"ended behind {seen!r}"
        seen += chunk
    assert seen == expected


def answer(redbook: Served, command: str) -> tuple[bytes, int]:
    """Every byte that a command answers without any input, and its status."""
    done = subprocess.run(
        [*redbook.ssh_command("-T"), command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=redbook.environment(),
        timeout=30,
        check=False,
    )
    return done.stdout, done.returncode


def mkvterm(name: str, system: str = L10) -> str:
    return f"mkvterm -m {system} -p {name}"


def rmvterm(name: str, system: str = L10) -> str:
    return f"rmvterm -m {system} -p {name}"


# -- on a terminal -------------------------------------------------------------------------------


def test_log_in_run_commands_log_out_and_leave(terminal: Callable[..., pexpect.spawn]) -> None:
    one = terminal(mkvterm("TRAIN"))
    one.expect_exact(OPENING + OPENED)
    one.send("\r")
    one.expect_exact("AIX Version 6\r\nConsole login: ")
    one.send("root\r")
    one.expect_exact("root\r\nroot's Password: ")
    one.send("wrong\r")
    one.expect_exact(
        "\r\n3004-007 You entered an invalid login name or password.\r\nConsole login: "
    )
    one.send("root\r")
    one.expect_exact("Password: ")
    one.send("abc123\r")
    one.expect_exact("Last unsuccessful login: ")
    one.expect_exact("\r\n# ")
    one.sendline("cd /tmp; echo one > f; cat f; pwd")
    one.expect_exact("\r\none\r\n/tmp\r\n# ")
    one.sendline("sleep 1000000; echo never")
    one.send("\x03")
    one.expect_exact("^C")
    one.expect_exact("# ")
    one.sendline("ech\tok $?")
    one.expect_exact("echo ok $?\r\nok 130\r\n# ")
    one.sendline("exit")
    one.expect_exact("Console login: ")
    one.send("\r~~.")  # the client makes one tilde of two
    one.expect_exact("Terminate session? [y/n] ")
    one.send("y")
    one.expect(pexpect.EOF)
    one.wait()
    assert one.exitstatus == 0


def test_the_partition_gets_every_key_and_the_prompt_comes_back(
    terminal: Callable[..., pexpect.spawn],
) -> None:
    one = terminal()
    one.expect_exact(PROMPT)
    one.sendline(mkvterm("TRAIN"))
    one.expect_exact("Open Completed.")
    one.send("\r")
    one.expect_exact("Console login: ")
    one.send("ab\x04\x1a\x7fc")
    one.expect_exact("ab\b \bc")
    one.send("\x03")
    one.expect_exact("^C")
    one.send("\r~~.")
    one.expect_exact("[y/n] ")
    one.send("y")
    one.expect_exact(PROMPT)
    one.sendline("echo status $?")
    one.expect_exact("\r\nstatus 0\r\n")
    one.expect_exact(PROMPT)


def test_closed_from_elsewhere_ctrl_c_gives_the_prompt(
    redbook: Served, terminal: Callable[..., pexpect.spawn]
) -> None:
    one = terminal()
    one.expect_exact(PROMPT)
    one.sendline(mkvterm("TRAIN"))
    one.expect_exact("Open Completed.")
    assert redbook.ssh(rmvterm("TRAIN")).stdout == "Close command sent\n"
    one.expect_exact(CLOSED)
    one.send("\x03")
    one.expect_exact(PROMPT)
    one.sendline("echo $?")
    one.expect_exact("\r\n130\r\n")


def test_a_session_stays_when_the_terminal_is_closed(
    terminal: Callable[..., pexpect.spawn],
) -> None:
    one = terminal(mkvterm("VIOS1_L10"))
    one.expect_exact("Open Completed.")
    one.send("\r")
    one.expect_exact("IBM Virtual I/O Server\r\n\r\nlogin: ")
    one.send("padmin\rabc123\r")
    one.expect_exact("$ ")
    one.sendline("x=kept; cd /")
    one.expect_exact("rksh: cd:  The operation is not allowed in a restricted shell.\r\n$ ")
    one.send("\r~~.")
    one.expect_exact("[y/n] ")
    one.send("y")
    one.expect(pexpect.EOF)
    two = terminal(mkvterm("VIOS1_L10"))
    two.expect_exact("Open Completed.")
    two.sendline("echo $x")
    two.expect_exact("echo $x\r\nkept\r\n$ ")
    two.sendline("exit")
    two.expect_exact("login: ")


def test_closed_by_a_migration_and_opened_again_on_the_destination(
    redbook: Served, terminal: Callable[..., pexpect.spawn]
) -> None:
    one = terminal(mkvterm("TEST"))
    one.expect_exact("Open Completed.")
    moved = redbook.ssh(f"migrlpar -o m -m {L10} -t {L9} -p TEST")
    assert moved.returncode == 0, moved.stdout
    one.expect_exact(CLOSED)
    again = terminal(mkvterm("TEST", L9))
    again.expect_exact("Open Completed.")
    again.send("\r")
    again.expect_exact("Console login: ")


def test_a_start_is_seen_on_the_terminal(
    redbook: Served, terminal: Callable[..., pexpect.spawn]
) -> None:
    one = terminal(mkvterm("PROD"))
    one.expect_exact("Open Completed.")
    one.send("\r")  # nobody is there
    assert redbook.ssh(f"chsysstate -r lpar -m {L10} -o on -n PROD -f default").returncode == 0
    one.expect_exact("\r\n  CA00E1F1\r\n")
    one.expect_exact("Console login: ")


def test_vtmenu(terminal: Callable[..., pexpect.spawn]) -> None:
    one = terminal()
    one.expect_exact(PROMPT)
    one.sendline("vtmenu")
    one.expect_exact("Enter Number of Managed System.  (q to quit): ")
    one.sendline("2")
    one.expect(r"(\d+)\)    TRAIN: +Running")
    number = one.match[1].decode()
    one.expect_exact("(q to quit): ")
    one.sendline(number)
    one.expect_exact("Opening Virtual Terminal On Partition TRAIN . . .")
    one.expect_exact("Open Completed.")
    one.send("\r~~.")
    one.expect_exact("[y/n] ")
    one.send("y")
    one.expect_exact("(q to quit): ")
    one.sendline("q")
    one.expect_exact("Bye.")
    one.expect_exact(PROMPT)


# -- on pipes ------------------------------------------------------------------------------------


def test_every_byte_of_a_session(
    redbook: Served, pipe: Callable[[str], "subprocess.Popen[bytes]"]
) -> None:
    first = pipe(mkvterm("TRAIN"))
    take(first, OPENING + OPENED)
    assert answer(redbook, mkvterm("TRAIN")) == (HELD, 0)
    assert answer(redbook, rmvterm("TRAIN")) == (b"Close command sent\n", 0)
    take(first, CLOSED)
    second = pipe(mkvterm("TRAIN"))
    take(second, OPENING + OPENED)
    assert first.stdin is not None
    first.stdin.close()  # who has lost his terminal ends without harm to the next one
    take(first, ENDED)
    assert first.wait(20) == 0
    assert answer(redbook, mkvterm("TRAIN")) == (HELD, 0)
    assert second.stdin is not None
    second.stdin.write(b"\n~.\ny\n")
    take(second, b"\r\n\r\n\r\nAIX Version 6\r\nConsole login: \r\nTerminate session? [y/n] y\r\n")
    assert second.wait(20) == 0
    assert answer(redbook, mkvterm("TRAIN")) == (OPENING + OPENED + ENDED, 0)


def test_a_session_through_a_pipe(redbook: Served) -> None:
    typed = "root\nabc123\ncd /tmp\necho made > piped; cat piped\nexit\n~.\ny\n"
    done = subprocess.run(
        [*redbook.ssh_command("-T"), mkvterm("TRAIN")],
        input=typed.encode(),
        stdout=subprocess.PIPE,
        env=redbook.environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert b"# echo made > piped; cat piped\r\nmade\r\n# exit\r\n" in done.stdout
    assert done.stdout.endswith(b"Console login: \r\nTerminate session? [y/n] y\r\n")


def test_a_connection_that_is_lost_leaves_the_terminal_open(
    redbook: Served, pipe: Callable[[str], "subprocess.Popen[bytes]"]
) -> None:
    lost = pipe(mkvterm("TRAIN"))
    take(lost, OPENING + OPENED)
    seen = redbook.log.read_text()
    lost.kill()
    lost.wait()
    deadline = time.monotonic() + PATIENCE
    while "ended by client" not in redbook.log.read_text().removeprefix(seen):
        assert time.monotonic() < deadline, "the server does not notice"
        time.sleep(0.02)
    assert answer(redbook, mkvterm("TRAIN")) == (HELD, 0)
    redbook.ssh(rmvterm("TRAIN"))
    assert answer(redbook, mkvterm("TRAIN")) == (OPENING + OPENED + ENDED, 0)


def test_a_channel_that_is_closed_in_order_frees_the_terminal(redbook: Served) -> None:
    async def main() -> None:
        async with asyncssh.connect(
            redbook.address,
            redbook.port,
            username="hscroot",
            password=PASSWORD,
            known_hosts=None,
            config=None,
        ) as connection:
            process = await connection.create_process(mkvterm("TRAIN"), encoding=None)
            async with asyncio.timeout(20):
                seen = b""
                while not seen.endswith(OPENED):
                    seen += await process.stdout.read(1000)
                process.close()
                await process.wait_closed()
                after = await connection.run(
                    mkvterm("TRAIN"), encoding=None, stdin=asyncssh.DEVNULL
                )
            assert after.stdout == OPENING + OPENED + ENDED

    asyncio.run(main())


# -- programs that drive consoles ----------------------------------------------------------------


EXPECT = """
set timeout 20
spawn {ssh}
expect -re {{~>\\s*$}}
send "rmvterm -m {system} -p TRAIN\\r"
expect "Close command sent"
expect -re {{~>\\s*$}}
send "mkvterm -m {system} -p TRAIN\\r"
expect {{
    "Open Completed." {{}}
    "already open" {{exit 2}}
    timeout {{exit 3}}
}}
send "\\r"
expect {{
    "login: " {{}}
    timeout {{exit 4}}
}}
send "\\r~~."
expect "y/n"
send "y"
expect -re {{~>\\s*$}} {{}} timeout {{exit 5}}
send "exit 7\\r"
expect eof
exit [lindex [wait] 3]
"""


def test_an_expect_script(redbook: Served) -> None:
    script = EXPECT.format(ssh=" ".join(redbook.ssh_command("-tt")), system=L10)
    done = subprocess.run(
        [require("expect"), "-"],
        input=script,
        env=redbook.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 7, done.stdout


# -- without ssh ---------------------------------------------------------------------------------


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Callable[..., pexpect.spawn]]:
    with ExitStack() as stack:

        def start(*words: str) -> pexpect.spawn:
            env = {"XDG_STATE_HOME": str(tmp_path), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
            child = pexpect.spawn(
                sys.executable,
                ["-m", "hmcsh", *words],
                env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **env},
                timeout=20,
                dimensions=(40, 200),
            )
            stack.callback(child.close, force=True)
            return child

        yield start


def test_the_local_console(local: Callable[..., pexpect.spawn]) -> None:
    one = local("shell", "-i", "redbook")
    one.expect_exact("~>")
    one.send(mkvterm("TRAIN") + "\r")
    one.expect_exact(OPENING + OPENED)
    one.send("\rab")
    one.expect_exact("Console login: ab")
    one.send("\x03")
    one.expect_exact("^C")
    one.send("\r~.")
    one.expect_exact("[y/n] ")
    one.send("y")
    one.expect_exact("~>")
    one.send("read x\r")
    one.send("typed as before\r")
    one.expect_exact("~>")
    one.send("echo got $x\r")
    one.expect_exact("got typed as before\r\n")


def test_one_line_on_a_terminal(local: Callable[..., pexpect.spawn]) -> None:
    one = local("run", "-i", "redbook", mkvterm("TRAIN"))
    one.expect_exact(OPENING + OPENED)
    one.send("~.y")
    one.expect(pexpect.EOF)
    one.wait()
    assert one.exitstatus == 0


def test_one_line_with_its_input_from_a_file(tmp_path: Path) -> None:
    typed = tmp_path / "typed"
    typed.write_text("\n")
    with typed.open() as stdin:
        done = subprocess.run(
            [sys.executable, "-m", "hmcsh", "run", "-i", "redbook", mkvterm("TRAIN")],
            stdin=stdin,
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 0
    assert done.stdout.startswith(OPENING + OPENED)
    assert done.stdout.endswith(b"Console login: " + ENDED)
