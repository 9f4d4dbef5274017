"""The devices of an operating system, as its Object Data Manager has them.

A device is in the database when it was found by `cfgmgr` or `cfgdev`, which also run when the
operating system starts, or was made. It is Available while its hardware is there and it is
configured, otherwise Defined. What the rest of the model knows of a device (disks, targets,
adapters, bridges) is read from there and kept nowhere else; here stand names, what was
unconfigured, attributes that were set, and what only the operating system knows: link
aggregations, VLANs, addresses, volume groups.

Source of the rules: manual pages of rmdev, cfgmgr and chdev; SG24-7460 5.5. That a change by
dynamic partitioning shows only after cfgmgr or cfgdev: SG24-7460 5.5.4, 5.5.5 and appendix A.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import TYPE_CHECKING

from hmcsh.language.messages import Refusal
from hmcsh.model import device_kinds as kinds
from hmcsh.model import multipath, paths
from hmcsh.model.adapters import EthernetAdapter, ScsiAdapter
from hmcsh.model.customized import Customized, Inet
from hmcsh.model.device_kinds import DeviceKind
from hmcsh.model.discovery import (
    INTERNAL_SIZE,
    PLANAR,
    Key,
    Presence,
    discover,
    virtual_location,
)
from hmcsh.model.lvm import BOOT, ROOT_GROUP, GroupPlan, VolumeGroup, installed
from hmcsh.model.storage import Disk, VirtualTarget
from hmcsh.model.vios import SharedEthernet

if TYPE_CHECKING:
    from hmcsh.model.partition import OperatingSystem, Partition
    from hmcsh.model.vios import VirtualIoServer

_TARGETS = {"disk": kinds.TARGET_DISK, "lv": kinds.TARGET_VOLUME, "file": kinds.TARGET_FILE}


@dataclasses.dataclass(frozen=True, slots=True)
class Device:
    """A device as the operating system shows it. `parent` is the name of a device, or ""."""

    name: str
    kind: DeviceKind
    key: Key
    available: bool
    parent: str
    physloc: str
    location: str
    attributes: dict[str, str]

    @property
    def status(self) -> str:
        """Available or Defined."""
        return "Available" if self.available else "Defined"


class DeviceDatabase:
    """The devices of a partition. Whoever asks gets what holds now."""

    def __init__(self, partition: Partition) -> None:
        system = partition.operating_system
        if system is None:
            raise TypeError(f"no operating system is installed in {partition.name}")
        self.partition = partition
        self.system: OperatingSystem = system
        self.kept: Customized = system.devices
        self.settle()

    # -- what there is -----------------------------------------------------------------------

    def settle(self) -> None:
        """Let the configuration that a start of the operating system makes be done."""
        if self.partition.running and self.kept.starts != self.system.starts:
            first = self.kept.starts < 0
            self.kept.starts = self.system.starts
            self._start(first)

    def _start(self, first: bool) -> None:
        deferred, self.kept.deferred = self.kept.deferred, {}
        self.kept.unconfigured.clear()
        self.configure()
        for device in self.all() if deferred else ():
            for name, value in deferred.get(device.key, {}).items():
                self.assign(device, name, value)
        if first:
            self._imply()
            self._install()

    def _imply(self) -> None:
        """Give a Virtual I/O Server the adapters that its bridges and LUNs need (inferred)."""
        vios = self.partition.vios
        if vios is None:
            return
        names = {entry.name for entry in self.kept.known.values()}
        for bridge in vios.bridges:
            self.kept.cables.setdefault(bridge.backing, bridge.network)
            if bridge.backing not in names:
                self.kept.implied[bridge.backing] = kinds.ETHERNET

    def _install(self) -> None:
        """Give a new operating system its address and its root volume group."""
        if not self.kept.primary:
            bridges = self.partition.vios.bridges if self.partition.vios else []
            ports = [bridge.name for bridge in bridges] or [
                device.name for device in self.all() if device.kind.prefix == "ent"
            ]
            if ports:
                self.kept.primary = f"en{ports[0].removeprefix('ent')}"
        sizes = {disk.name: disk_size(disk) for disk in self.disks() if disk.available}
        plans = self.system.planned_groups
        if not any(plan.name == ROOT_GROUP for plan in plans) and sizes:
            taken = {disk for plan in plans for disk in plan.disks}
            free = next((disk for disk in sizes if disk not in taken), None)
            plans = (*([GroupPlan(ROOT_GROUP, (free,))] if free else []), *plans)
        for number, plan in enumerate(plans):
            found = {disk: sizes[disk] for disk in plan.disks if disk in sizes}
            if found:
                group = installed(
                    plan, self._group_identifier(number), found, vios=self.partition.is_vios
                )
                self.kept.groups[group.name] = group
                self._boot_from(group)

    def _boot_from(self, group: VolumeGroup) -> None:
        boot = next((v for v in group.volumes.values() if v.type == BOOT), None)
        if boot is not None:
            disks = tuple(boot.parts)
            self.kept.boot.lists = {"normal": disks, "service": disks}
            self.kept.boot.images = set(disks)

    def _group_identifier(self, number: int) -> str:
        """Machine identifier, and what no other group of the system has (form: captures)."""
        serial = self.partition.frame.serial_number[-5:]
        own = int(self.partition.uuid[:8], 16) + number
        return f"00c{serial}00004c0000000001{own & 0xFFFFFFFF:08x}".lower()

    def all(self) -> list[Device]:
        """Every device: those that were found in the order of discovery, then those made."""
        entries = self._entries()
        names = {entry.key: entry.name for entry, _ in entries}
        return [
            Device(
                entry.name,
                entry.kind,
                entry.key,
                present and entry.key not in self.kept.unconfigured,
                names.get(entry.parent, ""),
                entry.physloc,
                entry.location,
                self._attributes(entry),
            )
            for entry, present in entries
        ]

    def find(self, name: str) -> Device | None:
        """The device of a name, None if there is none."""
        return next((device for device in self.all() if device.name == name), None)

    def require(self, name: str) -> Device:
        """The device of a name. Raises Refusal 0514-519 if there is none."""
        found = self.find(name)
        if found is None:
            raise Refusal(1, "device_not_found", name=name)
        return found

    def disks(self) -> list[Device]:
        """The physical volumes."""
        return [device for device in self.all() if device.kind.device_class == "disk"]

    def children(self, name: str) -> list[Device]:
        """The devices whose parent has a name."""
        return [device for device in self.all() if device.parent == name]

    def addresses(self) -> dict[str, Inet]:
        """The addresses of interfaces, by name of the interface."""
        found = dict(self.kept.further)
        if self.kept.primary and self.system.ip_address:
            found[self.kept.primary] = Inet(self.system.ip_address, self.kept.netmask)
        return dict(sorted(found.items()))

    def group_of(self, disk: str) -> VolumeGroup | None:
        """The volume group that a physical volume belongs to."""
        return next((g for g in self.kept.groups.values() if disk in g.disks), None)

    def by_slot(self, slot: int) -> Device | None:
        """The device of a virtual slot."""
        return next((d for d in self.all() if d.key == ("virtual", slot)), None)

    def _entries(self) -> list[tuple[Presence, bool]]:
        """Every device with whether its hardware is there."""
        present = {entry.key: entry for entry in discover(self.partition)}
        found: list[tuple[Presence, bool]] = []
        for key, entry in self.kept.known.items():
            now = present.get(key)
            if now is None:
                found.append((entry, False))
            else:
                parent = self._first_path(key) or now.parent
                named = dataclasses.replace(now, name=now.name or entry.name, parent=parent)
                found.append((named, True))
        found += [(entry, True) for entry in self._made()]
        found += [
            (
                Presence(
                    ("if", prefix, entry.name),
                    kind,
                    entry.key,
                    name=f"{prefix}{entry.name.removeprefix('ent')}",
                ),
                prefix == "en" and f"en{entry.name.removeprefix('ent')}" in self.addresses(),
            )
            for entry, _ in list(found)
            if entry.kind.prefix == "ent"
            for prefix, kind in (("en", kinds.INTERFACE), ("et", kinds.INTERFACE_8023))
        ]
        return found

    def _first_path(self, disk: Key) -> Key | None:
        """The adapter of the first path that a disk has."""
        return next((parent for held, parent in self.kept.paths if held == disk), None)

    def paths(self) -> list[multipath.Path]:
        """The paths of multipath I/O."""
        return multipath.listed(self)

    def _made(self) -> list[Presence]:
        """What the operating system made: targets, aggregations, VLANs, shared adapters."""
        found: list[Presence] = []
        for name, kind in self.kept.implied.items():
            unit = virtual_location(self.partition, 0).split("-V")[0]
            number = int(name.removeprefix(kind.prefix)) + 1
            facts = {"network_address": f"00145E{number:06X}"}
            physloc = f"{unit}-P1-C9-T{number}"
            found.append(Presence(("implied", name), kind, PLANAR, physloc, "", name, facts))
        vios = self.partition.vios
        for slot, targets in sorted(vios.targets.items()) if vios else ():
            for target in targets:
                physloc = (
                    f"{virtual_location(self.partition, slot)}"
                    f"-L{target.lun_address:X}00000000000000"
                )
                key: Key = ("target", slot, target.name)
                kind = _TARGETS[target.kind]
                found.append(Presence(key, kind, ("virtual", slot), physloc, "", target.name))
        for name, group in self.kept.aggregations.items():
            facts = {"adapter_names": ",".join(group.adapters)}
            found.append(Presence(("made", name), kinds.ETHERCHANNEL, name=name, facts=facts))
        for name, tagged in self.kept.vlans.items():
            facts = {"base_adapter": tagged.base, "vlan_tag_id": str(tagged.tag)}
            found.append(Presence(("made", name), kinds.VLAN, name=name, facts=facts))
        for bridge in vios.bridges if vios else ():
            found.append(self._bridge(bridge))
        return found

    def _bridge(self, bridge: SharedEthernet) -> Presence:
        names = [self.name_of(("virtual", slot)) for slot in bridge.trunk_slots]
        facts = {
            "real_adapter": bridge.backing,
            "virt_adapters": ",".join(names),
            "pvid_adapter": names[0] if names else "",
        }
        if bridge.trunk_slots:
            first = self.partition.adapters.get(bridge.trunk_slots[0])
            if isinstance(first, EthernetAdapter):
                facts["pvid"] = str(first.port_vlan_id)
        return Presence(("made", bridge.name), kinds.SEA, name=bridge.name, facts=facts)

    def name_of(self, key: Key) -> str:
        """The name of a device that was found, "" if it was not."""
        entry = self.kept.known.get(key)
        return entry.name if entry is not None else ""

    def _attributes(self, entry: Presence) -> dict[str, str]:
        found = {attribute.name: attribute.default for attribute in entry.kind.attributes}
        found.update(entry.facts)
        found.update(self.kept.attributes.get(entry.key, {}))
        if entry.kind.device_class == "if":
            inet = self.addresses().get(entry.name)
            if inet is not None:
                found.update(netaddr=inet.address, netmask=inet.netmask, state="up")
        return found

    # -- configuration -----------------------------------------------------------------------

    def configure(self, name: str | None = None) -> list[str]:
        """Find and configure devices, as cfgmgr and cfgdev do; give the names of new ones.

        With a name only that device and what stands below it is configured.
        """
        below = None if name is None else {d.key for d in self.subtree(self.require(name))}
        new: list[str] = []
        for entry in discover(self.partition):
            if entry.key not in self.kept.known:
                if below is not None and entry.parent not in below:
                    continue
                entry = dataclasses.replace(
                    entry, name=entry.name or self.free_name(entry.kind.prefix)
                )
                self.kept.known[entry.key] = entry
                new.append(entry.name)
            if below is None or entry.key in below or entry.parent in below:
                self.kept.unconfigured.discard(entry.key)
                if below is not None:
                    below.add(entry.key)
        if below is None:
            self.kept.unconfigured.clear()
        else:
            self.kept.unconfigured -= below
        for path, *_ in multipath.physical(self.partition):
            if set(path) <= self.kept.known.keys() and (below is None or below & set(path)):
                self.kept.paths[path] = True
        return new

    def admit(self, key: Key) -> None:
        """Configure a piece of hardware and what is below it, and nothing else."""
        below = {key}
        for entry in discover(self.partition):
            if entry.key == key or entry.parent in below:
                below.add(entry.key)
                if entry.key not in self.kept.known:
                    name = entry.name or self.free_name(entry.kind.prefix)
                    self.kept.known[entry.key] = dataclasses.replace(entry, name=name)

    def free_name(self, prefix: str) -> str:
        """The lowest free name of a kind of device."""
        taken = {entry.name for entry in self.kept.known.values()}
        taken |= {*self.kept.aggregations, *self.kept.vlans, *self.kept.implied}
        vios = self.partition.vios
        if vios is not None:
            taken |= {*vios.disks, *vios.fc_ports, *(bridge.name for bridge in vios.bridges)}
            taken |= {target.name for targets in vios.targets.values() for target in targets}
        number = 0
        while f"{prefix}{number}" in taken:
            number += 1
        return f"{prefix}{number}"

    def subtree(self, device: Device) -> list[Device]:
        """A device and all below it, the lowest first; no disk that other paths lead to."""
        elsewhere = self._reached_without(device.key)
        listed = [other for other in self.all() if other.key not in elsewhere]

        def below(name: str) -> list[Device]:
            found: list[Device] = []
            for child in listed:
                if child.parent == name:
                    found += [*below(child.name), child]
            return found

        return [*below(device.name), device]

    def _reached_without(self, adapter: Key) -> set[Key]:
        """The disks to which paths lead that work and are not those of an adapter."""
        found = (path.key for path in self.paths() if path.status == multipath.ENABLED)
        return {disk for disk, parent in found if parent != adapter}

    def unconfigure(
        self, device: Device, *, delete: bool = False, recursive: bool = False
    ) -> list[Device]:
        """Make a device Defined, or delete it; with `recursive` all below it first.

        Gives the devices in the order in which that was done. Raises Refusal 0514-062 for one that
        is in use, 0514-029 for one with children that are Available; nothing has changed then.
        """
        doomed = self.subtree(device) if recursive else [device]
        for each in doomed:
            self.require_free(each, doomed)
        if not recursive:
            if any(parent == device.key for _, parent in self.kept.paths if device.available):
                raise Refusal(1, "device_has_children", name=device.name)
            for child in self.children(device.name):
                if child.available or (delete and child.kind.device_class != "if"):
                    raise Refusal(1, "device_has_children", name=device.name)
        done = [each for each in doomed if each.kind.device_class != "if" or each is device]
        for each in doomed:
            if delete:
                self._delete(each)
            else:
                self.kept.unconfigured.add(each.key)
        return done

    def _delete(self, device: Device) -> None:
        self.kept.known.pop(device.key, None)
        self.kept.unconfigured.discard(device.key)
        self.kept.attributes.pop(device.key, None)
        self.kept.deferred.pop(device.key, None)
        self.kept.implied.pop(device.name, None)
        self.kept.aggregations.pop(device.name, None)
        self.kept.vlans.pop(device.name, None)
        self._forget_paths(device.key)
        vios = self.partition.vios
        if vios is None:
            return
        for targets in vios.targets.values():
            targets[:] = [target for target in targets if target.name != device.name]
        vios.bridges[:] = [bridge for bridge in vios.bridges if bridge.name != device.name]

    def _forget_paths(self, key: Key) -> None:
        self.kept.paths = {path: on for path, on in self.kept.paths.items() if key not in path}

    def forget(self, key: Key) -> None:
        """Take out what dynamic partitioning removed, with all below it."""
        entry = self.kept.known.get(key)
        if entry is None:
            return
        present = {found.key: found.parent for found in discover(self.partition)}
        self._forget_paths(key)
        for other in [other for other in self.kept.known.values() if other.parent == key]:
            if present.get(other.key, key) == key:
                self.forget(other.key)
        del self.kept.known[key]
        self.kept.unconfigured.discard(key)
        self.kept.attributes.pop(key, None)

    # -- what is in use ----------------------------------------------------------------------

    def blocker(self, key: Key) -> Device | None:
        """What keeps hardware from being removed: the first device in use of it and below it.

        On a Virtual I/O Server every device that is Available does (powervmtools unconfigures it
        before), and on AIX those of physical adapters (SG24-7460 5.5.6). What is virtual is let go
        there, and on Linux everything, unless it is in use or a disk (inferred).
        """
        device = next((each for each in self.all() if each.key == key), None)
        if device is None:
            return None
        below = self.subtree(device)
        strict = self.partition.is_vios or (self.system.is_aix and key[0] != "virtual")
        for each in below:
            held = strict or each.kind.device_class == "disk"
            if each.available if held else self.in_use(each):
                return each
        return None

    def require_free(self, device: Device, doomed: Collection[Device] = ()) -> None:
        """Raise Refusal 0514-062 for a device that something besides `doomed` uses."""
        if self.in_use(device, doomed):
            raise Refusal(1, "device_busy", method=_method(device), name=device.name)

    def in_use(self, device: Device, besides: Collection[Device] = ()) -> bool:
        """Whether something other than the devices `besides` uses a device that is Available."""
        if not device.available:
            return False
        names = {other.name for other in besides}
        kind, key = device.kind, device.key
        if kind.device_class == "if":
            return device.name in self.addresses()
        if kind.prefix == "ent":
            return any(user not in names for user in self.users_of_port(device.name))
        vios = self.partition.vios
        if kind.device_class == "disk":
            if vios is not None and any(t.name not in names for t in self.targets_of(device.name)):
                return True
            group = self.group_of(device.name)
            return group is not None and group.active
        if kind.device_class == "virtual_target":
            return self._target_in_use(device)
        if kind is kinds.VASI:
            return self._mover_in_use()
        if kind is kinds.FIBRE_CHANNEL and vios is not None:
            return any(host.port == device.name for host in vios.vfchosts.values())
        if kind is kinds.FC_SERVER and vios is not None:
            return self._channel_in_use(key)
        return False

    def users_of_port(self, name: str) -> list[str]:
        """The devices that are made of an Ethernet adapter, and interfaces with an address."""
        found = [n for n, group in self.kept.aggregations.items() if name in group.adapters]
        found += [n for n, tagged in self.kept.vlans.items() if tagged.base == name]
        for bridge in self.partition.vios.bridges if self.partition.vios else ():
            trunks = {self.name_of(("virtual", slot)) for slot in bridge.trunk_slots}
            if name == bridge.backing or name in trunks:
                found.append(bridge.name)
        interface = f"en{name.removeprefix('ent')}"
        return found + ([interface] if interface in self.addresses() else [])

    def targets_of(self, disk: str) -> list[VirtualTarget]:
        """The target devices that a physical volume of a Virtual I/O Server backs."""
        vios = self.partition.vios
        found = (target for targets in vios.targets.values() for target in targets) if vios else ()
        return [target for target in found if target.kind == "disk" and target.backing == disk]

    def is_open(self, device: Device) -> bool:
        """Whether a volume group or a client that is on has a disk open."""
        group = self.group_of(device.name)
        if group is not None and group.active:
            return True
        vios = self.partition.vios
        for slot, targets in vios.targets.items() if vios else ():
            served = self.partition.adapters.get(slot)
            if isinstance(served, ScsiAdapter) and any(
                target.kind == "disk" and target.backing == device.name for target in targets
            ):
                clients = paths.clients(self.partition, served)
                if any(client.state.powered_on for client in clients):
                    return True
        return False

    def _target_in_use(self, device: Device) -> bool:
        """Whether a client that is on finds a disk by this target alone."""
        slot = int(device.key[1])
        served = self.partition.adapters.get(slot)
        target = next(t for t in self._server.targets[slot] if t.name == device.name)
        if not isinstance(served, ScsiAdapter):
            return False
        wanted = paths.identity(self.partition, target)
        for client in paths.clients(self.partition, served):
            if not client.state.powered_on or not _uses(client, ("disk", *wanted)):
                continue
            found = [
                (server, other.name)
                for adapter in client.scsi_adapters
                for server, other in paths.targets(client, adapter)
                if paths.identity(server, other) == wanted
            ]
            if all(server is self.partition and name == device.name for server, name in found):
                return True
        return False

    def _mover_in_use(self) -> bool:
        return any(
            self.partition in (migration.source_mover, migration.destination_mover)
            for migration in self.partition.frame.migrations
        )

    def _channel_in_use(self, key: Key) -> bool:
        adapter = self.partition.adapters.get(int(key[1]))
        client_id = getattr(adapter, "remote_lpar_id", None)
        client = self.partition.frame.partitions.get(client_id) if client_id else None
        mapped = self._server.vfchosts[int(key[1])].port
        return bool(mapped) and client is not None and client.state.powered_on

    @property
    def _server(self) -> VirtualIoServer:
        return self.partition.io_server

    # -- attributes --------------------------------------------------------------------------

    def disk_of(self, device: Device) -> Disk | None:
        """The physical volume of a Virtual I/O Server that a device is."""
        vios = self.partition.vios
        if vios is None or device.kind.device_class != "disk":
            return None
        return vios.disks.get(device.name)

    def assign(self, device: Device, name: str, value: str) -> None:
        """Let an attribute have a value that it can have, where the model keeps it."""
        disk = self.disk_of(device)
        if disk is not None and name == "reserve_policy":
            disk.reserve_policy = value  # type: ignore[assignment]
        else:
            self.kept.attributes.setdefault(device.key, {})[name] = value


# Methods that unconfigure devices, as error messages name them (powercampus, for ucfgcommo).
_METHODS = {"ent": "ucfgcommo", "hdisk": "ucfgdevice", "vtscsi": "ucfg_vt"}


def _method(device: Device) -> str:
    if device.kind is kinds.SEA:
        return "ucfgsea"
    return _METHODS.get(device.kind.prefix, "ucfgdevice")


def disk_size(device: Device) -> int:
    """Size of a physical volume, MB."""
    return int(device.attributes.get("size_in_mb") or INTERNAL_SIZE)


def _uses(client: Partition, disk: Key) -> bool:
    """Whether a client that is on has a disk configured, or may have: only one that runs tells."""
    if not client.running or client.operating_system is None:
        return True
    return any(device.key == disk and device.available for device in client.devices.disks())


def settle(partition: Partition) -> None:
    """Let what a partition had until now be configured, before it is given something new."""
    if partition.operating_system is not None:
        DeviceDatabase(partition)


def forget(partition: Partition, key: Key) -> None:
    """Let an operating system lose the device of what was taken from its partition."""
    if partition.operating_system is not None:
        DeviceDatabase(partition).forget(key)


def admit(partition: Partition, key: Key) -> None:
    """Configure one piece of new hardware, as a migration does on a Virtual I/O Server."""
    if partition.operating_system is not None:
        DeviceDatabase(partition).admit(key)


def serves(partition: Partition, key: Key) -> bool:
    """Whether an operating system that runs has configured the device of hardware that is there."""
    if not partition.running or partition.operating_system is None:
        return False
    kept = DeviceDatabase(partition).kept
    return key in kept.known and key not in kept.unconfigured


def blocker(partition: Partition, key: Key) -> str:
    """The name of the device in use that keeps hardware from being removed, "" if none does.

    Only an operating system that runs is asked.
    """
    if not partition.running or partition.operating_system is None:
        return ""
    found = DeviceDatabase(partition).blocker(key)
    return found.name if found is not None else ""
