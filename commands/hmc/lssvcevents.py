"""lssvcevents: serviceable events, and what happened at the console."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.events import (
    COMMENT_TABLE,
    CONSOLE_TABLE,
    FRU_TABLE,
    HARDWARE_TABLE,
    Row,
    mtms,
)

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.model.service import ServiceableEvent, of_system

MANUAL = "manual page of lssvcevents, Integrated Virtualization Manager, POWER8"
_FILTERS = (
    "status",
    "problem_nums",
    "refcodes",
    "fru_part_nums",
    "fru_phys_locs",
    "reporting_mtms",
    "failing_mtms",
)
_SINCE = ("-d", "-i")
_CONSOLE_DAYS = 7  # listed unless the call says otherwise (recalled)

DECLARATION = Declaration(
    "lssvcevents",
    "Lists serviceable events, or events of the console, the newest first.",
    (
        Option(
            "-t",
            "type",
            "required",
            help="the type of event:",
            choices=("console", "hardware", "fru", "comment"),
            choice_help=(
                "what users did at the console",
                "serviceable events",
                "field-replaceable units of a serviceable event",
                "comments on a serviceable event",
            ),
            source=MANUAL,
        ),
        SYSTEM,
        Option(
            "-d",
            "days",
            "required",
            "number of days",
            "lists events of so many days before today, and of today",
            minimum=0,
            maximum=9999,
            source="scripts, V7 to V10",
        ),
        Option(
            "-i",
            "minutes",
            "required",
            "number of minutes",
            "lists events of so many minutes",
            minimum=1,
            maximum=9999 * 24 * 60,
            source="check_hmc plug-ins, V7",
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-t": ("hardware",)}, (), ("-m", *LISTING), at_most_one=(_SINCE,)),
        Form({"-t": ("console",)}, (), ("-F", "--header"), at_most_one=(_SINCE,)),
        Form({"-t": ("fru", "comment")}, ("--filter",), ("-m", "-F", "--header")),
    ),
    notes=(
        f"Events of the console are those of the last {_CONSOLE_DAYS} days by default.",
        "Every command that changed something is an event of the console.",
    ),
    examples=(
        "lssvcevents -t hardware --filter status=open",
        "lssvcevents -t hardware -d 0 -F problem_num,refcode,text",
        "lssvcevents -t console -d 30",
        "lssvcevents -t fru --filter problem_nums=4",
    ),
    source=MANUAL,
)


def _since(call: Call, default_days: int | None) -> datetime.datetime:
    """The calendar time from which on events are listed."""
    now = call.datacenter.now()
    minutes, days = call.parsed.number("minutes"), call.parsed.number("days")
    if days is None and minutes is None:
        days = default_days
    if minutes is not None:
        back = datetime.timedelta(minutes=minutes)
    elif days is not None:
        today = datetime.timedelta(hours=now.hour, minutes=now.minute, seconds=now.second + 1)
        back = today + datetime.timedelta(days=days)
    else:
        return datetime.datetime.min
    return max(datetime.datetime.min + back, now) - back


def _selects(event: ServiceableEvent, name: str, values: Iterable[str]) -> bool:
    found: dict[str, set[str]] = {
        "status": {"open" if event.is_open else "closed"},
        "problem_nums": {str(event.number)},
        "refcodes": {event.refcode},
        "fru_part_nums": {fru.part_number for fru in event.frus},
        "fru_phys_locs": {fru.location for fru in event.frus},
        "reporting_mtms": {mtms(event.frame), event.frame.mtms},
        "failing_mtms": {mtms(event.frame), event.frame.mtms},
    }
    wanted = {value.lower() for value in values} if name == "status" else set(values)
    return not wanted.isdisjoint(found[name])


def _visible(call: Call) -> list[ServiceableEvent]:
    """The events of the systems that the caller asks for and may see."""
    frames = [call.system()] if call.given("system") else call.systems()
    return [event for event in of_system(call.datacenter, None) if event.frame in frames]


def _hardware(call: Call, default_days: int | None = None) -> list[ServiceableEvent]:
    filters = call.filters(_FILTERS)
    for value in filters.get("status", ()):
        if value.lower() not in ("open", "closed"):
            raise HmcError("invalid_attribute_value", name="status", value=value)
    since = _since(call, default_days)
    return [
        event
        for event in _visible(call)
        if call.datacenter.calendar(event.time) >= since
        and all(_selects(event, name, values) for name, values in filters.items())
    ]


def _of_problems(call: Call) -> list[ServiceableEvent]:
    """The events that `problem_nums` names. Raises HmcError for one that there is not."""
    numbers = call.filters(("problem_nums",))["problem_nums"]
    known = {str(event.number): event for event in _visible(call)}
    for number in numbers:
        if number not in known:
            raise HmcError("problem_not_found", number=number)
    return [known[number] for number in numbers]


async def run(call: Call) -> Lines:
    """List the events of a type."""
    datacenter, kind = call.datacenter, call.text("type")
    if kind == "console":
        since = _since(call, _CONSOLE_DAYS)
        happened = [e for e in call.caller.console.events if datacenter.calendar(e.time) >= since]
        return call.listing(CONSOLE_TABLE, [Row(datacenter, e) for e in happened])
    if kind == "fru":
        return call.listing(FRU_TABLE, [fru for e in _of_problems(call) for fru in e.frus])
    if kind == "comment":
        comments = [comment for e in _of_problems(call) for comment in reversed(e.comments)]
        return call.listing(COMMENT_TABLE, [Row(datacenter, c) for c in comments])
    return call.listing(HARDWARE_TABLE, [Row(datacenter, e) for e in _hardware(call)])


_TASKS = {"console": Task.VIEW_CONSOLE_EVENTS}

COMMAND = Command(
    DECLARATION,
    run,
    {
        "hardware": HARDWARE_TABLE,
        "console": CONSOLE_TABLE,
        "fru": FRU_TABLE,
        "comment": COMMENT_TABLE,
    },
    _FILTERS,
    task=lambda parsed: _TASKS.get(parsed.required("type"), Task.LIST_EVENTS),
)
