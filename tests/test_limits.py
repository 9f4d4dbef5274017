"""The table of limits, the options that set them, and the log."""

import logging
import sys

import pytest

from hmcsh import limits, logs
from hmcsh.cli import main
from hmcsh.ssh.service import Settings


def test_every_limit_says_what_it_is_and_what_ends() -> None:
    names = [one.name for one in limits.TABLE]
    assert len(set(names)) == len(names) > 30
    for one in limits.TABLE:
        assert one.what, one.name
        assert one.unit, one.name
        assert not one.message or one.ends, one.name


@pytest.mark.parametrize("one", limits.TABLE, ids=lambda one: one.name)
def test_each_can_be_set(one: limits.Limit) -> None:
    name, value = limits.parse(f"{one.name}=7")
    server, shell = limits.apply([(name, value)])
    holder = shell if name.startswith("shell.") else server
    assert getattr(holder, name.removeprefix("shell.")) == 7
    assert (server == Settings()) is name.startswith("shell.")


@pytest.mark.parametrize(
    "text",
    ["nosuch=1", "max_line", "max_line=x", "max_line=1.5", "idle_time=nan", "max_line=-1"]
    + ["version=x"],
)
def test_a_limit_that_cannot_be_set(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--limit", text])
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err


def test_limits_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["limits"]) == 0
    listed = capsys.readouterr().out
    assert all(one.name in listed for one in limits.TABLE)


def _written(name: str, message: str, *args: object) -> str:
    record = logging.LogRecord(name, logging.WARNING, "", 0, message, args, None)
    return logs.Formatter().format(record)


def test_no_control_character_reaches_the_log() -> None:
    shown = _written("hmcsh", "log-in of %s\x1b[2J", "a\r\nforged\x9b\u202e\udc80")
    assert shown.endswith("log-in of a\\r\\nforged\\x9b\\u202e\\udc80\\x1b[2J")


def test_a_traceback_keeps_its_lines_and_escapes_the_rest() -> None:
    try:
        raise ValueError("a\x1b[2J")
    except ValueError:
        record = logging.LogRecord("hmcsh", 40, "", 0, "failed", (), sys.exc_info())
    lines = logs.Formatter().format(record).split("\n")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: a\\x1b[2J"


def test_command_lines_of_the_shell_are_logged_without_passwords() -> None:
    shown = _written("hmcsh.shell", "command failed: %s", "mkhmcusr -u x --passwd sesame")
    assert shown.endswith("command failed: mkhmcusr -u x --passwd *****")
