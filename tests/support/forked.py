"""The program in a process of its own that has not to load it first.

Many tests need a console that is served, and to load the program takes longer than most of them. So
a process that has loaded it is copied (`multiprocessing`'s fork server); what is copied has done
nothing yet. How the program starts and ends as a whole is for tests that run it from the start.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hmcsh.commands import hmc as commands

_SERVERS = multiprocessing.get_context("forkserver")
_SERVERS.set_forkserver_preload(
    [
        "hmcsh.control",
        "hmcsh.serving.consoles",
        "hmcsh.state.keeper",
        "hmcsh.hypervisor.transfer",
        *(f"{commands.__name__}.{name}" for name in commands.COMMANDS),
    ]
)


class Forked:
    """`hmcsh` with some words, its output in a file; to be handled like `subprocess.Popen`."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        arguments = list(words), dict(environment), log
        self._process = _SERVERS.Process(target=_run, args=arguments, daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its status, less than nothing for a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and give its status."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("hmcsh", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _run(words: list[str], environment: dict[str, str], log: Path) -> None:
    from hmcsh.cli import main

    os.environ.clear()
    os.environ.update(environment)
    with log.open("a") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    sys.exit(main(words))
