"""Memory: `-r mem`."""

from __future__ import annotations

from hmcsh.commands.attributes.hardware import MEM_LPAR_TABLE, MEM_SYS_TABLE, ResourceRow
from hmcsh.commands.common.core import Call
from hmcsh.commands.hardware.branches import (
    HOW,
    ONE_PARTITION,
    ONE_TARGET,
    Listing,
    Operation,
    listed,
    target,
)

from hmcsh.model import dlpar
from hmcsh.model.frame import Frame

LISTINGS = (
    Listing(
        "mem",
        level="lpar",
        table=MEM_LPAR_TABLE,
        rows=lambda frame, chosen: [ResourceRow.of(p) for p in listed(frame, chosen)],
    ),
    Listing(
        "mem",
        level="sys",
        table=MEM_SYS_TABLE,
        rows=lambda frame, _: [frame],
        by_partition=False,
    ),
)


def _change(call: Call, frame: Frame) -> None:
    partition = call.partition(frame)
    quantity = dlpar.Quantity(memory=call.parsed.number("memory") or 0)
    if call.text("operation") == "a":
        dlpar.add(partition, quantity)
    elif call.text("operation") == "r":
        dlpar.remove(partition, quantity)
    else:
        dlpar.move(partition, target(call, frame), quantity)


OPERATIONS = (
    Operation("mem", ("a", "r"), _change, (), ("-q",), HOW, ONE_PARTITION),
    Operation("mem", ("m",), _change, (), ("-q",), HOW, ONE_PARTITION + ONE_TARGET),
    Operation("mem", ("s",), None, (), ("-a",), ONE_PARTITION[0]),
)
