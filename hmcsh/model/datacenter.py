"""Everything that one process emulates: consoles, managed systems, SAN and networks."""

from __future__ import annotations

import dataclasses
import datetime

from hmcsh.language.messages import HmcError
from hmcsh.model.awareness import ScriptRunner
from hmcsh.model.console import Console
from hmcsh.model.fault import Fault
from hmcsh.model.frame import Frame
from hmcsh.model.index import Index
from hmcsh.model.ledger import Ledger
from hmcsh.model.rack import ManagedFrame
from hmcsh.model.service import ServiceableEvent
from hmcsh.model.storage import Lun
from hmcsh.model.vty import Attached
from hmcsh.runtime import SECOND, Clock

_FIRST_WWPN = 0xC0507602F9AC0000
_WWPNS = 0x10000  # names with one prefix

DEFAULT_START = datetime.datetime(2007, 4, 3, 15, 0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Network:
    """A physical Ethernet network; rates in bits per second.

    `rate` is that of each port, so of a mover's link in each direction; `backbone` what all movers
    on it send together, None where the switches carry all that the ports do.
    `boot_servers` are the addresses at which servers answer partitions that boot over it.
    """

    name: str
    rate: int = 1_000_000_000
    backbone: int | None = None
    boot_servers: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Timings:
    """How long phases take, in ns of virtual time (defaults inferred; inventories set others)."""

    partition_starting: int = 10 * SECOND
    partition_firmware: int = 20 * SECOND
    partition_shutdown: int = 20 * SECOND
    partition_dump: int = 60 * SECOND
    system_power_on: int = 300 * SECOND
    system_power_off: int = 60 * SECOND
    service_processor_failover: int = 120 * SECOND
    migration_starting: int = 4 * SECOND
    shell: int = 3 * SECOND
    movers: int = 2 * SECOND
    prepare: int = 2 * SECOND
    adapters: int = 3 * SECOND
    profiles: int = 2 * SECOND
    complete: int = 2 * SECOND
    cleanup: int = 3 * SECOND
    quiesce: int = SECOND // 10
    resume: int = SECOND // 10
    io_recovery: int = SECOND // 2
    arp: int = SECOND // 100
    copy_timeout: int = 3600 * SECOND
    window_target: int = 3 * SECOND
    console_restart: int = 120 * SECOND
    contact_timeout: int = 30 * SECOND
    mover_timeout: int = 60 * SECOND
    suspend_timeout: int = 10 * SECOND
    pull_timeout: int = 300 * SECOND


@dataclasses.dataclass(frozen=True, slots=True)
class TransferLimits:
    """When the rounds of copying end, and what goes along with the pages (SG24-7460 2.5.4 step 6).

    min_pages: so few dirty pages are few enough. shrink: a round that leaves more than 1 less this
    share of what the one before left no longer decreases. max_rounds, max_factor: the guard of
    Xen, in rounds and in multiples of the memory. slices: parts of a round between which it can be
    stopped; None for one in 512 MiB, at most 64.

    page_table_rate: bytes a second at which the destination builds the partition's hash page
    table anew before it runs (inferred).
    """

    min_pages: int = 50
    shrink: float = 0.05
    max_rounds: int = 30
    max_factor: int = 3
    slices: int | None = None
    page_table_rate: int = 64 << 30


@dataclasses.dataclass(slots=True, eq=False)
class Datacenter:
    """The whole model. `start` is the calendar time at which the clock stands at 0.

    All consoles manage all managed systems; `console` is the first of them. `faults` are those
    that are to strike migrations. `log_in` is what answers at the console devices of operating
    systems; without one nobody is let in. `run_script` runs scripts that partitions hold; without
    it none runs. `ledger` is told what is typed in partitions.
    """

    clock: Clock
    console: Console
    start: datetime.datetime = DEFAULT_START
    seed: int = 0
    timings: Timings = dataclasses.field(default_factory=Timings)
    transfers: TransferLimits = dataclasses.field(default_factory=TransferLimits)
    frames: dict[str, Frame] = dataclasses.field(default_factory=dict)
    luns: dict[str, Lun] = dataclasses.field(default_factory=dict)
    networks: dict[str, Network] = dataclasses.field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    further_consoles: list[Console] = dataclasses.field(default_factory=list)
    managed_frames: list[ManagedFrame] = dataclasses.field(default_factory=list)
    wwpns_made: int = 0
    log_in: type[Attached] | None = None
    run_script: ScriptRunner | None = None
    ledger: Ledger | None = None
    serviceable_events: list[ServiceableEvent] = dataclasses.field(default_factory=list)
    _by_mtms: Index[Frame] = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_mtms = Index(
            lambda: self.frames.values(),
            lambda frame: frame.mtms,
            lambda frame: self.frames.get(frame.name) is frame,
        )

    def new_wwpns(self) -> tuple[str, str]:
        """A pair of world wide port names that no virtual adapter ever had (form: captures)."""
        first = _FIRST_WWPN + self.wwpns_made
        self.wwpns_made += 2
        return f"{first:016x}", f"{first + 1:016x}"

    @property
    def wwpn_prefix(self) -> str:
        """What all world wide port names of virtual adapters begin with, 12 digits."""
        return f"{_FIRST_WWPN:016x}"[:12]

    @property
    def wwpns_remaining(self) -> int:
        """How many such names can be made yet."""
        return _WWPNS - self.wwpns_made

    @property
    def consoles(self) -> list[Console]:
        """Every console, in order of declaration (SG24-7460 5.3: two of them)."""
        return [self.console, *self.further_consoles]

    def calendar(self, time: int) -> datetime.datetime:
        """Calendar time at `time` ns of the clock."""
        return self.start + datetime.timedelta(microseconds=time // 1000)

    def now(self) -> datetime.datetime:
        """Calendar time now."""
        return self.calendar(self.clock.now)

    def frame(self, name: str) -> Frame:
        """Find a managed system by user-defined name or by `tttt-mmm*sssssss`.

        Raises HmcError HSCL8018 if there is none.
        """
        found = self.frames.get(name) or self._by_mtms.find(name)
        if found is None:
            raise HmcError("system_not_found", name=name)
        return found

    def managed_frame(self, name: str) -> ManagedFrame:
        """Find a managed frame by user-defined name or by `tttt-mmm*sssssss`.

        Raises HmcError if there is none.
        """
        for frame in self.managed_frames:
            if name in (frame.name, frame.mtms):
                return frame
        raise HmcError("frame_not_found", name=name)
