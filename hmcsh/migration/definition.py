"""Steps that make, complete and remove the definition of the partition on both systems.

Sources: SG24-7460 2.3 (profiles), 2.4.3-2.4.4 (inactive), 2.5.4-2.5.5 (active).
"""

from __future__ import annotations

import dataclasses

from hmcsh.language.messages import HmcError
from hmcsh.migration import channels, codes, mapping, nics, terminals, timekeeping
from hmcsh.migration.checks import require_room
from hmcsh.migration.run import CommitRecord, Phases, Run, ServerSlot, commit
from hmcsh.model import devices
from hmcsh.model.adapters import FibreChannelAdapter, ScsiAdapter, VirtualAdapter, VnicAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.migration import ID_NOT_CHOSEN
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Profile, Resources, without_address
from hmcsh.model.states import MigrationState, PartitionState
from hmcsh.model.storage import VirtualTarget

# Settings of a partition that it keeps wherever it goes.
_CARRIED = (
    "max_virtual_slots",
    "mac_stem",
    "performance_collection",
    "time_reference",
    "keylock",
    "auto_start",
    "availability_priority",
    "boot_mode",
    "bsr_arrays",
    "compatibility_mode",
    "affinity_group_id",
    "synchronization",
    "suspend_capable",
    "remote_restart_capable",
    "simplified_remote_restart_capable",
    "migration_disabled",
    "vtpm_enabled",
    "secure_boot",
    "current_secure_boot",
    "description",
)


def announce(run: Run) -> Phases:
    """Lock the partition and show both systems that a migration starts."""
    if not run.active:
        run.source.show_reference_code(codes.INACTIVE_SOURCE)
    yield run.datacenter.timings.migration_starting


def lock(run: Run) -> None:
    """Mark the migration on the partition and on both systems, at once."""
    migration, source = run.migration, run.source
    source.migration = migration
    source.state = (
        PartitionState.MIGRATING_RUNNING if run.active else PartitionState.MIGRATING_NOT_ACTIVATED
    )
    for frame in (migration.source_frame, migration.destination_frame):
        frame.migrations.append(migration)


def unlock(run: Run) -> None:
    """Let go of the partition on the source: the migration is as if it had not begun."""
    source = run.source
    if run.active or source.reference_codes:
        show_cancelled(source)
    # A running partition may have gone down with its system.
    still_runs = source.state is PartitionState.MIGRATING_RUNNING
    source.state = PartitionState.RUNNING if still_runs else PartitionState.NOT_ACTIVATED
    release_frames(run)
    source.migration = None


def show_cancelled(source: Partition) -> None:
    """Show that a migration was cancelled, unless that is what is shown already."""
    if not source.reference_codes or source.reference_codes[0].code != codes.CANCELLED:
        source.show_reference_code(codes.CANCELLED)


def release_frames(run: Run) -> None:
    """Take the migration off the lists of both systems."""
    for frame in (run.migration.source_frame, run.migration.destination_frame):
        if run.migration in frame.migrations:
            frame.migrations.remove(run.migration)


def make_shell(run: Run) -> Phases:
    """Make the partition shell on the destination and reserve what it needs.

    Others may have taken the room since the validation: it is looked for again.
    """
    yield run.datacenter.timings.shell
    require_room(run.plan)
    frame, source = run.migration.destination_frame, run.source
    nics.require_room(run.plan.nics, frame)
    lpar_id = run.plan.request.lpar_id or frame.lowest_free_id()
    if lpar_id is None:
        raise HmcError("lpm_no_free_id", system=frame.name)
    if lpar_id in frame.partitions:
        raise HmcError("lpm_id_in_use", id=lpar_id, system=frame.name)
    resources = _moved_resources(run)
    shell = Partition(
        frame=frame,
        lpar_id=lpar_id,
        name=source.name,
        environment=source.environment,
        uuid=source.uuid,
        profiles={},
        default_profile=source.default_profile,
        running_profile=run.profile_name,
        state=PartitionState.MIGRATING_NOT_ACTIVATED,
        activated_before=True,
        current=resources if run.active else None,
        pending=resources if run.active else None,
        adapters=_moved_adapters(run),
        migration=run.migration,
    )
    for field in _CARRIED:
        setattr(shell, field, getattr(source, field))
    frame.add(shell)
    run.migration.destination = shell
    run.migration.destination_lpar_id = lpar_id
    nics.make_ports(shell)
    shell.show_reference_code(codes.ACTIVE_TARGET if run.active else codes.INACTIVE_TARGET)


def _moved_resources(run: Run) -> Resources | None:
    """Current values of the source become current and pending ones (SG24-7460 2.5.4, step 1)."""
    if run.source.current is None:
        return None
    return _in_pool(run, run.plan.resources)


def _moved_adapters(run: Run) -> dict[int, VirtualAdapter]:
    networks, backing = run.plan.request.networks, run.plan.nics
    return {
        slot: nics.moved(adapter, backing)
        if isinstance(adapter, VnicAdapter)
        else mapping.moved_adapter(adapter, networks)
        for slot, adapter in run.source.adapters.items()
    }


def _in_pool(run: Run, resources: Resources) -> Resources:
    """The resources in the chosen shared processor pool, the default one unless named (5.4)."""
    processors = dataclasses.replace(resources.processors, pool_id=run.plan.request.pool_id or 0)
    return dataclasses.replace(resources, processors=processors)


def remove_shell(run: Run) -> None:
    """Remove the shell partition and what was reserved for it."""
    shell = run.migration.destination
    if shell is not None and shell.frame.partitions.get(shell.lpar_id) is shell:
        shell.frame.remove(shell)
    run.migration.destination = None
    run.migration.destination_lpar_id = ID_NOT_CHOSEN


def copy_profiles(run: Run) -> Phases:
    """Copy all profiles as they are, and add the migration profile (SG24-7460 2.3, note)."""
    yield run.datacenter.timings.profiles
    source, shell = run.source, run.shell
    shell.profiles = {name: profile.copy() for name, profile in source.profiles.items()}
    shell.profiles[run.profile_name] = _migration_profile(run)


def _migration_profile(run: Run) -> Profile:
    """A profile of the partition's present configuration, without physical I/O."""
    source = run.source
    base = source.active_profile
    resources = _moved_resources(run) or _in_pool(run, base.resources)
    return base.copy(
        name=run.profile_name,
        resources=resources,
        adapters={slot: without_address(a) for slot, a in _moved_adapters(run).items()},
        max_virtual_slots=source.max_virtual_slots,
        io_slots=(),
        lhea_logical_ports=(),
        sriov_logical_ports=(),
        lhea_capabilities=(),
    )


def make_adapters(run: Run) -> Phases:
    """Make server adapters and target devices on the destination's Virtual I/O Servers."""
    yield run.datacenter.timings.adapters
    if run.plan.scsi is None or run.plan.channels is None:
        raise HmcError("lpm_mapping_incomplete", name=run.source.name)
    for adapter in mapping.client_adapters(run.source):
        made = _choose_slot(run, adapter.slot, run.plan.scsi.servers[adapter.slot])
        _make_scsi_server(run, made, adapter)
        _connect_client(run.shell, made)
    for channel in channels.client_channels(run.source):
        made = _choose_slot(run, channel.slot, run.plan.channels[channel.slot])
        _make_fc_server(run, made, channel)
        _connect_client(run.shell, made)


def _choose_slot(run: Run, client_slot: int, server: Partition) -> ServerSlot:
    asked = run.plan.request.server_slots
    slot = asked.get(client_slot)
    if slot is not None and slot in server.adapters:
        raise HmcError("lpm_server_slot", vios=server.name, slot=slot)
    slot = slot or server.next_free_slot(but=run.plan.slots_asked_of(server))
    if slot is None:
        raise HmcError(
            "lpm_no_slots", vios=server.name, system=server.frame.name, available=0, required=1
        )
    made = ServerSlot(client_slot, server, slot)
    run.server_slots.append(made)
    return made


def _add_server_adapter(server: Partition, adapter: ScsiAdapter | FibreChannelAdapter) -> None:
    server.adapters[adapter.slot] = adapter
    server.active_profile.adapters[adapter.slot] = adapter


def _make_fc_server(run: Run, made: ServerSlot, channel: channels.ClientChannel) -> None:
    vios = made.server.io_server
    port = vios.free_fc_port(channel.fabric, run.plan.request.ports.get(channel.slot, ""))
    if port is None:
        raise HmcError("lpm_fc_unhostable", slot=channel.slot)
    _add_server_adapter(
        made.server,
        FibreChannelAdapter(made.slot, "server", run.shell.lpar_id, made.client_slot),
    )
    vios.add_vfchost(made.slot, port.name)
    devices.admit(made.server, ("virtual", made.slot))


def _make_scsi_server(run: Run, made: ServerSlot, adapter: mapping.ClientAdapter) -> None:
    vios = made.server.io_server
    _add_server_adapter(
        made.server, ScsiAdapter(made.slot, "server", run.shell.lpar_id, made.client_slot)
    )
    vios.add_vhost(made.slot)
    devices.admit(made.server, ("virtual", made.slot))
    for target, disk in adapter.targets:
        there = vios.disk_for(disk.lun.unique_id) if disk and disk.lun else None
        if there is None:
            raise HmcError("lpm_scsi_unhostable", slot=adapter.slot)
        vios.targets[made.slot].append(
            VirtualTarget(
                vios.free_target_name(target.name),
                there.name,
                lun_address=target.lun_address,
            )
        )


def _connect_client(shell: Partition, made: ServerSlot) -> None:
    """Point the client adapter of the shell and its migration profile to the new server slot."""
    client = shell.adapters[made.client_slot]
    if not isinstance(client, (ScsiAdapter, FibreChannelAdapter)):
        raise TypeError(f"slot {made.client_slot} holds no adapter that is served")
    moved = dataclasses.replace(client, remote_lpar_id=made.server.lpar_id, remote_slot=made.slot)
    shell.adapters[made.client_slot] = moved
    shell.profiles[shell.running_profile].adapters[made.client_slot] = moved


def remove_made_adapters(run: Run) -> None:
    """Remove the server adapters that were made on the destination."""
    for made in reversed(run.server_slots):
        remove_server_adapter(made.server, made.slot)
    run.server_slots.clear()


def remove_server_adapter(server: Partition, slot: int) -> None:
    """Remove a virtual slot of a Virtual I/O Server, its devices and its place in the profile."""
    devices.settle(server)
    server.adapters.pop(slot, None)
    server.active_profile.adapters.pop(slot, None)
    server.io_server.remove_vhost(slot)
    server.io_server.remove_vfchost(slot)
    devices.forget(server, ("virtual", slot))


def leave_source(run: Run) -> Phases:
    """Remove the source's server adapters, the partition and its profiles (SG24-7460 2.5.5)."""
    yield run.datacenter.timings.cleanup
    source = run.source
    served_adapters: list[mapping.ClientAdapter | channels.ClientChannel] = [
        *mapping.client_adapters(source),
        *channels.client_channels(source),
    ]
    for adapter in served_adapters:
        served: VirtualAdapter | None = (
            adapter.server.adapters.get(adapter.server_slot) if adapter.server else None
        )
        # Only the adapter made for this partition goes; a shared one stays for its other clients.
        if (
            adapter.server is not None
            and isinstance(served, (ScsiAdapter, FibreChannelAdapter))
            and served.remote_lpar_id == source.lpar_id
        ):
            remove_server_adapter(adapter.server, adapter.server_slot)
    _forget(source.frame, source)
    shell = run.shell
    if shell.state is PartitionState.MIGRATING_NOT_ACTIVATED:
        shell.state = PartitionState.NOT_ACTIVATED
    # What was the partition must not lead to what it becomes in further migrations: a partition
    # that was there from the start is never collected, and would keep all that came after it.
    shell.migration = source.migration = None
    release_frames(run)


def _forget(frame: Frame, partition: Partition) -> None:
    if frame.partitions.get(partition.lpar_id) is partition:
        frame.remove(partition)


def arrive_inactive(run: Run) -> Phases:
    """End of an inactive migration: the partition is off on the destination, its owner."""
    run.migration.state = MigrationState.IN_PROGRESS
    if run.commit is None:
        commit(run, CommitRecord(run.datacenter.clock.now, run.shell.frame.name, 0))
    timekeeping.carry_over(run)
    terminals.disconnect(run)
    yield run.datacenter.timings.complete
    shell, source = run.shell, run.source
    shell.operating_system = source.operating_system
    shell.error_log = source.error_log
    shell.state = PartitionState.NOT_ACTIVATED
    shell.show_reference_code(codes.COMPLETE)
