"""A served console is stopped by a signal: what runs ends, what it did is kept, and status 0."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import L9, L10
from support.served import Served, serve

from hmcsh.state.file import StateFile

pytestmark = pytest.mark.clients

SAID = "hmcsh: the server is being stopped\n"
MOVE = f"migrlpar -o m -m {L10} -t {L9} -p TRAIN"
CUT_OFF = ("", SAID, 124)
IDLE = "no session"
# How OpenSSH's clients are called, what they send, and how they end.
CLIENTS = {
    "commands that take longer": (("echo begun; lssyscfg -r sys -F name | grep L9; cat",),
                                  ("-T",), "a\n", (f"{L9}\na\n", SAID, 124)),
    "an endless loop": (("echo begun; while true; do :; done",), ("-n",), None, CUT_OFF),
    "a script that waits": ((), ("-T",), "echo begun\n", CUT_OFF),
    IDLE: ((), ("-N", "-n"), None, ("", None, 255)),
    "a migration": ((f"echo begun; {MOVE}",), ("-n",), None, ("", "", 0)),
}  # fmt: skip


@contextlib.contextmanager
def clients(served: Served, *names: str) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Start some of them, and wait until what they ask for has begun."""
    with contextlib.ExitStack() as stack:
        running = {}
        for name in names:
            words, options, sent, _ = CLIENTS[name]
            process = subprocess.Popen(
                [*served.ssh_command(*options), *words],
                env=served.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            if sent is not None and process.stdin is not None:
                process.stdin.write(sent)
                process.stdin.flush()
            running[name] = process
        for name, process in running.items():
            if name != IDLE and process.stdout is not None:
                assert process.stdout.readline() == "begun\n", name
        await_log(served, "log-in of", len(names))
        yield running


def await_log(served: Served, text: str, count: int) -> None:
    deadline = time.monotonic() + 20
    while served.log.read_text(errors="replace").count(text) < count:
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.02)


def test_what_runs_ends_in_order(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with (
        serve(
            tmp_path, "redbook", pace="60", state=state, limits=("stop_time=2.2",), whole=True
        ) as served,
        clients(served, *CLIENTS) as running,
    ):
        os.kill(served.process.pid, signal.SIGTERM)
        for name, process in running.items():
            assert process.stdout and process.stderr
            stdout, stderr = process.stdout.read(), process.stderr.read()
            process.wait(20)
            expected = CLIENTS[name][3]
            found = (stdout, stderr if expected[1] is not None else None, process.returncode)
            assert found == expected, f"{name}: {stderr}"
        assert served.process.wait(20) == 0
    file = StateFile.open(state)
    try:
        entry = next(one for one in file.history(0) if MOVE in one.command)
        assert entry.status == 0
    finally:
        file.close()
    with serve(tmp_path, "redbook", state=state, whole=True) as served:
        assert served.ssh(f"lssyscfg -r lpar -m {L9} -F name,state").stdout.count("TRAIN,Running")
        # The clock goes on from where it was when the migration ended.
        assert float(served.ssh("cat /proc/uptime").stdout.split()[0]) > 10


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    with (
        serve(tmp_path, "redbook", pace="10", limits=("stop_time=600",), whole=True) as served,
        clients(served, IDLE, "a migration") as running,
    ):
        os.kill(served.process.pid, signal.SIGTERM)
        running[IDLE].communicate(timeout=20)
        assert served.process.poll() is None
        os.kill(served.process.pid, signal.SIGTERM)
        assert running["a migration"].communicate(timeout=20)[1] == SAID
        assert served.process.wait(20) == 0
