"""Tools that tell about the console: date, who, whoami, uname, which, locale, clear."""

from __future__ import annotations

import datetime
import logging
import re

from hmcsh.events import NotEmulated
from hmcsh.shell.builtins.lookup import path_of
from hmcsh.shell.call import Call, UsageError, scan_options
from hmcsh.shell.registry import tool

_log = logging.getLogger("hmcsh.shell")
_DEFAULT = "%a %b %e %H:%M:%S %Z %Y"
_CONVERSION = re.compile(r"%([-_0^#]?)(\d*)(:{0,2})(.)", re.DOTALL)
# What the level's kernel is called; a POWER5/POWER6-era console is an Intel machine (inferred).
_UNAME = {"s": "Linux", "r": "2.6.16.60-0.54-default", "v": "#1 SMP", "m": "i686", "o": "GNU/Linux"}


@tool("date")
async def date(call: Call) -> int:
    """Show the console's time of day."""
    long = {"utc": "u", "universal": "u", "date=": "d", "iso-8601": "I", "rfc-2822": "R",
            "set=": "s"}  # fmt: skip
    options, operands = scan_options(call.args, "uRId:s:r:f:", long)
    when = call.shell.host.now()
    text = _DEFAULT
    for letter, value in options:
        if letter == "u":
            when = when.astimezone(datetime.UTC) if when.tzinfo else when
        elif letter == "d":
            when = _parsed(value, when)
        elif letter == "I":
            text = "%Y-%m-%d"
        elif letter == "R":
            text = "%a, %d %b %Y %H:%M:%S %z"
        else:
            raise UsageError(
                "cannot set date: Operation not permitted"
                if letter == "s"
                else f"-{letter}: not supported"
            )
    if len(operands) > 1:
        raise UsageError(f"extra operand '{operands[1]}'")
    if operands:
        if not operands[0].startswith("+"):
            raise UsageError(f"invalid date '{operands[0]}'")
        text = operands[0][1:]
    call.out(format_time(when, text) + "\n")
    return 0


def _parsed(text: str, now: datetime.datetime) -> datetime.datetime:
    """Return the time that a text means: an epoch, an ISO date, or a few words."""
    words = text.strip().lower()
    days = {"now": 0, "today": 0, "": 0, "yesterday": -1, "tomorrow": 1}
    try:
        if words in days:
            return now + datetime.timedelta(days=days[words])
        if match := re.fullmatch(r"@(-?\d{1,11})", words):
            return datetime.datetime.fromtimestamp(int(match.group(1)), now.tzinfo or datetime.UTC)
        if match := re.fullmatch(r"([+-]?\d{1,6}) ?(second|minute|hour|day|week)s?( ago)?", words):
            count, unit, ago = match.groups()
            step = datetime.timedelta(**{unit + "s": -int(count) if ago else int(count)})
            return now + step
        when = datetime.datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise UsageError(f"invalid date '{text}'") from None
    return when if when.tzinfo else when.replace(tzinfo=now.tzinfo)


def format_time(when: datetime.datetime, text: str) -> str:
    """Format a time as date(1) does."""

    def one(match: re.Match[str]) -> str:
        flag, width, colons, letter = match.groups()
        value = _conversion(when, letter, colons)
        if value is None:
            return match.group()
        if flag == "-":
            value = re.sub(r"^[0 ]+(?=\d)", "", value)
        elif flag == "_":
            value = re.sub(r"^0+(?=\d)", lambda m: " " * len(m.group()), value)
        elif flag == "0":
            value = value.replace(" ", "0")
        elif flag == "^":
            value = value.upper()
        pad = "0" if value.isdigit() and flag != "_" else " "
        return value.rjust(min(int(width[:4] or 0), 1000), pad)

    return _CONVERSION.sub(one, text)


def _conversion(when: datetime.datetime, letter: str, colons: str) -> str | None:
    if letter in "aAbBcdHIjmMpSUWwxXyYuGgVFTDRChz":
        if letter == "z":
            offset = when.strftime("%z") or "+0000"
            return f"{offset[:3]}:{offset[3:5]}" if colons else offset
        letter = {"h": "b"}.get(letter, letter)
        return f"{when.year:04d}" if letter == "Y" else when.strftime("%" + letter)
    plain = {
        "e": f"{when.day:2d}",
        "k": f"{when.hour:2d}",
        "l": f"{when.hour % 12 or 12:2d}",
        "P": when.strftime("%p").lower(),
        "r": when.strftime("%I:%M:%S %p"),
        "N": f"{when.microsecond * 1000:09d}",
        "Z": when.tzname() or "UTC",
        "n": "\n",
        "t": "\t",
        "%": "%",
    }
    if letter == "s":
        aware = when if when.tzinfo else when.replace(tzinfo=datetime.UTC)
        return str(int(aware.timestamp()))
    return plain.get(letter)


@tool("who")
async def who(call: Call) -> int:
    """Show who is logged in."""
    long = {"heading": "H", "count": "q", "boot": "b"}
    options, operands = scan_options(call.args, "amqHubr", long)
    letters = {letter for letter, _ in options}
    if letters & set("aru"):
        raise UsageError(f"-{min(letters & set('aru'))}: not supported")
    if "b" in letters:
        up = float((await call.shell.files.read("/proc/uptime")).split()[0])
        booted = call.shell.host.now() - datetime.timedelta(seconds=up)
        call.out(f"{'':8} {'system boot':<12} {booted:%Y-%m-%d %H:%M}\n")
        return 0
    sessions = call.shell.host.sessions()
    if "q" in letters:
        call.out(" ".join(user for user, *_ in sessions) + f"\n# users={len(sessions)}\n")
        return 0
    if "m" in letters or len(operands) == 2:
        sessions = [s for s in sessions if s[0] == call.shell.host.user][-1:]
    if "H" in letters:
        call.out("NAME     LINE         TIME             COMMENT\n")
    for user, terminal, since, origin in sessions:
        shown = f" ({origin})" if origin else ""
        call.out(f"{user:<8} {terminal:<12} {since:%Y-%m-%d %H:%M}{shown}\n")
    return 0


@tool("whoami")
async def whoami(call: Call) -> int:
    """Show the user's name."""
    if call.args:
        raise UsageError(f"extra operand '{call.args[0]}'")
    call.out(f"{call.shell.host.user}\n")
    return 0


@tool("uname")
async def uname(call: Call) -> int:
    """Show names of the system."""
    long = {"all": "a", "nodename": "n", "kernel-name": "s", "kernel-release": "r", "machine": "m"}
    options, operands = scan_options(call.args, "asnrvmo", long)
    if operands:
        raise UsageError(f"extra operand '{operands[0]}'")
    letters = {letter for letter, _ in options} or {"s"}
    values = {**_UNAME, "n": call.shell.host.hostname}
    call.out(" ".join(values[c] for c in "snrvmo" if c in letters or "a" in letters) + "\n")
    return 0


@tool("which")
async def which(call: Call) -> int:
    """Show where commands stand (places inferred)."""
    names = [arg for arg in call.args if not arg.startswith("-")]
    status = 0 if names else 1
    for name in names:
        path = path_of(call, name)
        if path is None:
            status = 1
        else:
            call.out(f"{path}\n")
    return status


@tool("locale")
async def locale(call: Call) -> int:
    """Show the settings of the locale that the environment makes."""
    if call.args:
        raise UsageError(f"{call.args[0]}: not supported")
    get = call.shell.variables.get
    language, everything = get("LANG") or "", get("LC_ALL") or ""
    call.out(f"LANG={language}\n")
    names = ("CTYPE", "NUMERIC", "TIME", "COLLATE", "MONETARY", "MESSAGES", "PAPER", "NAME",
             "ADDRESS", "TELEPHONE", "MEASUREMENT", "IDENTIFICATION")  # fmt: skip
    for name in names:
        own = get(f"LC_{name}")
        if own and not everything:
            call.out(f"LC_{name}={own}\n")
        else:
            call.out(f'LC_{name}="{everything or language or "POSIX"}"\n')
    call.out(f"LC_ALL={everything}\n")
    return 0


@tool("clear")
async def clear(call: Call) -> int:
    """Clear the terminal."""
    call.out("\x1b[H\x1b[2J")
    return 0


@tool(
    "cp", "diff", "dircolors", "du", "getopt", "host", "ldapsearch", "man", "mkdir", "mount",
    "rm", "scp",
)  # fmt: skip
async def not_emulated(call: Call) -> int:
    """Refuse what an HMC has and this emulation has not."""
    _log.warning(NotEmulated(command=" ".join([call.name, *call.args])))
    call.complain("not emulated")
    return 1
