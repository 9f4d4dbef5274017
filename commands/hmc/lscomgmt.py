"""lscomgmt: who else manages a system (scripts, V8).

Nothing in the model manages systems but consoles, so that there is never anything to list; what a
console prints where there is, nothing public shows but for one attribute (fence-agents).
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.messages import Trust

_SOURCE = "fence_lpar looks for curr_master_mtms"

DECLARATION = Declaration(
    "lscomgmt",
    "Lists the co-management settings of a managed system.",
    (SYSTEM, ATTRIBUTES, HEADER),
    (Form({}, ("-m",), ("-F", "--header")),),
    notes=("No system is managed by anything but consoles: there is never anything to list.",),
    source=_SOURCE,
)

TABLE = Table(
    "lscomgmt",
    (Attribute("curr_master_mtms", lambda _: "", trust=Trust.SCRIPT, source=_SOURCE),),
)


async def run(call: Call) -> Lines:
    """Say that nothing else manages the system."""
    call.system()
    return call.listing(TABLE, [])


COMMAND = Command(DECLARATION, run, {"": TABLE}, task=performs(Task.LIST_SYSTEM))
