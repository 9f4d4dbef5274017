"""ioslevel: the level of the Virtual I/O Server."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, command, server

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS

DECLARATION = Declaration(
    "ioslevel",
    "Displays the level of the Virtual I/O Server.",
    (),
    (Form({}),),
    examples=("ioslevel",),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Print the level and nothing else (capture, VIOS 2.2)."""
    return [server(call).level]


COMMAND = command(DECLARATION, run)
