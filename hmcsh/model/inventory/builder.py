"""From a complete and checked inventory to the model."""

from __future__ import annotations

import dataclasses

from hmcsh.model.connection import Trouble
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter, Network, Timings, TransferLimits
from hmcsh.model.frame import Frame, IoSlot, Mobility, ProcessorPool
from hmcsh.model.hea import HostEthernetAdapter
from hmcsh.model.inventory import derived
from hmcsh.model.inventory.build_network import build_switches, connect_ports
from hmcsh.model.inventory.build_partition import build_partition
from hmcsh.model.inventory.build_vios import build_vios, volume_ids
from hmcsh.model.inventory.events import report_events
from hmcsh.model.inventory.faults import build_fault
from hmcsh.model.inventory.schema import Cage as CageEntry
from hmcsh.model.inventory.schema import Event as EventEntry
from hmcsh.model.inventory.schema import Hmc, Inventory, System, Transfers
from hmcsh.model.inventory.schema import IoSlot as IoSlotEntry
from hmcsh.model.inventory.schema import ManagedFrame as ManagedFrameEntry
from hmcsh.model.inventory.schema import Network as NetworkEntry
from hmcsh.model.inventory.schema import User as UserEntry
from hmcsh.model.inventory.values import Name
from hmcsh.model.rack import Cage, ManagedFrame
from hmcsh.model.sampling import BEFORE
from hmcsh.model.states import SystemState
from hmcsh.model.storage import InternalDisk, Lun
from hmcsh.model.users import User
from hmcsh.runtime import Clock

LUNS_OF_A_SERVER = 32_768

# What stands in a physical slot: description, feature codes, PCI identifiers, class, revision
# (descriptions and classes: captures of POWER5 and POWER6; features and identifiers inferred).
_CARDS: dict[str, tuple[str, tuple[str, ...], tuple[str, str, str, str], str, str]] = {
    "empty": ("Empty slot", ("0",), ("FFFF", "FFFF", "FFFF", "FFFF"), "FFFF", "FF"),
    "ethernet": (
        "PCI 10/100/1000Mbps Ethernet UTP 2-port",
        ("5767",),
        ("8086", "105E", "1014", "0338"),
        "0200",
        "06",
    ),
    "fibre-channel": (
        "Fibre Channel Serial Bus",
        ("5774",),
        ("10DF", "FE00", "1014", "038A"),
        "0C04",
        "02",
    ),
    "sriov-ethernet": (
        "PCIe3 4-port (10Gb FCoE & 1GbE) SR Adapter",
        ("EN15",),
        ("10DF", "E220", "1014", "0516"),
        "0200",
        "10",
    ),
    "sriov-roce": (
        "PCIe3 2-port 25/10Gb NIC&ROCE SR/Cu Adapter",
        ("EC2S",),
        ("15B3", "1015", "1014", "061A"),
        "0200",
        "00",
    ),
    "storage": ("Storage controller", ("5901",), ("1014", "0339", "1014", "0360"), "0104", "02"),
}


def build(inventory: Inventory, clock: Clock, seed: int | None) -> Datacenter:
    """Make the model. `seed` replaces that of the inventory unless it is None.

    The inventory is used up: each system goes when its frame stands, so that not all of both
    take memory at the same time.
    """
    datacenter = Datacenter(
        clock=clock,
        console=_console(inventory, inventory.hmc, inventory.hmc.name),
        start=inventory.hmc.clock,
        seed=inventory.seed if seed is None else seed,
        timings=_timings(inventory),
        transfers=_transfers(inventory.transfers),
        networks={n.key: _network(n) for n in inventory.networks.values()},
        luns=_luns(inventory),
        faults=tuple(build_fault(entry) for entry in inventory.faults),
        further_consoles=[
            _console(inventory, hmc, hmc.key) for hmc in inventory.further_hmcs.values()
        ],
    )
    macs = derived.Unused()
    pvids = volume_ids(inventory)
    events: list[tuple[EventEntry, Frame]] = []
    for name in list(inventory.systems):
        system = inventory.systems.pop(name)
        frame = datacenter.frames[system.key] = _frame(datacenter, pvids, system, macs)
        _begin_history(frame, system.sample_rate)
        events.extend((event, frame) for event in system.events)
    for declared in inventory.managed_frames.values():
        datacenter.managed_frames.append(_managed_frame(datacenter, declared))
    report_events(events)
    return datacenter


def _managed_frame(datacenter: Datacenter, declared: ManagedFrameEntry) -> ManagedFrame:
    first, second = declared.addresses or ("", "")
    return ManagedFrame(
        datacenter,
        declared.key,
        str(declared.type_model),
        str(declared.serial),
        declared.number,
        str(first),
        str(second),
        str(declared.state),
        tuple(_cage(datacenter, int(number), cage) for number, cage in declared.cages.items()),
    )


def _cage(datacenter: Datacenter, number: int, cage: CageEntry) -> Cage:
    system = None if cage.system is None else datacenter.frames[cage.system]
    if system is None or cage.contents != "sys":
        owner = "none" if system is None else system.mtms
        return Cage(number, cage.contents, location=str(cage.location), owner=owner)
    return Cage(number, "sys", system.mtms, str(cage.location), system.mtms)


def _network(entry: NetworkEntry) -> Network:
    backbone = None if entry.backbone is None else int(entry.backbone)
    return Network(entry.key, int(entry.rate), backbone, tuple(entry.boot_servers))


def _begin_history(frame: Frame, sample_rate: int) -> None:
    """All that is declared has been so for a while."""
    frame.history.clear()
    frame.sampling.set_rate(-BEFORE, sample_rate)
    for partition in frame.partitions.values():
        partition.history.clear()


def _console(inventory: Inventory, hmc: Hmc, name: str) -> Console:
    others = [] if hmc.systems is None else inventory.systems.keys() - set(hmc.systems)
    users = {str(name): _user(str(name), user) for name, user in hmc.users.items()}
    users.setdefault("root", User("root", description="root", remote_web=True))
    return Console(
        name=name,
        domain=hmc.domain,
        ip_address=str(hmc.address),
        level=hmc.level,
        build=hmc.build,
        service_pack=hmc.service_pack,
        type_model=str(hmc.type_model),
        serial_number=str(hmc.serial),
        users=users,
        files=dict(hmc.files),
        removed=frozenset(
            f"{inventory.systems[other].type_model}*{inventory.systems[other].serial}"
            for other in others
        ),
    )


def _user(name: str, user: UserEntry) -> User:
    """A user; what is recorded of the one that consoles come with is a capture, V7R7.9."""
    factory = name == "hscroot"
    described = "description" in user.lines or not factory
    return User(
        name,
        user.role,
        user.password,
        user.description if described else "HMC Super User",
        list(user.keys),
        password_age=user.password_age,
        password_changed=user.password_changed,
        remote_ssh=user.remote_ssh,
        remote_web=factory,
        disabled=user.disabled,
    )


def _trouble(system: System) -> Trouble | None:
    if system.state is SystemState.NO_CONNECTION:
        return Trouble.UNREACHABLE
    return None if system.connection == "connected" else Trouble[system.connection.upper()]


def _timings(inventory: Inventory) -> Timings:
    names = (field.name for field in dataclasses.fields(Timings))
    given = {name: getattr(inventory.timings, name) for name in names}
    return Timings(**{name: int(value) for name, value in given.items() if value is not None})


def _transfers(entry: Transfers) -> TransferLimits:
    return TransferLimits(
        min_pages=int(entry.min_pages),
        shrink=float(entry.shrink),
        max_rounds=int(entry.max_rounds),
        max_factor=int(entry.max_factor),
        slices=None if entry.slices is None else int(entry.slices),
        page_table_rate=int(entry.page_table_rate),
    )


def _luns(inventory: Inventory) -> dict[str, Lun]:
    """LUNs; identifiers not given have the form of a DS8000 (SG24-7460 example 3-1).

    It tells its LUNs apart by four digits, so that many of them need several storage servers.
    """
    unused = derived.Unused()
    unused.taken.update(lun.unique_id[:15] for lun in inventory.luns.values())
    made = {}
    for ordinal, lun in enumerate(inventory.luns.values()):
        unique_id = str(lun.unique_id)
        if not unique_id:
            server = f"200B75AMYW{1 + ordinal // LUNS_OF_A_SERVER:X}"
            unique_id = unused.pick(server, 4, "lun", lun.key) + "07210790003IBMfcp"
        made[lun.key] = Lun(lun.key, unique_id, int(lun.size), str(lun.ieee))
    return made


def _frame(
    datacenter: Datacenter, pvids: dict[str, str], system: System, macs: derived.Unused
) -> Frame:
    mobility = system.mobility
    unreachable = system.state is SystemState.NO_CONNECTION
    frame = Frame(
        datacenter=datacenter,
        name=system.key,
        type_model=str(system.type_model),
        serial_number=str(system.serial),
        ip_address=str(system.address),
        installed_memory=int(system.memory),
        firmware_memory=int(system.firmware_memory),
        memory_block=int(system.memory_block),
        installed_processors=int(system.processors) * 100,
        state=SystemState.POWER_OFF if unreachable else system.state,
        trouble=_trouble(system),
        access_password=system.access_password,
        firmware=system.firmware,
        mobility=Mobility(
            mobility.active,
            mobility.inactive,
            mobility.active_supported,
            mobility.inactive_supported,
        ),
        on_battery=system.on_battery,
        max_partitions=int(system.max_partitions),
        max_processor_pools=int(system.max_processor_pools),
        huge_pages=system.huge_pages,
        clock_offset=int(system.clock_offset),
        detailed_state=str(system.detailed_state),
        redundant_service_processor=system.redundant_service_processor,
    )
    for pool in system.pools.values():
        number = int(pool.id or 0)
        frame.pools[number] = ProcessorPool(number, pool.key, int(pool.maximum), int(pool.reserved))
    for slot in system.slots.values():
        made = _io_slot(frame.serial_number, slot)
        frame.slots[made.drc_index] = made
    for adapter in system.host_ethernet.values():
        unit = f"U{system.type_model}.{system.serial}".replace("-", ".")
        location = adapter.location or f"{unit}-P1"
        made_adapter = HostEthernetAdapter(adapter.key, str(location), adapter.kind)
        frame.host_ethernet[made_adapter.adapter_id] = made_adapter
    build_switches(frame, system)
    mac_part = derived.system_mac_part(frame.serial_number)
    for entry in system.partitions.values():
        partition = build_partition(frame, system, entry, mac_part, macs)
        frame.partitions[partition.lpar_id] = partition
        frame.listing_order.append(partition.lpar_id)
        for location in entry.io if entry.was_activated else ():
            frame.slots[str(system.slots[location].drc_index)].owner = partition.lpar_id
    for entry in system.partitions.values():
        connect_ports(frame.partitions[int(entry.id or 0)], activated=entry.was_activated)
        if entry.is_vios:
            build_vios(datacenter, pvids, system, entry, frame)
    for declared in system.system_profiles.values():
        frame.system_profiles[declared.key] = {
            int(system.partitions[Name(name)].id or 0): profile
            for name, profile in declared.partitions.items()
        }
    return frame


def _io_slot(serial: str, slot: IoSlotEntry) -> IoSlot:
    description, features, identifiers, pci_class, revision = _CARDS[slot.card]
    unit, _, location = slot.key.partition("-")
    return IoSlot(
        drc_index=str(slot.drc_index),
        unit=unit,
        bus_id=int(slot.bus or 0),
        location=location,
        description=description,
        feature_codes=features,
        pci_ids=identifiers,
        pci_class=pci_class,
        pci_revision=revision,
        card=slot.card,
        disks=tuple(
            InternalDisk(
                number, size, derived.physical_volume_id(serial, serial, slot.key, str(number))
            )
            for number, size in enumerate(map(int, slot.disk_sizes), 1)
        ),
    )
