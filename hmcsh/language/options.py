"""Options of commands: the parser that a declaration drives.

How words are split into options and how faults are told is the dialect of the system whose
command it is. The rules of the console (measured against the forms that scripts send): a value
may follow its option joined (``-rlpar``) or as the next word; the value of ``-F`` may be left
out, or be several words (op-test sends ``-F name state``, which the shell splits); options are
never abbreviated or repeated; operands are those that a declaration names; ``--help`` anywhere
prints the help.
"""

import collections
import itertools
from collections.abc import Iterable, Mapping

from hmcsh.language.completion import complete
from hmcsh.language.declarations import Declaration, Form, Grammar, Option
from hmcsh.language.dialect import Fault
from hmcsh.language.levels import Level
from hmcsh.language.messages import CATALOGUE, CommandExit, HmcError, Refusal, render
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


Value = str | bool | tuple[str, ...]
"""What was given with an option: True for one that takes no value."""


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
    left out is ``""``, one that takes several has them in a tuple.
    """

    __slots__ = ("_given", "_values", "form")

    def __init__(self, given: Mapping[str, Value], form: Form, grammar: Grammar) -> None:
        self.form = form
        self._given = given
        self._values = {grammar.flags[flag].dest: value for flag, value in given.items()}

    def get(self, dest: str) -> Value | None:
        """The value, True, or None if the option was not given."""
        return self._values.get(dest)

    def has(self, flag: str) -> bool:
        """Whether the option was given, by its declared flag."""
        return flag in self._given

    def text(self, dest: str) -> str | None:
        """The value of an option that takes one, or None."""
        value = self._values.get(dest)
        if isinstance(value, (bool, tuple)):
            raise TypeError(f"{dest} does not take one value")
        return value

    def words(self, dest: str) -> tuple[str, ...]:
        """The values of an option that takes several, in their order; none if it was not given."""
        value = self._values.get(dest, ())
        if not isinstance(value, tuple):
            raise TypeError(f"{dest} does not take several values")
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

    Raises UsageRequested without any, unless none are wanted, HelpRequested where help is asked
    for, else CommandExit (of the console: HmcError) for the first argument that is unknown,
    repeated or lacks its value, then for values out of their limits, then for options that
    contradict each other, are missing, or do not belong to the form.
    """
    words = list(argv)
    grammar = declaration.at(level)
    help_flags = grammar.dialect.help_flags
    if not words and not grammar.wants_nothing:
        raise UsageRequested(usage(declaration, level))
    if "--help" in words and "--help" in help_flags:
        raise HelpRequested(usage(declaration, level))
    read = _read_words if grammar.dialect.splitting == "words" else _read_letters
    given = read(grammar, words)
    if given is None:
        raise HelpRequested(usage(declaration, level))
    flags = grammar.flags
    wrong = [
        flag
        for flag, value in given.items()
        if isinstance(value, str) and not grammar.accepts(flags[flag], value)
    ]
    if wrong:
        raise _refusal(grammar, Fault.INVALID, wrong)
    form = _choose_form(grammar, given)
    _check_form(grammar, form, given)
    return Parsed(given, form, grammar)


def _refusal(grammar: Grammar, fault: Fault, flags: Iterable[str]) -> CommandExit:
    """The error for options or words, those that are declared in declared order and each once."""
    dialect, key = grammar.dialect, grammar.dialect.messages[fault]
    listed = list(dict.fromkeys(flags))
    ordered = [option.flag for option in grammar.options if option.flag in listed] or listed
    known: dict[str, object] = {
        "name": ordered[0],
        "names": ordered,
        "parameters": ordered,
        "letter": ordered[0].removeprefix("-"),
        "command": grammar.declaration.name,
    }
    fields = {name: known[name] for name in known.keys() & CATALOGUE[key].fields}
    if dialect.usage:
        text = f"{render(key, **fields)}\n{usage(grammar.declaration, grammar.level)}"
        return CommandExit(text, dialect.status)
    if dialect.status == 1:
        return HmcError(key, **fields)
    return Refusal(dialect.status, key, **fields)


def _missing(grammar: Grammar, flags: Iterable[str]) -> CommandExit:
    return _refusal(grammar, Fault.MISSING, flags)


def _read_words(grammar: Grammar, words: list[str]) -> dict[str, Value] | None:
    """The options as given, by declared flag; None if help is asked for."""
    flags = grammar.flags
    help_flags = grammar.dialect.help_flags
    given: dict[str, Value] = {}
    last: Option | None = None  # whose value is to come at the end
    operands = [option for option in grammar.options if option.value == "operand"]
    at = 0
    count = len(words)
    while at < count:
        word = words[at]
        at += 1
        value: Value = True
        option = flags.get(word)
        if option is None or option.value == "operand":
            if word in help_flags:
                return None
            option = grammar.joined.get(word[:2])
            if option is not None:
                value = word[2:]
            elif operands and not word.startswith("-"):
                if operands[0].several:
                    option, value = operands[0], _further(given, operands[0], word)
                    given.pop(option.flag, None)
                else:
                    option, value = operands.pop(0), word
            elif last is not None and at == count:
                option, value, last = last, word, None
            else:
                fault = Fault.UNKNOWN if word.startswith("-") else Fault.EXTRA
                raise _refusal(grammar, fault, [word])
        elif option.several:
            names = _values(grammar, words, at)
            at += len(names)
            if not names and option.value == "required":
                raise _refusal(grammar, Fault.NO_VALUE, [option.flag])
            value = tuple(names)
        elif option.value == "required":
            if at == count or words[at] in flags or words[at] in help_flags:
                raise _refusal(grammar, Fault.NO_VALUE, [option.flag])
            value = words[at]
            at += 1
        elif option.value == "last":
            if at == count or grammar.is_option(words[at]):
                last = option
                continue
            value = words[at]
            at += 1
        elif option.value == "optional":
            # Names that a script has separated by blanks and not quoted come as several words.
            names = _values(grammar, words, at)
            value = " ".join(names)
            at += len(names)
        if option.flag in given:
            raise _refusal(grammar, Fault.REPEATED, [option.flag])
        given[option.flag] = value
    if last is not None:
        raise _refusal(grammar, Fault.NO_VALUE, [last.flag])
    return given


def _values(grammar: Grammar, words: list[str], at: int) -> list[str]:
    """The words from a place up to the next one that is an option or begins as one."""

    def is_value(word: str) -> bool:
        return not (grammar.is_option(word) or word.startswith("-"))

    return list(itertools.takewhile(is_value, words[at:]))


def _further(given: Mapping[str, Value], option: Option, word: str) -> tuple[str, ...]:
    """What an option that takes several has with one more."""
    before = given.get(option.flag, ())
    return (*before, word) if isinstance(before, tuple) else (word,)


def _read_letters(grammar: Grammar, words: list[str]) -> dict[str, Value] | None:
    """The options as getopt of POSIX reads them, by declared flag; None if help is asked for.

    A word `--` ends the options. Of one that is given twice the last counts. Words of more than
    one letter behind `--` are options where one is declared (`--version`, `--name=value`).
    """
    given: dict[str, Value] = {}
    rest: list[str] = []
    left = collections.deque(words)
    while left:
        word = left.popleft()
        if word == "--":
            rest += left
            break
        if len(word) < 2 or word[0] != "-":
            rest.append(word)
            if grammar.dialect.permuted:
                continue
            rest += left
            break
        if word in grammar.dialect.help_flags:
            return None
        if word.startswith("--"):
            flag, equals, value = word.partition("=")
            _enter(grammar, given, flag, value if equals else None, left)
            continue
        letters = word[1:]
        while letters:
            flag, letters = f"-{letters[0]}", letters[1:]
            if _enter(grammar, given, flag, letters or None, left):
                break
    operands = [option for option in grammar.options if option.value == "operand"]
    for word in rest:
        if not operands:
            raise _refusal(grammar, Fault.EXTRA, [word])
        option = operands[0]
        if option.several:
            given[option.flag] = _further(given, option, word)
        else:
            given[operands.pop(0).flag] = word
    return given


def _enter(
    grammar: Grammar,
    given: dict[str, Value],
    flag: str,
    joined: str | None,
    left: collections.deque[str],
) -> bool:
    """Enter an option with its value, joined to it or the next word; tell whether it has one."""
    option = grammar.flags.get(flag)
    if option is None or option.value == "operand":
        raise _refusal(grammar, Fault.UNKNOWN, [flag])
    if option.value == "none":
        given[option.flag] = True
        return False
    if joined is None and not left:
        raise _refusal(grammar, Fault.NO_VALUE, [option.flag])
    value = left.popleft() if joined is None else joined
    given[option.flag] = _further(given, option, value) if option.several else value
    return True


def _applies(form: Form, given: Mapping[str, Value]) -> bool:
    for flag, values in form.when.items():
        if flag not in given or (values and given[flag] not in values):
            return False
    return True


def _choose_form(grammar: Grammar, given: Mapping[str, Value]) -> Form:
    """The form that applies, the most specific one if several do."""
    best: Form | None = None
    for form in grammar.forms:
        if _applies(form, given) and (best is None or len(form.when) > len(best.when)):
            best = form
    if best is None:
        raise _no_form(grammar, given)
    return best


def _no_form(grammar: Grammar, given: Mapping[str, Value]) -> CommandExit:
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
        return _refusal(grammar, Fault.INVALID, [max(wrong, default=(0, ""))[1]])
    fewest = min(len(flags) for flags, _ in lacking)
    nearest = [(flags, form) for flags, form in lacking if len(flags) == fewest]
    common = set.intersection(*(set(form.required) for _, form in nearest))
    return _missing(grammar, set.union(*(flags for flags, _ in nearest), common - given.keys()))


def _check_form(grammar: Grammar, form: Form, given: Mapping[str, Value]) -> None:
    """Raise for options that the form does not take, that exclude each other, or that lack."""
    if not given.keys() <= grammar.form_flags[form]:
        stray = next(flag for flag in given if flag not in grammar.form_flags[form])
        raise _refusal(grammar, Fault.STRAY, [stray])
    missing = [flag for flag in form.required if flag not in given and flag in grammar.flags]
    for group in form.one_of:
        if not _exclusive(grammar, group, given):
            missing += [flag for flag in group if flag in grammar.flags]
    for group in form.at_most_one:
        _exclusive(grammar, group, given)
    if "--header" in given and "-F" in grammar.flags and "-F" not in given:
        raise HmcError("header_needs_F")
    if missing:
        raise _missing(grammar, missing)


def _exclusive(grammar: Grammar, group: tuple[str, ...], given: Mapping[str, Value]) -> bool:
    """Whether one of the group is given; raises CommandExit if more are."""
    count = 0
    for flag in group:
        if flag in given:
            count += 1
    if count > 1:
        names = [flag for flag in group if flag in given]
        raise _refusal(grammar, Fault.EXCLUSIVE, names)
    return count == 1
