"""From which disk an operating system starts: boot lists, boot images (SG24-7460 5.5.4).

The firmware tries the devices of the list one after the other and takes the first that has a boot
image. Whether a Virtual I/O Server answers at that moment is left out of account (inferred): the
firmware tries again until it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmcsh.model.discovery import discover

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition

_SERVICE_MODES = ("ds", "dd")


def can_boot(partition: Partition, mode: str) -> bool:
    """Whether the firmware finds a boot image on a device of the list.

    An operating system that was never looked into starts as it always has.
    """
    system = partition.operating_system
    if system is None:
        return False
    kept = system.devices
    if not kept.boot.lists:
        return True
    there = {entry.key for entry in discover(partition)}
    names = {entry.name for key, entry in kept.known.items() if key in there}
    wanted = kept.boot.lists["service" if mode in _SERVICE_MODES else "normal"]
    return any(name in names and name in kept.boot.images for name in wanted)
