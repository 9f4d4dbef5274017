"""Programs that need no server: `hmcsh run`, `shell` and `check`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hmcsh.cli import options

if TYPE_CHECKING:
    from hmcsh.local import Source


def add(programs: options.Programs) -> None:
    """Declare the programs."""
    run = programs.add("run", _run, "Run a command line, or a script on standard input.")
    options.inventory(run)
    options.timing(run, "instant")
    run.add_argument("line", nargs="?", metavar="COMMAND LINE")

    shell = programs.add("shell", _shell, "Open a local console with completion and history.")
    options.inventory(shell)
    options.timing(shell, 1.0)

    check = programs.add("check", _check, "Validate inventories.")
    check.add_argument("inventories", nargs="+", metavar="INVENTORY")


def _source(arguments: argparse.Namespace) -> Source:
    from hmcsh.local import Source

    return Source(arguments.inventory, arguments.pace, arguments.seed, arguments.level)


def _run(arguments: argparse.Namespace) -> int:
    from hmcsh.local import run

    return run(_source(arguments), arguments.line)


def _shell(arguments: argparse.Namespace) -> int:
    from hmcsh.local import interact

    return interact(_source(arguments))


def _check(arguments: argparse.Namespace) -> int:
    from hmcsh.state.inventories import check

    problems = [problem for name in arguments.inventories for problem in check(name)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0
