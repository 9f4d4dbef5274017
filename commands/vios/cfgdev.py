"""cfgdev: find and configure devices."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import DEVICE, MANUAL, command

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS

DECLARATION = Declaration(
    "cfgdev",
    "Finds and configures devices: all of them, or one with what is below it.",
    (DEVICE,),
    (Form({}, optional=("-dev",)),),
    examples=("cfgdev", "cfgdev -dev vio0"),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Configure devices; prints nothing."""
    call.devices.configure(call.text("device"))
    return []


COMMAND = command(DECLARATION, run)
