"""Utilization events: samples and changes, and their attributes in the order of `lslparutil`."""

from __future__ import annotations

import dataclasses
import functools
import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hmcsh.commands.hmc.attributes.sys import TIME_FORMAT

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.frame import Frame, ProcessorPool
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Processors, Resources
from hmcsh.model.states import PartitionState, SystemState
from hmcsh.model.units import format_units
from hmcsh.model.utilization import (
    CYCLES_PER_SECOND,
    Counters,
    Meter,
    PoolCounters,
    assigned,
    runs,
    work,
)

SYS, LPAR, POOL, PROCPOOL = "sys", "lpar", "pool", "procpool"
MEMPOOL = "mempool"  # which no system here has
TYPES = (SYS, LPAR, POOL, PROCPOOL)
SAMPLE, STATE_CHANGE, CONFIG_CHANGE, COD_USAGE = (
    "sample",
    "state_change",
    "config_change",
    "utility_cod_proc_usage",
)
EVENT_TYPES = (SAMPLE, STATE_CHANGE, CONFIG_CHANGE, COD_USAGE)

_SYS_CAPTURE = "capture, V7 (9117-MMA, 2013)"
_LPAR_CAPTURE = "capture, 2013"
_SCRIPTS = "lpar2rrd, powercampus"
_RECALLED = "recalled; the place in the order inferred"

_BY_STATE: dict[Any, str] = {
    SystemState.OPERATING: "Started",
    SystemState.STANDBY: "Standby",
    SystemState.INITIALIZING: "Starting",
    SystemState.POWER_OFF_IN_PROGRESS: "Stopping",
    SystemState.NO_CONNECTION: "Not Available",
    PartitionState.STARTING: "Starting",
    PartitionState.OPEN_FIRMWARE: "Started",
    PartitionState.RUNNING: "Started",
    PartitionState.MIGRATING_RUNNING: "Started",
    PartitionState.SHUTTING_DOWN: "Stopping",
    PartitionState.NOT_AVAILABLE: "Not Available",
}


def primary_state(state: SystemState | PartitionState) -> str:
    """The state as events tell it (powercampus; what stands for what is inferred)."""
    return _BY_STATE.get(state, "Stopped")


@dataclasses.dataclass(frozen=True)
class Event:
    """A sample or change at virtual time `time`, ns.

    `subject` is whose it is; `state` and `current` are what holds from then on; `meter` has the
    counters of a sample.
    """

    frame: Frame
    time: int
    kind: str
    resource: str
    subject: Any
    state: Any = None
    current: Resources | None = None
    meter: Meter | None = None

    @property
    def processors(self) -> Processors:
        """What processors the partition has."""
        return self.resources.processors

    @property
    def resources(self) -> Resources:
        """What the partition has; of one that has nothing yet, what its profile has emptied."""
        partition: Partition = self.subject
        return self.current or partition.active_profile.resources.emptied

    @functools.cached_property
    def cycles(self) -> Counters:
        """The counters of a partition."""
        return self.meter.partition(self.subject, self.time) if self.meter else Counters()

    @property
    def pool_cycles(self) -> PoolCounters:
        """The counters of a pool, or of all processors that are not dedicated."""
        if self.meter is None:
            return PoolCounters()
        if self.resource == POOL:
            return self.meter.whole(self.time)
        return self.meter.pool(self.subject.pool_id, self.time)

    @property
    def free(self) -> tuple[int, int]:
        """MB and hundredths of processors that no partition of the system had."""
        frame = self.frame
        memory, processors = assigned(frame, self.time)
        installed = frame.installed_memory - frame.firmware_memory
        return installed - memory, frame.installed_processors - processors

    @property
    def configurable_pool(self) -> int:
        """Hundredths of processors that were dedicated to no running partition."""
        return self.meter.configurable(self.time) if self.meter else 0


_Read = Callable[[Event], Value | None]


def _attribute(
    name: str,
    types: Iterable[str],
    read: _Read,
    applies: Callable[[Event], bool] = lambda _: True,
    *,
    span: Span = ALWAYS,
    trust: Trust = Trust.CAPTURE,
    source: str = _LPAR_CAPTURE,
) -> tuple[frozenset[str], Attribute]:
    found = frozenset(types)

    def shown(event: Event) -> bool:
        return event.resource in found and applies(event)

    return found, Attribute(name, read, shown, span=span, trust=trust, source=source)


def _is_sample(event: Event) -> bool:
    return event.kind == SAMPLE


def _has_state(event: Event) -> bool:
    return event.resource == SYS or event.kind == STATE_CHANGE


def _has_resources(event: Event) -> bool:
    return event.kind in (SAMPLE, CONFIG_CHANGE)


def _is_shared(event: Event) -> bool:
    return _has_resources(event) and event.processors.mode == "shared"


def _is_uncapped(event: Event) -> bool:
    return _is_shared(event) and event.processors.sharing_mode == "uncap"


def _donates(event: Event) -> bool:
    return _is_sample(event) and event.processors.mode == "ded"


def _sys(name: str, read: _Read) -> tuple[frozenset[str], Attribute]:
    return _attribute(name, [SYS], read, _is_sample, source=_SYS_CAPTURE)


def _lpar(
    name: str, read: _Read, applies: Callable[[Event], bool], since: str = "", source: str = ""
) -> tuple[frozenset[str], Attribute]:
    span = Span(since=Level.parse(since)) if since else ALWAYS
    if not source:
        return _attribute(name, [LPAR], read, applies, span=span)
    return _attribute(name, [LPAR], read, applies, span=span, trust=Trust.RECALLED, source=source)


def _pool(name: str, read: _Read) -> tuple[frozenset[str], Attribute]:
    return _attribute(name, [POOL], read, _is_sample, trust=Trust.SCRIPT, source=_SCRIPTS)


def _sampled_time(event: Event) -> str:
    return event.frame.datacenter.calendar(event.time).strftime(TIME_FORMAT)


def _system_time(event: Event) -> str:
    frame = event.frame
    return frame.datacenter.calendar(frame.time_of_day(event.time)).strftime(TIME_FORMAT)


def _pool_name(event: Event) -> str:
    pool = event.frame.pools.get(event.processors.pool_id)
    return pool.name if pool else ""


def _time_cycles(event: Event) -> str:
    return str(event.meter.time_cycles(event.time) if event.meter else 0)


_STATES = Span(since=Level.parse("V8R8"))
_ALL = (*TYPES, MEMPOOL)
_COUNTING = (LPAR, POOL, PROCPOOL)
_COUNTED_POOLS = (POOL, PROCPOOL)

_ATTRIBUTES = (
    _attribute("time", _ALL, _sampled_time, source=_SYS_CAPTURE),
    _attribute("event_type", _ALL, lambda e: e.kind, source=_SYS_CAPTURE),
    _attribute("resource_type", _ALL, lambda e: e.resource, source=_SYS_CAPTURE),
    _attribute("sys_time", _ALL, _system_time, source=_SYS_CAPTURE),
    _attribute(
        "state",
        [SYS, LPAR],
        lambda e: str(e.state),
        _has_state,
        span=Span(until=_STATES.since),
        source=f"{_SYS_CAPTURE}; of partitions: inferred",
    ),
    _attribute("time_cycles", _COUNTING, _time_cycles, _is_sample),
    _attribute("lpar_name", [LPAR], lambda e: e.subject.name),
    _attribute("lpar_id", [LPAR], lambda e: str(e.subject.lpar_id)),
    _attribute(
        "primary_state",
        [SYS, LPAR],
        lambda e: primary_state(e.state),
        _has_state,
        span=_STATES,
        trust=Trust.SCRIPT,
        source=_SCRIPTS,
    ),
    _attribute(
        "detailed_state",
        [SYS, LPAR],
        lambda e: str(e.state),
        _has_state,
        span=_STATES,
        trust=Trust.SCRIPT,
        source=_SCRIPTS,
    ),
    _sys("configurable_sys_proc_units", lambda e: format_units(e.frame.installed_processors)),
    _sys("configurable_sys_mem", lambda e: str(e.frame.installed_memory)),
    _sys("curr_avail_sys_proc_units", lambda e: format_units(e.free[1])),
    _sys("curr_avail_5250_cpw_percent", lambda _: "0.0"),
    _sys("curr_avail_sys_mem", lambda e: str(e.free[0])),
    _sys("sys_firmware_mem", lambda e: str(e.frame.firmware_memory)),
    _sys("proc_cycles_per_second", lambda _: str(CYCLES_PER_SECOND)),
    _lpar("curr_proc_mode", lambda e: e.processors.mode, _has_resources),
    _lpar("curr_proc_units", lambda e: format_units(e.processors.units.desired), _is_shared),
    _lpar("curr_procs", lambda e: str(e.processors.count.desired), _has_resources),
    _lpar("curr_sharing_mode", lambda e: e.processors.sharing_mode, _has_resources),
    _lpar("curr_uncap_weight", lambda e: str(e.processors.uncapped_weight), _is_uncapped),
    _lpar("curr_shared_proc_pool_name", _pool_name, _is_shared),
    _lpar("curr_shared_proc_pool_id", lambda e: str(e.processors.pool_id), _is_shared),
    _lpar("curr_5250_cpw_percent", lambda _: "0.0", _has_resources),
    _lpar("mem_mode", lambda _: "ded", _has_resources, since="V7R3.4.2"),
    _lpar("curr_mem", lambda e: str(e.resources.memory.desired), _has_resources),
    # Of partitions with shared memory and of the pool that they share, which no system here has.
    *(
        _attribute(
            name,
            [LPAR],
            lambda _: None,
            lambda _: False,
            span=Span(since=Level.parse("V7R3.4.2")),
            trust=Trust.SCRIPT,
            source=_SCRIPTS,
        )
        for name in (
            "phys_run_mem",
            "curr_io_entitled_mem",
            "mapped_io_entitled_mem",
            "mem_overage_cooperation",
        )
    ),
    *(
        _attribute(
            name,
            [MEMPOOL],
            lambda _: None,
            span=Span(since=Level.parse("V7R3.4.2")),
            trust=Trust.SCRIPT,
            source=_SCRIPTS,
        )
        for name in (
            "curr_pool_mem",
            "lpar_curr_io_entitled_mem",
            "lpar_mapped_io_entitled_mem",
            "lpar_run_mem",
            "sys_firmware_pool_mem",
        )
    ),
    _lpar("entitled_cycles", lambda e: str(e.cycles.entitled), _is_sample),
    _lpar("capped_cycles", lambda e: str(e.cycles.capped), _is_sample),
    _lpar("uncapped_cycles", lambda e: str(e.cycles.uncapped), _is_sample),
    _lpar("donated_cycles", lambda e: str(e.cycles.donated), _donates, "V7R3.4", _RECALLED),
    # Of partitions that share idle processors while they run (meaning inferred).
    _lpar("shared_cycles_while_active", lambda e: str(e.cycles.donated), _is_sample),
    _lpar("idle_cycles", lambda e: str(e.cycles.idle), _is_sample, since="V7R7.2"),
    _lpar("run_latch_instructions", lambda e: str(work(e.subject, e.cycles)), _is_sample),
    _lpar("run_latch_cycles", lambda e: str(e.cycles.run_latch), _is_sample),
    _pool("curr_avail_pool_proc_units", lambda e: format_units(e.free[1])),
    _pool("configurable_pool_proc_units", lambda e: format_units(e.configurable_pool)),
    _pool("borrowed_pool_proc_units", lambda _: "0.0"),
    *(
        _attribute(
            f"shared_proc_pool_{name}",
            [PROCPOOL],
            read,
            trust=Trust.SCRIPT,
            source=_SCRIPTS,
        )
        for name, read in (
            ("name", lambda e: e.subject.name),
            ("id", lambda e: str(e.subject.pool_id)),
        )
    ),
    _attribute(
        "total_pool_cycles",
        _COUNTED_POOLS,
        lambda e: str(e.pool_cycles.total),
        _is_sample,
        trust=Trust.SCRIPT,
        source=_SCRIPTS,
    ),
    _attribute(
        "utilized_pool_cycles",
        _COUNTED_POOLS,
        lambda e: str(e.pool_cycles.utilized),
        _is_sample,
        trust=Trust.SCRIPT,
        source=_SCRIPTS,
    ),
    # Events of utility capacity on demand, which no system here has.
    *(
        _attribute(
            name, [SYS], lambda _: None, lambda _: False, trust=Trust.SCRIPT, source=_SCRIPTS
        )
        for name in ("used_proc_min", "unreported_proc_min")
    ),
)

TABLES = {
    kind: Table(f"lslparutil -r {kind}", (a for types, a in _ATTRIBUTES if kind in types))
    for kind in _ALL
}
TABLES["all"] = Table("lslparutil -r all", (attribute for _, attribute in _ATTRIBUTES))
CONFIG_TABLE = Table(
    "lslparutil -r config",
    (
        Attribute(
            "type_model_serial_num", lambda f: f.mtms, trust=Trust.RECALLED, source=_RECALLED
        ),
        Attribute("name", lambda f: f.name, trust=Trust.RECALLED, source=_RECALLED),
        Attribute(
            "sample_rate",
            lambda f: str(f.sampling.rate),
            trust=Trust.SCRIPT,
            source="lpar2rrd, which asks for sample_rate",
        ),
    ),
)


def events(
    frame: Frame, resources: Iterable[str], kinds: Iterable[str], step: str
) -> Iterator[Event]:
    """All events that are kept, the newest first; samples at the rate of `step` (s, h, d, m)."""
    resources, kinds = tuple(resources), tuple(kinds)
    sources = [_samples(frame, resources, step)] if SAMPLE in kinds else []
    if SYS in resources and STATE_CHANGE in kinds:
        sources.append(_system_changes(frame))
    if LPAR in resources:
        sources += [_partition_changes(frame, p, kinds) for p in frame.listed_partitions()]
    return heapq.merge(*sources, key=lambda event: -event.time)


def _samples(frame: Frame, resources: Iterable[str], step: str) -> Iterator[Event]:
    datacenter = frame.datacenter
    now = datacenter.clock.now
    times = frame.sampling.times(step, datacenter.start, now)
    meters = _meters(frame, now)
    meter = next(meters, None)
    for time in times:
        while meter is not None and time < meter.begin:
            meter = next(meters, None)
        if meter is None:
            return
        if time < meter.end:
            yield from itertools.chain.from_iterable(
                _sample(frame, time, resource, meter) for resource in resources
            )


def _meters(frame: Frame, now: int) -> Iterator[Meter]:
    return (Meter(frame, begin, end) for begin, end in runs(frame, now))


def _sample(frame: Frame, time: int, resource: str, meter: Meter) -> Iterator[Event]:
    subjects: Iterable[Frame | Partition | ProcessorPool] = [frame]
    if resource == LPAR:
        subjects = [p for p in frame.listed_partitions() if p.at(time).state is not None]
    elif resource == PROCPOOL:
        subjects = frame.pools.values()
    for subject in subjects:
        state, current = frame.at(time), None
        if isinstance(subject, Partition):
            _, state, current = subject.at(time)
        yield Event(frame, time, SAMPLE, resource, subject, state, current, meter)


def _system_changes(frame: Frame) -> Iterator[Event]:
    for was in reversed(frame.history):
        if frame.sampling.enabled(was.until):
            yield Event(frame, was.until, STATE_CHANGE, SYS, frame, frame.at(was.until))


def _partition_changes(frame: Frame, partition: Partition, kinds: Iterable[str]) -> Iterator[Event]:
    for was in reversed(partition.history):
        if not frame.sampling.enabled(was.until):
            continue
        _, state, current = partition.at(was.until)
        if STATE_CHANGE in kinds and state is not was.state:
            yield Event(frame, was.until, STATE_CHANGE, LPAR, partition, state, current)
        if CONFIG_CHANGE in kinds and current != was.current and state is was.state:
            yield Event(frame, was.until, CONFIG_CHANGE, LPAR, partition, state, current)
