"""lspartition: what the console knows of partitions over RMC (captures, POWER6 to POWER8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level
from hmcsh.language.messages import Trust
from hmcsh.model.partition import Partition

_CAPTURE = "captures in field notes, POWER6 to POWER8; RSCT documentation"
_INDENT = " " * 7

_REFUSED = {
    "-dlparreset": ("reset", "resets the RMC connections (not emulated)"),
    "-sfp": ("service", "the partitions that the service focal point knows (not emulated)"),
    "-i": ("short", "one line for each partition (not emulated)"),
    "-ix": ("extended", "one line for each partition, with more in it (not emulated)"),
}

DECLARATION = Declaration(
    "lspartition",
    "Lists partitions with their RMC connections.",
    (
        Option(
            "-dlpar",
            "dlpar",
            help="the partitions in which an operating system runs",
            trust=Trust.CAPTURE,
            source=_CAPTURE,
        ),
        Option(
            "-all",
            "all",
            help="all partitions",
            trust=Trust.RECALLED,
            source="recalled; that the layout is that of -dlpar is inferred",
        ),
        Option(
            "-c",
            "machine",
            "required",
            "machine",
            "only the partitions of one system, by type, model and serial number",
            trust=Trust.SCRIPT,
            source="field notes",
        ),
        *(Option(flag, dest, help=text) for flag, (dest, text) in _REFUSED.items()),
    ),
    (
        Form({}, one_of=(("-dlpar", "-all"),), optional=("-c",)),
        *(Form({flag: ()}, optional=("-c",), emulated=False) for flag in _REFUSED),
    ),
    notes=("Active is 1 where there is an RMC connection; DCaps is 0 where there is none.",),
    examples=("lspartition -dlpar",),
    source=_CAPTURE,
)

# Capabilities of an operating system with dynamic partitioning, as consoles of two levels show
# them (captures); those of later levels are inferred to be the same.
_OLD = ("0x2f", "<0x0b, 0x0b>")
_NEW = ("0x2c5f", "<0x4000001b, 0x1b>")
_NEWER = Level.parse("V7R7")
_NOTHING = ("0x0", "<0x0, 0x0>")


def _operating_system(partition: Partition) -> str:
    """Name, release and level: `AIX, 6.1, 6100-07-06-1241`."""
    system = partition.operating_system
    words = re.split(r"[ /]+", system.version if system else "", maxsplit=2)
    return ", ".join((words + ["", ""])[:3])


def _block(number: int, partition: Partition, level: Level) -> Iterator[str]:
    system = partition.operating_system
    connected = partition.rmc_active
    capabilities = (_NEW if level >= _NEWER else _OLD) if connected else _NOTHING
    address = system.ip_address if system else ""
    pinned = partition.current.memory.desired // 8 if connected and partition.current else 0
    owner = f"{partition.lpar_id}*{partition.frame.mtms}"
    yield f"<#{number}> Partition:<{owner}, , {address}>"
    yield (
        f"{_INDENT}Active:<{int(connected)}>, OS:<{_operating_system(partition)}>, "
        f"DCaps:<{capabilities[0]}>, CmdCaps:{capabilities[1]}, PinnedMem:<{pinned}>"
    )


async def run(call: Call) -> Lines:
    """List what the console knows of each partition, two lines for one."""
    machine = call.text("machine")
    partitions = [
        partition
        for frame in call.systems()
        if machine in (None, frame.mtms)
        for partition in call.partitions(frame, {})
        if call.given("all") or (partition.running and partition.operating_system is not None)
    ]
    return [
        line
        for number, partition in enumerate(partitions)
        for line in _block(number, partition, call.level)
    ]


COMMAND = Command(DECLARATION, run, task=performs(Task.LIST_PARTITION))
