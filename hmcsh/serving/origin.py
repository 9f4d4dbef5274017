"""Where the state comes from that is served: an inventory, or a state file."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hmcsh.commands.hmc.common.passwords import protect
from hmcsh.console import equip
from hmcsh.migration.engine import Mobility
from hmcsh.model.datacenter import Datacenter
from hmcsh.runtime.clock import Pace
from hmcsh.serving.plan import Plan
from hmcsh.state.inventories import load

if TYPE_CHECKING:
    from hmcsh.state.keeper import Keeper

_log = logging.getLogger("hmcsh")

WELL_KNOWN_PASSWORD = "abc123"  # noqa: S105 - the console's factory setting, known to everybody


def fresh(plan: Plan) -> Mobility:
    """What the inventory declares. Raises InventoryError, OSError."""
    pace = cast(Pace, plan.pace)
    mobility = load(plan.inventory, pace, seed=plan.seed, level=plan.level, equip=equip)
    _refuse_well_known_password(plan, mobility.datacenter)
    return mobility


def kept(plan: Plan, path: Path) -> Keeper:
    """Go on with the state of a file, or begin one with the inventory.

    Raises InventoryError, OSError.
    """
    from hmcsh.state.keeper import Keeper

    if not path.exists():
        mobility = fresh(plan)
        asyncio.run(protect(mobility.datacenter))  # no password as such reaches the file
        return Keeper.create(path, mobility, {"inventory": plan.inventory})
    if plan.of_a_new_state:
        ignored = ", ".join(plan.of_a_new_state)
        _log.warning("the state in %s counts; ignored: %s", path, ignored)
    keeper = Keeper.open(path, cast(Pace, plan.pace), equip)
    try:
        _refuse_well_known_password(plan, keeper.datacenter)
    except BaseException:
        keeper.file.close()
        raise
    return keeper


def host_key(keeper: Keeper) -> bytes:
    """The host key of a state file; a new file takes over the one that the user has."""
    from hmcsh.ssh.hostkey import default_path, load_or_create

    found: bytes | None = keeper.file.meta("host_key")
    if found is None:
        found = load_or_create(default_path()).export_private_key()
        keeper.file.set_meta("host_key", found)
    return found


def _refuse_well_known_password(plan: Plan, datacenter: Datacenter) -> None:
    from hmcsh.ssh.service import is_loopback

    if plan.insecure or is_loopback(plan.address):
        return
    for user in (user for console in datacenter.consoles for user in console.users.values()):
        if user.opens(WELL_KNOWN_PASSWORD):
            raise OSError(
                f"{plan.address}: others could log in as {user.name} with a password that "
                "everybody knows; change it in the inventory, or say --insecure"
            )
