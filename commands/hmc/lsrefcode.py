"""lsrefcode: the reference codes that systems and partitions have shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from hmcsh.commands.hmc.attributes.sys import TIME_FORMAT
from hmcsh.commands.hmc.common.core import Call, Command, Lines, lists_by_resource
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, LISTING, SYSTEM

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import Trust
from hmcsh.model.frame import Frame
from hmcsh.model.logs import ReferenceCode
from hmcsh.model.partition import Partition
from hmcsh.model.power import shown_codes

MANUAL = "manual page of lsrefcode, V10 and IVM"
FILTERS = ("lpar_names", "lpar_ids")

DECLARATION = Declaration(
    "lsrefcode",
    "Lists reference codes, the newest first.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="whose reference codes to list:",
            choices=("lpar", "sys"),
            choice_help=("of partitions", "of the managed system"),
            source=MANUAL,
        ),
        SYSTEM,
        Option(
            "-s",
            "processor",
            "required",
            "service processor",
            "the service processor that shows them; the primary one by default:",
            choices=("p", "s"),
            choice_help=("primary", "secondary"),
            source=MANUAL,
        ),
        Option(
            "-n",
            "number",
            "required",
            "number",
            "how many to list of each system or partition; 1 by default",
            minimum=1,
            maximum=2**31 - 1,
            source=MANUAL,
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("lpar",)}, ("-m",), ("-n", *LISTING)),
        Form({"-r": ("sys",)}, ("-m",), ("-s", "-n", "-F", "--header")),
    ),
    notes=("A system without a redundant service processor has no codes of a secondary one.",),
    examples=(
        "lsrefcode -r lpar -m mySystem --filter lpar_names=myLPAR -n 5",
        "lsrefcode -r lpar -m mySystem -F lpar_name,time_stamp,refcode --header",
        "lsrefcode -r sys -m mySystem -s p",
    ),
    source=MANUAL,
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """A reference code, whose it is, and its place in the list."""

    owner: Partition | Frame
    entry: ReferenceCode
    number: int

    @property
    def time(self) -> str:
        frame = self.owner if isinstance(self.owner, Frame) else self.owner.frame
        return frame.datacenter.calendar(self.entry.time).strftime(TIME_FORMAT)


def _word(position: int) -> Callable[[_Row], str | None]:
    """Reader of a further word; one that is blank is left out (capture of later levels)."""

    def read(row: _Row) -> str | None:
        words = row.entry.words
        return (words[position] or None) if position < len(words) else None

    return read


_COMMON = (
    Attribute("time_stamp", lambda r: r.time, source=MANUAL),
    Attribute("refcode", lambda r: r.entry.code, source=MANUAL),
    *(
        Attribute(f"word{number}", _word(number - 2), filler="", source=MANUAL)
        for number in range(2, 10)
    ),
    Attribute("fru_call_out_loc_codes", lambda r: r.entry.location, source=MANUAL),
)

LPAR_TABLE = Table(
    "lsrefcode -r lpar",
    (
        Attribute("lpar_name", lambda r: r.owner.name, source=MANUAL),
        Attribute("lpar_id", lambda r: str(r.owner.lpar_id), source=MANUAL),
        *_COMMON,
    ),
)

SYSTEM_TABLE = Table(
    "lsrefcode -r sys",
    (
        Attribute(
            "refcode_num",
            lambda r: str(r.number),
            trust=Trust.INFERRED,
            source=f"{MANUAL}; that it counts from 0, the newest, is inferred",
        ),
        *_COMMON,
    ),
)


def _rows(owner: Partition | Frame, codes: Iterable[ReferenceCode], count: int) -> Iterator[_Row]:
    for number, entry in enumerate(islice(codes, count)):
        yield _Row(owner, entry, number)


async def run(call: Call) -> Lines:
    """List what `-r` asks for."""
    frame = call.system()
    count = call.parsed.number("number") or 1
    if call.text("resource") == "sys":
        secondary = call.text("processor") == "s"
        codes = frame.secondary_reference_codes if secondary else frame.reference_codes
        return call.listing(SYSTEM_TABLE, _rows(frame, codes, count))
    filters = call.filters(FILTERS, (FILTERS,))
    rows = (_rows(p, shown_codes(p), count) for p in call.partitions(frame, filters))
    return call.listing(LPAR_TABLE, chain.from_iterable(rows))


COMMAND = Command(
    DECLARATION,
    run,
    {"sys": SYSTEM_TABLE, "lpar": LPAR_TABLE},
    FILTERS,
    task=lists_by_resource,
)
