"""Values of the attributes of `-i`: numbers, Virtual I/O Servers by name, ID and address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.migration.request import Request
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition

_MOST_DIGITS = 5  # no slot, VLAN, partition ID or pool ID has more

Take = Callable[[Request, str, Any], None]


def invalid(name: str, value: str) -> HmcError:
    """Give the refusal of a value."""
    return HmcError("invalid_attribute_value", name=name, value=value)


def number_of(text: str) -> int | None:
    """Read a whole number; None if it is none, or longer than any that means something."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)


def server_of(frame: Frame, text_name: str, text_id: str) -> Partition | None:
    """The Virtual I/O Server of a name, an ID or both; None unless they name one and the same."""
    number = number_of(text_id)
    by_name = frame.find_by_name(text_name)
    by_id = frame.partitions.get(number) if number is not None else None
    found = by_name if text_name else by_id
    if found is None or not found.is_vios or (text_name and text_id and by_id is not found):
        return None
    return found


def server_at(frame: Frame, address: str) -> Partition | None:
    """The Virtual I/O Server whose mover has an address."""
    return next((s for s in frame.virtual_io_servers() if has_address(s, address)), None)


def has_address(server: Partition, address: str) -> bool:
    """Whether the mover of a Virtual I/O Server has an address."""
    return bool(address) and server.io_server.mover_address == address
