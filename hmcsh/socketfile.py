"""The file of a control socket: made, found alive or dead, removed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

_BACKLOG = 16
_LOCK_PATIENCE = 5.0  # real seconds; binding takes another server far less
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class ControlError(OSError):
    """The control socket cannot be made, or nobody answers there."""


class SocketFile:
    """A socket that listens in the file system; a dead server's is replaced, a live one's not.

    Raises ControlError with one line if it cannot be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = -1
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            self._folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            # Of two servers that begin at once, one looks after the other has bound.
            self._lock()
            self._remove_dead()
            with reachable(path) as address:
                self.listener.bind(address)
            path.chmod(_FILE_MODE)  # nobody can connect before it listens
            self.listener.listen(_BACKLOG)
            self.listener.setblocking(False)
            self._identity = os.stat(path.name, dir_fd=self._folder).st_ino
            fcntl.flock(self._folder, fcntl.LOCK_UN)
        except OSError as error:
            self._release()
            if isinstance(error, ControlError):
                raise
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise ControlError(f"control socket {path}: {reason}") from error

    def _lock(self) -> None:
        deadline = time.monotonic() + _LOCK_PATIENCE
        while True:
            try:
                fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _remove_dead(self) -> None:
        try:
            mode = self.path.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(mode):
            raise ControlError(f"control socket {self.path}: it exists and is no socket")
        if answers(self.path):
            raise ControlError(
                f"control socket {self.path}: another server answers there; "
                "--control takes another path"
            )
        self.path.unlink()

    def remove(self) -> None:
        """Close the socket and remove its file, unless another has taken the place."""
        with contextlib.suppress(FileNotFoundError):
            if os.stat(self.path.name, dir_fd=self._folder).st_ino == self._identity:
                os.unlink(self.path.name, dir_fd=self._folder)
        self._release()

    def _release(self) -> None:
        self.listener.close()
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """Give an address for `bind` and `connect`, short enough for the system (unix(7): 108 bytes).

    Raises OSError if the folder cannot be opened, or if there is no short way to it.
    """
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = Path(f"/proc/self/fd/{folder}/{path.name}")
        if not short.parent.exists() or len(os.fsencode(short)) >= 100:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))
        yield str(short)
    finally:
        os.close(folder)


def answers(path: Path) -> bool:
    """Tell whether a server listens at a socket. Raises OSError if that cannot be found out."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, reachable(path) as address:
        probe.setblocking(False)
        try:
            probe.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except BlockingIOError:
            return True  # it has more to do than it can take at the moment
    return True


def default_folder() -> Path:
    """Where sockets stand that no option names: with the host key."""
    from hmcsh.ssh.hostkey import default_path as host_key_path

    return host_key_path().parent


def default_path(port: int) -> Path:
    """Path of the control socket of a server whose first console listens on `port`."""
    return default_folder() / f"control-{port}.sock"
