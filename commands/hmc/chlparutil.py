"""chlparutil: how often systems are sampled."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.model.sampling import RATES

MANUAL = "manual page of chlparutil, POWER7"

DECLARATION = Declaration(
    "chlparutil",
    "Changes how often the console samples the utilization of managed systems.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="what to change:",
            choices=("config",),
            choice_help=("the sample rate",),
            source=MANUAL,
        ),
        SYSTEM,
        Option(
            "-s",
            "rate",
            "required",
            help="the seconds between samples; 0 disables them:",
            choices=tuple(map(str, RATES)),
            source=MANUAL,
        ),
    ),
    (Form({"-r": ("config",)}, ("-s",), ("-m",)),),
    notes=("Without -m the rate is that of all managed systems.",),
    examples=("chlparutil -r config -m mySystem -s 300", "chlparutil -r config -s 0"),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Set the rate of one system, or of all."""
    seconds = int(call.parsed.required("rate"))
    frames = [call.system()] if call.given("system") else call.systems()
    for frame in frames:
        frame.sampling.set_rate(call.datacenter.clock.now, seconds)
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.CHANGE_SAMPLING))
