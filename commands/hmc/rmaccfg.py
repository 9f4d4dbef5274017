"""rmaccfg: remove task roles and managed resource roles (scripts, V7)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.roles import require_custom
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.mkaccfg import TYPE

from hmcsh.language.declarations import Declaration, Form, Option

DECLARATION = Declaration(
    "rmaccfg",
    "Removes a task role or a managed resource role.",
    (TYPE, Option("-n", "name", "required", "name", "the name of the role")),
    (Form({"-t": ()}, ("-n",)),),
    notes=(
        "Users of a removed task role can log in and nothing more; a removed managed resource "
        "role is taken from its users.",
    ),
    examples=("rmaccfg -t taskrole -n starter",),
    source="scripts, V7; HMC Best Practices, 2007, for what becomes of users",
)


async def run(call: Call) -> Lines:
    """Remove the role that `-n` names."""
    kind, name = call.parsed.required("type"), call.parsed.required("name")
    require_custom(call, kind, name)
    console = call.console
    if kind == "taskrole":
        console.task_roles = {n: role for n, role in console.task_roles.items() if n != name}
        return ()
    console.resource_roles = {n: held for n, held in console.resource_roles.items() if n != name}
    for user in console.users.values():
        user.resource_roles = tuple(one for one in user.resource_roles if one != name)
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.MANAGE_ROLES))
