"""Two hundred kills of a served console under load (`make soak`); the figures are printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import crash, crash_served


@pytest.mark.parametrize(
    ("program", "times"),
    [
        pytest.param(crash_served, 200, id="served, with clients over ssh"),
        pytest.param(crash, 200, id="a worker without ssh: more kills within a change"),
    ],
)
def test_kills(
    program: object, times: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(program.__file__)  # type: ignore[attr-defined]
    done = subprocess.run(
        [sys.executable, path, str(tmp_path), str(times), "1000"],
        env={**os.environ, "PYTHONPATH": str(Path(path).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout.strip()}\n")
    assert done.returncode == 0, done.stderr
