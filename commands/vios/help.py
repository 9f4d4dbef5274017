"""help: the commands of the Virtual I/O Server, or how one is called."""

from __future__ import annotations

from hmcsh.commands import vios
from hmcsh.commands.common import help as common
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, NOT_FOUND, command

from hmcsh.language.dialect import VIOS

DECLARATION = common.declaration(VIOS, MANUAL, "lsmap")


async def run(call: PartitionCall) -> Lines:
    """List the commands in columns, or print the usage of one."""
    return common.described(call, vios.COMMANDS, (NOT_FOUND, "vios_no_command"))


COMMAND = command(DECLARATION, run)
