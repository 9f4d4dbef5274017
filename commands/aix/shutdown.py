"""shutdown: ends the operating system, or starts it anew."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import HmcError, Refusal, render
from hmcsh.model import power

DECLARATION = Declaration(
    "shutdown",
    "Ends the operating system.",
    (
        Option("-F", "fast", help="does so at once, without telling users"),
        Option("-h", "halt", help="halts the system, which it does in any case"),
        Option("-r", "restart", help="starts the system anew afterwards"),
    ),
    (Form({}, optional=("-F", "-h", "-r")),),
    notes=("Other options, and a time at which to begin, are refused.",),
    examples=("shutdown -Fr",),
    source="manual page of AIX, recalled",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Begin the shutdown. Raises Refusal while a migration needs the partition as it is."""
    if call.caller.user != "root":
        raise Refusal(1, "shutdown_not_root")
    restart = call.given("restart")
    try:
        power.shut_down(call.partition, immediate=call.given("fast"), restart=restart)
    except HmcError as refusal:
        raise Refusal(1, "shutdown_refused", detail=refusal.text) from None
    return [render("shutdown_begun")]


COMMAND = PartitionCommand(DECLARATION, run)
