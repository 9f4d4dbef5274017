"""chpv: clears the boot record of a disk."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX

DECLARATION = Declaration(
    "chpv",
    "Changes the characteristics of a physical volume.",
    (
        Option("-c", "clear", help="clears the boot record"),
        Option("PhysicalVolume", "disks", "operand", several=True, kind="disk"),
    ),
    (Form({}, ("-c", "PhysicalVolume")),),
    notes=("Allocation permission, hot spares and states are not emulated.",),
    source="IBM's page on chpv",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Clear the boot record, silently."""
    for name in [disk(call, word).name for word in call.words("disks")]:
        call.devices.kept.boot.images.discard(name)
    return []


COMMAND = PartitionCommand(DECLARATION, run)
