"""Every limit of the table through the wire: one message, what the table says ends, and no more."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hmcsh import limits
from hmcsh.shell import Limits
from hmcsh.shell.limits import message

Start = Callable[..., Any]

A40 = "a" * 40

# Limits of a shell: the value that is set, and what goes too far.
SHELL: dict[str, tuple[float, str]] = {
    "steps": (500, "while :; do :; done"),
    "busy": (0.1, "while :; do :; done"),
    "depth": (20, "f() { f; }; f"),
    "nesting": (5, "( ( ( ( ( ( echo ) ) ) ) ) )"),
    "line": (400, "echo " + "x" * 500),
    "value": (1000, "x=$(while :; do echo yyyyyyyyyyyyyy; done)"),
    "variables": (5000, "x=a; while :; do x=$x$x; done"),
    "fields": (20, "x='" + "a " * 30 + "'; echo $x"),
    "braces": (20, "echo {1..21}"),
    "held": (2000, "printf '%0500d\\n' 1 2 3 4 5 6 | sort"),
    "processes": (4, "for i in 1 2 3 4 5 6; do nap 60 $i & done"),
    "regex": (0.02, f"grep -E '(a|aa)+$' <<< {A40}b"),
}

# Where other rows are tested in this folder.
ELSEWHERE = {
    **dict.fromkeys(("max_connections", "max_connections_address"), "test_login"),
    **dict.fromkeys(("max_unauthenticated", "max_auth_tries", "login_timeout"), "test_login"),
    **dict.fromkeys(("lockout_user", "lockout_address"), "test_login"),
    **dict.fromkeys(("max_sessions", "max_sessions_all", "session_time"), "test_bounds"),
    **dict.fromkeys(("idle_time", "max_output"), "test_bounds"),
    "stop_time": "test_end",
    "max_line": "test_terminal",
    "max_input": "test_sessions",
    "keepalive_count": "test_limits",
}


def test_no_row_is_left_out() -> None:
    at_an_end = {one.name for one in limits.TABLE if one.ends}
    assert at_an_end == {f"shell.{name}" for name in SHELL} | set(ELSEWHERE)
    for name, module in ELSEWHERE.items():
        assert name in (Path(__file__).parent / f"{module}.py").read_text()


@pytest.mark.parametrize("name", SHELL)
def test_a_shell_stops_at_its_limit(served: Any, name: str) -> None:
    value, text = SHELL[name]
    served.console.limits = Limits(**{name: value})  # type: ignore[arg-type]
    said = message(served.console.limits, name)
    row = next(one for one in limits.TABLE if one.name == f"shell.{name}")
    left = "a\nb\n" if row.ends == "the command" else "b\n"
    left_of_input = "" if "session" in row.ends else left

    async def work() -> None:
        async with served.connect() as connection:
            command = await connection.run(f"{text}; echo a\necho b")
            script = await connection.run(input=f"{text}; echo a\necho b\n")
            for done in (command, script):
                assert done.stdout == left_of_input
                lines = done.stderr.splitlines()
                assert len(lines) == 1
                assert lines[0].endswith(f": {said}")
            process = await connection.create_process(term_type="vt100")
            process.stdin.write(f"{text}; echo a\recho b\rexit\r")
            shown = (await asyncio.wait_for(process.wait(), 15)).stdout
            assert shown.count(said) == 1
            answered = [line for line in shown.splitlines() if line in ("a", "b")]
            assert answered == left.split()
            served.console.limits = None
            assert (await connection.run("echo on")).stdout == "on\n"

    try:
        asyncio.run(work())
    finally:
        served.console.limits = None


def test_a_silent_client_is_asked_and_then_given_up(start: Start) -> None:
    server = start(keepalive_interval=0.05, keepalive_count=2)

    async def work() -> None:
        async with server.connect() as silent, server.connect() as other:
            await silent.create_process("nap 60 a")
            await server.happens("a started")
            silent._transport.pause_reading()
            await server.happens("a cancelled")
            assert (await other.run("echo on")).stdout == "on\n"
            silent.abort()

    asyncio.run(work())
