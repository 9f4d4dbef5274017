"""The shell of a session: an exec request, a script, or a dialogue."""

from __future__ import annotations

import asyncio
import functools
import logging
import posixpath
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import Any, TypeVar

from hmcsh.events import ShellFailed
from hmcsh.shell import builtins, tools  # noqa: F401 (they enter themselves in the registry)
from hmcsh.shell.api import Command, Host, Input, Interrupted, Output, Tree
from hmcsh.shell.call import Handler
from hmcsh.shell.dialects import BASH, Dialect
from hmcsh.shell.errors import (
    BrokenPipe,
    Exit,
    Incomplete,
    Jump,
    Problem,
    SyntaxProblem,
)
from hmcsh.shell.interpreter import Interpreter
from hmcsh.shell.limits import Limits, Meter
from hmcsh.shell.nodes import CommandList
from hmcsh.shell.parser import parse_long
from hmcsh.shell.prompt import PS1, PS2, decode
from hmcsh.shell.registry import BUILTINS, TOOLS, TREE_TOOLS
from hmcsh.shell.session import FIRST_PROCESS, Session
from hmcsh.shell.streams import InputReader
from hmcsh.shell.variables import RESTRICTED, Variable

_log = logging.getLogger("hmcsh.shell")
_INTERRUPTED = 130
_Line = TypeVar("_Line")
_SEARCH_PATH = "/usr/bin:/bin:/opt/hsc/bin"


class _Watched:
    """The session's output; what is written to it counts as progress."""

    __slots__ = ("_meter", "_output", "drain")

    def __init__(self, output: Output, meter: Meter) -> None:
        self._output = output
        self._meter = meter
        self.drain = output.drain

    def write(self, text: str) -> None:
        if text:
            self._meter.progress()
            self._output.write(text)


class Shell:
    """One shell on given streams.

    ``name`` is ``$0``, which begins the shell's messages: ``bash`` at a prompt, ``/bin/bash`` for
    a command sent by ssh (captures V7R7.9, V8R8.2). ``line_numbers`` adds ``line N:`` to them;
    by default only scripts on standard input get it, as with the bash of an HMC (inferred).
    ``without`` names text tools that this console does not have, ``only`` those that a system has
    alone. With a ``tree`` of files commands
    may change them, if the shell is not ``restricted``; ``dialect`` words its messages, ``meter``
    bounds it in another way than by the wall clock.
    """

    def __init__(
        self,
        *,
        host: Host,
        commands: Mapping[str, Command],
        caller: Any = None,
        stdin: Input,
        stdout: Output,
        stderr: Output,
        limits: Limits | None = None,
        name: str = "bash",
        environment: Mapping[str, str] | None = None,
        restricted: bool = True,
        line_numbers: bool | None = None,
        without: Collection[str] = (),
        only: Collection[str] | None = None,
        tree: Tree | None = None,
        dialect: Dialect = BASH,
        meter: Meter | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._meter = meter or Meter(self._limits)
        present: Mapping[str, Handler] = TOOLS if tree is None else {**TOOLS, **TREE_TOOLS}
        if without or only is not None:
            present = {
                n: tool
                for n, tool in present.items()
                if n not in without and (only is None or n in only)
            }
        self._session = Session(
            host,
            commands,
            present,
            caller,
            self._limits,
            self._meter,
            name,
            restricted,
            tree=tree,
            dialect=dialect,
        )
        self._line_numbers = line_numbers
        watched = _Watched(stdout, self._meter)
        self._interpreter = Interpreter(
            self._session,
            {
                0: InputReader(stdin, self._limits.held),
                1: watched,
                2: watched if stderr is stdout else _Watched(stderr, self._meter),
            },
        )
        self._command: asyncio.Task[int] | None = None
        # Is called before a line of a next command is read; what it raises ends the shell.
        self.before_reading: Callable[[], None] = lambda: None
        self.waiting = False  # for a line of its next command
        self.running = ""  # the text of the command that runs, "" if none does
        self._stdin = self._interpreter.io[0]
        self._set_variables(host, environment or {})

    def _set_variables(self, host: Host, environment: Mapping[str, str]) -> None:
        root = host.user == "root"
        exported = {
            "HOME": host.home,
            "LOGNAME": host.user,
            "USER": host.user,
            "SHELL": "/bin/hmcbash",
            "PATH": _SEARCH_PATH,
            "PWD": host.home,
            **environment,
        }
        plain = {
            "IFS": " \t\n",
            "HOSTNAME": host.hostname,
            "OPTIND": "1",
            "PS4": "+ ",
            "BASH": "/bin/bash",
            "BASH_VERSION": "3.1.17(1)-release",
            "UID": "0" if root else "500",
            "EUID": "0" if root else "500",
            "PPID": str(FIRST_PROCESS - 1),
        }
        if self._session.dialect.korn:
            del plain["BASH"], plain["BASH_VERSION"]
        read_only = ("UID", "EUID", "PPID", *(RESTRICTED if self._session.restricted else ()))
        values = {**exported, **plain}
        self._interpreter.variables.begin(
            {
                name: Variable(
                    values.get(name), exported=name in exported, readonly=name in read_only
                )
                for name in dict.fromkeys((*values, *read_only))
            }
        )

    @property
    def caller(self) -> Any:
        """What commands are told of who calls them."""
        return self._session.caller

    @property
    def status(self) -> int:
        """Exit status of the last command, as ``$?`` gives it."""
        return self._interpreter.status

    # ------------------------------------------------------------------------------ the ways

    async def run_string(self, text: str) -> int:
        """Run a text as ``bash -c`` does; return the exit status."""
        return await self._to_the_end(self._run_string(text))

    async def run_script(self) -> int:
        """Read commands from standard input and run each once it is complete.

        What a command reads from standard input it takes from the script. A syntax error ends
        the script with status 2; the commands before it have run.
        """
        return await self._to_the_end(self._run_script())

    async def interact(self, read_line: Callable[[str], Awaitable[str | None]]) -> int:
        """Hold a dialogue: prompt, read, run, until ``exit`` or the end of the input.

        ``read_line`` gets a prompt and returns a line without its newline, None at the end of
        the input; it raises Interrupted for Ctrl-C, having moved to a new line itself. After
        :meth:`interrupt` the newline is written here, to standard error.
        """
        return await self._to_the_end(self._interact(read_line))

    async def _to_the_end(self, work: Coroutine[Any, Any, int]) -> int:
        """Do the work of a shell; whatever ends it, its jobs end too."""
        try:
            return await work
        finally:
            await self._interpreter.jobs.end()

    async def _run_string(self, text: str) -> int:
        self._session.line_numbers = bool(self._line_numbers)
        shell = self._interpreter
        try:
            if len(text) > self._limits.line:
                raise Problem(f"limit exceeded: {self._limits.line} characters of commands")
            at = 0
            line = 1
            while True:
                node, end = await parse_long(text, at, self._limits.nesting, first_line=line)
                if node is None:
                    break
                line += text.count("\n", at, end)
                at, start = end, at
                await self._run(node, text[start:end])
        except (SyntaxProblem, Incomplete) as problem:
            shell.report(problem, "-c: ", text.rstrip("\n").count("\n") + 1)
        except Problem as problem:
            shell.error(problem.text)
            shell.status = problem.status
        except Exit as jump:
            shell.status = jump.status
        return await self._interpreter.finish()

    async def _run_script(self) -> int:
        self._session.line_numbers = self._line_numbers is not False
        shell = self._interpreter
        line = 1
        try:
            while True:
                text, node = await self._read_command(line)
                if node is not None:
                    await self._run(node, text)
                if not text:
                    break
                line += text.count("\n")
        except (SyntaxProblem, Incomplete) as problem:
            shell.report(problem, "", line)
        except Problem as problem:
            shell.error(problem.text)
            shell.status = problem.status
        except Exit as jump:
            shell.status = jump.status
        return await self._interpreter.finish()

    async def _interact(self, read_line: Callable[[str], Awaitable[str | None]]) -> int:
        self._session.interactive = True
        self._session.line_numbers = bool(self._line_numbers)
        shell = self._interpreter
        # Captures: `/bin/bash: ` in an exec request, `bash: ` at the prompt.
        self._session.name = shell.arg0 = posixpath.basename(self._session.name)
        shell.variables.set("PS1", shell.variables.get("PS1") or PS1)
        shell.variables.set("PS2", PS2)
        try:
            while True:
                try:
                    text, node = await self._ask(read_line)
                except Interrupted:
                    shell.status = _INTERRUPTED
                    continue
                except EOFError:
                    break
                if node is not None:
                    await self._run_interruptibly(node, text)
        except Exit as jump:
            shell.status = jump.status
        return await self._interpreter.finish()

    def interrupt(self) -> bool:
        """Stop the command that runs (Ctrl-C); tell whether there was one."""
        command = self._command
        if command is None or command.done():
            return False
        return command.cancel()

    # ------------------------------------------------------------------------------- running

    async def _run(self, node: CommandList, text: str) -> int:
        self._meter.start()
        shell = self._interpreter
        self.running = text
        try:
            return await shell.run_guarded(node)
        except (Jump, asyncio.CancelledError):
            raise
        except BrokenPipe:
            shell.status = 141
            return 141
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 (the boundary between our faults and the caller)
            _log.exception(ShellFailed(command=text))
            shell.error("internal error")
            shell.status = 1
            return 1
        finally:
            self.running = ""

    async def _run_interruptibly(self, node: CommandList, text: str) -> None:
        shell = self._interpreter
        self._command = asyncio.create_task(self._run(node, text))
        try:
            await asyncio.wait([self._command])
            if not self._command.cancelled():
                self._command.result()
                return
        finally:
            if not self._command.done():
                self._command.cancel()
                await asyncio.wait([self._command])
            self._command = None
        shell.status = _INTERRUPTED
        shell.stderr.write("\n")

    # ------------------------------------------------------------------------------- reading

    async def _next(self, read: Callable[[], Awaitable[_Line]]) -> _Line:
        self.before_reading()
        self.waiting = True
        try:
            return await read()
        finally:
            self.waiting = False

    async def _read_command(self, first_line: int) -> tuple[str, CommandList | None]:
        """Read lines from standard input up to a complete command; ``''`` at the end."""
        reader = self._stdin
        text = ""
        awaited = ""
        while True:
            line = await self._next(reader.readline)  # type: ignore[union-attr]
            text += line
            if len(text) > self._limits.line:
                raise Problem(f"limit exceeded: {self._limits.line} characters of commands")
            # What is open can only be closed by a line that holds its closing word.
            if line and awaited not in line:
                continue
            try:
                node, _ = await parse_long(
                    text, 0, self._limits.nesting, first_line=first_line, final=not line
                )
            except Incomplete as problem:
                if not line:
                    raise
                awaited = problem.closing
                continue
            return text, node

    async def _ask(
        self, read_line: Callable[[str], Awaitable[str | None]]
    ) -> tuple[str, CommandList | None]:
        """Prompt for one complete command; raises EOFError at the end of the input."""
        shell = self._interpreter
        for notice in shell.jobs.forget_done():
            shell.stderr.write(notice)
        text = ""
        prompt = "PS1"
        while True:
            ps = decode(shell, shell.variables.get(prompt) or "")
            line = await self._next(functools.partial(read_line, ps))
            if line is None:
                if text:
                    shell.report(Incomplete("", 1), "", 1)
                    return text, None
                raise EOFError
            text += line + "\n"
            try:
                if len(text) > self._limits.line:
                    raise Problem(f"limit exceeded: {self._limits.line} characters of commands")
                aliases = self._session.aliases
                node, _ = await parse_long(
                    text, 0, self._limits.nesting, final=False, aliases=aliases or None
                )
            except Incomplete:
                prompt = "PS2"
                continue
            except SyntaxProblem as problem:
                shell.report(problem, "", 1)
                return text, None
            except Problem as problem:
                shell.error(problem.text)
                shell.status = problem.status
                return text, None
            return text, node

    # ---------------------------------------------------------------------------- completion

    def words_for_completion(self, line: str, cursor: int) -> tuple[list[str], str, int, str]:
        """Return the words of the simple command before ``cursor``, and the one being typed.

        Quotes and backslashes are removed; an empty list means that a command name is typed.
        Then come where in the line the typed word starts, and the quote that is open, if any.
        """
        words: list[str] = []
        current: list[str] = []
        quote = ""
        open_word = False
        text = line[:cursor]
        start = at = 0
        while at < len(text):
            character = text[at]
            at += 1
            if quote:
                if character == quote:
                    quote = ""
                elif character == "\\" and quote == '"' and at < len(text):
                    current.append(text[at])
                    at += 1
                else:
                    current.append(character)
            elif character in "'\"":
                quote = character
                open_word = True
            elif character == "\\":
                current.append(text[at : at + 1])
                at += 1
                open_word = True
            elif character in " \t":
                if open_word:
                    words.append("".join(current))
                current, open_word, start = [], False, at
            elif character in ";|&()`\n":
                words, current, open_word, start = [], [], False, at
            else:
                current.append(character)
                open_word = True
        while words and ("=" in words[0] or words[0] in _LEADING):
            words.pop(0)
        return words, "".join(current), start, quote

    def file_names(self, typed: str) -> list[str]:
        """Return the paths that what is typed can become; a directory ends with a slash."""
        head, slash, begun = typed.rpartition("/")
        files = self._interpreter.files
        try:
            names = files.names(head + slash or ".")
        except OSError:
            return []
        return [
            f"{head}{slash}{name}{'/' if files.kind(f'{head}{slash}{name}') == 'd' else ''}"
            for name in names
            if name.startswith(begun) and (begun or not name.startswith("."))
        ]

    @property
    def command_names(self) -> list[str]:
        """The names of all builtins, tools, commands and functions, sorted."""
        session = self._session
        names = {*BUILTINS, *session.tools, *session.commands, *self._interpreter.functions}
        return sorted(names)


_LEADING = frozenset(["if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"])
