"""chsvcevent: close serviceable events."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.model import service

MANUAL = "manual page of chsvcevent, Integrated Virtualization Manager, POWER7"

DECLARATION = Declaration(
    "chsvcevent",
    "Changes serviceable events.",
    (
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("close", "closeall"),
            choice_help=("closes an event", "closes all events"),
            source=f"{MANUAL}; closeall: recalled",
        ),
        Option(
            "-p",
            "problem",
            "required",
            "problem number",
            "the number of the event, as lssvcevents lists it",
            minimum=1,
            maximum=2**31 - 1,
            source=MANUAL,
        ),
        Option(
            "-h",
            "analyzer",
            "required",
            "analyzing HMC",
            "name or address of the console that analyzes the event",
            trust=Trust.SCRIPT,
            source="a script that closes events by their problem numbers",
        ),
        Option("-n", "who", "required", "name", "who closes the event", source=MANUAL),
        Option("-c", "comment", "required", "comment", "why it is closed", source=MANUAL),
    ),
    (
        Form({"-o": ("close",)}, ("-p",), ("-h", "-n", "-c")),
        Form({"-o": ("closeall",)}, (), ("-h", "-n", "-c")),
    ),
    notes=("With the last open event of a system its attention LEDs go out.",),
    examples=("chsvcevent -o close -p 4 -h myHMC -c 'adapter replaced'",),
    source=MANUAL,
)


def _require_analyzer(call: Call) -> None:
    """All events are analyzed by the first console. Raises HmcError for another one."""
    given, console = call.text("analyzer"), call.datacenter.console
    names = (console.name, f"{console.name}.{console.domain}", console.ip_address)
    if given is not None and given not in names:
        raise HmcError("analyzer_not_found", name=given)


def _visible(call: Call) -> list[service.ServiceableEvent]:
    frames = call.systems()
    return [e for e in service.of_system(call.datacenter, None) if e.frame in frames]


async def run(call: Call) -> Lines:
    """Close one event, or all that are open."""
    _require_analyzer(call)
    datacenter = call.datacenter
    chosen = [e for e in _visible(call) if e.is_open]
    if call.text("operation") == "close":
        number = call.parsed.number("problem")
        known = [e for e in _visible(call) if e.number == number]
        if not known:
            raise HmcError("problem_not_found", number=number)
        if not known[0].is_open:
            raise HmcError("problem_closed", number=number)
        chosen = known
    comment = None
    if call.given("who") or call.given("comment"):
        who = call.text("who") or call.caller.user.name
        comment = service.Comment(datacenter.clock.now, who, call.text("comment") or "")
    for event in chosen:
        service.close(event, comment)
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.MANAGE_EVENTS))
