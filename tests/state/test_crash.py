"""A console that is killed: what was answered is there, what was not is not half there."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hmcsh.commands.hmc.common.passwords import protect
from support import crash
from support.lab import L10
from support.served import Served, serve

from hmcsh.cli import main
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock
from hmcsh.state.file import StateFile
from hmcsh.state.keeper import Keeper


def test_ten_kills_under_load(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, crash.__file__, str(tmp_path), "10", "1"],
        env={**os.environ, "PYTHONPATH": str(Path(crash.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = dict(re.findall(r"(\D+) (\d+)(?:, |$)", done.stdout.strip()))
    assert int(found["killed"]) == 10
    assert int(found["answered"]) > 0, "there was no load"
    assert int(found["devices changed"]) > 0, "nothing was done inside partitions"


def name_of_dev(served: Served) -> str:
    return served.ssh(f"lssyscfg -r lpar -m {L10} -F name --filter lpar_ids=3").stdout.strip()


def rename(served: Served, name: str) -> subprocess.CompletedProcess[str]:
    return served.ssh(f"chsyscfg -r lpar -m {L10} -i lpar_id=3,new_name={name}")


@pytest.mark.clients
def test_a_served_console_goes_on_after_a_kill_and_outlasts_a_full_disk(tmp_path: Path) -> None:
    state = tmp_path / "console.state"
    with serve(tmp_path, "redbook", state=state, ends=-signal.SIGKILL, whole=True) as served:
        assert rename(served, "FIRST").returncode == 0
        refused = subprocess.run(
            [sys.executable, "-m", "hmcsh", "serve", "--listen", "127.0.0.1:0"]
            + ["--state", str(state)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert refused.stderr == f"hmcsh: state file {state}: another server uses it\n"
        served.process.kill()
    assert state.stat().st_mode & 0o777 == 0o600
    written = b"".join(file.read_bytes() for file in tmp_path.glob("console.state*"))
    assert b"$scrypt$" in written and b"abc123" not in written
    shutil.rmtree(tmp_path / "state")
    with serve(tmp_path, "basic", state=state, whole=True) as served:
        assert f"the state in {state} counts; ignored: -i, --seed" in served.log.read_text()
        # The host key is in the file, too: the client of above knows this console.
        assert name_of_dev(served) == "FIRST"
        limits = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (1024, limits[1]))
        full = rename(served, "SECOND")
        assert full.returncode == 1
        assert full.stdout.startswith("The change could not be saved: ")
        assert name_of_dev(served) == "FIRST"
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, limits)
        assert rename(served, "THIRD").returncode == 0
    file = StateFile.open(state)
    assert [entry.status for entry in file.history()] == [0, 0]
    file.close()


def test_a_well_known_password_is_refused_with_a_state_file_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its hash as well; where it is refused no file is made."""
    state = tmp_path / "state"
    words = ["serve", "--listen", "192.0.2.1:0", "--state", str(state)]
    assert main(words) == 1
    assert "a password that everybody knows" in capsys.readouterr().err
    assert not state.exists()
    datacenter = load("basic", Clock("manual"))
    asyncio.run(protect(datacenter))
    Keeper.create(state, Mobility(datacenter)).close()
    assert b"abc123" not in state.read_bytes()
    assert main(words) == 1
    assert "a password that everybody knows" in capsys.readouterr().err
