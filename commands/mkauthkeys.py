"""mkauthkeys: public keys by which a user may log in (scripts of V5 to V9)."""

from __future__ import annotations

import base64
import binascii

from hmcsh.commands.common.core import Call, Command, Lines, performs
from hmcsh.commands.common.tasks import Task

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError

DECLARATION = Declaration(
    "mkauthkeys",
    "Adds and removes ssh public keys of the user who calls it.",
    (
        Option(
            "-a",
            "add",
            "required",
            "key",
            "adds a public key, given as one argument",
            aliases=("--add",),
        ),
        Option(
            "-r",
            "remove",
            "required",
            "key or comment",
            "removes a public key, or all keys with this comment",
            aliases=("--remove",),
        ),
    ),
    (Form({}, one_of=(("-a", "-r"),)),),
    notes=("Removing a key that is not there is no error: scripts remove before they add.",),
    examples=("mkauthkeys --add 'ssh-rsa AAAA... user@host'",),
    source="scripts that work against consoles of V5 to V9",
)


def _is_public_key(line: str) -> bool:
    """Whether a line is one public key: type, base64 of the same type, comment."""
    fields = line.split(" ", 2)
    if len(fields) < 2 or not line.isprintable():
        return False
    try:
        blob = base64.b64decode(fields[1], validate=True)
    except binascii.Error:
        return False
    length = int.from_bytes(blob[:4], "big")
    return blob[4 : 4 + length] == fields[0].encode()


def _comment(line: str) -> str:
    fields = line.split(" ", 2)
    return fields[2] if len(fields) > 2 else ""


async def run(call: Call) -> Lines:
    """Add or remove a key of the caller's account."""
    user = call.caller.user
    added = call.text("add")
    if added is not None:
        if not _is_public_key(added):
            raise HmcError("missing_or_invalid", parameters=["-a"])
        if added not in user.keys:
            user.keys.append(added)
        return ()
    removed = call.parsed.required("remove")
    user.keys[:] = [key for key in user.keys if removed not in (key, _comment(key))]
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.CHANGE_OWN_PASSWORD))
