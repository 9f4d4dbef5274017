"""Processors and shared processor pools: `-r proc` and `-r procpool`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmcsh.commands.hmc.attributes.processors import (
    POOL_INPUT,
    PROC_LPAR_TABLE,
    PROC_POOL_TABLE,
    PROC_SYS_TABLE,
    PROCPOOL_TABLE,
    SHARING_TABLE,
    PoolRow,
)
from hmcsh.commands.hmc.attributes.resources import ResourceRow
from hmcsh.commands.hmc.common.core import Call
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
from hmcsh.model.partition import Partition
from hmcsh.model.units import parse_units

SINCE_ACCELERATORS = Span(since=Level.parse("V9R1.940"))  # POWER10 pages; field notes

_QUANTITIES = ("--procs", "--procunits")
_UNITS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?", re.ASCII)


def _pools(frame: Frame, _: Sequence[Partition] | None) -> list[PoolRow]:
    if frame.max_processor_pools <= 1:
        raise HmcError("no_processor_pools")
    return PoolRow.rows(frame)


LISTINGS = (
    Listing(
        "proc",
        level="lpar",
        table=PROC_LPAR_TABLE,
        rows=ResourceRow.rows,
        options=RECOVERABLE,
    ),
    Listing(
        "proc",
        level="sys",
        table=PROC_SYS_TABLE,
        rows=whole_system,
        by_partition=False,
    ),
    Listing(
        "proc",
        level="pool",
        table=PROC_POOL_TABLE,
        rows=whole_system,
        by_partition=False,
    ),
    Listing("procpool", table=PROCPOOL_TABLE, rows=_pools, by_partition=False),
    Listing("accel", options=("--level",), span=SINCE_ACCELERATORS),
)


def _units(call: Call) -> int:
    text = call.text("units")
    if text is None:
        return 0
    if _UNITS.fullmatch(text) is None or (units := parse_units(text)) == 0:
        raise HmcError("missing_or_invalid", parameters=["--procunits"])
    return units


def _quantity(call: Call) -> dlpar.Quantity:
    if not (call.given("processors") or call.given("units")):
        raise HmcError("missing_or_invalid", parameters=list(_QUANTITIES))
    return dlpar.Quantity(processors=call.parsed.number("processors") or 0, units=_units(call))


def _share(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    given = call.settings(SHARING_TABLE)
    if not given:
        raise HmcError("bad_configuration_data")
    hardware.share_processors(partition, given.get("sharing_mode"), given.get("uncap_weight"))


def _change_pool(call: Call, frame: Frame) -> None:
    pool = hardware.find_pool(frame, call.text("pool"), call.parsed.number("pool_id"))
    given = call.settings(POOL_INPUT)
    if not given:
        raise HmcError("bad_configuration_data")
    hardware.change_pool(
        frame,
        pool,
        maximum=given.get("max_pool_proc_units"),
        reserved=given.get("reserved_pool_proc_units"),
        name=given.get("new_name"),
    )


OPERATIONS = (
    Operation(
        "proc", ("a", "r"), changes_amount(_quantity), (), (), _QUANTITIES + HOW, ONE_PARTITION
    ),
    Operation(
        "proc",
        ("m",),
        changes_amount(_quantity),
        optional=_QUANTITIES + HOW,
        one_of=ONE_PARTITION + ONE_TARGET,
    ),
    Operation(
        "proc",
        ("a", "r", "m"),
        None,
        optional=_QUANTITIES + HOW,
        one_of=ONE_PARTITION,
        at_most_one=ONE_TARGET,
        with_option="--5250cpwpercent",
    ),
    Operation("proc", ("s",), _share, (), ("-a",), (), ONE_PARTITION, table=SHARING_TABLE),
    Operation(
        "procpool",
        ("s",),
        _change_pool,
        required=("-a",),
        one_of=(("--poolname", "--poolid"),),
        table=POOL_INPUT,
    ),
    Operation(
        "accel",
        ("s",),
        None,
        ("gzip",),
        ("-q",),
        HOW,
        ONE_PARTITION,
        span=SINCE_ACCELERATORS,
    ),
)
