"""Every option of every command has a call that accepts it and one that refuses it.

The calls are made from the declarations: a new option is tried without a line here.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator

import pytest
from hmcsh.commands.hmc import COMMANDS, SPANS
from support.lab import L9, L10

from hmcsh.language.declarations import HELP_FLAGS, Form, Grammar, Option
from hmcsh.language.levels import ALWAYS, LEVELS, V7R3_2
from hmcsh.language.messages import HmcError
from hmcsh.language.options import parse

CASES = [
    pytest.param(name, level, id=f"{name}-{level}")
    for name in COMMANDS
    for level in LEVELS
    if SPANS.get(name, ALWAYS).covers(level)
]


def sample(option: Option, form: Form) -> str:
    """A value that the option takes in the form."""
    if form.when.get(option.flag):
        return form.when[option.flag][0]
    limits = option.limits
    return limits.accepts[0] if limits is not None else "x"


def words(grammar: Grammar, form: Form, *more: str, without: str = "") -> list[str]:
    """The least call of a form, with further options, or without one that it needs."""
    flags = [*form.when, *form.required, *(group[0] for group in form.one_of)]
    found: list[str] = []
    for flag in dict.fromkeys([*flags, *more]):
        option = grammar.flags.get(flag)
        if option is None or flag == without:
            continue
        if option.value != "operand":
            found.append(flag)
        if option.value != "none":
            found.append(sample(option, form))
    return found


def groups(form: Form) -> list[tuple[str, ...]]:
    return [*form.one_of, *form.at_most_one]


def partners(grammar: Grammar, form: Form, flag: str) -> list[str]:
    """What has to come with an option: -F with --header, and not its alternatives."""
    return ["-F", flag] if flag == "--header" and "-F" in grammar.flags else [flag]


def optional(grammar: Grammar, form: Form) -> Iterator[str]:
    in_groups = set(itertools.chain.from_iterable(form.one_of))
    for flag in (*form.optional, *itertools.chain.from_iterable(form.at_most_one)):
        if flag in grammar.flags and flag not in in_groups:
            yield flag


def error(grammar: Grammar, argv: list[str]) -> HmcError:
    with pytest.raises(HmcError) as caught:
        parse(grammar.declaration, argv, grammar.level)
    return caught.value


@pytest.mark.parametrize(("name", "level"), CASES)
def test_every_form_takes_its_options(name, level) -> None:
    grammar = COMMANDS[name].declaration.at(level)
    taken = set()
    for form in grammar.forms:
        calls = [words(grammar, form)]
        calls += [
            words(grammar, form, *partners(grammar, form, flag)) for flag in optional(grammar, form)
        ]
        calls += [
            [*words(grammar, form, without=group[0]), *words(grammar, Form({}), flag)]
            for group in form.one_of
            for flag in group
            if flag in grammar.flags
        ]
        for argv in calls:
            parsed = parse(grammar.declaration, argv, level) if argv else None
            if parsed is not None:
                taken |= {option.flag for option in grammar.options if option.dest in parsed}
    assert taken == {option.flag for option in grammar.options}, "an option that no form takes"


@pytest.mark.parametrize(("name", "level"), CASES)
def test_an_option_twice_without_value_or_out_of_its_limits_is_refused(name, level) -> None:
    grammar = COMMANDS[name].declaration.at(level)
    for option in grammar.options:
        if option.value == "operand":
            continue
        value = [] if option.value == "none" else [sample(option, Form({}))]
        again = error(grammar, [option.flag, *value, option.flag, *value])
        assert again.message.key == "repeated_parameter", option.flag
        if option.value == "required":
            bare = error(grammar, [option.flag])
            assert bare.fields == {"parameters": [option.flag]}, option.flag
        limits = option.limits
        for wrong in limits.refuses if limits is not None else ():
            found = error(grammar, [option.flag, wrong])
            assert option.flag in str(found.fields["parameters"]), (option.flag, wrong)


@pytest.mark.parametrize(("name", "level"), CASES)
def test_what_a_form_needs_is_asked_for(name, level) -> None:
    grammar = COMMANDS[name].declaration.at(level)
    for form in grammar.forms:
        for flag in form.required:
            if flag not in grammar.flags:
                continue
            argv = words(grammar, form, without=flag)
            if not argv:
                continue  # without any argument the usage is printed
            try:
                parsed = parse(grammar.declaration, argv, level)
            except HmcError as refusal:
                assert refusal.message.key in ("missing_or_invalid", "invalid_parameter")
            else:
                assert parsed.form is not form, f"{flag} is not asked for"


@pytest.mark.parametrize(("name", "level"), CASES)
def test_alternatives_exclude_each_other(name, level) -> None:
    grammar = COMMANDS[name].declaration.at(level)
    for form in grammar.forms:
        for group in groups(form):
            known = [flag for flag in group if flag in grammar.flags]
            for one, two in itertools.combinations(known, 2):
                argv = words(grammar, form, one, two)
                refusal = error(grammar, argv)
                assert refusal.message.key == "mutually_exclusive", argv


@pytest.mark.parametrize(("name", "level"), CASES)
def test_an_option_of_another_level_or_of_no_form_is_refused(name, level) -> None:
    declaration = COMMANDS[name].declaration
    grammar = declaration.at(level)
    for option in declaration.options:
        if option.flag not in grammar.flags and option.flag not in HELP_FLAGS:
            refusal = error(grammar, [option.flag, *(["x"] if option.value != "none" else [])])
            assert refusal.message.key == "invalid_parameter", option.flag
    for form in grammar.forms:
        stray = next((o.flag for o in grammar.options if o.flag not in form.flags), None)
        if stray is not None:
            argv = words(grammar, form, stray)
            try:
                parsed = parse(declaration, argv, level)
            except HmcError:
                continue
            assert parsed.form is not form, argv


@pytest.mark.parametrize("name", COMMANDS)
def test_each_attribute_can_be_asked_for_at_its_levels_only(name) -> None:
    for table in COMMANDS[name].tables.values():
        for level, attribute in itertools.product(LEVELS, table.attributes):
            known = any(
                attribute.name in (other.name, *other.alias) and other.span.covers(level)
                for other in table.attributes
            )
            if known:
                assert table.listing([], level, attribute.name) == ["No results were found."]
            else:
                with pytest.raises(HmcError) as caught:
                    table.listing([], level, attribute.name)
                assert caught.value.message.key == "invalid_attribute"


def selecting(form: Form) -> tuple[str, ...]:
    """The alternatives by which a form selects a partition, if it does."""
    return next((group for group in form.one_of if "--id" in group), ())


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_system_is_told(name, console) -> None:
    hmc = console("redbook")
    grammar = COMMANDS[name].declaration.at(V7R3_2)
    for form in grammar.forms:
        argv = words(grammar, form)
        if form.emulated and "-m" in argv and grammar.flags["-m"].kind.startswith("system"):
            status, text = hmc(shlex.join([name, *argv]))
            assert (status, text.split()[0]) == (1, "HSCL8018"), argv


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_partition_is_told(name, console) -> None:
    hmc = console("redbook")
    grammar = COMMANDS[name].declaration.at(V7R3_2)
    for form in grammar.forms:
        for flag in selecting(form) if form.emulated else ():
            if flag not in grammar.flags or grammar.flags[flag].value == "none":
                continue
            option = grammar.flags[flag]
            code, value = ("HSCL8011", "99") if flag == "--id" else ("HSCL8012", "x")
            argv = [*words(grammar, form, without=selecting(form)[0]), option.flag, value]
            for system, known in (("-m", L10), ("-t", L9)):
                if system in argv and grammar.flags[system].kind.startswith("system"):
                    argv[argv.index(system) + 1] = known
            status, text = hmc(shlex.join([name, *argv]))
            assert (status, text.split()[0]) == (1, code), argv
