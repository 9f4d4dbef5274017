"""reducevg: takes disks out of a volume group."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk, failed, group
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render

DECLARATION = Declaration(
    "reducevg",
    "Removes physical volumes from a volume group.",
    (
        Option("VolumeGroup", "group", "operand", kind="volume_group"),
        Option("PhysicalVolume", "disks", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("VolumeGroup", "PhysicalVolume")),),
    notes=("`-d`, which removes logical volumes with the disk, is not emulated.",),
    source="SG24-7460 5.5.4; IBM's page on reducevg",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Take one disk after the other out; without a disk the group is gone."""
    wanted = group(call, call.parsed.required("group"))
    for name in call.words("disks"):
        device = disk(call, name)
        try:
            wanted.reduce(device.name)
        except Refusal as refusal:
            raise failed(refusal, "lvm_reduce_failed", disk=device.name) from None
        if not wanted.disks:
            del call.devices.kept.groups[wanted.name]
            return [render("lvm_group_deleted")]
    return []


COMMAND = PartitionCommand(DECLARATION, run)
