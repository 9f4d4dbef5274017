"""Devices as AIX commands name them."""

from __future__ import annotations

from hmcsh.commands.common.partition import PartitionCall

from hmcsh.language.messages import Refusal
from hmcsh.model.devices import Device


def device(call: PartitionCall, name: str) -> Device:
    """A device by name. Raises Refusal 0514-519 if there is none."""
    found = call.devices.find(name)
    if found is None:
        raise Refusal(1, "aix_device_not_found", command=call.invocation.name, name=name)
    return found


def shown(device: Device) -> dict[str, str]:
    """The attributes of a device as lsattr prints them: identifiers of volumes have 32 digits."""
    found = dict(device.attributes)
    if "pvid" in found and device.kind.device_class == "disk":
        found["pvid"] = f"{found['pvid']:0<32}" if found["pvid"] not in ("", "none") else "none"
    return found
