"""lshmc: the console itself (captures, V7R3.1 and V7R7.9)."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.common.core import Call, Command, Lines
from hmcsh.commands.common.options import ATTRIBUTES, HEADER

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError, Trust
from hmcsh.model.console import Console

_EMULATED = ("-n", "-r", "-v", "-V")
_REFUSED = ("-b", "-l", "-L")

DECLARATION = Declaration(
    "lshmc",
    "Lists the configuration of the console.",
    (
        Option("-n", "network", help="the network configuration"),
        Option("-v", "vital", help="the vital product data"),
        Option("-V", "version", help="the version"),
        Option("-b", "bios", help="the BIOS level (not emulated)"),
        Option("-l", "locale", help="the current locale (not emulated)"),
        Option("-L", "locales", help="all supported locales (not emulated)"),
        Option("-r", "remote", help="the remote access settings"),
        ATTRIBUTES,
        HEADER,
    ),
    (Form({}, optional=("-F", "--header"), one_of=((*_EMULATED, *_REFUSED),)),),
    examples=("lshmc -V", "lshmc -n -F hostname:ipaddr"),
    source="manual page, V9; the options of V7R3.2 inferred",
)

_MEMORY_BYTES = 1058721792  # of the console in the capture of V7R3.1


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    console: Console
    date: str


def _version(item: _Item) -> str:
    number, _, release = str(item.console.level).partition("R")
    return (
        f" Version: {number.removeprefix('V')}\n Release: {release}\n Service Pack: 0\n"
        f"HMC Build level {item.console.build}\n"
    )


def _vital(item: _Item) -> str:
    console = item.console
    lines = (
        "FC ????????",
        "VC 20.0",
        f"N2 {item.date}",
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
        f"RM {console.level}.0",
    )
    return "".join(f"*{line}\n" for line in lines)


_V7R3_1 = "capture, V7R3.1"
_V7R7_9 = "capture, V7R7.9"

VERSION_TABLE = Table(
    "lshmc -V",
    (
        Attribute("version", _version, source=_V7R7_9),
        Attribute("base_version", lambda i: f"{i.console.level}\n", source=_V7R7_9),
    ),
)
VITAL_TABLE = Table("lshmc -v", (Attribute("vpd", _vital, source=_V7R3_1),))


def _inferred(name: str, value: str) -> Attribute:
    return Attribute(name, lambda _: value, trust=Trust.INFERRED, source=_V7R7_9)


NETWORK_TABLE = Table(
    "lshmc -n",
    (
        Attribute("hostname", lambda i: i.console.name, source=_V7R7_9),
        Attribute("domain", lambda i: i.console.domain, source=_V7R7_9),
        Attribute("ipaddr", lambda i: i.console.ip_address, source=_V7R7_9),
        _inferred("networkmask", "255.255.255.0"),
        _inferred("gateway", ""),
        _inferred("nameserver", ""),
        _inferred("domainsuffix", ""),
        _inferred("slipipaddr", "10.253.0.1"),
        _inferred("slipnetmask", "255.255.0.0"),
        Attribute("ipaddrlpar", lambda i: i.console.ip_address, source=_V7R7_9),
        _inferred("networkmasklpar", "255.255.255.0"),
        _inferred("clients", ""),
        Attribute("ipv4addr_eth0", lambda i: i.console.ip_address, source=_V7R7_9),
        _inferred("ipv4netmask_eth0", "255.255.255.0"),
        _inferred("ipv4dhcp_eth0", "off"),
        _inferred("lparcomm_eth0", "on"),
        _inferred("jumboframe_eth0", "off"),
        _inferred("speed_eth0", "auto"),
        _inferred("duplex_eth0", "auto"),
    ),
)

REMOTE_TABLE = Table(
    "lshmc -r",
    (
        Attribute("ssh", lambda _: "enable", source="ibmhmc.c of cluster-glue, V4"),
        _inferred("sshprotocol", ""),
        _inferred("remotewebui", "enable"),
        _inferred("xntp", "disable"),
        _inferred("xntpserver", "127.127.1.0"),
        _inferred("syslogserver", ""),
    ),
)

_TABLES = {"-n": NETWORK_TABLE, "-r": REMOTE_TABLE, "-v": VITAL_TABLE, "-V": VERSION_TABLE}


async def run(call: Call) -> Lines:
    """List the part of the configuration that is asked for."""
    for flag in _REFUSED:
        if call.parsed.has(flag):
            raise HmcError("not_emulated", what=f"lshmc {flag}")
    flag = next(flag for flag in _EMULATED if call.parsed.has(flag))
    date = call.datacenter.now().strftime("%a %b %d %H:%M:%S GMT %Y")
    return call.listing(_TABLES[flag], [_Item(call.caller.console, date)])


COMMAND = Command(DECLARATION, run, _TABLES)
