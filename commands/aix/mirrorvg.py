"""mirrorvg: gives the logical volumes of a volume group copies on further disks."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk, failed, group
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.lvm import ROOT_GROUP

DECLARATION = Declaration(
    "mirrorvg",
    "Mirrors all logical volumes of a volume group.",
    (
        Option("-c", "copies", "required", choices=("2", "3"), metavar="Copies"),
        Option("-S", "background", help="synchronizes in the background"),
        Option("VolumeGroup", "group", "operand", kind="volume_group"),
        Option("PhysicalVolume", "disks", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("VolumeGroup",), ("-c", "-S", "PhysicalVolume")),),
    notes=("Synchronizing takes no time.",),
    source="capture, AIX",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Mirror the group; dump devices are left as they are."""
    wanted = group(call, call.parsed.required("group"))
    disks = [disk(call, name).name for name in call.words("disks")] or list(wanted.disks)
    quorum = wanted.quorum
    try:
        for name in disks:
            wanted.require(name)
        wanted.mirror(int(call.text("copies") or 2), disks)
    except Refusal as refusal:
        raise failed(refusal, "lvm_mirror_failed") from None
    said = [render("lvm_quorum_changed")] if quorum and not wanted.quorum else []
    if wanted.name == ROOT_GROUP:
        disks = [name for name in wanted.disks if name in wanted.volumes["hd5"].parts]
        said.append(render("lvm_root_mirrored", group=wanted.name, disks=" ".join(disks)))
    return said


COMMAND = PartitionCommand(DECLARATION, run)
