"""Network adapters of partitions in an inventory: virtual Ethernet, virtual NICs, SR-IOV ports."""

from __future__ import annotations

from typing import Literal

import msgspec

from hmcsh.model.adapters import DEFAULT_SWITCH
from hmcsh.model.inventory.entry import Entry
from hmcsh.model.inventory.values import (
    FailoverPriority,
    MacAddress,
    Name,
    Percent,
    PortNumber,
    Positive,
    Slot,
    TrunkPriority,
    VlanId,
    Word,
)


class VirtualSwitch(Entry):
    """A virtual Ethernet switch besides ETHERNET0, or that one with another mode."""

    what = "a virtual switch"
    shorthand = "mode"
    mode: Literal["VEB", "VEPA"] = "VEB"


class Bridge(Entry):
    """A shared Ethernet adapter, with the trunk adapter that it bridges."""

    what = "a shared Ethernet adapter"
    shorthand = "network"
    network: Word = Word("")
    vlans: list[VlanId] = msgspec.field(default_factory=lambda: [VlanId(1)])
    slot: Slot | None = None
    priority: TrunkPriority = TrunkPriority(1)
    backing: Word = Word("ent0")
    switch: Word = Word(DEFAULT_SWITCH)


class Ethernet(Entry):
    """A virtual Ethernet adapter of a client."""

    what = "a virtual Ethernet adapter"
    shorthand = "vlan"
    vlan: VlanId = VlanId(1)
    additional_vlans: list[VlanId] = msgspec.field(default_factory=list)
    required: bool = False
    mac: MacAddress = MacAddress("")
    switch: Word = Word(DEFAULT_SWITCH)


class VnicBacking(Entry):
    """A backing device of a virtual NIC: a share of an SR-IOV port of a Virtual I/O Server.

    `adapter` is the ID of a shared adapter, `port` the number of its port. Without `capacity` it
    is the least that the port gives.
    """

    what = "a backing device"
    mandatory = ("server", "adapter")
    server: Name = Name("")
    adapter: Positive = Positive(1)
    port: PortNumber = PortNumber(0)
    capacity: Percent | None = None
    max_capacity: Percent = Percent(10000)
    priority: FailoverPriority = FailoverPriority(50)


class Vnic(Entry):
    """A virtual NIC, with what may carry it."""

    what = "a virtual NIC"
    mandatory = ("backing",)
    backing: list[VnicBacking] = msgspec.field(default_factory=list)
    vlan: VlanId | None = None
    required: bool = False
    failover: bool = True


class SriovLogicalPort(Entry):
    """A logical port of a shared adapter that a partition owns."""

    what = "an SR-IOV logical port"
    mandatory = ("adapter",)
    adapter: Positive = Positive(1)
    port: PortNumber = PortNumber(0)
    protocol: Literal["eth", "roce"] = "eth"
    capacity: Percent | None = None
    max_capacity: Percent = Percent(10000)
    vlan: VlanId | None = None
