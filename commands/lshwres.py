"""lshwres: hardware resources of a managed system and what its partitions have of them."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.attributes.hardware import (
    IO_SLOT_TABLE,
    MEM_LPAR_TABLE,
    MEM_SYS_TABLE,
    PROC_LPAR_TABLE,
    PROC_SYS_TABLE,
    PROCPOOL_TABLE,
    PoolRow,
    ResourceRow,
    SlotRow,
)
from hmcsh.commands.attributes.virtualio import (
    ADAPTER_TABLES,
    ETH_TABLE,
    KINDS,
    SCSI_TABLE,
    SERIAL_TABLE,
    SLOT_TABLE,
    VASI_TABLE,
    AdapterRow,
)
from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM

from hmcsh.language.attributes import Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.model.frame import Frame, IoSlot
from hmcsh.model.partition import Partition

_NOT_EMULATED = (
    Form({"-r": ("hca", "hea")}, required=("-m",), optional=("--rsubtype", "--level", *LISTING)),
    Form({"-r": ("proc",), "--level": ("pool",)}, ("-m",), LISTING),
    Form(
        {"-r": ("io",), "--rsubtype": ("bus", "iopool", "slotchildren", "taggedio", "unit")},
        ("-m",),
        ("--level", *LISTING),
    ),
    Form(
        {"-r": ("virtualio",), "--rsubtype": ("hsl", "virtualopti")},
        ("-m",),
        ("--level", *LISTING),
    ),
    Form({"-r": ("virtualio",), "--rsubtype": ("eth",), "--level": ("sys",)}, ("-m",), LISTING),
    Form({"-r": ("virtualio",), "--rsubtype": ("slot",), "--level": ("slot",)}, ("-m",), LISTING),
)

DECLARATION = Declaration(
    "lshwres",
    "Lists the hardware resources of a managed system.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to list:",
            choices=("hca", "hea", "io", "mem", "proc", "procpool", "virtualio"),
            choice_help=(
                "host channel adapters (not emulated)",
                "host Ethernet adapters (not emulated)",
                "physical I/O",
                "memory",
                "processors",
                "shared processor pools",
                "virtual I/O",
            ),
        ),
        Option(
            "--rsubtype",
            "subtype",
            "required",
            help="the type of I/O resources to list:",
            choices=(
                "bus",
                "eth",
                "hsl",
                "iopool",
                "logical",
                "phys",
                "scsi",
                "serial",
                "slot",
                "slotchildren",
                "taggedio",
                "unit",
                "vasi",
                "virtualopti",
            ),
            choice_help=(
                "buses (not emulated)",
                "virtual Ethernet adapters",
                "HSL OptiConnect pools (not emulated)",
                "I/O pools (not emulated)",
                "logical host Ethernet ports (not emulated)",
                "physical host Ethernet ports (not emulated)",
                "virtual SCSI adapters",
                "virtual serial adapters",
                "physical slots, or the virtual slots of partitions",
                "devices in slots (not emulated)",
                "tagged I/O (not emulated)",
                "I/O units (not emulated)",
                "VASI adapters",
                "virtual OptiConnect pools (not emulated)",
            ),
        ),
        SYSTEM,
        Option(
            "--level",
            "level",
            "required",
            help="what to list the resources of:",
            choices=("lpar", "pool", "port", "port_group", "slot", "sys"),
            choice_help=(
                "the partitions",
                "the processor pool (not emulated)",
                "host Ethernet ports (not emulated)",
                "host Ethernet port groups (not emulated)",
                "the virtual slots (not emulated)",
                "the managed system",
            ),
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("mem", "proc"), "--level": ("lpar",)}, ("-m",), LISTING),
        Form({"-r": ("mem", "proc"), "--level": ("sys",)}, ("-m",), ("-F", "--header")),
        Form({"-r": ("procpool",)}, ("-m",), ("-F", "--header")),
        Form({"-r": ("io",), "--rsubtype": ("slot",)}, ("-m",), LISTING),
        Form(
            {"-r": ("virtualio",), "--rsubtype": ("eth", "slot"), "--level": ("lpar",)},
            ("-m",),
            LISTING,
        ),
        Form({"-r": ("virtualio",), "--rsubtype": ("scsi", "serial", "vasi")}, ("-m",), LISTING),
        Form(
            {
                "-r": ("virtualio",),
                "--rsubtype": ("scsi", "serial", "vasi"),
                "--level": ("lpar",),
            },
            ("-m",),
            LISTING,
        ),
        *_NOT_EMULATED,
    ),
    examples=(
        "lshwres -r mem -m mySystem --level sys -F curr_avail_sys_mem",
        "lshwres -r proc -m mySystem --level lpar --filter lpar_names=myLPAR",
        "lshwres -r virtualio --rsubtype vasi -m mySystem --filter lpar_ids=1",
        "lshwres -r io --rsubtype slot -m mySystem -F drc_index:description:lpar_name",
    ),
    source="manual page, V8; SG24-7460 5.6.3 for VASI adapters",
)

_PARTITIONS = ("lpar_names", "lpar_ids")
_IO_FILTERS: dict[str, Callable[[IoSlot], str]] = {
    "units": lambda slot: slot.unit,
    "buses": lambda slot: str(slot.bus_id),
    "slots": lambda slot: slot.drc_index,
    "pools": lambda slot: "none" if slot.pool_id is None else str(slot.pool_id),
}
_Filters = dict[str, tuple[str, ...]]


def _partition_filters(call: Call, *more: str) -> _Filters:
    return call.filters((*_PARTITIONS, *more), (_PARTITIONS,))


def _resources(call: Call, frame: Frame) -> Lines:
    tables = _LEVELS[call.parsed.required("resource")]
    if call.text("level") == "sys":
        return call.listing(tables["sys"], [frame])
    partitions = call.partitions(frame, _partition_filters(call))
    return call.listing(tables["lpar"], [ResourceRow.of(partition) for partition in partitions])


def _pools(call: Call, frame: Frame) -> Lines:
    if frame.max_processor_pools <= 1:
        raise HmcError("no_processor_pools")
    return call.listing(PROCPOOL_TABLE, PoolRow.rows(frame))


def _io_slots(call: Call, frame: Frame) -> Lines:
    filters = _partition_filters(call, *_IO_FILTERS)
    owners: list[Partition] | None = None
    if filters.keys() & set(_PARTITIONS):
        owners = call.partitions(frame, filters)
    rows = []
    for slot in frame.slots.values():
        owner = None if slot.owner is None else frame.partitions.get(slot.owner)
        if (owners is None or owner in owners) and _selected(slot, filters):
            rows.append(SlotRow(slot, owner))
    return call.listing(IO_SLOT_TABLE, rows)


def _selected(slot: IoSlot, filters: _Filters) -> bool:
    return all(read(slot) in filters[name] for name, read in _IO_FILTERS.items() if name in filters)


def _virtual(call: Call, frame: Frame) -> Lines:
    subtype = call.parsed.required("subtype")
    if subtype == "slot":
        partitions = call.partitions(frame, _partition_filters(call))
        return call.listing(SLOT_TABLE, partitions)
    filters = _partition_filters(call, *(("slots", "vlans") if subtype == "eth" else ("slots",)))
    rows = AdapterRow.rows(call.partitions(frame, filters), KINDS[subtype])
    if "slots" in filters:
        rows = [row for row in rows if str(row.adapter.slot) in filters["slots"]]
    if "vlans" in filters:
        wanted = set(filters["vlans"])
        rows = [row for row in rows if wanted & {str(vlan) for vlan in row.adapter.vlan_ids}]
    return call.listing(ADAPTER_TABLES[subtype], rows)


_LEVELS = {
    "mem": {"sys": MEM_SYS_TABLE, "lpar": MEM_LPAR_TABLE},
    "proc": {"sys": PROC_SYS_TABLE, "lpar": PROC_LPAR_TABLE},
}

_LISTINGS: dict[str, Callable[[Call, Frame], Lines]] = {
    "mem": _resources,
    "proc": _resources,
    "procpool": _pools,
    "io": _io_slots,
    "virtualio": _virtual,
}


async def run(call: Call) -> Lines:
    """List what `-r`, `--rsubtype` and `--level` ask for."""
    if call.parsed.form in _NOT_EMULATED:
        raise HmcError("not_emulated", what=_described(call))
    frame = call.system()
    frame.require_operating()
    return _LISTINGS[call.parsed.required("resource")](call, frame)


def _described(call: Call) -> str:
    options = (("-r", "resource"), ("--rsubtype", "subtype"), ("--level", "level"))
    given = [f"{flag} {call.text(dest)}" for flag, dest in options if call.given(dest)]
    return " ".join(["lshwres", *given])


TABLES: dict[str, Table] = {
    "mem": MEM_LPAR_TABLE,
    "mem sys": MEM_SYS_TABLE,
    "proc": PROC_LPAR_TABLE,
    "proc sys": PROC_SYS_TABLE,
    "procpool": PROCPOOL_TABLE,
    "io slot": IO_SLOT_TABLE,
    "virtualio eth": ETH_TABLE,
    "virtualio scsi": SCSI_TABLE,
    "virtualio serial": SERIAL_TABLE,
    "virtualio slot": SLOT_TABLE,
    "virtualio vasi": VASI_TABLE,
}

COMMAND = Command(DECLARATION, run, TABLES, (*_PARTITIONS, *_IO_FILTERS, "vlans"))
