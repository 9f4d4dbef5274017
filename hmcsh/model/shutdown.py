"""The shutdown and the restart of a console."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.runtime import SECOND, Event

MINUTE = 60 * SECOND


def shut_down(datacenter: Datacenter, console: Console, delay: int, *, restart: bool) -> None:
    """Shut a console down in `delay` ns, and let it come back if it is to restart.

    While it is down nobody is logged in, and the migrations that it began have no console.
    """
    datacenter.clock.spawn(_shut_down(datacenter, console, delay, restart=restart))


def _shut_down(
    datacenter: Datacenter, console: Console, delay: int, *, restart: bool
) -> Generator[int | Event, Any, None]:
    yield delay
    console.go_down()
    if restart:
        yield datacenter.timings.console_restart
        console.running = True
