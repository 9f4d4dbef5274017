"""Attributes of processors, memory, processor pools and physical slots, as `lshwres` lists them.

Orders and fillers are those of captures of V7R7.9; what came after V7R3.2 bears its span. Amounts
of processors are printed as units with a decimal, memory in MB.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import V7R7_9, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.frame import Frame, IoSlot, ProcessorPool
from hmcsh.model.partition import Partition
from hmcsh.model.resources import NOTHING, Amount, Processors, Resources
from hmcsh.model.units import MINIMUM_PER_PROCESSOR, UNIT, format_units

CAPTURE = "capture, V7R7.9"
_RECALLED = "recalled"
_SINCE_V7R7_9 = Span(since=V7R7_9)  # first seen there; the level that brought it is not known
_SINCE_SHARED_MEMORY = Span(since=Level.parse("V7R3.4.2"))

MAX_VIRTUAL_PROCESSORS = 64  # of a partition (capture, V7R7.9)
HUGE_PAGE_SIZE = 16384  # MB (capture, V7R7.9)


def _frame_attribute(
    name: str, read: Callable[[Frame], str], *, span: Span | None = None, recalled: bool = False
) -> Attribute:
    return Attribute(
        name,
        read,
        span=span or Span(),
        trust=Trust.RECALLED if recalled else Trust.CAPTURE,
        source=_RECALLED if recalled else CAPTURE,
    )


# -- managed systems -------------------------------------------------------------------------


def _pending(frame: Frame) -> list[Resources]:
    return [p.pending for p in frame.partitions.values() if p.pending is not None]


def _pending_units(frame: Frame) -> str:
    used = sum(resources.processors.consumed for resources in _pending(frame))
    return format_units(frame.installed_processors - used)


def _pending_memory(frame: Frame) -> str:
    used = sum(resources.memory.desired for resources in _pending(frame))
    return str(frame.installed_memory - frame.firmware_memory - used)


def _pending_huge_pages(frame: Frame) -> str:
    return str(frame.huge_pages - sum(r.huge_pages.desired for r in _pending(frame)))


def _installed_units(frame: Frame) -> str:
    return format_units(frame.installed_processors)


def _processors_per_partition(frame: Frame) -> str:
    return str(min(frame.installed_processors // UNIT, MAX_VIRTUAL_PROCESSORS))


def _max_virtual_processors(_: Frame) -> str:
    return str(MAX_VIRTUAL_PROCESSORS)


PROC_SYS_TABLE = Table(
    "lshwres -r proc --level sys",
    (
        _frame_attribute("configurable_sys_proc_units", _installed_units),
        _frame_attribute(
            "curr_avail_sys_proc_units", lambda f: format_units(f.processors_available)
        ),
        _frame_attribute("pend_avail_sys_proc_units", _pending_units),
        _frame_attribute("installed_sys_proc_units", _installed_units),
        _frame_attribute("deconfig_sys_proc_units", lambda _: "0"),
        _frame_attribute(
            "min_proc_units_per_virtual_proc", lambda _: format_units(MINIMUM_PER_PROCESSOR)
        ),
        _frame_attribute("max_virtual_procs_per_lpar", _max_virtual_processors),
        _frame_attribute("max_procs_per_lpar", _processors_per_partition),
        *(
            _frame_attribute(f"max_curr_{kind}_per_{environment}_lpar", read, span=_SINCE_V7R7_9)
            for kind, read in (
                ("virtual_procs", _max_virtual_processors),
                ("procs", _processors_per_partition),
            )
            for environment in ("aixlinux", "vios", "os400")
        ),
        _frame_attribute("max_shared_proc_pools", lambda f: str(f.max_processor_pools)),
    ),
)

MEM_SYS_TABLE = Table(
    "lshwres -r mem --level sys",
    (
        _frame_attribute("configurable_sys_mem", lambda f: str(f.installed_memory)),
        _frame_attribute("curr_avail_sys_mem", lambda f: str(f.memory_available)),
        _frame_attribute("pend_avail_sys_mem", _pending_memory),
        _frame_attribute("installed_sys_mem", lambda f: str(f.installed_memory)),
        _frame_attribute("deconfig_sys_mem", lambda _: "0"),
        _frame_attribute("sys_firmware_mem", lambda f: str(f.firmware_memory)),
        _frame_attribute("mem_region_size", lambda f: str(f.memory_block)),
        _frame_attribute("configurable_num_sys_huge_pages", lambda f: str(f.huge_pages)),
        _frame_attribute("curr_avail_num_sys_huge_pages", lambda f: str(f.huge_pages_available)),
        _frame_attribute("pend_avail_num_sys_huge_pages", _pending_huge_pages),
        _frame_attribute(
            "max_num_sys_huge_pages",
            lambda f: str((f.installed_memory - f.firmware_memory) // HUGE_PAGE_SIZE),
        ),
        _frame_attribute("requested_num_sys_huge_pages", lambda f: str(f.huge_pages)),
        _frame_attribute("huge_page_size", lambda _: str(HUGE_PAGE_SIZE)),
        _frame_attribute("max_mem_pools", lambda _: "0", span=_SINCE_SHARED_MEMORY),
    ),
)


# -- partitions ------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceRow:
    """A partition with what it has, will have, and uses while it is on."""

    partition: Partition
    curr: Resources
    pend: Resources
    run: Resources

    @classmethod
    def of(cls, partition: Partition) -> ResourceRow:
        """Make the row: zeros where nothing is assigned, and nothing runs in one that is off."""
        empty = _kind_of_resources(partition).emptied
        current = partition.current or empty
        return cls(
            partition,
            current,
            partition.pending or empty,
            current if partition.state.powered_on else current.emptied,
        )


def _kind_of_resources(partition: Partition) -> Resources:
    """Resources of the kind that the partition would get: its modes are shown even when off."""
    name = partition.running_profile or partition.default_profile
    profile = partition.profiles.get(name)
    if profile is not None:
        return profile.resources
    if partition.migration is not None and partition.migration.source is not partition:
        return _kind_of_resources(partition.migration.source)
    return Resources(NOTHING, Processors("ded", NOTHING, sharing_mode="share_idle_procs"))


def _lpar_attribute(
    name: str,
    read: Callable[[ResourceRow], Value],
    applies: Callable[[ResourceRow], bool] = lambda _: True,
    *,
    recalled: bool = False,
) -> Attribute:
    return Attribute(
        name,
        read,
        applies,
        trust=Trust.RECALLED if recalled else Trust.CAPTURE,
        source=_RECALLED if recalled else CAPTURE,
    )


def _processor_attributes(side: str) -> tuple[Attribute, ...]:
    """The attributes of one side, `curr` or `pend`."""

    def processors(row: ResourceRow) -> Processors:
        found: Resources = getattr(row, side)
        return found.processors

    def shared(row: ResourceRow) -> bool:
        return processors(row).mode == "shared"

    def pooled(row: ResourceRow) -> bool:
        return shared(row) and row.partition.frame.max_processor_pools > 1

    def pool_name(row: ResourceRow) -> str:
        pool = row.partition.frame.pools.get(processors(row).pool_id)
        return "" if pool is None else pool.name

    def units(part: str) -> Callable[[ResourceRow], str]:
        return lambda row: format_units(getattr(processors(row).units, part))

    def count(part: str) -> Callable[[ResourceRow], str]:
        return lambda row: str(getattr(processors(row).count, part))

    return (
        _lpar_attribute(
            f"{side}_shared_proc_pool_id", lambda r: str(processors(r).pool_id), shared
        ),
        _lpar_attribute(f"{side}_shared_proc_pool_name", pool_name, pooled, recalled=True),
        _lpar_attribute(f"{side}_proc_mode", lambda r: processors(r).mode),
        _lpar_attribute(f"{side}_min_proc_units", units("minimum"), shared),
        _lpar_attribute(f"{side}_proc_units", units("desired"), shared),
        _lpar_attribute(f"{side}_max_proc_units", units("maximum"), shared),
        _lpar_attribute(f"{side}_min_procs", count("minimum")),
        _lpar_attribute(f"{side}_procs", count("desired")),
        _lpar_attribute(f"{side}_max_procs", count("maximum")),
        _lpar_attribute(f"{side}_sharing_mode", lambda r: processors(r).sharing_mode),
        _lpar_attribute(
            f"{side}_uncap_weight", lambda r: str(processors(r).uncapped_weight), shared
        ),
    )


def _runs_shared(row: ResourceRow) -> bool:
    return row.run.processors.mode == "shared"


_NAME_AND_ID = (
    _lpar_attribute("lpar_name", lambda r: r.partition.name),
    _lpar_attribute("lpar_id", lambda r: str(r.partition.lpar_id)),
)

PROC_LPAR_TABLE = Table(
    "lshwres -r proc --level lpar",
    (
        *_NAME_AND_ID,
        *_processor_attributes("curr"),
        *_processor_attributes("pend"),
        _lpar_attribute(
            "run_proc_units", lambda r: format_units(r.run.processors.units.desired), _runs_shared
        ),
        _lpar_attribute("run_procs", lambda r: str(r.run.processors.count.desired)),
        _lpar_attribute(
            "run_uncap_weight", lambda r: str(r.run.processors.uncapped_weight), _runs_shared
        ),
    ),
)


def _has_huge_pages(row: ResourceRow) -> bool:
    """A Virtual I/O Server is listed without huge pages (capture, V7R7.9)."""
    return not row.partition.is_vios


def _amounts(
    side: str,
    what: str,
    read: Callable[[Resources], Amount],
    applies: Callable[[ResourceRow], bool] = lambda _: True,
) -> tuple[Attribute, ...]:
    """Minimum, amount and maximum of one side."""

    def part(name: str) -> Callable[[ResourceRow], str]:
        return lambda row: str(getattr(read(getattr(row, side)), name))

    return (
        _lpar_attribute(f"{side}_min_{what}", part("minimum"), applies),
        _lpar_attribute(f"{side}_{what}", part("desired"), applies),
        _lpar_attribute(f"{side}_max_{what}", part("maximum"), applies),
    )


MEM_LPAR_TABLE = Table(
    "lshwres -r mem --level lpar",
    (
        *_NAME_AND_ID,
        *_amounts("curr", "mem", lambda r: r.memory),
        *_amounts("pend", "mem", lambda r: r.memory),
        _lpar_attribute("run_min_mem", lambda r: str(r.run.memory.minimum)),
        _lpar_attribute("run_mem", lambda r: str(r.run.memory.desired)),
        *_amounts("curr", "num_huge_pages", lambda r: r.huge_pages, _has_huge_pages),
        *_amounts("pend", "num_huge_pages", lambda r: r.huge_pages, _has_huge_pages),
        _lpar_attribute(
            "run_num_huge_pages", lambda r: str(r.run.huge_pages.desired), _has_huge_pages
        ),
        Attribute("mem_mode", lambda _: "ded", span=_SINCE_SHARED_MEMORY, source=CAPTURE),
    ),
)


# -- shared processor pools ------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class PoolRow:
    """A shared processor pool with the partitions that it serves."""

    pool: ProcessorPool
    partitions: tuple[Partition, ...]

    @classmethod
    def rows(cls, frame: Frame) -> list[PoolRow]:
        """Make the rows of a managed system, by pool ID."""
        listed = [ResourceRow.of(partition) for partition in frame.listed_partitions()]
        return [
            cls(
                pool,
                tuple(
                    row.partition
                    for row in listed
                    if row.curr.processors.mode == "shared"
                    and row.curr.processors.pool_id == pool_id
                ),
            )
            for pool_id, pool in sorted(frame.pools.items())
        ]


def _is_limited(row: PoolRow) -> bool:
    """The default pool has neither a maximum nor a reserve (field notes, V7)."""
    return row.pool.maximum is not None


def _pool_attribute(
    name: str,
    read: Callable[[PoolRow], Value],
    applies: Callable[[PoolRow], bool] = lambda _: True,
) -> Attribute:
    return Attribute(name, read, applies, trust=Trust.SCRIPT, source="field notes, V7")


PROCPOOL_TABLE = Table(
    "lshwres -r procpool",
    (
        _pool_attribute("name", lambda r: r.pool.name),
        _pool_attribute("shared_proc_pool_id", lambda r: str(r.pool.pool_id)),
        _pool_attribute(
            "max_pool_proc_units", lambda r: format_units(r.pool.maximum or 0), _is_limited
        ),
        _pool_attribute(
            "curr_reserved_pool_proc_units", lambda r: format_units(r.pool.reserved), _is_limited
        ),
        _pool_attribute(
            "pend_reserved_pool_proc_units", lambda r: format_units(r.pool.reserved), _is_limited
        ),
        _pool_attribute("lpar_names", lambda r: [p.name for p in r.partitions] or "none"),
        _pool_attribute("lpar_ids", lambda r: [str(p.lpar_id) for p in r.partitions] or "none"),
    ),
)


# -- physical slots --------------------------------------------------------------------------


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
        _slot_attribute("interposer_present", lambda _: "0", span=_SINCE_V7R7_9),
        _slot_attribute("interposer_pcie", lambda _: "0", span=_SINCE_V7R7_9),
    ),
)
