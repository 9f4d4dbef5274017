"""lshwres: hardware resources of a managed system and what its partitions have of them."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.hardware import (
    absent,
    adapters,
    hea,
    memory,
    processors,
    slots,
    sriov,
    switches,
)
from hmcsh.commands.hmc.hardware.adapters import SINCE_V8
from hmcsh.commands.hmc.hardware.branches import PARTITIONS, Listing

from hmcsh.language.declarations import Declaration, Option

LISTINGS: tuple[Listing, ...] = (
    *memory.LISTINGS,
    *processors.LISTINGS,
    *slots.LISTINGS,
    *adapters.LISTINGS,
    *switches.LISTINGS,
    *sriov.LISTINGS,
    *hea.LISTINGS,
    *absent.LISTINGS,
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
            choices=(
                *("accel", "hca", "hea", "io", "mem", "mempool", "pmem", "proc", "procpool"),
                *("rspool", "sni", "sriov", "virtualio"),
            ),
            choice_help=(
                "hardware accelerators (not emulated)",
                "host channel adapters",
                "host Ethernet adapters",
                "physical I/O",
                "memory",
                "shared memory pools",
                "persistent memory (not emulated)",
                "processors",
                "shared processor pools",
                "reserved storage device pools",
                "switch network interface adapters",
                "adapters shared by SR-IOV",
                "virtual I/O",
            ),
        ),
        Option(
            "--rsubtype",
            "subtype",
            "required",
            help="the type of I/O resources to list:",
            choices=(
                "adapter",
                "bus",
                "eth",
                "fc",
                "hsl",
                "iopool",
                "logical",
                "logport",
                "pgdev",
                "phys",
                "physport",
                "rsdev",
                "scsi",
                "serial",
                "slot",
                "slotchildren",
                "taggedio",
                "unit",
                "vasi",
                "virtualopti",
                "vnetwork",
                "vnic",
                "vnicbkdev",
                "vswitch",
            ),
            choice_help=(
                "SR-IOV adapters",
                "buses",
                "virtual Ethernet adapters",
                "virtual Fibre Channel adapters",
                "HSL OptiConnect pools of IBM i partitions",
                "I/O pools",
                "logical host Ethernet ports",
                "SR-IOV logical ports: those in use with --level, the free ones without it",
                "paging space devices of shared memory pools",
                "physical host Ethernet ports",
                "SR-IOV physical ports",
                "devices of reserved storage device pools",
                "virtual SCSI adapters",
                "virtual serial adapters",
                "physical slots, or the virtual slots of partitions",
                "devices in slots",
                "where IBM i partitions find their devices",
                "I/O units",
                "VASI adapters",
                "virtual OptiConnect pools of IBM i partitions",
                "virtual networks",
                "virtual NICs",
                "backing devices of virtual NICs",
                "virtual switches",
            ),
        ),
        SYSTEM,
        Option(
            "--level",
            "level",
            "required",
            help="what to list the resources of:",
            choices=(
                "eth",
                "ethc",
                "lpar",
                "pool",
                "port",
                "port_group",
                "roce",
                "slot",
                "sys",
            ),
            choice_help=(
                "Ethernet ports of SR-IOV adapters",
                "converged Ethernet ports of SR-IOV adapters",
                "the partitions",
                "the processors that are shared",
                "host Ethernet ports",
                "host Ethernet port groups",
                "RoCE ports of SR-IOV adapters",
                "the virtual slots",
                "the managed system",
            ),
        ),
        Option(
            "-R",
            "recoverable",
            help="lists only what a failure has left behind to be recovered, which is nothing here",
        ),
        Option(
            "--maxmem",
            "maximum",
            "required",
            "quantity",
            "what memory of this size in MB takes of the hypervisor (not emulated)",
            minimum=1,
            span=SINCE_V8,
        ),
        Option(
            "--hptratio",
            "ratio",
            "required",
            "ratio",
            "the ratio of the hardware page table to that memory",
            span=SINCE_V8,
        ),
        Option(
            "--stat",
            "statistics",
            help="lists statistics: of I/O memory, or of host Ethernet ports (not emulated)",
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
        "lshwres -r virtualio --rsubtype vnic -m mySystem -F slot_num,backing_devices",
        "lshwres -r sriov --rsubtype logport -m mySystem --level eth --filter adapter_ids=1",
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
    task=lambda parsed: Task.LIST_PARTITION if parsed.text("level") == "lpar" else Task.LIST_SYSTEM,
)
