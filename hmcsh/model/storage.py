"""The SAN: logical units, and the physical volumes through which each VIOS sees them."""

from __future__ import annotations

import dataclasses
from typing import Literal

ReservePolicy = Literal["no_reserve", "single_path", "PR_exclusive", "PR_shared"]


@dataclasses.dataclass(frozen=True, slots=True)
class Lun:
    """A logical unit of an external storage server.

    `unique_id` is the identifier (UDID or IEEE) by which two VIOSes know that they see the same
    one (SG24-7460 3.8); `size_mb` in MB.
    """

    name: str
    unique_id: str
    size_mb: int


@dataclasses.dataclass(slots=True)
class Disk:
    """A physical volume of a VIOS: an `hdisk` over a LUN, or an internal disk if `lun` is None."""

    name: str
    lun: Lun | None
    reserve_policy: ReservePolicy = "no_reserve"
    pvid: str = ""


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
