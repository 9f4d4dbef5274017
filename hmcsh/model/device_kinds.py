"""The predefined devices of AIX and of Virtual I/O Servers: class, subclass, type, attributes.

Names, classes and descriptions are those of captures of lsdev (AIX 5.3 to 7.1, VIOS 2.2) and of
SG24-7460 examples 4-1, A-1 and A-2; attributes of disks are those of a capture of VIOS 2.2. What a
PCI card is called is inferred from its feature code.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a kind of device has. `values` limits what it can be set to, if given."""

    name: str
    default: str
    description: str
    settable: bool = False
    values: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class DeviceKind:
    """A predefined device. The names of its devices are `prefix` and a number."""

    device_class: str
    subclass: str
    type: str
    prefix: str
    description: str
    attributes: tuple[Attribute, ...] = ()

    @property
    def virtual(self) -> bool:
        """Whether the device is one of the hypervisor or of the operating system itself."""
        groups = ("vdevice", "vtdev", "pseudo", "vlan")
        return self.subclass in groups and self.prefix != "lhea"


YES_NO = ("yes", "no")

_DISK = (
    Attribute("algorithm", "fail_over", "Algorithm", True, ("fail_over", "round_robin")),
    Attribute("clr_q", "no", "Device CLEARS its Queue on error", True, YES_NO),
    Attribute("hcheck_interval", "60", "Health Check Interval", True),
    Attribute("hcheck_mode", "nonactive", "Health Check Mode", True),
    Attribute("max_transfer", "0x40000", "Maximum TRANSFER Size", True),
    Attribute("pvid", "none", "Physical volume identifier"),
    Attribute("q_type", "simple", "Queuing TYPE", True),
    Attribute("queue_depth", "20", "Queue DEPTH", True),
    Attribute(
        "reserve_policy",
        "single_path",
        "Reserve Policy",
        True,
        ("no_reserve", "single_path", "PR_exclusive", "PR_shared"),
    ),
    Attribute("rw_timeout", "30", "READ/WRITE time out value", True),
    Attribute("size_in_mb", "0", "Size in Megabytes"),
    Attribute("unique_id", "", "Unique device identifier"),
)
_PORT = (
    Attribute("alt_addr", "0x000000000000", "Alternate Ethernet Address", True),
    Attribute("jumbo_frames", "no", "Transmit jumbo frames", True, YES_NO),
    Attribute("media_speed", "Auto_Negotiation", "Requested media speed", True),
    Attribute("use_alt_addr", "no", "Enable Alternate Ethernet Address", True, YES_NO),
)
_CHANNEL = (
    Attribute("lg_term_dma", "0x800000", "Long term DMA", True),
    Attribute("max_xfer_size", "0x100000", "Maximum Transfer Size", True),
    Attribute("num_cmd_elems", "200", "Maximum number of COMMANDS to queue to the adapter", True),
)

SYSTEM = DeviceKind("sys", "node", "chrp", "sys", "System Object")
PLANAR = DeviceKind("planar", "sys", "sysplanar_rspc", "sysplanar", "System Planar")
VIRTUAL_BUS = DeviceKind("bus", "chrp", "vdevice", "vio", "Virtual I/O Bus")
PCI_BUS = DeviceKind("bus", "chrp", "pciex", "pci", "PCI Express Bus")
MEMORY = DeviceKind("memory", "sys", "totmem", "mem", "Memory")

ETHERNET = DeviceKind(
    "adapter",
    "pciex",
    "14104003",
    "ent",
    "2-Port 10/100/1000 Base-TX PCI-Express Adapter (14104003)",
    _PORT,
)
FIBRE_CHANNEL = DeviceKind("adapter", "pciex", "df1000fe", "fcs", "FC Adapter", _CHANNEL)
FC_PROTOCOL = DeviceKind(
    "driver",
    "efc",
    "efscsi",
    "fscsi",
    "FC SCSI I/O Controller Protocol Device",
    (
        Attribute("dyntrk", "no", "Dynamic Tracking of FC Devices", True, YES_NO),
        Attribute(
            "fc_err_recov",
            "delayed_fail",
            "FC Fabric Event Error RECOVERY Policy",
            True,
            ("delayed_fail", "fast_fail"),
        ),
    ),
)
STORAGE = DeviceKind(
    "adapter", "pciex", "14103903", "sissas", "PCI Express x8 Ext Dual-x4 3Gb SAS Adapter"
)
SAS_PROTOCOL = DeviceKind("driver", "sas", "sas", "sas", "Controller SAS Protocol")
SRIOV_PORT = DeviceKind(
    "adapter", "pciex", "df1028e2", "ent", "PCIe3 10GbE SR-IOV Virtual Function", _PORT
)

LHEA = DeviceKind("adapter", "vdevice", "IBM,lhea", "lhea", "Logical Host Ethernet Adapter (l-hea)")
LHEA_PORT = DeviceKind(
    "adapter", "lhea", "ethernet", "ent", "Logical Host Ethernet Port (lp-hea)", _PORT
)
VIRTUAL_ETHERNET = DeviceKind(
    "adapter", "vdevice", "IBM,l-lan", "ent", "Virtual I/O Ethernet Adapter (l-lan)", _PORT
)
VIRTUAL_SERIAL = DeviceKind("adapter", "vdevice", "hvterm1", "vsa", "LPAR Virtual Serial Adapter")
SCSI_CLIENT = DeviceKind(
    "adapter",
    "vdevice",
    "IBM,v-scsi",
    "vscsi",
    "Virtual SCSI Client Adapter",
    (
        Attribute(
            "vscsi_err_recov",
            "delayed_fail",
            "N/A",
            True,
            ("delayed_fail", "fast_fail"),
        ),
        Attribute("vscsi_path_to", "0", "Virtual SCSI Path Timeout", True),
    ),
)
SCSI_SERVER = DeviceKind(
    "adapter", "vdevice", "IBM,v-scsi-host", "vhost", "Virtual SCSI Server Adapter"
)
VASI = DeviceKind(
    "adapter", "vdevice", "IBM,vasi-1", "vasi", "Virtual Asynchronous Services Interface (VASI)"
)
FC_SERVER = DeviceKind(
    "adapter", "vdevice", "IBM,vfc-server", "vfchost", "Virtual FC Server Adapter"
)
FC_CLIENT = DeviceKind(
    "adapter",
    "vdevice",
    "IBM,vfc-client",
    "fcs",
    "Virtual Fibre Channel Client Adapter",
    _CHANNEL,
)
VNIC = DeviceKind(
    "adapter", "vdevice", "IBM,vnic", "ent", "Virtual NIC Client Adapter (vnic)", _PORT
)

DISK_FC = DeviceKind("disk", "fcp", "mpioosdisk", "hdisk", "MPIO Other FC SCSI Disk Drive", _DISK)
DISK_2107 = DeviceKind("disk", "fcp", "2107", "hdisk", "IBM MPIO FC 2107", _DISK)
DISK_VIRTUAL = DeviceKind("disk", "vscsi", "vdisk", "hdisk", "Virtual SCSI Disk Drive", _DISK)
DISK_SAS = DeviceKind("disk", "sas", "scsd", "hdisk", "SAS Disk Drive", _DISK)

TARGET_DISK = DeviceKind(
    "virtual_target", "vtdev", "scdisk", "vtscsi", "Virtual Target Device - Disk"
)
TARGET_VOLUME = DeviceKind(
    "virtual_target", "vtdev", "sclv", "vtscsi", "Virtual Target Device - Logical Volume"
)
TARGET_FILE = DeviceKind(
    "virtual_target", "vtdev", "scfile", "vtscsi", "Virtual Target Device - File"
)
SEA = DeviceKind(
    "adapter",
    "pseudo",
    "sea",
    "ent",
    "Shared Ethernet Adapter",
    (
        Attribute("ctl_chan", "", "Control Channel adapter for SEA failover", True),
        Attribute(
            "ha_mode",
            "disabled",
            "High Availability Mode",
            True,
            ("disabled", "auto", "standby", "sharing"),
        ),
        Attribute("jumbo_frames", "no", "Enable Gigabit Ethernet Jumbo Frames", True, YES_NO),
        Attribute("largesend", "0", "Enable Hardware Transmit TCP Resegmentation", True),
        Attribute("netaddr", "0", "Address to ping", True),
        Attribute("pvid", "1", "PVID to use for the SEA device", True),
        Attribute("pvid_adapter", "", "Default virtual adapter to use for non-VLAN-tagged packets"),
        Attribute("real_adapter", "", "Physical adapter associated with the SEA"),
        Attribute("thread", "1", "Thread mode enabled (1) or disabled (0)", True, ("0", "1")),
        Attribute("virt_adapters", "", "List of virtual adapters associated with the SEA"),
    ),
)
ETHERCHANNEL = DeviceKind(
    "adapter",
    "pseudo",
    "ibm_ech",
    "ent",
    "EtherChannel / IEEE 802.3ad Link Aggregation",
    (
        Attribute("adapter_names", "", "EtherChannel Adapters"),
        Attribute("backup_adapter", "NONE", "Adapter used when whole channel fails", True),
        Attribute(
            "hash_mode",
            "default",
            "Determines how outgoing adapter is chosen",
            True,
            ("default", "src_dst_port", "src_port", "dst_port"),
        ),
        Attribute(
            "mode",
            "standard",
            "EtherChannel mode of operation",
            True,
            ("standard", "8023ad", "round_robin"),
        ),
        Attribute("netaddr", "0", "Address to ping", True),
        Attribute("use_jumbo_frame", "no", "Enable Gigabit Ethernet Jumbo Frames", True, YES_NO),
    ),
)
VLAN = DeviceKind(
    "adapter",
    "vlan",
    "eth",
    "ent",
    "VLAN",
    (
        Attribute("base_adapter", "", "VLAN Base Adapter"),
        Attribute("vlan_tag_id", "", "VLAN Tag ID"),
    ),
)
_INTERFACE = (
    Attribute("mtu", "1500", "Maximum IP Packet Size for This Device", True),
    Attribute("netaddr", "", "Internet Address", True),
    Attribute("netmask", "", "Subnet Mask", True),
    Attribute("state", "detach", "Current Interface Status", True, ("up", "down", "detach")),
)
INTERFACE = DeviceKind("if", "EN", "en", "en", "Standard Ethernet Network Interface", _INTERFACE)
INTERFACE_8023 = DeviceKind(
    "if", "EN", "ie3", "et", "IEEE 802.3 Ethernet Network Interface", _INTERFACE
)
