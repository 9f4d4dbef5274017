"""Commands of AIX: what they print, what they refuse, what they change."""

import pytest
from hmcsh.commands import aix, linux
from support.inside import Inside
from support.lab import L9, L10, Lab, load_lab

from hmcsh.model import dlpar
from hmcsh.model.adapters import EthernetAdapter, ScsiAdapter
from hmcsh.model.partition import Partition


@pytest.fixture
def lab() -> Lab:
    return load_lab("physical")


@pytest.fixture
def mobile(lab: Lab) -> Inside:
    return Inside(lab.datacenter, "mobile")


@pytest.fixture
def partition(lab: Lab) -> Partition:
    return lab.partition("mobile", "source")


def said(inside: Inside, *lines: str) -> list[str]:
    """What commands print that succeed."""
    found = []
    for line in lines:
        answer = inside(line)
        assert (answer.status, answer.err) == (0, ""), line
        found += answer.lines
    return found


REFUSED = [
    ("lsdev -x", "lsdev: Not a recognized flag: x"),
    ("lsdev -c", "lsdev: A flag requires a parameter: c"),
    ("lsdev -l hdisk9", "lsdev: 0514-521 Cannot find information"),
    ("lsdev -F name:colour", "lsdev: colour is not a column"),
    ("rmdev", "Usage: rmdev"),
    ("rmdev -l hdisk9", "rmdev: 0514-519 The following device was not found"),
    ("rmdev -l hdisk0", "0514-062"),
    ("rmdev -dl sissas0", "0514-029"),
    ("rmdev -R -dl pci1", "0514-062"),
    ("rmdev -R -dl pci0", "0514-062"),
    ("mkdev -l hdisk9", "mkdev: 0514-519"),
    ("chdev -l hdisk0 -a colour=red", "0514-018"),
    ("chdev -l hdisk0 -a reserve_policy=mine", "0514-018"),
    ("chdev -l hdisk0 -a pvid=1", "0514-018"),
    ("chdev -l hdisk0 -a pv=clear", "0514-062"),
    ("lsattr -El hdisk0 -a colour", "lsattr: 0514-528"),
    ("lspv hdisk9", "0516-1396"),
    ("lsvg datavg", "0516-306 lsvg: Unable to find volume group datavg"),
    ("extendvg datavg hdisk0", "0516-306 extendvg: Unable to find volume group datavg"),
    ("extendvg rootvg hdisk9", "0516-306 extendvg: Unable to find physical volume hdisk9"),
    ("extendvg rootvg hdisk0", "0516-1398 extendvg: The physical volume hdisk0,"),
    ("reducevg rootvg hdisk0", "0516-016 ldeletepv"),
    ("migratepv hdisk0 hdisk9", "0516-306 migratepv"),
    ("migratepv -l nolv hdisk0 hdisk1", "0516-306 migratepv: Unable to find logical volume"),
    ("unmirrorvg rootvg", "unmirrorvg: The volume group rootvg is not mirrored."),
    ("chvg -t 40 rootvg", "The factor must be a number from 1 to 16"),
    ("chvg -t x rootvg", "chvg: Not a valid value"),
    ("bootlist -m normal hdisk9", "0514-210 bootlist: Device hdisk9"),
    ("bootlist -m never -o", "bootlist: Not a valid value"),
    ("bosboot -ad /dev/hdisk1", "0301-150 bosboot"),
    ("ifconfig en9", "en9"),
    ("ifconfig en0 10.1.300.1", "10.1.300.1 is not a valid address"),
    ("mktcpip -h x -a 10.1.0.7 -i en9", "en9"),
    ("mktcpip -h x -a 10.1.0 -i en0", "10.1.0 is not a valid address"),
    ("lspath -l hdisk9", "lspath: 0514-519"),
    ("rmpath -l hdisk0 -d", "rmpath: 0514-537"),
    ("errpt -s yesterday", "errpt: The value yesterday of the flag -s"),
    ("errpt -d S,X", "errpt: The value X of the flag -d"),
    ("errpt -T none", "errpt: The value NONE of the flag -T"),
    ("odmget CuXx", "odmget: Could not retrieve class CuXx"),
    ("lsrsrc IBM.Nothing", "IBM.Nothing"),
    ("lscfg -vl hdisk9", "lscfg: 0514-519"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED, ids=[line for line, _ in REFUSED])
def test_what_is_wrong_is_told_on_standard_error_and_changes_nothing(
    mobile: Inside, line: str, message: str
) -> None:
    seen = ("lsdev", "lspv", "lsvg rootvg", "ifconfig -a", "bootlist -m normal -o", "hostname")
    before = said(mobile, *seen)
    answer = mobile(line)
    assert answer.status != 0
    assert answer.out == ""
    assert message in answer.err
    assert said(mobile, *seen) == before


@pytest.mark.parametrize("commands", [aix.COMMANDS, linux.COMMANDS], ids=["aix", "linux"])
def test_every_command_bears_the_name_of_its_module(commands: dict) -> None:
    assert commands
    for name in commands:
        assert commands[name].name == name
        assert commands[name].declaration.source


def test_a_new_adapter_is_found_by_cfgmgr_and_not_before(
    mobile: Inside, partition: Partition
) -> None:
    assert not said(mobile, "lsdev -t IBM,v-scsi")
    dlpar.add_adapter(partition, ScsiAdapter(5, "client", 1, 11))
    assert not said(mobile, "lsdev -t IBM,v-scsi")
    assert said(mobile, "cfgmgr", "lsdev -t IBM,v-scsi", "lsdev -t vdisk", "lspath") == [
        "vscsi0 Available  Virtual SCSI Client Adapter",
        "hdisk2 Available  Virtual SCSI Disk Drive",
        "hdisk3 Available  Virtual SCSI Disk Drive",
        "Enabled hdisk2 vscsi0",
        "Enabled hdisk3 vscsi0",
    ]


def virtual_disks(mobile: Inside, partition: Partition) -> None:
    dlpar.add_adapter(partition, ScsiAdapter(5, "client", 1, 11))
    said(mobile, "cfgmgr")


def test_rootvg_moves_to_virtual_disks(mobile: Inside, partition: Partition) -> None:
    virtual_disks(mobile, partition)
    said(mobile, "extendvg rootvg hdisk2 hdisk3")
    answer = mobile("migratepv hdisk0 hdisk2")
    assert answer.status == 0
    assert answer.err.splitlines()[0] == (
        "0516-1011 migratepv: Logical volume hd5 is labeled as a boot logical volume."
    )
    assert said(
        mobile,
        "migratepv hdisk1 hdisk3",
        "bootlist -m normal hdisk2 hdisk3",
        "bosboot -ad /dev/hdisk2",
        "reducevg rootvg hdisk0 hdisk1",
        "bootlist -m normal -o",
    ) == [
        "",
        "bosboot: Boot image is 53276 512 byte blocks.",
        "hdisk2 blv=hd5 pathid=0",
        "hdisk3 blv= pathid=0",
    ]
    assert [line.split()[2] for line in said(mobile, "lspv")] == ["None", "None"] + ["rootvg"] * 2
    assert said(mobile, "rmdev -R -dl pci1") == [
        "hdisk0 deleted",
        "hdisk1 deleted",
        "sas0 deleted",
        "sissas0 deleted",
        "pci1 deleted",
    ]


def test_mirrors_of_rootvg(mobile: Inside) -> None:
    said(mobile, "migratepv -l fslv00 hdisk1 hdisk0")
    assert said(mobile, "mirrorvg -S rootvg hdisk1") == [
        "0516-1804 chvg: The quorum change takes effect immediately.",
        "0516-1126 mirrorvg: rootvg successfully mirrored, user should perform",
        "        bosboot of system to initialize boot records.  Then, user must modify",
        "        bootlist to include:  hdisk0 hdisk1.",
    ]
    assert said(mobile, "lsvg rootvg")[5].endswith("1 (Disabled)")
    assert said(mobile, "lsvg -l rootvg")[3].split() == [
        *("hd6", "paging", "8", "16", "2", "open/syncd", "N/A")
    ]
    assert said(mobile, "unmirrorvg rootvg hdisk0")[-2:] == [
        "        bosboot of system to reinitialize boot records.  Then, user must modify",
        "        bootlist to just include:  hdisk1.",
    ]


def test_without_an_address_the_console_loses_the_partition(
    mobile: Inside, partition: Partition
) -> None:
    dlpar.add_adapter(partition, EthernetAdapter(6, 1))
    said(mobile, "cfgmgr", "ifconfig en0 detach")
    assert not partition.rmc_active
    assert said(mobile, "lsrsrc IBM.ManagementServer") == [
        "Resource Persistent Attributes for IBM.ManagementServer"
    ]
    said(mobile, "mktcpip -h moved -a 10.1.0.77 -m 255.255.255.0 -i en2 -g 10.1.0.1")
    assert partition.rmc_active
    assert partition.operating_system is not None
    assert partition.operating_system.ip_address == "10.1.0.77"
    assert said(mobile, "hostname") == ["moved"]
    assert '\tManagerType      = "HMC"' in said(mobile, "lsrsrc IBM.ManagementServer")


def test_a_second_address_stays_when_the_first_goes(mobile: Inside, partition: Partition) -> None:
    said(mobile, "ifconfig en1 192.168.5.5 netmask 0xffffff00 up", "ifconfig en0 down")
    assert partition.operating_system is not None
    assert partition.operating_system.ip_address == "192.168.5.5"
    said(mobile, "ifconfig en0 up", "ifconfig en1 detach")
    assert partition.operating_system.ip_address == "10.1.0.2"
    assert partition.rmc_active


def test_one_of_two_paths_can_go_and_the_other_cannot() -> None:
    lab = load_lab("dual-vios")
    inside = Inside(lab.datacenter, "multipath")
    assert said(inside, "lspath") == ["Enabled hdisk0 vscsi0", "Enabled hdisk0 vscsi1"]
    assert "0514-029" in inside("rmdev -dl vscsi1").err
    assert said(inside, "rmpath -d -l hdisk0 -p vscsi0") == ["path Deleted"]
    assert "0514-076" in inside("rmpath -d -l hdisk0 -p vscsi1").err
    assert said(inside, "lspath", "lsdev -p vscsi1", "rmdev -dl vscsi0") == [
        "Enabled hdisk0 vscsi1",
        "hdisk0 Available  Virtual SCSI Disk Drive",
        "vscsi0 deleted",
    ]
    assert said(inside, "cfgmgr", "lspath -F name:parent:status") == [
        "hdisk0:vscsi1:Enabled",
        "hdisk0:vscsi0:Enabled",
    ]


def test_with_everything_below_it_an_adapter_leaves_the_disk_to_its_other_path() -> None:
    inside = Inside(load_lab("dual-vios").datacenter, "multipath")
    assert said(inside, "rmdev -Rdl vscsi0", "lspath") == [
        "vscsi0 deleted",
        "Enabled hdisk0 vscsi1",
    ]
    assert "0514-062" in inside("rmdev -Rdl vscsi1").err


def test_devices_keep_their_names_when_the_partition_migrates() -> None:
    lab = load_lab("redbook")
    inside = Inside(lab.datacenter, "TRAIN")
    seen = ("lsdev", "lspv", "lspath", "lsvg rootvg", "ifconfig -a", "lsattr -El hdisk0")
    before = said(inside, *seen)
    machine = said(inside, "uname -m", "lscfg -l vscsi0")
    lab.migrate("TRAIN", L10, L9)
    assert said(inside, *seen) == before
    assert said(inside, "uname -m", "lscfg -l vscsi0") != machine
    assert said(inside, "uname -M -u -L") == ["IBM,9117-MMA IBM,0210FFE0B 3 TRAIN"]


ERRORS = [
    ("errpt", 3),
    ("errpt -d S", 3),
    ("errpt -d H,O", 0),
    ("errpt -T PERM", 0),
    ("errpt -J CLIENT_PMIG_DONE", 2),
    ("errpt -K CLIENT_PMIG_DONE", 2),
    ("errpt -j 08917DC6,A5E6DB96", 3),
    ("errpt -k 08917dc6", 2),
    ("errpt -N pmig", 3),
    ("errpt -l 1", 2),
    ("errpt -s 0403150007", 3),
    ("errpt -e 0403145907", 0),
]


@pytest.mark.parametrize(("line", "count"), ERRORS, ids=[line for line, _ in ERRORS])
def test_errpt_selects_entries(migrated: Inside, line: str, count: int) -> None:
    assert len(said(migrated, line)) == count


@pytest.fixture(scope="module")
def migrated() -> Inside:
    lab = load_lab("redbook")
    lab.migrate("TRAIN", L10, L9)
    return Inside(lab.datacenter, "TRAIN")


def test_a_detailed_report(migrated: Inside) -> None:
    report = said(migrated, "errpt -a -J CLIENT_PMIG_STARTED")
    assert report[:3] == ["-" * 75, "LABEL:\t\tCLIENT_PMIG_STARTED", "IDENTIFIER:\t08917DC6"]
    assert report[5:12] == [
        "Sequence Number: 1",
        "Machine Id:      00CDD4AC4C00",
        "Node Id:         train",
        "Class:           S",
        "Type:            INFO",
        "Resource Name:   pmig            ",
        "",
    ]


def test_errclear_empties_the_log_that_the_program_shows() -> None:
    lab = load_lab("redbook")
    lab.migrate("TRAIN", L10, L9)
    inside = Inside(lab.datacenter, "TRAIN")
    said(inside, "errclear 1")
    assert len(said(inside, "errpt")) == 3
    said(inside, "errclear 0")
    assert not said(inside, "errpt")
    assert not inside.partition().error_log


def test_names_from_standard_input(mobile: Inside) -> None:
    assert mobile("lsvg -il", stdin="rootvg\n").lines == said(mobile, "lsvg -l rootvg")


def test_linux_names_devices_by_their_drivers() -> None:
    inside = Inside(load_lab("modern").datacenter, "lpar1")
    found = said(inside, 'lsdevinfo -q "class LIKE adapter" -F name')
    names = [line.split('"')[1] for line in found if "name=" in line]
    assert names == ["host2", "eth0", "host4", "host5"]
    assert said(inside, "lsscsi") == [
        "[2:0:1:0]    disk    AIX      VDASD            0001  /dev/sda "
    ]
    said(inside, "ip link set dev eth0 down")
    assert not inside.partition().rmc_active
    said(inside, "ip addr add 10.7.0.3/24 dev eth0")
    assert said(inside, "hostname -I") == ["10.7.0.3 "]
    assert inside("drmgr -c mem -a -q 1").status == 1
