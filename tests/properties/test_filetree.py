"""The file tree of a partition refuses and keeps what a real file system refuses and keeps."""

from __future__ import annotations

import datetime
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.model.filetree import Directory, File, FileTree, FileView, Node

START = datetime.datetime(2007, 4, 3, tzinfo=datetime.UTC)

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PATHS, st.sampled_from(["", "x", "line\n"])),
        st.tuples(st.just("append"), PATHS, st.sampled_from(["y", "more\n"])),
        st.tuples(st.just("mkdir"), PATHS, st.just("")),
        st.tuples(st.just("rmdir"), PATHS, st.just("")),
        st.tuples(st.just("remove"), PATHS, st.just("")),
        st.tuples(st.just("rename"), PATHS, PATHS),
        st.tuples(st.just("link"), PATHS, NAMES),
        st.tuples(st.just("read"), PATHS, st.just("")),
        st.tuples(st.just("names"), PATHS, st.just("")),
    ),
    max_size=20,
)


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except OSError as problem:
        # Which of two reasons comes first is the system's own business.
        alike = {errno.EEXIST: errno.ENOTEMPTY, errno.EPERM: errno.EISDIR}
        number = problem.errno or 0
        return f"E{alike.get(number, number)}"


def on_tree(view: FileView, what: str, path: str, more: str) -> object:
    place = f"/{path}"
    if what in ("write", "append"):
        return view.open(place, 0o644, append=what == "append")(more)
    calls: dict[str, Callable[[], object]] = {
        "mkdir": lambda: view.make_directory(place, 0o755),
        "rmdir": lambda: view.remove_directory(place),
        "remove": lambda: view.remove(place),
        "rename": lambda: view.rename(place, f"/{more}"),
        "link": lambda: view.link(more, place),
        "read": lambda: view.read(place),
        "names": lambda: view.names(place),
    }
    return calls[what]()


def on_disk(root: Path, what: str, path: str, more: str) -> object:
    place = root / path
    if what in ("write", "append"):
        with place.open("w" if what == "write" else "a") as file:
            file.write(more)
        return None
    calls: dict[str, Callable[[], object]] = {
        "mkdir": place.mkdir,
        "rmdir": place.rmdir,
        "remove": place.unlink,
        "rename": lambda: os.rename(place, root / more),
        "link": lambda: place.symlink_to(more),
        "read": place.read_text,
        "names": lambda: sorted(os.listdir(place)),
    }
    return calls[what]() and calls[what]() if what in ("read", "names") else calls[what]()


def kept(node: Node) -> tuple[int, int]:
    """Nodes below and with this one, and characters in their files."""
    if isinstance(node, Directory):
        below = [kept(entry) for entry in node.entries.values()]
        return 1 + sum(count for count, _ in below), sum(size for _, size in below)
    return 1, node.length if isinstance(node, File) else 0


@settings(max_examples=40)
@given(OPERATIONS)
def test_the_same_as_a_real_file_system(operations: list[tuple[str, str, str]]) -> None:
    tree = FileTree.planted(START)
    view = tree.view("root", lambda: START)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for what, path, more in operations:
            here = outcome(lambda w=what, p=path, m=more: on_tree(view, w, p, m))
            there = outcome(lambda w=what, p=path, m=more: on_disk(root, w, p, m))
            here, there = (x or "" for x in (here, there))
            assert here == there, (what, path, more)
        assert (tree.files, tree.space) == kept(tree.root), "the bounds count what there is"
