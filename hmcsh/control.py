"""The control socket of a served console: faults, reports and status, for its own user alone.

A socket of the file system (AF_UNIX, mode 0600). A request is one line of JSON, an object whose
`do` says what is wanted. The answer is a line {"item": ...} for each thing that was found and then
{"end": true}, or {"error": "one line"} in the place of what is missing. Any number of requests may
follow each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec

from hmcsh import errorlog, health, overview, status
from hmcsh.commands.hmc.common.passwords import protect
from hmcsh.health import Door
from hmcsh.language.messages import CommandExit
from hmcsh.language.secrets import escaped
from hmcsh.migration.engine import Mobility
from hmcsh.migration.faults import Fault
from hmcsh.report import Report, describe
from hmcsh.runtime.listening import stop_listening
from hmcsh.runtime.waiting import wait_for_all
from hmcsh.socketfile import SocketFile
from hmcsh.state import exporting, snapshots
from hmcsh.state.keeper import Keeper
from hmcsh.state.kinds import StateError

_log = logging.getLogger("hmcsh")

LINE_LIMIT = 64 * 1024  # bytes of a request
PEER_LIMIT = 16  # connections at the same time
PATIENCE = 30.0  # real seconds for a request to come, and for a piece of its answer to be read

_LINGER = 1.0  # real seconds for a peer to close its side after the last answer


class _Request(msgspec.Struct, tag_field="do", forbid_unknown_fields=True):
    """What may be asked; `tag` is the value of `do`."""


class FaultAdd(_Request, tag="fault add"):
    """Register a fault; the item is the fault with its number. `heal_after` in virtual ns."""

    kind: str
    partition: str | None = None
    phase: str | None = None
    percent: int | None = None
    heal_after: int | None = None


class FaultList(_Request, tag="fault list"):
    """Every fault that was added and not cleared."""


class FaultClear(_Request, tag="fault clear"):
    """Clear one fault, or all; the items are those that were cleared."""

    number: int | None = None


class ReportRequest(_Request, tag="report"):
    """The record of every migration, or of those of one partition, oldest first."""

    partition: str | None = None


class ErrorLogRequest(_Request, tag="error log"):
    """The error log of a partition, newest entry first; `system` where several have its name."""

    partition: str
    system: str | None = None


class StatusRequest(_Request, tag="status"):
    """Every managed system with its partitions."""


class OverviewRequest(_Request, tag="overview"):
    """What goes on, at most `limit` lines of each kind; `hmcsh.overview` tells what is answered."""

    limit: int


class HealthRequest(_Request, tag="health"):
    """How the server is."""


class HistoryRequest(_Request, tag="history"):
    """Every command with a number above `after` that could change something, oldest first."""

    after: int = 0


class SnapshotSave(_Request, tag="snapshot save"):
    """Save the present state under a name."""

    name: str


class SnapshotRestore(_Request, tag="snapshot restore"):
    """Make a saved state the present one; all sessions end."""

    name: str


class SnapshotRemove(_Request, tag="snapshot remove"):
    """Delete a saved state."""

    name: str


class SnapshotList(_Request, tag="snapshot list"):
    """Every saved state, oldest first."""


class SnapshotDiff(_Request, tag="snapshot diff"):
    """What differs between a saved state and another, or the present one."""

    name: str
    other: str | None = None


class ExportRequest(_Request, tag="export"):
    """The whole state as an inventory; each item is a piece of its text."""


Request = (
    FaultAdd
    | FaultList
    | FaultClear
    | ReportRequest
    | ErrorLogRequest
    | StatusRequest
    | OverviewRequest
    | HealthRequest
    | HistoryRequest
    | SnapshotSave
    | SnapshotRestore
    | SnapshotRemove
    | SnapshotList
    | SnapshotDiff
    | ExportRequest
)
_decoder = msgspec.json.Decoder(Request)


def _plain(value: object) -> str:
    """Names of an inventory are strings of classes of their own."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


_encoder = msgspec.json.Encoder(enc_hook=_plain)


def _line(answer: dict[str, object]) -> bytes:
    return _encoder.encode(answer) + b"\n"


class Control:
    """The listening control socket of one server."""

    def __init__(
        self,
        mobility: Mobility,
        file: SocketFile,
        keeper: Keeper | None = None,
        restored: Callable[[Keeper], None] = lambda _: None,
        doors: Sequence[Door] = (),
    ) -> None:
        """`restored` is called when another state has become the present one.

        `doors` are the consoles that are served.
        """
        self._mobility = mobility
        self._keeper = keeper
        self._restored = restored
        self._doors = doors
        self._file = file
        self._listener: asyncio.Server | None = None
        self._peers: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()  # those that do not wait for a request

    @classmethod
    async def open(
        cls,
        mobility: Mobility,
        path: Path,
        keeper: Keeper | None = None,
        restored: Callable[[Keeper], None] = lambda _: None,
        doors: Sequence[Door] = (),
    ) -> Control:
        """Listen at `path`; raises ControlError if that cannot be."""
        control = cls(mobility, SocketFile(path), keeper, restored, doors)
        control._listener = await asyncio.start_unix_server(
            control._accept, sock=control._file.listener, limit=LINE_LIMIT
        )
        return control

    async def close(self, patience: float = 0.0, hurry: asyncio.Event | None = None) -> None:
        """Stop listening and remove the socket; what is being answered has `patience` seconds.

        Or until `hurry` is set.
        """
        if self._listener is not None:
            await stop_listening(self._listener)
        self._file.remove()
        for task in self._peers - self._answering:
            task.cancel()
        await wait_for_all(self._answering, patience, hurry or asyncio.Event())
        peers = list(self._peers)
        for task in peers:
            task.cancel()
        await asyncio.gather(*peers, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listener is not None and not self._listener.is_serving():
            writer.close()  # it came as listening ended
            return
        # This is a plain function, so that the task is known from its start and ends with `close`.
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._peers.add(task)
        task.add_done_callback(self._peers.discard)
        task.add_done_callback(lambda _: writer.close())  # also where it never began

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A peer that says nothing, or does not read, does not hold its place for ever.
        with contextlib.suppress(TimeoutError, ConnectionError):
            refused = self._refusal(writer)
            if refused:
                writer.write(_line({"error": refused}))
            while not refused and await self._one(reader, writer):
                pass
            await _part(reader, writer)

    def _refusal(self, writer: asyncio.StreamWriter) -> str:
        """Say why this peer is not answered; "" if it is."""
        user = _peer_user(writer.get_extra_info("socket"))
        if user not in (None, os.geteuid()):
            _log.warning("the control socket refused a peer of user %s", user)
            return "this console belongs to another user"
        return "too many connections" if len(self._peers) > PEER_LIMIT else ""

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; gives whether another may follow."""
        try:
            async with asyncio.timeout(PATIENCE):
                line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            if not end.partial:
                return False
            line = end.partial
        except asyncio.LimitOverrunError:
            writer.write(_line({"error": f"a request has at most {LINE_LIMIT} bytes"}))
            return False
        with self._busy():
            await self._prepare(line)
            async with contextlib.aclosing(self._answers(line)) as answers:
                async for answer in answers:
                    if answer:
                        writer.write(answer)
                        async with asyncio.timeout(PATIENCE):
                            await writer.drain()
                    # Sessions of the console have their turn between two items.
                    await asyncio.sleep(0)
        return True

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._answering.add(task)
        try:
            yield
        finally:
            self._answering.discard(task)

    async def _prepare(self, line: bytes) -> None:
        """Let what is exported show no password that an inventory gave as such."""
        with contextlib.suppress(ValueError):
            if isinstance(_decoder.decode(line), ExportRequest):
                await protect(self._mobility.datacenter)

    async def _answers(self, line: bytes) -> AsyncGenerator[bytes, None]:
        try:
            request = _decoder.decode(line)
            if isinstance(request, ExportRequest):
                async with contextlib.aclosing(exporting.stream(self._mobility)) as pieces:
                    async for piece in pieces:
                        yield _line({"item": piece})
            else:
                for item in self._items(request):
                    yield b"" if item is None else _line({"item": item})
        except (ValueError, OSError, CommandExit, StateError) as error:
            yield _line({"error": _one_line(str(error))})
        except Exception:  # noqa: BLE001 (the boundary between our faults and the caller)
            _log.exception("a request on the control socket failed: %r", line[:200])
            yield _line({"error": "internal error; the server's log tells more"})
        else:
            yield _line({"end": True})

    def _items(self, request: Request) -> Iterator[object]:
        """What answers a request; None has no line, it only lets others have their turn."""
        match request:
            case FaultAdd():
                added = self._add(request)
                try:
                    self._keep(f"hmcsh fault add {_words(added)}")
                except OSError:
                    self._mobility.faults.clear(added.number)
                    raise
                yield added
            case FaultList():
                yield from self._mobility.faults.list()
            case FaultClear(number):
                before = self._mobility.faults.list()
                self._mobility.faults.clear(number)
                self._keep(f"hmcsh fault clear {'all' if number is None else number}")
                yield from (one for one in before if number in (None, one.number))
            case ReportRequest(partition):
                yield from self._reports(partition)
            case ErrorLogRequest(partition, system):
                yield from errorlog.entries(self._mobility.datacenter, partition, system)
            case StatusRequest():
                for frame in tuple(self._mobility.datacenter.frames.values()):
                    yield status.system(frame)
            case OverviewRequest(limit):
                if not 0 <= limit <= overview.MOST:
                    raise ValueError(f"limit {limit} is not from 0 to {overview.MOST}")
                services = [one.service for one in self._doors]
                yield from overview.items(self._mobility, services, limit)
            case HealthRequest():
                yield health.health(self._doors, self._keeper)
            case _:
                yield from self._kept_items(request)

    def _kept_items(self, request: Request) -> Iterator[object]:
        """What concerns the state file. Raises OSError, ValueError."""
        keeper = self._keeper
        if keeper is None:
            raise ValueError("this console keeps no state: it was served without --state")
        match request:
            case HistoryRequest(after):
                yield from (entry._asdict() for entry in keeper.file.history(after))
            case SnapshotSave(name):
                keeper.save(name)
            case SnapshotRestore(name):
                self._keeper = keeper.restore(name)
                self._mobility = self._keeper.mobility
                self._restored(self._keeper)
            case SnapshotRemove(name):
                snapshots.remove(keeper.file, name, keeper.datacenter.clock.now)
            case SnapshotList():
                yield from (one._asdict() for one in snapshots.listed(keeper.file))
            case SnapshotDiff(name, other):
                keeper.flush()
                states = [snapshots.rows(keeper.file, one) for one in (name, other)]
                yield from (one._asdict() for one in snapshots.differences(*states))

    def _keep(self, command: str) -> None:
        """Let what was changed be in the state file before the answer. Raises OSError."""
        if self._keeper is not None:
            self._keeper.enter(command)

    def _add(self, request: FaultAdd) -> Fault:
        fault = Fault(
            request.kind,
            partition=request.partition,
            phase=request.phase,
            percent=request.percent,
            heal_after=request.heal_after,
        )
        self._require_partition(request.partition)
        return self._mobility.faults.add(fault)

    def _reports(self, partition: str | None) -> Iterator[Report]:
        self._require_partition(partition)
        for run in tuple(self._mobility.history):
            if partition in (None, run.source.name):
                yield describe(run)

    def _require_partition(self, name: str | None) -> None:
        frames = self._mobility.datacenter.frames.values()
        if name is not None and all(frame.find_by_name(name) is None for frame in frames):
            raise ValueError(f"there is no partition {name!r}")


async def _part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End a connection so that the peer can read all: closing on unread data would cut it off."""
    async with asyncio.timeout(_LINGER):
        writer.write_eof()
        await writer.drain()
        while await reader.read(LINE_LIMIT):
            pass


def _words(fault: Fault) -> str:
    """A fault as the words of a command line, times in virtual ns."""
    conditions = ("partition", "phase", "percent", "heal_after")
    given = ((name, getattr(fault, name)) for name in conditions)
    words = [f"{name}={value}" for name, value in given if value is not None]
    return escaped(" ".join([fault.kind, *words]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _peer_user(peer: socket.socket) -> int | None:
    """Give the user id at the other end; None where the system does not tell (unix(7))."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return None  # the mode of the socket's file stands guard alone
    form = struct.Struct("3i")
    user: int = form.unpack(peer.getsockopt(socket.SOL_SOCKET, option, form.size))[1]
    return user
