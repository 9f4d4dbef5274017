"""lsvg: volume groups of a Virtual I/O Server, as the command of AIX lists them."""

from __future__ import annotations

from hmcsh.commands.aix.lsvg import COMMAND as LSVG
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, as_aix, command, option

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import VIOS

DECLARATION = Declaration(
    "lsvg",
    "Displays volume groups.",
    (
        option("-lv", "volumes", text="the logical volumes of one"),
        option("-pv", "disks", text="the physical volumes of one"),
        Option("VolumeGroup", "group", "operand", "VolumeGroup", "its name", source=MANUAL),
    ),
    (Form({}), Form({"VolumeGroup": ()}, at_most_one=(("-lv", "-pv"),))),
    notes=("-map, -field and -fmt are not emulated.",),
    examples=("lsvg", "lsvg -pv rootvg"),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """List names, or what one volume group has."""
    words = [flag for dest, flag in (("volumes", "-l"), ("disks", "-p")) if call.given(dest)]
    name = call.text("group")
    return await as_aix(LSVG, call, *words, *([name] if name else []))


COMMAND = command(DECLARATION, run)
