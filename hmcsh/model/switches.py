"""Virtual switches of a managed system: made, renamed, set to a mode, removed."""

from __future__ import annotations

import dataclasses

from hmcsh.language.messages import HmcError
from hmcsh.model import rules
from hmcsh.model.adapter_rules import require_switch
from hmcsh.model.adapters import DEFAULT_SWITCH, EthernetAdapter, VirtualAdapter
from hmcsh.model.frame import Frame, VirtualSwitch
from hmcsh.model.partition import Partition

LIMIT = 16  # virtual switches of a system (recalled)


def _users(frame: Frame, name: str) -> list[Partition]:
    """Partitions with adapters at a switch, also in profiles."""
    return [
        partition
        for partition in frame.listed_partitions()
        if any(
            isinstance(adapter, EthernetAdapter) and adapter.switch == name
            for adapters in (partition.adapters, *(p.adapters for p in partition.profiles.values()))
            for adapter in adapters.values()
        )
    ]


def _require_new(frame: Frame, name: str) -> None:
    rules.check_name(name)
    if name in frame.switches:
        raise HmcError("switch_exists", name=name, system=frame.name)


def add(frame: Frame, name: str, mode: str = "VEB") -> None:
    """Make a virtual switch.

    Raises HmcError for a name that is not valid or taken, and if there are too many.
    """
    frame.require_operating()
    _require_new(frame, name)
    if len(frame.switches) >= LIMIT:
        raise HmcError("switch_limit", system=frame.name, limit=LIMIT)
    frame.switches[name] = VirtualSwitch(name, mode)


def remove(frame: Frame, name: str) -> None:
    """Remove a virtual switch.

    Raises HmcError for one that is not there, for the one that a system comes with, and while
    adapters use it.
    """
    frame.require_operating()
    require_switch(frame, name)
    if name == DEFAULT_SWITCH:
        raise HmcError("switch_permanent", name=name)
    users = _users(frame, name)
    if users:
        raise HmcError("switch_in_use", name=name, lpars=[p.name for p in users])
    del frame.switches[name]


def change(frame: Frame, name: str, new_name: str | None = None, mode: str | None = None) -> None:
    """Rename a virtual switch, set its mode, or both; adapters stay connected to it.

    Raises HmcError for one that is not there, and for a new name that is not valid or taken.
    """
    frame.require_operating()
    require_switch(frame, name)
    if new_name is not None and new_name != name:
        _require_new(frame, new_name)
    if mode is not None:
        frame.switches[name].mode = mode
    if new_name is not None and new_name != name:
        _rename(frame, name, new_name)


def _rename(frame: Frame, name: str, new_name: str) -> None:
    frame.switches = {
        new_name if key == name else key: switch for key, switch in frame.switches.items()
    }
    frame.switches[new_name].name = new_name
    for partition in frame.partitions.values():
        for adapters in (partition.adapters, *(p.adapters for p in partition.profiles.values())):
            _reconnect(adapters, name, new_name)


def _reconnect(adapters: dict[int, VirtualAdapter], name: str, new_name: str) -> None:
    for slot, adapter in adapters.items():
        if isinstance(adapter, EthernetAdapter) and adapter.switch == name:
            adapters[slot] = dataclasses.replace(adapter, switch=new_name)
