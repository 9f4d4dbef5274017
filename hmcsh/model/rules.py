"""What makes a name or a partition profile valid, whoever changes it.

The sources are the manual pages of mksyscfg and chsyscfg where a rule names no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmcsh.language.messages import HmcError
from hmcsh.model import capabilities
from hmcsh.model.adapters import (
    DEFAULT_SERIAL_SLOTS,
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    VasiAdapter,
    VirtualAdapter,
    VnicAdapter,
    default_serial_adapters,
)
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.resources import Amount, Processors, Profile
from hmcsh.model.sharing import Wanted, require_backing, require_capacity, require_protocol
from hmcsh.model.units import UNIT, format_units

MAXIMUM_NAME = 31
SHARED_MODES = ("cap", "uncap")
DEDICATED_MODES = (
    "keep_idle_procs",
    "share_idle_procs",
    "share_idle_procs_active",
    "share_idle_procs_always",
)
BOOT_MODES = ("norm", "dd", "ds", "of", "sms")
MAXIMUM_WEIGHT = 255

# What the command line needs for itself, or a console refuses: quotes, brackets, `*?$&|` and so
# on. A slash separates the parts of an element, in which partitions but not profiles are named.
_NAME = re.compile(r"[A-Za-z0-9!#%+,\-.:;=@^_{}~][A-Za-z0-9!#%+,\-.:;=@^_{}~ ]*", re.ASCII)


def check_name(name: str, *, slash: bool = False) -> None:
    """Check the name of a system, a partition or (`slash`) a profile.

    Raises HmcError. Source: the pattern of IBM's automation for profile names, which begin with a
    letter or a digit; blanks and commas from captures and manual pages.
    """
    if not 1 <= len(name) <= MAXIMUM_NAME:
        raise HmcError(
            "invalid_name", name=name, reason=f"it must have 1 to {MAXIMUM_NAME} characters"
        )
    plain = name.replace("/", "") if slash else name
    if slash and not name[0].isalnum():
        raise HmcError("invalid_name", name=name, reason="it must begin with a letter or a digit")
    if _NAME.fullmatch(plain) is None or name.startswith("/") or name.endswith(" "):
        raise HmcError("invalid_name", name=name, reason="it has characters that are not allowed")


def check_profile(partition: Partition, profile: Profile, before: Profile) -> Iterator[HmcError]:
    """Give what is wrong with a changed profile.

    What was in the profile `before` is not asked for again where the world around it may have
    changed since: physical slots and pools (profiles move unchanged with a migration,
    SG24-7460 2.5.5).
    """
    frame = partition.frame
    if not profile.all_resources:
        yield from _resources(partition, profile, before)
    modes = (*capabilities.compatibility_modes(frame), before.compatibility_mode)
    if profile.compatibility_mode not in modes:
        yield HmcError(
            "invalid_attribute_value",
            name="lpar_proc_compat_mode",
            value=profile.compatibility_mode,
        )
    yield from _slots(partition, profile)
    for _, adapter in sorted(profile.adapters.items()):
        yield from _server_only(partition, adapter)
    if len(profile.of_type(VasiAdapter)) > 1:
        yield HmcError("vasi_limit", name=partition.name)
    yield from _shared_ports(frame, profile, before)
    yield from _io_slots(frame, profile, before)
    for lpar_id in profile.power_controlling_lpar_ids:
        if lpar_id not in frame.partitions and lpar_id not in before.power_controlling_lpar_ids:
            yield HmcError("lpar_id_not_found", id=lpar_id)


def _resources(partition: Partition, profile: Profile, before: Profile) -> Iterator[HmcError]:
    frame, resources = partition.frame, profile.resources
    yield from _memory(frame, resources.memory)
    if resources.memory_expansion and not (
        capabilities.capable(frame, "active_mem_expansion") and partition.is_aix_or_linux
    ):
        yield _lacks(frame, "mem_expansion", format_units(resources.memory_expansion))
    yield from _ordered(resources.huge_pages, "num_huge_pages")
    yield from _processors(resources.processors, capabilities.minimum_units(frame))
    if resources.processors.pool_id != before.resources.processors.pool_id:
        yield from _pool(frame, resources.processors.pool_id)


def _lacks(frame: Frame, name: str, value: object) -> HmcError:
    return HmcError("system_lacks", system=frame.name, name=name, value=value)


def _ordered(amount: Amount, name: str) -> Iterator[HmcError]:
    if not amount.minimum <= amount.desired <= amount.maximum:
        yield HmcError(
            "wrong_order", names=[f"{bound}_{name}" for bound in ("min", "desired", "max")]
        )


def _memory(frame: Frame, memory: Amount) -> Iterator[HmcError]:
    for value in (memory.minimum, memory.desired, memory.maximum):
        if value % frame.memory_block:
            yield HmcError("not_lmb_multiple", value=value, region=frame.memory_block)
    if memory.minimum < 1:
        yield HmcError("invalid_attribute_value", name="min_mem", value=memory.minimum)
    yield from _ordered(memory, "mem")


def _processors(processors: Processors, least: int) -> Iterator[HmcError]:
    count, units = processors.count, processors.units
    if count.minimum < 1:
        yield HmcError("invalid_attribute_value", name="min_procs", value=count.minimum)
    yield from _ordered(count, "procs")
    shared = processors.mode == "shared"
    if processors.sharing_mode not in (SHARED_MODES if shared else DEDICATED_MODES):
        yield HmcError(
            "invalid_attribute_value", name="sharing_mode", value=processors.sharing_mode
        )
    if processors.sharing_mode != "uncap" and processors.uncapped_weight:
        yield HmcError(
            "invalid_attribute_value", name="uncap_weight", value=processors.uncapped_weight
        )
    if not shared:
        return
    yield from _ordered(units, "proc_units")
    for amount, procs in (
        (units.minimum, count.minimum),
        (units.desired, count.desired),
        (units.maximum, count.maximum),
    ):
        if amount < procs * least:
            yield HmcError(
                "units_per_processor",
                units=format_units(amount),
                minimum=format_units(least),
                procs=procs,
            )
        elif amount > procs * UNIT:
            yield HmcError("units_above_processors", units=format_units(amount), procs=procs)


def _pool(frame: Frame, pool_id: int) -> Iterator[HmcError]:
    if pool_id not in frame.pools:
        yield HmcError("lpm_pool_not_found", pool=pool_id, system=frame.name)


def _slots(partition: Partition, profile: Profile) -> Iterator[HmcError]:
    """Virtual slots lie in range; slots 0 and 1 hold the console's adapters (capture, V7R7.9)."""
    defaults = default_serial_adapters()
    for slot in DEFAULT_SERIAL_SLOTS:
        if profile.adapters.get(slot) != defaults[slot]:
            yield HmcError("slot_reserved", slot=slot, name=partition.name)
    for slot in sorted(profile.adapters):
        if slot >= profile.max_virtual_slots:
            yield HmcError(
                "slot_out_of_range",
                slot=slot,
                name=partition.name,
                maximum=profile.max_virtual_slots - 1,
            )


def _server_only(partition: Partition, adapter: VirtualAdapter) -> Iterator[HmcError]:
    if partition.is_vios:
        if isinstance(adapter, VnicAdapter):
            yield HmcError("clients_only", name=partition.name, what="a virtual NIC")
        return
    what = ""
    if isinstance(adapter, ScsiAdapter) and adapter.side == "server":
        what = "a virtual SCSI server adapter"
    elif isinstance(adapter, FibreChannelAdapter) and adapter.side == "server":
        what = "a virtual Fibre Channel server adapter"
    elif isinstance(adapter, EthernetAdapter) and adapter.trunk_priority:
        what = "a trunk adapter"
    elif isinstance(adapter, VasiAdapter):
        what = "a VASI adapter"
    if what:
        yield HmcError("vios_only", name=partition.name, what=what)


def _shared_ports(frame: Frame, profile: Profile, before: Profile) -> Iterator[HmcError]:
    """What is asked of SR-IOV ports: each share for itself, whoever has the others."""
    try:
        for port in profile.sriov_logical_ports:
            if port not in before.sriov_logical_ports:
                require_capacity(frame, Wanted.of(port))
                require_protocol(frame, port)
        for slot, adapter in sorted(profile.adapters.items()):
            if isinstance(adapter, VnicAdapter) and adapter != before.adapters.get(slot):
                require_backing(frame, adapter.backing)
                for device in adapter.backing:
                    require_capacity(frame, Wanted.of(device))
    except HmcError as error:
        yield error


def _io_slots(frame: Frame, profile: Profile, before: Profile) -> Iterator[HmcError]:
    known = {slot.drc_index for slot in before.io_slots}
    for slot in profile.io_slots:
        if slot.drc_index not in frame.slots and slot.drc_index not in known:
            yield HmcError("io_slot_not_found", index=slot.drc_index)


__all__ = [
    "BOOT_MODES",
    "DEDICATED_MODES",
    "MAXIMUM_WEIGHT",
    "SHARED_MODES",
    "check_name",
    "check_profile",
]
