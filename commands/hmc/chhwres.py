"""chhwres: dynamic changes of memory, processors and virtual adapters (dynamic partitioning)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.virtualio import SINCE_SWITCHES
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import DETAIL, FORCE, PARTITION, PARTITION_ID, SYSTEM, WAIT
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.hardware import adapters, hea, memory, processors, slots, sriov, switches
from hmcsh.commands.hmc.hardware.adapters import SINCE_V8
from hmcsh.commands.hmc.hardware.branches import Operation
from hmcsh.commands.hmc.hardware.memory import SINCE_PERSISTENT

from hmcsh.language.declarations import Declaration, Option

OPERATIONS: tuple[Operation, ...] = (
    *memory.OPERATIONS,
    *processors.OPERATIONS,
    *slots.OPERATIONS,
    *adapters.OPERATIONS,
    *switches.OPERATIONS,
    *sriov.OPERATIONS,
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
            choices=("accel", "hea", "io", "mem", "pmem", "proc", "procpool", "sriov", "virtualio"),
            choice_help=(
                "hardware accelerators (not emulated)",
                "host Ethernet adapters",
                "physical I/O slots",
                "memory",
                "persistent memory (not emulated)",
                "processors",
                "shared processor pools",
                "adapters shared by SR-IOV",
                "virtual I/O",
            ),
        ),
        Option(
            "--rsubtype",
            "subtype",
            "required",
            help="the type of virtual adapter or physical I/O:",
            choices=(
                "adapter",
                "bus",
                "eth",
                "fc",
                "gzip",
                "iopool",
                "logport",
                "physport",
                "scsi",
                "serial",
                "slot",
                "taggedio",
                "vasi",
                "volume",
                "vnic",
                "vnicbkdev",
                "vswitch",
            ),
            choice_help=(
                "an SR-IOV adapter: a switches it to shared mode, r to dedicated mode",
                "a bus (not emulated)",
                "virtual Ethernet",
                "virtual Fibre Channel",
                "accelerators of gzip (not emulated)",
                "I/O pools of a partition (not emulated)",
                "an SR-IOV logical port",
                "an SR-IOV physical port",
                "virtual SCSI",
                "virtual serial",
                "physical I/O slots",
                "where an IBM i partition finds its devices (not emulated)",
                "VASI",
                "a volume of persistent memory (not emulated)",
                "a virtual NIC",
                "a backing device of a virtual NIC",
                "a virtual switch",
            ),
        ),
        SYSTEM,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("a", "act", "c", "d", "e", "m", "r", "s"),
            choice_help=(
                "add",
                "put a backing device in use",
                "clear (not emulated)",
                "disable",
                "enable",
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
            "--volume",
            "volume",
            "required",
            "volume name",
            "the volume of persistent memory",
            span=SINCE_PERSISTENT,
        ),
        Option(
            "--device",
            "device",
            "required",
            "device",
            "what the volume is made of",
            span=SINCE_PERSISTENT,
        ),
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
            "--5250cpwpercent",
            "cpw",
            "required",
            "percentage",
            "the share of 5250 interactive work (not emulated)",
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
            "logical port ID",
            "the logical port: of a host Ethernet adapter its number from 1 to 16, of a backing "
            "device its ID",
        ),
        Option(
            "-a",
            "data",
            "required",
            "attributes",
            "the attributes of the adapter: name=value,...",
            kind="data",
        ),
        Option(
            "--vswitch",
            "switch",
            "required",
            "virtual switch",
            "the virtual switch",
            span=SINCE_SWITCHES,
        ),
        Option(
            "--allownetdisrupt",
            "disrupt",
            help="allows a change that interrupts the network",
            span=SINCE_V8,
        ),
        WAIT,
        DETAIL,
        FORCE,
        Option(
            "-v",
            "verbose",
            help="tells more of virtual adapters; without effect here",
            span=SINCE_V8,
        ),
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
        "chhwres -r virtualio --rsubtype vnic -m mySystem -o a -p myLPAR "
        "-a port_vlan_id=0,backing_devices=sriov/vios1//1/0/2",
        "chhwres -r sriov --rsubtype logport -m mySystem -o a -p myLPAR "
        "-a adapter_id=1,phys_port_id=0,logical_port_type=eth",
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
    {operation.words: operation.table for operation in OPERATIONS if operation.table},
    task=performs(Task.DYNAMIC_PARTITIONING),
)
