"""`man` on a console: the pages of its own commands, as its level has them."""

from __future__ import annotations

from hmcsh.commands.hmc import COMMANDS, names_at
from hmcsh.language.levels import Level
from hmcsh.language.messages import render
from hmcsh.manual import commands, text
from hmcsh.shell import Invocation

_SECTION = "1"
_NOT_FOUND = 16  # man(1)


async def show(level: Level, invocation: Invocation) -> int:
    """Print the pages that are asked for; gives the exit status of man(1)."""
    names = list(invocation.args)
    for name in names:
        if name.startswith("-"):
            invocation.stderr.write(render("manual_option", option=name) + "\n")
            return 1
    section = names.pop(0) if len(names) > 1 and names[0].isdigit() else ""
    if not names or names[0].isdigit():
        invocation.stderr.write(render("manual_of_what") + "\n")
        return 1
    status = 0
    for name in names:
        if section in ("", _SECTION) and name in names_at(level):
            page = commands.page(COMMANDS[name], level)
            title = "Hardware Management Console"
            invocation.stdout.write(text.write(page, section=_SECTION, title=title))
        else:
            key = "manual_missing_in_section" if section else "manual_missing"
            invocation.stderr.write(render(key, name=name, section=section) + "\n")
            status = _NOT_FOUND
        await invocation.stdout.drain()
    return status
