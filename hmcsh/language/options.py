"""Options of commands: the parser that a declaration drives.

The rules of the command line (measured against the forms that scripts send): a value may follow
its option joined (``-rlpar``) or as the next word; the value of ``-F`` may be left out; options
are never abbreviated or repeated; there are no operands; ``--help`` anywhere prints the help.
"""

from collections.abc import Iterable, Mapping

from .completion import complete
from .declarations import Declaration, Form, Grammar, Option
from .levels import Level
from .messages import CommandExit, ErrorList, HmcError
from .usage import usage

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

    Raises UsageRequested without any, HelpRequested with ``--help`` anywhere, else HmcError for
    the first argument that is unknown, repeated or lacks its value, then for values out of
    their limits, then for options that contradict each other, are missing, or do not belong to
    the form.
    """
    words = list(argv)
    if not words:
        raise UsageRequested(usage(declaration, level))
    if "--help" in words:
        raise HelpRequested(usage(declaration, level))
    grammar = declaration.at(level)
    given = _read(grammar, words)
    if given is None:
        raise HelpRequested(usage(declaration, level))
    flags = grammar.flags
    wrong = [f for f, value in given.items() if value is not True and not _valid(flags[f], value)]
    if wrong:
        raise _missing(grammar, wrong)
    form = _choose_form(grammar, given)
    _check_form(grammar, form, given)
    return Parsed(given, form, grammar)


def _valid(option: Option, value: str | bool) -> bool:
    return isinstance(value, str) and option.accepts(value)


def _missing(grammar: Grammar, flags: Iterable[str]) -> HmcError:
    """The error that lists parameters, in declared order and each once."""
    listed = set(flags)
    ordered = [option.flag for option in grammar.options if option.flag in listed]
    return HmcError("missing_or_invalid", parameters=ordered)


def _read(grammar: Grammar, words: list[str]) -> dict[str, str | bool] | None:
    """The options as given, by declared flag; None if help is asked for."""
    flags = grammar.flags
    given: dict[str, str | bool] = {}
    at = 0
    count = len(words)
    while at < count:
        word = words[at]
        at += 1
        value: str | bool = True
        option = flags.get(word)
        if option is None:
            if word in grammar.help_flags:
                return None
            option = grammar.joined.get(word[:2])
            if option is None:
                raise HmcError("invalid_parameter", name=word)
            value = word[2:]
        elif option.value == "required":
            if at == count or words[at] in flags or words[at] in grammar.help_flags:
                raise HmcError("missing_or_invalid", parameters=[option.flag])
            value = words[at]
            at += 1
        elif option.value == "optional":
            value = ""
            if at < count and not grammar.is_option(words[at]):
                value = words[at]
                at += 1
        if option.flag in given:
            raise HmcError("repeated_parameter", name=option.flag)
        given[option.flag] = value
    return given


def _mismatch(form: Form, given: Mapping[str, str | bool]) -> tuple[int, list[str]]:
    """How a form fails to apply: how many of its conditions hold before the first one with a
    wrong value (-1: none is wrong), and the conditions whose option is missing.
    """
    missing: list[str] = []
    for holding, (flag, values) in enumerate(form.when.items()):
        value = given.get(flag)
        if value is None:
            missing.append(flag)
        elif values and value not in values:
            return holding, missing
    return -1, missing


def _choose_form(grammar: Grammar, given: Mapping[str, str | bool]) -> Form:
    """The form that applies, the most specific one if several do."""
    best: Form | None = None
    near: list[tuple[Form, list[str]]] = []
    wrong: list[tuple[int, Form]] = []
    for form in grammar.forms:
        holding, missing = _mismatch(form, given)
        if holding >= 0:
            wrong.append((holding, form))
        elif missing:
            near.append((form, missing))
        elif best is None or len(form.when) > len(best.when):
            best = form
    if best is not None:
        return best
    if near:
        fewest = min(len(missing) for _, missing in near)
        nearest = [(form, missing) for form, missing in near if len(missing) == fewest]
        absent = {flag for _, missing in nearest for flag in missing}
        always = frozenset.intersection(*(frozenset(form.required) for form, _ in nearest))
        raise _missing(grammar, absent | (always - given.keys()))
    # Each form is told off by a value: blame the one at which the closest form fails.
    holding, form = max(wrong, key=lambda entry: entry[0])
    raise _missing(grammar, [list(form.when)[holding]])


def _check_form(grammar: Grammar, form: Form, given: Mapping[str, str | bool]) -> None:
    errors: list[HmcError] = []
    allowed = form.flags
    errors += [HmcError("invalid_parameter", name=flag) for flag in given if flag not in allowed]
    missing = [flag for flag in form.required if flag not in given and flag in grammar.flags]
    for group in (*form.one_of, *form.at_most_one):
        count = sum(flag in given for flag in group)
        if count > 1:
            names = [flag for flag in group if flag in given]
            errors.append(HmcError("mutually_exclusive", names=names))
        elif count == 0 and group in form.one_of:
            missing += group
    if "--header" in given and "-F" in grammar.flags and "-F" not in given:
        errors.append(HmcError("header_needs_F"))
    if missing:
        errors.append(_missing(grammar, missing))
    ErrorList.raise_if(errors[:1])
