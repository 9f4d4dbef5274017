"""lssp: storage pools of a Virtual I/O Server. Each volume group is one."""

from __future__ import annotations

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    DELIMITER,
    FIELDS,
    MANUAL,
    NOT_FOUND,
    command,
    option,
    server,
)
from hmcsh.commands.vios.common.layout import Row, table

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model.lvm import VolumeGroup

DECLARATION = Declaration(
    "lssp",
    "Displays storage pools.",
    (
        option("-detail", "detail", text="the physical volumes of one"),
        option("-bd", "backing", text="the backing devices of one"),
        option("-sp", "pool", "required", "StoragePool", "its name"),
        FIELDS,
        DELIMITER,
    ),
    (
        Form({}, optional=("-field", "-fmt")),
        Form({"-sp": ()}, one_of=(("-detail", "-bd"),), optional=("-field", "-fmt")),
    ),
    notes=("-default is not emulated.",),
    examples=("lssp", "lssp -detail -sp rootvg"),
    source=MANUAL,
    dialect=VIOS,
)

# Headings: manual page; widths inferred.
_POOLS = {"pool": 16, "size": 11, "free": 11, "alloc": 17, "bds": 5, "type": 0}
_POOL_HEADS = {
    "pool": "Pool",
    "size": "Size(mb)",
    "free": "Free(mb)",
    "alloc": "Alloc Size(mb)",
    "bds": "BDs",
    "type": "Type",
}
_DISKS = {"name": 16, "pvid": 33, "size": 0}
_DISK_HEADS = {"name": "PVname", "pvid": "PVID", "size": "Size(mb)"}
_DEVICES = {"bdname": 16, "size": 12, "vtd": 16, "svsa": 0}
_DEVICE_HEADS = {"bdname": "Name", "size": "Size(mb)", "vtd": "VTD", "svsa": "SVSA"}


async def run(call: PartitionCall) -> Lines:
    """List the pools, or what one consists of."""
    groups = call.devices.kept.groups
    name = call.text("pool")
    if name is None:
        pools = [_pool(call, group) for group in groups.values()]
        return table(call, pools, _POOLS, list(_POOLS), _POOL_HEADS)
    if name not in groups:
        raise Refusal(NOT_FOUND, "vios_no_group", name=name)
    group = groups[name]
    if call.given("detail"):
        return table(call, _disks(call, group), _DISKS, list(_DISKS), _DISK_HEADS)
    rows = [_device(call, group, volume) for volume in _backing(call, group)]
    return table(call, rows, _DEVICES, list(_DEVICES), _DEVICE_HEADS)


def _pool(call: PartitionCall, group: VolumeGroup) -> Row:
    return {
        "pool": group.name,
        "size": str(group.total * group.partition_size),
        "free": str((group.total - group.total_used) * group.partition_size),
        "alloc": str(group.partition_size),
        "bds": str(len(_backing(call, group))),
        "type": "LVPOOL",
    }


def _backing(call: PartitionCall, group: VolumeGroup) -> list[str]:
    """The logical volumes of a pool that back target devices."""
    targets = server(call).targets.values()
    used = {target.backing for found in targets for target in found if target.kind == "lv"}
    return [volume for volume in group.volumes if volume in used]


def _disks(call: PartitionCall, group: VolumeGroup) -> list[Row]:
    rows: list[Row] = []
    for name, count in group.disks.items():
        pvid = call.devices.require(name).attributes["pvid"]
        size = str(count * group.partition_size)
        rows.append({"name": name, "pvid": pvid, "size": size})
    return rows


def _device(call: PartitionCall, group: VolumeGroup, volume: str) -> Row:
    vios = server(call)
    slot, target = next(
        (slot, target)
        for slot, found in vios.targets.items()
        for target in found
        if target.backing == volume
    )
    return {
        "bdname": volume,
        "size": str(group.volumes[volume].size * group.partition_size),
        "vtd": target.name,
        "svsa": vios.vhosts.get(slot, ""),
    }


COMMAND = command(DECLARATION, run)
