"""`hmcsh status --watch` on a terminal, as a person sees it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest
from support.lab import L9, L10
from support.served import PATIENCE, serve

from hmcsh.cli import main

pytestmark = pytest.mark.clients


class Watched:
    """The program on a terminal, and what stands on its screen."""

    def __init__(self, control: Path, rows: int, columns: int) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "hmcsh", "status", "--watch", "--interval", "0.1", "--control", str(control)],
            env={**os.environ, "TERM": "xterm"},
            dimensions=(rows, columns),
        )
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    def resize(self, rows: int, columns: int) -> None:
        self._screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    def until(self, seen: Callable[[list[str]], object]) -> list[str]:
        """Wait until the screen shows it; gives the screen."""
        deadline = time.monotonic() + PATIENCE
        while not seen(self.lines):
            assert time.monotonic() < deadline, "\n".join(self.lines)
            with contextlib.suppress(pexpect.TIMEOUT):
                self._stream.feed(self.child.read_nonblocking(65536, timeout=0.1))
        return self.lines

    def shows(self, text: str) -> list[str]:
        return self.until(lambda lines: any(text in line for line in lines))

    def hides(self, text: str) -> list[str]:
        return self.until(lambda lines: not any(text in line for line in lines))


@pytest.fixture
def control(tmp_path: Path) -> Path:
    return tmp_path / "control"


@pytest.fixture
def watched(control: Path) -> Iterator[Watched]:
    made = Watched(control, 24, 80)
    yield made
    made.child.close(force=True)


def percent(lines: list[str]) -> int | None:
    found = re.findall(r"^  \[#*\.*\] +(\d+) %", "\n".join(lines), re.MULTILINE)
    return int(found[0]) if found else None


def test_a_console_is_seen_at_work_lost_and_found_again(
    watched: Watched, control: Path, tmp_path: Path
) -> None:
    screen = watched.shows("trying again for ")
    assert screen[-1].endswith(": no console is served there")
    options = ("--control", str(control))
    with serve(tmp_path, "redbook", pace="12", options=options, ends=-signal.SIGKILL) as served:
        screen = watched.shows("Partitions: 10 (2 Not Activated, 8 Running)")
        assert "Migrations: 0 under way" in screen
        assert not any("trying again" in line for line in screen)

        session = subprocess.Popen(
            [*served.ssh_command("-tt"), "printf '\x1b[31m\x1b[2Jred'; read x"],
            env=served.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        (line,) = [one for one in watched.shows("read x") if "read x" in one]
        assert line.split()[:3] == ["hscroot", "127.0.0.1", "pts/0"]
        assert r"printf '\x1b[31m\x1b[2Jred'; read x" in line
        watched.resize(24, 40)
        watched.until(lambda lines: lines[-1].startswith(" 1-22 of 2"))
        watched.resize(24, 80)
        assert session.stdin is not None
        session.stdin.write(b"\x03")
        session.stdin.close()
        session.wait(PATIENCE)
        watched.shows("Sessions: 0")

        migration = subprocess.Popen(
            [*served.ssh_command(), f"migrlpar -o m -m {L10} -t {L9} -p TRAIN"],
            env=served.environment(),
            stdout=subprocess.DEVNULL,
        )
        seen: set[int | None] = set()

        def until_its_end(lines: list[str]) -> bool:
            seen.add(percent(lines))
            completed = any("TRAIN  Completed" in line for line in lines)
            return completed and percent(lines) == 100  # the bar is drawn after the words

        screen = watched.until(until_its_end)
        assert migration.wait(PATIENCE) == 0
        assert any(0 < (one or 0) < 100 for one in seen), seen
        (bar,) = [line for line in screen if "100 %" in line]
        assert "[" + "#" * 20 + "]" in bar

        watched.resize(8, 30)
        watched.until(lambda lines: lines[-1].startswith(" 1-6 of "))
        watched.child.send("\x1b[F")  # End
        watched.until(lambda lines: lines[-2].startswith("  TEST"))
        watched.child.send("\x1b[5~\x1b[A")  # PgUp, up
        watched.until(lambda lines: not any("TEST" in line for line in lines))
        watched.resize(24, 80)
        served.process.kill()
        screen = watched.shows("trying again for ")
        assert any("TRAIN" in line for line in screen), "what was seen last is still there"
    with serve(tmp_path, "basic", name="2", options=options) as served:
        watched.hides("trying again")
        watched.hides("TRAIN")
        # One that hangs does not hold the user.
        served.process.send_signal(signal.SIGSTOP)
        try:
            watched.child.send("q")
            watched.child.expect(pexpect.EOF, timeout=PATIENCE)
        finally:
            served.process.send_signal(signal.SIGCONT)
    watched.child.close()
    assert watched.child.exitstatus == 0


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str], control: Path) -> None:
    assert main(["status", "--watch", "--control", str(control)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("hmcsh: --watch needs a terminal")
    assert len(printed.err.splitlines()) == 1
