"""Where it is noted what users change inside partitions, if there is such a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from hmcsh.model.partition import Partition


class Ledger(Protocol):
    """Keeps what is changed by the lines that somebody types in a partition."""

    def begin_line(self) -> Any:
        """Begin a line; gives what `end_line` is to be called with."""

    def end_line(self, begun: Any, partition: Partition, user: str, line: str, status: int) -> None:
        """Keep what a line changed in a partition, and who typed it.

        Raises OSError where that cannot be done now; what was changed stands.
        """
