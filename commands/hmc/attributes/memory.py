"""The attributes of memory, as `lshwres -r mem` lists them."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.hmc.attributes.resources import (
    CAPTURE,
    NAME_AND_ID,
    RECALLED,
    SINCE_SHARED_MEMORY,
    SINCE_V7R7_9,
    ResourceRow,
    frame_attribute,
    lpar_attribute,
    pending,
)

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.values import Number, OneOf
from hmcsh.model.capabilities import PAGE_TABLE_RATIOS, capable, page_table_ratio
from hmcsh.model.frame import Frame
from hmcsh.model.hardware import HUGE_PAGE_SIZE, MEMORY_BLOCKS, max_huge_pages
from hmcsh.model.resources import Amount, Resources

SINCE_BLOCKS = Span(since=Level.parse("V8R8.1"))


def _pending_memory(frame: Frame) -> str:
    used = sum(resources.memory.desired for resources in pending(frame))
    return str(frame.installed_memory - frame.firmware_memory - used)


def _pending_huge_pages(frame: Frame) -> str:
    return str(frame.huge_pages - sum(r.huge_pages.desired for r in pending(frame)))


MEM_SYS_TABLE = Table(
    "lshwres -r mem --level sys",
    (
        frame_attribute("configurable_sys_mem", lambda f: str(f.installed_memory)),
        frame_attribute("curr_avail_sys_mem", lambda f: str(f.memory_available)),
        frame_attribute("pend_avail_sys_mem", _pending_memory),
        frame_attribute("installed_sys_mem", lambda f: str(f.installed_memory)),
        frame_attribute("deconfig_sys_mem", lambda _: "0"),
        frame_attribute("sys_firmware_mem", lambda f: str(f.firmware_memory)),
        frame_attribute("mem_region_size", lambda f: str(f.memory_block)),
        frame_attribute("configurable_num_sys_huge_pages", lambda f: str(f.huge_pages)),
        frame_attribute("curr_avail_num_sys_huge_pages", lambda f: str(f.huge_pages_available)),
        frame_attribute("pend_avail_num_sys_huge_pages", _pending_huge_pages),
        frame_attribute(
            "max_num_sys_huge_pages",
            lambda f: str(max_huge_pages(f)),
        ),
        Attribute(
            "requested_num_sys_huge_pages",
            lambda f: str(f.requested_huge_pages),
            source=CAPTURE,
            parse=Number(0, 99999),
        ),
        frame_attribute("huge_page_size", lambda _: str(HUGE_PAGE_SIZE)),
        frame_attribute("max_mem_pools", lambda _: "0", span=SINCE_SHARED_MEMORY),
        frame_attribute(
            "default_hpt_ratios", lambda f: f"1:{page_table_ratio(f)}", span=SINCE_V7R7_9
        ),
        Attribute(
            "possible_hpt_ratios",
            lambda _: [f"1:{ratio}" for ratio in PAGE_TABLE_RATIOS],
            span=SINCE_V7R7_9,
            source=CAPTURE,
        ),
        Attribute(
            "mem_mirroring_mode",
            lambda f: f.memory_mirroring,
            listed=False,
            span=SINCE_BLOCKS,
            offered=lambda f: capable(f, "active_mem_mirroring_hypervisor"),
            trust=Trust.SCRIPT,
            source="IBM's automation for consoles; its values recalled",
            parse=OneOf(("none", "sys_firmware_only")),
        ),
        Attribute(
            "pend_mem_region_size",
            lambda f: str(f.pending_memory_block),
            span=SINCE_BLOCKS,
            trust=Trust.RECALLED,
            source="recalled; set by a test suite, V9",
            parse=OneOf(tuple(map(str, MEMORY_BLOCKS))),
        ),
        Attribute(
            "possible_mem_region_sizes",
            lambda _: [str(size) for size in MEMORY_BLOCKS],
            span=SINCE_BLOCKS,
            trust=Trust.RECALLED,
            source=RECALLED,
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
        lpar_attribute(f"{side}_min_{what}", part("minimum"), applies),
        lpar_attribute(f"{side}_{what}", part("desired"), applies),
        lpar_attribute(f"{side}_max_{what}", part("maximum"), applies),
    )


MEM_LPAR_TABLE = Table(
    "lshwres -r mem --level lpar",
    (
        *NAME_AND_ID,
        *_amounts("curr", "mem", lambda r: r.memory),
        *_amounts("pend", "mem", lambda r: r.memory),
        lpar_attribute("run_min_mem", lambda r: str(r.run.memory.minimum)),
        lpar_attribute("run_mem", lambda r: str(r.run.memory.desired)),
        *_amounts("curr", "num_huge_pages", lambda r: r.huge_pages, _has_huge_pages),
        *_amounts("pend", "num_huge_pages", lambda r: r.huge_pages, _has_huge_pages),
        lpar_attribute(
            "run_num_huge_pages", lambda r: str(r.run.huge_pages.desired), _has_huge_pages
        ),
        Attribute("mem_mode", lambda _: "ded", span=SINCE_SHARED_MEMORY, source=CAPTURE),
        Attribute(
            "curr_hpt_ratio",
            lambda r: f"1:{r.partition.page_table_ratio(r.curr)}",
            span=SINCE_V7R7_9,
            source=CAPTURE,
        ),
    ),
)
