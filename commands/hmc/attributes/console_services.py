"""The attributes of what serves the console or guards it, as `lshmc` of V7R7.9 and later lists it.

No listing of these is public: names follow the options of `chhmc`, or are the project's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.console import Console

_OWN = "own names, after the options of chhmc"


def _table(name: str, *attributes: tuple[str, Callable[[Any], Value | None]]) -> Table:
    made = (Attribute(one, read, trust=Trust.INVENTED, source=_OWN) for one, read in attributes)
    return Table(name, made)


HARDWARE_TABLE = _table(
    "lshmc -h",
    ("type_model", lambda r: r.console.type_model),
    ("serial_num", lambda r: r.console.serial_number),
    ("ethernet_interfaces", lambda r: list(r.console.interfaces)),
)
CALL_HOME_TABLE = _table(
    # No console here reports to anybody.
    "lshmc -e",
    ("emch", lambda _: "disable"),
    ("registered_hmcs", lambda _: "none"),
)
TIME_SERVER_TABLE = _table("lshmc --ntpserver", ("ntpserver", lambda address: address))
SYSLOG_TABLE = _table(
    "lshmc --syslog",
    ("syslogserver", lambda server: server.address),
    ("type", lambda server: server.transport),
)
# The server under a console of V9 has a baseboard management controller, which nobody has set up.
MODULE_TABLE = _table(
    "lshmc -i",
    ("mode", lambda _: "dhcp"),
    ("ipaddr", lambda _: ""),
    ("networkmask", lambda _: ""),
    ("gateway", lambda _: ""),
)


# -- the ranges of the DHCP server ------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """Addresses that the console can hand out on a private network: its own comes first."""

    prefix: str
    first: str
    last: str
    mask: str

    @property
    def address(self) -> str:
        """The console's own address on that network."""
        return f"{self.prefix}{self.first.rpartition('.')[0]}.1"


# The ranges that the console offers (installation guide for the console).
RANGES = (
    Range("192.168.", "0.2", "0.254", "255.255.255.0"),
    Range("192.168.", "128.2", "255.254", "255.255.128.0"),
    Range("172.16.", "0.3", "255.254", "255.255.0.0"),
    Range("172.17.", "0.3", "255.254", "255.255.0.0"),
    Range("10.0.", "0.2", "0.254", "255.255.255.0"),
    Range("10.0.", "128.2", "143.254", "255.255.240.0"),
    Range("10.0.", "255.2", "255.254", "255.255.255.0"),
    Range("10.1.", "0.2", "15.254", "255.255.240.0"),
    Range("10.127.", "0.2", "15.254", "255.255.240.0"),
    Range("10.127.", "255.2", "255.254", "255.255.255.0"),
    Range("10.254.", "0.2", "0.254", "255.255.255.0"),
    Range("10.255.", "0.2", "0.254", "255.255.255.0"),
    Range("9.6.", "24.2", "24.254", "255.255.255.0"),
    Range("9.6.", "25.2", "25.254", "255.255.255.0"),
)

DHCP_TABLE = Table(
    "lshmc -D",
    tuple(
        Attribute(name, read, trust=Trust.RECALLED, source="recalled; the names are the project's")
        for name, read in (
            ("ipaddr", lambda r: r.address),
            ("networkmask", lambda r: r.mask),
            ("range", lambda r: f"{r.prefix}{r.first}-{r.prefix}{r.last}"),
        )
    ),
)


# -- what the firewall lets in ----------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """An application that an interface lets in."""

    interface: str
    application: str
    ports: tuple[str, ...]


_RMC_PORTS = ("657:tcp", "657:udp")


def rules(console: Console) -> Iterator[Rule]:
    """What is let in: what the settings of the console have on, by interface."""
    for name, interface in console.interfaces.items():
        if console.settings.ssh:
            yield Rule(name, "ssh", ("22:tcp",))
        if console.settings.web:
            yield Rule(name, "remotewebui", ("443:tcp", "12443:tcp"))
        if interface.partition_communication:
            yield Rule(name, "rmc", _RMC_PORTS)


FIREWALL_TABLE = _table(
    "lshmc --firewall",
    ("interface", lambda rule: rule.interface),
    ("application", lambda rule: rule.application),
    ("ports", lambda rule: list(rule.ports)),
)
