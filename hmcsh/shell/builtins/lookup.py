"""Builtins that tell what a name means, or call it in a certain way."""

from __future__ import annotations

import re

from hmcsh.shell.call import Call
from hmcsh.shell.errors import Problem
from hmcsh.shell.parser import RESERVED
from hmcsh.shell.programs import find
from hmcsh.shell.registry import BUILTINS, builtin
from hmcsh.shell.simple import external


def path_of(call: Call, name: str) -> str | None:
    """Return where a command would stand in a file system (places inferred), None if nowhere."""
    if call.shell.session.tree is not None:
        if "/" in name:
            runnable = call.shell.files.kind(name) == "f" and call.shell.files.may(name, "x")
            return name if runnable else None
        return find(call.shell, name)
    if name in call.shell.session.tools:
        return f"/usr/bin/{name}"
    if name in call.shell.session.commands:
        return f"/opt/hsc/bin/{name}"
    return None


def _kind(call: Call, name: str) -> str | None:
    if name in call.shell.session.aliases:
        return "alias"
    if name in RESERVED:
        return "keyword"
    if name in call.shell.functions:
        return "function"
    if name in BUILTINS:
        return "builtin"
    return "file" if path_of(call, name) else None


def _describe(call: Call, name: str) -> str | None:
    kind = _kind(call, name)
    if kind == "alias":
        return f"{name} is aliased to `{call.shell.session.aliases[name]}'"
    if kind == "keyword":
        return f"{name} is a shell keyword"
    if kind == "function":
        return f"{name} is a function\n{call.shell.functions[name].source}"
    if kind == "builtin":
        return f"{name} is a shell builtin"
    return f"{name} is {path_of(call, name)}" if kind else None


@builtin("type")
async def kind_of(call: Call) -> int:
    """Tell what names mean."""
    status = 0
    options = {letter for arg in call.args if arg[:1] == "-" for letter in arg[1:]}
    for name in (arg for arg in call.args if arg[:1] != "-"):
        kind = _kind(call, name)
        if kind is None:
            if not options & set("tpP"):
                call.shell.error(f"type: {name}: not found")
            status = 1
        elif "t" in options:
            call.out(f"{kind}\n")
        elif options & set("pP"):
            path = path_of(call, name)
            call.out(f"{path}\n" if path else "")
        else:
            call.out(f"{_describe(call, name)}\n")
    return status


@builtin("command")
async def command(call: Call) -> int:
    """Call a command but never a function, or tell what a name means."""
    shell = call.shell
    args = list(call.args)
    letters = ""
    while args and args[0][:1] == "-" and len(args[0]) > 1:
        option = args.pop(0)
        if option == "--":
            break
        letters += option[1:]
    if "p" in letters and shell.session.restricted:
        raise Problem("-p: restricted")
    if set(letters) - set("pvV"):
        shell.error(f"command: -{min(set(letters) - set('pvV'))}: invalid option")
        shell.stderr.write("command: usage: command [-pVv] command [arg ...]\n")
        return 2
    if not args:
        return 0
    if letters.strip("p"):
        return _locate(call, args, long="V" in letters)
    handler = BUILTINS.get(args[0])
    if handler is not None:
        return await handler(Call(shell, args[0], args[1:]))
    return await external(shell, args, shell.variables.environment())


def _locate(call: Call, names: list[str], *, long: bool) -> int:
    status = 1
    for name in names:
        kind = _kind(call, name)
        if kind is None:
            if long:
                call.shell.error(f"command: {name}: not found")
            continue
        status = 0
        if long:
            call.out(f"{_describe(call, name)}\n")
        elif kind == "alias":
            call.out(f"alias {name}='{call.shell.session.aliases[name]}'\n")
        else:
            call.out(f"{path_of(call, name) if kind == 'file' else name}\n")
    return status


@builtin("builtin")
async def call_builtin(call: Call) -> int:
    """Call a builtin even if a function has its name."""
    if not call.args:
        return 0
    handler = BUILTINS.get(call.args[0])
    if handler is None:
        raise Problem(f"{call.args[0]}: not a shell builtin")
    return await handler(Call(call.shell, call.args[0], call.args[1:]))


@builtin("hash")
async def hash_names(call: Call) -> int:
    """Find commands; there is no table to remember them in."""
    if "-p" in call.args:
        path = call.args[call.args.index("-p") + 1 :][:1]
        if call.shell.session.restricted and path and "/" in path[0]:
            raise Problem(f"{path[0]}: restricted")
    status = 0
    for name in (arg for arg in call.args if arg[:1] != "-"):
        if name not in BUILTINS and path_of(call, name) is None:
            call.shell.error(f"hash: {name}: not found")
            status = 1
    return status


@builtin("alias")
async def alias(call: Call) -> int:
    """Define or list aliases, which count at the prompt."""
    aliases = call.shell.session.aliases
    status = 0
    for argument in call.args or [f"{name}" for name in sorted(aliases)]:
        if argument == "-p":
            continue
        name, equals, value = argument.partition("=")
        if equals and re.fullmatch(r"[^\s/$`=|&;()<>'\"\\]+", name):
            if len(aliases) >= 1000 or len(value) > 4096:
                raise Problem("limit exceeded: 1000 aliases of 4096 characters")
            aliases[name] = value
        elif name in aliases:
            quoted = aliases[name].replace("'", "'\\''")
            call.out(f"alias {name}='{quoted}'\n")
        else:
            call.shell.error(f"alias: {argument}: not found")
            status = 1
    return status


@builtin("unalias")
async def unalias(call: Call) -> int:
    """Remove aliases."""
    aliases = call.shell.session.aliases
    if "-a" in call.args:
        aliases.clear()
        return 0
    status = 0
    for name in call.args:
        if aliases.pop(name, None) is None:
            call.shell.error(f"unalias: {name}: not found")
            status = 1
    return status
