"""Making and changing task roles and managed resource roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hmcsh.commands.hmc import COMMANDS
from hmcsh.commands.hmc.common import unemulated
from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.messages import HmcError
from hmcsh.model.roles import KINDS, TaskRole, known_tasks, predefined_roles

Tasks = Mapping[str, tuple[str, ...]]


def task_role(call: Call, name: str, parent: str, tasks: Tasks) -> TaskRole:
    """A custom task role. Raises HmcError for tasks that there are not, or its parent has not."""
    known = known_tasks(call.level)
    source = call.console.roles.get(parent)
    if source is None:
        raise HmcError("role_not_found", name=parent)
    for kind, names in tasks.items():
        for task in names:
            if task not in known.get(kind, ()) and not (kind in KINDS and is_command(task)):
                raise HmcError("task_unknown", task=task, kind=kind)
            if not _passes_on(call, source, task):
                raise HmcError("role_lacks_task", task=task, parent=parent)
    ordered = {kind: tuple(sorted(set(tasks[kind]))) for kind in KINDS if tasks.get(kind)}
    return TaskRole(name, parent, ordered)


def is_command(name: str) -> bool:
    """Whether the console has a command of this name."""
    return name in COMMANDS or name in unemulated.NAMES


def _passes_on(call: Call, parent: TaskRole, task: str) -> bool:
    """Whether a role can pass on a task: it has it, or no predefined role has (inferred)."""
    held = (role.names for role in predefined_roles(call.level).values())
    return is_command(task) or task in parent.names or not any(task in names for names in held)


def require_free(call: Call, kind: str, name: str) -> None:
    """Refuse a name that a role of this kind has. Raises HmcError."""
    taken: Iterable[str] = (
        call.console.roles if kind == "taskrole" else (*call.console.resource_roles, "ALL:")
    )
    if name in taken:
        raise HmcError("role_exists", name=name)


def require_custom(call: Call, kind: str, name: str) -> None:
    """Refuse a role that does not exist or is predefined. Raises HmcError."""
    if kind == "taskrole" and name in predefined_roles(call.level):
        raise HmcError("role_predefined", name=name)
    own: Iterable[str] = (
        call.console.task_roles if kind == "taskrole" else call.console.resource_roles
    )
    if name not in own:
        raise HmcError("role_not_found", name=name)
