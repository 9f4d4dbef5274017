"""Memory: `-r mem`."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.memory import MEM_LPAR_TABLE, MEM_SYS_TABLE
from hmcsh.commands.hmc.attributes.resources import SINCE_SHARED_MEMORY, ResourceRow
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.hardware.adapters import SINCE_V8
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    ONE_PARTITION,
    ONE_TARGET,
    RECOVERABLE,
    Listing,
    Operation,
    changes_amount,
    whole_system,
)

from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar, hardware
from hmcsh.model.frame import Frame

SINCE_AMOUNT = Span(since=Level.parse("V8R8.1"))  # test suite of dynamic partitioning, V8
SINCE_PERSISTENT = Span(since=Level.parse("V9R1.940"))  # persistent memory volumes: API page, V9

LISTINGS = (
    Listing(
        "mem",
        level="lpar",
        table=MEM_LPAR_TABLE,
        rows=ResourceRow.rows,
        options=RECOVERABLE,
    ),
    Listing(
        "mem",
        level="sys",
        table=MEM_SYS_TABLE,
        rows=whole_system,
        by_partition=False,
    ),
    # What memory of a size would take of the hypervisor, and what I/O has of its entitlement.
    Listing("mem", level="lpar", with_option="--maxmem", options=("--hptratio",), span=SINCE_V8),
    Listing("mem", level="sys", with_option="--maxmem", options=("--hptratio",), span=SINCE_V8),
    Listing("mem", level="lpar", with_option="--stat", span=SINCE_SHARED_MEMORY),
    Listing("pmem", level="lpar", span=SINCE_PERSISTENT),
    Listing("pmem", level="sys", span=SINCE_PERSISTENT),
)


def _quantity(call: Call) -> dlpar.Quantity:
    return dlpar.Quantity(memory=call.parsed.number("memory") or 0)


def _set_system(call: Call, frame: Frame) -> None:
    """Settings that wait for the system to be powered on anew."""
    frame.require_operating()
    settings = call.settings(MEM_SYS_TABLE)
    if not settings:
        raise HmcError("bad_configuration_data")
    if "mem_mirroring_mode" in settings:
        hardware.require_mirroring(frame, settings["mem_mirroring_mode"])
    if "requested_num_sys_huge_pages" in settings:
        hardware.request_huge_pages(frame, settings["requested_num_sys_huge_pages"])
    if "pend_mem_region_size" in settings:
        hardware.set_memory_block(frame, int(settings["pend_mem_region_size"]))
    frame.memory_mirroring = settings.get("mem_mirroring_mode", frame.memory_mirroring)


def _set(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    hardware.set_memory(partition, call.parsed.number("memory") or 0)


OPERATIONS = (
    Operation("mem", ("a", "r"), changes_amount(_quantity), (), ("-q",), HOW, ONE_PARTITION),
    Operation(
        "mem", ("m",), changes_amount(_quantity), (), ("-q",), HOW, ONE_PARTITION + ONE_TARGET
    ),
    Operation("mem", ("s",), _set_system, (), ("-a",), table=MEM_SYS_TABLE),
    Operation(
        "mem",
        ("s",),
        _set,
        with_option="-q",
        optional=HOW,
        one_of=ONE_PARTITION,
        span=SINCE_AMOUNT,
    ),
    Operation(
        "pmem",
        ("a", "r"),
        None,
        ("volume",),
        ("--volume",),
        ("--device", "-a"),
        ONE_PARTITION,
        span=SINCE_PERSISTENT,
    ),
)
