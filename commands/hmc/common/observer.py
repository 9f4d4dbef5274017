"""Who is told of the commands that were called, if anybody."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Is told of each command of the console when it has ended, in the event loop."""

    def command_ended(self, name: str, status: int | None, seconds: float) -> None:
        """Take note of a command; `seconds` of real time went by until its output was taken.

        `status` is None for one that ended without: its session ended, or nobody read its output.
        """


class _Nobody:
    def command_ended(self, name: str, status: int | None, seconds: float) -> None:
        """Take no note."""


NOBODY: Observer = _Nobody()
