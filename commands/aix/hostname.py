"""hostname: shows or sets the name of the host."""

from __future__ import annotations

from hmcsh.commands.common.hostnames import checked
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX

DECLARATION = Declaration(
    "hostname",
    "Shows or sets the name of the host.",
    (
        Option("-s", "short", help="without the domain"),
        Option("HostName", "host", "operand"),
    ),
    (Form({}, (), ("-s",)), Form({"HostName": ()}, ("HostName",))),
    source="IBM's page on hostname",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Set the name and show it, or show it."""
    name = call.text("host")
    if name is not None:
        call.system.host_name = checked(name, 1, "aix_bad_host_name")
    shown = call.partition.host_name
    return [shown.partition(".")[0] if call.given("short") else shown]


COMMAND = PartitionCommand(DECLARATION, run)
