"""One call of a builtin or of a text tool, and the option scanner that they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hmcsh.shell.api import Output
from hmcsh.shell.errors import Problem, ReadOnly
from hmcsh.shell.files import reason
from hmcsh.shell.redirections import reader, writer
from hmcsh.shell.streams import Reader

if TYPE_CHECKING:
    from hmcsh.shell.interpreter import Interpreter


@dataclass(slots=True)
class Call:
    """The shell that calls, the name called by, and the arguments behind the name."""

    shell: Interpreter
    name: str
    args: list[str]

    @property
    def stdin(self) -> Reader:
        """Standard input."""
        return reader(self.shell.io.get(0))

    @property
    def stdout(self) -> Output:
        """Standard output."""
        return writer(self.shell.io.get(1))  # type: ignore[return-value]

    def out(self, text: str) -> None:
        """Write to standard output."""
        self.stdout.write(text)

    async def flush(self) -> None:
        """Let standard output take what was written, and other sessions run."""
        await self.stdout.drain()
        meter = self.shell.meter
        if meter.due():
            await meter.pause()

    def assign(self, name: str, value: str) -> None:
        """Assign a variable; a read-only one fails this builtin, not the line."""
        try:
            self.shell.assign(name, value)
        except ReadOnly as problem:
            raise Problem(problem.text, bare=True) from None

    def complain(self, text: str) -> None:
        """Write ``name: text`` to standard error: a tool's message."""
        self.shell.stderr.write(f"{self.name}: {text}\n")

    def output(self, path: str, status: int = 1) -> Output:
        """Open a file that a tool is told to write to; raises UsageError where it must not."""
        if self.shell.session.tree is None:
            raise UsageError(f"{path}: restricted: cannot redirect output", status)
        try:
            return self.shell.files.create(path)
        except OSError as problem:
            raise UsageError(f"{path}: {reason(problem)}", status) from None

    async def inputs(self, paths: list[str]) -> tuple[list[tuple[str, Reader]], bool]:
        """Return (name, reader) of each path, ``-`` or none being standard input.

        The second value tells whether a path was refused, which has been reported.
        """
        found: list[tuple[str, Reader]] = []
        failed = False
        for path in paths or ["-"]:
            if path == "-":
                found.append((path, self.stdin))
                continue
            try:
                found.append((path, self.shell.files.open(path)))
            except OSError as problem:
                self.complain(f"{path}: {reason(problem)}")
                failed = True
        return found, failed


Handler = Callable[[Call], Awaitable[int]]


class UsageError(Problem):
    """Arguments that a tool refuses; it ends with the status for trouble."""


def scan_options(
    args: list[str],
    short: str,
    long: dict[str, str] | None = None,
    *,
    permute: bool = True,
    status: int = 1,
) -> tuple[list[tuple[str, str]], list[str]]:
    """Split arguments into (option letter, value) pairs and operands, as getopt(3) does.

    ``short`` is getopt's string (``a`` a flag, ``d:`` an option with a value); ``long`` maps
    ``name`` or ``name=`` to a letter of it. Raises UsageError with ``status``.
    """
    takes: dict[str, bool] = {}
    for at, letter in enumerate(short):
        if letter != ":":
            takes[letter] = short[at + 1 : at + 2] == ":"
    options: list[tuple[str, str]] = []
    operands: list[str] = []
    rest = list(reversed(args))
    while rest:
        argument = rest.pop()
        if argument == "--":
            operands.extend(reversed(rest))
            break
        if argument.startswith("--") and len(argument) > 2:
            options.append(_long_option(argument, rest, long or {}, status))
        elif argument.startswith("-") and len(argument) > 1:
            at = 1
            while at < len(argument):
                letter = argument[at]
                at += 1
                if letter not in takes:
                    raise UsageError(f"invalid option -- '{letter}'", status)
                if not takes[letter]:
                    options.append((letter, ""))
                    continue
                if at == len(argument) and not rest:
                    raise UsageError(f"option requires an argument -- '{letter}'", status)
                options.append((letter, argument[at:] if at < len(argument) else rest.pop()))
                break
        else:
            operands.append(argument)
            if not permute:
                operands.extend(reversed(rest))
                break
    return options, operands


def _long_option(
    argument: str, rest: list[str], long: dict[str, str], status: int
) -> tuple[str, str]:
    name, equals, value = argument[2:].partition("=")
    names = {n.rstrip("="): (n.endswith("="), letter) for n, letter in long.items()}
    found = [n for n in names if n == name] or [n for n in names if n.startswith(name)]
    if not found:
        raise UsageError(f"unrecognized option '--{name}'", status)
    if len(found) > 1:
        raise UsageError(f"option '--{name}' is ambiguous", status)
    needs, letter = names[found[0]]
    if equals and not needs:
        raise UsageError(f"option '--{found[0]}' doesn't allow an argument", status)
    if needs and not equals:
        if not rest:
            raise UsageError(f"option '--{found[0]}' requires an argument", status)
        value = rest.pop()
    return letter, value


def count_of(text: str, what: str, status: int = 1) -> int:
    """Return a number that is not negative; raises UsageError with GNU's text."""
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise UsageError(f"invalid {what}: '{text}'", status)
    return int(text)
