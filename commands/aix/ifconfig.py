"""ifconfig: network interfaces and their addresses."""

from __future__ import annotations

from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal
from hmcsh.model import interfaces
from hmcsh.model.customized import Inet

# Captures of AIX 6.1.
_UP = "1e080863,480<UP,BROADCAST,NOTRAILERS,RUNNING,SIMPLEX"
_DOWN = "1e080822,480<BROADCAST,NOTRAILERS,SIMPLEX"
_REST = ",MULTICAST,GROUPRT,64BIT,CHECKSUM_OFFLOAD(ACTIVE),CHAIN>"
_BUFFERS = "         tcp_sendspace {0} tcp_recvspace {1} rfc1323 {2}"
_LOOPBACK = (
    "lo0: flags=e08084b<UP,BROADCAST,LOOPBACK,RUNNING,SIMPLEX,MULTICAST,GROUPRT,64BIT>",
    "        inet 127.0.0.1 netmask 0xff000000 broadcast 127.255.255.255",
    "        inet6 ::1/0",
    _BUFFERS.format(131072, 131072, 1),
)

DECLARATION = Declaration(
    "ifconfig",
    "Shows and configures network interfaces.",
    (
        Option("-a", "all", help="all interfaces"),
        Option("Interface", "interface", "operand", kind="device"),
        Option("Parameter", "parameters", "operand", several=True),
    ),
    (
        Form({"-a": ()}, ("-a",)),
        Form({"Interface": ()}, ("Interface",), ("Parameter",)),
    ),
    notes=("Parameters: `inet`, an address, `netmask` with a mask, `up`, `down`, `detach`.",),
    source="captures, AIX 5.3 to 7.1; SG24-7460 5.5.5",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Show what has an address, or change one interface."""
    shown = {one.name: one for one in interfaces.listed(call.devices)}
    if call.given("all"):
        return [*(line for one in shown.values() for line in _lines(one)), *_LOOPBACK]
    name, words = call.parsed.required("interface"), call.words("parameters")
    if name == "lo0" and not words:
        return list(_LOOPBACK)
    if words:
        _change(call, name, [word for word in words if word != "inet"])
        return []
    if name not in shown:
        interfaces.require(call.devices, name, "ifconfig")
        return [f"{name}: flags={_DOWN}{_REST}"]
    return list(_lines(shown[name]))


def _change(call: PartitionCall, name: str, words: list[str]) -> None:
    devices = call.devices
    if words in (["detach"], ["delete"], ["down"], ["up"]):
        if name not in devices.addresses():
            raise Refusal(1, "net_no_interface", name=name)
        if words[0] in ("detach", "delete"):
            interfaces.detach(devices, name)
        else:
            interfaces.set_state(devices, name, up=words == ["up"])
        return
    interfaces.require(devices, name, "ifconfig")
    address = interfaces.parse_address(words[0], "ifconfig")
    rest = words[1:]
    mask = interfaces.default_mask(address)
    if rest[:1] == ["netmask"] and len(rest) > 1:
        mask, rest = interfaces.parse_mask(rest[1], "ifconfig"), rest[2:]
    if rest not in ([], ["up"]):
        raise Refusal(1, "net_bad_address", command="ifconfig", value=rest[0])
    interfaces.set_address(devices, name, Inet(address, mask))


def _lines(one: interfaces.Shown) -> Iterator[str]:
    yield f"{one.name}: flags={_UP if one.up else _DOWN}{_REST}"
    yield f"        inet {one.inet.address} netmask {one.mask} broadcast {one.broadcast}"
    yield _BUFFERS.format(262144, 262144, 1)


COMMAND = PartitionCommand(DECLARATION, run)
