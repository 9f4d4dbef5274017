"""Questions that a command asks whoever calls it: for passwords."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.messages import HmcError, render


async def ask_hidden(call: Call, prompt: str, **fields: object) -> str:
    """Print a prompt of the catalogue and read one line that is not shown."""
    output = call.invocation.stdout
    output.write(render(prompt, **fields))
    await output.drain()
    answer = await call.invocation.stdin.read_hidden()
    output.write("\n")
    return answer.removesuffix("\n").removesuffix("\r")


async def ask_new_password(call: Call) -> str:
    """Ask twice for a new password (session on chhmcusr, V7). Raises HmcError if they differ."""
    password = await ask_hidden(call, "enter_password")
    if await ask_hidden(call, "retype_password") != password:
        raise HmcError("passwords_differ")
    return password
