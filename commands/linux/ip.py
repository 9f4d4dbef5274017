"""ip: network interfaces, their addresses and routes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.linuxnames import address, name_of
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX
from hmcsh.language.messages import Refusal
from hmcsh.model import interfaces
from hmcsh.model.customized import Inet
from hmcsh.model.devices import Device

_OBJECTS = {"address": "addr", "link": "link", "route": "route"}
_GROUP = "group default qlen 1000"
_FOREVER = "valid_lft forever preferred_lft forever"

DECLARATION = Declaration(
    "ip",
    "Shows and changes network interfaces, addresses and routes.",
    (
        Option("-o", "oneline", help="a line for each"),
        Option("-4", "inet", help="IPv4 alone, which it shows anyway"),
        Option("Object", "object", "operand", metavar="{ address | link | route }"),
        Option("Command", "words", "operand", several=True, metavar="COMMAND"),
    ),
    (Form({}, ("Object",), ("-o", "-4", "Command")),),
    notes=(
        "Shows addresses, links and routes; `address add`, `address del`, `link set DEV up|down`.",
        "An interface has one address; a further one takes its place.",
    ),
    source="recalled, iproute2",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """Show or change what was named; objects and commands may be shortened."""
    given = call.parsed.required("object")
    found = next((short for long, short in _OBJECTS.items() if long.startswith(given)), None)
    words = list(call.words("words"))
    if found is None:
        raise Refusal(1, "ip_object", name=given)
    verb = words.pop(0) if words else "show"
    if "show".startswith(verb) or "list".startswith(verb):
        return _show(call, found, words)
    if found == "addr" and verb in ("add", "del", "delete"):
        _address(call, words, add=verb == "add")
    elif found == "link" and verb == "set":
        _set_link(call, words)
    else:
        raise Refusal(255, "ip_command", name=verb, object=found)
    return []


def _ports(call: PartitionCall) -> list[Device]:
    return [d for d in call.devices.all() if d.kind.prefix == "ent" and d.available]


def _interface(call: PartitionCall, name: str) -> str:
    """The interface, as the model names it, of a port. Raises Refusal."""
    for device in _ports(call):
        if name_of(device) == name:
            return f"en{device.name.removeprefix('ent')}"
    raise Refusal(1, "ip_no_device", name=name)


def _show(call: PartitionCall, what: str, words: list[str]) -> list[str]:
    name = words[-1] if words else None
    if name is not None and name != "lo":
        _interface(call, name)
    if what == "route":
        return list(_routes(call))
    blocks = [_loopback(what)] if name in (None, "lo") else []
    blocks += [
        list(_block(call, device, number, what))
        for number, device in enumerate(_ports(call), 2)
        if name in (None, name_of(device))
    ]
    if not call.given("oneline"):
        return [line for block in blocks for line in block]
    return [line for block in blocks for line in _one_line(block, what)]


def _loopback(what: str) -> list[str]:
    link = [
        f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN {_GROUP}",
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
    ]
    if what == "link":
        return link
    return [*link, "    inet 127.0.0.1/8 scope host lo", f"       {_FOREVER}"]


def _block(call: PartitionCall, device: Device, number: int, what: str) -> Iterator[str]:
    name = name_of(device)
    shown = {one.name: one for one in interfaces.listed(call.devices)}
    one = shown.get(f"en{device.name.removeprefix('ent')}")
    up = one is not None and one.up
    state = "UP" if up else "DOWN"
    flags = "BROADCAST,MULTICAST,UP,LOWER_UP" if up else "BROADCAST,MULTICAST"
    mac = address(device.attributes.get("network_address", ""))
    yield f"{number}: {name}: <{flags}> mtu 1500 qdisc fq_codel state {state} {_GROUP}"
    yield f"    link/ether {mac} brd ff:ff:ff:ff:ff:ff"
    if what == "addr" and one is not None:
        length = ipaddress.IPv4Network(f"0.0.0.0/{one.inet.netmask}").prefixlen
        where = f"{one.inet.address}/{length} brd {one.broadcast}"
        yield f"    inet {where} scope global {name}"
        yield f"       {_FOREVER}"


def _one_line(block: list[str], what: str) -> Iterator[str]:
    """What `-o` makes of a block: line ends become backslashes."""
    number, name = block[0].split(": ")[:2]
    if what == "link":
        yield block[0] + "\\" + block[1]
        return
    for first, second in zip(block[2::2], block[3::2], strict=True):
        yield f"{number}: {name:<7}{first}\\{second}"


def _routes(call: PartitionCall) -> Iterator[str]:
    devices = call.devices
    names = {f"en{d.name.removeprefix('ent')}": name_of(d) for d in _ports(call)}
    if devices.kept.gateway and devices.kept.primary in names:
        yield f"default via {devices.kept.gateway} dev {names[devices.kept.primary]} proto static "
    for one in interfaces.listed(devices):
        if one.up and one.name in names:
            network = ipaddress.IPv4Network((one.inet.address, one.inet.netmask), strict=False)
            where = f"{network} dev {names[one.name]} proto kernel scope link"
            yield f"{where} src {one.inet.address} "


def _address(call: PartitionCall, words: list[str], *, add: bool) -> None:
    if len(words) != 3 or words[1] != "dev":
        raise Refusal(255, "ip_command", name=" ".join(words), object="addr")
    interface = _interface(call, words[2])
    try:
        wanted = ipaddress.IPv4Interface(words[0])
    except ValueError:
        raise Refusal(1, "ip_address", value=words[0]) from None
    held = call.devices.addresses().get(interface)
    if add:
        inet = Inet(str(wanted.ip), str(wanted.netmask))
        interfaces.set_address(call.devices, interface, inet)
    elif held is None or held.address != str(wanted.ip):
        raise Refusal(2, "ip_not_assigned")
    else:
        interfaces.detach(call.devices, interface)


def _set_link(call: PartitionCall, words: list[str]) -> None:
    words = [word for word in words if word != "dev"]
    if len(words) != 2 or words[1] not in ("up", "down"):
        raise Refusal(255, "ip_command", name=" ".join(words), object="link")
    interface = _interface(call, words[0])
    if interface in call.devices.addresses():
        interfaces.set_state(call.devices, interface, up=words[1] == "up")


COMMAND = PartitionCommand(DECLARATION, run)
