"""The pages of the `hmcsh` program and of each of its programs, of what argparse was told."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence

from hmcsh.manual import Block, Listing, Page, Paragraph, Section, Table

_WIDTH = 72  # columns of a synopsis

_STATUS = Table(
    ("status", "meaning"),
    (
        ("0", "All went well."),
        ("1", "It did not; one line on standard error says why."),
        ("2", "The arguments are wrong."),
        ("130", "It was interrupted."),
    ),
)
_FILES = Table(
    ("file", "meaning"),
    (
        ("$XDG_STATE_HOME/hmcsh/ssh_host_ed25519_key", "The host key, made at the first start."),
        ("$XDG_STATE_HOME/hmcsh/control-PORT.sock", "The control socket of a served console."),
        ("$XDG_STATE_HOME/hmcsh/history", "What was typed in `hmcsh shell`."),
    ),
)


def pages(parser: argparse.ArgumentParser) -> Iterator[Page]:
    """The page of the program as a whole, and one for each program in it."""
    found = dict(_choices(parser))
    rows = tuple((f"{parser.prog} {name}", one.description or "") for name, one in found.items())
    sections = (
        Section("Synopsis", (Listing(f"{parser.prog} COMMAND [OPTION ...]"),)),
        Section("Commands", (Table(("command", "meaning"), rows),)),
        Section("Options", tuple(_arguments(parser))),
        Section("Exit status", (_STATUS, Paragraph("`hmcsh run` has that of what it ran."))),
        Section("Files", (_FILES, Paragraph("XDG_STATE_HOME is `~/.local/state` by default."))),
        Section("See also", (_others(parser.prog, found),)),
    )
    yield Page(parser.prog, parser.description or "", sections)
    for name, one in found.items():
        yield _page(f"{parser.prog}-{name}", one, parser.prog)


def _others(program: str, names: Iterable[str]) -> Paragraph:
    return Paragraph(", ".join(f"`{program}-{name}`(1)" for name in names))


def _page(name: str, parser: argparse.ArgumentParser, whole: str) -> Page:
    actions = list(_choices(parser))
    sections = [
        Section("Synopsis", tuple(Listing(_synopsis(one)) for one in _ways(parser, actions))),
        Section("Options", tuple(_arguments(parser))),
        *(
            Section(one.prog, (Paragraph(one.description or ""), *_arguments(one)))
            for _, one in actions
        ),
        Section("See also", (Paragraph(f"`{whole}`(1)"),)),
    ]
    kept = tuple(one for one in sections if one.blocks)
    return Page(name, parser.description or "", kept)


def _ways(
    parser: argparse.ArgumentParser, actions: Sequence[tuple[str, argparse.ArgumentParser]]
) -> list[argparse.ArgumentParser]:
    return [one for _, one in actions] or [parser]


def _choices(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _synopsis(parser: argparse.ArgumentParser) -> str:
    """The program with its arguments, further lines further in."""
    groups = parser._mutually_exclusive_groups
    excluding = {action: group for group in groups for action in group._group_actions}
    words: list[str] = []
    for action in _said(parser):
        group = excluding.get(action)
        if group is None:
            words.append(_word(action, bare=False))
        elif action is group._group_actions[0]:
            ways = " | ".join(_word(one, bare=True) for one in group._group_actions)
            words.append(ways if group.required else f"[{ways}]")
    lines = [parser.prog]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(" " * len(parser.prog))
        lines[-1] += f" {word}"
    return "\n".join(lines)


def _said(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Arguments, options first, but for those that all programs have."""
    kinds = (argparse._HelpAction, argparse._SubParsersAction)
    said = [one for one in parser._actions if not isinstance(one, kinds)]
    return sorted(said, key=lambda one: not one.option_strings)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return str(action.metavar or action.dest.upper())


def _word(action: argparse.Action, *, bare: bool) -> str:
    """An argument as the synopsis has it; brackets stand where it may be left out."""
    value = _value(action)
    if not action.option_strings:
        several = {"+": f"{value} ...", "*": f"[{value} ...]", "?": f"[{value}]"}
        return several.get(str(action.nargs), value)
    word = f"{action.option_strings[0]} {value}".strip()
    return word if bare or action.required else f"[{word}]"


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Block]:
    rows = []
    for action in _said(parser):
        names = ", ".join(action.option_strings) or _value(action)
        told = (action.help or "") % {**vars(action), "prog": parser.prog}
        rows.append((f"`{names}`", _value(action) if action.option_strings else "", told))
    if rows:
        yield Table(("option", "value", "meaning"), tuple(rows), keys=2)
