"""fence_lpar, the fence agent for partitions, unmodified."""

import subprocess

import pytest
from support.lab import L10
from support.served import PASSWORD, Served, require

pytestmark = pytest.mark.clients


def fence(served: Served, action: str, *more: str) -> subprocess.CompletedProcess[str]:
    log_in = ["-a", served.address, "-u", str(served.port), "-l", "hscroot", "-p", PASSWORD, "-x"]
    options = f"-t -o UserKnownHostsFile={served.folder / 'fence_hosts'}"
    waits = ["--power-wait", "0", "--power-timeout", "20"]
    return subprocess.run(
        [require("fence_lpar"), *log_in, "--ssh-options", options, *waits]
        + ["-s", L10, "-o", action, *more],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_status_list_off_on(redbook: Served) -> None:
    status = fence(redbook, "status", "-n", "TRAIN")
    assert status.returncode == 0, status.stderr
    assert "Status: ON" in status.stdout
    listed = fence(redbook, "list")
    assert listed.returncode == 0, listed.stderr
    assert {"DEV", "PROD", "TEST", "TRAIN"} <= {
        line.split(",")[0] for line in listed.stdout.splitlines()
    }
    off = fence(redbook, "off", "-n", "TRAIN")
    assert off.returncode == 0, off.stderr
    assert fence(redbook, "status", "-n", "TRAIN").returncode == 2
    on = fence(redbook, "on", "-n", "TRAIN")
    assert on.returncode == 0, on.stderr
    assert fence(redbook, "status", "-n", "TRAIN").returncode == 0
