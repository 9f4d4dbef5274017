"""Builtins that steer: loops, functions, ``eval``, ``source``, ``set``, ``trap``."""

from __future__ import annotations

import re
from dataclasses import replace

from hmcsh.shell.call import Call
from hmcsh.shell.errors import (
    Exit,
    Fatal,
    Incomplete,
    LoopJump,
    Problem,
    Return,
    SyntaxProblem,
)
from hmcsh.shell.files import reason
from hmcsh.shell.quoting import quote
from hmcsh.shell.registry import builtin
from hmcsh.shell.simple import external

_NUMBER = re.compile(r"[+-]?\d{1,18}")


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) else None


@builtin(":", "true")
async def true(call: Call) -> int:
    """Do nothing, successfully."""
    return 0


@builtin("false")
async def false(call: Call) -> int:
    """Do nothing, unsuccessfully."""
    return 1


@builtin("break", "continue")
async def loop_jump(call: Call) -> int:
    """Leave loops, or begin the next turn of one."""
    if not call.shell.loops:
        call.shell.error(f"{call.name}: only meaningful in a `for', `while', or `until' loop")
        return 0
    levels = 1
    if call.args:
        count = _number(call.args[0])
        if count is None:
            call.shell.error(f"{call.name}: {call.args[0]}: numeric argument required")
            raise Exit(128)
        if count < 1:
            call.shell.error(f"{call.name}: {call.args[0]}: loop count out of range")
            raise LoopJump(call.shell.loops, False)
        levels = min(count, call.shell.loops)
    raise LoopJump(levels, call.name == "continue")


@builtin("return")
async def leave_function(call: Call) -> int:
    """Return from a function or a sourced file."""
    shell = call.shell
    status = shell.status
    if call.args:
        number = _number(call.args[0])
        if number is None:
            shell.error(f"return: {call.args[0]}: numeric argument required")
            number = 2
        status = number & 255
    if not shell.calls and not shell.sources:
        raise Problem("can only `return' from a function or sourced script", 2)
    raise Return(status)


@builtin("exit", "logout")
async def leave(call: Call) -> int:
    """End the shell."""
    shell = call.shell
    if call.name == "logout" and not shell.session.interactive:
        raise Problem("not login shell: use `exit'")
    if not call.args:
        raise Exit(shell.status)
    number = _number(call.args[0])
    if number is None:
        shell.error(f"{call.name}: {call.args[0]}: numeric argument required")
        raise Exit(2)
    if len(call.args) > 1:
        raise Problem("too many arguments")
    raise Exit(number & 255)


@builtin("eval")
async def evaluate(call: Call) -> int:
    """Run arguments as commands."""
    args = call.args[1:] if call.args[:1] == ["--"] else call.args
    text = " ".join(args)
    if not text.strip():
        return 0
    return await call.shell.nested(_evaluate(call, text))


async def _evaluate(call: Call, text: str) -> int:
    shell = call.shell
    try:
        return await shell.run_text(text, shell.line)
    except (SyntaxProblem, Incomplete) as problem:
        line = shell.line
        shell.report(problem, f"{call.name}: ", line + text.rstrip("\n").count("\n"))
        shell.line = line
    return 2


@builtin("source", ".")
async def source(call: Call) -> int:
    """Run a file in this shell; a restricted shell takes only names without a slash."""
    shell = call.shell
    if not call.args:
        shell.error(f"{call.name}: filename argument required")
        shell.stderr.write(f"{call.name}: usage: {call.name} filename [arguments]\n")
        return 2
    path = call.args[0]
    if "/" in path and shell.session.restricted:
        raise Problem(f"{path}: {shell.session.dialect.restricted}")
    try:
        text = await shell.files.read(path)
    except OSError as problem:
        shell.error(f"{path}: {reason(problem)}")
        return 1
    saved = shell.positional
    if len(call.args) > 1:
        shell.positional = call.args[1:]
    shell.sources += 1
    try:
        return await shell.nested(_evaluate(call, text))
    except Return as jump:
        return jump.status
    finally:
        shell.sources -= 1
        if len(call.args) > 1:
            shell.positional = saved


@builtin("exec")
async def replace_shell(call: Call) -> int:
    """Keep the redirections of the command, or let a program take the place of the shell.

    A restricted shell cannot be replaced.
    """
    shell = call.shell
    if call.args:
        if shell.session.restricted:
            raise Problem(shell.session.dialect.restricted)
        if shell.session.tree is None:
            raise Problem("not supported")
        raise Exit(await external(shell, call.args, shell.variables.environment()))
    shell.keep_io = True
    return 0


@builtin("shift")
async def shift(call: Call) -> int:
    """Move the positional parameters down."""
    shell = call.shell
    count = 1
    if call.args:
        number = _number(call.args[0])
        if number is None:
            raise Problem(f"{call.args[0]}: numeric argument required")
        if number < 0:
            raise Problem(f"{call.args[0]}: shift count out of range")
        count = number
    if count > len(shell.positional):
        return 1
    shell.positional = shell.positional[count:]
    return 0


_LETTERS = {
    "e": "errexit", "u": "nounset", "x": "xtrace", "f": "noglob", "v": "verbose",
    "B": "braceexpand", "n": "noexec",
}  # fmt: skip
_NAMES = ("braceexpand", "errexit", "noexec", "noglob", "nounset", "pipefail", "verbose", "xtrace")
_IGNORED = frozenset("abhkmptCEHPT")
_SET_USAGE = "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n"


@builtin("set")
async def set_options(call: Call) -> int:
    """Set options and positional parameters; list variables."""
    shell = call.shell
    args = list(call.args)
    if not args:
        for name in shell.variables.names():
            variable = shell.variables.find(name)
            if variable is not None and variable.elements is not None:
                inner = " ".join(f'[{i}]="{v}"' for i, v in variable.elements.items())
                call.out(f"{name}=({inner})\n")
            elif variable is not None and variable.value is not None:
                call.out(f"{name}={quote(variable.value) if variable.value else ''}\n")
        return 0
    while args and args[0][:1] in "-+" and len(args[0]) > 1:
        argument = args.pop(0)
        if argument == "--":
            shell.positional = args
            return 0
        on = argument[0] == "-"
        for letter in argument[1:]:
            if letter == "o":
                if not args:
                    _list_options(call, on)
                    return 0
                _set_named(call, args.pop(0), on)
            elif letter in _LETTERS:
                shell.options = replace(shell.options, **{_LETTERS[letter]: on})
            elif letter == "r" and on:
                shell.session.restricted = True
            elif letter not in _IGNORED:
                shell.error(f"set: {argument[0]}{letter}: invalid option")
                shell.stderr.write(_SET_USAGE)
                return 1 if letter == "r" else 2
    if args:
        if args[0] == "-":
            args.pop(0)
            shell.options = replace(shell.options, xtrace=False, verbose=False)
            if not args:
                return 0
        shell.positional = args
    return 0


def _set_named(call: Call, name: str, on: bool) -> None:
    if name in _NAMES:
        call.shell.options = replace(call.shell.options, **{name: on})
    elif name not in ("posix", "emacs", "vi", "history", "monitor", "notify", "physical"):
        raise Problem(f"{name}: invalid option name", 2)


def _list_options(call: Call, on: bool) -> None:
    for name in _NAMES:
        value = getattr(call.shell.options, name)
        if on:
            call.out(f"{name:<15}\t{'on' if value else 'off'}\n")
        else:
            call.out(f"set {'-' if value else '+'}o {name}\n")


@builtin("shopt")
async def shell_options(call: Call) -> int:
    """Answer for options that change nothing here; refuse to turn on any that would."""
    names = [arg for arg in call.args if not arg.startswith("-")]
    if "-o" in call.args:
        for name in names:
            _set_named(call, name, "-s" in call.args)
        return 0
    known = {"sourcepath": True, "expand_aliases": call.shell.session.interactive}
    for name in names:
        if name not in known:
            raise Problem(f"{name}: invalid shell option name")
        if "-s" in call.args and not known[name]:
            raise Problem(f"{name}: not supported")
    if "-q" in call.args:
        return 0 if all(known[name] for name in names) else 1
    if not {"-s", "-u"} & set(call.args):
        for name in names or sorted(known):
            call.out(f"{name:<15}\t{'on' if known[name] else 'off'}\n")
    return 0


_SIGNALS = {
    "0": "EXIT", "1": "HUP", "2": "INT", "3": "QUIT", "13": "PIPE", "14": "ALRM", "15": "TERM",
    "10": "USR1", "12": "USR2",
}  # fmt: skip


@builtin("trap")
async def trap(call: Call) -> int:
    """Set, reset or list what runs at EXIT, at ERR, and (never, here) at a signal."""
    shell = call.shell
    args = call.args[1:] if call.args[:1] == ["--"] else call.args
    if not args or args[0] == "-p":
        wanted = [_signal(name) for name in args[1:]]
        for name, action in sorted(shell.traps.items(), key=lambda item: item[0] != "EXIT"):
            if not wanted or name in wanted:
                shown = name if name in ("EXIT", "ERR") else f"SIG{name}"
                call.out(f"trap -- {_always_quoted(action)} {shown}\n")
        return 0
    reset = args[0] == "-" or len(args) == 1
    for name in args if len(args) == 1 else args[1:]:
        signal = _signal(name)
        if reset:
            shell.traps.pop(signal, None)
        else:
            shell.traps[signal] = args[0]
    return 0


def _always_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _signal(name: str) -> str:
    signal = _SIGNALS.get(name, name.upper().removeprefix("SIG"))
    if signal not in ("EXIT", "ERR", *_SIGNALS.values()):
        raise Problem(f"{name}: invalid signal specification")
    return signal


@builtin("let")
async def let(call: Call) -> int:
    """Evaluate arithmetic expressions."""
    if not call.args:
        raise Problem("expression expected")
    value = 0
    for text in call.args:
        try:
            value = call.shell.expander_number(text)
        except Fatal:
            raise
        except Problem as problem:
            raise Problem(problem.text) from None
    return int(value == 0)
