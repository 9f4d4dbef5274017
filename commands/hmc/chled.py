"""chled: turn attention and identify LEDs on and off."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.leds import RESOURCE, TYPE, locations

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.options import Parsed

MANUAL = "manual page of chled, Integrated Virtualization Manager, POWER7"
_OPERATIONS = ("on", "off")

DECLARATION = Declaration(
    "chled",
    "Changes the states of LEDs.",
    (
        RESOURCE,
        TYPE,
        SYSTEM,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=_OPERATIONS,
            choice_help=("lights the LED", "puts the LED out"),
            source=MANUAL,
        ),
        PARTITION,
        PARTITION_ID,
        Option(
            "-l",
            "location",
            "required",
            "location code",
            "the location code of the field-replaceable unit",
            trust=Trust.RECALLED,
        ),
    ),
    (
        Form(
            {"-r": ("sa",), "-t": ("virtuallpar",), "-o": _OPERATIONS},
            ("-m",),
            one_of=(("-p", "--id"),),
        ),
        Form({"-r": ("sa",), "-t": ("virtualsys",), "-o": _OPERATIONS}, ("-m",)),
        Form({"-r": ("sa",), "-t": ("phys",), "-o": ("off",)}, ("-m",)),
        Form({"-r": ("ident",), "-t": ("fru",), "-o": _OPERATIONS}, ("-m", "-l")),
    ),
    notes=("The physical attention LED can only be put out (recalled).",),
    examples=(
        "chled -r sa -t phys -o off -m mySystem",
        "chled -r sa -t virtuallpar -o on -m mySystem -p myLPAR",
    ),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Turn the LED."""
    frame = call.system()
    frame.require_connection()
    kind, lit = call.text("type"), call.text("operation") == "on"
    if kind == "virtuallpar":
        call.partition(frame).attention = lit
    elif kind == "virtualsys":
        frame.virtual_attention = lit
    elif kind == "phys":
        frame.attention = lit
    else:
        code = call.parsed.required("location")
        if code not in {place.code for place in locations(frame)}:
            raise HmcError("location_not_found", code=code, system=frame.name)
        (frame.identified.add if lit else frame.identified.discard)(code)
    return ()


def _task(parsed: Parsed) -> Task:
    """The roles of these tasks may do it; the task of LEDs itself is not known."""
    of_partition = parsed.text("type") == "virtuallpar"
    return Task.MANAGE_PARTITION_EVENTS if of_partition else Task.MANAGE_SYSTEM_EVENTS


COMMAND = Command(DECLARATION, run, task=_task)
