"""lstcpip: the network configuration of the Virtual I/O Server."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import DELIMITER, FIELDS, MANUAL, command, option
from hmcsh.commands.vios.common.layout import natural, table

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS

DECLARATION = Declaration(
    "lstcpip",
    "Displays the network configuration.",
    (
        option("-interfaces", "interfaces", text="interfaces with their addresses"),
        option("-hostname", "host_name", text="the host name"),
        option("-routtable", "routes", text="the routing table"),
        option("-adapters", "adapters", text="Ethernet adapters"),
        FIELDS,
        DELIMITER,
    ),
    (
        Form({"-interfaces": ()}, optional=("-field", "-fmt")),
        Form({"-adapters": ()}),
        Form({"-hostname": ()}),
        Form({"-routtable": ()}),
    ),
    notes=("-num, -state, -sockets, -namesrv, -arp and -stored are not emulated.",),
    examples=("lstcpip -interfaces",),
    source=MANUAL,
    dialect=VIOS,
)

_WIDTHS = {"name": 5, "address": 16, "netmask": 16, "state": 8, "mac": 0}
_HEADS = {
    "name": "Name",
    "address": "Address",
    "netmask": "Netmask",
    "state": "State",
    "mac": "MAC",
}


async def run(call: PartitionCall) -> Lines:
    """Print what is asked for; layouts are inferred."""
    if call.given("host_name"):
        return [call.partition.host_name]
    if call.given("adapters"):
        return _adapters(call)
    return _routes(call) if call.given("routes") else _interfaces(call)


def _interfaces(call: PartitionCall) -> list[str]:
    addresses = call.devices.addresses()
    macs = {device.name: _mac(call, device.name) for device in call.devices.all()}
    rows = []
    for device in sorted(call.devices.all(), key=lambda each: natural(each.name)):
        if device.kind.device_class != "if":
            continue
        inet = addresses.get(device.name)
        rows.append(
            {
                "name": device.name,
                "address": inet.address if inet else "-",
                "netmask": inet.netmask if inet else "-",
                "state": "Up" if inet else "Detach",
                "mac": macs[device.parent],
            }
        )
    return table(call, rows, _WIDTHS, list(_WIDTHS), _HEADS)


def _mac(call: PartitionCall, port: str) -> str:
    """The address of an adapter; that of the real one for one that is made of others."""
    device = call.devices.find(port)
    if device is None:
        return "-"
    found = device.attributes
    below = (
        found.get("real_adapter")
        or found.get("base_adapter")
        or found.get("adapter_names", "").split(",")[0]
    )
    if below:
        return _mac(call, below)
    digits = found.get("network_address", "")
    return ":".join(digits[at : at + 2].lower() for at in range(0, len(digits), 2)) or "-"


def _adapters(call: PartitionCall) -> list[str]:
    ports = [device for device in call.devices.all() if device.kind.prefix == "ent"]
    ordered = sorted(ports, key=lambda device: natural(device.name))
    return [f"{port.name:<8} {port.kind.description}" for port in ordered]


def _routes(call: PartitionCall) -> list[str]:
    """Routes as netstat prints them: those of networks that interfaces stand in, and the default
    (layout recalled).
    """
    lines = [f"{'Destination':<19}{'Gateway':<19}Flags  If"]
    kept = call.devices.kept
    if kept.gateway:
        lines.append(f"{'default':<19}{kept.gateway:<19}{'UG':<6} {kept.primary}")
    for name, inet in call.devices.addresses().items():
        network = ".".join(
            str(int(part) & int(mask))
            for part, mask in zip(inet.address.split("."), inet.netmask.split("."), strict=True)
        )
        lines.append(f"{network:<19}{inet.address:<19}{'U':<6} {name}")
    return lines


COMMAND = command(DECLARATION, run)
