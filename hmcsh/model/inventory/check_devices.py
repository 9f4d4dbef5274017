"""What must hold between adapters, disks, networks and physical slots of one system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hmcsh.model.inventory.complete import declared_server, own_adapters
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.schema import (
    ANY,
    INTERNAL,
    Backing,
    FibreChannel,
    Inventory,
    Partition,
    Scsi,
    System,
)
from hmcsh.model.inventory.shapes import max_virtual_slots

# Where things of a kind are named. One that was not wholly read may have held any name.
_INVENTORY_NAMES = {"LUN": "luns", "network": "networks"}
_SYSTEM_NAMES = {
    "partition": "partitions",
    "Virtual I/O Server": "partitions",
    "physical slot": "slots",
}


def check_devices(inventory: Inventory, system: System, problems: Problems) -> None:
    """Note what does not fit between the devices of a system."""
    _Devices(inventory, system, problems).check()


class _Devices:
    def __init__(self, inventory: Inventory, system: System, problems: Problems) -> None:
        self.inventory = inventory
        self.system = system
        self.problems = problems
        self.partitions: dict[str, Partition] = {p.key: p for p in system.partitions.values()}
        self.users: dict[tuple[str, str], str] = {}
        self.seen: dict[str, dict[str, str]] = {}  # LUNs that a partition sees, as which disk
        self.unclear = {p.key for p in system.partitions.values() if "disks" in p.failed}
        self.unreadable = {
            what
            for owner, names in ((inventory, _INVENTORY_NAMES), (system, _SYSTEM_NAMES))
            for what, field in names.items()
            if field in owner.failed
        }

    def check(self) -> None:
        self.physical_slots()
        for partition in self.partitions.values():
            self.disks(partition)
        for partition in self.partitions.values():
            self.networks(partition)
            for slot, scsi in partition.scsi.items():
                if "server" not in scsi.failed:
                    self.client(partition, slot, scsi)
            for channel in partition.fibre_channel.values():
                if "server" not in channel.failed:
                    self.fibre_channel(partition, channel)
            self.server_adapters(partition)
            self.volume_groups(partition)
            if not partition.failed:
                self.virtual_slots(partition)
        self.trunks()

    def unknown(self, what: str, name: str, known: Iterable[str], line: int) -> None:
        if what not in self.unreadable and not self.problems.told(line):
            self.problems.add(line, f"unknown {what} {name!r}{suggestion(name, known)}")

    def physical_slots(self) -> None:
        indexes: dict[str, str] = {}
        for slot in self.system.slots.values():
            index = slot.drc_index or ""
            if index in indexes:
                text = f"DRC index {index} is already that of {indexes[index]}"
                self.problems.add(slot.at("drc_index"), text)
            indexes.setdefault(index, slot.key)
        owners: dict[str, str] = {}
        for partition in self.partitions.values():
            for location, use in partition.io.items():
                if location not in self.system.slots:
                    self.unknown("physical slot", location, self.system.slots, use.line)
                elif partition.was_activated:
                    if location in owners:
                        self.problems.add(
                            use.line, f"{location} already belongs to {owners[location]}"
                        )
                    owners.setdefault(location, partition.key)

    def disks(self, server: Partition) -> None:
        seen = self.seen[server.key] = {}
        for disk in server.disks.values():
            if disk.failed:
                self.unclear.add(server.key)
            elif disk.lun == INTERNAL:
                continue
            elif disk.lun not in self.inventory.luns:
                self.unclear.add(server.key)
                self.unknown("LUN", disk.lun, self.inventory.luns, disk.at("lun"))
            elif disk.lun in seen:
                text = f"{server.key} already sees {disk.lun} as {seen[disk.lun]}"
                self.problems.add(disk.at("lun"), text)
            seen.setdefault(disk.lun, disk.key)

    def volume_groups(self, partition: Partition) -> None:
        """Note disks of volume groups that the partition will not find or that two of them name."""
        groups = partition.os.volume_groups if partition.os is not None else {}
        known = [f"hdisk{number}" for number in range(self.disks_of(partition))] if groups else []
        owners: dict[str, str] = {}
        for group in groups.values():
            if not group.disks and "disks" not in group.failed:
                self.problems.add(group.line, f"the volume group {group.key} has no disk")
            for disk in group.disks:
                if disk not in known:
                    self.unknown("disk of a volume group", disk, known, group.at("disks"))
                elif disk in owners:
                    text = f"{disk} is already in the volume group {owners[disk]}"
                    self.problems.add(group.at("disks"), text)
                owners.setdefault(disk, group.key)
            if len(group.disks) < int(group.copies):
                text = f"{group.copies} copies in the volume group {group.key} need as many disks"
                self.problems.add(group.at("copies"), text)

    def disks_of(self, partition: Partition) -> int:
        """How many disks the operating system of a partition finds."""
        slots = (self.system.slots.get(location) for location in partition.io)
        internal = sum(len(slot.disk_sizes) for slot in slots if slot is not None)
        virtual: set[tuple[str, str]] = set()
        for scsi in partition.scsi.values():
            declared = declared_server(self.system, scsi)
            for backing in (scsi, *([declared] if declared is not None else [])):
                virtual |= {("", lun) for lun in backing.luns}
                own = (*backing.disks, *backing.logical_volumes, *backing.files)
                virtual |= {(scsi.server, name) for name in own}
        return internal + len(virtual)

    def networks(self, server: Partition) -> None:
        for entry in (server.mover, *server.bridges.values()):
            if entry is not None and entry.network not in self.inventory.networks:
                networks = self.inventory.networks
                self.unknown("network", entry.network, networks, entry.at("network"))
        for bridge in server.bridges.values():
            if not bridge.failed and len(set(bridge.vlans)) != len(bridge.vlans or [0]):
                text = "vlans are one or more VLAN identifiers, each once"
                self.problems.add(bridge.at("vlans"), text)

    def trunks(self) -> None:
        """Two trunk adapters for one VLAN need different priorities (inferred)."""
        trunks: dict[tuple[str, int, int], str] = {}
        for server in self.partitions.values():
            for bridge in server.bridges.values():
                for vlan in bridge.vlans:
                    key = (bridge.switch, vlan, bridge.priority)
                    name = f"{bridge.key} of {server.key}"
                    if trunks.get(key, name) != name:
                        self.problems.add(
                            bridge.at("priority"),
                            f"{trunks[key]} already bridges VLAN {vlan} with priority"
                            f" {bridge.priority}",
                        )
                    trunks.setdefault(key, name)

    def server(self, partition: Partition, client: Scsi | FibreChannel) -> Partition | None:
        """The Virtual I/O Server that a client adapter names; None with the problem noted."""
        server = self.partitions.get(client.server)
        if server is not None and "type" in server.failed:
            return None
        if server is None or not server.is_vios:
            servers = [p.key for p in self.partitions.values() if p.is_vios]
            self.unknown("Virtual I/O Server", client.server, servers, client.at("server"))
            return None
        if server is partition:
            self.problems.add(client.at("server"), f"{partition.key} cannot be its own server")
        return server

    def fibre_channel(self, partition: Partition, channel: FibreChannel) -> None:
        server = self.server(partition, channel)
        if server is None or "fc_ports" in server.failed:
            return
        if not server.fc_ports:
            self.problems.add(channel.at("server"), f"{server.key} has no Fibre Channel port")
        elif channel.port and channel.port not in server.fc_ports:
            self.unknown("Fibre Channel port", channel.port, server.fc_ports, channel.at("port"))

    def client(self, partition: Partition, slot: int, scsi: Scsi) -> None:
        server = self.server(partition, scsi)
        if server is None:
            return
        declared = declared_server(self.system, scsi)
        for_other = declared is not None and (
            declared.client not in (ANY, partition.key) or declared.client_slot not in (None, slot)
        )
        if for_other:
            self.problems.add(
                scsi.at("server_slot"),
                f"slot {scsi.server_slot} of {server.key} is not for slot {slot} of"
                f" {partition.key}",
            )
        self.backing(server, scsi, f"slot {slot} of {partition.key}")

    def backing(self, server: Partition, entry: Backing, client: str) -> None:
        by_lun = self.seen[server.key]
        for lun in entry.luns:
            if lun not in self.inventory.luns:
                self.unknown("LUN", lun, self.inventory.luns, entry.at("luns"))
            elif lun not in by_lun and server.key not in self.unclear:
                self.problems.add(entry.at("luns"), f"{server.key} does not see the LUN {lun!r}")
            elif lun in by_lun:
                self.use(server, by_lun[lun], entry.at("luns"), client)
        for disk in entry.disks:
            if disk not in server.disks:
                self.unknown("physical volume", disk, server.disks, entry.at("disks"))
            else:
                self.use(server, disk, entry.at("disks"), client)
        for field in ("logical_volumes", "files"):
            for name in getattr(entry, field):
                self.use(server, name, entry.at(field), client)

    def use(self, server: Partition, name: str, line: int, client: str) -> None:
        owner = self.users.setdefault((server.key, name), client)
        if owner != client:
            self.problems.add(line, f"{name} of {server.key} is already given to {owner}")

    def server_adapters(self, server: Partition) -> None:
        for slot, adapter in server.server_adapters.items():
            self.backing(server, adapter, f"server slot {slot}")
            if adapter.client == ANY:
                continue
            client = self.partitions.get(adapter.client)
            if client is None:
                self.unknown("partition", adapter.client, self.partitions, adapter.at("client"))
            elif adapter.client_slot is not None:
                continue  # its client adapter may be made later
            elif not any(
                scsi.server == server.key and scsi.server_slot == slot
                for scsi in client.scsi.values()
            ):
                self.problems.add(
                    adapter.line,
                    f"{client.key} has no client adapter for the server adapter in slot {slot}"
                    f" of {server.key}",
                )

    def virtual_slots(self, partition: Partition) -> None:
        """Slots must fit every profile, wherever the adapter is declared."""
        shapes_ = (partition, *partition.profiles.values())
        limit = min(max_virtual_slots(partition, shape) for shape in shapes_)
        for slot, line in self.slots_of(partition):
            if slot >= limit:
                text = f"slot {slot} of {partition.key} is not below max_virtual_slots ({limit})"
                self.problems.add(line, text)

    def slots_of(self, partition: Partition) -> Iterator[tuple[int, int]]:
        for slot, _, entry in own_adapters(partition):
            if slot is not None:
                yield slot, entry.at("slot")
        for client in self.partitions.values() if partition.is_vios else ():
            for adapter in client.served:
                if adapter.server == partition.key and adapter.server_slot is not None:
                    yield adapter.server_slot, adapter.at("server_slot")
