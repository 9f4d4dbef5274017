"""The shells of partitions: the one interpreter with the commands and files of another system."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from hmcsh.commands import aix, linux, vios
from hmcsh.commands.common.invocation import Invocation
from hmcsh.commands.common.partition import PartitionCaller, PartitionCommand, executable, level_of
from hmcsh.guest.host import GuestHost
from hmcsh.guest.systems import AIX, System, system_of
from hmcsh.language.completion import complete
from hmcsh.language.levels import Level
from hmcsh.model.partition import Partition
from hmcsh.model.systemfiles import files_of
from hmcsh.shell import Input, Limits, Output, Shell
from hmcsh.shell.limits import VirtualMeter
from hmcsh.shell.quoting import backslashed

_COMMANDS: Mapping[str, Mapping[str, PartitionCommand]] = {
    "vios": vios.COMMANDS,
    "aix": aix.COMMANDS,
    "linux": linux.COMMANDS,
}

# What runs in a partition must not take what other sessions of the server need.
LIMITS = Limits(processes=32, variables=4 << 20, held=1 << 20, depth=200)


def _by_name(system: str, name: str) -> Callable[[Invocation], Awaitable[int]]:
    """Make what the shell calls for a name; the command itself is loaded at its first call."""

    async def execute(invocation: Invocation) -> int:
        return await executable(_COMMANDS[system][name])(invocation)

    return execute


@cache
def _executables(system: str, level: Level) -> Mapping[str, Callable[[Invocation], Awaitable[int]]]:
    commands = _COMMANDS[system]
    return {name: _by_name(system, name) for name in commands if commands[name].exists_at(level)}


class GuestShell(Shell):
    """A shell in a partition, which `locate` gives wherever it stands now.

    `system` is the one whose commands it has, `user` who types: not always the user of its console.
    """

    def __init__(
        self,
        locate: Callable[[], Partition],
        system: System,
        user: str,
        *,
        stdin: Input,
        stdout: Output,
        stderr: Output,
        root_shell: Callable[[Invocation], Awaitable[int]] | None = None,
        environment: Mapping[str, str] | None = None,
        attended: Callable[[], bool] = lambda: True,
    ) -> None:
        self._locate = locate
        self._system = system
        self.user = user
        datacenter = locate().frame.datacenter
        host = GuestHost(locate, system, user, attended)
        super().__init__(
            host=host,
            commands=_executables(system.name, level_of(locate())),
            caller=PartitionCaller(
                datacenter, locate, user, root_shell=root_shell, settle_limit=0.0
            ),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            limits=LIMITS,
            name=system.shell,
            environment={
                "PATH": system.path,
                "PS1": system.prompt,
                "SHELL": f"/usr/bin/{system.shell}",
                "TERM": "vt100",
                **(environment or {}),
            },
            restricted=system.restricted,
            line_numbers=False,
            only=system.tools,
            tree=files_of(locate(), user, lambda: locate().now()),
            dialect=system.dialect,
            meter=VirtualMeter(LIMITS, host.sleep),
        )

    def complete(self, line: str, cursor: int) -> tuple[int, list[str]]:
        """Return where the word at the cursor starts and what may stand there: names of commands,
        options and values that a declaration knows, files.
        """
        before, current, start, quote = self.words_for_completion(line, cursor)
        if not before and "/" not in current:
            return start, [name for name in self.command_names if name.startswith(current)]
        found: list[str] = []
        command = _COMMANDS[self._system.name].get(before[0]) if before else None
        if command is not None:
            level = level_of(self._locate())
            found = complete(command.declaration, before[1:], current, level, self._names)
        if not found:
            found = self.file_names(current)
        typed = line[start:cursor]
        rests = [word[len(current) :] for word in found]
        return start, [typed + (rest if quote else backslashed(rest)) for rest in rests]

    def _names(self, kind: str, _: object) -> list[str]:
        """Names that complete a value of a kind."""
        if kind == "device":
            return [device.name for device in self._locate().devices.all()]
        return []


def shell_for(
    locate: Callable[[], Partition],
    *,
    stdin: Input,
    stdout: Output,
    stderr: Output,
    root_shell: Callable[[Invocation], Awaitable[int]] | None = None,
    attended: Callable[[], bool] = lambda: True,
) -> GuestShell:
    """Open the shell of the user of a partition's console; `attended` as for a `GuestHost`.

    Raises TypeError if its operating system is none that can be logged in to.
    """
    system = system_of(locate())
    if system is None:
        raise TypeError(f"nobody can log in to {locate().name}")
    return GuestShell(
        locate,
        system,
        system.user,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        root_shell=root_shell,
        attended=attended,
    )


def root_shell_for(
    locate: Callable[[], Partition],
    *,
    stdin: Input,
    stdout: Output,
    stderr: Output,
    attended: Callable[[], bool] = lambda: True,
) -> GuestShell:
    """Open a shell of root with the commands of AIX, as oem_setup_env does."""
    return GuestShell(
        locate, AIX, "root", stdin=stdin, stdout=stdout, stderr=stderr, attended=attended
    )
