"""Between a partition and its profiles: what one takes from the other, in either direction."""

from __future__ import annotations

import dataclasses

from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition, Synchronization
from hmcsh.model.resources import (
    Amount,
    Processors,
    Profile,
    SlotAssignment,
    without_address,
)
from hmcsh.model.units import UNIT

LAST_VALID = "last*valid*configuration"  # what a partition had last, listed as a profile (recalled)

# Settings that a partition has from a profile under the name that they have there.
SETTINGS = (
    "max_virtual_slots",
    "boot_mode",
    "auto_start",
    "power_controlling_lpar_ids",
    "work_group_id",
    "redundant_error_path_reporting",
    "bsr_arrays",
    "compatibility_mode",
    "affinity_group_id",
)


def adopt(partition: Partition, profile: Profile) -> None:
    """Let a partition have the settings of a profile; resources and adapters are not among them."""
    for field in SETTINGS:
        setattr(partition, field, getattr(profile, field))


def snapshot(partition: Partition, name: str) -> Profile | None:
    """A profile that describes what a partition has now, None if nothing is assigned to it.

    What is not in the present configuration is as in the profile that it was last activated with.
    """
    if partition.current is None:
        return None
    base = partition.active_profile
    known = {slot.drc_index: slot for slot in base.io_slots}
    owned = [s.drc_index for s in partition.frame.slots.values() if s.owner == partition.lpar_id]
    return base.copy(
        name=name,
        resources=partition.current,
        adapters={slot: without_address(a) for slot, a in sorted(partition.adapters.items())},
        io_slots=tuple(known.get(index) or SlotAssignment(index) for index in owned),
        all_resources=False,
        lhea_logical_ports=partition.lhea_logical_ports,
        sriov_logical_ports=tuple(port.in_profile for port in partition.sriov_logical_ports),
        **{field: getattr(partition, field) for field in SETTINGS},
    )


def synchronize(partition: Partition) -> None:
    """After a dynamic change: bring it into the profile that a partition runs with, if wanted.

    A partition that is off has no profile that is in use (capture, V10R3: its profiles stay).
    """
    if partition.synchronization is not Synchronization.ON or not partition.state.powered_on:
        return
    profile = snapshot(partition, partition.running_profile)
    if profile is not None and partition.running_profile:
        partition.profiles[partition.running_profile] = profile


def whole(frame: Frame, profile: Profile) -> Profile:
    """What a profile with `all_resources` stands for: everything that a managed system has."""
    memory = frame.installed_memory - frame.firmware_memory
    count = frame.installed_processors // UNIT
    return profile.copy(
        resources=dataclasses.replace(
            profile.resources,
            memory=Amount(memory, memory, memory),
            processors=Processors(
                "ded", Amount(count, count, count), sharing_mode="keep_idle_procs"
            ),
            huge_pages=Amount(0, 0, 0),
        ),
        io_slots=tuple(SlotAssignment(index, required=True) for index in frame.slots),
    )
