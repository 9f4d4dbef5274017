"""State files of which a few bytes are changed: refused in one line, or opened and sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from support.crash_users import end_all, is_sound
from support.kept import assert_all_is_kept
from support.lab import L10, load_lab

from hmcsh.state import snapshots
from hmcsh.state.file import StateFileError
from hmcsh.state.keeper import Keeper

PARTS = st.sampled_from(("state", "state", "state-wal"))
EDITS = st.lists(
    st.tuples(
        PARTS,
        st.sampled_from(("flip", "flip", "flip", "insert", "delete", "truncate", "repeat")),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


def damage(data: bytes, how: str, place: float, some: bytes) -> bytes:
    """Change a few bytes at a place, a share of the length."""
    at = int(place * len(data))
    match how:
        case "flip":
            turned = bytes(a ^ b for a, b in zip(data[at:], some, strict=False))
            return data[:at] + turned + data[at + len(turned) :]
        case "insert":
            return data[:at] + some + data[at:]
        case "delete":
            return data[:at] + data[at + len(some) :]
        case "truncate":
            return data[:at]
    page = at // 4096 * 4096
    return data[:page] + data[page : page + 4096] + data[page:]


def _left_behind(folder: Path) -> dict[str, bytes]:
    """The files of a console that was killed: some of its state is in the log only."""
    lab = load_lab("redbook")
    keeper = Keeper.create(folder / "state", lab.mobility)
    keeper.save("before")
    for name in ("FIRST", "SECOND"):
        begun = keeper.begin()
        lab.partition("PROD" if name == "FIRST" else "FIRST").name = name
        keeper.commit(begun, "hmc1", "hscroot", f"chsyscfg new_name={name}", 0)
    lab.migrate("TEST")
    keeper.flush()
    files = {file.name: file.read_bytes() for file in folder.glob("state*")}
    keeper.close()
    return files


@contextmanager
def state_files() -> Iterator[Callable[[Any], None]]:
    """A damaged file is refused in one line and left alone, or what it holds is sound."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        files = _left_behind(folder)
        (folder / "there").mkdir()
        path = folder / "there" / "state"

        def check(edits: list[tuple[str, str, float, bytes]]) -> None:
            for file in path.parent.iterdir():
                file.unlink()
            given = dict(files)
            for name, *how in edits:
                given[name] = damage(given[name], *how)
            for name, data in given.items():
                (path.parent / name).write_bytes(data)
            try:
                keeper = Keeper.open(path, "manual")
            except StateFileError as refusal:
                assert str(refusal).startswith(f"state file {path}: ")
                assert str(refusal).isprintable()
                for name, data in given.items():
                    assert (path.parent / name).read_bytes() == data, "refused, and changed"
                return
            end_all(keeper)
            is_sound(keeper)
            assert_all_is_kept(keeper)
            commands = [entry.command for entry in keeper.file.history()]
            assert _name_by(commands) == keeper.datacenter.frames[L10].partitions[4].name
            for snapshot in snapshots.listed(keeper.file):
                keeper = keeper.restore(snapshot.name)
            keeper.close()

        yield check


def _name_by(commands: list[str]) -> str:
    """The name that the commands of a history gave the renamed partition."""
    return ["PROD", *(one.rpartition("=")[2] for one in commands if "new_name=" in one)][-1]
