"""The command line interface of a Virtual I/O Server (ioscli): its errors and their status.

Exit status, from the manual pages of POWER6: 1 for wrong options or values, 2 for what is not
found, 3 for what the user may not do, 4 for what did not complete, 10 for a location code that no
device has. What the device methods of AIX say comes behind two lines of warning.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand, level_of

from hmcsh.language.declarations import Declaration, Option
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import CommandExit, Refusal, render
from hmcsh.language.options import parse
from hmcsh.model.devices import Device
from hmcsh.model.vios import VirtualIoServer

MANUAL = "manual page, Virtual I/O Server, POWER6"

# Virtual Fibre Channel came with 2.1.
NPIV = Span(since=Level.of_release("2.1"))

SYNTAX, NOT_FOUND, NO_ACCESS, INCOMPLETE, NO_LOCATION = 1, 2, 3, 4, 10

# What the methods of AIX say of devices, and with which status a command then ends.
_METHODS = {
    "device_busy": INCOMPLETE,
    "device_has_children": INCOMPLETE,
    "device_not_found": NOT_FOUND,
    "attribute_name": SYNTAX,
    "attribute_value": SYNTAX,
}


def option(
    flag: str,
    dest: str,
    value: str = "none",
    metavar: str = "",
    text: str = "",
    *,
    kind: str = "",
    several: bool = False,
    choices: tuple[str, ...] = (),
    minimum: int | None = None,
    maximum: int | None = None,
    span: Span = ALWAYS,
) -> Option:
    """An option of the manual page."""
    return Option(
        flag,
        dest,
        value,  # type: ignore[arg-type]
        metavar,
        text,
        kind=kind,
        several=several,
        choices=choices,
        minimum=minimum,
        maximum=maximum,
        span=span,
        source=MANUAL,
    )


DEVICE = option("-dev", "device", "required", "DeviceName", "the name of a device", kind="device")
PLACE = option("-plc", "place", "required", "PhysicalLocationCode", "the location of a device")
FIELDS = option("-field", "fields", "required", "FieldName", "which columns to print", several=True)
DELIMITER = option("-fmt", "delimiter", "required", "Delimiter", "what to print between columns")
ATTRIBUTES = option(
    "-attr",
    "attributes",
    "required",
    "Attribute=Value",
    "the attributes to set",
    several=True,
)


def command(
    declaration: Declaration, run: Callable[[PartitionCall], Awaitable[Lines]]
) -> PartitionCommand:
    """A command whose handler may let the errors of device methods through."""

    async def handler(call: PartitionCall) -> Lines:
        try:
            return await run(call)
        except Refusal as refusal:
            status = _METHODS.get(refusal.message.key)
            if status is None:
                raise
            text = refusal.text
            if refusal.message.key == "device_not_found":
                text = f"{declaration.name}: {text}"
            raise CommandExit(render("vios_method_error", detail=text), status) from None

    return PartitionCommand(declaration, handler)


async def as_aix(command: PartitionCommand, call: PartitionCall, *words: str) -> Lines:
    """What a command of AIX prints that the server calls with other words."""
    parsed = parse(command.declaration, words, level_of(call.partition))
    return await command.handler(PartitionCall(parsed, call.caller, call.invocation))


def server(call: PartitionCall) -> VirtualIoServer:
    """The Virtual I/O Server that runs the command."""
    return call.partition.io_server


def named_device(call: PartitionCall) -> Device:
    """The device of `-dev` or of `-plc`.

    Raises Refusal 0514-519 for a name, and status 10 or 11 for a location that no device has, or
    several.
    """
    name = call.text("device")
    if name is not None:
        return call.devices.require(name)
    return at_place(call, call.parsed.required("place"))


def at_place(call: PartitionCall, place: str) -> Device:
    """The device at a physical location code."""
    found = [device for device in call.devices.all() if device.physloc == place]
    adapters = [device for device in found if device.kind.device_class != "driver"]
    if not adapters:
        raise Refusal(NO_LOCATION, "vios_no_location", location=place)
    return adapters[0]


def available(call: PartitionCall, name: str) -> Device:
    """A device by name that can be used. Raises Refusal for one that is missing or Defined."""
    device = call.devices.require(name)
    if not device.available:
        raise Refusal(INCOMPLETE, "vios_device_state", name=name)
    return device


def pairs(call: PartitionCall) -> list[tuple[str, str]]:
    """The attributes of `-attr` with their values. Raises Refusal for a word that is no pair."""
    found = []
    for word in call.words("attributes"):
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise Refusal(SYNTAX, "vios_no_pair", word=word)
        found.append((name, value))
    return found


def made(call: PartitionCall, name: str) -> list[str]:
    """What a command prints that made a device: its name and state, and the interfaces of an
    adapter from 2.1 on (recalled).
    """
    lines = [f"{name} Available"]
    level = tuple(int(part) for part in server(call).level.split(".") if part.isdecimal())
    if name.startswith("ent") and level >= (2, 1):
        number = name.removeprefix("ent")
        lines += [f"en{number}", f"et{number}"]
    return lines
