"""Every golden transcript reads as it did: commands, output, status, in their order.

They are played on a console that keeps its state, so that each of them also shows that keeping
changes no answer, and that what a command or the clock changes is noticed.
"""

from pathlib import Path

import pytest
from support.kept import assert_all_is_kept
from support.transcript import play_text

from hmcsh.migration.engine import Mobility
from hmcsh.state.keeper import Keeper

FOLDER = Path(__file__).parent
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript_reads_the_same(
    path: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    text, keepers = path.read_text(), []

    def keep(mobility: Mobility) -> Keeper:
        keepers.append(Keeper.create(tmp_path / "state", mobility))
        return keepers[0]

    played = play_text(text, keep)
    if request.config.getoption("--rewrite-golden"):
        path.write_text(played)
    else:
        assert played == text, f"{path.name}: `make golden` shows what has changed"
    assert_all_is_kept(keepers[0])
    keepers[0].close()


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
