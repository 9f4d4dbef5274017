"""`hmcsh serve`: a console over ssh, from its start to its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmcsh import logs, readiness
from hmcsh.commands.hmc import COMMANDS
from hmcsh.commands.hmc.common import passwords
from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Datacenter
from hmcsh.runtime import garbage
from hmcsh.serving import announcing, origin
from hmcsh.serving.plan import Plan

if TYPE_CHECKING:
    from hmcsh.control import Control
    from hmcsh.metrics.exposition import Exposition
    from hmcsh.serving.consoles import Consoles
    from hmcsh.state.keeper import Keeper

__all__ = ["Plan", "serve"]

_log = logging.getLogger("hmcsh")


def serve(plan: Plan) -> int:
    """Serve until a signal ends it; gives the exit status.

    Raises InventoryError, and OSError for an address, a host key, a state file, a control socket
    or a ready file that cannot be used.
    """
    logs.begin(verbose=plan.verbose, form=plan.log_format)
    _have_a_home()
    with _exposition(plan) as exposition:
        if plan.state is None:
            asyncio.run(_serve(plan, origin.fresh(plan), None, exposition))
            return 0
        keeper = origin.kept(plan, plan.state)
        try:
            asyncio.run(_serve(plan, keeper.mobility, keeper, exposition))
        finally:
            keeper.file.close()
    return 0


def _have_a_home() -> None:
    """Let the ssh library find a home: a user whom the system does not know has none.

    Containers run as such users.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


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


class _Signals:
    """The first signal is to end in order, the second to end at once."""

    def __init__(self) -> None:
        self.ended, self.hurry = asyncio.Event(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        (self.hurry if self.ended.is_set() else self.ended).set()


async def _serve(
    plan: Plan, mobility: Mobility, keeper: Keeper | None, exposition: Exposition | None
) -> None:
    from hmcsh.serving.consoles import Consoles

    signals = _Signals()
    consoles = Consoles(plan, mobility, keeper, exposition)
    await consoles.listen()
    control = None
    flushing = asyncio.create_task(consoles.flush())
    try:
        control = await _open_control(plan, consoles)
        announcing.announce(plan, consoles.servers, mobility.datacenter, keeper, exposition)
        readiness.notify(readiness.READY)
        await _until(signals.ended, _prepare(mobility.datacenter))
    finally:
        readiness.notify(readiness.STOPPING)
        closing = [*consoles.closing(signals.hurry)]
        if control is not None:
            patience = consoles.settings.stop_time
            closing.append(asyncio.ensure_future(control.close(patience, signals.hurry)))
        await asyncio.gather(*closing)
        flushing.cancel()
        passwords.stop()
        await consoles.rest()
        announcing.unannounce(plan)


async def _until(ended: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do some work and wait for an event, which cuts the work short."""
    doing, stopped = asyncio.create_task(work), asyncio.create_task(ended.wait())
    await asyncio.wait([doing, stopped], return_when=asyncio.FIRST_COMPLETED)
    if doing.done():
        doing.result()
        await stopped
    else:
        doing.cancel()
        await asyncio.wait([doing])


async def _prepare(datacenter: Datacenter) -> None:
    """Do what is not needed to listen."""
    await asyncio.to_thread(_load_the_rest)
    await passwords.protect(datacenter)
    garbage.keep()


def _load_the_rest() -> None:
    """Load what is not needed to listen, so that the first to need it does not wait for it."""
    importlib.import_module("hmcsh.hypervisor.transfer")
    for name in COMMANDS:
        COMMANDS[name]


async def _open_control(plan: Plan, consoles: Consoles) -> Control | None:
    """Open the control socket; where nobody has asked for it, a console can do without it."""
    from hmcsh.control import Control
    from hmcsh.socketfile import ControlError, default_path

    try:
        path = plan.control or default_path(consoles.servers[0].port)
        return await Control.open(
            consoles.mobility, path, consoles.keeper, consoles.replace, consoles.doors
        )
    except ControlError as error:
        if plan.control is not None:
            raise
        _log.warning("no faults, reports and live status: %s", error)
        return None
