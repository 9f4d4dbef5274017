"""The draft of a partition profile: a record's settings gather here before they are checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from hmcsh.commands.hmc.common.changes import Changes, apply, require_concern
from hmcsh.commands.hmc.common.elements import Grammar

from hmcsh.language.attributes import Setting, Table
from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.model import rules
from hmcsh.model.adapters import (
    EthernetAdapter,
    SerialAdapter,
    VirtualAdapter,
    default_serial_adapters,
)
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import NOTHING, Processors, Profile, Resources
from hmcsh.model.rules import DEDICATED_MODES, SHARED_MODES
from hmcsh.model.wiring import named_channel

_UNITS = ("min_proc_units", "desired_proc_units", "max_proc_units")
_AMOUNTS = (
    *("min_mem", "desired_mem", "max_mem"),
    *("proc_mode", "min_procs", "desired_procs", "max_procs"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile with the partition that it belongs to, as it is listed."""

    partition: Partition
    profile: Profile

    @property
    def frame(self) -> Frame:
        """The managed system."""
        return self.partition.frame


class Draft:
    """A profile under change. Adapters stand in lists until `finish` puts them into their slots."""

    def __init__(self, row: ProfileRow) -> None:
        self.partition = row.partition
        self.frame = row.frame
        self.before = row.profile
        self.profile = row.profile.copy()
        self._adapters = [adapter for _, adapter in sorted(row.profile.adapters.items())]

    @property
    def row(self) -> ProfileRow:
        """The draft as it would be listed."""
        return ProfileRow(self.partition, self.profile)

    def set(self, field: str, value: Any) -> None:
        """Set a field of the profile."""
        setattr(self.profile, field, value)

    def bound(self, resource: str, bound: str, value: int) -> None:
        """Set one bound of memory, huge pages, processors (`count`) or units (`units`)."""
        resources = self.profile.resources
        if resource in ("count", "units"):
            amount = getattr(resources.processors, resource)
            self.processors(**{resource: dataclasses.replace(amount, **{bound: value})})
        else:
            amount = dataclasses.replace(getattr(resources, resource), **{bound: value})
            self.resources(**{resource: amount})

    def resources(self, **changes: Any) -> None:
        """Change some of what the profile says of resources."""
        self.profile.resources = dataclasses.replace(self.profile.resources, **changes)

    def processors(self, **changes: Any) -> None:
        """Change some of what the profile says of processors."""
        processors = self.profile.resources.processors
        self.resources(processors=dataclasses.replace(processors, **changes))

    def amend_adapters(
        self, grammar: Grammar, kind: type[VirtualAdapter], setting: Setting
    ) -> None:
        """Replace, add or remove adapters of one type.

        Raises HmcError for a slot that is taken, or that holds no such adapter.
        """
        given: list[VirtualAdapter] = [grammar.build(f, self.frame) for f in setting.value]
        if setting.operator == "=":
            self._adapters = [a for a in self._adapters if not isinstance(a, kind)]
            if kind is SerialAdapter:
                slots = {adapter.slot for adapter in given}
                given += [a for s, a in default_serial_adapters().items() if s not in slots]
            self._adapters += given
        elif setting.operator == "+=":
            self._adapters += given
        else:
            for adapter in given:
                self._remove(adapter.slot, kind, grammar.name)

    def _remove(self, slot: int, kind: type[VirtualAdapter], name: str) -> None:
        found = next((a for a in self._adapters if a.slot == slot), None)
        if found is None:
            raise HmcError("slot_empty", slot=slot, name=self.partition.name)
        if not isinstance(found, kind):
            wanted = name.split("_")[1]
            raise HmcError("wrong_adapter_type", slot=slot, name=self.partition.name, type=wanted)
        self._adapters.remove(found)

    def amend_logical_ports(self, grammar: Grammar, protocol: str, setting: Setting) -> None:
        """Replace, add or remove SR-IOV logical ports of one protocol.

        Raises HmcError for an added configuration ID that there is, and for a removed one that
        there is not.
        """
        given = [grammar.build(fields, self.frame) for fields in setting.value]
        present = self.profile.sriov_logical_ports
        if setting.operator == "=":
            kept = tuple(port for port in present if port.protocol != protocol)
        else:
            kept = present
        for port in given:
            found = next((other for other in kept if other.config_id == port.config_id), None)
            if (found is None) is (setting.operator == "-="):
                raise HmcError("invalid_attribute_value", name=grammar.name, value=port.config_id)
            if found is not None:
                kept = tuple(other for other in kept if other is not found)
            else:
                kept = (*kept, port)
        self.profile.sriov_logical_ports = kept

    def amend_vsi_profiles(self, grammar: Grammar, setting: Setting) -> None:
        """Say what switches are told of virtual Ethernet adapters.

        Raises HmcError for a slot that holds no such adapter.
        """
        given = dict(grammar.build(fields, self.frame) for fields in setting.value)
        slots = {a.slot for a in self._adapters if isinstance(a, EthernetAdapter)}
        for slot in given:
            if slot not in slots:
                raise HmcError(
                    "wrong_adapter_type", slot=slot, name=self.partition.name, type="eth"
                )
        for number, adapter in enumerate(self._adapters):
            if not isinstance(adapter, EthernetAdapter):
                continue
            profile = given.get(adapter.slot)
            if setting.operator == "-=":
                profile = None if adapter.slot in given else adapter.vsi
            elif setting.operator == "+=":
                profile = profile or adapter.vsi
            self._adapters[number] = dataclasses.replace(adapter, vsi=profile)

    def amend_io_slots(self, grammar: Grammar, setting: Setting) -> None:
        """Replace, add or remove physical slots. Raises HmcError for one that is not there."""
        given = [grammar.build(fields, self.frame) for fields in setting.value]
        indexes = {slot.drc_index for slot in given}
        others = [s for s in self.profile.io_slots if s.drc_index not in indexes]
        if setting.operator == "-=" and len(others) + len(indexes) != len(self.profile.io_slots):
            known = {slot.drc_index for slot in self.profile.io_slots}
            missing = next(slot.drc_index for slot in given if slot.drc_index not in known)
            raise HmcError("io_slot_not_found", index=missing)
        if setting.operator == "+=" and len(others) != len(self.profile.io_slots):
            raise HmcError(
                "invalid_attribute_value",
                name=grammar.name,
                value=",".join(sorted(indexes)),
            )
        kept: Sequence[Any] = {"=": (), "+=": self.profile.io_slots, "-=": others}[setting.operator]
        self.profile.io_slots = (*kept, *(() if setting.operator == "-=" else given))

    def finish(self, settings: dict[str, Setting]) -> None:
        """Settle what follows from the settings.

        Raises HmcError for amounts that are missing, and for slots used twice.
        """
        self._require_amounts(settings)
        self._settle_processors(settings)
        adapters: dict[int, VirtualAdapter] = {}
        for adapter in self._adapters:
            if adapter.slot in adapters:
                raise HmcError("slot_in_use", slot=adapter.slot, name=self.partition.name)
            adapters[adapter.slot] = adapter
        self.profile.adapters = dict(sorted(adapters.items()))

    def _require_amounts(self, settings: dict[str, Setting]) -> None:
        """A profile that names amounts for the first time names all of them (field notes, V10R3).

        Those of units follow from the processing mode.
        """
        if self.profile.all_resources or self.before.resources.memory != NOTHING:
            return
        missing = [name for name in _AMOUNTS if name not in settings]
        if self.profile.resources.processors.mode == "shared":
            missing += [name for name in _UNITS if name not in settings]
        if missing:
            raise HmcError("missing_attribute", names=missing)

    def _settle_processors(self, settings: dict[str, Setting]) -> None:
        """What a change of mode brings: units come or go, and the way of sharing changes."""
        before = self.before.resources.processors
        now = self.profile.resources.processors
        if now.mode == "shared" and before.mode == "ded":
            missing = [name for name in _UNITS if name not in settings]
            if missing:
                raise HmcError("missing_attribute", names=missing)
        modes = SHARED_MODES if now.mode == "shared" else DEDICATED_MODES
        if "sharing_mode" not in settings and now.sharing_mode not in modes:
            self.processors(sharing_mode=modes[0])
        self._settle_weight(settings, before)
        if now.mode == "ded" and before.mode == "shared":
            self.processors(units=NOTHING, pool_id=0)
        pool = settings.get("shared_proc_pool_id")
        if pool is not None and now.pool_id != pool.value:
            # The name, written after the ID, means another pool.
            names = ["shared_proc_pool_id", "shared_proc_pool_name"]
            raise HmcError("exclusive_attributes", names=names)

    def _settle_weight(self, settings: dict[str, Setting], before: Processors) -> None:
        now = self.profile.resources.processors
        if "uncap_weight" in settings:
            return
        if now.sharing_mode != "uncap":
            self.processors(uncapped_weight=0)
        elif before.sharing_mode != "uncap":
            raise HmcError("missing_attribute", names=["uncap_weight"])


def drafted(
    row: ProfileRow, settings: dict[str, Setting], table: Table, level: Level, changes: Changes
) -> Profile:
    """A profile with the settings of a record. Raises HmcError for the first that is wrong."""
    draft = Draft(row)
    apply(settings, table, level, draft)
    draft.finish(settings)
    for problem in rules.check_profile(row.partition, draft.profile, row.profile):
        raise problem
    require_concern(settings, table, level, draft.row)
    _name_channels(draft.profile, row.frame.datacenter, changes)
    return draft.profile


def _name_channels(profile: Profile, datacenter: Datacenter, changes: Changes) -> None:
    """Choose the world wide port names that were left out; a refused command has used none."""
    changes.set(datacenter, "wwpns_made", datacenter.wwpns_made)
    profile.adapters = {
        slot: named_channel(adapter, datacenter) for slot, adapter in profile.adapters.items()
    }


def empty_profile(name: str) -> Profile:
    """What a new profile is drafted from: defaults, without any amount."""
    processors = Processors("ded", NOTHING, sharing_mode=DEDICATED_MODES[0])
    return Profile(name, Resources(NOTHING, processors))


def change_profile(
    row: ProfileRow, settings: dict[str, Setting], table: Table, level: Level, changes: Changes
) -> None:
    """Change a profile by the settings of a record. Raises HmcError for the first that is wrong."""
    _replace(row, drafted(row, settings, table, level, changes), changes)


def _replace(row: ProfileRow, changed: Profile, changes: Changes) -> None:
    partition, old = row.partition, row.profile.name
    if changed.name != old and changed.name in partition.profiles:
        raise HmcError("name_in_use", name=changed.name)
    changes.set(
        partition,
        "profiles",
        {
            changed.name if name == old else name: changed if name == old else profile
            for name, profile in partition.profiles.items()
        },
    )
    for field in ("default_profile", "running_profile"):
        if getattr(partition, field) == old:
            changes.set(partition, field, changed.name)
    frame = partition.frame
    changes.set(
        frame,
        "system_profiles",
        {
            title: {
                lpar_id: changed.name if (lpar_id, name) == (partition.lpar_id, old) else name
                for lpar_id, name in members.items()
            }
            for title, members in frame.system_profiles.items()
        },
    )
