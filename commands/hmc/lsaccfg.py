"""lsaccfg: managed resource objects, managed resource roles and task roles (manual page, V8)."""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.commands.hmc.attributes.roles import (
    RESOURCE_ROLE_TABLE,
    RESOURCE_TABLE,
    TASK_ROLE_TABLE,
    ResourceRoleRow,
    ResourceRow,
)
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.model.access import Resource

MANUAL = "manual page, V8"

DECLARATION = Declaration(
    "lsaccfg",
    "Lists managed resource objects, managed resource roles, and task roles.",
    (
        Option(
            "-t",
            "type",
            "required",
            help="what to list:",
            choices=("resource", "resourcerole", "taskrole"),
            choice_help=("managed resource objects", "managed resource roles", "task roles"),
            source=MANUAL,
        ),
        Option("--script", "script", help="prints managed resource objects as commands take them"),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-t": ("resource",)}, optional=("--script", *LISTING)),
        Form({"-t": ("resourcerole", "taskrole")}, optional=LISTING),
    ),
    notes=(
        "Filters: resources, resourceroles, taskroles, each for its type.",
        "The tasks of roles are those of V8R8.2 at every level, but for the tasks that later "
        "consoles are known to have.",
    ),
    examples=("lsaccfg -t taskrole -F name", "lsaccfg -t resource --script"),
    source=MANUAL,
)


def _resources(call: Call) -> Iterable[ResourceRow]:
    """Every object that a role can hold: systems, all partitions of each, and single ones."""
    for frame in call.datacenter.frames.values():
        ids = [None, 0, *sorted(frame.partitions)]
        for lpar_id in ids:
            resource = Resource(frame.mtms, lpar_id)
            yield ResourceRow(call.datacenter, resource, call.given("script"))


async def run(call: Call) -> Lines:
    """List what `-t` asks for, of that what filters select."""
    kind = call.parsed.required("type")
    wanted = call.filters((f"{kind}s",)).get(f"{kind}s")
    named: Iterable[tuple[str, object]]
    if kind == "taskrole":
        named = call.console.roles.items()
    elif kind == "resourcerole":
        roles = call.console.resource_roles
        named = ((name, ResourceRoleRow(name, held)) for name, held in roles.items())
    else:
        named = ((str(row.resource), row) for row in _resources(call))
    items = [item for name, item in named if wanted is None or name in wanted]
    return call.listing(_TABLES[kind], items)


_TABLES = {
    "resource": RESOURCE_TABLE,
    "resourcerole": RESOURCE_ROLE_TABLE,
    "taskrole": TASK_ROLE_TABLE,
}

COMMAND = Command(
    DECLARATION,
    run,
    _TABLES,
    ("resources", "resourceroles", "taskroles"),
    task=performs(Task.LIST_ROLES),
)
