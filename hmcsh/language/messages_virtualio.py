"""Messages about virtual switches, virtual NICs, SR-IOV ports and further virtual adapters."""

from hmcsh.language.levels import Level, Span
from hmcsh.language.message import Message, Trust

_OWN = "own text; none is known"
_CAPTURE = "capture, V10R3 (shortened by who wrote it down)"
_SRIOV = Span(since=Level.parse("V8R8"))
_CHECK = "Please check your entry and retry the command."

MESSAGES: tuple[Message, ...] = (
    # -- SR-IOV --------------------------------------------------------------------------------
    Message(
        # Its number is HSCL127D; it is printed with a colon and the number of the reason.
        "logical_port_failed",
        None,
        "HSCL127D: {detail}",
        Trust.CAPTURE,
        _CAPTURE,
        _SRIOV,
    ),
    Message(
        "logical_port_assigned",
        "HSCL1288",
        "logical port {port} is already assigned to the partition.",
        Trust.CAPTURE,
        _CAPTURE,
        _SRIOV,
    ),
    Message(
        "capacity_exhausted",
        "HSCL1293",
        "total capacity would exceed 100.0; current capacity is {current}.",
        Trust.CAPTURE,
        _CAPTURE,
        _SRIOV,
    ),
    Message(
        "capacity_no_multiple",
        "HSCL1294",
        "The capacity specified for the logical port with configuration ID {config_id} is "
        "{capacity}. This is not a multiple of the capacity granularity of the specified protocol "
        "of this physical port which is {step}.",
        Trust.SCRIPT,
        "hmc-mcp test",
        _SRIOV,
    ),
    Message(
        "capacity_out_of_range",
        "HSCL1295",
        "capacity {capacity} is outside the valid range {minimum} to 100.0.",
        Trust.CAPTURE,
        _CAPTURE,
        _SRIOV,
    ),
    Message(
        "promiscuous_limit",
        "HSCL1257",
        "The physical port {port} of the SR-IOV adapter {adapter} already has a promiscuous "
        "logical port.",
        Trust.INFERRED,
        "code and meaning: field notes; own text",
        _SRIOV,
    ),
    Message(
        "sriov_adapter_not_found",
        "HSCL1244",
        "The SR-IOV adapter with the adapter ID {adapter} was not found on the managed system "
        "{system}.",
        Trust.INFERRED,
        "code: op-test, of profiles with adapter IDs that are gone; own text",
        _SRIOV,
    ),
    Message(
        "sriov_port_not_found",
        None,
        "The SR-IOV adapter {adapter} of the managed system {system} has no physical port {port}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_slot",
        None,
        "The slot with the DRC index {index} holds no adapter that can be shared by SR-IOV.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_slot_owned",
        None,
        "The slot with the DRC index {index} is assigned to the partition {name}.  Its adapter "
        "cannot be switched to shared mode.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_slot_shared",
        None,
        "The adapter {adapter} in the slot with the DRC index {index} is in SR-IOV shared mode: "
        "the slot cannot be assigned to a partition.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_mode",
        None,
        "The adapter in the slot with the DRC index {index} is in {mode} mode already.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_adapter_id_taken",
        None,
        "The adapter ID {adapter} is already in use on the managed system {system}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "sriov_adapter_busy",
        None,
        "The SR-IOV adapter {adapter} has logical ports that are in use.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "no_logical_port",
        None,
        "No logical port is available on the physical port {port} of the SR-IOV adapter {adapter}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "logical_port_taken",
        None,
        "logical port {port} is assigned to another partition.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "logical_port_not_found",
        None,
        "logical port {port} was not found on the adapter {adapter}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "logical_port_not_owned",
        None,
        "logical port {port} is not assigned to the partition {name}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "logical_port_backs",
        None,
        "logical port {port} backs a virtual NIC of the partition {name}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "logical_port_required",
        None,
        "logical port {port} is required by the partition {name}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "wrong_protocol",
        None,
        "The physical port {port} of the SR-IOV adapter {adapter} carries no {protocol} logical "
        "ports.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    # -- virtual NICs --------------------------------------------------------------------------
    Message(
        "vnic_backing_limit",
        None,
        "A virtual NIC has between 1 and {limit} backing devices.",
        Trust.INVENTED,
        "own text; the limit: announcement of vNIC failover",
        _SRIOV,
    ),
    Message(
        "vnic_backing_port",
        None,
        "Two backing devices of a virtual NIC cannot use the same physical port: {adapter}/{port}.",
        Trust.INVENTED,
        "own text; the rule: documentation of the LPAR tool",
        _SRIOV,
    ),
    Message(
        "vnic_backing_not_found",
        None,
        "The virtual NIC in the virtual slot {slot} of the partition {name} has no backing device "
        "{device}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "vnic_backing_active",
        None,
        "The backing device {device} of the virtual NIC in the virtual slot {slot} is in use and "
        "cannot be removed.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "vnic_backing_down",
        None,
        "The backing device {device} of the virtual NIC in the virtual slot {slot} cannot be "
        "activated: its status is {status}.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "clients_only",
        None,
        "The partition {name} is a Virtual I/O Server: {what} is not valid for it.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "lpm_logical_ports",
        None,
        "The partition {name} has SR-IOV logical ports: {ports}.  Remove them before a migration.",
        Trust.INVENTED,
        "own text; the rule: REDP-5065",
        _SRIOV,
    ),
    Message(
        "lpm_vnic_unmapped",
        None,
        "The virtual NIC in the virtual slot {slot} of the partition {name} cannot be mapped to a "
        "port of the destination managed system.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "lpm_vnic_backing",
        None,
        "The virtual NIC in the virtual slot {slot} of the partition {name} would have {found} of "
        "its {count} backing devices on the destination managed system.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    Message(
        "lpm_vnic_device",
        None,
        "The mapping {value} names a backing device that the virtual NIC in the virtual slot "
        "{slot} does not have.",
        Trust.INVENTED,
        _OWN,
        _SRIOV,
    ),
    # -- virtual switches ----------------------------------------------------------------------
    Message(
        "switch_not_found",
        None,
        "The virtual switch {name} was not found on the managed system {system}.  " + _CHECK,
        Trust.INVENTED,
        "the pattern of HSCL8012; code unknown",
    ),
    Message(
        "switch_exists",
        None,
        "The managed system {system} already has a virtual switch {name}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "switch_in_use",
        None,
        "The virtual switch {name} is used by virtual Ethernet adapters of the partitions {lpars}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "switch_permanent",
        None,
        "The virtual switch {name} cannot be removed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "switch_limit",
        None,
        "The managed system {system} has as many virtual switches as it can have: {limit}.",
        Trust.INVENTED,
        "own text; the limit of 16 recalled",
    ),
    Message(
        "mac_taken",
        None,
        "The MAC address {address} is already in use on the managed system {system}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "adapter_switched",
        None,
        "The adapter in the virtual slot {slot} of the partition {name} is already {state}.",
        Trust.INVENTED,
        _OWN,
    ),
)
