"""lsnports: the Fibre Channel ports that can carry virtual ones."""

from __future__ import annotations

import collections

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import DELIMITER, FIELDS, NPIV, command, option, server
from hmcsh.commands.vios.common.layout import chosen, natural

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS

_WWPNS = 2048  # names that a port can register (captures)
_NAMES_OF_A_CLIENT = 2

DECLARATION = Declaration(
    "lsnports",
    "Displays the Fibre Channel ports that support NPIV.",
    (
        option("-all", "all", text="all of them"),
        FIELDS,
        DELIMITER,
    ),
    (Form({}, optional=("-all", "-field", "-fmt"), span=NPIV),),
    examples=("lsnports",),
    source="manual page, Virtual I/O Server, POWER7",
    dialect=VIOS,
)

_NAMES = ("name", "physloc", "fabric", "tports", "aports", "swwpns", "awwpns")


async def run(call: PartitionCall) -> Lines:
    """List the ports: how many virtual ones each can have, and has left."""
    names = chosen(call, _NAMES, _NAMES)
    vios = server(call)
    used = collections.Counter(host.port for host in vios.vfchosts.values())
    rows = []
    for name in sorted(vios.fc_ports, key=natural):
        port = vios.fc_ports[name]
        values = (
            name,
            port.location,
            "1" if port.fabric else "0",
            str(port.limit),
            str(port.limit - used[name]),
            str(_WWPNS),
            str(_WWPNS - _NAMES_OF_A_CLIENT * used[name]),
        )
        rows.append(dict(zip(_NAMES, values, strict=True)))
    if call.given("delimiter"):
        delimiter = call.parsed.required("delimiter")
        return [delimiter.join(row[name] for name in names) for row in rows]
    if not rows:
        return []
    heads = {name: name for name in _NAMES}
    return [_line(row, names) for row in (heads, *rows)]


def _line(row: dict[str, str], names: list[str]) -> str:
    """Columns of a capture: names to the left, numbers to the right."""
    cells = []
    for name in names:
        width = {"name": 16, "physloc": 30, "awwpns": 7}.get(name, 6)
        cells.append(f"{row[name]:<{width}}" if width > 7 else f"{row[name]:>{width}}")
    return " ".join(cells).rstrip()


COMMAND = command(DECLARATION, run)
