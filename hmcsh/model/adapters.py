"""Virtual adapters: what stands in a partition's virtual slots, and in its profiles.

All are values: a change replaces the adapter in its slot.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

ANY = "any"  # a server adapter that every client may connect to
Side = Literal["client", "server"]

DEFAULT_SERIAL_SLOTS = (0, 1)  # made with every partition, cannot be removed (capture, V7R7.9)
FIRST_FREE_SLOT = 2


@dataclasses.dataclass(frozen=True, slots=True)
class EthernetAdapter:
    """Virtual Ethernet adapter. `trunk_priority` 0 means that it is not a trunk adapter.

    `mac` is 12 upper-case hexadecimal digits; empty in a profile, where the address is chosen
    when the adapter is made.
    """

    slot: int
    port_vlan_id: int
    ieee: bool = False
    additional_vlan_ids: tuple[int, ...] = ()
    trunk_priority: int = 0
    required: bool = False
    mac: str = ""

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


VirtualAdapter = EthernetAdapter | ScsiAdapter | SerialAdapter | VasiAdapter | FibreChannelAdapter


def default_serial_adapters() -> dict[int, VirtualAdapter]:
    """Make the two serial adapters that every partition has."""
    return {slot: SerialAdapter(slot) for slot in DEFAULT_SERIAL_SLOTS}
