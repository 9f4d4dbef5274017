"""Messages of partition mobility: validation, stop and recovery.

Validation prints each finding, errors under one heading and warnings under another.
"""

from hmcsh.language.message import Message, Trust

_OWN = "own text; the check: SG24-7460 "
_CHECK = "Please check your entry and retry the command."

MESSAGES: tuple[Message, ...] = (
    Message(
        "lpm_errors_heading",
        None,
        "Errors:",
        Trust.RECALLED,
        "recalled; agrees with IBM's support page on HSCLA319",
    ),
    Message(
        "lpm_warnings_heading",
        None,
        "Warnings:",
        Trust.RECALLED,
        "recalled, with the heading of errors",
    ),
    # -- the systems --------------------------------------------------------------------------
    Message(
        "lpm_system_not_capable",
        None,
        "The managed system {system} does not support {kind} partition migration.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_same_system",
        None,
        "The source and the destination of the migration are the same managed system: "
        "{system}.  " + _CHECK,
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_system_state",
        None,
        "The managed system {system} is not in a state under which a partition can be "
        "migrated.  Its state is {state}.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_memory_block_size",
        None,
        "The logical memory block size of the managed system {source} is {source_size} MB, that "
        "of the managed system {dest} is {dest_size} MB.  They must be equal.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_on_battery",
        None,
        "The destination managed system {system} is running on battery power.",
        Trust.INVENTED,
        _OWN + "2.3",
    ),
    Message(
        "lpm_too_many_migrations",
        None,
        "The managed system {system} already takes part in {count} {kind} migrations, which is "
        "the number that it supports.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_locked",
        None,
        "The managed system {system} is locked by a migration that the console {console} started.",
        Trust.INVENTED,
        _OWN + "5.2",
    ),
    Message(
        "lpm_firmware_level",
        None,
        "The firmware level {level} of the managed system {system} does not support partition "
        "migration.",
        Trust.INVENTED,
        _OWN + "3.1",
    ),
    Message(
        "lpm_firmware_apart",
        None,
        "The firmware levels {level} of the managed system {system} and {other_level} of the "
        "managed system {other} do not support the migration of partitions between them.",
        Trust.INVENTED,
        "IBM's firmware support matrix for partition mobility, POWER7",
    ),
    Message(
        "lpm_hmc_level",
        None,
        "The management console is at the level {level}.  Partition mobility needs V7R3.2.0 or "
        "later.",
        Trust.INVENTED,
        _OWN + "3.1",
    ),
    Message(
        "lpm_other_console",
        None,
        "The managed system {system} is not managed by this management console.",
        Trust.INVENTED,
        _OWN + "2.2.1",
    ),
    # -- Virtual I/O Servers and movers ---------------------------------------------------------
    Message(
        "lpm_no_rmc",
        "HSCLA246",
        "The management console cannot communicate with partition {name}.  Either the network "
        "connection is not available or the partition does not have a level of software that is "
        "capable of supporting this operation.  Verify the correct network and setup of the "
        "partition, and try the operation again.",
        Trust.CAPTURE,
        "field notes in French, V7R7 or V8",
    ),
    Message(
        "lpm_vios_not_capable",
        None,
        "The Virtual I/O Server {vios} on the managed system {system} does not support "
        "partition migration.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_no_msp",
        None,
        "The managed system {system} has no mover service partition.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_not_a_msp",
        None,
        "The partition {vios} on the managed system {system} is not a mover service partition.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_msp_unconnected",
        None,
        "The mover service partition {source} cannot reach the mover service partition {dest}.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_movers_unused",
        None,
        "The partition {name} is not running: its migration uses no mover service partitions, and "
        "those that are named are ignored.",
        Trust.INVENTED,
        "own text; the rule: SG24-7460 2.4.3",
    ),
    Message(
        "lpm_msp_busy",
        None,
        "The mover service partition {vios} carries {limit} migrations at a time and has been "
        "asked for {count}.  The migration will wait for its turn.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_vios_level",
        None,
        "The Virtual I/O Server {vios} on the managed system {system} is at the level {level}.  "
        "Partition mobility needs 1.5 or later.",
        Trust.INVENTED,
        _OWN + "3.1",
    ),
    Message(
        "lpm_msp_no_vasi",
        None,
        "The mover service partition {vios} on the managed system {system} has no VASI adapter.",
        Trust.INVENTED,
        _OWN + "3.5.3",
    ),
    Message(
        "lpm_msp_vasi_device",
        None,
        "The VASI adapter of the mover service partition {vios} on the managed system {system} has "
        "no device that is Available.  Run cfgdev on the Virtual I/O Server.",
        Trust.INVENTED,
        _OWN + "3.5.3",
    ),
    # -- the partition ------------------------------------------------------------------------
    Message(
        "lpm_partition_type",
        None,
        "The partition {name} is of the type {type}.  Only {allowed} partitions can be migrated.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_error_logging",
        None,
        "The partition {name} is an alternate error logging partition.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_service_partition",
        None,
        "The partition {name} is the service partition of the managed system {system}.",
        Trust.INVENTED,
        _OWN + "2.4.2",
    ),
    Message(
        "lpm_work_group",
        None,
        "The partition {name} is a member of the partition workload group {group}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_state",
        None,
        "The partition {name} must be Running or Not Activated to be migrated.  Its state is "
        "{state}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_never_activated",
        None,
        "The partition {name} was never activated: it has no active profile to migrate.",
        Trust.INVENTED,
        _OWN + "2.4.2",
    ),
    Message(
        "lpm_migrating",
        None,
        "The partition {name} is already being migrated.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_needs_recovery",
        None,
        "An earlier migration of the partition {name} must be recovered first.",
        Trust.INVENTED,
        _OWN + "6.2",
    ),
    Message(
        "lpm_barrier_registers",
        None,
        "The partition {name} is configured with barrier synchronization registers.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_huge_pages",
        None,
        "The partition {name} is configured with huge pages.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_bytes_limit",
        None,
        "The partition {name} has {size} MB of memory, but the bytes of its pages are kept, which "
        "is emulated up to {limit} MB only.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_os_not_ready",
        "HSCLA257",
        "The migrating partition {name} has returned a failure response to the request to check "
        "its readiness for migration: {reason}",
        Trust.RECALLED,
        "recalled; the check: SG24-7460 2.5.3",
    ),
    Message(
        "lpm_os_level",
        None,
        "The operating system of the partition {name} is {version}.  It cannot be migrated while "
        "it runs.",
        Trust.INVENTED,
        _OWN + "3.1",
    ),
    # -- room at the destination ----------------------------------------------------------------
    Message(
        "lpm_name_in_use",
        None,
        "A partition named {name} already exists on the managed system {system}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_no_free_id",
        None,
        "The managed system {system} has no free partition ID.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_mac_in_use",
        None,
        "The virtual MAC address {mac} of the partition {name} is already in use on the managed "
        "system {system}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_no_memory",
        None,
        "The managed system {system} has not enough memory: available {available} MB, required "
        "{required} MB.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_no_processors",
        None,
        "The managed system {system} has not enough processing resources: available "
        "{available}, required {required}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_no_slots",
        None,
        "The Virtual I/O Server {vios} on the managed system {system} has not enough free "
        "virtual slots: available {available}, required {required}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_pool_not_found",
        None,
        "The shared processor pool {pool} was not found on the managed system {system}.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_pool_capacity",
        None,
        "The shared processor pool {pool} of the managed system {system} has not enough "
        "capacity: available {available}, required {required} processing units.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    # -- warnings of every validation -----------------------------------------------------------
    Message(
        "lpm_profile_replaced",
        "HSCLA295",
        "As part of the migration process, a migration profile that holds the current state of "
        "the partition will be created.  It replaces the profile {profile} unless another "
        "profile name is given.",
        Trust.RECALLED,
        "recalled; the rule: SG24-7460 4.5, a warning",
    ),
    Message(
        "lpm_terminal_closed",
        "HSCLA291",
        "An open virtual terminal session of the partition {name} will be closed by the migration.",
        Trust.RECALLED,
        "recalled; a warning",
    ),
    # -- running, stop, recovery ----------------------------------------------------------------
    Message(
        "lpm_stopped",
        "HSCLA2CF",
        "The partition migration has been stopped unexpectedly.  Perform a migration recovery "
        "for this partition, if necessary.",
        Trust.RECALLED,
        "code: Red Hat errata; text recalled",
    ),
    Message(
        "lpm_stopped_by_firmware",
        "HSCL365C",
        "The partition migration has been stopped by platform firmware.",
        Trust.RECALLED,
        "code: Red Hat errata; text recalled",
    ),
    Message(
        "lpm_pages_lost",
        None,
        "The partition {name} has stopped on the destination: {count} pages of its memory had not "
        "arrived when the source was lost.  Perform a migration recovery for this partition.",
        Trust.INVENTED,
        _OWN + "2.5.4, step 9",
    ),
    Message(
        "lpm_cancelled",
        None,
        "The migration of the partition {name} was stopped by a user.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_failed",
        None,
        "The migration of the partition {name} failed: {reason}.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_not_stoppable",
        None,
        "The migration of the partition {name} cannot be stopped any more.  Its state is {state}.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_not_started_here",
        None,
        "The migration of the partition {name} was started by the console {console} and can be "
        "stopped there only.",
        Trust.INVENTED,
        "own text; the rule: SG24-7460 5.6.1",
    ),
    Message(
        "lpm_not_the_source",
        None,
        "The managed system {system} is the destination of the migration of the partition "
        "{name}.  Specify the source managed system: {source}.",
        Trust.INVENTED,
        "own text; -m is the source managed system: SG24-7460 5.6.1",
    ),
    Message(
        "lpm_not_migrating",
        None,
        "The partition {name} is not being migrated.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_nothing_to_recover",
        None,
        "The partition {name} has no failed migration to be recovered.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_recovery_needs_force",
        None,
        "The migration of the partition {name} cannot be recovered: {reason}.  If the partition "
        "remains on both systems, repeat the command with --force.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_one_partition",
        None,
        "Exactly one AIX or Linux partition must be named for this type of resource.  " + _CHECK,
        Trust.INVENTED,
        "own text; the rule: SG24-7460 5.6.2",
    ),
)
