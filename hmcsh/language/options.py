"""Options of commands: the parser that a declaration drives.

The rules of the command line (measured against the forms that scripts send): a value may follow
its option joined (``-rlpar``) or as the next word; the value of ``-F`` may be left out, or
be several words (op-test sends ``-F name state``, which the shell splits); options are never
abbreviated or repeated; operands are
those that a declaration names; ``--help`` anywhere prints the help.
"""

import itertools
from collections.abc import Iterable, Mapping

from hmcsh.language.completion import complete
from hmcsh.language.declarations import HELP_FLAGS, Declaration, Form, Grammar, Option
from hmcsh.language.levels import Level
from hmcsh.language.messages import CommandExit, HmcError
from hmcsh.language.usage import usage

__all__ = [
    "Declaration",
    "Form",
    "HelpRequested",
    "Option",
    "Parsed",
    "UsageRequested",
    "complete",
    "parse",
    "usage",
]


class UsageRequested(CommandExit):
    """The command was called without arguments: its usage is printed, status 1 (inferred)."""

    def __init__(self, text: str) -> None:
        super().__init__(text, 1)


class HelpRequested(CommandExit):
    """``--help`` was given: the usage is printed, status 0."""

    def __init__(self, text: str) -> None:
        super().__init__(text, 0)


class Parsed:
    """What was given: ``dest`` to value. An option without a value is True, one whose value was
    left out is ``""``.
    """

    __slots__ = ("_given", "_values", "form")

    def __init__(self, given: Mapping[str, str | bool], form: Form, grammar: Grammar) -> None:
        self.form = form
        self._given = given
        self._values = {grammar.flags[flag].dest: value for flag, value in given.items()}

    def get(self, dest: str) -> str | bool | None:
        """The value, True, or None if the option was not given."""
        return self._values.get(dest)

    def has(self, flag: str) -> bool:
        """Whether the option was given, by its declared flag."""
        return flag in self._given

    def text(self, dest: str) -> str | None:
        """The value of an option that takes one, or None."""
        value = self._values.get(dest)
        if isinstance(value, bool):
            raise TypeError(f"{dest} takes no value")
        return value

    def required(self, dest: str) -> str:
        """The value of an option that the form requires."""
        value = self.text(dest)
        if value is None:
            raise KeyError(dest)
        return value

    def number(self, dest: str) -> int | None:
        """The value of a numeric option, or None."""
        value = self.text(dest)
        return None if value is None else int(value)

    def __contains__(self, dest: object) -> bool:
        return dest in self._values

    def __repr__(self) -> str:
        return f"Parsed({self._values!r})"


def parse(declaration: Declaration, argv: Iterable[str], level: Level) -> Parsed:
    """Read the arguments of a command.

    Raises UsageRequested without any, unless none are wanted, HelpRequested with ``--help``
    anywhere, else HmcError for the first argument that is unknown, repeated or lacks its value,
    then for values out of their limits, then for options that contradict each other, are missing,
    or do not belong to the form.
    """
    words = list(argv)
    grammar = declaration.at(level)
    if not words and not grammar.wants_nothing:
        raise UsageRequested(usage(declaration, level))
    if "--help" in words:
        raise HelpRequested(usage(declaration, level))
    given = _read(grammar, words)
    if given is None:
        raise HelpRequested(usage(declaration, level))
    flags = grammar.flags
    wrong = [
        flag
        for flag, value in given.items()
        if isinstance(value, str) and not grammar.accepts(flags[flag], value)
    ]
    if wrong:
        raise _missing(grammar, wrong)
    form = _choose_form(grammar, given)
    _check_form(grammar, form, given)
    return Parsed(given, form, grammar)


def _missing(grammar: Grammar, flags: Iterable[str]) -> HmcError:
    """The error that lists parameters, in declared order and each once."""
    listed = set(flags)
    ordered = [option.flag for option in grammar.options if option.flag in listed]
    return HmcError("missing_or_invalid", parameters=ordered)


def _read(grammar: Grammar, words: list[str]) -> dict[str, str | bool] | None:
    """The options as given, by declared flag; None if help is asked for."""
    flags = grammar.flags
    given: dict[str, str | bool] = {}
    last: Option | None = None  # whose value is to come at the end
    operands = [option for option in grammar.options if option.value == "operand"]
    at = 0
    count = len(words)
    while at < count:
        word = words[at]
        at += 1
        value: str | bool = True
        option = flags.get(word)
        if option is None or option.value == "operand":
            if word in HELP_FLAGS:
                return None
            option = grammar.joined.get(word[:2])
            if option is not None:
                value = word[2:]
            elif operands and not word.startswith("-"):
                option, value = operands.pop(0), word
            elif last is not None and at == count:
                option, value, last = last, word, None
            else:
                raise HmcError("invalid_parameter", name=word)
        elif option.value == "required":
            if at == count or words[at] in flags or words[at] in HELP_FLAGS:
                raise HmcError("missing_or_invalid", parameters=[option.flag])
            value = words[at]
            at += 1
        elif option.value == "last":
            if at == count or grammar.is_option(words[at]):
                last = option
                continue
            value = words[at]
            at += 1
        elif option.value == "optional":
            # Names that a script has separated by blanks and not quoted come as several words,
            # none of which begins as an option does.
            names = list(
                itertools.takewhile(
                    lambda w: not (grammar.is_option(w) or w.startswith("--")), words[at:]
                )
            )
            value = " ".join(names)
            at += len(names)
        if option.flag in given:
            raise HmcError("repeated_parameter", name=option.flag)
        given[option.flag] = value
    if last is not None:
        raise HmcError("missing_or_invalid", parameters=[last.flag])
    return given


def _applies(form: Form, given: Mapping[str, str | bool]) -> bool:
    for flag, values in form.when.items():
        if flag not in given or (values and given[flag] not in values):
            return False
    return True


def _choose_form(grammar: Grammar, given: Mapping[str, str | bool]) -> Form:
    """The form that applies, the most specific one if several do."""
    best: Form | None = None
    for form in grammar.forms:
        if _applies(form, given) and (best is None or len(form.when) > len(best.when)):
            best = form
    if best is None:
        raise _no_form(grammar, given)
    return best


def _no_form(grammar: Grammar, given: Mapping[str, str | bool]) -> HmcError:
    """Why no form applies: the options that the nearest forms lack, or the value that is wrong."""
    lacking: list[tuple[set[str], Form]] = []
    wrong: list[tuple[int, str]] = []  # how many conditions hold before the one that fails
    for form in grammar.forms:
        bad = [
            (place, flag)
            for place, (flag, values) in enumerate(form.when.items())
            if flag in given and values and given[flag] not in values
        ]
        if bad:
            wrong.append(bad[0])
        else:
            lacking.append((form.when.keys() - given.keys(), form))
    if not lacking:
        return _missing(grammar, [max(wrong, default=(0, ""))[1]])
    fewest = min(len(flags) for flags, _ in lacking)
    nearest = [(flags, form) for flags, form in lacking if len(flags) == fewest]
    common = set.intersection(*(set(form.required) for _, form in nearest))
    return _missing(grammar, set.union(*(flags for flags, _ in nearest), common - given.keys()))


def _check_form(grammar: Grammar, form: Form, given: Mapping[str, str | bool]) -> None:
    """Raise for options that the form does not take, that exclude each other, or that lack."""
    if not given.keys() <= grammar.form_flags[form]:
        stray = next(flag for flag in given if flag not in grammar.form_flags[form])
        raise HmcError("invalid_parameter", name=stray)
    missing = [flag for flag in form.required if flag not in given and flag in grammar.flags]
    for group in form.one_of:
        if not _exclusive(group, given):
            missing += [flag for flag in group if flag in grammar.flags]
    for group in form.at_most_one:
        _exclusive(group, given)
    if "--header" in given and "-F" in grammar.flags and "-F" not in given:
        raise HmcError("header_needs_F")
    if missing:
        raise _missing(grammar, missing)


def _exclusive(group: tuple[str, ...], given: Mapping[str, str | bool]) -> bool:
    """Whether one of the group is given; HmcError if more are."""
    count = 0
    for flag in group:
        if flag in given:
            count += 1
    if count > 1:
        names = [flag for flag in group if flag in given]
        raise HmcError("mutually_exclusive", names=names)
    return count == 1
