"""help: the commands of the system behind a terminal, or how one is called."""

from __future__ import annotations

from collections.abc import Mapping

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand, level_of

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import Dialect
from hmcsh.language.messages import Refusal
from hmcsh.language.usage import usage

_COLUMNS = 4
_WIDTH = 19


def declaration(dialect: Dialect, source: str, example: str) -> Declaration:
    """The command as one system has it."""
    return Declaration(
        "help",
        "Displays the names of commands, or how one is called.",
        (
            Option(
                "Command", "command", "operand", "Command", "the name of a command", source=source
            ),
        ),
        (Form({}, optional=("Command",)),),
        examples=("help", f"help {example}"),
        source=source,
        dialect=dialect,
    )


def described(
    call: PartitionCall, commands: Mapping[str, PartitionCommand], refusal: tuple[int, str]
) -> Lines:
    """List the commands in columns, or give the usage of one.

    Raises Refusal with the status and the message of `refusal` for one that there is not.
    """
    name = call.text("command")
    level = level_of(call.partition)
    if name is None:
        names = [each for each in commands if commands[each].exists_at(level)]
        return [
            "".join(f"{each:<{_WIDTH}}" for each in names[at : at + _COLUMNS]).rstrip()
            for at in range(0, len(names), _COLUMNS)
        ]
    if name not in commands or not commands[name].exists_at(level):
        status, message = refusal
        raise Refusal(status, message, name=name)
    known = commands[name].declaration
    return [known.summary, "", *usage(known, level).split("\n")]
