"""A logical partition: definition, assigned resources, adapters, operating system, history."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from hmcsh.language.messages import HmcError
from hmcsh.model import capabilities
from hmcsh.model.adapters import (
    FIRST_FREE_SLOT,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.awareness import PerformanceCounters, Registered
from hmcsh.model.customized import Customized
from hmcsh.model.devices import DeviceDatabase
from hmcsh.model.filetree import FileTree
from hmcsh.model.hea import LogicalPort
from hmcsh.model.history import Departed, History, Was, watched
from hmcsh.model.logs import ERROR_LOG_LIMIT, REFERENCE_CODE_LIMIT, ErrorLogEntry, ReferenceCode
from hmcsh.model.lvm import GroupPlan
from hmcsh.model.resources import Profile, Resources
from hmcsh.model.sriov import SriovLogicalPort
from hmcsh.model.states import LparEnvironment, MigrationState, PartitionState
from hmcsh.model.undertaking import Undertaking
from hmcsh.model.vty import Vty
from hmcsh.runtime import Clock

if TYPE_CHECKING:
    from hmcsh.model.frame import Frame
    from hmcsh.model.migration import Migration
    from hmcsh.model.vios import VirtualIoServer

DEFAULT_PASSWORD = "abc123"  # noqa: S105 (that of hscroot on a new console)
BYTES_LIMIT = 64  # MB of a partition whose pages are kept with their bytes

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclasses.dataclass(frozen=True, slots=True)
class Workload:
    """How a running operating system writes to its memory; figures of the inventory.

    `kind` is idle, uniform, hot-cold, zipf, burst or saturating; `written` the share of memory
    that was ever written, `working_set` the share being rewritten, `rate` in bytes per second.
    `content` tells what is kept of its pages: `versions`, or `bytes` of at most BYTES_LIMIT MB.
    """

    kind: str = "hot-cold"
    written: float = 0.6
    working_set: float = 0.03
    rate: int = 8 * 1024 * 1024
    content: str = "versions"


class Synchronization(enum.IntEnum):
    """Whether dynamic changes enter the profile that a partition runs with (recalled, V7R7.8 on).

    SUSPENDED becomes ON with the next activation, or when a profile is applied.
    """

    OFF = 0
    ON = 1
    SUSPENDED = 2


@dataclasses.dataclass(slots=True)
class OperatingSystem:
    """The operating system installed in a partition.

    `rmc` tells whether its RMC link to the console comes up when it runs, `reachable` whether an
    interface with an address is up; `accepts_migration` is
    what it answers to the check-migrate request by itself. `registered` are those that it tells of
    a migration, in this order: scripts, applications, kernel extensions. `planned_groups` are the
    volume groups that it has from its first start; `errors_logged` counts the entries that its
    error log ever had, `starts` how often it was started. `devices` is what it keeps of its
    devices; `Partition.devices` shows them.

    `password` is that of the user of its console, who was let in at `last_log_in` and whose
    password was wrong at `last_refusal`. `files` are made when they are first asked for.
    """

    version: str = "AIX 6.1 6100-00-01-0748"
    rmc: bool = True
    ip_address: str = ""
    workload: Workload = dataclasses.field(default_factory=Workload)
    accepts_migration: bool = True
    registered: tuple[Registered, ...] = ()
    performance: PerformanceCounters = dataclasses.field(default_factory=PerformanceCounters)
    planned_groups: tuple[GroupPlan, ...] = ()
    errors_logged: int = 0
    host_name: str = ""
    reachable: bool = True
    starts: int = 0
    devices: Customized = dataclasses.field(default_factory=Customized, repr=False)
    password: str = DEFAULT_PASSWORD
    last_log_in: datetime.datetime | None = None
    last_refusal: datetime.datetime | None = None
    files: FileTree | None = dataclasses.field(default=None, repr=False)

    @property
    def is_aix(self) -> bool:
        """Whether this is AIX."""
        return self.version.startswith("AIX")


@watched("state", "current")
@dataclasses.dataclass(slots=True, eq=False)
class Partition:
    """A partition of a managed system.

    `current` and `pending` are None while nothing is assigned (never activated, or moved while
    inactive). `running_profile` is the profile that it was last activated with, "" if none;
    `uuid` identifies it wherever it moves. `underway` is the start or stop that it is busy with,
    one at most: a later one takes its place. `running_since` is the virtual time, ns, at which it
    began to run; `time_offset` its clock less that of its managed system, ns.
    `firmware` is where it is while it is in Open Firmware: at the prompt `of`, in `sms`, or "" on
    its way to the operating system. `counted` are its counters when what was before was forgotten
    (:class:`hmcsh.model.history.Forgotten`), of all kinds or none. `vty` is its console device.
    """

    frame: Frame
    lpar_id: int
    name: str
    environment: LparEnvironment
    uuid: str
    profiles: dict[str, Profile]
    default_profile: str
    running_profile: str = ""
    state: PartitionState = PartitionState.NOT_ACTIVATED
    activated_before: bool = False
    current: Resources | None = None
    pending: Resources | None = None
    adapters: dict[int, VirtualAdapter] = dataclasses.field(default_factory=dict)
    max_virtual_slots: int = 10
    mac_stem: str = "0000000000"
    operating_system: OperatingSystem | None = None
    vios: VirtualIoServer | None = None
    work_group_id: int | None = None
    performance_collection: bool = False
    time_reference: bool = False
    keylock: str = "norm"
    auto_start: bool = False
    redundant_error_path_reporting: bool = False
    availability_priority: int = 127
    boot_mode: str = "norm"
    firmware: str = "of"
    bsr_arrays: int = 0
    lhea_logical_ports: tuple[LogicalPort, ...] = ()
    compatibility_mode: str = "default"
    affinity_group_id: int | None = None
    synchronization: Synchronization = Synchronization.OFF
    suspend_capable: bool = False
    remote_restart_capable: bool = False
    simplified_remote_restart_capable: bool = False
    migration_disabled: bool = False
    vtpm_enabled: bool = False
    secure_boot: int = 0
    current_secure_boot: int = 0
    ipl_source: str = "b"
    description: str = ""
    sriov_logical_ports: tuple[SriovLogicalPort, ...] = ()
    power_controlling_lpar_ids: tuple[int, ...] = ()
    migration: Migration | None = None
    attention: bool = False
    underway: tuple[Undertaking, ...] = ()
    running_since: int = 0
    time_offset: int = 0
    reference_codes: list[ReferenceCode] = dataclasses.field(default_factory=list)
    error_log: list[ErrorLogEntry] = dataclasses.field(default_factory=list)
    history: History = dataclasses.field(default_factory=History)
    counted: tuple[str, ...] = ()
    vty: Vty = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.vty = Vty(self)

    def remember(self) -> None:
        """Keep the state and resources that hold until now."""
        self.history.add(Was(self.frame.datacenter.clock.now, self.state, self.current))
        self.frame.partition_remembered()

    def at(self, time: int) -> Was:
        """Its state and resources at a time; `until` is then of no account."""
        return self.history.at(time) or Was(time, self.state, self.current)

    @property
    def workload_kind(self) -> str:
        """The kind of workload of its operating system, "" without one."""
        return self.operating_system.workload.kind if self.operating_system else ""

    def departed(self) -> Departed:
        """What counters need of it when it goes now."""
        self.remember()
        return Departed(self.uuid, self.workload_kind, History(self.history), self.counted)

    @property
    def clock(self) -> Clock:
        """The clock of its datacenter."""
        return self.frame.datacenter.clock

    @property
    def is_vios(self) -> bool:
        """Whether this is a Virtual I/O Server."""
        return self.environment is LparEnvironment.VIOSERVER

    @property
    def is_aix_or_linux(self) -> bool:
        """Whether this is a partition for AIX or Linux."""
        return self.environment is LparEnvironment.AIXLINUX

    @property
    def is_mover(self) -> bool:
        """Whether this is a Virtual I/O Server with the mover service partition attribute."""
        return self.vios is not None and self.vios.mover

    @property
    def io_server(self) -> VirtualIoServer:
        """The devices of a Virtual I/O Server. Raises TypeError on another partition."""
        if self.vios is None:
            raise TypeError(f"{self.name} is not a Virtual I/O Server")
        return self.vios

    @property
    def devices(self) -> DeviceDatabase:
        """The devices that its operating system knows. Raises TypeError without one."""
        return DeviceDatabase(self)

    @property
    def host_name(self) -> str:
        """The host name of its operating system: that of the partition unless another was set."""
        system = self.operating_system
        return (system.host_name if system else "") or self.name.lower()

    @property
    def system_level(self) -> str:
        """The level of its operating system, such as 1.5.0.0 or 6.1; 0 if it is not known."""
        if self.vios is not None:
            return self.vios.level
        system = self.operating_system
        found = re.search(r"\d+(\.\d+)*", system.version) if system else None
        return found[0] if found else "0"

    @property
    def running(self) -> bool:
        """Whether an operating system runs in the partition, migrating or not."""
        return self.state in (PartitionState.RUNNING, PartitionState.MIGRATING_RUNNING)

    @property
    def rmc_active(self) -> bool:
        """Whether the console reaches the operating system over RMC."""
        system = self.operating_system
        return self.running and system is not None and system.rmc and system.reachable

    @property
    def migrating(self) -> bool:
        """Whether a migration of this partition is under way or waits for recovery."""
        return self.migration is not None

    @property
    def migration_state(self) -> MigrationState:
        """State of this partition's migration."""
        return MigrationState.NOT_MIGRATING if self.migration is None else self.migration.state

    @property
    def logical_serial_number(self) -> str:
        """System serial number and the partition ID in base 36 (capture, V7R7.9)."""
        digits, rest = "", self.lpar_id
        while rest or not digits:
            rest, digit = divmod(rest, 36)
            digits = _BASE36[digit] + digits
        return self.frame.serial_number + digits

    @property
    def active_profile(self) -> Profile:
        """The profile that describes the present configuration best: the last activated one."""
        return self.profiles[self.running_profile or self.default_profile]

    def time_of_day(self, time: int) -> int:
        """What its clock shows at virtual time `time`, ns since the calendar start."""
        return self.frame.time_of_day(time) + self.time_offset

    def now(self) -> datetime.datetime:
        """What its clock shows now."""
        datacenter = self.frame.datacenter
        return datacenter.calendar(self.time_of_day(datacenter.clock.now))

    def page_table_ratio(self, resources: Resources) -> int:
        """N, where the hardware page table has 1/N of the memory of some resources."""
        return resources.page_table_ratio or capabilities.page_table_ratio(self.frame)

    def mac_address(self, slot: int) -> str:
        """MAC address of the virtual Ethernet adapter in a slot (form: captures, POWER6)."""
        return f"{self.mac_stem}{slot % 256:02X}"

    def mac_addresses(self, but: int | None = None) -> list[str]:
        """MAC addresses of its adapters and logical ports, without that of one virtual slot."""
        found = [
            adapter.mac
            for slot, adapter in sorted(self.adapters.items())
            if isinstance(adapter, (EthernetAdapter, VnicAdapter)) and slot != but
        ]
        return [*found, *(port.mac for port in self.sriov_logical_ports)]

    def adapters_of(self, kind: type[VirtualAdapter]) -> list[VirtualAdapter]:
        """Present virtual adapters of one type, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, kind)]

    @property
    def scsi_adapters(self) -> list[ScsiAdapter]:
        """Present virtual SCSI adapters, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, ScsiAdapter)]

    @property
    def ethernet_adapters(self) -> list[EthernetAdapter]:
        """Present virtual Ethernet adapters, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, EthernetAdapter)]

    @property
    def fc_adapters(self) -> list[FibreChannelAdapter]:
        """Present virtual Fibre Channel adapters, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, FibreChannelAdapter)]

    @property
    def vnic_adapters(self) -> list[VnicAdapter]:
        """Present virtual NICs, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, VnicAdapter)]

    @property
    def vasi_adapters(self) -> list[VasiAdapter]:
        """Present VASI adapters, by slot number."""
        return [a for _, a in sorted(self.adapters.items()) if isinstance(a, VasiAdapter)]

    def next_free_slot(self, but: Collection[int] = ()) -> int | None:
        """The lowest free virtual slot from 2 on (capture, V7R7.9), None if all are taken.

        Slots `but` are to be left free.
        """
        for slot in range(FIRST_FREE_SLOT, self.max_virtual_slots):
            if slot not in self.adapters and slot not in but:
                return slot
        return None

    def show_reference_code(self, code: str, *words: str, location: str = "") -> None:
        """Make `code` the newest reference code of the partition."""
        entry = ReferenceCode(self.frame.datacenter.clock.now, code, words, location)
        self.reference_codes.insert(0, entry)
        del self.reference_codes[REFERENCE_CODE_LIMIT:]
        self.vty.show_reference_code(code)

    def log_error(
        self, identifier: str, label: str, kinds: str, resource: str, description: str
    ) -> ErrorLogEntry:
        """Write an entry to the error log; `kinds` holds type and class, such as `IS`."""
        now = self.frame.datacenter.clock.now
        system = self.operating_system
        if system is not None:
            system.errors_logged += 1
        entry = ErrorLogEntry(
            now,
            self.time_of_day(now),
            identifier,
            label,
            kinds[0],
            kinds[1],
            resource,
            description,
            system.errors_logged if system is not None else 0,
            self.frame.machine_id,
            self.host_name,
        )
        self.error_log.insert(0, entry)
        del self.error_log[ERROR_LOG_LIMIT:]
        return entry

    def profile(self, name: str) -> Profile:
        """Find a profile by name. Raises HmcError if there is none."""
        try:
            return self.profiles[name]
        except KeyError:
            raise HmcError("profile_not_found", name=name) from None

    def require_unlocked(self) -> None:
        """Refuse a change of the configuration while a migration is on (SG24-7460 2.5.3, 6.2)."""
        if self.migration is not None:
            raise HmcError("config_locked", name=self.name)

    def require_no_migration_served(self) -> None:
        """Refuse to stop a Virtual I/O Server that a migration under way needs (inferred)."""
        if any(self in migration.servers for migration in self.frame.migrations):
            raise HmcError("vios_serves_migration", name=self.name)
