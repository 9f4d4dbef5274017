"""lslparutil: utilization of systems, pools and partitions, as the console has sampled it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.utilization import (
    CONFIG_TABLE,
    EVENT_TYPES,
    LPAR,
    MEMPOOL,
    PROCPOOL,
    TABLES,
    TYPES,
    Event,
    events,
)

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError

MANUAL = "manual page of lslparutil, POWER7"
_FILTERS = {
    LPAR: ("event_types", "lpar_names", "lpar_ids"),
    PROCPOOL: ("event_types", "pool_names", "pool_ids"),
}
_EXCLUSIVE = (("lpar_names", "lpar_ids"), ("pool_names", "pool_ids"))
_UNITS = ("year", "month", "day", "hour", "minute")
_LIMITS = ((1970, 9999), (1, 12), (1, 31), (0, 23), (0, 59))
_BACK = ("-d", "-h", "--minutes")
_ENDS = {f"--{end}{unit}": f"{end}_{unit}" for end in ("start", "end") for unit in _UNITS}


def _end(end: str, unit: str) -> Option:
    low, high = _LIMITS[_UNITS.index(unit)]
    return Option(
        f"--{end}{unit}",
        f"{end}_{unit}",
        "required",
        unit,
        f"the {unit} in which the time to list {'begins' if end == 'start' else 'ends'}",
        minimum=low,
        maximum=high,
        source=MANUAL,
    )


def _back(flag: str, dest: str) -> Option:
    text = f"lists events of so many {dest} before now"
    return Option(flag, dest, "required", dest, text, minimum=0, maximum=99_999, source=MANUAL)


DECLARATION = Declaration(
    "lslparutil",
    "Lists utilization data, the newest first.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resource:",
            choices=(*TYPES, MEMPOOL, "hmc", "all", "config"),
            choice_help=(
                "the managed system",
                "partitions",
                "the physical shared processor pool",
                "shared processor pools",
                "the shared memory pool, which no emulated system has",
                "the console, which is not sampled here",
                "all of these",
                "how often systems are sampled",
            ),
            source=MANUAL,
        ),
        SYSTEM,
        _back("-d", "days"),
        _back("-h", "hours"),
        _back("--minutes", "minutes"),
        *(_end(end, unit) for end in ("start", "end") for unit in _UNITS),
        Option(
            "-n",
            "number",
            "required",
            "number",
            "how many events to list",
            minimum=1,
            maximum=2**31 - 1,
            source=MANUAL,
        ),
        Option(
            "-s",
            "step",
            "required",
            help="which samples to list; those of the rate by default:",
            choices=("d", "h", "m", "s"),
            choice_help=("daily", "hourly", "monthly", "those of the sample rate"),
            source=MANUAL,
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form(
            {"-r": (*TYPES, MEMPOOL, "all")},
            ("-m",),
            (*_BACK, *_ENDS, "-n", "-s", *LISTING),
        ),
        Form({"-r": ("hmc",)}, (), (*_BACK, *_ENDS, "-n", "-s", "-F", "--header")),
        Form({"-r": ("config",)}, (), ("-m", "-F", "--header")),
    ),
    notes=(
        "Counters are those since the managed system was started.",
        "Events of the last day are listed by default; -d, -h and --minutes add up.",
        "Events of partitions that are gone are not listed.",
    ),
    examples=(
        "lslparutil -r lpar -m mySystem -d 1 -s h --filter event_types=sample",
        "lslparutil -r sys -m mySystem -n 1 -F time,curr_avail_sys_mem",
        "lslparutil -r config",
    ),
    source=MANUAL,
)


def _moment(call: Call, end: str, default: datetime.datetime) -> datetime.datetime:
    """The calendar time that --start* or --end* options name. Raises HmcError for none such."""
    given = [call.parsed.number(f"{end}_{unit}") for unit in _UNITS]
    parts: list[int] = [
        getattr(default, unit) if number is None else number
        for unit, number in zip(_UNITS, given, strict=True)
    ]
    year, month, day, hour, minute = parts
    try:
        return datetime.datetime(year, month, day, hour, minute)
    except ValueError:
        raise HmcError("missing_or_invalid", parameters=[f"--{end}day"]) from None


def _range(call: Call) -> tuple[datetime.datetime, datetime.datetime]:
    """The calendar times from and before which events are listed.

    What a start leaves open is the earliest, what an end leaves open the latest of this year.
    """
    now = call.datacenter.now()
    after = now + datetime.timedelta(microseconds=1)
    back = {name: call.parsed.number(name) for name in ("days", "hours", "minutes")}
    ends = [flag for flag, dest in _ENDS.items() if call.given(dest)]
    asked = [flag for flag, n in zip(_BACK, back.values(), strict=True) if n is not None]
    if asked and ends:
        raise HmcError("mutually_exclusive", names=[asked[0], ends[0]])
    if ends:
        start = _moment(call, "start", datetime.datetime(1970, 1, 1))
        latest = now.replace(month=12, day=31, hour=23, minute=59)
        if not any(flag.startswith("--end") for flag in ends):
            return start, after
        last = _moment(call, "end", latest)
        return start, last + min(datetime.timedelta(minutes=1), datetime.datetime.max - last)
    if not asked:
        back["days"] = 1
    length = datetime.timedelta(**{name: n or 0 for name, n in back.items()})
    return max(datetime.datetime.min + length, now) - length, after


def _selected(
    call: Call, found: Iterable[Event], filters: dict[str, tuple[str, ...]]
) -> Iterator[Event]:
    frame = call.system()
    partitions = set(call.partitions(frame, filters))
    names, ids = filters.get("pool_names"), filters.get("pool_ids")
    for event in found:
        if event.resource == LPAR and event.subject not in partitions:
            continue
        if names is not None and event.subject.name not in names:
            continue
        if ids is not None and str(event.subject.pool_id) not in ids:
            continue
        yield event


async def run(call: Call) -> Lines:
    """List the events of a type of resource, or how often systems are sampled."""
    resource = call.parsed.required("resource")
    if resource == "config":
        frames = [call.system()] if call.given("system") else call.systems()
        return call.listing(CONFIG_TABLE, frames)
    start, end = _range(call)
    if resource == "hmc":
        return call.listing(TABLES["all"], ())
    filters = call.filters(_FILTERS.get(resource, ("event_types",)), _EXCLUSIVE)
    kinds = filters.get("event_types", EVENT_TYPES)
    for kind in kinds:
        if kind not in EVENT_TYPES:
            raise HmcError("invalid_attribute_value", name="event_types", value=kind)
    if resource == MEMPOOL:
        return call.listing(TABLES[MEMPOOL], ())
    calendar = call.datacenter.calendar
    wanted = TYPES if resource == "all" else (resource,)
    kept = events(call.system(), wanted, kinds, call.text("step") or "s")
    recent = takewhile(lambda event: calendar(event.time) >= start, kept)
    within = (event for event in recent if calendar(event.time) < end)
    chosen = _selected(call, within, filters)
    return call.listing(TABLES[resource], islice(chosen, call.parsed.number("number")))


COMMAND = Command(
    DECLARATION,
    run,
    {**TABLES, "config": CONFIG_TABLE},
    ("event_types", "lpar_names", "lpar_ids", "pool_names", "pool_ids"),
    task=performs(Task.LIST_UTILIZATION),
)
