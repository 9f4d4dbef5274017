"""chhmcusr: change users of the console (manual pages, V5 and V9)."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.hmc.attributes.users import (
    DEFAULTS_TABLE,
    USER_INPUT,
    UserRow,
    UserTarget,
    amended,
    resource_of,
)
from hmcsh.commands.hmc.common.changes import Changes, Target, apply, split_identity
from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.options import DATA, FILE
from hmcsh.commands.hmc.common.passwords import kept
from hmcsh.commands.hmc.common.prompts import ask_new_password
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.mkhmcusr import RECORDS

from hmcsh.language.attributes import Setting
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.language.options import Parsed
from hmcsh.language.records import Assignment
from hmcsh.model.users import User

MANUAL = "manual pages, V5 and V9"
_SINCE_8 = Span(since=Level.parse("V8R8"))

# Which attribute each type of change sets.
_BY_TYPE = {
    "desc": "description",
    "name": "new_name",
    "passwd": "passwd",
    "pwage": "pwage",
    "taskrole": "taskrole",
    "auth": "authentication_type",
}

DECLARATION = Declaration(
    "chhmcusr",
    "Changes a user of the console.",
    (
        Option("-u", "user", "required", "user name", "the user to change", kind="user"),
        Option(
            "-t",
            "type",
            "required",
            help="what to change:",
            choices=("assign", *_BY_TYPE, "remoteuser", "default"),
            choice_help=(
                "managed resource objects and roles",
                "the description",
                "the user's name",
                "the password; asked for without -v",
                "the number of days after which the password expires",
                "the task role",
                "how the user is authenticated",
                "the user's name for Kerberos (not emulated)",
                "what new users get",
            ),
            source=MANUAL,
        ),
        Option(
            "-o",
            "operation",
            "required",
            help="what to do to resources, or to the user:",
            choices=("a", "r", "e"),
            choice_help=("add", "remove", "enable a user that is disabled"),
            source=MANUAL,
        ),
        Option(
            "-r",
            "assignment",
            "required",
            help="what to add or remove:",
            choices=("resource", "resourcerole"),
            choice_help=("a managed resource object", "a managed resource role"),
            source=MANUAL,
        ),
        Option("-v", "value", "required", "new value", "the new value of what is changed"),
        dataclasses.replace(DATA, span=RECORDS),
        dataclasses.replace(FILE, span=RECORDS),
    ),
    (
        Form({"-t": ("desc", "name", "pwage", "taskrole")}, ("-u", "-v")),
        Form({"-t": ("auth",)}, ("-u", "-v"), span=RECORDS),
        Form({"-t": ("remoteuser",)}, ("-u", "-v"), span=RECORDS, emulated=False),
        Form({"-t": ("passwd",)}, ("-u",), ("-v",)),
        Form({"-t": ("assign",), "-o": ("a", "r")}, ("-u", "-r", "-v")),
        Form({"-o": ("e",)}, ("-u",), span=RECORDS),
        Form({}, one_of=(("-i", "-f"),), span=RECORDS),
        Form({"-t": ("default",)}, one_of=(("-i", "-f"),), span=_SINCE_8),
    ),
    notes=(
        "Who may do nothing else may change his own password.",
        "A record names the user with name; new_name renames him.",
    ),
    examples=(
        "chhmcusr -u watcher -t passwd",
        "chhmcusr -u watcher -t taskrole -v hmcoperator",
        "chhmcusr -u watcher -t assign -o a -r resourcerole -v myRole",
        "chhmcusr -i name=watcher,remote_ssh_access=0",
        "chhmcusr -u watcher -o e",
    ),
    source=MANUAL,
)


def _user(call: Call, name: str) -> User:
    try:
        return call.console.users[name]
    except KeyError:
        raise HmcError("user_not_found", name=name) from None


def _target(call: Call, user: User, changes: Changes) -> UserTarget:
    return UserTarget(UserRow(call.datacenter, call.console, user), changes)


def _change(call: Call, user: User, assignments: list[Assignment], changes: Changes) -> None:
    settings = USER_INPUT.read_input(assignments, call.level)
    if "passwd" in settings:
        _check_password_age(call, user)
    apply(settings, USER_INPUT, call.level, _target(call, user, changes))


def _check_password_age(call: Call, user: User) -> None:
    """A user waits until his password is old enough; who manages passwords does not (inferred)."""
    if user is not call.caller.user:
        call.require(Task.CHANGE_ANY_PASSWORD)
    elif user.password_changed is not None and not call.allows(Task.CHANGE_ANY_PASSWORD):
        age = call.datacenter.now() - user.password_changed
        if age.days < user.minimum_password_age:
            raise HmcError("password_too_new", days=user.minimum_password_age)


def _assign(call: Call, user: User, changes: Changes) -> None:
    """Add or remove a managed resource object or role."""
    operator = {"a": "+=", "r": "-="}[call.parsed.required("operation")]
    value = call.parsed.required("value")
    if call.text("assignment") == "resourcerole":
        return _change(call, user, [Assignment("resourcerole", operator, value, (value,))], changes)
    setting = Setting(operator, (resource_of(call.datacenter, value),))
    changes.set(user, "resources", amended(user.resources, setting))
    return None


async def run(call: Call) -> Lines:
    """Change one user by options, or what every record names, or nothing."""
    kind = call.text("type")
    if not call.given("user"):
        return await _change_by_records(call)
    user = _user(call, call.parsed.required("user"))
    if call.text("operation") == "e":
        # The time without a log-in begins anew (inferred).
        user.disabled, user.last_login = False, call.datacenter.now()
        return ()
    if kind == "passwd":
        _check_password_age(call, user)
    value = call.text("value")
    if value is None:
        value = await ask_new_password(call)
    if kind == "passwd":
        value = await kept(value, call.level)
    with Changes() as changes:
        if kind == "assign":
            _assign(call, user, changes)
        else:
            name = _BY_TYPE[call.parsed.required("type")]
            _change(call, user, [Assignment(name, "=", value, (value,))], changes)
    return ()


async def _protected(call: Call, assignment: Assignment) -> Assignment:
    if assignment.name != "passwd":
        return assignment
    record = await kept(assignment.value, call.level)
    return dataclasses.replace(assignment, value=record, values=(record,))


async def _change_by_records(call: Call) -> Lines:
    records = [[await _protected(call, a) for a in record] for record in await call.records()]
    with Changes() as changes:
        for record in records:
            if call.text("type") == "default":
                settings = DEFAULTS_TABLE.read_input(record, call.level)
                target = Target(call.console.user_defaults, changes)
                apply(settings, DEFAULTS_TABLE, call.level, target)
                continue
            identity, others = split_identity(record, ("name",))
            if "name" not in identity:
                raise HmcError("missing_attribute", names=["name"])
            _change(call, _user(call, identity["name"]), others, changes)
    return ()


def _task(parsed: Parsed) -> Task:
    return Task.CHANGE_OWN_PASSWORD if parsed.text("type") == "passwd" else Task.MANAGE_USERS


COMMAND = Command(DECLARATION, run, {"": USER_INPUT, "default": DEFAULTS_TABLE}, task=_task)
