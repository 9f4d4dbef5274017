"""Scripts that run in a partition by themselves, on the virtual clock: DLPAR scripts.

The same interpreter runs them that a session at the console has, over the same files. What they
wait for is virtual time, and what they work takes some of it: so one that never ends is ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from hmcsh.guest.shells import LIMITS, GuestShell
from hmcsh.guest.systems import AIX, LINUX, system_of
from hmcsh.model.awareness import Finished, ScriptRun
from hmcsh.model.partition import Partition
from hmcsh.runtime import SECOND, Event, VirtualLoop
from hmcsh.shell import TextReader
from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.limits import message
from hmcsh.shell.quoting import quote
from hmcsh.shell.streams import Capture

_log = logging.getLogger("hmcsh")

_NOT_RUN = 127


class _Run(ScriptRun):
    """One run of a script; `ended` is the event of its end."""

    def __init__(
        self, partition: Partition, path: str, words: Sequence[str], limit: int | None
    ) -> None:
        clock = partition.frame.datacenter.clock
        self.ended: Event = clock.event()
        self._output = Capture(LIMITS.held, LimitExceeded(message(LIMITS, "held")))
        self._loop = VirtualLoop.on(clock)
        self._limit = limit
        self._loop.create_task(self._work(partition, path, words))
        self._loop.run()

    async def _work(self, partition: Partition, path: str, words: Sequence[str]) -> None:
        status: int | None = _NOT_RUN
        try:
            seconds = None if self._limit is None else self._limit / SECOND
            async with asyncio.timeout(seconds):
                status = await self._shell(partition).run_string(
                    " ".join(quote(word) for word in (path, *words))
                )
        except TimeoutError:
            status = None
        except Exception:  # noqa: BLE001 (the boundary between our faults and a migration)
            _log.exception("a script of %s failed: %s", partition.name, path)
        finally:
            if not self.ended.fired:
                self.ended.succeed(Finished(status, self._output.text()))

    def _shell(self, partition: Partition) -> GuestShell:
        # Scripts are told by root, whoever has the console.
        system = LINUX if system_of(partition) is LINUX else AIX
        return GuestShell(
            lambda: partition,
            system,
            "root",
            stdin=TextReader(""),
            stdout=self._output,
            stderr=self._output,
        )

    def stop(self) -> None:
        """End the script; harmless if it has ended."""
        self._loop.end()


def run_script(
    partition: Partition, path: str, words: Sequence[str], limit: int | None
) -> ScriptRun:
    """Run a program of a partition as root, for at most `limit` ns of virtual time."""
    return _Run(partition, path, words, limit)
