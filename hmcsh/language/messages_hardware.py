"""Messages of the hardware commands: listings of resources and dynamic partitioning."""

from hmcsh.language.levels import Level, Span
from hmcsh.language.message import Message, Trust

_OWN = "own text; none is known"
_CHECK = "Please check your entry and retry the command."
_MEANING = "; text inferred from its meaning"

MESSAGES: tuple[Message, ...] = (
    # -- dynamic partitioning -----------------------------------------------------------------
    Message(
        "no_rmc",
        "HSCL2957",
        "Either there is currently no RMC connection between the management console and the "
        "partition {id} or the partition does not support dynamic partitioning operations.",
        Trust.RECALLED,
        "code, meaning and ID: capture in Chinese; English words recalled",
    ),
    Message(
        "io_remove_failed",
        "HSCL2929",
        "The dynamic removal of I/O resources failed: The I/O slot dynamic partitioning "
        "operation failed.  Here are the I/O slot IDs that failed and the reasons for "
        "failure:\n\n{detail}\nThe OS return code is {status}.",
        Trust.CAPTURE,
        "linuxppc-dev mail, V9",
    ),
    Message(
        "virtual_remove_failed",
        "HSCL294D",
        "Dynamic remove of virtual I/O resources failed:\n{detail}",
        Trust.SCRIPT,
        "powervmtools, V7 (first sentence)",
    ),
    Message(
        "no_memory",
        "HSCL03EC",
        "There is not enough memory: Obtained: {obtained}, Required: {required}.  Check that "
        "there is enough memory available.",
        Trust.RECALLED,
        "recalled, amounts in MB",
    ),
    Message(
        "no_processors",
        None,
        "There are not enough processing resources: Obtained: {obtained}, Required: "
        "{required}.  Check that there are enough processing resources available.",
        Trust.RECALLED,
        "text recalled; recollections of the code differ, so it bears none",
    ),
    Message(
        "no_huge_pages",
        None,
        "There are not enough huge pages: Obtained: {obtained}, Required: {required}.",
        Trust.INVENTED,
        "the pattern of HSCL03EC",
    ),
    Message(
        "not_lmb_multiple",
        None,
        "The memory amount of {value} MB must be a multiple of the memory region size for the "
        "managed system.  The memory region size is {region} MB.",
        Trust.SCRIPT,
        "powervmtools, V7 (the words from 'of the memory region size' on)",
    ),
    Message(
        "below_minimum",
        None,
        "The operation would leave the partition {name} with {value} {unit}, which is less "
        "than its minimum of {minimum}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "above_maximum",
        None,
        "The operation would leave the partition {name} with {value} {unit}, which is more "
        "than its maximum of {maximum}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "wrong_proc_mode",
        None,
        "The parameter {parameter} is not valid for the partition {name}, whose processing "
        "mode is {mode}.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "pool_exceeded",
        None,
        "The partitions of the shared processor pool {pool} would have {value} processing units, "
        "which is more than its maximum of {maximum}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "move_to_itself",
        None,
        "The partition {name} is both the source and the target of the operation.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    # -- virtual slots ------------------------------------------------------------------------
    Message(
        "slot_in_use",
        None,
        "The virtual slot {slot} of the partition {name} is already in use.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "slot_out_of_range",
        None,
        "The virtual slot {slot} is not valid: the partition {name} has the slots 0 to {maximum}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "slot_reserved",
        None,
        "The virtual slot {slot} of the partition {name} is reserved for a console adapter.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "no_free_slot",
        None,
        "The partition {name} has no free virtual slot.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "slot_empty",
        None,
        "The virtual slot {slot} of the partition {name} holds no adapter.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "wrong_adapter_type",
        None,
        "The virtual slot {slot} of the partition {name} holds no adapter of the type {type}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "adapter_required",
        None,
        "The adapter in the slot {slot} is required by the partition {name} and cannot be removed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "adapter_busy",
        None,
        "The adapter in the virtual slot {slot} of the partition {name} is in use by its "
        "operating system.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "vios_only",
        None,
        "The partition {name} is not a Virtual I/O Server: {what} is not valid for it.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "vasi_limit",
        None,
        "The partition {name} already has a VASI adapter.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "no_vasi",
        None,
        "The partition {name} has no VASI adapter.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "adapter_serves_client",
        None,
        "The adapter in the virtual slot {slot} of the partition {name} serves the partition "
        "{client}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "mover_busy",
        None,
        "The partition {name} is the mover service partition of a migration that is under way.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "invalid_remote_partition",
        None,
        "The partition {name} cannot be the remote partition of the adapter: {reason}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "trunk_conflict",
        None,
        "Another trunk adapter of the managed system {system} bridges the VLAN {vlan} with the "
        "priority {priority}.",
        Trust.INVENTED,
        _OWN,
    ),
    # -- physical slots -----------------------------------------------------------------------
    Message(
        "io_slot_not_found",
        None,
        "The I/O slot with the DRC index {index} was not found.  " + _CHECK,
        Trust.INVENTED,
        "the pattern of HSCL8012; code unknown",
    ),
    Message(
        "io_slot_owned",
        None,
        "The I/O slot with the DRC index {index} is assigned to the partition {name}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "io_slot_not_owned",
        None,
        "The I/O slot with the DRC index {index} is not assigned to the partition {name}.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "io_slot_required",
        None,
        "The I/O slot with the DRC index {index} is required by the active profile of the "
        "partition {name} and cannot be removed while the partition is on.",
        Trust.INVENTED,
        "own text; the rule: SG24-7460 5.5.1",
    ),
    Message(
        "io_slot_busy",
        None,
        "The I/O slot with the DRC index {index} cannot be removed from the partition {name}: the "
        "device {device} in it is configured.",
        Trust.INVENTED,
        "own text; the rule: SG24-7460 5.5.6",
    ),
    Message(
        "hea_port_busy",
        None,
        "The logical port {number} cannot be removed from the partition {name}: the device "
        "{device} on it is configured.",
        Trust.INVENTED,
        "own text; the rule: SG24-7460 5.5.6",
    ),
    Message(
        "io_slot_not_available",
        None,
        "The required physical I/O slot {drc_index} is not available.",
        Trust.INVENTED,
        "own text",
    ),
    # -- what a system lacks ------------------------------------------------------------------
    Message(
        "power6_only",
        "HSCL8022",
        "This command is only supported for POWER6 servers.",
        Trust.SCRIPT,
        "LPAR2RRD compares the whole text",
    ),
    Message(
        "no_hardware_discovery",
        None,
        "The managed system does not support hardware discovery.",
        Trust.SCRIPT,
        "LPAR2RRD",
    ),
    Message(
        "no_processor_pools",
        None,
        "The managed system does not support multiple shared processor pools.",
        Trust.SCRIPT,
        "LPAR2RRD",
    ),
    Message(
        "no_virtual_fc",
        "HSCLA4C0",
        "The managed system does not support virtual Fibre Channel.",
        Trust.CAPTURE,
        "capture, V7R7.9, translated from Polish",
        Span(since=Level.parse("V7R3.4")),
    ),
    Message(
        "vios_command_failed",
        "HSCL2970",
        "The IOServer command has failed because of the following reason:\nrc={status}\n{detail}",
        Trust.RECALLED,
        "code and first words: hmc-mcp tests; the rest recalled",
    ),
    # -- host Ethernet adapters and processor pools -----------------------------------------------
    Message(
        "hea_not_found",
        None,
        "The host Ethernet adapter {id} was not found.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "hea_group_not_found",
        None,
        "The host Ethernet adapter {id} has no port group {group}.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "hea_port_not_found",
        None,
        "The port group {group} of the host Ethernet adapter {id} has no physical port {port}.  "
        + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "hea_logical_port",
        None,
        "The Multi-Core Scaling value of the port group {group} of the host Ethernet adapter {id} "
        "does not leave the logical port {number}.",
        Trust.INVENTED,
        "the rule: SG24-7460 table A-1; " + _OWN,
    ),
    Message(
        "hea_port_in_use",
        None,
        "The logical port {number} of the host Ethernet adapter {id} belongs to the partition "
        "{name}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "hea_port_not_held",
        None,
        "The partition {name} has no logical port {number} of the host Ethernet adapter {id}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "hea_promiscuous",
        None,
        "The physical port {port} of the host Ethernet adapter {id} is in promiscuous mode for "
        "the partition {name}; no other partition may use it.",
        Trust.INVENTED,
        "the rule: SG24-7460 appendix A; " + _OWN,
    ),
    Message(
        "default_pool",
        None,
        "The shared processor pool {name} is the default one and cannot be changed.",
        Trust.INVENTED,
        "the rule: field notes, V7; " + _OWN,
    ),
    Message(
        "pool_has_partitions",
        None,
        "The shared processor pool {pool} still has partitions, or profiles that want it.",
        Trust.INVENTED,
        _OWN,
    ),
)
