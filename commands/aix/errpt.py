"""errpt: the error log."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from hmcsh.commands.common import errorreport
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.logs import ErrorLogEntry

DECLARATION = Declaration(
    "errpt",
    "Reports the entries of the error log, newest first.",
    (
        Option("-a", "detailed", help="a detailed report"),
        Option("-d", "classes", "required", metavar="H,S,O,U"),
        Option("-T", "types", "required", metavar="INFO,PERM,TEMP,UNKN"),
        Option("-j", "identifiers", "required", metavar="Identifier,..."),
        Option("-k", "without_identifiers", "required", metavar="Identifier,..."),
        Option("-J", "labels", "required", metavar="Label,..."),
        Option("-K", "without_labels", "required", metavar="Label,..."),
        Option("-N", "resources", "required", metavar="Resource,..."),
        Option("-l", "sequences", "required", metavar="Sequence,..."),
        Option("-s", "start", "required", metavar="mmddhhmmyy"),
        Option("-e", "end", "required", metavar="mmddhhmmyy"),
    ),
    (Form({}, (), ("-a", "-d", "-T", "-j", "-k", "-J", "-K", "-N", "-l", "-s", "-e")),),
    source="SG24-7460 6.1, 6.3; IBM's page on errpt",
    dialect=AIX,
)

# What each flag compares; the last two take entries away.
_FIELDS: dict[str, Callable[[ErrorLogEntry], str]] = {
    "classes": lambda entry: entry.error_class,
    "types": lambda entry: errorreport.TYPES.get(entry.kind, entry.kind),
    "identifiers": lambda entry: entry.identifier,
    "labels": lambda entry: entry.label,
    "resources": lambda entry: entry.resource,
    "sequences": lambda entry: str(entry.sequence),
    "without_identifiers": lambda entry: entry.identifier,
    "without_labels": lambda entry: entry.label,
}


async def run(call: PartitionCall) -> Lines:
    """Report the entries that fit all flags."""
    partition = call.partition
    found = list(partition.error_log)
    for dest, field in _FIELDS.items():
        text = call.text(dest)
        if text is not None:
            wanted = {word.strip().upper() for word in text.split(",")}
            out = dest.startswith("without")
            found = [entry for entry in found if (field(entry).upper() in wanted) is not out]
    calendar = call.datacenter.calendar
    start, end = _moment(call, "start", "-s"), _moment(call, "end", "-e")
    if start is not None:
        found = [entry for entry in found if calendar(entry.clock) >= start]
    if end is not None:
        last = end + datetime.timedelta(minutes=1)  # the whole of that minute (inferred)
        found = [entry for entry in found if calendar(entry.clock) < last]
    report = errorreport.details if call.given("detailed") else errorreport.summary
    return report(partition, found)


def _moment(call: PartitionCall, dest: str, flag: str) -> datetime.datetime | None:
    text = call.text(dest)
    if text is None:
        return None
    try:
        return datetime.datetime.strptime(text, "%m%d%H%M%y")
    except ValueError:
        raise Refusal(1, "errpt_value", command="errpt", flag=flag, value=text) from None


COMMAND = PartitionCommand(DECLARATION, run)
