"""mktcpip: gives a host its name and an interface its address."""

from __future__ import annotations

from hmcsh.commands.common.hostnames import checked
from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.model import interfaces
from hmcsh.model.customized import Inet

DECLARATION = Declaration(
    "mktcpip",
    "Sets the values that are needed to start TCP/IP on a host.",
    (
        Option("-h", "host", "required", metavar="HostName"),
        Option("-a", "address", "required", metavar="Address"),
        Option("-i", "interface", "required", metavar="Interface", kind="device"),
        Option("-m", "mask", "required", metavar="SubnetMask"),
        Option("-g", "gateway", "required", metavar="Gateway"),
        Option("-n", "name_server", "required", metavar="NameServerAddress"),
        Option("-d", "domain", "required", metavar="Domain"),
        Option("-s", "start", help="starts the daemons"),
    ),
    (Form({}, ("-h", "-a", "-i"), ("-m", "-g", "-n", "-d", "-s")),),
    notes=("A name server and a domain are checked and not kept.",),
    source="SG24-7460 3.8; IBM's page on mktcpip",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Set them; nothing changes if one of the values is wrong."""
    devices = call.devices
    name = call.parsed.required("interface")
    interfaces.require(devices, name, "mktcpip")
    address = interfaces.parse_address(call.parsed.required("address"), "mktcpip")
    given = call.text("mask")
    mask = interfaces.parse_mask(given, "mktcpip") if given else interfaces.default_mask(address)
    others = {dest: call.text(dest) for dest in ("gateway", "name_server")}
    for value in others.values():
        if value is not None:
            interfaces.parse_address(value, "mktcpip")
    host = checked(call.parsed.required("host"), 1, "aix_bad_host_name")
    call.system.host_name = host
    interfaces.set_address(devices, name, Inet(address, mask))
    devices.kept.gateway = others["gateway"] or devices.kept.gateway
    return [name, host, "inet0 changed", f"{name} changed", "inet0 changed"]


COMMAND = PartitionCommand(DECLARATION, run)
