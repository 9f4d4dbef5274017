"""chvg: changes how many physical partitions a disk of a volume group may have, and the like."""

from __future__ import annotations

from hmcsh.commands.aix.common.volumes import failed, group
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render

_YES_NO = ("y", "n")

DECLARATION = Declaration(
    "chvg",
    "Changes the characteristics of a volume group.",
    (
        Option("-t", "factor", "required", kind="integer", metavar="Factor"),
        Option("-Q", "quorum", "required", choices=_YES_NO, metavar="y|n"),
        Option("-a", "auto_on", "required", choices=_YES_NO, metavar="y|n"),
        Option("VolumeGroup", "group", "operand", kind="volume_group"),
    ),
    (Form({}, ("VolumeGroup",), ("-t", "-Q", "-a")),),
    source="SG24-7460 5.5.4; IBM's page on physical partition limits",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Change the factor, the quorum and whether the group is varied on with the system."""
    wanted = group(call, call.parsed.required("group"))
    factor = call.parsed.number("factor")
    said = []
    if factor is not None:
        try:
            wanted.set_factor(factor)
        except Refusal as refusal:
            raise failed(refusal, "lvm_change_failed", group=wanted.name) from None
        fields = {"group": wanted.name, "disks": wanted.disk_limit, "limit": wanted.limit}
        said.append(render("lvm_group_changed", **fields))
    quorum, auto_on = call.text("quorum"), call.text("auto_on")
    if quorum is not None and wanted.quorum != (quorum == "y"):
        wanted.quorum = quorum == "y"
        said.append(render("lvm_quorum_changed"))
    if auto_on is not None:
        wanted.auto_on = auto_on == "y"
    return said


COMMAND = PartitionCommand(DECLARATION, run)
