"""What the hypervisor presents to the operating system of a partition, in order of discovery.

Physical slots come first, then logical ports of host Ethernet adapters, then virtual slots, then
disks (SG24-7460 examples 4-1 and A-1: physical and logical ports have the lower numbers).
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hmcsh.model import device_kinds as kinds
from hmcsh.model import paths
from hmcsh.model.adapters import (
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.device_kinds import DeviceKind

if TYPE_CHECKING:
    from hmcsh.model.frame import IoSlot
    from hmcsh.model.partition import Partition
    from hmcsh.model.storage import Disk, Lun, VirtualTarget
    from hmcsh.model.vios import VirtualIoServer

Key = tuple[str | int, ...]
"""What a device is known by, whatever its name: ("virtual", 3) is what stands in virtual slot 3."""

# Size of a disk that is no LUN, MB: the model knows none (inferred).
INTERNAL_SIZE = 32 * 1024

SYSTEM: Key = ("system",)
PLANAR: Key = ("planar",)
VIRTUAL_BUS: Key = ("vio",)


@dataclasses.dataclass(frozen=True, slots=True)
class Presence:
    """A device as it is found.

    `name` is "" until the operating system has named it. `physloc` is its hardware location code,
    `location` what AIX prints as its location. `facts` are attributes that it has of itself.
    """

    key: Key
    kind: DeviceKind
    parent: Key = ()
    physloc: str = ""
    location: str = ""
    name: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


def virtual_location(partition: Partition, slot: int) -> str:
    """Hardware location code of a virtual slot, such as `U9117.MMA.10FFE0B-V1-C11` (captures)."""
    return f"{_unit(partition)}-V{partition.lpar_id}-C{slot}"


def _unit(partition: Partition) -> str:
    frame = partition.frame
    return f"U{frame.type_model.replace('-', '.')}.{frame.serial_number}"


def discover(partition: Partition) -> Iterator[Presence]:
    """Everything that the partition has now."""
    yield Presence(SYSTEM, kinds.SYSTEM)
    yield Presence(PLANAR, kinds.PLANAR, SYSTEM)
    yield Presence(("memory",), kinds.MEMORY, PLANAR)
    yield from _slots(partition)
    yield from _host_ethernet(partition)
    for port in partition.sriov_logical_ports:
        physloc = f"{_unit(partition)}-P1-C{port.adapter_id}-T{port.port_id + 1}-S{port.number}"
        key = ("sriov", port.number)
        yield Presence(key, kinds.SRIOV_PORT, PLANAR, physloc, facts=_address(port.mac))
    yield Presence(VIRTUAL_BUS, kinds.VIRTUAL_BUS, PLANAR)
    for _, adapter in sorted(partition.adapters.items()):
        yield from _virtual(partition, adapter)
    if partition.vios is None:
        yield from _client_disks(partition)
    else:
        yield from _server_disks(partition, partition.vios)


def _address(mac: str) -> dict[str, str]:
    return {"network_address": mac}


# -- physical --------------------------------------------------------------------------------


def owned_slots(partition: Partition) -> list[IoSlot]:
    """The physical slots of a partition, by location."""
    slots = partition.frame.slots.values()
    return sorted((s for s in slots if s.owner == partition.lpar_id), key=lambda s: s.location)


def _place(slot: IoSlot) -> str:
    """Location code of a physical slot."""
    return f"{slot.unit}-{slot.location}" if slot.unit else slot.location


def _slots(partition: Partition) -> Iterator[Presence]:
    for number, slot in enumerate(owned_slots(partition), 1):
        bus: Key = ("slot", slot.drc_index)
        place = _place(slot)
        code = f"{number:02X}"
        if slot.pci_class == "FFFF":
            continue
        yield Presence(bus, kinds.PCI_BUS, PLANAR, place, code)
        if slot.pci_class.startswith("02"):
            for port in (1, 2):
                digest = hashlib.sha256(f"{place}-T{port}".encode()).hexdigest()
                facts = _address(f"00145E{digest[:6].upper()}")
                yield Presence(
                    (*bus, port),
                    kinds.ETHERNET,
                    bus,
                    f"{place}-T{port}",
                    f"{code}-{7 + port:02X}",
                    facts=facts,
                )
        elif slot.pci_class == "0C04":
            if partition.vios is None or not partition.vios.fc_ports:
                yield from _channel((*bus, 1), kinds.FIBRE_CHANNEL, bus, f"{place}-T1", code)
        elif slot.pci_class.startswith("01"):
            yield from _storage(partition, slot, bus, place, code)


def _channel(
    key: Key, kind: DeviceKind, parent: Key, physloc: str, code: str = "", name: str = ""
) -> Iterator[Presence]:
    """A Fibre Channel port with the protocol device above it."""
    location = f"{code}-00" if code else ""
    yield Presence(key, kind, parent, physloc, location, name)
    protocol = f"{location}-01" if location else ""
    yield Presence((*key, "fscsi"), kinds.FC_PROTOCOL, key, physloc, protocol)


def _storage(
    partition: Partition, slot: IoSlot, bus: Key, place: str, code: str
) -> Iterator[Presence]:
    """A storage controller; that of a client has the disks of the slot."""
    adapter, protocol = (*bus, 1), (*bus, 1, "sas")
    yield Presence(adapter, kinds.STORAGE, bus, f"{place}-T1", f"{code}-08")
    yield Presence(protocol, kinds.SAS_PROTOCOL, adapter, f"{place}-T1", f"{code}-08-00")
    for disk in slot.disks if partition.vios is None else ():
        yield Presence(
            ("disk", "slot", slot.drc_index, disk.number),
            kinds.DISK_SAS,
            protocol,
            f"{place}-T1-D{disk.number}",
            f"{code}-08-00",
            facts={"pvid": disk.pvid, "size_in_mb": str(disk.size_mb)},
        )


def _host_ethernet(partition: Partition) -> Iterator[Presence]:
    adapters = sorted({port.adapter for port in partition.lhea_logical_ports})
    for adapter_id in adapters:
        adapter = partition.frame.host_ethernet.get(adapter_id)
        if adapter is not None:
            yield Presence(("lhea", adapter_id), kinds.LHEA, PLANAR, adapter.location)
    for port in sorted(partition.lhea_logical_ports, key=lambda port: port.place):
        adapter = partition.frame.host_ethernet.get(port.adapter)
        if adapter is None:
            continue
        physical = adapter.ports[port.group, port.port]
        yield Presence(
            ("lhea", *port.place),
            kinds.LHEA_PORT,
            ("lhea", port.adapter),
            physical.location,
            facts=_address(port.mac_address(partition.frame.serial_number)),
        )


# -- virtual ---------------------------------------------------------------------------------


def _virtual(partition: Partition, adapter: VirtualAdapter) -> Iterator[Presence]:
    slot = adapter.slot
    key: Key = ("virtual", slot)
    place = virtual_location(partition, slot)
    vios = partition.vios
    if isinstance(adapter, EthernetAdapter):
        facts = _address(adapter.mac)
        yield Presence(key, kinds.VIRTUAL_ETHERNET, VIRTUAL_BUS, f"{place}-T1", facts=facts)
    elif isinstance(adapter, VnicAdapter):
        yield Presence(key, kinds.VNIC, VIRTUAL_BUS, f"{place}-T1", facts=_address(adapter.mac))
    elif isinstance(adapter, SerialAdapter) and slot == 0:
        yield Presence(key, kinds.VIRTUAL_SERIAL, VIRTUAL_BUS, place)
    elif isinstance(adapter, VasiAdapter):
        yield Presence(key, kinds.VASI, VIRTUAL_BUS, place)
    elif isinstance(adapter, ScsiAdapter):
        if adapter.side == "client":
            yield Presence(key, kinds.SCSI_CLIENT, VIRTUAL_BUS, f"{place}-T1")
        elif vios is not None and slot in vios.vhosts:
            yield Presence(key, kinds.SCSI_SERVER, VIRTUAL_BUS, place, name=vios.vhosts[slot])
    elif isinstance(adapter, FibreChannelAdapter):
        if adapter.side == "client":
            yield from _channel(key, kinds.FC_CLIENT, VIRTUAL_BUS, f"{place}-T1")
        elif vios is not None and slot in vios.vfchosts:
            name = vios.vfchosts[slot].name
            yield Presence(key, kinds.FC_SERVER, VIRTUAL_BUS, place, name=name)


# -- disks -----------------------------------------------------------------------------------


def disk_kind(lun: Lun) -> DeviceKind:
    """What a LUN is called behind a Fibre Channel adapter: its unique ID tells the subsystem."""
    return kinds.DISK_2107 if "210790" in lun.unique_id else kinds.DISK_FC


def volume_facts(disk: Disk) -> dict[str, str]:
    """What a Virtual I/O Server has of a physical volume itself."""
    found = {
        "pvid": disk.pvid,
        "reserve_policy": disk.reserve_policy,
        "size_in_mb": str(disk.lun.size_mb if disk.lun else INTERNAL_SIZE),
    }
    if disk.lun is not None:
        found["unique_id"] = disk.lun.unique_id
        if disk.lun.ieee:
            found["ieee_volname"] = disk.lun.ieee
    return found


def _way_to_san(partition: Partition, vios: VirtualIoServer) -> tuple[str, Key]:
    """Location code of the first Fibre Channel port, and the protocol device of it."""
    for name in vios.fc_ports:
        return vios.fc_ports[name].location, ("fc", name, "fscsi")
    for slot in owned_slots(partition):
        if slot.pci_class == "0C04":
            return f"{_place(slot)}-T1", ("slot", slot.drc_index, 1, "fscsi")
    return f"{_unit(partition)}-P1-C1-T1", PLANAR


def _unit_number(lun: Lun) -> str:
    """World wide port name of the storage server and logical unit number (form: captures)."""
    digest = hashlib.sha256(lun.unique_id.encode()).hexdigest().upper()
    return f"W500507630310C123-L40{digest[:2]}40{digest[2:4]}00000000"


def _server_disks(partition: Partition, vios: VirtualIoServer) -> Iterator[Presence]:
    """The Fibre Channel ports that the inventory names, and the physical volumes."""
    buses = {_place(slot): ("slot", slot.drc_index) for slot in owned_slots(partition)}
    for name, channel in vios.fc_ports.items():
        bus: Key = buses.get(channel.location.rpartition("-")[0], PLANAR)
        yield from _channel(("fc", name), kinds.FIBRE_CHANNEL, bus, channel.location, name=name)
    port, parent = _way_to_san(partition, vios)
    for number, (name, disk) in enumerate(vios.disks.items(), 1):
        key: Key = ("disk", name)
        facts = volume_facts(disk)
        if disk.lun is None:
            physloc = f"{_unit(partition)}-P2-D{number}"
            yield Presence(key, kinds.DISK_SAS, PLANAR, physloc, "", name, facts)
            continue
        physloc = f"{port}-{_unit_number(disk.lun)}"
        yield Presence(key, disk_kind(disk.lun), parent, physloc, "", name, facts)


def disk_key(server: Partition, target: VirtualTarget) -> Key:
    """What a disk is known by that a client finds behind a target device."""
    return ("disk", *paths.identity(server, target))


def _client_disks(partition: Partition) -> Iterator[Presence]:
    """What a client finds behind its virtual SCSI adapters: each LUN once, by its first path."""
    seen: set[Key] = set()
    for adapter in partition.scsi_adapters:
        if adapter.side != "client":
            continue
        place = f"{virtual_location(partition, adapter.slot)}-T1"
        for server, target in paths.targets(partition, adapter):
            key = disk_key(server, target)
            if key in seen:
                continue
            seen.add(key)
            disk = paths.backing(server, target)
            facts = {"pvid": disk.pvid, "size_in_mb": str(INTERNAL_SIZE)} if disk else {}
            if disk is not None and disk.lun is not None:
                facts["size_in_mb"] = str(disk.lun.size_mb)
                facts["unique_id"] = disk.lun.unique_id
            yield Presence(
                key,
                kinds.DISK_VIRTUAL,
                ("virtual", adapter.slot),
                f"{place}-L{target.lun_address:X}00000000000000",
                facts=facts,
            )
