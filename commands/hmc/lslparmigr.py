"""lslparmigr: migrations under way, and what migrations could use (SG24-7460 5.6.2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.hmc.attributes.mobility import BOOK, LPAR_TABLE, SYSTEM_TABLE
from hmcsh.commands.hmc.common.core import Call, Command, Lines, lists_by_resource
from hmcsh.commands.hmc.common.elements import show_flag
from hmcsh.commands.hmc.common.options import ATTRIBUTES, FILTER, HEADER, SYSTEM, TARGET
from hmcsh.commands.hmc.common.remote import ADDRESS, REMOTE_USER, remote_console, target_system

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import ALWAYS, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.migration import channels, checks_systems, levels, mapping, movers, spans
from hmcsh.migration.request import Request
from hmcsh.migration.validation import make_plan
from hmcsh.model.frame import Frame, ProcessorPool
from hmcsh.model.partition import Partition


def _forms(resources: tuple[str, ...], span: Span = ALWAYS) -> list[Form]:
    """What a migration could use, also where another console manages the destination."""
    needed = ("-m", "-t", "--filter")
    optional: tuple[str, ...] = ("-F", "--header")
    if "msp" in resources:
        optional = ("--redundantmsps", *optional)
    return [
        Form({"-r": resources}, needed, optional, span=span),
        Form({"-r": resources, "--ip": ()}, needed, ("-u", *optional), span=spans.REMOTE),
    ]


DECLARATION = Declaration(
    "lslparmigr",
    "Lists information about partition migrations.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to list:",
            choices=("lpar", "manager", "msp", "procpool", "sys", "virtualio"),
            choice_help=(
                "partitions and their migrations",
                "the mobility between management consoles",
                "mover service partitions for a migration",
                "shared processor pools for a migration",
                "the managed system's mobility",
                "mappings of virtual I/O for a migration",
            ),
        ),
        SYSTEM,
        TARGET,
        ADDRESS,
        REMOTE_USER,
        Option(
            "--redundantmsps",
            "redundantmsps",
            "required",
            help="a second pair of mover service partitions:",
            choices=("0", "1", "2"),
            choice_help=("none", "it must be had", "if it can be had"),
            span=spans.REDUNDANT,
            trust=Trust.INFERRED,
            source="inferred from the option of migrlpar",
        ),
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("sys",)}, ("-m",), ("-F", "--header")),
        Form({"-r": ("lpar",)}, ("-m",), ("--filter", "-F", "--header")),
        *_forms(("msp", "virtualio")),
        *_forms(("procpool",), span=spans.REMOTE),
        Form({"-r": ("manager",)}, (), ("-F", "--header"), span=spans.REMOTE),
        Form({"-r": ("manager",), "--ip": ()}, (), ("-u", "-F", "--header"), span=spans.REMOTE),
    ),
    examples=(
        "lslparmigr -r sys -m mySystem",
        "lslparmigr -r lpar -m mySystem --filter lpar_ids=3 -F",
        "lslparmigr -r msp -m srcSystem -t destSystem --filter lpar_names=TEST",
    ),
    source=BOOK,
)


@dataclasses.dataclass(frozen=True, slots=True)
class _MoverRow:
    source: Partition
    destinations: tuple[Partition, ...]


def _addresses(here: Partition, there: Partition) -> str:
    destination = f"{there.name}/{there.lpar_id}/{there.io_server.mover_address}"
    return f"{here.io_server.mover_address}/{destination}"


MSP_TABLE = Table(
    "lslparmigr -r msp",
    (
        Attribute("source_msp_name", lambda r: r.source.name, source=BOOK),
        Attribute("source_msp_id", lambda r: str(r.source.lpar_id), source=BOOK),
        Attribute("dest_msp_names", lambda r: [d.name for d in r.destinations], source=BOOK),
        Attribute("dest_msp_ids", lambda r: [str(d.lpar_id) for d in r.destinations], source=BOOK),
        Attribute(
            "ipaddr_mappings",
            lambda r: [_addresses(r.source, there) for there in r.destinations],
            span=spans.LISTS,
            trust=Trust.RECALLED,
            source="name recalled; form inferred from redundant_msps of migrlpar",
        ),
    ),
)


def _triple(key: int, server: Partition) -> str:
    return f"{key}/{server.name}/{server.lpar_id}"


def _possible_scsi(row: Request) -> list[str]:
    hosts = mapping.possible(row.partition, row.destination)
    return [_triple(slot, server) for slot, servers in hosts.items() for server in servers]


def _suggested_scsi(row: Request) -> list[str]:
    found = mapping.scsi_mapping(row.partition, row.destination)
    if found is None or not found.good:
        return []
    return [_triple(slot, server) for slot, server in found.servers.items()]


def _possible_channels(row: Request) -> list[str]:
    found = channels.choices(row.partition, row.destination)
    return [_triple(channel.slot, server) for channel, servers in found for server in servers]


def _suggested_channels(row: Request) -> list[str]:
    found = channels.fc_mapping(row.partition, row.destination) or {}
    return [_triple(slot, server) for slot, server in found.items()]


def _possible_vlans(row: Request) -> list[str]:
    hosts = mapping.vlan_hosts(row.partition, row.destination)
    return [_triple(vlan, server) for vlan, servers in hosts.items() for server in servers]


def _suggested_vlans(row: Request) -> list[str]:
    chosen, missing = mapping.vlan_mapping(row.partition, row.destination)
    return [] if missing else [_triple(vlan, server) for vlan, server in chosen.items()]


def _or_none(read: Callable[[Request], list[str]]) -> Callable[[Request], Value]:
    return lambda row: read(row) or "none"


_INFERRED = "inferred from the name of its SCSI twin, SG24-7460 5.6.2"

VIRTUALIO_TABLE = Table(
    "lslparmigr -r virtualio",
    (
        Attribute(
            "possible_virtual_scsi_mappings",
            _or_none(_possible_scsi),
            trust=Trust.INFERRED,
            source=_INFERRED,
        ),
        Attribute("suggested_virtual_scsi_mappings", _or_none(_suggested_scsi), source=BOOK),
        *(
            Attribute(
                name,
                _or_none(read),
                span=spans.REMOTE,
                trust=Trust.RECALLED,
                source="recalled; the form is that of its SCSI twin",
            )
            for name, read in (
                ("possible_virtual_fc_mappings", _possible_channels),
                ("suggested_virtual_fc_mappings", _suggested_channels),
            )
        ),
        Attribute(
            "possible_vlan_mappings",
            _or_none(_possible_vlans),
            span=spans.VLAN_SERVERS,
            trust=Trust.INFERRED,
            source=_INFERRED,
        ),
        Attribute(
            "suggested_vlan_mappings",
            _or_none(_suggested_vlans),
            span=spans.VLAN_SERVERS,
            trust=Trust.INFERRED,
            source=_INFERRED,
        ),
    ),
)


def _pools(request: Request) -> list[ProcessorPool]:
    """Shared processor pools of the destination that have room for the partition."""
    pools = request.destination.pools.values()
    return [pool for pool in pools if not _pool_is_full(request, pool)]


def _pool_is_full(request: Request, pool: ProcessorPool) -> bool:
    asked = dataclasses.replace(request, pool_id=pool.pool_id)
    return any(checks_systems.pool_capacity(make_plan(asked)))


PROCPOOL_TABLE = Table(
    "lslparmigr -r procpool",
    (
        Attribute(
            "shared_proc_pool_ids",
            lambda request: [str(pool.pool_id) for pool in _pools(request)],
            trust=Trust.RECALLED,
            source="recalled",
        ),
        Attribute(
            "shared_proc_pool_names",
            lambda request: [pool.name for pool in _pools(request)],
            trust=Trust.RECALLED,
            source="recalled",
        ),
    ),
)

MANAGER_TABLE = Table(
    "lslparmigr -r manager",
    (
        Attribute(
            "remote_lpar_mobility_capable",
            lambda console: show_flag(spans.REMOTE.covers(console.level)),
            trust=Trust.RECALLED,
            source="recalled",
        ),
    ),
)

FILTERS = ("lpar_names", "lpar_ids")


def _one_partition(call: Call, frame: Frame) -> Partition:
    """The single partition, of a type that can be migrated, that the filter must select.

    SG24-7460 5.6.2. Raises HmcError.
    """
    filters = call.filters(FILTERS, (FILTERS,))
    found = call.partitions(frame, filters)
    if len(found) != 1 or not levels.environment_supported(found[0].environment, call.level):
        raise HmcError("lpm_one_partition")
    return found[0]


def _mover_rows(source: Frame, destination: Frame, *, redundant: bool) -> list[_MoverRow]:
    """Movers that reach each other; if `redundant` those that another pair can stand in for."""
    rows: dict[Partition, list[Partition]] = {}
    pairs = movers.pairs(source, destination)
    for pair in pairs:
        if redundant and not any(pair.apart(other) for other in pairs):
            continue
        rows.setdefault(pair.source, []).append(pair.destination)
    return [_MoverRow(mover, tuple(others)) for mover, others in rows.items()]


async def run(call: Call) -> Lines:
    """List what `-r` asks for."""
    resource = call.text("resource")
    remote = remote_console(call)
    if resource == "manager":
        return call.listing(MANAGER_TABLE, [remote or call.caller.console])
    frame = call.system()
    if resource == "sys":
        return call.listing(SYSTEM_TABLE, [frame])
    if resource == "lpar":
        filters = call.filters(FILTERS, (FILTERS,))
        return call.listing(LPAR_TABLE, call.partitions(frame, filters))
    destination = target_system(call)
    request = Request(frame, destination, _one_partition(call, frame))
    if resource == "msp":
        redundant = call.text("redundantmsps") == "1"
        return call.listing(MSP_TABLE, _mover_rows(frame, destination, redundant=redundant))
    if resource == "procpool":
        return call.listing(PROCPOOL_TABLE, [request])
    return call.listing(VIRTUALIO_TABLE, [request])


COMMAND = Command(
    DECLARATION,
    run,
    {
        "sys": SYSTEM_TABLE,
        "lpar": LPAR_TABLE,
        "msp": MSP_TABLE,
        "virtualio": VIRTUALIO_TABLE,
        "procpool": PROCPOOL_TABLE,
        "manager": MANAGER_TABLE,
    },
    FILTERS,
    task=lists_by_resource,
)
