"""chaccfg: change task roles and managed resource roles (manual page, V9)."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from hmcsh.commands.hmc.attributes.roles import (
    RESOURCE_ROLE_INPUT,
    TASK_ROLE_INPUT,
    resources_of,
    tasks_of,
)
from hmcsh.commands.hmc.attributes.users import amended
from hmcsh.commands.hmc.common.changes import Changes, split_identity
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import DATA, FILE
from hmcsh.commands.hmc.common.roles import require_custom, require_free, task_role
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Setting
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError

MANUAL = "manual page, V9"
_AUTOMATIC = ("autoresource", "autoresourcerole")
_SINCE_8 = Span(since=Level.parse("V8R8"))

DECLARATION = Declaration(
    "chaccfg",
    "Changes a task role or a managed resource role.",
    (
        Option(
            "-t",
            "type",
            "required",
            help="the type of role:",
            choices=("resourcerole", "taskrole", *_AUTOMATIC),
            choice_help=(
                "managed resource role",
                "task role",
                "managed resource objects that are added by themselves (not emulated)",
                "the update of managed resource roles by itself (not emulated)",
            ),
            source=MANUAL,
        ),
        DATA,
        FILE,
        Option(
            "-o",
            "operation",
            "required",
            help="what to do to automatic updates (not emulated):",
            choices=("enable", "disable", "convert", "remove"),
            span=_SINCE_8,
        ),
        Option(
            "--retain",
            "retain",
            "required",
            help="whether permissions stay (not emulated)",
            choices=("0", "1"),
            span=_SINCE_8,
        ),
    ),
    (
        Form({"-t": ("resourcerole", "taskrole")}, one_of=(("-i", "-f"),)),
        Form(
            {"-t": _AUTOMATIC},
            optional=("-i", "-f", "-o", "--retain"),
            span=_SINCE_8,
            emulated=False,
        ),
    ),
    notes=(
        "Attributes: name, new_name, resources; to the list resources can be added with += and "
        "taken from it with -=.",
    ),
    examples=(
        "chaccfg -t taskrole -i name=starter,resources+=lpar:ShutdownLPAR",
        "chaccfg -t resourcerole -i "
        "'name=oneSystem,resources-=cec:root/ibmhscS1_0|9117-MMA*10FFE0B|IBMHSC_ComputerSystem'",
    ),
    source=MANUAL,
)


def _change_tasks(call: Call, name: str, setting: Setting) -> dict[str, tuple[str, ...]]:
    """The tasks of a role after a setting, by type of object."""
    before = dict(call.console.task_roles[name].tasks)
    given = tasks_of(setting.value)
    if setting.operator == "=":
        return given
    for kind, tasks in given.items():
        before[kind] = amended(before.get(kind, ()), Setting(setting.operator, tasks))
    return before


_INPUT = {"taskrole": TASK_ROLE_INPUT, "resourcerole": RESOURCE_ROLE_INPUT}
_Role = TypeVar("_Role")


def _renamed(roles: dict[str, _Role], old: str, new: str) -> dict[str, _Role]:
    return {new if name == old else name: role for name, role in roles.items()}


async def run(call: Call) -> Lines:
    """Change the role that the one record names."""
    kind = call.parsed.required("type")
    records = await call.records()
    if len(records) != 1:
        raise HmcError("bad_configuration_data")
    identity, others = split_identity(records[0], ("name",))
    if "name" not in identity:
        raise HmcError("missing_attribute", names=["name"])
    name = identity["name"]
    require_custom(call, kind, name)
    settings = _INPUT[kind].read_input(others, call.level)
    new = settings["new_name"].value if "new_name" in settings else name
    if new != name:
        require_free(call, kind, new)
    with Changes() as changes:
        if kind == "taskrole":
            _change_task_role(call, name, new, settings, changes)
        else:
            _change_resource_role(call, name, new, settings, changes)
    return ()


def _change_task_role(
    call: Call, name: str, new: str, settings: dict[str, Setting], changes: Changes
) -> None:
    console = call.console
    role = console.task_roles[name]
    if "resources" in settings:
        tasks = _change_tasks(call, name, settings["resources"])
        role = task_role(call, name, role.parent, tasks)
    roles = {**console.task_roles, name: dataclasses.replace(role, name=new)}
    children = {
        title: dataclasses.replace(one, parent=new) if one.parent == name else one
        for title, one in _renamed(roles, name, new).items()
    }
    changes.set(console, "task_roles", children)
    for user in console.users.values():
        if user.role == name:
            changes.set(user, "role", new)


def _change_resource_role(
    call: Call, name: str, new: str, settings: dict[str, Setting], changes: Changes
) -> None:
    console = call.console
    held = console.resource_roles[name]
    if "resources" in settings:
        held = amended(held, resources_of(call.datacenter, settings["resources"]))
    roles = {**console.resource_roles, name: held}
    changes.set(console, "resource_roles", _renamed(roles, name, new))
    for user in console.users.values():
        if name in user.resource_roles:
            roles_of_user = tuple(new if one == name else one for one in user.resource_roles)
            changes.set(user, "resource_roles", roles_of_user)


COMMAND = Command(DECLARATION, run, _INPUT, task=performs(Task.MANAGE_ROLES))
