"""The state of a migration as frames, partitions and listings see it.

What drives it stands in `hmcsh.migration`; this is the part that both ends share.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from hmcsh.model.states import MigrationKind, MigrationState

if TYPE_CHECKING:
    from hmcsh.model.frame import Frame
    from hmcsh.model.partition import Partition

ID_NOT_CHOSEN = 65535  # dest_lpar_id before the shell partition exists (SG24-7460 5.6.2)


@dataclasses.dataclass(slots=True, eq=False)
class Migration:
    """One migration: both ends refer to the same object from its start until it is cleaned up.

    The second movers stand by to take over from the others. `remote_console` is the address of the
    console that manages the destination, "" if it is the one that began it, and `remote_user` the
    user there.

    It locks both systems for the `console` that began it, until it ends or the lock is broken.
    `servers` are the Virtual I/O Servers of both systems that it needs until it ends: movers and
    hosts of virtual SCSI adapters. `driver` is the object of `hmcsh.migration` that carries it
    out.
    """

    kind: MigrationKind
    source: Partition
    source_frame: Frame
    destination_frame: Frame
    state: MigrationState = MigrationState.STARTING
    destination: Partition | None = None
    destination_lpar_id: int = ID_NOT_CHOSEN
    source_lpar_id: int = 0
    source_mover: Partition | None = None
    destination_mover: Partition | None = None
    second_source_mover: Partition | None = None
    second_destination_mover: Partition | None = None
    remote_console: str = ""
    remote_user: str = ""
    console: str = ""
    lock_broken: bool = False
    servers: tuple[Partition, ...] = ()
    driver: Any = None
