"""Partitions that are made at a console, and what is left when one is removed."""

from __future__ import annotations

from collections.abc import Mapping

from hmcsh.language.messages import HmcError
from hmcsh.model import capabilities
from hmcsh.model.adapters import FibreChannelAdapter, ScsiAdapter, VirtualAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.inventory import derived
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, PartitionState
from hmcsh.model.vios import VirtualIoServer

_SERVER_PRIORITY = 191  # of a Virtual I/O Server; others have 127 (POWER6 defaults)


def choose_id(frame: Frame, wanted: int | None) -> int:
    """Give the partition ID for a new partition: the wanted one, or the lowest that is free.

    Raises HmcError if it is in use or above what the system has, or if none is free.
    """
    if wanted is None:
        found = frame.lowest_free_id()
        if found is None:
            raise HmcError("no_free_id", name=frame.name)
        return found
    if wanted > frame.max_partitions:
        raise HmcError(
            "id_above_maximum", id=wanted, system=frame.name, maximum=frame.max_partitions
        )
    if wanted in frame.partitions:
        raise HmcError("id_in_use", id=wanted)
    return wanted


def new_partition(
    frame: Frame, lpar_id: int, name: str, environment: LparEnvironment, profile: str
) -> Partition:
    """Make a partition that was never activated; it has no profile yet and is not yet defined.

    Raises HmcError if the name is in use, or the system cannot have such a partition.
    """
    if frame.find_by_name(name) is not None:
        raise HmcError("name_in_use", name=name)
    i5os = environment is LparEnvironment.OS400
    if i5os and not capabilities.capable(frame, "os400"):
        raise HmcError("system_lacks", system=frame.name, name="lpar_env", value=environment)
    server = environment is LparEnvironment.VIOSERVER
    identity = derived.partition_uuid(frame.mtms, f"{name}/{frame.partitions_created}")
    made = Partition(
        frame=frame,
        lpar_id=lpar_id,
        name=name,
        environment=environment,
        uuid=identity,
        profiles={},
        default_profile=profile,
        mac_stem=_free_stem(frame, identity),
        vios=VirtualIoServer() if server else None,
    )
    if server:
        made.availability_priority = _SERVER_PRIORITY
    return made


def _free_stem(frame: Frame, identity: str) -> str:
    """Where the MAC addresses of a new partition begin: as no other partition's do."""
    unused = derived.Unused()
    frames = frame.datacenter.frames.values()
    unused.taken.update(p.mac_stem for f in frames for p in f.partitions.values())
    return unused.pick(derived.system_mac_part(frame.serial_number), 5, "mac", identity)


def require_removable(partition: Partition) -> None:
    """Check that a partition can be removed now.

    Raises HmcError for a system that cannot be asked, a partition that migrates or that is not
    off (HSCL05DF), while a virtual terminal of it is open (HSCL151B), and for the service
    partition.
    """
    frame = partition.frame
    frame.require_operating()
    require_off(partition)
    if frame.service_lpar_id == partition.lpar_id:
        raise HmcError("is_service_partition", name=partition.name, system=frame.name)


def require_off(partition: Partition) -> None:
    """Check that a partition is off and that nothing holds it.

    Raises HmcError for one that migrates, that is not off (HSCL05DF), or while a virtual terminal
    of it is open (HSCL151B).
    """
    partition.require_unlocked()
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("wrong_state")
    partition.require_no_migration_served()
    if partition.vty.terminal is not None:
        raise HmcError("terminal_open", name=partition.name)


def remove_server_adapters(partition: Partition) -> None:
    """Remove the server adapters that were made for a partition, with their devices.

    They go from what the Virtual I/O Servers have and from the profiles that these run with.
    """
    for server in partition.frame.virtual_io_servers():
        for slot in _serving(server.adapters, partition.lpar_id):
            del server.adapters[slot]
            server.io_server.remove_vhost(slot)
            server.io_server.remove_vfchost(slot)
        profile = server.active_profile
        for slot in _serving(profile.adapters, partition.lpar_id):
            del profile.adapters[slot]


def _serving(adapters: Mapping[int, VirtualAdapter], lpar_id: int) -> list[int]:
    """The slots of server adapters that are for a partition alone."""
    return [
        slot
        for slot, adapter in adapters.items()
        if isinstance(adapter, ScsiAdapter | FibreChannelAdapter)
        and adapter.side == "server"
        and adapter.remote_lpar_id == lpar_id
    ]
