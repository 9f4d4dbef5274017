"""The attributes of events, in the orders of `lssvcevents`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.attributes.sys import TIME_FORMAT

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, V7R7_9, Span
from hmcsh.language.messages import Trust
from hmcsh.language.records import Value
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.service import Fru, ServiceableEvent

_CAPTURE = "capture, V7R7.9 (names and order); values that the model does not hold are inferred"
_IVM = "manual page of lssvcevents, Integrated Virtualization Manager, POWER8"


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """An event or comment, with the datacenter whose calendar it is listed by."""

    datacenter: Datacenter
    item: Any

    @property
    def event(self) -> ServiceableEvent:
        """The serviceable event."""
        found: ServiceableEvent = self.item
        return found

    @property
    def time(self) -> str:
        """When it happened."""
        return self.datacenter.calendar(self.item.time).strftime(TIME_FORMAT)


def mtms(frame: Frame) -> str:
    """Machine type, model and serial number as events have them: with a slash (capture)."""
    return f"{frame.type_model}/{frame.serial_number}"


def _fru_details(row: Row) -> Value:
    return [_details(fru) for fru in row.event.frus] or ""


def _details(fru: Fru) -> str:
    """One unit as `fru_details` has it (capture, V7R7.9)."""
    fields = {
        "fru_part_num": fru.part_number,
        "fru_serial_num": fru.serial_number,
        "fru_location_code": fru.location,
        "fru_replaced_date": "0",
        "fru_class": fru.kind,
        "fru_replacement_group": "",
        "fru_ccin": fru.ccin,
        "fru_logic_ctrl_mtms": "",
    }
    return ":".join(f"{name}={value}" for name, value in fields.items())


def _hardware(name: str, read: Callable[[Row], Value], span: Span = ALWAYS) -> Attribute:
    return Attribute(name, read, span=span, source=_CAPTURE)


def _frame(name: str, read: Callable[[Frame], str], span: Span = ALWAYS) -> Attribute:
    return _hardware(name, lambda row: read(row.event.frame), span)


def _console(row: Row) -> str:
    return row.datacenter.console.name


def _console_mtms(row: Row) -> str:
    console = row.datacenter.console
    return f"{console.type_model}/{console.serial_number}"


HARDWARE_TABLE = Table(
    "lssvcevents -t hardware",
    (
        _hardware("problem_num", lambda r: str(r.event.number)),
        _hardware("pmh_num", lambda _: ""),
        _hardware("refcode", lambda r: r.event.refcode),
        _hardware("status", lambda r: "Open" if r.event.is_open else "Closed"),
        _hardware("first_time", lambda r: r.time),
        _hardware("last_time", lambda r: r.time),
        _frame("sys_name", lambda f: f.name),
        _frame("sys_mtms", mtms),
        _frame("enclosure_mtms", mtms),
        _hardware("firmware_fix", lambda _: ""),
        _hardware("text", lambda r: r.event.text),
        _hardware("created_time", lambda r: r.time),
        _frame("reporting_name", lambda f: f.name),
        _frame("reporting_mtms", mtms),
        _frame("failing_mtms", mtms),
        _hardware("analyzing_hmc", _console),
        _hardware("event_time", lambda r: r.time),
        _hardware("files", lambda _: ""),
        _hardware("approval_state", lambda _: ""),
        _hardware("callhome_intended", lambda _: "0"),
        _hardware("duplicate_count", lambda _: "0"),
        _hardware("event_severity", lambda r: str(r.event.severity)),
        _hardware("analyzing_mtms", _console_mtms, Span(since=V7R7_9)),
        _hardware("ref_code_extn", lambda _: ""),
        _hardware("sys_refcode", lambda r: r.event.refcode),
        _hardware("fru_details", _fru_details),
    ),
)

CONSOLE_TABLE = Table(
    "lssvcevents -t console",
    (
        Attribute(
            "time",
            lambda r: r.time,
            trust=Trust.SCRIPT,
            source="a script that splits the lines at time= and ,text=",
        ),
        Attribute(
            "text",
            lambda r: r.item.text,
            trust=Trust.SCRIPT,
            source="the same script, which finds commands with their arguments in it",
        ),
    ),
)


def _ivm(name: str, read: Callable[[Any], str]) -> Attribute:
    return Attribute(name, read, trust=Trust.DOCUMENT, source=_IVM)


FRU_TABLE = Table(
    "lssvcevents -t fru",
    (
        _ivm("part_num", lambda f: f.part_number),
        _ivm("class", lambda f: f.kind),
        _ivm("description", lambda _: ""),
        _ivm("phys_loc", lambda f: f.location),
        _ivm("prev_replaced", lambda _: "0"),
        _ivm("replaced_time", lambda _: ""),
        _ivm("serial_num", lambda f: f.serial_number),
        _ivm("replacement_grp", lambda _: ""),
        _ivm("ccin", lambda f: f.ccin),
        _ivm("logic_ctl_mtms", lambda _: ""),
        _ivm("power_ctl_mtms", lambda _: ""),
    ),
)
COMMENT_TABLE = Table(
    "lssvcevents -t comment",
    (
        _ivm("time", lambda r: r.time),
        _ivm("commenter", lambda r: r.item.commenter),
        _ivm("text", lambda r: r.item.text),
    ),
)
