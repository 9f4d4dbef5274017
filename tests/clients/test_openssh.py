"""OpenSSH's client: scripts on standard input, scripts that call ssh, states while it moves."""

import subprocess
import time
from pathlib import Path

import pytest
from support.lab import L9, L10
from support.served import Served, require, serve

pytestmark = pytest.mark.clients

SCRIPT = (Path(__file__).parent / "empty_server.sh").read_text()
SERVERS = f"SRC_SERVER={L10}\nDEST_SERVER={L9}\n"
MOBILE = ["DEV", "PROD", "TEST", "TRAIN"]


def names(served: Served, system: str) -> list[str]:
    listed = served.ssh(f"lssyscfg -r lpar -m {system} -F name,lpar_env | sort")
    return [line.split(",")[0] for line in listed.stdout.splitlines() if "aixlinux" in line]


def check_emptied(served: Served, output: str) -> None:
    assert [line for line in output.splitlines() if line.startswith("moving")] == [
        f"moving {name}" for name in ("DEV", "PROD", "TRAIN", "TEST")
    ]
    assert names(served, L10) == []
    assert names(served, L9) == sorted([*MOBILE, "BUILD", "QA"])


def test_a_script_on_standard_input_empties_a_server(redbook: Served) -> None:
    done = redbook.ssh(script=SERVERS + SCRIPT)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    check_emptied(redbook, done.stdout)


def test_a_local_script_that_calls_ssh_empties_a_server(redbook: Served) -> None:
    command = " ".join(redbook.ssh_command("-n"))
    functions = "".join(
        f'{name}() {{ {command} "{name} $(printf "%q " "$@")"; }}\n'
        for name in ("lssyscfg", "lslparmigr", "migrlpar")
    )
    done = subprocess.run(
        [require("bash"), "-c", functions + SERVERS + SCRIPT],
        env=redbook.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    check_emptied(redbook, done.stdout)


def test_a_second_session_sees_the_states_change(tmp_path: Path) -> None:
    states: list[str] = []
    with serve(tmp_path, "redbook", pace="20") as served:
        moving = subprocess.Popen(
            [*served.ssh_command("-n"), f"migrlpar -o m -m {L10} -t {L9} -p TRAIN"],
            env=served.environment(),
        )
        look = (
            f"lslparmigr -r lpar -m {L10} --filter lpar_names=TRAIN -F migration_state; "
            f"lssyscfg -r lpar -m {L10} --filter lpar_names=TRAIN -F state; "
            f"lsrefcode -r lpar -m {L10} --filter lpar_names=TRAIN -F refcode"
        )
        deadline = time.monotonic() + 60
        while moving.poll() is None and time.monotonic() < deadline:
            seen = " / ".join(served.ssh(look).stdout.splitlines())
            if not states or states[-1] != seen:
                states.append(seen)
        assert moving.wait(timeout=10) == 0
    text = "\n".join(states)
    assert "Migration Starting / Migrating - Running" in text
    assert "Migration In Progress / Migrating - Running" in text
    assert "/ 2004" in text


def final_listing(folder: Path, pace: str) -> str:
    with serve(folder, "redbook", pace=pace) as served:
        served.ssh(f"migrlpar -o m -m {L10} -t {L9} -p TRAIN")
        return served.ssh(
            f"lssyscfg -r lpar -m {L9}; lssyscfg -r prof -m {L9}; lsrefcode -r lpar -m {L9} -n 9; "
            f"lshwres -r virtualio --rsubtype scsi --level lpar -m {L9}; date"
        ).stdout


def test_the_pace_changes_no_byte(tmp_path: Path) -> None:
    instant, paced = tmp_path / "instant", tmp_path / "paced"
    instant.mkdir()
    paced.mkdir()
    assert final_listing(instant, "instant") == final_listing(paced, "50")


def test_a_busy_loop_does_not_hold_others_up(redbook: Served) -> None:
    looping = subprocess.Popen(
        [*redbook.ssh_command("-n"), "while true; do :; done"], env=redbook.environment()
    )
    try:
        time.sleep(0.5)
        answered = redbook.ssh(
            "for i in 1 2 3 4 5 6 7 8 9 10; do lssyscfg -r sys -F name; done", options=("-n",)
        )
        assert answered.stdout.count(L9) == 10
        assert looping.poll() is None
    finally:
        looping.kill()
        looping.wait()
