"""lsrsrc of AIX and Linux: resources of Resource Monitoring and Control."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import Dialect
from hmcsh.language.messages import Refusal
from hmcsh.model.console import Console

_SERVER, _CONTROL_POINT = "IBM.ManagementServer", "IBM.MCP"
_WIDTH = 16  # of a name (recalled)


def command(dialect: Dialect) -> PartitionCommand:
    """The command lsrsrc of an operating system."""
    declaration = Declaration(
        "lsrsrc",
        "Lists resources with their attributes.",
        (
            Option("Class", "name", "operand"),
            Option("Attribute", "attributes", "operand", several=True),
        ),
        (Form({}, ("Class",), ("Attribute",)),),
        notes=(f"The classes are {_SERVER} and {_CONTROL_POINT}.",),
        source="SG24-7460 3.6.2; capture, AIX",
        dialect=dialect,
    )
    return PartitionCommand(declaration, run)


async def run(call: PartitionCall) -> Lines:
    """List the consoles that the partition has an RMC connection to."""
    name = call.parsed.required("name")
    if name not in (_SERVER, _CONTROL_POINT):
        raise Refusal(1, "rsct_no_class", command="lsrsrc", name=name)
    resources = list(_servers(call) if name == _SERVER else _control_points(call))
    wanted = call.words("attributes")
    lines = [f"Resource Persistent Attributes for {name}"]
    for number, resource in enumerate(resources, 1):
        lines.append(f"resource {number}:")
        for attribute, value in resource.items():
            if not wanted or attribute in wanted:
                lines.append(f"\t{attribute:<{_WIDTH}} = {value}")
    return lines


def _managers(call: PartitionCall) -> Iterator[Console]:
    """The consoles that the partition has a connection to."""
    if call.partition.rmc_active:
        yield from filter(lambda c: c.manages(call.partition.frame), call.datacenter.consoles)


def _servers(call: PartitionCall) -> Iterator[dict[str, str]]:
    for console in _managers(call):
        yield {
            "Name": f'"{console.ip_address}"',
            "Hostname": f'"{console.ip_address}"',
            "ManagerType": '"HMC"',
            "LocalHostname": f'"{call.system.ip_address}"',
            "ClusterTM": '"9078-160"',
            "ClusterSNum": '""',
            "ActivePeerDomain": '""',
            "NodeNameList": f'{{"{call.partition.host_name}"}}',
        }


def _control_points(call: PartitionCall) -> Iterator[dict[str, str]]:
    """The class that later levels have (programs that read its HMCIPAddr)."""
    for console in _managers(call):
        yield {
            "MNName": f'"{call.system.ip_address}"',
            "KeyToken": f'"{console.name}"',
            "IPAddresses": f'{{"{console.ip_address}"}}',
            "NodeNameList": f'{{"{call.partition.host_name}"}}',
            "ActivePeerDomain": '""',
            "HMCName": f'"{console.type_model}*{console.serial_number}"',
            "HMCIPAddr": f'"{console.ip_address}"',
        }
