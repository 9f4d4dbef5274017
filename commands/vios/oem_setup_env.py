"""oem_setup_env: a shell of root (SG24-7460 3.7)."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import MANUAL, NO_ACCESS, command

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import CommandExit, Refusal

DECLARATION = Declaration(
    "oem_setup_env",
    "Opens a shell of root, which `exit` ends.",
    (),
    (Form({}),),
    examples=("oem_setup_env",),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Open the shell on the streams of the call. Raises Refusal where nobody can type into it."""
    if call.caller.root_shell is None:
        raise Refusal(NO_ACCESS, "vios_interactive", command=DECLARATION.name)
    status = await call.caller.root_shell(call.invocation)
    if status:
        raise CommandExit("", status)
    return []


COMMAND = command(DECLARATION, run)
