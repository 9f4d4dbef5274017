"""What the log tells, as data: an event has fields, and its text is made from them.

An event is given to a logger in the place of a message, so that whoever writes the log can write
its text, or its fields, or count it. Fields hold what a user sent as it came: who writes them down
masks and escapes them (`hmcsh.logs`).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the log tells; `event` is what programs know it by."""

    event: ClassVar[str]


# Connections and log-ins: `address` is the client's, `method` that of RFC 4252.


class ConnectionRefused(Event, frozen=True, kw_only=True):
    """A connection was one too many."""

    event = "connection_refused"
    address: str
    reason: str

    def __str__(self) -> str:
        return f"connection from {self.address} refused: {self.reason}"


class ConnectionClosed(Event, frozen=True, kw_only=True):
    """A connection ended on which nobody had logged in."""

    event = "connection_closed"
    address: str

    def __str__(self) -> str:
        return f"connection from {self.address} closed before log-in"


class LogIn(Event, frozen=True, kw_only=True):
    """A user logged in."""

    event = "log_in"
    user: str
    address: str
    method: str

    def __str__(self) -> str:
        return f"log-in of {self.user!r} from {self.address}: {self.method}"


class LogInRefused(Event, frozen=True, kw_only=True):
    """An attempt to log in was refused."""

    event = "log_in_refused"
    user: str
    address: str
    method: str
    reason: str

    def __str__(self) -> str:
        return f"log-in of {self.user!r} from {self.address} refused: {self.method}, {self.reason}"


class LogOut(Event, frozen=True, kw_only=True):
    """The connection of a user who had logged in ended."""

    event = "log_out"
    user: str
    address: str

    def __str__(self) -> str:
        return f"log-out of {self.user!r} from {self.address}"


class RequestRefused(Event, frozen=True, kw_only=True):
    """A connection asked for what it does not get; `reason` is null where nobody gets it."""

    event = "request_refused"
    user: str
    address: str
    request: str
    reason: str | None = None

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason is not None else ""
        return f"{self.request}{why} refused to {self.user!r} from {self.address}"


class PasswordRefused(Event, frozen=True, kw_only=True):
    """A password was refused that a user of a console tried by a command, or at a terminal."""

    event = "password_refused"
    user: str
    console: str
    door: str
    reason: str

    def __str__(self) -> str:
        return f"{self.door} refused to {self.user} at {self.console}: {self.reason}"


# Sessions: `terminal` is null without one, `console` the name of the console.


class _OfSession(Event, frozen=True, kw_only=True):
    user: str
    address: str
    terminal: str | None
    console: str

    @property
    def _who(self) -> str:
        return f"{self.user} from {self.address} ({self.terminal or 'no tty'})"


class SubsystemRefused(_OfSession, frozen=True, kw_only=True):
    """A client asked for a subsystem, such as sftp; there are none."""

    event = "subsystem_refused"
    subsystem: str

    def __str__(self) -> str:
        return f"subsystem {self.subsystem} refused to {self._who}"


class SessionRefused(_OfSession, frozen=True, kw_only=True):
    """A session was asked for by a user who is gone since he logged in."""

    event = "session_refused"
    reason: str

    def __str__(self) -> str:
        return f"session refused to {self._who}: {self.reason}"


class LimitReached(_OfSession, frozen=True, kw_only=True):
    """A session was ended at a limit; `limit` is its name, `reason` what the client was told."""

    event = "limit_reached"
    limit: str
    reason: str

    def __str__(self) -> str:
        return f"session of {self._who} ended: {self.reason}"


class LineEnded(_OfSession, frozen=True, kw_only=True):
    """A line typed at a terminal has ended, or what was given with the request for a session.

    `status` is null where it has none, since a signal or the client ended it: `ended_by`.
    `duration` is in seconds of real time.
    """

    event = "line"
    line: str
    status: int | None
    ended_by: str | None = None
    duration: float

    def __str__(self) -> str:
        return f"{self._who}: {self.line}: {_how(self.status, self.ended_by)}"


class ShellEnded(_OfSession, frozen=True, kw_only=True):
    """A session with a shell of its own, for a terminal or a script, has ended."""

    event = "shell"
    status: int | None
    ended_by: str | None = None
    duration: float

    def __str__(self) -> str:
        return f"{self._who}: shell: {_how(self.status, self.ended_by)}"


def _how(status: int | None, ended_by: str | None) -> str:
    return f"status {status}" if status is not None else f"ended by {ended_by}"


class CommandEnded(Event, frozen=True, kw_only=True):
    """A command of the console has ended, whatever line or script called it.

    `status` is null where it was cut off: its session ended, or nobody read its output.
    `duration` is in seconds of real time, until its output was taken.
    """

    event = "command"
    user: str
    console: str
    command: str
    status: int | None
    duration: float

    def __str__(self) -> str:
        return f"{self.user} at {self.console}: {self.command}: {_how(self.status, 'its session')}"


# What is not emulated, and faults of the program: their records have a traceback.


class NotEmulated(Event, frozen=True, kw_only=True):
    """A command was refused since it is not emulated."""

    event = "not_emulated"
    command: str

    def __str__(self) -> str:
        return f"not emulated: {self.command}"


class CommandFailed(Event, frozen=True, kw_only=True):
    """A command met a fault of the program."""

    event = "command_failed"
    command: str

    def __str__(self) -> str:
        return f"command failed: {self.command}"


class ShellFailed(Event, frozen=True, kw_only=True):
    """The shell met a fault of the program while it ran a command line."""

    event = "shell_failed"
    command: str

    def __str__(self) -> str:
        return f"shell failed: {self.command}"


class NotParsed(Event, frozen=True, kw_only=True):
    """The parser of the shell met a fault of the program."""

    event = "not_parsed"
    command: str

    def __str__(self) -> str:
        return f"cannot parse: {self.command}"


class CompletionFailed(Event, frozen=True, kw_only=True):
    """Completion of a line met a fault of the program."""

    event = "completion_failed"
    command: str

    def __str__(self) -> str:
        return f"completion failed: {self.command}"


class SessionFailed(_OfSession, frozen=True, kw_only=True):
    """A session met a fault of the program."""

    event = "session_failed"
    command: str

    def __str__(self) -> str:
        return f"session of {self._who} failed: {self.command}"


class MigrationFailed(Event, frozen=True, kw_only=True):
    """A migration met a fault of the program."""

    event = "migration_failed"
    partition: str
    phase: str

    def __str__(self) -> str:
        return f"the migration of {self.partition} failed in phase {self.phase}"


# The log itself


class LogInterrupted(Event, frozen=True, kw_only=True):
    """The log could not be written for a while, as on a full disk: `records` may be missing."""

    event = "log_interrupted"
    records: int

    def __str__(self) -> str:
        return f"the log could not be written; records that may be missing: {self.records}"


def _all(kind: type[Event]) -> list[type[Event]]:
    found = [kind] if "event" in vars(kind) else []
    return [*found, *(one for derived in kind.__subclasses__() for one in _all(derived))]


EVENTS = {kind.event: kind for kind in _all(Event)}
