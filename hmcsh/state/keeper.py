"""Keeps a datacenter and its migrations in a state file, change by change.

A command that may change something is taken between `begin` and `commit`: what was changed by then
is in the file before the command answers, in one transaction with its entry in the history. What
the clock changes on its own is written by `flush`, which a server calls several times a second.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hmcsh.commands.hmc.common.journal import NotTakenBackError
from hmcsh.migration.engine import Mobility, MobilityState
from hmcsh.migration.run import Run
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.fault import Fault
from hmcsh.model.undertaking import begin_anew
from hmcsh.runtime import Clock, Process
from hmcsh.runtime.clock import Pace
from hmcsh.state import snapshots
from hmcsh.state.codec import Decoder, Encoder, Row, kept_class, references
from hmcsh.state.file import StateFile, StateFileError
from hmcsh.state.kinds import StateError, name_of
from hmcsh.state.observing import Changes

_log = logging.getLogger("hmcsh")

_ROOT = 1
_MODEL = "hmcsh.model."
_SWEEP = 2000  # objects that came since the last sweep, at least, before the next one


@dataclasses.dataclass(slots=True, eq=False)
class World:
    """All that is kept."""

    datacenter: Datacenter
    mobility: MobilityState


def decode_world(rows: Iterable[Row], clock: Clock) -> tuple[dict[int, object], World]:
    """Make all objects of rows, by number, and their root. Raises StateError."""
    objects = Decoder({"clock": clock}).decode(rows, _ROOT)
    world = objects[_ROOT]
    if not isinstance(world, World):
        raise StateError("row 1 is not the root", _ROOT)
    fits = isinstance(world.datacenter, Datacenter) and isinstance(world.mobility, MobilityState)
    if not fits:
        raise StateError("the root has no datacenter, or no migrations", _ROOT)
    return objects, world


def go_on(mobility: Mobility, world: World, pages: Callable[[Run], bytes | None]) -> None:
    """Begin where another process stopped; `pages` as in `Mobility.restore`. Raises StateError."""
    for console in world.datacenter.consoles:
        console.running = True
    try:
        mobility.restore(world.mobility, pages)
    except ValueError as error:
        raise StateError(str(error)) from error
    begin_anew(world.datacenter)


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Where the clock stood when a command began."""

    clock: tuple[int, int]


class Keeper:
    """A datacenter, its migrations and the file that holds them."""

    def __init__(self, file: StateFile, mobility: Mobility, encoder: Encoder, world: World) -> None:
        self.file = file
        self.mobility = mobility
        self.datacenter = mobility.datacenter
        self._encoder = encoder
        self._world = world
        self._changes = Changes()
        self._live: set[Run] = set()
        self._begun: dict[Run, Process | None] = {}
        self._bodies: dict[int, bytes] = {}  # of what is not observed, as it was written last
        self._clock_kept: int | None = None
        self._faults: tuple[Fault, ...] = ()
        self._failing = ""
        self._retired = False  # another state was restored in its place
        self._swept = len(encoder.objects)
        for item in encoder.objects.values():
            self._watch(item)
        mobility.platform.keep_commit = self._keep_commit

    @classmethod
    def create(cls, path: Path, mobility: Mobility, meta: dict[str, Any] | None = None) -> Keeper:
        """Keep a datacenter in a new file. Raises StateFileError."""
        encoder = Encoder()
        world = World(mobility.datacenter, mobility.state)
        clock = mobility.datacenter.clock
        rows = encoder.rows(world)
        file = StateFile.create(path, rows, {**(meta or {}), "clock": clock.now})
        return cls(file, mobility, encoder, world)

    @classmethod
    def open(
        cls, path: Path, pace: Pace, equip: Callable[[Datacenter], None] = lambda _: None
    ) -> Keeper:
        """Go on with the datacenter of a file. Raises StateFileError.

        `equip` gives the datacenter what is not kept, before anything goes on in it.
        """
        file = StateFile.open(path)
        try:
            clock = Clock(pace, file.meta("clock"))
            return cls._restored(file, file.rows(), file.page, clock, equip)
        except StateError as error:
            file.close()
            raise StateFileError(f"state file {path}: {error}") from error
        except BaseException:
            file.close()
            raise

    @classmethod
    def _restored(
        cls,
        file: StateFile,
        rows: list[Row],
        page: Any,
        clock: Clock,
        equip: Callable[[Datacenter], None],
    ) -> Keeper:
        objects, world = decode_world(rows, clock)
        equip(world.datacenter)
        mobility = Mobility(world.datacenter, faults=())
        encoder = Encoder()
        encoder.adopt(objects, file.last_number())
        keeper = cls(file, mobility, encoder, world)
        keeper._bodies = {
            row.number: row.body
            for row in rows
            if row.number in objects and not keeper._observed(objects[row.number])
        }
        keeper._delete({row.number for row in rows} - objects.keys())
        go_on(mobility, world, lambda run: page(encoder.number(run)))
        keeper.flush()
        return keeper

    def close(self) -> None:
        """Write what is left and let go of the file. Raises StateFileError."""
        try:
            self.flush()
        finally:
            self.file.close()

    # -- what is done to it ---------------------------------------------------------------------

    def begin(self) -> Mark:
        """Begin a command: what came before is in the file. Raises StateFileError if it cannot."""
        self._require_present()
        if self._failing or self._changes:
            self.flush()
        return Mark(self.datacenter.clock.mark())

    def commit(self, mark: Mark, console: str, user: str, command: str, status: int) -> None:
        """Keep what a command changed, and that it was given.

        Raises StateFileError if it cannot be kept; then nothing has changed. Where time has passed
        since the command began it cannot be taken back: NotTakenBackError.
        """
        self._require_present()
        try:
            self._write((console, user, command, status))
        except StateFileError as error:
            if not self.datacenter.clock.take_back(mark.clock):
                raise NotTakenBackError(str(error)) from error
            self._undo()
            raise

    def _require_present(self) -> None:
        if self._retired:
            raise StateFileError(f"state file {self.file.path}: another state was restored")

    def flush(self) -> None:
        """Write what has changed. Raises StateFileError if it cannot; it stays to be written."""
        moved = self._clock_moved() or self._faults_changed()
        if moved or self._failing or self._changes or self._runs():
            self._write(None)

    def prove(self) -> None:
        """Write something, whether or not there is anything new. Raises StateFileError."""
        self._require_present()
        self._write(None)

    def try_flush(self) -> None:
        """Write what has changed, or log once that it cannot be."""
        before = self._failing
        try:
            self.flush()
        except StateFileError as error:
            if str(error) != before:
                _log.error("%s", error)

    # -- snapshots and entries of others ---------------------------------------------------------

    def enter(self, command: str) -> None:
        """Note in the history what was done other than by a user of the console."""
        self._write(("", "", command, 0))

    def save(self, name: str) -> None:
        """Save the present state as a snapshot. Raises SnapshotError, StateFileError."""
        self.flush()
        self.sweep()
        snapshots.save(self.file, name, self.datacenter.clock.now)

    def restore(self, name: str) -> Keeper:
        """Make a snapshot the present state, as after a start; gives who keeps it from now on.

        Raises SnapshotError, StateFileError.
        """
        self.flush()
        rows = snapshots.rows(self.file, name)
        clock = Clock(self.datacenter.clock.pace, snapshots.find(self.file, name).clock)
        try:
            Decoder({"clock": clock}).decode(rows, _ROOT)  # before anything is changed
            snapshots.put_back(self.file, name)
            self._retired = True
            return Keeper._restored(self.file, rows, self.file.page, clock, self._equip)
        except StateError as error:
            raise StateFileError(f"snapshot {name}: {error}") from error

    def _equip(self, other: Datacenter) -> None:
        """Give another datacenter what this one has and is not kept."""
        other.log_in, other.run_script = self.datacenter.log_in, self.datacenter.run_script

    # -- writing --------------------------------------------------------------------------------

    def _write(self, entry: tuple[str, str, str, int] | None, pages: Run | None = None) -> None:
        last = self._encoder.last
        live, faults = set(self.mobility.live), self.mobility.faults.list()
        try:
            rows = self._rows(self._runs() if pages is None else {*self._runs(), pages})
            with self.file.transaction() as connection:
                connection.executemany("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", rows)
                if pages is not None and pages.transfer is not None:
                    self._write_pages(connection, pages)
                done = [run for run in self._live - live if "complete" in run.finished]
                numbers = [(self._encoder.number(run),) for run in done]
                connection.executemany("DELETE FROM page WHERE number = ?", numbers)
                if entry is not None:
                    self._write_entry(connection, entry, rows)
                now = self.datacenter.clock.now
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('clock', ?)", (now,))
        except BaseException as error:
            self._failing = str(error)
            self._encoder.forget_after(last)
            raise
        self._failing = ""
        self._begun = {run: run.process for run in self.mobility.history}
        self._live, self._clock_kept, self._faults = live, now, faults
        for row in rows:
            if not self._observed(self._encoder.objects[row.number]):
                self._bodies[row.number] = row.body
        self._changes.taken()
        for row in rows:
            self._watch(self._encoder.objects[row.number])
        if len(self._encoder.objects) > 2 * self._swept + _SWEEP:
            self.sweep()

    def _runs(self) -> set[Run]:
        """Migrations that may have changed: under way now or when it was last written, or since."""
        begun = {
            run
            for run in self.mobility.history
            if run not in self._begun or run.process is not self._begun[run]
        }
        return {*self._live, *self.mobility.live, *begun}

    def _faults_changed(self) -> bool:
        return self.mobility.faults.list() != self._faults

    def _clock_moved(self) -> bool:
        return self.datacenter.clock.now != self._clock_kept

    def _rows(self, runs: Iterable[Run]) -> list[Row]:
        """Rows of all that may have changed and differs from what was written."""
        encoder = self._encoder
        self._world.mobility = self.mobility.state
        changed = [item for item in self._changes.pending() if encoder.knows(item)]
        rows = [encoder.row(item) for item in changed]
        rows += self._unobserved([self._world, *runs])
        while encoder.met:
            rows.append(encoder.row(encoder.met.pop()))
        encoder.rest()
        return rows

    def _unobserved(self, roots: list[object]) -> list[Row]:
        """Rows of objects that do not tell when they change, and of those they lead to."""
        encoder, rows, seen = self._encoder, [], set()
        while roots:
            item = roots.pop()
            number = encoder.number(item)
            if number in seen:
                continue
            seen.add(number)
            row = encoder.row(item)
            if self._bodies.get(number) != row.body:
                rows.append(row)
            if item is not self._world:
                found = map(encoder.objects.__getitem__, references(row.body))
                roots += [one for one in found if not (self._observed(one) or type(one) is Run)]
        written = {row.number for row in rows}
        encoder.met = [item for item in encoder.met if encoder.number(item) not in written]
        return rows

    @staticmethod
    def _observed(item: object) -> bool:
        return kept_class(type(item)).__module__.startswith(_MODEL)

    def _watch(self, item: object) -> None:
        if self._observed(item):
            self._changes.observe(item)

    def _write_entry(
        self, connection: Any, entry: tuple[str, str, str, int], rows: list[Row]
    ) -> None:
        console, user, command, status = entry
        real = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        objects = map(self._encoder.objects.__getitem__, (row.number for row in rows))
        changed = list(dict.fromkeys(text for item in objects if (text := describe(item))))
        values = (real, self.datacenter.clock.now, console, user, command, status)
        connection.execute(
            "INSERT INTO history (real, virtual, console, user, command, status, changed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, json.dumps(changed)),
        )

    # -- commit records -------------------------------------------------------------------------

    def _keep_commit(self, run: Run) -> None:
        self._write(None, pages=run)

    def _write_pages(self, connection: Any, run: Run) -> None:
        from hmcsh.hypervisor.keeping import keep_pages

        number = self._encoder.number(run)
        pages = keep_pages(run.moving)
        connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?)", (number, pages))

    # -- taking back, and what is left ----------------------------------------------------------

    def _undo(self) -> None:
        """Give every object that was changed what the file holds of it."""
        decoder = Decoder({"clock": self.datacenter.clock})
        decoder.objects = self._encoder.objects
        changed = [item for item in self._changes.pending() if self._encoder.knows(item)]
        for item in changed:
            body = self.file.body(self._encoder.number(item))
            if body is not None:
                decoder.restore(item, body)
                self._watch(item)
        self._changes.taken()

    def sweep(self) -> None:
        """Delete what nothing refers to any more."""
        bodies = {row.number: row.body for row in self.file.rows()}
        reached, waiting = {_ROOT}, [_ROOT]
        while waiting:
            for number in references(bodies[waiting.pop()]):
                if number not in reached:
                    reached.add(number)
                    waiting.append(number)
        self._delete(bodies.keys() - reached)
        self._swept = len(self._encoder.objects)

    def _delete(self, numbers: Iterable[int]) -> None:
        gone = [(number,) for number in numbers]
        if not gone:
            return
        with self.file.transaction() as connection:
            connection.executemany("DELETE FROM object WHERE number = ?", gone)
            connection.executemany("DELETE FROM page WHERE number = ?", gone)
        for (number,) in gone:
            self._bodies.pop(number, None)
            if number in self._encoder.objects:
                self._encoder.forget(number)


def describe(item: object) -> str:
    """An object as the history names it; "" for what is part of another one."""
    kind = name_of(kept_class(type(item))).rpartition(".")[2]
    name = getattr(item, "name", None)
    frame = getattr(item, "frame", None)
    if kind == "World" or name is None:
        return ""
    return f"{kind} {frame.name}/{name}" if frame is not None else f"{kind} {name}"
