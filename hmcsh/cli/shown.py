"""Programs that show a served console: `hmcsh status`, `report` and `errpt`."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from hmcsh.cli import options, values


def add(programs: options.Programs) -> None:
    """Declare the programs."""
    status = programs.add("status", _status, "Show the partitions of an inventory as tables.")
    options.inventory(status, None)
    status.add_argument("--json", action="store_true", help="print JSON for programs")
    options.control(status, "show the console that is served there instead of an inventory")
    how = status.add_mutually_exclusive_group()
    how.add_argument(
        "--watch", action="store_true", help="show a served console live, on the whole terminal"
    )
    how.add_argument(
        "--check",
        action="store_true",
        help="tell whether a served console is well: status 0, or 1 and what is wrong",
    )
    status.add_argument(
        "--interval",
        type=values.interval,
        metavar="SECONDS",
        help="with --watch: real seconds between two looks (default: 1)",
    )
    status.add_argument(
        "--timeout",
        type=values.interval,
        metavar="SECONDS",
        help="with --check: real seconds in all (default: 5)",
    )
    status.set_defaults(refuse=status.error)

    report = programs.add("report", _report, "Show the record of migrations of a served console.")
    options.control(report)
    report.add_argument("partition", nargs="?", metavar="PARTITION", help="this one in detail")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON for programs")
    form.add_argument("--svg", type=Path, metavar="FILE", help="draw the newest migration")

    errpt = programs.add("errpt", _errpt, "Show the error log of a partition of a served console.")
    options.control(errpt)
    errpt.add_argument("partition", metavar="PARTITION", help="its name")
    errpt.add_argument("--system", metavar="SYSTEM", help="where several have that name")


def _status(arguments: argparse.Namespace) -> int:
    from hmcsh import status

    _refuse_what_does_not_go_together(arguments)
    if arguments.watch:
        from hmcsh import remote, watching

        return watching.watch(remote.locate(arguments.control), arguments.interval or 1.0)
    if arguments.check:
        from hmcsh import healthcheck

        found = healthcheck.check(arguments.control, arguments.timeout or 5.0)
        print(json.dumps(dataclasses.asdict(found)) if arguments.json else found.line)
        return 0 if found.ok else 1
    if arguments.control is not None:
        from hmcsh import remote

        systems = remote.systems(arguments.control)
    else:
        from hmcsh.state.inventories import load

        systems = status.systems(
            load(arguments.inventory or options.DEFAULT_INVENTORY, "manual").datacenter
        )
    if arguments.json:
        print(json.dumps(status.data(systems), indent=2))
    else:
        print(status.tables(systems))
    return 0


def _refuse_what_does_not_go_together(arguments: argparse.Namespace) -> None:
    served = arguments.watch or arguments.check
    for wrong, message in (
        (served and arguments.inventory, "-i/--inventory: not with --watch or --check"),
        (arguments.watch and arguments.json, "--json: not with --watch"),
        (arguments.interval and not arguments.watch, "--interval: only with --watch"),
        (arguments.timeout and not arguments.check, "--timeout: only with --check"),
    ):
        if wrong:
            arguments.refuse(f"argument {message}")


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
