"""Volume groups of an operating system: what lies on which physical volume.

Physical volumes are known by the names of their devices, which are busy and therefore keep their
names as long as a volume group has them. Each logical partition of a logical volume has one to
three copies, each on a physical partition (PP) of its own; PPs of a disk count from 1. Sizes are
in MB. Volume groups are "original" ones: a physical volume has at most 1016 PPs times the factor
of the group (`chvg -t`, manual pages of AIX). A change is checked as a whole and then applied; a
refused one changes nothing.

The regions of disks follow captures of lsvg; in which order they are filled is inferred.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from hmcsh.language.messages import Refusal

PARTITIONS_OF_A_VOLUME = 1016  # with the factor 1
VOLUMES_OF_A_GROUP = 32  # likewise
LARGEST_FACTOR = 16
LARGEST_PARTITION = 1024  # MB
MOST_COPIES = 3
ROOT_GROUP = "rootvg"
BOOT, DUMP = "boot", "sysdump"

Place = tuple[str, int]  # a physical partition: the disk it is on, and its number

REGIONS = 5  # outer edge, outer middle, center, inner middle, inner edge
_CENTER = 2
# Which regions are larger by one where a disk does not divide by five (captures of five sizes).
_LARGER_FIRST = (0, 4, 1, 3, 2)
# Where a region is full, the next ones are used, the nearer ones first.
_NEAREST = tuple(
    tuple(sorted(range(REGIONS), key=lambda other, r=region: (abs(other - r), other)))  # type: ignore[misc]
    for region in range(REGIONS)
)


def regions(total: int) -> list[range]:
    """Numbers of the PPs in each of the five regions of a disk, from the outer edge."""
    share, left = divmod(total, REGIONS)
    found, start = [], 1
    for region in range(REGIONS):
        size = share + (region in _LARGER_FIRST[:left])
        found.append(range(start, start + size))
        start += size
    return found


def distribution(total: int, numbers: Iterable[int]) -> str:
    """How many of some PPs lie in each region of a disk, as lspv and lsvg show it."""
    chosen = set(numbers)
    return "..".join(f"{len(chosen.intersection(region)):02}" for region in regions(total))


@dataclasses.dataclass(slots=True)
class LogicalVolume:
    """A logical volume: `partitions` has the places of the copies of each logical partition.

    `region` is where its PPs go by preference, 0 to 4; `mount` where its file system is mounted,
    "" for none.
    """

    name: str
    type: str
    mount: str = ""
    region: int = _CENTER
    partitions: list[tuple[Place, ...]] = dataclasses.field(default_factory=list)

    @property
    def places(self) -> Iterator[Place]:
        """Every physical partition that it has."""
        return (place for copies in self.partitions for place in copies)

    @property
    def parts(self) -> dict[str, int]:
        """How many PPs it has on each of its disks."""
        return dict(collections.Counter(disk for disk, _ in self.places))

    @property
    def size(self) -> int:
        """Its physical partitions."""
        return sum(map(len, self.partitions))

    @property
    def copies(self) -> int:
        """How many copies a logical partition has at most."""
        return max(map(len, self.partitions), default=0)

    @property
    def opened(self) -> bool:
        """Whether it is in use; a boot logical volume never is."""
        return self.type != BOOT


@dataclasses.dataclass(slots=True)
class VolumeGroup:
    """A volume group: `disks` are its physical volumes by name, with the PPs that each has.

    `quorum` tells whether it must see more than half of its descriptor areas.
    """

    name: str
    identifier: str
    partition_size: int
    disks: dict[str, int] = dataclasses.field(default_factory=dict)
    volumes: dict[str, LogicalVolume] = dataclasses.field(default_factory=dict)
    factor: int = 1
    active: bool = True
    quorum: bool = True
    auto_on: bool = True

    @property
    def limit(self) -> int:
        """How many PPs a physical volume of it can have at most."""
        return PARTITIONS_OF_A_VOLUME * self.factor

    @property
    def disk_limit(self) -> int:
        """How many physical volumes it can have at most."""
        return VOLUMES_OF_A_GROUP // self.factor

    def numbers(self, disk: str) -> set[int]:
        """Which PPs of a physical volume logical volumes have."""
        volumes = self.volumes.values()
        return {number for v in volumes for name, number in v.places if name == disk}

    def used(self, disk: str) -> int:
        """PPs of a physical volume that logical volumes have."""
        return len(self.numbers(disk))

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

    @property
    def total_used(self) -> int:
        """PPs that logical volumes have."""
        return sum(volume.size for volume in self.volumes.values())

    @property
    def descriptors(self) -> int:
        """Descriptor areas: two on a single disk, three on two (IBM's page on quorums)."""
        return {1: 2, 2: 3}.get(len(self.disks), len(self.disks))

    def on(self, disk: str) -> list[LogicalVolume]:
        """The logical volumes that have PPs on a disk."""
        return [volume for volume in self.volumes.values() if disk in volume.parts]

    def require(self, disk: str) -> None:
        """Refuse a disk that is not of the group. Raises Refusal 0516-320."""
        if disk not in self.disks:
            raise Refusal(1, "lvm_disk_not_member", disk=disk, group=self.name)

    # -- physical volumes -----------------------------------------------------------------------

    def extend(self, sizes: dict[str, int]) -> None:
        """Take in disks, each with its size in MB.

        Raises Refusal 0516-1162 for a disk that would have too many PPs, and if there would be
        too many disks.
        """
        for name, size in sizes.items():
            count = size // self.partition_size
            if count > self.limit:
                raise Refusal(
                    1,
                    "lvm_too_many_partitions",
                    size=self.partition_size,
                    count=count,
                    disk=name,
                    group=self.name,
                    limit=self.limit,
                )
        if len(self.disks) + len(sizes) > self.disk_limit:
            raise Refusal(1, "lvm_too_many_disks", group=self.name, limit=self.disk_limit)
        self.disks |= {name: self.partitions_on(size) for name, size in sizes.items()}

    def reduce(self, disk: str) -> None:
        """Give a disk away. Raises Refusal 0516-016 while logical volumes have PPs of it."""
        self.require(disk)
        if self.on(disk):
            raise Refusal(1, "lvm_disk_has_partitions", disk=disk)
        del self.disks[disk]

    def set_factor(self, factor: int) -> None:
        """Let disks be larger, and fewer. Raises Refusal for a factor that its disks forbid."""
        if not 1 <= factor <= LARGEST_FACTOR:
            raise Refusal(1, "lvm_factor_range", most=LARGEST_FACTOR)
        most = max(self.disks.values(), default=0)
        if len(self.disks) > VOLUMES_OF_A_GROUP // factor or most > PARTITIONS_OF_A_VOLUME * factor:
            raise Refusal(1, "lvm_factor", group=self.name, factor=factor)
        self.factor = factor

    # -- physical partitions --------------------------------------------------------------------

    def allocate(self, count: int, region: int, disks: Sequence[str]) -> list[Place]:
        """Find free PPs on some disks, those of a region by preference, disk after disk.

        Raises Refusal 0516-404 if there are not enough.
        """
        found: list[Place] = []
        for place in self._free(region, disks):
            if len(found) >= count:
                break
            found.append(place)
        if len(found) < count:
            raise Refusal(1, "lvm_no_room")
        return found

    def _free(self, region: int, disks: Sequence[str]) -> Iterator[Place]:
        for disk in disks:
            taken, parts = self.numbers(disk), regions(self.disks[disk])
            for near in _NEAREST[region]:
                yield from ((disk, number) for number in parts[near] if number not in taken)

    def create(self, volume: LogicalVolume, count: int, disks: Sequence[str]) -> None:
        """Make a logical volume of so many logical partitions. Raises Refusal 0516-404."""
        volume.partitions = [(place,) for place in self.allocate(count, volume.region, disks)]
        self.volumes[volume.name] = volume

    def migrate(
        self, source: str, targets: Sequence[str], volume: str | None = None
    ) -> list[LogicalVolume]:
        """Move PPs from a disk to others, those of one logical volume if it is named.

        Gives the logical volumes that were moved. No two copies of a logical partition come to
        one disk. Raises Refusal for a disk that is not of the group, 0516-404 without enough room.
        """
        for disk in (source, *targets):
            self.require(disk)
        moved = [v for v in self.on(source) if volume in (None, v.name)]
        allowed = [disk for disk in targets if disk != source]

        def move(copies: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
            return tuple(place if old[0] == source else old for old in copies)

        def concerned(copies: tuple[Place, ...]) -> bool:
            return any(disk == source for disk, _ in copies)

        self._place(moved, concerned, move, allowed, but=source)
        return moved

    def mirror(self, copies: int, disks: Sequence[str]) -> list[LogicalVolume]:
        """Give every logical partition so many copies, the further ones on some disks.

        Gives the logical volumes that got more; dump devices are not mirrored. Quorum is turned
        off (captures). Raises Refusal 0516-404 without enough room.
        """
        grown = [v for v in self.volumes.values() if v.type != DUMP and v.copies < copies]
        before = {volume.name: list(volume.partitions) for volume in grown}
        try:
            for _ in range(copies - 1):
                self._place(
                    grown,
                    lambda places: len(places) < copies,
                    lambda places, place: (*places, place),
                    disks,
                )
        except Refusal:
            for volume in grown:
                volume.partitions = before[volume.name]
            raise
        self.quorum = self.quorum and not grown
        return grown

    def _place(
        self,
        volumes: Sequence[LogicalVolume],
        concerned: Callable[[tuple[Place, ...]], bool],
        change: Callable[[tuple[Place, ...], Place], tuple[Place, ...]],
        disks: Sequence[str],
        but: str = "",
    ) -> None:
        """Give each logical partition that is concerned one PP on a disk where it has no copy.

        A copy on the disk `but` does not count. Raises Refusal 0516-404; then nothing is changed.
        """
        before = {volume.name: list(volume.partitions) for volume in volumes}
        try:
            for volume in volumes:
                groups: dict[frozenset[str], list[int]] = {}
                for at, copies in enumerate(volume.partitions):
                    if concerned(copies):
                        held = frozenset(disk for disk, _ in copies if disk != but)
                        groups.setdefault(held, []).append(at)
                for held, indexes in groups.items():
                    allowed = [disk for disk in disks if disk not in held]
                    places = self.allocate(len(indexes), volume.region, allowed)
                    for at, place in zip(indexes, places, strict=True):
                        volume.partitions[at] = change(volume.partitions[at], place)
        except Refusal:
            for volume in volumes:
                volume.partitions = before[volume.name]
            raise

    def unmirror(self, copies: int, disks: Sequence[str]) -> list[LogicalVolume]:
        """Take copies away until every logical partition has so many, first those on some disks.

        Gives the logical volumes that lost copies. Without a mirror quorum counts again.
        """
        shrunk = [volume for volume in self.volumes.values() if volume.copies > copies]
        for volume in shrunk:
            for at, places in enumerate(volume.partitions):
                kept = sorted(places, key=lambda place: place[0] in disks)[:copies]
                volume.partitions[at] = tuple(place for place in places if place in kept)
        if shrunk and all(volume.copies <= 1 for volume in self.volumes.values()):
            self.quorum = True
        return shrunk


@dataclasses.dataclass(frozen=True, slots=True)
class GroupPlan:
    """A volume group that an operating system has from its first start.

    `disks` are the device names of its physical volumes; `copies` those of each logical partition.
    """

    name: str
    disks: tuple[str, ...]
    copies: int = 1


def partition_size_for(size_mb: int) -> int:
    """The least power of two, MB, with which a physical volume has at most 1016 PPs."""
    size = 4
    while size_mb // size > PARTITIONS_OF_A_VOLUME and size < LARGEST_PARTITION:
        size *= 2
    return size


# The logical volumes of an installed rootvg with their sizes in MB and regions (names and types:
# captures of AIX 6.1; sizes inferred).
_ROOT = (
    ("hd5", BOOT, "", 32, 0),
    ("hd6", "paging", "", 512, 1),
    ("hd8", "jfs2log", "", 32, 2),
    ("hd4", "jfs2", "/", 256, 2),
    ("hd2", "jfs2", "/usr", 2048, 2),
    ("hd9var", "jfs2", "/var", 512, 2),
    ("hd3", "jfs2", "/tmp", 256, 2),  # noqa: S108 - a mount point
    ("hd1", "jfs2", "/home", 64, 2),
    ("hd10opt", "jfs2", "/opt", 512, 2),
)
_PADMIN = ("paging00", "paging", "", 1024, 2)
_FULLEST = 0.8  # of a small disk, which holds a small system


def installed(
    plan: GroupPlan, identifier: str, sizes: dict[str, int], *, vios: bool
) -> VolumeGroup:
    """A volume group as it stands: rootvg as an installation makes it, with further file systems.

    `sizes` are those of its disks in MB. Each disk is half full (inferred).
    """
    group = VolumeGroup(plan.name, identifier, partition_size_for(max(sizes.values())))
    group.extend(sizes)
    first = next(iter(sizes))
    if plan.name == ROOT_GROUP:
        volumes = (*_ROOT, *((_PADMIN,) if vios else ()))
    else:
        volumes = (("loglv00", "jfs2log", "", 1, _CENTER),)
    wanted = sum(size for _, _, _, size, _ in volumes)
    share = min(1.0, _FULLEST * sizes[first] / wanted)
    for name, kind, mount, size, region in volumes:
        count = max(int(share * size) // group.partition_size, 1)
        group.create(LogicalVolume(name, kind, mount, region), count, list(sizes))
    root = plan.name == ROOT_GROUP
    for number, disk in enumerate(_with_files(list(sizes), plan.copies, root=root)):
        mount = f"/{'data' if root else plan.name.removesuffix('vg')}{number}"
        volume = LogicalVolume(f"fslv{number:02}", "jfs2", mount)
        group.create(volume, group.disks[disk] // 2, [disk])
    group.mirror(plan.copies, list(sizes))
    return group


def _with_files(disks: list[str], copies: int, *, root: bool) -> list[str]:
    """The disks that a file system is made on: those that hold nothing, and are no mirrors."""
    if copies > 1:
        return [] if root else disks[:1]
    return disks[1:] if root else disks
