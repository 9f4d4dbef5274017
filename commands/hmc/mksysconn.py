"""mksysconn: connect to managed systems (manual page, V9; xcat-core for V7)."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.guesses import Attempts
from hmcsh.commands.hmc.common.options import FORCE
from hmcsh.commands.hmc.common.passwords import fits
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.common.values import ip_address

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.model.connection import Trouble
from hmcsh.model.frame import Frame

MANUAL = "manual page, V9; xcat-core for V7"

DECLARATION = Declaration(
    "mksysconn",
    "Connects the console to a managed system.",
    (
        Option("--ip", "address", "required", "IP address", "the service processor", source=MANUAL),
        Option(
            "-r",
            "resource",
            "required",
            help="what answers at the address:",
            choices=("sys", "frame"),
            choice_help=("a managed system", "a managed frame (not emulated)"),
            source=MANUAL,
        ),
        Option(
            "-u",
            "user",
            "required",
            "user ID",
            "a user of the service processor (not emulated)",
            source=MANUAL,
        ),
        Option("--passwd", "password", "required", "password", "the access password of the system"),
        FORCE,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("auto",),
            choice_help=("finds all systems of the network, also those that were removed",),
            source=MANUAL,
        ),
    ),
    (
        Form({"--ip": ()}, optional=("-r", "--passwd", "--force")),
        Form({"--ip": (), "-u": ()}, optional=("-r", "--passwd", "--force"), emulated=False),
        Form({"--ip": (), "-r": ("frame",)}, optional=("--passwd", "--force"), emulated=False),
        Form({"-o": ("auto",)}),
    ),
    notes=(
        "Where no system answers, the console goes on trying: lssysconn lists the address.",
        "An access password is needed where the inventory gives the system one.",
    ),
    examples=("mksysconn --ip 10.1.0.1 -r sys --passwd abc123", "mksysconn -o auto"),
    source=MANUAL,
)


async def _opens(call: Call, frame: Frame) -> bool:
    """Whether the access password is right; a system without one takes any."""
    wanted, given = frame.access_password, call.text("password")
    return wanted is None or (given is not None and await fits(wanted, given))


async def run(call: Call) -> Lines:
    """Connect to what answers at an address, or find every system."""
    console = call.console
    if call.given("operation"):
        console.removed = frozenset()
        return ()
    address = ip_address(call, "--ip", "address")
    frames = call.datacenter.frames.values()
    frame = next((f for f in frames if f.ip_address == address), None)
    if frame is None:
        if address in console.unanswered:
            raise HmcError("connection_exists", ip=address)
        console.unanswered = (*console.unanswered, address)
        return ()
    if console.manages(frame) and frame.trouble is None:
        raise HmcError("connection_exists", ip=address)
    asked = frame.trouble in (None, Trouble.PASSWORD)
    right = asked and await Attempts(call, f"the system {frame.mtms}").right(_opens(call, frame))
    console.removed -= {frame.mtms}
    if asked:
        frame.trouble = None if right else Trouble.PASSWORD
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.ADD_CONNECTION))
