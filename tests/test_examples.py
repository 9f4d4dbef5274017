"""The examples are usable: what they start exists, and takes what they give it."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from hmcsh import cli
from hmcsh.socketfile import default_folder
from hmcsh.state.inventories import check, load

EXAMPLES = Path(__file__).parents[1] / "examples"
UNIT = (EXAMPLES / "hmcsh.service").read_text().replace("\\\n", " ")
CONTAINER = (EXAMPLES / "Containerfile").read_text().replace("\\\n", " ")


def unit_commands() -> list[list[str]]:
    lines = re.findall(r"^Exec\w+=(.+)$", UNIT, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def container_commands() -> list[list[str]]:
    """What is started, and what looks whether it is well."""
    (entry,), (command,) = (
        re.findall(rf"^{name} (\[.+\])$", CONTAINER, re.MULTILINE) for name in ("ENTRYPOINT", "CMD")
    )
    (health,) = re.findall(r"^HEALTHCHECK .*? CMD (\[.+\])$", CONTAINER, re.MULTILINE)
    return [json.loads(entry) + json.loads(command), json.loads(health)]


@pytest.mark.parametrize(
    "words", [*unit_commands(), *container_commands()], ids=lambda words: " ".join(words[:3])
)
def test_what_is_started_takes_its_arguments(words: list[str]) -> None:
    assert words[0].rpartition("/")[2] == "hmcsh"
    arguments = cli.parser().parse_args(words[1:])
    assert arguments.program == "serve" or arguments.check


def test_server_and_check_mean_the_same_socket() -> None:
    """One that is named, or in the container the default, which needs no word there."""
    for commands in (unit_commands(), container_commands()):
        parsed = [cli.parser().parse_args(words[1:]) for words in commands]
        assert len(parsed) == 2
        assert len({one.control for one in parsed}) == 1


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    program = tmp_path / "hmcsh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "hmcsh.service"
    text = (EXAMPLES / "hmcsh.service").read_text().replace("/opt/hmcsh/bin/hmcsh", str(program))
    unit.write_text(text.replace("Documentation=man:hmcsh(1)\n", ""))
    done = subprocess.run(
        [analyze, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def settings(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.+)$", UNIT, re.MULTILINE)


def test_a_unit_that_never_comes_up_is_not_tried_without_end() -> None:
    (interval,), (burst,), (pause,) = (
        [int(value) for value in settings(name)]
        for name in ("StartLimitIntervalSec", "StartLimitBurst", "RestartSec")
    )
    start = 3  # seconds until a fault is found, on a slow machine
    assert burst * (pause + start) < interval


def test_threads_of_the_unit_do_not_grow_with_processors() -> None:
    """OpenBLAS interrupts a process that cannot have a thread for each of them."""
    assert settings("TasksMax") and "OPENBLAS_NUM_THREADS=1" in settings("Environment")


def test_the_container_is_not_root_and_ends_in_order() -> None:
    user, signal, volume = (
        re.findall(rf"^{name} (.+)$", CONTAINER, re.MULTILINE)
        for name in ("USER", "STOPSIGNAL", "VOLUME")
    )
    assert user and user[0].split(":")[0] not in ("0", "root")
    assert (signal, volume) == (["SIGTERM"], ["/var/lib/hmcsh"])


def test_the_control_socket_of_the_container_is_in_its_volume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder,) = re.findall(r"^ENV .*\bXDG_STATE_HOME=(\S+)", CONTAINER, re.MULTILINE)
    monkeypatch.setenv("XDG_STATE_HOME", folder)
    assert str(default_folder()) == "/var/lib/hmcsh"


def read_by_an_installation() -> set[str]:
    """Files and folders beside setup.cfg that it names, and what the Containerfile gives to pip."""
    setup = configparser.ConfigParser()
    setup.read(EXAMPLES.parent / "setup.cfg")
    folders = [
        line.split("=")[1].strip() for line in setup["options"]["package_dir"].split("\n")[1:]
    ]
    for files in setup["options.data_files"].values():
        folders += [line.split("/")[0] for line in files.split()]
    described = setup["metadata"]["long_description"].removeprefix("file:").strip()
    given = re.findall(r"/src/(\S+)", CONTAINER)
    files = ["setup.cfg", "pyproject.toml", described, setup["metadata"]["license_files"], *given]
    return {*folders, *files}


def test_what_an_installation_reads_is_sent_to_the_build() -> None:
    lines = (EXAMPLES.parent / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == read_by_an_installation()


def test_the_inventory_has_no_well_known_password() -> None:
    path = str(EXAMPLES / "inventory.yaml")
    assert check(path) == []
    users = load(path, "manual").datacenter.console.users.values()
    assert users and not any(user.opens("abc123") for user in users)
