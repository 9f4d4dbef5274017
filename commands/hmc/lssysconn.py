"""lssysconn: the connections to the service processors of managed systems (captures, V7)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.options import ATTRIBUTES, HEADER
from hmcsh.commands.hmc.common.tasks import Task

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import Trust
from hmcsh.model.connection import CONNECTED
from hmcsh.model.frame import Frame

UNAVAILABLE = "unavailable"
_CAPTURE = "captures, V7R7.9 and xcat-core's mailing list"

DECLARATION = Declaration(
    "lssysconn",
    "Lists the connections to managed systems and managed frames.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="what to list the connections of:",
            choices=("sys", "frame", "all"),
            choice_help=("managed systems", "managed frames (there are none)", "both"),
        ),
        ATTRIBUTES,
        HEADER,
    ),
    (Form({"-r": ()}, optional=("-F", "--header")),),
    notes=("connection_error_code is listed where there is no connection.",),
    examples=("lssysconn -r all", "lssysconn -r all -F ipaddr:state"),
    source=_CAPTURE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A connection: to a managed system, or to an address at which none has answered."""

    address: str
    frame: Frame | None = None

    @property
    def state(self) -> str:
        """Its state."""
        if self.frame is None:
            return "Connecting"
        return CONNECTED if self.frame.trouble is None else self.frame.trouble.value.state

    @property
    def error_code(self) -> str | None:
        """Why there is no connection; None if there is one."""
        if self.frame is None:
            return "Connecting 0000-0000-00000000"
        return None if self.frame.trouble is None else self.frame.trouble.value.error_code


def _of_frame(read: Callable[[Frame], str]) -> Callable[[ConnectionRow], str]:
    return lambda row: UNAVAILABLE if row.frame is None else read(row.frame)


TABLE = Table(
    "lssysconn",
    (
        Attribute("resource_type", lambda _: "sys", source=_CAPTURE),
        Attribute("type_model_serial_num", _of_frame(lambda f: f.mtms), source=_CAPTURE),
        Attribute("sp", _of_frame(lambda _: "primary"), source=_CAPTURE),
        Attribute("sp_phys_loc", lambda _: UNAVAILABLE, source=_CAPTURE),
        Attribute("ipaddr", lambda r: r.address, source=_CAPTURE),
        Attribute("alt_ipaddr", lambda _: UNAVAILABLE, source=_CAPTURE),
        Attribute("state", lambda r: r.state, source=_CAPTURE),
        Attribute(
            "connection_error_code",
            lambda r: r.error_code,
            filler="",
            trust=Trust.CAPTURE,
            source=f"{_CAPTURE}; what -F prints without one is inferred",
        ),
    ),
)


async def run(call: Call) -> Lines:
    """List the connections of the console that the caller may see."""
    if call.text("resource") == "frame":
        return call.listing(TABLE, [])
    rows = [ConnectionRow(frame.ip_address, frame) for frame in call.systems()]
    if call.scope.resources is None:
        rows += [ConnectionRow(address) for address in call.console.unanswered]
    return call.listing(TABLE, rows)


COMMAND = Command(DECLARATION, run, {"": TABLE}, task=performs(Task.LIST_CONNECTIONS))
