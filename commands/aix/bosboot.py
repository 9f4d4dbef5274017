"""bosboot: writes a boot image to the boot logical volume of a disk."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.lvm import BOOT, ROOT_GROUP

_BLOCKS = 53276  # 512 byte blocks (capture, AIX 6.1)
_RUNNING_FROM = "ipldevice"

DECLARATION = Declaration(
    "bosboot",
    "Creates a boot image.",
    (
        Option("-a", "create", help="a complete image and device"),
        Option("-d", "device", "required", metavar="Device", kind="device"),
    ),
    (Form({}, ("-a",), ("-d",)),),
    source="SG24-7460 5.5.4; captures, AIX",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Write the image to a disk that has the boot logical volume."""
    devices = call.devices
    group = devices.kept.groups.get(ROOT_GROUP)
    boot = [v for v in group.volumes.values() if v.type == BOOT] if group else []
    disks = [disk for volume in boot for disk in volume.parts]
    name = (call.text("device") or _RUNNING_FROM).removeprefix("/dev/").removeprefix("r")
    if name in (_RUNNING_FROM, *(volume.name for volume in boot)) and disks:
        name = disks[0]
    if name not in disks:
        raise Refusal(1, "boot_no_volume")
    devices.kept.boot.images.add(name)
    return ["", render("boot_image_made", blocks=_BLOCKS)]


COMMAND = PartitionCommand(DECLARATION, run)
