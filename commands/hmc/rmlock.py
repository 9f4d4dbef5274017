"""rmlock: break the lock of a managed system (name: a command listing of V7R7; else inferred)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form

DECLARATION = Declaration(
    "rmlock",
    "Removes the lock that a console holds on a managed system.",
    (SYSTEM,),
    (Form({}, ("-m",)),),
    notes=("What holds the lock goes on; other consoles can change the system again.",),
    source="the rule: SG24-7460 5.3; inferred",
)


async def run(call: Call) -> Lines:
    """Break the lock; harmless if there is none."""
    call.system().break_lock()
    return ()


COMMAND = Command(
    DECLARATION, run, task=performs(Task.DISCONNECT_CONSOLE), breaks_locks=lambda _: True
)
