"""The state file: SQLite with a write-ahead log, one process at a time, a version of its own.

A file that is not one of ours, of a later version or damaged is refused before anything can be
written to it, so that not a byte of it changes. Each row has a checksum, as SQLite has none of what
is in its file. A new file is made beside its place and moved there when it is whole.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hmcsh.language.secrets import escaped
from hmcsh.state.codec import DAMAGE, Row
from hmcsh.state.kinds import StateError

APPLICATION = int.from_bytes(b"hmcs", "big")
VERSION = 1
_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes (SQLite file format, 1.3)
_PAGE = 500  # entries of the history that are read at a time

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE object (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE page (number INTEGER PRIMARY KEY, body BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE history (
    number INTEGER PRIMARY KEY, real TEXT NOT NULL, virtual INTEGER NOT NULL,
    console TEXT NOT NULL, user TEXT NOT NULL, command TEXT NOT NULL,
    status INTEGER NOT NULL, changed TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE snapshot (
    name TEXT PRIMARY KEY, made TEXT NOT NULL, clock INTEGER NOT NULL, sum INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE snapshot_object (
    snapshot TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (snapshot, number)) WITHOUT ROWID;
CREATE TABLE snapshot_page (
    snapshot TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL,
    PRIMARY KEY (snapshot, number)) WITHOUT ROWID;
"""

# What the checksum of a row is of, for each table. Rows of snapshots have that of their origin.
SUMMED: Mapping[str, tuple[str, ...]] = {
    "meta": ("key", "value"),
    "object": ("number", "kind", "body"),
    "page": ("number", "body"),
    "history": (
        *("number", "real", "virtual", "console", "user", "command", "status"),
        "changed",
    ),
    "snapshot": ("name", "made", "clock"),
    "snapshot_object": ("number", "kind", "body"),
    "snapshot_page": ("number", "body"),
}

# How rows are written, each with its checksum.
PUT_OBJECT = "INSERT OR REPLACE INTO object VALUES (?1, ?2, ?3, checksum(?1, ?2, ?3))"
PUT_PAGE = "INSERT OR REPLACE INTO page VALUES (?1, ?2, checksum(?1, ?2))"
PUT_META = "INSERT OR REPLACE INTO meta VALUES (?1, ?2, checksum(?1, ?2))"
PUT_SNAPSHOT = "INSERT INTO snapshot VALUES (?1, ?2, ?3, checksum(?1, ?2, ?3))"

# What makes of a file of a version one of the next. Each runs in a transaction with the new number.
UPGRADES: Mapping[int, Callable[[sqlite3.Connection], None]] = {}


class StateFileError(OSError):
    """A state file cannot be used; the text is one line that names the file."""


class Entry(NamedTuple):
    """A command that could change something: when, who, what, its status, what it changed.

    `real` is the time of the machine (ISO 8601, UTC), `virtual` the clock's, ns.
    """

    number: int
    real: str
    virtual: int
    console: str
    user: str
    command: str
    status: int
    changed: list[str]


class StateFile:
    """An open state file; only `transaction` writes."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        # Is told of each transaction: the seconds that it took, and whether it was kept.
        self.observer: Callable[[float, bool], None] = lambda _seconds, _kept: None

    @classmethod
    def open(cls, path: Path) -> StateFile:
        """Open a file that there is, and upgrade it if it is of an earlier version.

        Raises StateFileError if it is not one, is of a later version, damaged, or in use.
        """
        check(path)
        _verify(path)
        try:
            connection = _connect(path)
            try:
                _upgrade(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise failure(path, error) from error
        return cls(path, connection)

    @classmethod
    def create(cls, path: Path, rows: Iterable[Row], meta: Mapping[str, Any]) -> StateFile:
        """Make a file that is whole from the first moment on. Raises StateFileError."""
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with contextlib.suppress(FileNotFoundError):
                scratch.unlink()
            os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            try:
                connection = sqlite3.connect(scratch, isolation_level=None)
                try:
                    _make(connection, rows, meta)
                finally:
                    connection.close()
                _sync(scratch)
                os.link(scratch, path)  # fails if another has made one meanwhile
                _sync(path.parent)
            finally:
                scratch.unlink()
        except FileExistsError:
            raise StateFileError(f"state file {path}: another server has just made it") from None
        except (OSError, sqlite3.Error) as error:
            raise failure(path, error) from error
        return cls.open(path)

    def close(self) -> None:
        """Let go of the file; what is in the log goes into it."""
        with contextlib.suppress(sqlite3.Error):  # the log is read at the next start
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what is done inside, or nothing. Raises StateFileError."""
        begun, kept = time.perf_counter(), False
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
                kept = True
            except BaseException:
                if self.connection.in_transaction:  # a full disk may have ended it
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise failure(self.path, error) from error
        finally:
            self.observer(time.perf_counter() - begun, kept)

    def rows(self) -> list[Row]:
        """Every row of the present state."""
        return [Row(*row) for row in self.read("SELECT number, kind, body FROM object")]

    def body(self, number: int) -> bytes | None:
        """What is kept of one object, None if nothing is."""
        found = self.read("SELECT body FROM object WHERE number = ?", number)
        return found[0][0] if found else None

    def last_number(self) -> int:
        """The highest number that an object has, also in snapshots."""
        tables = ("object", "snapshot_object")
        found = [self.read(f"SELECT max(number) FROM {table}")[0][0] for table in tables]  # noqa: S608
        return max(number or 0 for number in found)

    def page(self, number: int) -> bytes | None:
        """The page state kept at the commit record of a migration, by the number of its row."""
        found = self.read("SELECT body FROM page WHERE number = ?", number)
        return found[0][0] if found else None

    def meta(self, key: str) -> Any:
        """A value that stands beside the objects, None if there is none."""
        found = self.read("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def all_meta(self, start: str) -> list[tuple[str, Any]]:
        """All keys with such a start that stand beside the objects, and their values."""
        query = "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?"
        return self.read(query, len(start), start)

    def set_meta(self, key: str, value: object) -> None:
        """Let a value stand beside the objects, None: no more. Raises StateFileError."""
        with self.transaction() as connection:
            if value is None:
                connection.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                connection.execute(PUT_META, (key, value))

    @staticmethod
    def enter(
        connection: sqlite3.Connection,
        virtual: int,
        who: tuple[str, str, str, int],
        changed: Iterable[str] = (),
    ) -> None:
        """Add an entry to the history, in a transaction: console, user, command and status."""
        real = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        last: int | None = connection.execute("SELECT max(number) FROM history").fetchone()[0]
        values = ((last or 0) + 1, real, virtual, *who, json.dumps([*changed]))
        places = ", ".join(f"?{number}" for number in range(1, len(values) + 1))
        connection.execute(
            f"INSERT INTO history VALUES ({places}, checksum({places}))",  # noqa: S608
            values,
        )

    def history(self, after: int = 0) -> Iterator[Entry]:
        """The commands with a number above `after`, oldest first."""
        query = f"SELECT * FROM history WHERE number > ? ORDER BY number LIMIT {_PAGE}"  # noqa: S608
        while found := self.read(query, after):
            for *row, changed, _ in found:
                yield Entry._make((*row, json.loads(changed)))
            after = found[-1][0]

    def read(self, query: str, *values: object) -> list[Any]:
        """All rows that a query gives. Raises StateFileError."""
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise failure(self.path, error) from error


def upgraded(rows: Iterable[Row], version: int) -> Iterator[Row]:
    """Rows of an earlier version as those of this one, by what upgrades a file.

    Raises StateError if they cannot be upgraded.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _equip(connection)
        connection.executescript(_SCHEMA)
        connection.executemany(PUT_OBJECT, rows)
        connection.execute(f"PRAGMA user_version = {version}")
        _upgrade(connection)
        yield from map(Row._make, connection.execute("SELECT number, kind, body FROM object"))
    except (sqlite3.Error, *DAMAGE) as error:
        raise StateError(f"version {version} cannot be upgraded: {error}") from error
    finally:
        connection.close()


def check(path: Path) -> None:
    """Refuse a file that is not ours, or of a later version, without touching it.

    Raises StateFileError.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise StateFileError(f"state file {path}: {error.strerror}") from error
    application, version = (int.from_bytes(header[at : at + 4], "big") for at in (68, 60))
    if len(header) < _HEADER or header[:16] != _MAGIC or application != APPLICATION:
        raise StateFileError(f"state file {path}: it is not a state file of hmcsh")
    if version > VERSION:
        raise StateFileError(
            f"state file {path}: it is of version {version}, this program knows up to {VERSION}"
        )


def _verify(path: Path) -> None:
    """Refuse a damaged file without writing to it. Raises StateFileError."""
    try:
        # A connection that may only read leaves the file and its log alone, whatever is in them.
        place = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(place, uri=True, timeout=0, isolation_level=None)
        try:
            _equip(connection)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise StateFileError(f"state file {path}: it is damaged: {_line(found)}")
            for table, columns in SUMMED.items():
                names = ", ".join(columns)
                wrong = connection.execute(
                    f"SELECT {columns[0]} FROM {table}"  # noqa: S608
                    f" WHERE sum IS NOT checksum({names}) LIMIT 1"
                ).fetchone()
                if wrong is not None:
                    raise StateFileError(
                        f"state file {path}: it is damaged: {table} {_line(str(wrong[0]))}"
                    )
        finally:
            connection.close()
            with contextlib.suppress(OSError):
                path.with_name(f"{path.name}-shm").unlink()  # that connection has made it
    except UnicodeDecodeError as error:  # in a schema that SQLite quotes
        raise StateFileError(f"state file {path}: it is damaged: a name is no text") from error
    except sqlite3.Error as error:
        raise failure(path, error) from error


def checksum(*values: object) -> int:
    """What tells that a row has been damaged: the CRC-32 of its values with their types."""
    total = 0
    for value in values:
        data = value if isinstance(value, bytes) else f"{type(value).__name__} {value}\n".encode()
        total = zlib.crc32(data, total)
    return total


def _equip(connection: sqlite3.Connection) -> None:
    connection.create_function("checksum", -1, checksum, deterministic=True)


def failure(path: Path, error: Exception) -> StateFileError:
    """What SQLite or the system says, as one line."""
    if isinstance(error, StateFileError):
        return error
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return StateFileError(f"state file {path}: another server uses it")
    text = error.strerror if isinstance(error, OSError) else str(error)
    return StateFileError(f"state file {path}: {_line(text or type(error).__name__)}")


def _line(text: str) -> str:
    return " ".join(escaped(" ".join(text.split())).split())[:200]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(connection: sqlite3.Connection, rows: Iterable[Row], meta: Mapping[str, Any]) -> None:
    _equip(connection)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.executemany(PUT_OBJECT, rows)
    connection.executemany(PUT_META, meta.items())
    connection.execute("COMMIT")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        # Held until it is closed, or the process ends in whatever way.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        _equip(connection)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _upgrade(connection: sqlite3.Connection) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    for number in range(version, VERSION):
        connection.execute("BEGIN IMMEDIATE")
        UPGRADES[number](connection)
        for table, columns in SUMMED.items():
            names = ", ".join(columns)
            connection.execute(f"UPDATE {table} SET sum = checksum({names})")  # noqa: S608
        connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
