"""lspv: physical volumes."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.aix.common.volumes import megabytes
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device
from hmcsh.model.lvm import VolumeGroup, distribution

_WIDTH = 63  # of a line of the summary whose second half is empty (capture)

DECLARATION = Declaration(
    "lspv",
    "Lists physical volumes.",
    (
        Option("-l", "volumes", help="the logical volumes on it"),
        Option("PhysicalVolume", "disk", "operand", kind="disk"),
    ),
    (Form({}), Form({"PhysicalVolume": ()}, ("PhysicalVolume",), ("-l",))),
    source="captures, AIX 5.3 to 7.3",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """List all disks, or what there is on one of them."""
    name = call.text("disk")
    devices = call.devices
    if name is None:
        groups = {disk: g.name for g in devices.kept.groups.values() for disk in g.disks}
        return [_line(disk, groups.get(disk.name)) for disk in devices.disks() if disk.available]
    group, device = devices.group_of(name), devices.find(name)
    if group is None or device is None:
        raise Refusal(1, "lvm_lspv_not_found", disk=name)
    return _volumes(group, name) if call.given("volumes") else _summary(group, device)


def _line(disk: Device, group: str | None) -> str:
    pvid = disk.attributes["pvid"] or "none"
    return f"{disk.name:<16}{pvid:<36}{group or 'None':<16}{'active' if group else '':<12}"


def _summary(group: VolumeGroup, disk: Device) -> Iterator[str]:
    total, taken = group.disks[disk.name], group.numbers(disk.name)
    free = set(range(1, total + 1)) - taken
    first = disk.name == next(iter(group.disks))
    areas = group.descriptors - len(group.disks) + 1 if first else 1
    size = f"{group.partition_size} megabyte(s)"
    yield f"{'PHYSICAL VOLUME:':<20}{disk.name:<25}{'VOLUME GROUP:':<18}{group.name}"
    yield f"{'PV IDENTIFIER:':<20}{disk.attributes['pvid']} VG IDENTIFIER     {group.identifier}"
    yield f"{'PV STATE:':<20}active".ljust(_WIDTH)
    yield f"{'STALE PARTITIONS:':<20}{0:<25}{'ALLOCATABLE:':<18}yes"
    yield f"{'PP SIZE:':<20}{size:<25}{'LOGICAL VOLUMES:':<18}{len(group.on(disk.name))}"
    yield f"{'TOTAL PPs:':<20}{megabytes(total, group):<25}{'VG DESCRIPTORS:':<18}{areas}"
    yield f"{'FREE PPs:':<20}{megabytes(len(free), group):<25}{'HOT SPARE:':<18}no"
    yield f"{'USED PPs:':<20}{megabytes(len(taken), group):<25}{'MAX REQUEST:':<18}256 kilobytes"
    yield f"{'FREE DISTRIBUTION:':<20}{distribution(total, free)}".ljust(_WIDTH)
    yield f"{'USED DISTRIBUTION:':<20}{distribution(total, taken)}".ljust(_WIDTH)


def _volumes(group: VolumeGroup, disk: str) -> Iterator[str]:
    yield f"{disk}:"
    yield "LV NAME               LPs     PPs     DISTRIBUTION          MOUNT POINT"
    for volume in group.on(disk):
        numbers = [number for name, number in volume.places if name == disk]
        logical = sum(any(name == disk for name, _ in places) for places in volume.partitions)
        shown = distribution(group.disks[disk], numbers)
        sizes = f"{logical:<8}{len(numbers):<8}{shown:<22}"
        yield f"{volume.name:<22}{sizes}{volume.mount or 'N/A'}"


COMMAND = PartitionCommand(DECLARATION, run)
