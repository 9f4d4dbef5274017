"""chdev: change attributes of a device."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    ATTRIBUTES,
    DEVICE,
    MANUAL,
    command,
    option,
    pairs,
)

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import render
from hmcsh.model.device_attributes import set_attributes

DECLARATION = Declaration(
    "chdev",
    "Changes attributes of a device.",
    (
        DEVICE,
        ATTRIBUTES,
        option("-perm", "perm", text="changes the database only: it holds from the next start on"),
        option("-f", "force", text="changes it although it is in use"),
    ),
    (Form({}, ("-dev", "-attr"), ("-perm", "-f")),),
    examples=(
        "chdev -dev hdisk5 -attr reserve_policy=no_reserve",
        "chdev -dev hdisk5 -attr pv=yes -perm",
    ),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Set the attributes; all of them or none."""
    device = call.devices.require(call.parsed.required("device"))
    wanted = pairs(call)
    set_attributes(call.devices, device, wanted, deferred=call.given("perm"))
    return [render("vios_changed", name=device.name)]


COMMAND = command(DECLARATION, run)
