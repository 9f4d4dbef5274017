"""One session channel: from the request to the exit status."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict, cast

import asyncssh

from hmcsh.events import (
    CompletionFailed,
    LimitReached,
    LineEnded,
    SessionFailed,
    SessionRefused,
    ShellEnded,
    SubsystemRefused,
)
from hmcsh.shell import Interrupted, Shell
from hmcsh.shell.editor import End
from hmcsh.shell.terminal import Terminal
from hmcsh.ssh.streams import STDERR, PipeInput, Wire, WireOutput, encode

if TYPE_CHECKING:
    from hmcsh.ssh.connection import Login
    from hmcsh.ssh.server import Hub
    from hmcsh.ssh.transport import Connection

log = logging.getLogger("hmcsh")
audit = logging.getLogger("hmcsh.audit")

_INTERRUPTED = 130  # 128 + SIGINT, bash(1)
_EXCEEDED = 124
_NO_ACCOUNT = "This account is currently not available."  # nologin(8)
_FAILED = 1
_TAKEN_FROM_CLIENT = ("LANG", "LC_")
_ENDING_SIGNALS = frozenset({"HUP", "INT", "KILL", "TERM", "QUIT", "ABRT"})
_DIGITS = 6  # of a second


class _Who(TypedDict):
    user: str
    address: str
    terminal: str | None
    console: str


class _Stopped(Exception):  # noqa: N818 (an event, not a fault)
    """The server is being stopped, and the shell wants its next command."""


class Session(asyncssh.SSHServerSession[bytes]):
    """A command, a script or an interactive shell, with or without a terminal.

    All four end in `_dispatch`. The session's task is cancelled when the channel goes away,
    whatever the reason; `_signal` says which signal, if any, ended it.
    """

    def __init__(self, hub: "Hub", login: "Login", connection: "Connection") -> None:
        self._hub = hub
        self._login = login
        self._connection = connection
        self._channel: asyncssh.SSHServerChannel[bytes]
        self._wire: Wire
        self._input: PipeInput | Terminal
        self._command: str | None = None
        self._modes: Mapping[int, int] | None = None
        self._tty: str | None = None
        self._shell: Shell | None = None
        self._task: asyncio.Task[None] | None = None
        self._signal: str | None = None
        self._interrupted = False
        self._exceeded: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._running = False
        self._line = ""
        self._begun = self._line_begun = 0.0

    # What the channel tells (RFC 4254 6)

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Take the channel."""
        self._channel = chan
        self._wire = Wire(
            chan,
            lambda: self._connection.stalled,
            limit=self._hub.settings.max_output,
            on_limit=lambda: self._exceed("max_output"),
        )

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """Grant a terminal of any type and size."""
        self._modes = term_modes
        return True

    def shell_requested(self) -> bool:
        """Grant a shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Grant a command."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Refuse: there is no sftp on a console."""
        audit.warning(SubsystemRefused(**self._who(), subsystem=subsystem))
        return False

    def session_started(self) -> None:
        """Start what was asked for."""
        if self._modes is None:
            settings = self._hub.settings
            self._input = PipeInput(
                self._channel, settings.max_input, settings.message("max_input")
            )
        else:
            self._tty = self._hub.terminals.take()
            self._input = self._terminal(self._modes)
        loop = asyncio.get_running_loop()
        if self._hub.settings.session_time:
            limit = self._hub.settings.session_time
            self._timer = loop.call_later(limit, self._exceed, "session_time")
        self._task = loop.create_task(self._run())
        self._hub.sessions.add(self._task)
        self._task.add_done_callback(self._ended)
        self._running = True

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Pass on what the client sent."""
        self._input.feed(data)

    def eof_received(self) -> bool:
        """Pass on the end of input; the sending side stays open for the answer."""
        self._input.feed_eof()
        return True

    def signal_received(self, signal: str) -> None:
        """Act on a signal: INT is Ctrl-C, the others that end a process end the session."""
        if self._tty is not None and signal == "INT":
            self._interrupt()
        elif signal in _ENDING_SIGNALS and self._stop():
            self._signal = signal

    def pause_writing(self) -> None:
        """Let writers wait."""
        self._wire.pause()

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._wire.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel what still runs: its client is gone."""
        self._wire.close()
        self._login.channel_closed(self)
        if self._task is None:
            self._login.session_ended()
        else:
            self._input.lost = self._connection.ended
            self._task.cancel()

    # When the server is stopped

    def wind_up(self) -> None:
        """Begin nothing more; what runs goes on, whoever waits for a command is told."""
        if self._task is None:
            self._channel.close()
        elif self._running and self._shell and self._shell.waiting and not self._read_all():
            self._exceed("stop_time")

    def cut_off(self) -> None:
        """End what still runs."""
        if self._running:
            self._exceed("stop_time")

    def _before_reading(self) -> None:
        """Let the shell read on, unless the server is being stopped and there may be more."""
        if self._hub.stopping and not self._read_all():
            raise _Stopped

    def _read_all(self) -> bool:
        return isinstance(self._input, PipeInput) and self._input.at_end

    # The one way that every session takes

    async def _run(self) -> None:
        status: int | None = _FAILED
        self._begun = time.monotonic()
        try:
            status = await self._dispatch()
        except asyncio.CancelledError:
            # Either the client is gone and nobody hears the answer, or a signal ended it.
            status = _INTERRUPTED if self._interrupted else None
        except _Stopped:
            self._limit_reached("stop_time")
        except Exception:
            log.exception(SessionFailed(**self._who(), command=self._command or ""))
            self._wire.write(b"hmcsh: internal error\n", STDERR)
        finally:
            self._running = False
        await self._finish(status if self._exceeded is None else _EXCEEDED)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Give back what the session held, even if it was cancelled before it began."""
        if self._timer is not None:
            self._timer.cancel()
        self._hub.sessions.discard(task)
        self._login.session_ended()
        if self._tty is not None:
            self._hub.terminals.give_back(self._tty)
        if self._shell is not None:
            self._hub.service.shell_closed(self._shell)

    async def _dispatch(self) -> int:
        terminal = self._tty is not None
        stdout = WireOutput(self._wire, cr_lf=self._cr_lf)
        stderr = stdout if terminal else WireOutput(self._wire, STDERR)
        try:
            shell = self._shell = self._hub.service.open_shell(
                user=self._login.user,
                origin=self._login.origin,
                tty=self._tty,
                stdin=self._input,
                stdout=stdout,
                stderr=stderr,
                environment=self._environment(),
            )
        except KeyError:  # removed since the log-in
            audit.warning(SessionRefused(**self._who(), reason="unknown user"))
            stderr.write(_NO_ACCOUNT + "\n")
            return _FAILED
        shell.before_reading = self._before_reading
        if self._command is not None:
            status = await shell.run_string(self._command)
        elif terminal:
            status = await shell.interact(self._read_line)
        else:
            status = await shell.run_script()
        return status

    async def _finish(self, status: int | None) -> None:
        """Log how the session ended and tell the client, if it is still there."""
        if log.isEnabledFor(logging.INFO):
            self._log_line()
            ended_by = (self._signal or "client") if status is None else None
            who, took = self._who(), _since(self._begun)
            log.info(
                ShellEnded(**who, status=status, ended_by=ended_by, duration=took)
                if self._command is None
                else LineEnded(
                    **who, line=self._command, status=status, ended_by=ended_by, duration=took
                )
            )
        if status is None:
            if self._signal is not None and not self._wire.closed:
                self._wire.flush()
                self._channel.exit_with_signal(self._signal)
            return
        if self._exceeded is not None:
            said, terminal = f"hmcsh: {self._exceeded}", self._tty is not None
            self._wire.last(
                (f"\r\n{said}\r\n" if terminal else f"{said}\n").encode(),
                None if terminal else STDERR,
            )
        else:
            self._wire.flush()
            await self._wire.drain()
        if not self._wire.closed:
            self._channel.exit(status)

    # The terminal

    def _terminal(self, modes: Mapping[int, int]) -> Terminal:
        return Terminal(
            lambda text: self._wire.write(encode(text)),
            self._channel,
            echo=bool(modes.get(asyncssh.PTY_ECHO, 1)),
            limit=self._hub.settings.max_line,
            history=self._hub.history(self._login.user),
            history_size=self._hub.settings.history,
            complete=self._complete,
            on_interrupt=self._interrupt,
        )

    def _cr_lf(self) -> bool:
        modes = self._modes
        if modes is None or (isinstance(self._input, Terminal) and self._input.is_raw):
            return False
        return bool(modes.get(asyncssh.PTY_OPOST, 1) and modes.get(asyncssh.PTY_ONLCR, 1))

    def _interrupt(self) -> bool:
        """Stop the command that runs in the terminal; False if none runs."""
        if self._command is None:
            return self._shell is not None and self._shell.interrupt()
        self._interrupted = self._stop()
        return self._interrupted

    def _exceed(self, limit: str) -> None:
        """End the session at one of its limits."""
        if self._exceeded is None and self._task is not None:
            self._limit_reached(limit)
            self._task.cancel()

    def _limit_reached(self, limit: str) -> None:
        self._exceeded = self._hub.settings.message(limit)
        audit.warning(LimitReached(**self._who(), limit=limit, reason=self._exceeded))

    def _stop(self) -> bool:
        """Cancel what runs; what has ended still gets its answer to the client."""
        return self._running and self._task is not None and self._task.cancel()

    async def _read_line(self, prompt: str) -> str | None:
        """Ask for a line as the shell wants it; the cursor stands on a new line afterwards."""
        self._log_line()
        idle = self._hub.settings.idle_time
        loop = asyncio.get_running_loop()
        timer = loop.call_later(idle, self._exceed, "idle_time") if idle else None
        try:
            end, line = await cast(Terminal, self._input).prompt(prompt)
        finally:
            if timer is not None:
                timer.cancel()
        if end is End.LINE:
            self._line, self._line_begun = line, time.monotonic()
            return line
        self._wire.write(b"\r\n")
        if end is End.EOF:
            return None
        if end is End.TOO_LONG:
            self._wire.write(f"hmcsh: {self._hub.settings.message('max_line')}\r\n".encode())
        raise Interrupted

    def _log_line(self) -> None:
        """Log the line that has just run."""
        line, self._line = self._line, ""
        if line.strip() and self._shell is not None:
            status, took = self._shell.status, _since(self._line_begun)
            log.info(LineEnded(**self._who(), line=line, status=status, duration=took))

    def _complete(self, line: str, cursor: int) -> tuple[int, list[str]]:
        if self._shell is None:
            return cursor, []
        try:
            return self._hub.service.complete(self._shell, line, cursor)
        except Exception:
            log.exception(CompletionFailed(command=line))
            return cursor, []

    def _environment(self) -> dict[str, str]:
        """Return what the client may set: its language, nothing else."""
        return {
            name: value
            for name, value in self._channel.get_environment().items()
            if name.startswith(_TAKEN_FROM_CLIENT) and value.isprintable()
        }

    def _who(self) -> _Who:
        login, console = self._login, self._hub.service.hostname
        return {
            "user": login.user,
            "address": login.origin,
            "terminal": self._tty,
            "console": console,
        }


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, _DIGITS)
