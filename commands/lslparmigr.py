"""lslparmigr: migrations under way, and what migrations could use (SG24-7460 5.6.2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.elements import show_flag
from hmcsh.commands.common.options import ATTRIBUTES, FILTER, HEADER, SYSTEM, TARGET

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.migration import mapping, movers
from hmcsh.migration.request import Request
from hmcsh.model.frame import Frame
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, MigrationKind

BOOK = "SG24-7460 5.6.2"

DECLARATION = Declaration(
    "lslparmigr",
    "Lists information about partition migrations.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to list:",
            choices=("lpar", "msp", "sys", "virtualio"),
            choice_help=(
                "partitions and their migrations",
                "mover service partitions for a migration",
                "the managed system's mobility",
                "mappings of virtual I/O for a migration",
            ),
        ),
        SYSTEM,
        TARGET,
        FILTER,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({"-r": ("sys",)}, ("-m",), ("-F", "--header")),
        Form({"-r": ("lpar",)}, ("-m",), ("--filter", "-F", "--header")),
        Form({"-r": ("msp", "virtualio")}, ("-m", "-t", "--filter"), ("-F", "--header")),
    ),
    examples=(
        "lslparmigr -r sys -m mySystem",
        "lslparmigr -r lpar -m mySystem --filter lpar_ids=3 -F",
        "lslparmigr -r msp -m srcSystem -t destSystem --filter lpar_names=TEST",
    ),
    source=BOOK,
)


SYSTEM_TABLE = Table(
    "lslparmigr -r sys",
    (
        Attribute(
            "inactive_lpar_mobility_capable",
            lambda f: show_flag(f.mobility.inactive),
            alias=("inactive_lpar_migration_capable",),
            source=BOOK,
        ),
        Attribute(
            "num_inactive_migrations_supported",
            lambda f: str(f.mobility.inactive_supported),
            source=BOOK,
        ),
        Attribute(
            "num_inactive_migrations_in_progress",
            lambda f: str(f.migrations_in_progress(MigrationKind.INACTIVE)),
            source=BOOK,
        ),
        Attribute(
            "active_lpar_mobility_capable",
            lambda f: show_flag(f.mobility.active),
            alias=("active_lpar_migration_capable",),
            source=BOOK,
        ),
        Attribute(
            "num_active_migrations_supported",
            lambda f: str(f.mobility.active_supported),
            source=BOOK,
        ),
        Attribute(
            "num_active_migrations_in_progress",
            lambda f: str(f.migrations_in_progress(MigrationKind.ACTIVE)),
            source=BOOK,
        ),
    ),
)


def _of_migration(
    read: Callable[[Migration], str], *, shown_at: str = "both"
) -> tuple[Callable[[Partition], Value | None], Callable[[Partition], bool]]:
    """Reader of a migration's attribute, and where the default listing shows it.

    The source shows the destination's attributes and the destination the source's (captured for
    the source, inferred for the destination); `-F` shows all of them at both ends.
    """

    def value(partition: Partition) -> str | None:
        return None if partition.migration is None else read(partition.migration)

    def applies(partition: Partition) -> bool:
        migration = partition.migration
        if migration is None:
            return False
        return shown_at in ("both", "source" if migration.source is partition else "destination")

    return value, applies


def _mover_name(mover: Partition | None) -> str:
    return "" if mover is None else mover.name


def _mover_id(mover: Partition | None) -> str:
    return "unavailable" if mover is None else str(mover.lpar_id)


def _has_movers(partition: Partition) -> bool:
    return partition.migration is not None and partition.migration.source_mover is not None


class _LparAttribute(Attribute):
    """An attribute of a migrating partition whose default listing is narrower than its `-F`."""

    __slots__ = ()

    def value(self, item: object) -> Value | None:
        """The value for `-F`, at either end of the migration."""
        return self.read(item)


def _lpar_attribute(
    name: str, read: Callable[[Migration], str], *, shown_at: str = "both", filler: str = ""
) -> Attribute:
    value, applies = _of_migration(read, shown_at=shown_at)
    return _LparAttribute(name, value, applies, filler=filler, source=BOOK)


def _mover_attribute(name: str, read: Callable[[Migration], str], filler: str = "") -> Attribute:
    value, _ = _of_migration(read)
    return _LparAttribute(name, value, _has_movers, filler=filler, source=BOOK)


LPAR_TABLE = Table(
    "lslparmigr -r lpar",
    (
        Attribute("name", lambda p: p.name, alias=("lpar_name",), source=BOOK),
        Attribute("lpar_id", lambda p: str(p.lpar_id), source=BOOK),
        Attribute("migration_state", lambda p: p.migration_state.value, source=BOOK),
        _lpar_attribute("migration_type", lambda m: m.kind.value),
        _lpar_attribute("source_sys_name", lambda m: m.source_frame.name, shown_at="destination"),
        _lpar_attribute("dest_sys_name", lambda m: m.destination_frame.name, shown_at="source"),
        _lpar_attribute(
            "source_lpar_id",
            lambda m: str(m.source_lpar_id),
            shown_at="destination",
            filler="unavailable",
        ),
        _lpar_attribute(
            "dest_lpar_id",
            lambda m: str(m.destination_lpar_id),
            shown_at="source",
            filler="unavailable",
        ),
        _mover_attribute("source_msp_name", lambda m: _mover_name(m.source_mover)),
        _mover_attribute("source_msp_id", lambda m: _mover_id(m.source_mover), "unavailable"),
        _mover_attribute("dest_msp_name", lambda m: _mover_name(m.destination_mover)),
        _mover_attribute("dest_msp_id", lambda m: _mover_id(m.destination_mover), "unavailable"),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class _MoverRow:
    source: Partition
    destinations: tuple[Partition, ...]


MSP_TABLE = Table(
    "lslparmigr -r msp",
    (
        Attribute("source_msp_name", lambda r: r.source.name, source=BOOK),
        Attribute("source_msp_id", lambda r: str(r.source.lpar_id), source=BOOK),
        Attribute("dest_msp_names", lambda r: [d.name for d in r.destinations], source=BOOK),
        Attribute("dest_msp_ids", lambda r: [str(d.lpar_id) for d in r.destinations], source=BOOK),
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
        Attribute(
            "possible_vlan_mappings",
            _or_none(_possible_vlans),
            trust=Trust.INFERRED,
            source=_INFERRED,
        ),
        Attribute(
            "suggested_vlan_mappings",
            _or_none(_suggested_vlans),
            trust=Trust.INFERRED,
            source=_INFERRED,
        ),
    ),
)

FILTERS = ("lpar_names", "lpar_ids")


def _one_partition(call: Call, frame: Frame) -> Partition:
    """The single AIX or Linux partition that the filter must select (SG24-7460 5.6.2)."""
    filters = call.filters(FILTERS, (FILTERS,))
    found = call.partitions(frame, filters)
    if len(found) != 1 or found[0].environment is not LparEnvironment.AIXLINUX:
        raise HmcError("lpm_one_partition")
    return found[0]


def _mover_rows(source: Frame, destination: Frame) -> list[_MoverRow]:
    rows: dict[Partition, list[Partition]] = {}
    for pair in movers.pairs(source, destination):
        rows.setdefault(pair.source, []).append(pair.destination)
    return [_MoverRow(mover, tuple(others)) for mover, others in rows.items()]


async def run(call: Call) -> Lines:
    """List what `-r` asks for."""
    frame = call.system()
    resource = call.text("resource")
    if resource == "sys":
        return call.listing(SYSTEM_TABLE, [frame])
    if resource == "lpar":
        filters = call.filters(FILTERS, (FILTERS,))
        return call.listing(LPAR_TABLE, call.partitions(frame, filters))
    destination = call.system("target")
    request = Request(frame, destination, _one_partition(call, frame))
    if resource == "msp":
        return call.listing(MSP_TABLE, _mover_rows(frame, destination))
    return call.listing(VIRTUALIO_TABLE, [request])


COMMAND = Command(
    DECLARATION,
    run,
    {
        "sys": SYSTEM_TABLE,
        "lpar": LPAR_TABLE,
        "msp": MSP_TABLE,
        "virtualio": VIRTUALIO_TABLE,
    },
    FILTERS,
)
