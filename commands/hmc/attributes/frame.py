"""Attributes of managed frames and their cages.

The names: cluster scripts that work against consoles of V6 and V7; order and the rest inferred.
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.changes import NAME, Settable, Target, sets

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import Number

_SOURCE = "xCAT (names)"


def _read_only(name: str, field: str) -> Attribute:
    return Attribute(
        name, lambda item: str(getattr(item, field)), trust=Trust.SCRIPT, source=_SOURCE
    )


FRAME_TABLE = Table(
    "lssyscfg -r frame",
    (
        _read_only("name", "name"),
        _read_only("type_model", "type_model"),
        _read_only("serial_num", "serial_number"),
        Settable(
            "frame_num",
            lambda f: str(f.number),
            trust=Trust.SCRIPT,
            source=_SOURCE,
            parse=Number(0, 9999),
            write=sets("number"),
        ),
        _read_only("ipaddr_a", "address_a"),
        _read_only("ipaddr_b", "address_b"),
        _read_only("state", "state"),
    ),
)

CAGE_TABLE = Table(
    "lssyscfg -r cage",
    (
        _read_only("cage_num", "number"),
        _read_only("contents", "contents"),
        _read_only("type_model_serial_num", "type_model_serial"),
        _read_only("loc_code", "location"),
        _read_only("owner", "owner"),
    ),
)


def _write_name(target: Target, setting: Setting) -> None:
    frame, datacenter = target.item, target.item.datacenter
    names = [one.name for one in datacenter.managed_frames if one is not frame]
    if setting.value in names:
        raise HmcError("name_in_use", name=setting.value)
    target.set("name", setting.value)


NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source=_SOURCE,
    parse=NAME,
    write=_write_name,
)

FRAME_INPUT = Table(
    "chsyscfg -r frame", (NEW_NAME, *(a for a in FRAME_TABLE.attributes if a.parse is not None))
)
