"""The text tools that an HMC offers beside its own commands.

A tool that an HMC lacks (awk, wc, bc, vi, ps) is not here: it is ``command not found``.
"""

from hmcsh.shell.tools import (
    arithmetic,
    columns,
    console,
    grep,
    lines,
    listing,
    network,
    sed,
    sort,
    timing,
)

__all__ = [
    "arithmetic",
    "columns",
    "console",
    "grep",
    "lines",
    "listing",
    "network",
    "sed",
    "sort",
    "timing",
]
