"""Makes docs/commands/*.md and docs/coverage.md from the declarations: `make docs`."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from pathlib import Path

from hmcsh.commands import aix, linux, vios
from hmcsh.commands.common.partition import PartitionCommand
from hmcsh.commands.hmc import COMMANDS, SPANS, Command
from hmcsh.commands.hmc.common import unemulated

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import ALWAYS, LEVELS, Level, Span
from hmcsh.language.messages import CATALOGUE, Trust
from hmcsh.language.usage import synopsis

FOLDER = Path(__file__).with_name("commands")
COVERAGE = Path(__file__).with_name("coverage.md")
SYSTEMS = Path(__file__).with_name("systems.md")
MADE = "This page is made by `make docs` from the declarations of the commands.\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "".join("| " + " | ".join(_cell(text) for text in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _levels(span: Span) -> str:
    """The levels of a span in words."""
    if span == ALWAYS:
        return "all"
    words = [f"from {span.since}"] if span.since else []
    return " ".join([*words, *([f"before {span.until}"] if span.until else [])])


def _synopses(command: Command) -> str:
    """The synopsis at each level, levels of the same text together."""
    texts: dict[str, list[str]] = {}
    span = SPANS.get(command.name, ALWAYS)
    for level in LEVELS:
        if span.covers(level):
            texts.setdefault(synopsis(command.declaration, level), []).append(str(level))
    return "".join(f"{', '.join(found)}\n\n```\n{text}\n```\n\n" for text, found in texts.items())


def _meaning(option: Option) -> str:
    words = [option.help]
    if option.choices:
        helps = option.choice_help or ("",) * len(option.choices)
        words += [
            f"`{choice}` {text}".strip() for choice, text in zip(option.choices, helps, strict=True)
        ]
    if option.minimum is not None or option.maximum is not None:
        words.append(f"{option.minimum or 0} to {option.maximum or '...'}")
    return "\n".join(filter(None, words))


def _origin(trust: Trust, source: str) -> str:
    if trust is Trust.CAPTURE and source.startswith("capture"):
        return source
    return f"{trust.value}: {source}" if source and source != trust.value else trust.value


def _options(declaration: Declaration) -> str:
    rows = [
        (
            _code(", ".join((option.flag, *option.aliases))),
            option.metavar or option.kind if option.value != "none" else "",
            _meaning(option),
            _levels(option.span),
            _own_origin(declaration, option),
        )
        for option in declaration.options
    ]
    known = f"Known from: {declaration.source}.\n\n" if declaration.source else ""
    return known + _table(("option", "value", "meaning", "levels", "but known from"), rows)


def _own_origin(declaration: Declaration, option: Option) -> str:
    """Where an option is known from, if not from what the whole command is."""
    if option.trust is Trust.DOCUMENT and option.source in ("", declaration.source):
        return ""
    return _origin(option.trust, option.source)


def _group(flags: Iterable[str]) -> str:
    return " or ".join(f"`{flag}`" for flag in flags)


def _condition(form: Form) -> str:
    parts = [
        f"`{flag}` {' or '.join(f'`{value}`' for value in values)}".strip()
        for flag, values in form.when.items()
    ]
    return " ".join(parts) or "always"


def _forms(declaration: Declaration, *, emulated: bool) -> str:
    rows = [
        (
            _condition(form),
            ", ".join([*(f"`{flag}`" for flag in form.required), *map(_group, form.one_of)]),
            ", ".join([*(f"`{flag}`" for flag in form.optional), *map(_group, form.at_most_one)]),
            _levels(form.span),
        )
        for form in declaration.forms
        if form.emulated is emulated
    ]
    return _table(("form", "required", "optional", "levels"), rows) if rows else ""


def _setting(attribute: Attribute) -> str:
    if attribute.parse is None:
        return ""
    operators = "`=` `+=` `-=`" if attribute.amend else "`=`"
    return operators + (f" `{attribute.help}`" if attribute.help else "")


def _attributes(table: Table) -> str:
    rows = [
        (
            _code(attribute.name),
            "default" if attribute.listed else "`-F` only",
            _setting(attribute),
            _levels(attribute.span),
            _origin(attribute.trust, attribute.source),
        )
        for attribute in table.attributes
    ]
    return _table(("attribute", "listed", "set by", "levels", "known from"), rows)


def page(command: Command) -> str:
    """The page of one command."""
    declaration = command.declaration
    parts = [f"# {command.name}\n\n{declaration.summary}\n\n{MADE}\n"]
    if command.name in SPANS:
        parts.append(f"Consoles have this command at levels {_levels(SPANS[command.name])}.\n\n")
    parts.append(f"## Synopsis\n\n{_synopses(command)}## Options\n\n{_options(declaration)}\n")
    parts.append(f"## Forms\n\n{_forms(declaration, emulated=True)}\n")
    if command.filters:
        parts.append(f"Filters: {', '.join(map(_code, command.filters))}.\n\n")
    for key, table in command.tables.items():
        parts.append(f"## Attributes: {key}\n\n{_attributes(table)}\n")
    if declaration.notes:
        parts.append("## Notes\n\n" + "".join(f"- {note}\n" for note in declaration.notes) + "\n")
    if declaration.examples:
        examples = "\n".join(declaration.examples)
        parts.append(f"## Examples\n\n```\n{examples}\n```\n\n")
    lacking = _forms(declaration, emulated=False)
    if lacking:
        parts.append(f"## Not emulated\n\nRefused with status 1.\n\n{lacking}\n")
    return "".join(parts).rstrip("\n") + "\n"


def _share(trusts: Iterable[Trust]) -> list[str]:
    counted = collections.Counter(trusts)
    return [str(counted[trust]) if counted[trust] else "" for trust in Trust]


def _command_row(command: Command) -> list[str]:
    attributes = [a for table in command.tables.values() for a in table.attributes]
    settable = sum(a.parse is not None for a in attributes)
    forms = command.declaration.forms
    return [
        f"[{command.name}](commands/{command.name}.md)",
        _levels(SPANS.get(command.name, ALWAYS)),
        str(len(command.declaration.options)),
        f"{sum(form.emulated for form in forms)} of {len(forms)}",
        str(len(attributes) or ""),
        str(settable or ""),
        *_share(a.trust for a in attributes),
    ]


def coverage() -> str:
    """The page of what is emulated, and how far it is known."""
    head = ("command", "levels", "options", "forms", "attributes", "can be set", *Trust)
    messages = collections.Counter(message.trust for message in CATALOGUE.values())
    return (
        "# Coverage\n\n"
        f"{MADE}\n"
        "What a fact is known from: "
        + "; ".join(f"**{trust.value}** {_MEANING[trust]}" for trust in Trust)
        + ".\n\n## Commands\n\n"
        "Forms are the shapes that a command may take; those that are not emulated are refused "
        "with status 1. Attributes are counted by what they are known from.\n\n"
        + _table(head, (_command_row(command) for command in COMMANDS.values()))
        + "\n## Messages\n\n"
        + _table(
            ("known from", "messages"),
            ((trust.value, str(messages[trust])) for trust in Trust),
        )
        + "\n## Commands that are not emulated\n\nThey say so, with status 1: "
        + ", ".join(f"`{name}`" for name in unemulated.NAMES)
        + ".\n"
    )


# Other systems with a level at which all of their commands are there.
_SYSTEMS: dict[str, tuple[Mapping[str, PartitionCommand], str]] = {
    "Virtual I/O Server": (vios.COMMANDS, "3.1"),
    "AIX": (aix.COMMANDS, "7.1"),
    "Linux": (linux.COMMANDS, "4"),
}


def systems() -> str:
    """The page of the commands of other systems."""
    parts = [
        f"# Commands inside partitions\n\n{MADE}\n"
        "`viosvrcmd` calls those of a Virtual I/O Server; all of them are there for whoever logs "
        "in at the console device of a partition (`mkvterm`).\n"
    ]
    for system, (commands, level) in _SYSTEMS.items():
        parts.append(f"\n## {system}\n")
        for name in commands:
            declaration = commands[name].declaration
            shown = synopsis(declaration, Level.of_release(level))
            notes = "".join(f"\n- {note}" for note in declaration.notes)
            known = f"\nKnown from: {declaration.source}.\n" if declaration.source else ""
            parts.append(f"\n### {name}\n\n{declaration.summary}\n\n```\n{shown}\n```\n{known}")
            parts.append(f"{notes}\n" if notes else "")
    return "".join(parts)


_MEANING = {
    Trust.CAPTURE: "recorded from a real console",
    Trust.DOCUMENT: "a manual page, a help text or a book",
    Trust.SCRIPT: "a program that works with real consoles depends on it",
    Trust.RECALLED: "field knowledge without a source at hand",
    Trust.INFERRED: "concluded from other facts",
    Trust.INVENTED: "the project's own",
}


def pages() -> dict[Path, str]:
    """Every page by its path."""
    made = {FOLDER / f"{name}.md": page(command) for name, command in COMMANDS.items()}
    return {**made, COVERAGE: coverage(), SYSTEMS: systems()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stale in set(FOLDER.glob("*.md")) - pages().keys():
        stale.unlink()
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
