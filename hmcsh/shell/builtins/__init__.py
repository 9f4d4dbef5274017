"""The builtins of the shell: bash(1) SHELL BUILTIN COMMANDS."""

from hmcsh.shell.builtins import (
    control,
    declare,
    directories,
    getopts,
    job,
    lookup,
    output,
    read,
    refused,
    test,
)

__all__ = [
    "control",
    "declare",
    "directories",
    "getopts",
    "job",
    "lookup",
    "output",
    "read",
    "refused",
    "test",
]
