"""Makes docs/commands/*.md and docs/coverage.md from the declarations: `make docs`."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from pathlib import Path

from hmcsh.commands import aix, linux, vios
from hmcsh.commands.common.partition import PartitionCommand
from hmcsh.commands.hmc import COMMANDS, SPANS, Command
from hmcsh.commands.hmc.common import unemulated

from hmcsh.language.levels import ALWAYS, Level
from hmcsh.language.messages import CATALOGUE, Trust
from hmcsh.language.usage import synopsis
from hmcsh.manual import Table, markdown
from hmcsh.manual.commands import levels, page

FOLDER = Path(__file__).with_name("commands")
COVERAGE = Path(__file__).with_name("coverage.md")
SYSTEMS = Path(__file__).with_name("systems.md")
MADE = "This page is made by `make docs` from the declarations of the commands.\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return markdown.table(Table(tuple(head), tuple(tuple(row) for row in rows))) + "\n"


def _share(trusts: Iterable[Trust]) -> list[str]:
    counted = collections.Counter(trusts)
    return [str(counted[trust]) if counted[trust] else "" for trust in Trust]


def _command_row(command: Command) -> list[str]:
    attributes = [a for table in command.tables.values() for a in table.attributes]
    settable = sum(a.parse is not None for a in attributes)
    forms = command.declaration.forms
    return [
        f"[{command.name}](commands/{command.name}.md)",
        levels(SPANS.get(command.name, ALWAYS)),
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
    made = {
        FOLDER / f"{name}.md": markdown.write(page(command), MADE.rstrip())
        for name, command in COMMANDS.items()
    }
    return {**made, COVERAGE: coverage(), SYSTEMS: systems()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stale in set(FOLDER.glob("*.md")) - pages().keys():
        stale.unlink()
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
