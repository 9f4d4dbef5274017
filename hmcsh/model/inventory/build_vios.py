"""The devices of a Virtual I/O Server, and the server adapters of its clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hmcsh.model.adapters import FibreChannelAdapter, ScsiAdapter
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.inventory import derived, schema
from hmcsh.model.inventory.complete import declared_server
from hmcsh.model.partition import Partition
from hmcsh.model.storage import Disk, VirtualTarget
from hmcsh.model.vios import FibreChannelPort, SharedEthernet, VirtualIoServer

TargetKind = Literal["disk", "lv", "file"]
FIRST_LUN = 0x81  # targets of an adapter count from here (captures of lsmap)


def volume_ids(inventory: schema.Inventory) -> dict[str, str]:
    """The PVID that each LUN bears: every VIOS reads the same, whoever wrote it.

    One that is not given was written by the first system that sees the LUN.
    """
    found: dict[str, str] = {}
    for system in inventory.systems.values():
        for partition in system.partitions.values():
            for disk in partition.disks.values():
                if disk.lun not in found and disk.lun != schema.INTERNAL:
                    given = inventory.luns[disk.lun].pvid
                    serial = str(system.serial)
                    found[disk.lun] = given or derived.physical_volume_id(serial, "lun", disk.lun)
    return found


def build_vios(
    datacenter: Datacenter,
    pvids: dict[str, str],
    system: schema.System,
    entry: schema.Partition,
    frame: Frame,
) -> None:
    """Give a Virtual I/O Server its disks, bridges, mover, server adapters and target devices."""
    partition = frame.partitions[int(entry.id or 0)]
    partition.vios = vios = VirtualIoServer(level=entry.level)
    for disk in entry.disks.values():
        vios.disks[disk.key] = _disk(datacenter, pvids, system, entry, disk)
    for bridge in entry.bridges.values():
        slot = int(bridge.slot or 0)
        vios.bridges.append(SharedEthernet(bridge.key, bridge.network, (slot,), bridge.backing))
    if entry.mover is not None:
        vios.mover = entry.mover.enabled
        vios.mover_network = entry.mover.network
        vios.mover_rate = int(entry.mover.rate or datacenter.networks[entry.mover.network].rate)
        vios.mover_address = str(entry.mover.address)
    places = _port_places(system, entry)
    for port in entry.fc_ports.values():
        wwpn = "10000000C9" + derived.digits(6, "wwpn", str(system.serial), entry.key, port.key)
        location = port.location or next(places)
        vios.fc_ports[port.key] = FibreChannelPort(
            port.key, location, wwpn, port.fabric, int(port.limit)
        )
    for client in system.partitions.values():
        for key, channel in client.fibre_channel.items():
            if channel.server == entry.key:
                _attach_channel(partition, vios, client, int(key), channel)
    by_lun = {disk.lun.name: disk.name for disk in vios.disks.values() if disk.lun is not None}
    for adapter, backing in sorted(
        _server_adapters(system, entry, frame), key=lambda pair: pair[0].slot
    ):
        _attach(partition, vios, adapter, backing, by_lun)


def _port_places(system: schema.System, entry: schema.Partition) -> Iterator[str]:
    """Location codes of Fibre Channel ports: those of the cards that the partition has, each with
    as many ports as it takes; of a card of the system's own unit if it has none (inferred).
    """
    cards = [str(place) for place in entry.io if system.slots[place].card == "fibre-channel"]
    unit = f"U{system.type_model.replace('-', '.')}.{system.serial}"
    cards = cards or [f"{unit}-P1-C{entry.id}"]
    each = -(-len(entry.fc_ports) // len(cards))
    return (f"{card}-T{port}" for card in cards for port in range(1, each + 1))


def _disk(
    datacenter: Datacenter,
    pvids: dict[str, str],
    system: schema.System,
    entry: schema.Partition,
    disk: schema.Disk,
) -> Disk:
    serial = str(system.serial)
    if disk.lun == schema.INTERNAL:
        pvid = disk.pvid or derived.physical_volume_id(serial, serial, entry.key, disk.key)
        return Disk(disk.key, None, disk.reserve, str(pvid), tuple(disk.reads))
    pvid = str(disk.pvid or pvids[disk.lun])
    return Disk(disk.key, datacenter.luns[disk.lun], disk.reserve, pvid, tuple(disk.reads))


def _server_adapters(
    system: schema.System, entry: schema.Partition, frame: Frame
) -> list[tuple[ScsiAdapter, list[schema.Backing]]]:
    """Server adapters of a VIOS with what backs them: its own, and those made for clients."""
    own: dict[int, tuple[ScsiAdapter, list[schema.Backing]]] = {}
    for key, server in entry.server_adapters.items():
        slot = int(key)
        adapter = ScsiAdapter(slot, "server", "any", "any", server.required)
        if server.client != schema.ANY and server.client_slot is not None:
            client_id = int(system.partitions[server.client].id or 0)
            adapter = ScsiAdapter(
                slot, "server", client_id, int(server.client_slot), server.required
            )
        own[slot] = (adapter, [server])
    for client in system.partitions.values():
        client_id = int(client.id or 0)
        for key, scsi in client.scsi.items():
            if scsi.server != entry.key:
                continue
            slot = int(scsi.server_slot or 0)
            declared = declared_server(system, scsi)
            if declared is None:
                own[slot] = (ScsiAdapter(slot, "server", client_id, int(key)), [scsi])
                continue
            adapter, backing = own[slot]
            if declared.client != schema.ANY:
                adapter = ScsiAdapter(slot, "server", client_id, int(key), declared.required)
            own[slot] = (adapter, [*backing, scsi])
    return list(own.values())


def _attach_channel(
    server: Partition,
    vios: VirtualIoServer,
    client: schema.Partition,
    client_slot: int,
    channel: schema.FibreChannel,
) -> None:
    slot = int(channel.server_slot or 0)
    adapter = FibreChannelAdapter(slot, "server", int(client.id or 0), client_slot)
    server.adapters[slot] = adapter
    for profile in server.profiles.values():
        profile.adapters[slot] = adapter
    vios.add_vfchost(slot, channel.port or next(iter(vios.fc_ports)))


def _attach(
    partition: Partition,
    vios: VirtualIoServer,
    adapter: ScsiAdapter,
    backing: list[schema.Backing],
    by_lun: dict[str, str],
) -> None:
    partition.adapters[adapter.slot] = adapter
    for profile in partition.profiles.values():
        profile.adapters[adapter.slot] = adapter
    vios.add_vhost(adapter.slot)
    targets = vios.targets[adapter.slot]
    for source in backing:
        offered: list[tuple[str, TargetKind]] = [(by_lun[lun], "disk") for lun in source.luns]
        offered += [(disk, "disk") for disk in source.disks]
        offered += [(volume, "lv") for volume in source.logical_volumes]
        offered += [(file, "file") for file in source.files]
        for name, kind in offered:
            address = FIRST_LUN + len(targets)
            targets.append(VirtualTarget(vios.free_target_name(), name, kind, address))
