"""hostname: the host name of the Virtual I/O Server."""

from __future__ import annotations

from hmcsh.commands.common.hostnames import checked
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, SYNTAX, command

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import VIOS

DECLARATION = Declaration(
    "hostname",
    "Displays or sets the host name.",
    (Option("Hostname", "host_name", "operand", "Hostname", "the new name", source=MANUAL),),
    (Form({}, optional=("Hostname",)),),
    examples=("hostname",),
    source=MANUAL,
    dialect=VIOS,
)


def check_host_name(name: str) -> str:
    """Refuse what cannot be a host name."""
    return checked(name, SYNTAX, "vios_bad_host_name")


async def run(call: PartitionCall) -> Lines:
    """Print the host name, or set it."""
    name = call.text("host_name")
    if name is None:
        return [call.partition.host_name]
    call.system.host_name = check_host_name(name)
    return []


COMMAND = command(DECLARATION, run)
