"""``getopts``."""

from __future__ import annotations

from hmcsh.shell.call import Call
from hmcsh.shell.registry import builtin


@builtin("getopts")
async def getopts(call: Call) -> int:
    """Find the next option among the positional parameters."""
    shell = call.shell
    if len(call.args) < 2:
        shell.error("getopts: usage: getopts optstring name [arg ...]")
        return 2
    letters, name = call.args[0], call.args[1]
    args = call.args[2:] or shell.positional
    silent = letters.startswith(":")
    index = shell.variables.get("OPTIND") or "1"
    number = int(index) if index.isdigit() and int(index) > 0 else 1
    # Where in a cluster like "-ab" the next letter stands is kept beside OPTIND.
    place = int(shell.variables.get("__OPTPLACE") or "1") if number > 0 else 1
    shell.variables.unset("OPTARG")
    argument = args[number - 1] if number <= len(args) else ""
    if len(argument) < 2 or argument[0] != "-" or argument == "--":
        call.assign("OPTIND", str(number + (argument == "--")))
        shell.variables.unset("__OPTPLACE")
        call.assign(name, "?")
        return 1
    letter = argument[place : place + 1]
    place += 1
    known = letter in letters and letter != ":"
    takes = known and letters[letters.index(letter) + 1 :][:1] == ":"
    value: str | None = None
    result = letter
    if takes:
        if place < len(argument):
            value, place = argument[place:], len(argument)
        elif number < len(args):
            value = args[number]
            number += 1
        else:
            result = ":" if silent else "?"
            value = letter if silent else None
            if not silent:
                shell.stderr.write(f"{shell.arg0}: option requires an argument -- {letter}\n")
    elif not known:
        result = "?"
        value = letter if silent else None
        if not silent:
            shell.stderr.write(f"{shell.arg0}: illegal option -- {letter}\n")
    if place >= len(argument):
        number, place = number + 1, 1
    call.assign("OPTIND", str(number))
    call.assign("__OPTPLACE", str(place))
    if value is not None:
        call.assign("OPTARG", value)
    call.assign(name, result)
    return 0
