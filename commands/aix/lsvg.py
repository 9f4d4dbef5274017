"""lsvg: volume groups, their disks and logical volumes."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.aix.common.volumes import group, megabytes
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.model.lvm import VolumeGroup, distribution

_MOST_VOLUMES = 256  # logical volumes of an original volume group
_MOST_PARTITIONS = 32512

DECLARATION = Declaration(
    "lsvg",
    "Lists volume groups.",
    (
        Option("-o", "active", help="those that are varied on"),
        Option("-i", "input", help="reads names from standard input"),
        Option("-l", "volumes", help="their logical volumes"),
        Option("-p", "disks", help="their physical volumes"),
        Option("VolumeGroup", "groups", "operand", several=True, kind="volume_group"),
    ),
    (
        Form({}, (), ("-o",)),
        Form({"VolumeGroup": ()}, ("VolumeGroup",), at_most_one=(("-l", "-p"),)),
        Form({"-i": ()}, ("-i",), at_most_one=(("-l", "-p"),)),
    ),
    source="captures, AIX 5.3 to 7.3",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """List names, or what each of the volume groups has."""
    names = call.words("groups")
    if call.given("input"):
        names = tuple((await call.invocation.stdin.read()).split())
    elif not names:
        return list(call.devices.kept.groups)
    found = [group(call, name) for name in names]
    show = _volumes if call.given("volumes") else _disks if call.given("disks") else _summary
    return [line for one in found for line in show(one)]


def _summary(group: VolumeGroup) -> Iterator[str]:
    opened = sum(volume.opened for volume in group.volumes.values())
    areas = group.descriptors
    quorum = f"{areas // 2 + 1} (Enabled)" if group.quorum else "1 (Disabled)"
    left = group.total - group.total_used
    disks = len(group.disks)
    rows = (
        ("VOLUME GROUP:", group.name, "VG IDENTIFIER:", group.identifier),
        ("VG STATE:", "active", "PP SIZE:", f"{group.partition_size} megabyte(s)"),
        ("VG PERMISSION:", "read/write", "TOTAL PPs:", megabytes(group.total, group)),
        ("MAX LVs:", _MOST_VOLUMES, "FREE PPs:", megabytes(left, group)),
        ("LVs:", len(group.volumes), "USED PPs:", megabytes(group.total_used, group)),
        ("OPEN LVs:", opened, "QUORUM:", quorum),
        ("TOTAL PVs:", disks, "VG DESCRIPTORS:", areas),
        ("STALE PVs:", 0, "STALE PPs:", 0),
        ("ACTIVE PVs:", disks, "AUTO ON:", "yes" if group.auto_on else "no"),
        ("MAX PPs per VG:", _MOST_PARTITIONS, "", ""),
        ("MAX PPs per PV:", group.limit, "MAX PVs:", group.disk_limit),
        ("LTG size (Dynamic):", "256 kilobyte(s)", "AUTO SYNC:", "no"),
        ("HOT SPARE:", "no", "BB POLICY:", "relocatable"),
    )
    for label, value, second, other in rows:
        yield f"{label:<20}{value:<25}{second:<16}{other}".rstrip()


def _disks(group: VolumeGroup) -> Iterator[str]:
    yield f"{group.name}:"
    yield "PV_NAME           PV STATE          TOTAL PPs   FREE PPs    FREE DISTRIBUTION"
    for disk, total in group.disks.items():
        free = set(range(1, total + 1)) - group.numbers(disk)
        shown = distribution(total, free)
        yield f"{disk:<18}{'active':<18}{total:<12}{len(free):<12}{shown}"


def _volumes(group: VolumeGroup) -> Iterator[str]:
    yield f"{group.name}:"
    yield "LV NAME             TYPE       LPs     PPs     PVs  LV STATE      MOUNT POINT"
    for volume in group.volumes.values():
        state = "open/syncd" if volume.opened else "closed/syncd"
        sizes = f"{len(volume.partitions):<8}{volume.size:<8}{len(volume.parts):<5}"
        yield f"{volume.name:<20}{volume.type:<11}{sizes}{state:<14}{volume.mount or 'N/A'}"


COMMAND = PartitionCommand(DECLARATION, run)
