"""A console in service: who may log in, and the shell that each session gets.

This is where shell, commands and model meet; the ssh server and the local programs both use it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import functools
import itertools
import logging
import math
import posixpath
import shlex
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from hmcsh.commands.hmc import COMMANDS, Caller, executable, names_at
from hmcsh.commands.hmc.common import unemulated
from hmcsh.commands.hmc.common.guesses import Guard
from hmcsh.commands.hmc.common.journal import NOTHING, Journal
from hmcsh.commands.hmc.common.observer import NOBODY, Observer
from hmcsh.commands.hmc.common.passwords import opens
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service import usage
from hmcsh.events import CommandEnded
from hmcsh.guest.login import ConsoleLogIn
from hmcsh.guest.scripts import run_script
from hmcsh.language.completion import complete
from hmcsh.language.levels import Level, Span
from hmcsh.language.secrets import escaped, masked, masked_line
from hmcsh.migration.engine import Mobility
from hmcsh.model import addresses
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.users import User
from hmcsh.shell import Input, Invocation, Limits, Output, Shell, settle
from hmcsh.shell.quoting import backslashed

_log = logging.getLogger("hmcsh")

_Executable = Callable[[Invocation], Awaitable[int]]


def _by_name(name: str) -> _Executable:
    """Make what the shell calls for a name; the command itself is loaded at its first call."""

    async def execute(invocation: Invocation) -> int:
        return await executable(COMMANDS[name])(invocation)

    return execute


def _observed(name: str, call: _Executable) -> _Executable:
    """Tell the caller's observer and the log of every call, however it ends."""

    async def execute(invocation: Invocation) -> int:
        begun, status = time.perf_counter(), None
        try:
            status = await call(invocation)
            return status
        finally:
            _tell(invocation, name, status, time.perf_counter() - begun)

    return execute


def _tell(invocation: Invocation, name: str, status: int | None, seconds: float) -> None:
    caller: Caller = invocation.caller
    caller.observer.command_ended(name, status, seconds)
    if _log.isEnabledFor(logging.INFO):
        _log.info(
            CommandEnded(
                user=caller.user.name,
                console=caller.console.name,
                command=shlex.join((name, *masked(invocation.args))),
                status=status,
                duration=round(seconds, 6),
            )
        )


async def _man(level: Level, invocation: Invocation) -> int:
    """Show pages of the console's own commands; the module is loaded at the first call."""
    from hmcsh.manual.shown import show

    return await show(level, invocation)


# Every command that is observed, at whatever level.
OBSERVED = frozenset({*COMMANDS, *unemulated.NAMES, "man"})


@functools.cache
def _executables(level: Level) -> Mapping[str, _Executable]:
    calls: dict[str, _Executable] = {
        **dict.fromkeys(unemulated.names_at(level), unemulated.refuse),
        **{name: _by_name(name) for name in names_at(level)},
        "man": functools.partial(_man, level),
    }
    return {name: _observed(name, call) for name, call in calls.items()}


_COMMAND_SHOWN = 1000  # characters of a command
_NOBODY = User("nobody")  # is asked for his password where there is no such user

# Since when a console has a text tool, where it has not always been there (inferred).
TOOL_SPANS = {"timeout": Span(since=Level.parse("V8R8.1.0"))}


@functools.cache
def _missing_tools(level: Level) -> frozenset[str]:
    return frozenset(name for name, span in TOOL_SPANS.items() if not span.covers(level))


@dataclasses.dataclass(slots=True)
class LogIn:
    """A session of a user, with a shell of its own.

    `terminal` is "" where it has none; `since` is the console's time, `began` the machine's.
    """

    console: str
    user: str
    terminal: str
    since: datetime.datetime
    began: datetime.datetime
    origin: str
    shell: Shell
    _seen: tuple[str, str] = ("", "")

    @property
    def command(self) -> str:
        """What runs now, as it may be shown to others; "" if nothing does."""
        text = self.shell.running
        if text is not self._seen[0]:  # masking a long one takes its time
            self._seen = text, escaped(masked_line(text.strip())[:_COMMAND_SHOWN])
        return self._seen[1]


class VirtualHost:
    """The console as a user's shell sees it: name, time, read-only files, who is logged in."""

    def __init__(self, console: ConsoleService, user: User) -> None:
        self._console = console
        self.hostname = console.hostname
        self.user = user.name
        self.home = f"/home/{user.name}"

    def now(self) -> datetime.datetime:
        """Calendar time of the console."""
        return self._console.datacenter.now()

    async def sleep(self, seconds: float) -> None:
        """Wait for that long in virtual time."""
        await self._console.datacenter.clock.sleep(int(seconds * 1_000_000_000))

    async def within(self, task: asyncio.Task[int], seconds: float) -> bool:
        """Let a task run for so much virtual time, which this does not make pass.

        While the clock stands still, as for a command that waits for input, real seconds count.
        """
        clock = self._console.datacenter.clock
        watch = clock.watch(int(seconds * 1_000_000_000), task.cancel)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=seconds)
                if clock.idle:
                    break
            return task.done() and not task.cancelled()
        finally:
            await settle([task])
            watch.cancel()

    def read_file(self, path: str) -> str:
        """Text of a file of the inventory or of `/proc`. Raises OSError."""
        files = self._console.files()
        path = posixpath.normpath(posixpath.join(self.home, path))
        if path in files:
            return files[path]
        if any(name.startswith(f"{path.rstrip('/')}/") for name in files):
            raise IsADirectoryError(path)
        raise FileNotFoundError(path)

    def list_directory(self, path: str) -> list[str]:
        """Names in a directory of such files. Raises OSError."""
        files = self._console.files()
        path = posixpath.normpath(posixpath.join(self.home, path))
        if path in files:
            raise NotADirectoryError(path)
        start = path.rstrip("/") + "/"
        names = {name[len(start) :].split("/")[0] for name in files if name.startswith(start)}
        if not names and path != self.home:
            raise FileNotFoundError(path)
        return sorted(names)

    def reach(self, name: str) -> tuple[str, bool] | None:
        """Return a host's address and whether it answers now; None for an unknown name.

        The console itself, the service processors and the partitions that run have addresses.
        """
        if name == "localhost":
            return self._console.console.ip_address, True
        return addresses.reach(self._console.datacenter, name)

    def sessions(self) -> list[tuple[str, str, datetime.datetime, str]]:
        """Everyone who is logged in with a terminal."""
        return [
            (entry.user, entry.terminal, entry.since, entry.origin)
            for entry in self._console.sessions()
            if entry.terminal
        ]


def equip(datacenter: Datacenter) -> None:
    """Let users log in to the operating systems of partitions, and scripts run there."""
    datacenter.log_in, datacenter.run_script = ConsoleLogIn, run_script


class ConsoleService:
    """One Hardware Management Console over a datacenter.

    At the pace "instant" each command first lets what is under way end, for at most
    `settle_limit` real seconds; None waits without limit, which suits a single session.
    Consoles of one datacenter share its `mobility`; `journal` keeps what users change. `limits` are
    those of each shell; `guard` counts passwords that are tried by commands, `observer` is told
    of each command.
    """

    def __init__(
        self,
        datacenter: Datacenter,
        settle_limit: float | None = 0.05,
        *,
        console: Console | None = None,
        mobility: Mobility | None = None,
        journal: Journal = NOTHING,
        limits: Limits | None = None,
        guard: Guard | None = None,
        observer: Observer = NOBODY,
    ) -> None:
        self.datacenter = datacenter
        self.console = console or datacenter.console
        self._settle_limit = math.inf if settle_limit is None else settle_limit
        self.mobility = mobility or Mobility(datacenter)
        self._journal = journal
        self._limits = limits
        self._guard = guard
        self._observer = observer
        self._log_ins: dict[int, LogIn] = {}
        equip(datacenter)

    def replace(self, console: Console, mobility: Mobility, journal: Journal) -> None:
        """Be a console of another state from now on; who is logged in stays with the former."""
        self.datacenter, self.console = mobility.datacenter, console
        self.mobility, self._journal = mobility, journal
        self._log_ins.clear()

    @property
    def hostname(self) -> str:
        """The console's short host name."""
        return self.console.name

    def files(self) -> dict[str, str]:
        """Every virtual file by absolute path."""
        uptime = self.datacenter.clock.now / 1_000_000_000
        return {
            **self.console.files,
            **{path: f"{data.mtms}\n" for path, data in self.console.profile_backups.items()},
            **usage.files(uptime),
        }

    async def check_password(self, user: str, password: str) -> bool:
        """Tell whether this password opens this account; takes as long if it does not."""
        account = self.console.users.get(user, _NOBODY)
        open_to_him = account.password_log_in and self.refusal(user) is None
        return await opens(account, password, again=open_to_him) and account.password_log_in

    def public_keys(self, user: str) -> Sequence[str]:
        """Return the account's authorized keys, one OpenSSH line each."""
        account = self.console.users.get(user)
        return () if account is None else tuple(account.keys)

    def refusal(self, user: str) -> str | None:
        """Why the account may not log in over ssh now, for the log; None if it may."""
        if not (self.console.running and self.console.settings.ssh):
            return "the console takes no log-ins over ssh"
        account = self.console.users.get(user)
        if account is None:
            return "unknown user"
        return account.refusal(self.datacenter.start, self.datacenter.now())

    def open_shell(
        self,
        *,
        user: str,
        origin: str,
        tty: str | None,
        stdin: Input,
        stdout: Output,
        stderr: Output,
        environment: Mapping[str, str],
    ) -> Shell:
        """Make the shell of a new session of a user who is logged in.

        Raises KeyError for a user that the console does not have.
        """
        account = self.console.users[user]
        account.last_login = now = self.datacenter.now()
        shell = Shell(
            host=VirtualHost(self, account),
            commands=_executables(self.console.level),
            without=_missing_tools(self.console.level),
            caller=Caller(
                self.datacenter,
                self.mobility,
                self.console,
                account,
                settle_limit=self._settle_limit,
                journal=self._journal,
                guard=self._guard,
                observer=self._observer,
            ),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            limits=self._limits,
            environment=environment,
            name="/bin/bash",
        )
        self._log_ins[id(shell)] = LogIn(
            self.hostname,
            user,
            tty or "",
            now,
            datetime.datetime.now(datetime.UTC),
            origin,
            shell,
        )
        return shell

    def sessions(self) -> tuple[LogIn, ...]:
        """Every session, oldest first."""
        return tuple(self._log_ins.values())

    def shell_closed(self, shell: Shell) -> None:
        """Take note that a session's shell is gone."""
        self._log_ins.pop(id(shell), None)

    def complete(self, shell: Shell, line: str, cursor: int) -> tuple[int, list[str]]:
        """Return where the word at the cursor starts and what may stand there, quoted for it."""
        before, current, start, quote = shell.words_for_completion(line, cursor)
        typed = line[start:cursor]
        if typed.endswith(current):
            start, typed = cursor - len(current), current
        if not before:
            names = (name for name in shell.command_names if name not in unemulated.NAMES)
            return start, [name for name in names if name.startswith(current)]
        command = COMMANDS.get(before[0])
        if command is None:
            return start, []
        lookup = functools.partial(self._names, shell.caller, before[0])
        words = complete(command.declaration, before[1:], current, self.console.level, lookup)
        rests = [word[len(current) :] for word in words]
        if not quote:
            return start, [typed + backslashed(rest) if rest else typed for rest in rests]
        # A word that is whole gets its other quote; more may follow a `name=`.
        end = quote if len(words) == 1 and not words[0].endswith("=") else ""
        return start, [typed + rest + end for rest in rests]

    def _names(
        self, caller: Caller, command_name: str, kind: str, words: Sequence[str]
    ) -> Iterable[str]:
        """Names that complete a value of a kind, given the words before it."""
        scope = self.console.scope(caller.user)
        seen = {
            name: frame
            for name, frame in self.datacenter.frames.items()
            if self.console.manages(frame) and scope.system(frame)
        }
        frame = seen.get(_value_of(words, "-m") or "")
        if kind in ("system", "systems"):
            return seen
        if kind == "taskrole":
            return self.console.roles
        if kind == "user":
            allowed = self.console.allows(caller.user.role, Task.LIST_USERS, "lshmcusr")
            return self.console.users if allowed else ()
        if kind == "filter":
            return COMMANDS[command_name].filters
        if kind == "attributes":
            tables = COMMANDS[command_name].tables
            given = [_value_of(words, flag) for flag in ("-r", "--rsubtype", "--level")]
            keys = [" ".join(filter(None, given)), " ".join(filter(None, given[:2]))]
            table = next((tables[key] for key in keys if key in tables), None)
            return table.names(self.console.level) if table else ()
        if frame is None:
            return ()
        partitions = [p for p in frame.listed_partitions() if scope.partition(p)]
        if kind in ("partition", "filter:lpar_names"):
            return [p.name for p in partitions]
        if kind in ("partition_id", "filter:lpar_ids"):
            return [str(p.lpar_id) for p in partitions]
        if kind == "profile":
            named = _value_of(words, "-p") or _value_of(words, "-n")
            chosen = [p for p in partitions if named in (None, p.name)]
            return sorted(set(itertools.chain.from_iterable(p.profiles for p in chosen)))
        return ()


def _value_of(words: Sequence[str], flag: str) -> str | None:
    for word, after in itertools.pairwise(words):
        if word == flag:
            return after
    return None
