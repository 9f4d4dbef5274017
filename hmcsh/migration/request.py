"""What a caller asks of a migration: from where, to where, how mapped, by which movers."""

from __future__ import annotations

import dataclasses

from hmcsh.language.levels import V7R3_2, Level
from hmcsh.language.messages import HmcError
from hmcsh.migration.movers import MoverPair
from hmcsh.migration.nics import NicMapping
from hmcsh.model.awareness import Call
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.states import MigrationKind, PartitionState


@dataclasses.dataclass(frozen=True, slots=True)
class Vlans:
    """The VLANs of a virtual Ethernet adapter."""

    port: int
    additional: tuple[int, ...] = ()


@dataclasses.dataclass(slots=True)
class Request:
    """A migration as asked for (SG24-7460 5.6.1).

    `scsi` maps client slots to destination Virtual I/O Servers, `channels` those of virtual Fibre
    Channel adapters, `vlans` VLAN IDs likewise. `server_slots` and `ports` say, by client slot,
    which slot of that server and which of its physical ports are wanted; `networks` gives virtual
    Ethernet adapters, by MAC address, other VLANs on the destination; `nics` maps the backing
    devices of virtual NICs, by virtual slot.
    `console` names the console that asks, which speaks `level`; `remote_console` is the address of
    the one that manages the destination, if it is another; `wait_minutes` bounds each
    operating-system command. Movers, pool, partition ID and profile name are None where the
    console is to choose. `redundant_pairs` are pairs of movers to take the one for the other.
    `options` holds the values of options that say what must be kept and what need not, by name.
    `calls` are those of the check phase, once it has been carried out.

    Raises HmcError if source and destination are one and the same.
    """

    source: Frame
    destination: Frame
    partition: Partition
    profile_name: str | None = None
    console: str = ""
    level: Level = V7R3_2
    remote_console: str = ""
    remote_user: str = ""
    wait_minutes: int = 5
    scsi: dict[int, Partition] = dataclasses.field(default_factory=dict)
    channels: dict[int, Partition] = dataclasses.field(default_factory=dict)
    vlans: dict[int, Partition] = dataclasses.field(default_factory=dict)
    server_slots: dict[int, int] = dataclasses.field(default_factory=dict)
    ports: dict[int, str] = dataclasses.field(default_factory=dict)
    networks: dict[str, Vlans] = dataclasses.field(default_factory=dict)
    nics: dict[int, list[NicMapping]] = dataclasses.field(default_factory=dict)
    source_mover: Partition | None = None
    destination_mover: Partition | None = None
    redundant_pairs: list[tuple[MoverPair, MoverPair]] = dataclasses.field(default_factory=list)
    pool_id: int | None = None
    lpar_id: int | None = None
    options: dict[str, int] = dataclasses.field(default_factory=dict)
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
    def wants_redundant_movers(self) -> bool:
        """Whether a second pair of movers is to stand by: if named, demanded, or to be had."""
        return bool(self.redundant_pairs) or self.options.get("redundantmsps", 0) > 0

    @property
    def migration_profile_name(self) -> str:
        """Name of the profile made on the destination (SG24-7460 2.3, note)."""
        return self.profile_name or self.partition.active_profile.name
