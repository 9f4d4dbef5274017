"""mktcpip: give the Virtual I/O Server its address."""

from __future__ import annotations

import ipaddress

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import INCOMPLETE, MANUAL, SYNTAX, command, option
from hmcsh.commands.vios.hostname import check_host_name

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model.customized import Inet

DECLARATION = Declaration(
    "mktcpip",
    "Sets the host name and the address of an interface, and starts it.",
    (
        option("-hostname", "host_name", "required", "HostName", "the host name"),
        option("-inetaddr", "address", "required", "Address", "the address of the interface"),
        option("-interface", "interface", "required", "Interface", "such as en4", kind="device"),
        option("-start", "start", text="starts TCP/IP, too"),
        option("-netmask", "netmask", "required", "SubnetMask", "the mask of the network"),
        option("-gateway", "gateway", "required", "Gateway", "the address of the gateway"),
        option("-nsrvaddr", "name_server", "required", "NameServerAddress", "its address"),
        option("-nsrvdomain", "domain", "required", "Domain", "the domain"),
    ),
    (
        Form(
            {},
            ("-hostname", "-inetaddr", "-interface"),
            ("-start", "-netmask", "-gateway", "-nsrvaddr", "-nsrvdomain"),
        ),
    ),
    examples=(
        "mktcpip -hostname vios1 -inetaddr 10.1.0.1 -interface en4 -netmask 255.255.255.0 -start",
    ),
    source=MANUAL,
    dialect=VIOS,
)


def _address(call: PartitionCall, dest: str, default: str = "") -> str:
    text = call.text(dest)
    if text is None:
        return default
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise Refusal(SYNTAX, "vios_bad_address", address=text) from None


async def run(call: PartitionCall) -> Lines:
    """Give the interface its address: the one by which the console knows the server."""
    name = call.parsed.required("interface")
    address = _address(call, "address")
    netmask = _address(call, "netmask", "255.255.255.0")
    gateway = _address(call, "gateway")
    _address(call, "name_server")
    host_name = check_host_name(call.parsed.required("host_name"))
    device = call.devices.require(name)
    if device.kind.device_class != "if":
        raise Refusal(SYNTAX, "vios_no_interface", name=name)
    users = [u for u in call.devices.users_of_port(device.parent) if u != name]
    parent = call.devices.require(device.parent)
    if users:
        raise Refusal(INCOMPLETE, "vios_port_in_use", name=device.parent, user=users[0])
    if not parent.available:
        raise Refusal(INCOMPLETE, "vios_device_state", name=device.parent)
    kept = call.devices.kept
    others = {n: inet for n, inet in call.devices.addresses().items() if n != name}
    if any(inet.address == address for inet in others.values()):
        raise Refusal(INCOMPLETE, "vios_address_in_use", address=address)
    if kept.primary in ("", name) or not call.system.ip_address:
        kept.primary, kept.netmask = name, netmask
        call.system.ip_address = address
    else:
        kept.further[name] = Inet(address, netmask)
    kept.gateway = gateway or kept.gateway
    call.system.host_name = host_name
    return []


COMMAND = command(DECLARATION, run)
