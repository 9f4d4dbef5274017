"""A console served by the real program in a process of its own, and OpenSSH's client to it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from support.forked import Forked

PASSWORD = "abc123"
PATIENCE = 30.0


def require(program: str) -> str:
    """Path of a client program; skips the test, with the reason, if it is not installed."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@dataclasses.dataclass
class Served:
    """Where the console listens, and what a client needs to reach it."""

    address: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | Forked
    log: Path
    user: str = "hscroot"
    password: str = PASSWORD

    def ssh(
        self, *words: str, script: str | None = None, options: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run OpenSSH's client; a password is given by its ask-pass program."""
        return subprocess.run(
            [*self.ssh_command(*options), *words],
            input=script if script is not None else "",
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ssh_command(self, *options: str) -> list[str]:
        """The words that begin a call of OpenSSH's client."""
        settings = (
            "StrictHostKeyChecking=accept-new",
            f"UserKnownHostsFile={self.folder / 'known_hosts'}",
            "LogLevel=ERROR",
            "IdentityFile=none",
        )
        words = [require("ssh"), "-F", "none", "-p", str(self.port)]
        for setting in settings:
            words += ["-o", setting]
        return [*words, *options, f"{self.user}@{self.address}"]

    def environment(self) -> dict[str, str]:
        """Environment in which OpenSSH's client asks our program for the password."""
        helper = self.folder / f"askpass-{self.password}"
        if not helper.exists():
            helper.write_text(f"#!/bin/sh\necho {self.password}\n")
            helper.chmod(0o700)
        inherited = {k: v for k, v in os.environ.items() if k != "SSH_AUTH_SOCK"}
        return {**inherited, "SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}


def run(words: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Run the program, with its output in a file."""
    with log.open("a") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "hmcsh", *words],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


@contextlib.contextmanager
def serve(
    folder: Path,
    lab: str,
    *,
    pace: str = "instant",
    seed: int = 0,
    name: str = "",
    state: Path | None = None,
    ends: int = 0,
    limits: tuple[str, ...] = ("stop_time=0.2",),
    options: tuple[str, ...] = (),
    whole: bool = False,
) -> Iterator[Served]:
    """Serve a lab on a free port, with its `state` in a file; ends in order, or as `ends` says.

    Servers in one folder share its state; each has a name, which tells their logs apart. It is
    `whole` with an interpreter of its own.
    """
    ready = folder / f"ready{name}"
    ready.unlink(missing_ok=True)  # of one that was killed
    log = folder / f"log{name}"
    log.unlink(missing_ok=True)
    words = [
        *("serve", "-i", lab, "--listen", "127.0.0.1:0", "-v"),
        *("--pace", pace, "--seed", str(seed), "--ready-file", str(ready)),
        *(word for limit in ("failure_delay=0.01", *limits) for word in ("--limit", limit)),
        *(() if state is None else ("--state", str(state))),
        *options,
    ]
    begin = run if whole else Forked
    process = begin(words, {**os.environ, "XDG_STATE_HOME": str(folder / "state")}, log)
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the console does not serve: {log.read_text()}")
            time.sleep(0.02)
        address, port = ready.read_text().split()[:2]
        yield Served(address, int(port), folder, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        output = log.read_text(errors="replace")
        assert process.returncode == ends, output
        assert "Traceback" not in output, output
