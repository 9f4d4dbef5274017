"""hostname: shows or sets the name of the host."""

from __future__ import annotations

from hmcsh.commands.common.hostnames import checked
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX

DECLARATION = Declaration(
    "hostname",
    "Shows or sets the name of the host.",
    (
        Option("-s", "short", help="without the domain"),
        Option("-I", "addresses", help="all addresses of the host"),
        Option("name", "host", "operand"),
    ),
    (Form({}, (), at_most_one=(("-s", "-I"),)), Form({"name": ()}, ("name",))),
    source="recalled",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """Set the name, or show it or the addresses."""
    name = call.text("host")
    if name is not None:
        call.system.host_name = checked(name, 1, "linux_bad_host_name")
        return []
    if call.given("addresses"):
        found = [inet.address for inet in call.devices.addresses().values()]
        return [" ".join(found) + " "]
    shown = call.partition.host_name
    return [shown.partition(".")[0] if call.given("short") else shown]


COMMAND = PartitionCommand(DECLARATION, run)
