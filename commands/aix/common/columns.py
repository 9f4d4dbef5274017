"""Columns as the device commands lay them out: each as wide as its widest value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with a blank between columns; the last column is not filled (captures)."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        " ".join([*(f"{v:<{w}}" for v, w in zip(row[:-1], widths, strict=False)), row[-1]])
        for row in rows
    ]


def filled(layout: str, values: Mapping[str, str]) -> str:
    """A layout of `-F` with the names of columns replaced by their values."""
    return re.sub(r"\w+", lambda found: values.get(found[0], found[0]), layout)
