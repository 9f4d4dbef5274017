"""rmlparutil: remove utilization data."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option

MANUAL = "manual page of rmlparutil, recalled"

DECLARATION = Declaration(
    "rmlparutil",
    "Removes the utilization data that the console keeps of a managed system.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="of which resources:",
            choices=("all",),
            choice_help=("all of the managed system",),
            source=MANUAL,
        ),
        SYSTEM,
    ),
    (Form({"-r": ("all",)}, ("-m",)),),
    notes=("Systems go on being sampled at their rate.",),
    examples=("rmlparutil -r all -m mySystem",),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Forget what was sampled until now."""
    call.system().sampling.kept_since = call.datacenter.clock.now
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.MANAGE_UTILIZATION))
