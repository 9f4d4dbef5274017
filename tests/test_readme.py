"""The session in the README is what the console answers."""

import re
from pathlib import Path

from support.transcript import play_text

README = Path(__file__).parent.parent / "README.md"


def test_the_session_of_the_readme_plays_as_printed() -> None:
    section = README.read_text().split("## A session")[1].split("## ")[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    assert lines[0].startswith("$ ssh -p 2222 hscroot@127.0.0.1")
    session = "\n".join(lines[1:]) + "\n"
    played = play_text(f"lab: redbook\n\n{session}")
    assert re.sub(r"^\[1\]\+  Done.*\n", "", played.split("\n\n", 1)[1], flags=re.M) == session
