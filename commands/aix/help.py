"""help: the commands of the partition, or how one is called."""

from __future__ import annotations

from hmcsh.commands import aix
from hmcsh.commands.common import help as common
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.dialect import AIX

DECLARATION = common.declaration(AIX, "the project's own", "lsdev")


async def run(call: PartitionCall) -> Lines:
    """List the commands in columns, or print the usage of one."""
    return common.described(call, aix.COMMANDS, (1, "help_no_command"))


COMMAND = PartitionCommand(DECLARATION, run)
