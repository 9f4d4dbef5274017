"""Every attribute that can be set has values that a command takes, and values that it refuses.

The values are the examples of its parser. They are sent through the command at each level at which
it takes the attribute: what is accepted shows in the listing, what is refused changes nothing. A
new attribute is tried without a line here; if it has no such values, that fails.
"""

from __future__ import annotations

import asyncio
import csv
import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from hmcsh.commands.hmc import COMMANDS
from support.inputs import LAB, SITES, Site, add_roles, field, taken_at
from support.listings import every_listing

from hmcsh.language.attributes import Attribute
from hmcsh.language.levels import LEVELS, Level
from hmcsh.language.messages import HmcError
from hmcsh.language.options import parse
from hmcsh.language.records import parse_record

# No listing shows a password, and every partition has its own serial adapters.
UNSEEN = (("passwd", "StrongPassword"), ("virtual_serial_adapters", "none"))


def exists(site: Site, level: Level) -> bool:
    """Whether the console of a level knows the call."""
    if not site.span.covers(level):
        return False
    name, *words = shlex.split(site.call.format("x=y"))
    try:
        return parse(COMMANDS[name].declaration, words, level).form.emulated
    except HmcError:
        return False


def shown_as(attribute: Attribute, given: str, shown: str) -> bool:
    """Whether a listing shows the value that was given."""
    if given == shown:
        return True
    assert attribute.parse is not None
    parser = attribute.parse
    try:
        if not attribute.many:
            return bool(parser(given) == parser(shown))
        texts = [elements(attribute, text) for text in (given, shown)]
        if parser(texts[0]) == parser(texts[1]):
            return True
    except (HmcError, ValueError):
        pass
    return attribute.many and within(words_of(given), words_of(shown))


def words_of(text: str) -> list[str]:
    """The words of a list, without the names that parts of its elements may have."""
    return [word for word in re.split(r"""[/:,"]|\w+=""", text) if word]


def within(few: list[str], many: list[str]) -> bool:
    """Whether words stand in this order among others, by which a listing fills in an element."""
    rest = iter(many)
    return all(word in rest for word in few)


def elements(attribute: Attribute, text: str) -> tuple[str, ...]:
    """The elements of a list as a record gives them."""
    (found,) = parse_record(field(attribute, text))
    return found.values


async def taken_by(
    hmc: Any, sites: list[Site], attribute: Attribute
) -> tuple[Site | None, list[str]]:
    """The first call that takes examples, with what a listing shows amiss after each of them.

    What makes something is done once.
    """
    assert attribute.parse is not None
    for site in sites:
        accepted, amiss = False, []
        for text in attribute.parse.accepts:
            status, _ = await hmc.run(site.line(attribute, text))
            if status == 0:
                accepted = True
                amiss += await unlike(hmc, site, attribute, text)
                if site.once:
                    break
        if accepted:
            return site, amiss
    return None, []


async def unlike(hmc: Any, site: Site, attribute: Attribute, text: str) -> list[str]:
    """What a listing shows instead of the value."""
    if not site.shows or (attribute.name, text) in UNSEEN:
        return []
    status, output = await hmc.run(site.shown(attribute))
    rows = ["".join(row) for row in csv.reader(output.splitlines(), strict=True)]
    if status == 0 and any(shown_as(attribute, text, row) for row in rows):
        return []
    return [f"{site.line(attribute, text)}: {output.strip()}"]


@pytest.fixture
def make(console) -> Callable[[Level], Any]:
    """Make a console of a level over the lab."""

    def made(level: Level) -> Any:
        hmc = console(LAB)
        hmc.datacenter.console.level = level
        add_roles(hmc)
        return hmc

    return made


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_what_is_accepted_shows_and_what_is_refused_changes_nothing(make, level: Level) -> None:
    async def run() -> list[str]:
        problems = []
        pristine = make(level)
        before = await every_listing(pristine)
        hmc = make(level)
        for command, key, attribute in taken_at(level):
            where = f"{command} {key} {attribute.name}"
            sites = [site for site in SITES[command, key] if exists(site, level)]
            if not sites:
                continue
            site, amiss = await taken_by(hmc, sites, attribute)
            if site is None:  # perhaps for what was changed before
                hmc = make(level)
                site, amiss = await taken_by(hmc, sites, attribute)
            if site is None:
                problems.append(f"{where}: no example is accepted")
                continue
            problems += amiss
            if site.once or attribute.name == "new_name":
                hmc = make(level)
            assert attribute.parse is not None
            if not attribute.parse.refuses:
                problems.append(f"{where}: no example is refused")
            for text in attribute.parse.refuses:
                line = site.line(attribute, text)
                status, _ = await pristine.run(line)
                if status == 0:
                    problems.append(f"{line}: not refused")
                    pristine = make(level)
        after = await every_listing(pristine)
        problems += [
            f"{line}: changed by what was refused" for line in before if before[line] != after[line]
        ]
        return problems

    problems = asyncio.run(run())
    assert not problems, "\n".join(problems)
