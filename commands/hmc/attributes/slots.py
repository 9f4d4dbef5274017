"""The attributes of physical I/O, as `lshwres -r io` lists them."""

from __future__ import annotations

import dataclasses
import hashlib
import operator
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.attributes.resources import (
    CAPTURE,
    SINCE_V7R7_9,
)

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.frame import Frame, IoSlot
from hmcsh.model.partition import Partition

MAX_IO_POOLS = 25  # of a system (recalled)


@dataclasses.dataclass(frozen=True, slots=True)
class SlotRow:
    """A physical slot with the partition that holds it."""

    slot: IoSlot
    owner: Partition | None


def _slot_attribute(
    name: str,
    read: Callable[[SlotRow], Value | None],
    *,
    span: Span | None = None,
) -> Attribute:
    return Attribute(name, read, span=span or Span(), source=CAPTURE)


def _pci_id(index: int) -> Callable[[SlotRow], str]:
    return lambda row: row.slot.pci_ids[index]


IO_SLOT_TABLE = Table(
    "lshwres -r io --rsubtype slot",
    (
        _slot_attribute("unit_phys_loc", lambda r: r.slot.unit),
        _slot_attribute("bus_id", lambda r: str(r.slot.bus_id)),
        _slot_attribute("phys_loc", lambda r: r.slot.location.rpartition("-")[2]),
        _slot_attribute("drc_index", lambda r: r.slot.drc_index),
        # A slot that nobody holds is listed without the name (capture, V7R7.9).
        _slot_attribute("lpar_name", lambda r: None if r.owner is None else r.owner.name),
        _slot_attribute("lpar_id", lambda r: "none" if r.owner is None else str(r.owner.lpar_id)),
        _slot_attribute(
            "slot_io_pool_id", lambda r: "none" if r.slot.pool_id is None else str(r.slot.pool_id)
        ),
        _slot_attribute("description", lambda r: r.slot.description),
        _slot_attribute("feature_codes", lambda r: r.slot.feature_codes),
        _slot_attribute("pci_vendor_id", _pci_id(0)),
        _slot_attribute("pci_device_id", _pci_id(1)),
        _slot_attribute("pci_subs_vendor_id", _pci_id(2)),
        _slot_attribute("pci_subs_device_id", _pci_id(3)),
        _slot_attribute("pci_class", lambda r: r.slot.pci_class),
        _slot_attribute("pci_revision_id", lambda r: r.slot.pci_revision),
        _slot_attribute("bus_grouping", lambda _: "0"),
        _slot_attribute("iop", lambda _: "0"),
        _slot_attribute("parent_slot_drc_index", lambda _: "none"),
        _slot_attribute("drc_name", lambda r: f"{r.slot.unit}-{r.slot.location}"),
        _slot_attribute("interposer_present", lambda _: "0", span=SINCE_V7R7_9),
        _slot_attribute("interposer_pcie", lambda _: "0", span=SINCE_V7R7_9),
    ),
)


# -- units, buses and what is plugged in -----------------------------------------------------


def _recalled(name: str, read: Callable[[Any], Value | None]) -> Attribute:
    return Attribute(name, read, trust=Trust.RECALLED, source="recalled")


UNIT_TABLE = Table(
    "lshwres -r io --rsubtype unit",
    (_recalled("unit_phys_loc", lambda unit: unit),),
)

BUS_TABLE = Table(
    "lshwres -r io --rsubtype bus",
    (
        _recalled("unit_phys_loc", lambda slot: slot.unit),
        _recalled("bus_id", lambda slot: str(slot.bus_id)),
        _recalled("backplane_phys_loc", lambda slot: slot.location.partition("-")[0]),
        _recalled("bus_drc_index", lambda slot: f"2000{slot.bus_id:04X}"),
        _recalled("bus_drc_name", lambda slot: f"PHB {slot.bus_id}"),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class ChildRow:
    """A port of the card in a physical slot; `number` counts from 1."""

    slot: IoSlot
    number: int

    @property
    def fibre_channel(self) -> bool:
        """Whether it is a port of a Fibre Channel card."""
        return self.slot.pci_class == "0C04"

    @property
    def address(self) -> str:
        """Ten hexadecimal digits by which the port is told from every other one."""
        place = f"{self.slot.unit}-{self.slot.location}-T{self.number}"
        return hashlib.sha256(place.encode()).hexdigest()[:10].upper()


def children(frame: Frame, slot: IoSlot) -> list[ChildRow]:
    """The ports of the card in a slot: those of an adapter with SR-IOV, or two (inferred)."""
    if slot.pci_class not in ("0200", "0C04"):
        return []
    adapter = frame.sriov.get(slot.drc_index)
    ports = 2 if adapter is None else len(adapter.ports)
    return [ChildRow(slot, number) for number in range(1, ports + 1)]


CHILD_TABLE = Table(
    "lshwres -r io --rsubtype slotchildren",
    (
        _recalled("phys_loc", lambda r: f"{r.slot.unit}-{r.slot.location}-T{r.number}"),
        _recalled("description", lambda r: r.slot.description),
        _recalled("feature_codes", lambda r: r.slot.feature_codes),
        _recalled("parent", lambda r: r.slot.drc_index),
        _recalled("wwnn", lambda r: f"200000{r.address}" if r.fibre_channel else "none"),
        _recalled("wwpn", lambda r: f"100000{r.address}" if r.fibre_channel else "none"),
        _recalled("mac_address", lambda r: "none" if r.fibre_channel else f"00{r.address}"),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class PoolRow:
    """An I/O pool of a system, with the slots that belong to it."""

    pool_id: int
    slots: tuple[IoSlot, ...]


IO_POOL_SYS_TABLE = Table(
    "lshwres -r io --rsubtype iopool --level sys",
    (_recalled("max_io_pools", lambda _: str(MAX_IO_POOLS)),),
)

IO_POOL_TABLE = Table(
    "lshwres -r io --rsubtype iopool --level pool",
    (
        _recalled("slot_io_pool_id", lambda r: str(r.pool_id)),
        _recalled("slots", lambda r: [slot.drc_index for slot in r.slots]),
    ),
)


TAGGED_TABLE = Table(
    "lshwres -r io --rsubtype taggedio",
    (
        _recalled("lpar_name", lambda p: p.name),
        _recalled("lpar_id", lambda p: str(p.lpar_id)),
        *(
            _recalled(f"{name}_slot", operator.attrgetter(f"active_profile.i5os.{field}"))
            for name, field in (
                ("load_source", "load_source"),
                ("alt_restart_device", "alternate_restart"),
                ("console", "console"),
                ("alt_console", "alternate_console"),
                ("op_console", "operations_console"),
            )
        ),
    ),
)
