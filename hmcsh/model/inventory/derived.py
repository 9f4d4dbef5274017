"""Identifiers that an inventory leaves out, derived from names so that they never change.

Forms are those of POWER6 captures: MAC addresses share five digits in a system, five in a
partition, and end with the slot; a physical volume identifier starts with the machine
identifier of the host that wrote it.
"""

from __future__ import annotations

import hashlib
import uuid

_NAMESPACE = uuid.UUID("6f1e7c2a-94cb-5b1d-8a53-0f2b7c9d4e61")


def digits(length: int, *names: str) -> str:
    """Upper-case hexadecimal digits, always the same for the same names."""
    text = "\0".join(names).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:length].upper()


class Unused:
    """Hands out values of a fixed number of hexadecimal digits, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def pick(self, prefix: str, length: int, *names: str) -> str:
        """Give the prefix and digits of the names, or of the next number that is free."""
        number = int(digits(length, *names), 16)
        while (found := f"{prefix}{number:0{length}X}") in self.taken:
            number = (number + 1) % 16**length
        self.taken.add(found)
        return found


def serial_number(name: str, serials: Unused) -> str:
    """Serial number of a system, in the range of those made in Rochester (`10xxxxx`)."""
    return serials.pick("10", 5, "serial", name)


def partition_uuid(mtms: str, name: str) -> str:
    """Identity of a partition first defined on a system, in upper case as consoles print it."""
    return str(uuid.uuid5(_NAMESPACE, f"{mtms}/{name}")).upper()


def system_mac_part(serial: str) -> str:
    """Five digits: locally administered, not multicast."""
    found = digits(5, "mac", serial)
    return found[0] + "26AE"[int(found[1], 16) % 4] + found[2:]


def physical_volume_id(serial: str, *names: str) -> str:
    """PVID written by a partition of the system with a serial number."""
    return f"00c{serial[-5:]}{digits(8, 'pvid', *names)}".lower()
