"""lshmc: the console itself (captures, V7R3.1, V7R7.9 and V8R8.2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

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
from hmcsh.commands.hmc.attributes.console_services import (
    CALL_HOME_TABLE,
    DHCP_TABLE,
    FIREWALL_TABLE,
    HARDWARE_TABLE,
    MODULE_TABLE,
    RANGES,
    SYSLOG_TABLE,
    TIME_SERVER_TABLE,
    rules,
)
from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import Trust
from hmcsh.model.console import Console

MANUAL = "manual page, V9; the options of V7R3.2 inferred"
_SINCE_7_9 = Span(since=Level.parse("V7R7.9"))  # -h: notes of that level; the others inferred
_SINCE_9 = Span(since=Level.parse("V9R1"))

_TABLES = {
    "-b": BIOS_TABLE,
    "-D": DHCP_TABLE,
    "-e": CALL_HOME_TABLE,
    "-h": HARDWARE_TABLE,
    "-i": MODULE_TABLE,
    "-l": LOCALE_TABLE,
    "-L": LOCALE_TABLE,
    "-n": NETWORK_TABLE,
    "-r": REMOTE_TABLE,
    "-v": VITAL_TABLE,
    "-V": VERSION_TABLE,
    "--bmc": MODULE_TABLE,
    "--firewall": FIREWALL_TABLE,
    "--netroute": ROUTE_TABLE,
    "--ntpserver": TIME_SERVER_TABLE,
    "--syslog": SYSLOG_TABLE,
}

_WITH_BMC = "7063-"  # machine types of consoles with a baseboard management controller

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
        Option("-D", "dhcp", help="what the DHCP server can hand out", span=_SINCE_7_9),
        Option("-e", "call_home", help="the event manager for call home", span=_SINCE_7_9),
        Option("-h", "hardware", help="the hardware", span=_SINCE_7_9),
        Option("-i", "imm", help="the integrated management module", span=_SINCE_7_9),
        Option("--bmc", "bmc", help="the baseboard management controller", span=_SINCE_9),
        Option("--firewall", "firewall", help="what the firewall lets in", span=_SINCE_9),
        Option("--ntpserver", "time_servers", help="the time servers", span=_SINCE_9),
        Option("--syslog", "syslog", help="the syslog servers", span=_SINCE_9),
        ATTRIBUTES,
        HEADER,
    ),
    (Form({}, optional=("-F", "--header"), one_of=(tuple(_TABLES),)),),
    notes=(
        "No console here stands on a server with an integrated management module: -i lists "
        "nothing.",
    ),
    examples=("lshmc -V", "lshmc -n -F hostname:ipaddr"),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """List the part of the configuration that is asked for."""
    flag = next(flag for flag in _TABLES if call.parsed.has(flag))
    return call.listing(_TABLES[flag], _rows(call, flag))


_ROWS: dict[str, Callable[[Console], Iterable[object]]] = {
    "-D": lambda _: RANGES,
    "-i": lambda _: (),
    "-l": lambda console: [console.settings.locale],
    "-L": lambda _: LOCALES,
    "--bmc": lambda console: [console] if console.type_model.startswith(_WITH_BMC) else (),
    "--firewall": rules,
    "--netroute": lambda console: itertools.starmap(
        RouteRow, enumerate(console.settings.routes, 1)
    ),
    "--ntpserver": lambda console: console.settings.time_servers,
    "--syslog": lambda console: console.settings.syslog_servers,
}


def _rows(call: Call, flag: str) -> Iterable[object]:
    if flag in _ROWS:
        return _ROWS[flag](call.console)
    return [ConsoleRow(call.console, call.datacenter.now())]


COMMAND = Command(DECLARATION, run, _TABLES, task=performs(Task.LIST_CONSOLE))
