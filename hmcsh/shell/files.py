"""The console's read-only files as a command sees them: names, patterns, descriptors."""

from __future__ import annotations

import contextlib
import posixpath
from typing import TYPE_CHECKING

from hmcsh.shell import patterns
from hmcsh.shell.errors import Problem
from hmcsh.shell.streams import Reader, TextReader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter

_MOST = 10_000


def reason(problem: OSError) -> str:
    """Return strerror(3)'s text for the kinds of refusal that a host makes."""
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
        """Return ``path`` from the root; a relative one starts in the home directory."""
        return posixpath.normpath(posixpath.join(self._shell.host.home, path))

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
        return TextReader(self._shell.host.read_file(self.absolute(path)))

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
        return sorted(self._shell.host.list_directory(self.absolute(path)))

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
