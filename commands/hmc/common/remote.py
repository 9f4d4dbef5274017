"""The console that manages the destination of a migration, where `--ip` names one.

It is one that the same process serves. It must trust the caller, as mkauthkeys sets it up.
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Option
from hmcsh.language.messages import HmcError
from hmcsh.migration import spans
from hmcsh.model.console import Console
from hmcsh.model.frame import Frame
from hmcsh.model.keys import own_key

_PAGE = "manual page of migrlpar, V7R7 (synopsis)"

ADDRESS = Option(
    "--ip",
    "address",
    "required",
    "IP address",
    "the console that manages the destination, by address or host name",
    span=spans.REMOTE,
    source=_PAGE,
)
REMOTE_USER = Option(
    "-u",
    "remote_user",
    "required",
    "user ID",
    "the user at that console; the caller's name if it is left out",
    kind="user",
    span=spans.REMOTE,
    source=_PAGE,
)


def remote_user(call: Call) -> str:
    """The name of the user at the remote console."""
    return call.text("remote_user") or call.caller.user.name


def remote_console(call: Call) -> Console | None:
    """The console that `--ip` names, None without it.

    Raises HmcError if it cannot be reached, HSCL3653 if it does not trust the caller, and if its
    level knows no migrations between consoles.
    """
    host = call.text("address")
    if host is None:
        return None
    here = call.caller.console
    for console in call.datacenter.consoles:
        names = (console.ip_address, console.name, f"{console.name}.{console.domain}")
        if host in names and console is not here and console.running:
            break
    else:
        raise HmcError("lpm_remote_unknown", host=host)
    name = remote_user(call)
    account = console.users.get(name)
    if account is None or own_key(here.name, call.caller.user.name) not in account.keys:
        raise HmcError("ssh_not_set_up", user=name)
    if not spans.REMOTE.covers(console.level):
        raise HmcError("lpm_remote_level", host=host, level=console.level)
    return console


def target_system(call: Call) -> Frame:
    """The managed system of `-t`: one of this console, or of the one that `--ip` names.

    Raises HmcError as `remote_console` does, and HSCL8018 for a system that is not managed there.
    """
    console = remote_console(call)
    if console is None:
        return call.system("target")
    name = call.parsed.required("target")
    frame = call.datacenter.frame(name)
    if not console.manages(frame):
        raise HmcError("system_not_found", name=name)
    return frame


def require_remote(call: Call, console: Console, frame: Frame) -> None:
    """Check that the user at the remote console may migrate to a system that it manages.

    Raises HmcError HSCL350B, or that of a lock.
    """
    role = console.users[remote_user(call)].role
    if not console.allows(role, Task.MIGRATE_PARTITION, call.invocation.name):
        raise HmcError("no_authority")
    frame.require_lock(call.console.name)
