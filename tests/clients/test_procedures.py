"""The procedures of SG24-7460, typed at a terminal of OpenSSH's client to a served program.

Their golden transcripts are played through pipes elsewhere. Here the same lines are typed, each
when it is the user's turn, those of a here-document at the virtual terminal itself; what stands on
the screen is the same text.
"""

import re
from pathlib import Path

import pytest
from support.clients import dialogue
from support.served import Served, serve
from support.transcript import Step, parse

from hmcsh.runtime import SECOND

pytestmark = pytest.mark.clients

GOLDEN = Path(__file__).parents[1] / "golden"
PROCEDURES = (
    "3-5-to-3-8-preparation",
    "5-1-2-removing-a-path",
    "5-5-physical-virtual-migrated-physical",
    "5-8-3-dlpar-scripts",
    "6-1-logs-typed",
    "6-3-logs-typed",
    "appendix-a-client",
)
# A terminal opened on a here-document: the call, the delimiter, the lines.
_ON_PAPER = re.compile(r"(mkvterm .*) <<\s*('?)(\w+)\2\n((?:> .*\n)*?)> \3\n")
_HERE_DOCUMENT = re.compile(r" <<\s*'?\w+'?$")
_PROMPT = re.compile(r"hscroot@hmc1:~> $")
_TURN = re.compile(
    r"(?:\n[#$>] | Open Completed\. \n  |ogin: |Password: |Terminate session\? \[y/n\] "
    r"|hscroot@hmc1:~> )$"
)
_STATUS = re.compile(r"\nstatus (\d+)\n")


class Typist:
    """Plays a transcript at a terminal; `screen` is what stands on it, with plain line ends."""

    def __init__(self, served: Served, head: str) -> None:
        self.child = dialogue(served, echo=True, size=(24, 80), options=("-e", "none"))
        self.child.delaybeforesend = None
        self.screen = ""
        self._read(_PROMPT, 0)
        self.screen = f"{head}\nhscroot@hmc1:~> "

    def _read(self, turn: "re.Pattern[str]", since: int) -> None:
        while not turn.search(self.screen, since):
            self.screen += self.child.read_nonblocking(65536, timeout=20).replace("\r", "")

    def type(self, keys: str, turn: "re.Pattern[str]" = _PROMPT) -> None:
        """Type keys, and read until it is the user's turn again."""
        since = len(self.screen)
        self.child.send(keys)
        self._read(turn, since)

    def aside(self, command: str) -> str:
        """What a command prints, of which nothing stays on the screen."""
        before = self.screen
        self.type(f"{command}\r")
        printed = self.screen.removeprefix(before)
        self.screen = before
        return printed

    def note(self, line: str) -> None:
        """Let a line stand before the prompt."""
        self.screen = re.sub(r"(\S+@\S+:~> )$", lambda prompt: f"{line}\n{prompt[1]}", self.screen)

    def step(self, step: Step) -> None:
        """Type a command, and at the virtual terminal that it opens what its here-document has."""
        command, *lines = step.lines
        if lines and _HERE_DOCUMENT.search(command):
            self.type(_HERE_DOCUMENT.sub("\r", command), _TURN)
            for line in lines[:-1]:
                # These two keys need no line end.
                self.type(line if line in ("~.", "y") else f"{line}\r", _TURN)
        else:
            self.type(f"{command}\r")
        found = _STATUS.search(self.aside("echo status $?"))
        assert found is not None, self.screen
        if found[1] != "0":
            self.note(f"[status {found[1]}]")


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_reads_at_a_terminal_as_through_pipes(name: str, tmp_path: Path) -> None:
    text = (GOLDEN / f"{name}.txt").read_text()
    transcript = parse(text)
    with serve(tmp_path, transcript.lab) as served:
        typist = Typist(served, transcript.head)
        for step in transcript.steps:
            if isinstance(step, str):
                typist.note(step)
            elif step.passing:
                typist.aside(f"sleep {step.passing / SECOND:g}")
                typist.note(f"({step.passing / SECOND:g} s pass)")
            else:
                typist.step(step)
        typist.child.close(force=True)
    shown = typist.screen.removesuffix("hscroot@hmc1:~> ")
    assert shown == _ON_PAPER.sub(r"\1\n", text)
