"""``sleep`` and ``timeout`` (sleep(1), timeout(1) of coreutils), in the console's time."""

from __future__ import annotations

import asyncio
import re

from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.registry import BUILTINS, PROGRAMS, tool
from hmcsh.shell.simple import contained, external

_LONGEST = 1e9
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TIMED_OUT, _FAILED, _NOT_INVOKED, _NOT_FOUND = 124, 125, 126, 127
_KILLED = 128 + 9
_SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "TERM": 15}


def _interval(text: str, status: int = 1) -> float:
    """Read an interval into seconds; raises UsageError with GNU's text."""
    match = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", text[:300])
    if match is None:
        raise UsageError(f"invalid time interval '{text}'", status)
    return min(float(match.group(1)) * _UNITS[match.group(2)], _LONGEST)


@tool("sleep")
async def sleep(call: Call) -> int:
    """Wait in the console's time."""
    if not call.args:
        raise UsageError("missing operand")
    seconds = sum(_interval(text) for text in call.args)
    await call.stdout.drain()
    await call.shell.host.sleep(seconds)
    return 0


@tool("timeout")
async def timeout(call: Call) -> int:
    """Call a command and end it when it takes longer than an interval; 0 bounds nothing.

    What the command has asked of the console goes on, as after Ctrl-C. Functions are not found,
    nor builtins that are no programs as well.
    """
    long = {"signal=": "s", "kill-after=": "k", "preserve-status": "p", "foreground": "f"}
    options, operands = scan_options(call.args, "s:k:pf", long, permute=False, status=_FAILED)
    if len(operands) < 2:
        raise UsageError("missing operand", _FAILED)
    signal = 15
    for letter, value in options:
        if letter == "k":
            _interval(value, _FAILED)  # a command ends at the first signal
        elif letter == "s":
            signal = _signal(value)
    seconds = _interval(operands[0], _FAILED)
    words = operands[1:]
    if "/" in words[0]:
        call.complain(f"failed to run command '{words[0]}': Permission denied")
        return _NOT_INVOKED
    session = call.shell.session
    if words[0] not in (*session.commands, *session.tools, *PROGRAMS):
        call.complain(f"failed to run command '{words[0]}': No such file or directory")
        return _NOT_FOUND
    status = await _bounded(call, words, seconds)
    if status is not None:
        return status
    ended = 128 + signal
    preserved = any(letter == "p" for letter, _ in options)
    return ended if preserved or ended == _KILLED else _TIMED_OUT


def _signal(text: str) -> int:
    name = text.upper().removeprefix("SIG")
    if name.isdigit() and int(name) in _SIGNALS.values():
        return int(name)
    if name not in _SIGNALS:
        raise UsageError(f"'{text}': invalid signal", _FAILED)
    return _SIGNALS[name]


async def _bounded(call: Call, words: list[str], seconds: float) -> int | None:
    """Status of a command; None if it was ended after so many seconds."""
    shell = call.shell
    child = shell.fork()
    if words[0] in PROGRAMS:
        work = contained(child, BUILTINS[words[0]], words)
    else:
        work = external(child, words, shell.variables.environment())
    if not seconds:
        return await work
    if shell.meter.processes >= shell.limits.processes:
        work.close()
        raise LimitExceeded(f"limit exceeded: {shell.limits.processes} processes", 254)
    shell.meter.processes += 1
    task = asyncio.create_task(work)
    try:
        return task.result() if await shell.host.within(task, seconds) else None
    finally:
        shell.meter.processes -= 1
