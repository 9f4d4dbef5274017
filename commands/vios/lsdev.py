"""lsdev: the devices of a Virtual I/O Server, their attributes, vital product data and slots."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    DELIMITER,
    DEVICE,
    FIELDS,
    MANUAL,
    PLACE,
    SYNTAX,
    command,
    named_device,
    option,
)
from hmcsh.commands.vios.common.layout import natural, spread, table

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model import device_kinds as kinds
from hmcsh.model.devices import Device

_LISTING = ("-type", "-virtual", "-state", "-field", "-fmt")
_ONE = (("-dev", "-plc"),)

DECLARATION = Declaration(
    "lsdev",
    "Displays devices, their attributes and where they are.",
    (
        option("-type", "types", "required", "DeviceType", "devices of these types", several=True),
        option("-virtual", "virtual", text="virtual devices only"),
        option(
            "-state",
            "state",
            "required",
            "DeviceState",
            "devices in a state",
            choices=("Available", "available", "Defined", "defined"),
        ),
        DEVICE,
        PLACE,
        option("-child", "child", text="the devices below"),
        option("-attr", "attribute", "optional", "Attribute", "attributes, or the value of one"),
        option("-range", "range", "required", "Attribute", "the values that one may have"),
        option("-slot", "slot", text="the slot of the device"),
        option("-slots", "slots", text="all slots"),
        option("-vpd", "vpd", text="vital product data"),
        option("-parent", "parent", text="the device above"),
        FIELDS,
        DELIMITER,
    ),
    (
        *(
            Form({flag: ()}, optional=extra, one_of=_ONE)
            for flag, extra in (
                ("-child", ("-field", "-fmt")),
                ("-attr", ("-fmt",)),
                ("-range", ()),
                ("-slot", ()),
                ("-parent", ()),
            )
        ),
        Form({"-vpd": ()}, at_most_one=_ONE),
        Form({"-slots": ()}),
        *(Form({flag: ()}, (flag,), ("-state", "-field", "-fmt")) for flag in ("-dev", "-plc")),
        Form({}, optional=_LISTING),
    ),
    examples=("lsdev -virtual", "lsdev -dev hdisk5 -attr", "lsdev -type disk -field name status"),
    source=MANUAL,
    dialect=VIOS,
)

_WIDTHS = {"name": 16, "status": 11, "physloc": 44, "parent": 16, "type": 16, "description": 0}
_DEFAULT = ("name", "status", "description")


async def run(call: PartitionCall) -> Lines:
    """List devices, or what is asked of one."""
    if call.given("slots"):
        return _slots(call.devices.all())
    if not (call.given("device") or call.given("place")):
        return [*_all_vpd(call)] if call.given("vpd") else _listing(call)
    device = named_device(call)
    if call.given("vpd"):
        return _vpd(device)
    if call.given("attribute"):
        return _attributes(call, device, call.parsed.required("attribute"))
    if call.given("range"):
        return _range(device, call.parsed.required("range"))
    if call.given("parent"):
        return ["parent", "", device.parent] if device.parent else []
    if call.given("slot"):
        return _slots([device])
    found = call.devices.children(device.name) if call.given("child") else [device]
    return _rows(call, found)


def _rows(call: PartitionCall, devices: list[Device]) -> list[str]:
    rows = [
        {
            "name": device.name,
            "status": device.status,
            "physloc": device.physloc,
            "parent": device.parent,
            "type": device.kind.type,
            "description": device.kind.description,
        }
        for device in devices
    ]
    return table(call, rows, _WIDTHS, _DEFAULT)


def _listing(call: PartitionCall) -> list[str]:
    found = call.devices.all()
    if call.given("types"):
        wanted = call.words("types")
        found = [device for device in found if any(_is_of(call, device, t) for t in wanted)]
    if call.given("virtual"):
        found = [device for device in found if device.kind.virtual]
    state = call.text("state")
    if state is not None:
        found = [device for device in found if device.status == state.capitalize()]
    made = call.given("virtual")
    return _rows(call, sorted(found, key=lambda device: _order(device, made=made)))


def _order(device: Device, *, made: bool) -> tuple[int, tuple[str, int]]:
    """By name; of virtual devices adapters first, then targets, then what is made of adapters
    (capture, VIOS 2.2; SG24-7460 example 4-1).
    """
    groups = {"vtdev": 1, "pseudo": 2, "vlan": 2}
    return groups.get(device.kind.subclass, 0) if made else 0, natural(device.name)


def _is_of(call: PartitionCall, device: Device, wanted: str) -> bool:
    """Whether a device is of a type: a class of devices, or what it can be used for."""
    kind = device.kind
    if wanted == "ent4sea":
        physical = kind.prefix == "ent" and kind not in (kinds.VIRTUAL_ETHERNET, kinds.SEA)
        return physical and not call.devices.users_of_port(device.name)
    if wanted == "vent4sea":
        return kind is kinds.VIRTUAL_ETHERNET and not call.devices.users_of_port(device.name)
    if wanted == "ent4ip":
        return kind.prefix == "ent" and not call.devices.users_of_port(device.name)
    if wanted == "sea":
        return kind is kinds.SEA
    if wanted == "vscsi":
        return kind is kinds.SCSI_SERVER
    if wanted == "vfc":
        return kind is kinds.FC_SERVER
    if wanted not in _CLASSES:
        raise Refusal(SYNTAX, "vios_bad_type", name=wanted)
    return kind.device_class in _CLASSES[wanted]


# Types of devices by the classes of AIX; some are classes that nothing here belongs to.
_CLASSES = {
    "adapter": ("adapter",),
    "disk": ("disk",),
    "bus": ("bus",),
    "if": ("if",),
    "memory": ("memory",),
    "optical": ("cdrom",),
    "tape": ("tape",),
    "virtual": ("virtual_target",),
}


def _shown(device: Device) -> list[tuple[str, str, str, str]]:
    """Name, value, description, and whether it can be set, of each attribute, by name."""
    described = {one.name: one for one in device.kind.attributes}
    rows = []
    for name, value in sorted(device.attributes.items()):
        if name not in described:
            continue
        attribute = described[name]
        if name == "pvid" and device.kind.device_class == "disk":
            value = f"{value:0<32}" if value not in ("", "none") else "none"
        rows.append((name, value, attribute.description, str(attribute.settable)))
    return rows


def _attributes(call: PartitionCall, device: Device, name: str) -> list[str]:
    rows = _shown(device)
    if name:
        found = next((row for row in rows if row[0] == name), None)
        if found is None:
            raise Refusal(1, "attribute_name", name=name)
        return ["value", "", found[1]]
    if call.given("delimiter"):
        return [call.parsed.required("delimiter").join(row) for row in rows]
    return spread(("attribute", "value", "description", "user_settable"), rows)


def _range(device: Device, name: str) -> list[str]:
    for attribute in device.kind.attributes:
        if attribute.name == name and attribute.values:
            return list(attribute.values)
    raise Refusal(1, "attribute_name", name=name)


def _slots(devices: list[Device]) -> list[str]:
    """Slots with the devices in them (layout: manual page; widths inferred)."""
    slots: dict[str, list[str]] = {}
    for device in devices:
        place = device.physloc.split("-T")[0].split("-L")[0]
        if device.kind.device_class in ("adapter", "bus") and place:
            slots.setdefault(place, []).append(device.name)
    rows = [
        (place, "Virtual I/O Slot" if "-V" in place else "Logical I/O Slot", " ".join(names))
        for place, names in sorted(slots.items(), key=lambda item: ("-V" in item[0], item[0]))
    ]
    lines = [("# Slot", "Description", "Device(s)"), *rows]
    first = max(len(line[0]) for line in lines) + 2
    return [f"{place:<{first}}{text:<18}{names}".rstrip() for place, text, names in lines]


def _dotted(label: str, value: str) -> str:
    return f"        {label:.<28}{value}"


def _vpd(device: Device) -> list[str]:
    """Vital product data of a device (capture, VIOS 2.2)."""
    lines = [f"  {device.name:<16} {device.physloc:<27}  {device.kind.description}", ""]
    address = device.attributes.get("network_address")
    if address:
        lines.append(_dotted("Network Address", address))
    if device.attributes.get("unique_id"):
        lines.append(_dotted("Unique Identifier", device.attributes["unique_id"]))
    if device.kind.prefix == "ent":
        lines.append(_dotted("Displayable Message", device.kind.description))
    if device.physloc:
        lines.append(_dotted("Hardware Location Code", device.physloc))
    return [*lines, ""]


def _all_vpd(call: PartitionCall) -> Lines:
    for device in sorted(call.devices.all(), key=lambda each: natural(each.name)):
        if device.physloc and device.available:
            yield from _vpd(device)


COMMAND = command(DECLARATION, run)
