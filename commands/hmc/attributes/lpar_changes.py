"""How changes of partitions' attributes enter the model, beyond setting a field."""

from __future__ import annotations

from hmcsh.commands.hmc.common.changes import Target, Writer

from hmcsh.language.attributes import Setting
from hmcsh.language.messages import HmcError
from hmcsh.language.values import Listed, Mapped, Number
from hmcsh.model import capabilities
from hmcsh.model.configuration import synchronize
from hmcsh.model.partition import Partition, Synchronization
from hmcsh.model.states import PartitionState

_MAXIMUM_ID = 65535


def write_mover(target: Target, setting: Setting) -> None:
    """Set or take the mover service partition attribute of a Virtual I/O Server."""
    partition: Partition = target.item
    moving = partition.frame.migrations
    if partition.is_mover and not setting.value:
        for migration in moving:
            if partition in (migration.source_mover, migration.destination_mover):
                raise HmcError("mover_in_use", name=partition.name)
    target.changes.set(partition.io_server, "mover", setting.value)


def write_name(target: Target, setting: Setting) -> None:
    """Rename a partition."""
    partition: Partition = target.item
    other = partition.frame.find_by_name(setting.value)
    if other not in (None, partition):
        raise HmcError("name_in_use", name=setting.value)
    target.set("name", setting.value)


def write_default_profile(target: Target, setting: Setting) -> None:
    """Choose the profile that a partition is activated with unless another is named."""
    target.item.profile(setting.value)
    target.set("default_profile", setting.value)


def write_error_paths(target: Target, setting: Setting) -> None:
    """Not a dynamic setting: the partition must be off (SG24-7460 3.6.2)."""
    partition: Partition = target.item
    if partition.redundant_error_path_reporting != setting.value:
        require_off(partition)
        target.set("redundant_error_path_reporting", setting.value)


def require_off(partition: Partition) -> None:
    """Refuse what cannot be done while a partition is on. Raises HmcError HSCL05DF."""
    if partition.state is not PartitionState.NOT_ACTIVATED:
        raise HmcError("wrong_state")


def needs(capability: str, name: str, *, on_the_fly: str = "") -> Writer:
    """Write the flag of a name, that a system must be capable of, for a partition that is off.

    `on_the_fly` is what a system must be capable of for a change while the partition is on.
    """

    def write(target: Target, setting: Setting) -> None:
        partition: Partition = target.item
        frame = partition.frame
        if setting.value == getattr(partition, name):
            return
        if setting.value and not capabilities.capable(frame, capability):
            raise HmcError("system_lacks", system=frame.name, name=name, value=1)
        if not (on_the_fly and capabilities.capable(frame, on_the_fly)):
            require_off(partition)
        target.set(name, setting.value)

    return write


def write_vtpm(target: Target, setting: Setting) -> None:
    """Give a partition a virtual Trusted Platform Module, or take it, while it is off."""
    if setting.value != target.item.vtpm_enabled:
        require_off(target.item)
        target.set("vtpm_enabled", setting.value)


SYNCHRONIZATION = Mapped(Number(0, 2), Synchronization)


def write_synchronization(target: Target, setting: Setting) -> None:
    """From now on, or at once: the profile of a partition that is on follows it."""
    partition: Partition = target.item
    target.set("synchronization", setting.value)
    target.set("profiles", dict(partition.profiles))
    synchronize(partition)


def write_compatibility(target: Target, setting: Setting) -> None:
    """Set the processor compatibility mode that a partition will have."""
    partition: Partition = target.item
    if setting.value not in capabilities.compatibility_modes(partition.frame):
        raise HmcError("invalid_attribute_value", name="lpar_proc_compat_mode", value=setting.value)
    target.set("compatibility_mode", setting.value)


def write_controllers(target: Target, setting: Setting) -> None:
    """Say which partitions may power a partition on and off."""
    partition: Partition = target.item
    for lpar_id in setting.value:
        partition.frame.partition(lpar_id=lpar_id)
        if lpar_id == partition.lpar_id:
            raise HmcError("invalid_attribute_value", name="power_ctrl_lpar_ids", value=lpar_id)
    target.set("power_controlling_lpar_ids", setting.value)


CONTROLLERS = Listed(Number(1, _MAXIMUM_ID), 1, words=("none",))
