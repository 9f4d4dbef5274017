"""lslic: the levels of Licensed Internal Code, the firmware of a managed system."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.lic import ADAPTER_TABLE, TABLE, AdapterRow

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span

MANUAL = "manual page of lslic, V8"

DECLARATION = Declaration(
    "lslic",
    "Lists the levels of Licensed Internal Code.",
    (
        SYSTEM,
        Option(
            "-e",
            "frame",
            "required",
            "managed frame",
            "the managed frame's name",
            source=MANUAL,
        ),
        Option(
            "-t",
            "type",
            "required",
            help="the type of Licensed Internal Code; sys and power by default:",
            choices=("sys", "power", "syspower", "powerfru", "all", "sriov"),
            choice_help=(
                "of the managed system",
                "of the power subsystem",
                "of both",
                "of power units",
                "all of these",
                "of SR-IOV adapters",
            ),
            source=f"{MANUAL}; all: recalled",
        ),
        Option(
            "-w",
            "all_systems",
            help="of all managed systems and frames",
            span=Span(since=Level.parse("V7R3.3")),
            source=MANUAL,
        ),
        ATTRIBUTES,
        HEADER,
    ),
    (Form({}, optional=("-t", "-F", "--header"), one_of=(("-m", "-e", "-w"),)),),
    notes=(
        "The level is that of the system's firmware; what is accepted is what is installed.",
        "No emulated system has a power subsystem of its own: -t power lists nothing.",
        "Levels in a repository (-r) are not emulated.",
    ),
    examples=("lslic -m mySystem -t sys", "lslic -m mySystem -F ecnumber:activated_level"),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """List the levels."""
    name = call.text("frame")
    if name is not None:
        call.managed_frame(name)
        return call.listing(TABLE, [])  # the power of a rack has levels, which are not modelled
    frames = call.systems() if call.given("all_systems") else [call.system()]
    if call.text("type") == "sriov":
        return call.listing(ADAPTER_TABLE, AdapterRow.rows(frames))
    if call.text("type") in ("power", "powerfru"):
        return call.listing(TABLE, [])
    return call.listing(TABLE, frames)


COMMAND = Command(
    DECLARATION, run, {"": TABLE, "sriov": ADAPTER_TABLE}, task=performs(Task.LIST_SYSTEM)
)
