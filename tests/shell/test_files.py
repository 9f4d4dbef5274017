"""A shell over files that can be changed: real bash in an empty directory is its oracle."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hmcsh.model.filetree import FILES, SPACE, FileTree
from hmcsh.shell.dialects import BASH, KSH

START = datetime.datetime(2009, 3, 2, 9, 30, 15, tzinfo=datetime.UTC)
HOME = "/home/hscroot"


def snippets() -> dict[str, str]:
    text = (Path(__file__).parent / "oracle_files.txt").read_text()
    blocks = re.split(r"^== ", text, flags=re.MULTILINE)[1:]
    return {head: body for head, _, body in (block.partition("\n") for block in blocks)}


SNIPPETS = snippets()


def grown(user: str = "root") -> FileTree:
    """A tree with a home directory and /tmp, as a fresh system has them."""
    tree = FileTree.planted(START)
    view = tree.view("root", lambda: START)
    for path in ("/tmp", "/home", HOME, "/etc"):
        view.make_directory(path, 0o777 if path == "/tmp" else 0o755)
    view.change(HOME, owner=user)
    view.open("/etc/hosts", 0o644)("127.0.0.1 localhost\n")
    return tree


def run(session, text: str, *, tree: FileTree | None = None, user: str = "root", **more: object):
    """Run a text in a shell over a tree, in an empty home directory."""
    tree = tree or grown(user)
    more = {"restricted": False, "environment": {"PATH": "/usr/bin:/bin"}, **more}
    made = session(tree=tree.view(user, lambda: made.host.now()), **more)
    made.host.user = user
    return made.string(text)


def bash(text: str, directory: Path) -> tuple[int, str]:
    directory.mkdir()
    done = subprocess.run(
        ["bash", "-c", text],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(directory)},
        cwd=directory,
        timeout=20,
        text=True,
    )
    return done.returncode, done.stdout.replace(str(directory), HOME)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    home = tmp_path_factory.mktemp("homes")
    with ThreadPoolExecutor(4) as pool:
        jobs = {n: pool.submit(bash, text, home / n) for n, text in SNIPPETS.items()}
        return {name: job.result() for name, job in jobs.items()}


@pytest.mark.parametrize("name", SNIPPETS)
def test_same_as_bash(name: str, answers, session) -> None:
    status, out, err = run(session, SNIPPETS[name])
    assert (status, out) == answers[name], err


KORN = {"dialect": KSH, "name": "ksh"}
RESTRICTED = " The operation is not allowed in a restricted shell.\n"


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("nothing", 127, "ksh: nothing:  not found.\n"),
        ("./none", 127, "ksh: ./none:  not found.\n"),
        ("touch f; ./f", 126, "ksh: ./f: 0403-006 Execute permission denied.\n"),
        ("cat < none", 1, "ksh: none: 0403-016 Cannot find or open the file.\n"),
        ("echo x > /none/f", 1, "ksh: /none/f: 0403-005 Cannot create the specified file.\n"),
        ("cd /none", 1, "ksh: /none:  not found.\n"),
        ("echo none > s; chmod +x s; ./s", 127, "./s[1]: none:  not found.\n"),
    ],
    ids=str,
)
def test_what_the_korn_shell_says(text: str, status: int, error: str, session) -> None:
    assert run(session, text, **KORN) == (status, "", error)


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("cd /", 1, f"rksh: cd: {RESTRICTED}"),
        ("/usr/bin/ls", 1, f"rksh: /usr/bin/ls: {RESTRICTED}"),
        ("./s", 1, f"rksh: ./s: {RESTRICTED}"),
        ("echo x > f", 1, f"rksh: f: {RESTRICTED}"),
        ("echo x >> /tmp/f", 1, f"rksh: /tmp/f: {RESTRICTED}"),
        ("exec ls", 1, f"rksh: exec: {RESTRICTED}"),
        ("PATH=/", 1, "rksh: PATH: readonly variable\n"),
        ("echo x | tee /etc/hosts", 1, "tee: /etc/hosts: Permission denied\n"),
    ],
    ids=str,
)
def test_what_a_restricted_shell_refuses(text: str, status: int, error: str, session) -> None:
    tree = grown("padmin")
    got = run(session, text, tree=tree, user="padmin", restricted=True, dialect=KSH, name="rksh")
    assert (got[0], got[2]) == (status, error)
    assert tree.view("root", lambda: START).names(HOME) == []
    assert tree.view("root", lambda: START).read("/etc/hosts") == "127.0.0.1 localhost\n"


def test_a_restricted_shell_writes_by_tee(session) -> None:
    tree = grown("padmin")
    got = run(
        session, "echo kept | tee f; cat f; rm f; ls", tree=tree, user="padmin", restricted=True
    )
    assert got == (0, "kept\nkept\n", "")


def test_the_long_listing_has_times_of_the_virtual_clock(session) -> None:
    text = "echo x > f; sleep 90; mkdir d; ls -l; test d -nt f && echo newer"
    status, out, err = run(session, text)
    assert (status, err) == (0, "")
    assert out == (
        "total 0\n"
        "drwxr-xr-x    2 root     system          256 Mar 02 09:31 d\n"
        "-rw-r--r--    1 root     system            2 Mar 02 09:30 f\n"
        "newer\n"
    )


def test_nobody_but_root_gets_where_the_modes_forbid_it(session) -> None:
    tree = grown("padmin")
    run(session, "mkdir -m 700 /secret; echo s > /secret/f; echo m > /tmp/m", tree=tree)
    text = "cat /secret/f; ls /secret; cd /secret; echo x > /tmp/m; rm /home/none; cat /tmp/m"
    status, out, _ = run(session, text, tree=tree, user="padmin")
    assert (status, out) == (0, "m\n")
    assert run(session, "cat /secret/f", tree=tree) == (0, "s\n", "")


def test_the_room_is_bounded_and_comes_back(session) -> None:
    tree = grown()
    view = tree.view("root", lambda: START)
    view.open("/tmp/big", 0o644)("x" * (SPACE - 100))
    status, _, err = run(session, "for i in 1 2 3 4 5 6; do cat /etc/hosts; done > f", tree=tree)
    assert "No space left on device" in err
    view.remove("/tmp/big")
    view.remove(f"{HOME}/f")
    assert tree.space == len("127.0.0.1 localhost\n")
    status, _, err = run(session, f"i=0; while touch x$i; do i=$((i+1)); done; [ $i -lt {FILES} ]",
                         tree=tree)  # fmt: skip
    assert status == 0
    assert err.endswith("No space left on device\n")


@pytest.mark.parametrize("name", ["vi", "awk", "perl", "find"])
def test_what_is_not_emulated_says_so(name: str, session) -> None:
    assert run(session, f"{name} f", **KORN) == (1, "", f"{name}: not emulated\n")


def test_a_script_of_another_interpreter_is_refused(session) -> None:
    text = "printf '#!/usr/bin/perl\\nprint 1;' > s; chmod +x s; ./s"
    assert run(session, text, **KORN) == (126, "", "ksh: ./s: perl is not emulated\n")


def test_nothing_reaches_the_machine(session, tmp_path: Path) -> None:
    target = tmp_path / "made"
    status, _, err = run(session, f"echo x > {target}; mkdir -p {tmp_path}; echo x > {target}")
    assert status == 0
    assert err == f"bash: {target}: No such file or directory\n"
    assert not target.exists()


def test_a_console_still_changes_no_file(session) -> None:
    made = session(restricted=False)
    text = "echo x > f; mkdir d; touch f; cd /; ./f"
    status, out, err = made.string(text)
    assert (status, out) == (127, "")
    assert "Read-only file system" in err
    assert made.shell._session.dialect is BASH
