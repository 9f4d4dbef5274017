"""A partition as the shells in it see it: its name, its time, who is logged in."""

from __future__ import annotations

import asyncio
import datetime
import errno
import os
from collections.abc import Callable

from hmcsh.guest.systems import System
from hmcsh.model import addresses
from hmcsh.model.partition import Partition
from hmcsh.shell import settle

_SECOND = 1_000_000_000


class GuestHost:
    """The operating system of a partition, which `locate` gives wherever it stands now.

    `attended` tells whether somebody waits for what is done: at the pace "instant" a session that
    nobody sees would else run away with the clock.
    """

    def __init__(
        self,
        locate: Callable[[], Partition],
        system: System,
        user: str,
        attended: Callable[[], bool] = lambda: True,
    ) -> None:
        self._attended = attended
        self._locate = locate
        self._system = system
        self.user = user
        self.home = system.home if user == system.user else "/"

    @property
    def hostname(self) -> str:
        """The host name of the operating system."""
        return self._locate().host_name

    def now(self) -> datetime.datetime:
        """What the clock of the partition shows."""
        return self._locate().now()

    async def sleep(self, seconds: float) -> None:
        """Wait for that long in virtual time."""
        clock = self._locate().frame.datacenter.clock
        delay = round(seconds * _SECOND)
        if clock.pace != "instant" or self._attended():
            await clock.sleep(delay)
            return
        over = clock.event()

        def wake() -> None:
            over.succeed()
            watch.cancel()  # what comes of it is next on the clock in any case

        watch = clock.watch(delay, wake)  # lets others carry the time that far
        try:
            await clock.wait(over)
        finally:
            watch.cancel()

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        """Let a task run for so much virtual time at most."""
        await asyncio.wait([task], timeout=seconds)
        ended = task.done() and not task.cancelled()
        await settle([task])
        return ended

    def read_file(self, path: str) -> str:
        """Refuse: the files of a partition are those of its tree."""
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def list_directory(self, path: str) -> list[str]:
        """Refuse: the files of a partition are those of its tree."""
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def reach(self, name: str) -> tuple[str, bool] | None:
        """Return a host's address and whether it answers now; None for an unknown name."""
        partition = self._locate()
        system = partition.operating_system
        own = system.ip_address if system is not None else ""
        if name in ("localhost", "loopback"):
            return "127.0.0.1", True
        if name == self.hostname and own:
            return own, True
        return addresses.reach(partition.frame.datacenter, name)

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        """Who is logged in: whoever sits at the console."""
        system = self._locate().operating_system
        since = system.last_log_in if system is not None else None
        device = self._system.device.removeprefix("/dev/")
        return [(self._system.user, device, since or self.now(), "")]
