"""chhmc: change what `lshmc` shows of the console (manual pages, V7 to V9; field notes)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from hmcsh.commands.hmc.attributes.console import LOCALES
from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.common.values import ip_address

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.options import Parsed
from hmcsh.model.console import Interface, Route, SyslogServer

SOURCE = "field notes and IBM's automation, V7 to V10"
_SINCE_7_9 = Span(since=Level.parse("V7R7.9"))
_SINCE_8 = Span(since=Level.parse("V8R8"))

_SWITCHES = {
    "ssh": "ssh",
    "remotewebui": "web",
    "xntp": "time_client",
    "netboot": "network_boot",
    "altdiskboot": "alternate_disk_boot",
}
_PLAIN_SWITCHES = ("ssh", "remotewebui", "xntp", "netboot")
_OTHERS = ("date", "http", "websm", "kerberos", "imm", "sol", "ssh.name", "SecureRemoteAccess.name")
_ON_OFF = {
    "--lparcomm": ("lparcomm", "partition_communication", "lets partitions reach the console"),
    "--jumboframe": ("jumboframe", "jumbo_frames", "uses jumbo frames"),
    "--tso": ("tso", "tcp_offload", "leaves segmentation to the adapter"),
}
_OF_INTERFACE = ("-a", "-nm", *_ON_OFF, "--speed", "--duplex")


def _option(flag: str, dest: str, metavar: str, text: str, span: Span | None = None) -> Option:
    return Option(
        flag,
        dest,
        "required",
        metavar,
        text,
        span=span or Span(),
        trust=Trust.SCRIPT,
        source=SOURCE,
    )


def _choice(flag: str, text: str, choices: tuple[str, ...], span: Span | None = None) -> Option:
    return Option(
        flag,
        flag.lstrip("-"),
        "required",
        help=text,
        choices=choices,
        span=span or Span(),
        trust=Trust.SCRIPT,
        source=SOURCE,
    )


DECLARATION = Declaration(
    "chhmc",
    "Changes the configuration of the console.",
    (
        Option(
            "-c",
            "what",
            "required",
            help="what to change:",
            choices=(*_SWITCHES, "syslog", "network", "netroute", "locale", *_OTHERS),
            choice_help=(
                "remote log-in by ssh",
                "remote use of the web interface",
                "the time client and its servers",
                "the network as a startup device",
                "the alternate disk as the next startup device",
                "the servers that get the console's log",
                "the network",
                "the routes of the network",
                "the locale",
                *("not emulated" for _ in _OTHERS),
            ),
            trust=Trust.SCRIPT,
            source=SOURCE,
        ),
        Option(
            "-s",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("enable", "disable", "add", "remove", "modify"),
            trust=Trust.SCRIPT,
            source=SOURCE,
        ),
        _option("-i", "interface", "interface", "the network interface"),
        _option("-a", "address", "IP address", "an address"),
        _option("-nm", "mask", "network mask", "the mask of the network"),
        _option("-h", "host", "host", "the console's host name, or that of a server"),
        _option("-d", "domain", "domain", "the console's domain, or the destination of a route"),
        _option("-g", "gateway", "gateway", "the address of a gateway"),
        _option("-ns", "name_server", "name server", "the address of a name server"),
        _option("-ds", "suffix", "domain suffix", "a domain in which names are looked up"),
        _option("-l", "locale", "locale", "one of those that lshmc -L lists"),
        Option(
            "-t",
            "transport",
            "required",
            help="how the log is sent:",
            choices=("udp", "tcp", "tls"),
            span=_SINCE_7_9,
            trust=Trust.SCRIPT,
            source=SOURCE,
        ),
        _choice("--routetype", "what a route leads to", ("host", "net"), _SINCE_7_9),
        _choice("--mode", "for what the alternate disk is used", ("install", "upgrade"), _SINCE_8),
        *(
            _choice(flag, text, ("on", "off"), _SINCE_7_9 if flag == "--tso" else None)
            for flag, (_, _, text) in _ON_OFF.items()
        ),
        _choice("--speed", "the speed of the interface", ("auto", "10", "100", "1000")),
        _choice("--duplex", "how the interface sends", ("auto", "half", "full")),
    ),
    (
        Form({"-c": _PLAIN_SWITCHES, "-s": ("enable", "disable")}, optional=("-i",)),
        Form({"-c": ("altdiskboot",), "-s": ("enable", "disable")}, optional=("--mode",)),
        Form({"-c": ("xntp",), "-s": ("add", "remove")}, one_of=(("-a", "-h"),), optional=("-i",)),
        Form(
            {"-c": ("syslog",), "-s": ("add", "remove")}, one_of=(("-a", "-h"),), optional=("-t",)
        ),
        Form(
            {"-c": ("network",), "-s": ("modify",)},
            optional=("-i", "-h", "-d", "-g", *_OF_INTERFACE),
        ),
        Form({"-c": ("network",), "-s": ("add", "remove")}, optional=("-ns", "-ds", "-g")),
        Form(
            {"-c": ("netroute",), "-s": ("add", "remove")},
            ("-d", "-g"),
            ("-nm", "-i", "--routetype"),
            span=_SINCE_7_9,
        ),
        Form({"-c": ("locale",), "-s": ("modify",)}, ("-l",)),
        Form(
            {"-c": _OTHERS},
            optional=("-s", "-i", "-a", "-nm", "-h", "-d", "-g", "-t"),
            emulated=False,
        ),
    ),
    notes=(
        "chhmc -c ssh -s disable refuses log-ins; sessions that are there go on.",
        "The console's addresses are shown, nothing more: the server listens where it was told to.",
    ),
    examples=(
        "chhmc -c xntp -s add -a 192.168.1.32",
        "chhmc -c syslog -s add -t tcp -h log.example.com",
        "chhmc -c network -s modify -h hmc2",
    ),
    source=SOURCE,
)

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_DOMAIN = re.compile(rf"{_HOST_NAME.pattern}(\.{_HOST_NAME.pattern}){{0,8}}", re.ASCII)


def _matching(call: Call, flag: str, dest: str, form: re.Pattern[str]) -> str:
    text = call.parsed.required(dest)
    if form.fullmatch(text) is None:
        raise HmcError("missing_or_invalid", parameters=[flag])
    return text


def _listed(before: tuple[str, ...], call: Call, value: str) -> tuple[str, ...]:
    """A list with a value added or removed. Raises HmcError if it is there, or is not."""
    if call.text("operation") == "add":
        if value in before:
            raise HmcError("setting_exists", value=value)
        return (*before, value)
    if value not in before:
        raise HmcError("setting_not_found", value=value)
    return tuple(one for one in before if one != value)


def _server(call: Call) -> str:
    if call.given("host"):
        return _matching(call, "-h", "host", _DOMAIN)
    return ip_address(call, "-a", "address")


# -- one function for each of -c ----------------------------------------------------------------


def _switch(call: Call) -> None:
    _interface(call)
    field = _SWITCHES[call.parsed.required("what")]
    setattr(call.console.settings, field, call.text("operation") == "enable")


def _time_servers(call: Call) -> None:
    settings = call.console.settings
    _interface(call)
    settings.time_servers = _listed(settings.time_servers, call, _server(call))


def _syslog(call: Call) -> None:
    settings, server = call.console.settings, _server(call)
    transport = call.text("transport") or "udp"
    others = tuple(s for s in settings.syslog_servers if s.transport != transport)
    before = tuple(s.address for s in settings.syslog_servers if s.transport == transport)
    after = _listed(before, call, server)
    settings.syslog_servers = (*others, *(SyslogServer(one, transport) for one in after))


def _locale(call: Call) -> None:
    locale = call.parsed.required("locale")
    if locale not in LOCALES:
        raise HmcError("missing_or_invalid", parameters=["-l"])
    call.console.settings.locale = locale


def _routes(call: Call) -> None:
    settings = call.console.settings
    _interface(call)
    route = Route(
        ip_address(call, "-d", "domain"),
        ip_address(call, "-g", "gateway"),
        ip_address(call, "-nm", "mask") if call.given("mask") else "255.255.255.255",
        call.text("interface") or "eth0",
    )
    if call.text("operation") == "add":
        if route in settings.routes:
            raise HmcError("setting_exists", value=route.destination)
        settings.routes = (*settings.routes, route)
    elif route not in settings.routes:
        raise HmcError("setting_not_found", value=route.destination)
    else:
        settings.routes = tuple(one for one in settings.routes if one != route)


def _interface(call: Call) -> Interface | None:
    """The interface of `-i`, if one is named. Raises HmcError for one that is not there."""
    name = call.text("interface")
    if name is None:
        return None
    try:
        return call.console.interfaces[name]
    except KeyError:
        raise HmcError("interface_not_found", name=name) from None


def _network(call: Call) -> None:
    if call.text("operation") == "modify":
        _modify_network(call)
    else:
        _list_of_network(call)


def _list_of_network(call: Call) -> None:
    """Add or remove name servers, domain suffixes and the gateway, all or none."""
    settings = call.console.settings
    changed = dataclasses.replace(settings)
    if not any(call.given(dest) for dest in ("name_server", "suffix", "gateway")):
        raise HmcError("missing_or_invalid", parameters=["-ns", "-ds", "-g"])
    if call.given("name_server"):
        address = ip_address(call, "-ns", "name_server")
        changed.name_servers = _listed(settings.name_servers, call, address)
    if call.given("suffix"):
        suffix = _matching(call, "-ds", "suffix", _DOMAIN)
        changed.domain_suffixes = _listed(settings.domain_suffixes, call, suffix)
    if call.given("gateway"):
        before = (settings.gateway,) if settings.gateway else ()
        changed.gateway = "".join(_listed(before, call, ip_address(call, "-g", "gateway"))[-1:])
    call.console.settings = changed


def _modify_network(call: Call) -> None:
    """Change the console's name, domain and gateway, or an interface, all or none."""
    console, interface = call.console, _interface(call)
    given = [option.flag for option in DECLARATION.options if call.parsed.has(option.flag)]
    if interface is None and set(given) & set(_OF_INTERFACE):
        raise HmcError("missing_or_invalid", parameters=["-i"])
    if given in (["-c", "-s"], ["-c", "-s", "-i"]):
        raise HmcError("missing_or_invalid", parameters=["-h", "-d", "-g", *_OF_INTERFACE])
    name = _new_name(call) if call.given("host") else console.name
    domain = _matching(call, "-d", "domain", _DOMAIN) if call.given("domain") else console.domain
    settings = dataclasses.replace(console.settings)
    if call.given("gateway"):
        settings.gateway = ip_address(call, "-g", "gateway")
    if interface is not None:
        changed = _changed(call, interface)
        console.interfaces = {
            title: changed if one is interface else one for title, one in console.interfaces.items()
        }
        console.ip_address = console.interfaces["eth0"].ip_address
    console.name, console.domain, console.settings = name, domain, settings


def _new_name(call: Call) -> str:
    """A new name of the console; locks bear the old one. Raises HmcError while it holds some."""
    name = _matching(call, "-h", "host", _HOST_NAME)
    console = call.console
    if any(one.name == name and one is not console for one in call.datacenter.consoles):
        raise HmcError("name_in_use", name=name)
    if any(frame.lock_holder == console.name for frame in call.datacenter.frames.values()):
        raise HmcError("console_has_locks")
    return name


def _changed(call: Call, interface: Interface) -> Interface:
    changed = dataclasses.replace(interface)
    if call.given("address"):
        changed.ip_address = ip_address(call, "-a", "address")
    if call.given("mask"):
        changed.mask = ip_address(call, "-nm", "mask")
    for dest, field, _ in _ON_OFF.values():
        if call.given(dest):
            setattr(changed, field, call.text(dest) == "on")
    changed.speed = call.text("speed") or changed.speed
    changed.duplex = call.text("duplex") or changed.duplex
    return changed


_LISTS: dict[str, Callable[[Call], None]] = {
    "xntp": _time_servers,
    "syslog": _syslog,
    "network": _network,
    "netroute": _routes,
    "locale": _locale,
}


async def run(call: Call) -> Lines:
    """Change what `-c` names."""
    if call.text("operation") in ("enable", "disable"):
        _switch(call)
    else:
        _LISTS[call.parsed.required("what")](call)
    return ()


def _task(parsed: Parsed) -> Task:
    return Task.CHANGE_LOCALE if parsed.text("what") == "locale" else Task.CHANGE_CONSOLE


COMMAND = Command(DECLARATION, run, task=_task)
