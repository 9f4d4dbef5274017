"""chkdev: by what a physical volume is known, and how it can be exported (from 2.2 on)."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import DELIMITER, FIELDS, NOT_FOUND, command, option
from hmcsh.commands.vios.common.layout import chosen, natural

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device

_SINCE = Span(since=Level.of_release("2.2"))
_NAMES = ("name", "identifier", "phys2virt_capable", "virt2npiv_capable", "virt2phys_capable")
_WIDTH = 21

DECLARATION = Declaration(
    "chkdev",
    "Displays whether physical volumes can be exported as they are.",
    (
        option("-dev", "device", "required", "PhysicalVolume", "the name of one", kind="device"),
        FIELDS,
        DELIMITER,
    ),
    (Form({}, optional=("-dev", "-field", "-fmt"), span=_SINCE),),
    notes=("-verbose is not emulated; the layout is recalled.",),
    examples=("chkdev -fmt : -field name identifier",),
    source="manual page, Virtual I/O Server, POWER7; a collector that calls it",
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """List physical volumes, or one."""
    names = chosen(call, _NAMES, _NAMES)
    disks = sorted(call.devices.disks(), key=lambda disk: natural(disk.name))
    wanted = call.text("device")
    if wanted is not None:
        disks = [disk for disk in disks if disk.name == wanted]
        if not disks:
            raise Refusal(NOT_FOUND, "vios_no_volume", name=wanted)
    rows = [_row(call, disk) for disk in disks]
    if call.given("delimiter"):
        delimiter = call.parsed.required("delimiter")
        return [delimiter.join(row[name] or " " for name in names) for row in rows]
    lines: list[str] = []
    for row in rows:
        lines += [*(f"{name.upper() + ':':<{_WIDTH}}{row[name]}".rstrip() for name in names), ""]
    return lines


def _row(call: PartitionCall, disk: Device) -> dict[str, str]:
    """A volume without an identifier cannot be exported (SG24-7460 3.7); what a client of virtual
    Fibre Channel would see of it is of no account here.
    """
    volume = call.devices.disk_of(disk)
    known = volume is not None and volume.lun is not None and bool(volume.identifiers)
    free = call.devices.group_of(disk.name) is None
    return {
        "name": disk.name,
        "identifier": disk.attributes.get("unique_id", ""),
        "phys2virt_capable": "YES" if known and free else "NO",
        "virt2npiv_capable": "NA",
        "virt2phys_capable": "NA",
    }


COMMAND = command(DECLARATION, run)
