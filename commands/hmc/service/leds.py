"""LEDs: what lsled lists and chled changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hmcsh.language.attributes import Attribute, Table
from hmcsh.language.declarations import Option
from hmcsh.language.messages import Trust
from hmcsh.model.frame import Frame
from hmcsh.model.service import of_system

_IVM = "manual page of lsled, Integrated Virtualization Manager, POWER7"
_IDENTIFY = "the type: recalled; its attributes inferred"

RESOURCE = Option(
    "-r",
    "resource",
    "required",
    help="the type of LED:",
    choices=("sa", "ident"),
    choice_help=("system attention", "identify"),
    source=_IVM,
)
TYPE = Option(
    "-t",
    "type",
    "required",
    help="whose LED:",
    choices=("phys", "virtuallpar", "virtualsys", "fru"),
    choice_help=(
        "the physical one of the system",
        "the virtual ones of partitions",
        "the virtual one of the system",
        "those of field-replaceable units, with -r ident",
    ),
    source=_IVM,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """A place in a system that has an identify LED, by its location code."""

    frame: Frame
    code: str


def locations(frame: Frame) -> Iterator[Location]:
    """The places of a system whose LEDs are known: its slots, and those that events name."""
    codes = [f"{slot.unit}-{slot.location}" for slot in frame.slots.values()]
    for event in of_system(frame.datacenter, frame):
        codes += [fru.location for fru in event.frus if fru.location]
    return (Location(frame, code) for code in dict.fromkeys(codes))


def _shown(lit: bool) -> str:
    return "on" if lit else "off"


SYSTEM_TABLE = Table(
    "lsled -t phys",
    (Attribute("state", lambda f: _shown(f.attention), trust=Trust.SCRIPT, source="centreon"),),
)
VIRTUAL_SYSTEM_TABLE = Table(
    "lsled -t virtualsys",
    (Attribute("state", lambda f: _shown(f.virtual_attention), trust=Trust.DOCUMENT, source=_IVM),),
)
PARTITION_TABLE = Table(
    "lsled -t virtuallpar",
    (
        Attribute("lpar_id", lambda p: str(p.lpar_id), trust=Trust.DOCUMENT, source=_IVM),
        Attribute("lpar_name", lambda p: p.name, trust=Trust.DOCUMENT, source=_IVM),
        Attribute("state", lambda p: _shown(p.attention), trust=Trust.DOCUMENT, source=_IVM),
    ),
)
FRU_TABLE = Table(
    "lsled -t fru",
    (
        Attribute("phys_loc", lambda p: p.code, trust=Trust.INFERRED, source=_IDENTIFY),
        Attribute(
            "state",
            lambda p: _shown(p.code in p.frame.identified),
            trust=Trust.INFERRED,
            source=_IDENTIFY,
        ),
    ),
)
