"""The consoles of one datacenter, each behind a port of its own, and who keeps their state."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hmcsh.commands.hmc.common.journal import NOTHING
from hmcsh.commands.hmc.common.observer import NOBODY
from hmcsh.console import ConsoleService
from hmcsh.health import Door
from hmcsh.limits import apply
from hmcsh.migration.engine import Mobility
from hmcsh.serving import origin
from hmcsh.serving.plan import Plan
from hmcsh.ssh.guard import Guard
from hmcsh.ssh.hostkey import default_path
from hmcsh.ssh.server import Server
from hmcsh.ssh.server import serve as listen
from hmcsh.state.failures import KeptFailures

if TYPE_CHECKING:
    from hmcsh.metrics.exposition import Exposition
    from hmcsh.model.console import Console
    from hmcsh.state.keeper import Keeper

_FLUSH_SECONDS = 0.2  # real; what the clock changes is in the state file within that time
_COMMANDS = "by commands"  # the door at which commands try passwords; no console has such a name


class Consoles:
    """What is served. Another state may take the place of the present one meanwhile."""

    def __init__(
        self, plan: Plan, mobility: Mobility, keeper: Keeper | None, exposition: Exposition | None
    ) -> None:
        self.keeper = keeper
        self.mobility = mobility
        self._plan = plan
        self._exposition = exposition
        self._served: list[tuple[ConsoleService, Server]] = []
        self._former: list[asyncio.Task[None]] = []
        given = [*plan.limits]
        if plan.max_sessions is not None:
            given.append(("max_sessions", plan.max_sessions))
        self.settings, self._limits = apply(given, old_clients=plan.old_clients)
        # Of passwords that commands try, apart from those of log-ins.
        self._guesses = Guard(self.settings, ledger=self._failures(_COMMANDS))
        if exposition is not None:
            exposition.begin(lambda: [(one.hostname, server) for one, server in self._served])
            exposition.metrics.follow(mobility, None if keeper is None else keeper.file)

    @property
    def servers(self) -> Sequence[Server]:
        """Those that listen, in the order of the consoles."""
        return [server for _, server in self._served]

    @property
    def doors(self) -> Sequence[Door]:
        """The consoles with where they listen."""
        return [Door(service, at.address, at.port) for service, at in self._served]

    async def listen(self) -> None:
        """Listen for all consoles: further ones on the ports that follow; 0 picks one for each.

        Raises OSError for an address that cannot be had or a host key that cannot be used.
        """
        host_key = None if self.keeper is None else origin.host_key(self.keeper)
        for offset, console in enumerate(self.mobility.datacenter.consoles):
            port = self._plan.port + offset if self._plan.port else 0
            service = self._service(console)
            try:
                server = await listen(
                    service,
                    self._plan.address,
                    port,
                    host_key_path=default_path(),
                    host_key=host_key,
                    ledger=self._failures(console.name),
                    settings=self.settings,
                )
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else str(error)
                raise OSError(f"{self._plan.address}:{port}: {reason}") from error
            console.when_down.append(server.hang_up)
            self._served.append((service, server))

    def _service(self, console: Console) -> ConsoleService:
        return ConsoleService(
            self.mobility.datacenter,
            console=console,
            mobility=self.mobility,
            journal=NOTHING if self.keeper is None else self.keeper,
            limits=self._limits,
            guard=self._guesses,
            observer=NOBODY if self._exposition is None else self._exposition.metrics,
        )

    def _failures(self, door: str) -> KeptFailures | None:
        return None if self.keeper is None else KeptFailures(self.keeper.file, door)

    async def flush(self) -> None:
        """Keep what the clock changes between commands, for ever."""
        while self.keeper is not None:
            self.keeper.try_flush()
            await asyncio.sleep(_FLUSH_SECONDS)

    def replace(self, keeper: Keeper) -> None:
        """Serve another state from now on; all sessions of the former one end."""
        former = self.mobility.datacenter.clock
        self._former.append(asyncio.get_running_loop().create_task(former.close()))
        self.keeper, self.mobility = keeper, keeper.mobility
        consoles = keeper.datacenter.consoles
        for (service, server), console in zip(self._served, consoles, strict=True):
            service.replace(console, keeper.mobility, keeper)
            console.when_down.append(server.hang_up)
            server.hang_up()
        if self._exposition is not None:
            self._exposition.metrics.follow(keeper.mobility, keeper.file)

    def closing(self, hurry: asyncio.Event) -> Iterator[asyncio.Future[None]]:
        """End every server in order, until `hurry` is set; gives what to wait for."""
        return (asyncio.ensure_future(server.close(hurry)) for server in self.servers)

    async def rest(self) -> None:
        """Stop the clocks of all states that were served, and keep what there is."""
        await asyncio.gather(*self._former)
        await self.mobility.datacenter.clock.close()
        if self.keeper is not None:
            self.keeper.close()
