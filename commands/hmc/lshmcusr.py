"""lshmcusr: the users of the console (capture, V7R7.9; manual pages, V5 and V9)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.users import DEFAULTS_TABLE, USER_TABLE, UserRow
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span

MANUAL = "manual pages, V5 and V9"
_SINCE_9 = Span(since=Level.parse("V9R1"))

DECLARATION = Declaration(
    "lshmcusr",
    "Lists the users of the console.",
    (
        Option(
            "-t",
            "type",
            "required",
            help="what to list:",
            choices=("default", "user"),
            choice_help=("what new users get", "the users"),
            span=_SINCE_9,
            source=MANUAL,
        ),
        Option("--script", "script", help="prints managed resource objects as commands take them"),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({}, optional=("--script", *LISTING)),
        Form({"-t": ("user",)}, optional=("--script", *LISTING)),
        Form({"-t": ("default",)}, optional=("-F", "--header")),
    ),
    notes=(
        "Filters: names, resources, resourceroles, taskroles; from V9 on password_encryptions.",
        "The newest user is listed first.",
    ),
    examples=("lshmcusr", "lshmcusr --filter names=hscroot -F name:taskrole"),
    source=MANUAL,
)

FILTERS = ("names", "resources", "resourceroles", "taskroles")
_LATER_FILTERS = ("password_encryptions",)


def _values(row: UserRow, name: str) -> set[str]:
    """What a filter is compared with."""
    if name == "resources":
        return set(UserRow(row.datacenter, row.console, row.user, script=True).resources())
    return {
        "names": {row.user.name},
        "resourceroles": set(row.user.resource_roles),
        "taskroles": {row.user.role},
        "password_encryptions": {row.encryption()},
    }[name]


async def run(call: Call) -> Lines:
    """List the users that filters select, or what new users get."""
    if call.text("type") == "default":
        return call.listing(DEFAULTS_TABLE, [call.console.user_defaults])
    allowed = (*FILTERS, *(_LATER_FILTERS if _SINCE_9.covers(call.level) else ()))
    filters = call.filters(allowed)
    rows = [
        UserRow(call.datacenter, call.console, user, call.given("script"))
        for user in reversed(call.console.users.values())
    ]
    found = [
        row
        for row in rows
        if all(_values(row, name) & set(wanted) for name, wanted in filters.items())
    ]
    return call.listing(USER_TABLE, found)


COMMAND = Command(
    DECLARATION,
    run,
    {"": USER_TABLE, "user": USER_TABLE, "default": DEFAULTS_TABLE},
    (*FILTERS, *_LATER_FILTERS),
    task=performs(Task.LIST_USERS),
)
