"""Paths of multipath I/O: the ways on which an operating system reaches a disk.

A client finds one disk, however many adapters lead to it (SG24-7460 5.1.2). The operating system
knows a path from when it was configured until it is deleted; whether it works is read from the
adapters, from what they are connected to and from the Virtual I/O Server. States are those of
lspath; which of them a broken path has is inferred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmcsh.language.messages import Refusal
from hmcsh.model import paths
from hmcsh.model.discovery import Key, disk_key

if TYPE_CHECKING:
    from hmcsh.model.devices import DeviceDatabase
    from hmcsh.model.partition import Partition

PathKey = tuple[Key, Key]  # of the disk, and of the adapter

ENABLED, DEFINED, MISSING, FAILED = "Enabled", "Defined", "Missing", "Failed"


@dataclasses.dataclass(frozen=True, slots=True)
class Path:
    """A path: names of the disk and of the adapter, its state, and where on the adapter it ends."""

    key: PathKey
    disk: str
    parent: str
    status: str
    connection: str


def physical(partition: Partition) -> Iterator[tuple[PathKey, str, bool]]:
    """Paths of the virtual SCSI adapters of a client: where they end, and whether a server answers.

    A Virtual I/O Server reaches each of its disks by one path (the model knows no more).
    """
    for adapter in partition.scsi_adapters:
        if partition.vios is not None or adapter.side != "client":
            continue
        for server, target in paths.targets(partition, adapter):
            key = (disk_key(server, target), ("virtual", adapter.slot))
            yield key, f"{target.lun_address:x}0000000000", server.running


def listed(database: DeviceDatabase) -> list[Path]:
    """The paths that an operating system knows, disk after disk."""
    kept, there = database.kept, {key: rest for key, *rest in physical(database.partition)}
    devices = {device.key: device for device in database.all()}
    order = list(devices)
    found = []
    for (disk, parent), configured in kept.paths.items():
        if disk not in devices or parent not in devices:
            continue
        connection, answers = there.get((disk, parent), ("", False))
        if not configured:
            status = DEFINED
        elif (disk, parent) not in there or not devices[parent].available:
            status = MISSING
        else:
            status = ENABLED if answers else FAILED
        names = devices[disk].name, devices[parent].name
        found.append(Path((disk, parent), *names, status, str(connection)))
    return sorted(found, key=lambda path: tuple(map(order.index, path.key)))


def remove(database: DeviceDatabase, doomed: list[Path], *, delete: bool) -> None:
    """Unconfigure paths, or delete them.

    Raises Refusal 0514-076 if a disk that is Available would be left without a path; then nothing
    has changed.
    """
    keys = {path.key for path in doomed}
    available = {device.key for device in database.all() if device.available}
    for path in doomed:
        others = (p for p in listed(database) if p.disk == path.disk and p.key not in keys)
        if path.key[0] in available and not any(p.status == ENABLED for p in others):
            raise Refusal(1, "path_last", method="undefine" if delete else "ucfgdevice")
    for key in keys:
        if delete:
            del database.kept.paths[key]
        else:
            database.kept.paths[key] = False
