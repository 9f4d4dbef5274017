"""Passwords that are tried by a command: who guesses is answered late, and then not at all.

As with log-ins over ssh, by the same limits: counted are what is tried, and who tries. Every
failure is in the audit. Programs without a server count nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Protocol

from hmcsh.commands.hmc.common.core import Call

from hmcsh.events import PasswordRefused
from hmcsh.runtime import Event
from hmcsh.runtime.virtualloop import outer_loop

_audit = logging.getLogger("hmcsh.audit")


class Guard(Protocol):
    """Counts failures by what is tried (`user`), and by who tries (`address`)."""

    def locked(self, user: str, address: str) -> str | None:
        """Return why no password is looked at now; None if it is."""
        ...

    def failed(self, user: str, address: str) -> float:
        """Count a failure; return how many seconds to hold the answer."""
        ...

    def succeeded(self, user: str, address: str) -> None:
        """Forget the failures of both."""
        ...


class Attempts:
    """What one caller tries at one door, as `the user hscroot of hmc2`."""

    def __init__(self, call: Call, door: str) -> None:
        self._guard: Guard | None = call.caller.guard
        self._door = door
        self._user, self._console = call.caller.user.name, call.console.name
        self._who = f"{self._user} at {self._console}"

    def locked(self) -> bool:
        """Whether no password is looked at now; that is a refusal, too."""
        reason = self._guard.locked(self._door, self._who) if self._guard else None
        if reason is not None:
            self._note(reason)
        return reason is not None

    def failed(self) -> float:
        """Count a wrong password; gives for how many real seconds the answer is held."""
        self._note("wrong password")
        return self._guard.failed(self._door, self._who) if self._guard else 0.0

    def succeeded(self) -> None:
        """Take note of a password that is right."""
        if self._guard is not None:
            self._guard.succeeded(self._door, self._who)

    async def right(self, check: Awaitable[bool]) -> bool:
        """Whether the password is right, of which `check` tells; held where it is not."""
        right = await check
        if self.locked():
            return False
        if right:
            self.succeeded()
        else:
            await asyncio.sleep(self.failed())
        return right

    def _note(self, why: str) -> None:
        _audit.warning(
            PasswordRefused(user=self._user, console=self._console, door=self._door, reason=why)
        )


class TerminalAttempts(Attempts):
    """Log-ins at a virtual terminal, whose answers are held by an event of its clock."""

    def __init__(self, call: Call, door: str) -> None:
        super().__init__(call, door)
        self._clock = call.datacenter.clock
        self._held: Event | None = None
        self._timer: asyncio.TimerHandle | None = None

    def answer(self) -> Event:
        """Count a wrong password; gives the event of the time for its answer."""
        self.release()
        self._held = self._clock.event()
        self._timer = outer_loop().call_later(self.failed(), self.release)
        return self._held

    async def answered(self) -> None:
        """Wait until nothing is held: who leaves and comes again is no faster."""
        if self._held is not None:
            await self._clock.wait(self._held)

    def release(self) -> None:
        """Let the answer that is held be given now."""
        held, self._held = self._held, None
        if self._timer is not None:
            self._timer.cancel()
        if held is not None:
            held.succeed()
