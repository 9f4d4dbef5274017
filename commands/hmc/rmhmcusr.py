"""rmhmcusr: remove users of the console (IBM's automation for consoles)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.model.users import PREDEFINED_USERS

_SOURCE = "ansible-power-hmc"
_SINCE_8 = Span(since=Level.parse("V8R8"))

DECLARATION = Declaration(
    "rmhmcusr",
    "Removes users of the console.",
    (
        Option("-u", "user", "required", "user name", "the user to remove", kind="user"),
        Option(
            "-t",
            "type",
            "required",
            help="removes all users of a type, but for those that every console has:",
            choices=("all", "local", "kerberos", "ldap", "automanage"),
            choice_help=(
                "all users",
                "users that the console authenticates",
                "users that Kerberos authenticates (there are none)",
                "users that LDAP authenticates (there are none)",
                "users that LDAP manages (there are none)",
            ),
            span=_SINCE_8,
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
    ),
    (Form({"-u": ()}), Form({"-t": ()}, span=_SINCE_8)),
    notes=("Sessions of a removed user go on until they end.",),
    examples=("rmhmcusr -u watcher",),
    source=_SOURCE,
)


async def run(call: Call) -> Lines:
    """Remove a user, or all of a type but the predefined ones and the caller."""
    users = call.console.users
    name = call.text("user")
    if name is None:
        kept = (*PREDEFINED_USERS, call.caller.user.name)
        local = call.text("type") in ("all", "local")
        call.console.users = {n: u for n, u in users.items() if n in kept or not local}
        return ()
    if name not in users:
        raise HmcError("user_not_found", name=name)
    if name in PREDEFINED_USERS:
        raise HmcError("user_predefined", name=name)
    if users[name] is call.caller.user:
        raise HmcError("user_is_caller", name=name)
    call.console.users = {n: u for n, u in users.items() if n != name}
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.MANAGE_USERS))
