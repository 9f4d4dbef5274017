"""The attributes of the console, by the option of `lshmc` that lists them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.console import Console, Route

V7R3_1 = "capture, V7R3.1"
V7R7_9 = "capture, V7R7.9"
V8R8_2 = "capture, V8R8.2"
_MEMORY_BYTES = 1058721792  # of the console in the capture of V7R3.1

_SINCE_7_9 = Span(since=Level.parse("V7R7.9"))
_ONLY_7_9 = Span(since=Level.parse("V7R7.9"), until=Level.parse("V8R8"))
_SINCE_8 = Span(since=Level.parse("V8R8"))
_SINCE_9 = Span(since=Level.parse("V9R1"))
_VERSION_8 = 8
_VERSION_9 = 9


@dataclasses.dataclass(frozen=True, slots=True)
class ConsoleRow:
    """A console at a calendar time."""

    console: Console
    now: datetime.datetime


Reader = Callable[[ConsoleRow], Value]


def switched(on: bool) -> str:
    """`on` or `off`."""
    return "on" if on else "off"


def enabled(on: bool) -> str:
    """`enable` or `disable`."""
    return "enable" if on else "disable"


# -- version and vital product data -----------------------------------------------------------


def _numbers(console: Console) -> tuple[int, int, int]:
    """Version, release and service pack of a level from V9 on, such as V9R2.950."""
    version, release, *rest = console.level.key
    return version, release, rest[0] if rest else console.service_pack


def _version(row: ConsoleRow) -> str:
    console = row.console
    number, _, release = str(console.level).partition("R")
    pack = str(console.service_pack)
    if console.level.key[0] >= _VERSION_9:
        _, release, pack = map(str, _numbers(console))
    return (
        f" Version: {number.removeprefix('V')}\n Release: {release}\n Service Pack: {pack}\n"
        f"HMC Build level {console.build}\n"
    )


def _base_version(row: ConsoleRow) -> str:
    """The level; from V9 on without the service pack (recalled)."""
    if row.console.level.key[0] >= _VERSION_9:
        version, release, _ = _numbers(row.console)
        return f"V{version}R{release}\n"
    return f"{row.console.level}\n"


def _release(console: Console) -> str:
    """The line `*RM`: five numbers up to V8, four from V9 on (check_hmc)."""
    if console.level.key[0] >= _VERSION_9:
        version, release, pack = _numbers(console)
        return f"V{version}R{release}.{pack}.0"
    return f"{console.level}.0"


def _vital(row: ConsoleRow) -> str:
    console = row.console
    lines = (
        "FC ????????",
        "VC 20.0",
        f"N2 {row.now.strftime('%a %b %d %H:%M:%S GMT %Y')}",
        "FC ????????",
        "DS Hardware Management Console",
        f"TM {console.type_model}",
        f"SE {console.serial_number}",
        "MN IBM",
        "PN Unknown",
        f"SZ {_MEMORY_BYTES}",
        "OS Embedded Operating Systems",
        f"NA {console.ip_address}",
        "FC ????????",
        "DS Platform Firmware",
        f"RM {_release(console)}",
    )
    return "".join(f"*{line}\n" for line in lines)


VERSION_TABLE = Table(
    "lshmc -V",
    (
        Attribute("version", _version, source=V7R7_9),
        Attribute("base_version", _base_version, source=V7R7_9),
    ),
)
VITAL_TABLE = Table("lshmc -v", (Attribute("vpd", _vital, source=V7R3_1),))
BIOS_TABLE = Table(
    "lshmc -b",
    (
        Attribute(
            "bios",
            lambda _: "D6E124AUS-1.03",
            trust=Trust.RECALLED,
            source="recalled; the value is invented",
        ),
    ),
)

# -- network ----------------------------------------------------------------------------------


def _captured(
    name: str, read: Reader, span: Span = ALWAYS, *, inferred: bool = False, source: str = V7R7_9
) -> Attribute:
    trust = Trust.INFERRED if inferred else Trust.CAPTURE
    return Attribute(name, read, span=span, trust=trust, source=source)


def _constant(name: str, value: str, span: Span = ALWAYS, source: str = V7R7_9) -> Attribute:
    """What the model does not hold: the value of the capture, or empty."""
    return _captured(name, lambda _: value, span, inferred=True, source=source)


def _eth0(name: str, field: str, span: Span = ALWAYS) -> Attribute:
    def read(row: ConsoleRow) -> str:
        value = getattr(row.console.interfaces["eth0"], field)
        return switched(value) if isinstance(value, bool) else value

    return _captured(f"{name}_eth0", read, span)


def _partition_side(field: str) -> Reader:
    """What partitions talk to: the interfaces that allow it."""
    return lambda row: [
        getattr(interface, field)
        for interface in row.console.interfaces.values()
        if interface.partition_communication
    ]


NETWORK_TABLE = Table(
    "lshmc -n",
    (
        _captured("hostname", lambda r: r.console.name),
        _captured("domain", lambda r: r.console.domain),
        _captured("ipaddr", lambda r: r.console.ip_address),
        _captured("networkmask", lambda r: r.console.interfaces["eth0"].mask),
        _captured("gateway", lambda r: r.console.settings.gateway),
        _captured("nameserver", lambda r: list(r.console.settings.name_servers)),
        _captured("domainsuffix", lambda r: list(r.console.settings.domain_suffixes)),
        _constant("slipipaddr", "10.253.0.1"),
        _constant("slipnetmask", "255.255.0.0"),
        _captured("ipaddrlpar", _partition_side("ip_address")),
        _captured("networkmasklpar", _partition_side("mask")),
        _constant("clients", ""),
        _constant("ipv6addrlpar", "", _SINCE_7_9),
        _captured("slpipaddrs", lambda r: r.console.ip_address, _SINCE_7_9),
        _eth0("ipv4addr", "ip_address"),
        _eth0("ipv4netmask", "mask"),
        _eth0("ipv4dhcp", "dhcp"),
        _constant("ipv6addr_eth0", "", _SINCE_7_9),
        _constant("ipv6auto_eth0", "off", _SINCE_7_9),
        _constant("ipv6privacy_eth0", "off", _SINCE_7_9),
        _constant("ipv6dhcp_eth0", "off", _SINCE_7_9),
        _eth0("lparcomm", "partition_communication"),
        _eth0("jumboframe", "jumbo_frames"),
        _eth0("speed", "speed"),
        _eth0("duplex", "duplex"),
        _eth0("tso", "tcp_offload", _SINCE_7_9),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class RouteRow:
    """A route and its place in the table."""

    position: int
    route: Route


_ROUTE = "ansible-power-hmc; the order inferred"

ROUTE_TABLE = Table(
    "lshmc --netroute",
    (
        Attribute("position", lambda r: str(r.position), trust=Trust.SCRIPT, source=_ROUTE),
        Attribute("destination", lambda r: r.route.destination, trust=Trust.SCRIPT, source=_ROUTE),
        Attribute("gateway", lambda r: r.route.gateway, trust=Trust.SCRIPT, source=_ROUTE),
        Attribute("networkmask", lambda r: r.route.mask, trust=Trust.SCRIPT, source=_ROUTE),
        Attribute("interface", lambda r: r.route.interface, trust=Trust.SCRIPT, source=_ROUTE),
    ),
)

# -- remote access ----------------------------------------------------------------------------


def _time_servers(row: ConsoleRow) -> Value:
    """The time servers; up to V7 the console's own clock stands for none (captures)."""
    servers = list(row.console.settings.time_servers)
    if servers or row.console.level.key[0] >= _VERSION_8:
        return servers
    return "127.127.1.0"


def _syslog(transport: str) -> Reader:
    return lambda row: [
        server.address
        for server in row.console.settings.syslog_servers
        if server.transport == transport
    ]


REMOTE_TABLE = Table(
    "lshmc -r",
    (
        Attribute(
            "ssh",
            lambda r: enabled(r.console.settings.ssh),
            source="ibmhmc.c of cluster-glue, V4",
        ),
        _captured("sshprotocol", lambda r: "2" if r.console.level.key[0] >= _VERSION_8 else ""),
        _captured("remotewebui", lambda r: enabled(r.console.settings.web)),
        _captured("xntp", lambda r: enabled(r.console.settings.time_client)),
        _captured("xntpserver", _time_servers),
        Attribute(
            "xntpstatus",
            lambda r: "synchronized" if r.console.settings.time_client else "",
            listed=False,
            span=_SINCE_9,
            trust=Trust.INFERRED,
            source="ansible-power-hmc for the name, powercampus.de for the value",
        ),
        _captured("syslogserver", _syslog("udp")),
        _captured("syslogtcpserver", _syslog("tcp"), _SINCE_7_9),
        _captured("syslogtlsserver", _syslog("tls"), _SINCE_7_9),
        _captured("netboot", lambda r: enabled(r.console.settings.network_boot), _ONLY_7_9),
        _captured(
            "altdiskboot", lambda r: enabled(r.console.settings.alternate_disk_boot), _SINCE_7_9
        ),
        _constant("ldap", "disable", _SINCE_7_9),
        _constant("kerberos", "disable", _SINCE_7_9),
        _constant("kerberos_default_realm", "", _SINCE_7_9),
        _constant("kerberos_realm_kdc", "", _SINCE_7_9),
        _constant("kerberos_clockskew", "", _SINCE_7_9),
        _constant("kerberos_ticket_lifetime", "", _SINCE_7_9),
        _constant("kpasswd_admin", "", _SINCE_7_9),
        _constant("trace", "", _SINCE_7_9),
        _constant("kerberos_keyfile_present", "", _SINCE_7_9),
        _constant("kerberos_allow_weak_crypto", "", _SINCE_8, V8R8_2),
        _constant("legacyhmccomm", "disable", _SINCE_7_9),
        _constant("security", "legacy", _SINCE_8, V8R8_2),
        _constant("sol", "disabled", _SINCE_7_9),
    ),
)

# -- locales ----------------------------------------------------------------------------------

# The languages of the console's interface (recalled); how they are listed is inferred.
LOCALES = (
    "ca_ES",
    "cs_CZ",
    "de_AT",
    "de_CH",
    "de_DE",
    "en_AU",
    "en_CA",
    "en_GB",
    "en_US",
    "es_ES",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "hu_HU",
    "it_IT",
    "ja_JP",
    "ko_KR",
    "pl_PL",
    "pt_BR",
    "ru_RU",
    "sk_SK",
    "zh_CN",
    "zh_TW",
)

LOCALE_TABLE = Table(
    "lshmc -l",
    (
        Attribute(
            "locale",
            lambda locale: locale,
            trust=Trust.INFERRED,
            source="inferred from the options of the manual page, V9",
        ),
    ),
)
