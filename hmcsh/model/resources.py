"""What a partition has or wants of memory and processors, and its profiles."""

from __future__ import annotations

import dataclasses
from typing import Literal

from hmcsh.model.adapters import (
    EthernetAdapter,
    VirtualAdapter,
    VnicAdapter,
    default_serial_adapters,
)
from hmcsh.model.hea import LogicalPort
from hmcsh.model.sriov import SriovLogicalPort

ProcessorMode = Literal["ded", "shared"]


@dataclasses.dataclass(frozen=True, slots=True)
class Amount:
    """Minimum, wanted or assigned, and maximum of one resource."""

    minimum: int
    desired: int
    maximum: int

    def with_desired(self, desired: int) -> Amount:
        """Give the same bounds around another amount."""
        return dataclasses.replace(self, desired=desired)


NOTHING = Amount(0, 0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Processors:
    """Processors of a partition: `units` in hundredths (shared only), `count` virtual or whole.

    `sharing_mode` is cap or uncap for shared processors; keep_idle_procs, share_idle_procs,
    share_idle_procs_active or share_idle_procs_always for dedicated ones.
    """

    mode: ProcessorMode
    count: Amount
    units: Amount = NOTHING
    sharing_mode: str = "cap"
    uncapped_weight: int = 0
    pool_id: int = 0

    @property
    def consumed(self) -> int:
        """Hundredths of processors that the partition takes from its managed system."""
        return self.units.desired if self.mode == "shared" else self.count.desired * 100

    @property
    def emptied(self) -> Processors:
        """The same kind of processors with none assigned (capture, V7R7.9: modes are kept)."""
        return dataclasses.replace(self, count=NOTHING, units=NOTHING, uncapped_weight=0)


@dataclasses.dataclass(frozen=True, slots=True)
class Resources:
    """Memory (MB), huge pages (count) and processors, as assigned to a partition.

    `memory_expansion` is the factor of Active Memory Expansion in hundredths, 0 without it;
    `page_table_ratio` and `physical_page_table_ratio` are N where a table has 1/N of the memory,
    None for what is usual on the system.
    """

    memory: Amount
    processors: Processors
    huge_pages: Amount = NOTHING
    memory_expansion: int = 0
    page_table_ratio: int | None = None
    physical_page_table_ratio: int | None = None

    @property
    def emptied(self) -> Resources:
        """The resources of a partition that has none assigned."""
        return Resources(NOTHING, self.processors.emptied, NOTHING)


@dataclasses.dataclass(frozen=True, slots=True)
class SlotAssignment:
    """A physical I/O slot in a profile: DRC index (8 hexadecimal digits), I/O pool, required."""

    drc_index: str
    pool_id: int | None = None
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class I5osSlots:
    """Where an IBM i partition finds its devices, and whether its I/O is all virtual.

    A device is a virtual slot number, a DRC index, `none`, or for the console `hmc`.
    """

    load_source: str = "none"
    alternate_restart: str = "none"
    console: str = "hmc"
    alternate_console: str = "none"
    operations_console: str = "none"
    restricted_io: bool = False


@dataclasses.dataclass(slots=True)
class Profile:
    """A partition profile: what the partition is given when it is activated with it."""

    name: str
    resources: Resources
    adapters: dict[int, VirtualAdapter] = dataclasses.field(default_factory=default_serial_adapters)
    max_virtual_slots: int = 10
    io_slots: tuple[SlotAssignment, ...] = ()
    io_pool_ids: tuple[int, ...] = ()
    all_resources: bool = False
    boot_mode: str = "norm"
    connection_monitoring: bool = False
    auto_start: bool = False
    power_controlling_lpar_ids: tuple[int, ...] = ()
    work_group_id: int | None = None
    redundant_error_path_reporting: bool = False
    bsr_arrays: int = 0
    lhea_logical_ports: tuple[LogicalPort, ...] = ()
    lhea_capabilities: tuple[str, ...] = ()
    compatibility_mode: str = "default"
    affinity_group_id: int | None = None
    i5os: I5osSlots = I5osSlots()
    sriov_logical_ports: tuple[SriovLogicalPort, ...] = ()

    def copy(self, **changes: object) -> Profile:
        """Give an independent copy with some fields changed."""
        copied = dataclasses.replace(self, **changes)  # type: ignore[arg-type]
        copied.adapters = dict(copied.adapters)
        return copied

    def of_type(self, kind: type) -> list[VirtualAdapter]:
        """Adapters of one type, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, kind)]


def without_address(adapter: VirtualAdapter) -> VirtualAdapter:
    """Give an adapter as a profile holds it: without what is chosen when the adapter is made.

    A MAC address that a person gave stays.
    """
    if isinstance(adapter, VnicAdapter):
        backing = tuple(
            dataclasses.replace(device, logical_port=0, config_id=0) for device in adapter.backing
        )
        adapter = dataclasses.replace(adapter, backing=backing, active=0)
    elif not isinstance(adapter, EthernetAdapter):
        return adapter
    return adapter if adapter.fixed_mac else dataclasses.replace(adapter, mac="")
