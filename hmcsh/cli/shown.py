"""Programs that show a served console: `hmcsh status`, `report` and `errpt`."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from hmcsh.cli import options


def add(programs: options.Programs) -> None:
    """Declare the programs."""
    status = programs.add("status", _status, "Show the partitions of an inventory as tables.")
    options.inventory(status)
    status.add_argument("--json", action="store_true", help="print JSON for programs")
    options.control(status, "show the console that is served there instead of an inventory")

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
