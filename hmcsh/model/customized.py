"""What an operating system keeps about its devices, besides what the rest of the model knows."""

from __future__ import annotations

import dataclasses

from hmcsh.model.device_kinds import DeviceKind
from hmcsh.model.discovery import Key, Presence
from hmcsh.model.lvm import VolumeGroup
from hmcsh.model.multipath import PathKey


@dataclasses.dataclass(slots=True)
class Aggregation:
    """A link aggregation: names of its adapters."""

    adapters: tuple[str, ...]


@dataclasses.dataclass(slots=True)
class TaggedPort:
    """A VLAN device: the adapter below it and the tag of its frames."""

    base: str
    tag: int


@dataclasses.dataclass(frozen=True, slots=True)
class Inet:
    """An address of an interface."""

    address: str
    netmask: str = "255.255.255.0"


@dataclasses.dataclass(slots=True)
class BootRecord:
    """Where a system starts from: boot lists by mode, and the disks that have a boot image."""

    lists: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    images: set[str] = dataclasses.field(default_factory=set)


@dataclasses.dataclass(slots=True)
class Customized:
    """What an operating system keeps about its devices (the classes CuDv and CuAt of the ODM).

    `known` has the devices that were found, with their names; `unconfigured` those of them, and of
    the ones that were made, that are Defined. `attributes` were set; `deferred` are set when the
    operating system next starts. `implied` are adapters that an inventory uses without a slot for
    them. `primary` is the interface with the address by which the console knows the partition,
    `further` are the others; `groups` are volume groups. `starts` is how often the operating system
    had started when devices were last configured by that.
    """

    known: dict[Key, Presence] = dataclasses.field(default_factory=dict)
    unconfigured: set[Key] = dataclasses.field(default_factory=set)
    attributes: dict[Key, dict[str, str]] = dataclasses.field(default_factory=dict)
    deferred: dict[Key, dict[str, str]] = dataclasses.field(default_factory=dict)
    implied: dict[str, DeviceKind] = dataclasses.field(default_factory=dict)
    aggregations: dict[str, Aggregation] = dataclasses.field(default_factory=dict)
    vlans: dict[str, TaggedPort] = dataclasses.field(default_factory=dict)
    cables: dict[str, str] = dataclasses.field(default_factory=dict)
    primary: str = ""
    netmask: str = "255.255.255.0"
    gateway: str = ""
    further: dict[str, Inet] = dataclasses.field(default_factory=dict)
    down: set[str] = dataclasses.field(default_factory=set)
    groups: dict[str, VolumeGroup] = dataclasses.field(default_factory=dict)
    paths: dict[PathKey, bool] = dataclasses.field(default_factory=dict)
    boot: BootRecord = dataclasses.field(default_factory=BootRecord)
    starts: int = -1
