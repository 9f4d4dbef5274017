"""rmvdev: remove the connection of a client to a device."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, NOT_FOUND, command, option, server

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal, render
from hmcsh.model.devices import Device

DECLARATION = Declaration(
    "rmvdev",
    "Removes a virtual target device, or the ones that a device backs.",
    (
        option(
            "-vtd",
            "target",
            "required",
            "VirtualTargetDevice",
            "the name of a virtual target device",
            kind="device",
        ),
        option(
            "-vdev",
            "backing",
            "required",
            "TargetDevice",
            "the physical or logical volume that backs it",
            kind="device",
        ),
    ),
    (Form({}, one_of=(("-vtd", "-vdev"),)),),
    examples=("rmvdev -vtd vtscsi0",),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Remove the target devices and name each one; all of them or none."""
    found = _targets(call)
    for device in found:
        call.devices.require_free(device)
    for device in found:
        call.devices.unconfigure(device, delete=True)
    return [render("vios_deleted", name=device.name) for device in found]


def _targets(call: PartitionCall) -> list[Device]:
    name = call.text("target")
    if name is not None:
        device = call.devices.require(name)
        if device.kind.device_class != "virtual_target":
            raise Refusal(NOT_FOUND, "vios_no_target", name=name)
        return [device]
    backing = call.parsed.required("backing")
    names = [t.name for ts in server(call).targets.values() for t in ts if t.backing == backing]
    if not names:
        raise Refusal(NOT_FOUND, "vios_not_mapped", name=backing)
    return [call.devices.require(each) for each in names]


COMMAND = command(DECLARATION, run)
