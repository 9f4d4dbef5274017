"""chdev: changes attributes of a device."""

from __future__ import annotations

from hmcsh.commands.aix.common.devices import device
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.device_attributes import set_attributes

DECLARATION = Declaration(
    "chdev",
    "Changes the attributes of a device.",
    (
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-a", "values", "required", several=True, metavar="Attribute=Value"),
        Option("-P", "deferred", help="from the next start of the system"),
    ),
    (Form({}, ("-l", "-a"), ("-P",)),),
    source="IBM's page on chdev",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Set all attributes or none."""
    found = device(call, call.parsed.required("device"))
    values = []
    for word in " ".join(call.words("values")).split():
        name, equals, value = word.partition("=")
        if not equals:
            raise Refusal(1, "aix_option_invalid", command="chdev", name="-a")
        values.append((name, value))
    set_attributes(call.devices, found, values, deferred=call.given("deferred"))
    return [f"{found.name} changed"]


COMMAND = PartitionCommand(DECLARATION, run)
