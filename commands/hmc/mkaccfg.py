"""mkaccfg: create task roles and managed resource roles (manual page, V8)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.roles import (
    NEW_RESOURCE_ROLE_INPUT,
    NEW_TASK_ROLE_INPUT,
    resources_of,
    role_name,
    tasks_of,
)
from hmcsh.commands.hmc.common.changes import Changes, split_identity
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import DATA, FILE
from hmcsh.commands.hmc.common.roles import require_free, task_role
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError

MANUAL = "manual page, V8"

TYPE = Option(
    "-t",
    "type",
    "required",
    help="the type of role:",
    choices=("resourcerole", "taskrole"),
    choice_help=("managed resource role", "task role"),
    source=MANUAL,
)

DECLARATION = Declaration(
    "mkaccfg",
    "Creates a task role or a managed resource role.",
    (TYPE, DATA, FILE),
    (Form({"-t": ()}, one_of=(("-i", "-f"),)),),
    notes=(
        "Attributes of a task role: name, parent, resources; of a managed resource role: name, "
        "resources. There is one record.",
        "In the place of a task the name of a command may stand.",
    ),
    examples=(
        'mkaccfg -t taskrole -i "name=starter,parent=hmcoperator,resources=lpar:ActivateLPAR"',
        "mkaccfg -t resourcerole -i "
        "'name=oneSystem,resources=cec:root/ibmhscS1_0|9117-MMA*10FFE0B|IBMHSC_ComputerSystem'",
    ),
    source=MANUAL,
)

_REQUIRED = {"taskrole": ("name", "parent", "resources"), "resourcerole": ("name", "resources")}
_INPUT = {"taskrole": NEW_TASK_ROLE_INPUT, "resourcerole": NEW_RESOURCE_ROLE_INPUT}


async def run(call: Call) -> Lines:
    """Create the role that the one record describes."""
    kind = call.parsed.required("type")
    records = await call.records()
    if len(records) != 1:
        raise HmcError("bad_configuration_data")
    identity, others = split_identity(records[0], ("name",))
    settings = _INPUT[kind].read_input(others, call.level)
    given = {**identity, **settings}
    missing = [name for name in _REQUIRED[kind] if name not in given]
    if missing:
        raise HmcError("missing_attribute", names=missing)
    name = role_name(identity["name"])
    require_free(call, kind, name)
    console, resources = call.console, settings["resources"]
    if resources.operator != "=":
        raise HmcError("invalid_attribute", name="resources" + resources.operator[0])
    with Changes() as changes:
        if kind == "taskrole":
            role = task_role(call, name, settings["parent"].value, tasks_of(resources.value))
            changes.set(console, "task_roles", {**console.task_roles, name: role})
        else:
            held = tuple(dict.fromkeys(resources_of(call.datacenter, resources).value))
            changes.set(console, "resource_roles", {**console.resource_roles, name: held})
    return ()


COMMAND = Command(DECLARATION, run, dict(_INPUT), task=performs(Task.MANAGE_ROLES))
