"""Who may do what: every command and every role, by the one table of tasks."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import itertools
import shlex
from collections.abc import Iterator

import pytest
from hmcsh.commands.hmc import COMMANDS, SPANS, Caller, executable
from hmcsh.commands.hmc.common.tasks import Task
from support.console import Output

from hmcsh.language.declarations import Form, Grammar
from hmcsh.language.levels import ALWAYS, LEVELS, Level
from hmcsh.language.options import parse
from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import load
from hmcsh.model.roles import kind_of, predefined_roles
from hmcsh.model.users import User
from hmcsh.runtime import Clock
from hmcsh.shell import Invocation, TextReader

ROLES = ("hmcsuperadmin", "hmcoperator", "hmcpe", "hmcservicerep", "hmcviewer")


def calls_of(grammar: Grammar, form: Form) -> Iterator[list[str]]:
    """The least calls of a form, one for each of its choices."""
    flags = list(dict.fromkeys([*form.when, *form.required, *(g[0] for g in form.one_of)]))
    known = [flag for flag in flags if flag in grammar.flags]

    def values(flag: str) -> list[list[str]]:
        option = grammar.flags[flag]
        if option.value == "none":
            return [[flag]]
        limits = option.limits
        given = form.when.get(flag) or option.choices or (limits.accepts[:1] if limits else ("x",))
        return [[value] if option.value == "operand" else [flag, value] for value in given]

    for chosen in itertools.product(*map(values, known)):
        yield list(itertools.chain.from_iterable(chosen))


def performed() -> dict[tuple[str, Level, Task], list[str]]:
    """A call for each task that a command performs, at each level."""
    found: dict[tuple[str, Level, Task], list[str]] = {}
    for name, level in itertools.product(COMMANDS, LEVELS):
        command = COMMANDS[name]
        if not SPANS.get(name, ALWAYS).covers(level):
            continue
        grammar = command.declaration.at(level)
        for form in grammar.forms:
            for argv in calls_of(grammar, form) if form.emulated else ():
                if not argv and not grammar.wants_nothing:
                    continue
                task = command.task(parse(command.declaration, argv, level))
                if task is not None:
                    found.setdefault((name, level, task), argv)
                elif not name.startswith("ls"):
                    raise AssertionError(f"{name} {shlex.join(argv)} performs no task")
    return found


PERFORMED = performed()


@functools.cache
def untouched(level: Level) -> Datacenter:
    """A datacenter that nothing changes."""
    return load("redbook", Clock("manual"), level=level)


def answer(name: str, argv: list[str], level: Level, role: str) -> str:
    """What the console answers a user of a role, were the command to do nothing."""

    async def done(_: object) -> list[str]:
        return ["done"]

    datacenter = untouched(level)
    output = Output()
    command = dataclasses.replace(COMMANDS[name], handler=done)
    user = User("somebody", role)
    caller = Caller(datacenter, Mobility(datacenter), datacenter.console, user)
    invocation = Invocation(name, tuple(argv), TextReader(""), output, output, {}, caller)
    asyncio.run(executable(command)(invocation))
    return output.text


CASES = {
    f"{name}-{task}-{level}": (name, level, task, argv)
    for (name, level, task), argv in PERFORMED.items()
    if level in (LEVELS[0], LEVELS[-1]) or (name, LEVELS[0], task) not in PERFORMED
}


@pytest.mark.parametrize(("name", "level", "task", "argv"), CASES.values(), ids=CASES)
def test_who_lacks_the_task_is_refused(name, level, task, argv) -> None:
    for role in ROLES:
        refused = answer(name, argv, level, role).startswith("HSCL350B")
        assert refused is (task not in predefined_roles(level)[role].names), role


# From IBM's tables of tasks and roles (POWER5 and POWER8) and a capture of V8R8.2.
EXPECTED = {
    Task.LIST_SYSTEM: "hmcsuperadmin hmcoperator hmcpe hmcservicerep hmcviewer",
    Task.CHANGE_SYSTEM: "hmcsuperadmin hmcoperator hmcpe",
    Task.POWER_ON_SYSTEM: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.POWER_OFF_SYSTEM: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.SET_SYSTEM_KEYLOCK: "hmcsuperadmin",
    Task.DISCONNECT_CONSOLE: "hmcsuperadmin",
    Task.CREATE_PARTITION: "hmcsuperadmin hmcoperator hmcpe",
    Task.CHANGE_PARTITION: "hmcsuperadmin hmcoperator hmcpe",
    Task.DELETE_PARTITION: "hmcsuperadmin hmcoperator",
    Task.ACTIVATE_PARTITION: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.SHUT_DOWN_PARTITION: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.CHANGE_PROFILE: "hmcsuperadmin hmcoperator hmcpe",
    Task.OPEN_TERMINAL: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.DYNAMIC_PARTITIONING: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.MIGRATE_PARTITION: "hmcsuperadmin hmcoperator hmcpe",
    Task.CHANGE_CONSOLE: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.SHUT_DOWN_CONSOLE: "hmcsuperadmin hmcoperator hmcpe hmcservicerep",
    Task.MANAGE_USERS: "hmcsuperadmin",
    Task.CHANGE_OWN_PASSWORD: "hmcsuperadmin hmcoperator hmcpe hmcservicerep hmcviewer",
    Task.MANAGE_ROLES: "hmcsuperadmin",
}


@pytest.mark.parametrize(("task", "roles"), EXPECTED.items(), ids=EXPECTED)
def test_the_table_says_what_the_documents_say(task: Task, roles: str) -> None:
    for level in LEVELS:
        found = predefined_roles(level)
        assert {role for role in ROLES if task in found[role].names} == set(roles.split())


@pytest.mark.parametrize("task", Task, ids=str)
def test_every_task_is_one_that_consoles_know(task: Task) -> None:
    assert task.kind == kind_of(task.value)


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_role_may_do_what_the_super_administrator_may_not(role: str) -> None:
    # But for the tasks of the product engineer, who has his own (capture, V8R8.2).
    found = predefined_roles(LEVELS[0])
    more = found[role].names - found["hmcsuperadmin"].names
    own = {"MakeProfileData", "ConfigHardwareDebugSettings", "ViewHmcInternalLog"}
    assert more == (own if role == "hmcpe" else set())
