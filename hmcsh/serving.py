"""`hmcsh serve`: a console over ssh, from its start to its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import logging
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hmcsh import __version__, logs, readiness
from hmcsh.commands.hmc import COMMANDS
from hmcsh.commands.hmc.common.journal import NOTHING
from hmcsh.commands.hmc.common.observer import NOBODY
from hmcsh.commands.hmc.common.passwords import protect
from hmcsh.commands.hmc.common.passwords import stop as stop_checking_passwords
from hmcsh.console import ConsoleService, equip
from hmcsh.health import Door
from hmcsh.language.levels import Level
from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.users import User
from hmcsh.runtime import Clock, garbage
from hmcsh.runtime.clock import Pace
from hmcsh.state.inventories import load

if TYPE_CHECKING:
    from hmcsh.control import Control
    from hmcsh.metrics.exposition import Exposition
    from hmcsh.ssh.server import Server
    from hmcsh.state.keeper import Keeper

_log = logging.getLogger("hmcsh")

_FLUSH_SECONDS = 0.2  # real; what the clock changes is in the state file within that time

WELL_KNOWN_PASSWORD = "abc123"  # noqa: S105 - the console's factory setting, known to everybody


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve, where and how fast.

    A `state` file that is there counts, and the inventory does not; `of_a_new_state` are the
    options that were given and count only for a new one.
    """

    inventory: str
    state: Path | None = None
    of_a_new_state: Sequence[str] = ()
    address: str
    port: int
    pace: float | str
    seed: int | None
    level: Level | None
    ready_file: Path | None
    control: Path | None
    insecure: bool
    verbose: bool
    max_sessions: int | None = None
    limits: Sequence[tuple[str, float]] = ()
    old_clients: bool = False
    log_format: str = "text"
    metrics: tuple[str, int] | None = None


def serve(plan: Plan) -> int:
    """Serve until a signal ends it; gives the exit status.

    Raises InventoryError, and OSError for an address, a host key, a control socket or a ready
    file that cannot be used.
    """
    logs.begin(verbose=plan.verbose, form=plan.log_format)
    _have_a_home()
    with _exposition(plan) as exposition:
        if plan.state is None:
            return asyncio.run(_serve(plan, _fresh(plan), None, exposition))
        keeper = _keep(plan, plan.state)
        try:
            _refuse_well_known_password(plan, keeper.datacenter)
            return asyncio.run(_serve(plan, keeper.mobility, keeper, exposition))
        finally:
            keeper.file.close()


@contextlib.contextmanager
def _exposition(plan: Plan) -> Iterator[Exposition | None]:
    """Hold the port of the metrics, if there are to be any. Raises OSError."""
    if plan.metrics is None:
        yield None
        return
    from hmcsh.metrics.exposition import Exposition

    exposition = Exposition(*plan.metrics)
    try:
        yield exposition
    finally:
        exposition.end()


def _have_a_home() -> None:
    """Let the ssh library find a home: a user whom the system does not know has none.

    Containers run as such users.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


def _fresh(plan: Plan) -> Mobility:
    pace = cast(Pace, plan.pace)
    mobility = load(plan.inventory, pace, seed=plan.seed, level=plan.level, equip=equip)
    _refuse_well_known_password(plan, mobility.datacenter)
    return mobility


def _keep(plan: Plan, path: Path) -> Keeper:
    """Go on with the state of a file, or begin one with the inventory. Raises OSError."""
    from hmcsh.state.keeper import Keeper

    if path.exists():
        if plan.of_a_new_state:
            ignored = ", ".join(plan.of_a_new_state)
            _log.warning("the state in %s counts; ignored: %s", path, ignored)
        return Keeper.open(path, cast(Pace, plan.pace), equip)
    mobility = _fresh(plan)
    asyncio.run(protect(mobility.datacenter))  # no password as such reaches the file
    return Keeper.create(path, mobility, {"inventory": plan.inventory})


def _users(datacenter: Datacenter) -> list[User]:
    return [user for console in datacenter.consoles for user in console.users.values()]


def _host_key(keeper: Keeper) -> bytes:
    """The host key of a state file; a new file takes over the one that the user has."""
    from hmcsh.ssh.hostkey import default_path, load_or_create

    kept: bytes | None = keeper.file.meta("host_key")
    if kept is None:
        kept = load_or_create(default_path()).export_private_key()
        keeper.file.set_meta("host_key", kept)
    return kept


def _refuse_well_known_password(plan: Plan, datacenter: Datacenter) -> None:
    from hmcsh.ssh.service import is_loopback

    if plan.insecure or is_loopback(plan.address):
        return
    for user in _users(datacenter):
        if user.opens(WELL_KNOWN_PASSWORD):
            raise OSError(
                f"{plan.address}: others could log in as {user.name} with a password that "
                "everybody knows; change it in the inventory, or say --insecure"
            )


async def _serve(
    plan: Plan, mobility: Mobility, keeper: Keeper | None, exposition: Exposition | None = None
) -> int:
    from hmcsh.limits import apply
    from hmcsh.ssh.guard import Guard
    from hmcsh.ssh.hostkey import default_path as host_key_path
    from hmcsh.ssh.server import serve as listen
    from hmcsh.state.failures import KeptFailures

    ended, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        """End in order at the first signal, at once at the second."""
        (hurry if ended.is_set() else ended).set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    servers: list[Server] = []
    services: list[ConsoleService] = []
    datacenter = mobility.datacenter
    journal = NOTHING if keeper is None else keeper
    kept = _Kept(keeper, servers, services, exposition)
    if exposition is not None:
        exposition.begin(
            lambda: [(one.hostname, door) for one, door in zip(services, servers, strict=True)]
        )
        exposition.metrics.follow(mobility, None if keeper is None else keeper.file)
    doors: list[Door] = []
    host_key = None if keeper is None else _host_key(keeper)
    given = [*plan.limits]
    if plan.max_sessions is not None:
        given.append(("max_sessions", plan.max_sessions))
    settings, limits = apply(given, old_clients=plan.old_clients)
    # Of passwords by commands, apart from those of log-ins.
    guesses = Guard(
        settings, ledger=None if keeper is None else KeptFailures(keeper.file, "by commands")
    )
    for offset, console in enumerate(datacenter.consoles):
        # Further consoles listen on the ports that follow; 0 picks one for each.
        port = plan.port + offset if plan.port else 0
        service = ConsoleService(
            datacenter,
            console=console,
            mobility=mobility,
            journal=journal,
            limits=limits,
            guard=guesses,
            observer=NOBODY if exposition is None else exposition.metrics,
        )
        try:
            server = await listen(
                service,
                plan.address,
                port,
                host_key_path=host_key_path(),
                host_key=host_key,
                ledger=None if keeper is None else KeptFailures(keeper.file, console.name),
                settings=settings,
            )
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise OSError(f"{plan.address}:{port}: {reason}") from error
        console.when_down.append(server.hang_up)
        servers.append(server)
        services.append(service)
        doors.append(Door(service, server.address, server.port))
    control = None
    flushing = loop.create_task(kept.flush()) if keeper is not None else None
    preparing = None
    try:
        control = await _open_control(plan, mobility, servers[0].port, kept, doors)
        _announce(plan, datacenter, servers, keeper, exposition)
        readiness.notify(readiness.READY)
        preparing = loop.create_task(_prepare(datacenter))
        stopped = loop.create_task(ended.wait())
        await asyncio.wait([preparing, stopped], return_when=asyncio.FIRST_COMPLETED)
        if preparing.done():
            preparing.result()
            await stopped
    finally:
        readiness.notify(readiness.STOPPING)
        if preparing is not None:
            preparing.cancel()
            await asyncio.wait([preparing])
        closing = [server.close(hurry) for server in servers]
        if control is not None:
            closing.append(control.close(settings.stop_time, hurry))
        await asyncio.gather(*closing)
        if flushing is not None:
            flushing.cancel()
        stop_checking_passwords()
        await kept.close_clocks(datacenter.clock)
        if plan.ready_file is not None:
            with contextlib.suppress(FileNotFoundError):
                plan.ready_file.unlink()
    return 0


class _Kept:
    """Who keeps the state of a server, which may be replaced by another one while it serves."""

    def __init__(
        self,
        keeper: Keeper | None,
        servers: list[Server],
        services: list[ConsoleService],
        exposition: Exposition | None,
    ) -> None:
        self.keeper = keeper
        self._exposition = exposition
        self._servers = servers
        self._services = services
        self._former: list[asyncio.Task[None]] = []

    async def flush(self) -> None:
        """Keep what the clock changes between commands."""
        while self.keeper is not None:
            self.keeper.try_flush()
            await asyncio.sleep(_FLUSH_SECONDS)

    def replace(self, keeper: Keeper) -> None:
        """Serve another state from now on; all sessions of the former one end."""
        if self.keeper is not None:
            former = self.keeper.datacenter.clock
            self._former.append(asyncio.get_running_loop().create_task(former.close()))
        self.keeper = keeper
        consoles = keeper.datacenter.consoles
        for server, service, console in zip(self._servers, self._services, consoles, strict=True):
            service.replace(console, keeper.mobility, keeper)
            console.when_down.append(server.hang_up)
            server.hang_up()
        if self._exposition is not None:
            self._exposition.metrics.follow(keeper.mobility, keeper.file)

    async def close_clocks(self, clock: Clock) -> None:
        """Stop the clocks of all states that were served."""
        await asyncio.gather(*self._former)
        await clock.close()
        if self.keeper is not None:
            await self.keeper.datacenter.clock.close()
            self.keeper.close()


async def _prepare(datacenter: Datacenter) -> None:
    """Do what is not needed to listen."""
    await asyncio.to_thread(_load_the_rest)
    await protect(datacenter)
    garbage.keep()


def _load_the_rest() -> None:
    """Load what is not needed to listen, so that the first to need it does not wait for it."""
    importlib.import_module("hmcsh.hypervisor.transfer")
    for name in COMMANDS:
        COMMANDS[name]


async def _open_control(
    plan: Plan,
    mobility: Mobility,
    port: int,
    kept: _Kept | None = None,
    doors: Sequence[Door] = (),
) -> Control | None:
    """Open the control socket; where nobody has asked for it, a console can do without it."""
    from hmcsh.control import Control
    from hmcsh.socketfile import ControlError, default_path

    try:
        path = plan.control or default_path(port)
        if kept is None:
            return await Control.open(mobility, path)
        return await Control.open(mobility, path, kept.keeper, kept.replace, doors)
    except ControlError as error:
        if plan.control is not None:
            raise
        _log.warning("no faults, reports and live status: %s", error)
        return None


def _announce(
    plan: Plan,
    datacenter: Datacenter,
    servers: list[Server],
    keeper: Keeper | None,
    exposition: Exposition | None,
) -> None:
    what = plan.inventory
    if keeper is not None:
        what = f"{keeper.file.meta('inventory')}, state in {plan.state}"
    system = next(iter(datacenter.frames), "SYSTEM")
    for console, server in zip(datacenter.consoles, servers, strict=True):
        user = next(iter(console.users), "nobody")
        address, port = server.address, server.port
        print(
            f"hmcsh {__version__}: {what}, console {console.name} on {address} "
            f"port {port}, user {user}"
        )
        print(f"try: ssh -p {port} {user}@{address} lslparmigr -r sys -m {system}", flush=True)
    if exposition is not None:
        print(f"metrics: {exposition.url}", flush=True)
    if plan.ready_file is not None:
        # Written beside and moved, so that who waits for the file never reads half of it.
        scratch = plan.ready_file.with_name(f".{plan.ready_file.name}.{os.getpid()}")
        try:
            scratch.write_text("".join(f"{server.address} {server.port}\n" for server in servers))
            scratch.replace(plan.ready_file)
        except OSError as error:
            raise OSError(f"ready file {plan.ready_file}: {error.strerror}") from error
