"""`hmcsh serve`, and `hmcsh limits`, which tells what `serve --limit` takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from hmcsh.cli import options, values

_DEFAULT_LISTEN = "127.0.0.1:2222"


def add(programs: options.Programs) -> None:
    """Declare the programs."""
    serve = programs.add("serve", _serve, "Serve a console over ssh.")
    options.inventory(serve, None)
    serve.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep all state in this file, and go on with it if it is there",
    )
    options.timing(serve, 1.0)
    serve.add_argument(
        "--listen",
        type=values.listen,
        default=values.listen(_DEFAULT_LISTEN),
        metavar="ADDRESS:PORT",
    )
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="gets ADDRESS PORT")
    options.control(serve, "the socket for fault, report and status")
    serve.add_argument(
        "--insecure", action="store_true", help="allow a well-known password on any address"
    )
    serve.add_argument(
        "--max-sessions",
        type=values.count,
        metavar="N",
        help="sessions of one connection at a time (default: 40)",
    )
    serve.add_argument(
        "--limit",
        type=values.limit,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="set a limit; `hmcsh limits` lists them",
    )
    serve.add_argument(
        "--old-clients",
        action="store_true",
        help="offer algorithms that old ssh clients need, with SHA-1; they are weak",
    )
    serve.add_argument("-v", "--verbose", action="store_true", help="log what happens")
    serve.add_argument(
        "--log-format",
        choices=("text", "json"),
        default="text",
        help="lines of text, or an object of JSON in each line (default: %(default)s)",
    )
    serve.add_argument(
        "--metrics",
        type=values.metrics,
        metavar="[ADDRESS:]PORT",
        help="answer requests for Prometheus metrics there (default: none; port 0 picks one)",
    )

    programs.add("limits", _limits, "List the limits of a served console with their defaults.")


def _serve(arguments: argparse.Namespace) -> int:
    from hmcsh.serving import Plan, serve

    of_a_new_state = {
        "-i": arguments.inventory,
        "--seed": arguments.seed,
        "--level": arguments.level,
    }
    return serve(
        Plan(
            inventory=arguments.inventory or options.DEFAULT_INVENTORY,
            state=arguments.state,
            of_a_new_state=[flag for flag, given in of_a_new_state.items() if given is not None],
            address=arguments.listen[0],
            port=arguments.listen[1],
            pace=arguments.pace,
            seed=arguments.seed,
            level=arguments.level,
            ready_file=arguments.ready_file,
            control=arguments.control,
            insecure=arguments.insecure,
            verbose=arguments.verbose,
            max_sessions=arguments.max_sessions,
            limits=arguments.limit,
            old_clients=arguments.old_clients,
            log_format=arguments.log_format,
            metrics=arguments.metrics,
        )
    )


def _limits(_: argparse.Namespace) -> int:
    from tabulate import tabulate

    from hmcsh.limits import TABLE

    rows = [(one.name, one.shown, one.what, one.ends) for one in TABLE]
    print(tabulate(rows, ("limit", "default", "of", "what ends there"), disable_numparse=True))
    return 0
