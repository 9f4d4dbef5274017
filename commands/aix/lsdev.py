"""lsdev: devices, as the Object Data Manager has them."""

from __future__ import annotations

import re

from hmcsh.commands.aix.common.columns import aligned, filled
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device

_STATES = {"a": "Available", "available": "Available", "d": "Defined", "defined": "Defined"}
_HEADING = ("name", "status", "location", "description")

DECLARATION = Declaration(
    "lsdev",
    "Lists devices.",
    (
        Option("-C", "customized", help="customized devices, which it lists anyway"),
        Option("-c", "device_class", "required", metavar="Class"),
        Option("-s", "subclass", "required", metavar="Subclass"),
        Option("-t", "type", "required", metavar="Type"),
        Option("-l", "device", "required", metavar="Name", kind="device"),
        Option("-p", "parent", "required", metavar="Parent", kind="device"),
        Option("-S", "state", "required", metavar="State"),
        Option("-F", "format", "required", metavar="Format", help="columns and what is between"),
        Option("-r", "column", "required", metavar="Column", help="the values of a column"),
        Option("-H", "header", help="headings above the columns"),
    ),
    (
        Form(
            {},
            (),
            ("-C", "-c", "-s", "-t", "-l", "-p", "-S", "-H"),
            at_most_one=(("-F", "-r"),),
        ),
    ),
    notes=("`-P`, which lists predefined devices, is not emulated.",),
    source="IBM's page on lsdev; SG24-7460 3.8, 5.5; captures, AIX 5.3 to 7.1",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """List the devices that fit all that was asked for."""
    found = [device for device in call.devices.all() if _fits(call, device)]
    name = call.text("device")
    if name is not None and not found and call.devices.find(name) is None:
        raise Refusal(1, "aix_lsdev_not_found", name=name)
    column, layout = call.text("column"), call.text("format")
    if column is not None:
        return list(dict.fromkeys(_columns(device)[_known(column)] for device in found))
    if layout is not None:
        for word in re.findall(r"\w+", layout):
            _known(word)
        lines = [filled(layout, _columns(device)) for device in found]
        return [layout, *lines] if call.given("header") else lines
    rows = [tuple(_columns(device)[column] for column in _HEADING) for device in found]
    return aligned([_HEADING, *rows]) if call.given("header") else aligned(rows)


def _fits(call: PartitionCall, device: Device) -> bool:
    columns = _columns(device)
    wanted = {
        "class": call.text("device_class"),
        "subclass": call.text("subclass"),
        "type": call.text("type"),
        "name": call.text("device"),
        "parent": call.text("parent"),
    }
    state = call.text("state")
    if state is not None and _STATES.get(state.lower()) != device.status:
        return False
    return all(value is None or columns[column] == value for column, value in wanted.items())


def _columns(device: Device) -> dict[str, str]:
    return {
        "name": device.name,
        "status": device.status,
        "location": device.location,
        "physloc": device.physloc,
        "description": device.kind.description,
        "class": device.kind.device_class,
        "subclass": device.kind.subclass,
        "type": device.kind.type,
        "parent": device.parent,
    }


_COLUMNS = frozenset(
    ("name", "status", "location", "physloc", "description", "class", "subclass", "type", "parent")
)


def _known(column: str) -> str:
    """A column that there is. Raises Refusal."""
    if column not in _COLUMNS:
        raise Refusal(1, "aix_column_unknown", command="lsdev", name=column)
    return column


COMMAND = PartitionCommand(DECLARATION, run)
