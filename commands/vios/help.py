"""help: the commands of the Virtual I/O Server, or how one is called."""

from __future__ import annotations

from hmcsh.commands import vios
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, level_of
from hmcsh.commands.vios.common.core import MANUAL, NOT_FOUND, command

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.language.usage import usage

DECLARATION = Declaration(
    "help",
    "Displays the names of commands, or how one is called.",
    (Option("Command", "command", "operand", "Command", "the name of a command", source=MANUAL),),
    (Form({}, optional=("Command",)),),
    examples=("help", "help lsmap"),
    source=MANUAL,
    dialect=VIOS,
)

_COLUMNS = 4
_WIDTH = 19


async def run(call: PartitionCall) -> Lines:
    """List the commands in columns, or print the usage of one."""
    name = call.text("command")
    level = level_of(call.partition)
    if name is None:
        names = [each for each in vios.COMMANDS if vios.COMMANDS[each].exists_at(level)]
        return [
            "".join(f"{each:<{_WIDTH}}" for each in names[at : at + _COLUMNS]).rstrip()
            for at in range(0, len(names), _COLUMNS)
        ]
    if name not in vios.COMMANDS or not vios.COMMANDS[name].exists_at(level):
        raise Refusal(NOT_FOUND, "vios_no_command", name=name)
    declaration = vios.COMMANDS[name].declaration
    return [declaration.summary, "", *usage(declaration, level).split("\n")]


COMMAND = command(DECLARATION, run)
