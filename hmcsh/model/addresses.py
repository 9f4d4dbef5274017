"""Which addresses answer: consoles, service processors, and the partitions that run."""

from __future__ import annotations

import ipaddress

from hmcsh.model.datacenter import Datacenter


def reach(datacenter: Datacenter, name: str) -> tuple[str, bool] | None:
    """Return a host's address and whether it answers now; None for an unknown name."""
    for console in datacenter.consoles:
        if name in (console.name, f"{console.name}.{console.domain}"):
            return console.ip_address, True
    try:
        address = str(ipaddress.IPv4Address(name))
    except ValueError:
        return None
    answering = {"127.0.0.1", *(console.ip_address for console in datacenter.consoles)}
    for frame in datacenter.frames.values():
        answering.add(frame.ip_address)
        systems = (p.operating_system for p in frame.partitions.values() if p.running)
        answering.update(system.ip_address for system in systems if system is not None)
    return address, address in answering
