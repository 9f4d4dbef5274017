"""extendvg: adds disks to a volume group."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk, failed, group
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.device_attributes import write_volume_id

DECLARATION = Declaration(
    "extendvg",
    "Adds physical volumes to a volume group.",
    (
        Option("-f", "force", help="also where an old volume group was"),
        Option("VolumeGroup", "group", "operand", kind="volume_group"),
        Option("PhysicalVolume", "disks", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("VolumeGroup", "PhysicalVolume"), ("-f",)),),
    source="IBM's page on extendvg",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Take the disks in; one that had no identifier gets one."""
    try:
        wanted = group(call, call.parsed.required("group"))
        disks = [disk(call, name) for name in call.words("disks")]
        devices = call.devices
        for device in disks:
            if devices.group_of(device.name) is not None:
                raise Refusal(1, "lvm_disk_taken", command="extendvg", disk=device.name)
        wanted.extend({d.name: int(d.attributes["size_in_mb"]) for d in disks})
    except Refusal as refusal:
        raise failed(refusal, "lvm_extend_failed") from None
    for device in disks:
        if write_volume_id(devices, device.name):
            call.complain(render("lvm_pvid_written", command="extendvg"))
    return []


COMMAND = PartitionCommand(DECLARATION, run)
