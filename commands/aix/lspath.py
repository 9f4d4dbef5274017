"""lspath: paths of multipath I/O."""

from __future__ import annotations

from hmcsh.commands.aix.common.columns import aligned, filled
from hmcsh.commands.aix.common.devices import device
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.model.multipath import Path

_HEADING = ("status", "name", "parent")

DECLARATION = Declaration(
    "lspath",
    "Lists the paths of multipath devices.",
    (
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-p", "parent", "required", metavar="Parent", kind="device"),
        Option("-w", "connection", "required", metavar="Connection"),
        Option("-s", "status", "required", metavar="Status"),
        Option("-F", "format", "required", metavar="Format"),
        Option("-H", "header", help="headings above the columns"),
    ),
    (Form({}, (), ("-l", "-p", "-w", "-s", "-F", "-H")),),
    source="capture, AIX; IBM's page on lspath",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """List the paths that fit; none of a device that has none."""
    for dest in ("device", "parent"):
        name = call.text(dest)
        if name is not None:
            device(call, name)
    found = [_columns(path) for path in call.devices.paths() if _fits(call, path)]
    layout, header = call.text("format"), call.given("header")
    if layout is not None:
        lines = [filled(layout, values) for values in found]
        return [layout, *lines] if header else lines
    rows = [tuple(values[column] for column in _HEADING) for values in found]
    if header:
        head, *lines = aligned([_HEADING, *rows])
        return [head, "", *lines]
    return aligned(rows)


def _fits(call: PartitionCall, path: Path) -> bool:
    columns = _columns(path)
    wanted = {
        "name": call.text("device"),
        "parent": call.text("parent"),
        "connection": call.text("connection"),
        "status": call.text("status"),
    }
    return all(v is None or columns[c].lower() == v.lower() for c, v in wanted.items())


def _columns(path: Path) -> dict[str, str]:
    return {
        "status": path.status,
        "name": path.disk,
        "parent": path.parent,
        "connection": path.connection,
        "path_id": "0",
    }


COMMAND = PartitionCommand(DECLARATION, run)
