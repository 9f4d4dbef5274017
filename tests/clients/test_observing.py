"""What those who operate a served console read by machine: its log as JSON, and its metrics."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.served import PATIENCE, Served, serve

from hmcsh.cli import main

SOURCE, DESTINATION = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"
SUBSYSTEM = 'sftp" \x1b[2J\n\x00'
ODD = "a\u2028\x1b[2J\x00\U0001f600\u009b"


def url(served: Served) -> str:
    lines = served.log.read_text().splitlines()
    return next(line for line in lines if line.startswith("metrics: ")).split()[1]


def scrape(served: Served) -> tuple[str, dict[str, float]]:
    """The metrics, and their values by name and labels."""
    with urllib.request.urlopen(url(served), timeout=PATIENCE) as answer:
        text = answer.read().decode()
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return text, found


def records(served: Served) -> list[dict[str, Any]]:
    """The log behind what the server says at its start."""
    lines = served.log.read_bytes().split(b"\n")
    assert lines.pop() == b""
    said = ("hmcsh ", "try: ", "metrics: ")
    return [json.loads(line) for line in lines if not line.decode().startswith(said)]


async def odd_clients(served: Served) -> None:
    async def connect(user: str, password: str) -> asyncssh.SSHClientConnection:
        return await asyncssh.connect(
            served.address, served.port, username=user, password=password,
            known_hosts=None, config=None, client_keys=None, agent_path=None,
        )  # fmt: skip

    for user in ("b\"a'd é", served.user):
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.ConnectionLost)):
            await connect(user, "wrong")
    async with await connect(served.user, served.password) as connection:
        await connection.run(f"echo '{ODD}'")
        await connection.run("mkhmcusr -u joe -a hmcsuperadmin --passwd sesame77")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_session(subsystem=SUBSYSTEM)


def test_the_log_and_the_metrics_tell_the_same(tmp_path: Path) -> None:
    options = ("--log-format", "json", "--metrics", "0")
    state = tmp_path / "kept"
    with serve(tmp_path, "redbook", options=options, state=state) as served:
        move = f"migrlpar -o m -m {SOURCE} -t {DESTINATION} -p QA"
        script = f"lssyscfg -r sys -F name | head -1\n{move}\nfor i in 1 2; do lshmc -V; done\n"
        assert served.ssh(script=script).returncode == 0
        assert served.ssh("bkconsdata -r x; nosuch").returncode == 127
        asyncio.run(odd_clients(served))
        text, found = scrape(served)
    log = records(served)

    commands = [one for one in log if one.get("event") == "command"]
    assert [(one["command"], one["status"]) for one in commands] == [
        ("lssyscfg -r sys -F name", 0),
        (move, 0),
        ("lshmc -V", 0),
        ("lshmc -V", 0),
        ("bkconsdata -r x", 1),
        ("mkhmcusr -u joe -a hmcsuperadmin --passwd '*****'", 0),
    ]
    assert all(one["user"] == "hscroot" and one["console"] == "hmc1" for one in commands)
    assert found["hmcsh_commands_total{command=lshmc,status=0}"] == 2
    assert found["hmcsh_commands_total{command=bkconsdata,status=1}"] == 1
    assert sum(v for k, v in found.items() if k.startswith("hmcsh_commands_total")) == 6
    spent = sum(one["duration"] for one in commands)
    measured = sum(
        v for k, v in found.items() if k.startswith("hmcsh_command_duration_seconds_sum")
    )
    assert spent == pytest.approx(measured, abs=1e-4)

    refused = [one for one in log if one.get("event") == "log_in_refused"]
    assert {(one["user"], one["reason"]) for one in refused} == {
        ("b\"a'd é", "unknown user"),
        ("hscroot", "wrong password"),
    }
    assert len(refused) == sum(v for k, v in found.items() if "login_refusals_total" in k)
    assert sum(one.get("event") == "log_in" for one in log) == 3
    assert found["hmcsh_logins_total{method=publickey}"] == 0
    lines = [one["line"] for one in log if one.get("event") == "line"]
    assert f"echo '{ODD}'" in lines
    assert [one["subsystem"] for one in log if one.get("event") == "subsystem_refused"] == [
        SUBSYSTEM
    ]
    assert "sesame77" not in served.log.read_text()

    assert found["hmcsh_migrations_ended_total{outcome=completed}"] == 1
    assert found["hmcsh_migration_sent_bytes_total"] > 1e8
    assert found["hmcsh_state_transaction_duration_seconds_count"] >= 3
    assert found["hmcsh_state_file_bytes{part=database}"] > 0
    assert found["process_resident_memory_bytes"] > 1e6
    promtool = shutil.which("promtool")
    if promtool is not None:
        subprocess.run([promtool, "check", "metrics"], input=text, text=True, check=True)


def test_a_port_for_metrics_that_is_taken(tmp_path: Path) -> None:
    state, ready = tmp_path / "kept", tmp_path / "never"
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = f"127.0.0.1:{other.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "hmcsh", "serve", "--listen", "127.0.0.1:0"]
            + ["--metrics", where, "--state", str(state), "--ready-file", str(ready)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"hmcsh: metrics on {where}: Address already in use\n"
    assert not state.exists()
    assert not ready.exists()


@pytest.mark.parametrize("text", ["x", "70000", ":9", "localhost:", "[::1]", "1.5"])
def test_a_port_for_metrics_that_is_none(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--metrics", text])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.endswith(f"argument --metrics: {text!r} is not [ADDRESS:]PORT\n")
