"""Completion of a command's options and values, from its declaration."""

import re
from collections.abc import Callable, Iterable, Sequence

from hmcsh.language.declarations import Declaration, Form, Grammar, Option
from hmcsh.language.levels import Level

Lookup = Callable[[str, Sequence[str]], Iterable[str]]
"""Gives the names of a kind (``system``, ``partition``, ``attributes``, ``filter``, ...), knowing
the words before. The values of a filter are the kind ``filter:NAME``."""


def complete(
    declaration: Declaration, words: Sequence[str], current: str, level: Level, lookup: Lookup
) -> list[str]:
    """What the word being typed can become, sorted.

    ``words`` are the words between the command and the one being typed, ``current``. Each
    result replaces ``current`` as a whole. Wrong words before are no error.
    """
    grammar = declaration.at(level)
    given, open_option, operand = _read(grammar, words)
    found: list[str] = []
    if open_option is not None and not current.startswith("-"):
        found = _values(grammar, open_option, words, current, lookup)
    if open_option is None and operand is not None and not current.startswith("-"):
        found = _values(grammar, operand, words, current, lookup)
    if open_option is None or open_option.value == "optional":
        found += _options(grammar, given)
    return sorted({word for word in found if word.startswith(current)})


def _read(
    grammar: Grammar, words: Sequence[str]
) -> tuple[dict[str, str], Option | None, Option | None]:
    """The options given so far, the one whose value the next word is, the operand it may be."""
    operands = [option for option in grammar.options if option.value == "operand"]
    given: dict[str, str] = {}
    option: Option | None = None
    for word in words:
        if option is not None and not grammar.is_option(word):
            given[option.flag] = word
            option = None
            continue
        option = grammar.flags.get(word) if grammar.is_option(word) else None
        if option is None and operands and not word.startswith("-"):
            given[operands.pop(0).flag] = word
        elif option is None:
            joined = grammar.joined.get(word[:2])
            if joined is not None:
                given[joined.flag] = word[2:]
        else:
            given[option.flag] = ""
            if option.value == "none":
                option = None
    return given, option, operands[0] if operands else None


def _fits(form: Form, given: dict[str, str]) -> bool:
    return given.keys() <= form.flags and all(
        not values or flag not in given or given[flag] in values
        for flag, values in form.when.items()
    )


def _options(grammar: Grammar, given: dict[str, str]) -> list[str]:
    """The options that some form still takes beside those given."""
    open_flags: set[str] = set()
    for form in grammar.forms:
        if not _fits(form, given):
            continue
        excluded = {
            flag
            for group in (*form.one_of, *form.at_most_one)
            if any(member in given for member in group)
            for flag in group
        }
        open_flags |= form.flags - excluded
    names = [
        name
        for option in grammar.options
        if option.flag in open_flags and option.flag not in given and option.value != "operand"
        for name in (option.flag, *option.aliases)
    ]
    return [*names, *(flag for flag in grammar.dialect.help_flags if flag == "--help")]


def _values(
    grammar: Grammar, option: Option, words: Sequence[str], current: str, lookup: Lookup
) -> list[str]:
    if option.choices:
        return list(grammar.choices(option))
    if option.kind == "attributes":
        done = current[: re.search(r"[A-Za-z0-9_]*\Z", current).start()]  # type: ignore[union-attr]
        return [done + name for name in lookup(option.kind, words)]
    if option.kind in ("filter", "data"):
        return _pairs(option.kind, words, current, lookup)
    return list(lookup(option.kind, words)) if option.kind else []


def _pairs(kind: str, words: Sequence[str], current: str, lookup: Lookup) -> list[str]:
    """``name=`` at the start of a pair, and the values of its name after it."""
    pair_at = current.rfind(",") + 1
    pairs = re.findall(r'"?([A-Za-z0-9_]+)[+-]?=', current)
    name, equals, _ = current[pair_at:].partition("=")
    done = current[:pair_at] + (name + equals)
    if equals:
        return [done + value for value in lookup(f"{kind}:{pairs[-1]}", words)] if pairs else []
    found = [f"{current[:pair_at]}{one}=" for one in lookup(kind, words) if one not in pairs]
    if pairs:
        further = lookup(f"{kind}:{pairs[-1]}", words)
        found += [current[:pair_at] + value for value in further]
    return found
