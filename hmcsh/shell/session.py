"""What all shells of one session share, from the login shell to the last subshell."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hmcsh.shell.api import Command, Host, Tree
from hmcsh.shell.dialects import BASH, Dialect
from hmcsh.shell.limits import Limits, Meter
from hmcsh.shell.registry import PROGRAMS

if TYPE_CHECKING:
    from hmcsh.shell.call import Handler

# The process number of the login shell; jobs count up from it. A fixed number keeps transcripts
# the same from run to run.
FIRST_PROCESS = 4200


@dataclass(slots=True)
class Session:
    """The fixed surroundings of a session and its few counters.

    ``tree`` holds files that can be changed; a console has none, its files are those of ``host``.
    """

    host: Host
    commands: Mapping[str, Command]
    tools: Mapping[str, Handler]
    caller: Any
    limits: Limits
    meter: Meter
    name: str
    restricted: bool
    interactive: bool = False
    line_numbers: bool = False
    process: int = FIRST_PROCESS
    random: random.Random = field(default_factory=lambda: random.Random(1))
    aliases: dict[str, str] = field(default_factory=dict)
    tree: Tree | None = None
    dialect: Dialect = BASH

    def prefix(self, line: int, where: str = "") -> str:
        """Return what stands before the shell's own messages.

        bash gives the line in scripts; an HMC leaves it out for a command sent by ssh and at
        the prompt (captures, V7R7.9, V8R8.2 and V9R1).
        """
        if self.line_numbers:
            return self.dialect.line.format(name=self.name, where=where, line=line)
        return f"{self.name}: {where}"

    def has_program(self, name: str) -> bool:
        """Tell whether the system has a program of this name, beside scripts."""
        return name in self.commands or name in self.tools or name in PROGRAMS

    def next_process(self) -> int:
        """Return the number of a new background job."""
        self.process += 1
        return self.process
