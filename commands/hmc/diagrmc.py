"""diagrmc: why there is no RMC connection (manual page, V8; op-test for what it prints)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import PARTITION, PARTITION_ID, SYSTEM
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.common.values import ip_address

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import CommandExit, HmcError, render

MANUAL = "manual page, V8"

DECLARATION = Declaration(
    "diagrmc",
    "Checks the RMC connections between the console and partitions.",
    (
        SYSTEM,
        Option(
            "--ip", "address", "required", "IP address", "the partition's address", source=MANUAL
        ),
        PARTITION,
        PARTITION_ID,
        Option(
            "--mcip",
            "console",
            "required",
            "IP address",
            "another console (not emulated)",
            source=MANUAL,
        ),
        Option(
            "--autocorrect",
            "autocorrect",
            help="corrects what is wrong; of what is checked here nothing can be",
            source=MANUAL,
        ),
        Option("-v", "verbose", help="tells more", source=MANUAL),
    ),
    (
        Form({}, optional=("--autocorrect", "-v")),
        Form({"-m": ()}, ("--ip",), ("--autocorrect", "-v"), one_of=(("-p", "--id"),)),
        Form({"--mcip": ()}, optional=("--autocorrect", "-v"), emulated=False),
    ),
    examples=("diagrmc -m mySystem --ip 10.1.1.3 -p myLPAR --autocorrect",),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """Say whether there is a connection; status 1 if there is none."""
    checked = render("rmc_console_checked")
    if not call.given("system"):
        return [checked]
    partition = call.partition(call.system())
    address = ip_address(call, "--ip", "address")
    system = partition.operating_system
    if system is None or system.ip_address != address:
        raise HmcError("rmc_address_differs", name=partition.name, ip=address)
    if not partition.rmc_active:
        raise CommandExit(f"{checked}\n{render('rmc_not_connected', ip=address)}", 1)
    return [checked, render("rmc_connected", ip=address)]


COMMAND = Command(DECLARATION, run, task=performs(Task.LIST_PARTITION))
