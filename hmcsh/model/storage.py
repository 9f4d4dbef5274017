"""The SAN: logical units, and the physical volumes through which each VIOS sees them."""

from __future__ import annotations

import dataclasses
from typing import Literal

ReservePolicy = Literal["no_reserve", "single_path", "PR_exclusive", "PR_shared"]
Identifier = Literal["unique_id", "pvid", "ieee"]

NO_RESERVE: ReservePolicy = "no_reserve"


@dataclasses.dataclass(frozen=True, slots=True)
class Lun:
    """A logical unit of an external storage server.

    `unique_id` is its UDID and what it is known by in the model; `ieee` its IEEE volume name, ""
    if it has none; `size_mb` in MB.
    """

    name: str
    unique_id: str
    size_mb: int
    ieee: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class InternalDisk:
    """A disk behind a storage card, numbered from 1; `size_mb` in MB, `pvid` "" for none."""

    number: int
    size_mb: int
    pvid: str = ""


@dataclasses.dataclass(slots=True)
class Disk:
    """A physical volume of a VIOS: an `hdisk` over a LUN, or an internal disk if `lun` is None.

    `reads` names the identifiers that the VIOS has of it, which depends on its driver.
    """

    name: str
    lun: Lun | None
    reserve_policy: ReservePolicy = NO_RESERVE
    pvid: str = ""
    reads: tuple[Identifier, ...] = ("unique_id", "pvid")

    @property
    def identifiers(self) -> frozenset[tuple[Identifier, str]]:
        """What the VIOS knows the volume by."""
        known: dict[Identifier, str] = {"pvid": self.pvid}
        if self.lun is not None:
            known |= {"unique_id": self.lun.unique_id, "ieee": self.lun.ieee}
        return frozenset((kind, known[kind]) for kind in self.reads if known.get(kind))

    def is_same_volume(self, other: Disk) -> bool:
        """Whether two VIOSes can tell that they see one volume (SG24-7460 3.7, step 3)."""
        return bool(self.identifiers & other.identifiers)


@dataclasses.dataclass(frozen=True, slots=True)
class VirtualTarget:
    """A virtual target device: what a client finds behind a virtual SCSI server adapter.

    `backing` names a physical volume of the VIOS, or a logical volume or file if `kind` says so.
    `lun_address` numbers the targets of an adapter from 0x81.
    """

    name: str
    backing: str
    kind: Literal["disk", "lv", "file"] = "disk"
    lun_address: int = 0x81
