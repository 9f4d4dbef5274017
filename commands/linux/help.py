"""help: the commands of the partition, or how one is called."""

from __future__ import annotations

from hmcsh.commands import linux
from hmcsh.commands.common import help as common
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.dialect import LINUX

DECLARATION = common.declaration(LINUX, "the project's own", "lsdevinfo")


async def run(call: PartitionCall) -> Lines:
    """List the commands in columns, or print the usage of one."""
    return common.described(call, linux.COMMANDS, (1, "help_no_command"))


COMMAND = PartitionCommand(DECLARATION, run)
