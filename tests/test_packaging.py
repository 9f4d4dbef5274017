"""What is installed is what is there."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_package_is_installed() -> None:
    """setup.cfg lists packages by hand: finding them would install `commands` at the top."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    present = set()
    for top, name in (("hmcsh", "hmcsh"), ("commands", "hmcsh.commands"), ("fixtures",) * 2):
        for init in (ROOT / top).rglob("__init__.py"):
            parts = init.parent.relative_to(ROOT / top).parts
            present.add(".".join(("hmcsh.fixtures" if name == "fixtures" else name, *parts)))
    assert listed == present


def test_manual_pages_are_installed_where_man_looks(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("hmcsh", "commands", "fixtures", "man"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        + ["--wheel-dir", str(tmp_path), str(source)],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    place = ".data/data/share/man/man1/"
    installed = {name.rpartition("/")[2] for name in names if place in name}
    assert installed == {page.name for page in (ROOT / "man").glob("*.1")}
    assert {"hmcsh.1", "hmcsh-serve.1", "hmcsh-lssyscfg.1"} <= installed
    assert "hmcsh/cli/__init__.py" in names


def test_every_module_of_commands_is_a_command() -> None:
    from hmcsh.commands.hmc import COMMANDS, SPANS
    from hmcsh.commands.hmc.common import unemulated

    assert all(COMMANDS[name].name == name for name in COMMANDS)
    assert not set(COMMANDS) & set(unemulated.NAMES)
    assert set(SPANS) <= set(COMMANDS)
