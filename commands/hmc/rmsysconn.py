"""rmsysconn: remove or reset connections to managed systems (xcat-core; recalled)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.common.values import ip_address

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.model.connection import Trouble
from hmcsh.model.frame import Frame

_SOURCE = "xcat-core calls -o remove --ip; the rest recalled"

DECLARATION = Declaration(
    "rmsysconn",
    "Removes or resets the connection to a managed system.",
    (
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("remove", "reset"),
            choice_help=(
                "the console manages the system no longer",
                "drops the connection and connects again",
            ),
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
        Option("--ip", "address", "required", "IP address", "the service processor"),
        SYSTEM,
    ),
    (Form({"-o": ()}, one_of=(("--ip", "-m"),)),),
    notes=("A reset helps where the system holds an old connection of the console.",),
    examples=("rmsysconn -o remove --ip 10.1.0.1", "rmsysconn -o reset -m mySystem"),
    source=_SOURCE,
)


def _frame(call: Call) -> Frame | None:
    """The system that is meant; None for an address at which none has answered."""
    if call.given("system"):
        return call.system()
    address = ip_address(call, "--ip", "address")
    frame = next((f for f in call.systems() if f.ip_address == address), None)
    if frame is None and address not in call.console.unanswered:
        raise HmcError("connection_not_found", ip=address)
    return frame


async def run(call: Call) -> Lines:
    """Remove or reset a connection."""
    frame, console = _frame(call), call.console
    removes = call.text("operation") == "remove"
    if frame is None:
        if removes:
            address = call.text("address")
            console.unanswered = tuple(one for one in console.unanswered if one != address)
        return ()
    if not call.scope.whole(frame):
        raise HmcError("no_authority")
    if frame.migrations:
        raise HmcError("system_busy_migrating", name=frame.name)
    if removes:
        console.removed |= {frame.mtms}
    elif frame.trouble is Trouble.STALE:
        frame.trouble = None
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.REMOVE_CONNECTION))
