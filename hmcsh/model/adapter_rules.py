"""What a partition must be, and what must be there, for it to get a virtual adapter dynamically."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.model.adapters import (
    ANY,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.capabilities import capable
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.sharing import Wanted, require_backing, require_room


def require(partition: Partition, adapter: VirtualAdapter) -> None:
    """Check that a partition can have an adapter, whatever stands in the slot now.

    Raises HmcError.
    """
    _REQUIREMENTS[type(adapter)](partition, adapter)


def require_virtual_fc(frame: Frame) -> None:
    """Check that a system knows virtual Fibre Channel: POWER6 and later (HSCLA4C0)."""
    if not capable(frame, "virtual_fc"):
        raise HmcError("no_virtual_fc")


def require_switch(frame: Frame, name: str) -> None:
    """Check that a system has a virtual switch. Raises HmcError."""
    if name not in frame.switches:
        raise HmcError("switch_not_found", name=name, system=frame.name)


def require_free_address(partition: Partition, mac: str, slot: int | None = None) -> None:
    """Check that no adapter of a system has a MAC address but that in a slot of the partition."""
    for other in partition.frame.partitions.values():
        for found in other.mac_addresses(None if other is not partition else slot):
            if found == mac:
                raise HmcError("mac_taken", address=mac, system=partition.frame.name)


def _ethernet(partition: Partition, adapter: EthernetAdapter) -> None:
    require_switch(partition.frame, adapter.switch)
    if adapter.fixed_mac:
        require_free_address(partition, adapter.mac, adapter.slot)
    _require_trunk(partition, adapter)


def _trunks(frame: Frame) -> Iterator[tuple[Partition, EthernetAdapter]]:
    for partition in frame.partitions.values():
        for adapter in partition.ethernet_adapters:
            if adapter.trunk_priority:
                yield partition, adapter


def _require_trunk(partition: Partition, adapter: EthernetAdapter) -> None:
    """Only a Virtual I/O Server bridges, and each VLAN with distinct priorities (inferred)."""
    if not adapter.trunk_priority:
        return
    if not partition.is_vios:
        raise HmcError("vios_only", name=partition.name, what="a trunk adapter")
    for owner, other in _trunks(partition.frame):
        if owner is partition and other.slot == adapter.slot:
            continue
        shared = adapter.vlan_ids & other.vlan_ids if other.switch == adapter.switch else None
        if shared and other.trunk_priority == adapter.trunk_priority:
            raise HmcError(
                "trunk_conflict",
                system=partition.frame.name,
                vlan=min(shared),
                priority=adapter.trunk_priority,
            )


def _served(partition: Partition, adapter: ScsiAdapter | FibreChannelAdapter, what: str) -> None:
    """A client leads to a Virtual I/O Server, a server to a client or to any (SG24-7460 5.5.2)."""
    if adapter.side == "server" and not partition.is_vios:
        raise HmcError("vios_only", name=partition.name, what=f"a {what} server adapter")
    if adapter.side == "client" and ANY in (adapter.remote_lpar_id, adapter.remote_slot):
        raise HmcError(
            "invalid_remote_partition", name=ANY, reason="a client adapter has one server adapter"
        )
    if adapter.remote_lpar_id == ANY:
        return
    remote = partition.frame.partition(lpar_id=int(adapter.remote_lpar_id))
    server, client = (partition, remote) if adapter.side == "server" else (remote, partition)
    if not server.is_vios:
        raise HmcError(
            "invalid_remote_partition", name=server.name, reason="it is no Virtual I/O Server"
        )
    if client.is_vios:
        raise HmcError(
            "invalid_remote_partition",
            name=remote.name,
            reason="a Virtual I/O Server cannot be the client of another",
        )


def _scsi(partition: Partition, adapter: ScsiAdapter) -> None:
    _served(partition, adapter, "virtual SCSI")


def _fibre_channel(partition: Partition, adapter: FibreChannelAdapter) -> None:
    require_virtual_fc(partition.frame)
    _served(partition, adapter, "virtual Fibre Channel")


def _serial(partition: Partition, adapter: SerialAdapter) -> None:
    """A client adapter leads to one slot of another partition (inferred)."""
    if adapter.side == "client" and ANY in (adapter.remote_lpar_id, adapter.remote_slot):
        raise HmcError(
            "invalid_remote_partition", name=ANY, reason="a client adapter has one server adapter"
        )
    if adapter.remote_lpar_id != ANY:
        remote = partition.frame.partition(lpar_id=int(adapter.remote_lpar_id))
        if remote is partition:
            raise HmcError(
                "invalid_remote_partition", name=remote.name, reason="it is the same partition"
            )


def _vasi(partition: Partition, _: VasiAdapter) -> None:
    """One VASI adapter on a Virtual I/O Server that can move partitions (SG24-7460 5.6.3)."""
    if not partition.is_vios:
        raise HmcError("vios_only", name=partition.name, what="a VASI adapter")
    if not partition.frame.mobility.active:
        raise HmcError("lpm_vios_not_capable", vios=partition.name, system=partition.frame.name)
    if partition.vasi_adapters:
        raise HmcError("vasi_limit", name=partition.name)


def _vnic(partition: Partition, adapter: VnicAdapter) -> None:
    if partition.is_vios:
        raise HmcError("clients_only", name=partition.name, what="a virtual NIC")
    if adapter.fixed_mac:
        require_free_address(partition, adapter.mac, adapter.slot)
    require_backing(partition.frame, adapter.backing)
    require_room(
        partition.frame,
        [Wanted.of(device) for device in adapter.backing],
        released=[device.logical_port for device in adapter.backing if device.logical_port],
    )


_REQUIREMENTS: Mapping[type[VirtualAdapter], Callable[[Partition, Any], None]] = {
    EthernetAdapter: _ethernet,
    FibreChannelAdapter: _fibre_channel,
    ScsiAdapter: _scsi,
    SerialAdapter: _serial,
    VasiAdapter: _vasi,
    VnicAdapter: _vnic,
}
