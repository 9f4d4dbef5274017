"""Values of options that the limits of a declaration cannot say."""

from __future__ import annotations

import ipaddress

from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.messages import HmcError


def ip_address(call: Call, flag: str, dest: str) -> str:
    """The IPv4 address of an option. Raises HmcError for what is none."""
    try:
        return str(ipaddress.IPv4Address(call.parsed.required(dest)))
    except ipaddress.AddressValueError:
        raise HmcError("missing_or_invalid", parameters=[flag]) from None
