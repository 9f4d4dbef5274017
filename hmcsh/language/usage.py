"""The usage text of a command, made from its declaration.

The layout is that of a capture (V9R1): the synopsis with one option a line, the purpose, and a
table of the options with the values of each. The words are the project's own.
"""

from hmcsh.language.declarations import Declaration, Form, Grammar, Option
from hmcsh.language.dialect import HMC
from hmcsh.language.levels import Level

_INDENT = 4
_COLUMN = 29  # of the dash before the help of an option


def usage(declaration: Declaration, level: Level) -> str:
    """The text that the command prints without arguments and where help is asked for.

    Other systems than the console show no more than the synopsis, one line for each form.
    """
    grammar = declaration.at(level)
    if declaration.dialect is not HMC:
        return "Usage: " + "\n       ".join(_forms(grammar))
    lines = ["Usage: " + synopsis(declaration, level, indent=len("Usage: ")), ""]
    lines += [declaration.summary, ""]
    for option in grammar.options:
        lines += _explanation(grammar, option)
    lines.append(_row("--help", "prints this text"))
    return "\n".join(lines)


def synopsis(declaration: Declaration, level: Level, indent: int = 0) -> str:
    """The command with its options, one a line, those after the first `indent` further in."""
    if declaration.dialect is not HMC:
        return ("\n" + " " * indent).join(_forms(declaration.at(level)))
    parts = [*_synopsis(declaration.at(level)), "[--help]"]
    head = declaration.name + " "
    return head + ("\n" + " " * (indent + len(head))).join(parts)


def _forms(grammar: Grammar) -> list[str]:
    """One line for each form of the command, with the values that its options take."""
    lines = []
    for form in grammar.forms:
        words = [grammar.declaration.name]
        grouped = {flag: group for group in (*form.one_of, *form.at_most_one) for flag in group}
        needed = {*form.when, *form.required}
        shown: set[str] = set()
        for option in grammar.options:
            if option.flag not in form.flags or option.flag in shown:
                continue
            group = _known(grammar, grouped.get(option.flag, (option.flag,)))
            shown.update(group)
            text = " | ".join(_word(grammar.flags[flag], form) for flag in group)
            if any(set(group) <= set(choice) for choice in form.one_of):
                words.append(f"{{{text}}}")
            else:
                words.append(text if option.flag in needed else f"[{text}]")
        lines.append(" ".join(words))
    return lines


def _word(option: Option, form: Form) -> str:
    """An option with its value, as the synopsis of one form has it."""
    name = option.metavar or option.kind or option.dest
    if option.value == "operand":
        return f"{name}..." if option.several else name
    if option.value == "none":
        return option.flag
    if form.when.get(option.flag):
        name = "|".join(form.when[option.flag])
    name = f"{name}..." if option.several else name
    return f"{option.flag} [{name}]" if option.value == "optional" else f"{option.flag} {name}"


def _value(grammar: Grammar, option: Option) -> str:
    if option.choices:
        return " | ".join(grammar.choices(option))
    name = option.metavar or option.kind.replace("_", " ") or "value"
    if not name.startswith(("<", '"')):
        name = f"<{name}>"
        if option.kind in ("filter", "data"):
            name = f'"{name}"'
    return f"[{name}]" if option.value == "optional" else name


def _spelling(grammar: Grammar, option: Option) -> str:
    flags = " | ".join((option.flag, *option.aliases))
    return flags if option.value in ("none", "operand") else f"{flags} {_value(grammar, option)}"


def _synopsis(grammar: Grammar) -> list[str]:
    """One entry for each option or group of alternatives; brackets where it may be left out."""
    forms = grammar.forms
    groups: dict[str, tuple[str, ...]] = {}
    for form in forms:
        for group in (*form.one_of, *form.at_most_one):
            for flag in group:
                groups.setdefault(flag, _known(grammar, group))
    needed = [
        frozenset((*form.when, *form.required, *(_known(grammar, g) for g in form.one_of)))
        for form in forms
    ]
    lines: list[str] = []
    shown: set[str] = set()
    for option in grammar.options:
        if option.flag in shown:
            continue
        group = groups.get(option.flag, (option.flag,))
        members = [grammar.flags[flag] for flag in group]
        shown.update(member.flag for member in members)
        text = " | ".join(_spelling(grammar, member) for member in members)
        always = all(
            group in flags or any(member.flag in flags for member in members) for flags in needed
        )
        lines.append(text if always else f"[{text}]")
    return lines


def _known(grammar: Grammar, group: tuple[str, ...]) -> tuple[str, ...]:
    """The alternatives that exist at the level."""
    return tuple(flag for flag in group if flag in grammar.flags)


def _row(flags: str, text: str) -> str:
    return f"{' ' * _INDENT}{flags}".ljust(_COLUMN) + f"- {text}"


def _explanation(grammar: Grammar, option: Option) -> list[str]:
    text = option.help or (option.metavar or option.kind or option.dest).replace("_", " ")
    choices = grammar.choices(option)
    if not (choices and option.choice_help):
        return [_row(", ".join((option.flag, *option.aliases)), text)]
    helps = dict(zip(option.choices, option.choice_help, strict=True))
    width = max(map(len, choices))
    lines = [_row(", ".join((option.flag, *option.aliases)), text.rstrip(":") + ":")]
    lines += [f"{' ' * (_COLUMN + 4)}{name.ljust(width)} - {helps[name]}" for name in choices]
    return lines
