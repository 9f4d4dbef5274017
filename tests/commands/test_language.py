"""What is wrong with a call is told by one mechanism: the same words at every command and level.

The calls are made from the declarations and the tables, and go through the shell.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hmcsh.commands.hmc import COMMANDS, names_at
from support.inputs import LAB, SITES, add_roles, taken_at
from support.listings import calls, every_listing

from hmcsh.language.declarations import Grammar
from hmcsh.language.levels import LEVELS, Level
from hmcsh.language.messages import HmcError, render
from hmcsh.language.options import parse

Case = tuple[str, str]  # a command line, and what it is answered


def of_options(grammar: Grammar) -> Iterator[Case]:
    """An option that there is not, one twice, one without its value, a word too many."""
    name = grammar.declaration.name
    yield f"{name} --bogus", render("invalid_parameter", name="--bogus")
    if not any(option.value == "operand" for option in grammar.options):
        yield f"{name} stray", render("invalid_parameter", name="stray")
    for option in grammar.options:
        flag = option.flag
        if option.value == "required":
            lacking = render("missing_or_invalid", parameters=[flag])
            yield f"{name} {flag}", lacking
            if option.kind != "data":
                yield f"{name} {flag} ''", lacking
        if option.value in ("none", "required"):
            value = "" if option.value == "none" else "1"
            again = render("repeated_parameter", name=flag)
            yield f"{name} {flag} {value} {flag} {value}", again
        if option.limits is not None and option.many is None:
            for wrong in option.limits.refuses:
                line = f"{name} {flag} {shlex.quote(wrong)}"
                yield line, render("missing_or_invalid", parameters=[flag])


async def of_listings(hmc: Any, level: Level) -> AsyncIterator[Case]:
    """An attribute and a filter that there are not, and a filter that is no record."""
    for line in calls(level, ("p9",), ("rack1",)):
        if " -F" in line or (await hmc.run(line))[0]:
            continue  # some systems have none of what is asked for
        name, *words = shlex.split(line)
        form = parse(COMMANDS[name].declaration, words, level).form
        if "-F" in form.flags:
            yield f"{line} -F bogus", render("invalid_attribute", name="bogus")
            yield f"{line} -F a,,b", render("missing_or_invalid", parameters=["-F"])
        if "--filter" in form.flags:
            yield f"{line} --filter bogus=1", render("invalid_filter", name="bogus")
            for wrong in ('"a', "bogus", "=1"):
                malformed = render("missing_or_invalid", parameters=["--filter"])
                yield f"{line} --filter {shlex.quote(wrong)}", malformed


def of_records(level: Level) -> Iterator[Case]:
    """An attribute that there is not, one that is no list amended, and text that is no record."""
    bad = render("bad_configuration_data")
    for command, key in dict.fromkeys((command, key) for command, key, _ in taken_at(level)):
        site = SITES[command, key][0]
        name, *words = shlex.split(site.call.format("x=y"))
        try:
            parse(COMMANDS[name].declaration, words, level)
        except HmcError:
            continue  # the console of this level does not know the call
        if site.span.covers(level):
            base = f"{site.base.rstrip(',')}," if site.base else ""
            unknown = shlex.quote(f"{base}bogus=1")
            yield site.call.format(unknown), render("invalid_attribute", name="bogus")
            for wrong in ('"a=b', 'a="b', "a=b,a=c", "=1", 'a"b=1'):
                yield site.call.format(shlex.quote(base + wrong)), bad


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_every_mistake_is_told_in_the_same_words_and_changes_nothing(console, level: Level) -> None:
    async def run(hmc: Any) -> list[str]:
        before = await every_listing(hmc, "lssyscfg")
        cases = [
            *(case for name in names_at(level) for case in of_options(at(name))),
            *[case async for case in of_listings(hmc, level)],
            *of_records(level),
        ]
        wrong = []
        for line, expected in cases:
            status, text = await hmc.run(line)
            if (status, text) != (1, expected + "\n"):
                wrong.append(f"{line}: {status} {text.strip()}")
        assert await every_listing(hmc, "lssyscfg") == before
        return wrong

    def at(name: str) -> Grammar:
        return COMMANDS[name].declaration.at(level)

    hmc = console(LAB)
    hmc.datacenter.console.level = level
    add_roles(hmc)
    wrong = asyncio.run(run(hmc))
    assert not wrong, "\n".join(wrong)
