"""Network interfaces of an operating system: addresses, and whether the console reaches it.

The console knows a partition by the address of one interface, the primary one. Without any
address that is up its RMC connection is gone until there is one again (inferred from SG24-7460
5.5.5: both ways of moving to another network impact connectivity).
"""

from __future__ import annotations

import dataclasses
import ipaddress

from hmcsh.language.messages import Refusal
from hmcsh.model.customized import Inet
from hmcsh.model.devices import DeviceDatabase


def parse_address(text: str, command: str) -> str:
    """Check an IPv4 address. Raises Refusal."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise Refusal(1, "net_bad_address", command=command, value=text) from None


def parse_mask(text: str, command: str) -> str:
    """Check a subnet mask, as four numbers or as `0xffffff00`. Raises Refusal."""
    try:
        number = int(text, 16) if text.startswith("0x") else int(ipaddress.IPv4Address(text))
        mask = str(ipaddress.IPv4Address(number))
        ipaddress.IPv4Network((0, mask))
    except ValueError:
        raise Refusal(1, "net_bad_address", command=command, value=text) from None
    return mask


def default_mask(address: str) -> str:
    """The subnet mask of the class of an address."""
    first = int(address.partition(".")[0])
    return "255.0.0.0" if first < 128 else "255.255.0.0" if first < 192 else "255.255.255.0"


def require(database: DeviceDatabase, interface: str, command: str) -> None:
    """Refuse what is no interface over an adapter that is available. Raises Refusal."""
    device = database.find(interface)
    if device is None or device.kind.device_class != "if":
        raise Refusal(1, "net_no_interface", name=interface)
    adapter = database.find(device.parent)
    if adapter is None or not adapter.available:
        raise Refusal(1, "net_not_available", command=command, name=interface)


def set_address(database: DeviceDatabase, interface: str, inet: Inet) -> None:
    """Give an interface its address; it is up then."""
    kept, system = database.kept, database.system
    kept.down.discard(interface)
    if interface == kept.primary or not (kept.primary and system.ip_address):
        kept.primary, kept.netmask = interface, inet.netmask
        system.ip_address = inet.address
    else:
        kept.further[interface] = inet
    _choose(database)


def detach(database: DeviceDatabase, interface: str) -> None:
    """Take the address from an interface."""
    kept, system = database.kept, database.system
    kept.down.discard(interface)
    if interface == kept.primary:
        kept.primary = system.ip_address = ""
    kept.further.pop(interface, None)
    _choose(database)


def set_state(database: DeviceDatabase, interface: str, *, up: bool) -> None:
    """Mark an interface that has an address up or down."""
    if up:
        database.kept.down.discard(interface)
    else:
        database.kept.down.add(interface)
    _choose(database)


def _choose(database: DeviceDatabase) -> None:
    """Let the console know the partition by an address that is up, if there is any."""
    kept, system = database.kept, database.system
    addresses = database.addresses()
    up = [name for name in addresses if name not in kept.down]
    system.reachable = bool(up)
    if not up or kept.primary in up:
        return
    if kept.primary and system.ip_address:
        kept.further[kept.primary] = Inet(system.ip_address, kept.netmask)
    kept.primary = up[0]
    chosen = kept.further.pop(up[0])
    system.ip_address, kept.netmask = chosen.address, chosen.netmask


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """An interface as ifconfig shows it."""

    name: str
    inet: Inet
    up: bool

    @property
    def broadcast(self) -> str:
        """The broadcast address of its network."""
        network = ipaddress.IPv4Network((self.inet.address, self.inet.netmask), strict=False)
        return str(network.broadcast_address)

    @property
    def mask(self) -> str:
        """The subnet mask in hexadecimal digits."""
        return f"0x{int(ipaddress.IPv4Address(self.inet.netmask)):08x}"


def listed(database: DeviceDatabase) -> list[Shown]:
    """The interfaces that have an address."""
    down = database.kept.down
    return [Shown(name, inet, name not in down) for name, inet in database.addresses().items()]
