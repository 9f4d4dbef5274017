"""lparstat of AIX and Linux: what the partition has of its system."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import Dialect
from hmcsh.language.messages import Refusal
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Resources
from hmcsh.model.systemfiles import is_aix
from hmcsh.model.units import UNIT

_LABEL = 43
_NONE = "-"


def command(dialect: Dialect) -> PartitionCommand:
    """The command lparstat of an operating system."""
    declaration = Declaration(
        "lparstat",
        "Reports what the partition has of its managed system.",
        (Option("-i", "information", help="the configuration"),),
        (Form({}, ("-i",)),),
        notes=("Statistics, without `-i`, are not emulated.",),
        source="capture, AIX 6.1; powerpc-utils",
        dialect=dialect,
    )
    return PartitionCommand(declaration, run)


async def run(call: PartitionCall) -> Lines:
    """List the configuration."""
    partition = call.partition
    resources = partition.current
    if resources is None:
        raise Refusal(1, "system_not_emulated", what="A partition without resources")
    rows = dict(_rows(partition, resources))
    if not is_aix(partition):
        rows |= _of_linux(resources)
    return [f"{label:<{_LABEL}}: {value}" for label, value in rows.items()]


def _of_linux(resources: Resources) -> dict[str, object]:
    """What powerpc-utils shows in another way."""
    shared = resources.processors.mode == "shared"
    return {
        "Type": "Shared" if shared else "Dedicated",
        "Online Memory": f"{resources.memory.desired * 1024} kB",
    }


def _hundredths(value: int) -> str:
    return f"{value / UNIT:.2f}"


def _rows(partition: Partition, resources: Resources) -> Iterator[tuple[str, object]]:
    frame, processors, memory = partition.frame, resources.processors, resources.memory
    shared = processors.mode == "shared"
    units = processors.units
    count = processors.count
    entitled = units.desired if shared else count.desired * UNIT
    least = units.minimum if shared else count.minimum * UNIT
    most = units.maximum if shared else count.maximum * UNIT
    uncapped = processors.sharing_mode == "uncap"
    weight: object = processors.uncapped_weight if shared and uncapped else _NONE
    whole = frame.installed_processors // UNIT
    left = frame.pool_units_available(processors.pool_id) if shared else None
    yield "Node Name", partition.host_name
    yield "Partition Name", partition.name
    yield "Partition Number", partition.lpar_id
    yield "Type", "Shared-SMT" if shared else "Dedicated-SMT"
    yield "Mode", "Uncapped" if uncapped else "Capped"
    yield "Entitled Capacity", _hundredths(entitled)
    yield "Partition Group-ID", 32768 + partition.lpar_id
    yield "Shared Pool ID", processors.pool_id if shared else _NONE
    yield "Online Virtual CPUs", count.desired
    yield "Maximum Virtual CPUs", count.maximum
    yield "Minimum Virtual CPUs", count.minimum
    yield "Online Memory", f"{memory.desired} MB"
    yield "Maximum Memory", f"{memory.maximum} MB"
    yield "Minimum Memory", f"{memory.minimum} MB"
    yield "Variable Capacity Weight", weight
    yield "Minimum Capacity", _hundredths(least)
    yield "Maximum Capacity", _hundredths(most)
    yield "Capacity Increment", "0.01" if shared else "1.00"
    yield "Maximum Physical CPUs in system", whole
    yield "Active Physical CPUs in system", whole
    yield "Active CPUs in Pool", whole if shared else _NONE
    yield "Shared Physical CPUs in system", whole if shared else 0
    yield "Maximum Capacity of Pool", frame.installed_processors if shared else 0
    yield "Entitled Capacity of Pool", frame.pool_units(processors.pool_id) if shared else 0
    yield "Unallocated Capacity", _hundredths(left) if left is not None else "0.00"
    yield "Physical CPU Percentage", f"{entitled / max(count.desired, 1):.2f}%"
    yield "Unallocated Weight", 0 if shared else _NONE
    yield "Desired Virtual CPUs", count.desired
    yield "Desired Memory", f"{memory.desired} MB"
    yield "Desired Variable Capacity Weight", weight
    yield "Desired Capacity", _hundredths(entitled)
