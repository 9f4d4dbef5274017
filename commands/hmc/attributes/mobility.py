"""Attributes of partition mobility: of managed systems, of partitions and their migrations."""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.commands.hmc.common.changes import Settable, Target, Writer, sets
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.levels import Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Number, OneOf
from hmcsh.migration import spans
from hmcsh.model.migration import Migration
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind
from hmcsh.model.vios import MIGRATIONS_SINCE_2_2_2

BOOK = "SG24-7460 5.6.2"

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
        Settable(
            "inactive_prof_policy",
            lambda f: f.inactive_profile_policy,
            parse=OneOf(("config", "prof")),
            write=sets("inactive_profile_policy"),
            span=spans.LISTS,
            trust=Trust.RECALLED,
            source="recalled, V7R7; the rule: IBM's page on profile policies, POWER7",
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


def _later(
    name: str,
    read: Callable[[Migration], str],
    applies: Callable[[Migration], bool],
    *,
    span: Span,
    filler: str = "",
    trust: Trust = Trust.RECALLED,
    source: str = "recalled",
) -> Attribute:
    """An attribute of a migration that later levels have; listed where it applies."""

    def listed(partition: Partition) -> bool:
        return partition.migration is not None and applies(partition.migration)

    return Attribute(
        name,
        lambda partition: read(partition.migration),
        listed,
        filler=filler,
        span=span,
        trust=trust,
        source=source,
    )


def _is_remote(partition: Partition) -> bool:
    return partition.migration is not None and bool(partition.migration.remote_console)


def _other_console(partition: Partition) -> str:
    """Address of the console at the other end."""
    migration = partition.migration
    if migration is None or migration.source is partition:
        return migration.remote_console if migration is not None else ""
    consoles = partition.frame.datacenter.consoles
    return next((c.ip_address for c in consoles if c.name == migration.console), "")


def _moved(migration: Migration) -> tuple[int, int] | None:
    """Bytes that have arrived and that are left, while state is being moved."""
    transfer = migration.driver.transfer if migration.driver is not None else None
    return None if transfer is None else (transfer.bytes_sent, transfer.bytes_remaining)


def _bytes(place: int) -> Callable[[Migration], str]:
    def read(migration: Migration) -> str:
        moved = _moved(migration)
        return "0" if moved is None else str(moved[place])

    return read


def _is_active(migration: Migration) -> bool:
    return migration.kind is MigrationKind.ACTIVE


def _is_redundant(migration: Migration) -> bool:
    return migration.second_source_mover is not None


_REDUNDANT = (
    ("redundant_source_msp_name", lambda m: _mover_name(m.second_source_mover), ""),
    ("redundant_source_msp_id", lambda m: _mover_id(m.second_source_mover), "unavailable"),
    ("redundant_dest_msp_name", lambda m: _mover_name(m.second_destination_mover), ""),
    ("redundant_dest_msp_id", lambda m: _mover_id(m.second_destination_mover), "unavailable"),
)


def _sets_mover(field: str) -> Writer:
    def write(target: Target, setting: Setting) -> None:
        partition: Partition = target.item
        if not partition.is_mover:
            raise HmcError("lpm_mover_wanted", name=partition.name)
        target.changes.set(partition.io_server, field, setting.value)

    return write


def _supported(partition: Partition) -> str:
    return str(partition.io_server.migrations_supported)


def _is_mover(partition: Partition) -> bool:
    return partition.is_mover


_MOVER = "recalled; the values: IBM's pages on the pseudo-device vioslpm0, POWER8"


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
        Attribute(
            "remote_manager",
            _other_console,
            _is_remote,
            filler="",
            span=spans.REMOTE,
            trust=Trust.RECALLED,
            source="recalled",
        ),
        Attribute(
            "remote_user",
            lambda p: p.migration.remote_user,
            lambda p: _is_remote(p) and p.migration.source is p,
            filler="",
            span=spans.REMOTE,
            trust=Trust.RECALLED,
            source="recalled",
        ),
        *(
            _later(name, _bytes(place), _is_active, span=spans.REMOTE, filler="unavailable")
            for place, name in enumerate(("bytes_transmitted", "bytes_remaining"))
        ),
        *(
            _later(
                name,
                read,
                _is_redundant,
                span=spans.REDUNDANT,
                filler=filler,
                trust=Trust.INFERRED,
                source="inferred from the names of the first movers",
            )
            for name, read, filler in _REDUNDANT
        ),
        Attribute(
            "num_active_migrations_supported",
            _supported,
            _is_mover,
            listed=False,
            span=spans.LISTS,
            trust=Trust.RECALLED,
            source=_MOVER,
        ),
        Settable(
            "num_active_migrations_configured",
            lambda p: str(p.io_server.migration_limit),
            _is_mover,
            parse=Number(1, MIGRATIONS_SINCE_2_2_2),
            write=_sets_mover("migrations_configured"),
            listed=False,
            span=spans.LISTS,
            trust=Trust.RECALLED,
            source=_MOVER,
        ),
        Settable(
            "concurr_migration_perf_level",
            lambda p: str(p.io_server.performance_level),
            _is_mover,
            parse=Number(1, 5),
            write=_sets_mover("performance_configured"),
            listed=False,
            span=spans.LISTS,
            trust=Trust.RECALLED,
            source=_MOVER,
        ),
    ),
)
