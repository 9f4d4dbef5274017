"""Which virtual SCSI client adapter is connected to which server adapter, and what lies behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmcsh.model.adapters import ANY, ScsiAdapter
from hmcsh.model.storage import Disk, VirtualTarget

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition

DiskIdentity = tuple[str, str]
"""A LUN, as ("", its unique ID), or a device of a server's own, as (UUID of the server, name)."""


def connected(
    server: Partition, served: ScsiAdapter, client: Partition, adapter: ScsiAdapter
) -> bool:
    """Whether a client adapter and a server adapter name each other."""
    return (
        adapter.side == "client"
        and served.side == "server"
        and adapter.remote_lpar_id == server.lpar_id
        and adapter.remote_slot == served.slot
        and served.remote_lpar_id in (ANY, client.lpar_id)
        and served.remote_slot in (ANY, adapter.slot)
    )


def clients(server: Partition, served: ScsiAdapter) -> list[Partition]:
    """Partitions whose adapters are connected to a server adapter."""
    return [
        client
        for client in server.frame.partitions.values()
        if any(connected(server, served, client, adapter) for adapter in client.scsi_adapters)
    ]


def identity(server: Partition, target: VirtualTarget) -> DiskIdentity:
    """What a target device of a server stands for, however it is reached."""
    disk = backing(server, target)
    if disk is not None and disk.lun is not None:
        return "", disk.lun.unique_id
    return server.uuid, target.backing


def backing(server: Partition, target: VirtualTarget) -> Disk | None:
    """The physical volume behind a target device, None for a logical volume or a file."""
    return server.io_server.disks.get(target.backing) if target.kind == "disk" else None


def targets(client: Partition, adapter: ScsiAdapter) -> Iterator[tuple[Partition, VirtualTarget]]:
    """The target devices that a client finds behind its adapter, with the server of each."""
    server = client.frame.partitions.get(adapter.remote_lpar_id)  # type: ignore[arg-type]
    if server is None or server.vios is None:
        return
    for served in server.scsi_adapters:
        if connected(server, served, client, adapter):
            for target in server.vios.targets.get(served.slot, ()):
                yield server, target


def disks(client: Partition, adapter: ScsiAdapter) -> set[DiskIdentity]:
    """What a client finds behind its adapter."""
    return {identity(server, target) for server, target in targets(client, adapter)}
