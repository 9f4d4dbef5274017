"""drmgr: dynamic reconfiguration, which the console asks for."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import LINUX
from hmcsh.language.messages import Refusal

_CONNECTORS = ("cpu", "hea", "mem", "pci", "phb", "pmig", "port", "slot")

DECLARATION = Declaration(
    "drmgr",
    "Adds and removes processors, memory and slots, and migrates the partition.",
    (
        Option("-c", "connector", "required", choices=_CONNECTORS, metavar="connector"),
        Option("-m", "migrate", help="migrates the partition"),
        Option("-a", "add", help="adds"),
        Option("-r", "remove", help="removes"),
        Option("-s", "name", "required", metavar="drc_name|stream"),
        Option("-q", "quantity", "required", kind="integer", metavar="count"),
        Option("-w", "wait", "required", kind="integer", metavar="minutes"),
        Option("-d", "detail", "required", kind="integer", metavar="level"),
    ),
    (
        Form({"-m": ()}, ("-m",), ("-c", "-s", "-w", "-d")),
        Form(
            {"-c": ()},
            ("-c",),
            ("-s", "-q", "-w", "-d"),
            one_of=(("-a", "-r"),),
        ),
    ),
    notes=("Only a console can begin what it does: called by hand it refuses.",),
    source="powerpc-utils, drmgr",
    dialect=LINUX,
)


async def run(call: PartitionCall) -> Lines:
    """Refuse: the hypervisor changes nothing that no console has asked for."""
    if call.given("migrate"):
        raise Refusal(1, "drmgr_stream")
    raise Refusal(1, "drmgr_console", connector=call.parsed.required("connector"))


COMMAND = PartitionCommand(DECLARATION, run)
