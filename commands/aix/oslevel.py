"""oslevel: the level of the operating system."""

from __future__ import annotations

import re

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX

DECLARATION = Declaration(
    "oslevel",
    "Shows the level of the operating system.",
    (
        Option("-r", "technology", help="with its technology level"),
        Option("-s", "service_pack", help="with its service pack"),
    ),
    (Form({}, at_most_one=(("-r", "-s"),)),),
    source="recalled; the level is that of lssyscfg",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Print it. The version is such as `AIX 6.1 6100-00-01-0748`."""
    level = re.search(r"\d{4}-\d\d-\d\d-\d{4}", call.system.version)
    full = level[0] if level else "0000-00-00-0000"
    if call.given("service_pack"):
        return [full]
    if call.given("technology"):
        return [full[:7]]
    return [f"{call.partition.system_level}.0.0"]


COMMAND = PartitionCommand(DECLARATION, run)
