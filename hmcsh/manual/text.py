"""A page as plain text, as man(1) prints it where its output is no terminal."""

from __future__ import annotations

import textwrap

from hmcsh.manual import Block, Bullets, Listing, Page, Paragraph, Table, listed

_WIDTH = 80
_INDENT, _DEEPER = " " * 7, " " * 14


def write(page: Page, *, section: str, title: str) -> str:
    """The whole page; the last two stand in its header."""
    name = f"{page.name.upper()}({section})"
    lines = [_edge(name, title, name), "", "NAME"]
    lines += _wrapped(f"{page.name} - {page.purpose.rstrip('.')}", _INDENT)
    for one in page.sections:
        lines += ["", one.title.upper()]
        for index, block in enumerate(one.blocks):
            lines += ([""] if index else []) + _block(block)
    return "\n".join(lines) + "\n"


def _edge(left: str, middle: str, right: str) -> str:
    space = max(2, _WIDTH - 2 - len(left) - len(right))
    return left + middle.center(space) + right


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text.replace("`", ""),
        _WIDTH - 2,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(text):
            return _wrapped(text, _INDENT)
        case Listing(text):
            return [(_INDENT + line).rstrip() for line in text.expandtabs().split("\n")]
        case Bullets(items):
            return [line for one in items for line in _bullet(one)]
        case Table():
            made: list[str] = []
            for keys, lines in listed(block):
                made += [""] if made else []
                made += _wrapped(" ".join(" ".join(keys).split()), _INDENT)
                made += [part for line in lines for part in _wrapped(line, _DEEPER)]
            return made


def _bullet(text: str) -> list[str]:
    first, *others = _wrapped(text, _INDENT + "  ")
    return [f"{_INDENT}* {first.strip()}", *others]
