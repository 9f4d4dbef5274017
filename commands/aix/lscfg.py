"""lscfg: where devices are, and their vital product data."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device

DECLARATION = Declaration(
    "lscfg",
    "Shows the location of devices and their vital product data.",
    (
        Option("-v", "data", help="vital product data"),
        Option("-l", "device", "required", metavar="Name", kind="device", help="or a pattern"),
    ),
    (Form({}, ("-l",), ("-v",)),),
    notes=("The list of all resources, without `-l`, is not emulated.",),
    source="captures, AIX (9117-MMA, Virtual I/O Server 2.2)",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """A line for each device that is available, with its data where `-v` asks for it."""
    pattern = call.parsed.required("device")
    found = [d for d in call.devices.all() if fnmatch.fnmatchcase(d.name, pattern)]
    if not found:
        raise Refusal(1, "aix_device_not_found", command="lscfg", name=pattern)
    return [line for one in found if one.available for line in _shown(one, call.given("data"))]


def _shown(device: Device, data: bool) -> Iterator[str]:
    yield f"  {device.name:<16} {device.physloc}  {device.kind.description}"
    if not data:
        return
    facts = _product_data(device)
    if facts:
        yield ""
        yield from (f"        {label:.<28}{value}" for label, value in facts)
    yield ""


def _product_data(device: Device) -> list[tuple[str, str]]:
    address = device.attributes.get("network_address", "")
    if not address:
        return []
    return [
        ("Network Address", address),
        ("Displayable Message", device.kind.description),
        ("Hardware Location Code", device.physloc),
    ]


COMMAND = PartitionCommand(DECLARATION, run)
