"""Settings of a managed system's hardware and of how partitions share it.

A change is checked as a whole and then applied at once; a refused one changes nothing. What needs
the system to be powered on anew waits as a pending value.
"""

from __future__ import annotations

import dataclasses

from hmcsh.language.messages import HmcError
from hmcsh.model import capabilities, dlpar, rules
from hmcsh.model.configuration import synchronize
from hmcsh.model.frame import Frame, ProcessorPool
from hmcsh.model.partition import Partition
from hmcsh.model.units import UNIT, format_units

HUGE_PAGE_SIZE = 16384  # MB (capture, V7R7.9)
MEMORY_BLOCKS = (16, 32, 64, 128, 256)  # MB that the service processor offers (recalled)


def max_huge_pages(frame: Frame) -> int:
    """How many huge pages the memory of a system has room for."""
    return (frame.installed_memory - frame.firmware_memory) // HUGE_PAGE_SIZE


def request_huge_pages(frame: Frame, count: int) -> None:
    """Ask for huge pages, which the system makes when it is next powered on (SG24-7460 3.2).

    Raises HmcError for more than memory has room for.
    """
    if count > max_huge_pages(frame):
        raise HmcError("invalid_attribute_value", name="requested_num_sys_huge_pages", value=count)
    frame.requested_huge_pages = count


def set_memory_block(frame: Frame, size: int) -> None:
    """Choose the size of logical memory blocks, MB, from the next power-on (SG24-7460 3.3.2)."""
    frame.pending_memory_block = size


def require_mirroring(frame: Frame, mode: str) -> None:
    """Refuse a mode of memory mirroring on a system without such. Raises HmcError."""
    if not capabilities.capable(frame, "active_mem_mirroring_hypervisor"):
        raise HmcError("system_lacks", system=frame.name, name="mem_mirroring_mode", value=mode)


def apply_pending(frame: Frame) -> None:
    """What a system does of its pending settings when it is powered on."""
    frame.huge_pages = frame.requested_huge_pages
    frame.memory_block = frame.pending_memory_block
    for adapter in frame.host_ethernet.values():
        adapter.apply_pending()


def set_memory(partition: Partition, amount: int) -> None:
    """Give a partition an amount of memory, MB, by adding or removing. Raises as these do."""
    current = dlpar.require_changeable(partition).memory.desired
    if amount == current:
        return
    if amount % partition.frame.memory_block:
        raise HmcError("not_lmb_multiple", value=amount, region=partition.frame.memory_block)
    change = dlpar.Quantity(memory=abs(amount - current))
    (dlpar.add if amount > current else dlpar.remove)(partition, change)


def share_processors(partition: Partition, mode: str | None, weight: int | None) -> None:
    """Change how a partition shares processors: sharing mode, uncapped weight or both.

    Raises HmcError if the partition cannot be changed, for a mode of the other kind of processors,
    and for a weight without the mode `uncap`.
    """
    resources = dlpar.require_changeable(partition)
    processors = resources.processors
    mode = mode or processors.sharing_mode
    modes = rules.SHARED_MODES if processors.mode == "shared" else rules.DEDICATED_MODES
    if mode not in modes:
        raise HmcError("invalid_attribute_value", name="sharing_mode", value=mode)
    if mode != "uncap":
        if weight:
            raise HmcError("invalid_attribute_value", name="uncap_weight", value=weight)
        weight = 0
    elif weight is None:
        if processors.sharing_mode != "uncap":
            raise HmcError("missing_attribute", names=["uncap_weight"])
        weight = processors.uncapped_weight
    changed = dataclasses.replace(processors, sharing_mode=mode, uncapped_weight=weight)
    partition.current = partition.pending = dataclasses.replace(resources, processors=changed)
    synchronize(partition)


# -- shared processor pools ------------------------------------------------------------------


def find_pool(frame: Frame, name: str | None = None, pool_id: int | None = None) -> ProcessorPool:
    """A shared processor pool by name or ID; one that was never configured is empty.

    Raises HmcError for a pool that the system cannot have, and for the default pool, which
    cannot be changed (field notes, V7).
    """
    frame.require_operating()
    if frame.max_processor_pools <= 1:
        raise HmcError("no_processor_pools")
    if name is not None:
        found = next((pool for pool in frame.pools.values() if pool.name == name), None)
        found = found or next((p for p in _unconfigured(frame) if p.name == name), None)
    elif pool_id is not None and pool_id < frame.max_processor_pools:
        found = frame.pools.get(pool_id) or _empty_pool(pool_id)
    else:
        found = None
    if found is None:
        raise HmcError("lpm_pool_not_found", pool=name or pool_id, system=frame.name)
    if found.maximum is None:
        raise HmcError("default_pool", name=found.name)
    return found


def _empty_pool(pool_id: int) -> ProcessorPool:
    return ProcessorPool(pool_id, f"SharedPool{pool_id:02}", 0, 0)


def _unconfigured(frame: Frame) -> list[ProcessorPool]:
    ids = range(1, frame.max_processor_pools)
    return [_empty_pool(pool_id) for pool_id in ids if pool_id not in frame.pools]


def change_pool(
    frame: Frame,
    pool: ProcessorPool,
    *,
    maximum: int | None = None,
    reserved: int | None = None,
    name: str | None = None,
) -> None:
    """Set maximum and reserve, hundredths of a processor, and name of a shared processor pool.

    A pool without a maximum is not configured any more. Raises HmcError for a maximum that is not
    a whole number of processors or less than what partitions and the reserve take, for a reserve
    that the system has not left, and for a name that is not valid or taken.
    """
    maximum = (pool.maximum or 0) if maximum is None else maximum
    reserved = pool.reserved if reserved is None else reserved
    used = frame.pool_units(pool.pool_id)
    if maximum % UNIT or maximum > frame.installed_processors:
        text = format_units(maximum)
        raise HmcError("invalid_attribute_value", name="max_pool_proc_units", value=text)
    if maximum < used + reserved:
        raise HmcError(
            "pool_exceeded",
            pool=pool.name,
            value=format_units(used + reserved),
            maximum=format_units(maximum),
        )
    if reserved - pool.reserved > frame.processors_available:
        raise HmcError(
            "no_processors",
            obtained=format_units(frame.processors_available),
            required=format_units(reserved - pool.reserved),
        )
    if name is not None and name != pool.name:
        rules.check_name(name)
        others = [*frame.pools.values(), *_unconfigured(frame)]
        if any(other.name == name for other in others if other.pool_id != pool.pool_id):
            raise HmcError("name_in_use", name=name)
    if maximum == 0 and any(_names_pool(p, pool.pool_id) for p in frame.partitions.values()):
        raise HmcError("pool_has_partitions", pool=pool.name)
    if maximum == 0:
        frame.pools.pop(pool.pool_id, None)
        return
    pool.maximum, pool.reserved, pool.name = maximum, reserved, name or pool.name
    frame.pools[pool.pool_id] = pool


def _names_pool(partition: Partition, pool_id: int) -> bool:
    """Whether a partition has processors of a pool, or a profile that wants them."""
    wanted = [profile.resources for profile in partition.profiles.values()]
    held = [resources for resources in (partition.current, *wanted) if resources is not None]
    return any(r.processors.mode == "shared" and r.processors.pool_id == pool_id for r in held)
