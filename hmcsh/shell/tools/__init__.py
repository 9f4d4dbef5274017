"""The text tools that an HMC offers beside its own commands, and those that change files.

A tool that an HMC lacks (awk, wc, bc, vi, ps) is there ``command not found``.
"""

from hmcsh.shell.tools import (
    arithmetic,
    columns,
    console,
    files,
    grep,
    lines,
    listing,
    network,
    sed,
    shells,
    sort,
    timing,
)

__all__ = [
    "arithmetic",
    "columns",
    "console",
    "files",
    "grep",
    "lines",
    "listing",
    "network",
    "sed",
    "shells",
    "sort",
    "timing",
]
