"""`hmcsh serve`: a console over ssh, from its start to its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hmcsh import __version__, logs
from hmcsh.commands.hmc import COMMANDS
from hmcsh.commands.hmc.common.passwords import protect
from hmcsh.commands.hmc.common.passwords import stop as stop_checking_passwords
from hmcsh.console import ConsoleService
from hmcsh.language.levels import Level
from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock, garbage
from hmcsh.runtime.clock import Pace

if TYPE_CHECKING:
    from hmcsh.control import Control
    from hmcsh.ssh.server import Server

_log = logging.getLogger("hmcsh")

WELL_KNOWN_PASSWORD = "abc123"  # noqa: S105 - the console's factory setting, known to everybody


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve, where and how fast."""

    inventory: str
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


def serve(plan: Plan) -> int:
    """Serve until a signal ends it; gives the exit status.

    Raises InventoryError, and OSError for an address, a host key, a control socket or a ready
    file that cannot be used.
    """
    logs.begin(verbose=plan.verbose)
    clock = Clock(cast(Pace, plan.pace))
    datacenter = load(plan.inventory, clock, seed=plan.seed, level=plan.level)
    _refuse_well_known_password(plan, datacenter)
    return asyncio.run(_serve(plan, datacenter))


def _refuse_well_known_password(plan: Plan, datacenter: Datacenter) -> None:
    from hmcsh.ssh.service import is_loopback

    if plan.insecure or is_loopback(plan.address):
        return
    for user in [u for console in datacenter.consoles for u in console.users.values()]:
        if user.opens(WELL_KNOWN_PASSWORD):
            raise OSError(
                f"{plan.address}: others could log in as {user.name} with a password that "
                "everybody knows; change it in the inventory, or say --insecure"
            )


async def _serve(plan: Plan, datacenter: Datacenter) -> int:
    from hmcsh.limits import apply
    from hmcsh.ssh.hostkey import default_path as host_key_path
    from hmcsh.ssh.server import serve as listen

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    servers: list[Server] = []
    given = [*plan.limits]
    if plan.max_sessions is not None:
        given.append(("max_sessions", plan.max_sessions))
    settings, limits = apply(given, old_clients=plan.old_clients)
    mobility = Mobility(datacenter)
    for offset, console in enumerate(datacenter.consoles):
        # Further consoles listen on the ports that follow; 0 picks one for each.
        port = plan.port + offset if plan.port else 0
        try:
            server = await listen(
                ConsoleService(datacenter, console=console, mobility=mobility, limits=limits),
                plan.address,
                port,
                host_key_path=host_key_path(),
                settings=settings,
            )
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise OSError(f"{plan.address}:{port}: {reason}") from error
        console.when_down.append(server.hang_up)
        servers.append(server)
    control = None
    try:
        control = await _open_control(plan, mobility, servers[0].port)
        _announce(plan, datacenter, servers)
        await asyncio.to_thread(_load_the_rest)
        await protect(user for console in datacenter.consoles for user in [*console.users.values()])
        garbage.keep()
        await ended.wait()
    finally:
        if control is not None:
            await control.close()
        for server in servers:
            await server.close()
        stop_checking_passwords()
        await datacenter.clock.close()
        if plan.ready_file is not None:
            with contextlib.suppress(FileNotFoundError):
                plan.ready_file.unlink()
    return 0


def _load_the_rest() -> None:
    """Load what is not needed to listen, so that the first to need it does not wait for it."""
    importlib.import_module("hmcsh.hypervisor.transfer")
    for name in COMMANDS:
        COMMANDS[name]


async def _open_control(plan: Plan, mobility: Mobility, port: int) -> Control | None:
    """Open the control socket; where nobody has asked for it, a console can do without it."""
    from hmcsh.control import Control
    from hmcsh.socketfile import ControlError, default_path

    try:
        return await Control.open(mobility, plan.control or default_path(port))
    except ControlError as error:
        if plan.control is not None:
            raise
        _log.warning("no faults, reports and live status: %s", error)
        return None


def _announce(plan: Plan, datacenter: Datacenter, servers: list[Server]) -> None:
    system = next(iter(datacenter.frames), "SYSTEM")
    for console, server in zip(datacenter.consoles, servers, strict=True):
        user = next(iter(console.users), "nobody")
        address, port = server.address, server.port
        print(
            f"hmcsh {__version__}: {plan.inventory}, console {console.name} on {address} "
            f"port {port}, user {user}"
        )
        print(f"try: ssh -p {port} {user}@{address} lslparmigr -r sys -m {system}", flush=True)
    if plan.ready_file is not None:
        # Written beside and moved, so that who waits for the file never reads half of it.
        scratch = plan.ready_file.with_name(f".{plan.ready_file.name}.{os.getpid()}")
        try:
            scratch.write_text("".join(f"{server.address} {server.port}\n" for server in servers))
            scratch.replace(plan.ready_file)
        except OSError as error:
            raise OSError(f"ready file {plan.ready_file}: {error.strerror}") from error
