"""Takes the metrics of a served console. All that reads the model runs in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hmcsh import __version__, report
from hmcsh.console import OBSERVED
from hmcsh.events import (
    ConnectionRefused,
    Event,
    LimitReached,
    LogIn,
    LogInRefused,
    PasswordRefused,
    RequestRefused,
    SubsystemRefused,
)
from hmcsh.language.messages import CATALOGUE, Refusal
from hmcsh.metrics import table
from hmcsh.metrics.table import Metric
from hmcsh.migration.engine import NOBODY, STEPS, Mobility
from hmcsh.migration.run import Run
from hmcsh.runtime import SECOND
from hmcsh.state.file import StateFile

PHASES = tuple(dict.fromkeys(step.name for steps in STEPS.values() for step in steps))
OUTCOMES = ("completed", "rolled_back", "stopped", "to_be_recovered")
KINDS = ("active", "inactive", "recovery")

_OTHER = "other"
_LAG_INTERVAL = 0.25  # real seconds


class Load(Protocol):
    """What a listening server has to do at the moment."""

    @property
    def connections(self) -> int:
        """Connections, those included on which nobody has logged in."""

    @property
    def unauthenticated(self) -> int:
        """Connections on which nobody has logged in."""

    @property
    def sessions(self) -> int:
        """Sessions that are open."""


class _Sent(NamedTuple):
    """What a transfer has sent so far."""

    pages: int = 0
    bytes: int = 0
    rounds: int = 0

    @classmethod
    def of(cls, run: Run) -> _Sent:
        record = run.record
        return cls() if record is None else cls(record.pages_sent, record.bytes, len(record.rounds))


class Metrics(logging.Handler):
    """The metrics of one server, in a registry of their own.

    It is told of commands as the observer of its consoles, of migrations as that of their
    `Mobility`, of transactions by the state file, of log-ins by the log. `take` reads the rest.
    """

    def __init__(self) -> None:
        super().__init__()
        # Of the whole process, but nobody else in it uses the library.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._counters: dict[Metric, Counter] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for one in table.TABLE:
            self._make(one)
        prometheus_client.ProcessCollector(registry=self.registry)
        prometheus_client.GCCollector(registry=self.registry)
        self._commands: dict[tuple[str, int | None], tuple[Counter, Histogram]] = {}
        self._mobility: Mobility | None = None
        self._files: dict[str, Path] = {}
        self._consoles: set[str] = set()
        self._servers: Callable[[], Sequence[tuple[str, Load]]] = tuple
        self._sent: dict[Run, tuple[object, _Sent]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._zero()

    def _make(self, one: Metric) -> None:
        about = one.name, one.what, one.labels
        match one.kind:
            case "counter":
                self._counters[one] = Counter(*about, registry=self.registry)
            case "gauge":
                self._gauges[one] = Gauge(*about, registry=self.registry)
            case "histogram":
                made = Histogram(*about, registry=self.registry, buckets=one.buckets)
                self._histograms[one] = made

    def _zero(self) -> None:
        """Show what there may be before there is any."""
        python = platform.python_version()
        self._gauges[table.BUILD].labels(__version__, python).set(1)
        for metric, values in (
            (table.LOG_INS, ("publickey", "password", "keyboard-interactive")),
            (table.BEGUN, KINDS),
            (table.ENDED, OUTCOMES),
            (table.RECORDS, ("info", "warning", "error", "critical")),
        ):
            for value in values:
                self._counters[metric].labels(value)

    # -- life -----------------------------------------------------------------------------------

    def begin(self, servers: Callable[[], Sequence[tuple[str, Load]]]) -> None:
        """Begin, in the event loop; `servers` gives them with the names of their consoles."""
        self._servers = servers
        logging.getLogger().addHandler(self)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_LAG_INTERVAL, self._tick, loop.time() + _LAG_INTERVAL)

    def follow(self, mobility: Mobility, file: StateFile | None) -> None:
        """Watch these migrations and this state file from now on, and no others."""
        self._leave()
        self._mobility, mobility.observer = mobility, self
        for run in mobility.live:
            self.migration_begun(run)
        if file is not None:
            file.observer = self.transaction_ended
            log = file.path.with_name(f"{file.path.name}-wal")
            self._files = {"database": file.path, "log": log}

    def _leave(self) -> None:
        if self._mobility is not None:
            self._count_sent()
            self._mobility.observer = NOBODY
            self._sent.clear()

    def end(self) -> None:
        """Watch nothing any more."""
        self._leave()
        if self._timer is not None:
            self._timer.cancel()
        logging.getLogger().removeHandler(self)

    def _tick(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self._histograms[table.LAG].observe(max(0.0, loop.time() - due))
        due = loop.time() + _LAG_INTERVAL
        self._timer = loop.call_at(due, self._tick, due)

    # -- what it is told ------------------------------------------------------------------------

    def command_ended(self, name: str, status: int | None, seconds: float) -> None:
        """Count a command. Only names that are known are values of a label."""
        known = name if name in OBSERVED else _OTHER
        found = self._commands.get((known, status))
        if found is None:  # looking up labels is most of what an observation costs
            shown = "none" if status is None else str(status)
            found = self._commands[known, status] = (
                self._counters[table.COMMANDS].labels(known, shown),
                self._histograms[table.COMMAND_DURATION].labels(known),
            )
        count, duration = found
        count.inc()
        duration.observe(seconds)

    def migration_begun(self, run: Run) -> None:
        """Count a migration or a recovery, and from now on what it sends."""
        kind = "recovery" if run.recovering else run.migration.kind.value
        self._counters[table.BEGUN].labels(kind).inc()
        self._sent[run] = run.record, _Sent.of(run)

    def migration_ended(self, run: Run, error: BaseException | None) -> None:
        """Count how a migration or a recovery ended."""
        self._counters[table.ENDED].labels(outcome(run, error)).inc()
        self._count_sent()
        self._sent.pop(run, None)

    def transaction_ended(self, seconds: float, kept: bool) -> None:
        """Count a transaction of the state file."""
        self._histograms[table.TRANSACTIONS].observe(seconds)
        if not kept:
            self._counters[table.TRANSACTION_FAILURES].inc()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record of the log, in whatever thread it was made."""
        self._counters[table.RECORDS].labels(record.levelname.lower()).inc()
        if isinstance(record.msg, Event):
            self._count(record.msg)

    def _count(self, event: Event) -> None:
        # Of an event only those fields are labels whose values the program itself makes.
        match event:
            case LogIn():
                self._counters[table.LOG_INS].labels(event.method).inc()
            case LogInRefused():
                self._counters[table.LOG_IN_REFUSALS].labels(event.method, event.reason).inc()
            case ConnectionRefused():
                self._counters[table.CONNECTION_REFUSALS].labels(event.reason).inc()
            case RequestRefused():
                self._counters[table.REQUEST_REFUSALS].labels(event.request).inc()
            case SubsystemRefused():
                self._counters[table.REQUEST_REFUSALS].labels("subsystem").inc()
            case PasswordRefused():
                self._counters[table.PASSWORD_REFUSALS].labels(event.reason).inc()
            case LimitReached():
                self._counters[table.LIMITS].labels(event.limit).inc()

    # -- what it reads --------------------------------------------------------------------------

    def take(self) -> None:
        """Read what there is at the moment, in the event loop; costs no more than what runs."""
        servers = self._servers()
        consoles = {console for console, _ in servers}
        if consoles != self._consoles:  # a restored state may have others
            self._consoles = consoles
            for metric in (table.CONNECTIONS, table.SESSIONS):
                self._gauges[metric].clear()
        for console, load in servers:
            waiting = load.unauthenticated
            connections = self._gauges[table.CONNECTIONS]
            connections.labels(console, "waiting").set(waiting)
            connections.labels(console, "logged_in").set(load.connections - waiting)
            self._gauges[table.SESSIONS].labels(console).set(load.sessions)
        for part, path in self._files.items():
            size = 0
            with contextlib.suppress(FileNotFoundError):  # there is no log before the first write
                size = path.stat().st_size
            self._gauges[table.FILE_SIZE].labels(part).set(size)
        if self._mobility is not None:
            self._take_migrations(self._mobility)

    def _take_migrations(self, mobility: Mobility) -> None:
        self._gauges[table.CLOCK].set(mobility.datacenter.clock.now / SECOND)
        phases = Tally(run.phase_name or PHASES[0] for run in mobility.live)
        for phase in PHASES:
            self._gauges[table.MIGRATIONS].labels(phase).set(phases[phase])
        waiting = {
            id(migration)
            for frame in mobility.datacenter.frames.values()
            for migration in frame.migrations
            if migration.state.to_be_recovered
        }
        self._gauges[table.TO_BE_RECOVERED].set(len(waiting))
        self._count_sent()

    def _count_sent(self) -> None:
        """Count what was sent since it was counted last."""
        for run, (record, before) in self._sent.items():
            begun_anew = record is not run.record
            now, before = _Sent.of(run), _Sent() if begun_anew else before
            for metric, one, other in zip(
                (table.PAGES, table.BYTES, table.ROUNDS), now, before, strict=True
            ):
                self._counters[metric].inc(max(0, one - other))
            self._sent[run] = run.record, now


def outcome(run: Run, error: BaseException | None) -> str:
    """How a migration or a recovery that is over has ended: one of `OUTCOMES`."""
    if report.state_of(run) == report.COMPLETED:
        return "completed"
    if run.migration.state.to_be_recovered:
        return "to_be_recovered"
    cancelled = isinstance(error, Refusal) and error.message is CATALOGUE["lpm_cancelled"]
    return "stopped" if cancelled else "rolled_back"
