"""The branches of `lshwres` and `chhwres`: what one choice of -r, --rsubtype, --level or -o means.

Each type of resource declares its branches in a module of its own; the two commands are made of
these. A branch gives the form of the command that leads to it, and what it does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from hmcsh.commands.hmc.common.core import Call, Lines
from hmcsh.commands.hmc.common.options import LISTING

from hmcsh.language.attributes import Table
from hmcsh.language.declarations import Form
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.model import dlpar
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment

PARTITIONS = ("lpar_names", "lpar_ids")
ONE_PARTITION = (("-p", "--id"),)
ONE_TARGET = (("-t", "--tid"),)
HOW = ("-w", "-d", "--force")
HOW_VIRTUAL = (*HOW, "-v")  # manual page, V9
RECOVERABLE = ("-R",)

Rows = Callable[[Frame, Sequence[Partition] | None], Iterable[Any]]
Filters = Mapping[str, Callable[[Any], Collection[str]]]


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """What `lshwres` lists for one choice of `-r`, `--rsubtype` and `--level`.

    `level` is "" where `--level` is not given. `rows` makes the items of the table from a system
    and the partitions that filters select, None without such a filter. `filters` are those besides
    the partition's name and ID: what a row must have one of. `with_option` is an option by which
    the listing is told from another of the same words. Without `table` it is not emulated.
    """

    resource: str
    subtype: str = ""
    level: str = ""
    table: Table | None = None
    rows: Rows = lambda _frame, _partitions: ()
    by_partition: bool = True
    filters: Filters = dataclasses.field(default_factory=dict)
    options: tuple[str, ...] = ()
    with_option: str = ""
    span: Span = ALWAYS

    @property
    def words(self) -> str:
        """The values of the options that lead here, for tables of tables."""
        words = (self.resource, self.subtype, self.level, self.with_option)
        return " ".join(filter(None, words))

    @property
    def form(self) -> Form:
        """The form of the command that leads here."""
        when: dict[str, tuple[str, ...]] = {"-r": (self.resource,)}
        if self.subtype:
            when["--rsubtype"] = (self.subtype,)
        if self.level:
            when["--level"] = (self.level,)
        if self.with_option:
            when[self.with_option] = ()
        filtered = self.by_partition or self.filters or self.table is None
        listing = LISTING if filtered else ("-F", "--header")
        emulated = self.table is not None
        return Form(when, ("-m",), (*listing, *self.options), span=self.span, emulated=emulated)

    def run(self, call: Call, frame: Frame) -> Lines:
        """The lines of the listing. Raises HmcError."""
        if self.table is None:
            raise TypeError(f"not emulated: {self.words}")
        frame.require_operating()
        allowed = (*(PARTITIONS if self.by_partition else ()), *self.filters)
        asked = call.filters(allowed, (PARTITIONS,))
        chosen = bool(asked.keys() & set(PARTITIONS)) or not call.scope.whole(frame)
        partitions = call.partitions(frame, asked) if chosen else None
        # Nothing here is left behind by a failure, to be recovered: what -R lists is empty.
        rows = () if call.given("recoverable") else self.rows(frame, partitions)
        for name, read in self.filters.items():
            if name in asked:
                wanted = set(asked[name])
                rows = [row for row in rows if wanted.intersection(read(row))]
        return call.listing(self.table, rows)


def listed(frame: Frame, partitions: Sequence[Partition] | None) -> Iterable[Partition]:
    """The partitions that filters select, all of a system in listing order without one."""
    return frame.listed_partitions() if partitions is None else partitions


def ibm_i_partitions(frame: Frame, partitions: Sequence[Partition] | None) -> list[Partition]:
    """Those of the listed partitions that run IBM i."""
    return [p for p in listed(frame, partitions) if p.environment is LparEnvironment.OS400]


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """What `chhwres` does for one choice of `-r`, `-o` and, where it matters, `--rsubtype`.

    `run` checks and makes the change; None where it is not emulated. `with_option` is an option
    by which the operation is told from another of the same words; `table` is that of the
    attributes of `-a`.
    """

    resource: str
    operations: tuple[str, ...]
    run: Callable[[Call, Frame], None] | None
    subtypes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    with_option: str = ""
    table: Table | None = None
    span: Span = ALWAYS

    @property
    def words(self) -> str:
        """What tells the operation from all others, for tables of tables."""
        how = (self.with_option,) if self.with_option else ()
        return " ".join((self.resource, *self.subtypes, "-o", *self.operations, *how))

    @property
    def form(self) -> Form:
        """The form of the command that leads here."""
        when: dict[str, tuple[str, ...]] = {"-r": (self.resource,), "-o": self.operations}
        if self.subtypes:
            when["--rsubtype"] = self.subtypes
        if self.with_option:
            when[self.with_option] = ()
        return Form(
            when,
            ("-m", *self.required),
            self.optional,
            one_of=self.one_of,
            at_most_one=self.at_most_one,
            span=self.span,
            emulated=self.run is not None,
        )


def whole_system(frame: Frame, _: Sequence[Partition] | None) -> Iterable[Frame]:
    """The system itself, for listings of what it has in all."""
    return (frame,)


def changes_amount(quantity: Callable[[Call], dlpar.Quantity]) -> Callable[[Call, Frame], None]:
    """Add, remove or move memory or processors, as `-o` says; `quantity` reads how much."""

    def change(call: Call, frame: Frame) -> None:
        partition, amount = call.partition(frame), quantity(call)
        if call.text("operation") == "a":
            dlpar.add(partition, amount)
        elif call.text("operation") == "r":
            dlpar.remove(partition, amount)
        else:
            dlpar.move(partition, target(call, frame), amount)

    return change


def target(call: Call, frame: Frame) -> Partition:
    """The partition of `-t` or `--tid`. Raises HmcError HSCL8012, HSCL8011."""
    name = call.text("target")
    if name is not None:
        return call.find(frame, name=name)
    return call.find(frame, lpar_id=call.parsed.number("target_id"))
