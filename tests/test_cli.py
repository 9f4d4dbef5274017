"""The program: what it prints, its exit status, and one clear line for whatever is wrong."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.lab import L9

from hmcsh.cli import main


def hmcsh(*words: str, script: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "hmcsh", *words],
        input=script,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_run_gives_output_and_status_of_a_line() -> None:
    done = hmcsh("run", "lssyscfg -r sys -F name | grep L9")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{L9}\n", "")
    done = hmcsh("run", "lssyscfg -r sys -m none; echo $?; nonsense")
    assert done.returncode == 127
    assert done.stdout.splitlines()[1] == "1"
    assert done.stdout.startswith("HSCL8018 ")


def test_a_command_of_the_console_that_is_not_emulated_says_so() -> None:
    done = hmcsh("run", "asmmenu")
    assert done.returncode == 1
    assert done.stdout == "asmmenu is not emulated by this console.\n"


def test_run_takes_a_script_on_standard_input() -> None:
    script = (
        'for i in {1..3}\ndo echo $i\ndone\nread line\nwhat is read\necho "got $line"\nexit 7\n'
    )
    done = hmcsh("run", script=script)
    assert (done.returncode, done.stdout) == (7, "1\n2\n3\ngot what is read\n")


def test_run_says_once_what_is_not_emulated() -> None:
    done = hmcsh("run", "mkdir x")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "mkdir: not emulated\n")


def test_run_needs_no_server_and_no_line_editor() -> None:
    code = (
        "import sys\nfrom hmcsh.cli import main\n"
        "main(['run', 'lssyscfg -r sys -F name'])\n"
        "sys.exit(sorted({'asyncssh', 'prompt_toolkit', 'numpy'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_loads_no_model_of_anything() -> None:
    code = (
        "import sys\nfrom hmcsh.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "late = {'asyncio', 'asyncssh', 'yaml', 'msgspec', 'hmcsh.model.datacenter'}\n"
        "sys.exit(sorted(late & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_seed_gives_the_same_transcript() -> None:
    script = (
        f"migrlpar -o m -m 9117-MMA-SN10DD4AC-L10 -t {L9} -p TRAIN; date; lssyscfg -r prof -m {L9}"
    )
    assert hmcsh("run", "--seed", "3", script).stdout == hmcsh("run", "--seed", "3", script).stdout


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["status", "-i", "nowhere"], 1, "nowhere"),
        (["run", "-i", "nowhere", "date"], 1, "nowhere"),
        (["check", "nowhere"], 1, "nowhere"),
        (["serve", "-i", "nowhere", "--listen", "127.0.0.1:0"], 1, "nowhere"),
        (["serve", "--pace", "0"], 2, "--pace"),
        (["serve", "--pace", "fast"], 2, "--pace"),
        (["serve", "--listen", "2222"], 2, "--listen"),
        (["serve", "--listen", "127.0.0.1:99999"], 2, "--listen"),
        (["serve", "--seed", "x"], 2, "--seed"),
        (["serve", "--listen", "192.0.2.1:0"], 1, "--insecure"),
        (["run", "--lines", "x"], 2, "--lines"),
        (["migrate"], 2, "migrate"),
        ([], 2, "COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_is_said_in_one_line(
    words: list[str], status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended = main(words)
    except SystemExit as exit_:
        ended = exit_.code
    output = capsys.readouterr()
    said = (output.err + output.out).strip().splitlines()
    assert ended == status, said
    assert told in said[-1]
    assert "Traceback" not in output.err
    if status == 1:
        assert len(said) == 1


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = hmcsh("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("content", ["", "no key at all\n"], ids=["empty", "garbage"])
def test_an_unusable_host_key(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "hmcsh"
    folder.mkdir()
    key = folder / "ssh_host_ed25519_key"
    key.write_text(content)
    key.chmod(0o600)
    done = hmcsh("serve", "--listen", "127.0.0.1:0", XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert str(key) in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert key.read_text() == content


def test_an_unwritable_ready_file(tmp_path: Path) -> None:
    done = hmcsh(
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--ready-file",
        str(tmp_path / "none" / "ready"),
        XDG_STATE_HOME=str(tmp_path),
    )
    assert done.returncode == 1
    assert f"ready file {tmp_path}/none/ready: " in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_check_lists_every_problem_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "hmc: {name: hmc1, level: V7R3.2.0}\n"
        "systems:\n"
        "  one: {serial: 10A1B01, memory: 4 furlongs}\n"
        "  two: {serial: 10A1B01, colour: red}\n"
    )
    assert main(["check", str(broken)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{broken}:3: ") for line in lines)
    assert any(line.startswith(f"{broken}:4: ") for line in lines)


@pytest.mark.parametrize("lab", ["redbook", "basic", "cli-examples"])
def test_shipped_labs_are_valid(lab: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", lab]) == 0
    assert capsys.readouterr().out == ""


def test_status_as_table_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    table = capsys.readouterr().out
    train = next(line for line in table.splitlines() if line.startswith("TRAIN"))
    assert train.split()[:4] == ["TRAIN", "5", "9117-MMA-SN10DD4AC-L10", "Running"]
    assert main(["status", "--json"]) == 0
    assert "TRAIN" in json.dumps(json.loads(capsys.readouterr().out))


def test_serve_writes_the_ready_file_tells_systemd_and_ends_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support.served import PATIENCE, serve

    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(PATIENCE)
        systemd.bind(str(tmp_path / "notify"))
        with serve(tmp_path, "basic", whole=True) as served:
            assert served.port > 0
            assert systemd.recv(100) == b"READY=1"
            with socket.create_connection((served.address, served.port), timeout=10) as connection:
                assert connection.recv(8) == b"SSH-2.0-"
        assert systemd.recv(100) == b"STOPPING=1"
    assert not (tmp_path / "ready").exists()
    key = tmp_path / "state" / "hmcsh" / "ssh_host_ed25519_key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_level_of_the_console_can_be_chosen() -> None:
    frames = ("run", "-i", "modern")
    assert hmcsh(*frames, "lssyscfg -r frame").stdout == "No results were found.\n"
    later = hmcsh(*frames, "--level", "V10R3", "lssyscfg -r frame")
    assert later.returncode == 1
    assert " are -r. " in later.stdout
    wrong = hmcsh(*frames, "--level", "10", "lssyscfg -r sys")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "not an HMC level: '10'" in wrong.stderr


def test_a_server_without_metrics_does_not_load_what_they_need() -> None:
    code = (
        "import sys\nfrom hmcsh import control, logs, serving\nfrom hmcsh.ssh import server\n"
        "sys.exit(sorted(name for name in sys.modules if 'prometheus' in name) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
