"""lsscsi: SCSI devices."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand
from hmcsh.commands.linux.common.names import name_of

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX

_FIRST_LUN = 0x80  # a virtual target device with LUN 0x81 is the target 1

DECLARATION = Declaration(
    "lsscsi",
    "Lists SCSI devices.",
    (Option("-s", "size", help="with sizes"),),
    (Form({}, (), ("-s",)),),
    source="recalled; the names of the vendor and the product: drivers of Linux",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """A line for each path to a disk, as Linux has a device for each."""
    devices = call.devices
    disks = {device.name: device for device in devices.disks() if device.available}
    lines = []
    for path in devices.paths():
        if path.disk not in disks:
            continue
        target = int(path.connection[:2] or "81", 16) - _FIRST_LUN
        host = path.key[1][1]  # the slot of the adapter
        address = f"[{host}:0:{target}:0]"
        disk = disks[path.disk]
        line = f"{address:<13}disk    {'AIX':<8} {'VDASD':<16} {'0001':<4}  /dev/{name_of(disk)} "
        size = int(disk.attributes["size_in_mb"]) / 1000 * 1.048576
        lines.append(f"{line}{size:>7.1f}GB" if call.given("size") else line)
    return lines


COMMAND = PartitionCommand(DECLARATION, run)
