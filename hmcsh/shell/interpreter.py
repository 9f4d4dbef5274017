"""The interpreter: walks syntax trees, keeps a shell's state, calls commands by name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from hmcsh.shell import patterns
from hmcsh.shell.api import Invocation, Output
from hmcsh.shell.call import Call
from hmcsh.shell.conditions import holds
from hmcsh.shell.errors import (
    BrokenPipe,
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
    AndOr,
    ArithmeticCommand,
    ArithmeticFor,
    Assignment,
    Background,
    Case,
    CommandList,
    Conditional,
    For,
    Function,
    Group,
    If,
    Node,
    Pipeline,
    Redirected,
    Simple,
    Subshell,
    While,
    Word,
)
from hmcsh.shell.parser import parse_line
from hmcsh.shell.redirections import reader, redirected, writer
from hmcsh.shell.registry import BUILTINS, TOOLS, Declared
from hmcsh.shell.session import FIRST_PROCESS, Session
from hmcsh.shell.streams import Capture, Pipe, Stream
from hmcsh.shell.variables import Variables

_log = logging.getLogger("hmcsh")

# Every so many levels the walk goes on in a task of its own, whose Python stack is empty: the
# depth of a script is then bounded by Limits.depth and not by the interpreter underneath.
_LEVELS_PER_TASK = 10
_DYNAMIC = frozenset(["LINENO", "RANDOM", "SECONDS", "FUNCNAME", "PIPESTATUS", "BASH_SUBSHELL"])


@dataclass(slots=True)
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
        child.options = replace(self.options)
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
        """Return the home directory, where a restricted shell always is."""
        return self.variables.get("HOME") or self.host.home

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
            raise LimitExceeded(f"limit exceeded: {self.limits.value} characters of one variable")
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
            node, end = parse_line(text, at, self.limits.nesting, first_line=line)
            if node is None:
                return status
            line += text.count("\n", at, end)
            at = end
            status = await self.run(node)

    async def run_guarded(self, node: CommandList) -> int:
        """Run one complete command of a shell that goes on after what stops the command."""
        try:
            self.status = await self.run(node)
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

    # ------------------------------------------------------------------------ the tree walk

    async def run(self, node: Node) -> int:
        """Run a command; return, and keep in ``status``, its exit status."""
        self.status = status = await _WALK[type(node)](self, node)
        return status

    async def _list(self, node: CommandList) -> int:
        status = 0
        for item in node.items:
            self.status = status = await _WALK[type(item)](self, item)
            if status and not self.guards and not (
                isinstance(item, AndOr) or (isinstance(item, Pipeline) and item.negated)
            ):
                await self._failed(status)
        return status

    async def _failed(self, status: int) -> None:
        """React to a failure that nothing has asked about: the ERR trap, ``set -e``."""
        if "ERR" in self.traps:
            action = self.traps["ERR"]
            await self.run_trap("ERR")
            self.traps["ERR"] = action
        if self.options.errexit:
            raise Exit(status)

    async def _asked(self, node: Node) -> int:
        """Run a command whose failure is an answer, not an error."""
        self.guards += 1
        try:
            return await self.run(node)
        finally:
            self.guards -= 1

    async def _and_or(self, node: AndOr) -> int:
        status = await self._asked(node.first)
        last = len(node.rest) - 1
        for at, (operator, item) in enumerate(node.rest):
            if (operator == "&&") == (status == 0):
                if at == last:
                    status = await self.run(item)
                    if status and not self.guards and not (
                        isinstance(item, Pipeline) and item.negated
                    ):
                        await self._failed(status)
                else:
                    status = await self._asked(item)
        return status

    async def _background(self, node: Background) -> int:
        self.jobs.start(node)
        return 0

    async def _group(self, node: Group) -> int:
        return await self.nested(self._list(node.body))

    async def _subshell(self, node: Subshell) -> int:
        child = self.fork()
        status = await self.nested(child.complete(node.body, guarded=self.guards > 0))
        self.jobs.adopt(child.jobs)
        return status

    async def _if(self, node: If) -> int:
        for condition, body in node.branches:
            if await self._asked(condition) == 0:
                return await self.nested(self._list(body))
        if node.otherwise is not None:
            return await self.nested(self._list(node.otherwise))
        return 0

    async def _while(self, node: While) -> int:
        return await self.nested(self._loop(node))

    async def _loop(self, node: While) -> int:
        status = 0
        meter = self.meter
        self.loops += 1
        try:
            while True:
                if meter.due():
                    await meter.pause()
                try:
                    if (await self._asked(node.condition) == 0) == node.until:
                        return status
                    status = await self._list(node.body)
                except LoopJump as jump:
                    if self._leave(jump):
                        return 0
        finally:
            self.loops -= 1

    def _leave(self, jump: LoopJump) -> bool:
        """Tell whether a jump that arrived at this loop ends it; pass on one meant for another."""
        if jump.levels > 1 and self.loops > 1:
            jump.levels -= 1
            raise jump
        return not jump.again

    async def _for(self, node: For) -> int:
        values = (
            self.positional.copy() if node.words is None else await self.expander.fields(node.words)
        )
        return await self.nested(self._for_each(node, values))

    async def _for_each(self, node: For, values: list[str]) -> int:
        status = 0
        self.loops += 1
        try:
            for value in values:
                if self.meter.due():
                    await self.meter.pause()
                self.line = node.line
                self.assign(node.name, value)
                try:
                    status = await self._list(node.body)
                except LoopJump as jump:
                    status = 0
                    if self._leave(jump):
                        break
        finally:
            self.loops -= 1
        return status

    async def _arithmetic_for(self, node: ArithmeticFor) -> int:
        return await self.nested(self._arithmetic_loop(node))

    async def _arithmetic_loop(self, node: ArithmeticFor) -> int:
        status = 0
        self.loops += 1
        try:
            await self._clause(node.start)
            while await self._clause(node.condition):
                if self.meter.due():
                    await self.meter.pause()
                try:
                    status = await self._list(node.body)
                except LoopJump as jump:
                    status = 0
                    if self._leave(jump):
                        break
                await self._clause(node.step)
        except LimitExceeded:
            raise
        except Fatal:
            raise
        except Problem as problem:
            self.error(f"((: {problem.text}")
            return 1
        finally:
            self.loops -= 1
        return status

    async def _clause(self, word: Word) -> int:
        return await self.expander.number(word) if word.source else 1

    async def _case(self, node: Case) -> int:
        text = await self.expander.text(node.word)
        for alternatives, body in node.clauses:
            for word in alternatives:
                if self.meter.due():
                    await self.meter.pause()
                if patterns.matches(await self.expander.pattern(word), text):
                    return await self.nested(self._list(body)) if body.items else 0
        return 0

    async def _define(self, node: Function) -> int:
        self.functions[node.name] = node
        return 0

    async def _arithmetic(self, node: ArithmeticCommand) -> int:
        self.line = node.line
        if self.meter.due():
            await self.meter.pause()
        try:
            return int(await self.expander.number(node.expression) == 0)
        except Fatal:
            raise
        except Problem as problem:
            self.error(f"((: {problem.text}")
            return 1

    async def _conditional(self, node: Conditional) -> int:
        self.line = node.line
        if self.meter.due():
            await self.meter.pause()
        try:
            return int(not await holds(self, node.expression))
        except Fatal:
            raise
        except Problem as problem:
            self.error(f"[[: {problem.text}" if problem.text else "")
            return problem.status

    async def _redirected(self, node: Redirected) -> int:
        self.line = node.line
        saved = self.io
        opened = len(self.opened)
        try:
            self.io = await redirected(self, node.redirections)
        except Fatal:
            raise
        except Problem as problem:
            self.error(problem.text)
            return 1
        try:
            return await self.run(node.body)
        finally:
            self.io = saved
            self._close(opened)

    # ------------------------------------------------------------------------------ pipelines

    async def _pipeline(self, node: Pipeline) -> int:
        started = self.host.now()
        if not node.commands:
            status = 0
        elif len(node.commands) > 1:
            status = await self._stages(node.commands)
        elif node.negated:
            status = await self._asked(node.commands[0])
        else:
            status = await self.run(node.commands[0])
        if node.timed:
            passed = (self.host.now() - started).total_seconds()
            minutes, seconds = divmod(passed, 60)
            real = f"{int(minutes)}m{seconds:.3f}s"
            self.stderr.write(f"\nreal\t{real}\nuser\t0m0.000s\nsys\t0m0.000s\n")
        return int(not status) if node.negated else status

    async def _stages(self, commands: tuple[Node, ...]) -> int:
        """Run the stages of a pipeline side by side, the last one in this task."""
        meter = self.meter
        if meter.processes + len(commands) > self.limits.processes:
            raise LimitExceeded(f"limit exceeded: {self.limits.processes} processes", 254)
        meter.processes += len(commands)
        tasks: list[asyncio.Task[int]] = []
        source: Stream | None = self.io.get(0)
        guarded = self.guards > 0
        try:
            for command in commands[:-1]:
                pipe = Pipe(self.limits)
                child = self._stage_shell(source, pipe)
                tasks.append(asyncio.create_task(child.stage(command, source, pipe, guarded)))
                source = pipe
            child = self._stage_shell(source, self.io.get(1))
            last = await self.nested(child.stage(commands[-1], source, None, guarded))
            statuses = [await task for task in tasks]
        finally:
            meter.processes -= len(commands)
            await settle(tasks)
        statuses.append(last)
        self.pipe_status = statuses
        if self.options.pipefail:
            return next((status for status in reversed(statuses) if status), 0)
        return last

    def _stage_shell(self, source: Stream | None, sink: Stream | None) -> Interpreter:
        io = dict(self.io)
        for number, stream in ((0, source), (1, sink)):
            if stream is None:
                io.pop(number, None)
            else:
                io[number] = stream
        return self.fork(io)

    async def stage(
        self, node: Node, source: Stream | None, sink: Pipe | None, guarded: bool
    ) -> int:
        """Run one stage of a pipeline in this subshell, then close its ends of the pipes."""
        try:
            return await self.complete(node, guarded=guarded)
        finally:
            await self.jobs.finish()
            if sink is not None:
                sink.end()
            if isinstance(source, Pipe):
                source.close()

    async def complete(self, node: Node, *, guarded: bool = False) -> int:
        """Run ``node`` as all that this subshell does; return the subshell's exit status."""
        self.guards = 1 if guarded else 0
        try:
            status = await self._to_the_end(node)
            if "EXIT" in self.traps:
                self.status = status
                status = await self._exit_trap(status)
            return status
        except BrokenPipe:
            return 141

    async def _to_the_end(self, node: Node) -> int:
        try:
            return await self.run(node)
        except Exit as jump:
            return jump.status
        except Return as jump:
            return jump.status
        except LoopJump:
            return 0
        except Problem as problem:
            self.error(problem.text)
            return 1 if isinstance(problem, Unset) else problem.status
        except RecursionError:
            self.error("limit exceeded: nesting")
            return 1

    async def _exit_trap(self, status: int) -> int:
        try:
            await self.run_trap("EXIT")
        except Exit as jump:
            return jump.status
        except (Jump, Problem):
            return status
        return status

    async def capture(self, body: CommandList) -> str:
        """Return the output of a command substitution."""
        output = Capture(self.limits.held)
        child = self.fork({**self.io, 1: output})
        self.meter.processes += 1
        try:
            if self.meter.processes > self.limits.processes:
                raise LimitExceeded(f"limit exceeded: {self.limits.processes} processes", 254)
            # bash(1) set -e: command substitutions do not inherit it.
            child.options.errexit = False
            status = await self.nested(child.complete(body))
            await child.jobs.finish()
        finally:
            self.meter.processes -= 1
        self.substitution_status = status
        return output.text().rstrip("\n").replace("\0", "")

    async def process_substitution(self, body: CommandList) -> str:
        """Start the commands of ``<( )``; return the name of the descriptor to read them from."""
        number = next((n for n in range(63, 9, -1) if n not in self.io), 0)
        if not number:
            raise Problem("process substitution: Too many open files")
        pipe = Pipe(self.limits)
        child = self.fork({**self.io, 1: pipe})
        self.io = {**self.io, number: pipe}
        self.opened.append(pipe)
        self.jobs.attach(child.stage(body, None, pipe, False))
        return f"/dev/fd/{number}"

    # ------------------------------------------------------------------------ simple commands

    async def _simple(self, node: Simple) -> int:
        meter = self.meter
        if meter.due():
            await meter.pause()
        self.line = node.line
        saved = self.io
        opened = len(self.opened)
        try:
            try:
                args = await self._arguments(node)
                if not args:
                    return await self._only_assignments(node)
                if node.redirections:
                    self.io = await redirected(self, node.redirections)
            except Fatal:
                raise
            except Problem as problem:
                self.error(problem.text)
                return problem.status
            if self.options.xtrace:
                self._trace(node, args)
            return await self._call(args, node.assignments)
        finally:
            if self.keep_io:
                self.keep_io = False
            else:
                self.io = saved
                if len(self.opened) > opened:
                    self._close(opened)

    def _close(self, mark: int) -> None:
        """Close the pipes of process substitutions that were opened since ``mark``."""
        while len(self.opened) > mark:
            self.opened.pop().close()

    async def _arguments(self, node: Simple) -> list[str]:
        words = node.words
        if not any(isinstance(word, Assignment) for word in words):
            return await self.expander.fields(words)  # type: ignore[arg-type]
        args: list[str] = []
        for word in words:
            if not isinstance(word, Assignment):
                args.extend(await self.expander.fields([word]))
            elif word.elements is not None:
                elements = await self.expander.array(word)
                args.append(Declared(word.name, elements))
            else:
                value = await self.expander.assigned(word.value or Word((), "", ""))
                sign = "+=" if word.append else "="
                index = f"[{word.index.source}]" if word.index is not None else ""
                args.append(f"{word.name}{index}{sign}{value}")
        return args

    async def _only_assignments(self, node: Simple) -> int:
        self.substitution_status = None
        # "$?" on the right side still is the status of the command before.
        for assignment in node.assignments:
            await self.expander.assign(assignment)
            if self.options.xtrace and assignment.value is not None:
                value = self.variables.get(assignment.name)
                self.stderr.write(f"+ {assignment.name}={value}\n")
        if node.redirections:
            await redirected(self, node.redirections)
        self.pipe_status = [self.substitution_status or 0]
        return self.substitution_status or 0

    def _trace(self, node: Simple, args: list[str]) -> None:
        from hmcsh.shell.quoting import quote

        self.stderr.write("+ " + " ".join(quote(arg) for arg in args) + "\n")

    async def _call(self, args: list[str], assignments: tuple[Assignment, ...]) -> int:
        name = args[0]
        function = self.functions.get(name)
        builtin = BUILTINS.get(name)
        if not assignments:
            if function is not None:
                status = await self.nested(self._function(function, args))
            elif builtin is not None:
                status = await self.contained(builtin, args)
            else:
                status = await self.external(args, self.variables.environment())
        else:
            status = await self._call_with(args, assignments, function, builtin)
        self.pipe_status = [status]
        return status

    async def _call_with(
        self,
        args: list[str],
        assignments: tuple[Assignment, ...],
        function: Function | None,
        builtin: Callable[[Call], Awaitable[int]] | None,
    ) -> int:
        """Call a command with assignments in front of it, which last as long as it does."""
        self.variables.push()
        try:
            for assignment in assignments:
                try:
                    self.variables.hide(assignment.name, keep=True)
                    await self.expander.assign(assignment)
                    self.variables.mark(assignment.name, exported=True)
                except LimitExceeded:
                    raise
                except Fatal as problem:
                    self.error(problem.text)
            if function is not None:
                return await self.nested(self._function(function, args))
            if builtin is not None:
                return await self.contained(builtin, args)
            return await self.external(args, self.variables.environment())
        finally:
            self.variables.pop()

    async def _function(self, function: Function, args: list[str]) -> int:
        saved = self.positional, self.loops
        self.positional = args[1:]
        self.loops = 0
        self.calls.append(args[0])
        self.variables.push()
        try:
            return await self.run(function.body)
        except Return as jump:
            return jump.status
        finally:
            self.variables.pop()
            self.calls.pop()
            self.positional, self.loops = saved

    async def external(self, args: list[str], environment: dict[str, str]) -> int:
        """Call what is neither function nor builtin: an HMC command or a text tool."""
        name = args[0]
        if "/" in name:
            if self.session.restricted:
                self.error(f"{name}: restricted: cannot specify `/' in command names")
                return 1
            self.error(f"{name}: No such file or directory")
            return 127
        command = self.session.commands.get(name)
        if command is not None:
            invocation = Invocation(
                name,
                tuple(args[1:]),
                reader(self.io.get(0)),
                writer(self.io.get(1)),  # type: ignore[arg-type]
                self.stderr,
                environment,
                self.session.caller,
                self.files.read,
            )
            status = await self._bounded(command(invocation), args)
            self.meter.progress()
            return status
        tool = TOOLS.get(name)
        if tool is not None:
            return await self.contained(tool, args)
        self.error(f"{name}: command not found")
        return 127

    async def contained(self, handler: Callable[[Call], Awaitable[int]], args: list[str]) -> int:
        """Call a builtin or a tool."""
        return await self._bounded(handler(Call(self, args[0], args[1:])), args)

    async def _bounded(self, call: Awaitable[int], args: list[str]) -> int:
        """Await a command; a fault of ours in it is logged, and the caller gets one line."""
        try:
            status = await call
            output = self.io.get(1)
            if output is not None:
                await output.drain()  # type: ignore[union-attr]
            return status
        except (Jump, Fatal, BrokenPipe, SyntaxProblem, Incomplete, ConnectionError):
            raise
        except Problem as problem:
            if problem.bare:
                self.error(problem.text)
            elif args[0] in TOOLS and args[0] not in BUILTINS:
                self.stderr.write(f"{args[0]}: {problem.text}\n")
            else:
                self.error(f"{args[0]}: {problem.text}")
            return problem.status
        except Exception:  # noqa: BLE001 (the boundary between our faults and the caller)
            _log.exception("command failed: %s", " ".join(args)[:2000])
            self.error(f"{args[0]}: internal error")
            return 1


async def settle(tasks: list[asyncio.Task[int]]) -> None:
    """Cancel what still runs of ``tasks`` and wait until nothing does."""
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    if tasks:
        await asyncio.gather(*tasks, return_exceptions=True)


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


_WALK: dict[type, Callable[[Interpreter, Any], Awaitable[int]]] = {
    Simple: Interpreter._simple,
    CommandList: Interpreter._list,
    Pipeline: Interpreter._pipeline,
    AndOr: Interpreter._and_or,
    Background: Interpreter._background,
    Group: Interpreter._group,
    Subshell: Interpreter._subshell,
    If: Interpreter._if,
    While: Interpreter._while,
    For: Interpreter._for,
    ArithmeticFor: Interpreter._arithmetic_for,
    Case: Interpreter._case,
    Function: Interpreter._define,
    ArithmeticCommand: Interpreter._arithmetic,
    Conditional: Interpreter._conditional,
    Redirected: Interpreter._redirected,
}
