"""A managed system: processors, memory, slots and the partitions that share them."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hmcsh.language.messages import HmcError
from hmcsh.model.adapters import DEFAULT_SWITCH
from hmcsh.model.connection import Trouble
from hmcsh.model.hea import HostEthernetAdapter
from hmcsh.model.history import Departed, Forgotten, History, Ledger, Was, watched
from hmcsh.model.index import Index
from hmcsh.model.logs import REFERENCE_CODE_LIMIT, ReferenceCode
from hmcsh.model.partition import Partition
from hmcsh.model.sampling import Sampling
from hmcsh.model.sriov import SriovAdapter
from hmcsh.model.states import MigrationKind, SystemState
from hmcsh.model.storage import InternalDisk
from hmcsh.model.undertaking import Undertaking
from hmcsh.runtime import Clock

NO_DETAIL = "None"
FAILOVER = "Service Processor Failover"

# How much is remembered of what was: of states of a system, and of states and resources of its
# partitions, in all and more for each. (That a real console bounds it, too, is inferred.)
STATES_KEPT = 500
CHANGES_KEPT = 1000
CHANGES_KEPT_EACH = 20

if TYPE_CHECKING:
    from hmcsh.model.datacenter import Datacenter
    from hmcsh.model.migration import Migration


@dataclasses.dataclass(slots=True)
class ProcessorPool:
    """A shared processor pool; pool 0 is the default pool without a maximum (in hundredths)."""

    pool_id: int
    name: str
    maximum: int | None = None
    reserved: int = 0


@dataclasses.dataclass(slots=True)
class VirtualSwitch:
    """A virtual Ethernet switch of the hypervisor.

    `mode` is VEB, a bridge that switches by itself, or VEPA, which leaves it to the next switch.
    """

    name: str
    mode: str = "VEB"


@dataclasses.dataclass(slots=True)
class IoSlot:
    """A physical I/O slot. `owner` is the partition ID that holds it, None if nobody does.

    `card` is the kind of what is plugged in, `disks` are those behind a storage card.
    """

    drc_index: str
    unit: str
    bus_id: int
    location: str
    description: str = "Empty slot"
    feature_codes: tuple[str, ...] = ("0",)
    pci_ids: tuple[str, str, str, str] = ("FFFF", "FFFF", "FFFF", "FFFF")
    pci_class: str = "FFFF"
    pci_revision: str = "FF"
    pool_id: int | None = None
    owner: int | None = None
    card: str = "empty"
    disks: tuple[InternalDisk, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Mobility:
    """What a managed system can do of Live Partition Mobility (SG24-7460 5.6.2)."""

    active: bool = True
    inactive: bool = True
    active_supported: int = 40
    inactive_supported: int = 40


@watched("state")
@dataclasses.dataclass(slots=True, eq=False)
class Frame:
    """A managed system. Memory in MB, processors in hundredths of a processor.

    `sriov` holds the adapters that can be shared, by the DRC index of their slots.

    A system profile names, by partition ID, the profile that each of its partitions is activated
    with.

    `inactive_profile_policy` says where the inactive migration of a partition takes memory and
    processors from: config, what it was last given, or prof, the profile last activated.
    `clock_offset` is by how much its clock is ahead of the console's, ns. The requested huge pages
    and the pending block size are those from the next power-on. `partitions_created` counts those
    that were made on it, so that no two of them ever are the same one. `trouble` is what is the
    matter with the connection of the consoles, None if they are connected; `access_password` is
    what a console must know to connect. `attention` and `virtual_attention` are its attention LEDs,
    `identified` the locations whose LEDs are lit; `departed` tells of partitions that are
    gone, `forgotten` of what is remembered no more. `underway` is what it is busy with.
    """

    datacenter: Datacenter
    name: str
    type_model: str
    serial_number: str
    ip_address: str
    installed_memory: int
    firmware_memory: int
    memory_block: int
    installed_processors: int
    state: SystemState = SystemState.OPERATING
    trouble: Trouble | None = None
    access_password: str | None = None
    firmware: str = "EM320_031"
    mobility: Mobility = dataclasses.field(default_factory=Mobility)
    on_battery: bool = False
    max_partitions: int = 254
    max_processor_pools: int = 64
    power_off_policy: bool = True
    power_on_start_policy: str = "autostart"
    service_lpar_id: int | None = None
    keylock: str = "norm"
    huge_pages: int = 0
    requested_huge_pages: int = 0
    pending_memory_block: int = 0
    memory_mirroring: str = "none"
    clock_offset: int = 0
    detailed_state: str = NO_DETAIL
    state_detail: str = ""
    description: str = ""
    partitions_created: int = 0
    inactive_profile_policy: str = "config"
    pools: dict[int, ProcessorPool] = dataclasses.field(
        default_factory=lambda: {0: ProcessorPool(0, "DefaultPool")}
    )
    slots: dict[str, IoSlot] = dataclasses.field(default_factory=dict)
    host_ethernet: dict[str, HostEthernetAdapter] = dataclasses.field(default_factory=dict)
    switches: dict[str, VirtualSwitch] = dataclasses.field(
        default_factory=lambda: {DEFAULT_SWITCH: VirtualSwitch(DEFAULT_SWITCH)}
    )
    sriov: dict[str, SriovAdapter] = dataclasses.field(default_factory=dict)
    partitions: dict[int, Partition] = dataclasses.field(default_factory=dict)
    system_profiles: dict[str, dict[int, str]] = dataclasses.field(default_factory=dict)
    listing_order: list[int] = dataclasses.field(default_factory=list)
    migrations: list[Migration] = dataclasses.field(default_factory=list)
    reference_codes: deque[ReferenceCode] = dataclasses.field(
        default_factory=lambda: deque(maxlen=REFERENCE_CODE_LIMIT)
    )
    redundant_service_processor: bool = False
    secondary_reference_codes: deque[ReferenceCode] = dataclasses.field(
        default_factory=lambda: deque(maxlen=REFERENCE_CODE_LIMIT)
    )
    attention: bool = False
    virtual_attention: bool = False
    identified: set[str] = dataclasses.field(default_factory=set)
    history: History = dataclasses.field(default_factory=History)
    departed: list[Departed] = dataclasses.field(default_factory=list)
    forgotten: Forgotten | None = None
    sampling: Sampling = dataclasses.field(default_factory=Sampling)
    underway: tuple[Undertaking, ...] = ()
    _by_name: Index[Partition] = dataclasses.field(init=False, repr=False)
    _ledger: Ledger = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_name = Index(
            lambda: self.partitions.values(),
            lambda partition: partition.name,
            lambda partition: self.partitions.get(partition.lpar_id) is partition,
        )
        self._ledger = Ledger()
        self.requested_huge_pages = self.requested_huge_pages or self.huge_pages
        self.pending_memory_block = self.pending_memory_block or self.memory_block

    def remember(self) -> None:
        """Keep the state that holds until now."""
        self.history.add(Was(self.datacenter.clock.now, self.state))
        if len(self.history) > 2 * STATES_KEPT:
            del self.history[:-STATES_KEPT]
            self.sampling.keep_since(self.history[0].until)

    def partition_remembered(self) -> None:
        """Let go of the oldest of what partitions have been, if it is much by now."""
        self._ledger.entries += 1
        most = CHANGES_KEPT + CHANGES_KEPT_EACH * len(self.partitions)
        if self._ledger.entries * 5 > most:
            from hmcsh.model.utilization import forget  # which counts on this module

            self._ledger.entries = 0
            forget(self, most)

    def at(self, time: int) -> SystemState:
        """Its state at a time."""
        was = self.history.at(time)
        state: SystemState = self.state if was is None else was.state
        return state

    @property
    def clock(self) -> Clock:
        """The clock of its datacenter."""
        return self.datacenter.clock

    @property
    def mtms(self) -> str:
        """Machine type, model and serial number, such as `9117-MMA*10FFE0B`."""
        return f"{self.type_model}*{self.serial_number}"

    @property
    def machine_id(self) -> str:
        """What `uname -m` of AIX shows on it (form: captures), such as `00CDD4AC4C00`."""
        return f"00C{self.serial_number[-5:]}4C00"

    @property
    def seen_state(self) -> SystemState:
        """The state in which the consoles see it: that of the connection, if it is not there."""
        return self.state if self.trouble is None else self.trouble.value.system_state

    @property
    def memory_assigned(self) -> int:
        """MB assigned to partitions."""
        return sum(p.current.memory.desired for p in self.partitions.values() if p.current)

    @property
    def memory_available(self) -> int:
        """MB that can be assigned: configurable less firmware less assigned (capture, V7R7.9)."""
        return self.installed_memory - self.firmware_memory - self.memory_assigned

    @property
    def processors_available(self) -> int:
        """Hundredths of processors that can be assigned (capture, V7R7.9)."""
        assigned = sum(p.current.processors.consumed for p in self.partitions.values() if p.current)
        return self.installed_processors - assigned

    @property
    def huge_pages_available(self) -> int:
        """Huge pages that can be assigned."""
        assigned = sum(p.current.huge_pages.desired for p in self.partitions.values() if p.current)
        return self.huge_pages - assigned

    def time_of_day(self, time: int) -> int:
        """What its clock shows at virtual time `time`, ns since the calendar start."""
        return time + self.clock_offset

    def pool_units(self, pool_id: int, but: Partition | None = None) -> int:
        """Hundredths of processors that partitions of a shared processor pool have, but for one."""
        return sum(
            p.current.processors.units.desired
            for p in self.partitions.values()
            if p is not but
            and p.current
            and p.current.processors.mode == "shared"
            and p.current.processors.pool_id == pool_id
        )

    def pool_units_available(self, pool_id: int, but: Partition | None = None) -> int | None:
        """Hundredths of processors that a shared processor pool has left; None without a limit.

        What the partition `but` has of them counts as left.
        """
        pool = self.pools.get(pool_id)
        if pool is None or pool.maximum is None:
            return None
        return pool.maximum - self.pool_units(pool_id, but)

    def listed_partitions(self) -> Iterator[Partition]:
        """Partitions in the order in which the console lists them.

        Discovery order, in which partitions that arrive later come first (inferred from captures,
        which are neither sorted by ID nor by name).
        """
        return (self.partitions[lpar_id] for lpar_id in self.listing_order)

    def virtual_io_servers(self) -> list[Partition]:
        """Virtual I/O Servers in listing order."""
        return [p for p in self.listed_partitions() if p.is_vios]

    def add(self, partition: Partition) -> None:
        """Define a partition. Raises HmcError if its ID or name is taken."""
        if partition.lpar_id in self.partitions:
            raise HmcError("id_in_use", id=partition.lpar_id)
        if self.find_by_name(partition.name) is not None:
            raise HmcError("name_in_use", name=partition.name)
        self.partitions[partition.lpar_id] = partition
        self.listing_order.insert(0, partition.lpar_id)
        partition.history.add(Was(self.datacenter.clock.now, None))

    def remove(self, partition: Partition) -> None:
        """Remove a partition's definition.

        Its slots are free, system profiles and an open terminal lose it.
        """
        departed = partition.departed()  # while it is there: what is forgotten of it is counted
        del self.partitions[partition.lpar_id]
        self.departed.append(departed)
        for members in self.system_profiles.values():
            members.pop(partition.lpar_id, None)
        self.listing_order.remove(partition.lpar_id)
        partition.vty.close()
        for slot in self.slots.values():
            if slot.owner == partition.lpar_id:
                slot.owner = None

    def find_by_name(self, name: str) -> Partition | None:
        """The partition of a name, None if there is none."""
        return self._by_name.find(name)

    def partition(self, name: str | None = None, lpar_id: int | None = None) -> Partition:
        """Find a partition by name or by ID.

        Raises HmcError HSCL8012 for an unknown name, HSCL8011 for an unknown ID.
        """
        if name is not None:
            found = self.find_by_name(name)
            if found is None:
                raise HmcError("lpar_not_found", name=name)
            return found
        if lpar_id is None:
            raise TypeError("a name or an ID is needed")
        try:
            return self.partitions[lpar_id]
        except KeyError:
            raise HmcError("lpar_id_not_found", id=lpar_id) from None

    def lowest_free_id(self) -> int | None:
        """The lowest partition ID that is not in use, None if the system is full."""
        for lpar_id in range(1, self.max_partitions + 1):
            if lpar_id not in self.partitions:
                return lpar_id
        return None

    def client_name(self, lpar_id: int | str) -> str:
        """Name of the partition with an ID, "" if it is `any` or gone (capture, V7R7.9)."""
        found = self.partitions.get(lpar_id) if isinstance(lpar_id, int) else None
        return found.name if found else ""

    def migrations_in_progress(self, kind: MigrationKind) -> int:
        """Number of migrations of one kind that involve this managed system."""
        return sum(migration.kind is kind for migration in self.migrations)

    @property
    def lock_holder(self) -> str | None:
        """Name of the console that holds a lock on the system by a migration (SG24-7460 5.3)."""
        held = (m.console for m in self.migrations if m.console and not m.lock_broken)
        return next(held, None)

    def require_lock(self, console: str) -> None:
        """Refuse a change by a console while another one holds a lock. Raises HmcError."""
        holder = self.lock_holder
        if holder is not None and holder != console:
            raise HmcError("lpm_locked", system=self.name, console=holder)

    def break_lock(self) -> None:
        """Take the locks off; the migrations that held them go on."""
        for migration in self.migrations:
            migration.lock_broken = True

    def show_reference_code(self, code: str, *words: str, location: str = "") -> None:
        """Make `code` the newest reference code of the (primary) service processor."""
        entry = ReferenceCode(self.datacenter.clock.now, code, words, location)
        self.reference_codes.appendleft(entry)

    def require_operating(self) -> None:
        """Refuse work that needs a running hypervisor. Raises HmcError."""
        if not self.seen_state.hypervisor_runs:
            raise HmcError("system_wrong_state", name=self.name)

    def require_connection(self) -> None:
        """Refuse work that needs the service processor. Raises HmcError."""
        if self.trouble is not None:
            raise HmcError("system_not_connected", name=self.name)

    def all_mac_addresses(self, but: Partition | None = None) -> Iterable[str]:
        """MAC addresses of all virtual adapters of the system, but those of one partition."""
        for partition in self.partitions.values():
            if partition is not but:
                yield from partition.mac_addresses()
