"""rmdev: unconfigures devices, and deletes them."""

from __future__ import annotations

from hmcsh.commands.aix.common.devices import device
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX

DECLARATION = Declaration(
    "rmdev",
    "Unconfigures a device, or deletes it from the database.",
    (
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-d", "delete", help="deletes it"),
        Option("-R", "recursive", help="what stands below it first"),
        Option("-q", "quiet", help="says nothing"),
    ),
    (Form({}, ("-l",), ("-d", "-R", "-q")),),
    source="SG24-7460 5.5.6; IBM's page on rmdev",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Do it for all devices or, if one is in use, for none."""
    delete = call.given("delete")
    target = device(call, call.parsed.required("device"))
    done = call.devices.unconfigure(target, delete=delete, recursive=call.given("recursive"))
    word = "deleted" if delete else "Defined"
    return [] if call.given("quiet") else [f"{one.name} {word}" for one in done]


COMMAND = PartitionCommand(DECLARATION, run)
