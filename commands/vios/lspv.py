"""lspv: the physical volumes of a Virtual I/O Server."""

from __future__ import annotations

from collections.abc import Sequence

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    DELIMITER,
    FIELDS,
    MANUAL,
    NOT_FOUND,
    command,
    option,
)
from hmcsh.commands.vios.common.layout import natural, table

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device, disk_size

_VOLUME = Option(
    "PhysicalVolume",
    "volume",
    "operand",
    "PhysicalVolume",
    "the name of a physical volume",
    kind="device",
    source=MANUAL,
)

DECLARATION = Declaration(
    "lspv",
    "Displays physical volumes.",
    (
        option("-avail", "avail", text="those that can back a virtual device"),
        option("-free", "free", text="those of them that back none"),
        option("-size", "size", text="with their sizes"),
        _VOLUME,
        FIELDS,
        DELIMITER,
    ),
    (
        Form({}, optional=("-field", "-fmt"), at_most_one=(("-avail", "-free", "-size"),)),
        Form({"PhysicalVolume": ()}, optional=("-size", "-field", "-fmt")),
    ),
    notes=("-map, -lv and -pv are not emulated.",),
    examples=("lspv", "lspv -free"),
    source=MANUAL,
    dialect=VIOS,
)

# SG24-7460 example 3-2 and IBM's documentation; how wide the columns are: a capture of VIOS 2.2.
_WIDTHS = {"name": 16, "pvid": 36, "vg": 16, "pvstatus": 0}
_HEADS = {"name": "NAME", "pvid": "PVID", "vg": "VG", "pvstatus": "STATUS"}
_SIZES = {"name": 15, "pvid": 35, "size": 0}
_SIZE_HEADS = {"name": "NAME", "pvid": "PVID", "size": "SIZE(megabytes)"}


async def run(call: PartitionCall) -> Lines:
    """List physical volumes, or tell of one."""
    disks = sorted(
        (disk for disk in call.devices.disks() if disk.available), key=lambda d: natural(d.name)
    )
    name = call.text("volume")
    if name is not None:
        disk = next((disk for disk in disks if disk.name == name), None)
        if disk is None:
            raise Refusal(NOT_FOUND, "vios_no_volume", name=name)
        if call.given("size"):
            return [str(disk_size(disk))]
        disks = [disk]
    if call.given("avail") or call.given("free"):
        disks = [disk for disk in disks if call.devices.group_of(disk.name) is None]
    if call.given("free"):
        disks = [disk for disk in disks if not call.devices.targets_of(disk.name)]
    if call.given("avail") or call.given("free") or call.given("size"):
        return table(call, _rows(call, disks), _SIZES, list(_SIZES), _SIZE_HEADS)
    return table(call, _rows(call, disks), _WIDTHS, list(_WIDTHS), _HEADS)


def _rows(call: PartitionCall, disks: Sequence[Device]) -> list[dict[str, str]]:
    rows = []
    for disk in disks:
        group = call.devices.group_of(disk.name)
        rows.append(
            {
                "name": disk.name,
                "pvid": disk.attributes["pvid"] or "none",
                "vg": group.name if group else "None",
                "pvstatus": "active" if group and group.active else "",
                "size": str(disk_size(disk)),
            }
        )
    return rows


COMMAND = command(DECLARATION, run)
