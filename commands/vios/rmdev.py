"""rmdev: take a device out of the configuration."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import DEVICE, command, option

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import render
from hmcsh.model.devices import Device

DECLARATION = Declaration(
    "rmdev",
    "Unconfigures a device and deletes its definition.",
    (
        DEVICE,
        option(
            "-pdev",
            "parent",
            "required",
            "Parent",
            "the parent of the devices to remove",
            kind="device",
        ),
        option("-recursive", "recursive", text="with all devices below it"),
        option("-ucfg", "keep", text="keeps the definition: the device is Defined"),
        option("-f", "force", text="as without it (inferred)"),
    ),
    (Form({}, optional=("-recursive", "-ucfg", "-f"), one_of=(("-dev", "-pdev"),)),),
    examples=("rmdev -dev vasi0", "rmdev -dev vhost0 -recursive", "rmdev -dev vhost0 -ucfg"),
    source="manual page, Virtual I/O Server, POWER8",
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Remove a device, or those below it, and name each one."""
    parent = call.text("parent")
    name = call.parsed.required("device") if parent is None else parent
    device = call.devices.require(name)
    if parent is None:
        done = _remove(call, device, recursive=call.given("recursive"))
    else:
        below = call.devices.children(device.name)
        done = [each for child in below for each in _remove(call, child, recursive=True)]
    key = "vios_defined" if call.given("keep") else "vios_deleted"
    return [render(key, name=each.name) for each in done]


def _remove(call: PartitionCall, device: Device, *, recursive: bool) -> list[Device]:
    return call.devices.unconfigure(device, delete=not call.given("keep"), recursive=recursive)


COMMAND = command(DECLARATION, run)
