"""Two hundred kills under load (`make soak`); the figures are printed."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import crash


@pytest.mark.parametrize("seed", [1000])
def test_two_hundred_kills(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, crash.__file__, str(tmp_path), "200", str(seed)],
        env={"PYTHONPATH": str(Path(crash.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout.strip()}\n")
    assert done.returncode == 0, done.stderr
