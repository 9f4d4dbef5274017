"""The hypervisors and movers behind a datacenter, as migrations use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmcsh.model.datacenter import Datacenter

if TYPE_CHECKING:
    from hmcsh.hypervisor import StateTransfer
    from hmcsh.migration.run import Run


class Platform:
    """Hypervisors of the managed systems and movers of the Virtual I/O Servers."""

    def __init__(self, datacenter: Datacenter) -> None:
        self.datacenter = datacenter

    def transfer(self, run: Run) -> StateTransfer:
        """Connect the movers of a migration and make the transfer of its page state."""
        raise NotImplementedError

    def settle_memory(self, run: Run) -> None:
        """Give the partition's memory to the destination's hypervisor and free the source's."""
        raise NotImplementedError
