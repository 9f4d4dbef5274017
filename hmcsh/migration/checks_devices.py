"""Checks of virtual SCSI, of the disks behind it, and of virtual LANs."""

from __future__ import annotations

import collections
from collections.abc import Iterator

from hmcsh.language.messages import HmcError
from hmcsh.migration import channels, mapping
from hmcsh.migration.mapping import ClientAdapter
from hmcsh.migration.plan import Findings, Plan
from hmcsh.model.adapters import ANY, ScsiAdapter
from hmcsh.model.partition import Partition
from hmcsh.model.sriov import show_number
from hmcsh.model.storage import NO_RESERVE, Disk


def _adapters(plan: Plan) -> list[ClientAdapter]:
    return mapping.client_adapters(plan.partition)


def backed_by_luns(plan: Plan) -> Findings:
    """Every virtual disk is a LUN: no logical volume, no file, no internal disk."""
    for adapter in _adapters(plan):
        for target, disk in adapter.targets:
            if adapter.server is None or (disk is not None and disk.lun is not None):
                continue
            key = {"lv": "lpm_disk_logical_volume", "file": "lpm_disk_storage_pool"}.get(
                target.kind, "lpm_disk_internal"
            )
            yield HmcError(
                key,
                slot=adapter.slot,
                name=plan.partition.name,
                device=target.backing,
                vios=adapter.server.name,
            )


def _destinations(plan: Plan, adapter: ClientAdapter) -> list[Partition]:
    """Servers to be looked at more closely: the wanted one, or all unless one can host."""
    wanted = plan.request.scsi.get(adapter.slot)
    if wanted is not None:
        return [wanted]
    servers = plan.destination.virtual_io_servers()
    return [] if any(mapping.can_host(s, adapter) for s in servers) else servers


def _seen(plan: Plan, adapter: ClientAdapter) -> Iterator[tuple[Partition, Disk, Disk]]:
    """Each LUN that a server of the destination sees: the server, the disk here, the disk there."""
    for server in _destinations(plan, adapter):
        for _, disk in adapter.targets:
            if disk is not None and disk.lun is not None:
                there = server.io_server.disk_for(disk.lun.unique_id)
                if there is not None:
                    yield server, disk, there


def identified(plan: Plan) -> Findings:
    """Source and destination know a LUN by a common UDID, PVID or IEEE identifier."""
    for adapter in _adapters(plan):
        for server, disk, there in _seen(plan, adapter):
            if not disk.is_same_volume(there):
                yield HmcError("lpm_disk_identifier", device=there.name, vios=server.name)


def not_reserved(plan: Plan) -> Findings:
    """No disk of the partition is reserved by a server."""
    for adapter in _adapters(plan):
        used = [(adapter.server, disk) for _, disk in adapter.targets if adapter.server and disk]
        seen = [(server, there) for server, _, there in _seen(plan, adapter)]
        for server, disk in (*used, *seen):
            if server is not None and disk.lun is not None and disk.reserve_policy != NO_RESERVE:
                yield HmcError(
                    "lpm_disk_reserved",
                    device=disk.name,
                    vios=server.name,
                    policy=disk.reserve_policy,
                )


def _server_adapters(plan: Plan) -> Iterator[tuple[ClientAdapter, Partition | None, ScsiAdapter]]:
    """Client adapters with the server adapters that they name; the server is None without one.

    One that is for another client, or for another slot, is none.
    """
    for adapter in _adapters(plan):
        found = adapter.server.adapters.get(adapter.server_slot) if adapter.server else None
        if (
            isinstance(found, ScsiAdapter)
            and found.side == "server"
            and found.remote_lpar_id in (ANY, plan.partition.lpar_id)
            and found.remote_slot in (ANY, adapter.slot)
        ):
            yield adapter, adapter.server, found
        else:
            yield adapter, None, ScsiAdapter(adapter.server_slot, "server", "any", "any")


def served(plan: Plan) -> Findings:
    """Every client adapter has its server adapter."""
    for adapter, server, _ in _server_adapters(plan):
        if server is None:
            yield HmcError("lpm_adapter_unserved", slot=adapter.slot, name=plan.partition.name)


def for_this_client(plan: Plan) -> Findings:
    """Each server adapter is for one client, so that it can be told whose it is."""
    for _, server, served_by in _server_adapters(plan):
        if server is not None and served_by.remote_lpar_id == ANY:
            yield HmcError("lpm_adapter_any_client", vios=server.name, slot=served_by.slot)


def removable(plan: Plan) -> Findings:
    """Each server adapter is desired, so that it can be removed after the migration."""
    for _, server, served_by in _server_adapters(plan):
        if server is not None and served_by.required:
            yield HmcError("lpm_adapter_required", vios=server.name, slot=served_by.slot)


# -- mappings ----------------------------------------------------------------------------------


def hosted(plan: Plan) -> Findings:
    """For every client adapter a server of the destination reaches all its LUNs."""
    choices = mapping.choices(plan.partition, plan.destination, plan.request.scsi)
    for adapter, servers in choices:
        if not servers:
            yield HmcError("lpm_scsi_unhostable", slot=adapter.slot)


def carried(plan: Plan) -> Findings:
    """For every virtual Fibre Channel adapter a server has a port with room on its fabric."""
    request = plan.request
    found = channels.choices(plan.partition, plan.destination, request.channels, request.ports)
    for channel, servers in found:
        if not servers:
            yield HmcError("lpm_fc_unhostable", slot=channel.slot)


def virtual_nics(plan: Plan) -> Findings:
    """For every virtual NIC a port of the destination has its label and room for it."""
    for nic in plan.partition.vnic_adapters:
        if not plan.nics[nic.slot]:
            yield HmcError("lpm_vnic_unmapped", slot=nic.slot, name=plan.partition.name)


def backing_devices(plan: Plan) -> Findings:
    """Virtual NICs that can be carried keep all their backing devices."""
    for nic in plan.partition.vnic_adapters:
        if 0 < len(plan.nics[nic.slot]) < len(nic.backing):
            yield HmcError(
                "lpm_vnic_backing",
                slot=nic.slot,
                name=plan.partition.name,
                found=len(plan.nics[nic.slot]),
                count=len(nic.backing),
            )


def shared_ports(plan: Plan) -> Findings:
    """It owns no SR-IOV logical port, which is physical I/O."""
    ports = [show_number(port.number) for port in plan.partition.sriov_logical_ports]
    if ports:
        yield HmcError("lpm_logical_ports", name=plan.partition.name, ports=ports)


def multipath_kept(plan: Plan) -> Findings:
    """Paths to one LUN stay on different servers."""
    choices = mapping.choices(plan.partition, plan.destination, plan.request.scsi)
    if not all(servers for _, servers in choices):
        return
    for slots, servers in mapping.joined_paths(choices):
        yield HmcError(
            "lpm_multipath_lost",
            name=plan.partition.name,
            slots=slots,
            servers=[server.name for server in servers],
        )


def well_mapped(plan: Plan) -> Findings:
    """The mapping keeps the number of servers, which makes it a suggested one."""
    if plan.scsi is not None and not plan.scsi.good:
        yield HmcError("lpm_multipath_warning", name=plan.partition.name)


def server_slots(plan: Plan) -> Findings:
    """The servers of the destination have free virtual slots for the server adapters."""
    scsi = plan.scsi.servers if plan.scsi is not None else {}
    needed = collections.Counter([*scsi.values(), *(plan.channels or {}).values()])
    for server, count in needed.items():
        free = server.max_virtual_slots - len(server.adapters)
        if free < count:
            yield HmcError(
                "lpm_no_slots",
                vios=server.name,
                system=plan.destination.name,
                available=free,
                required=count,
            )


# -- virtual LANs ------------------------------------------------------------------------------


def _vlan_servers(plan: Plan, vlan: int) -> list[Partition]:
    """Servers that bridge a VLAN, wherever to, of those that the caller lets the console take."""
    wanted = plan.request.vlans.get(vlan)
    servers = plan.destination.virtual_io_servers() if wanted is None else [wanted]
    return [s for s in servers if s.rmc_active and vlan in mapping.bridged_vlans(s)]


def bridged(plan: Plan) -> Findings:
    """A shared Ethernet adapter of the destination bridges every VLAN."""
    for vlan in plan.unbridged_vlans:
        if _vlan_servers(plan, vlan):
            continue
        wanted = plan.request.vlans.get(vlan)
        if wanted is not None:
            yield HmcError("lpm_vlan_server", vlan=vlan, vios=wanted.name)
        else:
            yield HmcError(
                "lpm_vlan_unbridged",
                vlan=vlan,
                name=plan.partition.name,
                system=plan.destination.name,
            )


def same_network(plan: Plan) -> Findings:
    """The bridge of a VLAN leads to the physical network to which it leads on the source."""
    for vlan in plan.unbridged_vlans:
        for server in _vlan_servers(plan, vlan):
            yield HmcError(
                "lpm_vlan_other_network",
                vlan=vlan,
                vios=server.name,
                network=mapping.bridged_vlans(server)[vlan],
            )
