"""The interpreter: walks syntax trees, keeps a shell's state, calls commands by name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from hmcsh.shell.api import Output
from hmcsh.shell.compound import WALK
from hmcsh.shell.errors import (
    Exhausted,
    Exit,
    Fatal,
    Incomplete,
    Jump,
    LimitExceeded,
    LoopJump,
    Problem,
    Return,
    SyntaxProblem,
    Unset,
)
from hmcsh.shell.expansion import Expander
from hmcsh.shell.files import Files
from hmcsh.shell.jobs import Jobs
from hmcsh.shell.limits import Limits, Meter
from hmcsh.shell.nodes import (
    CommandList,
    Function,
    Node,
)
from hmcsh.shell.parser import parse_long
from hmcsh.shell.redirections import writer
from hmcsh.shell.session import FIRST_PROCESS, Session
from hmcsh.shell.streams import Pipe, Stream
from hmcsh.shell.variables import Variables

_log = logging.getLogger("hmcsh.shell")

# Every so many levels the walk goes on in a task of its own, whose Python stack is empty: the
# depth of a script is then bounded by Limits.depth and not by the interpreter underneath.
_LEVELS_PER_TASK = 10
_DYNAMIC = frozenset(["LINENO", "RANDOM", "SECONDS", "FUNCNAME", "PIPESTATUS", "BASH_SUBSHELL"])


@dataclass(frozen=True, slots=True)
class Options:
    """What ``set`` and ``set -o`` turn on."""

    errexit: bool = False
    nounset: bool = False
    xtrace: bool = False
    noglob: bool = False
    noexec: bool = False
    verbose: bool = False
    pipefail: bool = False
    braceexpand: bool = True


class Interpreter:
    """One shell: the login shell, or a subshell that began as a copy of its parent."""

    def __init__(self, session: Session, io: dict[int, Stream]) -> None:
        self.session = session
        self.host = session.host
        self.limits: Limits = session.limits
        self.meter: Meter = session.meter
        self.io = io
        self.variables = Variables(session.limits.variables)
        self.functions: dict[str, Function] = {}
        self.positional: list[str] = []
        self.arg0 = session.name
        self.options = Options()
        self.traps: dict[str, str] = {}
        self.status = 0
        self.pipe_status = [0]
        self.line = 1
        self.depth = 0
        self.subshell = 0
        self.loops = 0
        self.calls: list[str] = []
        self.sources = 0
        self.guards = 0
        self.substitution_status: int | None = None
        self.last_job = ""
        self.keep_io = False
        self.opened: list[Pipe] = []  # pipes of "<( )" that end with the command at hand
        self.started = session.host.now()
        self.directory = session.host.home
        self.mask = 0o022
        self._set_up()

    def _set_up(self) -> None:
        self.jobs = Jobs(self)
        self.files = Files(self)
        self.expander = Expander(self)

    def fork(self, io: dict[int, Stream] | None = None) -> Interpreter:
        """Return a subshell: a copy whose changes stay its own."""
        child = object.__new__(Interpreter)
        child.__dict__.update(self.__dict__)
        child.io = dict(self.io) if io is None else io
        child.variables = self.variables.fork()
        child.functions = self.functions.copy()
        child.positional = self.positional.copy()
        child.traps = {}
        child.depth = self.depth + 1
        child.subshell = self.subshell + 1
        child.loops = 0
        child.calls = self.calls.copy()
        child.keep_io = False
        child.opened = []
        child._set_up()
        return child

    # --------------------------------------------------------------------------- small things

    @property
    def stderr(self) -> Output:
        """Standard error."""
        return writer(self.io.get(2))  # type: ignore[return-value]

    def home(self) -> str:
        """Return the home directory."""
        return self.variables.get("HOME") or self.host.home

    def short_directory(self) -> str:
        """Return the working directory, with ``~`` for the home directory."""
        home = self.home()
        if self.directory == home or self.directory.startswith(f"{home}/"):
            return "~" + self.directory[len(home) :]
        return self.directory

    def error(self, text: str, where: str = "") -> None:
        """Write one of the shell's own messages; ``where`` names the part that speaks."""
        self.stderr.write(f"{self.session.prefix(self.line, where)}{text}\n")

    def report(self, problem: SyntaxProblem | Incomplete, where: str, lines: int) -> None:
        """Write the message about a text of ``lines`` lines that cannot be read; status 2."""
        near = None
        if isinstance(problem, SyntaxProblem):
            self.line, message, near = problem.line, problem.text, problem.near
        elif problem.quote:
            self.line = problem.line
            message = f"unexpected EOF while looking for matching `{problem.closing}'"
        else:
            self.line = lines + 1
            message = "syntax error: unexpected end of file"
        self.error(message, where)
        if near is not None and not self.session.interactive:
            self.error(f"`{near}'", where)
        self.status = 2

    def parameter(self, name: str) -> str | None:
        """Return the value of a variable, or of a positional or special parameter."""
        value = self.variables.get(name)
        if value is not None:
            return value
        if name.isdigit():
            index = int(name[:9])
            if not index:
                return self.arg0
            return self.positional[index - 1] if index <= len(self.positional) else None
        special = _SPECIAL.get(name)
        return special(self) if special else None

    def elements(self, name: str) -> dict[int, str]:
        """Return the elements of an array; not to be changed."""
        if name in _DYNAMIC and self.variables.find(name) is None:
            if name == "PIPESTATUS":
                return {i: str(status) for i, status in enumerate(self.pipe_status)}
            if name == "FUNCNAME":
                return dict(enumerate([*reversed(self.calls), *(["main"] if self.calls else [])]))
        return self.variables.elements(name)

    def assign(self, name: str, value: str, *, append: bool = False) -> None:
        """Assign a variable as a command line does: appending, and integers evaluated."""
        variable = self.variables.find(name)
        if name == "RANDOM" and value.isdigit():
            self.session.random.seed(int(value[:18]))
            return
        if variable is not None and variable.integer:
            try:
                text = f"({self.variables.get(name) or 0})+({value or 0})" if append else value
                value = str(self.expander_number(text))
            except LimitExceeded:
                raise
            except Problem as problem:
                raise Fatal(problem.text) from None
        elif append:
            value = (self.variables.get(name) or "") + value
        if len(value) > self.limits.value:
            raise LimitExceeded(f"limit exceeded: {self.limits.value} characters of one word")
        self.variables.set(name, value)

    def expander_number(self, text: str) -> int:
        """Return the value of an arithmetic text; raises Problem."""
        from hmcsh.shell.arithmetic import evaluate

        return evaluate(text, self.expander)

    async def nested(self, walk: Coroutine[Any, Any, int]) -> int:
        """Run what goes one level deeper; raises LimitExceeded beyond the bound."""
        self.depth += 1
        try:
            if self.depth > self.limits.depth:
                walk.close()
                raise LimitExceeded(f"limit exceeded: {self.limits.depth} levels of calls")
            if self.depth % _LEVELS_PER_TASK:
                return await walk
            return await asyncio.create_task(walk)
        finally:
            self.depth -= 1

    # -------------------------------------------------------------------------- whole texts

    async def run_text(self, text: str, first_line: int = 1) -> int:
        """Run all complete commands of ``text`` in this shell, as ``eval`` does.

        Raises SyntaxProblem or Incomplete when it comes to a command that cannot be read.
        """
        if len(text) > self.limits.line:
            raise LimitExceeded(f"limit exceeded: {self.limits.line} characters of commands")
        at = 0
        line = first_line
        status = 0
        while True:
            node, end = await parse_long(text, at, self.limits.nesting, first_line=line)
            if node is None:
                return status
            line += text.count("\n", at, end)
            at = end
            status = await self.run(node)

    async def run_guarded(self, node: CommandList, *, outermost: bool = True) -> int:
        """Run one complete command of a shell that goes on after what stops the command.

        What has used up its time or its steps ends with the command of the outermost shell.
        """
        try:
            self.status = await self.run(node)
        except Exhausted as problem:
            if not outermost:
                raise
            self.error(problem.text)
            self.status = problem.status
        except Unset as problem:
            self.error(problem.text)
            self.status = 1 if self.session.interactive else problem.status
            if not self.session.interactive:
                raise Exit(self.status) from None
        except Problem as problem:
            self.error(problem.text)
            self.status = problem.status
        except LoopJump:
            self.status = 0
        except Return as jump:
            self.status = jump.status
        except RecursionError:
            self.error("limit exceeded: nesting")
            self.status = 1
        return self.status

    async def run_trap(self, name: str) -> None:
        """Run the commands of a trap; what it ends with is not the shell's business."""
        action = self.traps.pop(name, "")
        if not action:
            return
        status = self.status
        try:
            await self.run_text(action, self.line)
        except (SyntaxProblem, Incomplete) as problem:
            self.report(problem, "trap: ", self.line)
        self.status = status

    async def finish(self) -> int:
        """Run the EXIT trap; return the exit status."""
        try:
            await self.run_trap("EXIT")
        except Exit as jump:
            self.status = jump.status
        except Problem as problem:
            self.error(problem.text)
        except Jump:
            _log.debug("a loop was left from the EXIT trap, which ends the trap alone")
        return self.status

    # ------------------------------------------------------------------------ the tree walk

    async def run(self, node: Node) -> int:
        """Run a command; return, and keep in ``status``, its exit status."""
        self.status = status = await WALK[type(node)](self, node)
        return status

    async def run_asked(self, node: Node) -> int:
        """Run a command whose failure is an answer, not an error."""
        self.guards += 1
        try:
            return await self.run(node)
        finally:
            self.guards -= 1

    def close_opened(self, mark: int) -> None:
        """Close the pipes of process substitutions that were opened since ``mark``."""
        while len(self.opened) > mark:
            self.opened.pop().close()


_SPECIAL: dict[str, Callable[[Interpreter], str | None]] = {
    "?": lambda shell: str(shell.status),
    "#": lambda shell: str(len(shell.positional)),
    "$": lambda shell: str(FIRST_PROCESS),
    "!": lambda shell: shell.last_job or None,
    "-": lambda shell: _flags(shell),
    "RANDOM": lambda shell: str(shell.session.random.randrange(32768)),
    "LINENO": lambda shell: str(shell.line),
    "SECONDS": lambda shell: str(int((shell.host.now() - shell.started).total_seconds())),
    "FUNCNAME": lambda shell: shell.calls[-1] if shell.calls else None,
    "PIPESTATUS": lambda shell: str(shell.pipe_status[0]),
    "BASH_SUBSHELL": lambda shell: str(shell.subshell),
    "BASHPID": lambda shell: str(FIRST_PROCESS),
}


def _flags(shell: Interpreter) -> str:
    options = shell.options
    letters = [
        ("e", options.errexit),
        ("f", options.noglob),
        ("h", True),
        ("i", shell.session.interactive),
        ("r", shell.session.restricted),
        ("u", options.nounset),
        ("v", options.verbose),
        ("x", options.xtrace),
        ("B", options.braceexpand),
    ]
    return "".join(letter for letter, on in letters if on)
