"""Keeps a datacenter and its migrations in a state file, change by change.

A command that may change something is taken between `begin` and `commit`: what was changed by then
is in the file before the command answers, in one transaction with its entry in the history. What
the clock changes on its own is written by `flush`, which a server calls several times a second.
"""

from __future__ import annotations

import dataclasses
import logging
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hmcsh.commands.hmc.common.journal import NotTakenBackError
from hmcsh.migration.engine import Mobility, MobilityState
from hmcsh.migration.run import Run
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.fault import Fault
from hmcsh.model.partition import Partition
from hmcsh.model.undertaking import begin_anew
from hmcsh.runtime import Clock, Process
from hmcsh.runtime.clock import Pace
from hmcsh.state import snapshots
from hmcsh.state.codec import DAMAGE, Decoder, Encoder, Row, kept_class, references
from hmcsh.state.file import PUT_META, PUT_OBJECT, PUT_PAGE, StateFile, StateFileError
from hmcsh.state.kinds import StateError
from hmcsh.state.naming import Name, named
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


class Decoded(NamedTuple):
    """What rows hold: objects by number, their root, and which object refers to each."""

    objects: dict[int, object]
    world: World
    owners: dict[int, int]


def decode_world(rows: Iterable[Row], clock: Clock) -> Decoded:
    """Make all objects of rows. Raises StateError."""
    decoder = Decoder({"clock": clock})
    objects = decoder.decode(rows, _ROOT)
    world = objects[_ROOT]
    if not isinstance(world, World):
        raise StateError("row 1 is not the root", _ROOT)
    return Decoded(objects, world, decoder.owners)


def go_on(mobility: Mobility, world: World, pages: Callable[[Run], bytes | None]) -> None:
    """Begin where another process stopped; `pages` as in `Mobility.restore`. Raises StateError."""
    for console in world.datacenter.consoles:
        console.running = True
    try:
        mobility.restore(world.mobility, pages)
    except ValueError as error:
        raise StateError(str(error)) from error
    begin_anew(world.datacenter)


def misfit(error: Exception) -> str:
    """Why a state cannot be gone on with, as one line."""
    if isinstance(error, StateError):
        return str(error)
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"the state does not fit together: {reason}"


@dataclasses.dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Mark:
    """Where the clock stood when a command began, and what the clock has changed since."""

    clock: tuple[int, int]
    meanwhile: dict[Name, None] = dataclasses.field(default_factory=dict)


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
        self._marks: weakref.WeakSet[Mark] = weakref.WeakSet()  # of commands that go on
        self._retired = False  # another state was restored in its place
        self._swept = len(encoder.objects)
        mobility.platform.keep_commit = self._keep_commit
        mobility.datacenter.ledger = self
        for item in encoder.objects.values():
            self._watch(item)

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
        except (StateError, *DAMAGE) as error:
            file.close()
            raise StateFileError(f"state file {path}: {misfit(error)}") from error
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
        objects, world, owners = decode_world(rows, clock)
        equip(world.datacenter)
        mobility = Mobility(world.datacenter, faults=())
        encoder = Encoder()
        encoder.adopt(objects, file.last_number(), owners)
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
        mark = Mark(self.datacenter.clock.mark())
        self._marks.add(mark)
        return mark

    def commit(self, mark: Mark, console: str, user: str, command: str, status: int) -> None:
        """Keep what a command changed, and that it was given.

        Raises StateFileError if it cannot be kept; then nothing has changed. Where time has passed
        since the command began it cannot be taken back: NotTakenBackError.
        """
        self._require_present()
        try:
            self._write((console, user, command, status), mark=mark)
        except StateFileError as error:
            if not self.datacenter.clock.take_back(mark.clock):
                raise NotTakenBackError(str(error)) from error
            self._undo()
            raise

    def begin_line(self) -> Mark | None:
        """Begin a line that is typed in a partition; None if what came before is not kept."""
        try:
            return self.begin()
        except StateFileError:
            return None

    def end_line(
        self, begun: Mark | None, partition: Partition, user: str, line: str, status: int
    ) -> None:
        """Keep what a line changed in a partition, if it changed anything, and who typed it.

        Raises StateFileError if it cannot be kept; it stays to be written.
        """

        def ours(name: Name) -> bool:
            return (name.system, name.lpar_id) == (partition.frame.name, partition.lpar_id)

        self._require_present()
        numbers = map(self._encoder.number, self._known_changes())
        changed = self._names(numbers).keys() | (begun.meanwhile.keys() if begun else ())
        if any(map(ours, changed)):
            where = f"{user}@{partition.name}"
            self._write(("", where, line, status), mark=begun, ours=ours)

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
            decode_world(rows, clock)  # before anything is changed
            snapshots.put_back(self.file, name)
            self._retired = True
            return Keeper._restored(self.file, rows, self.file.page, clock, self._equip)
        except (StateError, *DAMAGE) as error:
            raise StateFileError(f"snapshot {name}: {misfit(error)}") from error

    def _equip(self, other: Datacenter) -> None:
        """Give another datacenter what this one has and is not kept."""
        other.log_in, other.run_script = self.datacenter.log_in, self.datacenter.run_script

    # -- writing --------------------------------------------------------------------------------

    def _write(
        self,
        entry: tuple[str, str, str, int] | None,
        pages: Run | None = None,
        mark: Mark | None = None,
        ours: Callable[[Name], bool] | None = None,
    ) -> None:
        """Write all that changed; `ours` tells what of it an entry names, all but the clock's."""
        last = self._encoder.last
        live, faults = set(self.mobility.live), self.mobility.faults.list()
        try:
            rows = self._rows(self._runs() if pages is None else {*self._runs(), pages})
            with self.file.transaction() as connection:
                connection.executemany(PUT_OBJECT, rows)
                if pages is not None and pages.transfer is not None:
                    self._write_pages(connection, pages)
                done = [run for run in self._live - live if "complete" in run.finished]
                gone = [(self._encoder.number(run),) for run in done]
                connection.executemany("DELETE FROM page WHERE number = ?", gone)
                names = self._names(row.number for row in rows) if entry or self._marks else {}
                if entry is not None:
                    line = entry[2]
                    before = filter(
                        ours or (lambda name: name.is_in(line)), mark.meanwhile if mark else ()
                    )
                    changed = dict.fromkeys(map(str, (*before, *filter(ours, names))))
                    self.file.enter(connection, self.datacenter.clock.now, entry, changed)
                now = self.datacenter.clock.now
                connection.execute(PUT_META, ("clock", now))
        except BaseException as error:
            self._failing = str(error)
            self._encoder.forget_after(last)
            raise
        self._failing = ""
        for one in self._marks if entry is None else ():
            one.meanwhile.update(names)
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
        rows = [encoder.row(item) for item in self._known_changes()]
        rows += self._unobserved([self._world, *runs])
        while encoder.met:
            rows.append(encoder.row(encoder.met.pop()))
        encoder.rest()
        return rows

    def _known_changes(self) -> list[object]:
        """What is kept and has changed."""
        return [item for item in self._changes.pending() if self._encoder.knows(item)]

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

    def _names(self, numbers: Iterable[int]) -> dict[Name, None]:
        """How the history names objects."""
        encoder = self._encoder
        found = (named(number, encoder.objects, encoder.owners) for number in numbers)
        return {name: None for name in found if name is not None}

    # -- commit records -------------------------------------------------------------------------

    def _keep_commit(self, run: Run) -> None:
        self._write(None, pages=run)

    def _write_pages(self, connection: Any, run: Run) -> None:
        from hmcsh.hypervisor.keeping import keep_pages

        number = self._encoder.number(run)
        pages = keep_pages(run.moving)
        connection.execute(PUT_PAGE, (number, pages))

    # -- taking back, and what is left ----------------------------------------------------------

    def _undo(self) -> None:
        """Give every object that was changed what the file holds of it."""
        decoder = Decoder({"clock": self.datacenter.clock})
        decoder.objects = self._encoder.objects
        for item in self._known_changes():
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
