"""lslock: the lock of a managed system (the name: a command listing of V7R7; the rest inferred)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.messages import Trust

_SOURCE = "the rule: SG24-7460 5.3; names inferred"

DECLARATION = Declaration(
    "lslock",
    "Lists the lock that a console holds on a managed system.",
    (SYSTEM, ATTRIBUTES, HEADER),
    (Form({}, ("-m",), ("-F", "--header")),),
    notes=("A migration locks both systems for the console that began it.",),
    source=_SOURCE,
)

TABLE = Table(
    "lslock",
    (
        Attribute("sys_name", lambda f: f.name, trust=Trust.INFERRED, source=_SOURCE),
        Attribute("lock_owner", lambda f: f.lock_holder, trust=Trust.INFERRED, source=_SOURCE),
    ),
)


async def run(call: Call) -> Lines:
    """List the lock, if there is one."""
    frame = call.system()
    return call.listing(TABLE, [frame] if frame.lock_holder is not None else [])


COMMAND = Command(DECLARATION, run, {"": TABLE}, task=performs(Task.LIST_SYSTEM))
