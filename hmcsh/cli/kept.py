"""Programs about state that is kept: `hmcsh history`, `export` and `snapshot`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from hmcsh.cli import options, values


def add(programs: options.Programs) -> None:
    """Declare the programs."""
    history = programs.add(
        "history", _history, "Show who changed what, of a console that keeps state."
    )
    options.kept(history)
    history.add_argument(
        "--after",
        type=values.count,
        default=0,
        metavar="NUMBER",
        help="only what came after this entry",
    )
    history.add_argument("--user", metavar="NAME", help="those of a user: hscroot, padmin@VIOS1")
    history.add_argument("--status", type=int, metavar="NUMBER", help="those with an exit status")
    history.add_argument("--json", action="store_true", help="print a line of JSON for each entry")

    export = programs.add("export", _export, "Give the whole state of a console as an inventory.")
    options.kept(export)
    export.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="what to write (default: standard output)",
    )

    snapshot = programs.add("snapshot", _snapshot, "Save and restore states of a served console.")
    actions = options.Actions(snapshot)
    for name, summary in (
        ("save", "Save the present state under a name."),
        ("restore", "Make a saved state the present one; all sessions end."),
        ("remove", "Delete a saved state."),
        ("list", "List the saved states."),
        ("diff", "Show what differs between a saved state and another, or the present one."),
    ):
        made = actions.add(name, summary)
        if name != "list":
            made.add_argument("name", metavar="NAME")
        if name == "diff":
            made.add_argument("other", nargs="?", metavar="OTHER")


def _history(arguments: argparse.Namespace) -> int:
    from hmcsh import remote

    entries = remote.history(
        arguments.control,
        arguments.state,
        arguments.after,
        user=arguments.user,
        status=arguments.status,
    )
    if arguments.json:
        for entry in entries:
            print(json.dumps(entry._asdict()))
    else:
        print(remote.history_table(entries))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from hmcsh import remote
    from hmcsh.state import exporting

    if arguments.state is not None:
        text = "".join(exporting.of_file(arguments.state))
    else:
        text = "".join(remote.export(remote.locate(arguments.control)))
    if arguments.file is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(text)
    else:
        exporting.write(arguments.file, text)
    return 0


def _snapshot(arguments: argparse.Namespace) -> int:
    from hmcsh import remote

    path = remote.locate(arguments.control)
    if arguments.action == "list":
        print(remote.list_snapshots(path))
    elif arguments.action == "diff":
        differences = remote.snapshot_differences(path, arguments.name, arguments.other)
        if differences:
            print(differences)
    else:
        act = {
            "save": remote.save_snapshot,
            "restore": remote.restore_snapshot,
            "remove": remote.remove_snapshot,
        }[arguments.action]
        act(path, arguments.name)
    return 0
