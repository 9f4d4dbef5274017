"""mkvterm: opens the virtual terminal of a partition."""

from __future__ import annotations

from hmcsh.commands.hmc.common import vterm
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form

MANUAL = "manual page, V8"

DECLARATION = Declaration(
    "mkvterm",
    "Opens a virtual terminal session on an AIX, Linux or Virtual I/O Server partition.",
    (SYSTEM, PARTITION, PARTITION_ID),
    (Form({}, ("-m",), one_of=(("-p", "--id"),)),),
    notes=(
        "A partition has one session at a time; rmvterm closes it from elsewhere, and so does a "
        "migration.",
        *vterm.NOTES,
    ),
    examples=("mkvterm -m mySystem -p myLPAR",),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Open the terminal and stay until the session ends."""
    await vterm.hold(call, call.partition(call.system()))
    return ()


# A terminal changes nothing of what a lock protects.
COMMAND = Command(DECLARATION, run, task=performs(Task.OPEN_TERMINAL), breaks_locks=lambda _: True)
