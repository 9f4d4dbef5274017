"""What must hold between the parts of an inventory before a model is built of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from hmcsh.model import passwords
from hmcsh.model.capabilities import minimum_units
from hmcsh.model.inventory import shapes
from hmcsh.model.inventory.check_devices import check_devices
from hmcsh.model.inventory.check_network import check_network
from hmcsh.model.inventory.events import check_events
from hmcsh.model.inventory.faults import check_faults
from hmcsh.model.inventory.problems import Problems, suggestion
from hmcsh.model.inventory.schema import (
    SERVER_ONLY,
    Hmc,
    Inventory,
    ManagedFrame,
    OperatingSystem,
    Partition,
    Shape,
    System,
    SystemProfile,
)
from hmcsh.model.inventory.values import Name
from hmcsh.model.partition import BYTES_LIMIT
from hmcsh.model.resources import Processors, Resources
from hmcsh.model.states import PartitionState
from hmcsh.model.units import UNIT, format_units

MEMORY_BLOCKS = (16, 32, 64, 128, 256)  # MB; POWER6
DEDICATED_SHARING = (
    "keep_idle_procs",
    "share_idle_procs",
    "share_idle_procs_active",
    "share_idle_procs_always",
)
MAX_WEIGHT = 255


def _check_password(password: str | None, line: int, problems: Problems) -> None:
    if password is not None and (wrong := passwords.problem(password)):
        problems.add(line, f"the hash of a password: {wrong}")


def _check_console(hmc: Hmc, problems: Problems) -> None:
    for user in hmc.users.values():
        if user.password is None and not user.keys and not user.failed:
            problems.add(user.line, f"{user.key} has neither a password nor a key")
        _check_password(user.password, user.at("password"), problems)
    if not hmc.users and "users" not in hmc.failed:
        problems.add(hmc.at("users"), "nobody can log in: there is no user")
    for path in hmc.files:
        if not path.startswith("/"):
            problems.add(hmc.at("files"), f"the file {path!r} is not an absolute path")


def check(inventory: Inventory, problems: Problems) -> None:
    """Note everything that does not fit together."""
    _no_duplicates(inventory, problems)
    for hmc in (inventory.hmc, *inventory.further_hmcs.values()):
        _check_console(hmc, problems)
        for name in hmc.systems or ():
            _known(name, inventory.systems, "managed system", hmc.at("systems"), problems)
    for hmc in inventory.further_hmcs.values():
        if hmc.key == inventory.hmc.name:
            problems.add(hmc.line, f"two HMCs have the name {hmc.key}")
        if "name" in hmc.lines or "clock" in hmc.lines:
            problems.add(
                hmc.line, "a further HMC has its key as its name, and the first one's clock"
            )
    if not inventory.systems and not inventory.failed:
        problems.add(inventory.at("systems"), "there is no managed system")
    for system in inventory.systems.values():
        _check_system(system, problems)
        _check_password(system.access_password, system.at("access_password"), problems)
        for partition in system.partitions.values():
            if partition.os is not None:
                _check_password(partition.os.password, partition.os.at("password"), problems)
            _check_partition(system, partition, problems)
        check_devices(inventory, system, problems)
        check_network(system, problems)
    for frame in inventory.managed_frames.values():
        _check_managed_frame(inventory, frame, problems)
    check_faults(inventory, problems)


def _check_managed_frame(inventory: Inventory, frame: ManagedFrame, problems: Problems) -> None:
    if len(frame.addresses) not in (0, 2) and "addresses" not in frame.failed:
        problems.add(frame.at("addresses"), f"{frame.key} has two sides, each with an address")
    for cage in frame.cages.values():
        if cage.system is not None:
            _known(cage.system, inventory.systems, "managed system", cage.at("system"), problems)


def _no_duplicates(inventory: Inventory, problems: Problems) -> None:
    def unique(what: str, found: Iterable[tuple[str, int, str]]) -> None:
        owners: dict[str, str] = {}
        for value, line, owner in found:
            if value and value in owners:
                problems.add(line, f"{what} {value} is already that of {owners[value]}")
            owners.setdefault(value, owner)

    systems = inventory.systems.values()
    serials = [(f"{s.serial}", s.at("serial"), s.key) for s in systems]
    frames = inventory.managed_frames.values()
    unique("serial number", [*serials, *((f.serial, f.at("serial"), f.key) for f in frames)])
    unique("address", ((s.address or "", s.at("address"), s.key) for s in systems))
    luns = inventory.luns.values()
    unique("unique_id", ((n.unique_id, n.at("unique_id"), n.key) for n in luns))
    unique("pvid", ((n.pvid, n.at("pvid"), n.key) for n in luns))
    partitions = [p for s in systems for p in s.partitions.values()]
    addresses = (
        (p.os.address or "", p.os.lines["address"], p.key)
        for p in partitions
        if p.os is not None and "address" in p.os.lines
    )
    unique("address", addresses)
    adapters = ((a, p) for p in partitions for a in p.ethernet.values())
    unique("MAC address", ((a.mac, a.at("mac"), p.key) for a, p in adapters))


def _check_system_profile(system: System, declared: SystemProfile, problems: Problems) -> None:
    for name, profile in declared.partitions.items():
        partition = system.partitions.get(Name(name))
        if partition is None:
            text = f"{declared.key} names the unknown partition {name!r}"
            problems.add(declared.at("partitions"), text)
        elif profile not in (partition.profile, *partition.profiles):
            text = f"{declared.key} names the unknown profile {profile!r} of {name}"
            problems.add(declared.at("partitions"), text)


def _check_system(system: System, problems: Problems) -> None:
    if system.memory_block not in MEMORY_BLOCKS:
        blocks = ", ".join(map(str, MEMORY_BLOCKS))
        problems.add(
            system.at("memory_block"), f"memory_block is {system.memory_block} MB, not {blocks} MB"
        )
    else:
        for field in ("memory", "firmware_memory"):
            _whole_blocks(system, getattr(system, field), field, system.at(field), problems)
    for partition in system.partitions.values():
        if (partition.id or 0) > system.max_partitions:
            problems.add(
                partition.at("id"),
                f"partition ID {partition.id} is over max_partitions ({system.max_partitions})",
            )
        if not system.state.hypervisor_runs and PartitionState(partition.state).powered_on:
            problems.add(
                partition.at("state"),
                f"{partition.key} cannot be {partition.state}: the system is {system.state}",
            )
    for pool in system.pools.values():
        if (pool.id or 0) >= system.max_processor_pools:
            problems.add(
                pool.at("id"), f"pool ID {pool.id} is over the {system.max_processor_pools} pools"
            )
        if pool.reserved > pool.maximum and not pool.failed:
            problems.add(pool.at("reserved"), f"{pool.key} reserves more than its maximum")
    for declared in system.system_profiles.values():
        _check_system_profile(system, declared, problems)
    check_events(system, problems)
    if not system.failed and not any(p.failed for p in system.partitions.values()):
        _check_capacity(system, problems)


def _whole_blocks(system: System, amount: int, what: str, line: int, problems: Problems) -> bool:
    block = system.memory_block
    if block not in MEMORY_BLOCKS or amount % block == 0:
        return True
    problems.add(line, f"{what} {amount} MB is not a multiple of the {block} MB block")
    return False


def active_shape(partition: Partition) -> Shape:
    """The profile that a partition was last activated with."""
    return partition.profiles.get(partition.active_profile or partition.profile, partition)


def _assigned(system: System) -> Iterator[Resources]:
    for partition in system.partitions.values():
        if partition.was_activated:
            yield shapes.resources(system, partition, active_shape(partition))


def _check_capacity(system: System, problems: Problems) -> None:
    assigned = list(_assigned(system))
    memory = sum(resources.memory.desired for resources in assigned)
    usable = system.memory - system.firmware_memory
    if memory > usable:
        problems.add(
            system.at("memory"),
            f"partitions of {system.key} have {memory} MB, but it has {usable} MB for them",
        )
    units = sum(resources.processors.consumed for resources in assigned)
    if units > system.processors * UNIT:
        problems.add(
            system.at("processors"),
            f"partitions of {system.key} have {format_units(units)} processors,"
            f" but it has {system.processors}",
        )
    pages = sum(resources.huge_pages.desired for resources in assigned)
    if pages > system.huge_pages:
        problems.add(
            system.at("huge_pages"),
            f"partitions of {system.key} have {pages} huge pages, but it has {system.huge_pages}",
        )
    for pool in system.pools.values():
        used = sum(
            r.processors.units.desired
            for r in assigned
            if r.processors.mode == "shared" and r.processors.pool_id == pool.id
        )
        if used > pool.maximum:
            problems.add(
                pool.at("maximum"),
                f"partitions have {format_units(used)} processors of {pool.key},"
                f" but its maximum is {format_units(pool.maximum)}",
            )


def _check_partition(system: System, partition: Partition, problems: Problems) -> None:
    if not partition.is_vios and "type" not in partition.failed:
        for field in SERVER_ONLY:
            if field in partition.lines:
                problems.add(partition.at(field), f"only a vioserver has {field!r}")
    if partition.state == PartitionState.RUNNING and partition.os is None:
        problems.add(partition.at("os"), f"{partition.key} cannot be Running without an `os`")
    if PartitionState(partition.state).powered_on and partition.activated is False:
        problems.add(
            partition.at("activated"), f"{partition.key} is {partition.state}: it was activated"
        )
    if partition.profile in partition.profiles:
        line = partition.profiles[partition.profile].line
        problems.add(line, f"{partition.profile!r} is the main profile, declared by the partition")
    active = partition.active_profile
    if active and active != partition.profile and active not in partition.profiles:
        hint = suggestion(active, [partition.profile, *partition.profiles])
        problems.add(
            partition.at("active_profile"), f"{partition.key} has no profile {active!r}{hint}"
        )
    for name in partition.power_controlled_by:
        _known(name, system.partitions, "partition", partition.at("power_controlled_by"), problems)
    priority = partition.availability_priority
    if priority is not None and priority > MAX_WEIGHT:
        problems.add(partition.at("availability_priority"), f"{priority} is not 0 to 255")
    if partition.os is not None:
        _check_reactions(partition.os, problems)
    _check_shape(system, partition, partition, problems)
    for shape in partition.profiles.values():
        _check_shape(system, partition, shape, problems)


def _check_reactions(system: OperatingSystem, problems: Problems) -> None:
    for entries in (system.dlpar_scripts, system.applications, system.kernel_extensions):
        for entry in entries.values():
            for reaction in (entry.check, entry.prepare, entry.post):
                if reaction.answer == "silent" and reaction.slow:
                    text = f"{entry.key} is silent: it cannot be slow, too"
                    problems.add(reaction.at("slow"), text)


def _known(name: str, known: Collection[str], what: str, line: int, problems: Problems) -> None:
    if name not in known and not problems.told(line):
        problems.add(line, f"unknown {what} {name!r}{suggestion(name, known)}")


def _check_shape(system: System, partition: Partition, shape: Shape, problems: Problems) -> None:
    failed = partition.failed | shape.failed

    def line(field: str) -> int:
        return shape.lines.get(field) or partition.lines.get(field) or shape.line

    def note(field: str, text: str) -> None:
        problems.add(line(field), text)

    pool = shapes.chosen(shape.pool, partition.pool, "DefaultPool")
    if pool != "DefaultPool" and "pools" not in system.failed:
        _known(pool, ["DefaultPool", *system.pools], "pool", line("pool"), problems)
    if failed:
        return
    found = shapes.resources(system, partition, shape)
    memory = found.memory
    for word, amount in (
        ("", memory.desired),
        ("minimum ", memory.minimum),
        ("maximum ", memory.maximum),
    ):
        if not _whole_blocks(system, amount, f"{word}memory", line("memory"), problems):
            break  # defaults of the others follow from this one
    if not memory.desired:
        note("memory", "memory is 0")
    content = partition.os.workload.content if partition.os is not None else "versions"
    if content == "bytes" and memory.desired > BYTES_LIMIT:
        note(
            "memory",
            f"memory {memory.desired} MB is more than the {BYTES_LIMIT} MB whose bytes are kept",
        )
    processors = found.processors
    if not processors.count.minimum:
        note("processors", "there is no processor")
    elif processors.mode == "shared":
        _check_units(processors, minimum_units(system), note)
    _check_sharing(shape, processors.mode, processors.sharing_mode, note)
    if processors.mode == "ded" and shape.processing_units is not None:
        note("processing_units", "processing_units are for mode shared, this one is ded")


def _check_units(processors: Processors, least: int, note: Callable[[str, str], None]) -> None:
    """Units between the least for each virtual processor, and one for each."""
    units, count = processors.units, processors.count
    for word, have, of in (
        ("minimum", units.minimum, count.minimum),
        ("desired", units.desired, count.desired),
        ("maximum", units.maximum, count.maximum),
    ):
        if have < of * least:
            note(
                "processing_units",
                f"{word} {format_units(have)} units are less than"
                f" {format_units(least)} for each of {of} virtual processors",
            )
        elif have > of * UNIT:
            note(
                "processing_units",
                f"{word} {format_units(have)} units are more than {of} virtual processors can use",
            )


def _check_sharing(shape: Shape, mode: str, sharing: str, note: Callable[[str, str], None]) -> None:
    if (mode == "ded") != (sharing in DEDICATED_SHARING):
        note("sharing", f"sharing {sharing} does not go with mode {mode}")
    if shape.weight is not None:
        if sharing != "uncap":
            note("weight", "only an uncapped partition has a weight")
        elif shape.weight > MAX_WEIGHT:
            note("weight", f"the weight {shape.weight} is not 0 to {MAX_WEIGHT}")
