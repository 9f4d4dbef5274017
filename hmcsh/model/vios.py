"""What a Virtual I/O Server has beyond a partition: devices, bridges and its mover."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Collection

from hmcsh.model.storage import Disk, VirtualTarget

GIGABIT = 1_000_000_000

# Migrations that a mover carries at a time (SG24-7460 2.2), and from 2.2.2 on (IBM's page on the
# pseudo-device vioslpm0, POWER8).
MIGRATIONS_AT_A_TIME = 4
MIGRATIONS_SINCE_2_2_2 = 8
DEFAULT_PERFORMANCE = 3  # 4 from 2.2.4 on (the same)


@dataclasses.dataclass(slots=True)
class SharedEthernet:
    """A shared Ethernet adapter: bridges VLANs of trunk adapters to a physical network."""

    name: str
    network: str
    trunk_slots: tuple[int, ...]
    backing: str = "ent0"


@dataclasses.dataclass(frozen=True, slots=True)
class FibreChannelPort:
    """A physical Fibre Channel port of a Virtual I/O Server that can carry virtual ones.

    `fabric` names the SAN fabric that it is cabled to, "" for none; `wwpn` is 16 upper-case
    hexadecimal digits; at most `limit` virtual adapters share the port.
    """

    name: str
    location: str
    wwpn: str
    fabric: str = ""
    limit: int = 64


@dataclasses.dataclass(frozen=True, slots=True)
class VirtualFibreChannelHost:
    """The device of a virtual Fibre Channel server adapter, and the port it is mapped to or ""."""

    name: str
    port: str = ""


def _lowest_free(prefix: str, taken: Collection[str]) -> str:
    return next(name for n in range(len(taken) + 1) if (name := f"{prefix}{n}") not in taken)


@dataclasses.dataclass(slots=True)
class VirtualIoServer:
    """Devices and attributes of a Virtual I/O Server partition (SG24-7460 2.1, 4.2).

    `mover` is the partition's mover service partition attribute; `mover_network` names the network
    over which its mover talks, at `mover_rate` bits per second. `migrations_configured` and
    `performance_configured` are what was set for its mover, None for the default. The last four
    tell whether the cable of that network is plugged in, whether the mover and its VASI devices
    work, and whether virtual target devices can be made.
    """

    level: str = "1.5.0.0"
    mover: bool = False
    mover_network: str = ""
    mover_rate: int = GIGABIT
    mover_address: str = ""
    migrations_configured: int | None = None
    performance_configured: int | None = None
    disks: dict[str, Disk] = dataclasses.field(default_factory=dict)
    targets: dict[int, list[VirtualTarget]] = dataclasses.field(default_factory=dict)
    vhosts: dict[int, str] = dataclasses.field(default_factory=dict)
    bridges: list[SharedEthernet] = dataclasses.field(default_factory=list)
    fc_ports: dict[str, FibreChannelPort] = dataclasses.field(default_factory=dict)
    vfchosts: dict[int, VirtualFibreChannelHost] = dataclasses.field(default_factory=dict)
    link_up: bool = True
    mover_works: bool = True
    vasi_works: bool = True
    makes_targets: bool = True

    @property
    def migrations_supported(self) -> int:
        """How many migrations its mover can carry at a time."""
        return MIGRATIONS_SINCE_2_2_2 if self._since(2, 2, 2) else MIGRATIONS_AT_A_TIME

    @property
    def migration_limit(self) -> int:
        """How many migrations its mover carries at a time."""
        return self.migrations_configured or self.migrations_supported

    @property
    def performance_level(self) -> int:
        """From 1 to 5, how much its mover takes for each migration; 1 is the most."""
        return self.performance_configured or DEFAULT_PERFORMANCE + self._since(2, 2, 4)

    def _since(self, *level: int) -> bool:
        parts = self.level.split(".")
        return all(part.isdecimal() for part in parts) and tuple(map(int, parts)) >= level

    @property
    def mover_device(self) -> str:
        """Name of the adapter over which its mover talks (inferred).

        The shared Ethernet adapter of its network, else the first one, else the first adapter.
        """
        ordered = sorted(self.bridges, key=lambda bridge: bridge.network != self.mover_network)
        return ordered[0].name if ordered else "ent0"

    def add_vhost(self, slot: int) -> str:
        """Name the device of a new server adapter: the lowest free `vhostN`."""
        name = self.vhosts[slot] = _lowest_free("vhost", set(self.vhosts.values()))
        self.targets.setdefault(slot, [])
        return name

    def remove_vhost(self, slot: int) -> None:
        """Forget the device of a server adapter and its targets."""
        self.vhosts.pop(slot, None)
        self.targets.pop(slot, None)

    def free_target_name(self, wanted: str = "") -> str:
        """Give `wanted` if no target has that name yet, else the lowest free `vtscsiN`."""
        taken = {target.name for targets in self.targets.values() for target in targets}
        if wanted and wanted not in taken:
            return wanted
        return _lowest_free("vtscsi", taken)

    def add_vfchost(self, slot: int, port: str = "") -> str:
        """Name the device of a new virtual Fibre Channel server adapter, and map it to a port."""
        name = _lowest_free("vfchost", {host.name for host in self.vfchosts.values()})
        self.vfchosts[slot] = VirtualFibreChannelHost(name, port)
        return name

    def remove_vfchost(self, slot: int) -> None:
        """Forget the device of a virtual Fibre Channel server adapter."""
        self.vfchosts.pop(slot, None)

    def free_fc_port(self, fabric: str, name: str = "") -> FibreChannelPort | None:
        """The least used port on a fabric that can carry one more virtual adapter.

        Where `name` is given it must be that one.
        """
        used = collections.Counter(host.port for host in self.vfchosts.values())
        free = [
            port
            for port in self.fc_ports.values()
            if port.fabric == fabric and used[port.name] < port.limit and name in ("", port.name)
        ]
        return min(free, key=lambda port: used[port.name], default=None)

    def disk_for(self, unique_id: str) -> Disk | None:
        """The physical volume through which this VIOS sees a LUN."""
        for disk in self.disks.values():
            if disk.lun is not None and disk.lun.unique_id == unique_id:
                return disk
        return None
