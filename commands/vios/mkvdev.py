"""mkvdev: make a virtual target device, a shared Ethernet adapter, an aggregation or a VLAN."""

from __future__ import annotations

import re

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall
from hmcsh.commands.vios.common.core import (
    ATTRIBUTES,
    INCOMPLETE,
    MANUAL,
    NOT_FOUND,
    SYNTAX,
    available,
    command,
    made,
    option,
    pairs,
    server,
)

from hmcsh.language.declarations import Declaration, Form
from hmcsh.language.dialect import VIOS
from hmcsh.language.messages import Refusal
from hmcsh.model import device_kinds as kinds
from hmcsh.model import paths
from hmcsh.model.adapters import MAXIMUM_VLAN, EthernetAdapter, ScsiAdapter
from hmcsh.model.customized import Aggregation, TaggedPort
from hmcsh.model.device_attributes import set_attributes
from hmcsh.model.devices import Device, settle
from hmcsh.model.storage import VirtualTarget
from hmcsh.model.vios import SharedEthernet

_FIRST_LUN = 0x81  # captures of lsmap
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,14}", re.ASCII)  # at most 15 characters (AIX)

DECLARATION = Declaration(
    "mkvdev",
    "Adds a virtual device.",
    (
        option("-f", "force", text="although the device backs another target"),
        option(
            "-vdev",
            "backing",
            "required",
            "TargetDevice",
            "the physical or logical volume to map",
            kind="device",
        ),
        option("-sea", "sea", "required", "TargetDevice", "the port to share", kind="device"),
        option(
            "-lnagg",
            "ports",
            "required",
            "TargetAdapter",
            "the ports to aggregate",
            kind="device",
            several=True,
        ),
        option("-vlan", "base", "required", "TargetAdapter", "the base adapter", kind="device"),
        option(
            "-vadapter",
            "adapters",
            "required",
            "VirtualAdapter",
            "the virtual SCSI server adapter, or virtual Ethernet adapters",
            kind="device",
            several=True,
        ),
        option(
            "-default",
            "default",
            "required",
            "VirtualAdapter",
            "for untagged frames",
            kind="device",
        ),
        option(
            "-defaultid",
            "default_id",
            "required",
            "SEADefaultPVID",
            "the VLAN of the default adapter",
            minimum=1,
            maximum=MAXIMUM_VLAN,
        ),
        option(
            "-tagid",
            "tag",
            "required",
            "TagID",
            "the VLAN of the device",
            minimum=1,
            maximum=MAXIMUM_VLAN,
        ),
        option("-dev", "name", "required", "DeviceName", "the name of the new device"),
        ATTRIBUTES,
    ),
    (
        Form({"-vdev": ()}, ("-vadapter",), ("-dev", "-f", "-attr")),
        Form({"-sea": ()}, ("-vadapter", "-default", "-defaultid"), ("-attr",)),
        Form({"-lnagg": ()}, (), ("-attr",)),
        Form({"-vlan": ()}, ("-tagid",)),
    ),
    notes=("-fbo, -dplc, -aplc and -migrate are not emulated.",),
    examples=(
        "mkvdev -vdev hdisk5 -vadapter vhost0 -dev mobile_root",
        "mkvdev -sea ent0 -vadapter ent2 -default ent2 -defaultid 1",
        "mkvdev -lnagg ent0 ent1 -attr mode=8023ad",
    ),
    source=MANUAL,
    dialect=VIOS,
)


async def run(call: PartitionCall) -> Lines:
    """Make the device, and tell its name."""
    if call.given("backing"):
        return _target(call)
    if call.given("sea"):
        return _bridge(call)
    return _aggregation(call) if call.given("ports") else _vlan(call)


def _listed(call: PartitionCall, dest: str) -> list[str]:
    """Names as several words or joined by commas."""
    return [name for word in call.words(dest) for name in word.split(",") if name]


# -- virtual target devices ------------------------------------------------------------------


def _target(call: PartitionCall) -> list[str]:
    vios, devices = server(call), call.devices
    names = _listed(call, "adapters")
    adapter = available(call, names[0])
    if len(names) > 1 or adapter.kind is not kinds.SCSI_SERVER:
        raise Refusal(NOT_FOUND, "vios_no_adapter", name=names[-1])
    slot = int(adapter.key[1])
    backing = call.parsed.required("backing")
    volume = any(backing in group.volumes for group in devices.kept.groups.values())
    if not volume:
        _require_disk(call, available(call, backing))
    if not call.given("force"):
        _require_unmapped(call, backing)
    if not vios.makes_targets:
        raise Refusal(INCOMPLETE, "vios_target_failed", name=backing)
    wanted = call.text("name") or ""
    if wanted and not _NAME.fullmatch(wanted):
        raise Refusal(SYNTAX, "vios_bad_name", name=wanted)
    if wanted and devices.find(wanted) is not None:
        raise Refusal(SYNTAX, "vios_name_taken", name=wanted)
    name = wanted or devices.free_name("vtscsi")
    served = call.partition.adapters.get(slot)
    if isinstance(served, ScsiAdapter):  # a client finds the disk when it looks for it
        for client in paths.clients(call.partition, served):
            settle(client)
    targets = vios.targets.setdefault(slot, [])
    addresses = {target.lun_address for target in targets}
    address = next(n for n in range(_FIRST_LUN, _FIRST_LUN + 257) if n not in addresses)
    targets.append(VirtualTarget(name, backing, "lv" if volume else "disk", address))
    return made(call, name)


def _require_disk(call: PartitionCall, device: Device) -> None:
    """Refuse what cannot back a target: no disk, one of a volume group, one that nothing tells
    apart (SG24-7460 3.7).
    """
    disk = call.devices.disk_of(device)
    if disk is None:
        raise Refusal(NOT_FOUND, "vios_no_volume", name=device.name)
    group = call.devices.group_of(device.name)
    if group is not None:
        raise Refusal(INCOMPLETE, "vios_disk_in_group", name=device.name, group=group.name)
    if not disk.identifiers:
        raise Refusal(INCOMPLETE, "vios_disk_unidentified", name=device.name)


def _require_unmapped(call: PartitionCall, backing: str) -> None:
    for targets in server(call).targets.values():
        for target in targets:
            if target.backing == backing:
                raise Refusal(INCOMPLETE, "vios_already_mapped", name=backing)


# -- networks --------------------------------------------------------------------------------


def _free_port(call: PartitionCall, name: str) -> Device:
    """An Ethernet adapter that nothing uses. Raises Refusal."""
    device = available(call, name)
    if device.kind.prefix != "ent":
        raise Refusal(NOT_FOUND, "vios_no_port", name=name)
    users = call.devices.users_of_port(name)
    if users:
        raise Refusal(INCOMPLETE, "vios_port_in_use", name=name, user=users[0])
    return device


def _physical_port(call: PartitionCall, name: str) -> Device:
    device = _free_port(call, name)
    if device.kind in (kinds.VIRTUAL_ETHERNET, kinds.SEA, kinds.VLAN):
        raise Refusal(INCOMPLETE, "vios_no_physical_port", name=name)
    return device


def _bridge(call: PartitionCall) -> list[str]:
    vios, devices = server(call), call.devices
    port = _physical_port(call, call.parsed.required("sea"))
    slots = []
    names = _listed(call, "adapters")
    for name in names:
        device = _free_port(call, name)
        adapter = call.partition.adapters.get(_slot(device))
        if device.kind is not kinds.VIRTUAL_ETHERNET or not isinstance(adapter, EthernetAdapter):
            raise Refusal(NOT_FOUND, "vios_no_port", name=name)
        if not adapter.trunk_priority:
            raise Refusal(INCOMPLETE, "vios_no_trunk", name=name)
        slots.append(adapter.slot)
    default = call.parsed.required("default")
    if default not in names:
        raise Refusal(SYNTAX, "vios_default_adapter", name=default)
    ordered = [slots[names.index(default)]]
    ordered += [slot for slot in slots if slot not in ordered]
    name = devices.free_name("ent")
    vios.bridges.append(SharedEthernet(name, _network(call, port), tuple(ordered), port.name))
    created = devices.require(name)
    wanted = [("pvid", call.parsed.required("default_id")), *pairs(call)]
    try:
        set_attributes(devices, created, wanted)
    except Refusal:
        vios.bridges.pop()
        raise
    return made(call, name)


def _slot(device: Device) -> int:
    return int(device.key[1]) if device.key[0] == "virtual" else -1


def _network(call: PartitionCall, port: Device) -> str:
    """The network that a port is cabled to: as far as the model tells, or that of the mover."""
    devices, vios = call.devices, server(call)
    group = devices.kept.aggregations.get(port.name)
    for name in (port.name, *(group.adapters if group else ())):
        if name in devices.kept.cables:
            return devices.kept.cables[name]
    return vios.mover_network or next(iter(call.datacenter.networks), "")


def _aggregation(call: PartitionCall) -> list[str]:
    devices = call.devices
    names = _listed(call, "ports")
    for name in names:
        _physical_port(call, name)
    if len(set(names)) != len(names):
        raise Refusal(SYNTAX, "vios_no_port", name=names[-1])
    name = devices.free_name("ent")
    devices.kept.aggregations[name] = Aggregation(tuple(names))
    try:
        set_attributes(devices, devices.require(name), pairs(call))
    except Refusal:
        del devices.kept.aggregations[name]
        raise
    return made(call, name)


def _vlan(call: PartitionCall) -> list[str]:
    devices = call.devices
    base = available(call, call.parsed.required("base"))
    if base.kind.prefix != "ent" or base.kind is kinds.VLAN:
        raise Refusal(NOT_FOUND, "vios_no_port", name=base.name)
    tagged = devices.kept.vlans
    for user in devices.users_of_port(base.name):
        if user.startswith("ent") and user not in tagged:  # whose frames it takes, tags and all
            raise Refusal(INCOMPLETE, "vios_port_in_use", name=base.name, user=user)
    tag = int(call.parsed.required("tag"))
    if TaggedPort(base.name, tag) in tagged.values():
        raise Refusal(INCOMPLETE, "vios_tag_in_use", name=base.name, tag=tag)
    name = devices.free_name("ent")
    tagged[name] = TaggedPort(base.name, tag)
    return made(call, name)


COMMAND = command(DECLARATION, run)
