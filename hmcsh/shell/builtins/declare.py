"""Builtins that declare and remove variables."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Fatal, LimitExceeded, Problem
from hmcsh.shell.quoting import double, quote
from hmcsh.shell.registry import Declared, builtin
from hmcsh.shell.variables import Variable

_NAME = re.compile(r"[A-Za-z_]\w*")
_ARGUMENT = re.compile(r"([A-Za-z_]\w*)(?:\[([^]]*)\])?(?:(\+?=)(.*))?", re.DOTALL)


def _options(call: Call, known: str, usage: str) -> tuple[set[str], set[str], list[str]]:
    """Split the arguments into options turned on, options turned off, and the rest."""
    on: set[str] = set()
    off: set[str] = set()
    args = list(call.args)
    while args and not isinstance(args[0], Declared) and re.match(r"[-+].", args[0]):
        argument = args.pop(0)
        if argument == "--":
            break
        for letter in argument[1:]:
            if letter not in known:
                call.shell.error(f"{call.name}: {argument[0]}{letter}: invalid option")
                call.shell.stderr.write(f"{call.name}: usage: {usage}\n")
                raise _Refused
            (on if argument[0] == "-" else off).add(letter)
    return on, off, args


class _Refused(Exception):  # noqa: N818
    """The options were refused, and this has been reported."""


@builtin("declare", "typeset", "local")
async def declare(call: Call) -> int:
    """Declare variables and their attributes."""
    shell = call.shell
    local = call.name == "local"
    if local and not shell.calls:
        raise Problem("can only be used in a function")
    usage = f"{call.name} [-aFfgirtx{'' if local else 'p'}] [name[=value] ...]"
    try:
        on, off, args = _options(call, "aFfgirtxp", usage)
    except _Refused:
        return 2
    if on & {"f", "F"}:
        return _functions(call, args, names_only="F" in on)
    if not args:
        _print_all(call, on)
        return 0
    if "p" in on:
        return _print_some(call, args)
    status = 0
    for argument in args:
        try:
            _declare_one(call, argument, on, off, local or (bool(shell.calls) and "g" not in on))
        except LimitExceeded:
            raise
        except Fatal as problem:
            shell.error(f"{call.name}: {problem.text}")
            status = 1
    return status


def _declare_one(call: Call, argument: str, on: set[str], off: set[str], local: bool) -> None:
    variables = call.shell.variables
    match = _ARGUMENT.fullmatch(argument)
    if match is None:
        raise Fatal(f"`{argument}': not a valid identifier")
    name, index, operator, value = match.groups()
    if local:
        variables.hide(name)
    variables.mark(
        name,
        exported=True if "x" in on else False if "x" in off else None,
        integer=True if "i" in on else False if "i" in off else None,
        array="a" in on,
    )
    _assign(call, argument, name, index, operator, value)
    if "r" in on or "r" in off:
        variables.mark(name, readonly="r" in on)


def _assign(
    call: Call,
    argument: str,
    name: str,
    index: str | None,
    operator: str | None,
    value: str | None,
) -> None:
    shell = call.shell
    if isinstance(argument, Declared):
        shell.variables.set_elements(name, argument.elements)
    elif operator is not None and value is not None:
        if index is not None:
            number = shell.expander_number(index)
            if number < 0:
                raise Fatal(f"{name}[{index}]: bad array subscript")
            shell.variables.set_element(name, number, value)
        else:
            shell.assign(name, value, append=operator == "+=")


def _flags(variable: Variable) -> str:
    letters = [
        ("a", variable.elements is not None),
        ("i", variable.integer),
        ("r", variable.readonly),
        ("x", variable.exported),
    ]
    return "-" + ("".join(letter for letter, there in letters if there) or "-")


def _shown(name: str, variable: Variable) -> str:
    if variable.elements is not None:
        inner = " ".join(f"[{i}]={double(v)}" for i, v in variable.elements.items())
        return f"declare {_flags(variable)} {name}=({inner})\n"
    value = "" if variable.value is None else "=" + double(variable.value)
    return f"declare {_flags(variable)} {name}{value}\n"


def _print_all(call: Call, on: set[str]) -> None:
    variables = call.shell.variables
    for name in variables.names():
        variable = variables.find(name)
        if variable is None:
            continue
        if on - {"p"} and not all(letter in _flags(variable) for letter in on - {"p"}):
            continue
        if on:
            call.out(_shown(name, variable))
        elif variable.value is not None:
            call.out(f"{name}={quote(variable.value)}\n")


def _print_some(call: Call, names: list[str]) -> int:
    status = 0
    for name in names:
        variable = call.shell.variables.find(name)
        if variable is None:
            call.shell.error(f"{call.name}: {name}: not found")
            status = 1
        else:
            call.out(_shown(name, variable))
    return status


def _functions(call: Call, names: list[str], *, names_only: bool) -> int:
    functions = call.shell.functions
    status = 0
    for name in names or sorted(functions):
        if name not in functions:
            status = 1
        elif names_only:
            call.out(f"{name}\n" if names else f"declare -f {name}\n")
        else:
            call.out(functions[name].source + "\n")
    return status


@builtin("export", "readonly")
async def mark(call: Call) -> int:
    """Mark variables for export, or as read-only."""
    shell = call.shell
    letter = "x" if call.name == "export" else "r"
    try:
        on, _, args = _options(
            call, "pnfa", f"{call.name} [-fn] [name[=value] ...] or {call.name} -p"
        )
    except _Refused:
        return 2
    if not args:
        _print_all(call, {letter})
        return 0
    status = 0
    for argument in args:
        match = _ARGUMENT.fullmatch(argument)
        try:
            if match is None or match.group(2) is not None:
                raise Fatal(f"`{argument}': not a valid identifier")
            name, index, operator, value = match.groups()
            if "f" in on:
                if name not in shell.functions:
                    raise Fatal(f"{name}: not a function")
                continue
            _assign(call, argument, name, index, operator, value)
            if letter == "x":
                shell.variables.mark(name, exported="n" not in on)
            else:
                shell.variables.mark(name, readonly=True, array="a" in on)
        except LimitExceeded:
            raise
        except Fatal as problem:
            # A read-only variable is the shell's refusal, a wrong name the builtin's.
            own = "" if problem.text.endswith("readonly variable") else f"{call.name}: "
            shell.error(own + problem.text)
            status = 1
    return status


@builtin("unset")
async def unset(call: Call) -> int:
    """Remove variables, elements of arrays, functions."""
    shell = call.shell
    args = list(call.args)
    kinds = {letter for arg in args if arg[:1] == "-" for letter in arg[1:]}
    if kinds - set("fvn"):
        shell.error(f"unset: {args[0]}: invalid option")
        shell.stderr.write("unset: usage: unset [-f] [-v] [-n] [name ...]\n")
        return 2
    status = 0
    for argument in args:
        if argument[:1] == "-":
            continue
        name, bracket, rest = argument.partition("[")
        if not _NAME.fullmatch(name):
            if name in shell.functions and "v" not in kinds:
                del shell.functions[name]
                continue
            shell.error(f"unset: `{argument}': not a valid identifier")
            status = 1
            continue
        try:
            if "f" in kinds:
                shell.functions.pop(name, None)
            elif bracket and rest.rstrip("]") in ("@", "*"):
                shell.variables.unset(name)
            elif bracket:
                index = shell.expander_number(rest.rstrip("]"))
                shell.variables.unset_element(name, index)
            elif shell.variables.find(name) is None and "v" not in kinds:
                shell.functions.pop(name, None)
            else:
                shell.variables.unset(name)
        except LimitExceeded:
            raise
        except Fatal as problem:
            text = problem.text.replace(": readonly", ": cannot unset: readonly")
            shell.error(f"unset: {text}")
            status = 1
    return status
