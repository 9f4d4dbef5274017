"""cfgmgr: finds and configures devices."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal

DECLARATION = Declaration(
    "cfgmgr",
    "Configures devices that are there and not configured yet.",
    (
        Option("-l", "device", "required", metavar="Name", kind="device", help="it and below"),
        Option("-v", "verbose", help="tells what it does"),
    ),
    (Form({}, (), ("-l", "-v")),),
    source="SG24-7460 5.5.4; IBM's page on cfgmgr",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Configure, silently."""
    name = call.text("device")
    if name is not None and call.devices.find(name) is None:
        raise Refusal(1, "aix_device_not_found", command="cfgmgr", name=name)
    new = call.devices.configure(name)
    return [f"configured device: {found}" for found in new] if call.given("verbose") else []


COMMAND = PartitionCommand(DECLARATION, run)
