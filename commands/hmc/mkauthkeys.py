"""mkauthkeys: public keys of users, and the trust between two consoles (scripts of V5 to V9).

Keys that are added open the user's account over ssh. With `--ip` the caller's key at this console
becomes one of a user of another console, which a migration between consoles needs; the other
console is one that the same process serves.
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines
from hmcsh.commands.hmc.common.guesses import Attempts
from hmcsh.commands.hmc.common.passwords import opens
from hmcsh.commands.hmc.common.prompts import ask_hidden
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.options import Parsed
from hmcsh.model.console import Console
from hmcsh.model.keys import comment, is_key_line, own_key
from hmcsh.model.users import User

SOURCE = "scripts that work against consoles of V5 to V9"
REMOTE = Span(since=Level.parse("V7R3.4"))  # migrations between consoles came with it
_SESSION = "capture, V7R7.9 or V9R1"

DECLARATION = Declaration(
    "mkauthkeys",
    "Adds and removes ssh public keys of users, and sets up trust between consoles.",
    (
        Option(
            "-a",
            "add",
            "last",
            "key",
            "adds a public key, given as one argument",
            aliases=("--add",),
            source=SOURCE,
        ),
        Option(
            "-r",
            "remove",
            "last",
            "key or comment",
            "removes a public key, or all keys with this comment",
            aliases=("--remove",),
            source=SOURCE,
        ),
        Option(
            "-g",
            "get",
            help="prints the public key that the user has at this console",
            span=REMOTE,
            trust=Trust.SCRIPT,
            source="a script for migrations between servers without a console",
        ),
        Option(
            "--ip",
            "address",
            "required",
            "IP address",
            "the remote console, by address or host name",
            span=REMOTE,
            trust=Trust.CAPTURE,
            source=_SESSION,
        ),
        Option(
            "-u",
            "user",
            "required",
            "user ID",
            "the user of the remote console, or whose keys are changed; else the caller",
            kind="user",
            span=REMOTE,
            source=SOURCE,
        ),
        Option(
            "--passwd",
            "password",
            "required",
            "password",
            "the password of the remote user; asked for if it is left out",
            span=REMOTE,
            source=_SESSION,
        ),
        Option(
            "--test",
            "test",
            help="only tests whether the remote console trusts this one",
            span=REMOTE,
            trust=Trust.CAPTURE,
            source=_SESSION,
        ),
    ),
    (
        Form({}, optional=("-u",), one_of=(("-a", "-r"),)),
        Form({"-g": ()}, span=REMOTE),
        Form({"--ip": ()}, optional=("-u",), at_most_one=(("--passwd", "--test"),), span=REMOTE),
        # What -g adds to it is what is done anyway: the caller has a key (ibm.power_hmc).
        Form({"--ip": (), "-g": ()}, optional=("-u", "--passwd"), span=REMOTE),
    ),
    notes=(
        "A key is added as it is given; what is no key opens nothing.",
        "Removing a key that is not there is no error: scripts remove before they add.",
        "A remote console is one that the same process serves.",
    ),
    examples=(
        "mkauthkeys --add 'ssh-rsa AAAA... user@host'",
        "mkauthkeys --ip 10.0.0.2 -u hscroot --test",
    ),
    source=SOURCE,
)


def _account(call: Call) -> User:
    """The user whose keys are changed: the caller, or whom a manager of users names."""
    name = call.text("user")
    if name is None or name == call.caller.user.name:
        return call.caller.user
    call.require(Task.MANAGE_USERS)
    try:
        return call.console.users[name]
    except KeyError:
        raise HmcError("user_not_found", name=name) from None


def _change_keys(call: Call) -> None:
    user = _account(call)
    added = call.text("add")
    if added is not None:
        if not is_key_line(added):
            raise HmcError("missing_or_invalid", parameters=["-a"])
        if added not in user.keys:
            user.keys.append(added)
        return
    removed = call.parsed.required("remove")
    user.keys[:] = [key for key in user.keys if removed not in (key, comment(key))]


def _remote(call: Call) -> Console | None:
    """The console that `--ip` names, if the process serves it and it runs."""
    address = call.parsed.required("address")
    for console in call.datacenter.consoles:
        names = (console.ip_address, console.name, f"{console.name}.{console.domain}")
        if address in names and console is not call.console and console.running:
            return console
    return None


async def _set_up_trust(call: Call) -> None:
    """Test whether a remote user has the caller's key, or give it to him.

    Raises HmcError HSCL3653 if the test fails.
    """
    host = call.parsed.required("address")
    name = call.text("user") or call.caller.user.name
    key = own_key(call.console.name, call.caller.user.name)
    remote = _remote(call)
    if call.given("test"):
        account = remote.users.get(name) if remote else None
        if account is None or key not in account.keys:
            raise HmcError("ssh_not_set_up", user=name)
        return
    if remote is None:
        raise HmcError("remote_not_reached", host=host)
    password = call.text("password")
    if password is None:
        password = await ask_hidden(call, "remote_password", user=name, host=host)
    account = remote.users.get(name)
    now, start = call.datacenter.now(), call.datacenter.start
    attempts = Attempts(call, f"the user {name} of {remote.name}")
    right = await attempts.right(opens(account or User("nobody"), password))
    if account is None or not right or account.refusal(start, now) is not None:
        raise HmcError("remote_refused", host=host, user=name)
    if key not in account.keys:
        account.keys.append(key)


async def run(call: Call) -> Lines:
    """Change keys, print one, or set up trust."""
    if call.given("address"):
        await _set_up_trust(call)
    elif call.given("get"):
        return [own_key(call.console.name, call.caller.user.name)]
    else:
        _change_keys(call)
    return ()


def _task(parsed: Parsed) -> Task:
    looks = parsed.has("--test") or (parsed.has("-g") and not parsed.has("--ip"))
    return Task.LIST_CONSOLE if looks else Task.CHANGE_OWN_PASSWORD


# A viewer adds keys to his own account (check_hmc, its instructions): the task is the one by which
# everybody changes what opens his account (inferred).
COMMAND = Command(DECLARATION, run, task=_task)
