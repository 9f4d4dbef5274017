"""The files of a partition's operating system: a small tree in memory, with modes and owners.

What a file system refuses it refuses with the errors of open(2), rename(2) and their like; of the
machine that runs this program nothing is read or written. The tree belongs to the operating
system, so that it goes along when the partition migrates. All bounds are inferred.
"""

from __future__ import annotations

import dataclasses
import datetime
import errno
import os
from collections.abc import Callable, Iterator

SPACE = 8 << 20  # characters in all files of a tree
FILES = 4096
_LONGEST_NAME = 255
_LONGEST_PATH = 1023  # PATH_MAX of AIX
_DEEPEST_LINKS = 20
_ROOT = "root"


@dataclasses.dataclass(slots=True, eq=False)
class Node:
    """A file, directory or symbolic link.

    `mode` holds the permission bits, `changed` is the time of the last change by the clock of the
    partition.
    """

    mode: int
    owner: str
    group: str
    changed: datetime.datetime

    @property
    def size(self) -> int:
        """Size in bytes; that of a directory is nominal."""
        return 256


@dataclasses.dataclass(slots=True, eq=False)
class Directory(Node):
    """A directory."""

    entries: dict[str, Node] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True, eq=False)
class Link(Node):
    """A symbolic link."""

    target: str = ""

    @property
    def size(self) -> int:
        """Length of the name it holds."""
        return len(self.target)


@dataclasses.dataclass(slots=True, eq=False)
class File(Node):
    """A file: text in pieces, so that one that grows line by line is not copied each time."""

    pieces: list[str] = dataclasses.field(default_factory=list)
    length: int = 0
    removed: bool = False

    @property
    def size(self) -> int:
        """Size in bytes."""
        text = self.text
        return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))

    @property
    def text(self) -> str:
        """All of its text."""
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Status:
    """What ls(1) shows of a file.

    `kind` is `f`, `d` or `l`, `size` in bytes, `changed` by the partition's clock, `target` what a
    symbolic link holds.
    """

    kind: str
    mode: int
    owner: str
    group: str
    size: int
    changed: datetime.datetime
    target: str = ""


@dataclasses.dataclass(slots=True, eq=False)
class FileTree:
    """The tree itself; whoever works on it does so through a `FileView`."""

    root: Directory
    space: int = 0
    files: int = 1

    @classmethod
    def planted(cls, now: datetime.datetime) -> FileTree:
        """A tree with nothing but its root."""
        return cls(Directory(0o755, _ROOT, "system", now))

    def view(
        self, user: str, now: Callable[[], datetime.datetime], *, groups: tuple[str, ...] = ()
    ) -> FileView:
        """The tree as a user of the partition reaches it; `now` gives its time."""
        return FileView(self, user, now, groups)


class FileView:
    """A user at work in a tree. Paths are absolute; what is refused raises OSError."""

    def __init__(
        self,
        tree: FileTree,
        user: str,
        now: Callable[[], datetime.datetime],
        groups: tuple[str, ...],
    ) -> None:
        self._tree = tree
        self._user = user
        self._now = now
        self._groups = groups or ("system" if user == _ROOT else "staff",)

    # ------------------------------------------------------------------------------- looking

    def status(self, path: str, *, follow: bool = True) -> Status:
        """What stands at a path; `follow` tells whether a link stands for what it points to."""
        node = self._find(path, follow=follow)
        kind = "d" if isinstance(node, Directory) else "l" if isinstance(node, Link) else "f"
        target = node.target if isinstance(node, Link) else ""
        return Status(kind, node.mode, node.owner, node.group, node.size, node.changed, target)

    def read(self, path: str) -> str:
        """Text of a file."""
        node = self._find(path)
        if not isinstance(node, File):
            raise _error(errno.EISDIR, path)
        self._require(node, 4, path)
        return node.text

    def names(self, path: str) -> list[str]:
        """Names in a directory, sorted."""
        node = self._directory(path)
        self._require(node, 4, path)
        return sorted(node.entries)

    def may(self, path: str, what: str) -> bool:
        """Tell whether the user may do `what` there: `r`, `w` or `x`."""
        try:
            node = self._find(path)
        except OSError:
            return False
        return self._allowed(node, {"r": 4, "w": 2, "x": 1}[what])

    # ------------------------------------------------------------------------------ changing

    def open(self, path: str, mode: int, *, append: bool = False) -> Callable[[str], None]:
        """Open a file for writing, making it if there is none.

        Gives what writes to it; that raises OSError where there is no room left.
        """
        directory, name = self._place(path)
        node = directory.entries.get(name)
        if isinstance(node, Link):
            return self.open(self._beyond(path), mode, append=append)
        if node is None:
            node = File(mode, self._user, self._groups[0], self._now())
            self._add(directory, name, node, path)
        elif not isinstance(node, File):
            raise _error(errno.EISDIR, path)
        else:
            self._require(node, 2, path)
            if not append:
                self._cut(node)
        return self._writer(node, path, append=append)

    def _writer(self, node: File, path: str, *, append: bool) -> Callable[[str], None]:
        at = node.length if append else 0

        def write(text: str) -> None:
            nonlocal at
            if not text or node.removed:
                return
            at = node.length if append else at
            kept = max(node.length, at + len(text))
            if self._tree.space + kept - node.length > SPACE:
                raise _error(errno.ENOSPC, path)
            if at == node.length:
                node.pieces.append(text)
            else:
                whole = node.text.ljust(at, "\0")
                node.pieces = [whole[:at] + text + whole[at + len(text) :]]
            self._tree.space += kept - node.length
            node.length = kept
            at += len(text)
            node.changed = self._now()

        return write

    def make_directory(self, path: str, mode: int) -> None:
        """Make a directory."""
        directory, name = self._place(path)
        made = Directory(mode, self._user, self._groups[0], self._now())
        self._add(directory, name, made, path)

    def link(self, target: str, path: str) -> None:
        """Make a symbolic link at `path` that holds `target`."""
        directory, name = self._place(path)
        made = Link(0o777, self._user, self._groups[0], self._now(), target)
        self._add(directory, name, made, path)

    def remove(self, path: str) -> None:
        """Remove a file or link."""
        directory, name = self._place(path)
        node = _entry(directory, name, path)
        if isinstance(node, Directory):
            raise _error(errno.EISDIR, path)
        self._require(directory, 2, path)
        self._drop(directory, name, node)

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        directory, name = self._place(path)
        node = _entry(directory, name, path)
        if not isinstance(node, Directory):
            raise _error(errno.ENOTDIR, path)
        if node.entries:
            raise _error(errno.ENOTEMPTY, path)
        self._require(directory, 2, path)
        self._drop(directory, name, node)

    def rename(self, path: str, new: str) -> None:
        """Give a file, link or directory another place; a file that stands there goes."""
        directory, name = self._place(path)
        target, wanted = self._place(new)
        node = _entry(directory, name, path)
        if isinstance(node, Directory) and target in self._inside(node):
            raise _error(errno.EINVAL, new)
        there = target.entries.get(wanted)
        self._require(directory, 2, path)
        self._require(target, 2, new)
        if there is node:
            return
        if isinstance(there, Directory):
            if not isinstance(node, Directory):
                raise _error(errno.EISDIR, new)
            if there.entries:
                raise _error(errno.ENOTEMPTY, new)
        elif there is not None and isinstance(node, Directory):
            raise _error(errno.ENOTDIR, new)
        if there is not None:
            self._drop(target, wanted, there)
        del directory.entries[name]
        target.entries[wanted] = node
        directory.changed = target.changed = self._now()

    def change(
        self,
        path: str,
        *,
        mode: int | None = None,
        owner: str | None = None,
        group: str | None = None,
        changed: datetime.datetime | None = None,
    ) -> None:
        """Change what is given: permission bits, owner, group, time of the last change."""
        node = self._find(path)
        if self._user not in (_ROOT, node.owner) or (owner and self._user != _ROOT):
            raise _error(errno.EPERM, path)
        node.mode = node.mode if mode is None else mode
        node.owner = owner or node.owner
        node.group = group or node.group
        node.changed = node.changed if changed is None else changed

    # ------------------------------------------------------------------------------- walking

    def _find(self, path: str, *, follow: bool = True) -> Node:
        node, _ = self._walk(path, follow=follow)
        return node

    def _walk(self, path: str, *, follow: bool, links: int = 0) -> tuple[Node, list[Directory]]:
        """Follow a path; gives what stands there and the directories above it."""
        if len(path) > _LONGEST_PATH:
            raise _error(errno.ENAMETOOLONG, path)
        above: list[Directory] = []
        node: Node = self._tree.root
        parts = [part for part in path.split("/") if part not in ("", ".")]
        for at, part in enumerate(parts):
            if not isinstance(node, Directory):
                raise _error(errno.ENOTDIR, path)
            self._require(node, 1, path)
            if part == "..":
                node = above.pop() if above else node
                continue
            above.append(node)
            node = _entry(node, part, path)
            if isinstance(node, Link) and (follow or at < len(parts) - 1):
                if links >= _DEEPEST_LINKS:
                    raise _error(errno.ELOOP, path)
                here = "/".join(["", *parts[:at]])
                target = node.target if node.target[:1] == "/" else f"{here}/{node.target}"
                node, above = self._walk(target, follow=True, links=links + 1)
        if path.endswith("/") and parts and not isinstance(node, Directory) and follow:
            raise _error(errno.ENOTDIR, path)
        return node, above

    def _directory(self, path: str) -> Directory:
        node = self._find(path)
        if not isinstance(node, Directory):
            raise _error(errno.ENOTDIR, path)
        return node

    def _place(self, path: str) -> tuple[Directory, str]:
        """The directory that a path leads to, and the name in it."""
        head, _, name = path.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            raise _error(errno.EINVAL if name else errno.EEXIST, path)
        if len(name) > _LONGEST_NAME:
            raise _error(errno.ENAMETOOLONG, path)
        directory = self._directory(head or "/")
        self._require(directory, 1, path)
        return directory, name

    def _beyond(self, path: str) -> str:
        """Where a chain of links ends, which need not be there."""
        for _ in range(_DEEPEST_LINKS):
            directory, name = self._place(path)
            node = directory.entries.get(name)
            if not isinstance(node, Link):
                return path
            head = path.rstrip("/").rpartition("/")[0]
            path = node.target if node.target[:1] == "/" else f"{head}/{node.target}"
        raise _error(errno.ELOOP, path)

    def _inside(self, directory: Directory) -> Iterator[Directory]:
        yield directory
        for node in directory.entries.values():
            if isinstance(node, Directory):
                yield from self._inside(node)

    # -------------------------------------------------------------------------------- keeping

    def _add(self, directory: Directory, name: str, node: Node, path: str) -> None:
        if name in directory.entries:
            raise _error(errno.EEXIST, path)
        self._require(directory, 2, path)
        if self._tree.files >= FILES:
            raise _error(errno.ENOSPC, path)
        self._tree.files += 1
        directory.entries[name] = node
        directory.changed = self._now()

    def _drop(self, directory: Directory, name: str, node: Node) -> None:
        if isinstance(node, File):
            self._cut(node)
            node.removed = True
        self._tree.files -= 1
        del directory.entries[name]
        directory.changed = self._now()

    def _cut(self, node: File) -> None:
        self._tree.space -= node.length
        node.pieces, node.length = [], 0
        node.changed = self._now()

    # ---------------------------------------------------------------------------- permission

    def _require(self, node: Node, bit: int, path: str) -> None:
        if not self._allowed(node, bit):
            raise _error(errno.EACCES, path)

    def _allowed(self, node: Node, bit: int) -> bool:
        if self._user == _ROOT:
            return bit != 1 or isinstance(node, Directory) or bool(node.mode & 0o111)
        shift = 6 if self._user == node.owner else 3 if node.group in self._groups else 0
        return bool(node.mode >> shift & bit)


def _entry(directory: Directory, name: str, path: str) -> Node:
    try:
        return directory.entries[name]
    except KeyError:
        raise _error(errno.ENOENT, path) from None


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
