"""Memory: `-r mem`."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.memory import MEM_LPAR_TABLE, MEM_SYS_TABLE, MEMPOOL_TABLE
from hmcsh.commands.hmc.attributes.resources import SINCE_SHARED_MEMORY, ResourceRow
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    ONE_PARTITION,
    ONE_TARGET,
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

LISTINGS = (
    Listing(
        "mem",
        level="lpar",
        table=MEM_LPAR_TABLE,
        rows=ResourceRow.rows,
    ),
    Listing(
        "mem",
        level="sys",
        table=MEM_SYS_TABLE,
        rows=whole_system,
        by_partition=False,
    ),
    # There are no shared memory pools.
    Listing("mempool", table=MEMPOOL_TABLE, by_partition=False, span=SINCE_SHARED_MEMORY),
)


def _quantity(call: Call) -> dlpar.Quantity:
    return dlpar.Quantity(memory=call.parsed.number("memory") or 0)


def _set_system(call: Call, frame: Frame) -> None:
    """Settings that wait for the system to be powered on anew."""
    frame.require_operating()
    settings = call.settings(MEM_SYS_TABLE)
    if not settings:
        raise HmcError("bad_configuration_data")
    if "requested_num_sys_huge_pages" in settings:
        hardware.request_huge_pages(frame, settings["requested_num_sys_huge_pages"])
    if "pend_mem_region_size" in settings:
        hardware.set_memory_block(frame, int(settings["pend_mem_region_size"]))


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
)
