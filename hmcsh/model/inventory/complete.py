"""Fills in the numbers that an inventory leaves out: serials, addresses, IDs, virtual slots.

Everything given explicitly is placed first, what is left out then takes the lowest free number,
in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hmcsh.model.adapters import DEFAULT_SERIAL_SLOTS, FIRST_FREE_SLOT
from hmcsh.model.inventory import derived
from hmcsh.model.inventory.entry import Entry
from hmcsh.model.inventory.problems import Problems
from hmcsh.model.inventory.schema import (
    Inventory,
    Partition,
    Pool,
    Scsi,
    ServerAdapter,
    System,
)
from hmcsh.model.inventory.values import Address, DrcIndex, Positive, Serial, Slot, Word

FIRST_BUS = 512  # buses of a POWER6 central electronics complex start here (captures)


def complete(inventory: Inventory, problems: Problems) -> None:
    """Fill in what is left out, noting numbers that are given twice."""
    _systems(inventory)
    network = next(iter(inventory.networks), Word(""))
    for ordinal, system in enumerate(inventory.systems.values(), 1):
        _number(system.partitions.values(), 1, "partition ID", problems)
        _number(system.pools.values(), 1, "pool ID", problems)
        _physical_slots(system)
        slots = {partition.key: SlotTable(partition) for partition in system.partitions.values()}
        _explicit_slots(system, slots, problems)
        _automatic_slots(system, slots)
        for partition in system.partitions.values():
            _addresses(partition, ordinal, network)


def _systems(inventory: Inventory) -> None:
    taken = {system.address for system in inventory.systems.values()}
    free = (a for n in range(2, 2**16) if (a := f"192.168.{n >> 8}.{n & 255}") not in taken)
    serials = derived.Unused()
    serials.taken.update(system.serial for system in inventory.systems.values() if system.serial)
    for system in inventory.systems.values():
        if system.serial is None:
            system.serial = Serial(derived.serial_number(system.key, serials))
        if system.address is None:
            system.address = Address(next(free))


def _number(entries: Iterable[Partition | Pool], first: int, what: str, problems: Problems) -> None:
    listed = list(entries)
    taken: dict[int, str] = {}
    for entry in listed:
        if entry.id is None:
            continue
        if entry.id in taken:
            problems.add(entry.at("id"), f"{what} {entry.id} is already that of {taken[entry.id]}")
        taken.setdefault(entry.id, entry.key)
    number = first
    for entry in listed:
        if entry.id is None:
            while number in taken:
                number += 1
            entry.id = Positive(number)
            taken[number] = entry.key


def _physical_slots(system: System) -> None:
    for ordinal, slot in enumerate(system.slots.values()):
        slot.bus = slot.bus or Positive(FIRST_BUS + ordinal)
        slot.drc_index = slot.drc_index or DrcIndex(f"2101{slot.bus:04X}")


class SlotTable:
    """Who holds which virtual slot of a partition."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self.held: dict[int, str] = dict.fromkeys(DEFAULT_SERIAL_SLOTS, "its serial adapter")

    def claim(self, slot: int, what: str, line: int, problems: Problems) -> None:
        """Note a holder, or the problem that there is one already."""
        if slot in self.held:
            problems.add(
                line, f"slot {slot} of {self.partition.key} already holds {self.held[slot]}"
            )
        self.held.setdefault(slot, what)

    def lowest_free(self, what: str) -> Slot:
        """Take the lowest free slot."""
        slot = FIRST_FREE_SLOT
        while slot in self.held:
            slot += 1
        self.held[slot] = what
        return Slot(slot)


def own_adapters(partition: Partition) -> Iterator[tuple[Slot | None, str, Entry]]:
    """Adapters that a partition declares itself: slot, what it is, entry."""
    for slot, ethernet in partition.ethernet.items():
        yield slot, "a virtual Ethernet adapter", ethernet
    for slot, scsi in partition.scsi.items():
        yield slot, "a virtual SCSI client adapter", scsi
    for slot, channel in partition.fibre_channel.items():
        yield slot, "a virtual Fibre Channel adapter", channel
    for slot, nic in partition.vnic.items():
        yield slot, "a virtual NIC", nic
    for slot, serial in partition.serial.items():
        yield slot, "a virtual serial adapter", serial
    for slot, server in partition.server_adapters.items():
        yield slot, "a virtual SCSI server adapter", server
    if partition.mover is not None and partition.mover.vasi:
        yield partition.mover.slot, "the VASI adapter", partition.mover
    for bridge in partition.bridges.values():
        yield bridge.slot, f"the trunk adapter of {bridge.key}", bridge


def declared_server(system: System, scsi: Scsi) -> ServerAdapter | None:
    """The server adapter that a client names and that its VIOS declares by itself."""
    server = system.partitions.get(scsi.server)
    if server is None or scsi.server_slot is None:
        return None
    found: ServerAdapter | None = server.server_adapters.get(scsi.server_slot)
    return found


def _explicit_slots(system: System, slots: dict[str, SlotTable], problems: Problems) -> None:
    for partition in system.partitions.values():
        own = sorted(own_adapters(partition), key=lambda found: found[2].at("slot"))
        for slot, what, entry in own:
            if slot is not None:
                slots[partition.key].claim(slot, what, entry.at("slot"), problems)
    for partition in system.partitions.values():
        for scsi in partition.scsi.values():
            if scsi.server not in slots or scsi.server_slot is None:
                continue
            if declared_server(system, scsi) is None:
                what = f"the server adapter of {partition.key}"
                table = slots[scsi.server]
                table.claim(scsi.server_slot, what, scsi.at("server_slot"), problems)
        for channel in partition.fibre_channel.values():
            if channel.server in slots and channel.server_slot is not None:
                what = f"the server adapter of {partition.key}"
                line = channel.at("server_slot")
                slots[channel.server].claim(channel.server_slot, what, line, problems)


def _automatic_slots(system: System, slots: dict[str, SlotTable]) -> None:
    for partition in system.partitions.values():
        table = slots[partition.key]
        mover = partition.mover
        if mover is not None and mover.vasi and mover.slot is None:
            mover.slot = table.lowest_free("the VASI adapter")
        for bridge in partition.bridges.values():
            if bridge.slot is None:
                bridge.slot = table.lowest_free(f"the trunk adapter of {bridge.key}")
    for partition in system.partitions.values():
        for client in partition.served:
            if client.server_slot is None and client.server in slots:
                what = f"the server adapter of {partition.key}"
                client.server_slot = slots[client.server].lowest_free(what)


def _addresses(partition: Partition, ordinal: int, network: Word) -> None:
    identity = partition.id or 0
    # Of more than 255 systems the next round of second bytes leaves room for 8192 partitions.
    third = ordinal // 256 * 32 + identity // 256
    default = Address(f"10.{ordinal % 256}.{third % 256}.{identity % 256}")
    if partition.os is not None and partition.os.address is None:
        partition.os.address = default
    if partition.mover is not None:
        partition.mover.network = partition.mover.network or network
        if partition.mover.address is None:
            known = partition.os.address if partition.os is not None else None
            partition.mover.address = known or default
    for bridge in partition.bridges.values():
        bridge.network = bridge.network or network
