"""The attributes of processors and of shared processor pools, as `lshwres` lists them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.hmc.attributes.resources import (
    NAME_AND_ID,
    SINCE_V7R7_9,
    ResourceRow,
    frame_attribute,
    lpar_attribute,
    pending,
)

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Number, OneOf, Pattern, ValueParser
from hmcsh.model import rules
from hmcsh.model.capabilities import minimum_units
from hmcsh.model.frame import Frame, ProcessorPool
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Processors, Resources
from hmcsh.model.units import UNIT, format_units

MAX_VIRTUAL_PROCESSORS = 64  # of a partition (capture, V7R7.9)


def _pending_units(frame: Frame) -> str:
    used = sum(resources.processors.consumed for resources in pending(frame))
    return format_units(frame.installed_processors - used)


def _installed_units(frame: Frame) -> str:
    return format_units(frame.installed_processors)


def _processors_per_partition(frame: Frame) -> str:
    return str(min(frame.installed_processors // UNIT, MAX_VIRTUAL_PROCESSORS))


def _pool_units(frame: Frame) -> str:
    """The units of the system that dedicated processors do not take."""
    held = [p.current.processors for p in frame.partitions.values() if p.current]
    dedicated = sum(processors.consumed for processors in held if processors.mode == "ded")
    return format_units(frame.installed_processors - dedicated)


def _virtual_processors(frame: Frame) -> str:
    """The virtual processors of all partitions together."""
    held = [p.current.processors for p in frame.partitions.values() if p.current]
    shared = [one.count.desired for one in held if one.mode == "shared"]
    return str(sum(shared))


def _max_virtual_processors(_: Frame) -> str:
    return str(MAX_VIRTUAL_PROCESSORS)


PROC_SYS_TABLE = Table(
    "lshwres -r proc --level sys",
    (
        frame_attribute("configurable_sys_proc_units", _installed_units),
        frame_attribute(
            "curr_avail_sys_proc_units", lambda f: format_units(f.processors_available)
        ),
        frame_attribute("pend_avail_sys_proc_units", _pending_units),
        frame_attribute("installed_sys_proc_units", _installed_units),
        frame_attribute("deconfig_sys_proc_units", lambda _: "0"),
        frame_attribute(
            "min_proc_units_per_virtual_proc", lambda f: format_units(minimum_units(f))
        ),
        frame_attribute("max_virtual_procs_per_lpar", _max_virtual_processors),
        frame_attribute("max_procs_per_lpar", _processors_per_partition),
        *(
            frame_attribute(f"max_curr_{kind}_per_{environment}_lpar", read, span=SINCE_V7R7_9)
            for kind, read in (
                ("virtual_procs", _max_virtual_processors),
                ("procs", _processors_per_partition),
            )
            for environment in ("aixlinux", "vios", "os400")
        ),
        frame_attribute("max_shared_proc_pools", lambda f: str(f.max_processor_pools)),
        Attribute(
            "curr_sys_virtual_procs",
            _virtual_processors,
            listed=False,
            span=Span(since=Level.parse("V9R1")),
            trust=Trust.SCRIPT,
            source="op-test; its meaning and level inferred",
        ),
    ),
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
        lpar_attribute(f"{side}_shared_proc_pool_id", lambda r: str(processors(r).pool_id), shared),
        lpar_attribute(f"{side}_shared_proc_pool_name", pool_name, pooled, recalled=True),
        lpar_attribute(f"{side}_proc_mode", lambda r: processors(r).mode),
        lpar_attribute(f"{side}_min_proc_units", units("minimum"), shared),
        lpar_attribute(f"{side}_proc_units", units("desired"), shared),
        lpar_attribute(f"{side}_max_proc_units", units("maximum"), shared),
        lpar_attribute(f"{side}_min_procs", count("minimum")),
        lpar_attribute(f"{side}_procs", count("desired")),
        lpar_attribute(f"{side}_max_procs", count("maximum")),
        lpar_attribute(f"{side}_sharing_mode", lambda r: processors(r).sharing_mode),
        lpar_attribute(
            f"{side}_uncap_weight", lambda r: str(processors(r).uncapped_weight), shared
        ),
    )


def _runs_shared(row: ResourceRow) -> bool:
    return row.run.processors.mode == "shared"


PROC_POOL_TABLE = Table(
    "lshwres -r proc --level pool",
    (
        frame_attribute("configurable_pool_proc_units", _pool_units, recalled=True),
        frame_attribute(
            "curr_avail_pool_proc_units",
            lambda f: format_units(f.processors_available),
            recalled=True,
        ),
        frame_attribute("pend_avail_pool_proc_units", _pending_units, recalled=True),
    ),
)

SHARING_TABLE = Table(
    "chhwres -r proc -o s",
    (
        Attribute(
            "sharing_mode",
            lambda _: None,
            trust=Trust.SCRIPT,
            source="provisioning scripts, V7",
            parse=OneOf((*rules.SHARED_MODES, *rules.DEDICATED_MODES)),
        ),
        Attribute(
            "uncap_weight",
            lambda _: None,
            trust=Trust.SCRIPT,
            source="provisioning scripts, V7",
            parse=Number(0, rules.MAXIMUM_WEIGHT),
        ),
    ),
)

PROC_LPAR_TABLE = Table(
    "lshwres -r proc --level lpar",
    (
        *NAME_AND_ID,
        *_processor_attributes("curr"),
        *_processor_attributes("pend"),
        lpar_attribute(
            "run_proc_units", lambda r: format_units(r.run.processors.units.desired), _runs_shared
        ),
        lpar_attribute("run_procs", lambda r: str(r.run.processors.count.desired)),
        lpar_attribute(
            "run_uncap_weight", lambda r: str(r.run.processors.uncapped_weight), _runs_shared
        ),
    ),
)


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
    read: Callable[[PoolRow], Value | None],
    applies: Callable[[PoolRow], bool] = lambda _: True,
    parse: ValueParser | None = None,
) -> Attribute:
    trust, source = Trust.SCRIPT, "field notes, V7"
    return Attribute(name, read, applies, trust=trust, source=source, parse=parse)


_AMOUNT = Number(0, 99999999, places=2, usual=(200,))

PROCPOOL_TABLE = Table(
    "lshwres -r procpool",
    (
        _pool_attribute("name", lambda r: r.pool.name),
        _pool_attribute("shared_proc_pool_id", lambda r: str(r.pool.pool_id)),
        _pool_attribute(
            "max_pool_proc_units",
            lambda r: format_units(r.pool.maximum or 0),
            _is_limited,
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

POOL_INPUT = Table(
    "chhwres -r procpool -o s",
    (
        _pool_attribute("max_pool_proc_units", lambda _: None, parse=_AMOUNT),
        _pool_attribute("reserved_pool_proc_units", lambda _: None, parse=_AMOUNT),
        _pool_attribute(
            "new_name", lambda _: None, parse=Pattern(r".{1,31}", ("batch",), ("", "x" * 32))
        ),
    ),
)
