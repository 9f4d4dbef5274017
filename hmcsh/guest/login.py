"""The log-in at the console device of a partition, and the session that follows it.

All of it happens in a loop of virtual time, which is run when something is typed: so what is typed
through a pipe is answered in the order in which it comes. A session belongs to the device, not to
the terminal of a console that shows it: it is still there when another terminal is opened, and on
the destination when the partition has migrated (SG24-7460 4.1.2).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from hmcsh.commands.common.invocation import Invocation
from hmcsh.commands.hmc.common.passwords import fits_at_once
from hmcsh.guest.shells import GuestShell, root_shell_for, shell_for
from hmcsh.guest.systems import System, system_of
from hmcsh.language.messages import render
from hmcsh.language.secrets import escaped, masked_line
from hmcsh.model.ledger import Ledger
from hmcsh.model.partition import OperatingSystem, Partition
from hmcsh.model.systemfiles import files_of
from hmcsh.model.vty import Attached, LogIn, Vty, herald
from hmcsh.runtime import VirtualLoop
from hmcsh.shell import Interrupted
from hmcsh.shell.editor import End
from hmcsh.shell.streams import InputReader
from hmcsh.shell.terminal import Terminal

if TYPE_CHECKING:
    import datetime

_log = logging.getLogger("hmcsh")

_LONGEST_LINE = 4096  # of a terminal of Linux; AIX gives a line less room (inferred)
_HISTORY = 500


class ConsoleLogIn(Attached):
    """What an operating system has attached to its console device."""

    def __init__(self, device: Vty) -> None:
        super().__init__(device)
        self._dialogue: _Dialogue | None = None  # begins with the first key
        # Of a system that has no such log-in here: it is refused as the model does it.
        self._refusing = LogIn(device) if system_of(device.partition) is None else None

    def begin(self) -> None:
        """Show the prompt of the log-in."""
        self.device.write(herald(self.device.partition))

    def typed(self, text: str) -> None:
        """Give what was typed to the session, and let it answer."""
        if self._refusing is not None:
            self._refusing.device = self.device
            self._refusing.typed(text)
            return
        if self._dialogue is None:
            self._dialogue = _Dialogue(self)
        # A line may end in a way of its own at each terminal that is opened on the device.
        typed = text.replace("\r\n", "\r").replace("\n", "\r")
        self._dialogue.take(typed)

    def end(self) -> None:
        """End the session: its operating system has stopped."""
        if self._dialogue is not None:
            self._dialogue.end()


class _Dialogue:
    """Log-in, session, log-in again, for as long as the operating system runs."""

    def __init__(self, login: ConsoleLogIn) -> None:
        self._login = login
        self._loop = VirtualLoop.on(login.device.partition.frame.datacenter.clock)
        self._shells: list[GuestShell] = []
        self._paused = False
        self._terminal = Terminal(
            lambda text: self._login.device.write(text),
            self,
            echo=True,
            limit=_LONGEST_LINE,
            history=[],
            history_size=_HISTORY,
            complete=self._complete,
            on_interrupt=self._interrupt,
        )

        self._loop.create_task(self._hold())

    def take(self, text: str) -> None:
        """Take what was typed, and do all that can be done about it now."""
        self._loop.call_soon(self._typed, text)
        self._loop.run()

    def end(self) -> None:
        """End whatever runs."""
        self._loop.end()

    # What a terminal asks of whoever brings what is typed

    def pause_reading(self) -> None:
        """Take nothing more for the time being: more is typed ahead than anybody will read."""
        self._paused = True

    def resume_reading(self) -> None:
        """Take what is typed again."""
        self._paused = False

    def _typed(self, text: str) -> None:
        """Take what was typed; where too much waits to be read, all but an interrupt is lost."""
        if self._paused and "\x03" not in text:
            _log.warning("%s: what was typed is lost", self._partition.name)
        else:
            self._terminal.type(text)

    # What a session writes to

    def write(self, text: str) -> None:
        """Show text on the console device."""
        raw = self._terminal.is_raw
        self._login.device.write(text if raw else text.replace("\n", "\r\n"))

    async def drain(self) -> None:
        """Wait for whoever sits at the terminal to take what was written."""
        device = self._login.device
        full = device.terminal.full if device.terminal is not None else None
        if full is not None:
            await self._partition.frame.datacenter.clock.wait(full)

    @property
    def _partition(self) -> Partition:
        return self._login.device.partition

    def _locate(self) -> Partition:
        return self._partition

    def _attended(self) -> bool:
        """Whether a terminal is open."""
        return self._login.device.terminal is not None

    def _complete(self, line: str, cursor: int) -> tuple[int, list[str]]:
        return self._shells[-1].complete(line, cursor) if self._shells else (cursor, [])

    def _interrupt(self) -> bool:
        return bool(self._shells) and self._shells[-1].interrupt()

    # The dialogue

    async def _hold(self) -> None:
        """Let users log in, one after another."""
        while True:
            try:
                await self._log_in()
                await self._session()
            except Exception:  # noqa: BLE001 (the boundary between our faults and the user)
                _log.exception("the console session of %s failed", self._partition.name)
                self.write("\nhmcsh: internal error\n")
                self._shells.clear()
            self.write(herald(self._partition).replace("\r\n", "\n"))

    async def _log_in(self) -> None:
        """Ask for a name and its password until both are right."""
        while True:
            name = (await self._terminal.readline()).strip()
            partition = self._partition
            system, running = system_of(partition), partition.operating_system
            if system is None or running is None:
                raise RuntimeError(f"no operating system answers in {partition.name}")
            if not name:
                self.write(herald(partition).replace("\r\n", "\n"))
                continue
            of_aix = system.dialect.korn
            key = "login_aix_password" if of_aix else "login_linux_password"
            self.write(render(key, user=name) if of_aix else render(key))
            password = (await self._terminal.read_hidden()).rstrip("\n")
            self.write("\n")
            right = fits_at_once(running.password, password) and name == system.user
            terminal = self._login.device.terminal
            attempts = terminal.attempts if terminal is not None else None
            if right and not (attempts is not None and attempts.locked()):
                if attempts is not None:
                    attempts.succeeded()
                self._welcome(running, system)
                return
            running.last_refusal = partition.now()
            if attempts is not None:
                await partition.clock.wait(attempts.answer())
            self.write(render("login_aix_refused" if of_aix else "login_linux_refused") + "\n")
            self.write(render(f"login_{system.messages}_again", name=partition.host_name))

    def _welcome(self, running: OperatingSystem, system: System) -> None:
        """Show the message of the day and the last log-ins, and note this one."""
        with contextlib.suppress(OSError):
            self.write(files_of(self._partition, "root").read("/etc/motd"))
        if running.last_refusal is not None and system.dialect.korn:
            self._tell("login_last_refused", running.last_refusal, system)
        if running.last_log_in is not None:
            self._tell("login_last", running.last_log_in, system)
        running.last_log_in = self._partition.now()
        running.last_refusal = None

    def _tell(self, key: str, when: datetime.datetime, system: System) -> None:
        shown = f"{when:%a %b %e %H:%M:%S} {when.tzname() or 'UTC'} {when:%Y}"
        self.write(render(key, when=shown, device=system.device) + "\n")

    async def _session(self) -> None:
        """Let the user work until he leaves."""
        shell = shell_for(
            self._locate,
            stdin=self._terminal,
            stdout=self,
            stderr=self,
            root_shell=self._root_shell,
            attended=self._attended,
        )
        await self._interact(shell)

    async def _root_shell(self, invocation: Invocation) -> int:
        """Open a shell of root on the streams of a command: oem_setup_env."""
        shell = root_shell_for(
            self._locate,
            stdin=invocation.stdin,
            stdout=invocation.stdout,
            stderr=invocation.stderr,
            attended=self._attended,
        )
        if not isinstance(invocation.stdin, InputReader):
            return await shell.run_script()  # what stands before it in a pipe
        return await self._interact(shell)

    async def _interact(self, shell: GuestShell) -> int:
        self._shells.append(shell)
        lines = _Lines(self._locate, shell)

        async def read_line(prompt: str) -> str | None:
            if lines.end():
                self.write(render("state_kept_later") + "\n")
            return lines.begin(await self._read_line(prompt))

        try:
            return await shell.interact(read_line)
        finally:
            lines.end()
            self._shells.remove(shell)

    async def _read_line(self, prompt: str) -> str | None:
        """Ask for a line as the shell wants it; the cursor stands on a new line afterwards."""
        end, line = await self._terminal.prompt(prompt)
        if end is End.LINE:
            return line
        self.write("\n")
        if end is End.EOF:
            return None
        if end is End.TOO_LONG:
            self.write(render("login_line_too_long", limit=_LONGEST_LINE) + "\n")
        raise Interrupted


class _Lines:
    """Lets the ledger know of each line that is typed, when it has been carried out."""

    def __init__(self, locate: Callable[[], Partition], shell: GuestShell) -> None:
        self._locate = locate
        self._shell = shell
        self._line: str | None = None
        self._begun: object = None

    @property
    def _ledger(self) -> Ledger | None:
        return self._locate().frame.datacenter.ledger

    def begin(self, line: str | None) -> str | None:
        """A line was typed."""
        if line and self._ledger is not None:
            self._line, self._begun = line, self._ledger.begin_line()
        return line

    def end(self) -> bool:
        """It has been carried out; gives whether what it changed could not be kept."""
        line, self._line = self._line, None
        if line is None or self._ledger is None:
            return False
        try:
            written = escaped(masked_line(line))
            user = self._shell.user
            self._ledger.end_line(self._begun, self._locate(), user, written, self._shell.status)
        except OSError as error:
            _log.error("%s", error)
            return True
        return False
