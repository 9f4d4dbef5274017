"""Telling where consoles listen: on standard output, and in a file for programs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hmcsh import __version__
from hmcsh.model.datacenter import Datacenter
from hmcsh.serving.plan import Plan

if TYPE_CHECKING:
    from hmcsh.metrics.exposition import Exposition
    from hmcsh.ssh.server import Server
    from hmcsh.state.keeper import Keeper


def announce(
    plan: Plan,
    servers: Sequence[Server],
    datacenter: Datacenter,
    keeper: Keeper | None,
    exposition: Exposition | None,
) -> None:
    """Tell who listens where. Raises OSError for a ready file that cannot be written."""
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


def unannounce(plan: Plan) -> None:
    """Remove the ready file."""
    if plan.ready_file is not None:
        with contextlib.suppress(FileNotFoundError):
            plan.ready_file.unlink()
