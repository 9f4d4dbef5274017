"""mkhmcusr: create users of the console (manual pages, V8 and V10)."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.hmc.attributes.users import (
    NEW_USER_INPUT,
    UserRow,
    UserTarget,
    valid_user_name,
)
from hmcsh.commands.hmc.common.changes import Changes, apply, split_identity
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import DATA, FILE
from hmcsh.commands.hmc.common.passwords import kept
from hmcsh.commands.hmc.common.prompts import ask_new_password
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Setting
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.model.users import NEVER, User

MANUAL = "manual pages, V8 and V10"
RECORDS = Span(since=Level.parse("V7R3.5"))  # inferred: the level of the attributes they set

# Which attribute an option sets.
_BY_OPTION = {
    "role": "taskrole",
    "description": "description",
    "password": "passwd",
    "age": "pwage",
    "authentication": "authentication_type",
}

_OPTIONAL = ("-d", "--passwd", "-M", "--auth")

DECLARATION = Declaration(
    "mkhmcusr",
    "Creates a user of the console.",
    (
        Option("-u", "user", "required", "user name", "the name of the user"),
        Option("-a", "role", "required", "task role", "the task role of the user", kind="taskrole"),
        Option("-d", "description", "required", "description", "the description of the user"),
        Option(
            "--passwd",
            "password",
            "required",
            "password",
            "the password; asked for if it is left out",
        ),
        Option(
            "-M",
            "age",
            "required",
            "number of days",
            "after how many days the password expires",
            minimum=1,
            maximum=NEVER,
        ),
        Option(
            "--auth",
            "authentication",
            "required",
            help="how the user is authenticated:",
            choices=("local", "kerberos", "ldap"),
            choice_help=("by the console", "not emulated", "no server is configured"),
            span=RECORDS,
        ),
        Option(
            "--remoteuser",
            "remote_user",
            "required",
            "remote user name",
            "the user's name for Kerberos (not emulated)",
            span=RECORDS,
        ),
        dataclasses.replace(DATA, span=RECORDS),
        dataclasses.replace(FILE, span=RECORDS),
    ),
    (
        Form({"-u": ()}, ("-a",), _OPTIONAL),
        Form({"-a": ()}, ("-u",), _OPTIONAL),
        Form({}, one_of=(("-i", "-f"),), span=RECORDS),
        Form(
            {"-u": (), "--remoteuser": ()},
            ("-a",),
            ("-d", "-M", "--auth"),
            span=RECORDS,
            emulated=False,
        ),
    ),
    examples=(
        "mkhmcusr -u watcher -a hmcviewer -d 'Looks, changes nothing' --passwd secret12",
        'mkhmcusr -i "name=watcher,taskrole=hmcviewer,passwd=secret12,pwage=90"',
    ),
    source=MANUAL,
)

Record = tuple[str, dict[str, Setting]]


def _assignments(call: Call) -> list[Assignment]:
    """The record that the options make."""
    pairs = [("name", call.parsed.required("user"))]
    for dest, name in _BY_OPTION.items():
        value = call.text(dest)
        if value is not None:
            pairs.append((name, value))
    return [Assignment(name, "=", value, (value,)) for name, value in pairs]


def _read(call: Call, record: list[Assignment]) -> Record:
    """The name and the settings of a new user. Raises HmcError for what is missing or invalid."""
    identity, others = split_identity(record, ("name",))
    settings = NEW_USER_INPUT.read_input(others, call.level)
    given = {**identity, **settings}
    missing = [name for name in ("name", "taskrole") if name not in given]
    if missing:
        raise HmcError("missing_attribute", names=missing)
    return valid_user_name(identity["name"]), settings


def _create(call: Call, name: str, settings: dict[str, Setting], changes: Changes) -> None:
    console = call.console
    if name in console.users:
        raise HmcError("user_exists", name=name)
    defaults = console.user_defaults
    user = User(
        name,
        session_timeout=defaults.session_timeout,
        idle_timeout=defaults.idle_timeout,
        password_changed=call.datacenter.now(),
    )
    row = UserRow(call.datacenter, console, user)
    apply(settings, NEW_USER_INPUT, call.level, UserTarget(row, changes))
    changes.set(console, "users", {**console.users, name: user})


async def run(call: Call) -> Lines:
    """Create the user of the options, or every user of the records, or none."""
    data = [_assignments(call)] if call.given("user") else await call.records()
    records = [_read(call, record) for record in data]
    for _, settings in records:
        if "passwd" not in settings:
            settings["passwd"] = Setting("=", await ask_new_password(call))
        settings["passwd"] = Setting("=", await kept(settings["passwd"].value, call.level))
    with Changes() as changes:
        for name, settings in records:
            _create(call, name, settings, changes)
    return ()


COMMAND = Command(DECLARATION, run, {"": NEW_USER_INPUT}, task=performs(Task.MANAGE_USERS))
