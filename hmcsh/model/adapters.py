"""Virtual adapters: what stands in a partition's virtual slots, and in its profiles.

All are values: a change replaces the adapter in its slot.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

ANY = "any"  # a server adapter that every client may connect to
ALL: Literal["all"] = "all"  # no limit to VLANs or to MAC addresses
DEFAULT_SWITCH = "ETHERNET0"  # every managed system comes with it (captures)
Side = Literal["client", "server"]
Addresses = tuple[str, ...] | Literal["all"]  # MAC addresses, 12 upper-case hexadecimal digits

MAXIMUM_VLAN = 4094  # of IEEE 802.1Q

DEFAULT_SERIAL_SLOTS = (0, 1)  # made with every partition, cannot be removed (capture, V7R7.9)
FIRST_FREE_SLOT = 2


@dataclasses.dataclass(frozen=True, slots=True)
class VsiProfile:
    """What a switch that follows IEEE 802.1Qbg is told of a virtual Ethernet adapter."""

    manager_id: int
    type_id: int
    type_version: int


@dataclasses.dataclass(frozen=True, slots=True)
class EthernetAdapter:
    """Virtual Ethernet adapter. `trunk_priority` 0 means that it is not a trunk adapter.

    `mac` is 12 upper-case hexadecimal digits; empty in a profile, where the address is chosen
    when the adapter is made, unless a person gave it: then `fixed_mac` is set. `os_macs` are the
    addresses that the operating system may set besides. `qos_priority` is 0 to 7, None for none.
    """

    slot: int
    port_vlan_id: int
    ieee: bool = False
    additional_vlan_ids: tuple[int, ...] = ()
    trunk_priority: int = 0
    required: bool = False
    mac: str = ""
    fixed_mac: bool = False
    switch: str = DEFAULT_SWITCH
    os_macs: Addresses = ALL
    qos_priority: int | None = None
    vsi: VsiProfile | None = None
    enabled: bool = True

    @property
    def vlan_ids(self) -> frozenset[int]:
        """Every VLAN that the adapter can reach."""
        return frozenset((self.port_vlan_id, *self.additional_vlan_ids))


@dataclasses.dataclass(frozen=True, slots=True)
class ScsiAdapter:
    """Virtual SCSI adapter. The remote ID and slot of a server adapter may be `any`."""

    slot: int
    side: Side
    remote_lpar_id: int | Literal["any"]
    remote_slot: int | Literal["any"]
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SerialAdapter:
    """Virtual serial adapter; slots 0 and 1 of every partition hold one for the console."""

    slot: int
    side: Side = "server"
    supports_hmc: bool = True
    remote_lpar_id: int | Literal["any"] = ANY  # type: ignore[assignment]
    remote_slot: int | Literal["any"] = ANY  # type: ignore[assignment]
    required: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class VasiAdapter:
    """Virtual Asynchronous Services Interface: a mover's way to its hypervisor (SG24-7460 2.1)."""

    slot: int
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class FibreChannelAdapter:
    """Virtual Fibre Channel adapter. The remote slot of a server adapter may be `any`.

    A client adapter has two world wide port names of 16 lower-case hexadecimal digits, an even and
    the odd one after it; a migration uses the one that the partition does not (capture, V7R7.1).
    """

    slot: int
    side: Side
    remote_lpar_id: int | Literal["any"]
    remote_slot: int | Literal["any"]
    wwpns: tuple[str, ...] = ()
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class BackingDevice:
    """What carries a virtual NIC: a logical port that a Virtual I/O Server has of an SR-IOV port.

    Capacities are in hundredths of a percent of the physical port. The lowest `priority` (1 to
    100) takes over first. `logical_port` and `config_id` are 0 in a profile: the hypervisor
    chooses them when the device is made.
    """

    server_id: int
    adapter_id: int
    port_id: int
    capacity: int
    priority: int = 50
    max_capacity: int = 10000
    logical_port: int = 0
    config_id: int = 0

    @property
    def port(self) -> tuple[int, int]:
        """The physical port: its adapter's ID and its own."""
        return self.adapter_id, self.port_id


@dataclasses.dataclass(frozen=True, slots=True)
class VnicAdapter:
    """Virtual NIC. It has one backing device in use; `active` is the logical port of that device.

    With `auto_failover` the device of the best priority is in use whenever it works.
    """

    slot: int
    backing: tuple[BackingDevice, ...]
    auto_failover: bool = True
    port_vlan_id: int = 0
    pvid_priority: int = 0
    vlans: tuple[int, ...] | Literal["all"] = ALL
    mac: str = ""
    fixed_mac: bool = False
    os_macs: Addresses = ALL
    required: bool = False
    enabled: bool = True
    active: int = 0


VirtualAdapter = (
    EthernetAdapter | ScsiAdapter | SerialAdapter | VasiAdapter | FibreChannelAdapter | VnicAdapter
)


_DEFAULT_SERIAL: dict[int, VirtualAdapter] = {
    slot: SerialAdapter(slot) for slot in DEFAULT_SERIAL_SLOTS
}


def default_serial_adapters() -> dict[int, VirtualAdapter]:
    """Give the two serial adapters that every partition has, in a mapping of its own."""
    return dict(_DEFAULT_SERIAL)
