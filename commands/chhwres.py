"""chhwres: dynamic changes of memory, processors and virtual adapters (dynamic partitioning)."""

from __future__ import annotations

from hmcsh.commands.common.core import Call, Command, Lines, performs
from hmcsh.commands.common.options import DETAIL, FORCE, PARTITION, PARTITION_ID, SYSTEM, WAIT
from hmcsh.commands.common.tasks import Task
from hmcsh.commands.hardware import adapters, hea, memory, processors, slots
from hmcsh.commands.hardware.branches import Operation

from hmcsh.language.declarations import Declaration, Option

OPERATIONS: tuple[Operation, ...] = (
    *memory.OPERATIONS,
    *processors.OPERATIONS,
    *slots.OPERATIONS,
    *adapters.OPERATIONS,
    *hea.OPERATIONS,
)
_BY_FORM = {operation.form: operation for operation in OPERATIONS}

DECLARATION = Declaration(
    "chhwres",
    "Changes the hardware resources of partitions while they are defined or running.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to change:",
            choices=("hea", "io", "mem", "proc", "procpool", "virtualio"),
            choice_help=(
                "host Ethernet adapters",
                "physical I/O slots",
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
            help="the type of virtual adapter or physical I/O:",
            choices=("eth", "scsi", "serial", "slot", "vasi"),
            choice_help=(
                "virtual Ethernet",
                "virtual SCSI",
                "virtual serial (only its removal is emulated)",
                "physical I/O slots",
                "VASI",
            ),
        ),
        SYSTEM,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("a", "c", "m", "r", "s"),
            choice_help=(
                "add",
                "clear (not emulated)",
                "move to another partition",
                "remove",
                "set",
            ),
        ),
        PARTITION,
        PARTITION_ID,
        Option(
            "-t",
            "target",
            "required",
            "partition name",
            "the partition to move to",
            kind="partition",
        ),
        Option(
            "--tid",
            "target_id",
            "required",
            "partition ID",
            "the ID of the partition to move to",
            kind="partition_id",
            minimum=1,
            maximum=65535,
        ),
        Option("-q", "memory", "required", "quantity", "memory in MB", minimum=1),
        Option(
            "--procs",
            "processors",
            "required",
            "quantity",
            "processors; virtual ones of a partition that shares them",
            minimum=1,
            maximum=9999,
        ),
        Option(
            "--procunits",
            "units",
            "required",
            "quantity",
            "processing units, with at most two decimals",
            kind="units",
        ),
        Option(
            "-s",
            "slot",
            "required",
            "virtual slot number",
            "the virtual slot; the next available one if an adapter is added without it",
            minimum=0,
            maximum=65535,
        ),
        Option(
            "-l",
            "drc_index",
            "required",
            "DRC index",
            "the physical I/O slot, or the host Ethernet adapter",
        ),
        Option("--poolname", "pool", "required", "pool name", "the shared processor pool"),
        Option(
            "--poolid", "pool_id", "required", "pool ID", "the pool's ID", minimum=0, maximum=63
        ),
        Option(
            "-g",
            "group",
            "required",
            "port group",
            "the port group",
            minimum=1,
            maximum=2,
            span=hea.LEVELS,
        ),
        Option(
            "--physport",
            "port",
            "required",
            "port ID",
            "the physical port",
            minimum=0,
            maximum=1,
            span=hea.LEVELS,
        ),
        Option(
            "--logport",
            "logical_port",
            "required",
            "port ID",
            "the logical port",
            minimum=1,
            maximum=16,
            span=hea.LEVELS,
        ),
        Option(
            "-a",
            "data",
            "required",
            "attributes",
            "the attributes of the adapter: name=value,...",
            kind="data",
        ),
        WAIT,
        DETAIL,
        FORCE,
    ),
    tuple(_BY_FORM),
    notes=(
        # SG24-7460 5.6.3 prints --subtype once; the same section uses --rsubtype for lshwres, as
        # every other source does for this command, so that the one word is read as a misprint.
        "The type of virtual adapter is given with --rsubtype only.",
        "Changes are made at once: -w and -d are checked, but nothing is waited for.",
        "--force is accepted and overrides no rule: a partition that is on without an RMC "
        "connection is refused all the same.",
    ),
    examples=(
        "chhwres -r mem -m mySystem -o a -p myLPAR -q 256",
        "chhwres -r proc -m mySystem -o r --id 3 --procunits 0.2",
        "chhwres -r proc -m mySystem -o m -p myLPAR -t otherLPAR --procs 1",
        "chhwres -r virtualio --rsubtype scsi -m mySystem -o a --id 1 -s 12 "
        "-a adapter_type=server,remote_lpar_id=5,remote_slot_num=2",
        "chhwres -r virtualio --rsubtype vasi -m mySystem -o a -p VIOS1",
        "chhwres -r io -m mySystem -o r -p myLPAR -l 21010200",
    ),
    source="manual page, V9; field notes, V7; SG24-7460 5.6.3 for VASI adapters",
)


async def run(call: Call) -> Lines:
    """Make the change that `-r` and `-o` ask for; says nothing when it is done."""
    operation = _BY_FORM[call.parsed.form]
    if operation.run is None:
        raise TypeError(f"not emulated: {operation.resource}")
    operation.run(call, call.system())
    return ()


COMMAND = Command(
    DECLARATION,
    run,
    {
        " ".join((operation.resource, *operation.subtypes)): operation.table
        for operation in OPERATIONS
        if operation.table is not None
    },
    task=performs(Task.DYNAMIC_PARTITIONING),
)
