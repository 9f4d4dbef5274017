"""The tables of SG24-7460 figures 6-1 and 6-6: every partition at a glance.

Pure functions over a model; nothing here prints.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from tabulate import tabulate

from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.power import OFF_CODE, shown_codes
from hmcsh.model.states import LparEnvironment

_TYPES = {
    LparEnvironment.AIXLINUX: "AIX or Linux",
    LparEnvironment.VIOSERVER: "Virtual I/O Server",
    LparEnvironment.OS400: "i5/OS",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One partition. Processing units in processors, memory in GB, both 0 if none is assigned."""

    name: str
    lpar_id: int
    server: str
    status: str
    processing_units: float
    memory_gb: float
    active_profile: str
    type: str
    reference_code: str


def reference_code(partition: Partition) -> str:
    """The newest reference code; zeros if there is none and the partition is not activated."""
    newest = shown_codes(partition)[0].code
    return newest or ("" if partition.state.powered_on else OFF_CODE)


def row(partition: Partition) -> Row:
    """Describe a partition."""
    assigned = partition.current
    return Row(
        name=partition.name,
        lpar_id=partition.lpar_id,
        server=partition.frame.name,
        status=partition.state.value,
        processing_units=assigned.processors.consumed / 100 if assigned else 0.0,
        memory_gb=assigned.memory.desired / 1024 if assigned else 0.0,
        active_profile=partition.running_profile,
        type=_TYPES[partition.environment],
        reference_code=reference_code(partition),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class System:
    """One managed system and its partitions, in the order of the model."""

    name: str
    type_model: str
    serial_number: str
    state: str
    partitions: tuple[Row, ...]


def system(frame: Frame) -> System:
    """Describe a managed system."""
    return System(
        name=frame.name,
        type_model=frame.type_model,
        serial_number=frame.serial_number,
        state=frame.state.value,
        partitions=tuple(row(one) for one in frame.listed_partitions()),
    )


def systems(datacenter: Datacenter) -> list[System]:
    """Describe every managed system, in the order of the model."""
    return [system(frame) for frame in datacenter.frames.values()]


def rows(found: Iterable[System]) -> list[Row]:
    """The partitions of some systems, sorted by name and then by server."""
    together = [one for each in found for one in each.partitions]
    return sorted(together, key=lambda one: (one.name, one.server, one.lpar_id))


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


_Column = tuple[str, str, Any]
_COLUMNS: tuple[_Column, ...] = (
    ("Name", "left", lambda one: one.name),
    ("ID", "right", lambda one: str(one.lpar_id)),
    ("Server", "left", lambda one: one.server),
    ("Status", "left", lambda one: one.status),
    ("Processing Units", "right", lambda one: _number(one.processing_units)),
    ("Memory (GB)", "right", lambda one: _number(one.memory_gb)),
    ("Active Profile", "left", lambda one: one.active_profile),
    ("Type", "left", lambda one: one.type),
    ("Reference Code", "left", lambda one: one.reference_code),
)


def table(found: Sequence[Row], *, with_server: bool) -> str:
    """Lay rows out for people, with the column `Server` (figure 6-6) or without it (6-1)."""
    columns = [column for column in _COLUMNS if with_server or column[0] != "Server"]
    text = tabulate(
        [[read(one) for _, _, read in columns] for one in found],
        headers=[title for title, _, _ in columns],
        colalign=[alignment for _, alignment, _ in columns] if found else None,
        tablefmt="simple",
        disable_numparse=True,
    )
    return "\n".join(line.rstrip() for line in text.splitlines())


def all_systems(found: Iterable[System]) -> str:
    """One table of all partitions, as in figure 6-6."""
    return table(rows(found), with_server=True)


def each_system(found: Iterable[System]) -> str:
    """One table for each system, under its name and state, as in figure 6-1."""
    parts = []
    for one in found:
        listed = table(rows([one]), with_server=False)
        parts.append(f"{one.name} ({one.type_model}*{one.serial_number}): {one.state}\n\n{listed}")
    return "\n\n".join(parts)


def tables(found: Sequence[System]) -> str:
    """What a person sees: all partitions in one table, then each system's if there are several."""
    if len(found) == 1:
        return each_system(found)
    return f"{all_systems(found)}\n\n{each_system(found)}"


def data(found: Iterable[System]) -> list[dict[str, Any]]:
    """The systems and their rows as data for programs."""
    return [dataclasses.asdict(one) for one in found]
