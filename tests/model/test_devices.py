"""Devices get their names in the order of discovery and keep them, whatever comes and goes."""

from __future__ import annotations

import pytest
from support.lab import L10, Lab, load_lab

from hmcsh.language.messages import HmcError, Refusal
from hmcsh.model import dlpar
from hmcsh.model.adapters import EthernetAdapter, VasiAdapter
from hmcsh.model.partition import Partition


@pytest.fixture
def lab() -> Lab:
    return load_lab("redbook")


@pytest.fixture
def server(lab: Lab) -> Partition:
    return lab.partition("VIOS1_L10", L10)


def names(partition: Partition, *, prefix: str = "") -> list[str]:
    return [device.name for device in partition.devices.all() if device.name.startswith(prefix)]


def test_physical_ports_come_before_virtual_ones_and_made_ones_keep_theirs(
    server: Partition,
) -> None:
    assert names(server, prefix="ent") == ["ent0", "ent1", "ent2", "ent4"]
    places = {d.name: d.physloc for d in server.devices.all()}
    assert places["ent1"] == "U789D.001.DQD472X-P1-C2-T2"
    assert places["ent2"] == "U9117.MMA.10DD4AC-V1-C3-T1"
    assert places["vhost0"] == "U9117.MMA.10DD4AC-V1-C4"


def test_what_is_added_shows_after_cfgdev_under_the_lowest_free_name(server: Partition) -> None:
    dlpar.add_adapter(server, EthernetAdapter(30, 9))
    assert names(server, prefix="ent") == ["ent0", "ent1", "ent2", "ent4"]
    assert server.devices.configure() == ["ent3"]
    dlpar.add_adapter(server, EthernetAdapter(31, 9))
    assert server.devices.configure() == ["ent5"]
    assert server.devices.configure() == []


def test_a_name_that_is_deleted_is_given_again_and_a_defined_one_is_not(server: Partition) -> None:
    for slot in (30, 31):
        dlpar.add_adapter(server, EthernetAdapter(slot, 9))
    server.devices.configure()
    devices = server.devices
    devices.unconfigure(devices.require("ent3"))
    dlpar.remove_adapter(server, 30)
    dlpar.add_adapter(server, EthernetAdapter(32, 9))
    assert server.devices.configure() == ["ent3"]
    assert server.devices.name_of(("virtual", 31)) == "ent5"


def test_a_configured_device_keeps_its_adapter(server: Partition) -> None:
    slot = server.vasi_adapters[0].slot
    with pytest.raises(HmcError, match="HSCL294D"):
        dlpar.remove_adapter(server, slot, VasiAdapter)
    server.devices.unconfigure(server.devices.require("vasi0"))
    dlpar.remove_adapter(server, slot, VasiAdapter)
    assert server.devices.find("vasi0") is None


def test_a_start_configures_everything_anew(server: Partition) -> None:
    server.devices.unconfigure(server.devices.require("vasi0"))
    assert not server.devices.require("vasi0").available
    assert server.operating_system is not None
    server.operating_system.starts += 1
    assert server.devices.require("vasi0").available


def test_devices_migrate_with_their_operating_system(lab: Lab) -> None:
    before = names(lab.partition("TRAIN"))
    places = {d.name: d.physloc for d in lab.partition("TRAIN").devices.all()}
    moved = lab.migrate("TRAIN")
    assert names(moved) == before
    after = {d.name: d.physloc for d in moved.devices.all()}
    assert places["ent0"] == "U9117.MMA.10DD4AC-V5-C3-T1"
    assert after["ent0"] == f"U9117.MMA.10FFE0B-V{moved.lpar_id}-C3-T1"
    assert all(d.available for d in moved.devices.disks())


def test_a_migration_configures_what_it_makes_and_removes_what_it_took(lab: Lab) -> None:
    source, destination = (
        lab.partition("VIOS1_L10"),
        lab.partition("VIOS1_L9", "9117-MMA-SN10FFE0B-L9"),
    )
    other = lab.partition("VIOS2_L9", "9117-MMA-SN10FFE0B-L9")
    before = {p.name: set(names(p, prefix="v")) for p in (source, destination, other)}
    lab.migrate("TRAIN")
    gone = before[source.name] - set(names(source, prefix="v"))
    assert len(gone) == 2, "its vhost and its target device"
    made = {
        name for p in (destination, other) for name in set(names(p, prefix="v")) - before[p.name]
    }
    assert {name.rstrip("0123456789") for name in made} == {"vhost", "vtscsi"}


def test_an_unknown_device_is_told_by_name(server: Partition) -> None:
    with pytest.raises(Refusal, match="0514-519"):
        server.devices.require("nosuch")
