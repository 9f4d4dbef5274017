"""Volume groups of an operating system: what lies on which physical volume.

Sizes are in MB and physical partitions (PPs). Volume groups are "original" ones: a physical volume
has at most 1016 PPs times the factor of the group (`chvg -t`, manual pages of AIX).
"""

from __future__ import annotations

import dataclasses

PARTITIONS_OF_A_VOLUME = 1016


@dataclasses.dataclass(slots=True)
class LogicalVolume:
    """A logical volume: on which physical volume it has how many physical partitions."""

    name: str
    type: str
    mount: str = ""
    parts: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def size(self) -> int:
        """Its physical partitions."""
        return sum(self.parts.values())


@dataclasses.dataclass(slots=True)
class VolumeGroup:
    """A volume group: `disks` are its physical volumes by name, with the PPs that each has."""

    name: str
    identifier: str
    partition_size: int
    disks: dict[str, int] = dataclasses.field(default_factory=dict)
    volumes: dict[str, LogicalVolume] = dataclasses.field(default_factory=dict)
    factor: int = 1
    active: bool = True

    @property
    def limit(self) -> int:
        """How many PPs a physical volume of it can have at most."""
        return PARTITIONS_OF_A_VOLUME * self.factor

    def used(self, disk: str) -> int:
        """PPs of a physical volume that logical volumes have."""
        return sum(volume.parts.get(disk, 0) for volume in self.volumes.values())

    def free(self, disk: str) -> int:
        """PPs of a physical volume that nobody has."""
        return self.disks[disk] - self.used(disk)

    def partitions_on(self, size_mb: int) -> int:
        """How many PPs a physical volume of a size has room for, less one for its descriptor."""
        return max(size_mb // self.partition_size - 1, 0)

    @property
    def total(self) -> int:
        """PPs of all physical volumes."""
        return sum(self.disks.values())


def partition_size_for(size_mb: int) -> int:
    """The least power of two, MB, with which a physical volume has at most 1016 PPs."""
    size = 4
    while size_mb // size > PARTITIONS_OF_A_VOLUME:
        size *= 2
    return size


# The logical volumes of an installed rootvg with their sizes in MB (names and types: captures of
# AIX 6.1; sizes inferred).
_ROOT = (
    ("hd5", "boot", "", 64),
    ("hd6", "paging", "", 512),
    ("hd8", "jfs2log", "", 64),
    ("hd4", "jfs2", "/", 256),
    ("hd2", "jfs2", "/usr", 2048),
    ("hd9var", "jfs2", "/var", 512),
    ("hd3", "jfs2", "/tmp", 256),  # noqa: S108 - a mount point
    ("hd1", "jfs2", "/home", 64),
    ("hd10opt", "jfs2", "/opt", 512),
)
_PADMIN = ("paging00", "paging", "", 1024)


def root_group(identifier: str, disk: str, size_mb: int, *, vios: bool) -> VolumeGroup:
    """The volume group that an installation makes on a physical volume."""
    group = VolumeGroup("rootvg", identifier, partition_size_for(size_mb))
    group.disks[disk] = group.partitions_on(size_mb)
    for name, kind, mount, size in (*_ROOT, *((_PADMIN,) if vios else ())):
        count = max(-(-size // group.partition_size), 1)
        group.volumes[name] = LogicalVolume(name, kind, mount, {disk: count})
    return group
