"""A partition's console device: who has a terminal on it, and what answers at the other end.

A terminal is a session of a Hardware Management Console; a partition has one at most (manual page
of mkvterm). At the other end stands what the state of the partition allows: nothing, its firmware,
or the log-in of its operating system, which stays attached when the partition migrates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from hmcsh.language.messages import HmcError, render
from hmcsh.model.states import LparEnvironment, PartitionState

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition
    from hmcsh.runtime import Event

_LONGEST_LINE = 255  # MAX_CANON of AIX and Linux: what a terminal holds of one line
_ERASE = "\b \b"
_BOOTING = (PartitionState.STARTING, PartitionState.OPEN_FIRMWARE)
_RUNNING = (PartitionState.RUNNING, PartitionState.MIGRATING_RUNNING)


class Attempts(Protocol):
    """Log-ins at a terminal: whoever opened it counts them, and holds off who guesses."""

    def locked(self) -> bool:
        """Whether no password is looked at now."""
        ...

    def answer(self) -> Event:
        """Count a wrong password; gives the event of the time for its answer."""
        ...

    def succeeded(self) -> None:
        """Take note of a password that is right."""
        ...


class VirtualTerminal:
    """A terminal that a user of a console has open on a partition.

    `show` takes what the partition writes; while it is None, that is lost. `closed` is the event
    of the terminal's end. `full` is given while the terminal's user has not taken what was written
    so far: the event of his having done so. Who writes much should wait for it. `attempts` counts
    passwords that are typed.
    """

    def __init__(self, vty: Vty, console: str, user: str) -> None:
        self._vty = vty
        self.console = console
        self.user = user
        self.closed: Event = vty.partition.frame.datacenter.clock.event()
        self.show: Callable[[str], None] | None = None
        self.full: Event | None = None
        self.attempts: Attempts | None = None

    @property
    def partition(self) -> Partition:
        """Whose console device it is on."""
        return self._vty.partition

    def type(self, text: str) -> None:
        """Send what was typed to the partition; a terminal that is closed sends nothing."""
        if not self.closed.fired:
            self._vty.type(text)

    def close(self) -> None:
        """End the terminal, so that another one can be opened; harmless if it has ended."""
        if not self.closed.fired:
            self._vty.terminal = None
            self.closed.succeed()


class Attached:
    """What a partition has attached to its console device.

    It writes with `device.write`, now or later; when the partition migrates, `device` becomes
    that of the partition on the destination.
    """

    def __init__(self, device: Vty) -> None:
        self.device = device

    def begin(self) -> None:
        """Show that it has taken the device: called when the partition gets that far."""

    def typed(self, text: str) -> None:
        """Take what was typed at the terminal."""
        raise NotImplementedError

    def end(self) -> None:
        """Stop: something else takes the device, or nothing does."""


class Vty:
    """The console device of a partition; `terminal` is the one open terminal, if any."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self.terminal: VirtualTerminal | None = None
        self._attached: Attached | None = None

    def require_supported(self) -> None:
        """Refuse i5/OS partitions, which have another kind of console. Raises HmcError."""
        if self.partition.environment is LparEnvironment.OS400:
            raise HmcError("vterm_partition_type", name=self.partition.name)

    def open(self, console: str, user: str) -> VirtualTerminal:
        """Open the terminal of a partition, whatever its state (capture, V10R3: also while off).

        Raises HmcError for an i5/OS partition, for a system whose hypervisor does not run, and
        if a terminal is open already.
        """
        self.require_supported()
        self.partition.frame.require_operating()
        if self.terminal is not None:
            here = self.terminal.console == console
            raise HmcError("vterm_already_open" if here else "vterm_open_elsewhere")
        self.terminal = VirtualTerminal(self, console, user)
        return self.terminal

    def close(self) -> None:
        """End the terminal, if one is open."""
        if self.terminal is not None:
            self.terminal.close()

    def type(self, text: str) -> None:
        """Give what was typed to what is attached; it is lost if nothing is."""
        self._refresh()
        if self._attached is not None:
            self._attached.typed(text)

    def write(self, text: str) -> None:
        """Show text of the partition on the terminal; it is lost if none is open."""
        if self.terminal is not None and self.terminal.show is not None:
            self.terminal.show(text)

    def show_reference_code(self, code: str) -> None:
        """Show a reference code if the partition is on its way up; afterwards its system writes."""
        if code and self.partition.state in _BOOTING:
            self.write(f"{code}\r\n")

    def state_changed(self) -> None:
        """Attach what the new state of the partition asks for, which then shows itself."""
        if self._refresh() and self._attached is not None:
            self._attached.begin()

    def take_over(self, other: Vty) -> None:
        """Attach what was attached to another device: it has migrated here."""
        self._attached, other._attached = other._attached, None
        if self._attached is not None:
            self._attached.device = self

    def _refresh(self) -> bool:
        """Attach anew if the state asks for something else; tells whether it does."""
        kind = _kind(self.partition)
        if type(self._attached) is (kind or type(None)):
            return False
        if self._attached is not None:
            self._attached.end()
        self._attached = None if kind is None else kind(self)
        return True


class _LineTaker(Attached):
    """Something that takes whole lines: what is typed is echoed and can be corrected."""

    def __init__(self, device: Vty) -> None:
        super().__init__(device)
        self._line = ""
        self._left = False

    @property
    def prompt(self) -> str:
        """What it shows before a line."""
        raise NotImplementedError

    def begin(self) -> None:
        """Show the prompt."""
        self.device.write(self.prompt)

    def answer(self, line: str) -> str:
        """Give what it shows for a line that is not empty."""
        raise NotImplementedError

    def typed(self, text: str) -> None:
        """Edit the line; the keys are those of termios(3) by default."""
        self.device.write("".join(self._echo(character) for character in text))

    def _echo(self, character: str) -> str:
        if character in "\r\n":
            return self._enter()
        if character in "\b\x7f":
            erased, self._line = self._line[-1:], self._line[:-1]
            return _ERASE if erased else ""
        if character == "\x15":
            erased, self._line = self._line, ""
            return _ERASE * len(erased)
        if not character.isprintable() or len(self._line) >= _LONGEST_LINE:
            return ""
        self._line += character
        return character

    def _enter(self) -> str:
        line, self._line = self._line.strip(), ""
        answer = f"\r\n{self.answer(line)}" if line else ""
        return "\r\n" if self._left else f"{answer}\r\n{self.prompt}"

    def _refuse(self, what: str) -> str:
        return render("not_emulated", what=what)

    def _leave(self, *, anew: bool = False) -> None:
        """Go on to the operating system; what comes next takes the device."""
        from hmcsh.model import power

        self._left = True
        power.leave_firmware(self.device.partition, anew=anew)


class LogIn(_LineTaker):
    """The log-in of an operating system where there is nothing behind it: nobody is let in."""

    @property
    def prompt(self) -> str:
        """What the system shows on its console while nobody is logged in."""
        return herald(self.device.partition)

    def answer(self, line: str) -> str:
        """Refuse whoever wants to log in; no password is asked for."""
        return self._refuse(f"The log-in to the partition {self.device.partition.name}")


def herald(partition: Partition) -> str:
    """What an operating system shows on its console while nobody is logged in."""
    system = partition.operating_system
    version = system.version if system is not None else ""
    if partition.is_vios:
        return render("console_vios")
    if aix := re.match(r"AIX (\d+)", version):
        return render("console_aix", version=aix[1])
    return render("console_other", system=version, name=partition.name)


class OpenFirmware(_LineTaker):
    """The prompt of Open Firmware (IEEE 1275), of whose words it knows two."""

    prompt = "0 > "

    def begin(self) -> None:
        """Show the prompt as Open Firmware does when it is reached."""
        self.device.write(f"\r\n ok\r\n{self.prompt}")

    def answer(self, line: str) -> str:
        """Carry out `boot` and `reset-all`; refuse every other word."""
        if line not in ("boot", "reset-all"):
            return self._refuse(f"The word {line.split()[0]} at the Open Firmware prompt")
        self._leave(anew=line == "reset-all")
        return ""


class SystemManagementServices(_LineTaker):
    """The menus of System Management Services, of which it has the first and the way out."""

    def __init__(self, device: Vty) -> None:
        super().__init__(device)
        self._leaving = False

    @property
    def prompt(self) -> str:
        """The menu where one is."""
        return render("sms_exit" if self._leaving else "sms_main")

    def answer(self, line: str) -> str:
        """Take the number of a line or the letter of a key."""
        if self._leaving:
            self._leaving = False
            if line == "1":
                self._leave()
            return ""
        if line in ("x", "X"):
            self._leaving = True
            return ""
        if line in ("1", "2", "3", "4", "5"):
            return self._refuse(f"Item {line} of the menu of System Management Services (SMS)")
        return ""


def _kind(partition: Partition) -> type[Attached] | None:
    """What is attached in the present state of a partition."""
    if partition.state in _RUNNING and partition.operating_system is not None:
        return partition.frame.datacenter.log_in or LogIn
    if partition.state is PartitionState.OPEN_FIRMWARE:
        return _FIRMWARE.get(partition.firmware)
    return None


_FIRMWARE: dict[str, type[Attached]] = {"of": OpenFirmware, "sms": SystemManagementServices}
