"""`hmcsh fault`: what shall fail in a served console."""

from __future__ import annotations

import argparse

from hmcsh.cli import options, values


def add(programs: options.Programs) -> None:
    """Declare the program and its actions."""
    from hmcsh.model.fault import KINDS, PHASES

    fault = programs.add("fault", _fault, "Make migrations of a served console fail.")
    actions = options.Actions(fault)
    add = actions.add(
        "add", "Let something fail in a migration under way, or else in the next one."
    )
    add.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    add.add_argument("--partition", metavar="P", help="the partition that migrates (default: any)")
    add.add_argument("--phase", choices=PHASES, metavar="PHASE", help=", ".join(PHASES))
    add.add_argument(
        "--at",
        type=values.percent,
        metavar="PERCENT",
        help="when so much of memory has been copied",
    )
    add.add_argument(
        "--heal-after",
        type=values.seconds,
        metavar="SECONDS",
        help="virtual seconds until all works again (default: when it is cleared)",
    )
    actions.add("list", "List the faults that were added and not cleared.")
    clear = actions.add("clear", "Clear one fault, or all; what they broke works again.")
    clear.add_argument("number", nargs="?", type=values.count, metavar="NUMBER")


def _fault(arguments: argparse.Namespace) -> int:
    from hmcsh import remote

    path = remote.locate(arguments.control)
    if arguments.action == "add":
        print(
            remote.add_fault(
                path,
                kind=arguments.kind,
                partition=arguments.partition,
                phase=arguments.phase,
                percent=arguments.at,
                heal_after=arguments.heal_after,
            )
        )
    elif arguments.action == "list":
        print(remote.list_faults(path))
    else:
        remote.clear_faults(path, arguments.number)
    return 0
