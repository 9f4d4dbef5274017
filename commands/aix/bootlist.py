"""bootlist: from which devices the firmware tries to start the system."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model.lvm import BOOT

_MODES = {"normal": ("normal",), "service": ("service",), "both": ("normal", "service")}

DECLARATION = Declaration(
    "bootlist",
    "Shows and changes the list of boot devices.",
    (
        Option("-m", "mode", "required", choices=tuple(_MODES), metavar="Mode"),
        Option("-o", "show", help="shows the list, after it was changed if devices are given"),
        Option("Device", "names", "operand", several=True, kind="device"),
    ),
    (Form({}, ("-m",), one_of=(("-o", "Device"),)),),
    source="SG24-7460 5.5.4; captures, AIX",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Set the list of a mode, or show it."""
    devices, names = call.devices, call.words("names")
    modes = _MODES[call.parsed.required("mode")]
    for name in names:
        if devices.find(name) is None:
            raise Refusal(1, "boot_device_not_found", name=name)
    for mode in modes if names else ():
        devices.kept.boot.lists[mode] = names
    return list(_shown(call, modes)) if call.given("show") else []


def _shown(call: PartitionCall, modes: tuple[str, ...]) -> Iterator[str]:
    devices = call.devices
    paths = devices.paths()
    for mode in modes:
        for name in devices.kept.boot.lists.get(mode, ()):
            device, group = devices.find(name), devices.group_of(name)
            volumes = group.on(name) if group else []
            image = next((f" blv={v.name}" for v in volumes if v.type == BOOT), "")
            if device is None or device.kind.device_class != "disk":
                yield name
                continue
            for number, _ in enumerate([p for p in paths if p.disk == name] or [None]):
                yield f"{name}{image or ' blv='} pathid={number}"


COMMAND = PartitionCommand(DECLARATION, run)
