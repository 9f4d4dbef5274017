"""Options that several programs share, and how a program is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from hmcsh.cli import values

DEFAULT_INVENTORY = "redbook"
THE_ONLY_ONE = "the served console's socket (default: that of the only one)"


class Programs:
    """The programs of one parser, to which each family adds its own.

    What a program starts takes the arguments that were read and gives the exit status. It imports
    what it needs when it is called, so that no program waits for what only others need.
    """

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(dest="program", metavar="COMMAND", required=True)

    def add(
        self, name: str, start: Callable[[argparse.Namespace], int], summary: str
    ) -> argparse.ArgumentParser:
        """Declare a program; its arguments are added to what this gives."""
        made = self._parsers.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        made.set_defaults(start=start)
        return made


class Actions:
    """The actions of one program, each of which asks a served console."""

    def __init__(self, program: argparse.ArgumentParser) -> None:
        self._parsers = program.add_subparsers(dest="action", metavar="ACTION", required=True)

    def add(self, name: str, summary: str) -> argparse.ArgumentParser:
        """Declare an action; its arguments are added to what this gives."""
        made = self._parsers.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        control(made, THE_ONLY_ONE)
        return made


def inventory(made: argparse.ArgumentParser, default: str | None = DEFAULT_INVENTORY) -> None:
    """Add what to show or to serve."""
    made.add_argument(
        "-i",
        "--inventory",
        default=default,
        help=f"a YAML file or the name of a shipped lab (default: {DEFAULT_INVENTORY})",
    )


def timing(made: argparse.ArgumentParser, default: float | str) -> None:
    """Add how time passes, and what else makes a session repeatable."""
    made.add_argument(
        "--pace",
        type=values.pace,
        default=default,
        metavar="N|instant",
        help="virtual seconds per real second (default: %(default)s)",
    )
    made.add_argument("--seed", type=values.seed, help="what the workloads' draws depend on")
    made.add_argument(
        "--level", type=values.level, help="the level of the console, such as V7R3.2.0 or V10R3"
    )


def control(made: argparse._ActionsContainer, summary: str = THE_ONLY_ONE) -> None:
    """Add the socket of the console that is asked."""
    made.add_argument("--control", type=Path, metavar="PATH", help=summary)


def kept(made: argparse.ArgumentParser) -> None:
    """Add whose state is meant: that of a served console or that of a file."""
    whose = made.add_mutually_exclusive_group()
    control(whose)
    whose.add_argument("--state", type=Path, metavar="FILE", help="a state file that is at rest")
