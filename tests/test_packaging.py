"""What is installed is what is there."""

import configparser
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


def test_every_module_of_commands_is_a_command() -> None:
    from hmcsh.commands.hmc import COMMANDS, SPANS
    from hmcsh.commands.hmc.common import unemulated

    assert all(COMMANDS[name].name == name for name in COMMANDS)
    assert not set(COMMANDS) & set(unemulated.NAMES)
    assert set(SPANS) <= set(COMMANDS)
