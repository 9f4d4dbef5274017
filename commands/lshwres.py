"""lshwres: hardware resources of a managed system and what its partitions have of them."""

from __future__ import annotations

from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.options import ATTRIBUTES, FILTER, HEADER, SYSTEM
from hmcsh.commands.hardware import adapters, memory, processors, slots
from hmcsh.commands.hardware.branches import PARTITIONS, Listing

from hmcsh.language.declarations import Declaration, Option

LISTINGS: tuple[Listing, ...] = (
    *memory.LISTINGS,
    *processors.LISTINGS,
    *slots.LISTINGS,
    *adapters.LISTINGS,
    *(Listing(resource, options=("--rsubtype", "--level")) for resource in ("hca", "hea")),
)
_BY_FORM = {listing.form: listing for listing in LISTINGS}

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
                "fc",
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
                "virtual Fibre Channel adapters",
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
    tuple(_BY_FORM),
    examples=(
        "lshwres -r mem -m mySystem --level sys -F curr_avail_sys_mem",
        "lshwres -r proc -m mySystem --level lpar --filter lpar_names=myLPAR",
        "lshwres -r virtualio --rsubtype vasi -m mySystem --filter lpar_ids=1",
        "lshwres -r io --rsubtype slot -m mySystem -F drc_index:description:lpar_name",
    ),
    source="manual page, V8; SG24-7460 5.6.3 for VASI adapters",
)


async def run(call: Call) -> Lines:
    """List what `-r`, `--rsubtype` and `--level` ask for."""
    return _BY_FORM[call.parsed.form].run(call, call.system())


COMMAND = Command(
    DECLARATION,
    run,
    {listing.words: listing.table for listing in LISTINGS if listing.table is not None},
    tuple(dict.fromkeys([*PARTITIONS, *(name for one in LISTINGS for name in one.filters)])),
)
