"""What the shell asks of the world around it, and what it gives to the commands that it calls.

The shell knows an HMC command only as a name and an asynchronous callable; files and the time of
day come from a :class:`Host`, which is a model: nothing here reaches the machine that runs it.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


class Interrupted(Exception):  # noqa: N818 (an event at the terminal, not a fault)
    """Ctrl-C was typed at the prompt: the line being edited is given up."""


class Input(Protocol):
    """A source of text."""

    async def readline(self) -> str:
        """Return the next line with its newline, or ``''`` at the end of the input."""
        ...

    async def read(self) -> str:
        """Return all that is left, up to the end of the input."""
        ...

    async def read_some(self) -> str:
        """Return what there is, once there is something; ``''`` at the end of the input."""
        ...

    def unread(self, text: str) -> None:
        """Take back text that was read: it comes again before all else."""
        ...

    def raw(self) -> AbstractContextManager[None]:
        """Let a terminal pass everything on as it is typed; other inputs always do."""
        ...

    @property
    def lost(self) -> bool:
        """Whether whoever types has gone without ending the session."""
        ...

    async def read_hidden(self) -> str:
        """Return the next line, which a terminal does not show as it is typed."""
        ...


class Output(Protocol):
    """A sink of text."""

    def write(self, text: str) -> None:
        """Accept ``text``; never waits and never fails."""
        ...

    async def drain(self) -> None:
        """Wait until more may be written."""
        ...


class Host(Protocol):
    """The console as the shell sees it: its name, its user, its time, its read-only files."""

    user: str
    home: str

    @property
    def hostname(self) -> str:
        """The name of the host."""
        ...

    def now(self) -> datetime.datetime:
        """Return the console's time of day."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait in the console's time."""
        ...

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        """Wait for a task, but end it after that long in the console's time.

        Return whether it ended by itself; in either case it has ended.
        """
        ...

    def read_file(self, path: str) -> str:
        """Return the text of a virtual file; raises the usual OSError kinds."""
        ...

    def list_directory(self, path: str) -> list[str]:
        """Return the names in a virtual directory; raises the usual OSError kinds."""
        ...

    def reach(self, name: str) -> tuple[str, bool] | None:
        """Return a host's address and whether it answers now; None for an unknown name."""
        ...

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        """Return (user, terminal, since, origin) of everyone who is logged in."""
        ...


class FileStatus(Protocol):
    """What is known of a file."""

    @property
    def kind(self) -> str:
        """``f`` a file, ``d`` a directory, ``l`` a symbolic link."""
        ...

    @property
    def mode(self) -> int:
        """The permission bits."""
        ...

    @property
    def owner(self) -> str:
        """Name of the owner."""
        ...

    @property
    def group(self) -> str:
        """Name of the group."""
        ...

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...

    @property
    def changed(self) -> datetime.datetime:
        """Time of the last change."""
        ...

    @property
    def target(self) -> str:
        """What a symbolic link holds."""
        ...


class Tree(Protocol):
    """Files that can be changed, as one user reaches them.

    Paths are absolute; what is refused raises OSError with its errno.
    """

    def status(self, path: str, *, follow: bool = True) -> FileStatus:
        """Return what stands at a path; ``follow`` lets a link stand for its target."""
        ...

    def read(self, path: str) -> str:
        """Return the text of a file."""
        ...

    def names(self, path: str) -> list[str]:
        """Return the names in a directory."""
        ...

    def may(self, path: str, what: str) -> bool:
        """Tell whether the user may do ``r``, ``w`` or ``x`` there."""
        ...

    def open(self, path: str, mode: int, *, append: bool = False) -> Callable[[str], None]:
        """Open a file for writing, making it with ``mode``; return what writes to it."""
        ...

    def make_directory(self, path: str, mode: int) -> None:
        """Make a directory."""
        ...

    def link(self, target: str, path: str) -> None:
        """Make a symbolic link."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or link."""
        ...

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        ...

    def rename(self, path: str, new: str) -> None:
        """Give a file another place."""
        ...

    def change(
        self,
        path: str,
        *,
        mode: int | None = None,
        owner: str | None = None,
        group: str | None = None,
        changed: datetime.datetime | None = None,
    ) -> None:
        """Change permission bits, owner, group or the time of the last change."""
        ...


async def _no_files(path: str) -> str:
    raise FileNotFoundError(path)


@dataclass(slots=True)
class Invocation:
    """One call of a command: its arguments after expansion, its streams and who calls."""

    name: str
    args: tuple[str, ...]
    stdin: Input
    stdout: Output
    stderr: Output
    environment: Mapping[str, str]
    caller: Any = None
    open_file: Callable[[str], Awaitable[str]] = _no_files

    def read_file(self, path: str) -> Awaitable[str]:
        """Return the text of ``path``: ``/dev/stdin``, ``/dev/fd/N`` or a file of the host.

        Raises FileNotFoundError, IsADirectoryError or PermissionError.
        """
        return self.open_file(path)


Command = Callable[[Invocation], Awaitable[int]]
