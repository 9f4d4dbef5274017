"""The declaration of a command: the one place that says what it takes.

The parser, the usage text, the completion and the generated pages read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hmcsh.language.dialect import HMC, Dialect
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.values import Number, OneOf, ValueParser


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    ``dest`` is the name under which :class:`Parsed` holds its value. ``kind`` says what the
    value is, for completion and for checking (``system``, ``partition``, ``partition_id``,
    ``profile``, ``integer``, ``choice``, ``attributes``, ``filter``, ``data``, ``file``, ...).
    ``choices`` with ``choice_help``, ``minimum`` and ``maximum`` limit it. ``aliases`` are other
    spellings (``--add`` of ``-a``). A value that is ``last`` stands behind its option or, if other
    options stand there, at the end of the line (scripts for mkauthkeys: ``--add -u USER KEY``). An
    ``operand`` has no option before it: operands stand in their declared order between or behind
    the options, and ``flag`` is what the usage calls them, such as ``<profile>``. At
    the levels of ``many`` the value may be several, joined by commas. With ``several`` the option
    takes several words (``-attr A=V A=V``), or may be given several times where options are
    letters; :meth:`Parsed.words` has them all.
    """

    flag: str
    dest: str
    value: Literal["none", "required", "optional", "last", "operand"] = "none"
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
    many: Span | None = None
    several: bool = False

    def __post_init__(self) -> None:
        for flag in (self.flag, *self.aliases):
            is_option = flag.startswith("-") and "=" not in flag and flag not in ("-", "--")
            if is_option is (self.value == "operand"):
                raise ValueError(f"not an option: {flag!r}")
        if self.value == "none" and (self.choices or self.numeric):
            raise ValueError(f"{self.flag} takes no value, yet limits it")
        if self.choice_help and len(self.choice_help) != len(self.choices):
            raise ValueError(f"{self.flag}: a help text for each choice or for none")

    @property
    def numeric(self) -> bool:
        """Whether the value must be a whole number."""
        return self.kind == "integer" or self.minimum is not None or self.maximum is not None

    @property
    def limits(self) -> ValueParser | None:
        """The parser that knows which values lie within the declared limits, if there are any.

        It also gives examples of both sides.
        """
        if self.choices:
            return OneOf(self.choices)
        return Number(self.minimum or 0, self.maximum) if self.numeric else None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One shape of a command, such as ``chsysstate -r lpar -o on``.

    It applies when each option of ``when`` is given with one of the values (an empty tuple: with
    any, or without one). Of each group of ``one_of`` exactly one option must be given, of each
    group of ``at_most_one`` none or one. Options that the form does not name are refused. A form
    that is not ``emulated`` is one that consoles know; it is refused as such.
    """

    when: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()
    span: Span = ALWAYS
    emulated: bool = True

    @property
    def flags(self) -> frozenset[str]:
        """All options that the form takes."""
        groups = (self.when, self.required, self.optional, *self.one_of, *self.at_most_one)
        return frozenset(flag for group in groups for flag in group)


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A command: its options, its forms, one sentence of purpose, and notes for its page.

    The options that ask for help (``--help`` of the console) need no declaration; ``-h`` means the
    same unless the command declares it. ``dialect`` is the way of the system whose command it is;
    the levels of spans are those of that system.
    """

    name: str
    summary: str
    options: tuple[Option, ...]
    forms: tuple[Form, ...]
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    source: str = ""
    dialect: Dialect = HMC

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


HELP_FLAGS = HMC.help_flags  # a command's own option of that name comes first


class Grammar:
    """A declaration as it stands at one level, with the tables that the parser reads."""

    __slots__ = (
        "declaration",
        "dialect",
        "flags",
        "form_flags",
        "forms",
        "joined",
        "level",
        "limits",
        "options",
    )

    def __init__(self, declaration: Declaration, level: Level) -> None:
        self.declaration = declaration
        self.dialect = declaration.dialect
        self.level = level
        self.options = tuple(o for o in declaration.options if o.span.covers(level))
        self.flags = {flag: o for o in self.options for flag in (o.flag, *o.aliases)}
        self.limits = {option.flag: option.limits for option in self.options}
        self.joined = {
            flag: option
            for flag, option in self.flags.items()
            if len(flag) == 2 and option.value in ("required", "optional") and self.dialect.joined
        }
        self.forms = tuple(
            form
            for form in declaration.forms
            if form.span.covers(level) and form.when.keys() <= self.flags.keys()
        )
        self.form_flags = {form: form.flags for form in self.forms}

    @property
    def wants_nothing(self) -> bool:
        """Whether the command has a form that needs no option, so that a bare call is of it."""
        return any(not (form.when or form.required or form.one_of) for form in self.forms)

    def choices(self, option: Option) -> tuple[str, ...]:
        """The values of the option that some form accepts at the level, in declared order."""
        accepted: set[str] = set()
        for form in self.forms:
            if option.flag in form.flags:
                accepted.update(form.when.get(option.flag) or option.choices)
        return tuple(choice for choice in option.choices if choice in accepted)

    def accepts(self, option: Option, value: str) -> bool:
        """Whether the value lies within the limits of the option; where it has none, whether
        there is a value at all. Empty data is left to the parser of records.
        """
        if option.many is not None and option.many.covers(self.level):
            return all(self._accepts_one(option, part) for part in value.split(","))
        return self._accepts_one(option, value)

    def _accepts_one(self, option: Option, value: str) -> bool:
        limits = self.limits[option.flag]
        if limits is None:
            return bool(value) or option.value == "optional" or option.kind == "data"
        try:
            limits(value)
        except ValueError:
            return False
        return True

    def is_option(self, word: str) -> bool:
        """Whether the word would be read as an option, alone or joined with its value."""
        if word in self.flags:
            return self.flags[word].value != "operand"
        return word in self.dialect.help_flags or word[:2] in self.joined


@cache
def _grammar(declaration: Declaration, level: Level) -> Grammar:
    return Grammar(declaration, level)
