"""Files as a command sees them: names, patterns, descriptors.

They are those of a tree that can be changed, or the read-only ones of a console.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hmcsh.shell import patterns
from hmcsh.shell.api import FileStatus
from hmcsh.shell.errors import Problem
from hmcsh.shell.streams import Reader, TextReader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_MOST = 10_000

SYSTEM_DIRECTORIES = ("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/ios/cli")


@dataclass(frozen=True, slots=True)
class _Program:
    """A command of the system as it would stand among its files (inferred)."""

    kind: str = "f"
    mode: int = 0o555
    owner: str = "bin"
    group: str = "bin"
    size: int = 4096
    changed: datetime.datetime = datetime.datetime(2007, 10, 15, tzinfo=datetime.UTC)
    target: str = ""


PROGRAM = _Program()


class FileOutput:
    """An open file; what cannot be written is told when it is drained."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._refused: OSError | None = None

    def write(self, text: str) -> None:
        """Write at once; never fails."""
        try:
            self._write(text)
        except OSError as problem:
            self._refused = problem

    async def drain(self) -> None:
        """Raise Problem if something could not be written."""
        refused, self._refused = self._refused, None
        if refused is not None:
            raise Problem(f"write error: {reason(refused)}")


def reason(problem: OSError) -> str:
    """Return strerror(3)'s text for a refusal of a host or tree."""
    if problem.errno is not None:
        return os.strerror(problem.errno)
    if isinstance(problem, FileNotFoundError):
        return "No such file or directory"
    if isinstance(problem, IsADirectoryError):
        return "Is a directory"
    if isinstance(problem, NotADirectoryError):
        return "Not a directory"
    return "Permission denied"


class Files:
    """Opens and lists files for one shell."""

    __slots__ = ("_shell",)

    def __init__(self, shell: Interpreter) -> None:
        self._shell = shell

    def absolute(self, path: str) -> str:
        """Return ``path`` from the root; a relative one starts in the working directory."""
        joined = posixpath.join(self._shell.directory, path)
        return joined if self._shell.session.tree else posixpath.normpath(joined)

    def status(self, path: str, *, follow: bool = True) -> FileStatus | None:
        """Return what stands at ``path`` in the tree, None if there is nothing, or no tree."""
        tree = self._shell.session.tree
        if tree is None or not path:
            return None
        try:
            return tree.status(self.absolute(path), follow=follow)
        except OSError:
            return PROGRAM if self.program(path) else None

    def program(self, path: str) -> str:
        """Return the name of the command or tool that stands at ``path``, ``''`` if none does."""
        directory, name = posixpath.split(posixpath.normpath(self.absolute(path)))
        known = directory in SYSTEM_DIRECTORIES and self._shell.session.has_program(name)
        return name if known else ""

    def may(self, path: str, what: str) -> bool:
        """Tell whether one may do ``r``, ``w`` or ``x`` at ``path``."""
        tree = self._shell.session.tree
        if tree is None or not path:
            return False
        if path == "/dev/null":
            return what != "x"
        return tree.may(self.absolute(path), what) or (what != "w" and bool(self.program(path)))

    def create(self, path: str, *, append: bool = False) -> FileOutput:
        """Open a file for writing; raises OSError."""
        tree = self._shell.session.tree
        if tree is None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        if not path:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        mode = 0o666 & ~self._shell.mask
        return FileOutput(tree.open(self.absolute(path), mode, append=append))

    def open(self, path: str) -> Reader:
        """Return a reader of ``path``; raises OSError, or Problem for a closed descriptor."""
        if not path:
            raise FileNotFoundError(path)
        if path == "/dev/stdin":
            path = "/dev/fd/0"
        if path.startswith("/dev/fd/") and path[8:].isdigit():
            stream = self._shell.io.get(int(path[8:][:9]))
            if isinstance(stream, Reader):
                return stream
            raise FileNotFoundError(path)
        if path == "/dev/null":
            return TextReader("")
        tree = self._shell.session.tree
        read = self._shell.host.read_file if tree is None else tree.read
        return TextReader(read(self.absolute(path)))

    async def read(self, path: str) -> str:
        """Return the text of ``path``; raises OSError."""
        return await self.open(path).read()

    def kind(self, path: str) -> str:
        """Return ``f``, ``d``, ``c`` or ``p`` for what ``path`` is, ``''`` if it is nothing."""
        if not path:
            return ""
        if path == "/dev/null":
            return "c"
        if path == "/dev/stdin" or path.startswith("/dev/fd/"):
            try:
                self.open(path)
            except OSError:
                return ""
            return "p"
        if self._shell.session.tree is not None:
            status = self.status(path)
            return status.kind if status else ""
        with contextlib.suppress(FileNotFoundError, PermissionError):
            try:
                self._shell.host.list_directory(self.absolute(path))
            except NotADirectoryError:
                return "f"
            return "d"
        try:
            self._shell.host.read_file(self.absolute(path))
        except IsADirectoryError:
            return "d"
        except PermissionError:
            return "f"
        except OSError:
            return ""
        return "f"

    def names(self, path: str) -> list[str]:
        """Return the sorted names in a directory; raises OSError."""
        tree = self._shell.session.tree
        listed = self._shell.host.list_directory if tree is None else tree.names
        return sorted(listed(self.absolute(path)))

    def glob(self, pattern: str) -> list[str]:
        """Return the sorted names of files that match ``pattern``."""
        found = [""]
        for at, component in enumerate(pattern.split("/")):
            if at:
                found = [prefix + "/" for prefix in found]
            if not component:
                continue
            if patterns.has_magic(component):
                found = [p + name for p in found for name in self._matching(p, component)]
            else:
                name = patterns.unescape(component)
                found = [p + name for p in found if at == 0 or self.kind(p + name)]
            if len(found) > _MOST:
                raise Problem(f"limit exceeded: {_MOST} file names of one pattern")
        return sorted(found) if found != [pattern] else []

    def _matching(self, directory: str, component: str) -> list[str]:
        try:
            names = self.names(directory or ".")
        except OSError:
            return []
        hidden = component.startswith(".")
        return [
            name
            for name in names
            if name.startswith(".") == hidden and patterns.matches(component, name)
        ]
