"""Volume groups and their disks, as commands name them."""

from __future__ import annotations

from hmcsh.commands.common.partition import PartitionCall

from hmcsh.language.messages import CommandExit, Refusal, render
from hmcsh.model.devices import Device
from hmcsh.model.lvm import VolumeGroup


def group(call: PartitionCall, name: str) -> VolumeGroup:
    """A volume group by name. Raises Refusal 0516-306 if there is none."""
    found = call.devices.kept.groups.get(name)
    if found is None:
        raise Refusal(1, "lvm_group_not_found", command=call.invocation.name, group=name)
    return found


def disk(call: PartitionCall, name: str) -> Device:
    """A disk by name. Raises Refusal 0516-306 if there is none that can be used."""
    name = name.removeprefix("/dev/")
    found = next((d for d in call.devices.disks() if d.name == name and d.available), None)
    if found is None:
        raise Refusal(1, "lvm_disk_not_found", command=call.invocation.name, disk=name)
    return found


def failed(refusal: Refusal, key: str, **fields: object) -> CommandExit:
    """A refusal followed by what the command says when it gives up."""
    return CommandExit(f"{refusal.text}\n{render(key, **fields)}", refusal.status)


def megabytes(count: int, group: VolumeGroup) -> str:
    """A number of physical partitions, with their size."""
    return f"{count} ({count * group.partition_size} megabytes)"
