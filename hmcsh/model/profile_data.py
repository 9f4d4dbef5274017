"""Profile data of a managed system: what is backed up of it, and how it is restored.

Profile data are the definitions of partitions, their profiles and the system profiles; what stands
on disks is not among them, but is found there again by a partition that is restored. The four
kinds of a restore: manual page of rstprofdata. What each does to partitions that are there is
concluded from their names.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
from collections.abc import Iterable, Mapping
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.model.configuration import adopt
from hmcsh.model.creation import new_partition, require_off
from hmcsh.model.frame import Frame
from hmcsh.model.partition import OperatingSystem, Partition
from hmcsh.model.resources import Profile
from hmcsh.model.states import LparEnvironment, SystemState
from hmcsh.model.system_power import recover
from hmcsh.model.vios import VirtualIoServer

_STATES = (SystemState.OPERATING, SystemState.STANDBY, SystemState.RECOVERY)

# What is the partition's own, and not from its profile.
_SETTINGS = (
    "name",
    "description",
    "default_profile",
    "performance_collection",
    "time_reference",
    "availability_priority",
    "synchronization",
    "suspend_capable",
    "remote_restart_capable",
    "simplified_remote_restart_capable",
    "migration_disabled",
)


class Restore(enum.Enum):
    """How profile data are restored: value of `-l` (manual page of rstprofdata)."""

    FULL = "1"
    BACKUP_FIRST = "2"
    CURRENT_FIRST = "3"
    INITIALIZE = "4"


@dataclasses.dataclass(frozen=True, slots=True)
class SavedPartition:
    """A partition in a backup; `disks` is what stands on its disks, which nothing takes away."""

    lpar_id: int
    environment: LparEnvironment
    uuid: str
    mac_stem: str
    settings: Mapping[str, Any]
    profiles: Mapping[str, Profile]
    disks: tuple[OperatingSystem | None, VirtualIoServer | None]

    @property
    def name(self) -> str:
        """The partition's name."""
        found: str = self.settings["name"]
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class ProfileData:
    """A backup of the profile data of the system with an MTMS."""

    mtms: str
    partitions: tuple[SavedPartition, ...]
    system_profiles: Mapping[str, Mapping[int, str]]


def back_up(frame: Frame) -> ProfileData:
    """Take the profile data of a system. Raises HmcError if it is not reached."""
    frame.require_connection()
    return ProfileData(
        frame.mtms,
        tuple(_save(partition) for partition in frame.partitions.values()),
        {name: dict(members) for name, members in frame.system_profiles.items()},
    )


def _save(partition: Partition) -> SavedPartition:
    return SavedPartition(
        partition.lpar_id,
        partition.environment,
        partition.uuid,
        partition.mac_stem,
        {name: getattr(partition, name) for name in _SETTINGS},
        {name: profile.copy() for name, profile in partition.profiles.items()},
        (partition.operating_system, partition.vios),
    )


@dataclasses.dataclass(slots=True)
class _Plan:
    """What a restore does to partitions."""

    removed: list[Partition] = dataclasses.field(default_factory=list)
    changed: list[tuple[Partition, SavedPartition]] = dataclasses.field(default_factory=list)
    made: list[SavedPartition] = dataclasses.field(default_factory=list)


def restore(frame: Frame, data: ProfileData, how: Restore) -> None:
    """Restore the profile data of a system; `data` are of no account if they are initialized.

    A system that has lost its own (state Recovery) goes on working with them.

    Raises HmcError, and then nothing is changed, for data of another system, a system that is not
    on, partitions that would go and are not off, partitions that migrate, and names that two
    partitions would have.
    """
    frame.require_connection()
    if frame.state not in _STATES:
        raise HmcError("system_wrong_state", name=frame.name)
    if how is not Restore.INITIALIZE and data.mtms != frame.mtms:
        raise HmcError("profile_data_of_other_system", mtms=data.mtms, system=frame.name)
    plan = _plan(frame, data, how)
    _check(frame, plan, how)
    for partition in plan.removed:
        frame.remove(partition)
        if frame.service_lpar_id == partition.lpar_id:
            frame.service_lpar_id = None
    for partition, saved in plan.changed:
        _change(partition, saved, how)
    for saved in plan.made:
        _make(frame, saved)
    frame.system_profiles = _system_profiles(frame, data, how)
    if frame.state is SystemState.RECOVERY:
        recover(frame)


def _plan(frame: Frame, data: ProfileData, how: Restore) -> _Plan:
    plan = _Plan()
    saved = {} if how is Restore.INITIALIZE else {p.lpar_id: p for p in data.partitions}
    for partition in frame.partitions.values():
        found = saved.pop(partition.lpar_id, None)
        if found is None:
            if how in (Restore.FULL, Restore.INITIALIZE):
                plan.removed.append(partition)
        elif found.environment is partition.environment:
            plan.changed.append((partition, found))
        elif how is not Restore.CURRENT_FIRST:
            plan.removed.append(partition)
            plan.made.append(found)
    plan.made += saved.values()
    return plan


def _check(frame: Frame, plan: _Plan, how: Restore) -> None:
    for partition in plan.removed:
        require_off(partition)
    for partition, _ in plan.changed:
        partition.require_unlocked()
    names = {p.lpar_id: p.name for p in frame.partitions.values() if p not in plan.removed}
    names |= {saved.lpar_id: saved.name for saved in plan.made}
    if how is not Restore.CURRENT_FIRST:
        names |= {partition.lpar_id: saved.name for partition, saved in plan.changed}
    for name, count in collections.Counter(names.values()).items():
        if count > 1:
            raise HmcError("name_in_use", name=name)


def _change(partition: Partition, saved: SavedPartition, how: Restore) -> None:
    own, restored = partition.profiles, _copies(saved.profiles)
    if how is Restore.CURRENT_FIRST:
        partition.profiles = {**restored, **own}
        return
    for name, value in saved.settings.items():
        setattr(partition, name, value)
    if how is Restore.BACKUP_FIRST:
        partition.profiles = {**own, **restored}
        return
    running = partition.running_profile
    if partition.state.powered_on and running in own:
        restored.setdefault(running, own[running])
    partition.running_profile = running if running in restored else ""
    partition.profiles = restored


def _copies(profiles: Mapping[str, Profile]) -> dict[str, Profile]:
    return {name: profile.copy() for name, profile in profiles.items()}


def _make(frame: Frame, saved: SavedPartition) -> None:
    """Define a partition again: the one that it was, unless that lives somewhere else by now."""
    made = new_partition(
        frame, saved.lpar_id, saved.name, saved.environment, saved.settings["default_profile"]
    )
    others = _partitions(frame.datacenter.frames.values())
    if all(saved.uuid != other.uuid for other in others):
        made.uuid = saved.uuid
        made.operating_system, made.vios = saved.disks
    if all(saved.mac_stem != other.mac_stem for other in others):
        made.mac_stem = saved.mac_stem
    made.profiles = _copies(saved.profiles)
    for name, value in saved.settings.items():
        setattr(made, name, value)
    adopt(made, made.profiles[made.default_profile])
    frame.add(made)
    frame.partitions_created += 1


def _partitions(frames: Iterable[Frame]) -> list[Partition]:
    return [partition for frame in frames for partition in frame.partitions.values()]


def _system_profiles(frame: Frame, data: ProfileData, how: Restore) -> dict[str, dict[int, str]]:
    """The system profiles after a restore, without members that are not there."""
    own, saved = frame.system_profiles, data.system_profiles
    found: dict[str, Mapping[int, str]] = {}
    if how is Restore.FULL:
        found = dict(saved)
    elif how is Restore.BACKUP_FIRST:
        found = {**own, **saved}
    elif how is Restore.CURRENT_FIRST:
        found = {**saved, **own}
    return {
        name: {
            lpar_id: profile
            for lpar_id, profile in members.items()
            if lpar_id in frame.partitions and profile in frame.partitions[lpar_id].profiles
        }
        for name, members in found.items()
    }
