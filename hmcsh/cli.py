"""The `hmcsh` program: its arguments, and what each of its commands starts."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmcsh import __version__
from hmcsh.language.levels import Level

if TYPE_CHECKING:
    from hmcsh.local import Source

DEFAULT_INVENTORY = "redbook"
DEFAULT_LISTEN = "127.0.0.1:2222"
_LONGEST = 1e9  # virtual seconds; some thirty years


_WHICH = "the served console's socket (default: that of the only one)"


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


def _level(text: str) -> Level:
    try:
        return Level.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _listen(text: str) -> tuple[str, int]:
    address, colon, port = text.rpartition(":")
    if not colon or not address or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not ADDRESS:PORT")
    return address.strip("[]"), int(port)


def _metrics(text: str) -> tuple[str, int]:
    try:
        return _listen(text if ":" in text else f"127.0.0.1:{text}")
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not [ADDRESS:]PORT") from None


def _percent(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage, 0 to 100")
    return int(text)


def _seconds(text: str) -> int:
    """Virtual seconds, as ns."""
    try:
        time = float(text)
    except ValueError:
        time = math.nan
    if not (math.isfinite(time) and 1e-9 <= time <= _LONGEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return round(time * 1e9)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def _limit(text: str) -> tuple[str, float]:
    from hmcsh import limits

    try:
        return limits.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _inventory(made: argparse.ArgumentParser, default: str | None = DEFAULT_INVENTORY) -> None:
    made.add_argument(
        "-i",
        "--inventory",
        default=default,
        help=f"a YAML file or the name of a shipped lab (default: {DEFAULT_INVENTORY})",
    )


def _timing(made: argparse.ArgumentParser, default: float | str) -> None:
    made.add_argument(
        "--pace",
        type=_pace,
        default=default,
        metavar="N|instant",
        help="virtual seconds per real second (default: %(default)s)",
    )
    made.add_argument("--seed", type=_seed, help="what the workloads' draws depend on")
    made.add_argument(
        "--level", type=_level, help="the level of the console, such as V7R3.2.0 or V10R3"
    )


def _control(made: argparse._ActionsContainer, summary: str) -> None:
    made.add_argument("--control", type=Path, metavar="PATH", help=summary)


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

    serve = program("serve", _serve, "Serve a console over ssh.")
    _inventory(serve, None)
    serve.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep all state in this file, and go on with it if it is there",
    )
    _timing(serve, 1.0)
    serve.add_argument(
        "--listen", type=_listen, default=_listen(DEFAULT_LISTEN), metavar="ADDRESS:PORT"
    )
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="gets ADDRESS PORT")
    _control(serve, "the socket for fault, report and status")
    serve.add_argument(
        "--insecure", action="store_true", help="allow a well-known password on any address"
    )
    serve.add_argument(
        "--max-sessions",
        type=_count,
        metavar="N",
        help="sessions of one connection at a time (default: 40)",
    )
    serve.add_argument(
        "--limit",
        type=_limit,
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
        type=_metrics,
        metavar="[ADDRESS:]PORT",
        help="answer requests for Prometheus metrics there (default: none; port 0 picks one)",
    )

    program("limits", _limits, "List the limits of a served console with their defaults.")

    run = program("run", _run, "Run a command line, or a script on standard input.")
    _inventory(run)
    _timing(run, "instant")
    run.add_argument("line", nargs="?", metavar="COMMAND LINE")

    shell = program("shell", _shell, "Open a local console with completion and history.")
    _inventory(shell)
    _timing(shell, 1.0)

    check = program("check", _check, "Validate inventories.")
    check.add_argument("inventories", nargs="+", metavar="INVENTORY")

    status = program("status", _status, "Show the partitions of an inventory as tables.")
    _inventory(status)
    status.add_argument("--json", action="store_true", help="print JSON for programs")
    _control(status, "show the console that is served there instead of an inventory")

    report = program("report", _report, "Show the record of migrations of a served console.")
    _control(report, _WHICH)
    report.add_argument("partition", nargs="?", metavar="PARTITION", help="this one in detail")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON for programs")
    form.add_argument("--svg", type=Path, metavar="FILE", help="draw the newest migration")

    errpt = program("errpt", _errpt, "Show the error log of a partition of a served console.")
    _control(errpt, _WHICH)
    errpt.add_argument("partition", metavar="PARTITION", help="its name")
    errpt.add_argument("--system", metavar="SYSTEM", help="where several have that name")

    history = program("history", _history, "Show who changed what, of a console that keeps state.")
    whose = history.add_mutually_exclusive_group()
    _control(whose, _WHICH)
    whose.add_argument("--state", type=Path, metavar="FILE", help="a state file that is at rest")
    history.add_argument(
        "--after", type=_count, default=0, metavar="NUMBER", help="only what came after this entry"
    )
    history.add_argument("--user", metavar="NAME", help="those of a user: hscroot, padmin@VIOS1")
    history.add_argument("--status", type=int, metavar="NUMBER", help="those with an exit status")
    history.add_argument("--json", action="store_true", help="print a line of JSON for each entry")

    export = program("export", _export, "Give the whole state of a console as an inventory.")
    whose = export.add_mutually_exclusive_group()
    _control(whose, _WHICH)
    whose.add_argument("--state", type=Path, metavar="FILE", help="a state file that is at rest")
    export.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="what to write (default: standard output)",
    )

    _add_snapshot(program("snapshot", _snapshot, "Save and restore states of a served console."))

    _add_fault(program("fault", _fault, "Make migrations of a served console fail."))
    return parser


def _add_fault(fault: argparse.ArgumentParser) -> None:
    """Give `fault` its actions: add, list, clear."""
    from hmcsh.model.fault import KINDS, PHASES

    actions = fault.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        _control(made, _WHICH)
        return made

    add = action("add", "Let something fail in a migration under way, or else in the next one.")
    add.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    add.add_argument("--partition", metavar="P", help="the partition that migrates (default: any)")
    add.add_argument("--phase", choices=PHASES, metavar="PHASE", help=", ".join(PHASES))
    add.add_argument(
        "--at", type=_percent, metavar="PERCENT", help="when so much of memory has been copied"
    )
    add.add_argument(
        "--heal-after",
        type=_seconds,
        metavar="SECONDS",
        help="virtual seconds until all works again (default: when it is cleared)",
    )
    action("list", "List the faults that were added and not cleared.")
    clear = action("clear", "Clear one fault, or all; what they broke works again.")
    clear.add_argument("number", nargs="?", type=_count, metavar="NUMBER")


def _add_snapshot(snapshot: argparse.ArgumentParser) -> None:
    """Give `snapshot` its actions."""
    actions = snapshot.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in (
        ("save", "Save the present state under a name."),
        ("restore", "Make a saved state the present one; all sessions end."),
        ("remove", "Delete a saved state."),
        ("list", "List the saved states."),
        ("diff", "Show what differs between a saved state and another, or the present one."),
    ):
        made = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        _control(made, _WHICH)
        if name != "list":
            made.add_argument("name", metavar="NAME")
        if name == "diff":
            made.add_argument("other", nargs="?", metavar="OTHER")


def _serve(arguments: argparse.Namespace) -> int:
    from hmcsh.serving import Plan, serve

    of_a_new_state = {
        "-i": arguments.inventory,
        "--seed": arguments.seed,
        "--level": arguments.level,
    }
    return serve(
        Plan(
            inventory=arguments.inventory or DEFAULT_INVENTORY,
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


def _status(arguments: argparse.Namespace) -> int:
    from hmcsh import status

    if arguments.control is not None:
        from hmcsh import remote

        systems = remote.systems(arguments.control)
    else:
        from hmcsh.state.inventories import load

        systems = status.systems(load(arguments.inventory, "manual").datacenter)
    if arguments.json:
        print(json.dumps(status.data(systems), indent=2))
    else:
        print(status.tables(systems))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from hmcsh import chart, remote, reporttable

    found = remote.reports(remote.locate(arguments.control), arguments.partition)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(one) for one in found], indent=2))
    elif arguments.svg is not None:
        if not found:
            raise OSError("there is no migration to draw")
        arguments.svg.write_text(chart.svg(found[-1]), encoding="utf-8")
    elif arguments.partition is not None and found:
        print("\n\n\n".join(reporttable.details(one) for one in found))
    else:
        print(reporttable.overview(found))
    return 0


def _errpt(arguments: argparse.Namespace) -> int:
    from hmcsh import remote

    path = remote.locate(arguments.control)
    listed = remote.error_log(path, arguments.partition, arguments.system)
    if listed:
        print(listed)
    return 0


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
