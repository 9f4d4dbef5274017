"""shutdown: end the Virtual I/O Server."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import INCOMPLETE, MANUAL, command, option

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import HmcError, Refusal, render
from hmcsh.model import power

DECLARATION = Declaration(
    "shutdown",
    "Ends the Virtual I/O Server, or starts it anew.",
    (
        option("-force", "force", text="without asking"),
        option("-restart", "restart", text="and starts it anew"),
    ),
    (Form({}, optional=("-force", "-restart")),),
    examples=("shutdown -force -restart",),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Ask, then begin. Raises Refusal while a migration needs the server."""
    if not call.given("force"):
        call.invocation.stdout.write(render("vios_shutdown_question"))
        answer = await call.invocation.stdin.readline()
        if answer.strip().lower() not in ("y", "yes"):
            return []
    try:
        power.shut_down(call.partition, restart=call.given("restart"))
    except HmcError as refusal:
        raise Refusal(INCOMPLETE, "vios_shutdown_refused", detail=refusal.text) from None
    return [render("vios_shutdown")]


COMMAND = command(DECLARATION, run)
