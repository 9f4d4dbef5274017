"""A partition of the model, with its profiles and its own adapters."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from hmcsh.model.adapters import (
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    default_serial_adapters,
)
from hmcsh.model.awareness import Answer, Kind, Reaction, Registered
from hmcsh.model.frame import Frame
from hmcsh.model.hea import LogicalPort
from hmcsh.model.inventory import derived, schema, shapes
from hmcsh.model.inventory.build_network import build_logical_ports, build_vnic
from hmcsh.model.inventory.values import ByteRate, Share
from hmcsh.model.lvm import GroupPlan
from hmcsh.model.partition import OperatingSystem, Partition, Workload
from hmcsh.model.resources import Profile, SlotAssignment, without_address
from hmcsh.model.states import PartitionState


def build_partition(
    frame: Frame,
    system: schema.System,
    entry: schema.Partition,
    mac_part: str,
    macs: derived.Unused,
) -> Partition:
    """Make a partition and the adapters in its slots, except virtual SCSI server adapters.

    `mac_part` is what its MAC address shares with those of the system, `macs` the taken ones.
    """
    identity = derived.partition_uuid(frame.mtms, entry.key)
    partition = Partition(
        frame=frame,
        lpar_id=int(entry.id or 0),
        name=entry.key,
        environment=entry.type,
        uuid=identity,
        profiles={},
        default_profile=str(entry.profile),
        running_profile=_running_profile(entry),
        state=PartitionState(entry.state),
        activated_before=entry.was_activated,
        mac_stem=macs.pick(mac_part, 5, "mac", identity),
        operating_system=_operating_system(entry),
        work_group_id=entry.work_group,
        time_reference=entry.time_reference,
        time_offset=int(entry.clock_offset),
        auto_start=bool(entry.auto_start),
        redundant_error_path_reporting=bool(entry.redundant_error_path_reporting),
        availability_priority=_priority(entry),
        boot_mode=entry.boot_mode or "norm",
        firmware="sms" if entry.boot_mode == "sms" else "of",
        bsr_arrays=entry.bsr_arrays or 0,
        lhea_logical_ports=tuple(map(LogicalPort.parse, entry.lhea_logical_ports)),
        power_controlling_lpar_ids=tuple(
            int(system.partitions[name].id or 0) for name in entry.power_controlled_by
        ),
    )
    partition.adapters = _adapters(system, entry, partition)
    for shape in (entry, *entry.profiles.values()):
        name = str(entry.profile) if shape is entry else shape.key
        partition.profiles[name] = _profile(system, entry, shape, name, partition)
    active = partition.active_profile
    partition.max_virtual_slots = active.max_virtual_slots
    if entry.was_activated:
        partition.current = partition.pending = active.resources
    return partition


def _running_profile(entry: schema.Partition) -> str:
    if entry.active_profile is None or not entry.was_activated:
        return ""
    return str(entry.active_profile or entry.profile)


def _priority(entry: schema.Partition) -> int:
    """191 for a Virtual I/O Server and 127 for others unless given (POWER6 defaults)."""
    if entry.availability_priority is not None:
        return entry.availability_priority
    return 191 if entry.is_vios else 127


def _operating_system(entry: schema.Partition) -> OperatingSystem | None:
    declared = entry.os
    if declared is None:
        return None
    made = OperatingSystem(
        rmc=declared.rmc,
        ip_address=str(declared.address or ""),
        workload=_workload(
            declared.workload.kind,
            declared.workload.written,
            declared.workload.working_set,
            declared.workload.rate,
            declared.workload.content,
        ),
        accepts_migration=declared.accepts_migration,
        registered=tuple(_registered(declared)),
        planned_groups=tuple(
            GroupPlan(str(name), tuple(map(str, group.disks)), int(group.copies))
            for name, group in declared.volume_groups.items()
        ),
        password=str(declared.password),
    )
    if declared.version:
        made.version = declared.version
    elif entry.is_vios:
        made.version = f"VIOS {entry.level}"
    return made


@functools.lru_cache(maxsize=4096)
def _workload(
    kind: str, written: Share, working_set: Share, rate: ByteRate, content: str
) -> Workload:
    """A workload; those that are declared alike share it."""
    return Workload(kind, float(written), float(working_set), int(rate), content)


_ANSWERS = {"accept": Answer.ACCEPTED, "refuse": Answer.REFUSED, "silent": Answer.NONE}


def _reaction(declared: schema.Reaction) -> Reaction:
    return Reaction(_ANSWERS[declared.answer], int(declared.slow))


def _registered(declared: schema.OperatingSystem) -> Iterator[Registered]:
    """Who is told of a migration, in the order in which they are told."""
    for kind, entries in (
        (Kind.SCRIPT, declared.dlpar_scripts),
        (Kind.APPLICATION, declared.applications),
        (Kind.EXTENSION, declared.kernel_extensions),
    ):
        for name, entry in entries.items():
            yield Registered(
                str(name),
                kind,
                _reaction(entry.check),
                _reaction(entry.prepare),
                _reaction(entry.post),
                str(entry.reason),
                root=entry.root if isinstance(entry, schema.Application) else True,
            )


def _adapters(
    system: schema.System, entry: schema.Partition, partition: Partition
) -> dict[int, VirtualAdapter]:
    made: dict[int, VirtualAdapter] = dict(default_serial_adapters())
    for key, serial in entry.serial.items():
        slot = int(key)
        made[slot] = SerialAdapter(slot, serial.side, required=serial.required)
    for key, ethernet in entry.ethernet.items():
        slot = int(key)
        made[slot] = EthernetAdapter(
            slot,
            int(ethernet.vlan),
            ieee=bool(ethernet.additional_vlans),
            additional_vlan_ids=tuple(int(vlan) for vlan in ethernet.additional_vlans),
            required=ethernet.required,
            switch=str(ethernet.switch),
            mac=str(ethernet.mac) or partition.mac_address(slot),
        )
    for key, scsi in entry.scsi.items():
        slot = int(key)
        server_id = int(system.partitions[scsi.server].id or 0)
        server_slot = int(scsi.server_slot or 0)
        made[slot] = ScsiAdapter(slot, "client", server_id, server_slot, scsi.required)
    for key, channel in entry.fibre_channel.items():
        slot = int(key)
        made[slot] = FibreChannelAdapter(
            slot,
            "client",
            int(system.partitions[channel.server].id or 0),
            int(channel.server_slot or 0),
            partition.frame.datacenter.new_wwpns(),
            channel.required,
        )
    for key, nic in entry.vnic.items():
        made[int(key)] = build_vnic(partition.frame, system, int(key), nic)
    if entry.mover is not None and entry.mover.vasi:
        slot = int(entry.mover.slot or 0)
        made[slot] = VasiAdapter(slot)
    for bridge in entry.bridges.values():
        slot = int(bridge.slot or 0)
        first, *others = (int(vlan) for vlan in bridge.vlans)
        made[slot] = EthernetAdapter(
            slot,
            first,
            ieee=bool(others),
            additional_vlan_ids=tuple(others),
            trunk_priority=int(bridge.priority),
            switch=str(bridge.switch),
            mac=partition.mac_address(slot),
        )
    return made


def _profile(
    system: schema.System,
    entry: schema.Partition,
    shape: schema.Shape,
    name: str,
    partition: Partition,
) -> Profile:
    def chosen(field: str) -> bool:
        return bool(shapes.chosen(getattr(shape, field), getattr(entry, field), False))

    return Profile(
        name=name,
        resources=shapes.resources(system, entry, shape),
        adapters={slot: without_address(a) for slot, a in partition.adapters.items()},
        max_virtual_slots=shapes.max_virtual_slots(entry, shape),
        io_slots=tuple(
            SlotAssignment(str(system.slots[place].drc_index), required=use.required)
            for place, use in entry.io.items()
        ),
        boot_mode=shapes.chosen(shape.boot_mode, entry.boot_mode, "norm"),
        connection_monitoring=chosen("connection_monitoring"),
        auto_start=chosen("auto_start"),
        power_controlling_lpar_ids=partition.power_controlling_lpar_ids,
        work_group_id=entry.work_group,
        redundant_error_path_reporting=chosen("redundant_error_path_reporting"),
        bsr_arrays=shapes.chosen(shape.bsr_arrays, entry.bsr_arrays, 0),
        lhea_logical_ports=tuple(map(LogicalPort.parse, entry.lhea_logical_ports)),
        sriov_logical_ports=build_logical_ports(partition.frame, entry),
    )
