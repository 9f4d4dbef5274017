"""Values of an inventory that carry a unit or a form, each with its reader.

A reader takes the text of a YAML scalar and raises ValueError with what was expected.
"""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.model.adapters import MAXIMUM_VLAN
from hmcsh.model.hea import LogicalPort
from hmcsh.model.rules import check_name
from hmcsh.model.units import UNIT

_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([A-Za-z%][A-Za-z/]*)?", re.ASCII)

SIZES: Mapping[str, int] = {"MB": 1, "GB": 1024, "TB": 1024**2}
DURATIONS: Mapping[str, int] = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "min": 60 * 10**9,
    "h": 3600 * 10**9,
}
LONGEST_OFFSET = 24000 * DURATIONS["h"]
LARGEST = 1024 * SIZES["TB"]
BIT_RATES: Mapping[str, int] = {"bit/s": 1, "kbit/s": 10**3, "Mbit/s": 10**6, "Gbit/s": 10**9}
BYTE_RATES: Mapping[str, int] = {"B/s": 1, "KB/s": 2**10, "MB/s": 2**20, "GB/s": 2**30}


class Megabytes(int):
    """Memory or disk, in MB."""


class Duration(int):
    """A duration, in ns."""


class Offset(int):
    """By how much one clock is ahead of another, in ns; negative if it is behind."""


class BitRate(int):
    """Speed of a link, in bits per second."""


class ByteRate(int):
    """Speed of writing, in bytes per second."""


class Hundredths(int):
    """Processing units, in hundredths of a processor."""


class Percent(int):
    """A part of a physical port's capacity, in hundredths of a percent."""


class Share(float):
    """A part of a whole, 0 to 1."""


class Positive(int):
    """A whole number from 1 to 65535: an ID, a count, a bus."""


class Count(int):
    """How many entries a declaration stands for."""


class TrunkPriority(int):
    """Priority of a trunk adapter among those that bridge the same VLAN, 1 to 15."""


class FailoverPriority(int):
    """Priority of a backing device among those of its virtual NIC, 1 to 100; 1 is the best."""


class PortNumber(int):
    """The number of a physical port of an adapter, from 0."""


class PortLabel(str):
    """What an administrator calls a physical port."""


class Slot(int):
    """A virtual slot that an adapter may be put into, from 2."""


class VlanId(int):
    """A VLAN identifier, 1 to 4094."""


class Name(str):
    """Name of a system, partition or pool."""


class ProfileName(str):
    """Name of a profile, in which a slash is allowed."""


class UserName(str):
    """Name of a user of the console."""


class HostName(str):
    """A host or domain name."""


class Word(str):
    """Name of a device, LUN or network, or a location code: without spaces."""


class Text(str):
    """One line of printable ASCII."""


class TypeModel(str):
    """Machine type and model, such as 9117-MMA."""


class Serial(str):
    """Serial number of a system, seven characters."""


class Address(str):
    """An IPv4 address."""


class MacAddress(str):
    """A MAC address, 12 upper-case hexadecimal digits."""


class PhysicalVolumeId(str):
    """A physical volume identifier, 16 lower-case hexadecimal digits."""


class DrcIndex(str):
    """A DRC index, 8 upper-case hexadecimal digits."""


class HostPort(str):
    """A logical port of a host Ethernet adapter, as a profile has it."""


def _host_port(text: str) -> HostPort:
    try:
        return HostPort(LogicalPort.parse(text))
    except ValueError:
        raise ValueError("a logical port (example: 23000000/1/0/1/none)") from None


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Minimum, desired and maximum of a resource; None where the inventory leaves it out."""

    minimum: int | None
    desired: int
    maximum: int | None


class MemoryWanted(Wanted):
    """Memory, in MB."""


class UnitsWanted(Wanted):
    """Processing units, in hundredths."""


class CountWanted(Wanted):
    """Virtual or whole processors."""


def _quantity(text: str, units: Mapping[str, int], what: str, example: str) -> int:
    known = ", ".join(units)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not {what} such as `{example}`")
    if found[2] is None:
        raise ValueError(f"{text!r} has no unit: {what} is a number and one of {known}")
    if found[2] not in units:
        raise ValueError(f"{found[2]!r} is no unit of {what}: use one of {known}")
    value = Decimal(found[1]) * units[found[2]]
    if value != value.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number of {next(iter(units))}")
    return int(value)


def read_size(text: str) -> Megabytes:
    """Read `2 GB` into MB, up to 1024 TB."""
    size = Megabytes(_quantity(text, SIZES, "a size", "2 GB"))
    if size > LARGEST:
        raise ValueError(f"{text!r} is more than 1024 TB")
    return size


def read_duration(text: str) -> Duration:
    """Read `3 s` into ns."""
    return Duration(_quantity(text, DURATIONS, "a duration", "3 s"))


def read_offset(text: str) -> Offset:
    """Read `3 s` or `-250 ms` into ns; at most a thousand days."""
    sign, amount = (-1, text[1:]) if text.startswith("-") else (1, text)
    offset = Offset(sign * read_duration(amount))
    if abs(offset) > LONGEST_OFFSET:
        raise ValueError(f"{text!r} is more than 24000 h")
    return offset


def read_bit_rate(text: str) -> BitRate:
    """Read `1 Gbit/s` into bits per second, at least 1."""
    rate = BitRate(_quantity(text, BIT_RATES, "a link speed", "1 Gbit/s"))
    if not rate:
        raise ValueError("a link speed is more than 0")
    return rate


def read_byte_rate(text: str) -> ByteRate:
    """Read `8 MB/s` into bytes per second."""
    return ByteRate(_quantity(text, BYTE_RATES, "a write rate", "8 MB/s"))


def read_units(text: str) -> Hundredths:
    """Read `0.5` processors into hundredths."""
    found = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", text, re.ASCII)
    value = Decimal(text) * UNIT if found else Decimal("0.5")
    if value != value.to_integral_value():
        raise ValueError(f"{text!r} is not a number of processors such as `0.5`")
    return Hundredths(int(value))


def read_percent(text: str) -> Percent:
    """Read `2 %`, more than 0 and at most 100, into hundredths of a percent."""
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) ?%", text, re.ASCII)
    value = int(Decimal(found[1]) * 100) if found else 0
    if not 0 < value <= 10000:
        raise ValueError(f"{text!r} is not a capacity such as `2 %`")
    return Percent(value)


def read_share(text: str) -> Share:
    """Read `3 %` or `0.03`, between 0 and 1."""
    found = _NUMBER.fullmatch(text)
    if found is None or found[2] not in (None, "%"):
        raise ValueError(f"{text!r} is not a share such as `3 %`")
    value = float(found[1]) / (100 if found[2] else 1)
    if value > 1:
        raise ValueError(f"{text!r} is more than the whole")
    return Share(value)


def read_integer(text: str) -> int:
    """Read a whole number, not negative, without a leading zero."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,14}", text, re.ASCII):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _between(kind: type[int], low: int, high: int, what: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = read_integer(text)
        if not low <= value <= high:
            raise ValueError(f"{text!r} is not {what} ({low} to {high})")
        return kind(value)

    return read


def _matching(kind: type[str], pattern: str, what: str) -> Callable[[str], str]:
    form = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(f"{text!r} is not {what}")
        return kind(text)

    return read


def _read_address(text: str) -> Address:
    try:
        return Address(ipaddress.IPv4Address(text))
    except ipaddress.AddressValueError:
        raise ValueError(f"{text!r} is not an IPv4 address") from None


def _read_boolean(text: str) -> bool:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if text not in words:
        raise ValueError(f"{text!r} is neither `yes` nor `no`")
    return words[text]


def _read_time(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as `2007-04-03 15:00:00`") from None


def _wanted(kind: type[Wanted], one: Callable[[str], int]) -> Callable[[str], Wanted]:
    def read(text: str) -> Wanted:
        parts = [part.strip() for part in text.split("/")]
        if len(parts) not in (1, 3):
            raise ValueError(f"{text!r} is neither one amount nor `minimum / desired / maximum`")
        amounts = [one(part) for part in parts]
        if len(amounts) == 1:
            return kind(None, amounts[0], None)
        if not amounts[0] <= amounts[1] <= amounts[2]:
            raise ValueError(f"{text!r} is not in the order minimum / desired / maximum")
        return kind(*amounts)

    return read


def _named(kind: type[str], *, slash: bool = False) -> Callable[[str], str]:
    """A reader of names, by the rule that commands follow when they change one."""

    def read(text: str) -> str:
        try:
            check_name(text, slash=slash)
        except HmcError:
            raise ValueError(
                f"{text!r} is not a name: 1 to 31 letters, digits, `-`, `_`, `.` and the like"
            ) from None
        return kind(text)

    return read


_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

READERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    int: read_integer,
    bool: _read_boolean,
    datetime.datetime: _read_time,
    Level: Level.parse,
    Megabytes: read_size,
    Duration: read_duration,
    Offset: read_offset,
    BitRate: read_bit_rate,
    ByteRate: read_byte_rate,
    Hundredths: read_units,
    Share: read_share,
    Percent: read_percent,
    Positive: _between(Positive, 1, 65535, "a number that can be used here"),
    Count: _between(Count, 1, 100_000, "a count"),
    TrunkPriority: _between(TrunkPriority, 1, 15, "a trunk priority"),
    FailoverPriority: _between(FailoverPriority, 1, 100, "a failover priority"),
    PortNumber: _between(PortNumber, 0, 255, "the number of a port"),
    Slot: _between(Slot, 2, 65535, "a free virtual slot"),
    VlanId: _between(VlanId, 1, MAXIMUM_VLAN, "a VLAN identifier"),
    Name: _named(Name),
    ProfileName: _named(ProfileName, slash=True),
    UserName: _matching(UserName, r"[a-z_][a-z0-9._-]{0,30}", "a user name"),
    HostName: _matching(HostName, rf"{_LABEL}(\.{_LABEL}){{0,8}}", "a host or domain name"),
    PortLabel: _matching(PortLabel, r"[ -~]{0,16}", "a label of up to 16 characters"),
    Word: _matching(Word, r"[A-Za-z0-9_.:/-]{1,64}", "a word of letters, digits and _ . : / -"),
    Text: _matching(Text, r"[ -~]{1,256}", "one line of printable ASCII"),
    TypeModel: _matching(TypeModel, r"[0-9A-Z]{4}-[0-9A-Z]{3}", "a type and model (9117-MMA)"),
    Serial: _matching(Serial, r"[0-9A-Z]{7}", "a serial number of seven characters (10FFE0B)"),
    Address: _read_address,
    MacAddress: _matching(MacAddress, r"[0-9A-F]{12}", "a MAC address (12 hexadecimal digits)"),
    PhysicalVolumeId: _matching(
        PhysicalVolumeId, r"[0-9a-f]{16}", "a physical volume identifier (16 hexadecimal digits)"
    ),
    DrcIndex: _matching(DrcIndex, r"[0-9A-F]{8}", "a DRC index (8 hexadecimal digits)"),
    HostPort: _host_port,
    MemoryWanted: _wanted(MemoryWanted, read_size),
    UnitsWanted: _wanted(UnitsWanted, read_units),
    CountWanted: _wanted(CountWanted, read_integer),
}
