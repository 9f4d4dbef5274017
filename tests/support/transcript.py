"""Golden transcripts: a session at the console as plain text, played again and compared.

A transcript names its lab (or the path of an inventory in the project), then shows prompts with
commands, their output, `[status N]` where it is not 0, and `(3 s pass)` where virtual time goes by
while something is under way:

    lab: basic

    hscroot@hmc1:~> lssyscfg -r sys -F name
    9117-MMA-SN10FFE0B-L9

`$ hmcsh errpt PARTITION` is what the program of that name prints. Lines that begin with `#` are
comments where a step or the end follows, else what `root` of a partition types; a prompt of
another user is a command of his. A prompt
always begins a line, also behind output without a newline at its end; line ends are newlines. The
clock is manual: a command that waits for it gets it moved, event by event, until the command ends.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

from hmcsh.commands.hmc.common import passwords
from hmcsh.commands.hmc.common.journal import NOTHING, Journal

from hmcsh import errorlog
from hmcsh.console import ConsoleService
from hmcsh.migration.engine import Mobility
from hmcsh.model.inventory import load
from hmcsh.runtime import SECOND, Clock
from hmcsh.shell import Shell, TextReader

Keep = Callable[[Mobility], Journal]

_PROJECT = Path(__file__).parents[2]
_PROMPT = re.compile(r"(\S+)@\S+:~> (.*)")
_ERRPT = re.compile(r"\$ hmcsh errpt (\S+)")
_PASSING = re.compile(r"\(([0-9.]+) s pass\)")
# Turns of the loop after which a command that has not ended is taken to wait for the clock.
_PATIENCE = 400
_TURNS_PER_EVENT = 10


@dataclasses.dataclass
class Step:
    """A command of a user with its continuation lines, or a pause of `passing` ns."""

    lines: list[str]
    passing: int = 0
    user: str = ""


@dataclasses.dataclass
class Transcript:
    """What is to be played: the lab, what stands before the first prompt, the steps."""

    lab: str
    head: str
    steps: list[Step | str]


def parse(text: str) -> Transcript:
    """Read a transcript; its outputs are not kept. Raises ValueError if it names no lab."""
    lab = ""
    head: list[str] = []
    steps: list[Step | str] = []
    lines = text.splitlines()
    comments = _comments(lines)
    continued = False
    for at, line in enumerate(lines):
        prompt, passing = _PROMPT.match(line), _PASSING.fullmatch(line)
        if line.startswith("lab: "):
            lab = line.removeprefix("lab: ").strip()
        if prompt:
            steps.append(Step([prompt[2]], user=prompt[1]))
        elif passing:
            steps.append(Step([], int(float(passing[1]) * SECOND)))
        elif (at in comments or _ERRPT.fullmatch(line)) and steps:
            steps.append(line)
        elif not steps:
            head.append(line)
        elif line.startswith("> ") and continued and isinstance(steps[-1], Step):
            steps[-1].lines.append(line[2:])
            continue
        continued = bool(prompt)  # by lines that follow at once; elsewhere such a line is output
    if not lab:
        raise ValueError("a transcript names its lab: `lab: redbook`")
    return Transcript(lab, "\n".join(head), steps)


def _comments(lines: list[str]) -> set[int]:
    """Where comments stand: before a step or at the end. Other such lines are what root types."""
    found: set[int] = set()
    block: list[int] = []
    for at, line in enumerate([*lines, ""]):
        if line.startswith("#"):
            block.append(at)
            continue
        step = _PROMPT.match(line) or _PASSING.fullmatch(line) or _ERRPT.fullmatch(line)
        if step or at == len(lines):
            found.update(block)
        block = []
    return found


def _lab(name: str) -> str:
    """A shipped lab by its name, another inventory by its path in the project."""
    return str(_PROJECT / name) if "/" in name else name


class _Recorder:
    """Standard output and error of the session: what a terminal would show."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text.replace("\r", "")

    def line(self, text: str) -> None:
        """Write a line of its own."""
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
        self.text += f"{text}\n"

    async def drain(self) -> None:
        await asyncio.sleep(0)


class Player:
    """Plays a transcript on a fresh console and records what it answers."""

    def __init__(self, transcript: Transcript, keep: Keep) -> None:
        self.clock = Clock("manual")
        datacenter = load(_lab(transcript.lab), self.clock, seed=0)
        mobility = Mobility(datacenter)
        self.service = ConsoleService(datacenter, mobility=mobility, journal=keep(mobility))
        self.screen = _Recorder()
        self.screen.text = transcript.head + "\n" if transcript.head else ""
        self.steps = iter(transcript.steps)
        self.pending: list[str] = []
        self.prompted = asyncio.Event()
        self.first = True
        self.user = next(iter(self.service.datacenter.console.users))
        self.shell = self._open(self.user)
        self.others: dict[str, Shell] = {}

    def _open(self, user: str) -> Shell:
        return self.service.open_shell(
            user=user,
            origin="localhost",
            tty="pts/0",
            stdin=TextReader(""),
            stdout=self.screen,
            stderr=self.screen,
            environment={},
        )

    async def play(self) -> str:
        """Play every step; gives the transcript as it reads now."""
        session = asyncio.create_task(self.shell.interact(self._read_line))
        spins = 0
        while not session.done():
            await asyncio.sleep(0)
            spins += 1
            if self.prompted.is_set():
                self.prompted.clear()
                spins = 0
            while passwords.busy():  # in a thread, for which no number of turns is enough
                await asyncio.sleep(0.001)
                spins = 0
            if spins > _PATIENCE and self.clock.step():
                spins -= _TURNS_PER_EVENT
            elif spins > 10 * _PATIENCE:
                session.cancel()
                raise AssertionError("a command waits for something that never happens")
        session.result()
        return self.screen.text

    async def _read_line(self, prompt: str) -> str | None:
        self.prompted.set()
        if self.pending:
            return self._type(prompt, self.pending.pop(0))
        if not self.first and self.shell.status:
            self.screen.line(f"[status {self.shell.status}]")
        self.first = False
        for step in self.steps:
            if isinstance(step, str):
                self.screen.line(step)
                if asked := _ERRPT.fullmatch(step):
                    listed = errorlog.entries(self.service.datacenter, asked[1])
                    for line in errorlog.summary(listed).splitlines():
                        self.screen.line(line)
            elif step.lines and step.user != self.user:
                await self._run_as(step.user, step.lines)
            elif step.lines:
                self.pending = step.lines[1:]
                return self._type(prompt, step.lines[0])
            else:
                await self._settle()  # what was begun in the background gets as far as it can
                self.screen.line(f"({step.passing / SECOND:g} s pass)")
                self.clock.advance(step.passing)
                await self._settle()
                self.prompted.set()
        return None

    async def _run_as(self, user: str, lines: list[str]) -> None:
        """Run a command of another user, who has a session of his own."""
        if user not in self.others:
            self.others[user] = self._open(user)
        self.screen.line(f"{user}@{self.service.hostname}:~> " + "\n> ".join(lines))
        status = await self.others[user].run_string("\n".join(lines))
        if status:
            self.screen.line(f"[status {status}]")

    async def _settle(self) -> None:
        for _ in range(_PATIENCE // 2):
            await asyncio.sleep(0)

    def _type(self, prompt: str, line: str) -> str:
        self.screen.line(f"{prompt}{line}")
        return line


def play_text(text: str, keep: Keep = lambda _: NOTHING) -> str:
    """Play a transcript; gives its text as the console answers now.

    `keep` makes the journal of the console.
    """

    async def main() -> str:
        return await Player(parse(text), keep).play()

    return asyncio.run(main())
