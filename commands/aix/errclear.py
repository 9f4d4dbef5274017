"""errclear: deletes entries of the error log."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.runtime import SECOND

_DAY = 24 * 60 * 60 * SECOND

DECLARATION = Declaration(
    "errclear",
    "Deletes entries of the error log that are older than a number of days.",
    (
        Option("-d", "classes", "required", metavar="H,S,O,U"),
        Option("-J", "labels", "required", metavar="Label,..."),
        Option("Days", "days", "operand", kind="integer"),
    ),
    (Form({}, ("Days",), ("-d", "-J")),),
    source="IBM's page on errclear",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Delete them; 0 days means all."""
    partition = call.partition
    days = call.parsed.number("days") or 0
    limit = call.datacenter.clock.now - days * _DAY
    classes, labels = call.text("classes"), call.text("labels")

    def doomed(entry_class: str, label: str, time: int) -> bool:
        return (
            (days == 0 or time < limit)
            and (classes is None or entry_class in classes.upper().split(","))
            and (labels is None or label in labels.split(","))
        )

    log = partition.error_log
    log[:] = [e for e in log if not doomed(e.error_class, e.label, e.time)]
    return []


COMMAND = PartitionCommand(DECLARATION, run)
