"""Physical I/O: `-r io`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmcsh.commands.hmc.attributes.slots import (
    BUS_TABLE,
    CHILD_TABLE,
    IO_POOL_SYS_TABLE,
    IO_POOL_TABLE,
    IO_SLOT_TABLE,
    TAGGED_TABLE,
    UNIT_TABLE,
    ChildRow,
    PoolRow,
    SlotRow,
    children,
)
from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.hardware.adapters import SINCE_V8
from hmcsh.commands.hmc.hardware.branches import (
    HOW,
    ONE_PARTITION,
    ONE_TARGET,
    RECOVERABLE,
    Listing,
    Operation,
    ibm_i_partitions,
    target,
)

from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar
from hmcsh.model.capabilities import capable
from hmcsh.model.frame import Frame, IoSlot
from hmcsh.model.partition import Partition

_DRC_INDEX = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


def _rows(frame: Frame, partitions: Sequence[Partition] | None) -> list[SlotRow]:
    rows = [
        SlotRow(slot, None if slot.owner is None else frame.partitions.get(slot.owner))
        for slot in frame.slots.values()
    ]
    return [row for row in rows if partitions is None or row.owner in partitions]


def _units(frame: Frame, _: Sequence[Partition] | None) -> list[str]:
    return list(dict.fromkeys(slot.unit for slot in frame.slots.values()))


def _buses(frame: Frame, _: Sequence[Partition] | None) -> list[IoSlot]:
    """One slot of each bus."""
    return list({slot.bus_id: slot for slot in reversed(frame.slots.values())}.values())[::-1]


def _children(frame: Frame, _: Sequence[Partition] | None) -> list[ChildRow]:
    """The ports of all cards; asking a system for them is hardware discovery."""
    if not capable(frame, "hardware_discovery"):
        raise HmcError("no_hardware_discovery")
    return [row for slot in frame.slots.values() for row in children(frame, slot)]


def _pools(frame: Frame, _: Sequence[Partition] | None) -> list[PoolRow]:
    pools: dict[int, list[IoSlot]] = {}
    for slot in frame.slots.values():
        if slot.pool_id is not None:
            pools.setdefault(slot.pool_id, []).append(slot)
    return [PoolRow(pool_id, tuple(slots)) for pool_id, slots in sorted(pools.items())]


LISTINGS = (
    Listing(
        "io",
        "slot",
        table=IO_SLOT_TABLE,
        rows=_rows,
        options=RECOVERABLE,
        filters={
            "units": lambda row: (row.slot.unit,),
            "buses": lambda row: (str(row.slot.bus_id),),
            "slots": lambda row: (row.slot.drc_index,),
            "pools": lambda row: ("none" if row.slot.pool_id is None else str(row.slot.pool_id),),
        },
    ),
    Listing("io", "unit", table=UNIT_TABLE, rows=_units, by_partition=False),
    Listing(
        "io",
        "bus",
        table=BUS_TABLE,
        rows=_buses,
        by_partition=False,
        filters={"units": lambda slot: (slot.unit,), "buses": lambda slot: (str(slot.bus_id),)},
    ),
    Listing(
        "io",
        "slotchildren",
        table=CHILD_TABLE,
        rows=_children,
        by_partition=False,
        filters={"slots": lambda row: (row.slot.drc_index,)},
    ),
    Listing("io", "iopool", "sys", IO_POOL_SYS_TABLE, lambda frame, _: [frame], by_partition=False),
    Listing("io", "iopool", "pool", IO_POOL_TABLE, _pools, by_partition=False),
    Listing("io", "taggedio", table=TAGGED_TABLE, rows=ibm_i_partitions),
)


def _change(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    index = call.parsed.required("drc_index")
    if _DRC_INDEX.fullmatch(index) is None:
        raise HmcError("missing_or_invalid", parameters=["-l"])
    if call.text("operation") == "a":
        dlpar.add_slot(partition, index.upper())
    elif call.text("operation") == "r":
        dlpar.remove_slot(partition, index.upper())
    else:
        dlpar.move_slot(partition, target(call, frame), index.upper())


def _operations(subtypes: tuple[str, ...]) -> tuple[Operation, ...]:
    return (
        Operation("io", ("a", "r"), _change, subtypes, ("-l",), HOW, ONE_PARTITION),
        Operation("io", ("m",), _change, subtypes, ("-l",), HOW, ONE_PARTITION + ONE_TARGET),
        Operation(
            "io",
            ("a", "r", "m"),
            None,
            subtypes,
            ("-l",),
            HOW,
            ONE_PARTITION,
            ONE_TARGET,
            with_option="-a",
            span=SINCE_V8,
        ),
    )


OPERATIONS = (
    *_operations(()),
    *_operations(("slot",)),
    Operation("io", ("c",), None, optional=("-l",)),
    Operation("io", ("c",), None, ("bus", "slot"), optional=("-l",)),
    Operation("io", ("s",), None, (), (), ("-a", "-l"), ONE_PARTITION),
    Operation("io", ("s",), None, ("iopool", "taggedio"), ("-a",), (), ONE_PARTITION),
)
