"""The walk through `docs/extending.md` does what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
CALLS = [
    (call, output)
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for call, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


@pytest.mark.parametrize(("call", "output"), CALLS, ids=[shlex.split(c)[-1] for c, _ in CALLS])
def test_what_is_shown_happens(tmp_path: Path, call: str, output: str) -> None:
    script = tmp_path / "console.py"
    script.write_text(SCRIPT, encoding="utf-8")
    python, name, *words = shlex.split(call)
    assert (python, name) == ("python", "console.py")
    done = subprocess.run(
        [sys.executable, str(script), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout + done.stderr == output


def test_every_part_is_shown() -> None:
    assert len(CALLS) == 5
