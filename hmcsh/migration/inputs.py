"""The attributes of `-i` and `-f`, by which a migration is told what to take and what to map.

One table says what each level knows, how many values an attribute has, and what it makes of a
request. Sources: SG24-7460 5.6.1 at V7R3.2; for later levels the programs that write mappings
(pypowervm, PowerVC, op-test, ansible-power-hmc) and IBM's page on redundant movers.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Assignment
from hmcsh.language.values import Reads
from hmcsh.migration import spans
from hmcsh.migration.movers import MoverPair
from hmcsh.migration.nics import NicMapping
from hmcsh.migration.request import Request, Vlans
from hmcsh.model import sharing
from hmcsh.model.adapters import MAXIMUM_VLAN
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import Wanted
from hmcsh.model.units import parse_units

BOOK = "SG24-7460 5.6.1"
_MOST_DIGITS = 5  # no slot, VLAN, partition ID or pool ID has more
_MAC = re.compile(r"[0-9A-Fa-f]{12}", re.ASCII)

Take = Callable[[Request, str, Any], None]


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


# -- values ------------------------------------------------------------------------------------


def _invalid(name: str, value: str) -> HmcError:
    return HmcError("invalid_attribute_value", name=name, value=value)


def _word(text: str) -> str:
    if not text or "," in text:
        raise ValueError("one value is wanted")
    return text


def _number(text: str) -> int | None:
    """Read a whole number; None if it is none, or longer than any that means something."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)


def _server(frame: Frame, text_name: str, text_id: str) -> Partition | None:
    """The Virtual I/O Server of a name, an ID or both; None unless they name one and the same."""
    number = _number(text_id)
    by_name = frame.find_by_name(text_name)
    by_id = frame.partitions.get(number) if number is not None else None
    found = by_name if text_name else by_id
    if found is None or not found.is_vios or (text_name and text_id and by_id is not found):
        return None
    return found


def _at(frame: Frame, address: str) -> Partition | None:
    """The Virtual I/O Server whose mover has an address."""
    return next((s for s in frame.virtual_io_servers() if _has(s, address)), None)


def _has(server: Partition, address: str) -> bool:
    return bool(address) and server.io_server.mover_address == address


# -- mappings ----------------------------------------------------------------------------------


def _mappings(
    request: Request,
    name: str,
    form: str,
    values: Sequence[str],
    target: dict[int, Partition],
    known: Collection[int],
    most: int,
) -> Iterator[tuple[int, Partition, str, list[str]]]:
    """Read mappings of what the partition has (`known`) to servers of the destination.

    Each has three to `most` fields; gives the first, the server, the whole, and further fields.
    """
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=form)
    for value in values:
        fields = value.split("/")
        key = _number(fields[0])
        if not 3 <= len(fields) <= most or key is None or not (fields[1] or fields[2]):
            raise HmcError("lpm_mapping_format", value=value, name=name, form=form)
        if key not in known:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        if key in target:
            raise HmcError("lpm_mapping_twice", value=value, name=name)
        server = _server(request.destination, fields[1], fields[2])
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=request.destination.name)
        target[key] = server
        yield key, server, value, fields[3:]


def _server_slot(request: Request, key: int, form: str, name: str, value: str, text: str) -> None:
    if text:
        slot = _number(text)
        if slot is None:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=form)
        request.server_slots[key] = slot


def _scsi_reader(form: str, most: int) -> Take:
    def take(request: Request, name: str, values: Sequence[str]) -> None:
        slots = {a.slot for a in request.partition.scsi_adapters if a.side == "client"}
        for key, _, value, more in _mappings(
            request, name, form, values, request.scsi, slots, most
        ):
            _server_slot(request, key, form, name, value, *more or [""])

    return take


_FC_FORM = "slot/[VIOS name]/[VIOS ID][/[VIOS slot][/[port]]]"


def _take_channels(request: Request, name: str, values: Sequence[str]) -> None:
    slots = {a.slot for a in request.partition.fc_adapters if a.side == "client"}
    for key, server, value, more in _mappings(
        request, name, _FC_FORM, values, request.channels, slots, 5
    ):
        slot, port = (*more, "", "")[:2]
        _server_slot(request, key, _FC_FORM, name, value, slot)
        if port:
            if port not in server.io_server.fc_ports:
                raise HmcError("lpm_mapping_port", value=value, vios=server.name, port=port)
            request.ports[key] = port


_VLAN_SERVER_FORM = "VLAN ID/VIOS name/VIOS ID"


def _take_vlan_servers(request: Request, name: str, values: Sequence[str]) -> None:
    used = {v for adapter in request.partition.ethernet_adapters for v in adapter.vlan_ids}
    for _ in _mappings(request, name, _VLAN_SERVER_FORM, values, request.vlans, used, 3):
        pass


_VLAN_NUMBER_FORM = "MAC address/port VLAN ID[/additional VLAN IDs]"


def _take_vlan_numbers(request: Request, name: str, values: Sequence[str]) -> None:
    known = {adapter.mac for adapter in request.partition.ethernet_adapters}
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=_VLAN_NUMBER_FORM)
    for value in values:
        mac, _, rest = value.partition("/")
        port, _, additional = rest.partition("/")
        vlans = [_number(text) for text in (port, *additional.split())]
        numbers = [vlan for vlan in vlans if vlan is not None and 1 <= vlan <= MAXIMUM_VLAN]
        if _MAC.fullmatch(mac) is None or len(set(numbers)) != len(vlans):
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_VLAN_NUMBER_FORM)
        if mac.upper() not in known:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        if mac.upper() in request.networks:
            raise HmcError("lpm_mapping_twice", value=value, name=name)
        request.networks[mac.upper()] = Vlans(numbers[0], tuple(sorted(numbers[1:])))


_NIC_FORM = (
    "slot/ded/[VIOS name]/[VIOS ID]/adapter ID/physical port ID/[capacity]"
    "[/source adapter ID/source physical port ID]"
)


def _take_nics(request: Request, name: str, values: Sequence[str]) -> None:
    """A port of the destination for each backing device of virtual NICs.

    Where a mapping does not say which device it is for it is for the next one of the NIC.
    """
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=_NIC_FORM)
    nics = {nic.slot: nic for nic in request.partition.vnic_adapters}
    for value in values:
        fields = value.split("/")
        wrong = HmcError("lpm_mapping_format", value=value, name=name, form=_NIC_FORM)
        if len(fields) not in (7, 9) or fields[1] != "ded":
            raise wrong
        slot, *port = [_number(fields[place]) for place in (0, 4, 5)]
        before = [_number(text) for text in fields[7:]]
        if slot is None or None in (*port, *before):
            raise wrong
        if slot not in nics:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        server = _server(request.destination, fields[2], fields[3])
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=request.destination.name)
        made = request.nics.setdefault(slot, [])
        left = [d for d in nics[slot].backing if d.port not in [one.before for one in made]]
        if before:
            left = [d for d in left if d.port == tuple(before)]
        if not left:
            known = any(d.port == tuple(before) for d in nics[slot].backing)
            key = "lpm_mapping_twice" if known or not before else "lpm_vnic_device"
            raise HmcError(key, value=value, name=name, slot=slot)
        device = left[0]
        try:
            capacity = parse_units(fields[6]) if fields[6] else device.capacity
        except ValueError:
            raise wrong from None
        place = (port[0] or 0, port[1] or 0)
        wanted = Wanted(*place, capacity, max(capacity, device.max_capacity))
        sharing.require_capacity(request.destination, wanted)
        made.append(NicMapping(device.port, server, place, capacity))


# -- movers ------------------------------------------------------------------------------------


def _ends(request: Request, end: str) -> tuple[Frame, str]:
    if end == "source":
        return request.source, "source_mover"
    return request.destination, "destination_mover"


def _name_mover(
    request: Request, end: str, name: str, value: str, server: Partition | None
) -> None:
    frame, field = _ends(request, end)
    if server is None:
        raise HmcError("lpm_mapping_vios", value=value, system=frame.name)
    before: Partition | None = getattr(request, field)
    if before is not None and before is not server:
        raise HmcError("lpm_names_disagree", name=name, value=value, other=before.name)
    setattr(request, field, server)


def _mover_reader(end: str, by: str) -> Take:
    def take(request: Request, name: str, value: str) -> None:
        frame, _ = _ends(request, end)
        server = _server(frame, value, "") if by == "name" else _server(frame, "", value)
        _name_mover(request, end, name, value, server)

    return take


def _address_reader(end: str) -> Take:
    def take(request: Request, name: str, values: Sequence[str]) -> None:
        if not values:
            raise _invalid(name, "")
        frame, _ = _ends(request, end)
        for value in values:
            _name_mover(request, end, name, value, _at(frame, value))

    return take


def _mover(frame: Frame, name: str, text_name: str, text_id: str, address: str) -> Partition:
    """A mover by name, ID or both, and by address; what is left out may be anything."""
    value = "/".join((text_name, text_id, address))
    server = _server(frame, text_name, text_id) if text_name or text_id else _at(frame, address)
    if server is None:
        raise HmcError("lpm_mapping_vios", value=value, system=frame.name)
    if address and not _has(server, address):
        raise HmcError("lpm_names_disagree", name=name, value=address, other=server.name)
    return server


def _three_reader(end: str) -> Take:
    def take(request: Request, name: str, value: str) -> None:
        fields = value.split("/")
        if len(fields) != 3:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_THREE_FORM)
        frame, _ = _ends(request, end)
        _name_mover(request, end, name, value, _mover(frame, name, *fields))

    return take


_THREE_FORM = "[VIOS name]/[VIOS ID]/[IP address]"
_PAIR_FORM = "group ID/" + "/".join([_THREE_FORM] * 2)


def _take_redundant(request: Request, name: str, values: Sequence[str]) -> None:
    """Two pairs of one group, the primary one first, that have no server in common."""
    groups: dict[str, list[MoverPair]] = {}
    for value in values:
        group, *fields = value.split("/")
        if _number(group) is None or len(fields) != 6:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_PAIR_FORM)
        pair = MoverPair(
            _mover(request.source, name, *fields[:3]),
            _mover(request.destination, name, *fields[3:]),
        )
        groups.setdefault(group, []).append(pair)
    for group, pairs in groups.items():
        if len(pairs) != 2:
            raise HmcError("lpm_redundant_group", group=group, count=len(pairs))
        if not pairs[0].apart(pairs[1]):
            raise HmcError("lpm_redundant_same", group=group)
        request.redundant_pairs.append((pairs[0], pairs[1]))
    if not groups:
        raise _invalid(name, "")


# -- pools and the partition ID ----------------------------------------------------------------


def _take_pool(request: Request, name: str, value: str, *, by: str) -> None:
    pools = request.destination.pools
    found = (
        next((pool for pool in pools.values() if pool.name == value), None)
        if by == "name"
        else pools.get(-1 if (number := _number(value)) is None else number)
    )
    if found is None:
        raise HmcError("lpm_pool_not_found", pool=value, system=request.destination.name)
    if request.pool_id not in (None, found.pool_id):
        other = pools[request.pool_id or 0].name
        raise HmcError("lpm_names_disagree", name=name, value=value, other=other)
    request.pool_id = found.pool_id


def _pool_reader(by: str) -> Take:
    return lambda request, name, value: _take_pool(request, name, value, by=by)


_POOLS_FORM = "[partition name]/[partition ID]/pool"


def _pools_reader(by: str) -> Take:
    """A pool for each of several partitions: `name//pool` or `/ID/pool`."""

    def take(request: Request, name: str, values: Sequence[str]) -> None:
        if not values:
            raise _invalid(name, "")
        for value in values:
            fields = value.split("/")
            if len(fields) != 3 or not fields[2] or bool(fields[0]) is bool(fields[1]):
                raise HmcError("lpm_mapping_format", value=value, name=name, form=_POOLS_FORM)
            if fields[0]:
                partition = request.source.partition(name=fields[0])
            else:
                number = _number(fields[1])
                if number is None:
                    raise HmcError("lpar_id_not_found", id=fields[1])
                partition = request.source.partition(lpar_id=number)
            if partition is request.partition:
                _take_pool(request, name, fields[2], by=by)

    return take


def _take_id(request: Request, name: str, value: str) -> None:
    number = _number(value)
    if number is None or not 1 <= number <= request.destination.max_partitions:
        raise _invalid(name, value)
    request.lpar_id = number


# -- the table ---------------------------------------------------------------------------------


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
            _scsi_reader("slot/VIOS name/VIOS ID", 3),
            ("2/vios2/1",),
            ("2", "2/nobody/1", "9/vios2/1"),
            many=True,
            span=Span(until=spans.REMOTE.since),
        ),
        _input(
            "virtual_scsi_mappings",
            _scsi_reader("slot/[VIOS name]/[VIOS ID][/[VIOS slot]]", 4),
            ("2//1/20", "2/vios2/"),
            ("2", "2/nobody/1", "9/vios2/1", "2//1/0"),
            many=True,
            span=spans.REMOTE,
            source=f"{BOOK}; {_WRITERS}",
        ),
        _input(
            "virtual_fc_mappings",
            _take_channels,
            ("4/vios2/1", "4//1//fcs0"),
            ("4", "4/nobody/1", "9/vios2/1", "4//1//fcs9"),
            many=True,
            span=spans.REMOTE,
            trust=Trust.SCRIPT,
            source=_WRITERS,
        ),
        _input(
            "vlan_mappings",
            _take_vlan_servers,
            ("1/vios2/1",),
            ("1", "9/vios2/1", "1/nobody/"),
            many=True,
            span=spans.VLAN_SERVERS,
        ),
        _input(
            "vlan_mappings",
            _take_vlan_numbers,
            ("02030303AB01/1",),
            ("1", "02030303AB01/0", "001122334455/1"),
            many=True,
            span=spans.VLAN_NUMBERS,
            trust=Trust.SCRIPT,
            source="pypowervm writes it",
        ),
        _input(
            "vnic_mappings",
            _take_nics,
            ("6/ded/vios2/1/1/0/2", "6/ded//1/1/1//1/0"),
            ("6", "6/ded/vios2/1/1/0/x", "9/ded/vios2/1/1/0/2", "6/ded/nobody//1/0/2"),
            many=True,
            span=spans.ADAPTERS,
            trust=Trust.SCRIPT,
            source="op-test and avocado-misc-tests write it",
        ),
        _input(
            "source_msp_name", _mover_reader("source", "name"), ("vios1",), ("web",), shared=True
        ),
        _input(
            "source_msp_id",
            _mover_reader("source", "id"),
            ("1",),
            ("3", "x"),
            shared=True,
        ),
        _input(
            "dest_msp_name", _mover_reader("destination", "name"), ("vios2",), ("web",), shared=True
        ),
        _input(
            "dest_msp_id",
            _mover_reader("destination", "id"),
            ("1",),
            ("3", "x"),
            shared=True,
        ),
        *(
            _input(
                f"{prefix}_msp_ipaddr",
                _address_reader(end),
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
                _three_reader(end),
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
            _take_redundant,
            ("1/vios1/1//vios2/1/,1/vios3/2//vios4/2/",),
            ("1", "1/vios1/1//vios2/1/", "1/vios1/1//vios2/1/,1/vios1/1//vios4/2/"),
            many=True,
            shared=True,
            span=spans.REDUNDANT,
            source="IBM's page on redundant mover service partitions, POWER8",
        ),
        _input(
            "shared_proc_pool_id",
            _pool_reader("id"),
            ("2",),
            ("9", "x"),
            shared=True,
        ),
        _input(
            "shared_proc_pool_name", _pool_reader("name"), ("pool2",), ("nothing",), shared=True
        ),
        *(
            _input(
                f"multiple_shared_proc_pool_{by}s",
                _pools_reader(by),
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
            _take_id,
            ("42",),
            ("0", "x", "1001", "1"),
            span=spans.REMOTE,
            trust=Trust.SCRIPT,
            source="a script of 2017; the programming interface, V8",
        ),
    ),
)
