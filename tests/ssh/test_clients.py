"""Real clients: OpenSSH, paramiko, and dialogues that expect-type programs hold."""

import concurrent.futures
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pexpect
import pytest

pytestmark = [
    pytest.mark.clients,
    # pexpect forks while the server's thread runs; the child executes ssh at once.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]

PROMPT = "hscroot@hmc1:~> "


def missing(program: str) -> bool:
    return shutil.which(program) is None


# OpenSSH


@pytest.mark.parametrize(
    ("args", "stdin", "stdout", "stderr", "status"),
    [
        pytest.param(["echo hello"], "", "hello\n", "", 0, id="command"),
        pytest.param(["exit 9"], "", "", "", 9, id="status"),
        pytest.param(["both"], "", "out 0\nout 1\nout 2\n", "err 0\nerr 1\nerr 2\n", 3, id="both"),
        pytest.param([], "echo a\necho b\nexit 6\n", "a\nb\n", "", 6, id="script"),
        pytest.param(["-n", "echo n"], "", "n\n", "", 0, id="no input"),
        pytest.param(["read x; echo $x"], "given\n", "given\n", "", 0, id="input"),
        pytest.param(["-T", "-n"], "", "", "", 0, id="shell without input"),
    ],
)
def test_openssh(
    served: Any, openssh: Any, args: list[str], stdin: str, stdout: str, stderr: str, status: int
) -> None:
    options = [arg for arg in args if arg.startswith("-")]
    words = [arg for arg in args if not arg.startswith("-")]
    result = openssh.run(served.port, *words, options=options, stdin=stdin)
    assert (result.stdout, result.stderr, result.returncode) == (stdout, stderr, status)


def test_openssh_with_a_forced_terminal(served: Any, openssh: Any) -> None:
    script = "echo one\necho two\nexit 2\n"
    result = openssh.run(served.port, options=["-tt"], stdin=script)
    assert result.stdout == (f"{PROMPT}echo one\none\n{PROMPT}echo two\ntwo\n{PROMPT}exit 2\n")
    assert result.returncode == 2


def test_openssh_carries_ten_megabytes(served: Any, openssh: Any) -> None:
    assert len(openssh.run(served.port, "bulk 10000").stdout) == 10_000_000


def test_a_killed_openssh_cancels_its_command(served: Any, openssh: Any) -> None:
    process = subprocess.Popen(
        openssh.command(served.port, "nap 60 killed", options=["-o", "BatchMode=yes"]),
        stdin=subprocess.DEVNULL,
    )
    try:
        _wait_for(served, "killed started")
        process.send_signal(signal.SIGKILL)
        _wait_for(served, "killed cancelled")
    finally:
        process.kill()
        process.wait()


def _wait_for(served: Any, event: str) -> None:
    deadline = time.monotonic() + 15
    while event not in served.console.events:
        assert time.monotonic() < deadline, event
        time.sleep(0.005)


@contextlib.contextmanager
def _asking(folder: Path, password: str) -> Iterator[dict[str, str]]:
    helper = folder / "askpass"
    helper.write_text(f"#!/bin/sh\necho '{password}'\n")
    helper.chmod(0o700)
    yield {
        "PATH": os.environ["PATH"],
        "SSH_ASKPASS": str(helper),
        "SSH_ASKPASS_REQUIRE": "force",
        "DISPLAY": ":0",
    }


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
@pytest.mark.parametrize(("password", "status"), [("abc123", 0), ("wrong", 255)])
def test_openssh_with_a_password(
    served: Any, openssh: Any, tmp_path: Path, method: str, password: str, status: int
) -> None:
    options = [
        *("-o", "PubkeyAuthentication=no"),
        *("-o", f"PreferredAuthentications={method}"),
        *("-o", "NumberOfPasswordPrompts=1"),
    ]
    with _asking(tmp_path, password) as environment:
        result = subprocess.run(
            openssh.command(served.port, "echo in", options=options),
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=15,
        )
    assert result.returncode == status
    assert result.stdout == ("" if status else "in\n")


@pytest.mark.skipif(missing("sshpass"), reason="no sshpass on this machine")
def test_sshpass(served: Any, openssh: Any) -> None:
    command = openssh.command(served.port, "echo in", options=["-o", "PubkeyAuthentication=no"])
    result = subprocess.run(
        ["sshpass", "-p", "abc123", *command], capture_output=True, text=True, timeout=15
    )
    assert (result.stdout, result.returncode) == ("in\n", 0)


def test_openssh_is_refused_forwarding_and_copies(
    served: Any, openssh: Any, tmp_path: Path
) -> None:
    forwarded = openssh.run(served.port, options=["-W", "127.0.0.1:1"])
    assert forwarded.returncode != 0
    remote = openssh.run(
        served.port, "true", options=["-R", "0:127.0.0.1:1", "-o", "ExitOnForwardFailure=yes"]
    )
    assert remote.returncode != 0
    assert openssh.run(served.port, "sftp", options=["-s"]).returncode != 0
    agent = openssh.run(served.port, "echo still works", options=["-A", "-X"])
    assert agent.stdout == "still works\n"
    if not missing("scp"):
        (tmp_path / "file").write_text("x")
        for flags in (["-s"], ["-O"]):
            base = openssh.command(served.port)[1:-3]
            result = subprocess.run(
                ["scp", *flags, *base, "-P", str(served.port), f"{tmp_path}/file",
                 "hscroot@127.0.0.1:file"],
                capture_output=True,
                timeout=15,
            )  # fmt: skip
            assert result.returncode != 0, flags


@pytest.fixture
def short_folder() -> Iterator[str]:
    """A folder whose name leaves room for that of a socket (unix(7): 108 bytes)."""
    with tempfile.TemporaryDirectory(prefix="h") as folder:
        yield folder


def test_one_master_carries_ten_commands_at_once(
    served: Any, openssh: Any, short_folder: str
) -> None:
    share = ["-o", f"ControlPath={short_folder}/%C"]
    before = len(served.console.opened)
    master = openssh.run(
        served.port,
        options=["-T", "-n", "-o", "ControlMaster=yes", "-o", "ControlPersist=30", *share],
    )
    try:
        assert (master.stdout, master.returncode) == ("", 0)
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            results = list(
                pool.map(
                    lambda n: openssh.run(served.port, f"nap 0.2 m{n}; echo {n}", options=share),
                    range(10),
                )
            )
        assert [result.stdout for result in results] == [f"{n}\n" for n in range(10)]
        assert [result.returncode for result in results] == [0] * 10
    finally:
        openssh.run(served.port, options=["-O", "exit", *share])
    assert len(served.console.opened) == before + 11


# paramiko


@pytest.fixture
def client(served: Any) -> Iterator[paramiko.SSHClient]:
    with paramiko.SSHClient() as connection:
        connection.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        connection.connect(
            "127.0.0.1",
            served.port,
            "hscroot",
            "abc123",
            look_for_keys=False,
            allow_agent=False,
            timeout=15,
        )
        yield connection


def test_paramiko_exec_command(client: paramiko.SSHClient) -> None:
    stdin, stdout, stderr = client.exec_command("both", timeout=15)
    assert stdout.read() == b"out 0\nout 1\nout 2\n"
    assert stderr.read() == b"err 0\nerr 1\nerr 2\n"
    assert stdout.channel.recv_exit_status() == 3
    stdin.close()


def test_paramiko_exec_command_on_a_terminal(client: paramiko.SSHClient) -> None:
    _, stdout, _ = client.exec_command("echo a; echo b >&2", get_pty=True, timeout=15)
    assert stdout.channel.in_buffer is not None
    assert stdout.channel.recv_exit_status() == 0
    assert stdout.read() == b"a\r\nb\r\n"


def test_paramiko_carries_ten_megabytes(client: paramiko.SSHClient) -> None:
    _, stdout, _ = client.exec_command("bulk 10000", timeout=15)
    assert len(stdout.read()) == 10_000_000


def _until(channel: paramiko.Channel, wanted: str) -> str:
    channel.settimeout(15)
    seen = ""
    while not seen.endswith(wanted):
        data = channel.recv(65536)
        assert data, f"ended before {wanted!r}: {seen!r}"
        seen += data.decode()
    return seen


@pytest.mark.parametrize("size", [(80, 24), (0, 0), (1000, 1000)], ids=str)
def test_paramiko_invoke_shell(client: paramiko.SSHClient, size: tuple[int, int]) -> None:
    channel = client.invoke_shell("vt100", *size)
    assert _until(channel, PROMPT) == PROMPT
    channel.send(b"echo one\n")
    assert _until(channel, PROMPT) == f"echo one\r\none\r\n{PROMPT}"
    channel.resize_pty(1000, 1000)
    channel.send(b"nap 0.1 typed\necho two\necho three\n")
    assert _until(channel, f"three\r\n{PROMPT}").count(PROMPT) == 3
    channel.send(b"exit 5\n")
    assert channel.recv_exit_status() == 5


# Dialogues through the OpenSSH client on a local terminal


@contextlib.contextmanager
def _spawn(served: Any, openssh: Any, *, echo: bool) -> Iterator["pexpect.spawn[str]"]:
    command = openssh.command(served.port, options=["-tt"])
    child = pexpect.spawn(
        command[0], command[1:], encoding="utf-8", echo=echo, timeout=15, dimensions=(24, 80)
    )
    try:
        yield child
    finally:
        child.close(force=True)


def test_a_dialogue_that_needs_the_echo(served: Any, openssh: Any) -> None:
    """As fence_lpar does: send, read the line that comes back, then everything to the prompt."""
    command = "echo -m 9117-MMA-SN10DD4AC-L10 " + "--filter lpar_names=TRAIN " * 5
    prompt = r":~>|\]\$|\$ "
    with _spawn(served, openssh, echo=True) as child:
        child.expect(prompt)
        child.send(command + "\r\n")
        assert child.readline() == f" {command}\r\n"
        child.expect(prompt)
        assert child.before.splitlines()[0] == command.removeprefix("echo ").rstrip()
        child.send("exit\r\n")
        child.expect(pexpect.EOF)


def test_a_dialogue_that_must_not_see_an_echo(served: Any, openssh: Any) -> None:
    """As xCAT does: no echo from the start, parse everything before the prompt."""
    with _spawn(served, openssh, echo=False) as child:
        child.expect(r"~>\s*$")
        child.send("echo lpar1,Running; nosuch; echo Rc=$?\r")
        child.expect(r"~>\s*$")
        lines = child.before.replace(PROMPT.rstrip(), "").split("\r\n")
        assert [line.strip() for line in lines if "hscroot@" not in line and line.strip()] == [
            "lpar1,Running",
            "bash: nosuch: command not found",
            "Rc=127",
        ]


def test_the_dialogue_of_op_test(served: Any, openssh: Any) -> None:
    prompts = ["login: $", ".*#$", ".*# $", r".*\$", "~>", "~ #"]
    mark = r"\[ssh-expect\]#$"

    with _spawn(served, openssh, echo=True) as child:

        def run(command: str) -> list[str]:
            child.sendline(command)
            child.expect(mark)
            return str(child.before).replace("\r\r\n", "\n").replace("\r\n", "\n").split("\n")[1:]

        child.expect(prompts)
        child.sendline("which bash && exec bash --norc --noprofile")
        child.expect(prompts)
        child.setwinsize(1000, 1000)
        child.sendline("PS1=\\[ssh-expect\\]#")
        child.expect(r"\n.*" + mark)
        run("which stty && stty cols 300;which stty && stty rows 30")
        run("export LANG=C")
        assert run("") == [""]
        assert any("root" in line for line in run("which whoami && whoami"))
        assert int([line for line in run("echo $?") if line][-1]) == 0
        run("nosuch")
        assert int([line for line in run("echo $?") if line][-1]) == 127
        child.send("\r~.")
        child.expect(pexpect.EOF)
