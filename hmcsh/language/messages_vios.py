"""Messages of a Virtual I/O Server, and of viosvrcmd about it.

Texts of the server that are known are recalled; of most situations only the exit status is.
"""

from hmcsh.language.message import Message, Trust

_OWN = "own text; exit status: manual pages of the Virtual I/O Server, POWER6"
_RECALLED = "recalled"


def _own(key: str, text: str) -> Message:
    return Message(key, None, text, Trust.INVENTED, _OWN)


MESSAGES: tuple[Message, ...] = (
    Message(
        "vios_method_error",
        None,
        "Some error messages may contain invalid information\n"
        "for the Virtual I/O Server environment.\n\n{detail}",
        Trust.CAPTURE,
        "capture, VIOS 2.2 (powercampus)",
    ),
    Message("vios_changed", None, "{name} changed", Trust.RECALLED, _RECALLED),
    Message("vios_deleted", None, "{name} deleted", Trust.CAPTURE, "capture, VIOS 2.2"),
    Message("vios_defined", None, "{name} Defined", Trust.RECALLED, "rmdev of AIX"),
    Message(
        "vios_already_mapped",
        None,
        '"{name}" is already being used as a backing device.  Specify the -f flag\n'
        "to force this device to be used anyway.",
        Trust.RECALLED,
        _RECALLED,
    ),
    Message(
        "vios_shutdown_question",
        None,
        "Shutting down the VIOS could affect Client Partitions. Continue [y|n]?",
        Trust.RECALLED,
        _RECALLED,
    ),
    Message("vios_shutdown", None, "SHUTDOWN PROGRAM", Trust.RECALLED, "shutdown of AIX"),
    _own("vios_shutdown_refused", "The Virtual I/O Server cannot be shut down: {detail}"),
    _own("vios_no_location", "No device has the physical location code {location}."),
    _own("vios_device_state", "The device {name} is not available."),
    _own("vios_no_pair", 'Not an attribute and its value: "{word}".'),
    _own("vios_bad_field", 'Not a field of this listing: "{name}".'),
    _own("vios_bad_type", 'Not a type of devices: "{name}".'),
    _own("vios_bad_name", 'A device cannot be named "{name}".'),
    _own("vios_name_taken", "There is a device named {name}."),
    _own("vios_bad_host_name", 'Not a host name: "{name}".'),
    _own("vios_bad_address", 'Not an IP address: "{address}".'),
    _own("vios_address_in_use", "Another interface has the address {address}."),
    _own("vios_no_volume", "There is no physical volume named {name}."),
    _own("vios_no_group", "There is no volume group named {name}."),
    _own("vios_no_adapter", "There is no virtual server adapter named {name}."),
    _own("vios_no_target", "{name} is not a virtual target device."),
    _own("vios_not_mapped", "{name} backs no virtual target device."),
    _own("vios_no_port", "{name} is not an Ethernet adapter that can be used for this."),
    _own("vios_no_physical_port", "{name} is not a physical Ethernet adapter or an aggregation."),
    _own("vios_port_in_use", "The adapter {name} is in use by {user}."),
    _own("vios_no_trunk", "{name} is not a trunk adapter: it cannot reach other networks."),
    _own("vios_default_adapter", "The default adapter {name} is none of the virtual adapters."),
    _own("vios_tag_in_use", "The adapter {name} has a VLAN device with the tag {tag}."),
    _own("vios_no_interface", "{name} is not a network interface."),
    _own("vios_no_fc_port", "{name} is not a Fibre Channel port that supports NPIV."),
    _own("vios_fc_mapped", "The adapter {name} is mapped to the port {port}."),
    _own("vios_fc_port_full", "The port {name} carries no more virtual adapters."),
    _own("vios_disk_in_group", "The physical volume {name} belongs to the volume group {group}."),
    _own(
        "vios_disk_unidentified",
        "The physical volume {name} has no unique identifier, physical identifier or IEEE volume "
        "name by which it could be exported.",
    ),
    _own("vios_target_failed", "No virtual target device could be made for {name}."),
    _own("vios_no_command", "There is no command {name}."),
    _own("vios_interactive", "{command} is interactive: it cannot be run here."),
    _own("vios_bad_command", "The command cannot be read: {command}"),
    _own("vios_no_entry", "The error log has no entry with the sequence number {number}."),
)
