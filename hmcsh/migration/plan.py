"""What a check sees and says: the plan of a migration, findings, and their severity."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from enum import Enum

from hmcsh.language.messages import HmcError
from hmcsh.migration import channels, mapping, movers, nics
from hmcsh.migration.request import Request
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Resources
from hmcsh.model.states import MigrationKind, PartitionState

Findings = Iterator[HmcError]


class Severity(Enum):
    """How a finding counts: errors fail a validation, warnings alone do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(slots=True)
class Plan:
    """A request with what the console would choose for it."""

    request: Request
    pair: movers.MoverPair | None
    second: movers.MoverPair | None
    scsi: mapping.ScsiMapping | None
    channels: dict[int, Partition] | None
    vlans: dict[int, Partition]
    unbridged_vlans: list[int]
    nics: nics.Backing

    @property
    def partition(self) -> Partition:
        """The mobile partition."""
        return self.request.partition

    @property
    def source(self) -> Frame:
        """The managed system that the partition is to leave."""
        return self.request.source

    @property
    def destination(self) -> Frame:
        """The managed system that the partition is to go to."""
        return self.request.destination

    @property
    def frames(self) -> tuple[Frame, Frame]:
        """Both managed systems."""
        return self.source, self.destination

    @property
    def resources(self) -> Resources:
        """What the partition has; what its active profile gives it if it has nothing now.

        For a partition that is off a system may have the profile come first (recalled, V7R7).
        """
        profile = self.partition.active_profile.resources
        off = (PartitionState.NOT_ACTIVATED, PartitionState.MIGRATING_NOT_ACTIVATED)
        if self.partition.state in off and self.source.inactive_profile_policy == "prof":
            return profile
        return self.partition.current or profile

    def slots_asked_of(self, server: Partition) -> list[int]:
        """Virtual slots of a server of the destination that the caller wants for the partition."""
        servers = {**self.request.scsi, **self.request.channels}
        wanted = self.request.server_slots.items()
        return [slot for client_slot, slot in wanted if servers[client_slot] is server]

    @property
    def own(self) -> Partition | None:
        """What stands of the partition on the destination, the shell of a migration that is on."""
        standing = self.destination.partitions.values()
        return next((p for p in standing if p.uuid == self.partition.uuid), None)

    @property
    def source_servers(self) -> list[Partition]:
        """Virtual I/O Servers that serve the mobile partition now, each once."""
        servers = [adapter.server for adapter in mapping.client_adapters(self.partition)]
        servers += [channel.server for channel in channels.client_channels(self.partition)]
        backing = {nic.slot: nic.backing for nic in self.partition.vnic_adapters}
        servers += nics.servers(backing, self.source)
        return list(dict.fromkeys(server for server in servers if server is not None))

    @property
    def destination_servers(self) -> list[Partition]:
        """Virtual I/O Servers that would serve the mobile partition, each once."""
        servers = dict.fromkeys(self.vlans.values())
        if self.scsi is not None:
            servers.update(dict.fromkeys(self.scsi.servers.values()))
        servers.update(dict.fromkeys((self.channels or {}).values()))
        servers.update(dict.fromkeys(nics.servers(self.nics, self.destination)))
        return list(servers)


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks for, what it says, where it stands, how it counts.

    `messages` are the keys of what it may find, `source` where the rule stands. A severity of
    None means that the rule does not hold for that kind of migration. `note` tells which passage
    is followed, and why, where passages of the source disagree. `option` names the option of later
    levels by which a caller insists on what is checked, or does without it.
    """

    name: str
    find: Callable[[Plan], Findings]
    messages: tuple[str, ...]
    source: str
    active: Severity | None = Severity.ERROR
    inactive: Severity | None = Severity.ERROR
    note: str = ""
    option: str = ""

    def severity(self, request: Request) -> Severity | None:
        """How a finding counts for a migration."""
        active = request.kind is MigrationKind.ACTIVE
        severity = self.active if active else self.inactive
        chosen = _CHOSEN.get(request.options.get(self.option, 0))
        return severity and (chosen or severity)


# What the options that insist on something (1) or do without it (2) make of a finding.
_CHOSEN = {1: Severity.ERROR, 2: Severity.WARNING}
