"""The attributes of Licensed Internal Code.

The names are those that xCAT, op-test and inventory scripts read from consoles of V7 to V10; their
order is recalled. What the model holds is one level, that of the firmware: `EM320_031` is release
01EM320 at level 31 (names of IBM's firmware).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.model.capabilities import at_least
from hmcsh.model.frame import Frame
from hmcsh.model.sharing import shared_adapters
from hmcsh.model.sriov import SriovAdapter

_SCRIPTS = "scripts; the order recalled"
_UNAVAILABLE = "unavailable"
_SIDES = ("temp", "perm")

# The state of concurrent updates, and levels by side, came with V7R3 (recalled).
_SPNAMES = Span(since=Level.parse("V8R8"))


def _release(frame: Frame) -> str:
    return f"01{frame.firmware.partition('_')[0]}"


def _level(frame: Frame) -> str:
    number = frame.firmware.partition("_")[2]
    return str(int(number)) if number.isascii() and number.isdigit() else number


def _attribute(
    name: str,
    read: Callable[[Frame], str | None],
    *,
    span: Span = ALWAYS,
    applies: Callable[[Frame], bool] = lambda _: True,
    trust: Trust = Trust.SCRIPT,
) -> Attribute:
    def reached(frame: Frame) -> str | None:
        return read(frame) if frame.trouble is None else _UNAVAILABLE

    return Attribute(name, reached, applies, span=span, trust=trust, source=_SCRIPTS)


def _name(frame: Frame) -> str | None:
    """The first service pack of the release: which one a level is of does not follow from it.

    Those of POWER6 and before have no names (recalled).
    """
    release = frame.firmware.partition("_")[0][2:]
    named = at_least(frame, "POWER7") and release.isascii() and release.isdigit()
    return f"FW{release}.00" if named else None


def _processor(which: str, applies: Callable[[Frame], bool]) -> tuple[Attribute, ...]:
    def made(name: str, read: Callable[[Frame], str], trust: Trust) -> Attribute:
        return _attribute(f"{name}_{which}", read, applies=applies, trust=trust)

    scripts, recalled = Trust.SCRIPT, Trust.RECALLED
    sides = [
        made(f"{side}_{name}", read, recalled)
        for side in _SIDES
        for name, read in (("level", _level), ("ecnumber", _release))
    ]
    return (
        made("curr_level", _level, scripts),
        made("curr_ecnumber", _release, scripts),
        made("curr_power_on_side", lambda _: "temp", scripts),
        made("pend_power_on_side", lambda _: "temp", recalled),
        *sides,
        made("update_control", lambda _: "HMC", recalled),
    )


TABLE = Table(
    "lslic",
    (
        _attribute("lic_type", lambda _: "Managed System", trust=Trust.RECALLED),
        _attribute("management_status", lambda _: "Enabled", trust=Trust.RECALLED),
        _attribute("disabled_reason", lambda _: "", trust=Trust.RECALLED),
        _attribute("activated_level", _level),
        _attribute("activated_spname", _name, span=_SPNAMES),
        _attribute("installed_level", _level),
        _attribute("installed_spname", _name, span=_SPNAMES, trust=Trust.RECALLED),
        _attribute("accepted_level", _level),
        _attribute("accepted_spname", _name, span=_SPNAMES, trust=Trust.RECALLED),
        _attribute("ecnumber", _release),
        Attribute("mtms", lambda f: f.mtms, trust=Trust.RECALLED, source=_SCRIPTS),
        _attribute("deferred_level", lambda _: "None"),
        _attribute("platform_ipl_level", _level),
        *_processor("primary", lambda _: True),
        *_processor("secondary", lambda f: f.redundant_service_processor),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class AdapterRow:
    """An adapter in shared mode, which has firmware and a driver of its own."""

    adapter: SriovAdapter

    @classmethod
    def rows(cls, frames: Iterable[Frame]) -> list[AdapterRow]:
        """The shared adapters of some systems."""
        return [cls(one) for frame in frames for one in shared_adapters(frame).values()]


def _adapter(name: str, read: Callable[[AdapterRow], str], trust: Trust, source: str) -> Attribute:
    return Attribute(name, read, trust=trust, source=source)


_AUTOMATION = "IBM's automation for consoles; the value is invented"

ADAPTER_TABLE = Table(
    "lslic -t sriov",
    (
        _adapter(
            "adapter_id", lambda r: str(r.adapter.adapter_id), Trust.SCRIPT, "IBM's automation"
        ),
        _adapter("slot_id", lambda r: r.adapter.drc_index, Trust.RECALLED, "recalled"),
        _adapter("phys_loc", lambda r: r.adapter.location, Trust.RECALLED, "recalled"),
        _adapter("active_adapter_driver_level", lambda _: "3.4.12", Trust.SCRIPT, _AUTOMATION),
        _adapter("active_adapter_level", lambda _: "10.2.252.1913", Trust.SCRIPT, _AUTOMATION),
    ),
)
