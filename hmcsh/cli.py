"""The `hmcsh` program: its arguments, and what each of its commands starts."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hmcsh import __version__

DEFAULT_INVENTORY = "redbook"
DEFAULT_LISTEN = "127.0.0.1:2222"


def _pace(text: str) -> float | str:
    if text == "instant":
        return text
    try:
        pace = float(text)
    except ValueError:
        pace = math.nan
    if not (math.isfinite(pace) and pace > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a positive number nor 'instant'")
    return pace


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _listen(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":")
    if not colon or not address or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not ADDRESS:PORT")
    return address.strip("[]"), int(port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hmcsh", description="An emulator of the Hardware Management Console command line."
    )
    parser.add_argument("--version", action="version", version=f"hmcsh {__version__}")
    programs = parser.add_subparsers(dest="program", metavar="COMMAND", required=True)

    def program(
        name: str, start: Callable[[argparse.Namespace], int], summary: str
    ) -> argparse.ArgumentParser:
        made = programs.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        made.set_defaults(start=start)
        return made

    def inventory(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "-i",
            "--inventory",
            default=DEFAULT_INVENTORY,
            help="a YAML file or the name of a shipped lab (default: %(default)s)",
        )

    def timing(made: argparse.ArgumentParser, default: float | str) -> None:
        made.add_argument(
            "--pace",
            type=_pace,
            default=default,
            metavar="N|instant",
            help="virtual seconds per real second (default: %(default)s)",
        )
        made.add_argument("--seed", type=_seed, help="what the workloads' draws depend on")

    serve = program("serve", _serve, "Serve a console over ssh.")
    inventory(serve)
    timing(serve, 1.0)
    serve.add_argument(
        "--listen", type=_listen, default=_listen(DEFAULT_LISTEN), metavar="ADDRESS:PORT"
    )
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="gets ADDRESS PORT")
    serve.add_argument(
        "--insecure", action="store_true", help="allow a well-known password on any address"
    )
    serve.add_argument("-v", "--verbose", action="store_true", help="log what happens")

    run = program("run", _run, "Run a command line, or a script on standard input.")
    inventory(run)
    timing(run, "instant")
    run.add_argument("line", nargs="?", metavar="COMMAND LINE")

    shell = program("shell", _shell, "Open a local console with completion and history.")
    inventory(shell)
    timing(shell, 1.0)

    check = program("check", _check, "Validate inventories.")
    check.add_argument("inventories", nargs="+", metavar="INVENTORY")

    status = program("status", _status, "Show the partitions of an inventory as tables.")
    inventory(status)
    status.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    from hmcsh.serving import Plan, serve

    return serve(
        Plan(
            inventory=arguments.inventory,
            address=arguments.listen[0],
            port=arguments.listen[1],
            pace=arguments.pace,
            seed=arguments.seed,
            ready_file=arguments.ready_file,
            insecure=arguments.insecure,
            verbose=arguments.verbose,
        )
    )


def _run(arguments: argparse.Namespace) -> int:
    from hmcsh.local import run

    return run(arguments.inventory, arguments.pace, arguments.seed, arguments.line)


def _shell(arguments: argparse.Namespace) -> int:
    from hmcsh.local import interact

    return interact(arguments.inventory, arguments.pace, arguments.seed)


def _check(arguments: argparse.Namespace) -> int:
    from hmcsh.model.inventory import check

    problems = [problem for name in arguments.inventories for problem in check(name)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _status(arguments: argparse.Namespace) -> int:
    from hmcsh import status
    from hmcsh.model.inventory import load
    from hmcsh.runtime import Clock

    datacenter = load(arguments.inventory, Clock("manual"))
    if arguments.json:
        print(json.dumps(status.data(datacenter), indent=2))
    else:
        print(status.tables(datacenter))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit status."""
    from hmcsh.model.inventory import InventoryError

    arguments = _parser().parse_args(argv)
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
