"""unmirrorvg: takes copies of logical volumes away, first those on the disks that are named."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk, group
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.lvm import BOOT, ROOT_GROUP

DECLARATION = Declaration(
    "unmirrorvg",
    "Removes the mirrors of a volume group.",
    (
        Option("-c", "copies", "required", choices=("1", "2"), metavar="Copies"),
        Option("VolumeGroup", "group", "operand", kind="volume_group"),
        Option("PhysicalVolume", "disks", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("VolumeGroup",), ("-c", "PhysicalVolume")),),
    source="capture, AIX",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Take the copies away."""
    wanted = group(call, call.parsed.required("group"))
    disks = [disk(call, name).name for name in call.words("disks")]
    for name in disks:
        wanted.require(name)
    quorum = wanted.quorum
    before = {volume.name: set(volume.parts) for volume in wanted.volumes.values()}
    shrunk = wanted.unmirror(int(call.text("copies") or 1), disks)
    if not shrunk:
        raise Refusal(1, "lvm_not_mirrored", group=wanted.name)
    said = []
    for volume in shrunk:
        if volume.type == BOOT:
            for name in sorted(before[volume.name] - set(volume.parts)):
                fields = {"command": "rmlvcopy", "volume": volume.name, "disk": name}
                said.append(render("lvm_boot_record", **fields))
    if wanted.quorum and not quorum:
        said.append(render("lvm_quorum_changed"))
    if wanted.name == ROOT_GROUP:
        left = " ".join(wanted.volumes["hd5"].parts)
        said.append(render("lvm_root_unmirrored", group=wanted.name, disks=left))
    return said


COMMAND = PartitionCommand(DECLARATION, run)
