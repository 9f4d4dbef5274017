"""The attributes of `-i` and `-f`, by which a migration is told what to take and what to map.

One table says what each level knows, how many values an attribute has, and what it makes of a
request. Sources: SG24-7460 5.6.1 at V7R3.2; for later levels the programs that write mappings
(pypowervm, PowerVC, op-test, ansible-power-hmc) and IBM's page on redundant movers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Assignment
from hmcsh.language.values import Reads
from hmcsh.migration import spans
from hmcsh.migration.input_mappings import (
    scsi_reader,
    take_channels,
    take_nics,
    take_vlan_numbers,
    take_vlan_servers,
)
from hmcsh.migration.input_movers import (
    address_reader,
    mover_reader,
    take_redundant,
    three_reader,
)
from hmcsh.migration.input_pools import pool_reader, pools_reader, take_id
from hmcsh.migration.input_values import Take
from hmcsh.migration.request import Request

BOOK = "SG24-7460 5.6.1"


@dataclasses.dataclass(frozen=True, slots=True)
class Input(Attribute):
    """An attribute of a migration: `take` puts its value, or values, into a request.

    One that is `shared` may be given for several partitions at once. `take` raises HmcError.
    """

    take: Take | None = None
    shared: bool = False


def read_input(
    request: Request, assignments: Iterable[Assignment], *, several: bool = False
) -> None:
    """Take the attributes of `-i` or `-f`; `several` partitions are to migrate in one call.

    Raises HmcError for an unknown attribute, a malformed value, an unknown or unsuitable
    Virtual I/O Server or pool, and for a name and an ID that disagree.
    """
    settings = INPUT.read_input(assignments, request.level)
    known = INPUT.select(request.level).by_name
    for name, setting in settings.items():
        attribute = known[name]
        if not isinstance(attribute, Input) or attribute.take is None:
            raise TypeError(f"{name} has no reader")
        if several and not attribute.shared:
            raise HmcError("lpm_for_one_partition", name=name)
        attribute.take(request, name, setting.value)


def _word(text: str) -> str:
    if not text or "," in text:
        raise ValueError("one value is wanted")
    return text


def _input(
    name: str,
    take: Take,
    accepts: tuple[str, ...],
    refuses: tuple[str, ...],
    *,
    many: bool = False,
    shared: bool = False,
    span: Span = ALWAYS,
    trust: Trust = Trust.DOCUMENT,
    source: str = BOOK,
) -> Input:
    return Input(
        name,
        lambda _: None,
        parse=Reads(tuple if many else _word, accepts, ("", *refuses)),
        many=many,
        span=span,
        trust=trust,
        source=source,
        take=take,
        shared=shared,
    )


_WRITERS = "pypowervm and PowerVC write it"

_ENDS = (  # with a server and the address of its mover, for examples
    ("source", "source", "vios1", "10.1.0.1"),
    ("dest", "destination", "vios2", "10.2.0.1"),
)

INPUT = Table(
    "migrlpar -i",
    (
        _input(
            "virtual_scsi_mappings",
            scsi_reader("slot/VIOS name/VIOS ID", 3),
            ("2/vios2/1",),
            ("2", "2/nobody/1", "9/vios2/1"),
            many=True,
            span=Span(until=spans.REMOTE.since),
        ),
        _input(
            "virtual_scsi_mappings",
            scsi_reader("slot/[VIOS name]/[VIOS ID][/[VIOS slot]]", 4),
            ("2//1/20", "2/vios2/"),
            ("2", "2/nobody/1", "9/vios2/1", "2//1/0"),
            many=True,
            span=spans.REMOTE,
            source=f"{BOOK}; {_WRITERS}",
        ),
        _input(
            "virtual_fc_mappings",
            take_channels,
            ("4/vios2/1", "4//1//fcs0"),
            ("4", "4/nobody/1", "9/vios2/1", "4//1//fcs9"),
            many=True,
            span=spans.REMOTE,
            trust=Trust.SCRIPT,
            source=_WRITERS,
        ),
        _input(
            "vlan_mappings",
            take_vlan_servers,
            ("1/vios2/1",),
            ("1", "9/vios2/1", "1/nobody/"),
            many=True,
            span=spans.VLAN_SERVERS,
        ),
        _input(
            "vlan_mappings",
            take_vlan_numbers,
            ("02030303AB01/1",),
            ("1", "02030303AB01/0", "001122334455/1"),
            many=True,
            span=spans.VLAN_NUMBERS,
            trust=Trust.SCRIPT,
            source="pypowervm writes it",
        ),
        _input(
            "vnic_mappings",
            take_nics,
            ("6/ded/vios2/1/1/0/2", "6/ded//1/1/1//1/0"),
            ("6", "6/ded/vios2/1/1/0/x", "9/ded/vios2/1/1/0/2", "6/ded/nobody//1/0/2"),
            many=True,
            span=spans.ADAPTERS,
            trust=Trust.SCRIPT,
            source="op-test and avocado-misc-tests write it",
        ),
        _input(
            "source_msp_name", mover_reader("source", "name"), ("vios1",), ("web",), shared=True
        ),
        _input(
            "source_msp_id",
            mover_reader("source", "id"),
            ("1",),
            ("3", "x"),
            shared=True,
        ),
        _input(
            "dest_msp_name", mover_reader("destination", "name"), ("vios2",), ("web",), shared=True
        ),
        _input(
            "dest_msp_id",
            mover_reader("destination", "id"),
            ("1",),
            ("3", "x"),
            shared=True,
        ),
        *(
            _input(
                f"{prefix}_msp_ipaddr",
                address_reader(end),
                (address,),
                ("10.9.9.9", "mover"),
                many=True,
                shared=True,
                span=spans.LISTS,
                trust=Trust.INFERRED,
                source="from the parameters of the programming interface, V8",
            )
            for prefix, end, server, address in _ENDS
        ),
        *(
            _input(
                f"{prefix}_msps",
                three_reader(end),
                (f"/1/{address}", f"{server}//"),
                ("1", f"{server}/2/", f"{server}//10.9.9.9"),
                shared=True,
                span=spans.REDUNDANT,
                trust=Trust.SCRIPT,
                source="a script of 2017",
            )
            for prefix, end, server, address in _ENDS
        ),
        _input(
            "redundant_msps",
            take_redundant,
            ("1/vios1/1//vios2/1/,1/vios3/2//vios4/2/",),
            ("1", "1/vios1/1//vios2/1/", "1/vios1/1//vios2/1/,1/vios1/1//vios4/2/"),
            many=True,
            shared=True,
            span=spans.REDUNDANT,
            source="IBM's page on redundant mover service partitions, POWER8",
        ),
        _input(
            "shared_proc_pool_id",
            pool_reader("id"),
            ("2",),
            ("9", "x"),
            shared=True,
        ),
        _input("shared_proc_pool_name", pool_reader("name"), ("pool2",), ("nothing",), shared=True),
        *(
            _input(
                f"multiple_shared_proc_pool_{by}s",
                pools_reader(by),
                (f"web//{pool}", f"/3/{pool}"),
                ("1", f"web/3/{pool}", "web//9"),
                many=True,
                shared=True,
                span=spans.ADAPTERS,
                trust=Trust.SCRIPT,
                source="ansible-power-hmc writes it",
            )
            for by, pool in (("id", "2"), ("name", "pool2"))
        ),
        _input(
            "dest_lpar_id",
            take_id,
            ("42",),
            ("0", "x", "1001", "1"),
            span=spans.REMOTE,
            trust=Trust.SCRIPT,
            source="a script of 2017; the programming interface, V8",
        ),
    ),
)
