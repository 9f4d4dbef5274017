"""Dynamic partitioning: changes of what a partition has now, and the rules that they obey.

A change is checked as a whole and then applied at once; a refused one changes nothing. It
does not touch a profile, so it is lost when the partition is next activated with one (field notes,
V7), unless the partition keeps its profile in step with it (`sync_curr_profile`).

A running partition takes part through its RMC connection. A partition that is not activated is
changed directly, as long as resources are assigned to it (field notes, V10R3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from hmcsh.language.messages import HmcError, render
from hmcsh.model import devices, paths
from hmcsh.model.adapter_rules import require
from hmcsh.model.adapters import (
    DEFAULT_SERIAL_SLOTS,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
)
from hmcsh.model.capabilities import minimum_units
from hmcsh.model.configuration import synchronize
from hmcsh.model.frame import Frame, IoSlot
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Amount, Processors, Resources
from hmcsh.model.states import LparEnvironment
from hmcsh.model.units import UNIT, format_units
from hmcsh.model.wiring import install, uninstall


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """What is added, removed or moved.

    `memory` in MB, `processors` virtual ones or, for dedicated processors, whole ones, `units` in
    hundredths of a processor.
    """

    memory: int = 0
    processors: int = 0
    units: int = 0

    def __neg__(self) -> Quantity:
        return Quantity(-self.memory, -self.processors, -self.units)


_Change = tuple[Partition, Resources]


def add(partition: Partition, quantity: Quantity) -> None:
    """Assign more memory or processors to a partition.

    Raises HmcError if the partition cannot be changed, a limit would be passed, or the managed
    system has not enough left (HSCL03EC for memory).
    """
    _apply([_changed(partition, quantity)])


def remove(partition: Partition, quantity: Quantity) -> None:
    """Take memory or processors from a partition. Raises HmcError as `add` does."""
    _apply([_changed(partition, -quantity)])


def move(source: Partition, target: Partition, quantity: Quantity) -> None:
    """Take from one partition and assign to another of the same system, or do neither.

    Raises HmcError as `add` does, and if both are the same partition.
    """
    if source is target:
        raise HmcError("move_to_itself", name=source.name)
    _apply([_changed(source, -quantity), _changed(target, quantity)])


def _apply(changes: list[_Change]) -> None:
    _require_free(changes)
    _require_pools(changes)
    for partition, resources in changes:
        partition.current = partition.pending = resources
        synchronize(partition)


def require_changeable(partition: Partition) -> Resources:
    """Check that a partition can be changed now, and give what it has.

    Raises HmcError for a system without a running hypervisor, a partition that is migrating
    (SG24-7460 2.5.3, 6.2), HSCL05DF for one without resources, HSCL2957 for one that is on but
    without RMC connection.
    """
    partition.frame.require_operating()
    partition.require_unlocked()
    if partition.current is None:
        raise HmcError("wrong_state")
    # IBM i takes part through the hypervisor and needs no RMC connection (recalled).
    by_rmc = partition.environment is not LparEnvironment.OS400
    if by_rmc and partition.state.powered_on and not partition.rmc_active:
        raise HmcError("no_rmc", id=partition.lpar_id)
    return partition.current


# -- memory and processors -------------------------------------------------------------------


def _changed(partition: Partition, quantity: Quantity) -> _Change:
    """What the partition would have; HmcError if a rule of the partition forbids it."""
    resources = require_changeable(partition)
    if quantity.memory:
        resources = dataclasses.replace(
            resources, memory=_changed_memory(partition, resources.memory, quantity.memory)
        )
    if quantity.processors or quantity.units:
        resources = dataclasses.replace(
            resources, processors=_changed_processors(partition, resources.processors, quantity)
        )
    return partition, resources


def _changed_memory(partition: Partition, memory: Amount, change: int) -> Amount:
    region = partition.frame.memory_block
    if change % region:
        raise HmcError("not_lmb_multiple", value=abs(change), region=region)
    changed = memory.with_desired(memory.desired + change)
    _require_bounds(partition, changed, "MB of memory")
    return changed


def _changed_processors(
    partition: Partition, processors: Processors, quantity: Quantity
) -> Processors:
    count = processors.count.with_desired(processors.count.desired + quantity.processors)
    if processors.mode == "ded":
        if quantity.units:
            raise HmcError(
                "wrong_proc_mode", parameter="--procunits", name=partition.name, mode="ded"
            )
        _require_bounds(partition, count, "processors")
        return dataclasses.replace(processors, count=count)
    units = processors.units.with_desired(processors.units.desired + quantity.units)
    _require_bounds(partition, count, "virtual processors")
    _require_bounds(partition, units, "processing units", in_hundredths=True)
    least = minimum_units(partition.frame)
    if units.desired < count.desired * least:
        raise HmcError(
            "units_per_processor",
            units=format_units(units.desired),
            minimum=format_units(least),
            procs=count.desired,
        )
    if units.desired > count.desired * UNIT:
        raise HmcError(
            "units_above_processors", units=format_units(units.desired), procs=count.desired
        )
    return dataclasses.replace(processors, count=count, units=units)


def _require_bounds(
    partition: Partition, amount: Amount, unit: str, *, in_hundredths: bool = False
) -> None:
    def text(value: int) -> str:
        if not in_hundredths:
            return str(value)
        return format_units(value) if value >= 0 else "-" + format_units(-value)

    shown: dict[str, object] = {"name": partition.name, "value": text(amount.desired), "unit": unit}
    if amount.desired < amount.minimum:
        raise HmcError("below_minimum", minimum=text(amount.minimum), **shown)
    if amount.desired > amount.maximum:
        raise HmcError("above_maximum", maximum=text(amount.maximum), **shown)


def _growth(changes: Iterable[_Change]) -> tuple[int, int]:
    """By how much memory (MB) and processors (hundredths) grow in all."""
    memory = processors = 0
    for partition, wanted in changes:
        if partition.current is not None:
            memory += wanted.memory.desired - partition.current.memory.desired
            processors += wanted.processors.consumed - partition.current.processors.consumed
    return memory, processors


def _require_free(changes: list[_Change]) -> None:
    frame = changes[0][0].frame
    memory, processors = _growth(changes)
    if memory > max(frame.memory_available, 0):
        raise HmcError("no_memory", obtained=frame.memory_available, required=memory)
    if processors > max(frame.processors_available, 0):
        raise HmcError(
            "no_processors",
            obtained=format_units(frame.processors_available),
            required=format_units(processors),
        )


def _pool_of(resources: Resources) -> int | None:
    """The shared processor pool that the resources belong to, None for dedicated processors."""
    return resources.processors.pool_id if resources.processors.mode == "shared" else None


def _require_pools(changes: list[_Change]) -> None:
    """Check the maximum of each pool whose partitions would get more units."""
    frame = changes[0][0].frame
    growth: dict[int, int] = {}
    for partition, wanted in changes:
        pool_id = _pool_of(wanted)
        if pool_id is not None and partition.current is not None:
            more = wanted.processors.units.desired - partition.current.processors.units.desired
            growth[pool_id] = growth.get(pool_id, 0) + more
    for pool_id, more in growth.items():
        pool = frame.pools.get(pool_id)
        if more <= 0 or pool is None or pool.maximum is None:
            continue
        value = frame.pool_units(pool_id) + more
        if value > pool.maximum:
            raise HmcError(
                "pool_exceeded",
                pool=pool.name,
                value=format_units(value),
                maximum=format_units(pool.maximum),
            )


# -- physical slots --------------------------------------------------------------------------


def add_slot(partition: Partition, drc_index: str) -> None:
    """Give a physical I/O slot to a partition.

    Raises HmcError if the partition cannot be changed, and for a slot that the managed system
    has not or that a partition owns.
    """
    require_changeable(partition)
    slot = _physical_slot(partition.frame, drc_index)
    if slot.owner is not None:
        owner = partition.frame.client_name(slot.owner)
        raise HmcError("io_slot_owned", index=drc_index, name=owner)
    shared = partition.frame.sriov.get(drc_index)
    if shared is not None and shared.shared:
        raise HmcError("sriov_slot_shared", index=drc_index, adapter=shared.adapter_id)
    devices.settle(partition)
    slot.owner = partition.lpar_id
    synchronize(partition)


def remove_slot(partition: Partition, drc_index: str) -> None:
    """Take a physical I/O slot from a partition.

    Raises HmcError if the partition cannot be changed, if the slot is not its own, and if it is
    on and its active profile requires the slot (SG24-7460 5.5.1) or its operating system uses a
    device in it (5.5.6).
    """
    _removable_slot(partition, drc_index).owner = None
    devices.forget(partition, ("slot", drc_index))
    synchronize(partition)


def move_slot(source: Partition, target: Partition, drc_index: str) -> None:
    """Take a physical I/O slot from one partition and give it to another of the same system.

    Raises HmcError as `remove_slot` does, or if the target cannot be changed or is the source.
    """
    if source is target:
        raise HmcError("move_to_itself", name=source.name)
    require_changeable(target)
    slot = _removable_slot(source, drc_index)
    devices.settle(target)
    slot.owner = target.lpar_id
    devices.forget(source, ("slot", drc_index))
    synchronize(source)
    synchronize(target)


def _physical_slot(frame: Frame, drc_index: str) -> IoSlot:
    slot = frame.slots.get(drc_index)
    if slot is None:
        raise HmcError("io_slot_not_found", index=drc_index)
    return slot


def _removable_slot(partition: Partition, drc_index: str) -> IoSlot:
    require_changeable(partition)
    slot = _physical_slot(partition.frame, drc_index)
    if slot.owner != partition.lpar_id:
        raise HmcError("io_slot_not_owned", index=drc_index, name=partition.name)
    required = {a.drc_index for a in partition.active_profile.io_slots if a.required}
    if partition.state.powered_on and drc_index in required:
        raise HmcError("io_slot_required", index=drc_index, name=partition.name)
    device = devices.blocker(partition, ("slot", drc_index))
    if device:
        busy = render("io_slot_busy", index=drc_index, name=partition.name, device=device)
        raise HmcError("io_remove_failed", detail=busy, status=1)
    return slot


# -- virtual adapters ------------------------------------------------------------------------


def choose_slot(partition: Partition, wanted: int | None = None) -> int:
    """Give the virtual slot for a new adapter: the wanted one, or the next available one.

    Raises HmcError if the wanted slot does not exist, is reserved for the console or taken, or
    if no slot is free.
    """
    if wanted is None:
        slot = partition.next_free_slot()
        if slot is None:
            raise HmcError("no_free_slot", name=partition.name)
        return slot
    _require_slot(partition, wanted)
    if wanted in partition.adapters:
        raise HmcError("slot_in_use", slot=wanted, name=partition.name)
    return wanted


def _require_slot(partition: Partition, slot: int) -> None:
    if slot in DEFAULT_SERIAL_SLOTS:
        raise HmcError("slot_reserved", slot=slot, name=partition.name)
    maximum = partition.max_virtual_slots - 1
    if not 0 <= slot <= maximum:
        raise HmcError("slot_out_of_range", slot=slot, name=partition.name, maximum=maximum)


def add_adapter(partition: Partition, adapter: VirtualAdapter) -> None:
    """Put a virtual adapter into its slot; an Ethernet adapter gets its MAC address.

    A Virtual I/O Server gets a device for a server adapter: a `vhost`, or a `vfchost` that is
    mapped to no port. Raises HmcError if the partition cannot be changed, the slot cannot be used,
    or the partition cannot have such an adapter.
    """
    require_changeable(partition)
    choose_slot(partition, adapter.slot)
    require(partition, adapter)
    _require_servers(partition, adapter)
    devices.settle(partition)
    install(partition, adapter)
    synchronize(partition)


def _require_servers(partition: Partition, adapter: VirtualAdapter) -> None:
    """The Virtual I/O Servers behind a virtual NIC take part in its making (inferred)."""
    if isinstance(adapter, VnicAdapter):
        for lpar_id in sorted({device.server_id for device in adapter.backing}):
            require_changeable(partition.frame.partition(lpar_id=lpar_id))


def present_adapter(
    partition: Partition, slot: int, kind: type[VirtualAdapter] | None = None
) -> VirtualAdapter:
    """The virtual adapter of a slot, of a type if one is given.

    Raises HmcError for a slot that does not exist, is reserved, or holds no such adapter.
    """
    _require_slot(partition, slot)
    adapter = partition.adapters.get(slot)
    if adapter is None:
        raise HmcError("slot_empty", slot=slot, name=partition.name)
    if kind is not None and not isinstance(adapter, kind):
        raise HmcError("wrong_adapter_type", slot=slot, name=partition.name, type=TYPE_NAMES[kind])
    return adapter


def change_adapter(partition: Partition, changed: VirtualAdapter) -> None:
    """Put a changed adapter in the place of the one in its slot.

    Raises HmcError if the partition cannot be changed or cannot have such an adapter.
    """
    require_changeable(partition)
    require(partition, changed)
    _require_servers(partition, changed)
    install(partition, changed)
    synchronize(partition)


def switch_adapter(partition: Partition, adapter: EthernetAdapter | VnicAdapter, on: bool) -> None:
    """Enable or disable a virtual Ethernet adapter or virtual NIC; the hypervisor does it alone.

    Raises HmcError for a system without a running hypervisor, while the partition migrates, and
    for an adapter that is in that state.
    """
    partition.frame.require_operating()
    partition.require_unlocked()
    if adapter.enabled is on:
        state = "enabled" if on else "disabled"
        raise HmcError("adapter_switched", slot=adapter.slot, name=partition.name, state=state)
    partition.adapters[adapter.slot] = dataclasses.replace(adapter, enabled=on)
    synchronize(partition)


def remove_adapter(
    partition: Partition, slot: int, kind: type[VirtualAdapter] | None = None
) -> None:
    """Remove the virtual adapter of a slot, with its `vhost` device if it is a SCSI server.

    `kind` is the type that it must be of, if any. Raises HmcError for a slot that holds none, or
    none of that type, and HSCL294D for an adapter that is required or in use.
    """
    require_changeable(partition)
    adapter = present_adapter(partition, slot, kind)
    obstacle = _obstacle(partition, adapter)
    if obstacle is not None:
        raise HmcError("virtual_remove_failed", detail=obstacle.text)
    uninstall(partition, slot)
    devices.forget(partition, ("virtual", slot))
    synchronize(partition)


TYPE_NAMES: dict[type[VirtualAdapter], str] = {
    EthernetAdapter: "eth",
    FibreChannelAdapter: "fc",
    ScsiAdapter: "scsi",
    SerialAdapter: "serial",
    VasiAdapter: "vasi",
    VnicAdapter: "vnic",
}


def _obstacle(partition: Partition, adapter: VirtualAdapter) -> HmcError | None:
    """What keeps an adapter from being removed; None if nothing does."""
    slot = adapter.slot
    if adapter.required:
        return HmcError("adapter_required", slot=slot, name=partition.name)
    busy = HmcError("adapter_busy", slot=slot, name=partition.name)
    if isinstance(adapter, FibreChannelAdapter):
        return _channel_obstacle(partition, adapter)
    if isinstance(adapter, ScsiAdapter) and adapter.side == "server":
        if partition.io_server.targets.get(slot):
            return busy
        for client in paths.clients(partition, adapter):
            if client.state.powered_on or client.migrating:
                return HmcError(
                    "adapter_serves_client", slot=slot, name=partition.name, client=client.name
                )
    bridges = partition.vios.bridges if partition.vios is not None else ()
    if any(slot in bridge.trunk_slots for bridge in bridges):
        return busy
    if isinstance(adapter, VasiAdapter):
        for migration in partition.frame.migrations:
            if partition in (migration.source_mover, migration.destination_mover):
                return HmcError("mover_busy", name=partition.name)
    return busy if devices.blocker(partition, ("virtual", slot)) else None


def _channel_obstacle(partition: Partition, adapter: FibreChannelAdapter) -> HmcError | None:
    """A channel that a partition which is on logs in through stays (inferred)."""
    if adapter.side == "client":
        busy = partition.state.powered_on
        return HmcError("adapter_busy", slot=adapter.slot, name=partition.name) if busy else None
    client = partition.frame.partitions.get(adapter.remote_lpar_id)  # type: ignore[arg-type]
    if client is None or not (client.state.powered_on or client.migrating):
        return None
    return HmcError(
        "adapter_serves_client", slot=adapter.slot, name=partition.name, client=client.name
    )
