"""What an inventory may declare: one structure for each kind of thing, with its defaults.

A mapping of the file becomes a structure; a scalar in its place sets the field named by
`shorthand`. `none` means the absence of an optional value.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Literal

import msgspec

from hmcsh.language.levels import V7R3_2, Level
from hmcsh.model import datacenter, partition
from hmcsh.model.inventory.entry import Entry
from hmcsh.model.inventory.schema_network import (
    Bridge,
    Ethernet,
    SriovLogicalPort,
    VirtualSwitch,
    Vnic,
)
from hmcsh.model.inventory.values import (
    Address,
    BitRate,
    ByteRate,
    CountWanted,
    DrcIndex,
    Duration,
    HostName,
    HostPort,
    Hundredths,
    Megabytes,
    MemoryWanted,
    Name,
    Offset,
    PhysicalVolumeId,
    PortLabel,
    PortNumber,
    Positive,
    ProfileName,
    Serial,
    Share,
    Slot,
    Text,
    TypeModel,
    UnitsWanted,
    UserName,
    Word,
)
from hmcsh.model.states import LparEnvironment, PartitionState, SystemState
from hmcsh.model.storage import Identifier, ReservePolicy
from hmcsh.model.users import NEVER

ANY = "any"
FACTORY_PASSWORD = "abc123"  # noqa: S105 - what every console is delivered with
INTERNAL = "internal"  # a disk of the system itself, not a LUN of the SAN


_WORKLOAD = partition.Workload()
_INTERNAL_DISK = Megabytes(32 * 1024)


class User(Entry):
    """A user of the console. `password_age` is the number of days after which it expires."""

    what = "a user"
    role: Literal["hmcsuperadmin", "hmcservicerep", "hmcoperator", "hmcpe", "hmcviewer"] = (
        "hmcsuperadmin"
    )
    password: str | None = None
    description: Text = Text("HMC User")
    keys: list[str] = msgspec.field(default_factory=list)
    password_age: int = NEVER
    password_changed: datetime.datetime | None = None
    remote_ssh: bool = True
    disabled: bool = False


class Hmc(Entry):
    """The console. `clock` is the calendar time at which it starts.

    `systems` are those that it manages; all of them unless given.
    """

    what = "the HMC"
    name: HostName = HostName("hmc")
    domain: HostName = HostName("localdomain")
    address: Address = Address("127.0.0.1")
    level: Level = V7R3_2
    build: Text = Text("20071117.1")
    service_pack: int = 0
    type_model: TypeModel = TypeModel("7310-CR4")
    serial: Serial = Serial("1017E6B")
    clock: datetime.datetime = datacenter.DEFAULT_START
    users: dict[UserName, User] = msgspec.field(
        default_factory=lambda: {
            UserName("hscroot"): User(key="hscroot", password=FACTORY_PASSWORD)
        }
    )
    files: dict[str, str] = msgspec.field(default_factory=dict)
    systems: list[Name] | None = None


class Network(Entry):
    """A physical Ethernet network: the rate of each of its ports, and what all of them share.

    Without a `backbone` every port has its rate, whatever the others carry.
    """

    what = "a network"
    shorthand = "rate"
    rate: BitRate = BitRate(10**9)
    backbone: BitRate | None = None
    boot_servers: list[Address] = msgspec.field(default_factory=list)


class Lun(Entry):
    """A logical unit on the SAN."""

    what = "a LUN"
    counter = "lun"
    shorthand = "size"
    size: Megabytes = Megabytes(32 * 1024)
    unique_id: Text = Text("")
    pvid: PhysicalVolumeId = PhysicalVolumeId("")
    ieee: Text = Text("")


class Disk(Entry):
    """A physical volume of a VIOS: a LUN of the SAN by name, or `internal`.

    `reads` lists the identifiers that the VIOS has of it.
    """

    what = "a physical volume"
    counter = "disk"
    shorthand = "lun"
    mandatory = ("lun",)
    lun: Word = Word(INTERNAL)
    reserve: ReservePolicy = "no_reserve"
    pvid: PhysicalVolumeId = PhysicalVolumeId("")
    reads: list[Identifier] = msgspec.field(default_factory=lambda: ["unique_id", "pvid"])


class Mover(Entry):
    """The mover of a VIOS: its network, link speed and address.

    `enabled` is the mover service partition attribute, `vasi` tells whether it has its adapter.
    """

    what = "a mover"
    shorthand = "network"
    network: Word = Word("")
    rate: BitRate | None = None
    address: Address | None = None
    slot: Slot | None = None
    enabled: bool = True
    vasi: bool = True


class Backing(Entry):
    """What a server adapter offers its client, in this order, as virtual target devices."""

    luns: list[Word] = msgspec.field(default_factory=list)
    disks: list[Word] = msgspec.field(default_factory=list)
    logical_volumes: list[Word] = msgspec.field(default_factory=list)
    files: list[Word] = msgspec.field(default_factory=list)


class Scsi(Backing):
    """A virtual SCSI client adapter; its server adapter is made with it."""

    what = "a virtual SCSI adapter"
    shorthand = "server"
    mandatory = ("server",)
    server: Name = Name("")
    server_slot: Slot | None = None
    required: bool = False


class FibreChannelPort(Entry):
    """A physical Fibre Channel port of a VIOS that carries virtual ones, by device name."""

    what = "a Fibre Channel port"
    shorthand = "fabric"
    mandatory = ("fabric",)
    fabric: Word = Word("")
    location: Word = Word("")
    limit: Positive = Positive(64)


class FibreChannel(Entry):
    """A virtual Fibre Channel client adapter; its server adapter is made with it.

    `port` is the port of the VIOS that it is mapped to, the first one if none is given.
    """

    what = "a virtual Fibre Channel adapter"
    shorthand = "server"
    mandatory = ("server",)
    server: Name = Name("")
    server_slot: Slot | None = None
    port: Word = Word("")
    required: bool = False


class ServerAdapter(Backing):
    """A virtual SCSI server adapter declared by itself: for `any` client, or for a named one."""

    what = "a virtual SCSI server adapter"
    client: Name = Name(ANY)
    client_slot: Slot | None = None
    required: bool = False


class VirtualSerial(Entry):
    """A virtual serial adapter beyond the two that every partition has."""

    what = "a virtual serial adapter"
    side: Literal["client", "server"] = "server"
    required: bool = False


class Workload(Entry):
    """How an operating system writes to its memory, and whether its pages hold bytes."""

    what = "a workload"
    shorthand = "kind"
    kind: Literal["idle", "uniform", "hot-cold", "zipf", "burst", "saturating"] = "hot-cold"
    written: Share = Share(_WORKLOAD.written)
    working_set: Share = Share(_WORKLOAD.working_set)
    rate: ByteRate = ByteRate(_WORKLOAD.rate)
    content: Literal["versions", "bytes"] = "versions"


class Reaction(Entry):
    """What one does that is told of a migration: `silent` never answers, `slow` takes its time."""

    what = "a reaction"
    shorthand = "answer"
    answer: Literal["accept", "refuse", "silent"] = "accept"
    slow: Duration = Duration(0)


class Registered(Entry):
    """A DLPAR script or kernel extension that is told of migrations."""

    what = "what is registered with an operating system"
    check: Reaction = msgspec.field(default_factory=Reaction)
    prepare: Reaction = msgspec.field(default_factory=Reaction)
    post: Reaction = msgspec.field(default_factory=Reaction)
    reason: Text = Text("")


class Application(Registered):
    """An application that is told of migrations; without `root` its refusals count for nothing."""

    what = "an application"
    root: bool = True


class OperatingSystem(Entry):
    """The operating system of a partition, and its RMC link to the console."""

    what = "an operating system"
    shorthand = "version"
    version: Text = Text("")
    rmc: bool = True
    address: Address | None = None
    workload: Workload = msgspec.field(default_factory=Workload)
    accepts_migration: bool = True
    password: Text = Text(partition.DEFAULT_PASSWORD)
    dlpar_scripts: dict[Word, Registered] = msgspec.field(default_factory=dict)
    applications: dict[Word, Application] = msgspec.field(default_factory=dict)
    kernel_extensions: dict[Word, Registered] = msgspec.field(default_factory=dict)
    volume_groups: dict[Word, VolumeGroup] = msgspec.field(default_factory=dict)


class VolumeGroup(Entry):
    """A volume group of AIX: its disks by device name, and the copies of what lies on them."""

    what = "a volume group"
    mandatory = ("disks",)
    disks: list[Word] = msgspec.field(default_factory=list)
    copies: Literal["1", "2", "3"] = "1"


class IoUse(Entry):
    """A physical I/O slot, by location, in a partition's profile."""

    what = "the use of a physical slot"
    required: bool = False


class Shape(Entry):
    """What a profile gives a partition. None: as in the partition's main profile, or a default."""

    what = "a profile"
    memory: MemoryWanted | None = None
    processing_units: UnitsWanted | None = None
    processors: CountWanted | None = None
    mode: Literal["shared", "ded"] | None = None
    sharing: (
        Literal[
            "cap",
            "uncap",
            "keep_idle_procs",
            "share_idle_procs",
            "share_idle_procs_active",
            "share_idle_procs_always",
        ]
        | None
    ) = None
    weight: int | None = None
    pool: Name | None = None
    max_virtual_slots: Positive | None = None
    huge_pages: int | None = None
    bsr_arrays: int | None = None
    boot_mode: Literal["norm", "dd", "ds", "of", "sms"] | None = None
    auto_start: bool | None = None
    connection_monitoring: bool | None = None
    redundant_error_path_reporting: bool | None = None


class Partition(Shape):
    """A partition, with its main profile and what its operating system is.

    `active_profile` is the one it was last activated with; `activated` tells whether it was ever
    activated, and so whether resources are assigned to it.
    """

    what = "a partition"
    counter = "partition"
    id: Positive | None = None
    type: LparEnvironment = LparEnvironment.AIXLINUX
    state: Literal[
        PartitionState.RUNNING,
        PartitionState.NOT_ACTIVATED,
        PartitionState.OPEN_FIRMWARE,
        PartitionState.ERROR,
    ] = PartitionState.RUNNING
    activated: bool | None = None
    profile: ProfileName = ProfileName("default")
    active_profile: ProfileName | None = ProfileName("")
    profiles: dict[ProfileName, Shape] = msgspec.field(default_factory=dict)
    os: OperatingSystem | None = msgspec.field(default_factory=OperatingSystem)
    ethernet: dict[Slot, Ethernet] = msgspec.field(default_factory=dict)
    scsi: dict[Slot, Scsi] = msgspec.field(default_factory=dict)
    fibre_channel: dict[Slot, FibreChannel] = msgspec.field(default_factory=dict)
    vnic: dict[Slot, Vnic] = msgspec.field(default_factory=dict)
    sriov_logical_ports: list[SriovLogicalPort] = msgspec.field(default_factory=list)
    serial: dict[Slot, VirtualSerial] = msgspec.field(default_factory=dict)
    io: dict[Word, IoUse] = msgspec.field(default_factory=dict)
    lhea_logical_ports: list[HostPort] = msgspec.field(default_factory=list)
    work_group: Positive | None = None
    time_reference: bool = False
    clock_offset: Offset = Offset(0)
    availability_priority: int | None = None
    power_controlled_by: list[Name] = msgspec.field(default_factory=list)
    level: Word = Word("1.5.0.0")
    mover: Mover | None = None
    disks: dict[Word, Disk] = msgspec.field(default_factory=dict)
    fc_ports: dict[Word, FibreChannelPort] = msgspec.field(default_factory=dict)
    bridges: dict[Word, Bridge] = msgspec.field(default_factory=dict)
    server_adapters: dict[Slot, ServerAdapter] = msgspec.field(default_factory=dict)

    @property
    def is_vios(self) -> bool:
        """Whether this is a Virtual I/O Server."""
        return self.type is LparEnvironment.VIOSERVER

    @property
    def served(self) -> list[Scsi | FibreChannel]:
        """Its client adapters: each has a server adapter on a Virtual I/O Server."""
        return [*self.scsi.values(), *self.fibre_channel.values()]

    @property
    def was_activated(self) -> bool:
        """Whether the partition has resources assigned."""
        powered_on = PartitionState(self.state).powered_on
        return powered_on if self.activated is None else self.activated


SERVER_ONLY = ("mover", "disks", "fc_ports", "bridges", "server_adapters", "level")


class Pool(Entry):
    """A shared processor pool besides the default one; amounts in processors."""

    what = "a shared processor pool"
    shorthand = "maximum"
    mandatory = ("maximum",)
    maximum: Hundredths = Hundredths(0)
    reserved: Hundredths = Hundredths(0)
    id: Positive | None = None


class IoSlot(Entry):
    """A physical I/O slot, by location code.

    `disks` are the sizes of those behind a storage card, one of 32 GB unless given.

    `sriov` is the adapter ID of a card that is shared, `labels` those of its physical ports;
    `unplugged` are the numbers of ports without a link.
    """

    what = "a physical slot"
    counter = "slot"
    shorthand = "card"
    card: Literal[
        "empty", "ethernet", "fibre-channel", "storage", "sriov-ethernet", "sriov-roce"
    ] = "empty"
    sriov: Positive | None = None
    labels: list[PortLabel] = msgspec.field(default_factory=list)
    unplugged: list[PortNumber] = msgspec.field(default_factory=list)
    bus: Positive | None = None
    drc_index: DrcIndex | None = None
    disks: list[Megabytes] | None = None

    @property
    def disk_sizes(self) -> list[Megabytes]:
        """Sizes of the disks behind the card, MB."""
        if self.disks is not None:
            return self.disks
        return [_INTERNAL_DISK] if self.card == "storage" else []


class HostEthernet(Entry):
    """A host Ethernet adapter, by ID (eight hexadecimal digits)."""

    what = "a host Ethernet adapter"
    shorthand = "kind"
    kind: Literal["dual-1g", "quad-1g", "dual-10g"] = "quad-1g"
    location: Word = Word("")


class Mobility(Entry):
    """What a system can do of mobility, and how many migrations at a time."""

    what = "the mobility of a system"
    active: bool = True
    inactive: bool = True
    active_supported: int = 40
    inactive_supported: int = 40


class SystemProfile(Entry):
    """A system profile: partitions with the profile that each is activated with."""

    what = "a system profile"
    mandatory = ("partitions",)
    partitions: dict[str, str] = msgspec.field(default_factory=dict)


class Fru(Entry):
    """A field-replaceable unit that an event names, by its part number."""

    what = "a field-replaceable unit"
    shorthand = "part"
    mandatory = ("part",)
    part: Word = Word("")
    serial: Word = Word("")
    location: Word = Word("")
    kind: Text = Text("")
    ccin: Word = Word("")


class Event(Entry):
    """A serviceable event that was reported before the console starts: `age` ago."""

    what = "a serviceable event"
    mandatory = ("refcode",)
    refcode: Word = Word("")
    text: Text = Text("")
    age: Duration = Duration(0)
    severity: int = 0
    partition: Name | None = None
    closed: bool = False
    frus: list[Fru] = msgspec.field(default_factory=list)


class System(Entry):
    """A managed system."""

    what = "a managed system"
    counter = "system"
    type_model: TypeModel = TypeModel("9117-MMA")
    serial: Serial | None = None
    address: Address | None = None
    state: SystemState = SystemState.OPERATING
    connection: Literal[
        "connected", "unreachable", "stale", "password", "locked", "version", "expired"
    ] = "connected"
    access_password: str | None = None
    firmware: Word = Word("EM320_031")
    memory: Megabytes = Megabytes(16 * 1024)
    firmware_memory: Megabytes = Megabytes(512)
    memory_block: Megabytes = Megabytes(64)
    processors: Positive = Positive(4)
    huge_pages: int = 0
    max_partitions: Positive = Positive(254)
    max_processor_pools: Positive = Positive(64)
    mobility: Mobility = msgspec.field(default_factory=Mobility)
    on_battery: bool = False
    redundant_service_processor: bool = False
    sample_rate: Literal[0, 30, 60, 300, 1800, 3600] = 0
    clock_offset: Offset = Offset(0)
    detailed_state: Text = Text("None")
    pools: dict[Name, Pool] = msgspec.field(default_factory=dict)
    virtual_switches: dict[Word, VirtualSwitch] = msgspec.field(default_factory=dict)
    slots: dict[Word, IoSlot] = msgspec.field(default_factory=dict)
    host_ethernet: dict[DrcIndex, HostEthernet] = msgspec.field(default_factory=dict)
    partitions: dict[Name, Partition] = msgspec.field(default_factory=dict)
    system_profiles: dict[Name, SystemProfile] = msgspec.field(default_factory=dict)
    events: list[Event] = msgspec.field(default_factory=list)


Timings = msgspec.defstruct(
    "Timings",
    [(field.name, Duration | None, None) for field in dataclasses.fields(datacenter.Timings)],
    bases=(Entry,),
    namespace={"what": "the timings"},
    kw_only=True,
)


_LIMITS = datacenter.TransferLimits()


class Transfers(Entry):
    """When the rounds of copying end, and what goes along with the pages."""

    what = "the limits of transfers"
    min_pages: Positive = Positive(_LIMITS.min_pages)
    shrink: Share = Share(_LIMITS.shrink)
    max_rounds: Positive = Positive(_LIMITS.max_rounds)
    max_factor: Positive = Positive(_LIMITS.max_factor)
    slices: Positive | None = None
    page_table_rate: ByteRate = ByteRate(_LIMITS.page_table_rate)


class Fault(Entry):
    """Something that goes wrong in a migration: what, where and for how long."""

    what = "a fault"
    shorthand = "kind"
    mandatory = ("kind",)
    kind: Word = Word("")
    partition: Name | None = None
    phase: Word | None = None
    percent: int | None = None
    event: int | None = None
    time: Duration | None = None
    heal_after: Duration | None = None


class Cage(Entry):
    """A cage of a managed frame: the managed system that stands in it, or that owns a drawer."""

    what = "a cage"
    shorthand = "system"
    contents: Literal["sys", "io", "48"] = "sys"
    system: Name | None = None
    location: Word = Word("")


class ManagedFrame(Entry):
    """A managed frame, with its cages by number and the addresses of its two sides."""

    what = "a managed frame"
    mandatory = ("serial",)
    type_model: TypeModel = TypeModel("9A01-100")
    serial: Serial = Serial("")
    number: int = 0
    addresses: list[Address] = msgspec.field(default_factory=list)
    state: Text = Text("Standby/Standby")
    cages: dict[Positive, Cage] = msgspec.field(default_factory=dict)


class Inventory(Entry):
    """A whole inventory."""

    what = "an inventory"
    mandatory = ("systems",)
    hmc: Hmc = msgspec.field(default_factory=Hmc)
    further_hmcs: dict[HostName, Hmc] = msgspec.field(default_factory=dict)
    seed: int = 0
    timings: Timings = msgspec.field(default_factory=Timings)  # type: ignore[valid-type]
    transfers: Transfers = msgspec.field(default_factory=Transfers)
    networks: dict[Word, Network] = msgspec.field(
        default_factory=lambda: {Word("lan"): Network(key="lan")}
    )
    luns: dict[Word, Lun] = msgspec.field(default_factory=dict)
    systems: dict[Name, System] = msgspec.field(default_factory=dict)
    managed_frames: dict[Name, ManagedFrame] = msgspec.field(default_factory=dict)
    faults: list[Fault] = msgspec.field(default_factory=list)
