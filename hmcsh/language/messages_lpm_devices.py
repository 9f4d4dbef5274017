"""Messages of partition mobility about adapters, disks, virtual LANs and their mappings."""

from hmcsh.language.levels import Level, Span
from hmcsh.language.message import Message, Trust

_OWN = "own text; the check: SG24-7460 "
_CHECK = "Please check your entry and retry the command."

MESSAGES: tuple[Message, ...] = (
    # -- adapters ------------------------------------------------------------------------------
    Message(
        "lpm_physical_required",
        None,
        "The partition {name} has required physical I/O adapters: {slots}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_physical_adapters",
        None,
        "The partition {name} owns physical I/O adapters: {slots}.  Remove them before an active "
        "migration.",
        Trust.INVENTED,
        _OWN + "4.5",
    ),
    Message(
        "lpm_physical_removed",
        None,
        "The physical I/O adapters of the partition {name} will be removed from it by the "
        "migration: {slots}.",
        Trust.INVENTED,
        _OWN + "4.5, a warning",
    ),
    Message(
        "lpm_virtual_serial",
        None,
        "The partition {name} has a virtual serial adapter in the slot {slot}, besides those of "
        "the console.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_lhea",
        None,
        "The partition {name} has logical Host Ethernet Adapter ports.",
        Trust.INVENTED,
        _OWN + "appendix A",
    ),
    Message(
        "lpm_adapter_unserved",
        None,
        "The virtual SCSI adapter {slot} of the partition {name} is not connected to a server "
        "adapter of a Virtual I/O Server.",
        Trust.INVENTED,
        _OWN + "4.1",
    ),
    Message(
        "lpm_adapter_any_client",
        None,
        "Any client partition can connect to the virtual SCSI adapter {slot} of the Virtual I/O "
        "Server {vios}.  It must be accessible to the migrating partition only.",
        Trust.INVENTED,
        _OWN + "4.1",
    ),
    Message(
        "lpm_adapter_required",
        None,
        "The virtual SCSI adapter {slot} of the Virtual I/O Server {vios} is required.  It must "
        "be desired.",
        Trust.INVENTED,
        _OWN + "4.1",
    ),
    Message(
        "lpm_virtual_slots",
        None,
        "The partition {name} has virtual adapters in the slots {slots}, but only {maximum} "
        "virtual slots.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    # -- disks ---------------------------------------------------------------------------------
    Message(
        "lpm_disk_logical_volume",
        None,
        "The virtual SCSI adapter {slot} of the partition {name} uses the logical volume "
        "{device} of the Virtual I/O Server {vios}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_disk_internal",
        None,
        "The virtual SCSI adapter {slot} of the partition {name} uses the internal disk "
        "{device} of the Virtual I/O Server {vios}.",
        Trust.INVENTED,
        _OWN + "2.4.2 and 2.5.3",
    ),
    Message(
        "lpm_disk_reserved",
        None,
        "The disk {device} of the Virtual I/O Server {vios} has the reserve policy {policy}.  It "
        "must be no_reserve.",
        Trust.INVENTED,
        _OWN + "3.7",
    ),
    Message(
        "lpm_disk_storage_pool",
        None,
        "The virtual SCSI adapter {slot} of the partition {name} uses the file {device} in a "
        "storage pool of the Virtual I/O Server {vios}.",
        Trust.INVENTED,
        _OWN + "2.2.1",
    ),
    Message(
        "lpm_disk_identifier",
        None,
        "The disk {device} of the Virtual I/O Server {vios} has no unique identifier, physical "
        "volume identifier or IEEE identifier in common with the disk on the source.",
        Trust.INVENTED,
        _OWN + "3.7",
    ),
    # -- hosts and mappings --------------------------------------------------------------------
    Message(
        "lpm_scsi_unhostable",
        "HSCLA24E",
        "The migrating partition's virtual SCSI adapter {slot} cannot be hosted by the existing "
        "Virtual I/O Server (VIOS) partitions on the destination managed system. To migrate the "
        "partition, set up the necessary VIOS host on the destination managed system, then try "
        "the operation again.",
        Trust.RECALLED,
        "recalled; parallel to HSCLA319",
    ),
    Message(
        "lpm_fc_unhostable",
        "HSCLA319",
        "The migrating partition's virtual fibre channel client adapter {slot} cannot be hosted "
        "by the existing Virtual I/O Server (VIOS) partitions on the destination managed "
        "system. To migrate the partition, set up the necessary VIOS host on the destination "
        "managed system, then try the operation again.",
        Trust.DOCUMENT,
        "IBM's support page on HSCLA319",
        Span(since=Level.parse("V7R3.4")),
    ),
    Message(
        "lpm_mapping_format",
        None,
        "The mapping {value} of the attribute {name} is not valid: its form is {form}.  " + _CHECK,
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_mapping_slot",
        None,
        "The mapping {value} is for a virtual slot or virtual LAN that the partition {name} does "
        "not have.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_mapping_vios",
        None,
        "The value {value} does not name one Virtual I/O Server of the managed system {system}.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_mapping_twice",
        None,
        "The mapping {value} of the attribute {name} maps something for the second time.  "
        + _CHECK,
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_names_disagree",
        None,
        "The value {value} of the attribute {name} does not mean {other}, which was named as "
        "well.  " + _CHECK,
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "lpm_mapping_incomplete",
        None,
        "The virtual adapter mapping of the partition {name} is not complete.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_multipath_lost",
        None,
        "The multipath I/O of the partition {name} would be lost: the virtual SCSI adapters "
        "{slots} are paths to the same disks and need a Virtual I/O Server each, but only "
        "{servers} can host them.  Remove a path before the migration.",
        Trust.INVENTED,
        _OWN + "2.5.3 and 5.1.2",
    ),
    Message(
        "lpm_multipath_warning",
        "HSCLA340",
        "The multipath I/O configuration of the source may not be replicated on the destination "
        "managed system.  Review the virtual I/O mappings of the partition {name}.",
        Trust.INFERRED,
        "code and meaning: field notes in Chinese; a warning",
    ),
    # -- virtual LANs --------------------------------------------------------------------------
    Message(
        "lpm_vlan_unbridged",
        None,
        "The virtual LAN {vlan} of the partition {name} is not bridged by a Virtual I/O Server "
        "on the managed system {system}.",
        Trust.INVENTED,
        _OWN + "2.5.3",
    ),
    Message(
        "lpm_vlan_server",
        None,
        "The Virtual I/O Server {vios} does not bridge the virtual LAN {vlan}.",
        Trust.INVENTED,
        _OWN + "5.6.1",
    ),
    Message(
        "lpm_vlan_other_network",
        None,
        "The Virtual I/O Server {vios} bridges the virtual LAN {vlan} to the network {network}, "
        "which is not the one that it is bridged to on the source.",
        Trust.INVENTED,
        _OWN + "3.1",
    ),
)
