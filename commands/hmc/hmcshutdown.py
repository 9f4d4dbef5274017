"""hmcshutdown: shut the console down, or restart it (scripts and field notes, V7 to V10)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import Number
from hmcsh.model.shutdown import MINUTE, shut_down

_SOURCE = "scripts and field notes, V7 to V10"

DECLARATION = Declaration(
    "hmcshutdown",
    "Shuts the console down, or restarts it.",
    (
        Option(
            "-t",
            "time",
            "required",
            "now or minutes",
            "when: now, or in so many minutes",
            trust=Trust.SCRIPT,
            source=_SOURCE,
        ),
        Option("-r", "restart", help="restarts the console", trust=Trust.SCRIPT, source=_SOURCE),
    ),
    (Form({"-t": ()}, optional=("-r",)),),
    notes=(
        "All sessions end. A console that is not restarted stays down until hmcsh is started anew.",
    ),
    examples=("hmcshutdown -r -t now", "hmcshutdown -t 1"),
    source=_SOURCE,
)

_MINUTES = Number(0, 1440)


async def run(call: Call) -> Lines:
    """Begin the shutdown."""
    text = call.parsed.required("time")
    try:
        minutes = 0 if text == "now" else _MINUTES(text)
    except ValueError:
        raise HmcError("missing_or_invalid", parameters=["-t"]) from None
    shut_down(call.datacenter, call.console, minutes * MINUTE, restart=call.given("restart"))
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.SHUT_DOWN_CONSOLE))
