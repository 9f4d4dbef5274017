"""Every golden transcript reads as it did: commands, output, status, in their order."""

from pathlib import Path

import pytest
from support.transcript import play_text

FOLDER = Path(__file__).parent
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript_reads_the_same(path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text()
    played = play_text(text)
    if request.config.getoption("--rewrite-golden"):
        path.write_text(played)
    else:
        assert played == text, f"{path.name}: `make golden` shows what has changed"


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
