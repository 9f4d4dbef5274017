"""rmvterm: closes the virtual terminal of a partition."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.messages import render

MANUAL = "manual page, V9"

DECLARATION = Declaration(
    "rmvterm",
    "Closes the virtual terminal session of a partition, whoever has opened it.",
    (SYSTEM, PARTITION, PARTITION_ID),
    (Form({}, ("-m",), one_of=(("-p", "--id"),)),),
    notes=("It is no error if no session is open.",),
    examples=("rmvterm -m mySystem --id 3",),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Close the terminal; harmless if none is open."""
    frame = call.system()
    partition = call.partition(frame)
    partition.vty.require_supported()
    frame.require_operating()
    partition.vty.close()
    return (render("vterm_close_sent"),)


# A terminal changes nothing of what a lock protects.
COMMAND = Command(DECLARATION, run, task=performs(Task.CLOSE_TERMINAL), breaks_locks=lambda _: True)
