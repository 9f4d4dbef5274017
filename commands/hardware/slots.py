"""Physical I/O: `-r io`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmcsh.commands.attributes.hardware import IO_SLOT_TABLE, SlotRow
from hmcsh.commands.common.core import Call
from hmcsh.commands.hardware.branches import (
    HOW,
    ONE_PARTITION,
    ONE_TARGET,
    Listing,
    Operation,
    target,
)

from hmcsh.language.messages import HmcError
from hmcsh.model import dlpar
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

_DRC_INDEX = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


def _rows(frame: Frame, partitions: Sequence[Partition] | None) -> list[SlotRow]:
    rows = [
        SlotRow(slot, None if slot.owner is None else frame.partitions.get(slot.owner))
        for slot in frame.slots.values()
    ]
    return [row for row in rows if partitions is None or row.owner in partitions]


LISTINGS = (
    Listing(
        "io",
        "slot",
        table=IO_SLOT_TABLE,
        rows=_rows,
        filters={
            "units": lambda row: (row.slot.unit,),
            "buses": lambda row: (str(row.slot.bus_id),),
            "slots": lambda row: (row.slot.drc_index,),
            "pools": lambda row: ("none" if row.slot.pool_id is None else str(row.slot.pool_id),),
        },
    ),
    *(
        Listing("io", subtype, options=("--level",))
        for subtype in ("bus", "iopool", "slotchildren", "taggedio", "unit")
    ),
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
    )


OPERATIONS = (
    *_operations(()),
    *_operations(("slot",)),
    Operation("io", ("c",), None, optional=("--rsubtype", "-l")),
    Operation("io", ("s",), None, (), (), ("-a", "-l", "--rsubtype"), ONE_PARTITION),
)
