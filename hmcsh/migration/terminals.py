"""Virtual terminals of the mobile partition.

A terminal loses its connection when the partition migrates to the destination system, and can be
opened again there (SG24-7460 5.5.7): so until the commit record it stays, and a migration that is
rolled back leaves it as it was.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hmcsh.migration.run import Run


@dataclasses.dataclass(frozen=True, slots=True)
class Disconnection:
    """A terminal that a migration closed: when (ns), and whose it was."""

    time: int
    console: str
    user: str


def disconnect(run: Run) -> None:
    """Close the terminal on the source; what it was connected to goes along with the partition."""
    source, shell = run.source, run.shell
    terminal = source.vty.terminal
    if terminal is not None:
        terminal.close()
        now = run.datacenter.clock.now
        run.disconnection = Disconnection(now, terminal.console, terminal.user)
    shell.vty.take_over(source.vty)
