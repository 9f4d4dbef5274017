"""Whatever is done from both sides, a Virtual I/O Server and the console agree.

They are asked in their own words: `lsdev`, `lspv` and `lsmap` on the one side, `lshwres` and
`chhwres` on the other.
"""

from __future__ import annotations

import asyncio
import re
import shlex

import pytest
from hmcsh.commands.common.invocation import Detached
from hmcsh.commands.hmc import COMMANDS, Caller, executable
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)
from support.inside import Inside
from support.lab import fresh

from hmcsh.migration.engine import Mobility
from hmcsh.model import devices
from hmcsh.runtime import Clock

LAB = """
networks: {lan: 1 Gbit/s}
luns: {first: 8 GB, second: 8 GB, third: 8 GB}
systems:
  one:
    memory: 8 GB
    processors: 4
    slots: {U1-P1-C1: fibre-channel, U1-P1-C2: ethernet, U1-P1-C3: ethernet, U1-P1-C4: storage}
    partitions:
      server:
        id: 1
        type: vioserver
        io: {U1-P1-C1: {}, U1-P1-C2: {}}
        disks: {hdisk0: internal, hdisk1: first, hdisk2: second, hdisk3: third}
        bridges: {ent4: lan}
        mover: lan
      client: {id: 2, ethernet: {3: 1}, scsi: {2: {server: server, luns: [first]}}}
      spare: {id: 3, state: Not Activated}
"""

SLOTS = st.integers(10, 13)
DISKS = st.sampled_from(["hdisk0", "hdisk1", "hdisk2", "hdisk3"])
KINDS = {
    "eth": "ieee_virtual_eth=0,port_vlan_id={slot},is_trunk=1,trunk_priority=1",
    "scsi": "adapter_type=server,remote_lpar_name=spare,remote_slot_num={slot}",
}
# The slot at the end of a hardware location code, before a port.
_SLOT = re.compile(r"-V1-C(\d+)(?:-T1)?$")


class BothSides(RuleBasedStateMachine):
    """A server, changed by its own commands and by those of the console."""

    def __init__(self) -> None:
        super().__init__()
        self.datacenter = fresh(LAB, Clock("manual"))
        console = self.datacenter.console
        self.caller = Caller(
            self.datacenter, Mobility(self.datacenter), console, console.users["hscroot"]
        )
        self.server = Inside(self.datacenter, "server")
        self.server("lsdev")  # the operating system has been running

    def hmc(self, line: str) -> tuple[int, list[str]]:
        """Status and lines of a command of the console."""
        name, *words = shlex.split(line)
        call = Detached(name, tuple(words), self.caller)
        status = asyncio.run(executable(COMMANDS[name])(call))
        return status, call.stdout.text.splitlines()

    def rows(self, line: str) -> list[list[str]]:
        """The fields of a listing of the server."""
        answer = self.server(f"{line} -fmt :")
        assert answer.status == 0, answer.err
        return [row.split(":") for row in answer.lines]

    def devices(self) -> list[list[str]]:
        return self.rows("lsdev -field name status physloc type")

    def slots(self) -> dict[int, str]:
        """What the console says stands in virtual slots, by subtype."""
        found = {}
        for kind in ("eth", "scsi", "vasi"):
            line = f"lshwres -r virtualio --rsubtype {kind} -m one --level lpar"
            _, rows = self.hmc(f"{line} --filter lpar_names=server -F slot_num")
            found.update(dict.fromkeys((int(row) for row in rows if row.isdigit()), kind))
        return found

    # -- the console ---------------------------------------------------------------------------

    @rule(slot=SLOTS, kind=st.sampled_from(sorted(KINDS)))
    def add_adapter(self, slot: int, kind: str) -> None:
        free = slot not in self.slots()
        line = f"chhwres -r virtualio --rsubtype {kind} -m one -o a -p server -s {slot}"
        status, _ = self.hmc(f"{line} -a {KINDS[kind].format(slot=slot)}")
        assert (status == 0) is free

    @rule(slot=SLOTS)
    def remove_adapter(self, slot: int) -> None:
        """A configured device keeps its adapter, and nothing else does."""
        kind = self.slots().get(slot)
        if kind is None:
            return
        there = [name for name, status, place, _ in self.devices() if _at(place) == slot]
        held = [row for row in self.devices() if _at(row[2]) == slot and row[1] == "Available"]
        line = f"chhwres -r virtualio --rsubtype {kind} -m one -o r -p server -s {slot}"
        status, lines = self.hmc(line)
        assert status == bool(held), lines
        if not held:
            names = {row[0] for row in self.devices()}
            assert not names & set(there), "what was removed is forgotten"

    @rule(add=st.booleans())
    def physical_slot(self, add: bool) -> None:
        held = [row for row in self.devices() if row[2].startswith("U1-P1-C3")]
        before = self._owner()
        status, lines = self.hmc(
            f"chhwres -r io -m one -o {'a' if add else 'r'} -p server -l 21010202"
        )
        configured = any(row[1] == "Available" for row in held)
        possible = before != "server" if add else before == "server" and not configured
        assert (status == 0) is possible, lines

    def _owner(self) -> str:
        _, rows = self.hmc("lshwres -r io --rsubtype slot -m one -F drc_index,lpar_name")
        return next(row for row in rows if row.startswith("21010202")).split(",")[1]

    # -- the server ----------------------------------------------------------------------------

    @rule()
    def configure(self) -> None:
        """Afterwards each adapter that the console shows has a device that is Available."""
        assert self.server("cfgdev").status == 0
        places = {_at(row[2]) for row in self.devices() if row[1] == "Available"}
        assert set(self.slots()) <= places

    @rule(
        data=st.data(),
        flags=st.sampled_from(["", "-ucfg", "-recursive", "-recursive -ucfg"]),
    )
    def remove_device(self, data: st.DataObject, flags: str) -> None:
        names = [row[0] for row in self.devices() if row[0][:2] in ("en", "vh", "vt", "pc")]
        name = data.draw(st.sampled_from(sorted(names)))
        before = self.devices()
        answer = self.server(f"rmdev -dev {name} {flags}")
        if answer.status:
            assert self.devices() == before
            return
        states = {row[0]: row[1] for row in self.devices()}
        state = states.get(name)
        assert state == ("Defined" if "-ucfg" in flags else None) or _is_interface(name)

    @rule(disk=DISKS, data=st.data())
    def map_disk(self, disk: str, data: st.DataObject) -> None:
        names = [row[0] for row in self.devices() if row[0].startswith("vhost")]
        if not names:
            return
        free = disk in {row[0] for row in self.rows("lspv -free")}
        adapter = data.draw(st.sampled_from(names))
        usable = [adapter, "Available"] in [row[:2] for row in self.devices()]
        answer = self.server(f"mkvdev -vdev {disk} -vadapter {adapter}")
        assert (answer.status == 0) is (free and usable), answer.err

    @rule(disk=DISKS)
    def unmap_disk(self, disk: str) -> None:
        if self.server(f"rmvdev -vdev {disk}").status == 0:
            assert disk in {row[0] for row in self.rows("lspv -free")}

    @rule(data=st.data())
    def make_bridge(self, data: st.DataObject) -> None:
        ports = [row[0] for row in self.rows("lsdev -type ent4sea -state Available")]
        trunks = [row[0] for row in self.rows("lsdev -type vent4sea -state Available")]
        if ports and trunks:
            port = data.draw(st.sampled_from(ports))
            trunk = data.draw(st.sampled_from(trunks))
            made = self.server(
                f"mkvdev -sea {port} -vadapter {trunk} -default {trunk} -defaultid 7"
            )
            assert made.status == 0, made.err

    @rule(disk=DISKS, policy=st.sampled_from(["no_reserve", "single_path"]))
    def change_policy(self, disk: str, policy: str) -> None:
        if self.server(f"chdev -dev {disk} -attr reserve_policy={policy}").status == 0:
            found = self.server.partition().io_server.disks[disk].reserve_policy
            assert found == policy

    # -- what both say -------------------------------------------------------------------------

    @invariant()
    def devices_stand_in_slots_of_the_console(self) -> None:
        slots = self.slots()
        for name, status, place, kind in self.devices():
            slot = _at(place)
            if slot is not None and slot > 1 and status == "Available":
                wanted = {"IBM,l-lan": "eth", "IBM,v-scsi-host": "scsi", "IBM,vasi-1": "vasi"}
                assert slots.get(slot) == wanted[kind], (name, place)

    @invariant()
    def names_are_given_once(self) -> None:
        names = [row[0] for row in self.devices()]
        assert len(names) == len(set(names))

    @invariant()
    def disks_are_mapped_or_free_or_of_a_group(self) -> None:
        mapped = {name for row in self.rows("lsmap -all -type disk -field backing") for name in row}
        every = {row[0]: row[2] for row in self.rows("lspv")}
        free = {row[0] for row in self.rows("lspv -free")}
        assert mapped <= every.keys()
        groups = {name for name, group in every.items() if group != "None"}
        assert free == every.keys() - mapped - groups

    @invariant()
    def bridges_have_trunks_and_ports_that_are_configured(self) -> None:
        states = {row[0]: row[1] for row in self.devices()}
        _, rows = self.hmc(
            "lshwres -r virtualio --rsubtype eth -m one --level lpar "
            "--filter lpar_names=server -F slot_num,is_trunk"
        )
        trunks = {int(row.split(",")[0]) for row in rows if row.endswith(",1")}
        for svea, place, sea, backing, _status, _ in (
            row for row in self.rows("lsmap -all -net") if row[2].startswith("ent")
        ):
            assert _at(place) in trunks, svea
            assert states[backing] == states[svea] == "Available" or states[sea] == "Defined"


def _at(place: str) -> int | None:
    """The virtual slot of the server that a location code names."""
    found = _SLOT.search(place)
    return int(found[1]) if found else None


def _is_interface(name: str) -> bool:
    """Whether a device is an interface, which is there as long as its adapter is."""
    return name.startswith(("en", "et")) and not name.startswith("ent")


BothSides.TestCase.settings = settings(max_examples=8, stateful_step_count=10, derandomize=True)
TestBothSides = BothSides.TestCase


def test_a_server_that_lets_every_adapter_go_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = BothSides()
    machine.add_adapter(slot=10, kind="scsi")
    machine.configure()
    machine.remove_adapter(slot=10)
    monkeypatch.setattr(devices, "blocker", lambda *_: "")
    with pytest.raises(AssertionError):
        machine.remove_adapter(slot=10)
