"""lsmemopt: affinity scores of a system and its partitions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hmcsh.commands.hmc.common.core import Call, Command, Lines, lpar_id, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.model import capabilities
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

MANUAL = "IBM's documentation of the Dynamic Platform Optimizer"
CAPTURE = "recordings of POWER8 and POWER10 systems"
FILTERS = ("lpar_names", "lpar_ids")
_BEST = "100"
_NONE = "none"


def _names(flag: str, dest: str, text: str) -> Option:
    metavar = "partition IDs" if "id" in flag else "partition names"
    return Option(flag, dest, "required", metavar, text, source=MANUAL)


DECLARATION = Declaration(
    "lsmemopt",
    "Lists affinity scores: how near the memory of partitions is to their processors, from 0 to "
    "100.",
    (
        SYSTEM,
        Option(
            "-r",
            "resource",
            "required",
            help="whose scores; those of the system by default:",
            choices=("sys", "lpar"),
            choice_help=("of the managed system", "of its partitions"),
            source=CAPTURE,
        ),
        Option(
            "-o",
            "operation",
            "required",
            help="the scores to list; without it how the last optimization went:",
            choices=("currscore", "calcscore"),
            choice_help=("the present ones", "those that an optimization could reach besides"),
            source=CAPTURE,
        ),
        _names("-p", "requested_names", "partitions to be optimized first, by name"),
        _names("--id", "requested_ids", "the same by partition ID"),
        _names("-x", "protected_names", "partitions that are not to be touched, by name"),
        _names("--xid", "protected_ids", "the same by partition ID"),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({}, ("-m",), ("-r", "-F", "--header")),
        Form({"-o": ("currscore",)}, ("-m",), ("-r", "-F", "--header")),
        Form({"-o": ("currscore",), "-r": ("lpar",)}, ("-m",), LISTING),
        Form(
            {"-o": ("calcscore",)},
            ("-m",),
            ("-r", "-F", "--header"),
            at_most_one=(("-p", "--id"), ("-x", "--xid")),
        ),
        Form(
            {"-o": ("calcscore",), "-r": ("lpar",)},
            ("-m",),
            LISTING,
            at_most_one=(("-p", "--id"), ("-x", "--xid")),
        ),
    ),
    notes=(
        "Memory and processors have no places here that could be far from each other: scores are "
        f"{_BEST}, or {_NONE} for a partition without resources.",
        "Optimizations (optmem) are not emulated; none was ever started.",
    ),
    examples=("lsmemopt -m mySystem -o currscore", "lsmemopt -m mySystem -r lpar -o calcscore"),
    source=MANUAL,
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Calculation:
    """What a calculation is about: the partitions that are asked for and those to be left alone."""

    requested: Sequence[Partition]
    protected: Sequence[Partition]


def _ids(partitions: Sequence[Partition]) -> Value:
    return [str(partition.lpar_id) for partition in partitions] or _NONE


def _score(partition: Partition) -> str:
    current = partition.current
    has = current is not None and current.memory.desired and current.processors.consumed
    return _BEST if has else _NONE


_CURRENT_SYSTEM = Attribute("curr_sys_score", lambda _: _BEST, source=CAPTURE)
_NAME = Attribute("lpar_name", lambda p: p.name, source=CAPTURE)
_ID = Attribute("lpar_id", lambda p: str(p.lpar_id), source=CAPTURE)
_CURRENT = Attribute("curr_lpar_score", _score, source=CAPTURE)
TABLES = {
    "sys currscore": Table("lsmemopt -r sys -o currscore", (_CURRENT_SYSTEM,)),
    "sys calcscore": Table(
        "lsmemopt -r sys -o calcscore",
        (
            _CURRENT_SYSTEM,
            Attribute("predicted_sys_score", lambda _: _BEST, source=CAPTURE),
            Attribute("requested_lpar_ids", lambda c: _ids(c.requested), source=CAPTURE),
            Attribute("protected_lpar_ids", lambda c: _ids(c.protected), source=CAPTURE),
        ),
    ),
    "lpar currscore": Table("lsmemopt -r lpar -o currscore", (_NAME, _ID, _CURRENT)),
    "lpar calcscore": Table(
        "lsmemopt -r lpar -o calcscore",
        (_NAME, _ID, _CURRENT, Attribute("predicted_lpar_score", _score, source=CAPTURE)),
    ),
}

_OPTIMIZATIONS = Table(
    "lsmemopt",
    tuple(
        Attribute(name, lambda _: None, trust=Trust.RECALLED, source="recalled")
        for name in (
            *("in_progress", "status", "type", "opt_id", "progress"),
            *("requested_lpar_ids", "protected_lpar_ids", "impacted_lpar_ids"),
        )
    ),
)


def _chosen(call: Call, frame: Frame, which: str) -> list[Partition]:
    """The partitions that a pair of options names. Raises HmcError HSCL8012 or HSCL8011."""
    names, ids = call.text(f"{which}_names"), call.text(f"{which}_ids")
    if names is not None:
        return [call.find(frame, name=name) for name in dict.fromkeys(names.split(","))]
    if ids is not None:
        return [call.find(frame, lpar_id=lpar_id(text)) for text in dict.fromkeys(ids.split(","))]
    return []


async def run(call: Call) -> Lines:
    """List scores."""
    frame = call.system()
    frame.require_operating()
    if not capabilities.capable(frame, "dynamic_platform_optimization"):
        raise HmcError("no_platform_optimization", name=frame.name)
    operation, resource = call.text("operation"), call.text("resource") or "sys"
    if operation is None:
        return call.listing(_OPTIMIZATIONS, [])  # none was ever started
    calculation = _Calculation(_chosen(call, frame, "requested"), _chosen(call, frame, "protected"))
    both = [p.name for p in calculation.requested if p in calculation.protected]
    if both:
        raise HmcError("requested_and_protected", name=both[0])
    table = TABLES[f"{resource} {operation}"]
    if resource == "sys":
        return call.listing(table, [calculation])
    return call.listing(table, call.partitions(frame, call.filters(FILTERS, (FILTERS,))))


COMMAND = Command(
    DECLARATION,
    run,
    {
        "optimizations": _OPTIMIZATIONS,
        "sys": TABLES["sys calcscore"],
        "lpar": TABLES["lpar calcscore"],
    },
    FILTERS,
    task=performs(Task.LIST_SYSTEM),
)
