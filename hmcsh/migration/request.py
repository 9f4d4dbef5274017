"""What a caller asks of a migration: from where, to where, how mapped, by which movers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence

from hmcsh.language.messages import HmcError
from hmcsh.language.records import Assignment
from hmcsh.model.awareness import Call
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind, PartitionState


@dataclasses.dataclass(slots=True)
class Request:
    """A migration as asked for (SG24-7460 5.6.1).

    `scsi` maps client slots to destination Virtual I/O Servers, `channels` those of virtual Fibre
    Channel adapters, `vlans` VLAN IDs likewise;
    `console` names the console that asks; `wait_minutes` bounds each operating-system command.
    Movers, pool and profile name are None where the console is to choose. `calls` are those of the
    check phase, once it has been carried out.

    Raises HmcError if source and destination are one and the same.
    """

    source: Frame
    destination: Frame
    partition: Partition
    profile_name: str | None = None
    console: str = ""
    wait_minutes: int = 5
    detail: int = 0
    scsi: dict[int, Partition] = dataclasses.field(default_factory=dict)
    channels: dict[int, Partition] = dataclasses.field(default_factory=dict)
    vlans: dict[int, Partition] = dataclasses.field(default_factory=dict)
    source_mover: Partition | None = None
    destination_mover: Partition | None = None
    pool_id: int | None = None
    calls: list[Call] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if self.source is self.destination:
            raise HmcError("lpm_same_system", system=self.destination.name)

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


_SCSI_FORM = "slot/VIOS name/VIOS ID"
_VLAN_FORM = "VLAN ID/VIOS name/VIOS ID"
_MOST_DIGITS = 5  # no slot, VLAN, partition ID or pool ID has more


def _invalid(name: str, value: str) -> HmcError:
    return HmcError("invalid_attribute_value", name=name, value=value)


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1 or not values[0]:
        raise _invalid(name, ",".join(values))
    return values[0]


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


def _mapping(
    request: Request,
    name: str,
    form: str,
    values: Sequence[str],
    target: dict[int, Partition],
    known: Collection[int],
) -> None:
    """Read mappings of what the partition has (`known`) to servers of the destination."""
    if not values:
        raise HmcError("lpm_mapping_format", value="", name=name, form=form)
    for value in values:
        fields = value.split("/")
        key = _number(fields[0])
        if len(fields) != 3 or key is None or not (fields[1] or fields[2]):
            raise HmcError("lpm_mapping_format", value=value, name=name, form=form)
        if key not in known:
            raise HmcError("lpm_mapping_slot", value=value, name=request.partition.name)
        if key in target:
            raise HmcError("lpm_mapping_twice", value=value, name=name)
        server = _server(request.destination, fields[1], fields[2])
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=request.destination.name)
        target[key] = server


def _read_scsi(request: Request, name: str, values: Sequence[str]) -> None:
    slots = {a.slot for a in request.partition.scsi_adapters if a.side == "client"}
    _mapping(request, name, _SCSI_FORM, values, request.scsi, slots)


def _read_vlans(request: Request, name: str, values: Sequence[str]) -> None:
    used = {v for adapter in request.partition.ethernet_adapters for v in adapter.vlan_ids}
    _mapping(request, name, _VLAN_FORM, values, request.vlans, used)


def _mover_reader(end: str, by: str) -> Callable[[Request, str, Sequence[str]], None]:
    def read(request: Request, name: str, values: Sequence[str]) -> None:
        value = _single(name, values)
        frame = request.source if end == "source" else request.destination
        field = f"{end}_mover"
        server = _server(frame, value, "") if by == "name" else _server(frame, "", value)
        if server is None:
            raise HmcError("lpm_mapping_vios", value=value, system=frame.name)
        before: Partition | None = getattr(request, field)
        if before is not None and before is not server:
            raise HmcError("lpm_names_disagree", name=name, value=value, other=before.name)
        setattr(request, field, server)

    return read


def _pool_reader(by: str) -> Callable[[Request, str, Sequence[str]], None]:
    def read(request: Request, name: str, values: Sequence[str]) -> None:
        value = _single(name, values)
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
