"""Every listing of every command, as one text for each: what a refused change must leave alone.

The calls are made from the declarations: a new listing command, or a new resource of one, is
among them without a line here.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import shlex
from collections.abc import Iterator

from hmcsh.commands.hmc import COMMANDS, names_at

from hmcsh.language.declarations import Form, Grammar
from hmcsh.language.levels import Level

# What cannot be asked without knowing more: these forms want a filter, a peer or a name.
_UNFILLED = {"--filter", "-t", "--id", "-p", "-n", "--ip", "-u"}


@functools.cache
def calls(level: Level, systems: tuple[str, ...], frames: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Every command line that lists something, for every managed system and frame."""
    found: list[str] = []
    for name in names_at(level):
        if not name.startswith("ls"):
            continue
        grammar = COMMANDS[name].declaration.at(level)
        for form in grammar.forms:
            if form.emulated and not _UNFILLED & {*form.required, *form.when}:
                found += _lines(name, grammar, form, systems, frames)
    return tuple(found)


def _lines(
    name: str, grammar: Grammar, form: Form, systems: tuple[str, ...], frames: tuple[str, ...]
) -> Iterator[str]:
    """The calls of one form: each value of each option that it needs, with `-F` and without."""
    for group in itertools.product(*form.one_of):
        flags = dict.fromkeys([*form.when, *form.required, *group])
        if not flags.keys() <= grammar.flags.keys() or _UNFILLED & flags.keys():
            continue
        choices: list[list[list[str]]] = []
        for flag in flags:
            option = grammar.flags[flag]
            named = frames if flag == "-e" else systems if option.kind == "system" else ()
            values = named or form.when.get(flag) or option.choices
            choices.append([[flag, v] for v in values] if option.value == "required" else [[flag]])
        for words in itertools.product(*choices):
            line = shlex.join([name, *itertools.chain.from_iterable(words)])
            yield line
            if "-F" in form.flags and "-F" not in flags:
                yield f"{line} -F --header"


def listings(hmc, command: str = "") -> dict[str, tuple[int, str]]:
    """Status and text of every listing of a console of `tests/commands/conftest.py`.

    `command` limits them to those of one command, where many examples are tried.
    """
    return asyncio.run(every_listing(hmc, command))


async def every_listing(hmc, command: str = "") -> dict[str, tuple[int, str]]:
    """The same inside a running loop."""
    datacenter = hmc.datacenter
    lines = calls(
        datacenter.console.level,
        tuple(frame.mtms for frame in datacenter.frames.values()),
        tuple(frame.mtms for frame in datacenter.managed_frames),
    )
    return await hmc.answers(line for line in lines if line.startswith(command))
