"""HMC, Virtual I/O Server and AIX never disagree about one disk, adapter, slot or network.

Random changes are made by commands of all three; after each of them what the three say is compared.
A change that is refused is part of it: then nothing may have changed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.console import enter
from support.inside import Inside

from hmcsh.console import ConsoleService
from hmcsh.model.inventory import load
from hmcsh.model.partition import Partition
from hmcsh.runtime import Clock

HMC = (
    "chhwres -r virtualio --rsubtype scsi -m {m} -o a -p mobile -s 5 "
    "-a adapter_type=client,remote_lpar_name=S_VIOS,remote_slot_num=11",
    "chhwres -r virtualio --rsubtype scsi -m {m} -o r -p mobile -s 5",
    "chhwres -r virtualio --rsubtype eth -m {m} -o a -p mobile -s 6 "
    "-a ieee_virtual_eth=0,port_vlan_id=1",
    "chhwres -r virtualio --rsubtype eth -m {m} -o r -p mobile -s 6",
    "chhwres -r io -m {m} -o r -p mobile -l 21010202",
    "chhwres -r io -m {m} -o r -p mobile -l 21010203",
    "chhwres -r io -m {m} -o a -p mobile -l 21010202",
    "chhwres -r io -m {m} -o a -p mobile -l 21010203",
    "migrlpar -o m -m source -t destination -p mobile",
)
AIX = (
    "cfgmgr",
    "extendvg rootvg hdisk2 hdisk3",
    "migratepv hdisk0 hdisk2",
    "migratepv hdisk1 hdisk3",
    "migratepv hdisk2 hdisk0",
    "bootlist -m normal hdisk2",
    "bosboot -ad /dev/hdisk2",
    "reducevg rootvg hdisk0 hdisk1",
    "ifconfig en0 detach",
    "ifconfig en2 10.1.0.2 netmask 255.255.255.0",
    "ifconfig en0 10.1.0.9 netmask 255.255.255.0",
    "rmdev -Rdl pci0",
    "rmdev -Rdl pci1",
    "rmdev -Rdl vscsi0",
    "rmdev -l hdisk3",
    "rmdev -dl ent2",
    "chdev -l hdisk2 -a pv=clear",
    "chdev -l hdisk2 -a pv=yes",
)
VIOS = (
    "chdev -dev hdisk5 -attr pv=clear",
    "chdev -dev hdisk5 -attr pv=yes",
    "chdev -dev hdisk5 -attr reserve_policy=single_path",
    "chdev -dev hdisk5 -attr reserve_policy=no_reserve",
    "rmvdev -vdev hdisk7",
    "mkvdev -vdev hdisk7 -vadapter vhost0",
    "cfgdev",
)
CHANGES = [("hmc", c) for c in HMC] + [("aix", c) for c in AIX] + [("vios", c) for c in VIOS]

# What leads to a migrated partition; random changes are made between the steps.
WAY = [
    ("hmc", HMC[0]),
    *(("aix", c) for c in (AIX[0], AIX[1], AIX[2], AIX[3], AIX[5], AIX[6], AIX[7])),
    ("hmc", HMC[2]),
    *(("aix", c) for c in (AIX[0], AIX[8], AIX[9], AIX[11], AIX[12])),
    ("hmc", HMC[4]),
    ("hmc", HMC[5]),
    ("hmc", HMC[8]),
]


class World:
    """The lab with its three kinds of command lines."""

    def __init__(self) -> None:
        self.clock = Clock("manual")
        self.service = ConsoleService(load("physical", self.clock))
        for side, name in (("source", "S_VIOS"), ("destination", "D_VIOS")):
            self.hmc(f"chhwres -r virtualio --rsubtype vasi -m {side} -o a -p {name}")
            self.hmc(f"viosvrcmd -m {side} -p {name} -c cfgdev")
            self.hmc(f"chsyscfg -r lpar -m {side} -i name={name},msp=1")
        self.aix = Inside(self.service.datacenter, "mobile")
        self.vios = Inside(self.service.datacenter, "S_VIOS")
        self.aix("lsdev")

    @property
    def partition(self) -> Partition:
        return self.aix.partition()

    @property
    def server(self) -> Inside:
        """The Virtual I/O Server of the system on which the partition is."""
        here = "S_VIOS" if self.partition.frame.name == "source" else "D_VIOS"
        return Inside(self.service.datacenter, here)

    def hmc(self, line: str) -> list[str]:
        return asyncio.run(self._hmc(line))

    async def _hmc(self, line: str) -> list[str]:
        task = asyncio.ensure_future(enter(self.service, line))
        while not task.done():
            for _ in range(60):
                await asyncio.sleep(0)
            if not task.done():
                self.clock.step()
        _, text = await task
        return text.splitlines()

    def change(self, who: str, line: str) -> None:
        if who == "hmc":
            self.hmc(line.format(m=self.partition.frame.name))
        elif who == "aix":
            self.aix(line)
        else:
            self.vios(line)


def laws(world: World) -> None:
    """Compare what the three say."""
    system = world.partition.frame.name
    only = f"-m {system} --filter lpar_names=mobile"
    lines = world.aix("lsdev -F name:status:physloc").lines
    rows = [line.split(":") for line in lines]
    available = {name: place for name, status, place in rows if status == "Available"}

    # Slots: what AIX has configured stands in slots that the HMC says are the partition's.
    owned = set(world.hmc(f"lshwres -r io --rsubtype slot {only} -F drc_name"))
    for name in ("pci0", "pci1"):
        assert name not in available or available[name] in owned, "slot"

    # Virtual adapters: their slots and MAC addresses.
    ports = dict(
        line.split(",")
        for line in world.hmc(
            f"lshwres -r virtualio --rsubtype eth --level lpar {only} -F slot_num,mac_addr"
        )
        if "," in line
    )
    for line in world.aix("lscfg -vl ent*").out.split("  ent")[1:]:
        found = re.search(r"-V(\d+)-C(\d+)-T1", line)
        if found:
            assert int(found[1]) == world.partition.lpar_id, "location"
            assert f"Network Address.............{ports[found[2]]}" in line, "MAC address"
    slots = set(world.hmc(f"lshwres -r virtualio --rsubtype scsi --level lpar {only} -F slot_num"))
    for name, place in available.items():
        if name.startswith("vscsi"):
            assert place.partition("-C")[2].removesuffix("-T1") in slots, "virtual SCSI slot"
            serial = world.partition.frame.serial_number
            assert f".{serial}-V{world.partition.lpar_id}-" in place, "location"

    # Disks: an identifier that AIX shows is that of a volume which the server maps to it.
    disks = {line.split()[0]: line.split() for line in world.aix("lspv").lines}
    volumes = {line.split()[0]: line.split()[1] for line in world.server("lspv").lines[1:]}
    behind = {}
    for block in world.server("lsmap -all").out.split("SVSA ")[1:]:
        if f" 0x{world.partition.lpar_id:08x}" in block:
            for lun, disk in re.findall(r"LUN +0x(\S+)\nBacking device +(\S+)", block):
                behind[lun] = volumes[disk]
    for name, place in available.items():
        if name.startswith("hdisk") and "-L" in place:
            assert disks[name][1] == behind[place.rpartition("-L")[2]], "identifier"

    # A volume group never loses a disk.
    groups = world.aix("lsvg -p rootvg").lines[2:]
    for line in groups:
        assert line.split()[0] in available, "disk of a volume group"

    # Network: the console knows the partition by an address that AIX has, or not at all.
    (known,) = world.hmc(f"lssyscfg -r lpar {only} -F rmc_state,rmc_ipaddr")
    state, address = known.split(",")
    interfaces = world.aix("ifconfig -a").out
    assert (state == "active") == (interfaces.count("inet ") > 1), "RMC"
    assert not address or f"inet {address} " in interfaces, "address"


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(WAY)), st.sampled_from(CHANGES)), max_size=9))
def test_they_never_disagree(extra: list[tuple[int, tuple[str, str]]]) -> None:
    world = World()
    for at, step in enumerate(WAY):
        for place, change in extra:
            if place == at:
                world.change(*change)
                laws(world)
        world.change(*step)
    laws(world)


def test_the_way_leads_to_the_other_system() -> None:
    world = World()
    for step in WAY:
        world.change(*step)
    assert world.partition.frame.name == "destination"
    laws(world)


def _other_identifier(world: World) -> None:
    disk = world.partition.devices.require("hdisk2")
    world.partition.devices.kept.attributes[disk.key] = {"pvid": "00c0" * 4}


def _disk_is_gone(world: World) -> None:
    disk = world.partition.devices.require("hdisk0")
    world.partition.devices.kept.unconfigured.add(disk.key)


@pytest.mark.parametrize(
    ("law", "plant"),
    [("identifier", _other_identifier), ("disk of a volume group", _disk_is_gone)],
)
def test_the_laws_notice(law: str, plant: Callable[[World], None]) -> None:
    world = World()
    for step in WAY[:2]:
        world.change(*step)
    laws(world)
    plant(world)
    with pytest.raises(AssertionError, match=law):
        laws(world)
