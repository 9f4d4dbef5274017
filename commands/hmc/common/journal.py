"""Where commands that may change something are kept, if the console has such a place."""

from __future__ import annotations

from typing import Any, Protocol


class NotTakenBackError(OSError):
    """A change could not be kept, and time has passed since: it stands, and is to be kept later."""


class Journal(Protocol):
    """Keeps what commands change. Both methods raise OSError where that cannot be done."""

    def begin(self) -> Any:
        """Begin a command; gives what `commit` is to be called with."""

    def commit(self, begun: Any, console: str, user: str, command: str, status: int) -> None:
        """Keep what a command changed and its status before it answers.

        Where that cannot be, what it changed is taken back, or NotTakenBackError raised.
        """


class _Nothing:
    def begin(self) -> None:
        """Keep nothing."""

    def commit(self, begun: Any, console: str, user: str, command: str, status: int) -> None:
        """Keep nothing."""


NOTHING: Journal = _Nothing()
