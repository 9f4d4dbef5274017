"""Messages of AIX commands: devices, the Logical Volume Manager, booting, network, error log."""

from hmcsh.language.message import Message, Trust

_DEVICES = "IBM's pages and field notes on the device commands"
_BUSY = "capture, Virtual I/O Server and AIX (field notes)"
_LVM = "field notes on the volume group commands"
_MIRROR = "capture, AIX: mirroring and unmirroring of rootvg"
_LIMIT = "IBM's page on physical partition limits; capture, AIX 7"
_OWN = "the project's own; AIX has a number for it that is not known"
_BOOT = "recalled"

MESSAGES: tuple[Message, ...] = (
    Message(
        "aix_bad_host_name",
        None,
        'Not a host name: "{name}".',
        Trust.INVENTED,
        _OWN,
    ),
    # -- devices ------------------------------------------------------------------------------
    Message(
        "aix_device_not_found",
        None,
        "{command}: 0514-519 The following device was not found in the customized\n"
        "        device configuration database:\n        name = '{name}'",
        Trust.RECALLED,
        _DEVICES,
    ),
    Message(
        "aix_lsdev_not_found",
        None,
        "lsdev: 0514-521 Cannot find information in the predefined device\n"
        "        configuration database for the customized device {name}.",
        Trust.RECALLED,
        _DEVICES,
    ),
    Message(
        "aix_method_parent",
        None,
        "Method error (/usr/lib/methods/cfgdevice):\n"
        "        0514-040 Error initializing a device into the kernel.",
        Trust.RECALLED,
        f"{_DEVICES}; that it is said of a device which is not there is inferred",
    ),
    Message(
        "aix_attribute_unknown",
        None,
        '{command}: 0514-528 The "{name}" attribute does not exist in the predefined\n'
        "        device configuration database.",
        Trust.RECALLED,
        _DEVICES,
    ),
    Message(
        "aix_column_unknown",
        None,
        "{command}: {name} is not a column of the device configuration database.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "odm_no_class",
        None,
        "odmget: Could not retrieve class {name}, odm errno 5904",
        Trust.RECALLED,
        _DEVICES,
    ),
    Message(
        "odm_criteria",
        None,
        "odmget: The criteria are not valid: {criteria}",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "aix_path_not_found",
        None,
        "{command}: 0514-537 Could not find path(s) for {name}.",
        Trust.INVENTED,
        "the project's own; only the form of the number is known",
    ),
    Message(
        "path_last",
        None,
        "Method error (/usr/lib/methods/{method}):\n"
        "        0514-076 Cannot perform the requested function because the\n"
        "                 specified paths are the last paths of a device that is in use.",
        Trust.INFERRED,
        "the number: field notes on rmpath; the rest of the text is inferred",
    ),
    Message(
        "lvm_group_not_found",
        None,
        "0516-306 {command}: Unable to find volume group {group} in the Device\n"
        "        Configuration Database.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_disk_not_found",
        None,
        "0516-306 {command}: Unable to find physical volume {disk} in the Device\n"
        "        Configuration Database.",
        Trust.CAPTURE,
        "capture, AIX (documentation of the power_aix collection for Ansible)",
    ),
    Message(
        "lvm_lspv_not_found",
        None,
        "0516-1396 : The physical volume {disk}, was not found in the\nsystem database.",
        Trust.CAPTURE,
        "capture, AIX 7.3: of a disk in no volume group; of one that does not exist inferred",
    ),
    Message(
        "lvm_disk_not_member",
        None,
        "0516-320 getlvodm: Physical volume {disk} is not assigned to\n"
        "        the volume group {group}.",
        Trust.INFERRED,
        _LVM,
    ),
    Message(
        "lvm_volume_not_found",
        None,
        "0516-306 {command}: Unable to find logical volume {volume} in the Device\n"
        "        Configuration Database.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_disk_taken",
        None,
        "0516-1398 {command}: The physical volume {disk}, appears to belong to\n"
        "        another volume group. Use the force option to add this physical volume\n"
        "        to a volume group.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_pvid_written",
        None,
        "0516-1254 {command}: Changing the PVID in the ODM.",
        Trust.CAPTURE,
        _MIRROR,
    ),
    Message(
        "lvm_too_many_partitions",
        None,
        "0516-1162 extendvg: The Physical Partition Size of {size} requires the creation of\n"
        "        {count} partitions for {disk}.  The limitation for volume group {group} is\n"
        "        {limit} physical partitions per physical volume.  Use chvg command with -t\n"
        "        option to attempt to change the maximum Physical Partitions per Physical\n"
        "        volume for this volume group.",
        Trust.CAPTURE,
        _LIMIT,
    ),
    Message(
        "lvm_too_many_disks",
        None,
        "extendvg: The volume group {group} can have {limit} physical volumes at most.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "lvm_extend_failed",
        None,
        "0516-792 extendvg: Unable to extend volume group.",
        Trust.CAPTURE,
        _LIMIT,
    ),
    Message(
        "lvm_disk_has_partitions",
        None,
        "0516-016 ldeletepv: Cannot delete physical volume with allocated\n"
        "        partitions. Use either migratepv to move all partitions or\n"
        "        reducevg with the -d option to delete the partitions.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_reduce_failed",
        None,
        "0516-884 reducevg: Unable to remove physical volume {disk}.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_group_deleted",
        None,
        "ldeletepv: Volume Group deleted since it contains no physical volumes.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_no_room",
        None,
        "0516-404 allocp: This system cannot fulfill the allocation request.\n"
        "        There are not enough free partitions or not enough physical volumes\n"
        "        to keep strictness and satisfy allocation requests.  The command\n"
        "        should be retried with different allocation characteristics.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_migrate_failed",
        None,
        "0516-812 migratepv: Warning, migratepv did not completely succeed;\n"
        "        all physical partitions have not been moved off the PV.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_boot_volume",
        None,
        "0516-1011 {command}: Logical volume {volume} is labeled as a boot logical volume.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_boot_record",
        None,
        "0516-1246 {command}: If {volume} is the boot logical volume, please run 'chpv -c {disk}'\n"
        "        as root user to clear the boot record and avoid a potential boot\n"
        "        off an old boot image that may reside on the disk from which this\n"
        "        logical volume is moved/removed.",
        Trust.CAPTURE,
        _MIRROR,
    ),
    Message(
        "lvm_boot_migrated",
        None,
        "migratepv: boot logical volume {volume} migrated. Please remember to run\n"
        "        bosboot, specifying /dev/{disk} as the target physical boot device.\n"
        "        Also, run bootlist command to modify bootlist to include /dev/{disk}.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_factor_range",
        None,
        "chvg: The factor must be a number from 1 to {most}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "lvm_factor",
        None,
        "chvg: The disks of the volume group {group} do not allow the factor {factor}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "lvm_group_changed",
        None,
        "0516-1164 chvg: Volume group {group} changed.  With given characteristics {group}\n"
        "        can include up to {disks} physical volumes with {limit} physical partitions each.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_change_failed",
        None,
        "0516-732 chvg: Unable to change volume group {group}.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_quorum_changed",
        None,
        "0516-1804 chvg: The quorum change takes effect immediately.",
        Trust.CAPTURE,
        _MIRROR,
    ),
    Message(
        "lvm_root_mirrored",
        None,
        "0516-1126 mirrorvg: {group} successfully mirrored, user should perform\n"
        "        bosboot of system to initialize boot records.  Then, user must modify\n"
        "        bootlist to include:  {disks}.",
        Trust.CAPTURE,
        _MIRROR,
    ),
    Message(
        "lvm_root_unmirrored",
        None,
        "0516-1144 unmirrorvg: {group} successfully unmirrored, user should perform\n"
        "        bosboot of system to reinitialize boot records.  Then, user must modify\n"
        "        bootlist to just include:  {disks}.",
        Trust.CAPTURE,
        _MIRROR,
    ),
    Message(
        "lvm_mirror_failed",
        None,
        "0516-1200 mirrorvg: Failed to mirror the volume group.",
        Trust.RECALLED,
        _LVM,
    ),
    Message(
        "lvm_not_mirrored",
        None,
        "unmirrorvg: The volume group {group} is not mirrored.",
        Trust.INVENTED,
        _OWN,
    ),
    # -- booting ------------------------------------------------------------------------------
    Message(
        "boot_device_not_found",
        None,
        "0514-210 bootlist: Device {name} is not in the Customized\n        Devices database.",
        Trust.RECALLED,
        _BOOT,
    ),
    Message(
        "boot_mode",
        None,
        "bootlist: The mode {mode} is not normal, service, both or prevboot.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "boot_no_volume",
        None,
        "0301-150 bosboot: Invalid or no boot device specified!",
        Trust.RECALLED,
        _BOOT,
    ),
    Message(
        "boot_image_made",
        None,
        "bosboot: Boot image is {blocks} 512 byte blocks.",
        Trust.CAPTURE,
        "capture, AIX; the number of blocks is that of a capture",
    ),
    # -- network ------------------------------------------------------------------------------
    Message(
        "net_no_interface",
        None,
        "0821-259 ioctl (SIOCGIFFLAGS): The specified device does not exist: {name}",
        Trust.INFERRED,
        "recalled of ifconfig; the order of the words is inferred",
    ),
    Message(
        "net_bad_address",
        None,
        "{command}: {value} is not a valid address.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "net_not_available",
        None,
        "{command}: The adapter of the interface {name} is not available.",
        Trust.INVENTED,
        _OWN,
    ),
    # -- error log ----------------------------------------------------------------------------
    Message(
        "errpt_value",
        None,
        "{command}: The value {value} of the flag {flag} is not valid.",
        Trust.INVENTED,
        _OWN,
    ),
    # -- resources ----------------------------------------------------------------------------
    Message(
        "rsct_no_class",
        None,
        "{command}: 2612-009 Resource class {name} does not exist on this node.",
        Trust.INFERRED,
        "recalled of lsrsrc; the number is not sure",
    ),
    # -- what is not emulated -----------------------------------------------------------------
    Message(
        "system_not_emulated",
        None,
        "{what} is not emulated.",
        Trust.INVENTED,
        "the project's own",
    ),
)
