"""migratepv: moves what lies on a disk to other disks of the volume group."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.aix.common.volumes import disk, failed
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.lvm import BOOT, LogicalVolume

DECLARATION = Declaration(
    "migratepv",
    "Moves physical partitions from one physical volume to others of its volume group.",
    (
        Option("-l", "volume", "required", metavar="LogicalVolume", help="of this one alone"),
        Option("SourcePV", "source", "operand", kind="disk"),
        Option("DestinationPV", "targets", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("SourcePV",), ("-l", "DestinationPV")),),
    notes=("Takes no time.",),
    source="SG24-7460 5.5.4; IBM's page on migratepv",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Move all, or nothing."""
    source = disk(call, call.parsed.required("source"))
    targets = [disk(call, name).name for name in call.words("targets")]
    group = call.devices.group_of(source.name)
    if group is None:
        raise Refusal(1, "lvm_lspv_not_found", disk=source.name)
    wanted = call.text("volume")
    if wanted is not None and wanted not in group.volumes:
        raise Refusal(1, "lvm_volume_not_found", command="migratepv", volume=wanted)
    others = targets or [name for name in group.disks if name != source.name]
    try:
        moved = group.migrate(source.name, others, wanted)
    except Refusal as refusal:
        raise failed(refusal, "lvm_migrate_failed") from None
    for volume in moved:
        if volume.type == BOOT:
            call.complain("\n".join(_notes(volume, source.name)))
    return []


def _notes(volume: LogicalVolume, source: str) -> Iterator[str]:
    """What is left to do when the boot logical volume has moved."""
    target = next(iter(volume.parts))
    yield render("lvm_boot_volume", command="migratepv", volume=volume.name)
    yield render("lvm_boot_record", command="migratepv", volume=volume.name, disk=source)
    yield render("lvm_boot_migrated", volume=volume.name, disk=target)


COMMAND = PartitionCommand(DECLARATION, run)
