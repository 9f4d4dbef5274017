"""Passwords that are tried by commands of a served console: counted, held back, and in the log."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.console import enter

from hmcsh.console import ConsoleService
from hmcsh.language.levels import Level
from hmcsh.model.connection import Trouble
from hmcsh.model.inventory import load_text
from hmcsh.runtime import Clock
from hmcsh.ssh.guard import Guard
from hmcsh.ssh.service import Settings

BASIC = (Path(__file__).parent.parent / "fixtures" / "basic.yaml").read_text()
DELAY = 0.02


class Console:
    """The first of two consoles, whose guesses are counted."""

    def __init__(self, **settings: float) -> None:
        datacenter = load_text(BASIC + "\nfurther_hmcs: {hmc2: {}}\n", Clock("instant"))
        for console in datacenter.consoles:
            console.level = Level.parse("V7R7.9.0")
        self.frame = next(iter(datacenter.frames.values()))
        self.frame.access_password = "right123"
        given = {"failure_delay": DELAY, "lockout_user": 3, **settings}
        self.service = ConsoleService(datacenter, guard=Guard(Settings(**given)))  # type: ignore[arg-type]

    async def run(self, line: str, typed: str = "") -> str:
        _, text = await asyncio.wait_for(enter(self.service, line, typed), 30)
        return text


async def trust(console: Console, password: str) -> bool:
    return not await console.run(f"mkauthkeys --ip hmc2 -u hscroot --passwd {password}")


async def connect(console: Console, password: str) -> bool:
    console.frame.trouble = Trouble.PASSWORD
    await console.run(f"mksysconn --ip {console.frame.ip_address} --passwd {password}")
    return console.frame.trouble is None


async def log_in(console: Console, password: str) -> bool:
    typed = f"root\r{password}\r" + ("" if password == "wrong" else "exit\r")
    shown = await console.run(f"mkvterm -m {console.frame.name} -p mobile", f"{typed}~.y")
    return "Welcome to AIX" in shown


DOORS: dict[str, tuple[Callable[[Console, str], object], str, str]] = {
    "mkauthkeys": (trust, "abc123", "the user hscroot of hmc2"),
    "mksysconn": (connect, "right123", "the system "),
    "mkvterm": (log_in, "abc123", "the console of "),
}


@pytest.mark.parametrize("door", DOORS)
def test_guesses_are_answered_later_and_then_not_at_all(
    door: str, caplog: pytest.LogCaptureFixture
) -> None:
    opens, password, named = DOORS[door]

    async def main() -> None:
        console = Console()
        assert await opens(console, password)
        for _ in range(2):
            began = time.monotonic()
            assert not await opens(console, "wrong")
            assert time.monotonic() - began >= DELAY
        assert await opens(console, password)  # and counts begin anew
        for _ in range(3):
            assert not await opens(console, "wrong")
        assert not await opens(console, password)

    with caplog.at_level(logging.WARNING, "hmcsh.audit"):
        asyncio.run(main())
    said = [one.getMessage() for one in caplog.records if one.name == "hmcsh.audit"]
    assert all(one.startswith(named) and " to hscroot at hmc1: " in one for one in said)
    wrong = [one for one in said if one.endswith("wrong password")]
    assert len(wrong) >= 5
    assert any(one.endswith("the user is locked") for one in said)


def test_who_tries_many_doors_is_locked_at_all() -> None:
    async def main() -> None:
        console = Console(lockout_user=100, lockout_address=4)
        for door in ("mkauthkeys", "mksysconn", "mkauthkeys", "mksysconn"):
            assert not await DOORS[door][0](console, "wrong")
        for opens, password, _ in DOORS.values():
            assert not await opens(console, password)

    asyncio.run(main())
