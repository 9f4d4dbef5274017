"""errlog: the error log of a Virtual I/O Server (SG24-7460 examples 6-2 to 6-6)."""

from __future__ import annotations

import datetime

from hmcsh.commands.common import errorreport
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, NOT_FOUND, command, option

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal

DECLARATION = Declaration(
    "errlog",
    "Displays the error log, newest first, or clears it.",
    (
        option("-ls", "detailed", text="a detailed report"),
        option("-seq", "sequence", "required", "SequenceNumber", "one entry of it", minimum=1),
        option(
            "-rm", "days", "required", "Days", "removes entries that are older; 0 all", minimum=0
        ),
    ),
    (
        Form({}, optional=("-ls",)),
        Form({"-seq": ()}, optional=("-ls",)),
        Form({"-rm": ()}),
    ),
    examples=("errlog", "errlog -ls", "errlog -rm 0"),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Report entries, or take away those that are older than a number of days."""
    partition, log = call.partition, call.partition.error_log
    if call.given("days"):
        days = datetime.timedelta(days=int(call.parsed.required("days")))
        limit = partition.now() - days
        log[:] = [one for one in log if days and call.datacenter.calendar(one.clock) >= limit]
        return []
    number = call.text("sequence")
    if number is None:
        report = errorreport.details if call.given("detailed") else errorreport.summary
        return report(partition, log)
    found = [one for one in log if one.sequence == int(number)]
    if not found:
        raise Refusal(NOT_FOUND, "vios_no_entry", number=number)
    return errorreport.details(partition, found)


COMMAND = command(DECLARATION, run)
