"""What a caller asks of a migration: from where, to where, how mapped, by which movers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind, PartitionState


@dataclasses.dataclass(slots=True)
class Request:
    """A migration as asked for (SG24-7460 5.6.1).

    `scsi` maps client slots to destination Virtual I/O Servers, `vlans` VLAN IDs likewise;
    `console` names the console that asks; `wait_minutes` bounds each operating-system command.
    Movers, pool and profile name are None where the console is to choose.
    """

    source: Frame
    destination: Frame
    partition: Partition
    profile_name: str | None = None
    console: str = ""
    wait_minutes: int = 5
    detail: int = 0
    scsi: dict[int, Partition] = dataclasses.field(default_factory=dict)
    vlans: dict[int, Partition] = dataclasses.field(default_factory=dict)
    source_mover: Partition | None = None
    destination_mover: Partition | None = None
    pool_id: int | None = None

    @property
    def kind(self) -> MigrationKind:
        """Inactive for a partition that is off, active otherwise (SG24-7460 2.3)."""
        if self.partition.state is PartitionState.NOT_ACTIVATED:
            return MigrationKind.INACTIVE
        return MigrationKind.ACTIVE

    @property
    def migration_profile_name(self) -> str:
        """Name of the profile made on the destination (SG24-7460 2.3, note)."""
        return self.profile_name or self.partition.active_profile.name

    def read_input(self, assignments: Sequence[Assignment]) -> None:
        """Take the attributes of `-i` or `-f`.

        Raises HmcError for an unknown attribute, a malformed value, an unknown or unsuitable
        Virtual I/O Server or pool, and for a name and an ID that disagree.
        """
        for assignment in assignments:
            reader = _READERS.get(assignment.name)
            if reader is None or assignment.operator != "=":
                raise HmcError("invalid_attribute", name=assignment.name)
            reader(self, assignment.name, assignment.values)


def _invalid(name: str, value: str) -> HmcError:
    return HmcError("invalid_attribute_value", name=name, value=value)


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1 or not values[0]:
        raise _invalid(name, ",".join(values))
    return values[0]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _invalid(name, text)
    return int(text)


def _server(frame: Frame, name: str, value: str, text_name: str, text_id: str) -> Partition:
    """Find a Virtual I/O Server by name, ID or both; both must name the same one."""
    if not text_name and not text_id:
        raise _invalid(name, value)
    by_name = frame.partition(name=text_name) if text_name else None
    by_id = frame.partition(lpar_id=_number(name, text_id)) if text_id else None
    if by_name is not None and by_id is not None and by_name is not by_id:
        raise _invalid(name, value)
    server = by_name or by_id
    if server is None or not server.is_vios:
        raise _invalid(name, value)
    return server


def _mapping(
    request: Request, name: str, values: Sequence[str], target: dict[int, Partition]
) -> None:
    for value in values:
        fields = value.split("/")
        if len(fields) != 3:
            raise _invalid(name, value)
        key = _number(name, fields[0])
        if key in target:
            raise _invalid(name, value)
        target[key] = _server(request.destination, name, value, fields[1], fields[2])


def _read_scsi(request: Request, name: str, values: Sequence[str]) -> None:
    _mapping(request, name, values, request.scsi)
    slots = {adapter.slot for adapter in request.partition.scsi_adapters}
    for slot in request.scsi:
        if slot not in slots:
            raise _invalid(name, f"{slot}/{request.scsi[slot].name}/{request.scsi[slot].lpar_id}")


def _read_vlans(request: Request, name: str, values: Sequence[str]) -> None:
    _mapping(request, name, values, request.vlans)
    used = {v for adapter in request.partition.ethernet_adapters for v in adapter.vlan_ids}
    for vlan in request.vlans:
        if vlan not in used:
            raise _invalid(name, f"{vlan}/{request.vlans[vlan].name}/{request.vlans[vlan].lpar_id}")


def _mover_reader(end: str, by: str) -> Callable[[Request, str, Sequence[str]], None]:
    def read(request: Request, name: str, values: Sequence[str]) -> None:
        value = _single(name, values)
        frame = request.source if end == "source" else request.destination
        field = f"{end}_mover"
        server = _server(
            frame, name, value, value if by == "name" else "", value if by == "id" else ""
        )
        before: Partition | None = getattr(request, field)
        if before is not None and before is not server:
            raise _invalid(name, value)
        setattr(request, field, server)

    return read


def _pool_reader(by: str) -> Callable[[Request, str, Sequence[str]], None]:
    def read(request: Request, name: str, values: Sequence[str]) -> None:
        value = _single(name, values)
        for pool in request.destination.pools.values():
            if value == (pool.name if by == "name" else str(pool.pool_id)):
                if request.pool_id not in (None, pool.pool_id):
                    break
                request.pool_id = pool.pool_id
                return
        raise _invalid(name, value)

    return read


_READERS: dict[str, Callable[[Request, str, Sequence[str]], None]] = {
    "virtual_scsi_mappings": _read_scsi,
    "vlan_mappings": _read_vlans,
    "source_msp_name": _mover_reader("source", "name"),
    "source_msp_id": _mover_reader("source", "id"),
    "dest_msp_name": _mover_reader("destination", "name"),
    "dest_msp_id": _mover_reader("destination", "id"),
    "shared_proc_pool_id": _pool_reader("id"),
    "shared_proc_pool_name": _pool_reader("name"),
}
INPUT_ATTRIBUTES = tuple(_READERS)
