"""What a state file holds, compared with a full look at the model."""

from __future__ import annotations

import shutil
from pathlib import Path

from hmcsh.migration.engine import Mobility
from hmcsh.runtime import Clock
from hmcsh.state.codec import Decoder, Encoder, Row
from hmcsh.state.file import StateFile
from hmcsh.state.keeper import Keeper, World


def picture(mobility: Mobility) -> list[Row]:
    """All that is kept of a model, numbered by how it is reached: equal states, equal rows."""
    return list(Encoder().rows(World(mobility.datacenter, mobility.state)))


def held(file: StateFile) -> list[Row]:
    """The same of what a file holds, read anew."""
    objects = Decoder({"clock": Clock("manual")}).decode(file.rows(), 1)
    return list(Encoder().rows(objects[1]))


def assert_all_is_kept(keeper: Keeper) -> None:
    """What changed was noticed, each change of it."""
    keeper.flush()
    there, here = held(keeper.file), picture(keeper.mobility)
    wrong = [(a, b) for a, b in zip(there, here, strict=False) if a != b]
    assert not wrong, f"the file holds {wrong[0][0]}, the model {wrong[0][1]}"
    assert len(there) == len(here)
    assert keeper.file.meta("clock") == keeper.datacenter.clock.now


def killed(keeper: Keeper, folder: Path) -> Path:
    """A copy of a state file as a process that is killed now would leave it."""
    folder.mkdir()
    for file in keeper.file.path.parent.glob(f"{keeper.file.path.name}*"):
        shutil.copy(file, folder / file.name)
    return folder / keeper.file.path.name
