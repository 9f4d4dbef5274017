"""lsdevinfo: virtual devices of a partition, as consoles match them with those of their servers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand
from hmcsh.commands.linux.common.names import DRIVERS, name_of, unit_address

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX
from hmcsh.language.messages import CommandExit, render
from hmcsh.model.devices import Device

Fields = dict[str, str]

DECLARATION = Declaration(
    "lsdevinfo",
    "Provides information on virtual devices.",
    (
        Option("-q", "criteria", "required", metavar="criteria"),
        Option("-F", "format", "required", metavar="format"),
        Option("-R", "recursive", help="devices below those that fit"),
        Option("-c", "commas", help="a line for each device"),
    ),
    (Form({}, (), ("-q", "-F", "-R", "-c")),),
    source="powerpc-utils, lsdevinfo",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """List the devices that fit the criterion."""
    fits = _criterion(call.text("criteria"))
    shown: set[str] = set()
    lines: list[str] = []
    for device in call.devices.all():
        described = _described(call, device) if device.available else None
        if described is None:
            continue
        fields, path = described
        if fits(fields) or (call.given("recursive") and device.parent in shown):
            shown.add(device.name)
            lines += _laid_out(fields, path, call.text("format"), commas=call.given("commas"))
    return lines


def _described(call: PartitionCall, device: Device) -> tuple[Fields, Fields] | None:
    """The fields of a device and of its path; None for one that is not listed."""
    name, kind = name_of(device), device.kind
    fields = {
        "name": name,
        "uniquetype": f"{kind.device_class}/{kind.subclass}/{kind.type}",
        "class": kind.device_class,
        "subclass": kind.subclass,
        "type": kind.type,
    }
    if kind.type in DRIVERS:
        prefix = re.sub(r"\d+$", "", name)
        driver = "ibmvscsic" if kind.type == "IBM,v-scsi" else DRIVERS[kind.type]
        fields |= {"prefix": prefix, "driver": driver, "status": "1"}
        path = {"parent": "vio", "physloc": device.physloc, "connection": unit_address(device)}
        if prefix == "host":
            path = {key: path[key] for key in ("parent", "connection", "physloc")}
        return fields, path
    if kind.subclass == "vscsi" and kind.device_class == "disk":
        parent = call.devices.find(device.parent)
        end = device.physloc.rpartition("-L")[2]
        path = {
            "parent": name_of(parent) if parent else "",
            "connection": end[:12],
            "physloc": device.physloc,
            "path_id": "0",
            "path_status": "1",
        }
        return fields | {"status": "1"}, path
    return None


def _criterion(text: str | None) -> Callable[[Fields], bool]:
    """Read `name = value`, `name != value` or `name LIKE value`. Raises CommandExit."""
    if text is None:
        return lambda _: True
    if " AND " in text:
        raise CommandExit(render("lsdevinfo_and"), 1)
    found = re.fullmatch(r"\s*(\w+)\s*(!=|=|\sLIKE\s)\s*(.*?)\s*", text)
    if found is None:
        raise CommandExit(render("lsdevinfo_operand"), 1)
    name, operator, value = found[1], found[2].strip(), found[3].strip("\"'")
    if operator == "=":
        return lambda fields: fields.get(name) == value
    if operator == "!=":
        return lambda fields: name in fields and fields[name] != value
    return lambda fields: value in fields.get(name, "")


def _laid_out(fields: Fields, path: Fields, wanted: str | None, *, commas: bool) -> Iterator[str]:
    kept = {k: v for k, v in fields.items() if k == "name" or wanted is None or k in wanted}
    with_path = wanted is None or "path" in wanted
    if commas:
        line = ",".join(f'{key}="{value}"' for key, value in kept.items())
        inner = ",".join(f'{key}="{value}"' for key, value in path.items())
        yield f"{line},path=({inner})" if with_path else line
        return
    yield "device:"
    yield from (f'\t{key}="{value}"' for key, value in kept.items())
    if with_path:
        yield from ("", "path:", *(f'\t{key}="{value}"' for key, value in path.items()))
    yield ""


COMMAND = PartitionCommand(DECLARATION, run)
