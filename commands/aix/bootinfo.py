"""bootinfo: sizes of disks, and from which one the system was started."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import disk
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.model.devices import disk_size

DECLARATION = Declaration(
    "bootinfo",
    "Tells what the system was started from, and sizes of disks.",
    (
        Option("-s", "size", "required", metavar="Disk", kind="disk", help="size in MB"),
        Option("-b", "boot", help="the disk that it was started from"),
        Option("-K", "kernel", help="bits of the kernel"),
    ),
    (
        Form({"-s": ()}, ("-s",)),
        Form({"-b": ()}, ("-b",)),
        Form({"-K": ()}, ("-K",)),
    ),
    source="recalled; programs that read it (lpar2rrd, opensvc)",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Print one value."""
    name = call.text("size")
    if name is not None:
        return [str(disk_size(disk(call, name)))]
    if call.given("kernel"):
        return ["64"]
    return list(call.devices.kept.boot.lists.get("normal", ())[:1])


COMMAND = PartitionCommand(DECLARATION, run)
