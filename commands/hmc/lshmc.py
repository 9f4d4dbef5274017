"""lshmc: the console itself (captures, V7R3.1, V7R7.9 and V8R8.2)."""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.console import (
    BIOS_TABLE,
    LOCALE_TABLE,
    LOCALES,
    NETWORK_TABLE,
    REMOTE_TABLE,
    ROUTE_TABLE,
    VERSION_TABLE,
    VITAL_TABLE,
    ConsoleRow,
    RouteRow,
)
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust

MANUAL = "manual page, V9; the options of V7R3.2 inferred"
_SINCE_7_9 = Span(since=Level.parse("V7R7.9"))  # -h: notes of that level; the others inferred
_SINCE_9 = Span(since=Level.parse("V9R1"))

_TABLES = {
    "-b": BIOS_TABLE,
    "-l": LOCALE_TABLE,
    "-L": LOCALE_TABLE,
    "-n": NETWORK_TABLE,
    "-r": REMOTE_TABLE,
    "-v": VITAL_TABLE,
    "-V": VERSION_TABLE,
    "--netroute": ROUTE_TABLE,
}


def _refused(flag: str, dest: str, what: str, span: Span) -> Option:
    """An option whose listing nothing public describes: it is refused."""
    return Option(flag, dest, help=f"{what} (not emulated)", span=span)


_REFUSED = (
    _refused("-D", "dhcp", "the settings of the DHCP server", _SINCE_7_9),
    _refused("-e", "call_home", "the settings of the event manager for call home", _SINCE_7_9),
    _refused("-h", "hardware", "the hardware", _SINCE_7_9),
    _refused("-i", "imm", "the settings of the integrated management module", _SINCE_7_9),
    _refused("--bmc", "bmc", "the settings of the baseboard management controller", _SINCE_9),
    _refused("--firewall", "firewall", "the settings of the firewall", _SINCE_9),
    _refused("--ntpserver", "time_servers", "the time servers", _SINCE_9),
    _refused("--syslog", "syslog", "the syslog servers", _SINCE_9),
)

DECLARATION = Declaration(
    "lshmc",
    "Lists the configuration of the console.",
    (
        Option("-n", "network", help="the network configuration"),
        Option("-v", "vital", help="the vital product data"),
        Option("-V", "version", help="the version"),
        Option("-b", "bios", help="the BIOS level"),
        Option("-l", "locale", help="the current locale"),
        Option("-L", "locales", help="all supported locales"),
        Option("-r", "remote", help="the remote access settings"),
        Option(
            "--netroute",
            "routes",
            help="the routes of the network",
            span=_SINCE_7_9,
            trust=Trust.SCRIPT,
            source="ansible-power-hmc",
        ),
        *_REFUSED,
        ATTRIBUTES,
        HEADER,
    ),
    (
        Form({}, optional=("-F", "--header"), one_of=(tuple(_TABLES),)),
        *(
            Form({o.flag: ()}, optional=("-F", "--header"), span=o.span, emulated=False)
            for o in _REFUSED
        ),
    ),
    examples=("lshmc -V", "lshmc -n -F hostname:ipaddr"),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """List the part of the configuration that is asked for."""
    flag = next(flag for flag in _TABLES if call.parsed.has(flag))
    return call.listing(_TABLES[flag], _rows(call, flag))


def _rows(call: Call, flag: str) -> list[object]:
    settings = call.console.settings
    if flag == "-L":
        return list(LOCALES)
    if flag == "-l":
        return [settings.locale]
    if flag == "--netroute":
        return [RouteRow(number, route) for number, route in enumerate(settings.routes, 1)]
    return [ConsoleRow(call.console, call.datacenter.now())]


COMMAND = Command(DECLARATION, run, _TABLES, task=performs(Task.LIST_CONSOLE))
