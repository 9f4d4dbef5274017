"""The shell against real ``bash -r``: same output, same exit status, same words of refusal."""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")


def snippets() -> dict[str, tuple[str, bool]]:
    text = (Path(__file__).parent / "oracle.txt").read_text()
    found: dict[str, tuple[str, bool]] = {}
    for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        name = head.removesuffix("!").strip()
        assert name not in found, f"{name} is there twice"
        found[name] = (body, head.endswith("!"))
    return found


SNIPPETS = snippets()


def bash(text: str, directory: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", "-r", "-c", text],
        executable=BASH,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/home/hscroot"},
        cwd=directory,
        timeout=20,
    )
    decode = {"encoding": "utf-8", "errors": "surrogateescape"}
    return done.returncode, str(done.stdout, **decode), str(done.stderr, **decode)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """Bash's answers, asked for side by side."""
    directory = tmp_path_factory.mktemp("empty")
    with ThreadPoolExecutor(4) as pool:
        jobs = {n: pool.submit(bash, text, directory) for n, (text, _) in SNIPPETS.items()}
        return {name: job.result() for name, job in jobs.items()}


def test_there_are_enough_snippets() -> None:
    assert len(SNIPPETS) >= 170


@pytest.mark.parametrize("name", SNIPPETS)
def test_same_as_bash(name, answers, session) -> None:
    text, messages = SNIPPETS[name]
    # bash calls itself "environment" in messages from functions of a -c string; not compared.
    wanted_status, wanted_out, wanted_err = answers[name]
    status, out, err = session(line_numbers=True).string(text)
    assert out == wanted_out
    assert status == wanted_status
    if messages:
        assert err == wanted_err
