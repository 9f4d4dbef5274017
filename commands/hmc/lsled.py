"""lsled: the states of attention and identify LEDs.

Attributes: manual page of the Integrated Virtualization Manager's lsled, POWER7; scripts read
`state=off` of the same listings of consoles.
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.leds import (
    FRU_TABLE,
    PARTITION_TABLE,
    RESOURCE,
    SYSTEM_TABLE,
    TYPE,
    VIRTUAL_SYSTEM_TABLE,
    locations,
)

from hmcsh.language.declarations import Declaration, Form

MANUAL = "manual page of lsled, Integrated Virtualization Manager, POWER7"
FILTERS = ("lpar_names", "lpar_ids")

DECLARATION = Declaration(
    "lsled",
    "Lists the states of LEDs.",
    (RESOURCE, TYPE, SYSTEM, FILTER, ATTRIBUTES, HEADER),
    (
        Form({"-r": ("sa",), "-t": ("virtuallpar",)}, ("-m",), LISTING),
        Form({"-r": ("sa",), "-t": ("phys", "virtualsys")}, ("-m",), ("-F", "--header")),
        Form({"-r": ("ident",), "-t": ("fru",)}, ("-m",), ("-F", "--header")),
    ),
    notes=("A serviceable event lights the attention LED of its system.",),
    examples=(
        "lsled -r sa -t phys -m mySystem",
        "lsled -r sa -t virtuallpar -m mySystem --filter lpar_names=myLPAR -F state",
    ),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """List the LEDs of a type."""
    frame = call.system()
    kind = call.text("type")
    if kind == "virtuallpar":
        filters = call.filters(FILTERS, (FILTERS,))
        return call.listing(PARTITION_TABLE, call.partitions(frame, filters))
    if kind == "fru":
        return call.listing(FRU_TABLE, locations(frame))
    return call.listing(SYSTEM_TABLE if kind == "phys" else VIRTUAL_SYSTEM_TABLE, [frame])


COMMAND = Command(
    DECLARATION,
    run,
    {"sa": PARTITION_TABLE, "ident": FRU_TABLE},
    FILTERS,
    task=performs(Task.LIST_SYSTEM),
)
