"""`hmcsh shell`: the local console, driven through a terminal as a person would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn]:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "hmcsh", "shell", "-i", "basic"],
        # No answers to questions for the cursor's position: pexpect is no terminal.
        env={
            **os.environ,
            "XDG_STATE_HOME": str(tmp_path),
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        },
        encoding="utf-8",
        timeout=20,
        dimensions=(40, 200),
    )
    child.expect_exact("~>")
    yield child
    child.close(force=True)


def enter(terminal: pexpect.spawn, keys: str, shown: str) -> None:
    """Type keys at the prompt, wait for what they show, and for the next prompt."""
    terminal.send(keys)
    terminal.expect_exact(shown)
    terminal.expect_exact("~>")


def test_a_line_completion_history_and_exit(terminal: pexpect.spawn) -> None:
    enter(terminal, "lshmc -V\r", "base_version=V7R3.2.0")
    terminal.send("lssyscf\t")
    terminal.expect(r"lssyscf[^~]*g")  # what completes it may be drawn apart
    enter(terminal, " -r sys -F name\r", "9117-MMA-SN10DD4AC-L10")
    enter(terminal, "\x1b[A\x1b[A\r", "base_version=V7R3.2.0")
    terminal.send("for i in a b\r")
    terminal.expect_exact("> ")
    terminal.send("do echo item $i; done\r")
    terminal.expect_exact("item b")
    terminal.expect_exact("~>")
    terminal.send("exit 3\r")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 3


def test_ctrl_c_stops_a_command_and_ctrl_d_ends(terminal: pexpect.spawn) -> None:
    terminal.send("echo it be''gins; while true; do :; done\r")
    terminal.expect_exact("it begins")
    terminal.sendintr()
    terminal.expect_exact("~>")
    enter(terminal, "echo status $?\r", "status 130")
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.signalstatus is None


def test_it_needs_a_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hmcsh", "shell"],
        input="date\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "hmcsh: standard input is not a terminal; `hmcsh run` takes scripts\n"
