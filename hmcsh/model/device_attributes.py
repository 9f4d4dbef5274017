"""Changes of the attributes of devices: chdev of AIX and of a Virtual I/O Server."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmcsh.language.messages import Refusal
from hmcsh.model import paths
from hmcsh.model.devices import Device, DeviceDatabase
from hmcsh.model.discovery import disk_key
from hmcsh.model.partition import Partition
from hmcsh.model.storage import Disk

# Attributes of a disk that cannot be changed while it is open (inferred).
_CLOSED = frozenset({"reserve_policy", "algorithm", "queue_depth", "max_transfer"})


def set_attributes(
    devices: DeviceDatabase,
    device: Device,
    values: Sequence[tuple[str, str]],
    *,
    deferred: bool = False,
) -> None:
    """Change attributes, at the next start only with `deferred`.

    Raises Refusal 0514-018 for an attribute that the device has not or that cannot be set, and
    for a value that it cannot have, and 0514-062 while it is in use; nothing has changed then.
    """
    for name, value in values:
        if name == "pv" and device.kind.device_class == "disk":
            _require_volume_id(devices, device, value)
        else:
            _require_settable(devices, device, name, value, deferred=deferred)
    for name, value in values:
        if name == "pv":
            _write_volume_id(devices, device, value)
        elif deferred:
            devices.kept.deferred.setdefault(device.key, {})[name] = value
        else:
            devices.assign(device, name, value)


def write_volume_id(devices: DeviceDatabase, name: str) -> bool:
    """Give a disk a physical volume identifier; False if it has one."""
    return _write_volume_id(devices, devices.require(name), "yes")


def _require_settable(
    devices: DeviceDatabase, device: Device, name: str, value: str, *, deferred: bool
) -> None:
    known = {attribute.name: attribute for attribute in device.kind.attributes}
    if name not in known or not known[name].settable:
        raise Refusal(1, "attribute_name", name=name)
    if known[name].values and value not in known[name].values:
        raise Refusal(1, "attribute_value", name=name)
    if name in _CLOSED and not deferred and devices.is_open(device):
        raise Refusal(1, "device_busy", method="chgdisk", name=device.name)


def _require_volume_id(devices: DeviceDatabase, device: Device, value: str) -> None:
    if value not in ("yes", "clear"):
        raise Refusal(1, "attribute_value", name="pv")
    if value == "clear" and devices.in_use(device):
        raise Refusal(1, "device_busy", method="chgdisk", name=device.name)


def _write_volume_id(devices: DeviceDatabase, device: Device, value: str) -> bool:
    """Write an identifier to a disk, or clear it: all that see the disk read it.

    False if it has one and keeps it.
    """
    if value == "yes" and device.attributes.get("pvid", "") not in ("", "none"):
        return False
    pvid = "" if value == "clear" else _new_volume_id(devices.partition, device)
    disk = devices.disk_of(device) or _backing(devices.partition, device)
    if disk is None:
        devices.kept.attributes.setdefault(device.key, {})["pvid"] = pvid
    else:
        for other in _same_disks(devices.partition, disk):
            other.pvid = pvid
    return True


def _backing(client: Partition, device: Device) -> Disk | None:
    """The physical volume of a Virtual I/O Server that a client's disk is."""
    for adapter in client.scsi_adapters:
        for server, target in paths.targets(client, adapter):
            if disk_key(server, target) == device.key:
                return paths.backing(server, target)
    return None


def _same_disks(partition: Partition, disk: Disk) -> list[Disk]:
    if disk.lun is None:
        return [disk]
    frames = partition.frame.datacenter.frames.values()
    servers = [p.vios for frame in frames for p in frame.partitions.values() if p.vios]
    found = [vios.disk_for(disk.lun.unique_id) for vios in servers]
    return [other for other in found if other is not None]


def _new_volume_id(partition: Partition, device: Device) -> str:
    """Machine identifier and time of writing, as AIX makes it (form: SG24-7460 example 3-2)."""
    serial = partition.frame.serial_number[-5:]
    seconds = int(partition.frame.datacenter.now().timestamp())
    number = int(re.sub(r"\D", "", device.name) or 0)
    return f"00c{serial}{(seconds + number) & 0xFFFFFFFF:08x}".lower()
