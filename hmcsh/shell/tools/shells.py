"""Shells as programs, and the builtins of the Korn shell that bash has under other names."""

from __future__ import annotations

from hmcsh.shell.builtins.lookup import path_of
from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.errors import Problem
from hmcsh.shell.files import reason
from hmcsh.shell.programs import SHELLS, run_script
from hmcsh.shell.registry import BUILTINS, tree_tool


@tree_tool(*sorted(SHELLS))
async def shell(call: Call) -> int:
    """Run a script: a file, the text behind -c, or standard input."""
    args = list(call.args)
    text = None
    options = ""
    while args and args[0][:1] in ("-", "+") and len(args[0]) > 1 and text is None:
        option = args.pop(0)
        if option == "--":
            break
        if option == "-c":
            if not args:
                raise UsageError("-c: option requires an argument", 2)
            text = args.pop(0)
        elif set(option[1:]) <= set("exuvn") and option[0] == "-":
            options += option[1:]
        elif option not in ("-s", "-l", "-p"):
            raise UsageError(f"{option}: not supported", 2)
    name = call.name
    if text is None and args:
        name = args.pop(0)
        try:
            text = await call.shell.files.read(name)
        except OSError as problem:
            call.complain(f"{name}: {reason(problem)}")
            return 127
    elif text is None:
        text = await call.stdin.read()
    elif args:
        name = args.pop(0)
    if options:
        text = f"set -{options}; {text}"
    environment = call.shell.variables.environment()
    return await run_script(call.shell, text, name, args, environment)


@tree_tool("print")
async def write_arguments(call: Call) -> int:
    """Write arguments (ksh(1) print)."""
    args = list(call.args)
    raw, newline = False, True
    output = call.stdout
    while args and args[0][:1] == "-" and len(args[0]) > 1:
        option = args.pop(0)
        if option == "--":
            break
        for at, letter in enumerate(option[1:], 1):
            if letter == "u":
                if option[at + 1 :] == "2" or (args and args[0] == "2" and args.pop(0)):
                    output = call.shell.stderr
                break
            if letter not in "rnR":
                raise Problem(f"-{letter}: not supported")
            raw = raw or letter in "rR"
            newline = newline and letter != "n"
    text = " ".join(args)
    if not raw:
        text = text.replace("\\n", "\n").replace("\\t", "\t")
    output.write(text + ("\n" if newline else ""))
    return 0


@tree_tool("whence")
async def whence(call: Call) -> int:
    """Tell what names mean (ksh(1) whence)."""
    _, names = scan_options(call.args, "vp")
    status = 0
    for name in names:
        known = name in BUILTINS or name in call.shell.functions
        place = name if known else path_of(call, name)
        if place is None:
            status = 1
        else:
            call.out(f"{place}\n")
    return status


@tree_tool("id")
async def identity(call: Call) -> int:
    """Show the user and the group."""
    options, operands = scan_options(call.args, "unGg")
    user = call.shell.host.user
    if operands and operands[0] != user:
        raise UsageError(f"'{operands[0]}': no such user")
    root = user == "root"
    letters = {letter for letter, _ in options}
    if "u" in letters:
        call.out(f"{user if 'n' in letters else 0 if root else 1}\n")
    else:
        group = "gid=0(system)" if root else "gid=1(staff)"
        call.out(f"uid={0 if root else 1}({user}) {group}\n")
    return 0
