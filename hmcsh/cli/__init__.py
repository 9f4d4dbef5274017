"""The `hmcsh` program. Each module declares the arguments of some programs and what they start."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from hmcsh import __version__
from hmcsh.cli import faults, kept, local, served, shown
from hmcsh.cli.options import Programs

_FAMILIES = (served, local, shown, kept, faults)


def parser() -> argparse.ArgumentParser:
    """All programs with their arguments."""
    made = argparse.ArgumentParser(
        prog="hmcsh", description="An emulator of the Hardware Management Console command line."
    )
    made.add_argument("--version", action="version", version=f"hmcsh {__version__}")
    programs = Programs(made)
    for family in _FAMILIES:
        family.add(programs)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit status."""
    arguments = parser().parse_args(argv)

    from hmcsh.model.inventory import InventoryError  # not before --help

    start: Callable[[argparse.Namespace], int] = arguments.start
    try:
        return start(arguments)
    except InventoryError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # The reader of our output has gone: nothing is left to say, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        print(f"hmcsh: {_reason(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _reason(error: OSError) -> str:
    parts = [str(part) for part in (error.filename, error.strerror) if part]
    return ": ".join(parts) or str(error)
