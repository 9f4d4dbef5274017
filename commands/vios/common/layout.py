"""Columns as the Virtual I/O Server lays them out, and the choices of `-field` and `-fmt`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import SYNTAX

from hmcsh.language.messages import Refusal

Row = Mapping[str, str]


def natural(name: str) -> tuple[str, int]:
    """Order in which `hdisk10` comes behind `hdisk9`."""
    found = re.fullmatch(r"(.*?)(\d*)", name, re.DOTALL)
    return (found[1], int(found[2] or -1)) if found else (name, -1)


def chosen(call: PartitionCall, known: Sequence[str], default: Sequence[str]) -> list[str]:
    """The columns that `-field` names, else the default ones. Raises Refusal for another name."""
    if not call.given("fields"):
        return list(default)
    names = [word.lower() for word in call.words("fields")]
    for name in names:
        if name not in known:
            raise Refusal(SYNTAX, "vios_bad_field", name=name)
    return names


def table(
    call: PartitionCall,
    rows: Sequence[Row],
    widths: Mapping[str, int],
    default: Sequence[str],
    headings: Mapping[str, str] | None = None,
) -> list[str]:
    """Rows below a heading in columns of fixed width, or with the delimiter of `-fmt`.

    With a delimiter there is no heading, and what is empty is one blank (manual page of lsmap).
    """
    names = chosen(call, list(widths), default)
    if call.given("delimiter"):
        delimiter = call.parsed.required("delimiter")
        return [delimiter.join(row[name] or " " for name in names) for row in rows]
    if not rows:
        return []
    heads = {name: (headings or {}).get(name, name) for name in names}
    return [_line(row, names, widths) for row in (heads, *rows)]


def _line(row: Row, names: Sequence[str], widths: Mapping[str, int]) -> str:
    cells = [f"{row[name]:<{widths[name]}}" for name in names[:-1]]
    return " ".join([*cells, row[names[-1]]]).rstrip()


def spread(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows below a heading and an empty line, each column as wide as its widest cell (captures)."""
    columns = list(zip(heading, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]

    def line(cells: Sequence[str]) -> str:
        return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))

    return [line(heading).rstrip(), "", *(line(row).rstrip() for row in rows)]
