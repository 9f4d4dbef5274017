"""Names that Linux gives to devices.

The devices of a partition are found and numbered alike by every operating system; Linux names
them by their drivers: `eth0`, `sda`, `host2` (forms: powerpc-utils; that SCSI hosts bear the
numbers of their virtual slots is inferred).
"""

from __future__ import annotations

from hmcsh.model.devices import Device

DRIVERS = {
    "IBM,l-lan": "ibmveth",
    "IBM,vnic": "ibmvnic",
    "IBM,v-scsi": "ibmvscsi",
    "IBM,vfc-client": "ibmvfc",
}
_HOSTS = ("IBM,v-scsi", "IBM,vfc-client")


def letters(number: int) -> str:
    """The letters that count disks: a to z, aa and so on."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def name_of(device: Device) -> str:
    """The name of a device, "" for one that has none."""
    prefix = device.kind.prefix
    number = int(device.name.removeprefix(prefix) or 0)
    if device.kind.device_class == "disk":
        return f"sd{letters(number)}"
    if device.kind.type in _HOSTS:
        return f"host{device.key[1]}"
    return f"eth{number}" if prefix == "ent" else ""


def unit_address(device: Device) -> str:
    """The unit address of a virtual adapter, such as 30000002 for slot 2."""
    return f"3000{int(device.key[1]):04x}" if device.key[0] == "virtual" else ""


def address(mac: str) -> str:
    """A MAC address with colons."""
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2)).lower()
