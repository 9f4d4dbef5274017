"""Options of commands: their declaration, and the parser that it drives.

A :class:`Declaration` is the one place that says what a command takes. The parser, the usage
text, the completion and the generated pages read it.

The rules of the command line (measured against the forms that scripts send): a value may follow
its option joined (``-rlpar``) or as the next word; the value of ``-F`` may be left out; options
are never abbreviated or repeated; there are no operands; ``--help`` anywhere prints the help.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .levels import ALWAYS, Level, Span
from .messages import CommandExit, ErrorList, HmcError, Trust

__all__ = [
    "Declaration",
    "Form",
    "HelpRequested",
    "Option",
    "Parsed",
    "UsageRequested",
    "parse",
]


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    ``dest`` is the name under which :class:`Parsed` holds its value. ``kind`` says what the
    value is, for completion and for checking (``system``, ``partition``, ``partition_id``,
    ``profile``, ``integer``, ``choice``, ``attributes``, ``filter``, ``data``, ``file``, ...).
    ``choices`` with ``choice_help``, ``minimum`` and ``maximum`` limit it. ``aliases`` are other
    spellings (``--add`` of ``-a``).
    """

    flag: str
    dest: str
    value: Literal["none", "required", "optional"] = "none"
    metavar: str = ""
    help: str = ""
    kind: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    span: Span = ALWAYS
    trust: Trust = Trust.DOCUMENT
    source: str = ""
    choice_help: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for flag in (self.flag, *self.aliases):
            if not flag.startswith("-") or "=" in flag or flag in ("-", "--"):
                raise ValueError(f"not an option: {flag!r}")
        if self.value == "none" and (self.choices or self.numeric):
            raise ValueError(f"{self.flag} takes no value, yet limits it")
        if self.choice_help and len(self.choice_help) != len(self.choices):
            raise ValueError(f"{self.flag}: a help text for each choice or for none")

    @property
    def numeric(self) -> bool:
        """Whether the value must be a whole number."""
        return self.kind == "integer" or self.minimum is not None or self.maximum is not None

    def accepts(self, value: str) -> bool:
        """Whether the value lies within the declared limits."""
        if self.choices:
            return value in self.choices
        if not self.numeric:
            return bool(value) or self.value == "optional"
        # No number of a command line has more digits; int() of a huge one takes long.
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            return False
        return (self.minimum is None or self.minimum <= int(value)) and (
            self.maximum is None or int(value) <= self.maximum
        )


@dataclass(frozen=True, slots=True)
class Form:
    """One shape of a command, such as ``chsysstate -r lpar -o on``.

    It applies when each option of ``when`` is given with one of the values (an empty tuple: with
    any, or without one). Of each group of ``one_of`` exactly one option must be given, of each
    group of ``at_most_one`` none or one. Options that the form does not name are refused.
    """

    when: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    span: Span = ALWAYS

    @property
    def flags(self) -> frozenset[str]:
        """All options that the form takes."""
        groups = (self.when, self.required, self.optional, *self.one_of, *self.at_most_one)
        return frozenset(flag for group in groups for flag in group)


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A command: its options, its forms, one sentence of purpose, and notes for its page.

    ``--help`` needs no declaration; ``-h`` means the same unless the command declares it.
    """

    name: str
    summary: str
    options: tuple[Option, ...]
    forms: tuple[Form, ...]
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    span: Span = ALWAYS
    source: str = ""

    def __post_init__(self) -> None:
        flags = [flag for one in self.options for flag in (one.flag, *one.aliases)]
        if len(set(flags)) != len(flags):
            raise ValueError(f"{self.name}: an option is declared twice")
        if len({option.dest for option in self.options}) != len(self.options):
            raise ValueError(f"{self.name}: two options have one dest")
        if not self.forms:
            raise ValueError(f"{self.name}: a command has at least one form")
        known = {option.flag: option for option in self.options}
        for form in self.forms:
            if missing := form.flags - known.keys():
                raise ValueError(f"{self.name}: not declared: {', '.join(sorted(missing))}")
            for flag, values in form.when.items():
                if stray := set(values) - set(known[flag].choices):
                    raise ValueError(f"{self.name}: {flag} cannot be {', '.join(sorted(stray))}")

    def at(self, level: Level) -> "Grammar":
        """What the command takes at a level."""
        return _grammar(self, level)


class UsageRequested(CommandExit):
    """The command was called without arguments: its usage is printed, status 1 (inferred)."""

    def __init__(self, text: str) -> None:
        super().__init__(text, 1)


class HelpRequested(CommandExit):
    """``--help`` was given: the usage is printed, status 0."""

    def __init__(self, text: str) -> None:
        super().__init__(text, 0)


class Grammar:
    """A declaration as it stands at one level, with the tables that the parser reads."""

    __slots__ = ("declaration", "flags", "forms", "help_flags", "joined", "level", "options")

    def __init__(self, declaration: Declaration, level: Level) -> None:
        self.declaration = declaration
        self.level = level
        self.options = tuple(o for o in declaration.options if o.span.covers(level))
        self.flags = {flag: o for o in self.options for flag in (o.flag, *o.aliases)}
        self.joined = {
            flag: option
            for flag, option in self.flags.items()
            if len(flag) == 2 and option.value != "none"
        }
        self.help_flags = frozenset({"-h", "--help"} - self.flags.keys())
        self.forms = tuple(
            form
            for form in declaration.forms
            if form.span.covers(level) and form.when.keys() <= self.flags.keys()
        )

    def choices(self, option: Option) -> tuple[str, ...]:
        """The values of the option that some form accepts at the level, in declared order."""
        accepted: set[str] = set()
        for form in self.forms:
            if option.flag in form.flags:
                accepted.update(form.when.get(option.flag) or option.choices)
        return tuple(choice for choice in option.choices if choice in accepted)

    def is_option(self, word: str) -> bool:
        """Whether the word would be read as an option, alone or joined with its value."""
        return word in self.flags or word in self.help_flags or word[:2] in self.joined


@cache
def _grammar(declaration: Declaration, level: Level) -> Grammar:
    return Grammar(declaration, level)


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
    from .usage import usage  # the text is made from the same declaration

    words = list(argv)
    if not words:
        raise UsageRequested(usage(declaration, level))
    if "--help" in words:
        raise HelpRequested(usage(declaration, level))
    grammar = _grammar(declaration, level)
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
