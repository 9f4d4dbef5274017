"""The checks of a migration in one table: one small function each.

Each check says what it finds wrong as messages; the table says how severe a finding is for an
active and for an inactive migration, and where the rule stands. All checks run, none stops the
list (SG24-7460 2.5.3, 5.6.1). `docs/checks.md` is made from this table.
"""

from __future__ import annotations

from collections.abc import Callable

from hmcsh.migration import checks_devices as devices
from hmcsh.migration import checks_options as options
from hmcsh.migration import checks_partition as partition
from hmcsh.migration import checks_systems as systems
from hmcsh.migration.plan import Check, Findings, Plan, Severity

__all__ = ["CHECKS", "Check", "Findings", "Plan", "Severity"]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_BOOK = "SG24-7460 "
SUPPORT = "IBM support page on HSCLA319"
REDUNDANT = "IBM's page on redundant movers"
SRIOV = "REDP-5065"


def _check(
    name: str,
    find: Callable[[Plan], Findings],
    source: str,
    *messages: str,
    active: Severity | None = _ERROR,
    inactive: Severity | None = _ERROR,
    note: str = "",
    option: str = "",
) -> Check:
    source = source if source in ("inferred", SUPPORT, REDUNDANT, SRIOV) else _BOOK + source
    return Check(name, find, messages, source, active, inactive, note, option)


_SYSTEMS = (
    _check("HMC level", systems.console_level, "3.1", "lpm_hmc_level"),
    _check("one HMC manages both systems", systems.same_console, "2.2.1", "lpm_other_console"),
    _check("systems are capable", systems.capable, "2.2.1, 2.4.2, 2.5.3", "lpm_system_not_capable"),
    _check("systems are operating", systems.operating, "2.2.2", "lpm_system_state"),
    _check(
        "firmware level",
        systems.firmware,
        "3.1",
        "lpm_firmware_level",
        "lpm_firmware_apart",
        note="3.1 wants the levels of both systems to be compatible with each other, too, and "
        "names none that are not. IBM's firmware support matrix for POWER7 tells which are "
        "blocked: those before 350 with 730 and later, 710 with 760 and later, 720 with 770 and "
        "later. It begins with 340; earlier levels are taken to be like that.",
    ),
    _check("VIOS level", systems.server_levels, "3.1, 3.5.1", "lpm_vios_level"),
    _check("LMB size", systems.block_size, "2.5.3, 3.3.2", "lpm_memory_block_size"),
    _check("destination has mains power", systems.battery, "2.2.2, 3.3.3", "lpm_on_battery"),
    _check(
        "migrations in progress", systems.concurrency, "2.4.2, 2.5.3", "lpm_too_many_migrations"
    ),
)

_ROOM = (
    _check("memory", systems.memory, "2.4.2, 2.5.3, 3.3.4", "lpm_no_memory"),
    _check("processors", systems.processors, "2.4.2, 2.5.3, 3.3.5", "lpm_no_processors"),
    _check("partition ID", systems.partition_id, "inferred", "lpm_no_free_id", "lpm_id_in_use"),
    _check("shared processor pool", systems.pool_capacity, "5.4", "lpm_pool_capacity"),
    _check("name is free", systems.unique_name, "2.2.3, 2.4.2, 2.5.3", "lpm_name_in_use"),
    _check("MAC addresses are free", systems.unique_addresses, "2.4.2, 2.5.3", "lpm_mac_in_use"),
)


def require_room(plan: Plan) -> None:
    """Check again, where the shell partition is made, that there is room for it and its names.

    Raises the HmcError of the first check that finds something.
    """
    for check in _ROOM:
        for finding in check.find(plan):
            raise finding


_PARTITION = (
    _check("partition type", partition.environment, "2.4.2, 2.5.3, 3.1", "lpm_partition_type"),
    _check("operating system level", partition.system_level, "3.1", "lpm_os_level", inactive=None),
    _check("partition state", partition.state, "2.4.2, 2.5.3", "lpm_state"),
    _check(
        "no other migration is on",
        partition.not_migrating,
        "6.2",
        "lpm_migrating",
        "lpm_needs_recovery",
    ),
    _check("migration is not disabled", partition.not_disabled, "inferred", "lpm_disabled"),
    _check(
        "active profile", partition.activated_before, "2.4.1", "lpm_never_activated", active=None
    ),
    _check(
        "no redundant error path reporting",
        partition.error_path_reporting,
        "2.2.3, 2.4.2, 2.5.3, 3.6.3",
        "lpm_error_logging",
    ),
    _check(
        "not the service partition",
        partition.service_partition,
        "2.4.2",
        "lpm_service_partition",
        note="2.5.3 does not name it for an active migration; a system's service partition has "
        "to stay with it in both.",
    ),
    _check("no workload group", partition.work_group, "2.2.3, 3.6.5", "lpm_work_group"),
    _check(
        "no BSR",
        partition.barrier_registers,
        "2.5.3, 3.2, 3.6.6",
        "lpm_barrier_registers",
        inactive=None,
    ),
    _check(
        "no huge pages", partition.huge_pages, "2.5.3, 3.2, 3.6.7", "lpm_huge_pages", inactive=None
    ),
    _check(
        "memory kept in bytes",
        partition.bytes_kept,
        "inferred",
        "lpm_bytes_limit",
        inactive=None,
    ),
    _check(
        "no required physical I/O",
        partition.required_slots,
        "2.2.3, 2.4.2, 2.5.3",
        "lpm_physical_required",
        note="3.6.8 would let an inactive migration remove required slots, as 3.2 has desired ones "
        "removed. 2.2.3 and the "
        "steps of validation in 2.4.2 refuse them, and are followed: a profile that requires a "
        "slot could not be activated on the destination.",
    ),
    _check(
        "no physical I/O",
        partition.desired_slots,
        "3.6.8, 4.1.2, 5.5.1",
        "lpm_physical_adapters",
        inactive=None,
    ),
    _check(
        "physical I/O is removed",
        partition.removed_slots,
        "3.2, 4.5",
        "lpm_physical_removed",
        active=None,
        inactive=_WARNING,
    ),
    _check(
        "no LHEA",
        partition.host_ethernet,
        "appendix A",
        "lpm_lhea",
        note="3.6.8 says that an inactive migration is still possible. Appendix A, which is "
        "about these adapters, refuses both and is followed.",
    ),
    _check(
        "virtual slots of the partition",
        partition.virtual_slots,
        "2.4.2, 2.5.3",
        "lpm_virtual_slots",
    ),
    _check(
        "no virtual serial adapter above slot 1",
        partition.serial_adapters,
        "2.2.3, 3.6.4, 5.5.1",
        "lpm_virtual_serial",
        inactive=None,
        note="2.5.3 prints 'higher than slot 2', and 3.6.4 lets desired ones be. 2.2.3 and 5.5.1 "
        "have every one beyond slots 0 and 1 removed before the migration starts, and are "
        "followed.",
    ),
)

_MOVERS = (
    _check("RMC to the partition", partition.rmc, "2.2.2, 2.5.3", "lpm_no_rmc", inactive=None),
    _check(
        "RMC to the Virtual I/O Servers", systems.server_rmc, "2.2.2, 2.4.2, 2.5.3", "lpm_no_rmc"
    ),
    _check(
        "mover service partitions",
        systems.mover_attribute,
        "2.2.2, 2.5.7, 3.5.2",
        "lpm_not_a_msp",
        "lpm_no_msp",
        inactive=None,
    ),
    _check(
        "VASI of the movers",
        systems.mover_vasi,
        "2.2.2, 3.5.3",
        "lpm_msp_no_vasi",
        "lpm_msp_vasi_device",
        inactive=None,
    ),
    _check("RMC to the movers", systems.mover_rmc, "2.2.2", "lpm_no_rmc", inactive=None),
    _check(
        "link between the movers",
        systems.mover_link,
        "2.5.3, 2.5.7",
        "lpm_msp_unconnected",
        inactive=None,
    ),
    _check(
        "redundant movers",
        options.redundant_movers,
        REDUNDANT,
        "lpm_no_redundant_msps",
        "lpm_redundant_unwanted",
        inactive=None,
    ),
    _check(
        "redundant paging servers",
        options.redundant_paging,
        "inferred",
        "lpm_no_redundant_paging",
    ),
    _check(
        "load of the movers",
        systems.mover_load,
        "2.2, 5.2",
        "lpm_msp_busy",
        active=_WARNING,
        inactive=None,
        note="2.2 gives four as the most that a mover can handle. 5.2 has further requests "
        "queue, so that this warns and does not refuse.",
    ),
    _check(
        "operating system and applications accept",
        partition.accepted,
        "2.5.3",
        "lpm_os_not_ready",
        inactive=None,
    ),
)

_STORAGE = (
    _check(
        "disks are on the SAN",
        devices.backed_by_luns,
        "2.2.1, 2.2.3, 2.4.2, 2.5.3",
        "lpm_disk_logical_volume",
        "lpm_disk_storage_pool",
        "lpm_disk_internal",
    ),
    _check("LUN identifiers", devices.identified, "3.7", "lpm_disk_identifier"),
    _check("no SCSI reservation", devices.not_reserved, "2.2.1, 3.7", "lpm_disk_reserved"),
    _check("client adapters are served", devices.served, "3.7", "lpm_adapter_unserved"),
    _check(
        "server adapters are for one client",
        devices.for_this_client,
        "3.7, 5.5.2",
        "lpm_adapter_any_client",
    ),
    _check("server adapters are desired", devices.removable, "5.5.2", "lpm_adapter_required"),
    _check("LUNs are visible", devices.hosted, "2.4.2, 2.5.6", "lpm_scsi_unhostable"),
    _check(
        "virtual Fibre Channel is carried",
        devices.carried,
        SUPPORT,
        "lpm_fc_unhostable",
        note="The book's systems have no such adapters; IBM's support pages know the message.",
    ),
    _check(
        "no SR-IOV logical port",
        devices.shared_ports,
        SRIOV,
        "lpm_logical_ports",
        note="Migratable logical ports of later levels are not emulated.",
    ),
    _check(
        "virtual NICs are carried",
        devices.virtual_nics,
        SRIOV,
        "lpm_vnic_unmapped",
    ),
    _check(
        "virtual NICs keep their backing devices",
        devices.backing_devices,
        SRIOV,
        "lpm_vnic_backing",
        option="vniccfg",
        note="That the option is about them is inferred: its labels in a test suite are those of "
        "all virtual NICs and of those that are available.",
    ),
    _check(
        "multipath is kept",
        devices.multipath_kept,
        "2.5.3, 5.1.2",
        "lpm_multipath_lost",
        option="mpio",
    ),
    _check(
        "number of servers is kept",
        devices.well_mapped,
        "2.5.6, 5.1.1",
        "lpm_multipath_warning",
        active=_WARNING,
        inactive=_WARNING,
        option="mpio",
        note="5.1.3 has a partition of one server stay with one. 2.5.6 makes that the mark of a "
        "suggested mapping only, and field notes know the warning HSCLA340: it is followed.",
    ),
    _check(
        "virtual slots of the servers", devices.server_slots, "2.4.2, 2.5.3, 3.7", "lpm_no_slots"
    ),
    _check("wanted slots are free", options.wanted_slots, "inferred", "lpm_server_slot"),
)

_NETWORKS = (
    _check(
        "VLANs are bridged",
        devices.bridged,
        "2.5.6, 3.1",
        "lpm_vlan_unbridged",
        "lpm_vlan_server",
        option="vlanbridge",
        note="2.5.3 has the mapping keep the multipath of virtual Ethernet. Which VLAN is whose "
        "second path is not told; 5.1.1 lets a partition of two servers go to a system with one. "
        "So each VLAN needs one bridge on the destination, however many it has on the source.",
    ),
    _check(
        "bridges lead to the same network",
        devices.same_network,
        "3.1, 3.8",
        "lpm_vlan_other_network",
        option="vlanbridge",
    ),
)

_ADVICE = (
    _check(
        "movers are named in vain",
        systems.movers_unused,
        "2.4.3",
        "lpm_movers_unused",
        active=None,
        inactive=_WARNING,
    ),
    _check(
        "profile is replaced",
        partition.profile_replaced,
        "2.3, 3.6.9",
        "lpm_profile_replaced",
        active=_WARNING,
        inactive=_WARNING,
    ),
    _check(
        "virtual terminal is closed",
        partition.terminal_closed,
        "5.5.7",
        "lpm_terminal_closed",
        active=_WARNING,
        inactive=_WARNING,
    ),
)

CHECKS: tuple[Check, ...] = (
    *_SYSTEMS,
    *_PARTITION,
    *_MOVERS,
    *_ROOM,
    *_STORAGE,
    *_NETWORKS,
    *_ADVICE,
)
