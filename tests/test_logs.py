"""The log: what becomes of a record as a line of text, and as one of JSON."""

import errno
import io
import json
import logging
import os
import sys
import typing
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hmcsh import logs
from hmcsh.events import EVENTS, Event, LineEnded, LogInRefused, LogInterrupted, NotEmulated

TEXT, JSON = logs.Formatter(), logs.JsonFormatter()
OF_ALL = ("time", "logger", "level", "message")
ADDED = ("event", "traceback", "stack")
ODD = "a\r\nforged\x9b\u202e\u2028\x00\udcff\x1b[2J é \U0001f600"

anything = st.text(st.characters(), max_size=40)  # lone surrogates, controls: all there is


def record(message: object, *args: object, name: str = "hmcsh", exc_info: Any = None) -> Any:
    return logging.LogRecord(name, logging.WARNING, "", 0, message, args, exc_info)


def read(line: str) -> dict[str, Any]:
    """A line as a strict reader takes it."""
    assert line.isascii()
    assert line.isprintable(), "no control characters, so one line"
    found = msgspec.json.decode(line, type=dict[str, Any])
    assert found == json.loads(line)
    return found


def fault(text: str) -> Any:
    try:
        raise ValueError(text)
    except ValueError:
        return sys.exc_info()


def made(kind: type[Event], text: str) -> Event:
    """An event whose fields are all of this text, where they are text."""
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for name in kind.__struct_fields__:
        if "str" in str(hints[name]):
            values[name] = text
        else:
            values[name] = 1.5 if hints[name] is float else 1
    return kind(**values)


class Disk(io.StringIO):
    """What the log is written to, while there is room."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            super().write(text[:5] if self.getvalue().endswith("\n") else "")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(text)


# Writing


def test_a_log_that_cannot_be_written_goes_on_and_tells_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    disk = Disk()
    handler = logs.Handler(disk)
    handler.setFormatter(JSON)
    for full, text in enumerate(["first", "second", "third", "fourth", "fifth", "sixth"]):
        disk.full = 1 <= full <= 3
        handler.handle(record(text))
    first, half, *rest = disk.getvalue().splitlines()
    told = [read(line) for line in (first, *rest)]
    assert [one.get("records", one["message"]) for one in told] == ["first", 3, "fifth", "sixth"]
    assert told[1]["event"] == "log_interrupted"
    assert len(half) == 5
    assert capsys.readouterr().err == "", "nothing else is written there"


# Text


def test_no_control_character_reaches_the_log() -> None:
    shown = TEXT.format(record("log-in of %s\x1b[2J", "a\r\nforged\x9b\u202e\udc80"))
    assert shown.endswith("log-in of a\\r\\nforged\\x9b\\u202e\\udc80\\x1b[2J")


def test_a_traceback_keeps_its_lines_and_escapes_the_rest() -> None:
    lines = TEXT.format(record("failed", exc_info=fault("a\x1b[2J"))).split("\n")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: a\\x1b[2J"


def test_a_user_ends_no_line_of_the_log() -> None:
    for kind in EVENTS.values():
        shown = TEXT.format(record(made(kind, ODD)))
        assert shown.isprintable(), kind.event


# Events


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.event)
def test_the_fields_of_an_event_stand_in_its_line(kind: type[Event]) -> None:
    event = made(kind, "thing")
    found = read(JSON.format(record(event)))
    names = [*kind.__struct_fields__]
    assert not {*names} & {*OF_ALL, *ADDED}, "a field would hide what every record has"
    assert list(found) == [*OF_ALL, "event", *names]
    assert {name: found[name] for name in names} == msgspec.structs.asdict(event)
    assert found["event"] == kind.event
    assert found["message"] == str(event)
    assert TEXT.format(record(event)).endswith(str(event)), "both forms say the same"


def test_each_event_has_a_name_of_its_own_and_says_what_it_is() -> None:
    kinds = [kind for kind in typing.cast(Any, _derived(Event)) if "event" in vars(kind)]
    assert len({kind.event for kind in kinds}) == len(kinds) == len(EVENTS)
    assert all(kind.__doc__ for kind in kinds)


def _derived(kind: type[Event]) -> list[type[Event]]:
    found = kind.__subclasses__()
    return [*found, *(one for each in found for one in _derived(each))]


def test_a_line_of_json_says_when_who_and_what() -> None:
    event = LogInRefused(user="it's", address="::1", method="password", reason="wrong password")
    one = record(event, name="hmcsh.audit")
    one.created = 1234567890.0625
    assert read(JSON.format(one)) == {
        "time": "2009-02-13T23:31:30.062+00:00",
        "logger": "hmcsh.audit",
        "level": "WARNING",
        "message": 'log-in of "it\'s" from ::1 refused: password, wrong password',
        "event": "log_in_refused",
        "user": "it's",
        "address": "::1",
        "method": "password",
        "reason": "wrong password",
    }


def test_what_ended_without_a_status_says_by_whom() -> None:
    who = {"user": "u", "address": "a", "terminal": None, "console": "hmc1"}
    line = LineEnded(**who, line="sleep 9", status=None, ended_by="TERM", duration=0.5)
    found = read(JSON.format(record(line)))
    assert (found["terminal"], found["status"], found["duration"]) == (None, None, 0.5)
    assert found["message"] == "u from a (no tty): sleep 9: ended by TERM"


# Whatever a user sends


@given(kind=st.sampled_from([*EVENTS.values()]), text=anything)
@example(LogInRefused, ODD)
@example(LineEnded, "\n")
def test_each_line_is_json_whatever_is_sent(kind: type[Event], text: str) -> None:
    read(JSON.format(record(made(kind, text))))
    found = read(JSON.format(record("%s failed: %r", text, text, exc_info=fault(text))))
    assert found["traceback"].startswith("Traceback (most recent call last):\n")
    assert TEXT.format(record(NotEmulated(command=text))).isprintable()


@given(data=st.binary(max_size=40))
def test_bytes_that_are_no_text_can_be_told_from_each_other(data: bytes) -> None:
    sent = data.decode("utf-8", "surrogateescape")
    found = read(JSON.format(record(NotEmulated(command=sent))))
    plain = all(not "\ud800" <= c <= "\udfff" for c in sent)
    if plain:
        assert found["command"] == sent
    else:
        assert found["command"] == sent.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize("formatter", [TEXT, JSON], ids=["text", "json"])
@pytest.mark.parametrize(
    "one",
    [
        *(
            record(made(kind, "mkhmcusr -u x --passwd sesame"))
            for kind in EVENTS.values()
            if kind is not LogInterrupted  # has no text in it
        ),
        record("command failed: %s", "mkhmcusr -u x --passwd sesame"),
        record("%(line)s", {"line": "chhmcusr -t passwd -v sesame"}),
        record("Task failed: mkhmcusr --passwd sesame", name="asyncio"),
        record("failed", exc_info=fault("no such record\n  passwd=sesame")),
    ],
    ids=lambda one: getattr(one.msg, "event", str(one.msg)),
)
def test_no_password_in_any_field(formatter: logging.Formatter, one: Any) -> None:
    shown = formatter.format(one)
    assert "sesame" not in shown
    assert "*****" in shown


@pytest.mark.parametrize(
    "reason",
    ["wrong password", "password expired", "password change", "too many connections"]
    + ["the user is locked", "Too many authentication failures", "unknown user"],
)
def test_what_the_program_itself_says_of_passwords_is_shown(reason: str) -> None:
    event = LogInRefused(user="u", address="a", method="password", reason=reason)
    assert read(JSON.format(record(event)))["reason"] == reason


def test_a_long_value_is_cut() -> None:
    found = read(JSON.format(record(NotEmulated(command="x" * 100_000))))
    assert found["command"] == "x" * 1000 + "..."
