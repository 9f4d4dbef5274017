"""mkdev: configures a device that is Defined."""

from __future__ import annotations

from hmcsh.commands.aix.common.devices import device
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal

DECLARATION = Declaration(
    "mkdev",
    "Makes a defined device available.",
    (Option("-l", "device", "required", metavar="Name", kind="device"),),
    (Form({}, ("-l",)),),
    notes=("Devices cannot be defined with it: `cfgmgr` finds them.",),
    source="IBM's page on mkdev",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Configure it; one whose hardware or parent is not there stays Defined."""
    name = call.parsed.required("device")
    found = device(call, name)
    if not found.available:
        parent = call.devices.find(found.parent)
        if parent is not None and not parent.available:
            raise Refusal(1, "aix_method_parent", name=name)
        call.devices.configure(name)
    if not device(call, name).available:
        raise Refusal(1, "aix_method_parent", name=name)
    return [f"{name} Available"]


COMMAND = PartitionCommand(DECLARATION, run)
